//! Makes a city folder of the files that cities publish: OSM, GTFS, population grid, elevation; or of a road network.
pub mod assemble;
pub mod elevation;
mod gates;
pub mod grid;
pub mod gtfs;
pub mod highway;
pub mod network;
pub mod observe;
pub mod osm;
mod osm_xml;
pub mod outline;
mod pbf;
pub mod points;
pub mod projection;
pub mod routes;
pub mod streets;
mod text;
pub mod traffic;
mod turns;
pub mod zones;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use crate::folder;
use citytwin_world::problem::{Problems, Tally};
use citytwin_world::{City, PlaceKind};
use network::RoadNetwork;
use projection::Datum;
use serde::Serialize;
use std::path::PathBuf;

/// Where a city's streets come from.
#[derive(Clone, Debug, PartialEq)]
pub enum StreetSource {
    /// OSM extract: `.pbf`, `.osm` or `.osm.gz`.
    Osm(PathBuf),
    /// A road network for traffic assignment. Feeds, grid, points, elevation and datums don't apply to it.
    Network(RoadNetwork),
}

/// What to import and how.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportOptions {
    /// Name of the city, shown to people.
    pub name: String,
    /// Country as named in the age and household tables.
    pub country: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Public holidays, `YYYY-MM-DD`.
    pub holidays: Vec<String>,
    /// Where the data come from, one line per source.
    pub sources: Vec<String>,
    /// Where the streets come from.
    pub streets: StreetSource,
    /// GTFS feeds.
    pub gtfs: Vec<PathBuf>,
    /// Population grid; square cells over the streets without one.
    pub grid: Option<PathBuf>,
    /// Places known besides the map: a table with kind, lon, lat and name.
    pub points: Option<PathBuf>,
    /// GeoTIFF of heights.
    pub elevation: Option<PathBuf>,
    /// Residents of the whole city; those of the grid without it.
    pub population: Option<u32>,
    /// Datum of the OSM extract's coordinates.
    pub osm_datum: Datum,
    /// Datum of the grid's coordinates.
    pub grid_datum: Datum,
    /// Seed of what is inferred.
    pub seed: u64,
    /// Folder to write; a city folder that is there is replaced.
    pub out: PathBuf,
}

impl ImportOptions {
    /// Options for streets, all else left out.
    pub fn new(streets: StreetSource, out: impl Into<PathBuf>) -> Self {
        let out = out.into();
        let name = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            name,
            country: "Brazil".to_owned(),
            time_zone: "UTC".to_owned(),
            holidays: Vec::new(),
            sources: Vec::new(),
            streets,
            gtfs: Vec::new(),
            grid: None,
            points: None,
            elevation: None,
            population: None,
            osm_datum: Datum::Wgs84,
            grid_datum: Datum::Wgs84,
            seed: 1,
            out,
        }
    }
}

/// What an import made.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// Junctions.
    pub nodes: usize,
    /// Directed links.
    pub links: usize,
    /// Turn restrictions.
    pub banned_turns: usize,
    /// Zones.
    pub zones: usize,
    /// Residents.
    pub population: u64,
    /// Jobs.
    pub jobs: u64,
    /// Building footprints.
    pub buildings: usize,
    /// Lines, stops, routes and runs of public transport.
    pub transit: [usize; 4],
    /// Kind, number observed and number inferred of the places.
    pub places: Vec<(&'static str, usize, usize)>,
    /// What was odd, with counts and examples.
    pub tally: Tally,
    /// Digest of the folder's files.
    pub hash: u64,
    /// Wall time, s.
    pub wall_s: f64,
}

/// Imports a city and writes its folder whole or not at all.
///
/// # Errors
/// All problems of all files at once: `E301`–`E304` OSM, `E311`–`E313` GTFS, `E321`–`E324` grid,
/// `E325` points, `E331`–`E332`
/// elevation, `E371`–`E377` a road network, `E351` the folder cannot be written.
pub fn import(options: &ImportOptions) -> Result<ImportReport, Problems> {
    let start = std::time::Instant::now();
    let mut tally = Tally::new();
    let mut made = assemble::assemble(options, &mut tally)?;
    made.city.hash = folder::write(&made.city, &made.buildings, &options.gtfs, &options.out)?;
    Ok(report(&made.city, made.buildings.len(), tally, start.elapsed().as_secs_f64()))
}

fn report(city: &City, buildings: usize, tally: Tally, wall_s: f64) -> ImportReport {
    let sum = |column: &[u32]| column.iter().map(|n| u64::from(*n)).sum();
    let count = |kind: PlaceKind, inferred: bool| {
        city.places.kind.iter().filter(|(id, k)| **k == kind && city.places.inferred[*id] == inferred).count()
    };
    let transit = &city.transit;
    ImportReport {
        nodes: city.streets.node_count(),
        links: city.streets.link_count(),
        banned_turns: city.streets.banned_turns.len(),
        zones: city.zones.len(),
        population: sum(city.zones.population.as_slice()),
        jobs: sum(city.zones.jobs.as_slice()),
        buildings,
        transit: [
            transit.line_name.len(),
            transit.stop_name.len(),
            transit.route_line.len(),
            transit.run_route.len(),
        ],
        places: PlaceKind::ALL
            .iter()
            .map(|kind| (kind.name(), count(*kind, false), count(*kind, true)))
            .filter(|(_, a, b)| a + b > 0)
            .collect(),
        tally,
        hash: city.hash,
        wall_s,
    }
}
