//! From the scenario's choice of city to a city with residents, by way of a cache beside the city folder.
use super::{Prepared, ordinary};
use crate::refusals::generated_population;
use crate::scenario::Scenario;
use citytwin_synthesis::folder::{hash_bytes, hash_files};
use citytwin_synthesis::population::{PopulationParams, residents};
use citytwin_synthesis::{generate, journeys, load};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Residents};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the city that is made out of nothing, of `city.population` residents.
pub const GENERATED: &str = "generated";

/// The city of a scenario with its residents: read, or made, and cached; `cities` is the folder of built-in cities.
///
/// # Errors
/// What is wrong with the city folder, all at once.
pub fn prepare(scenario: &Scenario, cities: &Path) -> Result<Prepared, Problems> {
    prepare_telling(scenario, cities, &mut |_| ())
}

/// As [`prepare`], and tells what it does where that takes long.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_telling(
    scenario: &Scenario,
    cities: &Path,
    tell: &mut dyn FnMut(&str),
) -> Result<Prepared, Problems> {
    let choice = &scenario.city;
    let folder = folder_of(scenario, cities);
    let (city, residents) = match &folder {
        None => {
            let population = generated_population(&choice.params);
            let city = with_journeys(generate::city(population, choice.seed)?)?;
            let residents = people(scenario, &city)?;
            (city, residents)
        }
        Some(folder) => load::load(folder, choice.sample, choice.seed)?,
    };
    let mut prepared =
        Prepared { city: Arc::new(city), residents: Arc::new(residents), roads: Arc::default() };
    if scenario.movement.text("depth") != "free" {
        let roads = ordinary::roads(scenario, &prepared, folder.as_deref(), tell)?;
        prepared.roads = Arc::new(roads);
    }
    Ok(prepared)
}

/// Digest of the files that a scenario's runs hang on beside its own text: those of the city's folder and the disease's.
/// What can't be read counts as nothing here, and is told when it is used.
pub fn files_hash(scenario: &Scenario, cities: &Path) -> u64 {
    let city = folder_of(scenario, cities).and_then(|folder| hash_files(&folder).ok());
    let disease = scenario.disease_path.as_ref().and_then(|path| std::fs::read(path).ok());
    let both = [city.unwrap_or(0), disease.map_or(0, |bytes| hash_bytes(&bytes))];
    hash_bytes(&both.map(u64::to_le_bytes).concat())
}

/// The folder of a scenario's city; `None` where it is made up.
fn folder_of(scenario: &Scenario, cities: &Path) -> Option<PathBuf> {
    let choice = &scenario.city;
    match &choice.path {
        None if choice.name == GENERATED => None,
        path => Some(path.clone().unwrap_or_else(|| cities.join(&choice.name))),
    }
}

fn with_journeys(mut city: City) -> Result<City, Problems> {
    city.transit.journeys = journeys::journeys(&city)?;
    Ok(city)
}

fn people(scenario: &Scenario, city: &City) -> Result<Residents, Problems> {
    let choice = &scenario.city;
    Ok(residents(city, &PopulationParams::default(), choice.sample, choice.seed)?)
}
