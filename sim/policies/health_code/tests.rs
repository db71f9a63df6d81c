//! The health code on boards written by hand, through the engine's own step.
use super::*;
use crate::trial::{built, record, simulation};
use citytwin_engine::{Record, RecordKind, Share, Simulation};

const DAY: u32 = 24;

fn codes(simulation: &Simulation, persons: u32) -> Vec<Code> {
    (0..persons).map(|person| simulation.levers.code(PersonId(person))).collect()
}

fn run_until(simulation: &mut Simulation, tick: u32) {
    while simulation.tick() < tick {
        simulation.step();
    }
}

#[test]
fn colours_end_when_their_term_is_over_and_the_stricter_one_shows() {
    let keys = [("update", "hourly"), ("test_positive_days", "2 d"), ("symptom_report_days", "3 d")];
    let mut simulation = simulation(&City::default(), &[(&KIND, &keys)]);
    simulation.board.tell(5, record(RecordKind::TestPositive, 1, 0));
    simulation.board.tell(5, record(RecordKind::SymptomReport, 1, 0));
    simulation.board.tell(5, record(RecordKind::SymptomReport, 0, 0));
    run_until(&mut simulation, 5);
    assert_eq!(codes(&simulation, 3), [Code::Green; 3]);
    run_until(&mut simulation, 6);
    assert_eq!(codes(&simulation, 3), [Code::Yellow, Code::Red, Code::Green]);
    run_until(&mut simulation, 2 * DAY - 1);
    assert_eq!(codes(&simulation, 2), [Code::Yellow, Code::Red]);
    run_until(&mut simulation, 2 * DAY);
    assert_eq!(codes(&simulation, 2), [Code::Yellow, Code::Yellow]);
    run_until(&mut simulation, 3 * DAY);
    assert_eq!(codes(&simulation, 2), [Code::Green; 2]);
}

#[test]
fn nightly_codes_wait_for_the_night() {
    let mut nightly = simulation(&City::default(), &[(&KIND, &[])]);
    let mut hourly = simulation(&City::default(), &[(&KIND, &[("update", "hourly")])]);
    for simulation in [&mut nightly, &mut hourly] {
        simulation.board.tell(3, record(RecordKind::TestPositive, 2, 1));
        run_until(simulation, 4);
    }
    assert_eq!((nightly.levers.code(PersonId(2)), hourly.levers.code(PersonId(2))), (Code::Green, Code::Red));
    run_until(&mut nightly, DAY - 1);
    assert_eq!(nightly.levers.code(PersonId(2)), Code::Green);
    run_until(&mut nightly, DAY);
    assert_eq!(nightly.levers.code(PersonId(2)), Code::Red);
}

#[test]
fn what_was_not_shared_gives_no_colour() {
    let share = Share::new(Department::Laboratories, Department::HealthCommission, 0);
    let told = Record { observer: Department::Laboratories, ..record(RecordKind::TestPositive, 4, 0) };
    let seen = |shares: &[Share]| {
        let mut board = Board::new();
        board.tell(1, told);
        board.arrive(1, shares);
        let mut levers = Levers::default();
        let now = simulation(&City::default(), &[]).now();
        built(&KIND, &[], &City::default()).decide(now, &board, &City::default(), &mut levers);
        levers.code(PersonId(4))
    };
    assert_eq!((seen(&[]), seen(&[share])), (Code::Green, Code::Red));
}

#[test]
fn the_order_of_records_does_not_matter() {
    let records = [
        record(RecordKind::TestPositive, 0, 0),
        record(RecordKind::TestPositive, 0, 30),
        record(RecordKind::CoLocation, 0, 400),
        record(RecordKind::CoLocation, 1, 10),
        record(RecordKind::HouseholdContact, 1, 20),
    ];
    let story = |order: &[Record]| {
        let mut simulation = simulation(&City::default(), &[(&KIND, &[("update", "hourly")])]);
        order.iter().for_each(|each| simulation.board.tell(1, *each));
        let mut story = Vec::new();
        for day in 0..30 {
            run_until(&mut simulation, day * DAY + 3);
            story.push(codes(&simulation, 2));
        }
        story
    };
    let mut back = records;
    back.reverse();
    assert_eq!(story(&records), story(&back));
}

#[test]
fn two_codes_show_the_stricter_colour_in_any_order() {
    let mild = [("update", "hourly"), ("test_positive", "yellow")];
    let strict = [("update", "hourly"), ("test_positive_days", "1 d")];
    for orders in [[(&KIND, &mild[..]), (&KIND, &strict[..])], [(&KIND, &strict[..]), (&KIND, &mild[..])]] {
        let mut simulation = simulation(&City::default(), &orders);
        simulation.board.tell(1, record(RecordKind::TestPositive, 3, 1));
        run_until(&mut simulation, 5);
        assert_eq!(simulation.levers.code(PersonId(3)), Code::Red);
        run_until(&mut simulation, 30);
        assert_eq!(simulation.levers.code(PersonId(3)), Code::Yellow);
    }
}

#[test]
fn a_restart_changes_nothing() {
    let keys = [("test_positive_days", "3 d")];
    let mut whole = simulation(&City::default(), &[(&KIND, &keys)]);
    for day in 0..4 {
        whole.board.tell(day * DAY + 2, record(RecordKind::TestPositive, day, day * DAY));
        whole.board.tell(day * DAY + 3, record(RecordKind::Arrival, 9, day * DAY));
    }
    run_until(&mut whole, 2 * DAY);
    let bytes = whole.save(1);
    let mut resumed = simulation(&City::default(), &[(&KIND, &keys)]);
    resumed.resume(&bytes, 1).expect("the same run");
    for tick in 2 * DAY..12 * DAY {
        run_until(&mut whole, tick);
        run_until(&mut resumed, tick);
        assert_eq!(codes(&whole, 10), codes(&resumed, 10));
    }
    assert_eq!(whole.levers.code(PersonId(0)), Code::Green);
    let mut other = built(&KIND, &keys, &City::default());
    assert!(!other.restore(&[1, 2, 3]));
}
