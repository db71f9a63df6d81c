//! The city as all replicates share it: frozen once built.
use crate::column::{Column, Ragged};
use crate::geo::distance_m;
use crate::id::{NodeId, ZoneId};
use crate::infrastructure::Infrastructure;
use crate::places::Places;
use crate::streets::Streets;
use crate::transit::Transit;
use bitcode::{Decode, Encode};

/// Zones: the cells of maps, lockdowns and totals.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Zones {
    /// Identifier in the source (grid cell, district code).
    pub id: Column<ZoneId, String>,
    /// Longitude of the centre, degrees.
    pub lon: Column<ZoneId, f64>,
    /// Latitude of the centre, degrees.
    pub lat: Column<ZoneId, f64>,
    /// Residents by the source.
    pub population: Column<ZoneId, u32>,
    /// Jobs by the source.
    pub jobs: Column<ZoneId, u32>,
    /// Area, km².
    pub area_km2: Column<ZoneId, f32>,
    /// Height above sea level at the centre, m; NaN where unknown.
    pub elevation_m: Column<ZoneId, f32>,
    /// Street junction nearest to the centre.
    pub node: Column<ZoneId, NodeId>,
    /// Outline, lon and lat in degrees, not closed.
    pub outline: Ragged<ZoneId, [f64; 2]>,
}

impl Zones {
    /// Number of zones.
    pub fn len(&self) -> usize {
        self.id.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The zone whose centre is nearest to a spot, degrees; looks at all of them.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<ZoneId> {
        let away = |zone: &ZoneId| distance_m(lon, lat, self.lon[*zone], self.lat[*zone]);
        self.lon.ids().min_by(|a, b| away(a).total_cmp(&away(b)))
    }
}

/// What `city.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct CityInfo {
    /// Name shown to people.
    pub name: String,
    /// Country as named in the age and household tables.
    pub country: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Residents by the source.
    pub population: u32,
    /// Public holidays, `YYYY-MM-DD`.
    pub holidays: Vec<String>,
    /// Where the data come from: one line per source.
    pub sources: Vec<String>,
}

/// A city: streets, transit, places, zones, infrastructure.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct City {
    /// Name, time zone, sources.
    pub info: CityInfo,
    /// Street graph.
    pub streets: Streets,
    /// Public transport.
    pub transit: Transit,
    /// Places.
    pub places: Places,
    /// Zones.
    pub zones: Zones,
    /// Infrastructure: power, telecom, water, hospitals as assets.
    pub infrastructure: Infrastructure,
    /// Digest of the files the city was read from.
    pub hash: u64,
}
