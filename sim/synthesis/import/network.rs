//! Makes a city of a road network for traffic assignment: its links as streets, its zones peopled by its trips.

mod ground;
mod layout;
mod measure;
mod scatter;
mod streets;

#[cfg(test)]
mod tests;

use super::ImportOptions;
use super::assemble::{Assembled, places_of};
use super::observe::Observed;
use super::traffic::{Factors, NetworkFiles, TrafficCase, read_files};
use super::zones::{self, ZoneFinder};
use crate::near::Near;
use crate::places::to_columns;
use crate::population::tables;
use citytwin_world::problem::{Problem, Problems, Tally};
use citytwin_world::streets::access;
use citytwin_world::{City, CityInfo, NodeId, Streets, Transit};
use std::collections::BTreeSet;

/// Trips of the table per resident where nobody says (assumption: two trips by car a day; a table of the busiest
/// hour holds some 0.2).
pub const TRIPS_PER_RESIDENT: f64 = 2.0;

/// Units of a network's columns where its files don't state them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Units {
    /// Metres of a unit of length.
    pub length_m: Option<f64>,
    /// Hours of a unit of time.
    pub time_h: Option<f64>,
    /// Kilometres per hour of a unit of speed.
    pub speed_kmh: Option<f64>,
}

/// A road network to be imported.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadNetwork {
    /// Its files.
    pub files: NetworkFiles,
    /// Units that the user states.
    pub units: Units,
    /// Trips of the table that a resident makes.
    pub trips_per_resident: f64,
}

/// How many people live in the city.
struct Residents {
    total: Option<u32>,
    trips_per_resident: f64,
}

/// Reads the network and makes the city.
///
/// # Errors
/// All problems of all files: those of [`read_files`], `E324`, and `E377` for a network that can't be a city.
pub(super) fn assemble(
    network: &RoadNetwork,
    options: &ImportOptions,
    tally: &mut Tally,
) -> Result<Assembled, Problems> {
    let mut problems = Problems::new();
    let ages = problems.keep(tables::age_shares(&options.country));
    let case = match read_files(&network.files, Factors::default()) {
        Ok(case) if !problems.has_errors() => case,
        other => {
            problems.extend(other.err().into_iter().flat_map(|refused| refused.problems));
            return Err(problems);
        }
    };
    keep_warnings(&case, tally);
    if case.node_id.is_empty() || case.link_count == 0 {
        return Err(Problem::error("E377", "the network has no links").into());
    }
    let degrees = measure::are_degrees(&case.position) && case.position.iter().flatten().count() > 1;
    let measures = measure::measure(&case, &network.units, degrees, tally);
    let position = layout::positions(&case, &measures, degrees, tally)?;
    let streets::Made { streets, node_of, stubs } = streets::build(&case, &measures, &position, tally)?;
    let residents = Residents { total: options.population, trips_per_resident: network.trips_per_resident };
    let (grid, peopled) = ground::cells(&case, &position, &residents, tally)?;
    let open = open_nodes(&streets, &stubs);
    if open.is_empty() {
        return Err(Problem::error("E377", "the network holds no street that pedestrians can use").into());
    }
    let mut zones = zones::of_grid(&grid, &open, None, tally);
    for (zone, of) in zones.node.as_mut_slice().iter_mut().zip(&case.zones) {
        // A zone's own node may share its spot with another one.
        let own =
            of.nodes.first().filter(|_| of.nodes.len() == 1).and_then(|node| node_of.get(*node as usize));
        if let Some(own) = own.filter(|own| **own != NodeId::NONE && !stubs.contains(own)) {
            *zone = *own;
        }
    }
    let finder = ZoneFinder::new(&zones, grid.spacing_m);
    let ages = ages.unwrap_or([0.0; 9]);
    let mut drafts = places_of(&mut zones, &grid, &streets, Observed::default(), &finder, options, &ages);
    scatter::from_stubs(&mut drafts, &streets, &stubs, &open);
    scatter::along_streets(&mut drafts, &streets, options.seed);
    let mut sources = options.sources.clone();
    sources.push(format!("{}: {}; {peopled}", files_name(&network.files), measures.told));
    let info = CityInfo {
        name: options.name.clone(),
        country: options.country.clone(),
        time_zone: options.time_zone.clone(),
        population: zones.population.as_slice().iter().sum(),
        holidays: options.holidays.clone(),
        sources,
    };
    let transit = Transit::default();
    let city = City { info, streets, transit, places: to_columns(drafts), zones, ..City::default() };
    Ok(Assembled { city, buildings: Vec::new() })
}

/// Junctions that cars and pedestrians reach and leave; those of pedestrians where there are none.
fn open_nodes(streets: &Streets, stubs: &BTreeSet<NodeId>) -> Near {
    let of = |bits: u8| -> BTreeSet<NodeId> {
        let links = streets.access.iter().filter(|(_, access)| **access & bits == bits);
        let ends = links.flat_map(|(link, _)| [streets.from[link], streets.to[link]]);
        ends.filter(|node| !stubs.contains(node)).collect()
    };
    let both = of(access::FOOT | access::CAR);
    let nodes = if both.is_empty() { of(access::FOOT) } else { both };
    Near::new(nodes.into_iter().map(|node| (node.0, [streets.lon[node], streets.lat[node]])))
}

/// Counts what was odd in the files.
fn keep_warnings(case: &TrafficCase, tally: &mut Tally) {
    for problem in &case.warnings {
        let place = || match (&problem.file, problem.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            (Some(file), None) => file.clone(),
            _ => "the network".to_owned(),
        };
        tally.warning(problem.code, &problem.message, place);
    }
}

/// The names of the files without their folders.
fn files_name(files: &NetworkFiles) -> String {
    let name = |path: &std::path::Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    match files {
        NetworkFiles::Tntp(files) => {
            let others = [&files.trips, &files.nodes];
            let names = others.into_iter().flatten().map(|path| name(path));
            std::iter::once(name(&files.network)).chain(names).collect::<Vec<_>>().join(", ")
        }
        NetworkFiles::Gmns { folder, .. } => format!("GMNS tables {}", name(folder)),
    }
}

/// Id of a node as written.
fn node_name(case: &TrafficCase, node: u32) -> &str {
    case.node_id.get(node as usize).map_or("", String::as_str)
}

/// What a link is called in messages: from where to where.
fn link_name(case: &TrafficCase, link: usize) -> String {
    let end = |ends: &[u32]| ends.get(link).map_or("", |node| node_name(case, *node)).to_owned();
    format!("from {} to {}", end(&case.from), end(&case.to))
}
