//! The laws, day by day: persons are conserved and each in one place, beds hold their patients, infectors were
//! there, departments know nothing of the future.
mod mixes;
pub mod witness;

use crate::town::Play;
use witness::Witness;

/// Keeps the laws in a scenario whose policies act from day 3 on, and gives what was seen.
fn kept(name: &str, days: u32, changes: &[(&str, &str)]) -> Witness {
    let play = Play::of(name, days, changes).hastened(3);
    let witness = Witness::days(&mut play.simulation(1), days);
    assert!(witness.faults.is_empty(), "{name}: {:#?}", witness.faults);
    let seen = [witness.stays[0], witness.stays[1], witness.transmissions, witness.records];
    assert!(seen.iter().all(|count| *count > 100), "{name} shows too little: {seen:?}");
    witness
}

#[test]
fn a_wave_that_fills_the_hospitals() {
    let witness = kept("epidemic/baseline", 45, &[]);
    assert!(witness.patients_max > 3, "{} patients", witness.patients_max);
}

#[test]
fn codes_and_doors() {
    kept("epidemic/health-code", 25, &[]);
}

#[test]
fn codes_while_the_platform_is_down() {
    let crash =
        [("hazard.platform_crash.from", "day 6 07:00"), ("hazard.platform_crash.until", "day 6 22:00")];
    kept("epidemic/code-platform-crash", 15, &crash);
}

#[test]
fn a_crashed_platform_comes_back() {
    let crash = [
        ("hazard.platform_crash.from", "day 1 07:00"),
        ("hazard.platform_crash.until", "day 1 22:00"),
        ("hazard.platform_crash.level", "0 %"),
        ("hazard.platform_crash.recovery", "3 h"),
    ];
    let mut simulation = Play::of("epidemic/code-platform-crash", 15, &crash).hastened(0).simulation(1);
    let mut levels = Vec::new();
    for _ in 0..3 * 24 {
        simulation.step();
        levels.push(simulation.world.services.code_platform.level);
    }
    let down = |hours: std::ops::Range<usize>| levels[hours].iter().all(|level| *level == 0.0);
    let whole = |hours: std::ops::Range<usize>| levels[hours].iter().all(|level| *level == 1.0);
    assert!(whole(0..31) && down(31..46) && whole(50..72), "{levels:?}");
}

#[test]
fn isolation_of_cases_and_contacts() {
    kept("epidemic/trace-and-isolate", 25, &[]);
}

#[test]
fn cases_and_patients_in_houses_built_for_them() {
    let shelter = [
        ("policy.shelter_hospital.beds", "200"),
        ("policy.shelter_hospital.build_time", "0 d"),
        ("policy.testing.symptomatic_share", "90 %"),
    ];
    let witness = kept("epidemic/shelter-hospital", 25, &shelter);
    assert!(witness.lodgers_max == 200, "{} housed", witness.lodgers_max);
    let field = [("policy.field_hospital.beds", "30"), ("policy.field_hospital.build_time", "2 d")];
    kept("epidemic/field-hospital", 40, &field);
}

#[test]
fn contacts_in_rooms_of_their_own() {
    let rooms =
        [("policy.central_quarantine.places", "150"), ("policy.contact_tracing.teams_per_100k", "500")];
    let witness = kept("epidemic/central-quarantine", 20, &rooms);
    assert!(witness.lodgers_max == 150, "{} housed", witness.lodgers_max);
}

#[test]
fn a_lockdown_that_comes_and_goes() {
    kept("epidemic/lockdown", 25, &[]);
}

#[test]
fn a_city_that_closes_and_works_again() {
    kept("epidemic/work-resumption", 15, &[]);
    kept("epidemic/closed-evenings", 15, &[]);
}

#[test]
fn policies_that_end_at_any_hour() {
    for hour in [0, 8, 12, 18, 23] {
        let doors = [("policy.checkpoints.kinds", "[\"shop\", \"market\", \"office\", \"hospital\"]")];
        let play = Play::of("epidemic/health-code", 8, &doors).hastened(2).ended(5 * 24 + hour);
        let witness = Witness::days(&mut play.simulation(2), 8);
        assert!(witness.faults.is_empty(), "until hour {hour}: {:#?}", witness.faults);
    }
}
