//! A day in the town, checked stay by stay.
use super::{Obedience, Transport};
use crate::activity::{Activity, Habits};
use crate::town;
use citytwin_engine::{
    Board, CheckpointRule, Code, CodeBook, Layer, Levers, Now, PersonSet, Policy, Scheduled, Simulation,
};
use citytwin_world::services::Cause;
use citytwin_world::{City, PersonId, PlaceKind, Visit};
use std::sync::Arc;

fn layers() -> Vec<Box<dyn Layer>> {
    vec![Box::new(Activity::new(Habits::default())), Box::new(Transport::new(Obedience::default()))]
}

/// Levers that never change.
struct Always(Levers);

impl Policy for Always {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.clone_from(&self.0);
    }
}

pub(super) fn town(households: u32, levers: Levers) -> Simulation {
    let always = Scheduled {
        id: "always".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Always(levers)),
    };
    town::simulation(households, layers(), vec![always])
}

fn day_of(simulation: &Simulation, person: u32) -> Vec<Visit> {
    let mut visits: Vec<Visit> =
        simulation.world.visits.chunks.iter().flatten().filter(|v| v.person.0 == person).copied().collect();
    visits.sort_by_key(|v| v.start_min);
    visits
}

#[test]
fn stays_follow_each_other_and_fill_the_day_but_for_travel() {
    let mut simulation = town(500, Levers::default());
    for _ in 0..7 {
        simulation.run_day();
        for person in 0..2000 {
            let visits = day_of(&simulation, person);
            assert!(!visits.is_empty());
            assert!(visits.windows(2).all(|w| w[0].end_min <= w[1].start_min), "{visits:?}");
            let stayed: u32 = visits.iter().map(|v| u32::from(v.end_min - v.start_min)).sum();
            let under_way = 1440 - stayed;
            assert!(under_way < 240, "{visits:?}");
        }
    }
}

#[test]
fn workers_work_and_the_day_has_trips() {
    let mut simulation = town(1000, Levers::default());
    simulation.run_day();
    let trips = simulation.world.services.trips;
    let made: u64 = trips.trips.iter().sum();
    assert!((4_000..16_000).contains(&made), "{trips:?}");
    let share = trips.work_min as f64 / (2000.0 * 480.0);
    assert!((0.8..1.0).contains(&share), "{share}");
    assert_eq!(trips.departures.iter().sum::<u64>(), made);
}

fn guarded(kind: PlaceKind, refuse_all: bool, persons: usize) -> Levers {
    let mut levers = Levers::default();
    levers.checkpoints.push(CheckpointRule {
        kinds: vec![kind],
        coverage: 1.0,
        scan_s: 3.0,
        by_hand_s: 30.0,
        visitors_per_lane: 200,
        patience_s: 1800,
        ..CheckpointRule::default()
    });
    if refuse_all {
        levers.codes = Some(Arc::new(CodeBook::filled(Code::Red, persons)));
    }
    levers
}

#[test]
fn a_checkpoint_scans_everyone_and_lets_the_green_in() {
    let mut simulation = town(1000, guarded(PlaceKind::Office, false, 4000));
    simulation.run_day();
    let door = &simulation.world.services.doors[0];
    assert!(door.scans + door.balked > 1500, "{door:?}");
    assert_eq!(door.refused, 0);
    assert!(door.by_hand > 0 && door.wait_s > 0);
}

#[test]
fn red_codes_are_turned_back_and_go_home() {
    let mut simulation = town(1000, guarded(PlaceKind::Office, true, 4000));
    simulation.run_day();
    let trips = simulation.world.services.trips;
    let door = &simulation.world.services.doors[0];
    assert_eq!(u64::from(door.refused), trips.prevented[Cause::CodeRefused as usize]);
    assert_eq!(u64::from(door.balked), trips.prevented[Cause::Balked as usize]);
    let office = simulation.world.people.residents.rooms.of_place(citytwin_world::PlaceId(1)).start;
    let inside = simulation.world.visits.chunks.iter().flatten().filter(|v| v.room.0 == office).count();
    assert_eq!(inside, 0);
    for person in 0..100 {
        let last = *day_of(&simulation, person).last().unwrap();
        assert_eq!(last.room.0, simulation.world.people.residents.person[PersonId(person)].household.0);
    }
}

#[path = "checkpoint_tests.rs"]
mod checkpoints;

/// Orders that change in the middle of days, for some persons or for everybody.
struct Whims;

impl Policy for Whims {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let hour = now.hour();
        let mut isolated = PersonSet::for_ids(8000);
        for person in
            (0..8000).filter(|p| (p + now.day()).is_multiple_of(7) && (p % 24..p % 24 + 9).contains(&hour))
        {
            isolated.set(PersonId(person), true);
        }
        levers.isolate(&Arc::new(isolated));
        if now.day() == 1 && (13..15).contains(&hour) {
            levers.close(PlaceKind::Shop, 0.5);
        }
        if now.day() == 3 && hour >= 16 {
            levers.lock_down(None, 0.7);
        }
        if now.day() == 2 && hour >= 9 || now.day() >= 4 {
            let rules = guarded(PlaceKind::Mall, now.day().is_multiple_of(2), 8000);
            levers.checkpoints = rules.checkpoints;
            levers.codes = rules.codes;
        }
    }
}

#[test]
fn a_day_lived_ahead_is_the_day_lived_hour_by_hour() {
    let simulation = |transport: Transport| {
        let whims = Scheduled {
            id: "whims".into(),
            from_tick: 0,
            until_tick: u32::MAX,
            trigger: None,
            policy: Box::new(Whims),
        };
        let layers: Vec<Box<dyn Layer>> =
            vec![Box::new(Activity::new(Habits::default())), Box::new(transport)];
        let mut simulation = town::simulation(2000, layers, vec![whims]);
        simulation.world.services.trip_log_every = 3;
        simulation
    };
    let mut ahead = simulation(Transport::new(Obedience::default()));
    let mut hourly = simulation(Transport::hour_by_hour(Obedience::default()));
    for day in 0..8 {
        ahead.run_day();
        hourly.run_day();
        let sorted = |s: &Simulation| {
            let mut visits: Vec<Visit> = s.world.visits.chunks.iter().flatten().copied().collect();
            visits.sort_unstable();
            visits
        };
        assert_eq!(ahead.world.services, hourly.world.services, "day {day}");
        assert!(ahead.world.people.today == hourly.world.people.today, "day {day}");
        assert_eq!(sorted(&ahead), sorted(&hourly), "day {day}");
    }
}
