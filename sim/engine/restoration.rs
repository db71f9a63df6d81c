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

impl RepairRule {
    /// Which of two rules stands, whoever gave it first: what spares lives, then what serves most, then what is quickest.
    fn rank(self) -> u8 {
        match self {
            Self::FirstFailed => 0,
            Self::Nearest => 1,
            Self::MostPeople => 2,
            Self::HospitalFirst => 3,
        }
    }
}

impl RestorationOrder {
    /// Two hands: the rule that looks further stands (hospitals, then people, then the way), crews add up.
    pub fn join(&mut self, other: Self) {
        if other.rule.rank() > self.rule.rank() {
            self.rule = other.rule;
        }
        self.crews = self.crews.saturating_add(other.crews);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_orders_meet_in_any_order() {
        for a in RepairRule::ALL {
            for b in RepairRule::ALL {
                let (a, b) =
                    (RestorationOrder { rule: *a, crews: 3 }, RestorationOrder { rule: *b, crews: 4 });
                let (mut ab, mut ba) = (a, b);
                ab.join(b);
                ba.join(a);
                assert_eq!((ab, ab.crews), (ba, 7));
            }
        }
    }
}
