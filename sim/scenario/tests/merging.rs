//! `extends`, `replace`, `--set`, ids, times, provenance and the digest.

use super::vocabulary;
use crate::scenario::Scenario;
use crate::{read, read_text};

fn child(text: &str, flags: &[(&str, &str)]) -> Result<Scenario, String> {
    let flags: Vec<(String, String)> =
        flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let text = format!("# A child.\nextends = \"baseline.toml\"\n{text}");
    read_text("tests/data/child.toml", &text, &flags, &vocabulary()).map_err(|findings| findings.to_string())
}

fn kinds(scenario: &Scenario) -> Vec<(String, u32)> {
    scenario.policies.iter().map(|policy| (policy.id.clone(), policy.from_tick)).collect()
}

#[test]
fn a_child_stands_on_its_parent() {
    let scenario =
        child("[time]\ndays = 90\n[[policy]]\nkind = \"lockdown\"\nfrom = \"day 50\"", &[]).expect("fine");
    assert_eq!((scenario.days, scenario.start.to_string().as_str()), (90, "2020-01-20"));
    assert_eq!(kinds(&scenario), [("lockdown".to_owned(), 720), ("lockdown-2".to_owned(), 1200)]);
    assert_eq!(scenario.hazards.len(), 1);
    assert_eq!(scenario.caption, "A child.");
    assert_eq!((scenario.city.name.as_str(), scenario.files.len()), ("testville", 2));
}

#[test]
fn a_child_can_replace_and_switch_off() {
    let text = "[[policy]]\nkind = \"lockdown\"\nreplace = true\nfrom = 2020-02-09\nshare = \"90 %\"";
    let scenario = child(text, &[]).expect("fine");
    assert_eq!(kinds(&scenario), [("lockdown".to_owned(), 480)]);
    assert_eq!(scenario.policies.first().map(|policy| policy.params.f64("share")), Some(0.9));
    let scenario = child("", &[("policy.lockdown.enabled", "false")]).expect("fine");
    assert!(scenario.policies.is_empty());
}

#[test]
fn flags_go_before_files() {
    let flags = [("time.days", "70"), ("policy.lockdown.from", "day 35"), ("hazard.0.share", "10 %")];
    let scenario = child("", &flags).expect("fine");
    assert_eq!((scenario.days, kinds(&scenario)), (70, vec![("lockdown".to_owned(), 840)]));
    let row = scenario.provenance.iter().find(|row| row.key == "hazard.importation.share").expect("a row");
    assert_eq!((row.value.as_str(), row.source.as_str(), row.default), ("10 %", "--set", false));
    let flags = [("policy.health_code.places", "[mall, shop]"), ("policy.\"health_code\".delay", "2 d")];
    let scenario = child("[[policy]]\nkind = \"health_code\"", &flags).expect("fine");
    let policy = scenario.policies.last().expect("one");
    assert_eq!((policy.params.place_kinds("places").len(), policy.params.f64("delay")), (2, 48.0));
}

#[test]
fn a_wrong_flag_is_shown_itself() {
    for (key, value, code) in [
        ("time.dayss", "3", "E007"),
        ("time.days", "0", "E010"),
        ("days", "3", "E026"),
        ("", "3", "E026"),
        ("time..days", "3", "E026"),
        ("policy.lokdown.from", "day 3", "E026"),
        ("policy.7.from", "day 3", "E026"),
        ("policy.from", "day 3", "E026"),
        ("time.days.x", "3", "E026"),
        ("nothing.x", "3", "E006"),
        ("policy.lockdown.from", "day 300", "E018"),
    ] {
        let told = child("", &[(key, value)]).err().unwrap_or_default();
        assert!(told.contains(&format!("error[{code}]")) && told.contains("--set"), "{key}: {told}");
    }
}

#[test]
fn the_digest_is_of_the_meaning() {
    let digest = |text: &str| {
        read_text("a.toml", text, &[], &vocabulary()).map(|scenario| scenario.hash).unwrap_or_default()
    };
    let plain =
        digest("# A.\n[city]\nname = \"testville\"\n[[policy]]\nkind = \"health_code\"\ndelay = \"48 h\"\n");
    let other = digest(
        "# B\r\n[[policy]]\r\ndelay    = '2 d' # two days\r\nkind=\"health_code\"\r\n\r\n[city]\r\nname='testville'",
    );
    assert_eq!((plain.len(), &plain), (16, &other));
    let spelt = digest(
        "# A.\n[city]\nname = \"testville\"\nsample = 1.0\n[[policy]]\nkind = \"health_code\"\ndelay = \"48 h\"",
    );
    assert_eq!(plain, spelt, "a default written out is no other scenario");
    let later =
        digest("# A.\n[city]\nname = \"testville\"\n[[policy]]\nkind = \"health_code\"\ndelay = \"49 h\"\n");
    assert_ne!(plain, later);
}

#[test]
fn a_circle_of_scenarios_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a.toml"), "# A\nextends = \"b.toml\"\n[city]\nname = \"testville\"")
        .expect("written");
    std::fs::write(path("b.toml"), "# B\nextends = \"./a.toml\"\n[time]\ndays = 0").expect("written");
    let found = read(&path("a.toml"), &[], &vocabulary()).expect_err("a circle");
    let codes: Vec<&str> = found.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["E005", "E010"]);
    assert!(
        found
            .problems
            .iter()
            .all(|problem| problem.file.as_ref().is_some_and(|file| file.ends_with("b.toml")))
    );
}
