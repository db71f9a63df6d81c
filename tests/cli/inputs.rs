//! Commands that read and explain, and inputs that are wrong.
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn a_sound_scenario_is_sound() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), SMALL).unwrap();
    let checked = citytwin(home.path(), &["check", "a.toml"]);
    assert_eq!(status(&checked), 0, "{}", stderr(&checked));
    assert!(stdout(&checked).contains("A village meets an epidemic."));
}

#[test]
fn mistakes_are_told_at_once_with_status_2() {
    let home = tempfile::tempdir().unwrap();
    let text = SMALL.replace("days = 6", "dayz = 6\ndays = 0").replace("\"health_code\"", "\"helth_code\"");
    std::fs::write(home.path().join("a.toml"), text).unwrap();
    for command in ["check", "run"] {
        let told = citytwin(home.path(), &[command, "a.toml"]);
        assert_eq!(status(&told), 2);
        assert_eq!(stdout(&told), "");
        let text = stderr(&told);
        for word in ["a.toml", "dayz", "helth_code", "did you mean", "health_code", "3 errors"] {
            assert!(text.contains(word), "{word} in {text}");
        }
    }
    assert!(!home.path().join("runs").exists());
    let told = citytwin(home.path(), &["check", "a.toml", "--format", "json"]);
    assert_eq!((status(&told), stderr(&told).as_str()), (2, ""));
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!(data["errors"], 3);
    assert!(data["problems"].as_array().unwrap().iter().all(|p| p["line"].is_u64() && p["code"].is_string()));
}

#[test]
fn wrong_arguments_have_status_2() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["fly"] as &[&str],
        &["run"],
        &["run", "nowhere.toml"],
        &["run", "a.toml", "--set", "days"],
        &["run", "a.toml", "--replicates", "0"],
        &["list", "ideas"],
        &["explain", "hapiness"],
        &["new", "--template", "utopia"],
        &["report", "nowhere"],
        &["check", "."],
    ] {
        let told = citytwin(home.path(), arguments);
        assert_eq!(status(&told), 2, "{arguments:?}: {}", stderr(&told));
        assert_eq!(stdout(&told), "", "{arguments:?}");
        assert!(!stderr(&told).is_empty() && !stderr(&told).contains("panicked"));
    }
}

#[test]
fn lists_and_explanations_go_to_stdout() {
    let home = tempfile::tempdir().unwrap();
    for what in
        ["policies", "hazards", "layers", "diseases", "metrics", "signals", "tables", "templates", "cities"]
    {
        let list = citytwin(home.path(), &["list", what, "--format", "json"]);
        assert_eq!((status(&list), stderr(&list).as_str()), (0, ""), "{what}");
        let data: Value = serde_json::from_str(&stdout(&list)).unwrap();
        assert!(!data.as_array().unwrap().is_empty(), "{what}");
    }
    assert!(stdout(&citytwin(home.path(), &["list", "policies"])).contains("health_code "));
    assert!(stdout(&citytwin(home.path(), &["explain", "E012"])).contains("E012"));
    assert!(stdout(&citytwin(home.path(), &["explain", "disease.r0"])).contains("r0"));
    assert!(stdout(&citytwin(home.path(), &["explain", "incidence_persons"])).contains("Infections"));
    let schema: Value = serde_json::from_str(&stdout(&citytwin(home.path(), &["schema"]))).unwrap();
    assert!(schema["properties"]["city"].is_object());
}

#[test]
fn every_template_is_a_sound_scenario() {
    let home = tempfile::tempdir().unwrap();
    let list = stdout(&citytwin(home.path(), &["list", "templates", "--format", "json"]));
    for template in serde_json::from_str::<Value>(&list).unwrap().as_array().unwrap() {
        let name = template["name"].as_str().unwrap();
        let file = format!("{name}.toml");
        let new = citytwin(home.path(), &["new", "--template", name, "--out", &file]);
        assert_eq!(status(&new), 0);
        let checked = citytwin(home.path(), &["check", &file, "--set", "city.name=generated"]);
        assert_eq!(status(&checked), 0, "{name}: {}", stderr(&checked));
        let again = citytwin(home.path(), &["new", "--template", name, "--out", &file]);
        assert_eq!(status(&again), 2);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_citytwin"))
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(told, "");
}
