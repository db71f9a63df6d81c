//! Orders to share out a scarce good: how, how much to each, and to whom first.
use bitcode::{Decode, Encode};
use citytwin_world::kinds;
use std::cmp::Reverse;

kinds! {
    /// How a scarce good is shared out.
    RationMode {
        /// First come, first served at the counters of shops, so much to each.
        Queue = "queue",
        /// By mobile service: whoever is quickest with the phone, until the day's packs are gone.
        Reservation = "reservation",
        /// By mobile service: winners are drawn among those who took part.
        Lottery = "lottery",
        /// At the counters of shops by name, so much in so many days, on days that go by the parity of the number.
        Quota = "quota",
        /// The community registers every household and brings packs to the doors, in rounds.
        Registration = "registration",
    }
}

impl RationMode {
    /// Whether packs are brought to doors from depots, instead of sold in shops.
    pub const fn brings(self) -> bool {
        matches!(self, Self::Reservation | Self::Lottery | Self::Registration)
    }
}

/// How one good is shared out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RationOrder {
    /// The good.
    pub good: String,
    /// How.
    pub mode: RationMode,
    /// Units in a pack: what one person gets at a time, or in the mode `registration` one household.
    pub pack_units: u32,
    /// Packs given out a day for each 1,000 residents, thousandths; only where packs are brought to doors.
    pub packs_per_million: u32,
    /// Days in which whoever had a pack gets no other.
    pub exclusion_days: u32,
    /// Whether people of odd and even number may buy on odd and even days only (Sundays are free to all).
    pub parity: bool,
    /// Share of the adults with a phone who take part on a day when their household lacks the good, thousandths.
    pub taking_part_per_1000: u32,
    /// Households with somebody of this age come first where packs are brought, years; 255 = nobody does.
    pub first_from_years: u8,
    /// Time that the counter needs for each customer, s.
    pub counter_s: u32,
    /// Hour of the day at which counters begin to sell the good.
    pub opens_hour: u32,
    /// Longest wait a customer accepts, s.
    pub patience_s: u32,
}

impl RationOrder {
    /// Of two orders for one good the lesser in this order stands, whoever gave it first: smaller packs, then a longer
    /// exclusion, then the mode that leaves less to who is quickest, then whatever else tells them apart.
    fn standing(&self) -> impl Ord {
        (
            (self.pack_units, Reverse(self.exclusion_days), Reverse(self.mode as u8), self.packs_per_million),
            (self.parity, self.taking_part_per_1000, self.first_from_years),
            (self.counter_s, self.opens_hour, self.patience_s),
        )
    }

    /// Adds an order to others, which stand in order of their goods, one for each.
    pub(crate) fn join(self, others: &mut Vec<Self>) {
        match others.binary_search_by(|held| held.good.cmp(&self.good)) {
            Ok(at) if self.standing() < others[at].standing() => others[at] = self,
            Ok(_) => {}
            Err(at) => others.insert(at, self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_orders_meet_in_any_order() {
        let order = |good: &str, pack_units, mode| RationOrder {
            good: good.to_owned(),
            mode,
            pack_units,
            packs_per_million: 0,
            exclusion_days: 0,
            parity: false,
            taking_part_per_1000: 0,
            first_from_years: 255,
            counter_s: 0,
            opens_hour: 0,
            patience_s: 0,
        };
        let some = [
            order("masks", 5, RationMode::Queue),
            order("food", 9, RationMode::Quota),
            order("masks", 5, RationMode::Lottery),
            order("masks", 6, RationMode::Registration),
        ];
        let joined = |numbers: [usize; 4]| {
            let mut held = Vec::new();
            numbers.into_iter().for_each(|n| some[n].clone().join(&mut held));
            held
        };
        assert_eq!(joined([0, 1, 2, 3]), [some[1].clone(), some[2].clone()]);
        assert_eq!(joined([0, 1, 2, 3]), joined([3, 2, 1, 0]));
        assert_eq!(joined([0, 1, 2, 3]), joined([2, 0, 3, 1]));
    }
}
