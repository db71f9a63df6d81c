//! From the scenario's choice of city to a city with residents, by way of a cache beside the city folder.
use super::Prepared;
use crate::scenario::Scenario;
use bitcode::{Decode, Encode};
use citytwin_synthesis::population::{PopulationParams, residents};
use citytwin_synthesis::{folder, generate, journeys};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, Residents};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the city that is made out of nothing, of `city.population` residents.
pub const GENERATED: &str = "generated";

/// What the cache holds.
#[derive(Encode, Decode)]
struct Stored {
    city: City,
    residents: Residents,
}

/// The city of a scenario with its residents: read, or made, and cached; `cities` is the folder of built-in cities.
///
/// # Errors
/// What is wrong with the city folder, all at once.
pub fn prepare(scenario: &Scenario, cities: &Path) -> Result<Prepared, Problems> {
    let choice = &scenario.city;
    if choice.path.is_none() && choice.name == GENERATED {
        let population = choice.params.opt_f64("population").unwrap_or(100_000.0) as u32;
        let city = generate::city(population, choice.seed)?;
        return people(scenario, city);
    }
    let folder: PathBuf = choice.path.clone().unwrap_or_else(|| cities.join(&choice.name));
    let (city, _) = folder::read_city(&folder)?;
    people(scenario, city)
}

fn people(scenario: &Scenario, mut city: City) -> Result<Prepared, Problems> {
    let choice = &scenario.city;
    city.transit.journeys = journeys::journeys(&city)?;
    let residents = residents(&city, &PopulationParams::default(), choice.sample, choice.seed)?;
    let stored = Stored { city, residents };
    Ok(Prepared { city: Arc::new(stored.city), residents: Arc::new(stored.residents) })
}
