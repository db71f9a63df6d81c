//! Queues against theory, and parts against the whole.
use super::*;
use proptest::prelude::*;

/// Links of a test network.
#[derive(Clone, Default)]
pub(super) struct Net(pub(super) RoadColumns);

impl Net {
    pub(super) fn link(
        &mut self,
        from: u32,
        to: u32,
        length_m: f64,
        speed_m_s: f64,
        capacity_per_h: f64,
    ) -> u32 {
        let roads = &mut self.0;
        roads.node_count = roads.node_count.max(from.max(to) as usize + 1);
        roads.from.push(from);
        roads.to.push(to);
        roads.length_m.push(length_m);
        roads.free_s.push(length_m / speed_m_s);
        roads.capacity_per_h.push(capacity_per_h);
        roads.lanes.push(1.0);
        roads.from.len() as u32 - 1
    }
    pub(super) fn table(&self) -> RoadTable<'_> {
        self.0.table()
    }
    pub(super) fn traffic(&self, settings: Settings) -> Traffic {
        Traffic::new(&self.table(), settings).unwrap()
    }
}

/// One route for all, departures at even times.
fn evenly(count: u32, every_ms: u32, route: std::ops::Range<u32>) -> Vec<Departure> {
    (0..count)
        .map(|i| Departure { vehicle: i, at_ms: i * every_ms, first: route.start, end: route.end })
        .collect()
}

#[test]
fn alone_on_the_road_everybody_drives_at_free_speed() {
    let mut net = Net::default();
    let route = [net.link(0, 1, 500.0, 10.0, 1800.0), net.link(1, 2, 300.0, 15.0, 1800.0)];
    let mut traffic = net.traffic(Settings::default());
    traffic.depart(&[Departure { vehicle: 7, at_ms: 60_000, first: 0, end: 2 }], &route).unwrap();
    assert_eq!(traffic.advance(120_000, &route), []);
    assert_eq!(traffic.inside(), 1);
    assert_eq!(traffic.advance(200_000, &route), [Arrival { vehicle: 7, at_ms: 130_000 }]);
    let tallies = traffic.count();
    assert_eq!(tallies[1], LinkTally { link: 1, period: 0, vehicles: 1, spent_ms: 20_000 });
}

/// Arrivals of 1,200 an hour at a bottleneck of 600: the n-th waits n × (6 s − 3 s).
#[test]
fn a_bottleneck_delays_as_deterministic_queueing_says() {
    let mut net = Net::default();
    let route = [net.link(0, 1, 6_000.0, 20.0, 1800.0), net.link(1, 2, 1_000.0, 20.0, 600.0)];
    let mut traffic = net.traffic(Settings::default());
    traffic.depart(&evenly(400, 3_000, 0..2), &route).unwrap();
    let arrivals = traffic.advance(36_000_000, &route);
    assert_eq!(arrivals.len(), 400);
    for (n, arrival) in arrivals.iter().enumerate() {
        assert_eq!(arrival.at_ms as usize, 350_000 + n * 6_000, "vehicle {n}");
    }
}

/// While the last link of three lets out 600 an hour, the jam it causes moves up the road: nobody is lost, and the first
/// link, though wide, lets out no more than the bottleneck once the jam has reached it.
#[test]
fn a_jam_spills_back_over_junctions() {
    let mut net = Net::default();
    let route: Vec<u32> =
        (0..3).map(|i| net.link(i, i + 1, 300.0, 15.0, if i == 2 { 600.0 } else { 1800.0 })).collect();
    let mut traffic = net.traffic(Settings { patience_s: 1e5, ..Settings::default() });
    traffic.depart(&evenly(600, 2_400, 0..3), &route).unwrap();
    traffic.advance(900_000, &route);
    traffic.count();
    traffic.advance(1_500_000, &route);
    let tallies = traffic.count();
    assert!((99..=101).contains(&tallies[0].vehicles), "{tallies:?}");
    let passed = (1_500_000 - 1 - 60_000) / 6_000 + 1;
    assert_eq!(traffic.advance(10_000_000, &route).len(), 600 - passed);
    assert_eq!((traffic.inside(), traffic.crossings()[1]), (0, 0));
}

/// A ring road at every density: flow rises with free speed, stays at capacity, and falls as waves allow.
#[test]
fn a_ring_road_shows_the_triangular_fundamental_diagram() {
    let (links, length_m, speed, capacity) = (20u32, 200.0, 15.0, 1800.0);
    let mut net = Net::default();
    for i in 0..links {
        net.link(i, (i + 1) % links, length_m, speed, capacity);
    }
    let settings = Settings { patience_s: 1e5, ..Settings::default() };
    let road_m = f64::from(links) * length_m;
    let mut flows = Vec::new();
    for vehicles in [20, 60, 100, 133, 200, 300, 400, 480] {
        // Everybody drives round and round, each from another link.
        let laps = 400u32;
        let routes: Vec<u32> = (0..links * laps).map(|i| i % links).collect();
        let mut departures: Vec<Departure> = (0..vehicles)
            .map(|i| {
                let first = i % links;
                Departure { vehicle: i, at_ms: i / links * 2_000, first, end: links * laps }
            })
            .collect();
        departures.sort_by_key(|departure| departure.at_ms);
        let mut traffic = net.traffic(settings);
        traffic.depart(&departures, &routes).unwrap();
        traffic.advance(1_800_000, &routes);
        let before = traffic.crossings()[0];
        traffic.advance(5_400_000, &routes);
        let flow_per_h = (traffic.crossings()[0] - before) as f64 / f64::from(links);
        let density = f64::from(vehicles) / road_m;
        let theory = (density * speed).min(5.0 * (1.0 / 7.5 - density)).min(capacity / 3600.0) * 3600.0;
        assert!(
            (flow_per_h - theory).abs() < 0.06 * theory + 30.0,
            "{vehicles} vehicles: {flow_per_h:.0}, theory {theory:.0}"
        );
        flows.push(flow_per_h);
    }
    let top = (0..flows.len()).max_by(|a, b| flows[*a].total_cmp(&flows[*b])).unwrap();
    assert!(flows[..top].is_sorted() && flows[top..].iter().rev().is_sorted(), "one summit: {flows:?}");
}

#[test]
fn whoever_is_stuck_squeezes_in_and_is_counted() {
    // Two streams that each want the link which the other one fills: a gridlock of four links.
    let mut net = Net::default();
    for i in 0..4 {
        net.link(i, (i + 1) % 4, 40.0, 10.0, 1800.0);
    }
    let routes: Vec<u32> = (0..4).flat_map(|start| (0..4).map(move |i| (start + i) % 4)).collect();
    let departures: Vec<Departure> = (0..400)
        .map(|i| Departure { vehicle: i, at_ms: i / 4 * 500, first: i % 4 * 4, end: i % 4 * 4 + 4 })
        .collect();
    let mut traffic = net.traffic(Settings { patience_s: 30.0, ..Settings::default() });
    traffic.depart(&departures, &routes).unwrap();
    assert_eq!(traffic.advance(36_000_000, &routes).len(), 400);
    assert_eq!(traffic.inside(), 0);
    assert!(traffic.crossings()[1] > 0);
}

#[test]
fn wrong_input_is_refused() {
    let mut net = Net::default();
    net.link(0, 1, 100.0, 10.0, 600.0);
    net.link(2, 3, 100.0, 10.0, 600.0);
    let mut traffic = net.traffic(Settings::default());
    let depart = |first, end| Departure { vehicle: 0, at_ms: 0, first, end };
    for (departure, routes) in [
        (depart(0, 0), &[0u32][..]),
        (depart(0, 2), &[0]),
        (depart(1, 0), &[0, 1]),
        (depart(0, 1), &[9]),
        (depart(0, 2), &[0, 1]),
    ] {
        assert!(traffic.depart(&[departure], routes).is_err(), "{departure:?} {routes:?}");
    }
    traffic.advance(1_000, &[]);
    assert!(traffic.depart(&[depart(0, 1)], &[0]).is_err(), "in the past");
    net.0.capacity_per_h[0] = 0.0;
    assert!(Traffic::new(&net.table(), Settings::default()).is_err());
    net.0.capacity_per_h[0] = f64::NAN;
    assert!(Traffic::new(&net.table(), Settings::default()).is_err());
}

/// A grid of streets in both directions with demand that jams it.
pub(super) fn busy_grid(side: u32, vehicles: u32, seed: u32) -> (Net, Vec<Departure>, Vec<u32>) {
    let mut net = Net::default();
    let mut word = seed.wrapping_mul(2_654_435_769) | 1;
    let mut next = move |n: u32| {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(word >> 8) * u64::from(n)) >> 24) as u32
    };
    let mut link_at = std::collections::BTreeMap::new();
    for x in 0..side {
        for y in 0..side {
            for (dx, dy) in [(1, 0), (0, 1)] {
                if x + dx < side && y + dy < side {
                    let (a, b) = (x * side + y, (x + dx) * side + y + dy);
                    let length = 15.0 + f64::from(next(200));
                    let capacity = 500.0 + f64::from(next(1300));
                    link_at.insert((a, b), net.link(a, b, length, 12.0, capacity));
                    link_at.insert((b, a), net.link(b, a, length, 12.0, capacity));
                }
            }
        }
    }
    let (mut departures, mut routes) = (Vec::new(), Vec::new());
    for vehicle in 0..vehicles {
        let (mut x, mut y) = (next(side), next(side));
        let (to_x, to_y) = (next(side), next(side));
        let first = routes.len() as u32;
        while (x, y) != (to_x, to_y) {
            let here = x * side + y;
            if x != to_x && (y == to_y || next(2) == 0) {
                x = if x < to_x { x + 1 } else { x - 1 };
            } else {
                y = if y < to_y { y + 1 } else { y - 1 };
            }
            routes.push(link_at[&(here, x * side + y)]);
        }
        let end = routes.len() as u32;
        if first < end {
            departures.push(Departure { vehicle, at_ms: next(600_000), first, end });
        }
    }
    departures.sort_by_key(|departure| (departure.at_ms, departure.vehicle));
    (net, departures, routes)
}

/// Two roads lead to town, a short one for 900 an hour and a long one: in equilibrium the queue on the short one has
/// made both equally slow, and nobody gains by changing.
#[test]
fn travellers_learn_to_share_two_roads() {
    let mut net = Net::default();
    net.link(0, 1, 200.0, 20.0, 3_600.0);
    net.link(1, 2, 4_000.0, 20.0, 1_800.0);
    net.link(2, 4, 400.0, 20.0, 900.0);
    net.link(1, 3, 8_000.0, 20.0, 1_800.0);
    net.link(3, 4, 400.0, 20.0, 3_600.0);
    let network = crate::Network { node_count: net.0.node_count, from: &net.0.from, to: &net.0.to };
    let graph = crate::Graph::of_all(network, crate::Direction::Forward).unwrap();
    let places: Vec<f64> = (0..net.0.node_count).map(|n| n as f64).collect();
    let hierarchy = crate::hierarchy::Hierarchy::new(&graph, &places, &places).unwrap();
    let trips: Vec<Trip> = (0..2_700)
        .map(|i| Trip { from: 0, to: 4, depart_ms: i * 2_000, class: i.wrapping_mul(0x9e37) >> 4 })
        .collect();
    let settings = Settings { patience_s: 1e5, period_s: 300.0, ..Settings::default() };
    let sight = Sight { classes: 16, spread: 0.1, ..Sight::default() };
    let days = RoadDays::new(net.table(), &hierarchy, settings, sight, 14_400_000).unwrap();
    let mut known = days.free_times();
    let mut lived = Vec::new();
    let mut all = 1.0;
    for round in 1..=40 {
        let day = days.live(&trips, &known).unwrap();
        let own = f64::from(round);
        all += own;
        let weight = own / all;
        for (known, met) in known.iter_mut().zip(&day.times) {
            *known = (f64::from(*known) + weight * (f64::from(*met) - f64::from(*known))).round() as u32;
        }
        lived.push(day);
    }
    let (first, last) = (&lived[0], &lived[39]);
    let told = |day: &Lived| (day.mean_s, day.known_s);
    assert_eq!((last.trips, last.arrived, last.crossings[1]), (2_700, 2_700, 0));
    assert!(first.mean_s > 1_000.0 && first.known_s / first.mean_s - 1.0 < -0.5, "{:?}", told(first));
    // The long road takes 200 s more, which the queue of the short one comes to after a while.
    assert!((last.mean_s - 420.0).abs() < 60.0, "{:?}", told(last));
    assert!((last.known_s / last.mean_s - 1.0).abs() < 0.15, "{:?}", told(last));
}

pub(super) fn settings(parts: usize, patience_s: f64) -> Settings {
    Settings { parts, patience_s, ..Settings::default() }
}

pub(super) type Outcome = (Vec<Arrival>, Vec<LinkTally>, [u64; 2]);

pub(super) fn run_in_parts(
    net: &Net,
    departures: &[Departure],
    routes: &[u32],
    parts: usize,
    patience_s: f64,
) -> Outcome {
    let mut traffic = net.traffic(settings(parts, patience_s));
    let mut arrivals = Vec::new();
    // Departures come hour by hour as residents make them.
    for window in 0..60u32 {
        let (from, until) = (window * 120_000, (window + 1) * 120_000);
        let due: Vec<Departure> =
            departures.iter().filter(|d| (from..until).contains(&d.at_ms)).copied().collect();
        traffic.depart(&due, routes).unwrap();
        arrivals.extend(traffic.advance(until, routes));
        let [departed, arrived] = traffic.counts();
        assert_eq!(departed, arrived + traffic.inside(), "vehicles in = vehicles out + inside");
    }
    arrivals.extend(traffic.advance(86_400_000, routes));
    assert_eq!(arrivals.len(), departures.len());
    (arrivals, traffic.count(), traffic.crossings())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_number_of_parts_gives_the_traffic_of_the_plain_rules(
        side in 4u32..10, vehicles in 200u32..1_500, seed in 0u32..1_000_000, patience_s in 5.0..90.0f64
    ) {
        let (net, departures, routes) = busy_grid(side, vehicles, seed);
        let whole = run_in_parts(&net, &departures, &routes, 1, patience_s);
        let plain = oracle::Oracle::new(&net.table(), settings(1, patience_s), &departures, &routes).run();
        let mut arrivals = plain.arrivals.clone();
        arrivals.sort_by_key(|arrival| (arrival.at_ms, arrival.vehicle));
        prop_assert!(whole == (arrivals, plain.tallies(), plain.crossings), "unlike the plain rules");
        for parts in [2, 5] {
            let cut = run_in_parts(&net, &departures, &routes, parts, patience_s);
            prop_assert!(whole == cut, "{} parts differ", parts);
        }
    }
}
