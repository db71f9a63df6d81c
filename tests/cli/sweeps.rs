//! `citytwin sweep`: study files, their runs, kills at any instant, and what is wrong with a study.
use super::comparisons::tables;
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const STUDY: &str = "# How much a code's term and its start matter.\n\
    scenario = \"village.toml\"\nreplicates = 2\nseed = 5\n\
    [set]\n\"disease.r0\" = [1.5, 3]\npolicy.health_code.from = [\"day 1\", \"day 3\"]\n\
    [zip]\n\"time.days\" = [4, 5]\n\"departments.schools_coverage\" = [\"50 %\", \"90 %\"]\n\
    [sample]\nmethod = \"sobol\"\nsize = 4\n\"policy.health_code.test_positive_days\" = { low = \"3 d\", high = \"15 d\" }\n";

fn home(study: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("village.toml"), SMALL).unwrap();
    std::fs::write(home.path().join("terms.toml"), study).unwrap();
    home
}

fn sweep(home: &Path, extra: &[&str]) -> std::process::Output {
    citytwin(home, &[&["sweep", "terms.toml"], extra].concat())
}

#[test]
fn a_study_runs_every_variant_and_says_what_is_in_its_tables() {
    let home = home(STUDY);
    let planned = sweep(home.path(), &["--dry-run", "--format", "json"]);
    assert_eq!(status(&planned), 0, "{}", stderr(&planned));
    let planned: Value = serde_json::from_str(&stdout(&planned)).unwrap();
    assert_eq!((&planned["variants"], &planned["runs"]), (&32.into(), &64.into()));
    assert!(planned["wall_s"].as_f64() > Some(0.0) && planned["disk_bytes"].as_u64() > Some(10_000));
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        3,
        "a forecast leaves nothing but an empty `runs`"
    );

    let done = sweep(home.path(), &["--quiet", "--out", "one", "--threads", "1"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    assert!(stdout(&done).contains("64, 0 failed"), "{}", stdout(&done));
    let one = home.path().join("one");
    let variants = std::fs::read_to_string(one.join("variants.csv")).unwrap();
    let mut rows = variants.lines();
    let header = "variant,policy.health_code.test_positive_days,time.days,departments.schools_coverage,disease.r0,\
                  policy.health_code.from";
    assert_eq!(rows.next(), Some(header));
    assert!(rows.clone().next().unwrap().ends_with(",4,50 %,1.5,day 1"), "{variants}");
    assert!(rows.last().unwrap().starts_with("32,"), "{variants}");
    let runs = std::fs::read_to_string(one.join("runs.csv")).unwrap();
    assert_eq!(runs.lines().count(), 65);
    assert!(one.join("runs/study=terms/variant=07/seed=6/metrics.parquet").is_file());
    let described: Value = serde_json::from_slice(&std::fs::read(one.join("tables.json")).unwrap()).unwrap();
    assert_eq!(described["tables"][2]["partitions"], serde_json::json!(["study", "variant", "seed"]));
    assert_eq!(described["tables"][2]["columns"][0]["unit"], "persons");

    let flags = ["--set", "disease.r0=1.5,3", "--set", "time.days=3", "--quiet", "--out", "flags"];
    std::fs::write(home.path().join("terms.toml"), "scenario = \"village.toml\"\n").unwrap();
    let done = sweep(home.path(), &flags);
    assert!(stdout(&done).contains("2, 0 failed"), "{}{}", stdout(&done), stderr(&done));
}

/// Each attempt is killed a little later than the one before, wherever it then is; at last it is let run to its end.
#[test]
fn a_sweep_killed_at_any_instant_goes_on_and_leaves_the_same_tables() {
    let home = home(&STUDY.replace("replicates = 2", "replicates = 7"));
    let whole = sweep(home.path(), &["--quiet", "--out", "whole"]);
    assert_eq!(status(&whole), 0, "{}", stderr(&whole));
    let mut killed = 0;
    for attempt in 0..50u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_citytwin"))
            .args(["sweep", "terms.toml", "--quiet", "--resume", "--out", "torn"])
            .current_dir(home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + attempt * 37 % 60));
        killed += u32::from(child.try_wait().unwrap().is_none());
        // SIGKILL: nothing is tidied up.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(killed > 20, "{killed} of 50 were killed on the way");
    let done = sweep(home.path(), &["--quiet", "--resume", "--out", "torn"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let (torn, whole) = (tables(&home.path().join("torn")), tables(&home.path().join("whole")));
    assert_eq!(torn.len(), whole.len());
    assert!(torn == whole, "the tables differ");
}

#[test]
fn what_is_wrong_with_a_study_is_told_at_its_place() {
    let wrong = STUDY
        .replace("replicates", "replicas")
        .replace("\"disease.r0\" = [1.5, 3]", "\"disease.r0\" = [1.5, 300]\n\"disease.ro\" = [1]")
        .replace("[4, 5]", "[4, 5, 6]")
        .replace("\"sobol\"", "\"sobel\"")
        .replace("high = \"15 d\"", "high = \"15 h\"");
    let home = home(&wrong);
    let told = sweep(home.path(), &[]);
    assert_eq!(status(&told), 2);
    let text = stderr(&told);
    for words in
        ["`replicas`", "did you mean `replicates`", "go together", "did you mean `sobol`", "the same unit"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Values are tried where the study itself is in order.
    let values = STUDY
        .replace("[1.5, 3]", "[1.5, 300]\n\"disease.ro\" = [1]")
        .replace("low = \"3 d\"", "low = \"-3 d\"");
    std::fs::write(home.path().join("terms.toml"), values).unwrap();
    let told = sweep(home.path(), &["--format", "json"]);
    assert_eq!(status(&told), 2);
    let found: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let problems = found["problems"].as_array().unwrap();
    let at = |code: &str, line: u64| problems.iter().any(|p| p["code"] == code && p["line"] == line);
    assert!(at("E010", 6) && at("E007", 7) && at("E010", 15), "{found}");
    for (study, words) in [
        ("scenario = \"vilage.toml\"\n", "did you mean `village.toml`"),
        ("replicates = 3\n", "names no scenario"),
        ("scenario = \"village.toml\"\n[sample]\nsize = 3\n", "lacks a range"),
        ("scenario = \"village.toml\"\n[set]\n\"disease.r0\" = []\n", "no values"),
        ("scenario = \"village.toml\"\n[set\n", "E003"),
    ] {
        std::fs::write(home.path().join("terms.toml"), study).unwrap();
        let told = sweep(home.path(), &[]);
        assert_eq!(status(&told), 2, "{study}");
        assert!(stderr(&told).contains(words), "{study}: {}", stderr(&told));
    }
    assert_eq!(status(&citytwin(home.path(), &["sweep", "nothing.toml"])), 2);
}
