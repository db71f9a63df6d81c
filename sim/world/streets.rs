//! The street graph: junctions and directed links.
use crate::column::{Column, Ragged};
use crate::id::{LinkId, NodeId};
use bitcode::{Decode, Encode};

/// Bits of [`Streets::access`]: who may use a link.
pub mod access {
    /// Motor cars.
    pub const CAR: u8 = 1;
    /// Bicycles.
    pub const BICYCLE: u8 = 2;
    /// Pedestrians.
    pub const FOOT: u8 = 4;
}

/// Junctions and directed links with what traffic needs to know of them. A two-way street is two links.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Streets {
    /// Longitude of each junction, degrees WGS-84.
    pub lon: Column<NodeId, f64>,
    /// Latitude of each junction, degrees WGS-84.
    pub lat: Column<NodeId, f64>,
    /// Height of each junction above sea level, m; NaN where unknown.
    pub elevation_m: Column<NodeId, f32>,
    /// Where each link begins.
    pub from: Column<LinkId, NodeId>,
    /// Where each link ends.
    pub to: Column<LinkId, NodeId>,
    /// Length of each link, m.
    pub length_m: Column<LinkId, f32>,
    /// Free-flow speed, km/h.
    pub free_speed_kmh: Column<LinkId, f32>,
    /// Lanes in this direction.
    pub lanes: Column<LinkId, u8>,
    /// Flow capacity, vehicles per hour, all lanes.
    pub capacity_veh_h: Column<LinkId, f32>,
    /// Who may use it: bits of [`access`].
    pub access: Column<LinkId, u8>,
    /// OSM-like class of each link (index into [`CLASSES`]).
    pub class: Column<LinkId, u8>,
    /// Points between the two junctions, lon and lat in degrees, in travel order.
    pub shape: Ragged<LinkId, [f32; 2]>,
    /// Forbidden turns: from the first link into the second.
    pub banned_turns: Vec<(LinkId, LinkId)>,
}

/// Names of the street classes, from the fastest to the footpath.
pub const CLASSES: &[&str] = &[
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "pedestrian",
    "track",
    "cycleway",
    "footway",
    "path",
    "steps",
    "ferry",
];

impl Streets {
    /// Number of junctions.
    pub fn node_count(&self) -> usize {
        self.lon.len()
    }
    /// Number of directed links.
    pub fn link_count(&self) -> usize {
        self.from.len()
    }
    /// The points of a link in travel order, both ends included: longitude and latitude, degrees.
    pub fn line(&self, link: LinkId) -> impl Iterator<Item = [f64; 2]> + '_ {
        let end = |node: NodeId| [self.lon[node], self.lat[node]];
        let bends = self.shape.row(link).iter().map(|point| point.map(f64::from));
        std::iter::once(end(self.from[link])).chain(bends).chain(std::iter::once(end(self.to[link])))
    }
    /// Free-flow time of a link by car, s.
    pub fn free_time_s(&self, link: LinkId) -> f32 {
        self.length_m[link] * 3.6 / self.free_speed_kmh[link].max(1.0)
    }
}
