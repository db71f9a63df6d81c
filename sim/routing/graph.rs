//! A mode's street graph in CSR form, with turn bans built in by splitting only the nodes that they touch.

use crate::problem::{Problem, as_u32, in_range, same_length};

/// Stands for "no vertex" and "no arc".
pub(crate) const NONE: u32 = u32::MAX;

/// A street network as its owner keeps it: link `l` leads from node `from[l]` to node `to[l]`.
#[derive(Clone, Copy, Debug)]
pub struct Network<'a> {
    /// Number of nodes; node ids are below it.
    pub node_count: usize,
    /// Node that each link leaves.
    pub from: &'a [u32],
    /// Node that each link enters; as long as `from`.
    pub to: &'a [u32],
}

impl Network<'_> {
    /// Checks that both slices have one length and that all nodes exist.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        as_u32("nodes", self.node_count)?;
        as_u32("links", self.from.len())?;
        same_length("link ends", self.from.len(), self.to.len())?;
        self.from.iter().chain(self.to).try_for_each(|&n| in_range("node", n as usize, self.node_count))
    }
}

/// Which way a search runs over the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Along the links: from a source to everywhere.
    Forward,
    /// Against the links: from everywhere to a source.
    Reverse,
}

/// A directed graph of the links that one mode may use.
///
/// Vertices `0..node_count` are the network's nodes. Each link `a` from which a turn is banned ends in a vertex of
/// its own, a *copy* of its end node that lacks the banned exits; so a search without bans pays nothing for them.
#[derive(Clone, Debug)]
pub struct Graph {
    direction: Direction,
    node_count: usize,
    link_count: usize,
    first_out: Vec<u32>,
    head: Vec<u32>,
    link: Vec<u32>,
    /// Node of each copy; copies of a node are neighbours.
    copy_node: Vec<u32>,
    /// CSR from node to its copies (as offsets into `copy_node`); empty when there are none.
    first_copy: Vec<u32>,
}

impl Graph {
    /// Builds the graph of `links` (ids into the network; a mode's access), without the turns in `bans`
    /// (pairs of link in and link out that share a node). Bans on links outside of `links` have no effect.
    ///
    /// # Errors
    /// A node or link that doesn't exist, slices of different length, or a ban whose links don't meet.
    pub fn new(
        network: Network<'_>,
        links: &[u32],
        bans: &[(u32, u32)],
        direction: Direction,
    ) -> Result<Self, Problem> {
        network.check()?;
        let link_count = network.from.len();
        links.iter().try_for_each(|&l| in_range("link", l as usize, link_count))?;
        let (tail, head) = match direction {
            Direction::Forward => (network.from, network.to),
            Direction::Reverse => (network.to, network.from),
        };
        let mut used = vec![false; link_count];
        links.iter().for_each(|&l| used[l as usize] = true);
        let bans = effective_bans(network, &used, bans, direction)?;
        let copies = Copies::new(&bans, head, network.node_count, link_count)?;
        let arcs = Arcs::new(&used, tail, network.node_count, &bans, &copies)?;
        let head = arcs.link.iter().map(|&l| copies.entry(l, head)).collect();
        let Copies { node: copy_node, first: first_copy, .. } = copies;
        Ok(Self {
            direction,
            node_count: network.node_count,
            link_count,
            first_out: arcs.first,
            head,
            link: arcs.link,
            copy_node,
            first_copy,
        })
    }

    /// Builds the graph of all links of the network, without bans.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn of_all(network: Network<'_>, direction: Direction) -> Result<Self, Problem> {
        let links: Vec<u32> = (0..as_u32("links", network.from.len())?).collect();
        Self::new(network, &links, &[], direction)
    }

    /// Number of nodes of the network.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.node_count
    }

    /// Number of links of the network, those that the graph doesn't use included.
    #[must_use]
    pub fn link_count(&self) -> usize {
        self.link_count
    }

    /// Number of vertices: nodes and the copies made for turn bans.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.node_count + self.copy_node.len()
    }

    /// Number of arcs, those of copies included.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.link.len()
    }

    /// Whether the graph runs along or against the links.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Arcs out of a node as (vertex entered, link id); empty for a node that doesn't exist.
    pub fn arcs(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let range = if (node as usize) < self.node_count { self.arc_range(node) } else { 0..0 };
        range.map(|arc| (self.head[arc], self.link[arc]))
    }

    /// Time and length of each arc, from those of each link. A time of `u32::MAX` closes the link.
    ///
    /// `time` is in any unit (deciseconds keep rounding small), `length` too (metres or decimetres); both have a
    /// value per link of the network. Paths that take 2^32 units of time or more are never found.
    ///
    /// # Errors
    /// Slices of another length than the network's links, or lengths that add up to 2^31 or more.
    pub fn weigh(&self, time: &[u32], length: &[u32]) -> Result<Weights, Problem> {
        let mut weights = Weights { of_arc: Vec::with_capacity(self.link.len()), step: 0 };
        self.reweigh(&mut weights, time, length)?;
        Ok(weights)
    }

    /// As [`Graph::weigh`], into weights that exist, without allocation. On error the weights are unchanged.
    ///
    /// # Errors
    /// As [`Graph::weigh`].
    pub fn reweigh(&self, weights: &mut Weights, time: &[u32], length: &[u32]) -> Result<(), Problem> {
        same_length("link times", self.link_count, time.len())?;
        same_length("link lengths", self.link_count, length.len())?;
        let total: u64 = self.link.iter().map(|&l| u64::from(length[l as usize])).sum();
        if total >= 1 << 31 {
            return Err(Problem::LengthsTooLong);
        }
        weights.of_arc.clear();
        weights.of_arc.extend(self.link.iter().map(|&l| match time[l as usize] {
            u32::MAX => u64::MAX,
            time => label(time, length[l as usize]),
        }));
        let open = weights.of_arc.iter().filter(|&&weight| weight != u64::MAX);
        let (sum, count) = open.fold((0, 0), |(sum, count), weight| (sum + (weight >> 32), count + 1));
        weights.step = (sum / u64::max(count, 1)) as u32;
        Ok(())
    }

    pub(crate) fn arc_range(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first_out[vertex as usize] as usize..self.first_out[vertex as usize + 1] as usize
    }

    pub(crate) fn heads(&self) -> &[u32] {
        &self.head
    }

    pub(crate) fn link_of_arc(&self, arc: u32) -> u32 {
        self.link[arc as usize]
    }

    /// Node that a vertex stands for.
    pub(crate) fn node_of(&self, vertex: u32) -> u32 {
        match (vertex as usize).checked_sub(self.node_count) {
            None => vertex,
            Some(copy) => self.copy_node[copy],
        }
    }

    /// Copies of a node, as vertices.
    pub(crate) fn copies(&self, node: u32) -> std::ops::Range<u32> {
        if self.first_copy.is_empty() {
            return 0..0;
        }
        let base = self.node_count as u32;
        base + self.first_copy[node as usize]..base + self.first_copy[node as usize + 1]
    }
}

/// Time and length of each arc of one graph; made by [`Graph::weigh`].
#[derive(Clone, Debug)]
pub struct Weights {
    pub(crate) of_arc: Vec<u64>,
    /// Mean time of the arcs that are open; tunes the queue, decides nothing.
    pub(crate) step: u32,
}

/// Packs a time and a length so that labels add and compare as one number: by time, then by length.
pub(crate) fn label(time: u32, length: u32) -> u64 {
    u64::from(time) << 32 | u64::from(length)
}

/// Bans between used links as seen by the search, sorted by the node they lie at, then link in, then link out.
fn effective_bans(
    network: Network<'_>,
    used: &[bool],
    bans: &[(u32, u32)],
    direction: Direction,
) -> Result<Vec<(u32, u32)>, Problem> {
    let mut kept = Vec::new();
    for &(a, b) in bans {
        in_range("link of a turn ban", a.max(b) as usize, used.len())?;
        let node = network.to[a as usize];
        if node != network.from[b as usize] {
            return Err(Problem::BanApart(a, b));
        }
        if used[a as usize] && used[b as usize] {
            let (first, then) = if direction == Direction::Forward { (a, b) } else { (b, a) };
            kept.push((node, first, then));
        }
    }
    kept.sort_unstable();
    kept.dedup();
    Ok(kept.into_iter().map(|(_, a, b)| (a, b)).collect())
}

/// The copies of nodes, one per link from which a turn is banned.
struct Copies {
    /// Node of each copy.
    node: Vec<u32>,
    /// Link that enters each copy.
    link: Vec<u32>,
    /// Vertex of the copy that each link enters, or `NONE`; empty without copies.
    of_link: Vec<u32>,
    /// CSR from node to copy; empty without copies.
    first: Vec<u32>,
}

impl Copies {
    fn new(bans: &[(u32, u32)], head: &[u32], nodes: usize, links: usize) -> Result<Self, Problem> {
        let mut link: Vec<u32> = bans.iter().map(|&(a, _)| a).collect();
        link.dedup();
        as_u32("vertices", nodes + link.len())?;
        let node: Vec<u32> = link.iter().map(|&a| head[a as usize]).collect();
        let (mut of_link, mut first) = (Vec::new(), Vec::new());
        if !link.is_empty() {
            of_link = vec![NONE; links];
            for (copy, &a) in link.iter().enumerate() {
                of_link[a as usize] = (nodes + copy) as u32;
            }
            first = offsets(nodes, node.iter().copied());
        }
        Ok(Self { node, link, of_link, first })
    }

    /// Vertex that a link enters.
    fn entry(&self, link: u32, head: &[u32]) -> u32 {
        match self.of_link.get(link as usize) {
            Some(&copy) if copy != NONE => copy,
            _ => head[link as usize],
        }
    }
}

/// Link ids in the order of the vertex that they leave.
struct Arcs {
    first: Vec<u32>,
    link: Vec<u32>,
}

impl Arcs {
    fn new(
        used: &[bool],
        tail: &[u32],
        nodes: usize,
        bans: &[(u32, u32)],
        copies: &Copies,
    ) -> Result<Self, Problem> {
        let ids = || (0..tail.len()).filter(|&l| used[l]);
        let mut first = offsets(nodes, ids().map(|l| tail[l]));
        let mut next = first.clone();
        let mut link = vec![0; first[nodes] as usize];
        for l in ids() {
            let slot = &mut next[tail[l] as usize];
            link[*slot as usize] = l as u32;
            *slot += 1;
        }
        let mut banned = bans.iter().peekable();
        for (&entry, &node) in copies.link.iter().zip(&copies.node) {
            let exits = first[node as usize] as usize..first[node as usize + 1] as usize;
            // Exits of a node and bans of one link are both ascending by link id, so one merge is enough.
            for exit in exits {
                let out = link[exit];
                while banned.next_if(|&&(a, b)| a == entry && b < out).is_some() {}
                if banned.next_if(|&&(a, b)| a == entry && b == out).is_none() {
                    link.push(out);
                }
            }
            while banned.next_if(|&&(a, _)| a == entry).is_some() {}
            first.push(as_u32("arcs", link.len())?);
        }
        Ok(Self { first, link })
    }
}

/// Offsets of a CSR table with `count` rows, from the row of each item (all below `count`).
pub(crate) fn offsets(count: usize, rows: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0; count + 1];
    rows.for_each(|row| first[row as usize + 1] += 1);
    for row in 0..count {
        first[row + 1] += first[row];
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Network<'static> = Network { node_count: 4, from: &[0, 1, 2, 1], to: &[1, 2, 3, 3] };

    #[test]
    fn forward_and_reverse_arcs() {
        let forward = Graph::of_all(LINE, Direction::Forward).unwrap();
        assert_eq!(forward.arcs(1).collect::<Vec<_>>(), [(2, 1), (3, 3)]);
        let reverse = Graph::of_all(LINE, Direction::Reverse).unwrap();
        assert_eq!(reverse.arcs(3).collect::<Vec<_>>(), [(2, 2), (1, 3)]);
        assert_eq!(reverse.arcs(9).count(), 0);
    }

    #[test]
    fn a_ban_splits_only_its_node() {
        let graph = Graph::new(LINE, &[0, 1, 2, 3], &[(0, 3), (0, 3)], Direction::Forward).unwrap();
        assert_eq!(graph.vertex_count(), 5);
        assert_eq!(graph.arcs(0).collect::<Vec<_>>(), [(4, 0)]);
        assert_eq!(graph.node_of(4), 1);
        assert_eq!(graph.copies(1), 4..5);
        assert_eq!(graph.arc_count(), 5);
        let without = Graph::new(LINE, &[0, 1, 2], &[(0, 3)], Direction::Forward).unwrap();
        assert_eq!(without.vertex_count(), 4);
    }

    #[test]
    fn faults_are_named() {
        let bad = Network { node_count: 2, from: &[0], to: &[2] };
        let found = Graph::of_all(bad, Direction::Forward).unwrap_err();
        assert_eq!(found, Problem::OutOfRange { what: "node", index: 2, count: 2 });
        let apart = Graph::new(LINE, &[0], &[(0, 2)], Direction::Forward).unwrap_err();
        assert_eq!(apart, Problem::BanApart(0, 2));
        let graph = Graph::of_all(LINE, Direction::Forward).unwrap();
        assert!(graph.weigh(&[1, 1, 1], &[1, 1, 1, 1]).is_err());
        assert_eq!(graph.weigh(&[1; 4], &[1 << 30; 4]).unwrap_err(), Problem::LengthsTooLong);
    }
}
