//! From the scenario's choice of city to a city with residents, by way of a cache beside the city folder.
use super::Prepared;
use crate::refusals::generated_population;
use crate::scenario::Scenario;
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
    let choice = &scenario.city;
    if choice.path.is_none() && choice.name == GENERATED {
        let population = generated_population(&choice.params);
        let city = with_journeys(generate::city(population, choice.seed)?)?;
        let residents = people(scenario, &city)?;
        return Ok(Prepared { city: Arc::new(city), residents: Arc::new(residents) });
    }
    let folder: PathBuf = choice.path.clone().unwrap_or_else(|| cities.join(&choice.name));
    let (city, residents) = load::load(&folder, choice.sample, choice.seed)?;
    Ok(Prepared { city: Arc::new(city), residents: Arc::new(residents) })
}

fn with_journeys(mut city: City) -> Result<City, Problems> {
    city.transit.journeys = journeys::journeys(&city)?;
    Ok(city)
}

fn people(scenario: &Scenario, city: &City) -> Result<Residents, Problems> {
    let choice = &scenario.city;
    Ok(residents(city, &PopulationParams::default(), choice.sample, choice.seed)?)
}
