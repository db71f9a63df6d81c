//! Quickest paths from one origin to its destinations by real-valued times.

use crate::graph::{Graph, NONE};
use crate::queue::Heap;

/// What a search runs on: a graph and the present time of each of its arcs.
#[derive(Clone, Copy)]
pub(super) struct Roads<'a> {
    pub(super) graph: &'a Graph,
    /// Time per arc.
    pub(super) time: &'a [f64],
    /// Per node, whether it is only begun or ended at; empty when all may be passed.
    pub(super) terminal: &'a [bool],
}

/// Memory of a search, to be used again by the next one.
#[derive(Default)]
pub(super) struct Search {
    /// Per vertex the time at which it is reached, infinite if it isn't.
    reached: Vec<f64>,
    /// Arc by which each vertex was reached and the vertex where that arc begins.
    by: Vec<(u32, u32)>,
    wanted: Vec<bool>,
    heap: Heap,
}

impl Search {
    /// Searches until all destinations are reached, or all that can be reached is.
    pub(super) fn run(&mut self, roads: Roads<'_>, origin: u32, destinations: impl Iterator<Item = u32>) {
        let graph = roads.graph;
        self.reached.clear();
        self.reached.resize(graph.vertex_count(), f64::INFINITY);
        self.by.resize(graph.vertex_count(), (NONE, NONE));
        self.wanted.clear();
        self.wanted.resize(graph.node_count(), false);
        let mut left = 0;
        for node in destinations {
            left += usize::from(!std::mem::replace(&mut self.wanted[node as usize], true));
        }
        self.heap.clear();
        self.reached[origin as usize] = 0.0;
        self.by[origin as usize] = (NONE, NONE);
        self.heap.push(0.0_f64.to_bits(), origin);
        let heads = graph.heads();
        while let Some((bits, vertex)) = self.heap.pop() {
            // Non-negative numbers are ordered as their bits are.
            let at = f64::from_bits(bits);
            if at > self.reached[vertex as usize] {
                continue;
            }
            let node = graph.node_of(vertex) as usize;
            if std::mem::replace(&mut self.wanted[node], false) {
                left -= 1;
                if left == 0 {
                    return;
                }
            }
            if vertex != origin && roads.terminal.get(node).is_some_and(|&terminal| terminal) {
                continue;
            }
            for arc in graph.arc_range(vertex) {
                let then = at + roads.time[arc];
                let head = heads[arc];
                if then < self.reached[head as usize] {
                    self.reached[head as usize] = then;
                    self.by[head as usize] = (arc as u32, vertex);
                    self.heap.push(then.to_bits(), head);
                }
            }
        }
    }

    /// Time to a destination of the last search, infinite if it wasn't reached.
    pub(super) fn time(&self, graph: &Graph, node: u32) -> f64 {
        self.reached[self.vertex(graph, node) as usize]
    }

    /// Appends the links of the path to a destination that was reached, in the order of travel.
    pub(super) fn path_into(&self, graph: &Graph, node: u32, links: &mut Vec<u32>) {
        let start = links.len();
        let mut vertex = self.vertex(graph, node);
        loop {
            let (arc, parent) = self.by[vertex as usize];
            if arc == NONE {
                break;
            }
            links.push(graph.link_of_arc(arc));
            vertex = parent;
        }
        links[start..].reverse();
    }

    /// The vertex by which a node is reached first.
    fn vertex(&self, graph: &Graph, node: u32) -> u32 {
        let earlier = |best: u32, copy: u32| {
            if self.reached[copy as usize] < self.reached[best as usize] { copy } else { best }
        };
        graph.copies(node).fold(node, earlier)
    }
}
