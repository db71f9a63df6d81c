//! Small networks as cities, and broken ones.

use super::*;
use crate::folder::read_city;
use crate::import::traffic::TntpFiles;
use crate::import::{StreetSource, import};
use citytwin_world::geo::distance_m;
use citytwin_world::{LinkId, PlaceKind, ZoneId};
use std::path::Path;

/// Zones 1 and 2, through nodes 3 to 6 in a square of 1 mile; zone 1 is left by the ramp 7 alone, which nothing else
/// leads to.
const NET: &str = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 7\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> 12\n<END OF METADATA>\n\
    ~ init term capacity length time b power speed toll type ;\n\
    1 7 1800 0.5 1 0.15 4 0 0 1 ;\n7 3 1800 0.5 1 0.15 4 0 0 1 ;\n3 1 1800 1 2 0.15 4 0 0 1 ;\n\
    3 4 3600 1 2 0.15 4 0 0 1 ;\n4 3 3600 1 2 0.15 4 0 0 1 ;\n4 5 1800 1 2 0.15 4 0 0 1 ;\n\
    5 4 1800 1 2 0.15 4 0 0 1 ;\n5 6 1800 1 2 0.15 4 0 0 1 ;\n6 5 1800 1 2 0.15 4 0 0 1 ;\n\
    6 3 1800 1 2 0.15 4 0 0 1 ;\n2 5 1800 1 2 0.15 4 0 0 1 ;\n5 2 1800 1 2 0.15 4 0 0 1 ;\n";
const TRIPS: &str = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 1000\n<END OF METADATA>\nOrigin 1\n 2 : 600;\n\
    Origin 2\n 1 : 400;\n";
/// A mile is .0145 degrees of latitude.
const NODES: &str = "Node X Y ;\n1 0 0.0145 ;\n2 0.029 0 ;\n3 0 0 ;\n4 0 -0.0145 ;\n5 0.0145 0 ;\n6 0.0145 0.0145 ;\n\
    7 0.001 0.007 ;\n";

fn tntp(home: &Path, net: &str, trips: Option<&str>, nodes: Option<&str>) -> ImportOptions {
    let put = |name: &str, text: &str| {
        std::fs::write(home.join(name), text).expect("written");
        home.join(name)
    };
    let files = NetworkFiles::Tntp(TntpFiles {
        network: put("a_net.tntp", net),
        trips: trips.map(|text| put("a_trips.tntp", text)),
        nodes: nodes.map(|text| put("a_node.tntp", text)),
    });
    options(home, files)
}

fn options(home: &Path, files: NetworkFiles) -> ImportOptions {
    let network = RoadNetwork { files, units: Units::default(), trips_per_resident: 0.5 };
    ImportOptions::new(StreetSource::Network(network), home.join("city"))
}

fn made(options: &ImportOptions) -> (City, Vec<&'static str>) {
    let mut tally = Tally::new();
    let city = super::super::assemble::assemble(options, &mut tally).expect("a city").city;
    (city, tally.rows().map(|row| row.code).collect())
}

#[test]
fn a_network_becomes_a_city() {
    let home = tempfile::tempdir().expect("temp");
    let options = tntp(home.path(), NET, Some(TRIPS), Some(NODES));
    let report = import(&options).expect("imported");
    assert_eq!((report.population, report.zones, report.nodes), (2000, 2, 7));
    let (city, _) = read_city(&options.out).expect("read");
    assert_eq!(city.zones.population.as_slice(), [1200, 800], "residents live where trips begin");
    assert_eq!(city.zones.jobs.as_slice(), [344, 516], "jobs are where trips end");
    assert!(city.places.inferred.as_slice().iter().all(|inferred| *inferred));
    assert!(city.transit.stop_name.is_empty());
    for kind in [PlaceKind::Home, PlaceKind::School, PlaceKind::Shop, PlaceKind::Hospital, PlaceKind::Office]
    {
        assert!(!city.places.of_kind(kind).is_empty(), "{}", kind.name());
    }
    assert!(
        city.info.sources[0].contains("2000 residents") && city.info.sources[0].contains("lengths in mi")
    );
    let (city, residents) = crate::load::load(&options.out, 1.0, 1).expect("peopled");
    assert_eq!(residents.len(), 2000);
    assert_eq!(city.zones.node.as_slice(), [NodeId(0), NodeId(1)]);
}

#[test]
fn links_keep_their_measures_and_directions() {
    let home = tempfile::tempdir().expect("temp");
    let (city, codes) = made(&tntp(home.path(), NET, Some(TRIPS), Some(NODES)));
    assert_eq!(codes, ["W376", "W377"]);
    let s = &city.streets;
    let link = LinkId(3);
    assert_eq!((s.from[link], s.to[link], s.lanes[link]), (NodeId(2), NodeId(3), 2));
    assert!((s.length_m[link] - 1609.344).abs() < 0.1 && (s.free_speed_kmh[link] - 48.28).abs() < 0.01);
    assert_eq!((s.capacity_veh_h[link], s.access[link]), (3600.0, 7));
    // Against the one-way link from 6 to 3 one only walks.
    let back: Vec<u8> = s
        .from
        .iter()
        .filter(|(l, n)| **n == NodeId(2) && s.to[*l] == NodeId(5))
        .map(|(l, _)| s.access[l])
        .collect();
    assert_eq!(back, [access::FOOT]);
    let stated = Units { length_m: Some(1000.0), time_h: Some(1.0 / 30.0), speed_kmh: None };
    let mut options = tntp(home.path(), NET, Some(TRIPS), Some(NODES));
    if let StreetSource::Network(network) = &mut options.streets {
        network.units = stated;
    }
    let (city, codes) = made(&options);
    assert_eq!((city.streets.length_m[link], city.streets.free_speed_kmh[link]), (1000.0, 15.0));
    assert_eq!(codes, ["W377"], "what is stated isn't told");
}

#[test]
fn cars_do_not_pass_zones_and_nobody_lives_where_they_cannot_return() {
    let home = tempfile::tempdir().expect("temp");
    let (city, _) = made(&tntp(home.path(), NET, Some(TRIPS), Some(NODES)));
    let s = &city.streets;
    assert!(!s.banned_turns.is_empty());
    for (a, b) in &s.banned_turns {
        assert_eq!(s.to[*a], s.from[*b]);
        assert!(s.to[*a] < NodeId(2), "only turns at the two zones are forbidden");
    }
    assert!(s.access[LinkId(0)] & access::CAR != 0, "zone 1 is left by its ramp");
    let ramp = NodeId(6);
    assert!(city.places.node.as_slice().iter().all(|node| *node != ramp));
    // A zone that nothing leads to is dropped, and its residents live at the nearest junction that is open.
    let (city, codes) =
        made(&tntp(home.path(), &NET.replace("3 1 1800", "3 6 1800"), Some(TRIPS), Some(NODES)));
    assert!(codes.contains(&"W379"));
    assert!(city.zones.node[ZoneId(0)] != ramp && city.zones.population[ZoneId(0)] == 1200);
    // Where every node is terminal all are passed.
    let (city, codes) =
        made(&tntp(home.path(), &NET.replace("NODE> 3", "NODE> 8"), Some(TRIPS), Some(NODES)));
    assert!(codes.contains(&"W379") && city.streets.banned_turns.is_empty());
}

#[test]
fn without_coordinates_a_grid_is_laid_out_as_a_grid() {
    let mut net = "<NUMBER OF ZONES> 36\n<NUMBER OF NODES> 36\n<END OF METADATA>\n".to_owned();
    let mut pairs = Vec::new();
    for n in 0..36 {
        for (next, inside) in [(n + 1, n % 6 < 5), (n + 6, n < 30)] {
            if inside {
                pairs.push((n, next));
                net += &format!(
                    "{} {} 900 300 36 0.15 4 0 0 1 ;\n{1} {0} 900 300 36 0.15 4 0 0 1 ;\n",
                    n + 1,
                    next + 1
                );
            }
        }
    }
    let home = tempfile::tempdir().expect("temp");
    let mut options = tntp(home.path(), &net, None, None);
    assert_eq!(
        super::super::assemble::assemble(&options, &mut Tally::new()).err().map(|p| p.codes()),
        Some(vec!["E324"])
    );
    options.population = Some(3600);
    let (city, codes) = made(&options);
    assert_eq!(codes, ["W376", "W378"]);
    assert!(
        city.info.sources[0].contains("lengths in m (assumed), times in s (assumed)"),
        "{}",
        city.info.sources[0]
    );
    let s = &city.streets;
    let far = |(a, b): &(u32, u32)| {
        distance_m(s.lon[NodeId(*a)], s.lat[NodeId(*a)], s.lon[NodeId(*b)], s.lat[NodeId(*b)])
    };
    assert!(pairs.iter().map(far).all(|m| (180.0..420.0).contains(&m)), "links are about as long as told");
    assert!((far(&(0, 35)) / far(&(0, 5)) - 2_f64.sqrt()).abs() < 0.3, "a square");
    let (twin, _) = made(&options);
    assert_eq!((&twin.streets.lon, &twin.streets.lat), (&s.lon, &s.lat), "one network, one picture");
    assert_eq!(twin.places, city.places);
    assert!(
        city.zones.population.as_slice().iter().all(|n| *n == 100),
        "without trips people live everywhere"
    );
}

#[test]
fn plane_coordinates_are_scaled_and_lost_nodes_lie_between() {
    let home = tempfile::tempdir().expect("temp");
    let feet = NODES.replace(" 0.0145", " 5280").replace(" -0.0145", " -5280").replace(" 0.029", " 10560");
    let feet = feet.replace(" 0.001 0.007", " 300 2600").replace("2 10560 0 ;\n", "");
    let (city, codes) = made(&tntp(home.path(), NET, Some(TRIPS), Some(&feet)));
    assert_eq!(codes, ["W375", "W376", "W377", "W378"]);
    let s = &city.streets;
    let m =
        |a: u32, b: u32| distance_m(s.lon[NodeId(a)], s.lat[NodeId(a)], s.lon[NodeId(b)], s.lat[NodeId(b)]);
    assert!((m(2, 3) / f64::from(s.length_m[LinkId(3)]) - 1.0).abs() < 0.01, "{}", m(2, 3));
    assert!(m(1, 4) < 1.0, "zone 2 lies at its only neighbour");
}

const NODE: &str = "node_id,x_coord,y_coord,zone_id,node_type\na,9.70,50.87,1,\nb,9.71,50.87,,\nc,9.72,50.87,2,\nd,9.72,50.88,2,\n";
const LINK: &str = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,allowed_uses,geometry\n\
    1,a,b,0,0.44,30,900,2,auto;walk,\"LINESTRING (9.70 50.87, 9.705 50.871, 9.71 50.87)\"\n2,b,c,0,0.44,30,800,1,,\n\
    3,c,d,0,0.7,30,,1,,\n4,a,d,0,1.1,10,,1,walk,\n";
const DEMAND: &str = "o_zone_id,d_zone_id,volume\n1,2,300\n2,1,100\n";

fn gmns(home: &Path, tables: &[(&str, &str)]) -> ImportOptions {
    for (name, text) in tables {
        std::fs::write(home.join(name), text).expect("written");
    }
    let trips = Some(home.join("demand.csv")).filter(|path| path.is_file());
    options(home, NetworkFiles::Gmns { folder: home.to_path_buf(), trips })
}

#[test]
fn gmns_tables_become_a_city() {
    let home = tempfile::tempdir().expect("temp");
    let config = ("config.csv", "long_length,speed\nmile,mph\n");
    let options =
        gmns(home.path(), &[("node.csv", NODE), ("link.csv", LINK), ("demand.csv", DEMAND), config]);
    let (city, codes) = made(&options);
    assert_eq!(codes, ["W377"], "all units are stated");
    let s = &city.streets;
    assert!(
        (s.length_m[LinkId(0)] - 708.1).abs() < 0.1 && (s.free_speed_kmh[LinkId(0)] - 48.28).abs() < 0.01
    );
    assert_eq!((s.lanes[LinkId(0)], s.capacity_veh_h[LinkId(0)]), (2, 1800.0));
    assert_eq!((s.access[LinkId(0)], s.shape.row(LinkId(1)).len()), (access::CAR | access::FOOT, 1));
    assert_eq!(s.access[LinkId(6)], access::FOOT);
    assert_eq!(city.zones.id.as_slice(), ["1", "2"]);
    assert_eq!(city.zones.population.as_slice(), [600, 200]);
    // A link without a speed is as fast as its time says; without a unit of speed that is told.
    let timed = LINK.replace("geometry", "vdf_fftt").replace("0.7,30,,1,,", "0.7,,,1,,1.4");
    let timed = timed.replace("\"LINESTRING (9.70 50.87, 9.705 50.871, 9.71 50.87)\"", "");
    let lengths = ("config.csv", "long_length\nmile\n");
    let tables = [("node.csv", NODE), ("link.csv", &timed), ("demand.csv", DEMAND), lengths];
    let (city, codes) = made(&gmns(home.path(), &tables));
    assert_eq!(codes, ["W376", "W377"]);
    assert!((city.streets.free_speed_kmh[LinkId(4)] - 48.28).abs() < 0.01, "0.7 miles in 1.4 minutes");
    // Without zones and trips: square cells over the streets.
    let home = tempfile::tempdir().expect("temp");
    let node = NODE.replace(",zone_id", ",district");
    let mut options = gmns(home.path(), &[("node.csv", &node), ("link.csv", LINK)]);
    options.population = Some(400);
    let (city, codes) = made(&options);
    assert_eq!(codes, ["W376"]);
    assert!(city.zones.id.as_slice()[0] == "1-1" && city.info.sources[0].contains("speeds in mph (assumed)"));
    assert_eq!(city.zones.population.as_slice().iter().sum::<u32>(), 400);
}

/// The codes of a refusal; empty for a city.
fn codes(options: &ImportOptions) -> Vec<&'static str> {
    let made = super::super::assemble::assemble(options, &mut Tally::new());
    made.err().map(|problems| problems.codes()).unwrap_or_default()
}

#[test]
fn what_cannot_be_a_city_is_refused() {
    let home = tempfile::tempdir().expect("temp");
    let of = |net: &str, trips: &str, nodes: &str| codes(&tntp(home.path(), net, Some(trips), Some(nodes)));
    assert_eq!(of("", "", ""), ["E372"; 5]);
    assert_eq!(of(NET, TRIPS, &NODES.replace("7 0.001", "9 0.001")), ["E374"]);
    assert_eq!(of(NET, TRIPS, &format!("{NODES}7 1 1 ;\n6 x 1 ;\n")), ["E375", "E375"]);
    assert_eq!(of(NET, &TRIPS.replace("600", "1e300").replace("1000", "1e300"), NODES), ["E377"]);
    assert_eq!(of(NET, TRIPS, &NODES.replace("7 0.001", "7 1e300")), ["E377"]);
    assert_eq!(of(NET, &TRIPS.replace("600", "0").replace("400", "0"), NODES), ["E324"]);
    let one_way =
        NET.lines().filter(|line| !["4 3", "5 4", "6 5", "6 3"].iter().any(|link| line.starts_with(link)));
    let one_way = one_way.collect::<Vec<_>>().join("\n");
    assert!(codes(&tntp(home.path(), &one_way, Some(TRIPS), Some(NODES))).is_empty(), "one can still walk");
    let empty = "<NUMBER OF ZONES> 0\n<NUMBER OF NODES> 0\n<END OF METADATA>\n";
    assert_eq!(of(empty, empty, ""), ["E377"]);
}

#[test]
fn no_broken_network_panics() {
    let home = tempfile::tempdir().expect("temp");
    let peopled = |mut options: ImportOptions| {
        options.population = Some(50);
        codes(&options)
    };
    for cut in 0..NET.len() {
        peopled(tntp(home.path(), &NET[..cut], Some(&TRIPS[..cut.min(TRIPS.len())]), None));
        peopled(tntp(home.path(), &NET[..cut], None, Some(&NODES[..cut.min(NODES.len())])));
    }
    for hostile in [
        "~",
        ":",
        ";;;",
        "<>",
        "Origin",
        "é é é",
        "\0\0",
        "1 2 3",
        "1 1e308 -1e308",
        "2 NaN inf",
        "1 1 1 1 1 1 1 1 1",
    ] {
        peopled(tntp(home.path(), hostile, Some(hostile), Some(hostile)));
        peopled(tntp(home.path(), &format!("{NET}{hostile}"), Some(TRIPS), Some(hostile)));
        peopled(tntp(home.path(), NET, Some(TRIPS), Some(&format!("{hostile}\n{NODES}"))));
    }
    for (from, to) in
        [("0.5 1 ", "0 0 "), ("1 2 0.15", "1e300 1e-300 0.15"), ("1 2 0.15", "0 0 0.15"), ("1800", "1e300")]
    {
        for nodes in [None, Some(NODES)] {
            peopled(tntp(home.path(), &NET.replace(from, to), Some(TRIPS), nodes));
        }
    }
    for cut in 0..LINK.len() {
        let table = |text: &'static str| &text[..cut.min(text.len())];
        peopled(gmns(
            home.path(),
            &[("node.csv", NODE), ("link.csv", table(LINK)), ("demand.csv", table(DEMAND))],
        ));
        peopled(gmns(
            home.path(),
            &[("node.csv", table(NODE)), ("link.csv", LINK), ("config.csv", &LINK[cut..])],
        ));
        std::fs::remove_file(home.path().join("config.csv")).expect("removed");
    }
    for (from, to) in [("9.70", "9e300"), ("9.70", "-181"), ("50.87", "nan"), ("9.72", "9.70"), ("a,", ",")] {
        peopled(gmns(
            home.path(),
            &[("node.csv", &NODE.replace(from, to)), ("link.csv", &LINK.replace(from, to))],
        ));
    }
}
