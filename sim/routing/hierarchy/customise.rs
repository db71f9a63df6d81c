//! Weights of all arcs of a hierarchy from the times of the links.

use super::dissect::Part;
use super::structure::Hierarchy;
use crate::graph::NONE;
use crate::problem::{Problem, in_range, same_length};

/// A hierarchy's weights: per arc the least time upwards and downwards over lower ranks, `u32::MAX` for "no way", and
/// what that time rests on, so that paths are unpacked without a search.
///
/// Of several that are equally quick, the link of the smallest number counts, then the way over the lowest rank; so
/// weights depend on the times alone, not on the way in which they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customised {
    pub(super) weight: Vec<[u32; 2]>,
    /// Per arc and direction a link; or [`OVER`] with the arc from a lower rank to the arc's own lower end, over
    /// which the way leads; or [`NONE`] where there is no way.
    pub(super) via: Vec<[u32; 2]>,
    /// Time of each link.
    pub(super) time: Vec<u32>,
}

/// Marks an arc among the links of [`Customised::via`]; links come before arcs.
pub(super) const OVER: u32 = 1 << 31;

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
        let mut weights = Customised { weight: Vec::new(), via: Vec::new(), time: Vec::new() };
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
        weights.via.clear();
        weights.via.resize(self.arc_count(), [NONE; 2]);
        for (arc, &on) in self.lies_on.iter().enumerate() {
            if on != NONE {
                let (on, way) = (on as usize / 2, on as usize % 2);
                let link = self.graph.link_of_arc(arc as u32);
                let (least, via) = (&mut weights.weight[on][way], &mut weights.via[on][way]);
                (*least, *via) = quicker((time[link as usize], link), (*least, *via));
            }
        }
        self.pour(&self.part, &mut weights.weight, &mut weights.via, &mut vec![[0; 2]; self.height]);
        Ok(())
    }

    /// Completes the arcs of a part, whose weights and ways are `weight` and `via`. `best` is scratch, by depth: time
    /// and way in one number, so that one comparison keeps both; 33 bits hold any sum of two times, and 31 bits the
    /// arc plus one, or nought for a link.
    fn pour(&self, part: &Part, weight: &mut [[u32; 2]], via: &mut [[u32; 2]], best: &mut [[u64; 2]]) {
        let base = self.up_first[part.first as usize] as usize;
        if let [one, other] = part.sides.as_slice() {
            let middle = self.up_first[one.end as usize] as usize - base;
            let top = self.up_first[part.top as usize] as usize - base;
            let (for_one, for_other) = weight[..top].split_at_mut(middle);
            let (via_one, via_other) = via[..top].split_at_mut(middle);
            if part.end - part.first > PARALLEL {
                rayon::join(
                    || self.pour(one, for_one, via_one, &mut vec![[0; 2]; self.height]),
                    || self.pour(other, for_other, via_other, best),
                );
            } else {
                self.pour(one, for_one, via_one, best);
                self.pour(other, for_other, via_other, best);
            }
        }
        for rank in part.top..part.end {
            let below = self.down_of(rank);
            if below.is_empty() {
                continue;
            }
            let range = self.up_range(rank);
            let own = range.start - base..range.end - base;
            for (&depth, weight) in self.up_depth[range.clone()].iter().zip(&weight[own.clone()]) {
                best[depth as usize] = weight.map(|time| u64::from(time) << 31);
            }
            for &(low, arc) in below {
                let [rise, fall] =
                    weight[arc as usize - base].map(|time| u64::from(time) << 31 | u64::from(arc + 1));
                let beyond = arc as usize + 1..self.up_first[low as usize + 1] as usize;
                let beside = &weight[beyond.start - base..beyond.end - base];
                // All upper neighbours of `low` beyond `rank` are neighbours of `rank` too.
                for (&depth, &[to, from]) in self.up_depth[beyond].iter().zip(beside) {
                    let best = &mut best[depth as usize];
                    best[0] = best[0].min(fall + (u64::from(to) << 31));
                    best[1] = best[1].min(rise + (u64::from(from) << 31));
                }
            }
            let own = weight[own.clone()].iter_mut().zip(&mut via[own]);
            for ((weight, via), &depth) in own.zip(&self.up_depth[range]) {
                let best = best[depth as usize];
                *weight = best.map(|best| (best >> 31) as u32);
                for way in [0, 1] {
                    let over = best[way] as u32 & (OVER - 1);
                    // Which of both it is can't be foreseen, so it is looked up rather than branched upon.
                    via[way] = [via[way], OVER | over.wrapping_sub(1)][usize::from(over != 0)];
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
        links.iter().for_each(|&(link, time)| weights.time[link as usize] = time);
        let mut open = Open::new(self.arc_count());
        for &(link, _) in links {
            let range =
                self.of_link_first[link as usize] as usize..self.of_link_first[link as usize + 1] as usize;
            for &arc in &self.of_link[range] {
                let on = self.lies_on[arc as usize];
                if on != NONE {
                    open.offer(weights, on / 2, on as usize % 2, (weights.time[link as usize], link));
                }
            }
        }
        let mut changed = 0;
        // An arc depends on arcs of lower ranks only, whose numbers are smaller.
        while let Some((arc, quicker, lost)) = open.pop() {
            let old = weights.weight[arc as usize];
            if lost {
                self.weigh(weights, arc);
            }
            if quicker || weights.weight[arc as usize] != old {
                changed += 1;
                self.spread(weights, arc, &mut open);
            }
        }
        Ok(changed)
    }

    /// Offers an arc's fresh weight to all arcs over it and another of its lower end.
    fn spread(&self, weights: &mut Customised, arc: u32, open: &mut Open) {
        let (low, high) = (self.low[arc as usize], self.up_head[arc as usize]);
        let [rise, fall] = weights.weight[arc as usize];
        let range = self.up_range(low);
        for other in range.start..arc as usize {
            if let Some(over) = self.arc_between(self.up_head[other], high) {
                let [to, from] = weights.weight[other];
                let (away, back) = (fall.saturating_add(to), from.saturating_add(rise));
                open.offer(weights, over, 0, (back, OVER | other as u32));
                open.offer(weights, over, 1, (away, OVER | other as u32));
            }
        }
        // All upper neighbours of `low` beyond `high` are neighbours of `high` too.
        let mut over = self.up_first[high as usize] as usize;
        for other in arc as usize + 1..range.end {
            while self.up_head[over] < self.up_head[other] {
                over += 1;
            }
            let [to, from] = weights.weight[other];
            let (away, back) = (fall.saturating_add(to), from.saturating_add(rise));
            open.offer(weights, over as u32, 0, (away, OVER | arc));
            open.offer(weights, over as u32, 1, (back, OVER | arc));
        }
    }

    /// Weighs one arc by its links and the arcs below it.
    fn weigh(&self, weights: &mut Customised, arc: u32) {
        let (low, high) = (self.low[arc as usize], self.up_head[arc as usize]);
        let mut best = [0, 1].map(|way| self.own_time(weights, arc, way));
        self.below(low, high, |to_low, to_high| {
            let [one, other] = [weights.weight[to_low as usize], weights.weight[to_high as usize]];
            let via = OVER | to_low;
            best[0] = quicker((one[1].saturating_add(other[0]), via), best[0]);
            best[1] = quicker((other[1].saturating_add(one[0]), via), best[1]);
        });
        weights.weight[arc as usize] = best.map(|(time, _)| time);
        weights.via[arc as usize] = best.map(|(_, via)| via);
    }

    /// Time and number of the quickest link on an arc itself, upwards (0) or downwards (1).
    fn own_time(&self, weights: &Customised, arc: u32, way: usize) -> (u32, u32) {
        let on = 2 * arc as usize + way;
        let lying = &self.lying[self.lying_first[on] as usize..self.lying_first[on + 1] as usize];
        let links = lying.iter().map(|&arc| self.graph.link_of_arc(arc));
        links.fold((u32::MAX, NONE), |best, link| quicker((weights.time[link as usize], link), best))
    }
}

/// The better of two ways, as (time, via); what takes for ever is none.
fn quicker(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    if one < other && one.0 != u32::MAX { one } else { other }
}

/// Arcs that something below them has touched, a bit per arc; the lowest is taken first.
struct Open {
    /// Which became quicker, and which lost what their weight rested on.
    quicker: Vec<u64>,
    lost: Vec<u64>,
    /// Where both may not be empty yet.
    word: usize,
}

impl Open {
    fn new(arcs: usize) -> Self {
        let words = arcs.div_ceil(64);
        Self { quicker: vec![0; words], lost: vec![0; words], word: 0 }
    }

    /// Tells an arc that one of the ways along it now takes so long, as (time, via).
    fn offer(&mut self, weights: &mut Customised, arc: u32, way: usize, fresh: (u32, u32)) {
        let (least, via) = (&mut weights.weight[arc as usize][way], &mut weights.via[arc as usize][way]);
        let present = (*least, *via);
        let (word, bit) = (arc as usize / 64, 1 << (arc % 64));
        if present.1 == fresh.1 && present.0 < fresh.0 {
            self.lost[word] |= bit;
        }
        (*least, *via) = quicker(fresh, present);
        if *least < present.0 {
            self.quicker[word] |= bit;
        }
    }

    /// The lowest arc, whether it became quicker, and whether it lost what it rested on.
    fn pop(&mut self) -> Option<(u32, bool, bool)> {
        loop {
            let (quicker, lost) = (self.quicker.get_mut(self.word)?, self.lost.get_mut(self.word)?);
            let both = *quicker | *lost;
            if both == 0 {
                self.word += 1;
                continue;
            }
            let bit = both & both.wrapping_neg();
            let of_arc = (*quicker & bit != 0, *lost & bit != 0);
            (*quicker, *lost) = (*quicker & !bit, *lost & !bit);
            return Some((self.word as u32 * 64 + both.trailing_zeros(), of_arc.0, of_arc.1));
        }
    }
}
