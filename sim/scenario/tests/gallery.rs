//! The gallery: every scenario is right by the words of the program, captioned, and together they show everything.

use crate::{Named, Scenario, Vocabulary, read};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(scenarios(&path));
        } else if path.extension().is_some_and(|end| end == "toml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn gallery() -> Vec<Scenario> {
    let mut words = Vocabulary::standard();
    words.cities.extend(["porto-alegre", "generated"].map(|name| Named::new(name, "A city.")));
    let read_one = |path: &PathBuf| match read(path, &[], &words) {
        Ok(scenario) => scenario,
        Err(findings) => panic!("{}: {findings}", path.display()),
    };
    scenarios(Path::new("../../scenarios")).iter().map(read_one).collect()
}

#[test]
fn every_scenario_is_right_and_captioned() {
    for scenario in gallery() {
        assert!(scenario.caption.ends_with('.'), "{}: `{}`", scenario.name(), scenario.caption);
        assert!(scenario.warnings.problems.is_empty(), "{}: {}", scenario.name(), scenario.warnings);
    }
}

#[test]
fn every_policy_and_every_hazard_is_shown() {
    let words = Vocabulary::standard();
    let gallery = gallery();
    let policies: BTreeSet<&str> =
        gallery.iter().flat_map(|one| &one.policies).map(|entry| entry.kind.as_str()).collect();
    let hazards: BTreeSet<&str> =
        gallery.iter().flat_map(|one| &one.hazards).map(|entry| entry.kind.as_str()).collect();
    for policy in &words.policies {
        assert!(policies.contains(policy.name), "no scenario shows the policy {}", policy.name);
    }
    for hazard in &words.hazards {
        assert!(hazards.contains(hazard.name), "no scenario shows the hazard {}", hazard.name);
    }
}
