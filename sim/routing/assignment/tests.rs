//! Equilibria known from theory, and any equilibrium against Wardrop's own condition.

use super::*;
use crate::graph::{Direction, Graph, Network};
use proptest::prelude::*;

fn graph(nodes: usize, from: &[u32], to: &[u32]) -> Graph {
    Graph::of_all(Network { node_count: nodes, from, to }, Direction::Forward).unwrap()
}

fn line(base: f64, per_volume: f64) -> VolumeDelay {
    // A link of no free time at all couldn't get slower by a share of it.
    let free_time = 1e-9;
    VolumeDelay { free_time, b: per_volume / free_time, capacity: 1.0, power: 1.0, fixed: base }
}

fn trips(origin: u32, destination: u32, volume: f64) -> Demand {
    Demand { origin, destination, volume }
}

/// Braess's paradox (1968): with the bridge everybody takes 92, without it 83.
#[test]
fn braess() {
    let (from, to) = ([0, 0, 1, 2, 1], [1, 2, 3, 3, 2]);
    let delay = [line(0.0, 10.0), line(50.0, 1.0), line(50.0, 1.0), line(0.0, 10.0), line(10.0, 1.0)];
    for (links, volumes, time) in [(5, &[4.0, 2.0, 2.0, 4.0, 2.0][..], 92.0), (4, &[3.0; 4], 83.0)] {
        let graph = graph(4, &from[..links], &to[..links]);
        let mut state = Equilibrium::new(graph, &delay[..links], &[], &[trips(0, 3, 6.0)]).unwrap();
        let progress = state.solve(1e-14, 100, |_, _| {});
        assert!(progress.relative_gap <= 1e-14);
        assert!((progress.total_time - 6.0 * time).abs() < 1e-6);
        assert!(state.volumes().iter().zip(volumes).all(|(a, b)| (a - b).abs() < 1e-6), "{links} links");
    }
}

#[test]
fn terminals_are_not_passed_and_what_has_no_path_is_named() {
    // Straight through node 1 takes 2, around it takes 10.
    let network = || graph(4, &[0, 1, 0, 2], &[1, 2, 3, 0]);
    let delay = [1.0, 1.0, 1.0, 1.0].map(VolumeDelay::constant);
    let demand = [trips(0, 2, 5.0), trips(0, 1, 2.0), trips(0, 1, 1.0), trips(1, 1, 9.0), trips(0, 3, 0.0)];
    let free = Equilibrium::new(network(), &delay, &[], &demand).unwrap();
    assert_eq!((free.volumes(), free.unreached().len()), (&[8.0, 5.0, 0.0, 0.0][..], 0));
    let mut state = Equilibrium::new(network(), &delay, &[false, true, false, false], &demand).unwrap();
    assert_eq!(state.unreached(), [trips(0, 2, 5.0)]);
    assert_eq!(state.volumes(), [3.0, 0.0, 0.0, 0.0]);
    assert_eq!(state.measure().relative_gap, 0.0);
    assert_eq!(state.paths().collect::<Vec<_>>(), [(0, 1, &[0][..], 3.0)]);
}

#[test]
fn faults_are_named() {
    let delay = [VolumeDelay::constant(1.0)];
    let new = |delay: &[VolumeDelay], terminal: &[bool], demand: Demand| {
        Equilibrium::new(graph(2, &[0], &[1]), delay, terminal, &[demand]).err()
    };
    use crate::Problem;
    assert_eq!(new(&delay, &[], trips(0, 1, f64::NAN)), Some(Problem::Demand(0)));
    assert!(matches!(new(&delay, &[], trips(0, 2, 1.0)), Some(Problem::OutOfRange { .. })));
    assert!(matches!(new(&delay, &[true], trips(0, 1, 1.0)), Some(Problem::Lengths { .. })));
    assert_eq!(new(&[VolumeDelay::constant(-1.0)], &[], trips(0, 1, 1.0)), Some(Problem::Delay(0)));
}

#[test]
fn many_trips_on_narrow_links_still_balance() {
    // A power of 16.8 makes times overshoot by many orders; moves must stay within their bounds.
    let narrow = |free_time| VolumeDelay { free_time, b: 0.15, capacity: 10.0, power: 16.8, fixed: 0.0 };
    let delay = [narrow(1.0), narrow(2.0), narrow(3.0)];
    let mut state =
        Equilibrium::new(graph(2, &[0, 0, 0], &[1, 1, 1]), &delay, &[], &[trips(0, 1, 100.0)]).unwrap();
    assert!(state.solve(1e-12, 200, |_, _| {}).relative_gap <= 1e-12);
}

/// From, to, free time, capacity and power of a link.
type Link = (u32, u32, f64, f64, f64);

fn networks() -> impl Strategy<Value = (Vec<Link>, Vec<(u32, u32, f64)>)> {
    let link =
        (0_u32..8, 0_u32..8, 0.0_f64..9.0, 5.0_f64..50.0, prop::sample::select(vec![0.0, 1.0, 2.5, 4.0]));
    (prop::collection::vec(link, 8..40), prop::collection::vec((0_u32..8, 0_u32..8, 0.0_f64..40.0), 1..12))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nobody_gains_by_another_path((links, demand) in networks()) {
        let (from, to): (Vec<u32>, Vec<u32>) = links.iter().map(|l| (l.0, l.1)).unzip();
        let delay: Vec<VolumeDelay> = links
            .iter()
            .map(|&(_, _, free_time, capacity, power)| VolumeDelay { free_time, b: 0.15, capacity, power, fixed: 0.1 })
            .collect();
        let demand: Vec<Demand> = demand.iter().map(|&(a, b, volume)| trips(a, b, volume)).collect();
        let mut state = Equilibrium::new(graph(8, &from, &to), &delay, &[], &demand).unwrap();
        let progress = state.solve(1e-9, 300, |_, _| {});
        prop_assert!(progress.relative_gap <= 1e-9, "{progress:?}");
        // Shortest times between all nodes, the slow way.
        let mut least = [[f64::INFINITY; 8]; 8];
        (0..8).for_each(|n| least[n][n] = 0.0);
        for (link, &time) in state.times().iter().enumerate() {
            let entry = &mut least[from[link] as usize][to[link] as usize];
            *entry = entry.min(time);
        }
        for k in 0..8 { for i in 0..8 { for j in 0..8 {
            least[i][j] = least[i][j].min(least[i][k] + least[k][j]);
        }}}
        let (mut carried, mut excess) = (vec![0.0; links.len()], 0.0);
        for (a, b, path, volume) in state.paths() {
            prop_assert_eq!((from[path[0] as usize], to[path[path.len() - 1] as usize]), (a, b));
            prop_assert!(path.windows(2).all(|w| to[w[0] as usize] == from[w[1] as usize]) && volume >= 0.0);
            path.iter().for_each(|&link| carried[link as usize] += volume);
            let time: f64 = path.iter().map(|&link| state.times()[link as usize]).sum();
            excess += volume * (time - least[a as usize][b as usize]);
        }
        prop_assert!(excess <= 2e-9 * progress.total_time + 1e-9);
        for (link, volume) in state.volumes().iter().enumerate() {
            prop_assert!((carried[link] - volume).abs() < 1e-9);
            prop_assert!((delay[link].time(*volume) - state.times()[link]).abs() < 1e-9);
        }
        let served: f64 = demand.iter().filter(|d| d.origin != d.destination).map(|d| d.volume).sum();
        let unserved: f64 = state.unreached().iter().map(|d| d.volume).sum();
        prop_assert!((state.paths().map(|p| p.3).sum::<f64>() + unserved - served).abs() < 1e-9);
    }
}

/// A square of streets in both directions: the ends of its links, and their delays.
fn square(side: u32) -> (Vec<u32>, Vec<u32>, Vec<VolumeDelay>) {
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for n in 0..side * side {
        let (x, y) = (n % side, n / side);
        let east = (x + 1 < side).then_some(n + 1);
        let north = (y + 1 < side).then_some(n + side);
        for m in [east, north].into_iter().flatten() {
            from.extend([n, m]);
            to.extend([m, n]);
        }
    }
    let delay = |l: usize| VolumeDelay {
        free_time: 1.0 + (l * 37 % 11) as f64 / 10.0,
        b: 0.15,
        capacity: 60.0,
        power: 4.0,
        fixed: 0.0,
    };
    let delay = (0..from.len()).map(delay).collect();
    (from, to, delay)
}

/// Ways looked up in a hierarchy lead to the same equilibrium as searches; beginning from its volumes there is little
/// left to do; closed links stay empty.
#[test]
fn a_hierarchy_leads_to_the_same_equilibrium() {
    let side = 9_u32;
    let (from, to, mut delay) = square(side);
    delay.iter_mut().for_each(|delay| delay.free_time *= 30.0);
    let nodes = side * side;
    let demand: Vec<Demand> = (0..nodes * 60)
        .map(|k| trips(k % nodes, k / nodes * 29 % nodes, f64::from(1 + k % 5) / 9.0))
        .collect();
    let mut searched = Equilibrium::new(graph(nodes as usize, &from, &to), &delay, &[], &demand).unwrap();
    let best = searched.solve(1e-9, 200, |_, _| {});
    let places: Vec<f64> = (0..nodes).map(|n| f64::from(n % side) * 1.01 + f64::from(n / side)).collect();
    let hierarchy =
        crate::hierarchy::Hierarchy::new(&graph(nodes as usize, &from, &to), &places, &places).unwrap();
    let mut first = Equilibrium::on_hierarchy(&hierarchy, &delay, &[], &demand, &[]).unwrap();
    let mut rounds = 0;
    let progress = first.solve(1e-5, 200, |round, _| rounds = round);
    assert!(progress.relative_gap <= 1e-5 && rounds > 1, "{progress:?} {rounds}");
    assert!((progress.objective / best.objective - 1.0).abs() < 1e-5, "{progress:?} {best:?}");
    let apart: f64 = first.volumes().iter().zip(searched.volumes()).map(|(a, b)| (a - b).abs()).sum();
    assert!(apart < 0.01 * searched.volumes().iter().sum::<f64>(), "{apart}");
    let mut again = Equilibrium::on_hierarchy(&hierarchy, &delay, &[], &demand, first.volumes()).unwrap();
    let mut begun = 1.0;
    again.solve(1e-5, 200, |round, progress| {
        if round == 0 {
            begun = progress.relative_gap;
        }
    });
    let mut cold = 0.0;
    Equilibrium::on_hierarchy(&hierarchy, &delay, &[], &demand, &[]).unwrap().solve(1.0, 0, |_, progress| {
        cold = progress.relative_gap;
    });
    assert!(begun < 0.5 * cold, "begins at {begun}, without a guess at {cold}");
    let mut shut = Equilibrium::on_hierarchy(&hierarchy, &delay, &[0, 7], &demand, first.volumes()).unwrap();
    shut.solve(1e-5, 200, |_, _| {});
    assert_eq!((shut.volumes()[0], shut.volumes()[7], shut.unreached().len()), (0.0, 0.0, 0));
    assert!(Equilibrium::on_hierarchy(&hierarchy, &delay, &[9_999], &demand, &[]).is_err());
    assert!(Equilibrium::on_hierarchy(&hierarchy, &delay, &[], &demand, &[1.0]).is_err());
}

/// A square of streets with demand between all its corners, large enough for many tasks.
#[test]
fn threads_change_nothing() {
    let side = 12_u32;
    let (from, to, delay) = square(side);
    let nodes = side * side;
    let demand: Vec<Demand> =
        (0..nodes * 9).map(|k| trips(k % nodes, k * 29 % nodes, f64::from(1 + k % 5))).collect();
    let solve = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut state =
                Equilibrium::new(graph(nodes as usize, &from, &to), &delay, &[], &demand).unwrap();
            let progress = state.solve(1e-6, 60, |_, _| {});
            assert!(progress.relative_gap <= 1e-6);
            (state.volumes().to_vec(), progress)
        })
    };
    let one = solve(1);
    assert!(one == solve(2) && one == solve(7));
}
