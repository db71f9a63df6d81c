//! Queues of made-up cases.
use super::*;
use crate::trial::{Order, record, simulation};
use citytwin_engine::{Simulation, TracedCase};

/// Hour of the run and persons of every interview of some days.
fn interviews(simulation: &mut Simulation, days: u32) -> Vec<(u32, Vec<u32>)> {
    let mut seen = Vec::new();
    for _ in 0..24 * days {
        simulation.step();
        let order = simulation.levers.tracing.clone().unwrap_or_default();
        if !order.interviews.is_empty() {
            seen.push((simulation.tick(), order.interviews.iter().map(|case| case.person.0).collect()));
        }
    }
    seen
}

fn city() -> City {
    let mut city = City::default();
    city.info.population = 50_000;
    city
}

/// Two teams in a city of 50,000, with three cases a day each.
const TEAMS: [(&str, &str); 2] = [("teams_per_100k", "4"), ("cases_per_team", "3 /d")];

#[test]
fn teams_take_one_case_after_the_other_in_working_hours() {
    let mut one = simulation(&city(), &[(&KIND, &TEAMS)]);
    (0..9).for_each(|p| one.board.tell(1, record(RecordKind::TestPositive, 90 - p, 0)));
    one.board.tell(2, record(RecordKind::TestPositive, 90, 1));
    // Six a day: one every two hours from 8 to 20 o'clock, the first known first.
    let first: Vec<(u32, Vec<u32>)> = (0..6).map(|i| (9 + 2 * i, vec![90 - i])).collect();
    assert_eq!(interviews(&mut one, 1), first);
    assert_eq!(one.levers.tracing.as_ref().map(|order| order.waiting), Some(3));
    let second: Vec<(u32, Vec<u32>)> = (0..3).map(|i| (33 + 2 * i, vec![84 - i])).collect();
    assert_eq!(interviews(&mut one, 1), second);
    let in_hour = |open, hour, per_day| super::in_hour(&open, hour, per_day);
    assert_eq!(in_hour(8..20, 8, 24.0) + in_hour(8..20, 19, 24.0), 4);
    assert_eq!((0..24).map(|hour| in_hour(open_hours(8, 20), hour, 7.3)).sum::<usize>(), 7);
    assert_eq!((0..24).map(|hour| in_hour(open_hours(0, 24), hour, 24.0)).collect::<Vec<_>>(), [1; 24]);
    assert_eq!(open_hours(20, 8), 0..24);
}

#[test]
fn the_newest_case_may_come_first_and_old_ones_are_given_up() {
    let keys = [TEAMS[0], ("cases_per_team", "0.5 /d"), ("order", "newest"), ("give_up", "2 d")];
    let mut one = simulation(&city(), &[(&KIND, &keys)]);
    for (tick, person) in [(1, 1), (2, 2), (26, 3), (27, 4), (90, 5)] {
        one.board.tell(tick, record(RecordKind::TestPositive, person, tick - 1));
    }
    let persons: Vec<u32> = interviews(&mut one, 6).into_iter().flat_map(|(_, persons)| persons).collect();
    assert_eq!(persons, [2, 4, 3, 5]);
    assert_eq!(one.levers.tracing.as_ref().map(|order| order.waiting), Some(0));
}

#[test]
fn phones_are_asked_at_once_and_sources_are_swabbed() {
    let mut one = simulation(&city(), &[(&KIND, &[("test_contacts", "true")]), (&KIND, &TEAMS)]);
    one.board.tell(2, record(RecordKind::TestPositive, 7, 1));
    one.board.tell(3, record(RecordKind::TracedSource, 8, 1));
    one.board.tell(4, record(RecordKind::TracedContact, 9, 1));
    one.board.tell(4, record(RecordKind::CoLocation, 10, 1));
    let mut seen = Vec::new();
    for _ in 0..6 {
        one.step();
        let phones = one.levers.tracing.as_ref().map_or(&[][..], |order| &order.phones);
        seen.push((phones.to_vec(), one.levers.swabs.iter().map(|p| p.0).collect::<Vec<_>>()));
    }
    let case = TracedCase { person: PersonId(7), since_tick: 1 };
    let wanted =
        [(vec![], vec![]), (vec![], vec![]), (vec![case], vec![]), (vec![], vec![8]), (vec![], vec![9])];
    assert_eq!(seen[..5], wanted);
}

#[test]
fn contacts_watch_from_the_hour_in_which_they_are_reached_until_their_term_ends() {
    let mut one = simulation(&city(), &[(&KIND, &[("watch", "2 d")])]);
    one.board.tell(3, record(RecordKind::TracedContact, 9, 1));
    one.board.tell(3, record(RecordKind::TracedSource, 10, 1));
    one.board.tell(5, record(RecordKind::TracedContact, 9, 2));
    let mut seen = Vec::new();
    for _ in 0..52 {
        one.step();
        let order = one.levers.tracing.clone().unwrap_or_default();
        assert!(!one.levers.watches(PersonId(10)));
        seen.push((one.levers.watches(PersonId(9)), order.newly_watched.len()));
    }
    let first = seen.iter().position(|seen| seen.0).expect("watches");
    assert_eq!((first, seen[first]), (3, (true, 1)));
    assert!(seen[4..].iter().all(|seen| seen.1 == 0));
    // Two days from the last company of which the board knows: what is decided at the end of hour 48 holds in hour 49.
    assert_eq!(seen.iter().rposition(|seen| seen.0), Some(48));
}

#[test]
fn a_restart_changes_nothing() {
    let orders: [Order; 1] = [(&KIND, &TEAMS)];
    let mut whole = simulation(&city(), &orders);
    (0..20).for_each(|p| whole.board.tell(1 + p, record(RecordKind::TestPositive, p, p)));
    (0..30).for_each(|_| whole.step());
    let mut resumed = simulation(&city(), &orders);
    resumed.resume(&whole.save(0), 0).expect("the same run");
    assert_eq!(interviews(&mut whole, 4), interviews(&mut resumed, 4));
}
