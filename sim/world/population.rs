//! The people as they are now: where, doing what, and how the day has gone so far.
use crate::column::Column;
use crate::health::Health;
use crate::id::{PersonId, RoomId};
use crate::kinds::{Mode, kinds};
use crate::residents::Residents;
use bitcode::{Decode, Encode};
use std::sync::Arc;

kinds! {
    /// What holds a person where they are.
    Hold {
        /// Nothing: follows the day's plan.
        Free = "free",
        /// Stands in the queue of a checkpoint or at a stop.
        Queue = "queue",
        /// Occupies a hospital bed.
        Bed = "bed",
        /// Occupies an intensive-care bed.
        IntensiveCare = "intensive_care",
        /// Dead.
        Dead = "dead",
        /// Housed in a shelter hospital, among other mild cases.
        Shelter = "shelter",
        /// Housed alone in central quarantine.
        Quarantine = "quarantine",
    }
}

/// Stops a day's plan can hold.
pub const STOPS_MAX: usize = 8;
/// Bit of [`Today::until_min`] that makes it a duration from arrival instead of a minute of the day.
pub const DURATION: u16 = 0x8000;
/// "No departure today".
pub const NO_DEPARTURE: u16 = u16::MAX;

/// One person's day: the plan and how far it has come. A stop is a habitual place (slot) and the minute it ends.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
#[repr(align(64))]
pub struct Today {
    /// Room the person is in, or is travelling to while `since_min` lies ahead.
    pub room: RoomId,
    /// Slots visited today, three bits each from the lowest, for the day's motif; the count stands in `trail_len`.
    pub trail: u32,
    /// Minute of arrival in that room; 0 at the start of the day, later than now while under way.
    pub since_min: u16,
    /// Minute of the next departure; [`NO_DEPARTURE`] when the day ends here.
    pub next_min: u16,
    /// Planned end of each stop, minutes after midnight, or with [`DURATION`] set the planned length of the stay.
    pub until_min: [u16; STOPS_MAX],
    /// Slot of each stop.
    pub stop: [u8; STOPS_MAX],
    /// Stops in the plan.
    pub stops: u8,
    /// Index of the current stop.
    pub at: u8,
    /// Slots visited today.
    pub trail_len: u8,
    /// What holds the person.
    pub hold: Hold,
    /// Mode of the current tour (index into `Mode::ALL`).
    pub mode: u8,
    /// Minutes travelled today, capped at 255 × 2 (units of 2 min).
    pub travel_2min: u8,
}

impl Today {
    /// A person at home for the whole day.
    pub fn at_home(room: RoomId) -> Self {
        Self {
            room,
            trail: 0,
            since_min: 0,
            next_min: NO_DEPARTURE,
            until_min: [0; STOPS_MAX],
            stop: [0; STOPS_MAX],
            stops: 1,
            at: 0,
            trail_len: 1,
            hold: Hold::Free,
            mode: 0,
            travel_2min: 0,
        }
    }

    /// Goes to the start of the plan that stands in `stop` and `until_min`: nothing of the day has happened yet.
    pub fn begin_plan(&mut self) {
        self.at = 0;
        self.next_min = self.until_min[0];
        self.trail = u32::from(self.stop[0]);
        self.trail_len = 1;
        self.travel_2min = 0;
        self.mode = Mode::Walk as u8;
    }
}

/// The residents and their present state.
#[derive(Clone, Debug, Default)]
pub struct Population {
    /// What does not change during a run; shared by all replicates.
    pub residents: Arc<Residents>,
    /// Each person's day.
    pub today: Column<PersonId, Today>,
    /// Each person's health.
    pub health: Health,
}

impl Population {
    /// Everyone healthy and at home.
    pub fn at_home(residents: Arc<Residents>) -> Self {
        let today: Vec<Today> =
            residents.person.as_slice().iter().map(|p| Today::at_home(RoomId(p.household.0))).collect();
        let health = Health::healthy(residents.len());
        Self { residents, today: today.into(), health }
    }
    /// Number of residents, dead ones included.
    pub fn len(&self) -> usize {
        self.today.len()
    }
    /// Whether nobody lives here.
    pub fn is_empty(&self) -> bool {
        self.today.is_empty()
    }
}
