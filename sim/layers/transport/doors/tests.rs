//! Lanes that follow those who come, and open as queues grow.
use super::*;
use crate::town;
use citytwin_world::{Date, DayType};

fn rule(open_lane_after_s: u32) -> CheckpointRule {
    CheckpointRule {
        kinds: vec![PlaceKind::Mall],
        coverage: 1.0,
        scan_s: 10.0,
        by_hand_s: 10.0,
        visitors_per_lane: 100,
        open_lane_after_s,
        patience_s: 7200,
        ..CheckpointRule::default()
    }
}

/// Lanes at the end, mean and longest wait in seconds on each day, of which so many come to the mall at ten.
fn days(open_lane_after_s: u32, capacity: u32, crowds: &[u32]) -> Vec<(u16, f64, u32)> {
    let mut world = town::simulation(250, Vec::new(), Vec::new()).world;
    let city = std::sync::Arc::make_mut(&mut world.city);
    city.places.capacity = vec![0, 0, 0, capacity].into();
    let mut levers = Levers::default();
    levers.checkpoints.push(rule(open_lane_after_s));
    let mut doors = Doors::default();
    let mut seen = Vec::new();
    for (day, crowd) in (0..).zip(crowds) {
        let now = |tick| Now { tick, date: Date(day as i32), day_type: DayType::Workday, seed: 5 };
        doors.set_up(now(day * 24), &mut world, &levers);
        let arrival = |person: u32| DoorArrival {
            door: 0,
            at_ds: 360_000 + person * 20,
            person: PersonId(person),
            depart_min: 590,
            metres: 800,
            passage: Passage::Entrance { mode: Mode::Walk, doors: 2 },
        };
        doors.queue(&mut (0..*crowd).map(arrival).collect());
        let mut waits = Vec::new();
        doors.serve(now(day * 24 + 10), &mut world, (&levers, &Board::new()), |outcome| {
            waits.push(outcome.wait_s)
        });
        let door = &world.services.doors[0];
        assert_eq!((door.scans, waits.len()), (*crowd, *crowd as usize));
        assert_eq!(door.lane_free_ds.len(), usize::from(door.lanes));
        let sum = waits.iter().map(|wait| f64::from(*wait)).sum::<f64>();
        let longest = waits.iter().copied().max().unwrap_or(0);
        seen.push((door.lanes, sum / f64::from((*crowd).max(1)), longest));
    }
    seen
}

#[test]
fn lanes_follow_the_busiest_of_the_last_seven_days() {
    let seen = days(u32::MAX, 0, &[600, 200, 900, 0, 0, 0, 0, 0, 0, 0, 5]);
    let lanes: Vec<u16> = seen.iter().map(|day| day.0).collect();
    // Seven days after the crowd of 900 nobody is known to come, so the lanes stay as they were.
    assert_eq!(lanes, [2, 6, 6, 9, 9, 9, 9, 9, 9, 9, 9]);
    let fading = days(u32::MAX, 0, &[600, 200, 50, 50, 50, 50, 50, 50, 50]);
    assert_eq!(fading.iter().map(|day| day.0).collect::<Vec<_>>(), [2, 6, 6, 6, 6, 6, 6, 6, 2]);
}

#[test]
fn a_first_day_is_staffed_for_the_place_and_opens_lanes_as_queues_grow() {
    // Two lanes pass a visitor in five seconds while one comes every two.
    let (lanes, mean_s, longest_s) = days(u32::MAX, 0, &[900])[0];
    assert!(lanes == 2 && mean_s > 1000.0 && longest_s > 2000, "{mean_s} {longest_s}");
    let (lanes, mean_s, longest_s) = days(120, 0, &[900])[0];
    assert!((5..8).contains(&lanes) && mean_s < 150.0 && longest_s <= 130, "{lanes} {mean_s} {longest_s}");
    let (lanes, mean_s, _) = days(120, 900, &[900])[0];
    assert!(lanes == 9 && mean_s < 10.0, "{lanes} {mean_s}");
}
