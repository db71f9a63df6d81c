//! Ways out of a colour, on boards written by hand and through the engine's own step.
use super::*;
use crate::trial::{record, shared_at_once, simulation};
use citytwin_engine::{Record, RecordKind, Simulation};

const DAY: u32 = 24;
const ME: u32 = 3;

/// The code of one person at noon of each day, and the days on which the person was called up or could appeal.
struct Story {
    colours: String,
    swabs: Vec<u32>,
    appeals: Vec<u32>,
}

fn begin(keys: &[(&str, &str)], records: &[(u32, Record)]) -> Simulation {
    let keys = [&[("update", "hourly"), ("test_positive_days", "6 d")][..], keys].concat();
    let mut simulation = simulation(&City::default(), &[shared_at_once(), (&KIND, &keys)]);
    records.iter().for_each(|(known_tick, record)| simulation.board.tell(*known_tick, *record));
    simulation
}

fn live(simulation: &mut Simulation, days: u32) -> Story {
    let mut story = Story { colours: String::new(), swabs: Vec::new(), appeals: Vec::new() };
    for _ in 0..days * DAY {
        let (tick, levers) = (simulation.tick(), &simulation.levers);
        if levers.swabs.contains(&PersonId(ME)) {
            story.swabs.push(tick);
        }
        if levers.appeals.contains(&PersonId(ME)) {
            story.appeals.push(tick);
        }
        if tick % DAY == 12 {
            story.colours.push(['g', 'y', 'r'][levers.code(PersonId(ME)) as usize]);
        }
        simulation.step();
    }
    story
}

fn told(kind: RecordKind, tick: u32) -> (u32, Record) {
    (tick, record(kind, ME, tick))
}

fn by(observer: Department, kind: RecordKind, tick: u32) -> (u32, Record) {
    (tick, Record { observer, ..record(kind, ME, tick) })
}

#[test]
fn negative_retests_end_a_colour_before_its_term() {
    let keys = [("retest", "release"), ("retest_after", "2 d"), ("retest_every", "24 h")];
    let positive = told(RecordKind::TestPositive, 1);
    let one = told(RecordKind::TestNegative, 60);
    let two = told(RecordKind::TestNegative, 84);
    let story = live(&mut begin(&keys, &[positive, one, two]), 7);
    assert_eq!(story.colours, "rrrrggg");
    assert_eq!(story.swabs, [2 + 48, 2 + 72], "nobody is called up once green");
    // A test that was taken before, a single one, or one between positive ones doesn't count.
    let late = (80, record(RecordKind::TestNegative, ME, 1));
    let again = told(RecordKind::TestPositive, 70);
    assert_eq!(live(&mut begin(&keys, &[positive, late, one]), 7).colours, "rrrrrrg");
    assert_eq!(live(&mut begin(&keys, &[positive, one, again, two]), 9).colours, "rrrrrrrrr");
    // What was seen before the negative tests gives no colour any more, what comes after does.
    let stale = (100, record(RecordKind::CoLocation, ME, 50));
    let fresh = told(RecordKind::CoLocation, 110);
    assert_eq!(live(&mut begin(&keys, &[positive, one, two, stale, fresh]), 6).colours, "rrrrgy");
}

#[test]
fn a_colour_may_ask_for_a_negative_test_at_its_end_but_not_for_ever() {
    let keys = [("retest", "expiry"), ("retest_negatives", "1"), ("grace", "2 d")];
    let positive = told(RecordKind::TestPositive, 1);
    let negative = told(RecordKind::TestNegative, 100);
    assert_eq!(live(&mut begin(&keys, &[positive, negative]), 9).colours, "rrrrrrggg");
    assert_eq!(live(&mut begin(&keys, &[positive]), 9).colours, "rrrrrrrrg");
}

#[test]
fn appeals_are_decided_by_the_file() {
    use Department::{Communities, HealthCommission, TelecomOperators};
    let keys = [("appeal", "true"), ("appeal_delay", "24 h"), ("appeal_right", "100 %")];
    let colours = |keys: &[(&str, &str)], evidence: &[(u32, Record)]| {
        let records = [evidence, &[by(HealthCommission, RecordKind::Appeal, 6)]].concat();
        live(&mut begin(keys, &records), 4)
    };
    let weak = [by(TelecomOperators, RecordKind::CoLocation, 1)];
    let seen_twice = [weak[0], by(Communities, RecordKind::HouseholdContact, 2)];
    let tested = [by(HealthCommission, RecordKind::TestPositive, 1)];
    let lifted = colours(&keys, &weak);
    assert_eq!((lifted.colours.as_str(), lifted.appeals), ("yggg", vec![2]));
    assert_eq!(colours(&keys, &seen_twice).colours, "rrrr");
    assert_eq!(colours(&keys, &tested).colours, "rrrr");
    // Who decides wrongly does so both ways; who may not appeal has no answer.
    let wrong = [keys[0], keys[1], ("appeal_right", "0 %")];
    assert_eq!(colours(&wrong, &weak).colours, "yyyy");
    assert_eq!(colours(&wrong, &tested).colours, "rggg");
    assert_eq!(colours(&[], &weak).colours, "yyyy");
    assert_eq!(colours(&[], &weak).appeals, Vec::<u32>::new());
}

#[test]
fn an_appeal_is_right_as_often_as_its_key_says() {
    let keys = [("update", "hourly"), ("appeal", "true"), ("appeal_delay", "1 h"), ("appeal_right", "70 %")];
    let mut simulation = simulation(&City::default(), &[(&KIND, &keys)]);
    for person in 0..2000 {
        simulation.board.tell(1, record(RecordKind::CoLocation, person, 1));
        simulation.board.tell(3, record(RecordKind::Appeal, person, 3));
    }
    simulation.run_day();
    let green = (0..2000).filter(|person| simulation.levers.code(PersonId(*person)) == Code::Green).count();
    // Three standard deviations of a binomial share of 2,000.
    assert!((1338..1462).contains(&green), "{green}");
}

#[test]
fn a_colour_ends_when_good_health_was_declared_often_enough() {
    let keys = [("declarations", "3"), ("grace", "4 d")];
    let positive = told(RecordKind::TestPositive, 1);
    let well = |days: &[u32]| {
        let records: Vec<_> = days.iter().map(|day| told(RecordKind::WellReport, day * DAY + 5)).collect();
        let mut simulation = begin(&keys, &[&[positive][..], &records].concat());
        assert!(simulation.levers.daily_declarations);
        live(&mut simulation, 11).colours
    };
    assert_eq!(well(&[1, 2, 3]), "rrrrrrggggg");
    assert_eq!(well(&[1, 2, 7]), "rrrrrrrrggg");
    assert_eq!(well(&[]), "rrrrrrrrrrg");
    assert!(!begin(&[], &[]).levers.daily_declarations);
}

#[test]
fn a_restart_in_the_middle_changes_nothing() {
    let keys = [
        ("retest", "both"),
        ("retest_after", "2 d"),
        ("appeal", "true"),
        ("appeal_right", "50 %"),
        ("declarations", "2"),
    ];
    let mut records = Vec::new();
    for person in 0..60 {
        let about = |kind, tick| (tick, record(kind, person, tick));
        records.push(about([RecordKind::TestPositive, RecordKind::CoLocation][person as usize % 2], person));
        records.push(about(RecordKind::Appeal, 30 + person));
        records.push(about(RecordKind::TestNegative, 70 + person));
        records.push(about(RecordKind::TestNegative, 100 + person));
        records.push(about(RecordKind::WellReport, 90 + 2 * person));
    }
    for stop in [1, 3, 4, 5] {
        let mut whole = begin(&keys, &records);
        for _ in 0..stop {
            whole.run_day();
        }
        let saved = whole.save(9);
        let mut resumed = begin(&keys, &records);
        resumed.resume(&saved, 9).expect("the same run");
        assert!(resumed.save(9) == saved);
        for day in stop..12 {
            whole.run_day();
            resumed.run_day();
            assert!(whole.save(9) == resumed.save(9), "stopped after {stop}, day {day}");
        }
    }
}
