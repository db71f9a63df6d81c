//! The high-voltage grid: which substations are joined, and where power comes in.
use citytwin_world::AssetId;
use citytwin_world::geo::distance_m;
use citytwin_world::infrastructure::{Infrastructure, PowerLine};
use std::collections::BTreeSet;

/// Infeeds at most (assumption: a large city takes power at a few points of the country's grid).
const INFEEDS: usize = 3;
/// Reactance of an overhead line of 138 kV, ohm/km, and its base impedance at 100 MVA, ohm: 138² / 100 (assumption of
/// the voltage; .4 ohm/km is usual of overhead lines).
const OHM_PER_KM: f64 = 0.4;
const BASE_OHM: f64 = 190.44;
const BASE_MVA: f64 = 100.0;

/// A line between two assets, as stiff as it is short; what it can carry is found when the grid is first solved.
pub(super) fn line(made: &Infrastructure, from: AssetId, to: AssetId) -> PowerLine {
    let km = (distance_m(made.lon[from], made.lat[from], made.lon[to], made.lat[to]) / 1000.0).max(0.5);
    let mw_per_rad = BASE_MVA / (OHM_PER_KM * km / BASE_OHM);
    PowerLine { from, to, capacity_mw: 0.0, mw_per_rad: mw_per_rad as f32 }
}

/// Substations beside which power comes in: the outermost in three directions.
pub(super) fn infeeds(made: &Infrastructure, substations: &[AssetId]) -> Vec<AssetId> {
    let count = substations.len().max(1) as f64;
    let mean = |of: &dyn Fn(AssetId) -> f64| substations.iter().map(|s| of(*s)).sum::<f64>() / count;
    let (lon, lat) = (mean(&|s| made.lon[s]), mean(&|s| made.lat[s]));
    let mut chosen: Vec<AssetId> = Vec::new();
    for turn in 0..INFEEDS {
        let (sin, cos) = (f64::from(turn as u32) * 120.0 + 90.0).to_radians().sin_cos();
        let out = |s: &AssetId| (made.lon[*s] - lon) * cos + (made.lat[*s] - lat) * sin;
        let free = substations.iter().filter(|s| !chosen.contains(s));
        if let Some(one) = free.max_by(|a, b| out(a).total_cmp(&out(b)).then(b.cmp(a))) {
            chosen.push(*one);
        }
    }
    chosen
}

/// Lines that join all substations: a shortest tree, and from each substation one more to its nearest that it isn't
/// joined to yet, so that most are reached two ways.
pub(super) fn join(made: &Infrastructure, substations: &[AssetId]) -> Vec<PowerLine> {
    let away = |a: AssetId, b: AssetId| distance_m(made.lon[a], made.lat[a], made.lon[b], made.lat[b]);
    let mut joined: BTreeSet<(AssetId, AssetId)> = BTreeSet::new();
    let pair = |a: AssetId, b: AssetId| (a.min(b), a.max(b));
    // Prim: from the first on, always the nearest that isn't in the tree.
    let mut best: Vec<(f64, AssetId)> =
        substations.iter().map(|s| (away(*s, substations[0]), substations[0])).collect();
    let mut inside = vec![false; substations.len()];
    if let Some(first) = inside.first_mut() {
        *first = true;
    }
    for _ in 1..substations.len() {
        let outside = (0..substations.len()).filter(|i| !inside[*i]);
        let Some(next) = outside.min_by(|a, b| best[*a].0.total_cmp(&best[*b].0)) else { break };
        inside[next] = true;
        joined.insert(pair(substations[next], best[next].1));
        for (i, best) in best.iter_mut().enumerate() {
            let far = away(substations[i], substations[next]);
            if far < best.0 {
                *best = (far, substations[next]);
            }
        }
    }
    for &from in substations {
        let others = substations.iter().filter(|to| **to != from && !joined.contains(&pair(from, **to)));
        if let Some(&to) = others.min_by(|a, b| away(from, **a).total_cmp(&away(from, **b))) {
            joined.insert(pair(from, to));
        }
    }
    joined.into_iter().map(|(from, to)| line(made, from, to)).collect()
}
