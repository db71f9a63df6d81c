//! A believable city out of nothing: streets, river, zones, places, transit, heights. For tests, demonstrations and
//! questions that no imported city answers.
mod lines;
mod places;
mod plan;
mod streets;
mod zones;

use crate::population::gravity::ZoneDistances;
use crate::population::work;
use crate::{infrastructure, journeys};
use citytwin_world::problem::Problem;
use citytwin_world::{City, CityInfo, PlaceKind, ZoneId};

/// Fewest and most residents of a generated city.
pub const POPULATION: std::ops::RangeInclusive<u32> = 100..=10_000_000;

/// A made-up city of `population` residents. The same population and seed give the same city.
///
/// From a village of some crossings to a metropolis: an irregular street grid with avenues, radials and a ring, a river
/// with few bridges (from 20,000 residents, by chance), several centres (from 150,000), bus lines (from 8,000), metro
/// (from 800,000), square zones of about 650 residents (some 9 to 2,000 of them), density decaying from the centres.
///
/// # Errors
/// `E408` for a population outside [`POPULATION`].
pub fn city(population: u32, seed: u64) -> Result<City, Problem> {
    possible(population)?;
    let plan = plan::Plan::new(population, seed);
    let (streets, junctions) = streets::build(&plan);
    let cells = zones::cut(&plan, &junctions);
    let mut places = places::found(&plan, &junctions, &cells);
    let (transit, metro) = lines::run(&plan, &streets, &junctions, &cells);
    let zone_of_node = {
        let mut zone = vec![ZoneId(0); junctions.at.len()];
        for (z, list) in cells.junctions.iter().enumerate() {
            list.iter().for_each(|n| zone[*n as usize] = ZoneId(z as u32));
        }
        zone
    };
    for stop in metro {
        let node = transit.stop_node[stop];
        let (zone, p) = (zone_of_node[node.0 as usize], junctions.at[node.0 as usize]);
        let id = format!("metro_station-{}", stop.0);
        places::add(&mut places, id, PlaceKind::MetroStation, (zone, node, p), 1_500);
    }
    let mut city = City {
        info: info(population, seed),
        streets,
        transit,
        places,
        zones: cells.zones,
        ..City::default()
    };
    let km = ZoneDistances::of(&city)?;
    city.places.jobs = work::whole(&work::jobs_of_places(&city, &km)).into();
    city.transit.journeys = journeys::journeys(&city)?;
    city.infrastructure = infrastructure::grow(&city);
    let key = citytwin_world::draw::block(seed, crate::population::purpose::GENERATE, population, 0, 0);
    city.hash = u64::from(key[0]) << 32 | u64::from(key[1]);
    Ok(city)
}

/// Zones of a generated city, about.
pub fn zones_of(population: u32) -> u64 {
    zones::about(population) as u64
}

/// Junctions of a generated city, about.
pub fn junctions_of(population: u32) -> u64 {
    // Measured: 542 for 20,000 residents, 8,878 for 500,000.
    u64::from(population) / 50
}

/// Residents from which on a generated city has buses.
pub const BUSES_FROM: u32 = lines::BUS_FROM;

/// What can be known of [`city`] at a glance: its name, country, streets and zones, without places and transit.
///
/// # Errors
/// `E408` for a population outside [`POPULATION`].
pub fn sketch(population: u32, seed: u64) -> Result<City, Problem> {
    possible(population)?;
    let plan = plan::Plan::new(population, seed);
    let (streets, junctions) = streets::build(&plan);
    let zones = zones::cut(&plan, &junctions).zones;
    Ok(City { info: info(population, seed), streets, zones, ..City::default() })
}

fn possible(population: u32) -> Result<(), Problem> {
    if POPULATION.contains(&population) {
        return Ok(());
    }
    let message = format!("a city of {population} residents can't be generated");
    Err(Problem::error("E408", message).help("100 to 10,000,000 residents can"))
}

fn info(population: u32, seed: u64) -> CityInfo {
    CityInfo {
        name: format!("Generated city {population}/{seed}"),
        country: "Brazil".into(),
        time_zone: "UTC".into(),
        population,
        holidays: Vec::new(),
        sources: vec![format!("generated: {population} residents, seed {seed}")],
    }
}
