//! What a hierarchy knows before any weights: order, shortcuts, elimination tree.

use super::dissect::{Part, Sketch, dissect};
use crate::graph::{Graph, NONE, offsets};
use crate::problem::{Problem, as_u32, same_length};

/// The order of a graph's vertices and the arcs that any weights might need; made once, for all weights.
///
/// Vertices are known by their rank. Each arc joins a lower rank with a higher one and stands for both directions.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    pub(super) graph: Graph,
    /// Rank of each vertex of the graph.
    pub(super) rank: Vec<u32>,
    /// Arcs by their lower end, their upper ends ascending.
    pub(super) up_first: Vec<u32>,
    pub(super) up_head: Vec<u32>,
    /// Depth of each arc's upper end. All upper ends of a rank lie on its way to the root, so no two are equally deep,
    /// and what is known along one such way fits into a short table by depth.
    pub(super) up_depth: Vec<u32>,
    /// Number of ranks above each rank in the elimination tree, and the number of depths.
    pub(super) depth: Vec<u32>,
    pub(super) height: usize,
    /// Lower end of each arc.
    pub(super) low: Vec<u32>,
    /// The same arcs by their upper end, as (lower end, arc), ascending.
    pub(super) down_first: Vec<u32>,
    pub(super) down: Vec<(u32, u32)>,
    /// The nearest of the upper ends, or `NONE` at a root.
    pub(super) parent: Vec<u32>,
    pub(super) part: Part,
    /// Per graph arc the hierarchy arc it lies on, doubled, plus 1 where it leads down; `NONE` for a loop.
    pub(super) lies_on: Vec<u32>,
    /// Graph arcs by doubled hierarchy arc, and by link.
    pub(super) lying_first: Vec<u32>,
    pub(super) lying: Vec<u32>,
    pub(super) of_link_first: Vec<u32>,
    pub(super) of_link: Vec<u32>,
}

/// Steps along two lists that take as long as a search for one arc.
const SEARCHES: usize = 8;

impl Hierarchy {
    /// Orders and contracts a forward or reverse graph whose nodes lie at `x`, `y` (any plane coordinates, one of
    /// each per node; only used to find good separators, never for the result).
    ///
    /// # Errors
    /// Coordinates of another number than the nodes, or more shortcuts or links than 31-bit ids can name.
    pub fn new(graph: &Graph, x: &[f64], y: &[f64]) -> Result<Self, Problem> {
        same_length("x coordinates", graph.node_count(), x.len())?;
        same_length("y coordinates", graph.node_count(), y.len())?;
        let vertices = graph.vertex_count();
        let place = |of: &[f64]| -> Vec<f64> {
            (0..vertices as u32).map(|v| of[graph.node_of(v) as usize]).collect()
        };
        let (first, head) = undirected(graph);
        let sketch = Sketch { first: &first, head: &head, x: &place(x), y: &place(y) };
        let mut order = vec![0; vertices];
        let part = dissect(&sketch, (0..vertices as u32).collect(), 0, &mut order);
        let mut rank = vec![0; vertices];
        order.iter().enumerate().for_each(|(r, &v)| rank[v as usize] = r as u32);
        let up = contract(&order, &rank, &first, &head);
        let up_first: Vec<u32> = std::iter::once(0)
            .chain(up.iter().scan(0_usize, |sum, heads| {
                *sum += heads.len();
                Some(*sum as u32)
            }))
            .collect();
        let arcs: usize = up.iter().map(Vec::len).sum();
        as_u32("shortcuts", arcs.saturating_mul(2))?;
        as_u32("links", graph.link_count().saturating_mul(2))?;
        let up_head: Vec<u32> = up.iter().flatten().copied().collect();
        let parent: Vec<u32> = up.iter().map(|heads| heads.first().copied().unwrap_or(NONE)).collect();
        drop(up);
        let mut depth = vec![0; vertices];
        for rank in (0..vertices).rev().filter(|&rank| parent[rank] != NONE) {
            depth[rank] = depth[parent[rank] as usize] + 1;
        }
        let mut made = Self {
            graph: graph.clone(),
            rank,
            down_first: offsets(vertices, up_head.iter().copied()),
            down: vec![(0, 0); up_head.len()],
            low: (0..vertices as u32)
                .flat_map(|low| (up_first[low as usize]..up_first[low as usize + 1]).map(move |_| low))
                .collect(),
            up_depth: up_head.iter().map(|&head| depth[head as usize]).collect(),
            height: depth.iter().max().map_or(0, |&deepest| deepest as usize + 1),
            depth,
            up_first,
            up_head,
            parent,
            part,
            lies_on: Vec::new(),
            lying_first: Vec::new(),
            lying: Vec::new(),
            of_link_first: Vec::new(),
            of_link: Vec::new(),
        };
        made.index_down();
        made.index_graph();
        Ok(made)
    }

    /// Number of arcs, shortcuts included; each stands for both directions.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.up_head.len()
    }

    /// The graph that the hierarchy is of.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) fn up_range(&self, rank: u32) -> std::ops::Range<usize> {
        self.up_first[rank as usize] as usize..self.up_first[rank as usize + 1] as usize
    }

    /// Lower ends of the arcs up to a rank, with the arcs.
    pub(super) fn down_of(&self, rank: u32) -> &[(u32, u32)] {
        &self.down[self.down_first[rank as usize] as usize..self.down_first[rank as usize + 1] as usize]
    }

    /// The arc between two ranks, if there is one.
    pub(super) fn arc_between(&self, low: u32, high: u32) -> Option<u32> {
        let range = self.up_range(low);
        let at = self.up_head[range.clone()].binary_search(&high).ok()?;
        Some((range.start + at) as u32)
    }

    /// Hands over the arcs from each rank below two joined ones to both of them, as (to the lower, to the higher).
    pub(super) fn below(&self, low: u32, high: u32, mut each: impl FnMut(u32, u32)) {
        let (of_low, of_high) = (self.down_of(low), self.down_of(high));
        let Some(&(lowest, _)) = of_low.first() else { return };
        // The higher one has more ranks below it, at either end and in between.
        let from = of_high.partition_point(|&(rank, _)| rank < lowest);
        let of_high = &of_high[from..of_high.partition_point(|&(rank, _)| rank < low)];
        if of_high.len() * SEARCHES < of_low.len() {
            for &(rank, arc) in of_high {
                self.arc_between(rank, low).into_iter().for_each(|to_low| each(to_low, arc));
            }
            return;
        }
        let (mut a, mut b) = (0, 0);
        while let (Some(&(one, to_low)), Some(&(other, to_high))) = (of_low.get(a), of_high.get(b)) {
            if one == other {
                each(to_low, to_high);
            }
            a += usize::from(one <= other);
            b += usize::from(other <= one);
        }
    }

    fn index_down(&mut self) {
        let mut next = self.down_first.clone();
        for low in 0..self.rank.len() as u32 {
            for arc in self.up_range(low) {
                let slot = &mut next[self.up_head[arc] as usize];
                self.down[*slot as usize] = (low, arc as u32);
                *slot += 1;
            }
        }
    }

    fn index_graph(&mut self) {
        let graph = &self.graph;
        let mut lies_on = Vec::with_capacity(graph.arc_count());
        for vertex in 0..graph.vertex_count() as u32 {
            for arc in graph.arc_range(vertex) {
                let (a, b) = (self.rank[vertex as usize], self.rank[graph.heads()[arc] as usize]);
                let on = self.arc_between(a.min(b), a.max(b));
                lies_on.push(on.map_or(NONE, |on| 2 * on + u32::from(a > b)));
            }
        }
        let group = |count: usize, key: &dyn Fn(usize) -> u32| {
            let all = || (0..lies_on.len()).filter(|&arc| key(arc) != NONE);
            let first = offsets(count, all().map(key));
            let mut next = first.clone();
            let mut list = vec![0; first[count] as usize];
            for arc in all() {
                let slot = &mut next[key(arc) as usize];
                list[*slot as usize] = arc as u32;
                *slot += 1;
            }
            (first, list)
        };
        (self.lying_first, self.lying) = group(2 * self.up_head.len(), &|arc| lies_on[arc]);
        (self.of_link_first, self.of_link) = group(graph.link_count(), &|arc| graph.link_of_arc(arc as u32));
        self.lies_on = lies_on;
    }
}

/// Neighbours of each vertex over arcs of either direction, ascending, without itself, each once.
fn undirected(graph: &Graph) -> (Vec<u32>, Vec<u32>) {
    let mut pairs = Vec::with_capacity(2 * graph.arc_count());
    for vertex in 0..graph.vertex_count() as u32 {
        for &head in &graph.heads()[graph.arc_range(vertex)] {
            if head != vertex {
                pairs.extend([(vertex, head), (head, vertex)]);
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let first = offsets(graph.vertex_count(), pairs.iter().map(|pair| pair.0));
    (first, pairs.into_iter().map(|pair| pair.1).collect())
}

/// Upper neighbours of each rank once all lower ones are contracted: each hands its own on to the nearest.
fn contract(order: &[u32], rank: &[u32], first: &[u32], head: &[u32]) -> Vec<Vec<u32>> {
    let mut up: Vec<Vec<u32>> = Vec::with_capacity(order.len());
    for (low, &vertex) in order.iter().enumerate() {
        let range = first[vertex as usize] as usize..first[vertex as usize + 1] as usize;
        let heads = head[range].iter().map(|&other| rank[other as usize]);
        up.push(heads.filter(|&other| other as usize > low).collect());
    }
    for low in 0..up.len() {
        let mut heads = std::mem::take(&mut up[low]);
        heads.sort_unstable();
        heads.dedup();
        if let Some((&nearest, rest)) = heads.split_first() {
            up[nearest as usize].extend(rest);
        }
        up[low] = heads;
    }
    up
}
