//! Traffic in queues, in the small city: ordinary days repeat themselves, and a closed centre shifts traffic and lets it
//! come back.
use crate::town::Play;
use citytwin_routing::hierarchy::Hierarchy;
use citytwin_routing::traffic::{RoadDays, Settings, Sight, Trip};
use citytwin_routing::{Direction, city as routing};
use citytwin_world::services::Cause;
use citytwin_world::streets::access;
use citytwin_world::{LinkId, Mode, Roads};
use std::path::Path;

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

/// A checkpoint on a street holds up whoever drives over it, at every depth: in queues on the road, in equilibrium by
/// what its lanes let through, at free flow as at a door; and codes are read there at each of them.
#[test]
fn a_checkpoint_on_a_street_holds_up_who_drives_there() {
    for depth in ["queue", "assignment", "free"] {
        let play = Play::of("movement/street-checkpoint", 12, &[("movement.depth", depth)]);
        let mut simulation = play.simulation(2);
        let before: Vec<(f64, u64)> = (0..7).map(|_| cars(&mut simulation)).collect();
        assert!(
            simulation.world.services.doors.is_empty() && simulation.world.services.roads.posts.is_empty()
        );
        let open = simulation.world.services.roads.clone();
        let after: Vec<(f64, u64)> = (7..12).map(|_| cars(&mut simulation)).collect();
        let services = &simulation.world.services;
        let links: Vec<LinkId> = services.roads.posts.iter().map(|post| post.link).collect();
        assert!(!links.is_empty() && links.len() == services.doors.len(), "{depth}");
        let scans: u32 = services.doors.iter().map(|door| door.scans).sum();
        assert!(scans > 20, "{depth}: {scans}");
        // The same weekdays, a week apart: Monday to Friday.
        let mean = |days: &[(f64, u64)]| days.iter().map(|day| day.0).sum::<f64>() / days.len() as f64;
        assert!(mean(&after) > mean(&before[..5]), "{depth}: {before:?} {after:?}");
        if depth == "free" {
            assert!(services.doors.iter().any(|door| door.wait_s > 0));
            continue;
        }
        let roads = &services.roads;
        let count = open.days[0].vehicles.len();
        let slowest = |roads: &Roads, link: &LinkId| {
            let times = roads.days[0].times_ds.chunks(count).map(|period| period[link.0 as usize]);
            times.max().unwrap_or(0)
        };
        for link in &links {
            // Tenths of a second; the service alone takes 12 s, of which most is learnt by now.
            assert!(slowest(roads, link) > slowest(&open, link) + 80, "{depth}");
            assert_eq!(
                services.doors.iter().map(|door| door.wait_s).sum::<u64>(),
                0,
                "they wait on the road"
            );
        }
    }
}

/// Streets of the shipped city with ever more vehicles on them, a fiftieth of all: flow rises, has one summit and falls
/// (Geroliminis and Daganzo 2008: the diagram of a whole city). Whoever stands waits longer than usual before squeezing
/// in, which would hold the flow up.
#[test]
fn the_shipped_city_has_one_density_at_which_most_get_through() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = citytwin_synthesis::folder::read_city(&folder).unwrap();
    let streets = &city.streets;
    let graph = routing::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).unwrap();
    let roads = routing::roads(streets, 1.25);
    let settings = Settings { sample: 0.02, patience_s: 300.0, ..Settings::default() };
    let days = RoadDays::new(roads.table(), &hierarchy, settings, Sight::default(), 7_200_000).unwrap();
    let ends: Vec<u32> = (0..graph.node_count() as u32).filter(|&n| graph.arcs(n).next().is_some()).collect();
    let end = |n: u32, purpose| {
        let drawn = citytwin_world::draw::block(1, purpose, n, 0, 0)[0];
        ends[((u64::from(drawn) * ends.len() as u64) >> 32) as usize]
    };
    let trips: Vec<Trip> =
        (0..6_000).map(|n| Trip { from: end(n, 1), to: end(n, 2), depart_ms: n, class: n }).collect();
    let ways = days.choose(&trips, &days.free_times()).unwrap();
    let crowds = [20, 60, 150, 400, 1_000, 2_500, 6_000];
    let through = crowds.map(|vehicles| days.throughput(&ways, vehicles, (1_800, 3_600)).unwrap());
    let flow = through.map(|through| through.vehicle_km_per_h);
    let top = (0..flow.len()).max_by(|a, b| flow[*a].total_cmp(&flow[*b])).unwrap();
    assert!((2..flow.len() - 1).contains(&top), "{through:?}");
    assert!(flow[..=top].is_sorted() && flow[top..].iter().rev().is_sorted(), "one summit: {through:?}");
    assert!(flow[flow.len() - 1] < 0.8 * flow[top], "{through:?}");
    let speed = through.map(|through| through.vehicle_km_per_h / through.vehicles);
    assert!(speed.iter().rev().is_sorted(), "the more on the roads the slower: {through:?}");
    assert!(through.iter().map(|through| through.vehicles).is_sorted(), "{through:?}");
}
