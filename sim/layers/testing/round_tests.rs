//! Rounds of mass testing in the test town of eighty, with infections put down by hand.
use super::*;
use crate::town;
use citytwin_engine::{Department, RecordKind, Scheduled, ScreeningRound, Simulation};
use citytwin_world::Setting;
use citytwin_world::id::{PlaceId, RoomId};

/// Asserts a round, and tests as many a day as there may be.
struct Rounds(ScreeningRound, u32);

impl citytwin_engine::Policy for Rounds {
    fn decide(&mut self, _: Now, _: &Board, _: &citytwin_world::City, levers: &mut Levers) {
        levers.screen(self.0.clone());
        levers.test(TestingOrder { capacity_per_day: self.1, ..TestingOrder::default() });
    }
}

fn round() -> ScreeningRound {
    ScreeningRound {
        zones: vec![0],
        first_day: 0,
        swabs_per_resident: 0.5,
        age_from: 0,
        participation: 1.0,
        pool: 10,
        pool_sensitivity: 1.0,
    }
}

fn simulation(round: ScreeningRound, capacity: u32, infected: &[u32]) -> Simulation {
    let keys = [
        ("other_illness_per_1000", "0 /d"),
        ("sensitivity", "100 %"),
        ("specificity", "100 %"),
        ("laboratory_time", "24 h"),
    ];
    let params = Params::written(KEYS, &keys).expect("well written");
    let policy = Scheduled {
        id: "rounds".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Rounds(round, capacity)),
    };
    let mut simulation = town::simulation(20, vec![Box::new(Testing::new(&params))], vec![policy]);
    let health = &mut simulation.world.people.health;
    for (index, person) in (0..).zip(infected) {
        let person = PersonId(*person);
        health.episode_of[person] = index;
        health.active.push(index);
        health.stage[person] = Stage::Infectious;
        health.episodes.push(Episode {
            person,
            infector: PersonId::NONE,
            room: RoomId::NONE,
            place: PlaceId::NONE,
            setting: Setting::Imported,
            variant: 0,
            worst: Severity::None,
            fatal: false,
            infected_tick: 0,
            infected_min: 0,
            infectious_tick: 0,
            symptoms_tick: NEVER,
            severe_tick: NEVER,
            critical_tick: NEVER,
            end_tick: 20 * 24,
            infectiousness: 1.0,
        });
    }
    simulation
}

/// Of each day: swabs for tubes, tubes positive, tests of one person, positive ones.
fn days(simulation: &mut Simulation, days: u32) -> Vec<[u64; 4]> {
    let mut seen = Vec::new();
    for _ in 0..days {
        simulation.run_day();
        let s = &simulation.world.services;
        seen.push([s.pooled.swabs_today, s.pooled.positive_today, s.tests_done, s.tests_positive]);
    }
    seen
}

#[test]
fn everybody_of_a_positive_tube_is_swabbed_again() {
    // Forty a day; 3 is in a tube with 0 to 9, 57 and 58 in one with 50 to 59. Swabs of noon are read the next noon, and
    // those swabbed again then a day later.
    let mut one = simulation(round(), 0, &[3, 57, 58]);
    let wanted = [[40, 0, 0, 0], [40, 1, 0, 0], [0, 1, 10, 1], [0, 0, 10, 2], [0; 4]];
    assert_eq!(days(&mut one, 5), wanted);
}

#[test]
fn tubes_wait_for_the_laboratories_like_tests() {
    // Four tubes a day come in and three can be read; the fourth of the first day waits, and then all behind it.
    let tubes = |simulation: &Simulation| simulation.world.services.pooled.booked.clone();
    let mut one = simulation(round(), 3, &[]);
    one.run_day();
    assert_eq!(tubes(&one), [(1, 3), (2, 1)].into());
    one.run_day();
    assert_eq!(tubes(&one), [(1, 3), (2, 3), (3, 2)].into());
    one.run_day();
    assert_eq!(tubes(&one), [(2, 3), (3, 2)].into());
}

#[test]
fn who_does_not_come_is_told_and_the_young_are_not_called() {
    let mut one = simulation(ScreeningRound { age_from: 50, participation: 0.5, ..round() }, 0, &[]);
    let swabs: u64 = days(&mut one, 3).iter().map(|day| day[0]).sum();
    let known = one.board.known(Department::HealthCommission);
    assert!(
        known.iter().all(|record| record.kind == RecordKind::MissedScreening && record.person.0 % 4 >= 2)
    );
    // Half of the town is seventy years old.
    assert_eq!(swabs + known.len() as u64, 40);
    assert!((10..30).contains(&swabs), "{swabs}");
}
