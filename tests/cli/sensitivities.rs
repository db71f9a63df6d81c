//! `citytwin sensitivity`: designs, their folder and page, interruptions, and what is wrong with a study.
use super::comparisons::tables;
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// Ranges of three keys, one of them normal; the other key has one value.
const STUDY: &str = "# What a village's epidemic hangs on.\n\
    scenario = \"village.toml\"\nreplicates = 2\nseed = 5\n\
    [set]\n\"time.days\" = [4]\n\
    [sample]\n\"disease.r0\" = { low = 1.5, high = 6 }\n\
    \"policy.health_code.test_positive_days\" = { low = \"3 d\", high = \"15 d\" }\n\
    \"departments.schools_coverage\" = { mean = \"60 %\", sd = \"8 %\" }\n";

fn home(study: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("village.toml"), SMALL).unwrap();
    std::fs::write(home.path().join("village-study.toml"), study).unwrap();
    home
}

fn sensitivity(home: &Path, extra: &[&str]) -> std::process::Output {
    citytwin(home, &[&["sensitivity", "village-study.toml"], extra].concat())
}

fn done(home: &Path, extra: &[&str]) -> String {
    let done = sensitivity(home, extra);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    stdout(&done)
}

#[test]
fn indices_are_the_same_on_any_threads_and_after_an_interruption() {
    let home = home(STUDY);
    let at = |name: &str| home.path().join(name);
    let morris =
        |extra: &[&str]| done(home.path(), &[&["--method", "morris", "--size", "4"], extra].concat());
    let told = morris(&["--threads", "1", "--out", "one"]);
    assert!(told.contains("infections_cumulative_persons") && told.contains("mu_star"), "{told}");
    assert!(told.contains("32, 0 failed") && told.contains("report.html"), "{told}");
    morris(&["--threads", "3", "--quiet", "--out", "three"]);
    let one = tables(&at("one"));
    assert!(tables(&at("three")) == one, "the tables differ");
    let record: Value = serde_json::from_slice(&std::fs::read(at("one/sensitivity.json")).unwrap()).unwrap();
    assert_eq!(
        (&record["method"], &record["size"], &record["variants"]),
        (&"morris".into(), &4.into(), &16.into())
    );
    assert_eq!(record["keys"][1]["ends"], serde_json::json!([3.0, 15.0]));
    let constant = record["constant"].as_array().unwrap();
    assert!(constant.iter().any(|name| name == "deaths_persons"), "nobody dies in four days: {constant:?}");
    let csv = std::fs::read_to_string(at("one/sensitivity.csv")).unwrap();
    assert!(csv.starts_with("metric,over_run,key,groups,mu,mu_low_90,mu_high_90,mu_star,"), "{csv}");
    assert!(constant.iter().all(|name| !csv.contains(&format!("\n{},", name.as_str().unwrap()))), "{csv}");
    let r0 = csv
        .lines()
        .find(|line| line.starts_with("infections_cumulative_persons,last,disease.r0,4,"))
        .unwrap();
    assert!(r0.split(',').nth(4).unwrap().parse::<f64>().unwrap() > 0.0, "{r0}");
    let described: Value = serde_json::from_slice(&std::fs::read(at("one/tables.json")).unwrap()).unwrap();
    assert_eq!(described["tables"][2]["name"], "sensitivity");

    // As one that was killed leaves it: some runs finished, one begun, no tables.
    let half = at("half.partial");
    std::fs::rename(at("three"), &half).unwrap();
    let runs = half.join("runs/study=village-study");
    std::fs::rename(runs.join("variant=07/seed=5"), runs.join("variant=07/seed=5.partial")).unwrap();
    std::fs::remove_dir_all(runs.join("variant=12")).unwrap();
    for name in ["sensitivity.csv", "sensitivity.json", "report.html"] {
        std::fs::remove_file(half.join(name)).unwrap();
    }
    let kept = |folder: &Path| {
        std::fs::metadata(folder.join("variant=01/seed=5/run.json")).unwrap().modified().unwrap()
    };
    let before = kept(&runs);
    morris(&["--quiet", "--resume", "--out", "half"]);
    assert!(tables(&at("half")) == one, "the tables differ");
    assert_eq!(kept(&at("half/runs/study=village-study")), before, "what was finished is not run again");
    std::fs::remove_file(at("half/report.html")).unwrap();
    assert_eq!(status(&citytwin(home.path(), &["report", "half"])), 0);
    let page = std::fs::read_to_string(at("half/report.html")).unwrap();
    assert!(page.contains("village-study · citytwin") && page.contains("mu_star_low_90"));
}

#[test]
fn sobol_indices_come_with_their_bounds() {
    let home = home(STUDY);
    let sobol = ["--method", "sobol", "--size", "8"];
    let planned = done(home.path(), &[&sobol[..], &["--dry-run", "--format", "json"]].concat());
    let planned: Value = serde_json::from_str(&planned).unwrap();
    assert_eq!((&planned["variants"], &planned["runs"]), (&40.into(), &80.into()));
    let told =
        done(home.path(), &[&sobol[..], &["--quiet", "--format", "json", "--set", "time.days=3"]].concat());
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(home.path().join("runs/sobol-village-study/report.html").is_file());
    let rows = told["indices"].as_array().unwrap();
    assert!(rows.len() > 10 && rows.len().is_multiple_of(3), "{}", rows.len());
    for row in rows {
        let (total, ends) = (&row["total"]["value"], &row["total"]["interval_90"]);
        assert!(total.as_f64() >= Some(0.0) && ends[0].as_f64() <= ends[1].as_f64(), "{row}");
    }
}

#[test]
fn what_is_wrong_with_a_study_is_told_at_its_place() {
    let wrong = STUDY
        .replace("[4]", "[4, 5]")
        .replace("[sample]", "[zip]\n\"disease.name\" = [\"a\", \"b\"]\n[sample]");
    let home = home(&wrong);
    let morris = ["--method", "morris", "--size", "4"];
    let told = sensitivity(home.path(), &[&morris[..], &["--format", "json"]].concat());
    assert_eq!(status(&told), 2);
    let found: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let problems = found["problems"].as_array().unwrap();
    for (line, words) in [(6, "`time.days` has 2 values"), (8, "`disease.name` has 2 values")] {
        let told = |p: &Value| p["code"] == "E010" && p["line"] == line && p["message"] == words;
        assert!(problems.iter().any(told), "{found}");
    }
    for (study, arguments, words) in [
        ("scenario = \"village.toml\"\n".to_owned(), &morris[..], "[sample] lacks a range"),
        (STUDY.replace("high = 6", "high = 600"), &morris, "E010"),
        (STUDY.replace("r0", "ro"), &morris, "did you mean"),
        (STUDY.to_owned(), &["--method", "sobol", "--size", "70000"], "65536 base points"),
        (STUDY.to_owned(), &["--method", "morris", "--size", "400000"], "at most 1000000"),
        (STUDY.to_owned(), &["--method", "moris", "--size", "4"], "morris"),
        (STUDY.to_owned(), &["--method", "morris", "--size", "1"], "--size"),
        (STUDY.to_owned(), &["--method", "morris"], "--size"),
    ] {
        std::fs::write(home.path().join("village-study.toml"), &study).unwrap();
        let told = sensitivity(home.path(), arguments);
        assert_eq!(status(&told), 2, "{study}");
        assert!(stderr(&told).contains(words), "{arguments:?} {study}: {}", stderr(&told));
    }
    let occupied = home.path().join("thesis");
    std::fs::create_dir(&occupied).unwrap();
    std::fs::write(occupied.join("chapter.txt"), "x").unwrap();
    assert_eq!(status(&sensitivity(home.path(), &[&morris[..], &["--out", "thesis"]].concat())), 1);
}
