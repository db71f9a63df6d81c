//! The hierarchy against Dijkstra's algorithm on random graphs with turn bans, closures and changes.

use super::*;
use crate::{Direction, Graph, Network, Scratch};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Case {
    nodes: u32,
    links: Vec<(u32, u32)>,
    bans: Vec<(u32, u32)>,
    time: Vec<u32>,
    then: Vec<(u32, u32)>,
    x: Vec<f64>,
    y: Vec<f64>,
    reverse: bool,
}

impl Case {
    fn graph(&self) -> Graph {
        let (from, to): (Vec<u32>, Vec<u32>) = self.links.iter().copied().unzip();
        let used: Vec<u32> = (0..from.len() as u32).collect();
        let network = Network { node_count: self.nodes as usize, from: &from, to: &to };
        let direction = if self.reverse { Direction::Reverse } else { Direction::Forward };
        Graph::new(network, &used, &self.bans, direction).unwrap()
    }

    /// All that can be asked, against Dijkstra.
    fn agrees(&self, hierarchy: &Hierarchy, weights: &Customised) {
        let graph = hierarchy.graph();
        let plain = graph.weigh(&weights.time, &vec![0; self.links.len()]).unwrap();
        let (mut scratch, mut seeker) = (Scratch::default(), Seeker::default());
        let nodes: Vec<u32> = (0..self.nodes).collect();
        let all = Targets::new(hierarchy, &nodes).unwrap();
        let some = Targets::new(hierarchy, &nodes[..nodes.len() / 3]).unwrap();
        let (mut times, mut links) = (Vec::new(), Vec::new());
        let ancestry = Ancestry::of(hierarchy).unwrap();
        let labels = Labels::new(hierarchy, &ancestry, weights).unwrap();
        for from in 0..self.nodes {
            let tree = scratch.one_to_all(graph, &plain, from).unwrap();
            for (targets, count) in [(&all, nodes.len()), (&some, nodes.len() / 3)] {
                seeker.one_to_many(hierarchy, weights, from, targets, &mut times).unwrap();
                let wanted: Vec<u32> =
                    (0..count as u32).map(|to| tree.time(to).unwrap_or(u32::MAX)).collect();
                assert_eq!(times, wanted);
            }
            for to in 0..self.nodes {
                let wanted = tree.time(to);
                assert_eq!(seeker.time(hierarchy, weights, from, to).unwrap(), wanted, "{from} {to}");
                // Times that fit are kept; longer ones are not.
                let kept = wanted.filter(|time| *time < u32::from(u16::MAX));
                assert_eq!(labels.time(hierarchy, &ancestry, from, to), kept, "{from} {to}");
                assert_eq!(seeker.path_into(hierarchy, weights, from, to, &mut links).unwrap(), wanted);
                if let Some(wanted) = wanted {
                    self.leads(&links, if self.reverse { (to, from) } else { (from, to) });
                    assert_eq!(links.iter().map(|&l| weights.time[l as usize]).sum::<u32>(), wanted);
                } else {
                    assert!(links.is_empty());
                }
            }
        }
    }

    fn leads(&self, path: &[u32], (from, to): (u32, u32)) {
        let end = path.iter().fold(from, |at, &link| {
            assert_eq!(self.links[link as usize].0, at);
            self.links[link as usize].1
        });
        assert_eq!(end, to);
        assert!(path.windows(2).all(|pair| !self.bans.contains(&(pair[0], pair[1]))));
    }
}

fn cases(nodes: u32, links: usize) -> impl Strategy<Value = Case> {
    // Times so long that two of them are no way at all come beside closed links.
    let time = prop_oneof![16 => 0_u32..30, 1 => 1_u32 << 31..u32::MAX, 2 => Just(u32::MAX)];
    let link = (0..nodes, 0..nodes, time.clone(), any::<bool>());
    let place = (-9.0_f64..9.0, -9.0_f64..9.0);
    (
        1..=nodes,
        prop::collection::vec(link, 0..links),
        prop::collection::vec(any::<(u16, u16)>(), 0..links),
        prop::collection::vec((any::<u16>(), time), 0..12),
        prop::collection::vec(place, nodes as usize),
        any::<bool>(),
    )
        .prop_map(|(nodes, list, turns, then, places, reverse)| {
            let (mut links, mut time) = (Vec::new(), Vec::new());
            for (a, b, t, both) in list {
                let (a, b) = (a % nodes, b % nodes);
                links.push((a, b));
                time.push(t);
                if both {
                    links.push((b, a));
                    time.push(t);
                }
            }
            let meeting: Vec<(u32, u32)> = (0..links.len() as u32)
                .flat_map(|a| (0..links.len() as u32).map(move |b| (a, b)))
                .filter(|&(a, b)| links[a as usize].1 == links[b as usize].0)
                .collect();
            let pick = |&(a, _): &(u16, u16)| meeting.get(a as usize % meeting.len().max(1)).copied();
            let bans = turns.iter().filter(|turn| turn.1 % 3 == 0).filter_map(pick).collect();
            let count = links.len().max(1) as u32;
            let then = then.into_iter().map(|(link, t)| (u32::from(link) % count, t));
            let then = then.filter(|(link, _)| (*link as usize) < links.len()).collect();
            let (x, y) = places[..nodes as usize].iter().copied().unzip();
            Case { nodes, links, bans, time, then, x, y, reverse }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn agrees_with_dijkstra(case in prop_oneof![cases(7, 20), cases(60, 120)]) {
        let hierarchy = Hierarchy::new(&case.graph(), &case.x, &case.y).unwrap();
        let mut weights = hierarchy.customise(&case.time).unwrap();
        case.agrees(&hierarchy, &weights);
        let mut time = case.time.clone();
        for then in case.then.chunks(case.then.len().div_ceil(2).max(1)) {
            hierarchy.change(&mut weights, then).unwrap();
            then.iter().for_each(|&(link, t)| time[link as usize] = t);
            prop_assert_eq!(&weights, &hierarchy.customise(&time).unwrap());
        }
        case.agrees(&hierarchy, &weights);
    }
}

/// A town of streets both ways whose times wave.
fn town(side: u32) -> Case {
    let mut links = Vec::new();
    for n in 0..side * side {
        let east = ((n + 1) % side != 0).then_some(n + 1);
        let north = (n + side < side * side).then_some(n + side);
        links.extend([east, north].into_iter().flatten().flat_map(|m| [(n, m), (m, n)]));
    }
    let time = (0..links.len() as u32).map(|l| 50 + l * l % 97).collect();
    let (x, y) = (0..side * side).map(|n| (f64::from(n % side), f64::from(n / side))).unzip();
    Case { nodes: side * side, links, bans: Vec::new(), time, then: Vec::new(), x, y, reverse: false }
}

#[test]
fn threads_and_the_way_of_changing_make_no_difference() {
    let town = town(60);
    let made = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let hierarchy = Hierarchy::new(&town.graph(), &town.x, &town.y).unwrap();
            let weights = hierarchy.customise(&town.time).unwrap();
            (hierarchy.rank.clone(), weights)
        })
    };
    let one = made(1);
    assert!(one == made(2) && one == made(5));
    let hierarchy = Hierarchy::new(&town.graph(), &town.x, &town.y).unwrap();
    // Shortcuts of a square grid grow as n log n when its separators are good.
    assert!(hierarchy.arc_count() < 24 * 3600, "{}", hierarchy.arc_count());
    let mut weights = one.1.clone();
    let closed: Vec<(u32, u32)> = (0..20).map(|k| (k * 601, u32::MAX)).collect();
    assert!(hierarchy.change(&mut weights, &closed).unwrap() > 20);
    let opened: Vec<(u32, u32)> = closed.iter().map(|&(link, _)| (link, town.time[link as usize])).collect();
    hierarchy.change(&mut weights, &opened).unwrap();
    assert!(weights == one.1);
}

#[test]
fn faults_are_named() {
    let town = town(3);
    let graph = town.graph();
    assert!(Hierarchy::new(&graph, &town.x[1..], &town.y).is_err());
    let hierarchy = Hierarchy::new(&graph, &town.x, &town.y).unwrap();
    assert!(hierarchy.customise(&town.time[1..]).is_err());
    let mut weights = hierarchy.customise(&town.time).unwrap();
    assert!(hierarchy.change(&mut weights, &[(0, 1), (999, 1)]).is_err());
    assert!(Targets::new(&hierarchy, &[9]).is_err());
    let none = Targets::new(&hierarchy, &[]).unwrap();
    let (mut seeker, mut times) = (Seeker::default(), vec![1]);
    assert!(seeker.one_to_many(&hierarchy, &weights, 9, &none, &mut times).is_err());
    seeker.one_to_many(&hierarchy, &weights, 0, &none, &mut times).unwrap();
    assert!(times.is_empty() && none.is_empty());
    assert_eq!(seeker.time(&hierarchy, &weights, 0, 99).unwrap(), None);
    // A seeker may serve one hierarchy after another.
    let other = self::town(4);
    let larger = Hierarchy::new(&other.graph(), &other.x, &other.y).unwrap();
    other.agrees(&larger, &larger.customise(&other.time).unwrap());
    assert!(seeker.time(&larger, &weights, 0, 1).is_err());
    let nothing = Graph::of_all(Network { node_count: 0, from: &[], to: &[] }, Direction::Forward).unwrap();
    assert_eq!(Hierarchy::new(&nothing, &[], &[]).unwrap().arc_count(), 0);
}
