//! Every scenario of the gallery parses without a warning, has a caption, runs, and keeps the laws; every policy and
//! every hazard has a scenario that shows it.
use crate::laws::witness::Witness;
use crate::town::{Play, gallery, words};
use rayon::prelude::*;
use std::collections::BTreeSet;

const DAYS: u32 = 10;

#[test]
fn every_scenario_parses_without_a_warning() {
    assert!(gallery().len() >= 6);
    for path in gallery() {
        let scenario = citytwin_scenario::read(&path, &[], words());
        let scenario = scenario.unwrap_or_else(|findings| panic!("{}: {findings}", path.display()));
        let warnings = &scenario.warnings;
        assert!(warnings.problems.is_empty(), "{}: {warnings}", path.display());
        assert!(scenario.caption.len() >= 10, "{}", path.display());
    }
}

#[test]
fn every_scenario_runs_and_keeps_the_laws() {
    let faults: Vec<String> = gallery()
        .par_iter()
        .flat_map_iter(|path| {
            let play = Play::of(path, DAYS, &[]).hastened(4);
            let name = path.display().to_string();
            let witness = Witness::days(&mut play.simulation(1), DAYS);
            witness.faults.into_iter().map(move |fault| format!("{name}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_policy_and_hazard_has_a_scenario_that_shows_it() {
    let mut shown = BTreeSet::new();
    for path in gallery() {
        let scenario = citytwin_scenario::read(&path, &[], words()).expect("sound");
        shown.extend(scenario.policies.iter().chain(&scenario.hazards).map(|entry| entry.kind.clone()));
    }
    let all = words().policies.iter().chain(&words().hazards);
    let hidden: Vec<&str> = all.map(|kind| kind.name).filter(|name| !shown.contains(*name)).collect();
    assert!(hidden.is_empty(), "without a scenario: {hidden:?}");
}
