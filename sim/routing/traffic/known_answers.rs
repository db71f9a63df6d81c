//! Days and networks whose traffic is known beforehand.
use super::tests::Net;
use super::*;
use crate::hierarchy::Hierarchy;
use crate::{Direction, Graph, Network};

fn hierarchy(net: &Net) -> Hierarchy {
    let network = Network { node_count: net.0.node_count, from: &net.0.from, to: &net.0.to };
    let graph = Graph::of_all(network, Direction::Forward).unwrap();
    let places: Vec<f64> = (0..net.0.node_count).map(|n| n as f64).collect();
    Hierarchy::new(&graph, &places, &places).unwrap()
}

fn alike() -> Sight {
    Sight { classes: 1, spread: 0.0, ..Sight::default() }
}

/// 1,200 vehicles an hour for an hour meet a bottleneck of 600: the queue grows by 600 an hour, whoever comes n-th waits
/// n times 3 s, and it is gone after two hours (deterministic point queue).
#[test]
fn a_days_queue_at_a_bottleneck_is_that_of_a_point_queue() {
    let mut net = Net::default();
    net.link(0, 1, 2_000.0, 20.0, 3_600.0);
    net.link(1, 2, 9_000.0, 20.0, 600.0);
    let hierarchy = hierarchy(&net);
    let settings = Settings { period_s: 300.0, ..Settings::default() };
    let days = RoadDays::new(net.table(), &hierarchy, settings, alike(), 14_400_000).unwrap();
    let trips: Vec<Trip> =
        (0..1_200).map(|n| Trip { from: 0, to: 2, depart_ms: n * 3_000, class: 0 }).collect();
    let lived = days.live(&trips, &days.free_times()).unwrap();
    assert_eq!((lived.arrived, lived.crossings[1]), (1_200, 0));
    // All of them wait half of the longest wait, 1,199 times 3 s, on average.
    assert!((lived.mean_s - (550.0 + 1_199.0 * 1.5)).abs() < 0.1, "{}", lived.mean_s);
    let mut left = 0;
    for (period, times) in lived.times.chunks(2).enumerate() {
        // They come to the bottleneck 100 s after they left, 100 of them in a period.
        let (begin_s, end_s) = ((period * 300) as f64 - 100.0, (period * 300 + 300) as f64 - 100.0);
        let first = (begin_s / 3.0).ceil().max(0.0) as u32;
        let last = ((end_s / 3.0).ceil() as u32).min(1_200);
        if first >= last {
            continue;
        }
        let wait_s = 3.0 * f64::from(first + last - 1) / 2.0;
        assert!((f64::from(times[1]) / 100.0 - (450.0 + wait_s)).abs() < 0.02, "period {period}: {times:?}");
        left += last - first;
    }
    assert_eq!(left, 1_200);
    // The queue by the clock: those who have come less those who have gone.
    let mut traffic = net.traffic(settings);
    let departures: Vec<Departure> = trips
        .iter()
        .zip(0..)
        .map(|(trip, n)| Departure { vehicle: n, at_ms: trip.depart_ms, first: 0, end: 2 })
        .collect();
    traffic.depart(&departures, &[0, 1]).unwrap();
    for minute in 1..150u32 {
        // Just before the minute, so that nobody moves at the very moment.
        traffic.advance(minute * 60_000 - 1, &[0, 1]);
        let [_, gone] = traffic.counts();
        let now_s = f64::from(minute) * 60.0 - 0.001;
        let come = ((now_s - 550.0) / 3.0).floor().clamp(-1.0, 1_199.0) + 1.0;
        let queue =
            (come - gone as f64, if now_s < 4_150.0 { come / 2.0 } else { come - (now_s - 550.0) / 6.0 });
        assert!((queue.0 - queue.1.max(0.0)).abs() <= 1.0, "minute {minute}: {queue:?}");
    }
}

/// Two bridges lead to town, one of 10 minutes for 1,800 an hour and one of 14 for 900. With both open nobody takes the
/// longer one; with the first one closed all 1,200 of an hour do, and wait a mean of 10 minutes at it.
#[test]
fn a_closed_bridge_sends_everybody_over_the_other() {
    let mut net = Net::default();
    net.link(0, 1, 200.0, 20.0, 7_200.0);
    let near = net.link(1, 2, 12_000.0, 20.0, 1_800.0);
    net.link(1, 3, 200.0, 20.0, 7_200.0);
    let far = net.link(3, 2, 16_600.0, 20.0, 900.0);
    net.link(2, 4, 200.0, 20.0, 7_200.0);
    let hierarchy = hierarchy(&net);
    let days = RoadDays::new(net.table(), &hierarchy, Settings::default(), alike(), 14_400_000).unwrap();
    let trips: Vec<Trip> =
        (0..1_200).map(|n| Trip { from: 0, to: 4, depart_ms: n * 3_000, class: 0 }).collect();
    let open = days.free_times();
    let mut shut = open.clone();
    shut.iter_mut().skip(near as usize).step_by(5).for_each(|time| *time = CLOSED);
    let both = days.live(&trips, &open).unwrap();
    assert_eq!((both.vehicles[near as usize], both.vehicles[far as usize], both.arrived), (1_200, 0, 1_200));
    assert!((both.mean_s - 620.0).abs() < 0.1, "{}", both.mean_s);
    let one = days.live(&trips, &shut).unwrap();
    assert_eq!((one.vehicles[near as usize], one.vehicles[far as usize], one.arrived), (0, 1_200, 1_200));
    // Four seconds an hour's vehicle leaves behind the one before, three after which it comes.
    assert!((one.mean_s - (860.0 + 1_199.0 / 2.0)).abs() < 0.1, "{}", one.mean_s);
    assert_eq!(days.live(&trips, &open).unwrap(), both, "as before once it is open again");
}

/// A town of streets that end where they begin (a torus), with ever more vehicles driving about: flow rises, has one
/// summit and falls, the network's own fundamental diagram (Geroliminis and Daganzo 2008).
#[test]
fn a_town_has_one_density_at_which_most_get_through() {
    let (side, length_m) = (8u32, 100.0);
    let mut net = Net::default();
    let mut out = vec![[0u32; 4]; (side * side) as usize];
    for node in 0..side * side {
        let (x, y) = (node % side, node / side);
        let next = [(x + 1, y), (x + side - 1, y), (x, y + 1), (x, y + side - 1)];
        for (way, (x, y)) in next.into_iter().enumerate() {
            out[node as usize][way] = net.link(node, y % side * side + x % side, length_m, 10.0, 1_800.0);
        }
    }
    let links = f64::from(side * side * 4);
    let mut word = 7u32;
    let mut draw = move |n: u32| {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(word >> 8) * u64::from(n)) >> 24) as u32
    };
    let mut flows = Vec::new();
    for vehicles in [128u32, 384, 768, 1_280, 2_048, 2_560, 3_072] {
        let (mut routes, mut departures) = (Vec::new(), Vec::new());
        for vehicle in 0..vehicles {
            let first = routes.len() as u32;
            let (mut node, mut way) = (draw(side * side), draw(4) as usize);
            for _ in 0..260 {
                let link = out[node as usize][way];
                routes.push(link);
                node = net.0.to[link as usize];
                // Nobody turns round: the way back is the other one of its pair.
                let turns = [way, (way + 2) % 4, (way + 3) % 4];
                let turns = if way % 2 == 0 { turns } else { [way, (way + 1) % 4, (way + 2) % 4] };
                way = turns[draw(3) as usize];
            }
            departures.push(Departure { vehicle, at_ms: vehicle * 40, first, end: routes.len() as u32 });
        }
        let mut traffic = net.traffic(Settings { parts: 4, patience_s: 60.0, ..Settings::default() });
        traffic.depart(&departures, &routes).unwrap();
        traffic.advance(600_000, &routes);
        let before = traffic.crossings()[0];
        traffic.advance(1_800_000, &routes);
        let inside = traffic.inside() as f64 / (links * length_m / 1000.0);
        flows.push((inside, (traffic.crossings()[0] - before) as f64 * 3.0 / links));
    }
    let flow: Vec<f64> = flows.iter().map(|(_, flow)| *flow).collect();
    let top = (0..flow.len()).max_by(|a, b| flow[*a].total_cmp(&flow[*b])).unwrap();
    assert!((1..flow.len() - 2).contains(&top), "{flows:?}");
    assert!(flow[..=top].is_sorted() && flow[top..].iter().rev().is_sorted(), "one summit: {flows:?}");
    assert!(flow[flow.len() - 1] < 0.5 * flow[top], "{flows:?}");
}
