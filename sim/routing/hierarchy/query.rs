//! Queries on customised weights: one pair with its path, and one source to many targets.

use super::customise::Customised;
use super::structure::Hierarchy;
use crate::graph::{Direction, NONE};
use crate::problem::{Problem, in_range, same_length};

/// Memory of queries, to be used again by the next one.
#[derive(Clone, Debug, Default)]
pub struct Seeker {
    /// Per rank the least time from the source and to the target; all `u32::MAX` between queries.
    from: Vec<u32>,
    to: Vec<u32>,
    /// Per rank the arc by which it was reached from either end.
    from_arc: Vec<u32>,
    to_arc: Vec<u32>,
    /// Hierarchy arcs of the last path, doubled, plus 1 where it leads down; and arcs yet to unpack.
    stack: Vec<u32>,
}

/// Targets made ready for [`Seeker::one_to_many`]: the ranks above them, which are swept once per source.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Ranks that matter, descending.
    ranks: Vec<u32>,
    /// Per target the positions in `ranks` of its vertices, as CSR.
    first: Vec<u32>,
    position: Vec<u32>,
    /// Arcs of each of the ranks, as CSR of (position of the upper end, arc).
    arc_first: Vec<u32>,
    arcs: Vec<(u32, u32)>,
}

impl Targets {
    /// Makes target nodes ready; worth it for many targets or many sources.
    ///
    /// # Errors
    /// A node that doesn't exist.
    pub fn new(hierarchy: &Hierarchy, nodes: &[u32]) -> Result<Self, Problem> {
        let graph = &hierarchy.graph;
        let mut position_of = vec![NONE; graph.vertex_count()];
        let mut ranks = Vec::new();
        for &node in nodes {
            in_range("target node", node as usize, graph.node_count())?;
            for vertex in std::iter::once(node).chain(graph.copies(node)) {
                let mut rank = hierarchy.rank[vertex as usize];
                while rank != NONE && position_of[rank as usize] == NONE {
                    position_of[rank as usize] = 0;
                    ranks.push(rank);
                    rank = hierarchy.parent[rank as usize];
                }
            }
        }
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks.iter().enumerate().for_each(|(at, &rank)| position_of[rank as usize] = at as u32);
        let mut made =
            Self { ranks, first: vec![0], position: Vec::new(), arc_first: vec![0], arcs: Vec::new() };
        for &node in nodes {
            let vertices = std::iter::once(node).chain(graph.copies(node));
            made.position.extend(vertices.map(|v| position_of[hierarchy.rank[v as usize] as usize]));
            made.first.push(made.position.len() as u32);
        }
        for &rank in &made.ranks {
            let arcs = hierarchy.up_range(rank);
            made.arcs.extend(arcs.map(|arc| (position_of[hierarchy.up_head[arc] as usize], arc as u32)));
            made.arc_first.push(made.arcs.len() as u32);
        }
        Ok(made)
    }

    /// Number of targets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there are no targets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Seeker {
    /// Least time from one node to another (on the hierarchy of a reverse graph: against the links), `None` if there
    /// is no way or a node doesn't exist.
    ///
    /// # Errors
    /// Weights of another hierarchy.
    pub fn time(
        &mut self,
        hierarchy: &Hierarchy,
        weights: &Customised,
        from: u32,
        to: u32,
    ) -> Result<Option<u32>, Problem> {
        Ok(self.meet(hierarchy, weights, from, to, false)?.map(|(time, ..)| time))
    }

    /// As [`Seeker::time`], and writes the link ids of a quickest path in the order of travel.
    ///
    /// # Errors
    /// Weights of another hierarchy.
    pub fn path_into(
        &mut self,
        hierarchy: &Hierarchy,
        weights: &Customised,
        from: u32,
        to: u32,
        links: &mut Vec<u32>,
    ) -> Result<Option<u32>, Problem> {
        links.clear();
        let Some((time, ..)) = self.meet(hierarchy, weights, from, to, true)? else { return Ok(None) };
        while let Some(on) = self.stack.pop() {
            self.unpack(hierarchy, weights, on, links);
        }
        if hierarchy.graph.direction() == Direction::Reverse {
            links.reverse();
        }
        Ok(Some(time))
    }

    /// Least times from one node to all targets, in their order; `u32::MAX` where there is no way.
    ///
    /// # Errors
    /// A source that doesn't exist, or weights of another hierarchy.
    pub fn one_to_many(
        &mut self,
        hierarchy: &Hierarchy,
        weights: &Customised,
        from: u32,
        targets: &Targets,
        times: &mut Vec<u32>,
    ) -> Result<(), Problem> {
        self.prepare(hierarchy, weights)?;
        in_range("source node", from as usize, hierarchy.graph.node_count())?;
        let start = hierarchy.rank[from as usize];
        self.from[start as usize] = 0;
        let mut rank = start;
        while rank != NONE {
            let at = self.from[rank as usize];
            for arc in hierarchy.up_range(rank) {
                let then = at.saturating_add(weights.weight[arc][0]);
                let known = &mut self.from[hierarchy.up_head[arc] as usize];
                *known = then.min(*known);
            }
            rank = hierarchy.parent[rank as usize];
        }
        let reached = &mut self.to_arc;
        reached.clear();
        for (&rank, arcs) in targets.ranks.iter().zip(targets.arc_first.windows(2)) {
            let mut least = self.from[rank as usize];
            for &(above, arc) in &targets.arcs[arcs[0] as usize..arcs[1] as usize] {
                least = least.min(reached[above as usize].saturating_add(weights.weight[arc as usize][1]));
            }
            reached.push(least);
        }
        times.clear();
        times.extend(targets.first.windows(2).map(|range| {
            let vertices = &targets.position[range[0] as usize..range[1] as usize];
            vertices.iter().map(|&at| reached[at as usize]).min().unwrap_or(u32::MAX)
        }));
        let mut rank = start;
        while rank != NONE {
            self.from[rank as usize] = u32::MAX;
            rank = hierarchy.parent[rank as usize];
        }
        self.to_arc.resize(hierarchy.rank.len(), NONE);
        Ok(())
    }

    fn prepare(&mut self, hierarchy: &Hierarchy, weights: &Customised) -> Result<(), Problem> {
        same_length("arc weights", hierarchy.arc_count(), weights.weight.len())?;
        let ranks = hierarchy.rank.len();
        self.from.resize(ranks, u32::MAX);
        self.to.resize(ranks, u32::MAX);
        self.from_arc.resize(ranks, NONE);
        self.to_arc.resize(ranks, NONE);
        Ok(())
    }

    /// The best meeting over all copies of the target, with the arcs of its path on the stack, last first.
    fn meet(
        &mut self,
        hierarchy: &Hierarchy,
        weights: &Customised,
        from: u32,
        to: u32,
        trace: bool,
    ) -> Result<Option<(u32, u32)>, Problem> {
        self.prepare(hierarchy, weights)?;
        let nodes = hierarchy.graph.node_count();
        self.stack.clear();
        if from as usize >= nodes || to as usize >= nodes {
            return Ok(None);
        }
        let start = hierarchy.rank[from as usize];
        let mut best = None;
        for vertex in std::iter::once(to).chain(hierarchy.graph.copies(to)) {
            let end = hierarchy.rank[vertex as usize];
            let (time, rank) = self.climb(hierarchy, weights, start, end);
            if time < best.map_or(u32::MAX, |(least, _)| least) {
                best = Some((time, rank));
                if trace {
                    self.trace(hierarchy, start, end, rank);
                }
            }
            for mut rank in [start, end] {
                while rank != NONE {
                    self.from[rank as usize] = u32::MAX;
                    self.to[rank as usize] = u32::MAX;
                    rank = hierarchy.parent[rank as usize];
                }
            }
        }
        Ok(best)
    }

    /// Walks up the elimination tree from both ends; gives the least time and the rank where its path turns down.
    fn climb(&mut self, hierarchy: &Hierarchy, weights: &Customised, start: u32, end: u32) -> (u32, u32) {
        self.from[start as usize] = 0;
        self.to[end as usize] = 0;
        let (mut a, mut b) = (start, end);
        // Until the ways up join, the lower of both goes on; `NONE` is above all ranks.
        while a != b {
            if a < b {
                rise::<0>(hierarchy, weights, a, &mut self.from, &mut self.from_arc);
                a = hierarchy.parent[a as usize];
            } else {
                rise::<1>(hierarchy, weights, b, &mut self.to, &mut self.to_arc);
                b = hierarchy.parent[b as usize];
            }
        }
        let (mut best, mut rank) = ((u32::MAX, NONE), a);
        while rank != NONE {
            let (from, to) = (self.from[rank as usize], self.to[rank as usize]);
            best = best.min((from.saturating_add(to), rank));
            // What is no quicker already can't become so.
            if from < best.0 {
                rise::<0>(hierarchy, weights, rank, &mut self.from, &mut self.from_arc);
            }
            if to < best.0 {
                rise::<1>(hierarchy, weights, rank, &mut self.to, &mut self.to_arc);
            }
            rank = hierarchy.parent[rank as usize];
        }
        best
    }

    /// Puts the arcs from start to end by way of a rank on the stack, the last first.
    fn trace(&mut self, hierarchy: &Hierarchy, start: u32, end: u32, over: u32) {
        self.stack.clear();
        let mut at = over;
        while at != end {
            let arc = self.to_arc[at as usize];
            self.stack.push(2 * arc + 1);
            at = hierarchy.low[arc as usize];
        }
        self.stack.reverse();
        at = over;
        while at != start {
            let arc = self.from_arc[at as usize];
            self.stack.push(2 * arc);
            at = hierarchy.low[arc as usize];
        }
    }

    /// Appends the link of an arc's own, or puts the two arcs below it on the stack.
    fn unpack(&mut self, hierarchy: &Hierarchy, weights: &Customised, on: u32, links: &mut Vec<u32>) {
        let (arc, way) = (on / 2, on as usize % 2);
        let weight = weights.weight[arc as usize][way];
        if let Some((time, own)) = hierarchy.own_time(weights, arc, way)
            && time == weight
        {
            links.push(hierarchy.graph.link_of_arc(own));
            return;
        }
        let (low, high) = (hierarchy.low[arc as usize], hierarchy.up_head[arc as usize]);
        let ways = hierarchy.below(low, high);
        let mut ways =
            ways.map(|(to_low, to_high)| if way == 0 { (to_low, to_high) } else { (to_high, to_low) });
        let found = ways.find(|&(first, then)| {
            let [first, then] = [weights.weight[first as usize], weights.weight[then as usize]];
            first[1].saturating_add(then[0]) == weight
        });
        if let Some((first, then)) = found {
            self.stack.push(2 * then);
            self.stack.push(2 * first + 1);
        }
    }
}

/// Relaxes the arcs up from a rank, in the direction of travel (0) or against it (1).
#[inline]
fn rise<const WAY: usize>(
    hierarchy: &Hierarchy,
    weights: &Customised,
    rank: u32,
    reached: &mut [u32],
    by: &mut [u32],
) {
    let at = reached[rank as usize];
    if at == u32::MAX {
        return;
    }
    let range = hierarchy.up_range(rank);
    let start = range.start as u32;
    let arcs = hierarchy.up_head[range.clone()].iter().zip(&weights.weight[range]);
    for ((&head, weight), arc) in arcs.zip(start..) {
        let then = at.saturating_add(weight[WAY]);
        if then < reached[head as usize] {
            reached[head as usize] = then;
            by[head as usize] = arc;
        }
    }
}
