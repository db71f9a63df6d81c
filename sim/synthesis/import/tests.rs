//! The importer as a whole: on a tiny city, and on files that are broken or mean harm.
use crate::folder::read_city;
use crate::import::fixture::{self, FEED};
use crate::import::{ImportOptions, import, osm, pbf};
use crate::near::Near;
use citytwin_world::id::Key;
use citytwin_world::problem::{Problems, Tally};
use citytwin_world::streets::access;
use citytwin_world::{City, PlaceKind, RouteId, RunId};
use std::path::Path;

fn tiny(folder: &Path) -> City {
    let options = fixture::write(folder);
    let report = import(&options).expect("imports");
    let (city, _) = read_city(&options.out).expect("reads");
    assert_eq!(report.hash, city.hash);
    city
}

fn refusal(options: &ImportOptions) -> Problems {
    assert!(!options.out.exists(), "nothing is written when the input is refused");
    import(options).expect_err("refused")
}

#[test]
fn one_map_in_three_formats() {
    let folder = tempfile::tempdir().expect("temp");
    let read = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("write");
        osm::read(&path).expect("reads")
    };
    let xml = read("a.osm", fixture::xml().as_bytes());
    assert_eq!(xml.ways.len(), 13);
    assert_eq!(read("a.osm.gz", &fixture::xml_gz()), xml);
    let pbf = read("a.pbf", &fixture::pbf());
    assert_eq!((&pbf.node_tags, &pbf.ways, &pbf.relations), (&xml.node_tags, &xml.ways, &xml.relations));
    let close = |a: &osm::OsmNode, b: &osm::OsmNode| {
        a.id == b.id && (a.lon - b.lon).abs() + (a.lat - b.lat).abs() < 1e-9
    };
    assert!(pbf.nodes.iter().zip(&xml.nodes).all(|(a, b)| close(a, b)));
}

#[test]
fn streets_of_the_tiny_city() {
    let folder = tempfile::tempdir().expect("temp");
    let city = tiny(folder.path());
    let s = &city.streets;
    assert_eq!(s.node_count(), 36);
    let count = |bit: u8| s.access.iter().filter(|(_, a)| **a & bit != 0).count();
    // Six rows and six columns of five stretches, each both ways.
    assert_eq!(count(access::FOOT), 120);
    // No cars on the footway; the one-way row loses its first stretch, which only the footway leads back from.
    assert_eq!(count(access::CAR), 2 * (25 + 25) + 4);
    let fast = s.from.ids().find(|l| s.free_speed_kmh[*l] == 60.0 && s.access[*l] & access::CAR != 0);
    let fast = fast.expect("the primary road");
    assert_eq!((s.lanes[fast], s.capacity_veh_h[fast]), (2, 3000.0));
    assert!((s.length_m[fast] - 192.5).abs() < 1.0, "{}", s.length_m[fast]);
    // Both ways run on through the junction: from west to north and from east to south are left turns.
    assert_eq!(s.banned_turns.len(), 2);
    for (a, b) in &s.banned_turns {
        assert_eq!(s.to[*a], s.from[*b], "a turn joins two links");
        let (east, north) = (s.lon[s.to[*a]] - s.lon[s.from[*a]], s.lat[s.to[*b]] - s.lat[s.from[*b]]);
        assert!(east * north > 0.0);
    }
}

#[test]
fn timetable_of_the_tiny_city() {
    let folder = tempfile::tempdir().expect("temp");
    let t = tiny(folder.path()).transit;
    assert_eq!(t.stop_name.as_slice(), ["West", "Middle", "East"], "the far stop is outside the city");
    assert_eq!(t.route_line.len(), 3, "two stop sequences of the bus, one of the metro");
    let runs = t.route_runs.row(RouteId(0));
    let times: Vec<u32> = t.run_times_s.row(runs[0]).iter().map(|x| x[0]).collect();
    assert_eq!((times.first(), times.last()), (Some(&25_200), Some(&25_800)));
    assert!((25_400..25_500).contains(&times[1]), "the blank time follows distance: {}", times[1]);
    let metro = t.line_name.ids().find(|l| t.line_name[*l] == "M1").expect("the metro");
    assert_eq!(t.line_mode[metro], citytwin_world::Mode::Metro);
    let route = t.route_line.ids().find(|r| t.route_line[*r] == metro).expect("its route");
    assert_eq!(t.route_runs.row(route).len(), 6, "every ten minutes for an hour");
    let week: Vec<u8> = t.run_weekdays.as_slice().to_vec();
    assert!(week.iter().all(|w| *w == 0b1_1111 || *w == 0b111_1111));
    for route in t.route_line.ids() {
        for pair in t.route_runs.row(route).windows(2) {
            let times = |r: RunId| t.run_times_s.row(r);
            assert!(times(pair[0]).iter().zip(times(pair[1])).all(|(a, b)| a[0] <= b[0] && a[1] <= b[1]));
        }
    }
}

#[test]
fn sums_of_the_tiny_city_are_exact() {
    let folder = tempfile::tempdir().expect("temp");
    let city = tiny(folder.path());
    let (mut residents, mut jobs) = (vec![0; city.zones.len()], vec![0; city.zones.len()]);
    for (place, zone) in city.places.zone.iter() {
        if city.places.kind[place] == PlaceKind::Home {
            residents[zone.index()] += city.places.capacity[place];
        }
        jobs[zone.index()] += city.places.jobs[place];
    }
    assert_eq!(residents, city.zones.population.as_slice());
    assert_eq!(jobs, city.zones.jobs.as_slice());
    let schools = city.places.of_kind(PlaceKind::School);
    assert_eq!(schools.len(), 4, "the mapped one and three that only the grid counts");
    assert_eq!(schools.iter().filter(|p| !city.places.inferred[**p]).count(), 1);
    let hospital = city.places.of_kind(PlaceKind::Hospital);
    assert_eq!(hospital.iter().map(|p| city.places.capacity[*p]).collect::<Vec<_>>(), [40]);
    let house = city.places.kind.ids().find(|p| city.places.id[*p] == "w300").expect("the mapped house");
    assert_eq!((city.places.kind[house], city.places.height_m[house]), (PlaceKind::Home, 15.0));
    let bakery = city.places.kind.ids().find(|p| city.places.id[*p] == "n801").expect("the bakery");
    assert_eq!(city.places.name[bakery], "Padaria & \"Filhos\"", "names survive the table");
    assert_eq!(city.places.of_kind(PlaceKind::MetroStation).len(), 2);
}

#[test]
fn the_same_files_make_the_same_folder() {
    let (a, b) = (tempfile::tempdir().expect("temp"), tempfile::tempdir().expect("temp"));
    let (one, other) = (tiny(a.path()), tiny(b.path()));
    assert_eq!(one.hash, other.hash);
    let bytes = |city: &City| bitcode::encode(city);
    assert_eq!(bytes(&one), bytes(&other));
}

#[test]
fn an_older_folder_is_replaced_and_anything_else_is_not() {
    let folder = tempfile::tempdir().expect("temp");
    let options = fixture::write(folder.path());
    import(&options).expect("imports");
    std::fs::write(options.out.join("SOURCE.md"), "kept").expect("write");
    import(&options).expect("imports again");
    assert_eq!(std::fs::read_to_string(options.out.join("SOURCE.md")).expect("kept"), "kept");
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).expect("folder");
    std::fs::write(mine.join("thesis.txt"), "years of work").expect("write");
    let problems = import(&ImportOptions { out: mine.clone(), ..options }).expect_err("refused");
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["E351"]);
    assert!(mine.join("thesis.txt").is_file());
    let left = std::fs::read_dir(folder.path()).expect("folder").count();
    assert_eq!(left, 5, "no temporary folder is left behind");
}

#[test]
fn a_cut_or_altered_map_never_panics() {
    let whole = fixture::pbf();
    for cut in 0..whole.len() {
        let _ = pbf::read(&whole[..cut]);
        let mut altered = whole.clone();
        altered[cut] = altered[cut].wrapping_add(1 + cut as u8 % 255);
        let _ = pbf::read(&altered);
    }
    assert!(pbf::read(&whole[..whole.len() - 1]).is_err());
    // Inside the packed block, where the zlib checksum doesn't guard.
    let mut bomb = fixture::block("OSMHeader", b"");
    bomb.extend(fixture::block("OSMData", &vec![0; 33 << 20]));
    assert!(pbf::read(&bomb).is_err_and(|e| e.contains("larger")));
    for raw in [&b"\xff\xff\xff\xff"[..], b"\x00\x00\x00\x05", b"<html>", b"PK\x03\x04", &[0; 64]] {
        assert!(pbf::read(raw).is_err());
    }
    let xml = fixture::xml();
    let folder = tempfile::tempdir().expect("temp");
    let path = folder.path().join("cut.osm");
    for cut in (0..xml.len()).step_by(97) {
        let Some(part) = xml.get(..cut) else { continue };
        std::fs::write(&path, part).expect("write");
        assert!(osm::read(&path).is_err(), "cut at {cut}");
    }
}

#[test]
fn broken_blocks_of_numbers_never_panic() {
    for first in 0..=255_u8 {
        for second in [0, 1, 0x7f, 0x80, 0xff] {
            let content = [first, second, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x12, 0x02];
            let mut file = fixture::block("OSMHeader", b"");
            file.extend(fixture::block("OSMData", &content));
            let _ = pbf::read(&file);
        }
    }
}

#[test]
fn broken_feeds_are_refused_with_all_their_problems() {
    let folder = tempfile::tempdir().expect("temp");
    let mut options = fixture::write(folder.path());
    let put = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("write");
        folder.path().join(name)
    };
    options.gtfs = vec![
        put("none.zip", b""),
        put("empty.zip", &fixture::zip(&[])),
        put("columns.zip", &fixture::zip(&[("stops.txt", "a,b\n1,2\n"), FEED[1], FEED[2], FEED[3], FEED[4]])),
    ];
    options.grid = Some(put("bad.csv", b"id,lon,lat\n1,2,3\n"));
    let codes: Vec<&str> = refusal(&options).iter().map(|p| p.code).collect();
    assert_eq!(codes, ["E322", "E311", "E312", "E312", "E312", "E312", "E313"]);
    options.grid = None;
    options.gtfs = vec![put("cut.zip", &fixture::zip(&FEED)[..700])];
    assert!(refusal(&options).iter().all(|p| p.code == "E311"));
}

#[test]
fn odd_feeds_are_read_as_far_as_they_go() {
    let folder = tempfile::tempdir().expect("temp");
    let path = folder.path().join("odd.zip");
    let times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nb1,9:99,x,A,1\nb1,,,B,2\nb2,07:10:00,07:00:00,A,1\nb2,06:00:00,,C,2\nghost,1:00:00,1:00:00,A,1\nb2,1:00:00,1:00:00,Z,9\n";
    std::fs::write(&path, fixture::zip(&[FEED[0], FEED[1], FEED[2], ("stop_times.txt", times), FEED[4]]))
        .expect("write");
    let near = Near::new([(0, [-51.195, -30.03])]);
    let mut tally = Tally::new();
    let transit = crate::import::gtfs::read(&[path], &near, &mut tally).expect("reads");
    assert_eq!(transit.run_route.len(), 1, "the one trip with two times");
    assert_eq!(transit.run_times_s.row(RunId(0)), [[25_800, 25_800], [25_800, 25_800]]);
    let codes: Vec<&str> = tally.rows().map(|r| r.code).collect();
    assert_eq!(codes, ["W314", "W315", "W316", "W318", "W320", "W321", "W322", "W323"]);
}

#[test]
fn impossible_counts_are_warned_of() {
    let folder = tempfile::tempdir().expect("temp");
    let mut options = fixture::write(folder.path());
    let grid = folder.path().join("huge.csv");
    std::fs::write(
        &grid,
        "id,lon,lat,population,jobs\na,-51.198,-30.028,1000000000,5\nb,-51.194,-30.028,100,1e308\n",
    )
    .expect("write");
    options.grid = Some(grid);
    let report = import(&options).expect("imports");
    assert_eq!((report.population, report.jobs), (100, 5));
    assert!(report.tally.rows().any(|r| r.code == "W332" && r.count == 2));
}

#[test]
fn without_a_grid_people_live_where_the_houses_are() {
    let folder = tempfile::tempdir().expect("temp");
    let mut options = fixture::write(folder.path());
    options.grid = None;
    let codes: Vec<&str> = refusal(&options).iter().map(|p| p.code).collect();
    assert_eq!(codes, ["E324"]);
    options.population = Some(500);
    let report = import(&options).expect("imports");
    assert_eq!(report.population, 500);
    let (city, _) = read_city(&options.out).expect("reads");
    let homes = city.places.of_kind(PlaceKind::Home);
    assert_eq!(
        homes.iter().map(|h| city.places.capacity[*h]).collect::<Vec<_>>(),
        [500],
        "one house is mapped"
    );
}

#[test]
fn tables_of_the_tiny_city_read_as_before() {
    let folder = tempfile::tempdir().expect("temp");
    let options = fixture::write(folder.path());
    import(&options).expect("imports");
    let head = |name: &str, lines: usize| {
        let text = std::fs::read_to_string(options.out.join(name)).expect("text");
        text.lines().take(lines).collect::<Vec<_>>().join("\n")
    };
    let golden = include_str!("tiny_city.txt");
    let tables =
        [("node.csv", 4), ("link.csv", 8), ("turn_restriction.csv", 9), ("zone.csv", 3), ("place.csv", 12)];
    let made: Vec<String> =
        tables.iter().map(|(name, lines)| format!("{name}\n{}\n", head(name, *lines))).collect();
    assert_eq!(
        made.concat(),
        golden,
        "a change of what an import makes is meant: then change tiny_city.txt too"
    );
}

#[test]
fn a_way_with_points_outside_the_extract_is_cut_there() {
    let mut data = osm::OsmData::default();
    for i in 0..8_i64 {
        data.nodes.push(osm::OsmNode { id: i, lon: i as f64 * 0.001, lat: 0.0 });
    }
    let mut way = osm::OsmWay { id: 1, refs: vec![0, 1, 2, 99, 5, 6, 7], ..osm::OsmWay::default() };
    way.tags.keep("highway", "residential");
    data.ways.push(way);
    data.finish();
    let streets = crate::import::streets::build(&data, &mut Tally::new()).expect("streets");
    assert_eq!(streets.link_count(), 2, "the two parts don't touch: one is kept");
    assert!(streets.length_m.iter().all(|(_, m)| *m < 250.0));
}
