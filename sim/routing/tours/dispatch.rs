//! What is to be dispatched: orders with their windows, a fleet with its depots, and the ways between them.

use super::legs::Legs;

/// An order that must be served at any cost has this price of leaving it out.
pub const MUST: i64 = 1 << 44;
/// An order that must not be late has this price of lateness, in cost per unit of time.
pub const NEVER_LATE: i64 = i64::MAX;
/// The latest moment, and the largest load: a limit that never binds.
pub const UNLIMITED: i32 = i32::MAX / 4;

/// Orders by column; order `i` lies at place `depots + i`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Orders {
    /// Load by weight and by volume, in the units of the vehicles' capacities.
    pub load: Vec<[i32; 2]>,
    /// Earliest moment at which service may begin; who is there before waits.
    pub ready: Vec<i32>,
    /// Latest moment at which service may begin without being late.
    pub due: Vec<i32>,
    /// How long service takes.
    pub service: Vec<i32>,
    /// Cost of each unit of time that service begins after `due`; [`NEVER_LATE`] forbids it.
    pub lateness_cost: Vec<i64>,
    /// Cost of leaving the order out; [`MUST`] for orders that have to be served.
    pub unserved_cost: Vec<i64>,
}

/// Vehicles that are all alike.
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleKind {
    /// How many there are.
    pub count: usize,
    /// Depot where a tour starts.
    pub start: u32,
    /// Depot where a tour ends.
    pub end: u32,
    /// Most load by weight and by volume.
    pub capacity: [i32; 2],
    /// Cost of each vehicle that is used.
    pub fixed_cost: i64,
    /// Cost of each unit of distance.
    pub distance_cost: i64,
    /// Cost of each unit of time from start to end.
    pub time_cost: i64,
    /// Earliest start and latest end of a tour.
    pub shift: [i32; 2],
    /// Longest time from start to end: the driver's hours.
    pub duration_max: i32,
    /// Longest distance of a tour.
    pub distance_max: i32,
}

impl Default for VehicleKind {
    fn default() -> Self {
        Self {
            count: usize::MAX,
            start: 0,
            end: 0,
            capacity: [UNLIMITED; 2],
            fixed_cost: 0,
            distance_cost: 1,
            time_cost: 0,
            shift: [0, UNLIMITED],
            duration_max: UNLIMITED,
            distance_max: UNLIMITED,
        }
    }
}

/// A whole task: who waits for what, who can drive it, and how far everything is. Distances, times, loads and costs are
/// whole numbers in units of the caller's choice; moments count from the beginning of the day planned.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// Places `0..depots` are depots.
    pub depots: usize,
    /// The orders.
    pub orders: Orders,
    /// The vehicles by kind.
    pub fleet: Vec<VehicleKind>,
    /// Distances between places.
    pub distance: Legs,
    /// Travel times between places; the distances where there is none.
    pub time: Option<Legs>,
}

impl Orders {
    /// Number of orders.
    pub fn len(&self) -> usize {
        self.load.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.load.is_empty()
    }

    /// Adds an order that has to be served, at any time, at once.
    pub fn push(&mut self, load: [i32; 2]) {
        self.load.push(load);
        self.ready.push(0);
        self.due.push(UNLIMITED);
        self.service.push(0);
        self.lateness_cost.push(NEVER_LATE);
        self.unserved_cost.push(MUST);
    }
}
