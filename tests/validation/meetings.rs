//! Movement of a branching process: an infectious person meets others by chance, each hour new ones, and those met are
//! met again by nobody for a month. Only who meets whom is made up here: what follows from it is the twin's own.
use super::crowd::Crowd;
use citytwin_engine::{Board, Layer, Levers, Now, Phase};
use citytwin_world::visits::{CHUNK, Visit};
use citytwin_world::{Draw, PersonId, PlaceId, PlaceKind, RoomId, Setting, Severity, Stage, World, ZoneId};
use std::collections::VecDeque;
use std::sync::Arc;

/// Purposes of the draws: how sociable somebody is, and how many are met in an hour.
const SOCIABLE: u32 = 0x7101;
const MEETS: u32 = 0x7102;
/// Nobody is met again before so many ticks have passed: by then tracing has forgotten the first time.
const REST_TICKS: u32 = 30 * 24;
/// Rooms for the meetings of one day.
const ROOMS: u32 = 400_000;

/// Outbreaks side by side, which never meet each other.
pub struct Meetings {
    /// Whom an infectious person of mean sociability meets in an hour.
    pub per_h: f64,
    /// Gamma shape of sociability.
    pub dispersion_k: f64,
    /// Infections after which an outbreak is taken to go on, and is followed no further.
    pub most: u32,
    /// Those whom nobody has met lately, with the tick from which on they may be met.
    free: VecDeque<(PersonId, u32)>,
    /// Outbreak of each infected person.
    outbreak: Vec<u32>,
    /// Infections of each outbreak.
    size: Vec<u32>,
    episodes: usize,
    rooms_used: u32,
    first_room: u32,
}

impl Meetings {
    /// Outbreaks of so many seeds each, who are the first persons.
    pub fn new(
        world: &World,
        (per_h, dispersion_k): (f64, f64),
        (outbreaks, seeds): (u32, u32),
        most: u32,
    ) -> Self {
        let persons = world.people.len() as u32;
        let mut outbreak = vec![u32::MAX; persons as usize];
        (0..outbreaks * seeds).for_each(|p| outbreak[p as usize] = p / seeds);
        Self {
            per_h,
            dispersion_k,
            most,
            free: (outbreaks * seeds..persons).map(|p| (PersonId(p), 0)).collect(),
            outbreak,
            size: vec![0; outbreaks as usize],
            episodes: 0,
            rooms_used: 0,
            first_room: world.people.residents.rooms.households,
        }
    }

    /// New infections belong to the outbreak of those who infected them.
    fn follow(&mut self, world: &World) {
        let episodes = &world.people.health.episodes;
        for episode in &episodes[self.episodes..] {
            if episode.infector.is_some() {
                self.outbreak[episode.person.0 as usize] = self.outbreak[episode.infector.0 as usize];
            }
            self.size[self.outbreak[episode.person.0 as usize] as usize] += 1;
        }
        self.episodes = episodes.len();
    }

    /// Somebody susceptible whom nobody has met lately.
    fn somebody(&mut self, now: Now, world: &World) -> PersonId {
        loop {
            let (person, from_tick) = self.free.pop_front().expect("people enough");
            assert!(from_tick <= now.tick, "too few people: {person:?} would be met again too soon");
            if world.people.health.stage[person] == Stage::Susceptible {
                self.free.push_back((person, now.tick + REST_TICKS));
                return person;
            }
        }
    }
}

impl Layer for Meetings {
    fn name(&self) -> &'static str {
        "meetings"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Move]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        if now.day_begins() {
            world.visits.clear();
            self.rooms_used = 0;
        }
        self.follow(world);
        let health = &world.people.health;
        let running = health.active.iter().map(|i| health.episodes[*i as usize].person);
        let mut infectious: Vec<PersonId> =
            running.filter(|person| health.infectivity[*person] > 0.0).collect();
        infectious.sort_unstable();
        for person in infectious {
            let ordered = levers.isolate.as_ref().is_some_and(|set| set.has(person));
            let at_home = ordered || levers.watches(person) && health.severity[person] > Severity::None;
            if at_home || self.size[self.outbreak[person.0 as usize] as usize] >= self.most {
                continue;
            }
            let sociable =
                Draw::new(now.seed, SOCIABLE, person.0, 0).gamma(self.dispersion_k) / self.dispersion_k;
            let met = Draw::new(now.seed, MEETS, person.0, now.tick).poisson(self.per_h * sociable);
            for _ in 0..met {
                let other = self.somebody(now, world);
                let room = RoomId(self.first_room + self.rooms_used);
                self.rooms_used += 1;
                assert!(self.rooms_used < ROOMS, "too few rooms");
                let start_min = now.hour() as u16 * 60;
                for person in [person, other] {
                    let visit = Visit { room, person, start_min, end_min: start_min + 60 };
                    world.visits.chunks[person.0 as usize / CHUNK].push(visit);
                }
            }
        }
    }
}

/// Persons of 40 who live alone in one zone, and rooms for their meetings.
pub fn strangers(persons: u32) -> World {
    let mut settings = vec![Setting::Household; persons as usize];
    settings.extend((0..ROOMS).map(|_| Setting::Public));
    let (ages, stays) = (vec![40; persons as usize], vec![Vec::new(); persons as usize]);
    let mut world = Crowd { ages, households: (0..=persons).collect(), settings, stays }.world();
    let city = Arc::get_mut(&mut world.city).expect("nobody else has it");
    city.zones.id.push("all".to_owned());
    city.places.kind.push(PlaceKind::Home);
    city.places.zone.push(ZoneId(0));
    let residents = Arc::get_mut(&mut world.people.residents).expect("nobody else has them");
    residents.household_home = vec![PlaceId(0); persons as usize].into();
    world
}
