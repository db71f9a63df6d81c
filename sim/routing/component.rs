//! Strong components: which nodes can reach one another.

use crate::graph::{Direction, Graph, NONE, Network};
use crate::problem::Problem;

/// Marks the nodes of the largest strongly connected component (of two equal ones, that with the lowest node).
///
/// Tarjan's algorithm with an explicit stack, O(nodes + links). One flag per node.
///
/// # Errors
/// Slices of different length or a node that doesn't exist.
pub fn largest_strong_component(node_count: usize, from: &[u32], to: &[u32]) -> Result<Vec<bool>, Problem> {
    let graph = Graph::of_all(Network { node_count, from, to }, Direction::Forward)?;
    let component = strong_components(&graph);
    let mut size = vec![0_u32; node_count];
    component.iter().for_each(|&c| size[c as usize] += 1);
    // Scanning nodes in order makes the lowest node decide between equal components.
    let mut largest = NONE;
    for &c in &component {
        if largest == NONE || size[c as usize] > size[largest as usize] {
            largest = c;
        }
    }
    Ok(component.into_iter().map(|c| c == largest).collect())
}

/// Component number of each node; numbers are below the node count.
fn strong_components(graph: &Graph) -> Vec<u32> {
    let nodes = graph.node_count();
    let mut state = Tarjan {
        order: vec![NONE; nodes],
        low: vec![0; nodes],
        component: vec![NONE; nodes],
        open: Vec::new(),
        visited: 0,
        found: 0,
    };
    let mut calls: Vec<(u32, usize)> = Vec::new();
    for root in 0..nodes as u32 {
        if state.order[root as usize] != NONE {
            continue;
        }
        state.enter(root);
        calls.push((root, graph.arc_range(root).start));
        while let Some((node, arc)) = calls.last_mut() {
            let v = *node;
            if *arc < graph.arc_range(v).end {
                let w = graph.heads()[*arc];
                *arc += 1;
                if state.order[w as usize] == NONE {
                    state.enter(w);
                    calls.push((w, graph.arc_range(w).start));
                } else if state.component[w as usize] == NONE {
                    state.low[v as usize] = state.low[v as usize].min(state.order[w as usize]);
                }
            } else {
                calls.pop();
                state.leave(v);
                if let Some(&(caller, _)) = calls.last() {
                    state.low[caller as usize] = state.low[caller as usize].min(state.low[v as usize]);
                }
            }
        }
    }
    state.component
}

/// Per node: when first seen, the earliest open node it reaches, and its component once known.
struct Tarjan {
    order: Vec<u32>,
    low: Vec<u32>,
    component: Vec<u32>,
    open: Vec<u32>,
    visited: u32,
    found: u32,
}

impl Tarjan {
    fn enter(&mut self, node: u32) {
        self.order[node as usize] = self.visited;
        self.low[node as usize] = self.visited;
        self.visited += 1;
        self.open.push(node);
    }

    /// Closes the component of `node` when the node is the first seen of it.
    fn leave(&mut self, node: u32) {
        if self.low[node as usize] != self.order[node as usize] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member as usize] = self.found;
            if member == node {
                break;
            }
        }
        self.found += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn empty_and_deep() {
        assert_eq!(largest_strong_component(0, &[], &[]).unwrap(), Vec::<bool>::new());
        assert_eq!(largest_strong_component(2, &[], &[]).unwrap(), [true, false]);
        let nodes = 1_000_000_u32;
        let from: Vec<u32> = (0..nodes).collect();
        let to: Vec<u32> = (0..nodes).map(|n| (n + 1) % nodes).collect();
        assert!(largest_strong_component(nodes as usize, &from, &to).unwrap().into_iter().all(|x| x));
    }

    proptest! {
        #[test]
        fn agrees_with_reachability(links in prop::collection::vec((0_u32..9, 0_u32..9), 0..20)) {
            let (from, to): (Vec<u32>, Vec<u32>) = links.iter().copied().unzip();
            let mut reach = [[false; 9]; 9];
            (0..9).for_each(|n| reach[n][n] = true);
            links.iter().for_each(|&(a, b)| reach[a as usize][b as usize] = true);
            for k in 0..9 { for i in 0..9 { for j in 0..9 {
                reach[i][j] |= reach[i][k] && reach[k][j];
            }}}
            let members = |n: usize| -> Vec<bool> { (0..9).map(|m| reach[n][m] && reach[m][n]).collect() };
            let size = |n: usize| members(n).into_iter().filter(|&x| x).count();
            let best = (0..9).rev().max_by_key(|&n| size(n)).unwrap();
            prop_assert_eq!(largest_strong_component(9, &from, &to).unwrap(), members(best));
        }
    }
}
