//! Cities through the command: imported, generated, shown, checked.
use super::{citytwin, status, stderr, stdout};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// A quarter of five streets each way with houses, a school and a shop, as OSM XML.
fn quarter() -> String {
    let mut osm = String::from("<?xml version=\"1.0\"?>\n<osm version=\"0.6\">\n");
    let id = |row: i32, column: i32| 1 + row * 5 + column;
    for (row, column) in (0..25).map(|n| (n / 5, n % 5)) {
        let (lon, lat) = (9.7 + 0.002 * f64::from(column), 50.87 + 0.0013 * f64::from(row));
        writeln!(osm, "<node id=\"{}\" lon=\"{lon:.6}\" lat=\"{lat:.6}\"/>", id(row, column)).unwrap();
    }
    osm.push_str(
        "<node id=\"101\" lon=\"9.7031\" lat=\"50.8721\"><tag k=\"amenity\" v=\"school\"/></node>\n\
         <node id=\"102\" lon=\"9.7051\" lat=\"50.8731\"><tag k=\"shop\" v=\"bakery\"/></node>\n",
    );
    for n in 0..5 {
        for (way, class, nodes) in [
            (200 + n, "residential", [0, 1, 2, 3, 4].map(|k| id(n, k))),
            (300 + n, "secondary", [0, 1, 2, 3, 4].map(|k| id(k, n))),
        ] {
            let refs: String = nodes.iter().map(|node| format!("<nd ref=\"{node}\"/>")).collect();
            writeln!(osm, "<way id=\"{way}\">{refs}<tag k=\"highway\" v=\"{class}\"/></way>").unwrap();
        }
    }
    osm + "</osm>\n"
}

fn json(home: &Path, arguments: &[&str]) -> Value {
    let told = citytwin(home, &[arguments, &["--format", "json"]].concat());
    assert_eq!(status(&told), 0, "{arguments:?}: {}", stderr(&told));
    serde_json::from_str(&stdout(&told)).unwrap()
}

/// Runs two days in the city of a folder.
fn lives(home: &Path, city: &str) {
    let text = format!(
        "# Two days.\n[city]\nname = \"{city}\"\n[time]\ndays = 2\n[[hazard]]\nkind = \"epidemic\"\n"
    );
    std::fs::write(home.join("two-days.toml"), text).unwrap();
    let run = citytwin(home, &["run", "two-days.toml", "--quiet", "--out", &format!("run-{city}")]);
    assert_eq!((status(&run), stderr(&run).as_str()), (0, ""));
}

#[test]
fn a_quarter_is_imported_checked_and_lived_in() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("quarter.osm"), quarter()).unwrap();
    let import = ["city", "import", "--osm", "quarter.osm", "--population", "600", "--country", "Germany"];
    let import = [&import[..], &["--source", "made for a test", "--out", "quarter"]].concat();
    let told = citytwin(home.path(), &import);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    for line in ["residents", "600 (country Germany)", "school", "inferred", "junctions"] {
        assert!(stdout(&told).contains(line), "{line} in {}", stdout(&told));
    }
    assert!(home.path().join("quarter/city.toml").is_file());
    let again = citytwin(home.path(), &import);
    assert_eq!(status(&again), 2, "what is there is not written over");
    assert!(stderr(&again).contains("--replace") && stdout(&again).is_empty());
    let replaced = json(home.path(), &[&import[..], &["--replace", "--quiet"]].concat());
    assert_eq!(replaced["population"], 600);
    let check = citytwin(home.path(), &["city", "check", "quarter"]);
    assert_eq!(status(&check), 0, "{}", stderr(&check));
    assert!(stdout(&check).contains("quarter: sound"));
    lives(home.path(), "quarter");
}

#[test]
fn wrong_imports_tell_all_and_leave_nothing() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("cut.osm"), &quarter()[..900]).unwrap();
    std::fs::write(home.path().join("grid.csv"), "where,what\n1,2\n").unwrap();
    std::fs::write(home.path().join("bus.zip"), "no zip").unwrap();
    let wrong: &[(&[&str], &[&str])] = &[
        (&["--osm", "nowhere.osm", "--gtfs", "bus.zip"], &["nowhere.osm", "bus.zip"]),
        (&["--osm", "cut.osm", "--grid", "grid.csv"], &["cut.osm", "grid.csv"]),
        (&["--osm", "/dev/zero", "--points", "/dev/zero"], &["not a plain file"]),
        (&["--osm", "cut.osm", "--datum", "nad27"], &["gcj02"]),
        (&["--osm", "cut.osm", "--country", "Atlantis"], &["Atlantis"]),
    ];
    for (arguments, words) in wrong {
        let told =
            citytwin(home.path(), &[&["city", "import", "--quiet"], *arguments, &["--out", "new"]].concat());
        assert_eq!((status(&told), stdout(&told).as_str()), (2, ""), "{arguments:?}");
        for word in *words {
            assert!(stderr(&told).contains(word), "{word} in {}", stderr(&told));
        }
        assert!(!home.path().join("new").exists());
    }
    let data = citytwin(
        home.path(),
        &["city", "import", "--osm", "nowhere.osm", "--out", "new", "--quiet", "--format", "json"],
    );
    let data: Value = serde_json::from_str(&stdout(&data)).unwrap();
    assert_eq!((&data["errors"], &data["problems"][0]["code"]), (&1.into(), &"E301".into()));
}

#[test]
fn a_village_is_generated_shown_and_lived_in() {
    let home = tempfile::tempdir().unwrap();
    let make = ["city", "generate", "--population", "500", "--seed", "7", "--quiet", "--out"];
    let first = json(home.path(), &[&make[..], &["village"]].concat());
    let same = json(home.path(), &[&make[..], &["twin"]].concat());
    assert_eq!(first["city"]["residents"], 500);
    assert_eq!(first["city"]["city_hash"], same["city"]["city_hash"], "one seed, one city");
    let info = citytwin(home.path(), &["city", "info", "village", "--out", "shown"]);
    assert_eq!(status(&info), 0, "{}", stderr(&info));
    for word in ["residents", "residential", "persons per household", "city.html"] {
        assert!(stdout(&info).contains(word), "{word} in {}", stdout(&info));
    }
    let page = std::fs::read_to_string(home.path().join("shown/city.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("Persons per household") && !page.contains("NaN"));
    for load in ["<script", "<link", "<img", "http://", "https://", "url("] {
        assert!(!page.contains(load), "the page loads nothing: {load}");
    }
    let data = json(home.path(), &["city", "info", "village", "--quiet"]);
    assert_eq!(data["page"], "cities/village/city.html");
    assert!(data["quality"]["margins"].as_array().unwrap().len() > 4);
    lives(home.path(), "village");
}

#[test]
fn a_town_keeps_its_buses_in_its_folder() {
    let home = tempfile::tempdir().unwrap();
    let make = ["city", "generate", "--population", "8000", "--quiet", "--out", "town"];
    let made = json(home.path(), &make);
    assert!(home.path().join("town/gtfs/timetable.zip").is_file());
    let read = json(home.path(), &["city", "info", "town", "--quiet", "--sample", "0.1"]);
    assert!(made["city"]["transit"][0]["runs"][0].as_u64().unwrap() > 10);
    for key in ["transit", "stops", "streets_km", "places", "city_hash", "jobs"] {
        if key == "streets_km" {
            let km = |data: &Value| data["city"][key].as_f64().unwrap();
            assert!((km(&made) - km(&read)).abs() < 0.01 * km(&made));
        } else {
            assert_eq!(made["city"][key], read["city"][key], "{key}");
        }
    }
}

#[test]
fn a_broken_folder_is_told_whole() {
    let home = tempfile::tempdir().unwrap();
    let make = ["city", "generate", "--population", "200", "--quiet", "--out", "village"];
    assert_eq!(status(&citytwin(home.path(), &make)), 0);
    let edit = |name: &str, from: &str, to: &str| {
        let path = home.path().join("village").join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {name}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    edit("city.toml", "\"Brazil\"", "\"Atlantis\"");
    for command in ["check", "info"] {
        let told = citytwin(
            home.path(),
            &["city", command, "village", "--out", "x"][..if command == "info" { 5 } else { 3 }],
        );
        assert_eq!((status(&told), stdout(&told).as_str()), (2, ""));
        assert!(stderr(&told).contains("E401"), "{}", stderr(&told));
    }
    edit("place.csv", ",home,", ",house,");
    edit("node.csv", "\n2,", "\n1,");
    std::fs::write(home.path().join("village/building.geojson"), "{").unwrap();
    let told = citytwin(home.path(), &["city", "check", "village", "--format", "json"]);
    assert_eq!((status(&told), stderr(&told).as_str()), (2, ""));
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let text = data["problems"].to_string();
    for word in ["place.csv", "node.csv", "link.csv", "building.geojson"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    for arguments in [
        &["city"] as &[&str],
        &["city", "check", "nowhere"],
        &["city", "info", "village"],
        &["city", "generate", "--population", "99", "--out", "x"],
        &["city", "generate", "--population", "200", "--out", "village"],
    ] {
        let told = citytwin(home.path(), arguments);
        assert_eq!((status(&told), stdout(&told).as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr(&told).is_empty() && !stderr(&told).contains("panicked"));
    }
}

/// Two zones beside a square of streets, as TNTP files.
fn square(home: &Path) {
    let links = [(1, 3), (3, 1), (3, 4), (4, 3), (4, 5), (5, 4), (5, 6), (6, 5), (6, 3), (2, 5), (5, 2)];
    let rows: String = links.map(|(a, b)| format!("\t{a}\t{b}\t1800\t1\t2\t0.15\t4\t0\t0\t1\t;\n")).concat();
    let head = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 6\n<FIRST THRU NODE> 3\n<END OF METADATA>\n";
    std::fs::write(home.join("square_net.tntp"), format!("{head}~ links\n{rows}")).unwrap();
    let trips = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 2 : 900;\nOrigin 2\n 1 : 300;\n";
    std::fs::write(home.join("square_trips.tntp"), trips).unwrap();
}

#[test]
fn a_road_network_is_imported_shown_and_lived_in() {
    let home = tempfile::tempdir().unwrap();
    square(home.path());
    let import =
        ["city", "import", "--tntp-net", "square_net.tntp", "--length-unit", "km", "--name", "Square"];
    let told = citytwin(home.path(), &[&import[..], &["--out", "square"]].concat());
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    for word in ["residents         600", "W376", "W377", "W378", "times in min (assumed)"] {
        assert!(stdout(&told).contains(word), "{word} in {}", stdout(&told));
    }
    let check = json(home.path(), &["city", "check", "square"]);
    assert_eq!((&check["errors"], &check["warnings"]), (&0.into(), &0.into()), "{check}");
    let info = json(home.path(), &["city", "info", "square", "--quiet"]);
    assert_eq!((&info["city"]["residents"], &info["name"]), (&600.into(), &"Square".into()));
    let page = std::fs::read_to_string(home.path().join("cities/square/city.html")).unwrap();
    assert!(page.contains("<svg") && !page.contains("NaN"));
    lives(home.path(), "square");
    let fewer = [&import[..], &["--trips-per-person", "4", "--out", "fewer"]].concat();
    assert_eq!(json(home.path(), &fewer)["population"], 300);
}

#[test]
fn gmns_tables_are_imported_and_lived_in() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("tables");
    std::fs::create_dir(&folder).unwrap();
    let node = "node_id,x_coord,y_coord,zone_id\n1,9.70,50.87,1\n2,9.71,50.87,2\n3,9.71,50.88,3\n";
    let link = "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes\n1,1,2,0,704,50,1\n\
        2,2,3,0,1112,50,1\n3,3,1,0,1320,50,1\n";
    std::fs::write(folder.join("node.csv"), node).unwrap();
    std::fs::write(folder.join("link.csv"), link).unwrap();
    let import = ["city", "import", "--gmns", "tables", "--out", "triangle"];
    let told = citytwin(home.path(), &import);
    assert_eq!(status(&told), 2);
    assert!(stderr(&told).contains("E324") && !home.path().join("triangle").exists());
    let made = json(home.path(), &[&import[..], &["--population", "300", "--quiet"]].concat());
    assert_eq!((&made["population"], &made["links"], &made["zones"]), (&300.into(), &6.into(), &3.into()));
    lives(home.path(), "triangle");
}

#[test]
fn wrong_networks_are_shown_in_their_places() {
    let home = tempfile::tempdir().unwrap();
    square(home.path());
    let net = std::fs::read_to_string(home.path().join("square_net.tntp")).unwrap();
    std::fs::write(home.path().join("bad_net.tntp"), net.replace("\t3\t4\t1800", "\t3\t9\tone")).unwrap();
    let wrong: &[(&[&str], &[&str])] = &[
        (&["--tntp-net", "bad_net.tntp"], &["E374", "E373", "bad_net.tntp:8:4", "^"]),
        (&["--tntp-net", "nowhere.tntp", "--tntp-trips", "none"], &["nowhere.tntp", "none", "E371"]),
        (&["--gmns", "nowhere"], &["node.csv", "link.csv"]),
        (&["--gmns", "/dev"], &["E371"]),
        (&["--tntp-net", "square_net.tntp", "--gmns", "x"], &["cannot be used with"]),
        (&["--tntp-net", "square_net.tntp", "--gtfs", "x"], &["cannot be used with"]),
        (&["--tntp-net", "square_net.tntp", "--length-unit", "ell"], &["mi, km, ft"]),
        (&["--tntp-net", "square_net.tntp", "--trips-per-person", "0"], &["0.001"]),
        (&["--osm", "x", "--time-unit", "h"], &["cannot be used with"]),
        (&[], &["--osm", "--tntp-net", "--gmns"]),
    ];
    for (arguments, words) in wrong {
        let told = citytwin(home.path(), &[&["city", "import", "--out", "new"], *arguments].concat());
        assert_eq!((status(&told), stdout(&told).as_str()), (2, ""), "{arguments:?}: {}", stderr(&told));
        for word in *words {
            assert!(stderr(&told).contains(word), "{word} in {}", stderr(&told));
        }
        assert!(!home.path().join("new").exists());
    }
    for code in ["E377", "W375", "W376", "W377", "W378", "W379"] {
        assert_eq!(status(&citytwin(home.path(), &["explain", code])), 0, "{code}");
    }
}
