//! Checkpoints on links against queueing theory, and against the plain rules.
use super::posts::Guarded;
use super::tests::{Net, busy_grid, run_in_parts, settings};
use super::*;
use crate::hierarchy::Hierarchy;
use crate::{Direction, Graph, Network};
use citytwin_world::draw::Draw;
use proptest::prelude::*;
use rayon::prelude::*;

/// Service time, ms.
const SERVICE_MS: u32 = 1_000;
/// Time on the way to the post, ms.
const WAY_MS: u32 = 2_500_000;

fn post(link: u32, lanes: u32) -> Post {
    Post { link, lanes, service_s: f64::from(SERVICE_MS) / 1_000.0 }
}

/// When vehicles that come at random leave a post of some lanes on a road with room for all who wait: for each, when it
/// reached the post and when it left, ms.
fn served((lanes, run): (u32, u32), load: f64, count: u32) -> Vec<(u32, u32)> {
    let mut net = Net::default();
    net.link(0, 1, 50_000.0, 20.0, 3.6e6);
    net.link(1, 2, 20.0, 20.0, 3.6e6);
    let guarded = Guarded::new(&net.table(), &[post(0, lanes)]).unwrap();
    let mut traffic = Traffic::new(&guarded.table(), settings(1, 15.0)).unwrap();
    let mut gaps = Draw::new(7, 1 + run, lanes, (load * 100.0) as u32);
    let mut clock_ms = 0.0;
    let departures: Vec<Departure> = (0..count)
        .map(|vehicle| {
            clock_ms += gaps.exponential() * f64::from(SERVICE_MS) / (load * f64::from(lanes));
            Departure { vehicle, at_ms: clock_ms as u32, first: 0, end: 3 }
        })
        .collect();
    let routes = [0, 2, 1];
    traffic.depart(&departures, &routes).unwrap();
    let arrivals = traffic.advance(u32::MAX - 1, &routes);
    assert_eq!(arrivals.len(), departures.len());
    let left = arrivals.iter().map(|arrival| arrival.at_ms - 1_000);
    departures.iter().map(|departure| departure.at_ms + WAY_MS).zip(left).collect()
}

#[test]
fn whoever_meets_a_post_waits_as_pollaczek_and_khinchine_say() {
    // The nearer to full, the longer the memory of a queue, and the more must come until chance is small.
    for (load, runs) in [(0.3, 1), (0.5, 1), (0.7, 2), (0.9, 8)] {
        let service_ms = f64::from(SERVICE_MS);
        let means: Vec<f64> = (0..runs)
            .into_par_iter()
            .map(|run| {
                // For 35 days, of the 49 that ms can tell.
                let waits = served((1, run), load, (3e6 * load) as u32).into_iter();
                let (sum, count) = waits.fold((0.0, 0.0), |(sum, count), (came, left)| {
                    (sum + f64::from(left - came) - service_ms, count + 1.0)
                });
                sum / count
            })
            .collect();
        let mean_ms = means.iter().sum::<f64>() / f64::from(runs);
        let theory_ms = load * service_ms / (2.0 * (1.0 - load));
        assert!((mean_ms / theory_ms - 1.0).abs() < 0.02, "{load}: {mean_ms} for {theory_ms}: {means:?}");
    }
}

/// In M/D/c whoever comes n-th is served when the one c before has left, or at once: the recursion of the queue itself.
#[test]
fn several_lanes_serve_in_the_order_of_coming() {
    for (lanes, load) in [(1, 0.95), (2, 0.8), (3, 0.95), (8, 0.9)] {
        let all = served((lanes, 0), load, 100_000);
        let mut free_ms = vec![0; lanes as usize];
        for (number, (came, left)) in all.into_iter().enumerate() {
            let lane = number % lanes as usize;
            free_ms[lane] = came.max(free_ms[lane]) + SERVICE_MS;
            // Vehicles leave the road before the post a ms apart.
            assert!(
                left.abs_diff(free_ms[lane]) <= 20,
                "{lanes} lanes, vehicle {number}: {left} {}",
                free_ms[lane]
            );
        }
    }
}

/// 600 vehicles, one a second, come to a post that serves one in two seconds behind a street that holds ten. The queue
/// reaches back over the junction before it, where those who turn off are held up too; nobody gets past unserved.
#[test]
fn a_queue_at_a_post_spills_back_over_the_junction() {
    let mut net = Net::default();
    net.link(0, 1, 3_000.0, 20.0, 3_600.0);
    let street = net.link(1, 2, 75.0, 15.0, 3_600.0);
    net.link(1, 3, 75.0, 15.0, 3_600.0);
    let run = |posts: &[Post]| {
        let guarded = Guarded::new(&net.table(), posts).unwrap();
        let behind = guarded.behind(street);
        let mut routes: Vec<u32> = [0, street].into_iter().chain(behind).collect();
        let end = routes.len() as u32;
        routes.extend([0, 2]);
        // Every tenth turns off.
        let departures: Vec<Departure> = (0..600)
            .map(|vehicle| {
                let (first, end) = if vehicle % 10 == 9 { (end, end + 2) } else { (0, end) };
                Departure { vehicle, at_ms: vehicle * 1_000, first, end }
            })
            .collect();
        let mut traffic = Traffic::new(&guarded.table(), settings(1, 15.0)).unwrap();
        traffic.depart(&departures, &routes).unwrap();
        let arrivals = traffic.advance(86_400_000, &routes);
        assert_eq!((arrivals.len(), traffic.inside()), (600, 0));
        arrivals
    };
    let (open, held) = (run(&[]), run(&[Post { link: street, lanes: 1, service_s: 2.0 }]));
    let mean = |arrivals: &[Arrival], turn: bool| {
        let of = arrivals.iter().filter(|arrival| (arrival.vehicle % 10 == 9) == turn);
        let times: Vec<f64> = of.map(|a| f64::from(a.at_ms - a.vehicle * 1_000) / 1_000.0).collect();
        times.iter().sum::<f64>() / times.len() as f64
    };
    assert!(mean(&open, true) < 156.0 && mean(&open, false) < 156.0);
    // 540 are served one by one; the first of them came after 155 s.
    let last = held.iter().filter(|arrival| arrival.vehicle % 10 != 9).map(|a| a.at_ms).max().unwrap();
    assert!(last.abs_diff(155_000 + 540 * 2_000) < 4_000, "{last}");
    for (number, arrival) in held.iter().filter(|arrival| arrival.vehicle % 10 != 9).enumerate() {
        assert!(arrival.at_ms >= 155_000 + number as u32 * 2_000, "{number}: {arrival:?}");
    }
    assert!(mean(&held, true) > 200.0, "{}", mean(&held, true));
}

#[test]
fn times_known_hold_the_wait_and_drivers_go_round_a_post() {
    let mut net = Net::default();
    let [fork, near, far] = [
        net.link(0, 1, 200.0, 20.0, 3_600.0),
        net.link(1, 3, 4_000.0, 20.0, 3_600.0),
        net.link(1, 2, 4_200.0, 20.0, 3_600.0),
    ];
    net.link(2, 3, 200.0, 20.0, 3_600.0);
    let network = Network { node_count: 4, from: &net.0.from, to: &net.0.to };
    let graph = Graph::of_all(network, Direction::Forward).unwrap();
    let places = [0.0, 1.0, 2.0, 3.0];
    let hierarchy = Hierarchy::new(&graph, &places, &places).unwrap();
    let sight = Sight { classes: 1, spread: 0.0, ..Sight::default() };
    let one = Settings { period_s: 3_600.0, ..Settings::default() };
    let days = |posts: &[Post]| RoadDays::with_posts((net.table(), posts), &hierarchy, one, sight, 7_200_000);
    let trips: Vec<Trip> =
        (0..600).map(|n| Trip { from: 0, to: 3, depart_ms: n * 4_000, class: 0 }).collect();
    let hour = |lived: &Lived, link: u32| f64::from(lived.times[link as usize]) / 100.0;
    // A service of 3 s for one every 4 s: nobody waits, and all pay the service.
    let light = days(&[Post { link: near, lanes: 1, service_s: 3.0 }]).unwrap();
    assert_eq!(light.free_times()[near as usize], 20_300);
    let lived = light.live(&trips, &light.free_times()).unwrap();
    assert_eq!((lived.vehicles.clone(), lived.arrived), (vec![600, 600, 0, 0], 600));
    assert!(
        (hour(&lived, near) - 203.0).abs() < 0.05 && (hour(&lived, fork) - 10.0).abs() < 0.05,
        "{lived:?}"
    );
    // Two lanes of 16 s serve half as many as come: the n-th waits 4 s longer than the one before.
    let heavy = days(&[Post { link: near, lanes: 2, service_s: 16.0 }]).unwrap();
    let lived = heavy.live(&trips, &heavy.free_times()).unwrap();
    assert!(hour(&lived, near) > 1_000.0, "{lived:?}");
    let learnt = heavy.live(&trips, &lived.times).unwrap();
    assert_eq!(learnt.vehicles, [600, 0, 600, 600], "the next day all go round");
    assert_eq!(far, 2);
    for wrong in [
        Post { link: 9, lanes: 1, service_s: 1.0 },
        Post { link: 0, lanes: 0, service_s: 1.0 },
        Post { link: 0, lanes: 1, service_s: f64::NAN },
    ] {
        assert!(days(&[wrong]).is_err());
    }
    assert!(days(&[post(0, 1), post(0, 2)]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn posts_in_any_number_of_parts_are_those_of_the_plain_rules(
        side in 4u32..9, vehicles in 200u32..1_000, seed in 0u32..1_000_000, patience_s in 5.0..90.0f64
    ) {
        let (net, departures, routes) = busy_grid(side, vehicles, seed);
        let links = net.0.from.len() as u32;
        let posts: Vec<Post> = (0..links)
            .filter(|link| (link + seed) % 5 == 0)
            .map(|link| Post { link, lanes: 1 + link % 3, service_s: 0.5 + f64::from(link % 7) })
            .collect();
        let guarded = Guarded::new(&net.table(), &posts).unwrap();
        let mut driven = Vec::new();
        let ways = departures.iter().map(|departure| {
            let first = driven.len() as u32;
            for link in &routes[departure.first as usize..departure.end as usize] {
                driven.push(*link);
                driven.extend(guarded.behind(*link));
            }
            Departure { first, end: driven.len() as u32, ..*departure }
        });
        let departures: Vec<Departure> = ways.collect();
        let net = Net(guarded.columns.clone());
        let whole = run_in_parts(&net, &departures, &driven, 1, patience_s);
        let plain = oracle::Oracle::new(&net.table(), settings(1, patience_s), &departures, &driven).run();
        let mut arrivals = plain.arrivals.clone();
        arrivals.sort_by_key(|arrival| (arrival.at_ms, arrival.vehicle));
        prop_assert!(whole == (arrivals, plain.tallies(), plain.crossings), "unlike the plain rules");
        for parts in [2, 5] {
            prop_assert!(whole == run_in_parts(&net, &departures, &driven, parts, patience_s), "{} parts", parts);
        }
    }
}
