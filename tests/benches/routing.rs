//! Speed of routing on the shipped city's streets and of traffic assignment: `cargo bench --bench routing`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_routing::assignment::{Demand, Equilibrium, VolumeDelay};
use citytwin_routing::hierarchy::{Hierarchy, Seeker, Targets};
use citytwin_routing::{
    Access, Departure, Direction, Graph, Network, Profile, Rounds, Scratch, Search, Span, Transfers, Walking,
};
use citytwin_synthesis::folder::read_city;
use citytwin_world::Transit;
use citytwin_world::streets::{Streets, access};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Runs something several times and prints the median of the times, for one of `parts` things done each time.
fn median(name: &str, runs: usize, parts: usize, mut each: impl FnMut()) {
    let mut seconds: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            each();
            start.elapsed().as_secs_f64() / parts as f64
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    println!("{name:44} {:>12.2} µs", 1e6 * seconds[runs / 2]);
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = read_city(&folder).unwrap();
    streets(&city.streets);
    transit(&city.transit);
    square_town(40, 120);
}

/// Numbers below a bound, the same each time.
fn numbers(bound: usize) -> impl FnMut() -> u32 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 16) % bound as u64) as u32
    }
}

fn streets(streets: &Streets) {
    let graph = citytwin_routing::city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let time: Vec<u32> = streets
        .length_m
        .as_slice()
        .iter()
        .zip(streets.free_speed_kmh.as_slice())
        .map(|(length_m, speed)| (36.0 * length_m / speed.max(1.0)).ceil() as u32)
        .collect();
    println!("Porto Alegre by car: {} vertices, {} arcs", graph.vertex_count(), graph.arc_count());
    let place = || Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).unwrap();
    median("order and shortcuts, once per city", 3, 1, || drop(black_box(place())));
    let hierarchy = place();
    let mut weights = hierarchy.customise(&time).unwrap();
    median("customise all weights", 21, 1, || hierarchy.recustomise(&mut weights, &time).unwrap());
    let mut draw = numbers(time.len());
    median("close 20 links and open them again, each way", 21, 2, || {
        let links: Vec<u32> = (0..20).map(|_| draw()).collect();
        let closed: Vec<(u32, u32)> = links.iter().map(|&l| (l, u32::MAX)).collect();
        let open: Vec<(u32, u32)> = links.iter().map(|&l| (l, time[l as usize])).collect();
        hierarchy.change(&mut weights, &closed).unwrap();
        hierarchy.change(&mut weights, &open).unwrap();
    });
    // Pairs between ends of links that cars use: elsewhere there may be no way at all.
    let ends: Vec<u32> = (0..graph.node_count() as u32).filter(|&n| graph.arcs(n).next().is_some()).collect();
    let mut draw = numbers(ends.len());
    let pairs: Vec<(u32, u32)> = (0..2_000).map(|_| (ends[draw() as usize], ends[draw() as usize])).collect();
    queries(&graph, &hierarchy, &time, &pairs);
}

fn queries(graph: &Graph, hierarchy: &Hierarchy, time: &[u32], pairs: &[(u32, u32)]) {
    let weights = hierarchy.customise(time).unwrap();
    let (mut seeker, mut links, mut times) = (Seeker::default(), Vec::new(), Vec::new());
    median("query of one pair", 11, pairs.len(), || {
        for &(from, to) in pairs {
            black_box(seeker.time(hierarchy, &weights, from, to).unwrap());
        }
    });
    median("query of one pair with its path", 11, pairs.len(), || {
        for &(from, to) in pairs {
            black_box(seeker.path_into(hierarchy, &weights, from, to, &mut links).unwrap());
        }
    });
    let plain = graph.weigh(time, &vec![0; time.len()]).unwrap();
    let mut scratch = Scratch::default();
    median("Dijkstra for one pair", 3, 200, || {
        for &(from, to) in &pairs[..200] {
            let search = Search { targets: &[to], ..Search::default() };
            black_box(scratch.search(graph, &plain, &[from.into()], search).unwrap().time(to));
        }
    });
    for count in [100, 1_000, pairs.len()] {
        let nodes: Vec<u32> = pairs[..count].iter().map(|pair| pair.1).collect();
        let targets = Targets::new(hierarchy, &nodes).unwrap();
        median(&format!("one to {count}"), 5, 100, || {
            for &(from, _) in &pairs[..100] {
                seeker.one_to_many(hierarchy, &weights, from, &targets, &mut times).unwrap();
            }
        });
    }
    median("Dijkstra to all", 3, 100, || {
        for &(from, _) in &pairs[..100] {
            black_box(scratch.one_to_all(graph, &plain, from).unwrap());
        }
    });
}

/// Journeys from 100 stops, at one time and over the whole service day of a Wednesday.
fn transit(transit: &Transit) {
    let timetable = citytwin_routing::city::timetable(transit).unwrap();
    let walking = Walking { reach_m: 400.0, speed_m_s: 1.25, detour: 1.3 };
    let (lon, lat) = (transit.stop_lon.as_slice(), transit.stop_lat.as_slice());
    let transfers = Transfers::within(lon, lat, walking).unwrap();
    println!("transit: {} stops, {} patterns", timetable.stop_count(), timetable.pattern_count());
    let mut draw = numbers(timetable.stop_count());
    let pairs: Vec<[Access; 2]> =
        (0..100).map(|_| [(); 2].map(|()| Access { stop: draw(), walk_s: 120 })).collect();
    let mut rounds = Rounds::default();
    median("earliest arrivals at all stops, four rides", 5, pairs.len(), || {
        for [from, _] in &pairs {
            let at_eight = Departure::new(8 * 3_600, 2);
            black_box(rounds.one_to_all(&timetable, &transfers, &[*from], at_eight).unwrap());
        }
    });
    let (mut profile, mut found) = (Profile::default(), 0);
    let span = Span { first_s: 4 * 3_600, last_s: 26 * 3_600, weekday: 2, rides_max: 4 };
    median("all good departures of the day, one pair", 3, pairs.len(), || {
        found = 0;
        for [from, to] in &pairs {
            found += profile.choices(&timetable, &transfers, &[*from], &[*to], span).unwrap().len();
        }
    });
    println!("{:44} {:>12.2}", "choices of departure in a day, mean", found as f64 / pairs.len() as f64);
}

/// Time to several gaps on a made-up square town with trips between `zones` of its corners.
fn square_town(side: u32, zones: u32) {
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for n in 0..side * side {
        let east = ((n + 1) % side != 0).then_some(n + 1);
        let north = (n + side < side * side).then_some(n + side);
        for m in [east, north].into_iter().flatten() {
            from.extend([n, m]);
            to.extend([m, n]);
        }
    }
    let mut draw = numbers(1_000);
    let mut share = move || f64::from(draw()) / 1_000.0;
    let delay: Vec<VolumeDelay> = (0..from.len())
        .map(|_| VolumeDelay {
            free_time: 0.5 + share(),
            b: 0.15,
            capacity: 600.0 + 2_400.0 * share(),
            power: 4.0,
            fixed: 0.0,
        })
        .collect();
    let step = side * side / zones;
    let pairs = (0..zones).flat_map(|a| (0..zones).map(move |b| (a * step, b * step)));
    let demand: Vec<Demand> =
        pairs.map(|(origin, destination)| Demand { origin, destination, volume: 8.0 * share() }).collect();
    println!("square town: {} nodes, {} links, {} pairs", side * side, from.len(), demand.len());
    let network = Network { node_count: (side * side) as usize, from: &from, to: &to };
    for gap in [1e-4, 1e-6, 1e-10] {
        median(&format!("assignment to gap {gap:e}"), 3, 1, || {
            let graph = Graph::of_all(network, Direction::Forward).unwrap();
            let mut state = Equilibrium::new(graph, &delay, &[], &demand).unwrap();
            assert!(state.solve(gap, 500, |_, _| {}).relative_gap <= gap);
        });
    }
}
