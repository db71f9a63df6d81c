//! `citytwin score`: a forecast hub's published scores, and what is wrong with a table.
use super::{citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

#[test]
fn the_hubs_scores_come_out_as_published() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scores/hub_quantiles.csv");
    let file = file.to_string_lossy();
    let home = tempfile::tempdir().unwrap();
    let arguments = ["score", &file, "--baseline", "baseline", "--by", "target_type"];
    let told = citytwin(home.path(), &[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let told: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let rows = told["scores"].as_array().unwrap();
    let relative = |target: &str| {
        let row = rows.iter().find(|row| row["target_type"] == target && row["model"] == "ensemble").unwrap();
        assert_eq!(row["forecasts"], 128);
        row["wis_relative"].as_f64().unwrap()
    };
    // scoringutils: .630 and .260.
    assert!((relative("Cases") - 0.630).abs() < 0.0005, "{rows:?}");
    assert!((relative("Deaths") - 0.260).abs() < 0.0005, "{rows:?}");
    for row in rows {
        let part = |name: &str| row[name].as_f64().unwrap();
        let parts = part("dispersion") + part("underprediction") + part("overprediction");
        assert!((parts / part("wis") - 1.0).abs() < 1e-9, "{row}");
    }
    let text = stdout(&citytwin(home.path(), &arguments));
    assert!(text.contains("Cases ensemble") && text.contains("0.630"), "{text}");
}

#[test]
fn what_is_wrong_with_a_table_is_told() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("f.csv"), "model,quantile_level,predicted,observed\na,0.5,x,1\n")
        .unwrap();
    for (arguments, words) in [
        (&["score", "f.csv"][..], "E141"),
        (&["score", "f.csv", "--by", "modle"], "did you mean `model`"),
        (&["score", "nothing.csv"], "cannot read `nothing.csv`"),
    ] {
        let told = citytwin(home.path(), arguments);
        assert_eq!(status(&told), 2);
        assert!(stderr(&told).contains(words), "{words}: {}", stderr(&told));
    }
}
