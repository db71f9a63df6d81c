//! Orders to repair crews: what they turn to first.
use bitcode::{Decode, Encode};
use citytwin_world::kinds;

kinds! {
    /// Which of the failed assets a free crew takes next.
    RepairRule {
        /// The one that failed first.
        FirstFailed = "first_failed",
        /// The one on which most residents hang.
        MostPeople = "most_people",
        /// Those on which a hospital hangs, then as `most_people`.
        HospitalFirst = "hospital_first",
        /// The one that the crew reaches soonest.
        Nearest = "nearest",
    }
}

/// What repair crews are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RestorationOrder {
    /// What they turn to first.
    pub rule: RepairRule,
    /// Crews sent from outside the city, besides its own.
    pub crews: u32,
}

impl RestorationOrder {
    /// Two hands: the first rule stands, crews add up.
    pub fn join(&mut self, other: Self) {
        self.crews = self.crews.saturating_add(other.crews);
    }
}
