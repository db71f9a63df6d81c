//! Where the nodes of a road network lie: as its files say, or a picture computed from the links alone.
//!
//! Without coordinates: pivot multidimensional scaling (Brandes and Pich 2007, "Eigensolver methods for progressive
//! multidimensional scaling of large data", Graph Drawing 2006) on distances along the links, then some rounds of
//! stress majorisation over links and pivots.

use super::measure::{Measures, median};
use crate::import::traffic::TrafficCase;
use citytwin_world::geo::{M_PER_DEGREE, distance_m};
use citytwin_world::problem::{Problem, Tally};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes from which distances to all others are found.
const PIVOTS: usize = 40;
/// Rounds of drawing near what is near.
const ROUNDS: usize = 60;
/// Widest network, m.
const WIDTH_M_MAX: f64 = 1_000_000.0;
/// Length of a link of which nothing is known, m (assumption).
const LENGTH_M: f64 = 300.0;

/// Longitude and latitude of every node, degrees.
///
/// # Errors
/// `E377` the network would be wider than a city can be.
pub(super) fn positions(
    case: &TrafficCase,
    measures: &Measures,
    degrees: bool,
    tally: &mut Tally,
) -> Result<Vec<[f64; 2]>, Problem> {
    let joined = Joined::of(case, measures);
    let known = case.position.iter().flatten().count();
    let mut at: Vec<Option<[f64; 2]>> = case.position.clone();
    if known < 2 {
        let what = "no file says where the nodes lie; they are laid out by the lengths of the links, around 0° N 0° E";
        tally.warning("W378", what, || format!("{} nodes", at.len()));
        at = joined.draw().into_iter().map(Some).collect();
        at = to_degrees(&at, 1.0);
    } else if !degrees {
        let scale = plane_scale(case, measures);
        let what =
            "coordinates are no degrees; they are scaled to the lengths of the links, around 0° N 0° E";
        tally.warning("W378", what, || format!("a unit is {scale:.4} m"));
        at = to_degrees(&at, scale);
    }
    let lost: Vec<usize> = (0..at.len()).filter(|node| at.get(*node) == Some(&None)).collect();
    for node in &lost {
        let what = "a node has no coordinates; it lies between its neighbours";
        tally.warning("W375", what, || format!("node {}", super::node_name(case, *node as u32)));
    }
    joined.between(&mut at, &lost);
    let middle = mean(at.iter().flatten()).unwrap_or_default();
    let at: Vec<[f64; 2]> = at.into_iter().map(|p| p.unwrap_or(middle)).collect();
    let wide = at.iter().map(|p| distance_m(middle[0], middle[1], p[0], p[1])).fold(0.0, f64::max);
    if wide > WIDTH_M_MAX || !wide.is_finite() {
        let what = format!("the network would reach {:.0} km from its middle", wide / 1000.0);
        return Err(Problem::error("E377", what).help("name the unit of its lengths with --length-unit"));
    }
    Ok(at)
}

fn mean<'a>(points: impl Iterator<Item = &'a [f64; 2]>) -> Option<[f64; 2]> {
    let (n, sum) = points.fold((0.0, [0.0; 2]), |(n, s), p| (n + 1.0, [s[0] + p[0], s[1] + p[1]]));
    (n > 0.0).then(|| [sum[0] / n, sum[1] / n])
}

/// Metres of a unit of plane coordinates: those with which the median link is a straight line.
fn plane_scale(case: &TrafficCase, measures: &Measures) -> f64 {
    let ratio = |(at, length_m): (usize, &f64)| {
        let end =
            |ends: &[u32]| ends.get(at).and_then(|node| case.position.get(*node as usize)).copied().flatten();
        let (Some(a), Some(b)) = (end(&case.from), end(&case.to)) else { return 0.0 };
        let straight = (a[0] - b[0]).hypot(a[1] - b[1]);
        if straight > 0.0 { length_m / straight } else { 0.0 }
    };
    median(measures.length_m.iter().enumerate().map(ratio).collect()).unwrap_or(1.0)
}

/// Plane coordinates as degrees around the origin.
fn to_degrees(at: &[Option<[f64; 2]>], scale_m: f64) -> Vec<Option<[f64; 2]>> {
    let middle = mean(at.iter().flatten()).unwrap_or_default();
    let scale = scale_m / M_PER_DEGREE;
    at.iter().map(|p| p.map(|p| [(p[0] - middle[0]) * scale, (p[1] - middle[1]) * scale])).collect()
}

/// Neighbours of each node with the length of the way to them, m, whichever way links lead.
struct Joined {
    near: Vec<Vec<(u32, f64)>>,
}

impl Joined {
    fn of(case: &TrafficCase, measures: &Measures) -> Self {
        let mut near = vec![Vec::new(); case.position.len()];
        for ((from, to), length_m) in case.from.iter().zip(&case.to).zip(&measures.length_m) {
            let length_m = if *length_m > 0.0 { *length_m } else { LENGTH_M };
            for (a, b) in [(*from, *to), (*to, *from)].into_iter().filter(|(a, b)| a != b) {
                if let Some(list) = near.get_mut(a as usize) {
                    list.push((b, length_m));
                }
            }
        }
        near.iter_mut().for_each(|list: &mut Vec<(u32, f64)>| {
            list.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            list.dedup_by_key(|(node, _)| *node);
        });
        Self { near }
    }

    /// Puts the nodes that lie nowhere between those neighbours that do, from the known ones outwards.
    fn between(&self, at: &mut [Option<[f64; 2]>], lost: &[usize]) {
        let mut lost = lost.to_vec();
        while !lost.is_empty() {
            let found: Vec<(usize, [f64; 2])> = lost
                .iter()
                .filter_map(|node| {
                    let near = self.near.get(*node)?;
                    let known = near.iter().filter_map(|(n, _)| at.get(*n as usize)?.as_ref());
                    mean(known).map(|p| (*node, p))
                })
                .collect();
            if found.is_empty() {
                return;
            }
            for (node, p) in found {
                if let Some(slot) = at.get_mut(node) {
                    *slot = Some(p);
                }
            }
            lost.retain(|node| at.get(*node) == Some(&None));
        }
    }

    /// Length of the shortest way from a node to each other, m.
    fn distances(&self, from: u32) -> Vec<f64> {
        let mut best = vec![f64::INFINITY; self.near.len()];
        // Lengths are not negative, so that their bits are in the order of the numbers.
        let mut queue = BinaryHeap::from([Reverse((0_u64, from))]);
        while let Some(Reverse((bits, node))) = queue.pop() {
            let far = f64::from_bits(bits);
            match best.get_mut(node as usize) {
                Some(known) if far < *known => *known = far,
                _ => continue,
            }
            for (next, length_m) in self.near.get(node as usize).map_or(&[][..], Vec::as_slice) {
                if best.get(*next as usize).is_some_and(|known| far + length_m < *known) {
                    queue.push(Reverse(((far + length_m).to_bits(), *next)));
                }
            }
        }
        best
    }

    /// A picture of the network in the plane, m.
    fn draw(&self) -> Vec<[f64; 2]> {
        let (pivots, far) = self.pivots();
        let mut at = scaled(&far);
        for round in 0..ROUNDS {
            self.relax(&mut at, &pivots, &far, round);
        }
        at
    }

    /// Nodes far from one another, with the distances from each; what can't be reached is somewhat farther than all.
    fn pivots(&self) -> (Vec<usize>, Vec<Vec<f64>>) {
        let (mut pivots, mut rows) = (Vec::new(), Vec::<Vec<f64>>::new());
        let mut nearest = vec![f64::INFINITY; self.near.len()];
        let mut next = 0;
        while pivots.len() < PIVOTS.min(self.near.len()) {
            let mut row = self.distances(next as u32);
            let most = row.iter().copied().filter(|d| d.is_finite()).fold(LENGTH_M, f64::max);
            row.iter_mut().filter(|d| !d.is_finite()).for_each(|d| *d = 1.2 * most);
            nearest.iter_mut().zip(&row).for_each(|(near, d)| *near = near.min(*d));
            pivots.push(next);
            rows.push(row);
            let farthest = nearest.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            match farthest {
                Some((node, d)) if *d > 0.0 => next = node,
                _ => break,
            }
        }
        (pivots, rows)
    }

    /// Moves every node to where its neighbours and the pivots want it.
    fn relax(&self, at: &mut [[f64; 2]], pivots: &[usize], far: &[Vec<f64>], round: usize) {
        for node in 0..at.len() {
            let Some(&here) = at.get(node) else { continue };
            let (mut sum, mut weight) = ([0.0; 2], 0.0);
            let mut want = |other: usize, d: f64, share: f64| {
                let Some(&there) = at.get(other).filter(|_| d > 0.0 && other != node) else { return };
                let (dx, dy) = (here[0] - there[0], here[1] - there[1]);
                let length = dx.hypot(dy);
                // Nodes on one spot part in directions that differ from node to node.
                let turn = (node * 7 + other * 3 + round) as f64;
                let [x, y] =
                    if length > 1e-6 { [dx / length, dy / length] } else { [turn.cos(), turn.sin()] };
                let w = share / (d * d);
                sum = [sum[0] + w * (there[0] + d * x), sum[1] + w * (there[1] + d * y)];
                weight += w;
            };
            for (other, d) in self.near.get(node).map_or(&[][..], Vec::as_slice) {
                want(*other as usize, *d, 1.0);
            }
            for (pivot, row) in pivots.iter().zip(far) {
                want(*pivot, row.get(node).copied().unwrap_or(0.0), 1.0);
            }
            if weight > 0.0
                && let Some(slot) = at.get_mut(node)
            {
                *slot = [sum[0] / weight, sum[1] / weight];
            }
        }
    }
}

/// Pivot multidimensional scaling of distances from some nodes to all.
fn scaled(far: &[Vec<f64>]) -> Vec<[f64; 2]> {
    let n = far.first().map_or(0, Vec::len);
    let square: Vec<Vec<f64>> = far.iter().map(|row| row.iter().map(|d| d * d).collect()).collect();
    let row_mean: Vec<f64> = square.iter().map(|row| row.iter().sum::<f64>() / n.max(1) as f64).collect();
    let column_mean =
        |at: usize| square.iter().filter_map(|row| row.get(at)).sum::<f64>() / square.len().max(1) as f64;
    let columns: Vec<f64> = (0..n).map(column_mean).collect();
    let all = row_mean.iter().sum::<f64>() / row_mean.len().max(1) as f64;
    let centred: Vec<Vec<f64>> = square
        .iter()
        .zip(&row_mean)
        .map(|(row, mean)| row.iter().zip(&columns).map(|(d, c)| -0.5 * (d - c - mean + all)).collect())
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let gram: Vec<Vec<f64>> = centred.iter().map(|a| centred.iter().map(|b| dot(a, b)).collect()).collect();
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for axis in 0..2 {
        let mut vector: Vec<f64> =
            (0..gram.len()).map(|i| 1.0 + ((i * 37 + axis * 11) % 17) as f64).collect();
        for _ in 0..200 {
            for known in &axes {
                let share = dot(&vector, known);
                vector.iter_mut().zip(known).for_each(|(v, k)| *v -= share * k);
            }
            let next: Vec<f64> = gram.iter().map(|row| dot(row, &vector)).collect();
            let length = dot(&next, &next).sqrt();
            vector = if length > 0.0 { next.iter().map(|v| v / length).collect() } else { next };
        }
        axes.push(vector);
    }
    // A coordinate is the share of an axis by the fourth root of its eigenvalue, as in classical scaling.
    let stretch = |axis: &[f64]| {
        let image: Vec<f64> = gram.iter().map(|row| dot(row, axis)).collect();
        dot(&image, &image).powf(0.125)
    };
    let stretches: Vec<f64> = axes.iter().map(|axis| stretch(axis)).collect();
    let of = |node: usize, axis: usize| {
        let (Some(vector), Some(stretch)) = (axes.get(axis), stretches.get(axis)) else { return 0.0 };
        let sum: f64 = centred.iter().zip(vector).filter_map(|(row, v)| Some(row.get(node)? * v)).sum();
        if *stretch > 0.0 { sum / stretch } else { 0.0 }
    };
    let mut at: Vec<[f64; 2]> = (0..n).map(|node| [of(node, 0), of(node, 1)]).collect();
    // Right size: the first pivot's distances in the picture sum to those along the links.
    if let (Some(row), Some(&from)) = (far.first(), at.first()) {
        let drawn: f64 = at.iter().map(|p| (p[0] - from[0]).hypot(p[1] - from[1])).sum();
        let scale = if drawn > 0.0 { row.iter().sum::<f64>() / drawn } else { 0.0 };
        at.iter_mut().for_each(|p| *p = [p[0] * scale, p[1] * scale]);
    }
    at
}
