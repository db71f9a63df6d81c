//! Speed of routing on the shipped city's streets and of traffic assignment: `cargo bench --bench routing`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_routing::assignment::{Demand, Equilibrium, VolumeDelay};
use citytwin_routing::hierarchy::{Ancestry, Customised, Hierarchy, Labels, Seeker, Targets};
use citytwin_routing::{
    Access, Departure, Direction, Graph, Network, Profile, Rounds, Scratch, Search, Span, Transfers, Walking,
};
use citytwin_synthesis::folder::read_city;
use citytwin_world::Transit;
use citytwin_world::streets::access;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Runs something several times and prints the median of the times, for one of `parts` things done each time.
fn median(name: &str, runs: usize, parts: usize, mut each: impl FnMut()) {
    let once = |_| {
        let start = Instant::now();
        each();
        start.elapsed().as_secs_f64() / parts as f64
    };
    told(name, (0..runs).map(once).collect());
}

/// Prints the median of some times, s.
fn told(name: &str, mut seconds: Vec<f64>) {
    seconds.sort_by(f64::total_cmp);
    println!("{name:44} {:>12.2} µs", 1e6 * seconds[seconds.len() / 2]);
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = read_city(&folder).unwrap();
    let streets = Streets::of(&city.streets);
    streets.compare("Porto Alegre by car");
    streets.cut_in_three().compare("Porto Alegre, every street cut in three");
    Streets::square(245).compare("irregular square grid");
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

/// Links with a time each, and where the nodes lie.
#[derive(Default)]
struct Streets {
    from: Vec<u32>,
    to: Vec<u32>,
    time: Vec<u32>,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Streets {
    /// A city's streets by car, free, in tenths of a second; turn bans are left out, since not everybody knows them.
    fn of(city: &citytwin_world::Streets) -> Self {
        let links = (0..city.from.len()).filter(|&l| city.access.as_slice()[l] & access::CAR != 0);
        let mut streets =
            Self { x: city.lon.as_slice().to_vec(), y: city.lat.as_slice().to_vec(), ..Self::default() };
        for link in links {
            let (length_m, kmh) = (city.length_m.as_slice()[link], city.free_speed_kmh.as_slice()[link]);
            streets.from.push(city.from.as_slice()[link].0);
            streets.to.push(city.to.as_slice()[link].0);
            streets.time.push(((36.0 * length_m / kmh.max(1.0)).ceil() as u32).max(1));
        }
        streets
    }

    /// With two more nodes on every street, as where a map keeps the bends.
    fn cut_in_three(&self) -> Self {
        let mut cut = Self { x: self.x.clone(), y: self.y.clone(), ..Self::default() };
        let mut bends = std::collections::BTreeMap::new();
        for ((&from, &to), &time) in self.from.iter().zip(&self.to).zip(&self.time) {
            let ends = (from.min(to), from.max(to));
            let first = *bends.entry(ends).or_insert_with(|| {
                for share in [1.0 / 3.0, 2.0 / 3.0] {
                    let between =
                        |of: &[f64]| of[ends.0 as usize] * (1.0 - share) + of[ends.1 as usize] * share;
                    cut.x.push(between(&self.x));
                    cut.y.push(between(&self.y));
                }
                cut.x.len() as u32 - 2
            });
            let [one, other] = if from < to { [first, first + 1] } else { [first + 1, first] };
            cut.from.extend([from, one, other]);
            cut.to.extend([one, other, to]);
            cut.time.extend([(time / 3).max(1), (time / 3).max(1), (time - time / 3 * 2).max(1)]);
        }
        cut
    }

    /// Crossings in rows, a tenth of the streets missing, every eighth street an avenue twice as quick.
    fn square(side: u32) -> Self {
        let mut draw = numbers(1_000);
        let mut grid = Self::default();
        for n in 0..side * side {
            let (column, row) = (n % side, n / side);
            grid.x.push(f64::from(column) + f64::from(draw()) / 2_000.0);
            grid.y.push(f64::from(row) + f64::from(draw()) / 2_000.0);
            let east = (column + 1 < side).then_some((n + 1, row));
            let north = (row + 1 < side).then_some((n + side, column));
            for (m, street) in [east, north].into_iter().flatten() {
                let time = 100 + draw() / 10;
                if draw() >= 100 {
                    grid.from.extend([n, m]);
                    grid.to.extend([m, n]);
                    grid.time.extend([if street % 8 == 0 { time / 2 } else { time }; 2]);
                }
            }
        }
        grid
    }

    /// The hierarchy beside `fast_paths`, a contraction hierarchy for weights that don't change, and Dijkstra.
    fn compare(&self, name: &str) {
        let network = Network { node_count: self.x.len(), from: &self.from, to: &self.to };
        let graph = Graph::of_all(network, Direction::Forward).unwrap();
        let mut used = vec![false; graph.node_count()];
        self.from.iter().chain(&self.to).for_each(|&node| used[node as usize] = true);
        let nodes = used.iter().filter(|used| **used).count();
        println!("{name}: {nodes} nodes, {} links", self.from.len());
        let place = || Hierarchy::new(&graph, &self.x, &self.y).unwrap();
        median("order and shortcuts, once per city", 3, 1, || drop(black_box(place())));
        let hierarchy = place();
        println!("{:44} {:>12}", "arcs, shortcuts included", hierarchy.arc_count());
        let time = &self.time;
        let mut weights = hierarchy.customise(time).unwrap();
        median("customise all weights", 21, 1, || hierarchy.recustomise(&mut weights, time).unwrap());
        let mut draw = numbers(time.len());
        let mut changes: Vec<Vec<(u32, u32)>> = Vec::new();
        for _ in 0..21 {
            let links: Vec<u32> = (0..20).map(|_| draw()).collect();
            changes.push(links.iter().map(|&l| (l, u32::MAX)).collect());
            changes.push(links.iter().map(|&l| (l, time[l as usize])).collect());
        }
        let mut seconds = [Vec::new(), Vec::new()];
        for (n, change) in changes.iter().enumerate() {
            let start = Instant::now();
            hierarchy.change(&mut weights, change).unwrap();
            seconds[n % 2].push(start.elapsed().as_secs_f64());
        }
        for (name, seconds) in ["customise 20 closures", "customise their end"].into_iter().zip(seconds) {
            told(name, seconds);
        }
        // Pairs between ends of links: elsewhere there may be no way at all.
        let ends: Vec<u32> = (0..graph.node_count() as u32).filter(|&n| used[n as usize]).collect();
        let mut draw = numbers(ends.len());
        let pairs: Vec<(u32, u32)> =
            (0..2_000).map(|_| (ends[draw() as usize], ends[draw() as usize])).collect();
        queries(&graph, &hierarchy, time, &pairs);
        self.fast_paths(&hierarchy, &weights, &pairs);
    }

    /// `fast_paths` on the same pairs; its times must be ours.
    fn fast_paths(&self, hierarchy: &Hierarchy, weights: &Customised, pairs: &[(u32, u32)]) {
        let mut input = fast_paths::InputGraph::new();
        for ((&from, &to), &time) in self.from.iter().zip(&self.to).zip(&self.time) {
            input.add_edge(from as usize, to as usize, time as usize);
        }
        input.freeze();
        median("fast_paths: prepare", 3, 1, || drop(black_box(fast_paths::prepare(&input))));
        let prepared = fast_paths::prepare(&input);
        let mut calculator = fast_paths::create_calculator(&prepared);
        let nodes = input.get_num_nodes() as u32;
        let pairs: Vec<(u32, u32)> = pairs.iter().copied().filter(|(a, b)| *a.max(b) < nodes).collect();
        let mut seeker = Seeker::default();
        median("fast_paths: query of one pair with its path", 11, pairs.len(), || {
            for &(from, to) in &pairs {
                black_box(calculator.calc_path(&prepared, from as usize, to as usize));
            }
        });
        for &(from, to) in &pairs {
            let theirs = calculator.calc_path(&prepared, from as usize, to as usize);
            let ours = seeker.time(hierarchy, weights, from, to).unwrap();
            assert_eq!(theirs.map(|path| path.get_weight() as u32), ours, "{from} to {to}");
        }
    }
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
    labels(hierarchy, time, pairs);
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

/// All times written down, in tenths of a second where those of the network are milliseconds, and looked up.
fn labels(hierarchy: &Hierarchy, time: &[u32], pairs: &[(u32, u32)]) {
    let time: Vec<u32> = time.iter().map(|ms| ms.div_ceil(100)).collect();
    let weights = hierarchy.customise(&time).unwrap();
    let ancestry = Ancestry::of(hierarchy).unwrap();
    println!("{:44} {:>12}", "times to write down, each way", ancestry.entries());
    median("write all times down", 5, 1, || drop(black_box(Labels::new(hierarchy, &ancestry, &weights))));
    let labels = Labels::new(hierarchy, &ancestry, &weights).unwrap();
    median("look up the time of one pair", 11, pairs.len(), || {
        for &(from, to) in pairs {
            black_box(labels.time(hierarchy, &ancestry, from, to));
        }
    });
    let mut seeker = Seeker::default();
    for &(from, to) in pairs {
        let kept = labels.time(hierarchy, &ancestry, from, to);
        assert_eq!(
            kept.or(seeker.time(hierarchy, &weights, from, to).unwrap()),
            seeker.time(hierarchy, &weights, from, to).unwrap()
        );
    }
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
