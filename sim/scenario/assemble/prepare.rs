//! From the scenario's choice of city to a city with residents, by way of a cache beside the city folder.
use super::Prepared;
use crate::scenario::Scenario;
use bitcode::{Decode, Encode};
use citytwin_synthesis::population::{PopulationParams, residents};
use citytwin_synthesis::{cache, folder, generate, journeys};
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
        return Ok(people(scenario, city)?.shared());
    }
    let folder: PathBuf = choice.path.clone().unwrap_or_else(|| cities.join(&choice.name));
    let hash = folder::hash_files(&folder).map_err(|e| {
        Problem::error("E341", format!("the city folder cannot be read: {e}")).in_file(&folder)
    })?;
    let key = format!("{hash:016x}-sample{}-seed{}", choice.sample, choice.seed);
    let (stored, _) = cache::load_or_build(&folder, &key, || {
        let (city, _) = folder::read_city(&folder)?;
        people(scenario, city)
    })?;
    Ok(stored.shared())
}

impl Stored {
    fn shared(self) -> Prepared {
        Prepared { city: Arc::new(self.city), residents: Arc::new(self.residents) }
    }
}

fn people(scenario: &Scenario, mut city: City) -> Result<Stored, Problems> {
    let choice = &scenario.city;
    city.transit.journeys = journeys::journeys(&city)?;
    let residents = residents(&city, &PopulationParams::default(), choice.sample, choice.seed)?;
    Ok(Stored { city, residents })
}
