//! Weights of all arcs of a hierarchy from the times of the links.

use super::dissect::Part;
use super::structure::Hierarchy;
use crate::graph::NONE;
use crate::problem::{Problem, in_range, same_length};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A hierarchy's weights: per arc the least time upwards and downwards over lower ranks; `u32::MAX` for "no way".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customised {
    pub(super) weight: Vec<[u32; 2]>,
    /// Time of each link.
    pub(super) time: Vec<u32>,
}

/// Parts of more ranks than this are customised at the same time as their neighbours.
const PARALLEL: u32 = 1_000;

impl Hierarchy {
    /// Pours in a time per link of the network, in any unit (deciseconds keep rounding small); `u32::MAX` closes one.
    /// Times that add up to `u32::MAX` or more count as no way. Works on all threads; the result is the same on any
    /// number of them.
    ///
    /// # Errors
    /// Times of another number than the links.
    pub fn customise(&self, time: &[u32]) -> Result<Customised, Problem> {
        let mut weights = Customised { weight: Vec::new(), time: Vec::new() };
        self.recustomise(&mut weights, time)?;
        Ok(weights)
    }

    /// As [`Hierarchy::customise`], into weights that exist, without allocating again.
    ///
    /// # Errors
    /// As [`Hierarchy::customise`].
    pub fn recustomise(&self, weights: &mut Customised, time: &[u32]) -> Result<(), Problem> {
        same_length("link times", self.graph.link_count(), time.len())?;
        weights.time.clear();
        weights.time.extend(time);
        weights.weight.clear();
        weights.weight.resize(self.arc_count(), [u32::MAX; 2]);
        for (arc, &on) in self.lies_on.iter().enumerate() {
            if on != NONE {
                let least = &mut weights.weight[on as usize / 2][on as usize % 2];
                *least = time[self.graph.link_of_arc(arc as u32) as usize].min(*least);
            }
        }
        self.pour(&self.part, &mut weights.weight, &mut vec![0; self.rank.len()]);
        Ok(())
    }

    /// Completes the arcs of a part, whose weights are `weight`; `slot` is scratch, a value per rank.
    fn pour(&self, part: &Part, weight: &mut [[u32; 2]], slot: &mut Vec<u32>) {
        let base = self.up_first[part.first as usize] as usize;
        if let [one, other] = part.sides.as_slice() {
            let middle = self.up_first[one.end as usize] as usize - base;
            let top = self.up_first[part.top as usize] as usize - base;
            let (for_one, for_other) = weight[..top].split_at_mut(middle);
            if part.end - part.first > PARALLEL {
                rayon::join(
                    || self.pour(one, for_one, &mut vec![0; self.rank.len()]),
                    || self.pour(other, for_other, slot),
                );
            } else {
                self.pour(one, for_one, slot);
                self.pour(other, for_other, slot);
            }
        }
        for rank in part.top..part.end {
            let range = self.up_range(rank);
            let (lower, own) = weight.split_at_mut(range.start - base);
            for (at, &head) in self.up_head[range].iter().enumerate() {
                slot[head as usize] = at as u32;
            }
            for &(low, arc) in self.down_of(rank) {
                let [rise, fall] = lower[arc as usize - base];
                let beyond = arc as usize + 1..self.up_first[low as usize + 1] as usize;
                // All upper neighbours of `low` beyond `rank` are neighbours of `rank` too.
                let over =
                    self.up_head[beyond.clone()].iter().zip(&lower[beyond.start - base..beyond.end - base]);
                for (&head, &[to, from]) in over {
                    let least = &mut own[slot[head as usize] as usize];
                    least[0] = least[0].min(fall.saturating_add(to));
                    least[1] = least[1].min(from.saturating_add(rise));
                }
            }
        }
    }

    /// Changes the times of a few links, as (link, time), and all weights that depend on them; returns how many arcs
    /// changed. The result is that of customising anew.
    ///
    /// # Errors
    /// A link that doesn't exist, or weights of another hierarchy; nothing is changed then.
    pub fn change(&self, weights: &mut Customised, links: &[(u32, u32)]) -> Result<usize, Problem> {
        same_length("arc weights", self.arc_count(), weights.weight.len())?;
        same_length("link times", self.graph.link_count(), weights.time.len())?;
        links.iter().try_for_each(|&(link, _)| in_range("link", link as usize, weights.time.len()))?;
        let mut open = BinaryHeap::new();
        for &(link, time) in links {
            weights.time[link as usize] = time;
            let range =
                self.of_link_first[link as usize] as usize..self.of_link_first[link as usize + 1] as usize;
            let on = self.of_link[range].iter().map(|&arc| self.lies_on[arc as usize]);
            open.extend(on.filter(|&on| on != NONE).map(|on| Reverse(on / 2)));
        }
        let (mut last, mut changed) = (NONE, 0);
        // An arc depends on arcs of lower ranks only, whose numbers are smaller.
        while let Some(Reverse(arc)) = open.pop() {
            if arc == last {
                continue;
            }
            last = arc;
            let fresh = self.weigh(weights, arc);
            if fresh != weights.weight[arc as usize] {
                changed += 1;
                self.spread(weights, arc, fresh, &mut open);
                weights.weight[arc as usize] = fresh;
            }
        }
        Ok(changed)
    }

    /// Adds the arcs over an arc and another of its lower end whose weight rested on this one's present weight, or
    /// is undercut by its fresh one. Where both arcs of a pair change, the first sees the old weights of both.
    fn spread(&self, weights: &Customised, arc: u32, fresh: [u32; 2], open: &mut BinaryHeap<Reverse<u32>>) {
        let (low, high) = (self.low[arc as usize], self.up_head[arc as usize]);
        let old = weights.weight[arc as usize];
        for other in self.up_range(low) {
            let head = self.up_head[other];
            let Some(over) =
                (head != high).then(|| self.arc_between(head.min(high), head.max(high))).flatten()
            else {
                continue;
            };
            let beside = weights.weight[other];
            let [up, down] = weights.weight[over as usize];
            // As seen from this arc's upper end: first down to the lower end, then up, and the way back.
            let (out, back) = if high < head { (up, down) } else { (down, up) };
            let rests = |weight: u32, was: u32, is: u32| (was == weight && was != u32::MAX) || is < weight;
            if rests(out, old[1].saturating_add(beside[0]), fresh[1].saturating_add(beside[0]))
                || rests(back, beside[1].saturating_add(old[0]), beside[1].saturating_add(fresh[0]))
            {
                open.push(Reverse(over));
            }
        }
    }

    /// Weight of one arc from its links and the arcs below it.
    fn weigh(&self, weights: &Customised, arc: u32) -> [u32; 2] {
        let (low, high) = (self.low[arc as usize], self.up_head[arc as usize]);
        let mut least = [0, 1].map(|way| self.own_time(weights, arc, way).map_or(u32::MAX, |(time, _)| time));
        for (to_low, to_high) in self.below(low, high) {
            let [to_low, to_high] = [weights.weight[to_low as usize], weights.weight[to_high as usize]];
            least[0] = least[0].min(to_low[1].saturating_add(to_high[0]));
            least[1] = least[1].min(to_high[1].saturating_add(to_low[0]));
        }
        least
    }

    /// Time and graph arc of the quickest link on an arc itself, upwards (0) or downwards (1).
    pub(super) fn own_time(&self, weights: &Customised, arc: u32, way: usize) -> Option<(u32, u32)> {
        let on = 2 * arc as usize + way;
        let lying = &self.lying[self.lying_first[on] as usize..self.lying_first[on + 1] as usize];
        lying.iter().map(|&arc| (weights.time[self.graph.link_of_arc(arc) as usize], arc)).min()
    }
}
