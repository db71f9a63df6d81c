//! What is wrong is found, all at once, and told well.

use super::{data, vocabulary};
use crate::findings::Findings;
use crate::{Named, Vocabulary, read, read_text};

fn findings(text: &str) -> Findings {
    match read_text("test.toml", text, &[], &vocabulary()) {
        Ok(scenario) => scenario.warnings,
        Err(findings) => findings,
    }
}

fn codes(text: &str) -> Vec<&'static str> {
    let text = format!("# A test.\n{text}");
    findings(&text).problems.iter().map(|problem| problem.code).collect()
}

const CITY: &str = "[city]\nname = \"testville\"\n";

#[test]
fn keys_of_another_depth_are_refused() {
    let mut words = Vocabulary::standard();
    words.cities.push(Named::new("testville", "A test."));
    let codes = |keys: &str| {
        let text = format!("# A test.\n{CITY}[movement]\n{keys}");
        let found =
            read_text("test.toml", &text, &[], &words).map_or_else(|found| found, |read| read.warnings);
        found.problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("depth = \"assignment\"\nassignment_gap = 1e-3"), Vec::<&str>::new());
    assert_eq!(codes("depth = \"assignment\"\nassignment_gap = 0\nroute_spread = 0.1"), ["E010", "E054"]);
    assert_eq!(codes("depth = \"queue\"\nassignment_gap = 1e-3\nvolume_delay_b = 1"), ["E054", "E054"]);
    assert_eq!(codes("assignment_gap = 1e-3"), ["E054"]);
    // Nothing follows from what is itself a mistake.
    assert_eq!(codes("depth = \"asignment\"\nassignment_gap = 1e-3"), ["E011"]);
    let cut = "[[hazard]]\nkind = \"service_cut\"";
    assert_eq!(codes(&format!("transit = \"capasity\"\n{cut}")), ["E011"]);
    assert_eq!(codes(&format!("transit = \"timetable\"\n{cut}")), ["E047"]);
}

#[test]
fn eight_mistakes_are_reported_at_once() {
    let mut words = Vocabulary::standard();
    words.cities.push(Named::new("porto-alegre", "A city."));
    let found = read(&data("eight-mistakes.toml"), &[], &words).expect_err("eight mistakes");
    let mut codes: Vec<&str> = found.problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["E001", "E004", "E007", "E009", "E010", "E012", "E018", "E020"]);
    for problem in &found.problems {
        assert!(problem.line.is_some() && problem.column.is_some() && problem.help.is_some(), "{problem}");
    }
    let golden = include_str!("data/eight-mistakes.txt");
    assert_eq!(found.render(false).trim(), golden.trim(), "{}", found.render(false));
    let json = found.to_json();
    assert_eq!(json["errors"], 8);
    assert_eq!(json["problems"][0]["line"], 2);
    assert_eq!(json["problems"][0]["column"], 11);
}

#[test]
fn every_wrong_value_has_its_code() {
    let with = |text: &str| codes(&format!("{CITY}{text}"));
    assert_eq!(with(""), Vec::<&str>::new());
    assert_eq!(codes("[city]\nsample = 0.5"), ["E017"]);
    assert_eq!(codes("extends = \"nowhere.toml\""), ["E001"]);
    assert_eq!(codes("[city]\nname = \"testvile\""), ["E022"]);
    assert_eq!(codes("[city]\nname = \"../nowhere/city\""), ["E001"]);
    assert_eq!(with("sample = 0"), ["E010"]);
    assert_eq!(with("seed = 1.5"), ["E013"]);
    assert_eq!(with("sample = inf"), ["E010"]);
    assert_eq!(with("[time]\ndays = \"many\""), ["E008"]);
    assert_eq!(with("[time]\ndays = 1.5"), ["E013"]);
    assert_eq!(with("[time]\nstart = \"20 Jan 2020\""), ["E014"]);
    assert_eq!(with("[disease]\nname = \"flu\""), ["E023"]);
    assert_eq!(with("[disease]\nasymptomatic_share = \"30 %\""), Vec::<&str>::new());
    assert_eq!(with("[care]\nshare = \"20 %\""), Vec::<&str>::new());
    assert_eq!(with("[care]\nshare = \"200 %\"\nbeds = 3"), ["E010", "E007"]);
    assert_eq!(with("[movement]\ndepth = \"freee\""), ["E011"]);
    assert_eq!(
        with("[output]\nmetrics = [\"deaths\", \"icu\"]\ntables = [\"trip\", \"code\"]"),
        ["E024", "E011", "E011"]
    );
    assert_eq!(with("[polices]\nx = 1"), ["E006"]);
    assert_eq!(with("[[policy]]\nfrom = \"day 3\""), ["E017"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nshare = [1]"), ["E008"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nuntil = \"day 0\""), ["E019"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nwhen = \"icu > 1\""), ["E016"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nuntil_when = \"icu_occupancy < 50 %\""), ["E017"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nfrom = 2020-01-01"), ["W002"]);
    assert_eq!(with("[[policy]]\nkind = \"lockdown\"\nreplace = true"), ["E028"]);
    assert_eq!(with("[[hazard]]\nkind = \"importations\""), ["E021"]);
    assert_eq!(with("[policy]\nkind = \"lockdown\""), ["E008"]);
    assert_eq!(with("[[time]]\ndays = 3"), ["E008"]);
    assert_eq!(
        with("[[policy]]\nkind = \"lockdown\"\nid = \"a\"\n[[policy]]\nkind = \"lockdown\"\nid = \"a\""),
        ["E027"]
    );
    assert_eq!(findings(CITY).problems.iter().map(|one| one.code).collect::<Vec<_>>(), ["W001"]);
}

#[test]
fn a_hint_names_what_was_meant() {
    let help = |text: &str| {
        let found = findings(&format!("# A test.\n{CITY}{text}"));
        found.problems.iter().next().and_then(|problem| problem.help.clone()).unwrap_or_default()
    };
    assert_eq!(help("[[policy]]\nkind = \"helth_code\""), "did you mean `health_code`?");
    assert_eq!(help("r0 = 2"), "`r0` belongs in [disease]");
    assert_eq!(
        help("[[policy]]\nkind = \"lockdown\"\nplaces = []"),
        "`places` is a key of the policy `health_code`"
    );
    assert_eq!(help("asymptomatic_share = 1"), "`asymptomatic_share` belongs in [disease]");
    assert_eq!(help("extends = \"x.toml\""), "`extends` belongs at the top of the file, before any table");
    assert_eq!(help("[[policy]]\nkind = \"health_code\"\ndelay = 48"), "write \"48 h\"");
    assert_eq!(help("[[policy]]\nkind = \"health_code\"\ndelay = \"4 hour s\""), "did you mean `hours`?");
}

#[test]
fn a_broken_text_is_told_once_and_the_rest_is_checked() {
    assert_eq!(codes("[city]\nname = porto-alegre\n[time]\ndays = 0"), ["E003", "E010"]);
    assert_eq!(codes("[city\nsample = 0.5\n[time]\ndays = 0").first(), Some(&"E003"));
    assert_eq!(codes("[city]\nname = \"testville\" extra\nsample 3\n"), ["E003", "E003"]);
    assert_eq!(codes("[city]\nname = \"testville\"\nsample = 0,5"), ["E003"]);
    assert_eq!(codes("[time]\nstart = 2020-02-30"), ["E003"]);
    let open = "[output]\nmetrics = [\"deaths\"\ntables = [\"codes\"]\n\n[time]\ndays = 1";
    assert_eq!(codes(open).iter().filter(|code| **code == "E003").count(), 1);
}
