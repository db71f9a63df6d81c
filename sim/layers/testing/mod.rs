//! Testing: who with symptoms is swabbed, when the laboratory gets to it, and what it finds.
mod sensitivity;

use citytwin_engine::{
    Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, TICKS_PER_DAY, TestingOrder, Unit,
};
use citytwin_world::health::NEVER;
use citytwin_world::services::Swab;
use citytwin_world::{Draw, PersonId, Stage, World};
pub use sensitivity::TestSort;
use std::collections::BTreeMap;

/// How it is listed.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "testing",
    summary: "Residents with symptoms are swabbed, laboratories find what they find.",
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

/// Purposes of the draws: whether somebody seeks a test, its result, who falls ill otherwise.
const SEEKS: u32 = 0x0601;
const RESULT: u32 = 0x0602;
const OTHER: u32 = 0x0603;

/// Books swabs for those with symptoms and counts results when they are due.
pub struct Testing {
    sort: TestSort,
    specificity: f64,
    laboratory_ticks: u32,
    give_up_ticks: u32,
    other_per_day: f64,
}

impl Testing {
    /// The layer with the checked keys of `[tests]`.
    pub fn new(params: &Params) -> Self {
        Self {
            sort: if params.text("sort") == "pcr" { TestSort::Pcr } else { TestSort::LateralFlow },
            specificity: params.f64("specificity"),
            laboratory_ticks: params.u32("laboratory_time"),
            give_up_ticks: (params.f64("give_up") * f64::from(TICKS_PER_DAY)).round() as u32,
            other_per_day: params.f64("other_illness_per_1000") / 1000.0,
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

    /// Swabs booked so far, by the day of their result.
    fn booked(world: &World) -> BTreeMap<u32, u32> {
        let mut booked: BTreeMap<u32, u32> = BTreeMap::new();
        for swab in &world.services.swabs {
            *booked.entry(swab.result_tick / TICKS_PER_DAY).or_default() += 1;
        }
        booked
    }

    /// Books a swab for everyone whom the authorities call up in this hour: taken in the next one, or when the
    /// laboratories have room.
    fn call_up(&self, now: Now, world: &mut World, levers: &Levers) {
        if levers.swabs.is_empty() {
            return;
        }
        let mut booked = Self::booked(world);
        for person in &levers.swabs {
            let stage = world.people.health.stage.get(*person);
            if stage.is_none_or(|stage| *stage == Stage::Dead) {
                continue;
            }
            let wanted = now.tick + 1 + self.laboratory_ticks;
            let Some(result_tick) = self.slot(wanted, levers.testing.capacity_per_day, &booked) else {
                continue;
            };
            *booked.entry(result_tick / TICKS_PER_DAY).or_default() += 1;
            let taken_tick = result_tick - self.laboratory_ticks;
            let positive = self.result(now, world, *person, taken_tick);
            world.services.swabs.push(Swab { result_tick, person: *person, taken_tick, positive });
        }
        world.services.swabs.sort_unstable();
    }

    /// Books a swab for everyone who seeks one, on the first day with room in the laboratories.
    fn book(&self, now: Now, world: &mut World, order: TestingOrder) {
        if order.symptomatic_share <= 0.0 {
            return;
        }
        let mut booked = Self::booked(world);
        for (symptoms_tick, person) in Self::symptomatic(now, world) {
            let mut seeks = Draw::new(now.seed, SEEKS, person.0, symptoms_tick);
            if !seeks.chance(f64::from(order.symptomatic_share)) {
                continue;
            }
            let wanted = (symptoms_tick + order.delay_h).max(now.tick + 1);
            let Some(result_tick) = self.slot(wanted, order.capacity_per_day, &booked) else { continue };
            *booked.entry(result_tick / TICKS_PER_DAY).or_default() += 1;
            let taken_tick = result_tick - self.laboratory_ticks.min(result_tick - symptoms_tick);
            let positive = self.result(now, world, person, taken_tick);
            world.services.swabs.push(Swab { result_tick, person, taken_tick, positive });
        }
        world.services.swabs.sort_unstable();
    }

    /// When a result wanted at a tick can be had; `None` where the wait would be too long.
    fn slot(&self, wanted: u32, capacity: u32, booked: &BTreeMap<u32, u32>) -> Option<u32> {
        let day = wanted / TICKS_PER_DAY;
        let days = self.give_up_ticks / TICKS_PER_DAY;
        let full = |day: &u32| capacity > 0 && booked.get(day).is_some_and(|count| *count >= capacity);
        let free = (day..=day + days).find(|day| !full(day))?;
        Some(wanted + (free - day) * TICKS_PER_DAY)
    }

    /// The result of a swab, drawn by what is true when it is taken.
    fn result(&self, now: Now, world: &World, person: PersonId, taken_tick: u32) -> bool {
        let since = |infected: u32| (f64::from(taken_tick) - f64::from(infected)) / f64::from(TICKS_PER_DAY);
        let finds = world
            .people
            .health
            .latest(person)
            .map_or(0.0, |episode| self.sort.sensitivity(since(episode.infected_tick)));
        let p = finds.max(1.0 - self.specificity);
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
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        if phase == Phase::Plan {
            if now.day_begins() {
                self.fall_ill(now, world);
                let services = &mut world.services;
                services.swabs.retain(|swab| swab.result_tick >= now.tick);
                (services.tests_done, services.tests_positive) = (0, 0);
            }
            return;
        }
        let services = &mut world.services;
        let start = services.swabs.partition_point(|swab| swab.result_tick < now.tick);
        for swab in services.swabs.iter().skip(start).take_while(|swab| swab.result_tick == now.tick) {
            services.tests_done += 1;
            services.tests_positive += u64::from(swab.positive);
        }
        self.call_up(now, world, levers);
        if now.day_ends() {
            self.book(now, world, levers.testing);
        }
    }
}

#[cfg(test)]
mod tests;
