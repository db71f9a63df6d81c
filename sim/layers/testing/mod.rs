//! Testing: who is swabbed for symptoms, by screening or when called up, when the laboratory gets to it, and what it finds.
mod rounds;
mod sensitivity;

use citytwin_engine::{
    Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, TICKS_PER_DAY, TestingOrder, Unit,
};
use citytwin_world::health::{Episode, NEVER, Severity};
use citytwin_world::services::Swab;
use citytwin_world::{Draw, PersonId, Stage, World};
use rayon::prelude::*;
pub use sensitivity::TestSort;
use std::collections::BTreeMap;

/// How it is listed.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "testing",
    summary: "Residents are swabbed for symptoms, by screening or when called up; laboratories find what they find.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Testing::new(params))),
};

/// Keys of the table `[tests]`.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("sort", Unit::Text)
        .text("pcr")
        .choices(&["pcr", "lateral_flow"])
        .about("Sort of test, which decides how likely it finds an infection, by days since infection.")
        .source("Hellewell 2021: detection curves of PCR and lateral flow tests"),
    KeySpec::new("sensitivity", Unit::Ratio)
        .range(0.0, 1.0)
        .about("Share of swabs of infectious persons that find the infection; unset, the day of the infection decides as `sort` says.")
        .source("unset: Hellewell 2021, see `sort`"),
    KeySpec::new("specificity", Unit::Ratio)
        .default(0.999)
        .range(0.5, 1.0)
        .about("Share of tests of persons who aren't infected that are negative.")
        .source("assumption"),
    KeySpec::new("laboratory_time", Unit::Hours)
        .default(24.0)
        .range(0.0, 240.0)
        .about("From the swab to its result.")
        .source("assumption"),
    KeySpec::new("give_up", Unit::Days)
        .default(7.0)
        .range(0.0, 365.0)
        .about("Wait beyond the usual delay after which a person no longer seeks a test.")
        .source("assumption"),
    KeySpec::new("other_illness_per_1000", Unit::PerDay)
        .default(0.5)
        .range(0.0, 1000.0)
        .about(
            "Residents in a thousand who fall ill with fever or cough of another cause, and seek tests too.",
        )
        .source("assumption: 0.35 % a week, between the seasons of influenza"),
];

/// Purposes of the draws: whether somebody seeks a test once, its result, who falls ill otherwise, whether somebody
/// with symptoms is swabbed on a day, who is screened on a day.
const SEEKS: u32 = 0x0601;
const RESULT: u32 = 0x0602;
const OTHER: u32 = 0x0603;
const SWABBED: u32 = 0x0604;
const SCREENED: u32 = 0x0605;

/// Books swabs and counts results when they are due.
pub struct Testing {
    sort: TestSort,
    /// Where set, the same for every swab of somebody infectious.
    sensitivity: Option<f64>,
    specificity: f64,
    laboratory_ticks: u32,
    give_up_ticks: u32,
    other_per_day: f64,
    /// Residents in the order in which mass testing calls them up: scratch.
    queue: Option<rounds::Queue>,
}

/// A swab somebody should get.
struct Wish {
    person: PersonId,
    /// Earliest time of the swab, ticks.
    from_tick: u32,
    /// Earliest time of its result, ticks.
    result_tick: u32,
}

impl Testing {
    /// The layer with the checked keys of `[tests]`.
    pub fn new(params: &Params) -> Self {
        Self {
            sort: if params.text("sort") == "pcr" { TestSort::Pcr } else { TestSort::LateralFlow },
            sensitivity: params.opt_f64("sensitivity"),
            specificity: params.f64("specificity"),
            laboratory_ticks: params.u32("laboratory_time"),
            give_up_ticks: (params.f64("give_up") * f64::from(TICKS_PER_DAY)).round() as u32,
            other_per_day: params.f64("other_illness_per_1000") / 1000.0,
            queue: None,
        }
    }

    /// Who falls ill today of another cause: a Poisson number of residents, each drawn evenly.
    fn fall_ill(&self, now: Now, world: &mut World) {
        let persons = world.people.len() as u32;
        let mut draw = Draw::new(now.seed, OTHER, u32::MAX, now.day());
        let count = draw.poisson(self.other_per_day * f64::from(persons)).min(u64::from(persons));
        let mut ill: Vec<PersonId> = (0..count).map(|_| PersonId(draw.below(persons))).collect();
        ill.retain(|person| world.people.health.stage.get(*person) != Some(&Stage::Dead));
        ill.sort_unstable();
        ill.dedup();
        world.services.other_illness = ill;
    }

    /// Those whose symptoms began today, with the tick of the first one, in the order in which they began.
    fn symptomatic(now: Now, world: &World) -> Vec<(u32, PersonId)> {
        let midnight = now.tick + 1 - TICKS_PER_DAY.min(now.tick + 1);
        let health = &world.people.health;
        let mut ill: Vec<(u32, PersonId)> = health
            .active
            .iter()
            .filter_map(|i| health.episodes.get(*i as usize))
            .filter(|e| e.symptoms_tick != NEVER && (midnight..=now.tick).contains(&e.symptoms_tick))
            .map(|e| (e.symptoms_tick, e.person))
            .collect();
        ill.extend(world.services.other_illness.iter().map(|person| (midnight, *person)));
        ill.sort_unstable();
        ill
    }

    /// Books swabs, each on the first day with room in the laboratories.
    fn book(&self, now: Now, world: &mut World, capacity_per_day: u32, wishes: Vec<Wish>) {
        if wishes.is_empty() {
            return;
        }
        let mut booked = self.booked(world);
        for Wish { person, from_tick, result_tick } in wishes {
            let Some(result_tick) = self.slot(result_tick, capacity_per_day, &booked) else { continue };
            *booked.entry(result_tick / TICKS_PER_DAY).or_default() += 1;
            let taken_tick = result_tick - self.laboratory_ticks.min(result_tick - from_tick);
            let positive = self.result(now, world, person, taken_tick);
            world.services.swabs.push(Swab { result_tick, person, taken_tick, positive });
            if positive {
                world.services.confirmed.push(person);
            }
        }
        world.services.swabs.sort_unstable();
        world.services.confirmed.sort_unstable();
        world.services.confirmed.dedup();
    }

    /// Those of some persons who are alive, to be swabbed in the next hour.
    fn next_hour(&self, now: Now, world: &World, persons: &[PersonId]) -> Vec<Wish> {
        let alive = |person: &PersonId| {
            world.people.health.stage.get(*person).is_some_and(|stage| *stage != Stage::Dead)
        };
        let from_tick = now.tick + 1;
        let result_tick = from_tick + self.laboratory_ticks;
        let wish = |person: PersonId| Wish { person, from_tick, result_tick };
        persons.iter().copied().filter(alive).map(wish).collect()
    }

    /// Those whose symptoms began today and who seek a test, some time later.
    fn once(now: Now, world: &World, order: TestingOrder) -> Vec<Wish> {
        if order.symptomatic_share <= 0.0 {
            return Vec::new();
        }
        let seeks = |(symptoms_tick, person): &(u32, PersonId)| {
            let mut seeks = Draw::new(now.seed, SEEKS, person.0, *symptoms_tick);
            seeks.chance(f64::from(order.symptomatic_share))
        };
        let wish = |(symptoms_tick, person): (u32, PersonId)| Wish {
            person,
            from_tick: symptoms_tick,
            result_tick: (symptoms_tick + order.delay_h).max(now.tick + 1),
        };
        Self::symptomatic(now, world).into_iter().filter(seeks).map(wish).collect()
    }

    /// Those swabbed first thing tomorrow because they have symptoms or are screened. Who has tested positive is not
    /// swabbed again, nor who waits for a result.
    fn daily(&self, now: Now, world: &World, order: TestingOrder) -> Vec<Wish> {
        let morning = now.tick + 1;
        let (health, services) = (&world.people.health, &world.services);
        let mut persons: Vec<PersonId> = Vec::new();
        if order.symptomatic_per_day > 0.0 {
            let ill = |e: &&Episode| e.symptoms_tick <= morning && morning < e.end_tick;
            let running = health.active.iter().filter_map(|i| health.episodes.get(*i as usize)).filter(ill);
            persons.extend(running.map(|e| e.person).chain(services.other_illness.iter().copied()));
            persons.sort_unstable();
            persons.dedup();
            persons.retain(|person| {
                let mut draw = Draw::new(now.seed, SWABBED, person.0, now.day());
                draw.chance(f64::from(order.symptomatic_per_day))
            });
        }
        persons.extend(Self::screened(now, world, order.screening_per_day));
        let without_result = services.swabs.iter().filter(|swab| swab.result_tick > now.tick);
        let mut waiting: Vec<PersonId> = without_result.map(|swab| swab.person).collect();
        waiting.sort_unstable();
        persons.retain(|person| {
            services.confirmed.binary_search(person).is_err() && waiting.binary_search(person).is_err()
        });
        let result_tick = morning + self.laboratory_ticks;
        persons.into_iter().map(|person| Wish { person, from_tick: morning, result_tick }).collect()
    }

    /// Those whom checkpoints sent in this hour and who don't wait for a result already.
    fn without_swab(now: Now, world: &mut World) -> Vec<PersonId> {
        let mut sent = std::mem::take(&mut world.services.sent_to_test);
        if sent.is_empty() {
            return sent;
        }
        let pending = world.services.swabs.iter().filter(|swab| swab.result_tick > now.tick);
        let mut waiting: Vec<PersonId> = pending.map(|swab| swab.person).collect();
        waiting.sort_unstable();
        sent.retain(|person| waiting.binary_search(person).is_err());
        sent
    }

    /// Tells which swabs whose result is there now were negative, for those who must show one.
    fn tell_negatives(&self, now: Now, world: &World, board: &mut Board) {
        let swabs = &world.services.swabs;
        let start = swabs.partition_point(|swab| swab.result_tick < now.tick);
        for swab in swabs[start..].iter().take_while(|swab| swab.result_tick == now.tick) {
            if !swab.positive {
                board.tell_negatives(now.tick + 1, swab.taken_tick, &[swab.person]);
            }
        }
    }

    /// Residents without symptoms whom chance picks.
    fn screened(now: Now, world: &World, chance: f32) -> Vec<PersonId> {
        if chance <= 0.0 {
            return Vec::new();
        }
        let health = &world.people.health;
        let well = |person: &PersonId| {
            health.severity.get(*person) == Some(&Severity::None)
                && health.stage.get(*person) != Some(&Stage::Dead)
        };
        let picked = |person: &PersonId| {
            Draw::new(now.seed, SCREENED, person.0, now.day()).chance(f64::from(chance)) && well(person)
        };
        (0..world.people.len() as u32).into_par_iter().map(PersonId).filter(picked).collect()
    }

    /// When a result wanted at a tick can be had; `None` where the wait would be too long.
    fn slot(&self, wanted: u32, capacity: u32, booked: &BTreeMap<u32, u32>) -> Option<u32> {
        let day = wanted / TICKS_PER_DAY;
        let days = self.give_up_ticks / TICKS_PER_DAY;
        let full = |day: &u32| capacity > 0 && booked.get(day).is_some_and(|count| *count >= capacity);
        let free = (day..=day + days).find(|day| !full(day))?;
        Some(wanted + (free - day) * TICKS_PER_DAY)
    }

    /// Chance that a swab of a person taken at a tick finds an infection.
    fn finds(&self, world: &World, person: PersonId, taken_tick: u32) -> f64 {
        let since = |infected: u32| (f64::from(taken_tick) - f64::from(infected)) / f64::from(TICKS_PER_DAY);
        world.people.health.latest(person).map_or(0.0, |episode| match self.sensitivity {
            Some(share) if (episode.infectious_tick..episode.end_tick).contains(&taken_tick) => share,
            Some(_) => 0.0,
            None => self.sort.sensitivity(since(episode.infected_tick)),
        })
    }

    /// The result of a swab, drawn by what is true when it is taken.
    fn result(&self, now: Now, world: &World, person: PersonId, taken_tick: u32) -> bool {
        let p = self.finds(world, person, taken_tick).max(1.0 - self.specificity);
        Draw::new(now.seed, RESULT, person.0, taken_tick).chance(p)
    }
}

impl Layer for Testing {
    fn name(&self) -> &'static str {
        "testing"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Plan, Phase::Report]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        if phase == Phase::Plan {
            if now.day_begins() {
                self.fall_ill(now, world);
                let (health, services) = (&world.people.health, &mut world.services);
                services.confirmed.retain(|person| {
                    matches!(health.stage.get(*person), Some(Stage::Exposed | Stage::Infectious))
                });
                services.swabs.retain(|swab| swab.result_tick >= now.tick);
                (services.tests_done, services.tests_positive) = (0, 0);
                rounds::begin_day(now, world);
            }
            return;
        }
        let services = &mut world.services;
        let start = services.swabs.partition_point(|swab| swab.result_tick < now.tick);
        for swab in services.swabs.iter().skip(start).take_while(|swab| swab.result_tick == now.tick) {
            services.tests_done += 1;
            services.tests_positive += u64::from(swab.positive);
        }
        if levers.asks_for_tests() {
            self.tell_negatives(now, world, board);
        }
        let order = levers.testing;
        let capacity_per_day = order.capacity_per_day;
        let again = self.of_positive_tubes(now, world);
        let sent = Self::without_swab(now, world);
        for persons in [&levers.swabs, &again, &sent] {
            self.book(now, world, capacity_per_day, self.next_hour(now, world, persons));
        }
        if now.day_ends() {
            self.book(now, world, capacity_per_day, Self::once(now, world, order));
            self.book(now, world, capacity_per_day, self.daily(now, world, order));
            for round in &levers.rounds {
                self.sample(now, world, round, levers, board);
            }
        }
    }
}

#[cfg(test)]
mod round_tests;
#[cfg(test)]
mod tests;
