//! Building one day's list of stops from keyed random bits.
use super::{Habits, works_weekends};
use citytwin_engine::Now;
use citytwin_world::draw::block;
use citytwin_world::population::{DURATION, NO_DEPARTURE, STOPS_MAX, Today};
use citytwin_world::residents::{Occupation, Resident, slot};
use citytwin_world::{DayType, PersonId};

/// Purpose of the draws that make a day's plan.
pub(super) const PLAN: u32 = 0x0101;

/// A plan in the making: stops so far, and the random bits still unused.
pub(super) struct Plan {
    now: Now,
    who: PersonId,
    bits: u128,
    left: u32,
    blocks: u32,
    stops: usize,
    stop: [u8; STOPS_MAX],
    until_min: [u16; STOPS_MAX],
}

/// Draws of ten bits in a block.
const TENS: u32 = 12;

fn bits(words: [u32; 4]) -> u128 {
    words.iter().fold(0, |bits, word| bits << 32 | u128::from(*word))
}

const HOME: u8 = slot::HOME as u8;
const ANCHOR: u8 = slot::ANCHOR as u8;

impl Plan {
    /// An empty plan, with the first block of the person's draws of the day.
    pub(super) fn new(now: Now, who: PersonId, words: [u32; 4]) -> Self {
        let (stop, until_min) = ([0; STOPS_MAX], [0; STOPS_MAX]);
        Self { now, who, bits: bits(words), left: TENS, blocks: 1, stops: 0, stop, until_min }
    }

    /// Ten random bits; a block of the generator holds twelve such draws, as many as most days need.
    fn ten(&mut self) -> u32 {
        if self.left == 0 {
            let words = block(self.now.seed, PLAN, self.who.0, self.now.day(), self.blocks);
            (self.bits, self.left) = (bits(words), TENS);
            self.blocks += 1;
        }
        let value = (self.bits & 0x3ff) as u32;
        self.bits >>= 10;
        self.left -= 1;
        value
    }
    fn chance(&mut self, p: f32) -> bool {
        (self.ten() as f32) < p * 1024.0
    }
    /// A number between two bounds, both possible.
    pub(super) fn between(&mut self, low: u16, high: u16) -> u16 {
        low + (self.ten() * u32::from(high - low + 1) / 1024) as u16
    }

    /// Appends a stop; a full plan or a repeated place lengthens the last stop instead.
    pub(super) fn stay(&mut self, slot: u8, until_min: u16) {
        if self.stops > 0 && self.stop[self.stops - 1] == slot {
            self.until_min[self.stops - 1] = until_min;
        } else if self.stops < STOPS_MAX {
            self.stop[self.stops] = slot;
            self.until_min[self.stops] = until_min;
            self.stops += 1;
        }
    }

    /// Whether another tour of two stops and a return still fits.
    fn has_room(&self) -> bool {
        self.stops + 3 <= STOPS_MAX
    }

    pub(super) fn write(mut self, today: &mut Today) {
        // Whatever was cut, the day ends at home unless a night shift runs through midnight.
        let last = self.stops - 1;
        let night = self.stop[last] == ANCHOR && self.until_min[last] >= 1440;
        if !night {
            if self.stop[last] != HOME && self.stops == STOPS_MAX {
                self.stop[last] = HOME;
            } else {
                self.stay(HOME, NO_DEPARTURE);
            }
            self.until_min[self.stops - 1] = NO_DEPARTURE;
        } else {
            self.until_min[last] = NO_DEPARTURE;
        }
        today.stop = self.stop;
        today.until_min = self.until_min;
        today.stops = self.stops as u8;
        today.begin_plan();
    }

    /// Adds the day of a person who is now at the end of the stops planned so far.
    pub(super) fn fill(&mut self, habits: &Habits, person: &Resident, commute_min: u16) {
        if self.goes_to_anchor(habits, person) {
            self.anchor_day(habits, person, commute_min);
        } else {
            self.free_day(habits, person);
        }
    }

    fn goes_to_anchor(&mut self, habits: &Habits, person: &Resident) -> bool {
        if !person.slot[slot::ANCHOR].is_some() {
            return false;
        }
        let open = match (person.occupation, self.now.day_type) {
            (_, DayType::Workday) => 1.0,
            (Occupation::Worker, _) if works_weekends(person) => habits.weekend_shift,
            _ => 0.0,
        };
        self.chance(open * habits.attendance)
    }

    fn anchor_day(&mut self, habits: &Habits, person: &Resident, commute_min: u16) {
        let late = self.between(0, 24);
        let start = person.anchor_start_min.max(1) - 1 + late;
        let leave = start.saturating_sub(12 + commute_min).max(1);
        let end = start.saturating_add(person.anchor_stay_min);
        let before_end = self.stops.checked_sub(1).map_or(0, |i| self.until_min[i] & !DURATION);
        self.stay(HOME, leave.max(before_end + 1));
        if end >= 1440 {
            return self.stay(ANCHOR, 1440);
        }
        let adult = person.age >= 18;
        let works = person.occupation == Occupation::Worker;
        if works
            && person.anchor_stay_min > 360
            && self.slot_is(person, slot::MEAL)
            && self.chance(habits.lunch_out)
        {
            let lunch = self.between(690, 780).max(start + 60).min(end.saturating_sub(60));
            let stay = self.between(20, 50);
            self.stay(ANCHOR, lunch);
            self.stay(slot::MEAL as u8, DURATION | stay);
        }
        self.stay(ANCHOR, end);
        let on_way = if adult { habits.stop_on_way_home } else { habits.stop_on_way_home * 0.4 };
        if self.chance(on_way) {
            self.errand(habits, person);
        }
        let evening = if adult { habits.evening_tour } else { habits.evening_tour * 0.7 };
        if end < 1170 && self.has_room() && self.chance(evening) {
            let wait = self.between(20, 150);
            self.stay(HOME, DURATION | wait);
            self.errand(habits, person);
        }
    }

    fn free_day(&mut self, habits: &Habits, person: &Resident) {
        let out = match person.age {
            0..=17 => habits.out_child,
            18..=69 => habits.out_adult,
            _ => habits.out_old,
        };
        if !self.chance(out) {
            return self.stay(HOME, NO_DEPARTURE);
        }
        let first = self.between(480, 1080);
        self.stay(HOME, first);
        self.tour(habits, person);
        if first < 900 && self.has_room() && self.chance(habits.second_tour) {
            let wait = self.between(60, 300);
            self.stay(HOME, DURATION | wait);
            self.tour(habits, person);
        }
    }

    fn tour(&mut self, habits: &Habits, person: &Resident) {
        self.errand(habits, person);
        if self.chance(habits.second_stop) {
            self.errand(habits, person);
        }
    }

    fn slot_is(&self, person: &Resident, slot: usize) -> bool {
        person.slot[slot].is_some()
    }

    /// One discretionary stop: its purpose by weight, its length within the purpose's bounds.
    fn errand(&mut self, habits: &Habits, person: &Resident) {
        let total: u32 = habits.purpose_weights.iter().map(|w| u32::from(*w)).sum();
        let pick = self.ten() * total.max(1) / 1024;
        let (mut purpose, mut below) = (0, 0);
        for weight in &habits.purpose_weights[..habits.purpose_weights.len() - 1] {
            below += u32::from(*weight);
            purpose += usize::from(pick >= below);
        }
        let (low, high) = habits.stay_min[purpose];
        let stay = self.between(low, high);
        if self.slot_is(person, slot::SHOP + purpose) {
            self.stay((slot::SHOP + purpose) as u8, DURATION | stay);
        }
    }
}
