//! From a checked scenario and a city with residents to a run.
use crate::provenance::{Hazard, Inputs, Parameter, PolicyEntry};
use crate::run::Job;
use crate::tables::Wanted;
use crate::trajectories::WantedTrajectories;
use citytwin_engine::TICKS_PER_DAY;
use citytwin_scenario::assemble::GENERATED;
use citytwin_scenario::assemble::{self, Calibration, Prepared};
use citytwin_scenario::{Entry, KindSpec, Named, Scenario, Vocabulary};
use citytwin_world::problem::Problems;
use std::path::Path;

/// All words of a scenario: the program's own, the metrics, and the cities in a folder.
pub fn vocabulary(cities: &Path) -> Vocabulary {
    let mut words = Vocabulary::standard()
        .with_cities(cities)
        .with_metrics(citytwin_metrics::metrics().map(|metric| (metric.name, metric.summary)));
    let about = "A city made up for the run, of [city] population residents by [city] seed.";
    words.cities.push(Named::new(GENERATED, about));
    words
}

/// A run of a scenario in its city.
///
/// # Errors
/// Values that do not fit the city or each other.
pub fn job(
    scenario: &Scenario,
    prepared: &Prepared,
    calibration: Calibration,
    words: &Vocabulary,
    seed: u64,
) -> Result<Job, Problems> {
    let simulation = assemble::simulation(scenario, prepared, calibration, seed)?;
    let output = &scenario.output;
    let tables = output.list("tables");
    let sample = output.f64("trips_sample");
    let trips_every = match tables.iter().any(|name| name == "trips") && sample > 0.0 {
        true => (1.0 / sample).round().max(1.0) as u32,
        false => 0,
    };
    let until = if output.is_set("trajectories_until") { output.f64("trajectories_until") } else { f64::MAX };
    let recorded_days = output.f64("trajectories_from") as u32..(until as u32).min(scenario.days);
    Ok(Job {
        simulation,
        days: scenario.days,
        inputs: inputs(scenario, calibration, words)?,
        metrics: output.list("metrics"),
        tables: Wanted { names: tables, aggregates: output.bool("aggregates") },
        trips_every,
        trajectories: WantedTrajectories::new(output.f64("trajectories"), recorded_days),
        size: scenario.city.size,
        setup_s: 0.0,
        load_s: 0.0,
    })
}

fn inputs(scenario: &Scenario, calibration: Calibration, words: &Vocabulary) -> Result<Inputs, Problems> {
    let day = |tick: u32| f64::from(tick) / f64::from(TICKS_PER_DAY);
    let summary = |list: &[KindSpec], kind: &str| {
        list.iter().find(|spec| spec.name == kind).map(|spec| spec.summary.to_owned()).unwrap_or_default()
    };
    let until_day = |entry: &Entry| (entry.until_tick != u32::MAX).then(|| day(entry.until_tick));
    let policy = |entry: &Entry| PolicyEntry {
        kind: entry.kind.clone(),
        summary: summary(&words.policies, &entry.kind),
        from_day: day(entry.from_tick),
        until_day: until_day(entry),
        when: entry.trigger.as_ref().map(|trigger| {
            let shown = |condition| citytwin_scenario::condition::show(condition, &words.signals);
            let until = trigger.until_when.as_ref().map(|end| format!(", until {}", shown(end)));
            shown(&trigger.when) + &until.unwrap_or_default()
        }),
    };
    let hazard = |entry: &Entry| Hazard {
        kind: entry.kind.clone(),
        summary: summary(&words.hazards, &entry.kind),
        from_day: day(entry.from_tick),
        until_day: until_day(entry),
    };
    let mut parameters: Vec<Parameter> = assemble::parameters(scenario)?
        .iter()
        .map(|p| Parameter {
            key: p.key.clone(),
            value: p.value.clone(),
            unit: p.unit.clone(),
            source: p.source.clone(),
        })
        .collect();
    for (key, value) in [("calibration.beta", calibration.beta), ("calibration.r0", calibration.r0)] {
        parameters.push(Parameter {
            key: key.into(),
            value: value.to_string(),
            unit: String::new(),
            source: "found from ordinary days lived in this city".into(),
        });
    }
    Ok(Inputs {
        scenario: scenario.name(),
        caption: scenario.caption.clone(),
        scenario_hash: u64::from_str_radix(&scenario.hash, 16).unwrap_or_default(),
        files_hash: None,
        policies: scenario.policies.iter().map(policy).collect(),
        hazards: scenario.hazards.iter().map(hazard).collect(),
        parameters,
    })
}
