//! `citytwin compare`: paired runs, their folder, interruptions, and what is refused.
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// A village without and with a measure.
fn villages(home: &Path) {
    let bare = SMALL.split("[[policy]]").next().unwrap();
    std::fs::write(home.join("bare.toml"), bare).unwrap();
    let school = format!("{bare}[[policy]]\nkind = \"school_closure\"\n");
    std::fs::write(home.join("closed.toml"), school).unwrap();
}

/// The tables of a comparison, and those of its runs.
pub(super) fn tables(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "csv" || ending == "parquet") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

const COMPARE: [&str; 7] = ["compare", "bare.toml", "closed.toml", "--replicates", "3", "--tolerance", "0"];

#[test]
fn a_comparison_is_the_same_on_any_threads_and_after_an_interruption() {
    let home = tempfile::tempdir().unwrap();
    villages(home.path());
    let compare = |extra: &[&str]| {
        let done = citytwin(home.path(), &[&COMPARE[..], extra].concat());
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        done
    };
    let told = stdout(&compare(&["--threads", "1", "--out", "one"]));
    assert!(told.contains("closed beside bare") && told.contains("infections_cumulative_persons"), "{told}");
    assert!(told.contains("mean regret") && told.contains("report.html"), "{told}");
    compare(&["--threads", "3", "--quiet", "--out", "three"]);
    let one = tables(&home.path().join("one"));
    assert_eq!(tables(&home.path().join("three")), one);
    for name in ["effects.csv", "runs.csv", "bands.csv", "ranking.csv", "zone_effects.csv"] {
        assert!(one.iter().any(|(file, _)| file == name), "{name}");
    }
    // As a comparison that was killed leaves it: some runs finished, one begun, no tables.
    let (half, three) = (home.path().join("half.partial"), home.path().join("three"));
    std::fs::rename(three, &half).unwrap();
    let runs = half.join("runs/variant=closed");
    std::fs::rename(runs.join("seed=2"), runs.join("seed=2.partial")).unwrap();
    std::fs::remove_dir_all(runs.join("seed=3")).unwrap();
    std::fs::remove_file(half.join("effects.csv")).unwrap();
    let kept = std::fs::metadata(runs.join("seed=1/run.json")).unwrap().modified().unwrap();
    compare(&["--quiet", "--resume", "--out", "half"]);
    let half = home.path().join("half");
    assert_eq!(tables(&half), one);
    let after =
        std::fs::metadata(half.join("runs/variant=closed/seed=1/run.json")).unwrap().modified().unwrap();
    assert_eq!(after, kept, "what was finished is not run again");
    std::fs::remove_file(half.join("report.html")).unwrap();
    assert_eq!(status(&citytwin(home.path(), &["report", "half"])), 0);
    assert!(std::fs::read_to_string(half.join("report.html")).unwrap().contains("bare · closed"));
}

#[test]
fn pairs_share_everything_that_no_policy_touches() {
    let home = tempfile::tempdir().unwrap();
    villages(home.path());
    let arguments =
        ["compare", "bare.toml", "bare.toml", "--replicates", "30", "--quiet", "--format", "json"];
    let done = citytwin(home.path(), &arguments);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let told: Value = serde_json::from_str(&stdout(&done)).unwrap();
    let record = &told["comparison"];
    assert_eq!(record["variants"][1]["name"], "bare-2");
    assert_eq!((&record["stopped_early"], &record["replicates"]), (&Value::Bool(true), &15.into()));
    let effects = told["effects"].as_array().unwrap();
    assert!(effects.len() > 20 && effects.iter().all(|effect| effect["effect"] == 0.0), "{effects:?}");
    assert_eq!(told["ranking"][0]["best_share"], 0.5);
}

#[test]
fn what_cannot_be_compared_is_told() {
    let home = tempfile::tempdir().unwrap();
    villages(home.path());
    let longer = SMALL.replace("days = 6", "days = 7").replace("600", "700");
    std::fs::write(home.path().join("longer.toml"), longer).unwrap();
    for (arguments, words) in [
        (&["bare.toml", "longer.toml"][..], &["E055", "different days", "different cities"][..]),
        (&["bare.toml", "closed.toml", "--by", "infections_cumulativ_persons"], &["E024", "did you mean"]),
        (&["bare.toml", "closed.toml", "--tolerance", "3"], &["E010", "0.01"]),
        (&["bare.toml", "missing.toml"], &["E001"]),
        (&["bare.toml", "closed.toml", "--set", "time.dais=3"], &["E0", "days"]),
        (&["bare.toml"], &["2 values required"]),
    ] {
        let wrong = citytwin(home.path(), &[&["compare"], arguments].concat());
        assert_eq!(status(&wrong), 2, "{arguments:?}: {}", stderr(&wrong));
        for word in words {
            assert!(stderr(&wrong).contains(word), "{arguments:?}: {}", stderr(&wrong));
        }
    }
    std::fs::create_dir(home.path().join("thesis")).unwrap();
    std::fs::write(home.path().join("thesis/chapter.txt"), "x").unwrap();
    let occupied = citytwin(home.path(), &[&COMPARE[..], &["--out", "thesis"]].concat());
    assert_eq!(status(&occupied), 1);
    assert!(stderr(&occupied).contains("something else"), "{}", stderr(&occupied));
}
