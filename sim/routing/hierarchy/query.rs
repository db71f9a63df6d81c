//! Queries on customised weights: one pair with its path, and one source to many targets.

use super::customise::{Customised, OVER};
use super::structure::Hierarchy;
use crate::graph::{Direction, NONE};
use crate::problem::{Problem, in_range, same_length};

/// Memory of queries, to be used again by the next one.
#[derive(Clone, Debug, Default)]
pub struct Seeker {
    /// By depth, for the rank above the source (above the target) that lies there: 33 bits for the least time to it (from
    /// it), then 31 bits for the arc by which it was reached; all `u64::MAX` between queries.
    from: Vec<u64>,
    to: Vec<u64>,
    /// Hierarchy arcs of the last path, doubled, plus 1 where it leads down; and arcs yet to unpack.
    stack: Vec<u32>,
    /// Ranks above the source, the source first, and times to the ranks above the targets.
    above: Vec<u32>,
    reached: Vec<u32>,
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
        let deepest = hierarchy.depth[start as usize] as usize;
        self.from[deepest] = 0;
        self.above.clear();
        let mut rank = start;
        for depth in (0..=deepest).rev() {
            self.above.push(rank);
            rise::<0>(hierarchy, weights, rank, time_of(self.from[depth]), &mut self.from);
            rank = hierarchy.parent[rank as usize];
        }
        self.above.reverse();
        self.reached.clear();
        for (&rank, arcs) in targets.ranks.iter().zip(targets.arc_first.windows(2)) {
            let depth = hierarchy.depth[rank as usize] as usize;
            let mut least =
                if self.above.get(depth) == Some(&rank) { time_of(self.from[depth]) } else { u32::MAX };
            for &(above, arc) in &targets.arcs[arcs[0] as usize..arcs[1] as usize] {
                let then = self.reached[above as usize].saturating_add(weights.weight[arc as usize][1]);
                least = least.min(then);
            }
            self.reached.push(least);
        }
        times.clear();
        times.extend(targets.first.windows(2).map(|range| {
            let vertices = &targets.position[range[0] as usize..range[1] as usize];
            vertices.iter().map(|&at| self.reached[at as usize]).min().unwrap_or(u32::MAX)
        }));
        self.from[..=deepest].fill(u64::MAX);
        Ok(())
    }

    fn prepare(&mut self, hierarchy: &Hierarchy, weights: &Customised) -> Result<(), Problem> {
        same_length("arc weights", hierarchy.arc_count(), weights.weight.len())?;
        self.from.resize(hierarchy.height, u64::MAX);
        self.to.resize(hierarchy.height, u64::MAX);
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
            self.from[..=hierarchy.depth[start as usize] as usize].fill(u64::MAX);
            self.to[..=hierarchy.depth[end as usize] as usize].fill(u64::MAX);
        }
        Ok(best)
    }

    /// Walks up the elimination tree from both ends; gives the least time and the rank where its path turns down.
    fn climb(&mut self, hierarchy: &Hierarchy, weights: &Customised, start: u32, end: u32) -> (u32, u32) {
        let Self { from, to, .. } = self;
        let (mut a, mut b) = (start, end);
        let mut at_a = hierarchy.depth[start as usize] as usize;
        let mut at_b = hierarchy.depth[end as usize] as usize;
        (from[at_a], to[at_b]) = (0, 0);
        // Until the ways up join, the lower of both goes on; `NONE` is above all ranks.
        while a != b {
            if a < b {
                rise::<0>(hierarchy, weights, a, time_of(from[at_a]), from);
                a = hierarchy.parent[a as usize];
                at_a = at_a.saturating_sub(1);
            } else {
                rise::<1>(hierarchy, weights, b, time_of(to[at_b]), to);
                b = hierarchy.parent[b as usize];
                at_b = at_b.saturating_sub(1);
            }
        }
        if a == NONE {
            return (u32::MAX, NONE);
        }
        // From here up both ways are one. A time over it is known before any further step, and what is left of either
        // way takes at least as long as its quickest beginning: what can't undercut that time needn't rise.
        let (from, to) = (&mut from[..=at_a], &mut to[..=at_a]);
        let over = from.iter().zip(&*to).map(|(from, to)| time_of(*from).saturating_add(time_of(*to)));
        let mut bound = over.min().unwrap_or(u32::MAX);
        let [ahead, behind] =
            [&*to, &*from].map(|labels| time_of(labels.iter().copied().min().unwrap_or(u64::MAX)));
        let (mut best, mut rank) = ((u32::MAX, NONE), a);
        for depth in (0..=at_a).rev() {
            let (there, back) = (time_of(from[depth]), time_of(to[depth]));
            best = best.min((there.saturating_add(back), rank));
            bound = bound.min(best.0);
            if there.saturating_add(ahead) < bound {
                rise::<0>(hierarchy, weights, rank, there, from);
            }
            if back.saturating_add(behind) < bound {
                rise::<1>(hierarchy, weights, rank, back, to);
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
            let arc = arc_of(self.to[hierarchy.depth[at as usize] as usize]);
            self.stack.push(2 * arc + 1);
            at = hierarchy.low[arc as usize];
        }
        self.stack.reverse();
        at = over;
        while at != start {
            let arc = arc_of(self.from[hierarchy.depth[at as usize] as usize]);
            self.stack.push(2 * arc);
            at = hierarchy.low[arc as usize];
        }
    }

    /// Appends the link of an arc's own, or puts the two arcs that it leads over on the stack.
    fn unpack(&mut self, hierarchy: &Hierarchy, weights: &Customised, on: u32, links: &mut Vec<u32>) {
        let (arc, way) = (on / 2, on as usize % 2);
        let via = weights.via[arc as usize][way];
        if via & OVER == 0 {
            links.push(via);
            return;
        }
        let to_low = via ^ OVER;
        let middle = hierarchy.low[to_low as usize];
        let to_high = hierarchy.arc_between(middle, hierarchy.up_head[arc as usize]);
        // Every way over a lower rank has both arcs.
        let Some(to_high) = to_high else { return };
        let (first, then) = if way == 0 { (to_low, to_high) } else { (to_high, to_low) };
        self.stack.push(2 * then);
        self.stack.push(2 * first + 1);
    }
}

/// Time of a label; `u32::MAX` and what is beyond it is no way.
#[inline]
fn time_of(label: u64) -> u32 {
    (label >> 31).min(u64::from(u32::MAX)) as u32
}

/// Arc of a label.
fn arc_of(label: u64) -> u32 {
    label as u32 & (OVER - 1)
}

/// Relaxes the arcs up from a rank reached at a time, in the direction of travel (0) or against it (1).
#[inline]
fn rise<const WAY: usize>(
    hierarchy: &Hierarchy,
    weights: &Customised,
    rank: u32,
    at: u32,
    reached: &mut [u64],
) {
    if at == u32::MAX {
        return;
    }
    let range = hierarchy.up_range(rank);
    let labels = (u64::from(at) << 31) + range.start as u64..;
    let arcs = hierarchy.up_depth[range.clone()].iter().zip(&weights.weight[range]);
    for ((&depth, weight), label) in arcs.zip(labels) {
        let known = &mut reached[depth as usize];
        *known = (label + (u64::from(weight[WAY]) << 31)).min(*known);
    }
}
