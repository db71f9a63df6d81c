//! The day people mean to have: which habitual places they go to today, when, and how.
mod habits;
mod plan;

use citytwin_engine::registry::Kind;
use citytwin_engine::{Board, Layer, Levers, Now, Phase};
use citytwin_world::draw::blocks;
use citytwin_world::population::{Hold, NO_DEPARTURE, Today};
use citytwin_world::residents::{Resident, flag, pair, slot};
use citytwin_world::visits::CHUNK;
use citytwin_world::{City, Mode, PersonId, Residents, World};
pub use habits::{Habits, KEYS};
use rayon::prelude::*;

/// The layer as scenarios know it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "activity",
    summary: "Plans each resident's day: where to, when, and how.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Activity::new(Habits::with(params)))),
};

/// Plans each resident's day at midnight from habits, occupation, age and the kind of day.
pub struct Activity {
    habits: Habits,
    /// Usual minutes from home to the anchor; found once, since it follows from what never changes.
    commute_min: Vec<u16>,
}

impl Activity {
    /// The layer with its habits.
    pub fn new(habits: Habits) -> Self {
        Self { habits, commute_min: Vec::new() }
    }
}

impl Layer for Activity {
    fn name(&self) -> &'static str {
        "activity"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Plan]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if !now.day_begins() {
            return;
        }
        let residents = std::sync::Arc::clone(&world.people.residents);
        if self.commute_min.len() != residents.len() {
            self.commute_min = commute_minutes(&world.city, &residents);
        }
        let has_diaries = !residents.diary.is_empty();
        let (habits, commutes) = (&self.habits, &self.commute_min);
        world.people.today.as_mut_slice().par_chunks_mut(CHUNK).enumerate().for_each(|(c, chunk)| {
            let mut words = [[0; 4]; GROUP];
            for (i, today) in chunk.iter_mut().enumerate() {
                let index = c * CHUNK + i;
                let id = PersonId(index as u32);
                if i % GROUP == 0 {
                    blocks(now.seed, plan::PLAN, id.0, now.day(), &mut words);
                }
                today.since_min = today.since_min.saturating_sub(1440);
                if today.hold != Hold::Free || has_diaries && !residents.diary.row(id).is_empty() {
                    today.next_min = NO_DEPARTURE;
                    today.travel_2min = 0;
                    continue;
                }
                let person = &residents.person[id];
                plan_day(habits, person, commutes[index], plan::Plan::new(now, id, words[i % GROUP]), today);
            }
        });
    }
}

/// Persons whose chance is drawn together.
const GROUP: usize = 64;

/// Writes the plan of one day into `today`, starting from where the person is at midnight.
fn plan_day(habits: &Habits, person: &Resident, commute_min: u16, mut plan: plan::Plan, today: &mut Today) {
    let here = today.stop[usize::from(today.at) & 7];
    let away = today.room.0 != person.household.0;
    if away {
        // Out at midnight: a night shift goes on to its end, anybody else heads home soon.
        let end = if usize::from(here) == slot::ANCHOR {
            (u32::from(person.anchor_start_min) + u32::from(person.anchor_stay_min))
                .saturating_sub(1440)
                .max(1) as u16
        } else {
            plan.between(5, 60)
        };
        plan.stay(here, end.max(today.since_min + 1));
    }
    plan.fill(habits, person, commute_min);
    plan.write(today);
}

/// Usual time from home to the anchor by the usual mode, minutes.
fn commute_minutes(city: &City, residents: &Residents) -> Vec<u16> {
    let walk = pair(slot::HOME, slot::ANCHOR);
    let persons = residents.person.as_slice().par_iter().enumerate();
    persons
        .map(|(i, p)| {
            if !p.slot[slot::ANCHOR].is_some() {
                return 0;
            }
            let walk_m = u32::from(residents.walk_10m.as_slice()[i][walk]) * 10;
            let seconds = match p.mode[slot::ANCHOR] {
                Mode::Walk => walk_m * 10 / 13,
                Mode::Bicycle => walk_m / 4,
                Mode::Car => {
                    let legs = residents.car.get(p.car_row as usize);
                    legs.map_or(walk_m * 10 / 13, |l| u32::from(l[slot::ANCHOR][0]) + 180)
                }
                Mode::Bus | Mode::Metro => {
                    let zone = |s: usize| city.places.zone.get(p.slot[s]).copied().unwrap_or_default();
                    let journeys = &city.transit.journeys;
                    let found = journeys.find(0, zone(slot::HOME), zone(slot::ANCHOR));
                    found.map_or(walk_m * 10 / 13, |row| u32::from(journeys.journey[row].typical_s))
                }
            };
            (seconds.div_ceil(60).min(180)) as u16
        })
        .collect()
}

/// Whether a person's job goes on at weekends.
pub(crate) fn works_weekends(person: &Resident) -> bool {
    person.has(flag::WEEKEND)
}
