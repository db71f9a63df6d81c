//! The people as they are before the first day: households, ages, jobs, habits. Shared by all replicates.
use crate::column::{Column, Ragged};
use crate::id::{HouseholdId, Key, PersonId, PlaceId, RoomId};
use crate::kinds::{Mode, Sector, kinds};
use crate::places::{Places, Rooms};
use bitcode::{Decode, Encode};

kinds! {
    /// What fills a person's ordinary day.
    Occupation {
        /// At home: too young for day care, unemployed, homemaker.
        None = "none",
        /// Child in day care.
        Preschool = "preschool",
        /// Pupil of a school.
        Pupil = "pupil",
        /// Student of a university.
        Student = "student",
        /// Employed.
        Worker = "worker",
        /// Retired.
        Retired = "retired",
    }
}

/// Number of places a person habitually goes to, home included.
pub const SLOTS: usize = 7;
/// Unordered pairs of slots.
pub const PAIRS: usize = SLOTS * (SLOTS - 1) / 2;

/// What each habitual place is for (index into [`Resident::slot`]).
pub mod slot {
    /// Home.
    pub const HOME: usize = 0;
    /// Work, school, university or day care; `NONE` without one.
    pub const ANCHOR: usize = 1;
    /// Shop of daily need.
    pub const SHOP: usize = 2;
    /// Market or mall.
    pub const MARKET: usize = 3;
    /// Restaurant, café, bar.
    pub const MEAL: usize = 4;
    /// Park, worship, culture, or the home of friends.
    pub const LEISURE: usize = 5;
    /// Pharmacy, clinic, government office.
    pub const ERRAND: usize = 6;
}

/// Bits of [`Resident::flags`].
pub mod flag {
    /// Owns a smartphone.
    pub const PHONE: u16 = 1;
    /// May use a car of the household.
    pub const CAR: u16 = 2;
    /// Owns a bicycle.
    pub const BICYCLE: u16 = 4;
    /// Job can be done from home.
    pub const REMOTE: u16 = 8;
    /// Female.
    pub const FEMALE: u16 = 16;
    /// Job is essential: goes on in a lockdown.
    pub const ESSENTIAL: u16 = 32;
    /// Works at night.
    pub const NIGHT: u16 = 64;
    /// Works at weekends too.
    pub const WEEKEND: u16 = 128;
}

/// One resident's fixed attributes, in one cache line.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
#[repr(align(64))]
pub struct Resident {
    /// Household.
    pub household: HouseholdId,
    /// Habitual places by [`slot`]; `NONE` where there is none.
    pub slot: [PlaceId; SLOTS],
    /// Class, team or ward at the anchor; `NONE` without an anchor.
    pub anchor_room: RoomId,
    /// Row of [`Residents::car`]; `u32::MAX` without a car.
    pub car_row: u32,
    /// Usual start at the anchor, minutes after midnight.
    pub anchor_start_min: u16,
    /// Usual stay at the anchor, minutes.
    pub anchor_stay_min: u16,
    /// Bits of [`flag`].
    pub flags: u16,
    /// Age, completed years.
    pub age: u8,
    /// What fills the day.
    pub occupation: Occupation,
    /// Branch of the job (meaningful for workers).
    pub sector: Sector,
    /// Willingness to follow orders, 0–255 as a quantile among residents.
    pub compliance: u8,
    /// Income as a quantile of households, 0–255 (proxy).
    pub income: u8,
    /// Usual way to get to each slot from home.
    pub mode: [Mode; SLOTS],
}

impl Resident {
    /// Whether a bit of [`flag`] is set.
    #[inline]
    pub const fn has(&self, bit: u16) -> bool {
        self.flags & bit != 0
    }
    /// Age band of ten years, 0 (0–9) to 8 (80 and older).
    #[inline]
    pub fn age_band(&self) -> usize {
        usize::from(self.age / 10).min(8)
    }
}

/// Street times and lengths between a car owner's habitual places: `[s, 10 m]` for each ordered pair `a * SLOTS + b`.
pub type CarLegs = [[u16; 2]; SLOTS * SLOTS];

/// All residents and households.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Residents {
    /// Fixed attributes; persons of one household are neighbours.
    pub person: Column<PersonId, Resident>,
    /// Walking distance between habitual places, units of 10 m, by unordered pair (see [`pair`]); 65535 = unreachable.
    pub walk_10m: Column<PersonId, [u16; PAIRS]>,
    /// Car times and lengths of those with a car, by [`Resident::car_row`].
    pub car: Vec<CarLegs>,
    /// First person of each household, with an end mark.
    pub household_first: Vec<u32>,
    /// Home of each household.
    pub household_home: Column<HouseholdId, PlaceId>,
    /// Cars of each household.
    pub household_cars: Column<HouseholdId, u8>,
    /// Rooms of the city with this population.
    pub rooms: Rooms,
    /// Days given by data instead of habits (diaries, test populations): persons with a row here repeat it every day.
    /// Empty for ordinary cities.
    pub diary: Ragged<PersonId, FixedStay>,
}

/// One stay of a diary.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct FixedStay {
    /// Where.
    pub room: RoomId,
    /// From, minutes after midnight.
    pub start_min: u16,
    /// Until, minutes after midnight, at most 1440.
    pub end_min: u16,
}

/// Position of the unordered pair of two different slots in [`Residents::walk_10m`].
#[inline]
pub const fn pair(a: usize, b: usize) -> usize {
    let (lo, hi) = if a < b { (a, b) } else { (b, a) };
    hi * (hi - 1) / 2 + lo
}

impl Residents {
    /// Number of residents.
    pub fn len(&self) -> usize {
        self.person.len()
    }
    /// Whether nobody lives here.
    pub fn is_empty(&self) -> bool {
        self.person.is_empty()
    }
    /// Number of the zone in which a person lives; `None` for nobody and for a home without a place.
    pub fn home_zone(&self, places: &Places, person: PersonId) -> Option<u32> {
        let home = self.household_home.get(self.person.get(person)?.household)?;
        places.zone.get(*home).map(|zone| zone.0)
    }
    /// Number of households.
    pub fn household_count(&self) -> usize {
        self.household_home.len()
    }
    /// Members of a household, as a range of person numbers.
    pub fn members(&self, household: HouseholdId) -> std::ops::Range<usize> {
        let i = household.index();
        match (self.household_first.get(i), self.household_first.get(i + 1)) {
            (Some(&a), Some(&b)) => a as usize..b as usize,
            _ => 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_a_bijection() {
        let mut seen = [false; PAIRS];
        for a in 0..SLOTS {
            for b in 0..a {
                assert_eq!(pair(a, b), pair(b, a));
                assert!(!std::mem::replace(&mut seen[pair(a, b)], true));
            }
        }
        assert!(seen.iter().all(|s| *s));
    }
}
