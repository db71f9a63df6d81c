//! The disease in the people: infections begin, run their course, and leave immunity.
mod campaign;
mod course;
mod disease;
mod immunity;
mod overrides;
mod profile;
mod told;
mod vaccination;

pub use course::{Courses, Start, state_at};
pub use disease::{
    AroundOnset, ByDecade, DECADES, DISEASES, Disease, Durations, Fading, GenerationTime, Immunity,
    ProfileKind, Shape, Span, Transmission, Vaccine, Variant, ViralLoad, Waning, WithoutCare,
};
pub use immunity::{ImmunityTables, Protection};
pub use overrides::KEYS;
pub use told::Told;
pub use vaccination::Vaccination;

use citytwin_engine::{Board, Kind, Layer, Levers, Now, Phase, TICKS_PER_DAY};
use citytwin_world::health::{Episode, Health, NEVER, NewInfection, Severity, Stage, VARIANTS_MAX};
use citytwin_world::id::{PersonId, RoomId};
use citytwin_world::kinds::Setting;
use citytwin_world::population::{Hold, NO_DEPARTURE, Population};
use citytwin_world::visits::CHUNK;
use citytwin_world::{Residents, World};
use rayon::prelude::*;

/// The layer as scenarios build it from their table `[disease]`.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "epidemic",
    summary: "Infections begin, run their course and leave immunity.",
    keys: KEYS,
    build: |params, _| {
        Ok(Box::new(Epidemic::new(Disease::with(params)?, Vaccination::with(params)?)) as Box<dyn Layer>)
    },
};

/// Days within which every resident's waning protection is brought up to date once.
const WANING_DAYS: u32 = 7;
/// A person's new susceptibility by variant.
type SusceptibleRow = (PersonId, [f32; VARIANTS_MAX]);

/// Episodes per piece of parallel work.
const PIECE: usize = 1024;

/// Runs the disease: work is in proportion to the infections that run, not to the city.
pub struct Epidemic {
    courses: Courses,
    immunity: ImmunityTables,
    vaccination: Vaccination,
    call_list: campaign::CallList,
    /// Changes of state due today, `(tick, episode)` in order: scratch, found again from the episodes at any time.
    agenda: Vec<(u32, u32)>,
    agenda_day: u32,
    next: usize,
}

impl Epidemic {
    /// The layer of a disease in a population vaccinated as described.
    pub fn new(disease: Disease, vaccination: Vaccination) -> Self {
        let immunity = ImmunityTables::new(&disease);
        let courses = Courses::new(disease);
        let call_list = campaign::CallList::default();
        Self { courses, immunity, vaccination, call_list, agenda: Vec::new(), agenda_day: NEVER, next: 0 }
    }

    /// The courses it draws, for calibration: see [`Courses::infectious_days`].
    pub fn courses(&self) -> &Courses {
        &self.courses
    }

    /// First hour of the run: doses already given, and everyone's susceptibility.
    fn set_up(&self, now: Now, world: &mut World) {
        let people = &mut world.people;
        self.vaccination.give(now, &people.residents, &mut people.health);
        let Health { susceptibility, doses, dose_day, .. } = &mut people.health;
        let person = people.residents.person.as_slice();
        let (doses, dose_day) = (doses.as_slice(), dose_day.as_slice());
        let rows = susceptibility.as_mut_slice().par_iter_mut().zip(person).zip(doses).zip(dose_day);
        rows.for_each(|(((row, who), doses), dose_day)| {
            *row = self.susceptible_row(now.day(), who.age, None, *doses, *dose_day);
        });
    }

    fn susceptible_row(
        &self,
        day: u32,
        age: u8,
        latest: Option<&Episode>,
        doses: u8,
        dose_day: i32,
    ) -> [f32; VARIANTS_MAX] {
        let disease = self.courses.disease();
        let factor = disease.by_decade.susceptibility[usize::from(age / 10).min(DECADES - 1)];
        self.immunity.susceptibility(disease, factor, day, latest, doses, dose_day)
    }

    /// Brings the stages of this hour into force.
    fn advance(&mut self, now: Now, world: &mut World) {
        if self.agenda_day != now.day() {
            self.agenda = agenda_of(&world.people.health, now.day());
            self.agenda_day = now.day();
            self.next = self.agenda.partition_point(|(tick, _)| *tick < now.tick);
        }
        while let Some(&(tick, index)) = self.agenda.get(self.next) {
            if tick > now.tick {
                break;
            }
            self.next += 1;
            let Some(&episode) = world.people.health.episodes.get(index as usize) else { continue };
            enter(world, &episode, now);
        }
    }

    /// End of the day, after contact: new infections begin, courses without care worsen, ended ones leave immunity,
    /// and tomorrow's infectiousness and agenda are set.
    fn close_day(&mut self, now: Now, world: &mut World, levers: &Levers) {
        self.begin_pending(now, world);
        self.worsen_untreated(now, &mut world.people);
        self.retire(now, &mut world.people);
        let World { people, services, .. } = world;
        self.vaccinate(now, people, &mut services.campaign, levers.vaccination.as_ref());
        let tomorrow = now.day() + 1;
        self.set_infectivity(tomorrow, &mut world.people.health);
        self.renew_susceptibility(tomorrow, &mut world.people);
        self.agenda = agenda_of(&world.people.health, tomorrow);
        self.agenda_day = tomorrow;
        self.next = 0;
    }

    fn begin_pending(&self, now: Now, world: &mut World) {
        let residents = std::sync::Arc::clone(&world.people.residents);
        let health = &mut world.people.health;
        let mut pending = std::mem::take(&mut health.pending);
        pending.sort_unstable_by_key(|n| (n.person, n.minute, n.infector, n.room, n.variant));
        pending.dedup_by_key(|n| n.person);
        pending.retain(|n| {
            let free = matches!(health.stage.get(n.person), Some(Stage::Susceptible | Stage::Recovered));
            free && usize::from(n.variant) < self.courses.disease().variant.len()
        });
        let (seed, day) = (now.seed, now.day());
        let begun: Vec<Episode> = pending
            .par_iter()
            .with_min_len(PIECE)
            .map(|new| self.courses.begin(seed, &self.start_of(new, day, &residents, health)))
            .collect();
        for episode in begun {
            let index = health.episodes.len() as u32;
            let person = episode.person;
            (health.stage[person], health.severity[person]) = state_at(&episode, now.tick);
            health.susceptibility[person] = Default::default();
            health.episode_of[person] = index;
            health.variants = health.variants.max(episode.variant + 1);
            health.active.push(index);
            health.episodes.push(episode);
        }
        pending.clear();
        health.pending = pending;
    }

    fn start_of(&self, new: &NewInfection, day: u32, residents: &Residents, health: &Health) -> Start {
        let imported = !new.infector.is_some() && !new.room.is_some();
        let setting = if imported { Setting::Imported } else { setting_of(residents, new.room) };
        Start {
            person: new.person,
            infector: new.infector,
            room: new.room,
            place: residents.rooms.place.get(new.room).copied().unwrap_or(citytwin_world::PlaceId::NONE),
            setting,
            variant: new.variant,
            day,
            minute: new.minute.min(1439),
            age: residents.person.get(new.person).map_or(0, |p| p.age),
            protection: self.protection_of(new.person, new.variant, day, health),
        }
    }

    fn protection_of(&self, person: PersonId, variant: u8, day: u32, health: &Health) -> f64 {
        let doses = health.doses.get(person).copied().unwrap_or(0);
        let dose_day = health.dose_day.get(person).copied().unwrap_or(0);
        let (disease, variant) = (self.courses.disease(), usize::from(variant));
        self.immunity.protection(disease, variant, day, health.latest(person), doses, dose_day).severe
    }

    /// Patients whose need began today and who lie in no bed fare worse, as the draws of their course say.
    fn worsen_untreated(&self, now: Now, people: &mut Population) {
        let Population { residents, today, health } = people;
        let tomorrow = (now.day() + 1) * TICKS_PER_DAY;
        // Who falls severely ill in the last hour of a day is seen first thing the next morning.
        let began_today =
            |tick: u32| (tomorrow.saturating_sub(TICKS_PER_DAY + 1)..tomorrow - 1).contains(&tick);
        let episodes = &health.episodes;
        let in_need = |index: &&u32| {
            let episode = episodes.get(**index as usize);
            episode.is_some_and(|e| began_today(e.severe_tick) || began_today(e.critical_tick))
        };
        let in_need: Vec<u32> =
            health.active.par_iter().with_min_len(PIECE).filter(in_need).copied().collect();
        for index in in_need {
            let Some(episode) = health.episodes.get_mut(index as usize) else { continue };
            let (severe, critical) = (began_today(episode.severe_tick), began_today(episode.critical_tick));
            let person = episode.person;
            let hold = today.get(person).map_or(Hold::Free, |t| t.hold);
            let age = residents.person.get(person).map_or(0, |p| p.age);
            // Protection shifts only who gets severe at all; from there on courses are alike.
            if severe && !matches!(hold, Hold::Bed | Hold::IntensiveCare) {
                self.courses.worsen(now.seed, episode, age, 0.0, Severity::Severe, tomorrow);
            }
            if critical && hold != Hold::IntensiveCare {
                self.courses.worsen(now.seed, episode, age, 0.0, Severity::Critical, tomorrow);
            }
        }
    }

    fn retire(&self, now: Now, people: &mut Population) {
        let Population { residents, health, .. } = people;
        let active = std::mem::take(&mut health.active);
        // Who was infected only today still passes on what today's contacts missed.
        let ended = |episode: &Episode| {
            episode.end_tick <= now.tick && episode.infected_tick / TICKS_PER_DAY != now.day()
        };
        let before = &*health;
        let pieces: Vec<(Vec<u32>, Vec<SusceptibleRow>)> = active
            .par_chunks(PIECE)
            .map(|piece| {
                let (mut goes_on, mut ends) = (Vec::new(), Vec::new());
                for &index in piece {
                    match before.episodes.get(index as usize) {
                        Some(episode) if ended(episode) => {
                            ends.push((episode.person, self.row_after(now, episode, residents, before)));
                        }
                        Some(_) => goes_on.push(index),
                        None => {}
                    }
                }
                (goes_on, ends)
            })
            .collect();
        health.active = Vec::with_capacity(active.len());
        for (goes_on, ends) in pieces {
            health.active.extend(goes_on);
            for (person, row) in ends {
                health.infectivity[person] = 0.0;
                health.susceptibility[person] = row;
            }
        }
    }

    /// What an infection that has ended leaves of a person's susceptibility.
    fn row_after(
        &self,
        now: Now,
        episode: &Episode,
        residents: &Residents,
        health: &Health,
    ) -> [f32; VARIANTS_MAX] {
        if episode.fatal {
            return Default::default();
        }
        let person = episode.person;
        let age = residents.person.get(person).map_or(0, |p| p.age);
        self.susceptible_row(now.day(), age, Some(episode), health.doses[person], health.dose_day[person])
    }

    fn set_infectivity(&self, day: u32, health: &mut Health) {
        let (episodes, active) = (&health.episodes, &health.active);
        let values: Vec<(PersonId, f32)> = active
            .par_iter()
            .with_min_len(PIECE)
            .filter_map(|&index| episodes.get(index as usize))
            .map(|episode| (episode.person, self.courses.infectivity(episode, day)))
            .collect();
        for (person, value) in values {
            health.infectivity[person] = value;
        }
    }

    /// Brings a seventh of the residents up to date with what still protects them.
    fn renew_susceptibility(&self, day: u32, people: &mut Population) {
        let Population { residents, health, .. } = people;
        let Health { susceptibility, stage, doses, dose_day, episode_of, episodes, .. } = health;
        let chunks = susceptibility.as_mut_slice().par_chunks_mut(CHUNK).enumerate();
        chunks.for_each(|(c, chunk)| {
            let base = (c * CHUNK) as u32;
            let skip = (day % WANING_DAYS + WANING_DAYS - base % WANING_DAYS) % WANING_DAYS;
            for (i, row) in chunk.iter_mut().enumerate().skip(skip as usize).step_by(WANING_DAYS as usize) {
                let id = PersonId(base + i as u32);
                let latest = episodes.get(episode_of[id] as usize);
                let protected = doses[id] > 0 || latest.is_some();
                if protected && matches!(stage[id], Stage::Susceptible | Stage::Recovered) {
                    let age = residents.person[id].age;
                    *row = self.susceptible_row(day, age, latest, doses[id], dose_day[id]);
                }
            }
        });
    }
}

fn setting_of(residents: &Residents, room: RoomId) -> Setting {
    residents.rooms.setting.get(room).copied().unwrap_or(Setting::Public)
}

/// All changes of state due on a day, in order of time and episode.
fn agenda_of(health: &Health, day: u32) -> Vec<(u32, u32)> {
    let today = day * TICKS_PER_DAY..(day + 1) * TICKS_PER_DAY;
    let due = |&index: &u32| {
        let changes = health.episodes.get(index as usize).map(Episode::changes);
        let range = today.clone();
        changes.into_iter().flatten().filter(move |tick| range.contains(tick)).map(move |tick| (tick, index))
    };
    let mut agenda: Vec<(u32, u32)> =
        health.active.par_iter().with_min_len(PIECE).flat_map_iter(due).collect();
    agenda.par_sort_unstable();
    agenda
}

/// Brings one person's stage and severity up to this hour; the dead stay where they are and meet nobody any more.
fn enter(world: &mut World, episode: &Episode, now: Now) {
    let person = episode.person;
    let (stage, severity) = state_at(episode, now.tick);
    let health = &mut world.people.health;
    let before = std::mem::replace(&mut health.stage[person], stage);
    health.severity[person] = severity;
    if stage != Stage::Dead || before == Stage::Dead {
        return;
    }
    world.services.deaths_today += 1;
    if now.day_ends() {
        // The day's stays are already written down: only tomorrow changes.
        let today = &mut world.people.today[person];
        (today.hold, today.next_min) = (Hold::Dead, NO_DEPARTURE);
    } else {
        let room = world.people.today[person].room;
        world.relocate(person, room, (now.hour() as u16 + 1) * 60, Hold::Dead);
    }
}

impl Layer for Epidemic {
    fn name(&self) -> &'static str {
        "epidemic"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Care]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        match phase {
            Phase::Hazard if now.tick == 0 => self.set_up(now, world),
            Phase::Care => {
                if now.day_begins() {
                    world.services.deaths_today = 0;
                }
                self.advance(now, world);
                if now.day_ends() {
                    self.close_day(now, world, levers);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
