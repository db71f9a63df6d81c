//! Zones of a made-up city: square cells with residents and jobs.
use super::plan::{Layer, Plan, Point};
use super::streets::Junctions;
use citytwin_world::column::Ragged;
use citytwin_world::{NodeId, Zones};
use std::collections::BTreeMap;

/// Residents a zone is made for; the fewest zones, so that a village too has a middle and an edge, and the most.
const RESIDENTS_PER_ZONE: f64 = 650.0;
const ZONES_MIN: f64 = 9.0;
const ZONES_MAX: f64 = 1_800.0;
/// Jobs per resident.
const JOBS_PER_RESIDENT: f64 = 0.46;

/// The junctions of each zone, beside the zones.
pub(super) struct Cells {
    pub(super) zones: Zones,
    pub(super) junctions: Vec<Vec<u32>>,
    pub(super) side_m: f64,
}

/// Splits `total` in proportion to weights, in whole numbers that add up to it.
pub(super) fn split(total: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let (mut so_far, mut given) = (0.0, 0_u64);
    let last = weights.len().saturating_sub(1);
    weights
        .iter()
        .enumerate()
        .map(|(i, w)| {
            so_far += if sum > 0.0 { w / sum } else { 1.0 / weights.len() as f64 };
            let upto =
                if i == last { u64::from(total) } else { (so_far * f64::from(total) + 0.5).floor() as u64 };
            let n = upto.min(u64::from(total)).saturating_sub(given);
            given += n;
            n as u32
        })
        .collect()
}

/// Zones that a city of so many residents is cut into, about.
pub(super) fn about(population: u32) -> f64 {
    (f64::from(population) / RESIDENTS_PER_ZONE).clamp(ZONES_MIN, ZONES_MAX)
}

/// Cuts the city into cells that hold at least one junction each.
pub(super) fn cut(plan: &Plan, junctions: &Junctions) -> Cells {
    let wanted = about(plan.population);
    let side_m = (std::f64::consts::PI * plan.radius_m.powi(2) / wanted).sqrt().max(plan.block_m * 1.3);
    let mut cells: BTreeMap<(i32, i32), Vec<u32>> = BTreeMap::new();
    for (n, p) in junctions.at.iter().enumerate() {
        let cell = ((p.y / side_m).round() as i32, (p.x / side_m).round() as i32);
        cells.entry(cell).or_default().push(n as u32);
    }
    let middle = |c: &(i32, i32)| Point { x: f64::from(c.1) * side_m, y: f64::from(c.0) * side_m };
    let rough = |n: usize| (0.35 * plan.draw(Layer::Zone, n as u32).normal()).exp();
    // A cell at the edge has as much of a full cell's people as it has of its junctions.
    let full = (side_m / plan.block_m).powi(2);
    let part = |list: &Vec<u32>| (list.len() as f64 / full).min(1.0);
    let residents: Vec<f64> = cells
        .iter()
        .enumerate()
        .map(|(n, (c, list))| plan.residents(middle(c)) * rough(n) * part(list))
        .collect();
    let jobs: Vec<f64> = cells
        .iter()
        .enumerate()
        .map(|(n, (c, list))| plan.jobs(middle(c)) * rough(n + 1_000_000) * part(list))
        .collect();
    let all_jobs = (f64::from(plan.population) * JOBS_PER_RESIDENT).ceil() as u32;
    let mut zones = Zones {
        population: split(plan.population, &residents).into(),
        jobs: split(all_jobs, &jobs).into(),
        ..Zones::default()
    };
    let mut outline = Ragged::default();
    for c in cells.keys() {
        let p = middle(c);
        let (lon, lat) = p.lon_lat();
        zones.id.push(format!("z{}_{}", c.0, c.1));
        zones.lon.push(lon);
        zones.lat.push(lat);
        zones.area_km2.push((side_m * side_m / 1e6) as f32);
        zones.elevation_m.push(plan.height_m(p));
        zones.node.push(NodeId(junctions.near(p)));
        let corner = |dx: f64, dy: f64| {
            let (lon, lat) = Point { x: p.x + dx * side_m / 2.0, y: p.y + dy * side_m / 2.0 }.lon_lat();
            [lon, lat]
        };
        outline.push_row([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]);
    }
    zones.outline = outline;
    Cells { zones, junctions: cells.into_values().collect(), side_m }
}
