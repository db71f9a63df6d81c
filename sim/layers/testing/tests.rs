//! Testing on a handful of people whose infections are written by hand.
use super::*;
use citytwin_engine::{Calendar, Scheduled, Simulation};
use citytwin_world::health::{Episode, Severity};
use citytwin_world::id::{PlaceId, RoomId};
use citytwin_world::population::Today;
use citytwin_world::{Date, Health, Setting};

/// The engine with this layer alone; every person is infected on day 0 and has symptoms on day 4.
fn simulation(persons: u32, keys: &[(&str, &str)], order: TestingOrder) -> Simulation {
    let mut world = World::default();
    world.people.today = vec![Today::at_home(RoomId(0)); persons as usize].into();
    world.people.health = Health::healthy(persons as usize);
    let health = &mut world.people.health;
    for person in 0..persons {
        health.episode_of[PersonId(person)] = person;
        health.active.push(person);
        health.stage[PersonId(person)] = Stage::Infectious;
        health.episodes.push(Episode {
            person: PersonId(person),
            infector: PersonId::NONE,
            room: RoomId::NONE,
            place: PlaceId::NONE,
            setting: Setting::Imported,
            variant: 0,
            worst: Severity::Mild,
            fatal: false,
            infected_tick: 0,
            infected_min: 0,
            infectious_tick: 48,
            symptoms_tick: 4 * 24 + 10,
            severe_tick: NEVER,
            critical_tick: NEVER,
            end_tick: 20 * 24,
            infectiousness: 1.0,
        });
    }
    struct Order(TestingOrder);
    impl citytwin_engine::Policy for Order {
        fn decide(&mut self, _: Now, _: &Board, _: &citytwin_world::City, levers: &mut Levers) {
            levers.test(self.0);
        }
    }
    let params = Params::written(KEYS, keys).expect("well written");
    let policy = Scheduled {
        id: "testing".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Order(order)),
    };
    let calendar = Calendar { start: Date(0), holidays: Default::default() };
    Simulation::new(world, vec![Box::new(Testing::new(&params))], vec![policy], calendar, 11)
}

/// Tests done and positive on each day.
fn days(simulation: &mut Simulation, days: usize) -> Vec<(u64, u64)> {
    let tally = |simulation: &mut Simulation| {
        simulation.run_day();
        (simulation.world.services.tests_done, simulation.world.services.tests_positive)
    };
    (0..days).map(|_| tally(simulation)).collect()
}

const ALONE: (&str, &str) = ("other_illness_per_1000", "0 /d");

#[test]
fn the_curve_decides_how_many_are_found() {
    let order =
        TestingOrder { symptomatic_share: 1.0, delay_h: 24, capacity_per_day: 0, ..TestingOrder::default() };
    let mut simulation = simulation(4000, &[ALONE, ("laboratory_time", "24 h")], order);
    let seen = days(&mut simulation, 7);
    assert_eq!(seen.iter().map(|day| day.0).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 4000, 0]);
    // Taken 4 days and 10 hours after infection: .79 to .77.
    let share = seen[5].1 as f64 / 4000.0;
    assert!((share - 0.7817).abs() < 0.02, "{share}");
}

#[test]
fn full_laboratories_make_people_wait_and_then_give_up() {
    let order = TestingOrder {
        symptomatic_share: 1.0,
        delay_h: 24,
        capacity_per_day: 100,
        ..TestingOrder::default()
    };
    let mut simulation = simulation(1000, &[ALONE, ("give_up", "3 d")], order);
    let seen: Vec<u64> = days(&mut simulation, 11).iter().map(|day| day.0).collect();
    assert_eq!(seen, [0, 0, 0, 0, 0, 100, 100, 100, 100, 0, 0]);
}

#[test]
fn others_are_tested_too_and_seldom_positive_and_a_restart_changes_nothing() {
    let order =
        TestingOrder { symptomatic_share: 0.5, delay_h: 30, capacity_per_day: 0, ..TestingOrder::default() };
    let keys = [("other_illness_per_1000", "20 /d"), ("specificity", "90 %")];
    let build = || {
        let mut simulation = simulation(10_000, &keys, order);
        simulation.world.people.health = Health::healthy(10_000);
        simulation
    };
    let mut whole = build();
    let first = days(&mut whole, 12);
    let (done, positive) = first.iter().fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    assert!((900..1300).contains(&done), "{done}");
    assert!((60..160).contains(&positive), "{positive}");
    let mut resumed = build();
    resumed.resume(&whole.save(3), 3).expect("the same run");
    assert_eq!(days(&mut whole, 5), days(&mut resumed, 5));
    let mut none = simulation(100, &[ALONE], TestingOrder::default());
    assert!(days(&mut none, 8).iter().all(|day| day.0 == 0));
    assert_eq!(KEYS.iter().flat_map(KeySpec::faults).next(), None);
}

#[test]
fn every_day_with_symptoms_is_a_chance_until_one_test_is_positive() {
    let order = TestingOrder { symptomatic_per_day: 0.2, ..TestingOrder::default() };
    let keys = [ALONE, ("sensitivity", "100 %"), ("laboratory_time", "0 h")];
    let mut simulation = simulation(4000, &keys, order);
    // Symptoms begin on day 4 at ten: first swabs on the morning of day 5.
    let seen: Vec<(u64, u64)> = days(&mut simulation, 12);
    assert!(seen[..5].iter().all(|day| *day == (0, 0)), "{seen:?}");
    let mut left = 4000.0f64;
    for (done, positive) in &seen[5..] {
        assert_eq!(done, positive);
        assert!((*done as f64 - 0.2 * left).abs() < 4.0 * (0.16 * left).sqrt(), "{done} of {left}");
        left -= *done as f64;
    }
    // Tonight's bookings for tomorrow are drawn already.
    assert!(simulation.world.services.confirmed.len() as f64 >= 4000.0 - left);
}

#[test]
fn screening_finds_the_infectious_without_symptoms() {
    let order = TestingOrder { screening_per_day: 0.1, ..TestingOrder::default() };
    let keys = [ALONE, ("sensitivity", "50 %"), ("specificity", "100 %"), ("laboratory_time", "0 h")];
    let mut simulation = simulation(10_000, &keys, order);
    // Infectious from day 2 on.
    let seen = days(&mut simulation, 4);
    assert_eq!((seen[0].0, seen[1].1), (0, 0));
    let share = seen[2].1 as f64 / seen[2].0 as f64;
    assert!(
        (880..1120).contains(&seen[1].0) && (880..1120).contains(&seen[2].0) && (share - 0.5).abs() < 0.06,
        "{seen:?}"
    );
}

#[test]
fn who_is_called_up_is_swabbed_in_the_next_hour_as_far_as_laboratories_have_room() {
    struct CallUp;
    impl citytwin_engine::Policy for CallUp {
        fn decide(&mut self, now: Now, _: &Board, _: &citytwin_world::City, levers: &mut Levers) {
            if now.tick == 6 * 24 + 8 {
                levers.call_up(&(0..60).map(PersonId).collect::<Vec<_>>());
                levers.call_up(&[PersonId(7), PersonId(900)]);
            }
            levers.testing.capacity_per_day = 40;
        }
    }
    let keys = [("other_illness_per_1000", "0 /d"), ("laboratory_time", "6 h")];
    let mut simulation = simulation(60, &keys, TestingOrder::default());
    simulation.world.people.health.stage[PersonId(0)] = Stage::Dead;
    let world = std::mem::take(&mut simulation.world);
    let params = Params::written(KEYS, &keys).expect("well written");
    let policy = Scheduled {
        id: "call-up".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(CallUp),
    };
    let calendar = Calendar { start: Date(0), holidays: Default::default() };
    let mut called =
        Simulation::new(world, vec![Box::new(Testing::new(&params))], vec![policy], calendar, 11);
    let seen = days(&mut called, 9);
    let done: Vec<u64> = seen.iter().map(|day| day.0).collect();
    // The dead are not swabbed, nobody twice, and those beyond the day's room wait for the next one.
    assert_eq!(done, [0, 0, 0, 0, 0, 0, 40, 19, 0]);
    let positive: u64 = seen.iter().map(|day| day.1).sum();
    assert!((20..59).contains(&positive), "{positive}");
}
