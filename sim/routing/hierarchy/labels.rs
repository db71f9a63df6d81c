//! Times between two nodes by looking them up: each vertex's least times to and from all ranks above it.
//!
//! What a query finds on its way up from either end is written down once for all vertices ("hub labels", Abraham,
//! Delling, Goldberg and Werneck 2010, whose hubs are the ranks above on the elimination tree), so that a question costs
//! one pass over the ranks above both ends. Worth it where many questions meet the same weights.

use super::customise::Customised;
use super::structure::Hierarchy;
use crate::graph::NONE;
use crate::problem::{Problem, same_length};

/// Times up to this one are kept; longer ones are the hierarchy's to find.
const LONGEST: u16 = u16::MAX - 1;

/// How many ranks any two have above them in common; and where each one's times stand in [`Labels`].
#[derive(Clone, Debug)]
pub struct Ancestry {
    /// By rank, with an end mark.
    first: Vec<u32>,
    /// Place of each rank in an order in which all ranks below one follow it.
    place: Vec<u32>,
    /// Least depth of 1, 2, 4 … neighbours in that order.
    least: Vec<Vec<u16>>,
}

impl Ancestry {
    /// That of a hierarchy; `None` where it is so high that its times would fill gigabytes.
    #[must_use]
    pub fn of(hierarchy: &Hierarchy) -> Option<Self> {
        let Hierarchy { depth, parent, .. } = hierarchy;
        let ranks = depth.len();
        let mut first = Vec::with_capacity(ranks + 1);
        let mut sum = 0u32;
        for depth in depth {
            first.push(sum);
            sum = sum.checked_add(depth + 1).filter(|_| *depth < u32::from(u16::MAX))?;
        }
        first.push(sum);
        // Ranks above come before those below them: first how many hang on each, then where they stand.
        let mut hanging = vec![1u32; ranks];
        for rank in (0..ranks).filter(|rank| parent[*rank] != NONE) {
            hanging[parent[rank] as usize] += hanging[rank];
        }
        let (mut place, mut free, mut next_root) = (vec![0; ranks], vec![0; ranks], 0);
        for rank in (0..ranks).rev() {
            let next = free.get_mut(parent[rank] as usize).unwrap_or(&mut next_root);
            place[rank] = *next;
            *next += hanging[rank];
            free[rank] = place[rank] + 1;
        }
        let mut row = vec![0u16; ranks];
        place.iter().zip(depth).for_each(|(at, depth)| row[*at as usize] = *depth as u16);
        let mut least = vec![row];
        let mut width = 1;
        while 2 * width <= ranks {
            let last = &least[least.len() - 1];
            least.push((0..=ranks - 2 * width).map(|at| last[at].min(last[at + width])).collect());
            width *= 2;
        }
        Some(Self { first, place, least })
    }

    /// Times that the labels of one direction hold.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.first.last().map_or(0, |all| *all as usize)
    }

    /// Number of ranks above both of two ranks, each counted as above itself.
    #[inline]
    fn common(&self, a: u32, b: u32) -> usize {
        if a == b {
            return (self.first[a as usize + 1] - self.first[a as usize]) as usize;
        }
        // Between the two in the order, the way from one to the other turns at the child of what is above both.
        let (x, y) = (self.place[a as usize], self.place[b as usize]);
        let (after, until) = (x.min(y) as usize + 1, x.max(y) as usize + 1);
        let level = (until - after).ilog2() as usize;
        let row = &self.least[level];
        usize::from(row[after].min(row[until - (1 << level)]))
    }
}

/// The least times between all vertices and the ranks above them, by some weights.
#[derive(Clone, Debug)]
pub struct Labels {
    up: Vec<u16>,
    down: Vec<u16>,
}

impl Labels {
    /// Writes down what queries would find by these weights.
    ///
    /// # Errors
    /// Weights or ancestry of another hierarchy.
    pub fn new(hierarchy: &Hierarchy, ancestry: &Ancestry, weights: &Customised) -> Result<Self, Problem> {
        same_length("arc weights", hierarchy.arc_count(), weights.weight.len())?;
        same_length("ranks", hierarchy.depth.len(), ancestry.place.len())?;
        let [up, down] = [0, 1].map(|way| Self::one_way(hierarchy, ancestry, weights, way));
        Ok(Self { up, down })
    }

    fn one_way(hierarchy: &Hierarchy, ancestry: &Ancestry, weights: &Customised, way: usize) -> Vec<u16> {
        let first = &ancestry.first;
        let mut times = vec![u16::MAX; ancestry.entries()];
        for rank in (0..hierarchy.depth.len()).rev() {
            let end = first[rank + 1] as usize;
            let (lower, higher) = times.split_at_mut(end);
            let own = &mut lower[first[rank] as usize..];
            if let Some(itself) = own.last_mut() {
                *itself = 0;
            }
            for arc in hierarchy.up_range(rank as u32) {
                let head = hierarchy.up_head[arc] as usize;
                let Ok(step) = u16::try_from(weights.weight[arc][way]) else { continue };
                let further = &higher[first[head] as usize - end..first[head + 1] as usize - end];
                for (own, further) in own.iter_mut().zip(further) {
                    *own = (*own).min(further.saturating_add(step));
                }
            }
        }
        times
    }

    /// Least time from one node to another (on the hierarchy of a reverse graph: against the links); `None` if it is
    /// longer than what is kept, there is no way, or a node doesn't exist: then ask the hierarchy.
    #[must_use]
    pub fn time(&self, hierarchy: &Hierarchy, ancestry: &Ancestry, from: u32, to: u32) -> Option<u32> {
        let nodes = hierarchy.graph.node_count();
        if from as usize >= nodes || to as usize >= nodes {
            return None;
        }
        let start = hierarchy.rank[from as usize];
        let begin = |rank: u32| ancestry.first[rank as usize] as usize;
        let mut best = u16::MAX;
        for vertex in std::iter::once(to).chain(hierarchy.graph.copies(to)) {
            let end = hierarchy.rank[vertex as usize];
            let common = ancestry.common(start, end);
            let (a, b) = (begin(start), begin(end));
            let (there, back) = (self.up.get(a..a + common)?, self.down.get(b..b + common)?);
            best = there
                .iter()
                .zip(back)
                .fold(best, |best, (there, back)| best.min(there.saturating_add(*back)));
        }
        (best <= LONGEST).then_some(u32::from(best))
    }
}
