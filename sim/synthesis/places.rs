//! Places of a city: those observed, those inferred from counts and rates, homes, work and gates.
pub mod homes;
pub mod infer;
pub mod jobs;
pub mod rates;
pub mod share;
pub mod tags;

use citytwin_world::{NodeId, PlaceKind, Places, ZoneId};

/// What each keyed draw of the placing is for (see `citytwin_world::draw`).
pub mod purpose {
    /// Zone and spot of an inferred place.
    pub const INFER: u32 = 0x5100_0001;
    /// Spots and sizes of homes.
    pub const HOMES: u32 = 0x5100_0002;
    /// Sizes and kinds of establishments.
    pub const ESTABLISHMENTS: u32 = 0x5100_0003;
    /// Spots of inferred places along the streets of a sparse network.
    pub const SCATTER: u32 = 0x5100_0004;
}

/// A place while the city is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Identifier in the city folder.
    pub id: String,
    /// What it is for.
    pub kind: PlaceKind,
    /// Zone it lies in.
    pub zone: ZoneId,
    /// Street junction that serves it.
    pub node: NodeId,
    /// Longitude and latitude, degrees.
    pub at: [f64; 2],
    /// Pupils, beds, dwellers, jobs or visitors; 0 while unknown.
    pub capacity: u32,
    /// Jobs of those who work there.
    pub jobs: u32,
    /// Floor area, m²; 0 where unknown.
    pub floor_m2: f32,
    /// Height, m; 0 where unknown.
    pub height_m: f32,
    /// Whether it was inferred rather than observed.
    pub inferred: bool,
    /// Name, empty where unknown.
    pub name: String,
}

/// Columns of drafts, in their order.
pub fn to_columns(drafts: Vec<Draft>) -> Places {
    let mut places = Places::default();
    for d in drafts {
        places.id.push(d.id);
        places.kind.push(d.kind);
        places.zone.push(d.zone);
        places.node.push(d.node);
        places.lon.push(d.at[0]);
        places.lat.push(d.at[1]);
        places.capacity.push(d.capacity);
        places.jobs.push(d.jobs);
        places.floor_m2.push(d.floor_m2);
        places.height_m.push(d.height_m);
        places.inferred.push(d.inferred);
        places.name.push(d.name);
    }
    places
}
