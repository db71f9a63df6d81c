//! Mean waits at a door beside those of queueing theory: Poisson arrivals at lanes with one service time (M/D/c) and
//! with exponential ones (M/M/c; Erlang's second formula, 1917).
//!
//! In M/D/c whoever is served at a time has left one service time later, so the number at the door one service time on is that
//! of those who waited, and who came since (Crommelin, 1932); this gives the stationary numbers of any count of lanes,
//! and for one lane the formula of Pollaczek and Khinchine.
use super::*;
use crate::town;
use citytwin_world::draw::Draw;
use citytwin_world::{Date, DayType};

/// Service time, s: so long that the tenths of seconds in which doors count are nothing beside it.
const SERVICE_S: f64 = 100.0;

/// Mean wait, s, of lanes that are busy for a share `load` of the time, from the stationary numbers.
fn crommelin_s(lanes: usize, load: f64) -> f64 {
    let come = load * lanes as f64;
    // Chances of so many arrivals within a service time; what lies beyond weighs less than rounding.
    let mut arrivals = vec![(-come).exp()];
    while arrivals.len() < 60 {
        arrivals.push(arrivals[arrivals.len() - 1] * come / arrivals.len() as f64);
    }
    let mut present = vec![0.0; 500];
    present[0] = 1.0;
    let waiting = |present: &[f64]| -> f64 {
        present.iter().enumerate().map(|(n, p)| n.saturating_sub(lanes) as f64 * p).sum()
    };
    let mut before = -1.0;
    while (waiting(&present) - before).abs() > 1e-10 {
        before = waiting(&present);
        let mut next = vec![0.0; present.len()];
        for (n, p) in present.iter().enumerate() {
            for (more, chance) in arrivals.iter().enumerate() {
                let then = (n.saturating_sub(lanes) + more).min(next.len() - 1);
                next[then] += p * chance;
            }
        }
        present = next;
    }
    waiting(&present) / come * SERVICE_S
}

/// Mean wait, s, where service times are exponential.
fn erlang_s(lanes: usize, load: f64) -> f64 {
    let offered = load * lanes as f64;
    // The chance of no free lane, by way of that of a loss without room to wait.
    let loss = (1..=lanes).fold(1.0, |loss, n| offered * loss / (n as f64 + offered * loss));
    let waits = loss / (1.0 - load * (1.0 - loss));
    waits * SERVICE_S / (lanes as f64 * (1.0 - load))
}

fn rule(lanes: u32, exponential: bool) -> CheckpointRule {
    CheckpointRule {
        kinds: vec![PlaceKind::Mall],
        coverage: 1.0,
        scan_s: SERVICE_S as f32,
        by_hand_s: SERVICE_S as f32,
        exponential,
        visitors_per_lane: 1_000 / lanes,
        patience_s: 100_000_000,
        ..CheckpointRule::default()
    }
}

/// Mean wait, s, of so many who come to a door with lanes at random times, and its standard error.
fn served_s(lanes: u32, exponential: bool, load: f64, count: u32) -> [f64; 2] {
    let mut world = town::simulation(250, Vec::new(), Vec::new()).world;
    let persons = world.people.residents.len() as u32;
    std::sync::Arc::make_mut(&mut world.city).places.capacity = vec![0, 0, 0, 1_000].into();
    let mut levers = Levers::default();
    levers.checkpoints.push(rule(lanes, exponential));
    let mut doors = Doors::default();
    // The last hour of a day serves all who are on the way, however late.
    let now = |tick| Now { tick, date: Date(0), day_type: DayType::Workday, seed: 5 };
    doors.set_up(now(0), &mut world, &levers);
    assert_eq!(u32::from(world.services.doors[0].lanes), lanes);
    let mut gaps = Draw::new(3, GAPS, lanes, (load * 1_000.0) as u32);
    let mean_gap_s = SERVICE_S / (load * f64::from(lanes));
    let (mut person, mut clock_s, mut means_s) = (0, 0.0, Vec::new());
    // Some begin in an empty hall; their waits don't count.
    for batch in 0..count / BATCH + 1 {
        let (mut coming, mut came_ds) = (Vec::new(), 0.0);
        for _ in 0..BATCH {
            clock_s += gaps.exponential() * mean_gap_s;
            person = (person + 1) % persons;
            let at_ds = (clock_s / 60.0) as u32 * 600;
            // The second within the minute is the door's; its mean is known.
            came_ds += f64::from(at_ds) + 299.5;
            coming.push(DoorArrival {
                door: 0,
                at_ds,
                person: PersonId(person),
                depart_min: 0,
                metres: 0,
                passage: Passage::Entrance { mode: Mode::Walk, doors: 2 },
            });
        }
        doors.queue(&mut coming);
        let mut left_ds = 0.0;
        doors.serve(now(23 + 24 * batch), &mut world, (&levers, &Board::new()), |outcome| {
            left_ds += f64::from(outcome.at_ds)
        });
        if batch > 0 {
            means_s.push((left_ds - came_ds) / (10.0 * f64::from(BATCH)) - SERVICE_S);
        }
        // The clock is set back by whole minutes, and the lanes with it.
        let back_s = (clock_s / 60.0).floor() * 60.0;
        clock_s -= back_s;
        for free_ds in &mut world.services.doors[0].lane_free_ds {
            *free_ds = free_ds.saturating_sub((10.0 * back_s) as u32);
        }
    }
    // Batches are long beside the memory of a queue, so their means tell how far chance goes.
    let n = means_s.len() as f64;
    let mean_s = means_s.iter().sum::<f64>() / n;
    let spread = means_s.iter().map(|one| (one - mean_s).powi(2)).sum::<f64>() / (n - 1.0);
    [mean_s, (spread / n).sqrt()]
}

/// Purpose of the draws between arrivals.
const GAPS: u32 = 0x0399;
/// Arrivals between two settings back of the clock.
const BATCH: u32 = 50_000;

#[test]
fn one_lane_waits_as_pollaczek_and_khinchine_say() {
    for load in [0.3, 0.5, 0.8, 0.95] {
        let formula_s = load * SERVICE_S / (2.0 * (1.0 - load));
        assert!((crommelin_s(1, load) / formula_s - 1.0).abs() < 1e-6, "{load}");
    }
}

fn agree(exponential: bool, theory_s: fn(usize, f64) -> f64) {
    let cases: Vec<(u32, f64)> =
        [1, 2, 4].into_iter().flat_map(|lanes| [0.5, 0.7, 0.9, 0.95].map(|load| (lanes, load))).collect();
    let told: Vec<(f64, f64, String)> = cases
        .into_par_iter()
        .map(|(lanes, load)| {
            // The nearer to full, the longer the memory of a queue.
            let millions = match load {
                _ if load > 0.92 => 24,
                _ if load > 0.8 => 8,
                _ => 2,
            };
            let [mean_s, error_s] = served_s(lanes, exponential, load, millions * 1_000_000);
            let theory_s = theory_s(lanes as usize, load);
            let (off, error) = (mean_s / theory_s - 1.0, error_s / theory_s);
            let words = format!(
                "{lanes} lanes, load {load}: {mean_s:.2} s, theory {theory_s:.2} s: {:+.2} ± {:.2} %",
                100.0 * off,
                100.0 * error
            );
            (off.abs(), error, words)
        })
        .collect();
    let words: Vec<&str> = told.iter().map(|(.., words)| words.as_str()).collect();
    assert!(told.iter().all(|(off, error, _)| *off < 0.02 && *error < 0.012), "{words:#?}");
}

#[test]
fn fixed_times_wait_as_crommelin_says() {
    agree(false, crommelin_s);
}

#[test]
fn exponential_times_wait_as_erlang_says() {
    assert!((erlang_s(1, 0.8) / (0.8 * SERVICE_S / 0.2) - 1.0).abs() < 1e-12);
    agree(true, erlang_s);
}
