//! From a checked scenario and a city with residents to a simulation that is ready to run.
mod calibrate;
mod ordinary;
mod prepare;

pub use calibrate::Company;
pub use prepare::{GENERATED, files_hash, prepare, prepare_telling};

use crate::scenario::{Entry, Provenance, Scenario};
use citytwin_engine::registry::Kind;
use citytwin_engine::{Calendar, KeySpec, Layer, Params, Scheduled, Simulation};
use citytwin_layers::activity::{Activity, Habits};
use citytwin_layers::care::{Beds, Care};
use citytwin_layers::contact::{Contact, Intensity};
use citytwin_layers::digital::Digital;
use citytwin_layers::epidemic::{Disease, Epidemic, Vaccination};
use citytwin_layers::hazard::HAZARDS;
use citytwin_layers::infrastructure::Infrastructure;
use citytwin_layers::reporting::Reporting;
use citytwin_layers::supply::Trade;
use citytwin_layers::testing::Testing;
use citytwin_layers::transport::Transport;
use citytwin_layers::{
    activity, care, contact, digital, infrastructure, reporting, supply, testing, transport,
};
use citytwin_policies::POLICIES;
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, Date, Population, Residents, Roads, Services, VisitLog, World};
use std::sync::Arc;

/// A city with its residents, ready for any number of replicates.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The city.
    pub city: Arc<City>,
    /// Its residents.
    pub residents: Arc<Residents>,
    /// The roads as drivers know them on ordinary days; empty where movement knows no traffic.
    pub roads: Arc<Roads>,
}

/// What was found out while a simulation was put together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Transmissibility used by contact.
    pub beta: f64,
    /// Basic reproduction number in this city on ordinary weeks.
    pub r0: f64,
}

/// The healthy world of a city at midnight before the first day.
pub fn world(prepared: &Prepared) -> World {
    World {
        city: Arc::clone(&prepared.city),
        people: Population::at_home(Arc::clone(&prepared.residents)),
        services: Services { roads: Roads::clone(&prepared.roads), ..Services::default() },
        visits: VisitLog::for_persons(prepared.residents.len()),
    }
}

/// The calendar of a city from a first day on.
pub fn calendar(city: &City, start: Date) -> Calendar {
    let holidays = city.info.holidays.iter().filter_map(|text| Date::parse(text)).collect();
    Calendar { start, holidays: Arc::new(holidays) }
}

/// Puts a simulation together: the layers with the scenario's numbers, its hazards and its policies.
///
/// # Errors
/// Values that do not fit the city or each other, all of them at once.
pub fn simulation(
    scenario: &Scenario,
    prepared: &Prepared,
    calibration: Calibration,
    seed: u64,
) -> Result<Simulation, Problems> {
    let (mut problems, mut refused) = (Problems::default(), Vec::new());
    let city = &prepared.city;
    let mut layers: Vec<Box<dyn Layer>> = Vec::new();
    let table = |name: &str, keys| table(scenario, name, keys);
    // Before the hazards: it makes the platform whole each hour, and they say what is left of it.
    layers.push(Box::new(Digital::new(&table("digital", digital::KEYS))));
    // Before the hazards too: they say what holds or breaks its assets in the hour.
    layers.push(Box::new(Infrastructure::new(infrastructure::Settings::with(&table(
        "infrastructure",
        infrastructure::KEYS,
    )))));
    // Before the hazards, which name goods by their rows.
    if let Some(trade) = Trade::with(&table("supply", supply::KEYS)) {
        layers.push(Box::new(trade));
    }
    for entry in &scenario.hazards {
        match built(HAZARDS, entry, city) {
            Ok(layer) => layers.push(layer),
            Err(problems) => refused.push((entry.clone(), problems)),
        }
    }
    layers.push(Box::new(Activity::new(Habits::with(&table("activity", activity::KEYS)))));
    layers.push(Box::new(Transport::with(&table("transport", transport::KEYS))));
    layers.push(Box::new(Contact::new(
        Intensity::with(&table("contact", contact::KEYS)),
        calibration.beta as f32,
    )));
    match epidemic(scenario) {
        Ok(layer) => layers.push(Box::new(layer)),
        Err(found) => problems.extend(found),
    }
    layers.push(Box::new(Care::new(Beds::with(&table("care", care::KEYS)))));
    layers.push(Box::new(Testing::new(&table("testing", testing::KEYS))));
    layers.push(Box::new(Reporting::new(&table("reporting", reporting::KEYS))));
    let mut policies = Vec::new();
    for entry in &scenario.policies {
        match built(POLICIES, entry, city) {
            Ok(policy) => policies.push(Scheduled {
                id: entry.id.clone(),
                from_tick: entry.from_tick,
                until_tick: entry.until_tick,
                trigger: entry.trigger.clone(),
                policy,
            }),
            Err(problems) => refused.push((entry.clone(), problems)),
        }
    }
    // What a kind refuses is told at its entry in the file.
    problems.extend(scenario.refusal(refused).problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut world = world(prepared);
    world.services.survey.wanted = true;
    Ok(Simulation::new(world, layers, policies, calendar(city, scenario.start), seed))
}

/// Finds the transmissibility that gives the scenario's disease its R0 in this city.
///
/// # Errors
/// When the disease makes no sense or no company in the city could spread it that far.
pub fn calibration(scenario: &Scenario, prepared: &Prepared) -> Result<Calibration, Problems> {
    company(scenario, prepared)?.calibration(scenario)
}

/// What [`calibration`] lives days for, and what serves any R0 and beta of the same scenario in the same city.
///
/// # Errors
/// When the disease can't be read or makes no sense.
pub fn company(scenario: &Scenario, prepared: &Prepared) -> Result<Company, Problems> {
    calibrate::company(scenario, prepared)
}

/// The values for a layer: the scenario's, or the keys' own defaults where the scenario was read without them.
fn table(scenario: &Scenario, name: &str, keys: &[KeySpec]) -> Params {
    scenario.layer(name).cloned().unwrap_or_else(|| Params::presets(keys))
}

fn epidemic(scenario: &Scenario) -> Result<Epidemic, Problems> {
    Ok(Epidemic::new(disease(scenario)?, Vaccination::with(&scenario.disease)?))
}

fn disease(scenario: &Scenario) -> Result<Disease, Problems> {
    match &scenario.disease_path {
        None => Disease::with(&scenario.disease),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Problem::error("E040", format!("{}: {e}", path.display())))?;
            Disease::read(&text, &scenario.disease)
        }
    }
}

/// Every value of a scenario with where it comes from; what it leaves to the disease is told as the disease's file has
/// it.
///
/// # Errors
/// When the disease can't be read or makes no sense.
pub fn parameters(scenario: &Scenario) -> Result<Vec<Provenance>, Problems> {
    let disease = disease(scenario)?;
    let told = disease.told();
    let of_file = |row: &Provenance| {
        let key = row.key.strip_prefix("disease.").filter(|_| row.value.is_empty())?;
        let (_, value, source) = told.iter().find(|(name, ..)| *name == key)?;
        let unit = citytwin_layers::epidemic::KEYS.iter().find(|spec| spec.name == key)?.unit;
        Some((value.show(unit), (*source).to_owned()))
    };
    let mut rows = scenario.provenance.clone();
    for row in &mut rows {
        if let Some((value, source)) = of_file(row) {
            (row.value, row.source) = (value, source);
        }
    }
    Ok(rows)
}

fn built<T: ?Sized>(kinds: &[Kind<T>], entry: &Entry, city: &City) -> Result<Box<T>, Problems> {
    let kind = Kind::find(kinds, &entry.kind)
        .ok_or_else(|| Problem::error("E020", format!("there is nothing of the kind `{}`", entry.kind)))?;
    let params: &Params = &entry.params;
    (kind.build)(params, city)
}
