//! `citytwin forecast`: a hidden world that the ensemble must keep in step with, forecasts under variants, and what is
//! wrong with dates.
use super::calibrations::{column, home};
use super::{citytwin, status, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// A town of whose onsets 30 % are observed.
const STUDY: &str = "# How the wave goes on.\n\
    scenario = \"village.toml\"\nseed = 3\n\
    [prior]\n\"disease.beta\" = { low = 0.08, high = 0.4, log = true }\n\
    \"hazard.epidemic.seeds\" = { low = 20, high = 200, log = true, whole = true }\n\
    [observed]\nonsets_persons = \"30 %\"\n";

const TOWN: &str = "# A town meets an epidemic.\n\
    [city]\nname = \"generated\"\npopulation = 6000\n\
    [time]\nstart = 2020-01-20\ndays = 50\n\
    [disease]\nname = \"sars-cov-2-wild\"\n\
    [[hazard]]\nkind = \"epidemic\"\nseeds = 60\nuntil = \"day 1\"\n\
    [[policy]]\nkind = \"testing\"\nsymptomatic_share = \"50 %\"\n";

/// Whether a person is observed: a fixed mixing of numbers, so that the data are the same at every try.
fn seen(day: usize, person: usize) -> bool {
    let mut x = (day as u64) << 32 | person as u64;
    for multiplier in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
        x = (x ^ (x >> 30)).wrapping_mul(multiplier);
    }
    (x ^ (x >> 31)) % 1000 < 300
}

fn date(day: usize) -> String {
    let all = 20 + day;
    [("01", 31), ("02", 29), ("03", 31), ("04", 30)]
        .iter()
        .try_fold(
            all,
            |left, (month, days)| {
                if left <= *days { Err(format!("2020-{month}-{left:02}")) } else { Ok(left - days) }
            },
        )
        .unwrap_err()
}

/// The root of the mean squared distance of the ensemble's infections from the truth, over the peak of the truth, from the
/// day on which the epidemic is seen at all.
fn missed(hidden: &[(&str, &str)]) -> f64 {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    write("village.toml", TOWN);
    write("wave.toml", STUDY);
    let changed: Vec<String> = hidden.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let sets: Vec<&str> = changed.iter().flat_map(|set| ["--set", set]).collect();
    let run = [&["run", "village.toml", "--seed", "99", "--quiet", "--out", "hidden"], &sets[..]].concat();
    let done = citytwin(home.path(), &run);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let metrics = std::fs::read_to_string(home.path().join("hidden/metrics.csv")).unwrap();
    let onsets = column(&metrics, "onsets_persons");
    let rows = onsets.iter().enumerate().map(|(day, onsets)| {
        let count = (0..*onsets as usize).filter(|person| seen(day, *person)).count();
        format!("{},{count}\n", date(day))
    });
    write("observed.csv", &("date,onsets_persons\n".to_owned() + &rows.collect::<String>()));
    let from = date(43);
    let arguments = ["forecast", "wave.toml", "--data", "observed.csv", "--from", &from, "--days", "7"];
    let done = citytwin(
        home.path(),
        &[&arguments[..], &["--members", "60", "--quiet", "--out", "forecast"]].concat(),
    );
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let truth = column(&metrics, "prevalence_persons");
    let peak = truth.iter().copied().fold(0.0, f64::max);
    let found = medians(&home.path().join("forecast"), "prevalence_persons");
    let squares: Vec<f64> = (0..43).map(|day| ((found[day] - truth[day]) / peak).powi(2)).collect();
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

/// Medians of a metric by day, of the first variant.
fn medians(folder: &Path, metric: &str) -> Vec<f64> {
    let bands = std::fs::read_to_string(folder.join("bands.csv")).unwrap();
    let rows = bands.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    rows.filter(|row| row[1] == metric).map(|row| row[7].parse().unwrap()).collect()
}

/// 30 % of 3,500 onsets say how far the wave has come to a few per cent, and no method knows more. By hand, with other
/// draws of who is observed: .025 where the model is right. Here .033, and .030 where it is wrong.
#[test]
fn a_hidden_world_is_kept_in_step_with() {
    let right = missed(&[("disease.r0", "3.5")]);
    // Company at home a fifth closer than the model takes it for, at work and school a fifth less.
    let wrong = missed(&[
        ("disease.r0", "3.5"),
        ("contact.household_transmission", "0.276"),
        ("contact.work_transmission", "0.072"),
        ("contact.school_transmission", "0.072"),
    ]);
    assert!(right < 0.05, "{right}");
    assert!(wrong < 0.05, "{wrong}");
}

/// A city of 24,000 on a scale of 1 : 4, of whose onsets an unknown share is reported a day late in columns of their own, and
/// whose residents keep their distance from a day on, which the scenario doesn't know. Forty worlds hang on who of the few
/// early cases is observed: by hand .53 of persistence's score with one draw, 1.04 with the one below, whose 95 % intervals
/// held 89 % of the days.
#[test]
fn an_unknown_measure_in_a_larger_city_is_followed() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    write("village.toml", &TOWN.replace("days = 50", "days = 64").replace("seeds = 60", "seeds = 20"));
    write(
        "hidden.toml",
        "# They keep their distance.\nextends = \"village.toml\"\n[city]\npopulation = 24000\n\
         [disease]\nr0 = 3\n[[policy]]\nkind = \"distancing\"\nfrom = \"day 24\"\nshare = \"60 %\"\npublic = \"60 %\"\n",
    );
    write(
        "wave.toml",
        "# How the wave goes on.\nscenario = \"village.toml\"\nseed = 3\n\
         [data]\ndate = \"day\"\ncolumns = { onsets_persons = \"cases\" }\npopulation = 24000\ndelay = \"1 d\"\n\
         [prior]\n\"disease.beta\" = { low = 0.05, high = 0.5, log = true, drift = \"5 %\" }\n\
         \"hazard.epidemic.seeds\" = { low = 5, high = 60, log = true, whole = true }\n\
         [observed]\nonsets_persons = { low = \"10 %\", high = \"80 %\", log = true, drift = \"2 %\" }\n",
    );
    let run = ["run", "hidden.toml", "--seed", "99", "--set", "hazard.epidemic.seeds=80", "--quiet"];
    let done = citytwin(home.path(), &[&run[..], &["--out", "hidden"]].concat());
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let onsets =
        column(&std::fs::read_to_string(home.path().join("hidden/metrics.csv")).unwrap(), "onsets_persons");
    let rows = onsets.iter().enumerate().map(|(day, onsets)| {
        let count = (0..*onsets as usize).filter(|person| seen(day, *person)).count();
        format!("{},9,{count}\n", date(day))
    });
    write("data.csv", &("day,beds,cases\n".to_owned() + &rows.collect::<String>()));
    let forecast = |study: &str| {
        let arguments = ["forecast", study, "--data", "data.csv", "--from", "2020-02-12", "--days", "7"];
        let more = ["--repeat", "7", "--members", "40", "--quiet", "--format", "json", "--out", "wave"];
        citytwin(home.path(), &[&arguments[..], &more].concat())
    };
    let told = forecast("wave.toml");
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let told: Value = serde_json::from_str(&stdout(&told)).unwrap();
    let own = &told["scores"][0];
    assert_eq!((own["model"].as_str(), own["forecasts"].as_f64()), (Some("citytwin"), Some(35.0)));
    let (ratio, held) = (own["wis_ratio"].as_f64().unwrap(), own["coverage_95_share"].as_f64().unwrap());
    assert!(ratio < 1.2 && held > 0.8, "{ratio} {held}");

    let study = std::fs::read_to_string(home.path().join("wave.toml")).unwrap();
    for (from, to, codes) in [
        ("\"cases\" }", "\"case\" }", &["E116"][..]),
        ("log = true, drift = \"5 %\"", "drift = \"5 %\"", &["E115"]),
        ("drift = \"5 %\"", "drift = \"500 %\"", &["E115"]),
        ("delay = \"1 d\"", "delay = \"soon\"\npeople = 3", &["E010", "E006"]),
        ("population = 24000", "population = 0", &["E010"]),
        ("onsets_persons = \"cases\"", "onset_persons = \"cases\"", &["E144", "did you mean"]),
    ] {
        write("wrong.toml", &study.replace(from, to));
        let told = forecast("wrong.toml");
        assert_eq!(status(&told), 2, "{to}");
        assert!(codes.iter().all(|code| stdout(&told).contains(code)), "{to}: {}", stdout(&told));
    }
}

/// The study that ships without its data reads and runs with made-up ones in the same columns.
#[test]
fn the_study_of_wuhan_runs() {
    let home = tempfile::tempdir().unwrap();
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/studies/wuhan-onsets.toml");
    let rows = (1..=16).map(|day| format!("2020-01-{day:02},{}\n", 10 * day));
    let data = "OnsetDate,CaseNum\n".to_owned() + &rows.collect::<String>();
    std::fs::write(home.path().join("onsets.csv"), data).unwrap();
    let study = study.to_string_lossy();
    let arguments = ["forecast", &study, "--data", "onsets.csv", "--from", "2020-01-14", "--days", "2"];
    let more = ["--window", "4", "--members", "4", "--quiet", "--format", "json", "--out", "wave"];
    let told = citytwin(home.path(), &[&arguments[..], &more].concat());
    assert_eq!(status(&told), 0, "{}{}", stdout(&told), stderr(&told));
    let told: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!(told["scores"][0]["forecasts"].as_f64(), Some(2.0));
}

#[test]
fn variants_part_from_the_day_of_the_forecast_on() {
    let study = STUDY
        .replace("\"30 %\"", "\"40 %\"")
        .replace("[prior]", "[set]\n\"policy.school_closure.from\" = [\"day 25\", \"day 18\"]\n[prior]");
    let home = home(&study);
    let forecast = |extra: &[&str]| {
        let arguments =
            ["forecast", "spread.toml", "--data", "observed.csv", "--members", "8", "--days", "8"];
        citytwin(home.path(), &[&arguments[..], extra].concat())
    };
    let told =
        forecast(&["--from", "2020-02-07", "--quiet", "--out", "one", "--threads", "1", "--format", "json"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let told: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!(told["forecast"]["variants"], serde_json::json!(["from day 25", "from day 18"]));
    let scores = told["scores"].as_array().unwrap();
    assert_eq!(scores.len(), 6, "two metrics of two variants and persistence: {scores:?}");
    let told = forecast(&["--from", "2020-02-07", "--quiet", "--out", "three", "--threads", "3"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let at = |name: &str| home.path().join(name);
    assert!(
        super::comparisons::tables(&at("one")) == super::comparisons::tables(&at("three")),
        "the tables differ"
    );
    let bands = std::fs::read_to_string(at("one/bands.csv")).unwrap();
    let of = |variant: &str, metric: &str| -> Vec<String> {
        let own = |row: &&str| row.starts_with(&format!("{variant},{metric},"));
        bands.lines().filter(own).map(|row| row.split_once(metric).unwrap().1.to_owned()).collect()
    };
    let (late, early) = (of("from day 25", "incidence_persons"), of("from day 18", "incidence_persons"));
    assert_eq!((late.len(), late[..18].to_vec()), (26, early[..18].to_vec()));
    assert_ne!(late[18..], early[18..]);
    // The table of quantiles is what `score` reads.
    let scored = citytwin(
        home.path(),
        &["score", "one/forecasts.csv", "--baseline", "persistence", "--by", "metric", "--format", "json"],
    );
    assert_eq!(status(&scored), 0, "{}", stderr(&scored));
    let scored: Value = serde_json::from_str(&stdout(&scored)).unwrap();
    let relative = |rows: &Value, name: &str, ratio: &str| {
        let own = |row: &&Value| row["metric"] == "onsets_persons" && row["model"] == name;
        rows.as_array().unwrap().iter().find(own).unwrap()[ratio].as_f64().unwrap()
    };
    let (one, other) = (
        relative(&scored["scores"], "from day 25", "wis_relative"),
        relative(&told_scores(&at("one")), "from day 25", "wis_ratio"),
    );
    assert!((one - other).abs() < 1e-6 * one, "{one} {other}");
    assert!(std::fs::read_to_string(at("one/report.html")).unwrap().contains("spread · citytwin"));

    for (extra, code, words) in [
        (&["--from", "2020-01-20"][..], 2, "E148"),
        (&["--from", "2020-02-15"], 2, "E148"),
        (&["--from", "soon"], 2, "2020-01-22"),
        (&["--from", "2020-02-07", "--resume"], 1, "can't be resumed"),
        (&["--from", "2020-02-07", "--set", "disease.ro=2"], 2, "did you mean"),
    ] {
        let told = forecast(extra);
        assert_eq!(status(&told), code, "{extra:?}");
        assert!(stderr(&told).contains(words), "{extra:?}: {}", stderr(&told));
    }
}

/// The rows of a forecast's table of scores.
fn told_scores(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("scores.csv")).unwrap();
    let mut rows = text.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let object = |row: Vec<&str>| -> Value {
        let cell = |text: &str| text.parse::<f64>().map_or(Value::from(text), Value::from);
        header
            .iter()
            .zip(row)
            .map(|(name, text)| ((*name).to_owned(), cell(text)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    // Names of variants hold no commas here.
    rows.map(object).collect()
}
