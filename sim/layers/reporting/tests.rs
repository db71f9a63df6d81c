//! The departments in the test town, where every event is put down by hand and the engine does the rest.
use super::*;
use crate::town;
use Department::{Communities, Employers, HealthCommission, Hospitals, Laboratories, TelecomOperators};
use citytwin_engine::{Policy, RecordKind, Scheduled, Share, Simulation};
use citytwin_world::services::{HospitalState, Swab};
use citytwin_world::{City, PlaceId, RoomId, Stage, Visit};

/// Everything is seen, at once and without error, and nobody comes from outside.
fn clear_sight() -> Vec<(String, String)> {
    let mut values = Vec::new();
    for key in KEYS {
        let value = match key.name {
            name if name.ends_with("_coverage") => "100 %",
            name if name.ends_with("_delay") && name != "statistics_delay" => "0 h",
            name if name.ends_with("_error") => "0 %",
            "arrivals_per_1000" => "0 /d",
            _ => continue,
        };
        values.push((key.name.to_owned(), value.to_owned()));
    }
    values
}

fn params(changes: &[(&str, &str)]) -> Params {
    let mut values = clear_sight();
    for (name, value) in changes {
        values.retain(|(key, _)| key != name);
        values.push(((*name).to_owned(), (*value).to_owned()));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    Params::written(KEYS, &values).expect("well written")
}

struct Sharing(Vec<Share>);

impl Policy for Sharing {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        self.0.iter().for_each(|share| levers.share(*share));
    }
}

fn scheduled(shares: &[(Department, Department)]) -> Scheduled {
    let share = |(from, to): &(Department, Department)| Share::new(*from, *to, 1);
    Scheduled {
        id: "sharing".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Sharing(shares.iter().map(share).collect())),
    }
}

/// Writes visits at midnight, since no movement runs in these tests.
struct Moves(Vec<Visit>);

impl Layer for Moves {
    fn name(&self) -> &'static str {
        "moves"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Move]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if now.day_begins() {
            world.visits.clear();
            world.visits.chunks[0].extend(&self.0);
        }
    }
}

fn simulation(keys: &[(&str, &str)], shares: &[(Department, Department)], moves: Vec<Visit>) -> Simulation {
    let layers: Vec<Box<dyn Layer>> = vec![Box::new(Moves(moves)), Box::new(Reporting::new(&params(keys)))];
    town::simulation(20, layers, vec![scheduled(shares)])
}

fn positive(person: u32, result_tick: u32) -> Swab {
    Swab { result_tick, person: PersonId(person), taken_tick: 0, positive: true }
}

fn told(simulation: &Simulation, department: Department, kind: RecordKind) -> Vec<u32> {
    let records = simulation.board.known(department).iter().filter(|record| record.kind == kind);
    let mut persons: Vec<u32> = records.map(|record| record.person.0).collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}

#[test]
fn in_silos_only_the_law_tells_the_commission_and_nobody_finds_contacts() {
    let mut simulation = simulation(&[], &[], Vec::new());
    simulation.world.services.swabs = vec![positive(4, 5), Swab { positive: false, ..positive(9, 5) }];
    simulation.run_day();
    assert_eq!(told(&simulation, HealthCommission, RecordKind::TestPositive), [4]);
    assert_eq!(told(&simulation, Laboratories, RecordKind::TestNegative), [9]);
    assert_eq!(told(&simulation, HealthCommission, RecordKind::TestNegative), Vec::<u32>::new());
    assert_eq!(simulation.board.known(Communities), []);
    assert_eq!(simulation.board.shared_count(), 0);
}

#[test]
fn shared_cases_lead_to_contacts_and_these_come_back() {
    let shares = [
        (HealthCommission, Communities),
        (HealthCommission, Employers),
        (Communities, HealthCommission),
        (Employers, HealthCommission),
    ];
    let mut simulation = simulation(&[], &shares, Vec::new());
    simulation.world.services.swabs = vec![positive(4, 2)];
    simulation.run_day();
    assert_eq!(told(&simulation, HealthCommission, RecordKind::HouseholdContact), [5, 6, 7]);
    let team: Vec<u32> = (0..80).filter(|person| person % 4 < 2 && *person != 4).collect();
    assert_eq!(told(&simulation, HealthCommission, RecordKind::ColleagueContact), team);
}

#[test]
fn phones_tell_who_was_near_for_long_enough() {
    let shares = [(HealthCommission, TelecomOperators), (TelecomOperators, HealthCommission)];
    let shop = RoomId(21);
    let stay = |person: u32, start_min: u16, end_min: u16| Visit {
        room: shop,
        person: PersonId(person),
        start_min,
        end_min,
    };
    // Persons 0, 4, 8 … have phones; 12 comes too late, 13 has none, 16 stays too short.
    let moves = vec![
        stay(4, 600, 660),
        stay(8, 640, 700),
        stay(12, 646, 700),
        stay(13, 600, 660),
        stay(16, 600, 614),
        stay(20, 500, 900),
    ];
    let seen = |keys: &[(&str, &str)]| {
        let mut simulation = simulation(keys, &shares, moves.clone());
        simulation.world.services.swabs = vec![positive(4, 30)];
        simulation.run_day();
        assert_eq!(told(&simulation, TelecomOperators, RecordKind::CoLocation), Vec::<u32>::new());
        simulation.run_day();
        told(&simulation, HealthCommission, RecordKind::CoLocation)
    };
    assert_eq!(seen(&[]), [8, 20]);
    assert_eq!(seen(&[("co_location_time", "61 min")]), Vec::<u32>::new());
    assert!(seen(&[("telecom_operators_error", "100 %")]).iter().all(|person| ![8, 20].contains(person)));
    assert_eq!(seen(&[("telecom_operators_coverage", "0 %")]), Vec::<u32>::new());
}

#[test]
fn delays_have_their_mean_and_loss_its_share() {
    let keys = [("laboratories_delay", "20 h"), ("laboratories_coverage", "50 %")];
    let mut simulation = simulation(&keys, &[], Vec::new());
    simulation.world.services.swabs = (0..80).flat_map(|p| (0..20).map(move |t| positive(p, t))).collect();
    simulation.world.services.swabs.sort_unstable();
    for _ in 0..6 {
        simulation.run_day();
    }
    let (records, mean_h) = simulation.board.observed(Laboratories);
    assert!((700..900).contains(&records), "{records}");
    assert!((mean_h - 20.0).abs() < 1.5, "{mean_h}");
}

#[test]
fn hospital_stays_deaths_and_numbers_are_published() {
    let mut simulation = simulation(&[], &[], Vec::new());
    let (a, b) = (PersonId(1), PersonId(2));
    simulation.world.services.hospitals = vec![HospitalState {
        patients: vec![a],
        icu_patients: vec![b],
        ..HospitalState::new(PlaceId(3), 4, 2)
    }];
    simulation.run_day();
    // Patients who lie there from the start are no news; leaving is.
    assert_eq!(simulation.board.known(Hospitals), []);
    struct Leave;
    impl Layer for Leave {
        fn name(&self) -> &'static str {
            "leave"
        }
        fn phases(&self) -> &'static [Phase] {
            &[Phase::Care]
        }
        fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
            let hospital = &mut world.services.hospitals[0];
            if now.tick == 3 {
                hospital.patients = vec![PersonId(9)];
                hospital.icu_patients.clear();
                world.people.health.stage[PersonId(2)] = Stage::Dead;
            }
        }
    }
    let layers: Vec<Box<dyn Layer>> = vec![Box::new(Leave), Box::new(Reporting::new(&params(&[])))];
    let mut next = town::simulation(20, layers, Vec::new());
    next.world.services.hospitals = simulation.world.services.hospitals.clone();
    next.run_day();
    next.run_day();
    assert_eq!(told(&next, Hospitals, RecordKind::Admission), [9]);
    assert_eq!(told(&next, Hospitals, RecordKind::Discharge), [1]);
    assert_eq!(told(&next, HealthCommission, RecordKind::Death), [2]);
    next.step();
    let value = |name: &str| next.board.signal(name).map(|signal| signal.value);
    assert_eq!((value("hospital_occupancy"), value("icu_occupancy")), (Some(0.25), Some(0.0)));
    assert_eq!((value("known_cases_new"), value("test_positivity")), (Some(0.0), None));
    assert_eq!(value("known_cases_per_100k"), Some(0.0));
    assert!(SIGNALS.iter().all(|signal| !signal.summary.is_empty()));
}

#[test]
fn a_restart_changes_nothing() {
    let shares = [(HealthCommission, Communities), (Communities, HealthCommission)];
    let build = || simulation(&[("communities_delay", "30 h")], &shares, Vec::new());
    let mut whole = build();
    whole.world.services.swabs = vec![positive(4, 2), positive(40, 26), positive(44, 50)];
    whole.run_day();
    whole.run_day();
    let mut resumed = build();
    resumed.resume(&whole.save(0), 0).expect("the same run");
    for _ in 0..4 {
        whole.run_day();
        resumed.run_day();
    }
    assert_eq!(whole.board, resumed.board);
    assert_eq!(whole.board.signal("known_cases_total").map(|signal| signal.value), Some(3.0));
}

/// Everybody has a red code from the start; appeals are open in the first hour, and health is asked for daily.
struct AllRed;

impl Policy for AllRed {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let persons: Vec<PersonId> = (0..80).map(PersonId).collect();
        if now.tick == 0 {
            levers.open_appeals(&persons);
        }
        levers.daily_declarations = true;
        levers.assert_codes(&Arc::new(citytwin_engine::CodeBook::filled(citytwin_engine::Code::Red, 80)));
    }
}

#[test]
fn appeals_and_declarations_go_through_the_platform_or_by_telephone_and_door() {
    let lived = |keys: &[(&str, &str)], platform_level: f32| {
        let layers: Vec<Box<dyn Layer>> = vec![Box::new(Reporting::new(&params(keys)))];
        let red = Scheduled {
            id: "red".into(),
            from_tick: 0,
            until_tick: u32::MAX,
            trigger: None,
            policy: Box::new(AllRed),
        };
        let mut simulation = town::simulation(20, layers, vec![red]);
        simulation.world.services.code_platform.level = platform_level;
        // Persons 4 and 5 are ill, and 8 is dead.
        for person in [4, 5] {
            simulation.world.people.health.severity[PersonId(person)] = citytwin_world::Severity::Mild;
        }
        simulation.world.people.health.stage[PersonId(8)] = Stage::Dead;
        simulation.run_day();
        let asked = simulation.world.services.code_platform.clone();
        simulation.step();
        (simulation, asked.requests, asked.failed)
    };
    let all = [("appeal_share", "100 %"), ("hotline_share", "0 %"), ("declaration_share", "100 %")];
    let (simulation, requests, failed) = lived(&all, 1.0);
    let phones = |skip: &[u32]| (0..80).step_by(4).filter(|p| !skip.contains(p)).collect::<Vec<u32>>();
    assert_eq!(told(&simulation, HealthCommission, RecordKind::Appeal), phones(&[4, 8]));
    assert_eq!(told(&simulation, Department::Citizens, RecordKind::WellReport), phones(&[4, 8]));
    assert_eq!(told(&simulation, Department::Citizens, RecordKind::SymptomReport), [4]);
    assert_eq!(told(&simulation, Communities, RecordKind::SymptomReport), [5]);
    assert_eq!(told(&simulation, Communities, RecordKind::WellReport).len(), 59);
    assert_eq!((requests, failed), (18 + 19, 0));
    // A silent platform takes nothing; who gets through by telephone may be anybody.
    let (simulation, requests, failed) = lived(&[all[0], ("hotline_share", "100 %"), all[2]], 0.0);
    assert_eq!(told(&simulation, HealthCommission, RecordKind::Appeal).len(), 77);
    assert_eq!(told(&simulation, Department::Citizens, RecordKind::WellReport), Vec::<u32>::new());
    assert_eq!((requests, failed), (37, 37));
    // Who is ill and doesn't say so declares to be well.
    let (simulation, ..) = lived(&[all[0], all[1], all[2], ("citizens_coverage", "0 %")], 1.0);
    assert!(told(&simulation, Communities, RecordKind::WellReport).contains(&5));
}

#[test]
fn known_cases_are_counted_by_zone_for_seven_days() {
    let mut simulation = simulation(&[("statistics_delay", "0 h")], &[], Vec::new());
    let mut city = (*simulation.world.city).clone();
    for id in ["here", "elsewhere"] {
        city.zones.id.push(id.to_owned());
    }
    simulation.world.city = Arc::new(city);
    simulation.world.services.swabs = vec![positive(4, 5), positive(9, 5), positive(4, 30), positive(7, 60)];
    let mut seen = Vec::new();
    for _ in 0..11 {
        simulation.run_day();
        simulation.board.arrive(simulation.tick(), &[]);
        let counts = simulation.board.zone_counts("known_cases_7d").expect("told daily");
        assert_eq!((counts.counts[1], counts.as_of_tick), (0, simulation.tick() - 1));
        seen.push(counts.counts[0]);
    }
    assert_eq!(seen, [2, 2, 3, 3, 3, 3, 3, 1, 1, 0, 0]);
    assert_eq!(simulation.board.zone_counts("residents").map(|r| r.counts.clone()), Some(vec![80, 0]));
}

mod tracing;
mod travels;
