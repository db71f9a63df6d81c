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

/// A file of the power networks.
fn grid(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/power").join(name).display().to_string()
}

#[test]
fn a_power_network_is_solved_and_cascades_are_told() {
    let home = tempfile::tempdir().unwrap();
    let [buses, branches] = ["ieee14_bus.csv", "ieee14_branch.csv"].map(grid);
    let solve = |more: &[&str]| {
        let told = citytwin(home.path(), &[&["solve", "power", &buses, &branches], more].concat());
        assert_eq!(status(&told), 0, "{}", stderr(&told));
        stdout(&told)
    };
    let told = solve(&["--out", "flows.csv", "--out-buses", "buses.csv"]);
    assert!(told.contains("14 buses, 20 branches, 1 island, base 100 MVA"), "{told}");
    let rows = |file: &str| std::fs::read_to_string(home.path().join(file)).unwrap();
    assert!(rows("flows.csv").starts_with("from,to,pf_mw\n0,1,147.83"), "{}", rows("flows.csv"));
    assert_eq!((rows("flows.csv").lines().count(), rows("buses.csv").lines().count()), (21, 15));
    let data: Value =
        serde_json::from_str(&solve(&["--cascade", "1.2", "--out", "c.csv", "--format", "json"])).unwrap();
    assert_eq!(data["triggers"], 20);
    assert!(rows("c.csv").starts_with("trigger_branch,rounds,branches_lost,load_shed_frac\n0,"));
}

#[test]
fn what_is_wrong_with_a_power_network_is_shown_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("bus.csv"), "bus,p_inj_mw,is_ref\na1,10,1\nb1,-10,0\n").unwrap();
    std::fs::write(home.path().join("branch.csv"), "from,to,x_pu\na1,b2,0.1\na1,b1,none\n").unwrap();
    let told = citytwin(home.path(), &["solve", "power", "bus.csv", "branch.csv", "--out", "flows.csv"]);
    assert_eq!(status(&told), 2);
    for word in ["E073", "E072", "branch.csv:2:4", "did you mean `b1`?", "^", "2 errors"] {
        assert!(stderr(&told).contains(word), "{word} in {}", stderr(&told));
    }
    assert!(!home.path().join("flows.csv").exists());
    for arguments in
        [&["bus.csv"][..], &["nowhere.m"], &["bus.csv", "."], &["bus.csv", "branch.csv", "--cascade", "0"]]
    {
        let told = citytwin(home.path(), &[&["solve", "power"], arguments].concat());
        assert_eq!(status(&told), 2, "{arguments:?}");
    }
    let told = citytwin(home.path(), &["explain", "E073"]);
    assert_eq!(status(&told), 0);
}

/// A file of the water networks.
fn pipes(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/water").join(name).display().to_string()
}

#[test]
fn a_water_network_is_solved_hour_by_hour() {
    let home = tempfile::tempdir().unwrap();
    let told = citytwin(home.path(), &["solve", "water", &pipes("Net1.inp"), "--out", "net1"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    assert!(stdout(&told).contains("11 nodes, 13 links") && stdout(&told).contains("25 report times"));
    for (file, head) in [("head_m.csv", "time_s,10,11,12"), ("flow_m3s.csv", "time_s,10,11,12,21")] {
        let text = std::fs::read_to_string(home.path().join("net1").join(file)).unwrap();
        assert!(text.starts_with(head) && text.lines().count() == 26, "{text}");
        assert!(text.lines().last().unwrap().starts_with("86400,"), "{text}");
    }
    let told = citytwin(home.path(), &["solve", "water", &pipes("ky4.inp"), "--format", "json"]);
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!((data["nodes"].as_u64(), data["report_times"].as_u64()), (Some(964), Some(1)));
}

#[test]
fn what_is_wrong_with_a_water_network_is_shown_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    let net = std::fs::read_to_string(pipes("Net1.inp")).unwrap();
    let broken = net
        .replace("HEAD 1\t", "HAED 1\t")
        .replace("LINK 9 OPEN IF NODE 2 BELOW", "LINK 8 OPEN IF NODE 2 BELOW");
    std::fs::write(home.path().join("a.inp"), broken).unwrap();
    let told = citytwin(home.path(), &["solve", "water", "a.inp", "--out", "out"]);
    assert_eq!(status(&told), 2);
    for word in ["E075", "did you mean `HEAD`?", "E073", "a.inp:", "^", "errors"] {
        assert!(stderr(&told).contains(word), "{word} in {}", stderr(&told));
    }
    assert!(!home.path().join("out").exists());
    assert_eq!(status(&citytwin(home.path(), &["solve", "water", "nowhere.inp"])), 2);
}

#[test]
fn flows_that_do_not_come_to_rest_fail_the_run_and_say_where() {
    let home = tempfile::tempdir().unwrap();
    let net = std::fs::read_to_string(pipes("Net1.inp")).unwrap();
    let hasty = net.replace("Trials             \t40", "Trials 2").replace("Continue 10", "Stop");
    assert_ne!(hasty, net);
    std::fs::write(home.path().join("a.inp"), hasty).unwrap();
    let told = citytwin(home.path(), &["solve", "water", "a.inp", "--out", "out"]);
    assert_eq!(status(&told), 1);
    assert!(
        stderr(&told).contains("at 0:00:00 h flows don't come to rest: after 2 trials"),
        "{}",
        stderr(&told)
    );
    assert!(home.path().join("out/head_m.csv").is_file());
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
