//! Bellman–Ford over links (a state is the link last used, so turn bans need no split nodes).

use crate::{Direction, Graph, Network, Scratch, Search, Source};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Case {
    nodes: usize,
    from: Vec<u32>,
    to: Vec<u32>,
    time: Vec<u32>,
    length: Vec<u32>,
    open: Vec<bool>,
    bans: Vec<(u32, u32)>,
}

impl Case {
    fn network(&self) -> Network<'_> {
        Network { node_count: self.nodes, from: &self.from, to: &self.to }
    }

    fn links(&self) -> Vec<u32> {
        (0..self.from.len() as u32).filter(|&l| self.open[l as usize]).collect()
    }

    fn usable(&self, link: usize) -> bool {
        self.open[link] && self.time[link] != u32::MAX
    }

    /// Least (time, length) to each node.
    fn costs(&self, sources: &[Source]) -> Vec<Option<(u64, u64)>> {
        let links = self.from.len();
        let step = |cost: (u64, u64), l: usize| {
            (cost.0 + u64::from(self.time[l]), cost.1 + u64::from(self.length[l]))
        };
        let mut node: Vec<Option<(u64, u64)>> = vec![None; self.nodes];
        let better = |best: &mut Option<(u64, u64)>, cost| {
            let improved = best.is_none_or(|b| cost < b);
            if improved {
                *best = Some(cost);
            }
            improved
        };
        for s in sources {
            better(&mut node[s.node as usize], (u64::from(s.time), u64::from(s.length)));
        }
        let start = node.clone();
        let mut best: Vec<Option<(u64, u64)>> = vec![None; links];
        for l in (0..links).filter(|&l| self.usable(l)) {
            best[l] = start[self.from[l] as usize].map(|cost| step(cost, l));
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (a, b) in (0..links).flat_map(|a| (0..links).map(move |b| (a, b))) {
                let turns = self.to[a] == self.from[b] && !self.bans.contains(&(a as u32, b as u32));
                if turns
                    && self.usable(b)
                    && let Some(cost) = best[a]
                {
                    changed |= better(&mut best[b], step(cost, b));
                }
            }
        }
        for l in 0..links {
            if let Some(cost) = best[l] {
                better(&mut node[self.to[l] as usize], cost);
            }
        }
        node
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let link = (0_u32..7, 0_u32..7, 0_u32..6, 0_u32..6, 0_u8..10);
    (prop::collection::vec(link, 0..24), prop::collection::vec(any::<(u16, u16)>(), 0..30)).prop_map(
        |(links, turns)| {
            let column = |f: fn(&(u32, u32, u32, u32, u8)) -> u32| links.iter().map(f).collect::<Vec<u32>>();
            let (from, to) = (column(|l| l.0), column(|l| l.1));
            let pairs: Vec<(u32, u32)> = (0..from.len())
                .flat_map(|a| (0..from.len()).map(move |b| (a, b)))
                .filter(|&(a, b)| to[a] == from[b])
                .map(|(a, b)| (a as u32, b as u32))
                .collect();
            let pick = |&(a, _): &(u16, u16)| pairs.get(a as usize % pairs.len().max(1)).copied();
            Case {
                nodes: 7,
                bans: turns.iter().filter_map(pick).collect(),
                time: column(|l| match l.4 {
                    0 => u32::MAX,
                    2 => l.2 * 50_000,
                    _ => l.2,
                }),
                length: column(|l| l.3),
                open: links.iter().map(|l| l.4 != 1).collect(),
                from,
                to,
            }
        },
    )
}

fn source(node: u32, time: u32, length: u32) -> Source {
    Source { node, time, length }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn dijkstra_is_exact(case in cases(), a in 0_u32..7, b in (0_u32..7, 0_u32..9, 0_u32..9), two in any::<bool>()) {
        let graph = Graph::new(case.network(), &case.links(), &case.bans, Direction::Forward).unwrap();
        let weights = graph.weigh(&case.time, &case.length).unwrap();
        let mut sources = vec![source(a, 0, 0)];
        if two { sources.push(source(b.0, b.1, b.2)) }
        let mut scratch = Scratch::default();
        let tree = scratch.search(&graph, &weights, &sources, Search::default()).unwrap();
        let expected = case.costs(&sources);
        for node in 0..7 {
            let cost = tree.cost(node).map(|(t, l)| (u64::from(t), u64::from(l)));
            prop_assert_eq!(cost, expected[node as usize]);
            let Some(path) = tree.path(node) else { continue };
            // The path is drivable, ends at the node, breaks no ban, and costs what the tree says.
            let start = path.first().map_or(node, |&l| case.from[l as usize]);
            let end = path.last().map_or(node, |&l| case.to[l as usize]);
            prop_assert_eq!(end, node);
            for turn in path.windows(2) {
                prop_assert_eq!(case.to[turn[0] as usize], case.from[turn[1] as usize]);
                prop_assert!(!case.bans.contains(&(turn[0], turn[1])));
            }
            prop_assert!(path.iter().all(|&l| case.usable(l as usize)));
            let sum = |of: &[u32]| path.iter().map(|&l| of[l as usize]).sum::<u32>();
            let cost = (sum(&case.time), sum(&case.length));
            let from = sources.iter().filter(|s| s.node == start);
            let total = from.map(|s| (s.time + cost.0, s.length + cost.1)).min();
            prop_assert_eq!(total, tree.cost(node));
        }
        let mut reached: Vec<u32> = tree.reached().collect();
        reached.sort_unstable();
        prop_assert_eq!(reached, (0..7).filter(|&n| tree.cost(n).is_some()).collect::<Vec<_>>());
    }

    #[test]
    fn reverse_is_forward_from_everywhere(case in cases(), target in 0_u32..7) {
        let reverse = Graph::new(case.network(), &case.links(), &case.bans, Direction::Reverse).unwrap();
        let weights = reverse.weigh(&case.time, &case.length).unwrap();
        let mut scratch = Scratch::default();
        let tree = scratch.one_to_all(&reverse, &weights, target).unwrap();
        for node in 0..7 {
            let cost = tree.cost(node).map(|(t, l)| (u64::from(t), u64::from(l)));
            prop_assert_eq!(cost, case.costs(&[source(node, 0, 0)])[target as usize]);
            let Some(path) = tree.path(node) else { continue };
            prop_assert_eq!(path.first().map_or(node, |&l| case.from[l as usize]), node);
            prop_assert_eq!(path.last().map_or(node, |&l| case.to[l as usize]), target);
            for turn in path.windows(2) {
                prop_assert_eq!(case.to[turn[0] as usize], case.from[turn[1] as usize]);
                prop_assert!(!case.bans.contains(&(turn[0], turn[1])));
            }
        }
    }

    #[test]
    fn bounds_only_hide_what_is_beyond(
        case in cases(), limit in 0_u32..15, targets in prop::collection::vec(0_u32..7, 1..4)
    ) {
        let graph = Graph::new(case.network(), &case.links(), &case.bans, Direction::Forward).unwrap();
        let weights = graph.weigh(&case.time, &case.length).unwrap();
        let mut scratch = Scratch::default();
        let tree = scratch.one_to_all(&graph, &weights, 0).unwrap();
        let all: Vec<_> = (0..7).map(|n| tree.cost(n)).collect();
        // The same scratch serves all three searches, so nothing may be left over from one to the next.
        let search = Search { limit, ..Search::default() };
        let tree = scratch.search(&graph, &weights, &[0.into()], search).unwrap();
        for node in 0..7 {
            prop_assert_eq!(tree.cost(node), all[node as usize].filter(|c| c.0 <= limit));
        }
        let search = Search { targets: &targets, ..Search::default() };
        let tree = scratch.search(&graph, &weights, &[0.into()], search).unwrap();
        for node in 0..7 {
            let cost = tree.cost(node);
            prop_assert!(cost.is_none() || cost == all[node as usize]);
            if targets.contains(&node) { prop_assert_eq!(cost, all[node as usize]) }
        }
    }
}

proptest! {
    #[test]
    fn broken_networks_never_panic(
        nodes in 0_usize..4,
        from in prop::collection::vec(0_u32..4, 0..4),
        to in prop::collection::vec(0_u32..4, 0..4),
        links in prop::collection::vec(0_u32..4, 0..4),
        ban in (0_u32..4, 0_u32..4),
        column in prop::collection::vec(any::<u32>(), 0..4),
    ) {
        let network = Network { node_count: nodes, from: &from, to: &to };
        let Ok(graph) = Graph::new(network, &links, &[ban], Direction::Forward) else { return Ok(()) };
        let Ok(weights) = graph.weigh(&column, &column) else { return Ok(()) };
        let mut scratch = Scratch::default();
        let start = source(0, u32::MAX, 1 << 31);
        if let Ok(tree) = scratch.search(&graph, &weights, &[start], Search::default()) {
            prop_assert_eq!(tree.path(u32::MAX), None);
        }
    }
}

#[test]
fn a_banned_left_turn_costs_a_loop() {
    // A block 1-2-3-4 to the right of the junction 1; the turn from link 0 to link 1 is banned.
    let (from, to) = ([0, 1, 1, 2, 3, 4], [1, 5, 2, 3, 4, 1]);
    let network = Network { node_count: 6, from: &from, to: &to };
    let links = [0, 1, 2, 3, 4, 5];
    let graph = Graph::new(network, &links, &[(0, 1)], Direction::Forward).unwrap();
    let weights = graph.weigh(&[10; 6], &[7; 6]).unwrap();
    let mut scratch = Scratch::default();
    let tree = scratch.one_to_all(&graph, &weights, 0).unwrap();
    assert_eq!(tree.cost(1), Some((10, 7)));
    assert_eq!(tree.cost(5), Some((60, 42)));
    assert_eq!(tree.path(5).unwrap(), [0, 2, 3, 4, 5, 1]);
    assert_eq!(tree.cost(9), None);
    assert!(scratch.one_to_all(&graph, &weights, 6).is_err());
}
