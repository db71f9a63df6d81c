//! The solvers through the command.
use super::{citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

fn network(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/traffic").join(name).display().to_string()
}

#[test]
fn braess_is_solved_and_its_flows_are_written() {
    let home = tempfile::tempdir().unwrap();
    let net = network("braess_net.tntp");
    let told = citytwin(home.path(), &["solve", "assignment", &net, "--gap", "1e-12", "--out", "flows.csv"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    assert!(stdout(&told).lines().count() > 2 && stdout(&told).contains("relative gap"));
    let text = std::fs::read_to_string(home.path().join("flows.csv")).unwrap();
    let mut rows = text.lines();
    assert_eq!(rows.next(), Some("init_node,term_node,flow,cost"));
    let wanted =
        [(1, 3, 4.0, 40.0), (1, 4, 2.0, 52.0), (3, 2, 2.0, 52.0), (3, 4, 2.0, 12.0), (4, 2, 4.0, 40.0)];
    for (row, (from, to, flow, cost)) in rows.zip(wanted) {
        let cells: Vec<f64> = row.split(',').map(|cell| cell.parse().unwrap()).collect();
        assert_eq!((cells[0], cells[1]), (f64::from(from), f64::from(to)));
        assert!((cells[2] - flow).abs() < 1e-6 && (cells[3] - cost).abs() < 1e-4, "{row}");
    }
    let told = citytwin(home.path(), &["solve", "assignment", &network(""), "--format", "json"]);
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert!(data["reached"] == true && data["rounds"].as_array().unwrap().len() > 1);
}

#[test]
fn what_is_wrong_with_a_network_is_shown_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    let net = std::fs::read_to_string(network("braess_net.tntp")).unwrap();
    std::fs::write(home.path().join("a_net.tntp"), net.replace("\t3\t4\t1", "\t3\t9\tone")).unwrap();
    std::fs::copy(network("braess_trips.tntp"), home.path().join("a_trips.tntp")).unwrap();
    let told = citytwin(home.path(), &["solve", "assignment", "a_net.tntp", "--out", "flows.csv"]);
    assert_eq!(status(&told), 2);
    assert_eq!(stdout(&told), "");
    let text = stderr(&told);
    for word in ["E374", "E373", "a_net.tntp:11:4", "^", "2 errors"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    assert!(!home.path().join("flows.csv").exists());
    for arguments in
        [&["nowhere_net.tntp"][..], &["."], &["a_net.tntp", "--gap", "2"], &["a_net.tntp", "--trips", "."]]
    {
        let told = citytwin(home.path(), &[&["solve", "assignment"], arguments].concat());
        assert_eq!(status(&told), 2, "{arguments:?}");
        assert!(stderr(&told).contains("error"), "{arguments:?}");
    }
}

#[test]
fn a_gap_that_is_not_reached_fails_the_run_and_keeps_the_flows() {
    let home = tempfile::tempdir().unwrap();
    let net = network("braess_net.tntp");
    let told =
        citytwin(home.path(), &["solve", "assignment", &net, "--rounds", "0", "--out", "flows.csv", "-q"]);
    assert_eq!(status(&told), 1);
    assert!(stderr(&told).contains("gap"));
    assert!(home.path().join("flows.csv").is_file());
}

fn instance(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/routes").join(name).display().to_string()
}

/// The routes and the cost of a solution file.
fn routes_of(path: &Path) -> (Vec<Vec<u32>>, String) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut routes = Vec::new();
    for (at, line) in text.lines().filter(|line| line.starts_with("Route")).enumerate() {
        let orders = line.strip_prefix(&format!("Route #{}:", at + 1)).unwrap();
        routes.push(orders.split_whitespace().map(|word| word.parse().unwrap()).collect());
    }
    let cost = text.lines().last().unwrap().strip_prefix("Cost ").unwrap();
    (routes, cost.to_owned())
}

#[test]
fn routes_are_written_and_are_the_same_for_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    for (name, best, per_mille) in [("X-n101-k25.vrp", 27_591.0, 20.0), ("R101.txt", 1637.7, 20.0)] {
        let file = instance(name);
        let run = |threads: &str, out: &str| {
            let budget = ["--iterations", "40000", "--seed", "3", "--threads", threads, "--out", out];
            let told = citytwin(home.path(), &[&["solve", "routes", &file], &budget[..]].concat());
            assert_eq!(status(&told), 0, "{}", stderr(&told));
            assert!(stdout(&told).contains("vehicles") && stderr(&told).contains("any number of threads"));
            std::fs::read_to_string(home.path().join(out)).unwrap()
        };
        let one = run("1", "one.sol");
        assert_eq!(one, run("3", "three.sol"));
        let (routes, cost) = routes_of(&home.path().join("one.sol"));
        let mut served: Vec<u32> = routes.concat();
        served.sort_unstable();
        assert!(served.into_iter().eq(1..=100));
        let cost: f64 = cost.parse().unwrap();
        assert!(cost >= best && cost <= best * (1.0 + per_mille / 1000.0), "{name}: {cost}");
    }
}

#[test]
fn routes_end_by_the_clock_and_tell_programs_what_they_found() {
    let home = tempfile::tempdir().unwrap();
    let file = instance("RC201.txt");
    let told = citytwin(home.path(), &["solve", "routes", &file, "--seconds", "0.5", "--format", "json"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert!(data["cost"].as_f64().unwrap() >= 1261.8 && data["repeatable"] == false);
    assert!(data["vehicles"].as_u64().unwrap() > 0 && data["iterations"].as_u64().unwrap() > 0);
    let told = citytwin(home.path(), &["solve", "routes", &file, "--seconds", "0.1"]);
    assert!(stderr(&told).contains("the clock ends the search"));
}

#[test]
fn a_wrong_instance_is_refused_with_all_its_mistakes() {
    let home = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(instance("X-n101-k25.vrp")).unwrap();
    let text = text.replace("EUC_2D", "GEO").replacen("2\t146\t180", "2\t146\twest", 1);
    std::fs::write(home.path().join("a.vrp"), text).unwrap();
    let told = citytwin(home.path(), &["solve", "routes", "a.vrp", "--out", "a.sol"]);
    assert_eq!((status(&told), stdout(&told).as_str()), (2, ""));
    for word in ["E061", "E062", "a.vrp:9:", "^", "west", "2 errors"] {
        assert!(stderr(&told).contains(word), "{word} in {}", stderr(&told));
    }
    assert!(!home.path().join("a.sol").exists());
    for arguments in
        [&["nowhere.vrp"][..], &["."], &["a.vrp", "--seconds", "-1"], &["a.vrp", "--threads", "0"]]
    {
        let told = citytwin(home.path(), &[&["solve", "routes"], arguments].concat());
        assert_eq!(status(&told), 2, "{arguments:?}");
        assert!(stderr(&told).contains("error"), "{arguments:?}");
    }
}

#[test]
fn no_plan_is_a_failed_run_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = instance("R101.txt");
    let few = ["solve", "routes", &file, "--vehicles", "9", "--iterations", "2000", "--out", "a.sol"];
    let told = citytwin(home.path(), &few);
    assert_eq!(status(&told), 1, "{}", stderr(&told));
    assert!(stderr(&told).contains("isn't served") && !home.path().join("a.sol").exists());
}
