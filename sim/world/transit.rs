//! Public transport: stops, lines, routes (stop sequences) and vehicle runs by service day.
use crate::column::{Column, Ragged};
use crate::id::{Key, LineId, NodeId, RouteId, RunId, StopId, ZoneId};
use crate::kinds::Mode;
use bitcode::{Decode, Encode};

/// The timetable of a representative week.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Transit {
    /// Name of each stop.
    pub stop_name: Column<StopId, String>,
    /// Longitude of each stop, degrees.
    pub stop_lon: Column<StopId, f64>,
    /// Latitude of each stop, degrees.
    pub stop_lat: Column<StopId, f64>,
    /// Nearest street junction of each stop.
    pub stop_node: Column<StopId, NodeId>,
    /// Name of each line.
    pub line_name: Column<LineId, String>,
    /// Bus or metro.
    pub line_mode: Column<LineId, Mode>,
    /// Line of each route.
    pub route_line: Column<RouteId, LineId>,
    /// Stops of each route in order.
    pub route_stops: Ragged<RouteId, StopId>,
    /// Runs of each route, earliest first; runs of one route never overtake.
    pub route_runs: Ragged<RouteId, RunId>,
    /// Route of each run.
    pub run_route: Column<RunId, RouteId>,
    /// Arrival and departure at each stop of each run, s after midnight of the service day (may pass 24 h).
    pub run_times_s: Ragged<RunId, [u32; 2]>,
    /// On which weekdays each run runs: bit 0 is Monday.
    pub run_weekdays: Column<RunId, u8>,
    /// Passenger places of each run's vehicle.
    pub run_capacity: Column<RunId, u16>,
    /// Drawn course of each route, lon and lat in degrees (empty where the feed gives none).
    pub route_shape: Ragged<RouteId, [f32; 2]>,
    /// Journeys between zones, found once for the ordinary week.
    pub journeys: JourneyTable,
}

impl Transit {
    /// Stops at which a metro calls, in order.
    pub fn metro_stops(&self) -> Vec<StopId> {
        let mut metro = vec![false; self.stop_lon.len()];
        for (route, line) in self.route_line.iter() {
            if self.line_mode.get(*line) == Some(&Mode::Metro) {
                self.route_stops.row(route).iter().for_each(|s| metro[s.index()] = true);
            }
        }
        (0..metro.len()).filter(|i| metro[*i]).map(StopId::from_index).collect()
    }
}

/// Part of the week for which one journey between two zones is kept.
pub const PERIODS: &[(&str, u32)] = &[
    ("workday_morning", 7 * 3600 + 1800),
    ("workday_midday", 12 * 3600 + 1800),
    ("workday_evening", 17 * 3600 + 1800),
    ("workday_night", 21 * 3600),
    ("saturday", 11 * 3600),
    ("sunday", 14 * 3600),
];

/// One ride on a vehicle of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct Ride {
    /// The pattern ridden, as numbered by `routing::city::timetable` of this transit.
    pub pattern: u16,
    /// Position of the boarding stop in the pattern.
    pub board: u16,
    /// Position of the alighting stop in the pattern.
    pub alight: u16,
    /// Walk before boarding, from the origin or from the ride before, s.
    pub walk_s: u16,
}

/// Rides of one journey at most: two changes.
pub const RIDES_MAX: usize = 3;

/// How one gets from one zone to another in one period: 32 bytes, so that a look-up costs one access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
#[repr(align(32))]
pub struct Journey {
    /// The rides; those beyond `count` mean nothing.
    pub rides: [Ride; RIDES_MAX],
    /// Walk after the last ride, s.
    pub egress_s: u16,
    /// Door-to-door time when leaving at the period's reference time, s, waiting included.
    pub typical_s: u16,
    /// Number of rides.
    pub count: u8,
    /// The part of the week for which it was found, an index into [`PERIODS`].
    pub period: u8,
}

impl Journey {
    /// The rides in order.
    #[inline]
    pub fn rides(&self) -> &[Ride] {
        &self.rides[..usize::from(self.count).min(RIDES_MAX)]
    }
}

/// Which rides take one from zone to zone, by period; times come from the timetable at the minute of travel.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct JourneyTable {
    /// Number of zones on each side of the table.
    pub zones: u32,
    /// Row of `journey` for `(period * zones + origin) * zones + destination`; `u32::MAX` where none is sensible.
    pub row: Vec<u32>,
    /// The journeys.
    pub journey: Column<JourneyRow, Journey>,
}

/// Row of the journey table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
pub struct JourneyRow(pub u32);

impl crate::id::Key for JourneyRow {
    fn index(self) -> usize {
        self.0 as usize
    }
    fn from_index(index: usize) -> Self {
        Self(index as u32)
    }
}

impl JourneyTable {
    /// The journey from zone to zone in a period (index into [`PERIODS`]), if transit serves it.
    #[inline]
    pub fn find(&self, period: usize, from: ZoneId, to: ZoneId) -> Option<JourneyRow> {
        let n = self.zones;
        if from.0 >= n || to.0 >= n {
            return None;
        }
        let row = self.row.get(self.cell(period, from, to)).copied();
        row.filter(|&r| r != u32::MAX).map(JourneyRow)
    }
    /// The place in [`Self::row`] of a pair of the table's zones.
    #[inline]
    pub fn cell(&self, period: usize, from: ZoneId, to: ZoneId) -> usize {
        let n = self.zones as usize;
        (period * n + from.0 as usize) * n + to.0 as usize
    }
}
