//! A day in the town, checked stay by stay.
use super::{Obedience, Transport};
use crate::activity::{Activity, Habits};
use crate::town;
use citytwin_engine::{
    Board, CheckpointRule, Code, CodeBook, Layer, Levers, Now, Policy, Scheduled, Simulation,
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

fn town(households: u32, levers: Levers) -> Simulation {
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
        refuse_from: Code::Red,
        paper_allowed: true,
        patience_s: 1800,
        diligence: 1.0,
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
