//! `citytwin calibrate`: a hidden truth found again through the real engine, the same on any threads and after an
//! interruption, and what is wrong with studies and data.
use super::comparisons::tables;
use super::{citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// A village that an epidemic comes to, with tests of half of those with symptoms.
const VILLAGE: &str = "# A village meets an epidemic.\n\
    [city]\nname = \"generated\"\npopulation = 2000\n\
    [time]\nstart = 2020-01-20\ndays = 26\n\
    [disease]\nname = \"sars-cov-2-wild\"\n\
    [[hazard]]\nkind = \"epidemic\"\nseeds = 30\nuntil = \"day 1\"\n\
    [[policy]]\nkind = \"testing\"\nsymptomatic_share = \"50 %\"\n\
    [[policy]]\nkind = \"school_closure\"\nfrom = \"day 25\"\n";

/// Two values to be learnt: how quickly it spreads, and what share of the onsets is observed.
const STUDY: &str = "# How quickly it spreads in the village.\n\
    scenario = \"village.toml\"\nseed = 5\n\
    [prior]\n\"disease.r0\" = { low = 1, high = 8 }\n\
    [observed]\nonsets_persons = { low = \"10 %\", high = \"100 %\" }\n";

/// A folder with the village, the study and what was observed: 40 % of the onsets of a run with R0 4, and its known cases.
pub fn home(study: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    write("village.toml", VILLAGE);
    write("spread.toml", study);
    let hidden =
        ["run", "village.toml", "--set", "disease.r0=4", "--seed", "99", "--quiet", "--out", "hidden"];
    let done = citytwin(home.path(), &hidden);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    write("observed.csv", &observed(home.path(), 0.4));
    home
}

/// The column of a run's metrics.
pub fn column(metrics: &str, name: &str) -> Vec<f64> {
    let at = metrics.lines().next().unwrap().split(',').position(|column| column == name).unwrap();
    metrics.lines().skip(1).map(|row| row.split(',').nth(at).unwrap().parse().unwrap()).collect()
}

fn observed(home: &Path, share: f64) -> String {
    let metrics = std::fs::read_to_string(home.join("hidden/metrics.csv")).unwrap();
    let (onsets, known) = (column(&metrics, "onsets_persons"), column(&metrics, "known_incidence_persons"));
    let row = |(day, (onsets, known)): (usize, (&f64, &f64))| {
        format!("2020-{:02}-{:02},{:.0},{known}\n", 1 + (19 + day) / 31, 1 + (19 + day) % 31, onsets * share)
    };
    let rows: String = onsets.iter().zip(&known).enumerate().map(row).collect();
    "date,onsets_persons,known_incidence_persons\n".to_owned() + &rows
}

fn calibrate(home: &Path, extra: &[&str]) -> String {
    let all = [&["calibrate", "spread.toml", "--data", "observed.csv"], extra].concat();
    let done = citytwin(home, &all);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    stdout(&done)
}

/// The fitted values of a result in JSON, by name: low end, mean, high end.
fn fitted(told: &str, name: &str) -> [f64; 3] {
    let told: Value = serde_json::from_str(told).unwrap();
    let row = told["parameters"].as_array().unwrap().iter().find(|row| row["key"] == name).unwrap().clone();
    let number = |value: &Value| value.as_f64().unwrap();
    [number(&row["interval_90"][0]), number(&row["mean"]), number(&row["interval_90"][1])]
}

#[test]
fn a_hidden_truth_is_found_again() {
    let home = home(STUDY);
    let abc = ["--size", "40", "--rounds", "8", "--quiet"];
    let told =
        calibrate(home.path(), &[&abc[..], &["--out", "abc", "--threads", "1", "--format", "json"]].concat());
    let [low, mean, high] = fitted(&told, "disease.r0");
    assert!(low < 4.0 && 4.0 < high && high - low < 3.0 && (mean - 4.0).abs() < 1.0, "{low} {mean} {high}");
    let [low, mean, high] = fitted(&told, "observed.onsets_persons");
    assert!(
        low < 40.0 && 40.0 < high && high - low < 60.0 && (mean - 40.0).abs() < 12.0,
        "{low} {mean} {high}"
    );

    calibrate(home.path(), &[&abc[..], &["--out", "threads", "--threads", "3"]].concat());
    let at = |name: &str| home.path().join(name);
    let one = tables(&at("abc"));
    assert!(one.iter().any(|(name, _)| name.ends_with("posterior.csv")));
    assert!(tables(&at("threads")) == one, "the tables differ");
    // As one that was killed in its second round leaves it.
    std::fs::rename(at("threads"), at("torn.partial")).unwrap();
    std::fs::remove_dir_all(at("torn.partial/runs/study=spread-round1/variant=03")).unwrap();
    for name in ["posterior.csv", "calibration.json", "report.html"] {
        std::fs::remove_file(at("torn.partial").join(name)).unwrap();
    }
    let kept = |folder: &Path| {
        let record = folder.join("runs/study=spread-round0/variant=01/seed=5/run.json");
        std::fs::metadata(record).unwrap().modified().unwrap()
    };
    let before = kept(&at("torn.partial"));
    calibrate(home.path(), &[&abc[..], &["--out", "torn", "--resume"]].concat());
    assert!(tables(&at("torn")) == one, "the tables differ");
    assert_eq!(kept(&at("torn")), before, "what was finished is not run again");
    let page = std::fs::read_to_string(at("torn/report.html")).unwrap();
    assert!(page.contains("spread · citytwin") && page.contains("known_incidence_persons"));

    let mda = [
        "--method", "es-mda", "--size", "24", "--rounds", "3", "--quiet", "--out", "mda", "--format", "json",
    ];
    let told = calibrate(home.path(), &mda);
    let [low, mean, high] = fitted(&told, "disease.r0");
    assert!(high - low < 4.0 && (mean - 4.0).abs() < 1.2, "{low} {mean} {high}");
}

#[test]
fn what_is_wrong_with_studies_and_data_is_told() {
    let home = home(STUDY);
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    let told = |study: &str, data: &str| {
        write("spread.toml", study);
        write("wrong.csv", data);
        let done = citytwin(home.path(), &["calibrate", "spread.toml", "--data", "wrong.csv", "--size", "4"]);
        assert_eq!(status(&done), 2, "{}", stdout(&done));
        stderr(&done)
    };
    let data = std::fs::read_to_string(home.path().join("observed.csv")).unwrap();
    for (study, words) in [
        ("scenario = \"village.toml\"\n".to_owned(), "E146"),
        (STUDY.replace("onsets_persons", "onset_persons"), "did you mean `onsets_persons`"),
        (STUDY.replace("\"10 %\"", "\"-10 %\""), "no share above nothing"),
        (STUDY.replace("high = 8", "high = 800"), "E010"),
        (STUDY.replace("[prior]", "[set]\n\"time.days\" = [30, 31]\n[prior]"), "`time.days` has 2 values"),
    ] {
        let text = told(&study, &data);
        assert!(text.contains(words), "{words}: {text}");
    }
    for (data, code) in [
        ("date,cases\n2020-01-22,1\n", "E144"),
        ("date,onsets_persons\n2019-01-22,1\n", "E145"),
        ("date,onsets_persons\nsoon,x\n", "E141"),
        ("onsets_persons\n1\n", "E140"),
    ] {
        let text = told(STUDY, data);
        assert!(text.contains(code), "{code}: {text}");
    }
}
