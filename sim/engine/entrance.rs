//! The mobile entrance: which residents reach digital services through an app, since when, and what the platforms bear.
use bitcode::{Decode, Encode};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::residents::flag;
use citytwin_world::{DigitalFunction, PersonId, Residents};

/// Purpose of the draws of who takes up the entrance, and when.
const TAKES_UP: u32 = 0x0520;

/// Ages that take up the entrance differently: below 18, 18 to 59, 60 and older.
pub const AGE_GROUPS: usize = 3;

/// The group of an age, years.
pub const fn age_group(age: u8) -> usize {
    if age < 18 {
        0
    } else if age < 60 {
        1
    } else {
        2
    }
}

/// An entrance that has been launched.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct EntranceOrder {
    /// When it was launched, ticks.
    pub launched_tick: u32,
    /// Whether one app carries all functions; otherwise each has a platform of its own, to be taken up by itself.
    pub joined: bool,
    /// The functions that it carries.
    pub carries: [bool; DigitalFunction::COUNT],
    /// Share of those with a smartphone who take it up in the end, by age group, 0–1.
    pub uptake: [f32; AGE_GROUPS],
    /// Mean time from the launch until one of them has it, ticks.
    pub uptake_ticks: f32,
    /// Share of those without it whose code somebody of their household who has it shows for them, 0–1.
    pub companions: f32,
    /// Requests of a user a day that nothing in the city brings about, by function.
    pub requests_per_day: [f32; DigitalFunction::COUNT],
    /// Requests that the platform of one function answers in an hour, per resident; 0 for no limit. Where all are
    /// joined, what each would have stands ready for all.
    pub capacity_per_resident: f64,
    /// Whether a platform lets in no more than it can answer; otherwise a rush breaks it down.
    pub admission: bool,
    /// Requests in an hour over capacity at which a platform without admission control breaks down.
    pub crash_at: f64,
    /// How long it stays down then, ticks.
    pub restart_ticks: u32,
}

impl EntranceOrder {
    /// Takes the best of two orders: the earlier launch, the functions of both, the larger shares and capacity.
    pub(crate) fn join(&mut self, other: &Self) {
        self.launched_tick = self.launched_tick.min(other.launched_tick);
        self.joined |= other.joined;
        self.carries.iter_mut().zip(other.carries).for_each(|(a, b)| *a |= b);
        self.uptake.iter_mut().zip(other.uptake).for_each(|(a, b)| *a = a.max(b));
        self.uptake_ticks = self.uptake_ticks.min(other.uptake_ticks);
        self.companions = self.companions.max(other.companions);
        self.requests_per_day.iter_mut().zip(other.requests_per_day).for_each(|(a, b)| *a = a.max(b));
        self.capacity_per_resident = match (self.capacity_per_resident, other.capacity_per_resident) {
            (a, b) if a <= 0.0 || b <= 0.0 => 0.0,
            (a, b) => a.max(b),
        };
        self.admission |= other.admission;
        self.crash_at = self.crash_at.max(other.crash_at);
        self.restart_ticks = self.restart_ticks.min(other.restart_ticks);
    }

    /// The platform on which a function runs: its own, or that of the code where all are joined.
    pub const fn platform(&self, function: DigitalFunction) -> DigitalFunction {
        if self.joined { DigitalFunction::Code } else { function }
    }

    /// Whether a resident has the app of a function by a tick. Who takes it up, and when, hangs on the resident alone,
    /// so that a later launch is the same wave, later.
    pub fn has(
        &self,
        seed: u64,
        residents: &Residents,
        person: PersonId,
        function: DigitalFunction,
        tick: u32,
    ) -> bool {
        let Some(resident) = residents.person.get(person).filter(|resident| resident.has(flag::PHONE)) else {
            return false;
        };
        if !self.carries[function as usize] {
            return true;
        }
        let words = block(seed, TAKES_UP, person.0, 0, self.platform(function) as u32);
        let since = tick.checked_sub(self.launched_tick);
        let wait_ticks = -(1.0 - unit_f32(words[1])).ln() * self.uptake_ticks;
        unit_f32(words[0]) < self.uptake[age_group(resident.age)]
            && since.is_some_and(|since| since as f32 >= wait_ticks)
    }

    /// Whether a resident can show a code: on an own phone, or on that of somebody they live with.
    pub fn shows_code(&self, seed: u64, residents: &Residents, person: PersonId, tick: u32) -> bool {
        self.has(seed, residents, person, DigitalFunction::Code, tick)
            || self.has_companion(seed, residents, person, tick)
    }

    /// Whether somebody who has no app of the code is shown one by somebody they live with.
    pub fn has_companion(&self, seed: u64, residents: &Residents, person: PersonId, tick: u32) -> bool {
        let code = DigitalFunction::Code;
        let words = block(seed, TAKES_UP, person.0, 0, DigitalFunction::COUNT as u32);
        if unit_f32(words[0]) >= self.companions {
            return false;
        }
        let household = residents.person.get(person).map(|resident| resident.household);
        let mut members = household.map_or(0..0, |household| residents.members(household));
        members.any(|member| self.has(seed, residents, PersonId(member as u32), code, tick))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::{
        HouseholdId, Mode, Occupation, PlaceId, Resident, RoomId, Sector, residents::SLOTS,
    };

    /// Couples, of whom the first has a smartphone; ages in turn 30 and 70.
    fn couples(count: u32) -> Residents {
        let resident = |p: u32| Resident {
            household: HouseholdId(p / 2),
            slot: [PlaceId::NONE; SLOTS],
            anchor_room: RoomId::NONE,
            car_row: u32::MAX,
            anchor_start_min: 0,
            anchor_stay_min: 0,
            flags: if p.is_multiple_of(2) { flag::PHONE } else { 0 },
            age: if (p / 2).is_multiple_of(2) { 30 } else { 70 },
            occupation: Occupation::None,
            sector: Sector::Trade,
            compliance: 0,
            income: 0,
            mode: [Mode::Walk; SLOTS],
        };
        Residents {
            person: (0..2 * count).map(resident).collect::<Vec<_>>().into(),
            household_first: (0..=count).map(|h| 2 * h).collect(),
            ..Residents::default()
        }
    }

    fn order() -> EntranceOrder {
        EntranceOrder {
            launched_tick: 100,
            joined: true,
            carries: [true; DigitalFunction::COUNT],
            uptake: [0.5, 0.9, 0.4],
            uptake_ticks: 48.0,
            companions: 1.0,
            requests_per_day: [0.0; DigitalFunction::COUNT],
            capacity_per_resident: 0.0,
            admission: true,
            crash_at: 2.0,
            restart_ticks: 1,
        }
    }

    #[test]
    fn the_app_spreads_over_days_and_stops_at_the_uptake_of_an_age() {
        let residents = couples(4000);
        let share = |order: &EntranceOrder, function, age: u8, tick: u32| {
            let of_age =
                |p: &PersonId| residents.person[*p].age == age && residents.person[*p].has(flag::PHONE);
            let asked: Vec<PersonId> = residents.person.ids().filter(of_age).collect();
            let with = asked.iter().filter(|p| order.has(3, &residents, **p, function, tick)).count();
            with as f64 / asked.len() as f64
        };
        let (order, code) = (order(), DigitalFunction::Code);
        assert_eq!(share(&order, code, 30, 99), 0.0);
        let by = 0.9 * (1.0 - (-1.0f64).exp());
        assert!((share(&order, code, 30, 148) - by).abs() < 0.03);
        assert!((share(&order, code, 30, 9999) - 0.9).abs() < 0.02);
        assert!((share(&order, code, 70, 9999) - 0.4).abs() < 0.03);
        // One app for all is the same app; apart, each is taken up by others.
        let both = |order: &EntranceOrder| {
            let has = |p: PersonId, function| order.has(3, &residents, p, function, 9999);
            let ids = residents.person.ids();
            ids.filter(|p| has(*p, code) != has(*p, DigitalFunction::Declaration)).count()
        };
        assert_eq!(both(&order), 0);
        assert!(both(&EntranceOrder { joined: false, ..order.clone() }) > 500);
        // Later launches are the same wave, later; what the entrance does not carry is open to every smartphone.
        let later = EntranceOrder { launched_tick: 200, ..order.clone() };
        assert_eq!(share(&later, code, 30, 248), share(&order, code, 30, 148));
        let without = EntranceOrder { carries: [false; DigitalFunction::COUNT], ..order };
        assert_eq!(share(&without, code, 70, 0), 1.0);
    }

    #[test]
    fn who_has_no_phone_is_shown_by_those_they_live_with() {
        let residents = couples(2000);
        let order = order();
        let shown = |order: &EntranceOrder| {
            let with = |p: &PersonId| !residents.person[*p].has(flag::PHONE);
            residents.person.ids().filter(with).filter(|p| order.shows_code(3, &residents, *p, 9999)).count()
        };
        assert!((shown(&order) as f64 / 2000.0 - 0.65).abs() < 0.04);
        assert_eq!(shown(&EntranceOrder { companions: 0.0, ..order }), 0);
    }

    #[test]
    fn two_orders_meet_in_either_order() {
        let other = EntranceOrder { launched_tick: 50, joined: false, capacity_per_resident: 0.2, ..order() };
        let limited = EntranceOrder { capacity_per_resident: 0.1, ..order() };
        let (mut forth, mut back) = (other.clone(), limited.clone());
        forth.join(&limited);
        back.join(&other);
        assert_eq!(forth, back);
        assert_eq!((forth.launched_tick, forth.joined, forth.capacity_per_resident), (50, true, 0.2));
    }
}
