//! Cutting a network into parts across links that nothing crosses quickly.
use super::roads::Road;

/// Times, ms, in which an effect at least crosses a link that may be cut: the longest with which parts become about equal
/// is taken, since threads that meet seldom wait less.
const CROSSINGS_MS: [u32; 4] = [12_000, 8_000, 4_000, 2_000];
/// Work of the largest part, as a share of an even one, up to which parts are about equal.
const EQUAL: f64 = 1.1;

/// The part of each junction, and the longest window in which parts don't feel each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) part_of: Vec<u32>,
    pub(super) parts: usize,
    pub(super) window_ms: u32,
}

/// Cuts a network into at most so many parts with about the same work: links, and vehicles where `loads` tells how many
/// each will carry.
///
/// Junctions joined by a link that is crossed faster than the window stay together. Parts are grown along the network
/// from junction to junction, so that few links are cut.
pub(super) fn cut(roads: &[Road], nodes: usize, parts: usize, loads: &[u32]) -> Cut {
    let whole = Cut { part_of: vec![0; nodes], parts: 1, window_ms: u32::MAX };
    if parts <= 1 || roads.is_empty() {
        return whole;
    }
    let adjacent = adjacency(roads, nodes);
    for window_ms in CROSSINGS_MS {
        let slow = |road: &Road| road.free_ms.min(road.gap_ms) >= window_ms;
        let (part_of, filled) = grow(roads, &adjacent, parts, loads, slow);
        let even = filled.iter().sum::<u64>() as f64 / parts as f64;
        let most = filled.iter().max().map_or(0.0, |most| *most as f64);
        if filled.len() > 1 && (most <= EQUAL * even || window_ms == CROSSINGS_MS[3]) {
            return Cut { part_of, parts: filled.len(), window_ms };
        }
    }
    whole
}

/// Grows parts that are joined by slow links only; gives the part of each junction and the work of each part.
fn grow(
    roads: &[Road],
    (first, neighbours): &(Vec<u32>, Vec<(u32, u32)>),
    parts: usize,
    loads: &[u32],
    slow: impl Fn(&Road) -> bool,
) -> (Vec<u32>, Vec<u64>) {
    let nodes = first.len() - 1;
    let mut part_of = vec![u32::MAX; nodes];
    let work = |link: u32| 1 + loads.get(link as usize).map_or(0, |load| u64::from(*load));
    let share = (0..roads.len() as u32).map(|link| 2 * work(link)).sum::<u64>().div_ceil(parts as u64);
    let mut filled = vec![0u64];
    let mut queue = std::collections::VecDeque::new();
    let mut together = Vec::new();
    for start in 0..nodes {
        if part_of[start] != u32::MAX {
            continue;
        }
        queue.push_back(start as u32);
        while let Some(node) = queue.pop_front() {
            if part_of[node as usize] != u32::MAX {
                continue;
            }
            if filled[filled.len() - 1] >= share && filled.len() < parts {
                filled.push(0);
            }
            let part = filled.len() - 1;
            // The junction with all that hang on it by quick links.
            together.push(node);
            part_of[node as usize] = part as u32;
            while let Some(node) = together.pop() {
                let row = first[node as usize] as usize..first[node as usize + 1] as usize;
                for &(other, link) in &neighbours[row] {
                    filled[part] += work(link);
                    if part_of[other as usize] != u32::MAX {
                        continue;
                    }
                    if slow(&roads[link as usize]) {
                        queue.push_back(other);
                    } else {
                        part_of[other as usize] = part as u32;
                        together.push(other);
                    }
                }
            }
        }
    }
    (part_of, filled)
}

/// For each junction the junctions at the other ends of its links, with the links.
fn adjacency(roads: &[Road], nodes: usize) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut first = vec![0u32; nodes + 1];
    let ends = |road: &Road| [(road.from, road.to), (road.to, road.from)];
    roads.iter().flat_map(ends).for_each(|(a, _)| first[a as usize + 1] += 1);
    (0..nodes).for_each(|n| first[n + 1] += first[n]);
    let mut next = first.clone();
    let mut neighbours = vec![(0, 0); roads.len() * 2];
    for (link, road) in roads.iter().enumerate() {
        for (a, b) in ends(road) {
            neighbours[next[a as usize] as usize] = (b, link as u32);
            next[a as usize] += 1;
        }
    }
    (first, neighbours)
}
