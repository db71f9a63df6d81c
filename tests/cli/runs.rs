//! Runs through the command: run folders, resuming, replicates, threads.
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// All files of a run folder but those that tell of the clock.
fn tables(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("a run folder")
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())))
        .map(|(name, bytes)| (name, bytes.expect("a readable file")))
        .filter(|(name, _)| name != "run.json" && name != "report.html")
        .collect();
    files.sort();
    files
}

fn run_json(folder: &Path) -> Value {
    let text = std::fs::read(folder.join("run.json")).expect("a finished run");
    serde_json::from_slice(&text).expect("JSON")
}

#[test]
fn a_run_leaves_a_folder_and_a_short_result() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("village.toml"), SMALL).unwrap();
    let run = citytwin(home.path(), &["run", "village.toml", "--seed", "4"]);
    assert_eq!(status(&run), 0, "{}", stderr(&run));
    assert!(stdout(&run).contains("infections") && stdout(&run).contains("report.html"));
    assert!(stderr(&run).contains("day 6/6"));
    let folder = home.path().join("runs/village-seed4");
    for name in ["run.json", "metrics.csv", "metrics.parquet", "zones.csv", "zones.geojson", "report.html"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    assert!(!home.path().join("runs/village-seed4.partial").exists());
    let record = run_json(&folder);
    assert_eq!(record["seed"], 4);
    assert_eq!(record["caption"], "A village meets an epidemic.");
    assert_eq!(record["state_hash"].as_array().unwrap().len(), 6);
    assert!(record["peak_memory_bytes"].as_u64().unwrap() > 1_000_000);
    assert!(record["parameters"].as_array().unwrap().len() > 20);
    assert!(
        !std::fs::read_to_string(folder.join("report.html"))
            .unwrap()
            .contains(&*home.path().to_string_lossy())
    );
}

#[test]
fn threads_and_interruptions_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), SMALL).unwrap();
    let quiet = |extra: &[&str]| {
        let arguments = [&["run", "a.toml", "--quiet"], extra].concat();
        let run = citytwin(home.path(), &arguments);
        assert_eq!((status(&run), stderr(&run).as_str()), (0, ""));
    };
    quiet(&["--threads", "1", "--out", "one"]);
    quiet(&["--threads", "3", "--out", "three"]);
    quiet(&["--out", "stopped", "--stop-after-day", "3"]);
    assert!(!home.path().join("stopped").exists());
    quiet(&["--out", "stopped", "--resume"]);
    let one = tables(&home.path().join("one"));
    assert_eq!(tables(&home.path().join("three")), one);
    assert_eq!(tables(&home.path().join("stopped")), one);
    assert_eq!(run_json(&home.path().join("stopped"))["resumed_at_day"], 4);
    assert!(!home.path().join("stopped/checkpoint.zst").exists());
}

#[test]
fn replicates_have_folders_and_results_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), SMALL).unwrap();
    let arguments = ["run", "a.toml", "--quiet", "--replicates", "2", "--out", "study", "--format", "json"];
    let run = citytwin(home.path(), &[&arguments[..], &["--set", "time.days=3"]].concat());
    assert_eq!(status(&run), 0, "{}", stderr(&run));
    let results: Vec<Value> = serde_json::Deserializer::from_str(&stdout(&run))
        .into_iter::<Value>()
        .map(|result| result.unwrap())
        .collect();
    assert_eq!(results.len(), 2);
    assert_eq!((&results[0]["seed"], &results[1]["seed"]), (&1.into(), &2.into()));
    assert_eq!(results[0]["summary"]["days"], 3);
    assert!(home.path().join("study/seed2/report.html").is_file());
    let report = citytwin(home.path(), &["report", "study/seed1", "study/seed2"]);
    assert_eq!(stdout(&report).lines().count(), 2);
}

#[test]
fn what_is_no_run_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), SMALL).unwrap();
    std::fs::create_dir(home.path().join("thesis")).unwrap();
    std::fs::write(home.path().join("thesis/chapter.txt"), "x").unwrap();
    let run = citytwin(home.path(), &["run", "a.toml", "--quiet", "--out", "thesis"]);
    assert_eq!(status(&run), 1);
    assert!(stderr(&run).contains("thesis") && stdout(&run).is_empty());
    let resumed = citytwin(home.path(), &["run", "a.toml", "--quiet", "--out", "new", "--resume"]);
    assert_eq!(status(&resumed), 1);
    assert!(stderr(&resumed).contains("no checkpoint"));
}
