//! A village of a few hundred people with a plain contagion, for this crate's tests.
use crate::provenance::Inputs;
use crate::run::Job;
use crate::tables::Wanted;
use citytwin_engine::CheckpointRule;
use citytwin_engine::lever::{Code, CodeBook};
use citytwin_engine::{Board, Calendar, Layer, Levers, Now, Phase, Policy, Scheduled, Simulation};
use citytwin_world::city::{City, Zones};
use citytwin_world::health::{Episode, NEVER, Severity, Stage};
use citytwin_world::id::Key;
use citytwin_world::places::{Places, Rooms};
use citytwin_world::residents::{Occupation, Resident, Residents, SLOTS};
use citytwin_world::services::{Door, DoorTally, HospitalState};
use citytwin_world::*;
use std::sync::Arc;

const PERSONS: u32 = 600;

/// Everyone infected infects, on the third day after, the two next persons.
struct Contagion;

impl Layer for Contagion {
    fn name(&self) -> &'static str {
        "contagion"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Care]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        if !now.day_ends() {
            return;
        }
        let mut draw = Draw::new(now.seed, 7, 0, now.tick);
        let extra = draw.below(3);
        world.services.trips.trips[0] = 100 + u64::from(now.day());
        world.services.trips.minutes[0] = 6000;
        world.services.trips.departures[8] = 100;
        if !levers.checkpoints.is_empty() {
            world.services.doors = vec![door(now.day())];
        }
        let health = &mut world.people.health;
        if now.day() == 0 {
            infect(health, now, 0, u32::MAX);
        }
        let sources: Vec<u32> =
            health.episodes.iter().filter(|e| e.infected_tick + 72 == now.tick).map(|e| e.person.0).collect();
        for person in sources {
            for next in 1..=3 + extra {
                infect(health, now, (person * 2 + next) % PERSONS, person);
            }
        }
        for episode in &health.episodes {
            if episode.end_tick == now.tick {
                let end = if episode.fatal { Stage::Dead } else { Stage::Recovered };
                health.stage[episode.person] = end;
            }
        }
    }
}

fn door(day: u32) -> DoorTally {
    DoorTally {
        arrivals_by_weekday: [0; 7],
        door: Door::Place(PlaceId(0)),
        kind: PlaceKind::Mall,
        lanes: 2,
        lane_free_ds: vec![],
        scans: 10 + day,
        refused: 1,
        no_code: 1,
        by_hand: 2,
        staffed_min: 0,
        no_test: 0,
        forged: 0,
        balked: 0,
        wait_s: 600,
        wait_max_s: 90,
        refused_infectious: 1,
        admitted_infectious: 0,
    }
}

fn infect(health: &mut Health, now: Now, person: u32, infector: u32) {
    let person = PersonId(person);
    if health.stage[person] != Stage::Susceptible {
        return;
    }
    health.stage[person] = Stage::Infectious;
    health.episode_of[person] = health.episodes.len() as u32;
    health.episodes.push(Episode {
        person,
        infector: PersonId(infector),
        room: RoomId(person.0 / 3),
        place: if infector == u32::MAX { PlaceId::NONE } else { PlaceId(person.0 % 2) },
        setting: if infector == u32::MAX { Setting::Imported } else { Setting::Household },
        variant: 0,
        worst: Severity::Mild,
        fatal: person.0 % 5 == 3,
        infected_tick: now.tick,
        infected_min: 1430,
        infectious_tick: now.tick + 24,
        symptoms_tick: NEVER,
        severe_tick: NEVER,
        critical_tick: NEVER,
        end_tick: now.tick + 96,
        infectiousness: 1.0,
    });
}

/// Red for every tenth person from day 2 on; remembers how often it decided.
struct Codes(u32);

impl Policy for Codes {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        self.0 += 1;
        let book: Vec<Code> =
            (0..PERSONS).map(|p| if p % 10 == 0 { Code::Red } else { Code::Green }).collect();
        levers.assert_codes(&Arc::new(CodeBook::from(book)));
        levers.checkpoints.push(CheckpointRule {
            kinds: vec![PlaceKind::Mall],
            coverage: 1.0,
            scan_s: 3.0,
            by_hand_s: 30.0,
            visitors_per_lane: 100,
            patience_s: 900,
            ..CheckpointRule::default()
        });
    }
    fn memory(&self) -> Vec<u8> {
        self.0.to_le_bytes().to_vec()
    }
    fn restore(&mut self, memory: &[u8]) -> bool {
        memory.try_into().map(|bytes| self.0 = u32::from_le_bytes(bytes)).is_ok()
    }
}

fn city() -> City {
    let zones = Zones {
        id: vec!["north".to_owned(), "south, \"old\"".to_owned()].into(),
        lon: vec![-51.2, -51.1].into(),
        lat: vec![-30.0, -30.1].into(),
        area_km2: vec![1.0, 2.0].into(),
        ..Zones::default()
    };
    let places = Places {
        id: vec!["a".to_owned(), "b".to_owned()].into(),
        kind: vec![PlaceKind::Home, PlaceKind::Home].into(),
        zone: vec![ZoneId(0), ZoneId(1)].into(),
        lon: vec![-51.2, -51.1].into(),
        lat: vec![-30.0, -30.1].into(),
        name: vec![String::new(), "B".to_owned()].into(),
        ..Places::default()
    };
    let info = CityInfo { name: "Toytown".into(), ..CityInfo::default() };
    City { info, zones, places, hash: 7, ..City::default() }
}

fn residents() -> Residents {
    let resident = |p: u32| Resident {
        household: HouseholdId(p / 3),
        slot: {
            let mut slots = [PlaceId::NONE; SLOTS];
            slots[0] = PlaceId(p % 2);
            slots
        },
        anchor_room: RoomId::NONE,
        car_row: u32::MAX,
        anchor_start_min: 0,
        anchor_stay_min: 0,
        flags: 0,
        age: (p % 95) as u8,
        occupation: Occupation::None,
        sector: Sector::Trade,
        compliance: 0,
        income: 0,
        mode: [Mode::Walk; SLOTS],
    };
    Residents {
        person: (0..PERSONS).map(resident).collect::<Vec<_>>().into(),
        rooms: Rooms { households: PERSONS / 3, ..Rooms::default() },
        ..Residents::default()
    }
}

/// A run of so many days in the village, health codes from day 2 on.
pub fn job(days: u32, seed: u64) -> Job {
    let people = Population::at_home(Arc::new(residents()));
    let visits = VisitLog::for_persons(people.len());
    let mut world = World { city: Arc::new(city()), people, visits, ..World::default() };
    let hospital = HospitalState::new(PlaceId::from_index(1), 10, 2);
    world.services.hospitals = vec![HospitalState { patients: vec![PersonId(1)], ..hospital }];
    let calendar = Calendar { start: Date(18_281), holidays: Arc::default() };
    let codes = Scheduled {
        id: "codes".into(),
        from_tick: 48,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Codes(0)),
    };
    let simulation = Simulation::new(world, vec![Box::new(Contagion)], vec![codes], calendar, seed);
    let inputs =
        Inputs { scenario: "toy".into(), caption: "A toy.".into(), scenario_hash: 5, ..Inputs::default() };
    Job {
        simulation,
        days,
        inputs,
        metrics: vec![],
        tables: Wanted { names: vec!["infections".into()], aggregates: true },
        trips_every: 0,
        trajectories: None,
        setup_s: 0.0,
        size: None,
        load_s: 0.0,
    }
}
