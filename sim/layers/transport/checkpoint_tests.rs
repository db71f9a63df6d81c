//! Checkpoints other than at the doors of places, and what they ask for besides a code.
use super::town;
use citytwin_engine::{
    CheckpointRule, CodeBook, Department, EpidemicMap, Levers, Share, Simulation, lever::Code,
};
use citytwin_world::services::{Cause, Door};
use citytwin_world::{PersonId, PlaceId, Sector, ZoneId};
use std::sync::Arc;

/// A thousand residents, all red, under one rule.
fn all_red(rule: CheckpointRule) -> Simulation {
    let codes = Some(Arc::new(CodeBook::filled(Code::Red, 1000)));
    town(250, Levers { checkpoints: vec![rule], codes, ..Levers::default() })
}

fn turned(simulation: &Simulation, cause: Cause) -> u64 {
    simulation.world.services.trips.prevented[cause as usize]
}

fn rule() -> CheckpointRule {
    CheckpointRule { scan_s: 1.0, by_hand_s: 1.0, visitors_per_lane: 100, ..CheckpointRule::default() }
}

/// Minutes that anybody spent at a place.
fn inside(simulation: &Simulation, place: u32) -> usize {
    let rooms = simulation.world.people.residents.rooms.of_place(PlaceId(place));
    simulation.world.visits.chunks.iter().flatten().filter(|v| rooms.contains(&v.room.0)).count()
}

#[test]
fn employers_check_the_staff_of_their_sector_and_nobody_else() {
    let mut offices = all_red(CheckpointRule { sectors: vec![Sector::Office], ..rule() });
    offices.run_day();
    let doors = &offices.world.services.doors;
    assert_eq!(doors.iter().map(|d| d.door).collect::<Vec<_>>(), [Door::Staff(PlaceId(1))]);
    assert!(doors[0].scans > 400 && doors[0].refused == doors[0].scans, "{:?}", doors[0]);
    assert!(inside(&offices, 1) == 0 && inside(&offices, 2) > 50);
    let mut trade = all_red(CheckpointRule { sectors: vec![Sector::Trade], ..rule() });
    trade.run_day();
    assert!(trade.world.services.doors.is_empty() && inside(&trade, 1) > 400);
}

#[test]
fn a_border_stops_those_who_come_from_elsewhere_but_not_those_who_go_home() {
    let mut simulation = all_red(CheckpointRule { borders: vec![0, 1], ..rule() });
    let city = Arc::make_mut(&mut simulation.world.city);
    city.zones.id = vec!["homes".to_owned(), "work".to_owned()].into();
    city.places.zone = vec![ZoneId(0), ZoneId(1), ZoneId(0), ZoneId(0)].into();
    simulation.run_day();
    let border = |zone| {
        let door = Door::Border(ZoneId(zone));
        simulation.world.services.doors.iter().find(|d| d.door == door).map(|d| (d.scans, d.refused))
    };
    let (scans, refused) = border(1).expect("a border");
    assert!(scans > 400 && refused == scans);
    assert_eq!(border(0), Some((0, 0)));
    assert!(inside(&simulation, 1) == 0 && inside(&simulation, 2) > 50);
}

#[test]
fn guards_who_are_not_there_stop_nobody() {
    let mut simulation =
        all_red(CheckpointRule { sectors: vec![Sector::Office], open_min: [0, 60], ..rule() });
    simulation.run_day();
    assert_eq!((simulation.world.services.doors[0].scans, turned(&simulation, Cause::CodeRefused)), (0, 0));
    assert!(inside(&simulation, 1) > 400);
}

#[test]
fn forged_codes_pass_unless_they_are_found() {
    let forged = |found: f32| {
        let sectors = vec![Sector::Office];
        let mut simulation = all_red(CheckpointRule { sectors, forged: 0.5, forgery_found: found, ..rule() });
        simulation.run_day();
        let door = simulation.world.services.doors[0].clone();
        assert_eq!(door.forged + door.refused, door.scans);
        f64::from(door.forged) / f64::from(door.scans)
    };
    assert!((forged(0.0) - 0.5).abs() < 0.1 && (forged(0.6) - 0.2).abs() < 0.08);
    assert_eq!(forged(1.0), 0.0);
}

#[test]
fn a_test_opens_the_door_for_its_time_and_who_has_none_is_sent_to_one() {
    let sectors = vec![Sector::Office];
    let rule = CheckpointRule { sectors, test_valid_ticks: 48, sends_to_test: true, ..rule() };
    let (from, to) = (Department::Laboratories, Department::HealthCommission);
    let sharing = vec![Share::new(from, to, 0)];
    let mut simulation = town(250, Levers { checkpoints: vec![rule], sharing, ..Levers::default() });
    let even: Vec<PersonId> = (0..1000).step_by(2).map(PersonId).collect();
    simulation.board.tell_negatives(1, 0, &even);
    let mut passed = Vec::new();
    for _ in 0..4 {
        simulation.run_day();
        let door = &simulation.world.services.doors[0];
        assert_eq!(u64::from(door.no_test), turned(&simulation, Cause::NoTest));
        passed.push(door.scans - door.no_test);
        let sent = std::mem::take(&mut simulation.world.services.sent_to_test);
        assert!(sent.len() as u32 == door.no_test && sent.iter().all(|p| passed.len() > 2 || p.0 % 2 == 1));
    }
    // Half of those at work are even; what was taken on Monday at midnight is too old from Wednesday on.
    assert!(passed[0] > 200 && passed[1] > 200 && passed[2] == 0 && passed[3] == 0, "{passed:?}");
}

#[test]
fn the_cautious_with_a_phone_shun_what_the_map_shows() {
    let map = |caution: f32| {
        let map = EpidemicMap { shunned: vec![0], caution, ..EpidemicMap::default() };
        let mut simulation = town(250, Levers { map: Some(Arc::new(map)), ..Levers::default() });
        simulation.run_day();
        (turned(&simulation, Cause::Shunned), inside(&simulation, 2))
    };
    let ((none, shops), (some, fewer)) = (map(0.0), map(1.0));
    assert_eq!(none, 0);
    // One in four has a phone, and one in four trips to shops is put off.
    assert!(some > 10 && fewer < shops, "{some} {fewer} {shops}");
}

#[test]
fn work_lost_adds_up_by_cause_and_sector() {
    let levers = Levers { remote_share: [1.0; Sector::COUNT], ..Levers::default() };
    for levers in [levers, Levers { closed: [0.3; 22], ..Levers::default() }, Levers::default()] {
        let mut simulation = town(250, levers);
        simulation.run_day();
        let trips = simulation.world.services.trips;
        let sum = |list: &[u64]| list.iter().sum::<u64>();
        assert_eq!(sum(&trips.work_by_sector_min), trips.work_min);
        let lost = sum(&trips.lost_by_cause_min);
        assert_eq!(trips.work_planned_min, trips.work_min + lost + trips.lost_late_min);
        assert_eq!(sum(&trips.lost_by_sector_min), lost - trips.lost_by_cause_min[Cause::Remote as usize]);
        assert_eq!(trips.lost_wrongly_min, 0);
    }
    let sectors = vec![Sector::Office];
    let mut refused = all_red(CheckpointRule { sectors, ..rule() });
    refused.run_day();
    let trips = refused.world.services.trips;
    assert_eq!(trips.lost_wrongly_min, trips.lost_by_cause_min[Cause::CodeRefused as usize]);
    assert!(trips.lost_wrongly_min > 100_000 && trips.work_min == 0);
    let door = &refused.world.services.doors[0];
    assert_eq!(door.staffed_min, u32::from(door.lanes) * 1440);
}
