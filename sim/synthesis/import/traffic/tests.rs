//! Sound cases in both formats, and every sort of mistake with its place.

use super::*;

const NET: &str = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> 5\n\
    <END OF METADATA>\n\n~ init_node term_node capacity length free_flow_time b power speed toll link_type ;\n\
    1 3 1 0 1e-8 1e9 1 0 0 1 ;\n1 4 1 0 50 0.02 1 0 0 1 ;\n3 2 1 0 50 0.02 1 0 0 1 ;\n\
    3 4 1 0 10 0.1 1 0 2.5 1 ;\n4 2 1 0 1e-8 1e9 1 0 0 1 ;\n";
const TRIPS: &str = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 6\n<END OF METADATA>\nOrigin 1\n 1 : 0; 2 : 6.0;\n";

fn tntp(net: &str, trips: &str) -> Result<TrafficCase, Refused> {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a_net.tntp"), net).unwrap();
    std::fs::write(home.path().join("a_trips.tntp"), trips).unwrap();
    read(&home.path().join("a_net.tntp"), None, Factors::default())
}

#[test]
fn a_sound_case_is_read() {
    let case = tntp(NET, TRIPS).unwrap();
    assert_eq!((case.from.as_slice(), case.to.as_slice()), (&[0, 0, 2, 2, 3][..], &[2, 3, 1, 3, 1][..]));
    assert_eq!(case.terminal, [true, true, false, false]);
    assert_eq!(case.delay[3], VolumeDelay { free_time: 10.0, b: 0.1, capacity: 1.0, power: 1.0, fixed: 0.0 });
    assert_eq!(case.demand[1], Demand { origin: 0, destination: 1, volume: 6.0 });
    let codes: Vec<_> = case.warnings.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["W372"], "tolls without a factor are told");
    let priced = tntp(&NET.replace("<END", "<TOLL FACTOR> 0.5\n<END"), TRIPS).unwrap();
    assert!((priced.delay[3].fixed - 1.25).abs() < 1e-12 && priced.warnings.is_empty());
}

/// The codes of a refusal with the text at which each points.
fn faults(net: &str, trips: &str) -> Vec<(&'static str, String)> {
    let refused = tntp(net, trips).expect_err("broken");
    let place = |problem: &Problem| {
        let file = problem.file.clone().unwrap_or_default();
        let text = refused.texts.iter().find(|(name, _)| *name == file).map(|(_, text)| text.as_str());
        let span = problem.span.clone().unwrap_or(0..0);
        text.unwrap_or_default()[span].to_owned()
    };
    let errors = refused.problems.iter().filter(|problem| problem.is_error());
    errors.map(|problem| (problem.code, place(problem))).collect()
}

#[test]
fn mistakes_are_told_all_at_once_with_their_places() {
    let net = NET.replace("1 4 1 0 50", "1 9 x 0 50").replace("3 2 1 0 50 0.02 1 0 0 1", "3 2 1");
    let trips = TRIPS.replace("2 : 6.0", "7 : -6");
    let wanted = [("E374", "9"), ("E373", "x"), ("E373", "3 2 1"), ("E374", "7"), ("E376", "-6")];
    let found = faults(&net, &trips);
    assert_eq!(found.iter().map(|(code, text)| (*code, text.as_str())).collect::<Vec<_>>(), wanted);
    assert_eq!(faults(&NET.replace("4 2 1 0", "4 2 0 0"), TRIPS)[0], ("E373", "0".to_owned()));
    assert_eq!(faults(&NET.replace("NODES> 4", "NODES> 99999999"), TRIPS)[0].0, "E372");
    assert_eq!(faults("", "")[0].0, "E372");
    assert_eq!(faults(NET, &TRIPS.replace("Origin 1", ""))[0].0, "E376");
}

#[test]
fn no_broken_text_panics() {
    for cut in 0..NET.len() {
        let _ = tntp(&NET[..cut], TRIPS);
    }
    for cut in 0..TRIPS.len() {
        let _ = tntp(NET, &TRIPS[..cut]);
    }
    for hostile in ["~", ":", ";;;", "<", "<>", "Origin", "1:", "\u{feff}", "é é é", "\0\0"] {
        let _ = tntp(hostile, hostile);
        let _ = tntp(&format!("{NET}{hostile}"), &format!("{TRIPS}{hostile}"));
    }
    assert!(read(Path::new("/nowhere"), None, Factors::default()).is_err());
}

fn gmns(node: &str, link: &str, demand: &str) -> Result<TrafficCase, Refused> {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in [("node.csv", node), ("link.csv", link), ("demand.csv", demand)] {
        std::fs::write(home.path().join(name), text).unwrap();
    }
    read(home.path(), None, Factors::default())
}

const NODE: &str = "node_id,x_coord,y_coord,zone_id\na,0,0,1\nb,1,0,\nc,2,0,2\nd,2,1,2\n";
const LINK: &str = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,geometry\n\
    1,a,b,1,2,60,900,2,\"LINESTRING (0 0, 1 0)\"\n2,b,c,0,1,30,800,1,\n3,b,d,1,1,30,,1,\n";

#[test]
fn gmns_tables_are_read() {
    let case = gmns(NODE, LINK, "o_zone_id,d_zone_id,volume\n1,2,1000\n").unwrap();
    assert_eq!(case.link_count, 4, "a link of both directions is two");
    assert_eq!(case.delay[0], VolumeDelay { free_time: 2.0, b: B, capacity: 1800.0, power: 4.0, fixed: 0.0 });
    assert_eq!(case.delay[3].b, 0.0, "without capacity the time is constant");
    // Zone 2 has two nodes, so it has got a centroid.
    assert_eq!((case.node_id.len(), case.terminal.len(), case.from.len()), (4, 5, 8));
    assert_eq!(case.demand, [Demand { origin: 0, destination: 4, volume: 1000.0 }]);
    assert_eq!(case.terminal, [false, false, false, false, true]);
}

const B: f64 = 0.15;

#[test]
fn gmns_mistakes_have_their_places() {
    let refused = gmns(NODE, &LINK.replace("2,b,c,0,1,30", "2,b,x,0,1,fast"), "o_zone_id,d_zone_id\n1,2\n");
    let refused = refused.expect_err("broken");
    let told: Vec<_> = refused.problems.iter().map(|p| (p.code, p.line, p.column)).collect();
    let wanted = [("E374", Some(3), Some(5)), ("E373", Some(3), Some(11)), ("E373", Some(3), Some(1))];
    assert_eq!(told[..3], wanted);
    assert_eq!(told[3].0, "E372");
    for cut in (0..LINK.len()).filter(|cut| LINK.is_char_boundary(*cut)) {
        let _ = gmns(&NODE[..cut.min(NODE.len())], &LINK[..cut], &LINK[cut..]);
    }
}
