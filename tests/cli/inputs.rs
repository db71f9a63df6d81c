//! Commands that read and explain, and inputs that are wrong.
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;
use std::io::Read;
use std::path::Path;
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
fn what_is_missing_is_told_once() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), "# Nowhere.\n[time]\ndays = 3\n").unwrap();
    let told = citytwin(home.path(), &["check", "a.toml", "--format", "json"]);
    let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
    assert_eq!(
        (status(&told), &data["errors"], &data["problems"][0]["code"]),
        (2, &1.into(), &"E017".into())
    );
    let told = citytwin(home.path(), &["check", "b.toml"]);
    assert!(stderr(&told).contains("did you mean `a.toml`?"), "{}", stderr(&told));
}

/// A disease file with a share above 1.
fn odd_disease(home: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/diseases/influenza.toml");
    let text = std::fs::read_to_string(shipped).unwrap();
    let line = text.lines().find(|line| line.starts_with("overdispersion_k")).unwrap();
    std::fs::write(home.join("odd.toml"), text.replace(line, "overdispersion_k = 0.0")).unwrap();
}

#[test]
fn what_a_run_would_refuse_is_told_by_a_check() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("no-city")).unwrap();
    odd_disease(home.path());
    let text = "# Refused.\n[city]\nname = \"generated\"\npopulation = 600\n[time]\ndays = 6\n\
        [disease]\nname = \"influenza\"\nsevere_by_decade = [\"1 %\", \"5 %\"]\nvaccinated_by_decade = [\"9 %\"]\n\
        [[hazard]]\nkind = \"epidemic\"\nvariant = 3\n\
        [[policy]]\nkind = \"school_closure\"\nkinds = [\"school\", \"mall\", \"park\"]\n\
        [[policy]]\nkind = \"data_sharing\"\npairs = [\"schools > pharmacy\", \"police\"]\n\
        [[policy]]\nkind = \"work_resumption\"\nstages = []\n\
        [[policy]]\nkind = \"lockdown\"\nzones = [\"z0_0\", \"z77_0\"]\n\
        when = \"icu_occupancy > 80 % && known_cases_new > 3\"\n\
        [[policy]]\nkind = \"lockdown\"\nid = \"off\"\nenabled = false\nzones = [\"never asked\"]\n";
    std::fs::write(home.path().join("a.toml"), text).unwrap();
    // Code and the words under the caret of each mistake, whatever the change.
    let told = |command: &str, set: &[&str]| -> Vec<(String, String)> {
        let flags: Vec<&str> = set.iter().flat_map(|value| ["--set", value]).collect();
        let told = citytwin(home.path(), &[&[command, "a.toml", "--format", "json"], &flags[..]].concat());
        assert_eq!((status(&told), stderr(&told).as_str()), (2, ""), "{}", stdout(&told));
        let data: Value = serde_json::from_str(&stdout(&told)).unwrap();
        let problems = data["problems"].as_array().unwrap().iter().map(|problem| {
            let span = |end: &str| problem["span"][end].as_u64().unwrap_or(0) as usize;
            let own = problem["file"] == "a.toml";
            let words = if own { &text[span("start")..span("end")] } else { "" };
            (problem["code"].as_str().unwrap().to_owned(), words.to_owned())
        });
        problems.collect()
    };
    let wanted = [
        ("E041", "[\"1 %\", \"5 %\"]"),
        ("E041", "[\"9 %\"]"),
        ("E030", "\"mall\""),
        ("E030", "\"park\""),
        ("E032", "\"schools > pharmacy\""),
        ("E032", "\"police\""),
        ("E033", "[]"),
        ("E031", "\"z77_0\""),
        ("E015", "&&"),
    ];
    // The variant isn't judged: a disease that can't be read has none to count.
    let wanted: Vec<_> = wanted.map(|(code, words)| (code.to_owned(), words.to_owned())).into();
    for command in ["check", "run"] {
        assert_eq!(told(command, &[]), wanted);
    }
    let codes = |set: &[&str]| told("check", set).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert!(codes(&["city.population=60"]).contains(&"E010".to_owned()));
    assert!(codes(&["city.name=no-city"]).contains(&"E341".to_owned()));
    assert!(codes(&["disease.name=odd.toml"]).contains(&"E041".to_owned()));
    let sound = text.lines().filter(|line| !line.contains("_by_decade")).collect::<Vec<_>>().join("\n");
    std::fs::write(home.path().join("b.toml"), sound).unwrap();
    let variant = citytwin(home.path(), &["check", "b.toml"]);
    assert!(stderr(&variant).contains("E043") && stderr(&variant).contains("which is number 0"));
}

#[test]
fn a_run_folder_that_is_taken_is_told_before_the_city_is_built() {
    let home = tempfile::tempdir().unwrap();
    let text = SMALL.replace("[time]", "[output]\nout = \"thesis\"\n[time]").replace("600", "2000000");
    std::fs::write(home.path().join("a.toml"), text).unwrap();
    std::fs::create_dir(home.path().join("thesis")).unwrap();
    std::fs::write(home.path().join("thesis/chapter.txt"), "x").unwrap();
    let began = std::time::Instant::now();
    let run = citytwin(home.path(), &["run", "a.toml"]);
    assert_eq!(status(&run), 1);
    assert!(stderr(&run).contains("thesis") && began.elapsed().as_secs() < 5, "{}", stderr(&run));
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_would_not_fit_is_refused_before_it_starts() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), SMALL.replace("600", "5000000")).unwrap();
    let within = |command: &str| {
        let line = format!("ulimit -v 2000000; exec {} {command} a.toml", env!("CARGO_BIN_EXE_citytwin"));
        Command::new("sh").args(["-c", &line]).current_dir(home.path()).output().unwrap()
    };
    let began = std::time::Instant::now();
    let run = within("run --quiet");
    assert_eq!((status(&run), stdout(&run).as_str()), (1, ""));
    assert!(stderr(&run).contains("MB of memory") && began.elapsed().as_secs() < 5, "{}", stderr(&run));
    let check = within("check");
    assert_eq!(status(&check), 0);
    assert!(
        stderr(&check).contains("W004") && stdout(&check).contains("a run takes about"),
        "{}",
        stderr(&check)
    );
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
fn everything_listed_is_explained() {
    let home = tempfile::tempdir().unwrap();
    for what in
        ["policies", "hazards", "layers", "metrics", "tables", "cities", "diseases", "signals", "templates"]
    {
        let listed = citytwin(home.path(), &["list", what, "--format", "json"]);
        let listed: Value = serde_json::from_str(&stdout(&listed)).unwrap();
        for entry in listed.as_array().unwrap() {
            let name = entry["name"].as_str().unwrap();
            assert!(entry["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
            let told = citytwin(home.path(), &["explain", name]);
            assert_eq!(status(&told), 0, "{what} {name}: {}", stderr(&told));
        }
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

/// A scenario is refused with a code at its place, by the check as by the run.
fn is_refused(home: &Path, text: &str, code: &str) {
    std::fs::write(home.join("a.toml"), text).unwrap();
    for command in ["check", "run"] {
        let refused = citytwin(home, &[command, "a.toml"]);
        let told = stderr(&refused);
        assert!(status(&refused) == 2 && told.contains(code) && told.contains("a.toml:"), "{code}: {told}");
    }
}

#[test]
fn closed_stops_and_cuts_are_judged_by_the_check() {
    let home = tempfile::tempdir().unwrap();
    let city = "# Closed.\n[city]\nname = \"generated\"\npopulation = 6000\n[time]\ndays = 6\n";
    let filled = "[movement]\ntransit = \"capacity\"\n";
    let (closure, cut) = ("[[hazard]]\nkind = \"station_closure\"\n", "[[hazard]]\nkind = \"service_cut\"\n");
    let wanted = [
        (format!("{city}{cut}"), "E047"),
        (format!("{city}{filled}{closure}lon = 5\nlat = 5\n"), "E049"),
        (format!("{city}{filled}{closure}lon = 5\n"), "E048"),
        (format!("{city}{filled}{closure}stops = [\"Nowhere\"]\n"), "E050"),
        (format!("{city}{filled}{cut}lines = [\"Nowhere\"]\n"), "E050"),
    ];
    for (text, code) in wanted {
        is_refused(home.path(), &text, code);
    }
    // Stops close where vehicles take everybody, too.
    for text in [format!("{city}{filled}{closure}{cut}"), format!("{city}{closure}")] {
        std::fs::write(home.path().join("a.toml"), text).unwrap();
        assert_eq!(status(&citytwin(home.path(), &["check", "a.toml"])), 0);
    }
}

#[test]
fn closed_streets_are_judged_by_the_check() {
    let home = tempfile::tempdir().unwrap();
    let closed = "# Closed.\n[city]\nname = \"generated\"\npopulation = 600\n[time]\ndays = 6\n\
        [[hazard]]\nkind = \"street_closure\"\n";
    let wanted = [
        ("lon = 5\nlat = 5\n", "E046"),
        ("lon = 5\nlat = 5\n[movement]\ndepth = \"queue\"\n", "E046"),
        ("lon = 5\n[movement]\ndepth = \"queue\"\n", "E048"),
    ];
    for (more, code) in wanted {
        is_refused(home.path(), &format!("{closed}{more}"), code);
    }
    for depth in ["free", "assignment", "queue"] {
        std::fs::write(home.path().join("a.toml"), format!("{closed}[movement]\ndepth = \"{depth}\"\n"))
            .unwrap();
        assert_eq!(status(&citytwin(home.path(), &["check", "a.toml"])), 0);
    }
}
