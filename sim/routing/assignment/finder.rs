//! Who finds quickest paths at the present times: searches from each origin, or look-ups in a hierarchy.

use super::search::{Roads, Search};
use crate::graph::Graph;
use crate::hierarchy::{Customised, Hierarchy, Seeker};
use crate::problem::Problem;

/// Steps in which a hierarchy knows a unit of time: thousandths.
const STEPS: f64 = 1e3;
/// Most steps that a link counts with: a day in milliseconds.
const STEPS_MAX: f64 = 8.64e7;

/// A way to find paths.
pub(super) enum Finder<'a> {
    /// Searches from an origin until all its destinations are reached.
    Graph {
        graph: Graph,
        /// Nodes that no path passes; empty where all may be passed.
        terminal: Vec<bool>,
        /// Present time of each arc.
        arc_time: Vec<f64>,
    },
    /// Looks up each pair; for many pairs with few destinations each. Times count in thousandths of their unit.
    Hierarchy {
        hierarchy: &'a Hierarchy,
        weights: Customised,
        /// Present time of each link, in steps.
        steps: Vec<u32>,
        /// Links that nobody may use.
        closed: Vec<bool>,
    },
}

/// What searches remember, to be used again by the next ones.
#[derive(Default)]
pub(super) struct Memory {
    search: Search,
    seeker: Seeker,
}

impl<'a> Finder<'a> {
    /// Searches on a graph.
    pub(super) fn on_graph(graph: Graph, terminal: &[bool]) -> Self {
        let arc_time = vec![0.0; graph.arc_count()];
        Self::Graph { graph, terminal: terminal.to_vec(), arc_time }
    }

    /// Looks up in a hierarchy, in which links may be closed.
    pub(super) fn on_hierarchy(hierarchy: &'a Hierarchy, closed: &[u32]) -> Result<Self, Problem> {
        let links = hierarchy.graph().link_count();
        let mut shut = vec![false; links];
        for link in closed {
            crate::problem::in_range("closed link", *link as usize, links)?;
            shut[*link as usize] = true;
        }
        let steps = vec![1; links];
        Ok(Self::Hierarchy { hierarchy, weights: hierarchy.customise(&steps)?, steps, closed: shut })
    }

    /// The graph that paths lie on.
    pub(super) fn graph(&self) -> &Graph {
        match self {
            Self::Graph { graph, .. } => graph,
            Self::Hierarchy { hierarchy, .. } => hierarchy.graph(),
        }
    }

    /// Takes over the present time of each link.
    pub(super) fn see(&mut self, time: &[f64]) {
        match self {
            Self::Graph { graph, arc_time, .. } => {
                for (arc, seen) in arc_time.iter_mut().enumerate() {
                    *seen = time[graph.link_of_arc(arc as u32) as usize];
                }
            }
            Self::Hierarchy { hierarchy, weights, steps, closed } => {
                for ((steps, time), closed) in steps.iter_mut().zip(time).zip(closed) {
                    let whole = (time * STEPS).round().clamp(1.0, STEPS_MAX) as u32;
                    *steps = if *closed { u32::MAX } else { whole };
                }
                // The hierarchy's own number of links, checked when it was taken in.
                let same_network = hierarchy.recustomise(weights, steps);
                debug_assert!(same_network.is_ok());
            }
        }
    }

    /// Makes ready for questions about an origin.
    pub(super) fn begin(&self, memory: &mut Memory, origin: u32, destinations: impl Iterator<Item = u32>) {
        if let Self::Graph { graph, terminal, arc_time } = self {
            memory.search.run(Roads { graph, time: arc_time, terminal }, origin, destinations);
        }
    }

    /// Quickest time from the origin begun with; infinite where there is no way.
    pub(super) fn time(&self, memory: &mut Memory, origin: u32, destination: u32) -> f64 {
        match self {
            Self::Graph { graph, .. } => memory.search.time(graph, destination),
            Self::Hierarchy { hierarchy, weights, .. } => {
                let steps = memory.seeker.time(hierarchy, weights, origin, destination).ok().flatten();
                steps.map_or(f64::INFINITY, |steps| f64::from(steps) / STEPS)
            }
        }
    }

    /// The links of a quickest path from the origin begun with to a destination that can be reached.
    pub(super) fn path(&self, memory: &mut Memory, origin: u32, destination: u32) -> Vec<u32> {
        let mut links = Vec::new();
        match self {
            Self::Graph { graph, .. } => memory.search.path_into(graph, destination, &mut links),
            Self::Hierarchy { hierarchy, weights, .. } => {
                let found = memory.seeker.path_into(hierarchy, weights, origin, destination, &mut links);
                debug_assert!(found.is_ok_and(|time| time.is_some()));
            }
        }
        links
    }

    /// Time along a path, summed as it is found, so that the same path has the same time to the last bit.
    pub(super) fn time_along(&self, links: &[u32], time: &[f64]) -> f64 {
        match self {
            Self::Graph { .. } => links.iter().fold(0.0, |sum, &link| sum + time[link as usize]),
            Self::Hierarchy { steps, .. } => {
                let sum: u64 = links.iter().map(|link| u64::from(steps[*link as usize])).sum();
                sum as f64 / STEPS
            }
        }
    }
}
