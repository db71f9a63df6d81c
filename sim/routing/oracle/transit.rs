//! A plain search over (stop, rides so far, came by a vehicle or on foot) that looks at every trip of every day.

use crate::{Access, Departure, Journey, Profile, Ride, Rounds, Span, Timetable, Transfers, TripTable, Wait};
use proptest::prelude::*;

const STOPS: usize = 6;
const DAY_S: i64 = 86_400;

#[derive(Clone, Debug, Default)]
struct Case {
    first: Vec<u32>,
    stop: Vec<u32>,
    arrival_s: Vec<u32>,
    departure_s: Vec<u32>,
    days: Vec<u8>,
    walks: Vec<(u32, u32, u32)>,
    access: Vec<Access>,
    change_s: u32,
}

impl Case {
    fn table(&self) -> TripTable<'_> {
        TripTable {
            stop_count: STOPS,
            first: &self.first,
            stop: &self.stop,
            arrival_s: &self.arrival_s,
            departure_s: &self.departure_s,
            days: &self.days,
        }
    }

    /// Every ride there is on a day, as (stop, departure, stop, arrival).
    fn rides(&self, weekday: u8) -> Vec<(u32, i64, u32, i64)> {
        let mut rides = Vec::new();
        for trip in 0..self.days.len() {
            let calls = self.first[trip] as usize..self.first[trip + 1] as usize;
            for nights in 0..8 {
                let service_day = (i64::from(weekday) - nights).rem_euclid(7);
                if self.days[trip] >> service_day & 1 == 0 {
                    continue;
                }
                for board in calls.clone() {
                    for alight in board + 1..calls.end {
                        let leaves = i64::from(self.departure_s[board]) - nights * DAY_S;
                        let arrives = i64::from(self.arrival_s[alight]) - nights * DAY_S;
                        rides.push((self.stop[board], leaves, self.stop[alight], arrives));
                    }
                }
            }
        }
        rides
    }

    /// Earliest arrival by a vehicle, and by vehicle or walk, at each stop with exactly `0..=rides_max` rides.
    fn arrivals(&self, departure: Departure) -> Vec<[Vec<i64>; 2]> {
        let rides = self.rides(departure.weekday);
        let mut any = vec![i64::MAX; STOPS];
        for a in &self.access {
            let at = &mut any[a.stop as usize];
            *at = (*at).min(i64::from(departure.depart_s) + i64::from(a.walk_s));
        }
        let mut rounds = vec![[vec![i64::MAX; STOPS], any]];
        for round in 1..=departure.rides_max {
            let before = &rounds[round as usize - 1][1];
            let change_s = if round == 1 { 0 } else { i64::from(self.change_s) };
            let mut by_ride = vec![i64::MAX; STOPS];
            for &(board, leaves, alight, arrives) in &rides {
                let waiting = before[board as usize];
                if waiting != i64::MAX && waiting + change_s <= leaves {
                    by_ride[alight as usize] = by_ride[alight as usize].min(arrives);
                }
            }
            let mut any = by_ride.clone();
            for &(a, b, walk_s) in &self.walks {
                if by_ride[a as usize] != i64::MAX {
                    any[b as usize] = any[b as usize].min(by_ride[a as usize] + i64::from(walk_s));
                }
            }
            rounds.push([by_ride, any]);
        }
        rounds
    }
}

/// Times near a midnight, in few distinct values, so that connections, ties and overtaking are common.
fn cases() -> impl Strategy<Value = Case> {
    let call = (0..STOPS as u32, 0_u32..4, 0_u32..2);
    let days = prop::sample::select(vec![0_u8, 1, 2, 64, 65, 31, 127]);
    let start = prop::sample::select(vec![10_u32, 300, 86_300, 86_400, 90_000, 180_000]);
    let trip = (prop::collection::vec(call, 2..6), days, start, 0_u32..30, any::<bool>());
    let trips = prop::collection::vec(trip, 1..14);
    let walks = prop::collection::vec((0..STOPS as u32, 0..STOPS as u32, 1_u32..300), 0..8);
    let access = prop::collection::vec((0..STOPS as u32, 0_u32..200), 1..3);
    (trips, walks, access, prop::sample::select(vec![0_u32, 60])).prop_map(
        |(trips, walks, access, change_s)| {
            let access = access.into_iter().map(|(stop, walk_s)| Access { stop, walk_s }).collect();
            let mut case = Case { walks, access, change_s, first: vec![0], ..Case::default() };
            let mut stops: Vec<u32> = Vec::new();
            for (calls, days, start, delay, again) in trips {
                let mut now = start + delay * 20;
                // Often the same stops as the trip before, so that patterns have several trips.
                if !again || stops.is_empty() {
                    stops = calls.iter().map(|c| c.0).collect();
                }
                for (index, &stop) in stops.iter().enumerate() {
                    let (_, drive, wait) = calls[index % calls.len()];
                    case.stop.push(stop);
                    case.arrival_s.push(now + drive * 60);
                    now += drive * 60 + wait * 30;
                    case.departure_s.push(now);
                }
                case.first.push(case.stop.len() as u32);
                case.days.push(days);
            }
            case
        },
    )
}

fn finite(time_s: i64) -> Option<u32> {
    u32::try_from(time_s).ok()
}

/// The rides of a journey follow each other and a ride on the timetable arrives when the search said.
fn check_ride(
    timetable: &Timetable,
    journey: &Journey,
    departure: Departure,
    arrival_s: u32,
) -> Result<(), TestCaseError> {
    let mut boardings = Vec::new();
    let ridden = timetable.ride(journey, departure.depart_s, departure.weekday, &mut boardings);
    prop_assert_eq!(ridden, Some(arrival_s));
    prop_assert_eq!(boardings.len(), journey.rides.len());
    // The search knows all lines, so taking any line can't be faster at the time it was asked for.
    let any = timetable.ride_any_line(&journey.rides, departure.depart_s, departure.weekday, |_| ());
    prop_assert_eq!(any.map(|s| s + journey.egress_s), Some(arrival_s));
    let mut now_s = departure.depart_s;
    let (mut waits, mut together) = (Vec::new(), Vec::new());
    for (boarding, ride) in boardings.iter().zip(&journey.rides) {
        let walked_s = now_s + ride.walk_s;
        let late = boarding.board_s.saturating_add(100_000);
        waits.extend([boarding.board_s, late, walked_s].map(|from_s| Wait { ride: *ride, from_s }));
        prop_assert!(walked_s <= boarding.board_s && boarding.board_s <= boarding.alight_s);
        let next = timetable.next_trip(ride.pattern, ride.board, boarding.board_s, departure.weekday);
        prop_assert_eq!(next.map(|n| n.1), Some(boarding.board_s));
        now_s = boarding.alight_s;
    }
    // Whoever boards together with others boards what they would alone.
    timetable.board_all(&waits, departure.weekday, &mut together);
    prop_assert_eq!(together.len(), waits.len());
    for (wait, found) in waits.iter().zip(&together) {
        let mut alone = None;
        timetable.ride_each([Ride { walk_s: 0, ..wait.ride }], wait.from_s, departure.weekday, |b| {
            alone = Some(b)
        });
        prop_assert_eq!(*found, alone);
    }
    Ok(())
}

/// Taking any line at another time is as fast as the best trips between the journey's stops.
fn check_any_line(
    case: &Case,
    timetable: &Timetable,
    journey: &Journey,
    depart_s: u32,
    weekday: u8,
) -> Result<(), TestCaseError> {
    let rides = case.rides(weekday);
    let mut now_s = Some(i64::from(depart_s));
    for (number, ride) in journey.rides.iter().enumerate() {
        let stops = timetable.stops(ride.pattern);
        let (from, to) = (stops[ride.board as usize], stops[ride.alight as usize]);
        let slack_s = i64::from(ride.walk_s) + if number == 0 { 0 } else { i64::from(case.change_s) };
        now_s = now_s.and_then(|now_s| {
            let fit = rides.iter().filter(|r| r.0 == from && r.2 == to && now_s + slack_s <= r.1);
            fit.map(|r| r.3).min()
        });
    }
    let found = timetable.ride_any_line(&journey.rides, depart_s, weekday, |_| ());
    prop_assert_eq!(found.map(i64::from), now_s);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn raptor_is_exact(
        case in cases(),
        depart_s in prop::sample::select(vec![0_u32, 5, 250, 400, 3600, 86_000, 86_400]),
        weekday in 0_u8..7,
        rides_max in 0_u8..5,
        latest_s in prop::sample::select(vec![u32::MAX, 4000, 87_000]),
        later_s in prop::sample::select(vec![0_u32, 260, 320, 86_500]),
    ) {
        let timetable = Timetable::new(case.table(), case.change_s).unwrap();
        let transfers = Transfers::new(STOPS, &case.walks).unwrap();
        let departure = Departure { depart_s, weekday, latest_s, rides_max };
        let mut rounds = Rounds::default();
        let reach = rounds.one_to_all(&timetable, &transfers, &case.access, departure).unwrap();
        let expected = case.arrivals(departure);
        let in_time = |time_s: &u32| *time_s <= latest_s;
        for stop in 0..STOPS {
            let best = |by: usize| finite(expected.iter().map(|r| r[by][stop]).min().unwrap()).filter(in_time);
            prop_assert_eq!(reach.alight_s(stop as u32), best(0));
            prop_assert_eq!(reach.arrival_s(stop as u32), best(1));
            let journey = reach.journey(stop as u32);
            prop_assert_eq!(journey.is_some(), best(1).is_some());
            if let (Some(journey), Some(arrival_s)) = (journey, best(1)) {
                check_ride(&timetable, &journey, departure, arrival_s)?;
                check_any_line(&case, &timetable, &journey, later_s, weekday)?;
                let fewest = expected.iter().position(|r| finite(r[1][stop]) == Some(arrival_s));
                prop_assert_eq!(Some(journey.rides.len()), fewest);
            }
        }
        let egress = [Access { stop: 0, walk_s: 40 }, Access { stop: 3, walk_s: 0 }];
        for ride_s in [0, 300] {
            let options = egress.iter().flat_map(|e| {
                expected.iter().enumerate().skip(1).filter_map(move |(round, r)| {
                    let alight_s = finite(r[0][e.stop as usize]).filter(in_time)?;
                    Some((alight_s + e.walk_s + ride_s * round as u32, round))
                })
            });
            let found = reach.journey_to(&egress, ride_s);
            let cost = found.as_ref().map(|(j, at)| (at + ride_s * j.rides.len() as u32, j.rides.len()));
            prop_assert_eq!(cost, options.min());
            if let Some((journey, arrival_s)) = found {
                check_ride(&timetable, &journey, departure, arrival_s)?;
            }
        }
    }
}

proptest! {
    #[test]
    fn broken_tables_never_panic(
        first in prop::collection::vec(0_u32..12, 0..5),
        calls in prop::collection::vec((0_u32..8, prop::sample::select(vec![0, 5, 90_000, u32::MAX])), 0..10),
        days in prop::collection::vec(any::<u8>(), 0..4),
        rides in prop::collection::vec((0_u32..4, 0_u32..9, 0_u32..9, any::<u32>()), 0..4),
    ) {
        let (stop, time_s): (Vec<u32>, Vec<u32>) = calls.into_iter().unzip();
        let case = Case { first, stop, arrival_s: time_s.clone(), departure_s: time_s, days, ..Case::default() };
        let Ok(timetable) = Timetable::new(case.table(), u32::MAX) else { return Ok(()) };
        let ride = |(pattern, board, alight, walk_s)| Ride { pattern, board, alight, walk_s };
        let rides: Vec<Ride> = rides.into_iter().map(ride).collect();
        timetable.ride_each(rides.iter().copied(), u32::MAX, 9, |_| ());
        timetable.ride_any_line(&rides, 3, 0, |_| ());
        let mut rounds = Rounds::default();
        let access = [Access { stop: 7, walk_s: 0 }, Access { stop: 0, walk_s: u32::MAX }];
        let none = Transfers::none(STOPS);
        prop_assert!(rounds.one_to_all(&timetable, &none, &access, Departure::new(0, 0)).is_err());
        let reach = rounds.one_to_all(&timetable, &none, &access[1..], Departure::new(9, 0)).unwrap();
        prop_assert_eq!(reach.journey(u32::MAX), None);
        prop_assert_eq!(reach.journey_to(&access, u32::MAX), None);
    }
}

#[test]
fn faults_are_named() {
    let case = Case {
        first: vec![0, 2],
        stop: vec![0, 1],
        arrival_s: vec![50, 40],
        departure_s: vec![50, 40],
        days: vec![1],
        ..Case::default()
    };
    assert!(Timetable::new(case.table(), 0).is_err());
    let late = Case { arrival_s: vec![50, 700_000], departure_s: vec![50, 700_000], ..case.clone() };
    assert!(Timetable::new(late.table(), 0).is_err());
    let short = Case { first: vec![0, 1], ..case.clone() };
    assert!(Timetable::new(short.table(), 0).is_err());
    let fine = Case { arrival_s: vec![50, 60], departure_s: vec![50, 60], ..case };
    let timetable = Timetable::new(fine.table(), 0).unwrap();
    assert_eq!(timetable.next_trip(0, 0, 50, 0), Some((0, 50)));
    assert_eq!(timetable.next_trip(0, 0, 51, 0), None);
    assert_eq!(timetable.next_trip(0, 0, 50, 1), None);
    assert_eq!(timetable.next_trip(0, 9, 50, 0), None);
    assert_eq!(timetable.next_trip(9, 0, 50, 9), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_profile_is_what_searches_at_all_times_find(
        case in cases(),
        first_s in prop::sample::select(vec![0_u32, 300, 86_000]),
        length_s in prop::sample::select(vec![0_u32, 200, 90_000]),
        weekday in 0_u8..7,
        rides_max in 0_u8..5,
    ) {
        let timetable = Timetable::new(case.table(), case.change_s).unwrap();
        let transfers = Transfers::new(STOPS, &case.walks).unwrap();
        let egress = [Access { stop: 0, walk_s: 40 }, Access { stop: 3, walk_s: 0 }];
        let span = Span { first_s, last_s: first_s + length_s, weekday, rides_max };
        let found = Profile::default().choices(&timetable, &transfers, &case.access, &egress, span).unwrap();
        let mut rounds = Rounds::default();
        let mut at = |depart_s: u32, rides_max: u8| {
            let departure = Departure { depart_s, weekday, latest_s: u32::MAX, rides_max };
            let reach = rounds.one_to_all(&timetable, &transfers, &case.access, departure).unwrap();
            reach.journey_to(&egress, 0).map(|(_, arrival_s)| arrival_s)
        };
        let mut times = vec![first_s, first_s + length_s / 2, span.last_s];
        times.extend(found.iter().flat_map(|c| [c.depart_s, c.depart_s + 1]).filter(|t| *t <= span.last_s));
        for depart_s in times {
            for rides in 1..=rides_max {
                let within = found.iter().filter(|c| c.depart_s >= depart_s && c.rides <= rides);
                let after = at(span.last_s + 1, rides);
                prop_assert_eq!(within.map(|c| c.arrival_s).chain(after).min(), at(depart_s, rides));
            }
        }
        let beaten = |c: &crate::Choice| found.iter().any(|d| {
            d != c && d.depart_s >= c.depart_s && d.arrival_s <= c.arrival_s && d.rides <= c.rides
        });
        prop_assert!(!found.iter().any(beaten));
    }
}
