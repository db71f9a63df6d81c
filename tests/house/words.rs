//! Names, words and captions.
use super::{files, read, root, short, sources};

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager"];

#[test]
fn modules_have_telling_names() {
    let vague: Vec<String> = sources()
        .iter()
        .filter(|file| {
            let parts = file.strip_prefix(root()).unwrap_or(file).with_extension("");
            parts.iter().any(|part| EMPTY_NAMES.iter().any(|name| part == *name))
        })
        .map(|file| short(file))
        .collect();
    assert!(vague.is_empty(), "{vague:#?}");
}

#[test]
fn sources_say_at_the_top_what_they_are() {
    let silent: Vec<String> =
        sources().iter().filter(|file| !read(file).starts_with("//!")).map(|file| short(file)).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Two draws of one purpose, person and day would be the same chance.
#[test]
fn purposes_of_draws_are_distinct() {
    let mut purposes: Vec<(String, String)> = Vec::new();
    for file in sources() {
        for line in read(&file).lines().map(str::trim) {
            let Some((name, value)) = line.split_once(": u32 = 0x0") else { continue };
            let value = value.trim_end_matches(';');
            if name.contains("const ") && value.len() == 3 && value.bytes().all(|b| b.is_ascii_hexdigit()) {
                purposes.push((value.to_lowercase(), format!("{name} in {}", short(&file))));
            }
        }
    }
    assert!(purposes.len() > 20, "{purposes:?}");
    purposes.sort();
    let shared: Vec<_> = purposes.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn every_scenario_has_a_caption() {
    let bare: Vec<String> = files("scenarios", "toml")
        .iter()
        .filter(|file| {
            let text = read(file);
            let caption = text.lines().next().and_then(|line| line.strip_prefix('#')).unwrap_or_default();
            caption.trim().len() < 10
        })
        .map(|file| short(file))
        .collect();
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn every_city_says_where_it_comes_from() {
    for city in files("assets/cities", "toml") {
        let source = city.with_file_name("SOURCE.md");
        assert!(source.is_file(), "{} is missing", short(&source));
    }
}

/// Sources that name columns and values of other people's formats in their own words.
const FOREIGN_WORDS: &[&str] = &["sim/synthesis/", "sim/scenario/codes_city.rs"];

#[test]
fn room_words_are_used_with_one_meaning() {
    let mut found = Vec::new();
    let own =
        |name: &str| name != "tests/house/words.rs" && !FOREIGN_WORDS.iter().any(|f| name.starts_with(f));
    for file in sources().iter().filter(|file| own(&short(file))) {
        for (at, line) in read(file).lines().enumerate() {
            let lower = line.to_lowercase();
            let wrong = ["facility", "facilities", "venue", "hack", "fixme", "xxx"];
            let word = |w: &&&str| lower.split(|c: char| !c.is_alphabetic()).any(|part| part == **w);
            if let Some(word) = wrong.iter().find(word) {
                found.push(format!("{}:{}: {word}", short(file), at + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A planner who reads Chinese reads what a run met and what was done about it in Chinese too.
#[test]
fn the_report_has_words_for_every_policy_hazard_metric_and_section() {
    let text = read(&root().join("analysis/report/page/words.json"));
    let words: serde_json::Value = serde_json::from_str(&text).unwrap();
    let policies = citytwin_policies::POLICIES.iter().map(|kind| kind.name);
    let hazards = citytwin_layers::hazard::HAZARDS.iter().map(|kind| kind.name);
    let kinds = policies.chain(hazards).flat_map(|name| [format!("t.{name}"), format!("about.{name}")]);
    let metrics = citytwin_metrics::metrics().map(|metric| format!("m.{}", metric.name));
    // Sections stand in the scripts as `{ id: "name", …`, and each has a heading, a sentence and a name for the bar.
    let scripts: Vec<String> = files("analysis/report/page", "js").iter().map(|file| read(file)).collect();
    let named = scripts.iter().flat_map(|text| text.split("{ id: \"").skip(1));
    let sections: Vec<&str> = named.filter_map(|rest| rest.split('"').next()).collect();
    assert!(sections.contains(&"epidemic") && sections.contains(&"supply"), "{sections:?}");
    let sections =
        sections.iter().flat_map(|id| ["section", "intro", "short"].map(|what| format!("{what}.{id}")));
    let missing: Vec<String> =
        kinds.chain(metrics).chain(sections).filter(|key| words[key]["zh"].is_null()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
