//! Infections brought into the city from outside.
use super::schedule::{FROM, Schedule, UNTIL};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Phase, Unit};
use citytwin_world::World;
use citytwin_world::draw::Draw;
use citytwin_world::health::{NewInfection, Stage, VARIANTS_MAX};
use citytwin_world::id::{PersonId, RoomId};
use std::collections::BTreeSet;

/// Purpose of the draws of those infected at the begin.
const SEEDS: u32 = 0x0321;
/// Purpose of the daily importations; the variant is added in steps of 16 so that hazards don't share their draws.
const DAILY: u32 = 0x0322;
/// Tries to find somebody who can be infected before one importation is given up.
const TRIES: u32 = 64;

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("seeds", Unit::Persons)
        .default(20.0)
        .range(0.0, 1e6)
        .about("Residents infected on the first day.")
        .source("assumption: enough that the epidemic does not die out by chance"),
    KeySpec::new("per_day", Unit::PerDay)
        .default(0.0)
        .range(0.0, 1e5)
        .about("Mean number of residents who bring the infection home each day after.")
        .source("assumption"),
    KeySpec::new("variant", Unit::Count)
        .default(0.0)
        .range(0.0, (VARIANTS_MAX - 1) as f64)
        .about("Which variant of the disease, by its position in the disease's list from 0.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "epidemic",
    summary: "Residents come back infected: some at once, then some every day.",
    keys: KEYS,
    build: |params, _| {
        Ok(Box::new(Importation {
            schedule: Schedule::with(params),
            seeds: params.u32("seeds"),
            per_day: params.f64("per_day"),
            variant: params.u32("variant").min(VARIANTS_MAX as u32 - 1) as u8,
        }) as Box<dyn Layer>)
    },
};

/// Importations: `seeds` residents on the first day, then a Poisson number a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importation {
    /// When.
    pub schedule: Schedule,
    /// Residents infected on the first day.
    pub seeds: u32,
    /// Mean number a day after that.
    pub per_day: f64,
    /// Variant, index into the disease's list.
    pub variant: u8,
}

impl Importation {
    /// `seeds` residents on day 0 and nothing more.
    pub fn seeds(seeds: u32) -> Self {
        Self { schedule: Schedule { from: None, until: None }, seeds, per_day: 0.0, variant: 0 }
    }

    /// Infects up to `count` different residents who can be infected, at minutes drawn over the day.
    fn infect(&self, mut draw: Draw, count: u32, world: &mut World) {
        let health = &mut world.people.health;
        let persons = health.stage.len() as u32;
        let mut chosen: BTreeSet<PersonId> = BTreeSet::new();
        for _ in 0..count.min(persons) {
            for _ in 0..TRIES {
                let person = PersonId(draw.below(persons));
                let (minute, luck) = (draw.below(1440) as u16, draw.unit_f32());
                let free = matches!(health.stage.get(person), Some(Stage::Susceptible | Stage::Recovered));
                let row = health.susceptibility.get(person).copied().unwrap_or_default();
                // Those who are less susceptible come back infected less often.
                let open = row.get(usize::from(self.variant)).is_some_and(|s| luck < s.min(1.0));
                if free && open && chosen.insert(person) {
                    health.pending.push(NewInfection {
                        person,
                        infector: PersonId::NONE,
                        room: RoomId::NONE,
                        variant: self.variant,
                        minute,
                    });
                    break;
                }
            }
        }
    }
}

impl Layer for Importation {
    fn name(&self) -> &'static str {
        "importation"
    }
    fn phases(&self) -> &'static [Phase] {
        // After the disease has set everyone's susceptibility in the first hour, and before the day's contacts.
        &[Phase::Plan]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if !now.day_begins() || self.schedule.hours_since_end(now) >= 0 {
            return;
        }
        let since = self.schedule.hours_since_begin(now);
        let variant = u32::from(self.variant) * 16;
        if (-23..=0).contains(&since) {
            self.infect(Draw::new(now.seed, SEEDS + variant, 0, now.day()), self.seeds, world);
        } else if since > 0 {
            let mut draw = Draw::new(now.seed, DAILY + variant, 0, now.day());
            let count = draw.poisson(self.per_day).min(u64::from(u32::MAX)) as u32;
            self.infect(draw, count, world);
        }
    }
}
