//! Traffic in queues, in the small city: ordinary days repeat themselves, and a closed centre shifts traffic and lets it
//! come back.
use crate::town::Play;
use citytwin_world::services::Cause;
use citytwin_world::{LinkId, Mode, Roads};

/// Minutes of the day's mean trip by car, and trips for which no way was open.
fn cars(play: &mut citytwin_engine::Simulation) -> (f64, u64) {
    play.run_day();
    let trips = &play.world.services.trips;
    let mean = trips.minutes[Mode::Car as usize] as f64 / trips.trips[Mode::Car as usize].max(1) as f64;
    (mean, trips.prevented[Cause::NoRoute as usize])
}

fn vehicles(roads: &Roads, links: &[LinkId]) -> u64 {
    links.iter().map(|link| u64::from(roads.days[0].vehicles[link.0 as usize])).sum()
}

/// At depth `assignment` every day worked out is in equilibrium to the gap asked for, and the run repeats itself; a closed
/// centre shifts volumes and lets them come back.
#[test]
fn volumes_are_in_equilibrium_and_shift() {
    let changes = [("movement.depth", "assignment"), ("movement.assignment_gap", "0.00001")];
    let play = Play::of("movement/closed-centre", 14, &changes);
    let run = || {
        let mut simulation = play.simulation(2);
        let days: Vec<(f64, u64)> = (0..14).map(|_| cars(&mut simulation)).collect();
        (days, simulation.save(0))
    };
    let (days, state) = run();
    assert!(run() == (days.clone(), state), "the same once more");
    let mut simulation = play.simulation(2);
    let open = simulation.world.services.roads.clone();
    (0..9).for_each(|_| {
        simulation.run_day();
    });
    let roads = simulation.world.services.roads.clone();
    for (kind, day) in open.days.iter().chain(&roads.days).enumerate() {
        assert!((0.0..=1e-5).contains(&day.gap), "{kind}: {}", day.gap);
        assert!(day.means.version == 0 || day.means.known_s >= day.means.empty_s - 0.1, "{:?}", day.means);
    }
    let links = roads.closed.clone();
    assert!(links.len() > 20 && vehicles(&open, &links) > 1_000, "the centre was driven through");
    assert_eq!(vehicles(&roads, &links), 0, "nobody drives where it is closed");
    let means = roads.days[0].means;
    assert!(means.empty_s > means.open_s && means.open_s > 60.0, "ways round take longer: {means:?}");
    assert!((days[13].0 / days[6].0 - 1.0).abs() < 0.05, "as before once it is open again: {days:?}");
    assert_eq!(days[13].1, 0);
}

#[test]
fn a_closed_centre_shifts_traffic_and_lets_it_come_back() {
    let play = Play::of("movement/closed-centre", 14, &[]);
    let mut simulation = play.simulation(2);
    let known = simulation.world.services.roads.days[0].gap;
    assert!(known.abs() < 0.03, "on ordinary days drivers meet what they expect: {known}");
    let before: Vec<(f64, u64)> = (0..8).map(|_| cars(&mut simulation)).collect();
    assert!(before.iter().all(|(mean, cut_off)| *mean > 3.0 && *cut_off == 0), "{before:?}");
    let open = simulation.world.services.roads.clone();
    let closed: Vec<(f64, u64)> = (8..11).map(|_| cars(&mut simulation)).collect();
    let roads = &simulation.world.services.roads;
    let links = roads.closed.clone();
    assert!(links.len() > 20, "{links:?}");
    assert!(vehicles(&open, &links) > 1_000, "the centre was driven through");
    assert_eq!(vehicles(roads, &links), 0, "nobody drives where it is closed");
    let all: Vec<LinkId> = (0..open.days[0].vehicles.len() as u32).map(LinkId).collect();
    let more = |link: &&LinkId| vehicles(roads, &[**link]) > vehicles(&open, &[**link]) + 100;
    assert!(all.iter().filter(more).count() > 5, "drivers go round");
    assert!(closed.iter().all(|(_, cut_off)| *cut_off > 50), "{closed:?}");
    let after: Vec<(f64, u64)> = (11..14).map(|_| cars(&mut simulation)).collect();
    let roads = &simulation.world.services.roads;
    assert!(roads.closed.is_empty() && vehicles(roads, &links) > 1_000);
    // The day of opening still has some of the closed hours; the same weekdays are compared, a week apart.
    assert!((after[2].0 / before[6].0 - 1.0).abs() < 0.05, "{before:?} {after:?}");
    assert_eq!(after[2].1, 0);
}
