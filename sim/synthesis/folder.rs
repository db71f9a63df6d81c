//! The city folder: tables that a person can read and edit, written whole and read with all problems at once.
//!
//! `city.toml` · `node.csv link.csv turn_restriction.csv zone.csv place.csv` (GMNS names where GMNS has them) ·
//! `building.geojson` · `gtfs/*.zip` · `infrastructure/asset.csv line.csv dependency.csv`. UTF-8, WGS-84, units in the column names.
mod buildings;
mod hash;
mod infrastructure;
mod read;
mod sheet;
mod timetable;
mod write;

#[cfg(test)]
mod tests;

pub use buildings::read_buildings;
pub use hash::{has_feeds, hash_bytes, hash_files, junctions, table_bytes};
pub use read::{Tallies, read_about, read_city, read_sketch, read_streets_alone, read_transit_alone};
pub use write::{write, write_made};

use serde::{Deserialize, Serialize};

/// Version of the folder's layout that is written; others are refused.
pub const FORMAT: u32 = 1;

/// `city.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CityFile {
    format: u32,
    name: String,
    country: String,
    time_zone: String,
    /// Always WGS-84 degrees.
    crs: String,
    population: u32,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
}

const CRS: &str = "EPSG:4326";
const CITY: &str = "city.toml";
const NODE: &str = "node.csv";
const LINK: &str = "link.csv";
const TURN: &str = "turn_restriction.csv";
const ZONE: &str = "zone.csv";
const PLACE: &str = "place.csv";
const BUILDING: &str = "building.geojson";
const GTFS: &str = "gtfs";
