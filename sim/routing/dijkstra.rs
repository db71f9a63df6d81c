//! One-to-all shortest paths by time, with the length along them, over a [`Graph`].

use crate::graph::{Direction, Graph, NONE, Weights, label};
use crate::problem::{Problem, in_range, same_length};
use crate::queue::Queue;

/// Where a search starts, with what has been spent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Node of the graph.
    pub node: u32,
    /// Time already spent, in the unit of the weights.
    pub time: u32,
    /// Length already covered, in the unit of the weights; at most 2^31.
    pub length: u32,
}

impl From<u32> for Source {
    fn from(node: u32) -> Self {
        Self { node, time: 0, length: 0 }
    }
}

/// When a search may stop early. The default searches everything.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Nodes farther than this time stay unreached.
    pub limit: u32,
    /// If not empty, the search stops once all of these nodes are reached; what is farther stays unreached.
    pub targets: &'a [u32],
}

impl Default for Search<'_> {
    fn default() -> Self {
        Self { limit: u32::MAX, targets: &[] }
    }
}

/// Memory of a search, to be used again by the next one: after the first search on a graph none allocates.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    reached: Vec<Reached>,
    touched: Vec<u32>,
    wanted: Vec<bool>,
    queue: Queue,
    /// Labels up to this are final.
    horizon: u64,
}

#[derive(Clone, Copy, Debug)]
struct Reached {
    label: u64,
    /// Arc by which the vertex was reached, and the vertex where that arc begins.
    arc: u32,
    parent: u32,
}

const UNREACHED: Reached = Reached { label: u64::MAX, arc: NONE, parent: NONE };

impl Scratch {
    /// Shortest paths from one node to all (on a reverse graph: from all nodes to it).
    ///
    /// # Errors
    /// A node that doesn't exist, or weights of another graph.
    pub fn one_to_all<'a>(
        &'a mut self,
        graph: &'a Graph,
        weights: &Weights,
        node: u32,
    ) -> Result<Tree<'a>, Problem> {
        self.search(graph, weights, &[node.into()], Search::default())
    }

    /// Shortest paths from the nearest of several sources. Of two paths of one time the shorter is found.
    ///
    /// # Errors
    /// A source or target that doesn't exist, a source's length above 2^31, or weights of another graph.
    pub fn search<'a>(
        &'a mut self,
        graph: &'a Graph,
        weights: &Weights,
        sources: &[Source],
        search: Search<'_>,
    ) -> Result<Tree<'a>, Problem> {
        same_length("arc weights", graph.arc_count(), weights.of_arc.len())?;
        for source in sources {
            in_range("source node", source.node as usize, graph.node_count())?;
            if source.length > 1 << 31 {
                return Err(Problem::LengthsTooLong);
            }
        }
        search.targets.iter().try_for_each(|&t| in_range("target node", t as usize, graph.node_count()))?;
        self.reset(graph.vertex_count(), weights.step);
        let limit = label(search.limit, u32::MAX).min(u64::MAX - 1);
        for source in sources {
            let vertex = source.node;
            let label = label(source.time, source.length);
            self.reach(Reached { label, arc: NONE, parent: NONE }, vertex, limit);
        }
        if search.targets.is_empty() {
            self.run::<false>(graph, weights, limit, 0);
        } else {
            let wanted = self.want(graph.node_count(), search.targets);
            self.run::<true>(graph, weights, limit, wanted);
            search.targets.iter().for_each(|&target| self.wanted[target as usize] = false);
        }
        Ok(Tree { graph, scratch: self })
    }

    fn reset(&mut self, vertices: usize, step: u32) {
        for vertex in self.touched.drain(..) {
            self.reached[vertex as usize] = UNREACHED;
        }
        self.queue.start(step);
        self.reached.resize(vertices, UNREACHED);
    }

    /// Marks the targets and counts them, each once.
    fn want(&mut self, nodes: usize, targets: &[u32]) -> usize {
        self.wanted.resize(nodes.max(self.wanted.len()), false);
        let mut count = 0;
        for &target in targets {
            let flag = &mut self.wanted[target as usize];
            count += usize::from(!*flag);
            *flag = true;
        }
        count
    }

    /// Improves a vertex, if that is one.
    #[inline(always)]
    fn reach(&mut self, by: Reached, vertex: u32, limit: u64) {
        let known = &mut self.reached[vertex as usize];
        if by.label < known.label && by.label <= limit {
            if known.label == u64::MAX {
                self.touched.push(vertex);
            }
            *known = by;
            self.queue.push(by.label, vertex);
        }
    }

    fn run<const TARGETS: bool>(&mut self, graph: &Graph, weights: &Weights, limit: u64, mut wanted: usize) {
        self.horizon = u64::MAX - 1;
        let (heads, of_arc) = (graph.heads(), weights.of_arc.as_slice());
        while let Some((label, vertex)) = self.queue.pop() {
            if label > self.reached[vertex as usize].label {
                continue;
            }
            if TARGETS {
                // The first copy of a node to be settled is its nearest.
                let flag = &mut self.wanted[graph.node_of(vertex) as usize];
                wanted -= usize::from(*flag);
                *flag = false;
                if wanted == 0 {
                    self.horizon = label;
                    return;
                }
            }
            let arcs = graph.arc_range(vertex);
            let start = arcs.start as u32;
            for ((&head, &weight), arc) in heads[arcs.clone()].iter().zip(&of_arc[arcs]).zip(start..) {
                // A closed arc weighs `u64::MAX`: the sum saturates and never improves a label.
                let label = label.saturating_add(weight);
                self.reach(Reached { label, arc, parent: vertex }, head, limit);
            }
        }
    }
}

/// What a search found; borrows its scratch.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    graph: &'a Graph,
    scratch: &'a Scratch,
}

impl Tree<'_> {
    /// Time and length of the best path to a node (on a reverse graph: from it), or `None` if the node was not
    /// reached or doesn't exist. Units are those of the weights.
    #[must_use]
    pub fn cost(&self, node: u32) -> Option<(u32, u32)> {
        let label = self.scratch.reached[self.vertex(node)? as usize].label;
        Some(((label >> 32) as u32, label as u32))
    }

    /// Time of the best path; see [`Tree::cost`].
    #[must_use]
    pub fn time(&self, node: u32) -> Option<u32> {
        self.cost(node).map(|(time, _)| time)
    }

    /// Length along the best path; see [`Tree::cost`].
    #[must_use]
    pub fn length(&self, node: u32) -> Option<u32> {
        self.cost(node).map(|(_, length)| length)
    }

    /// Writes the link ids of the best path in the order of travel and returns whether the node was reached.
    /// The path of a source is empty.
    pub fn path_into(&self, node: u32, links: &mut Vec<u32>) -> bool {
        links.clear();
        let Some(mut vertex) = self.vertex(node) else { return false };
        loop {
            let Reached { arc, parent, .. } = self.scratch.reached[vertex as usize];
            if arc == NONE {
                break;
            }
            links.push(self.graph.link_of_arc(arc));
            vertex = parent;
        }
        if self.graph.direction() == Direction::Forward {
            links.reverse();
        }
        true
    }

    /// As [`Tree::path_into`], in a new vector; `None` if the node was not reached.
    #[must_use]
    pub fn path(&self, node: u32) -> Option<Vec<u32>> {
        let mut links = Vec::new();
        self.path_into(node, &mut links).then_some(links)
    }

    /// Nodes reached, each once, in no particular but a reproducible order.
    pub fn reached(&self) -> impl Iterator<Item = u32> + '_ {
        self.scratch.touched.iter().filter_map(|&vertex| {
            let node = self.graph.node_of(vertex);
            (self.vertex(node) == Some(vertex)).then_some(node)
        })
    }

    /// The vertex by which a node is reached best, if its label is final.
    fn vertex(&self, node: u32) -> Option<u32> {
        if node as usize >= self.graph.node_count() {
            return None;
        }
        let label = |&vertex: &u32| self.scratch.reached[vertex as usize].label;
        let best = std::iter::once(node).chain(self.graph.copies(node)).min_by_key(label)?;
        (label(&best) <= self.scratch.horizon).then_some(best)
    }
}
