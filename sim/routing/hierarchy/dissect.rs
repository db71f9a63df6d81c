//! Nested dissection by inertial flow (Schild and Sommer, "On balanced separators in road networks", 2015): along each
//! of four directions a least cut between the outer quarters; the ends of the smallest cut separate the rest.

/// A part of the order: two sides that no arc joins, then what separates them. Numbers are ranks.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) first: u32,
    /// Where the separator begins.
    pub(super) top: u32,
    pub(super) end: u32,
    /// Both sides, or none in a part too small to divide.
    pub(super) sides: Vec<Part>,
}

/// An undirected graph in CSR form with a position per vertex.
pub(super) struct Sketch<'a> {
    pub(super) first: &'a [u32],
    pub(super) head: &'a [u32],
    pub(super) x: &'a [f64],
    pub(super) y: &'a [f64],
}

/// Parts of this many vertices or fewer aren't divided.
const LEAF: usize = 8;
/// Parts of more vertices than this are divided at the same time as their neighbours.
const PARALLEL: usize = 2_000;
/// Directions of the inertial cuts, as weights of x and y.
const DIRECTIONS: [(f64, f64); 4] = [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)];

/// Orders vertices from rank `first` on; fills `order` with the vertex of each of these ranks.
pub(super) fn dissect(sketch: &Sketch<'_>, mut vertices: Vec<u32>, first: u32, order: &mut [u32]) -> Part {
    let end = first + vertices.len() as u32;
    if vertices.len() <= LEAF {
        // Vertices of few neighbours first make few shortcuts.
        vertices.sort_by_key(|&v| (sketch.first[v as usize + 1] - sketch.first[v as usize], v));
        order.copy_from_slice(&vertices);
        return Part { first, top: first, end, sides: Vec::new() };
    }
    let local = Local::new(sketch, &vertices);
    let split = local.best_split(sketch, &vertices);
    let [mut left, mut right, mut apart] = [Vec::new(), Vec::new(), Vec::new()];
    for (&vertex, side) in vertices.iter().zip(split) {
        match side {
            Side::Left => left.push(vertex),
            Side::Right => right.push(vertex),
            Side::Apart => apart.push(vertex),
        }
    }
    drop(local);
    let large = vertices.len() > PARALLEL;
    drop(vertices);
    let (middle, top) = (first + left.len() as u32, first + (left.len() + right.len()) as u32);
    let (for_left, rest) = order.split_at_mut(left.len());
    let (for_right, for_apart) = rest.split_at_mut(right.len());
    for_apart.copy_from_slice(&apart);
    let one = || dissect(sketch, left, first, for_left);
    let other = || dissect(sketch, right, middle, for_right);
    let (one, other) = if large { rayon::join(one, other) } else { (one(), other()) };
    Part { first, top, end, sides: vec![one, other] }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Apart,
}

/// The part of the graph within a set of vertices, these numbered from 0 in their order.
struct Local {
    first: Vec<u32>,
    head: Vec<u32>,
    /// The same edge seen from its other end.
    twin: Vec<u32>,
}

impl Local {
    fn new(sketch: &Sketch<'_>, vertices: &[u32]) -> Self {
        // Vertices ascend, so a search finds the number of one.
        debug_assert!(vertices.is_sorted());
        let (mut first, mut head) = (vec![0], Vec::new());
        for &vertex in vertices {
            let range = sketch.first[vertex as usize] as usize..sketch.first[vertex as usize + 1] as usize;
            let inside = sketch.head[range].iter().filter_map(|other| vertices.binary_search(other).ok());
            head.extend(inside.map(|other| other as u32));
            first.push(head.len() as u32);
        }
        // Neighbours ascend too, so the edges into a vertex come in the order in which its own edges stand.
        let mut next = first.clone();
        let mut twin = vec![0; head.len()];
        for (edge, &to) in head.iter().enumerate() {
            twin[edge] = next[to as usize];
            next[to as usize] += 1;
        }
        Self { first, head, twin }
    }

    /// The split with the fewest vertices apart over all directions.
    fn best_split(&self, sketch: &Sketch<'_>, vertices: &[u32]) -> Vec<Side> {
        let mut best: Option<(usize, Vec<Side>)> = None;
        for (by_x, by_y) in DIRECTIONS {
            let along = |v: u32| sketch.x[v as usize] * by_x + sketch.y[v as usize] * by_y;
            let mut sorted: Vec<u32> = (0..vertices.len() as u32).collect();
            sorted.sort_by(|&a, &b| {
                let [va, vb] = [vertices[a as usize], vertices[b as usize]];
                along(va).total_cmp(&along(vb)).then(a.cmp(&b))
            });
            let limit = best.as_ref().map_or(usize::MAX, |(size, _)| *size);
            let Some(reached) = self.cut(&sorted, limit) else { continue };
            let split = self.separate(&reached);
            let size = split.iter().filter(|side| **side == Side::Apart).count();
            if size < limit {
                best = Some((size, split));
            }
        }
        best.map_or_else(|| vec![Side::Apart; vertices.len()], |(_, split)| split)
    }

    /// The vertices on the near side of a least cut between the first and the last quarter; `None` if it has more
    /// than `twice the limit` edges, so that it can't give a smaller separator.
    fn cut(&self, sorted: &[u32], limit: usize) -> Option<Vec<bool>> {
        let quarter = (sorted.len() / 4).max(1);
        let mut sink = vec![false; sorted.len()];
        sorted[sorted.len() - quarter..].iter().for_each(|&v| sink[v as usize] = true);
        let mut used = vec![false; self.head.len()];
        let mut by = vec![u32::MAX; sorted.len()];
        let mut queue = Vec::with_capacity(sorted.len());
        let mut flow = 0_usize;
        loop {
            let mut reached = vec![false; sorted.len()];
            queue.clear();
            for &source in &sorted[..quarter] {
                reached[source as usize] = true;
                by[source as usize] = u32::MAX;
                queue.push(source);
            }
            let Some(end) = self.reach(&mut queue, &mut reached, &mut by, &used, &sink) else {
                return Some(reached);
            };
            flow += 1;
            if flow / 2 > limit {
                return None;
            }
            let mut at = end;
            while by[at as usize] != u32::MAX {
                let edge = by[at as usize] as usize;
                let twin = self.twin[edge] as usize;
                // A unit against one that is there takes it back.
                if !std::mem::replace(&mut used[twin], false) {
                    used[edge] = true;
                }
                at = self.head[twin];
            }
        }
    }

    /// Breadth first from what is in the queue over edges that have room, to the first vertex of the sink.
    fn reach(
        &self,
        queue: &mut Vec<u32>,
        reached: &mut [bool],
        by: &mut [u32],
        used: &[bool],
        sink: &[bool],
    ) -> Option<u32> {
        let mut next = 0;
        while let Some(&at) = queue.get(next) {
            next += 1;
            let edges = self.first[at as usize] as usize..self.first[at as usize + 1] as usize;
            for (edge, &used) in edges.clone().zip(&used[edges]) {
                let to = self.head[edge] as usize;
                if reached[to] || used {
                    continue;
                }
                reached[to] = true;
                by[to] = edge as u32;
                if sink[to] {
                    return Some(to as u32);
                }
                queue.push(to as u32);
            }
        }
        None
    }

    /// Sets apart the ends of the cut's edges, on that side where they are fewer.
    fn separate(&self, reached: &[bool]) -> Vec<Side> {
        let mut ends = [vec![false; reached.len()], vec![false; reached.len()]];
        for at in 0..reached.len() {
            for edge in self.first[at] as usize..self.first[at + 1] as usize {
                let to = self.head[edge] as usize;
                if reached[at] && !reached[to] {
                    ends[0][at] = true;
                    ends[1][to] = true;
                }
            }
        }
        let count = |ends: &[bool]| ends.iter().filter(|end| **end).count();
        let fewer = if count(&ends[0]) <= count(&ends[1]) { &ends[0] } else { &ends[1] };
        let side = |(&reached, &end): (&bool, &bool)| match (end, reached) {
            (true, _) => Side::Apart,
            (false, true) => Side::Left,
            (false, false) => Side::Right,
        };
        reached.iter().zip(fewer).map(side).collect()
    }
}
