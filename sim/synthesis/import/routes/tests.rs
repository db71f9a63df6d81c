//! Instances as found in the wild are read right; whatever is wrong in one is told all at once, and nothing panics.
use super::*;
use std::path::PathBuf;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/routes").join(name)
}

fn read_text(text: &str) -> Result<RoutingCase, Box<Refused>> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("instance");
    std::fs::write(&path, text).unwrap();
    read(&path, None)
}

fn codes(text: &str) -> Vec<&'static str> {
    read_text(text).unwrap_err().problems.iter().map(|problem| problem.code).collect()
}

const SMALL: &str = "NAME: small\nTYPE : CVRP\nCOMMENT : (a test)\nDIMENSION : 4\nCAPACITY : 10\n\
    EDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 0 2.6\n4 1e1 0\nDEMAND_SECTION\n1 0\n2 5\n3 5\n4 5\n\
    DEPOT_SECTION\n1\n-1\nEOF\nanything";

/// The cost of a solution file by the independent check.
fn cost_of(name: &str) -> (String, String) {
    let (instance, text) = match data(&format!("{name}.vrp")) {
        path if path.is_file() => (path, name),
        _ => (data(&format!("{name}.txt")), name),
    };
    let case = read(&instance, None).unwrap();
    let known = std::fs::read_to_string(data(&format!("{text}.sol"))).unwrap();
    let mut plan = Plan::default();
    for line in known.lines().filter_map(|line| line.split_once(':')) {
        let orders = line.1.split_whitespace().map(|word| word.parse::<u32>().unwrap());
        let index = |number: u32| case.numbers.iter().position(|own| *own == number).unwrap() as u32;
        plan.tours.push(citytwin_routing::tours::Tour { kind: 0, orders: orders.map(index).collect() });
    }
    let cost = citytwin_routing::tours::check(&case.task, &plan).unwrap().cost();
    let written = solution(&case, &plan, cost);
    let last = known.lines().rfind(|line| line.starts_with("Cost")).unwrap().trim().to_owned();
    (written.lines().last().unwrap().to_owned(), last)
}

#[test]
fn best_known_solutions_cost_what_their_files_say() {
    for name in ["X-n101-k25", "R101", "RC201"] {
        let (ours, theirs) = cost_of(name);
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn headers_decide_how_lengths_are_rounded() {
    let leg = |text: &str| {
        let case = read_text(text).unwrap();
        (case.task.distance.leg(0, 2), case.scale)
    };
    assert_eq!(leg(SMALL), (3, 1));
    assert_eq!(leg(&SMALL.replace("EUC_2D", "CEIL_2D")), (3, 1));
    assert_eq!(leg(&SMALL.replace("0 2.6", "0 2.4").replace("EUC_2D", "CEIL_2D")), (3, 1));
    assert_eq!(leg(&SMALL.replace("(a test)", "524.61")), (26_000, 10_000));
    let windows = "TIME_WINDOW_SECTION\n1 0 100\n2 0 100\n3 0 100\n4 0 100\nDEPOT_SECTION";
    let timed =
        SMALL.replace("DEPOT_SECTION", windows).replace("TYPE : CVRP", "TYPE : VRPTW\nSERVICE_TIME : 2");
    assert_eq!(leg(&timed), (26, 10));
    let case = read_text(&timed).unwrap();
    assert_eq!((case.task.orders.due[0], case.task.orders.service[2]), (1000, 20));
    let path = data("R101.txt");
    assert_eq!(read(&path, Some(Rounding::Nearest)).unwrap().scale, 1);
}

#[test]
fn tables_are_read_in_every_shape() {
    let head = "NAME : t\nTYPE : CVRP\nDIMENSION : 3\nCAPACITY : 9\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : ";
    let tail = "DEMAND_SECTION\n1 0\n2 1\n3 1\nDEPOT_SECTION\n1 -1\nEOF\n";
    for (format, numbers) in [
        ("FULL_MATRIX", "0 1 2\n1 0 3\n2 3 0"),
        ("LOWER_ROW", "1\n2 3"),
        ("LOWER_DIAG_ROW", "0\n1 0\n2 3 0"),
        ("UPPER_ROW", "1 2\n3"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("LOWER_COL", "1 2 3"),
        ("UPPER_COL", "1 2 3"),
    ] {
        let case = read_text(&format!("{head}{format}\nEDGE_WEIGHT_SECTION\n{numbers}\n{tail}")).unwrap();
        let leg = |from, to| case.task.distance.leg(from, to);
        assert_eq!([leg(0, 1), leg(0, 2), leg(1, 2), leg(2, 1)], [1, 2, 3, 3], "{format}");
    }
    // A depot in the middle.
    let text = format!("{head}FULL_MATRIX\nEDGE_WEIGHT_SECTION\n0 1 2 4 0 3 5 6 0\n{tail}");
    let text = text.replace("DEPOT_SECTION\n1", "DEPOT_SECTION\n2").replace("1 0\n2 1", "1 1\n2 0");
    let case = read_text(&text).unwrap();
    assert_eq!(case.numbers, [0, 2]);
    let legs: Vec<i32> = [(0, 1), (1, 0), (0, 2), (1, 2)].map(|(a, b)| case.task.distance.leg(a, b)).into();
    assert_eq!(legs, [4, 1, 3, 2]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let wrong = SMALL.replace("2 3 4", "2 3 north").replace("3 5\n", "9 5\n").replace("CAPACITY : 10\n", "");
    let refused = read_text(&wrong).unwrap_err();
    let found: Vec<_> =
        refused.problems.iter().map(|problem| (problem.code, problem.line, problem.column)).collect();
    for wanted in [("E062", Some(8), Some(5)), ("E064", Some(14), Some(1)), ("E061", None, None)] {
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
    for (from, to, code) in [
        ("EUC_2D", "GEO", "E061"),
        ("TYPE : CVRP", "TYPE : TSP", "E061"),
        ("NAME: small", "NAME: small\nSPEED : 3", "E061"),
        ("DEPOT_SECTION", "PICKUP_SECTION\n1 2\nDEPOT_SECTION", "E061"),
        ("DIMENSION : 4", "DIMENSION : 5", "E063"),
        ("DIMENSION : 4", "DIMENSION : 99999999", "E062"),
        ("DIMENSION : 4", "DIMENSION : 9999999", "E061"),
        ("DIMENSION : 4", "DIMENSION : 0", "E061"),
        ("3 5\n", "3 5\n3 5\n", "E063"),
        ("3 5\n", "3 -5\n", "E062"),
        ("3 5\n", "3 5.5\n", "E062"),
        ("3 5\n", "3\n", "E062"),
        ("3 5\n", "3 50\n", "E065"),
        ("1e1 0", "1e300 0", "E062"),
        ("DEPOT_SECTION\n1", "DEPOT_SECTION\n7", "E064"),
        ("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n", "E063"),
        ("CAPACITY : 10", "CAPACITY : 10\nVEHICLES : 1", "E065"),
        ("CAPACITY : 10", "CAPACITY : 10\nCAPACITY : 10", "E063"),
    ] {
        assert!(SMALL.contains(from));
        let found = codes(&SMALL.replacen(from, to, 1));
        assert!(found.contains(&code), "{to}: {found:?}");
    }
    assert_eq!(codes(""), ["E060"]);
    assert_eq!(codes("\u{feff}{}"), ["E060"]);
    assert_eq!(read(Path::new("/"), None).unwrap_err().problems.iter().next().unwrap().code, "E060");
}

#[test]
fn solomon_rows_are_checked_too() {
    let text = std::fs::read_to_string(data("R101.txt")).unwrap();
    for (from, to, code) in [
        ("  25         200", "  25", "E061"),
        ("  25         200", "  25         9", "E065"),
        ("  25         200", "  2          200", "E065"),
        ("  25         200", "", "E061"),
        ("    2          35", "    1          35", "E063"),
        ("161         171", "171         161", "E062"),
        ("161         171", "161         1e9", "E062"),
        ("161         171", "1           2", "E065"),
        ("161         171", "161", "E063"),
    ] {
        assert!(text.contains(from), "{from}");
        let found = codes(&text.replacen(from, to, 1));
        assert!(found.contains(&code), "{to}: {found:?}");
    }
    assert!(codes(&text[..text.find("CUSTOMER").unwrap()]).contains(&"E063"));
}

#[test]
fn whatever_is_cut_or_broken_is_refused_or_read() {
    for text in [SMALL.to_owned(), std::fs::read_to_string(data("RC201.txt")).unwrap()] {
        let step = (text.len() / 50).max(1);
        for at in (0..text.len()).step_by(step) {
            let _ = read_text(&text[..at]);
            for junk in ["\0", "-9999999999999999999", "9e9", "nan", "ü", "VEHICLE", "DEPOT_SECTION\n"] {
                let _ = read_text(&format!("{}{junk}{}", &text[..at], &text[at..]));
            }
        }
    }
}

#[test]
fn numbers_are_written_in_the_units_of_the_file() {
    for (cost, scale, text) in [
        (27_591, 1, "27591"),
        (16_377, 10, "1637.7"),
        (16_370, 10, "1637.0"),
        (-5, 10, "-0.5"),
        (5_246_101, 10_000, "524.6101"),
    ] {
        assert_eq!(in_units(cost, scale), text);
    }
}
