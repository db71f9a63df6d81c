//! Who uses transit where vehicles can fill: passengers aboard and left behind, stops closed and runs cut.
use crate::id::{LineId, RunId, StopId};
use crate::kinds::Mode;
use bitcode::{Decode, Encode};

/// A vehicle with passengers aboard.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Vehicle {
    /// The run it makes.
    pub run: RunId,
    /// Departure from its first stop, s after the midnight of the present day (negative: the evening before).
    pub begin_s: i32,
    /// Passenger places for those who live in this world.
    pub places: u16,
    /// Passengers aboard between each stop and the next as far as they have boarded; past stops count as they were.
    pub aboard: Vec<u16>,
    /// Passengers aboard when the hour ended.
    pub aboard_now: u16,
}

impl Vehicle {
    /// Share of places taken when the hour ended; 0 for a vehicle without places.
    pub fn taken(&self) -> f32 {
        share(self.aboard_now, self.places)
    }
}

/// A share of places; 0 where there are none.
fn share(aboard: u16, places: u16) -> f32 {
    if places == 0 { 0.0 } else { f32::from(aboard) / f32::from(places) }
}

/// One line in one hour of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct LineHour {
    /// Boardings in that hour.
    pub boardings: u32,
    /// Times that somebody found a vehicle full and stayed behind.
    pub denied: u32,
    /// Greatest share of places taken between two stops.
    pub load_max: f32,
}

impl LineHour {
    /// Notes a vehicle that left a stop in this hour.
    pub fn see(&mut self, aboard: u16, places: u16) {
        self.load_max = self.load_max.max(share(aboard, places));
    }
}

/// All vehicles on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct PassengerTally {
    /// Boardings, those after midnight of rides begun before it included.
    pub boarded: u64,
    /// Times that somebody found a vehicle full and stayed behind.
    pub denied: u64,
    /// Rides for which somebody was left behind at least once.
    pub left_behind: u64,
    /// Wait of those left behind, from the first full vehicle to the one boarded or to giving up, s.
    pub denied_wait_s: u64,
    /// Runs on the timetable of the day that did not run.
    pub runs_cut: u64,
}

/// A part of the runs that don't run.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct ServiceCut {
    /// Of vehicles of this mode; `None` for all.
    pub mode: Option<Mode>,
    /// Of this line; `None` for all.
    pub line: Option<LineId>,
    /// Share of the runs cut, 0–1.
    pub share: f32,
}

impl ServiceCut {
    /// Whether it concerns a line.
    pub fn concerns(&self, line: LineId, mode: Mode) -> bool {
        self.mode.is_none_or(|m| m == mode) && self.line.is_none_or(|l| l == line)
    }
}

/// What hazards do to transit: stops closed and service cut.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Disruption {
    /// Stops at which nobody boards or alights.
    pub closed: Vec<StopId>,
    /// Runs that don't run.
    pub cuts: Vec<ServiceCut>,
}

impl Disruption {
    /// In an order that does not depend on who caused it first.
    fn settle(&mut self) {
        self.closed.sort_unstable();
        self.closed.dedup();
    }
}

/// Transit where vehicles can fill; empty where everybody finds a place.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Passengers {
    /// Whether vehicles can fill.
    pub counted: bool,
    /// Vehicles with passengers who alight later than the end of the hour.
    pub under_way: Vec<Vehicle>,
    /// Today by line and hour: `line * 24 + hour`.
    pub lines: Vec<LineHour>,
    /// Today.
    pub today: PassengerTally,
    /// What holds at present.
    pub disruption: Disruption,
    /// What hazards say in this hour, in any order; taken over when people move.
    pub coming: Disruption,
}

impl Passengers {
    /// Where vehicles can fill.
    pub fn counted() -> Self {
        Self { counted: true, ..Self::default() }
    }

    /// Whether this hour closes, opens, cuts or restores anything.
    pub fn disruption_changes(&self) -> bool {
        let mut coming = self.coming.clone();
        coming.settle();
        coming != self.disruption
    }

    /// Takes over what hazards say in this hour; tells whether that changes anything.
    pub fn take_disruption(&mut self) -> bool {
        let mut coming = std::mem::take(&mut self.coming);
        coming.settle();
        let changes = coming != self.disruption;
        self.disruption = coming;
        changes
    }

    /// Greatest share of places taken today in any vehicle between two stops.
    pub fn load_max(&self) -> f32 {
        self.lines.iter().map(|hour| hour.load_max).fold(0.0, f32::max)
    }
}
