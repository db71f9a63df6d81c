//! Zones of a road network: the area nearest to each zone's node, with residents and jobs from the table of trips.

use super::Residents;
use crate::import::grid::{self, Cell, Grid};
use crate::import::outline;
use crate::import::traffic::TrafficCase;
use crate::near::Near;
use crate::places::rates;
use crate::places::share::share;
use citytwin_world::geo::M_PER_DEGREE;
use citytwin_world::problem::{Problem, Tally};

/// Ground beyond the outermost nodes that still belongs to a zone, as a share of the network's extent.
const MARGIN: f64 = 0.05;
/// Least of the same, m.
const MARGIN_M_MIN: f64 = 200.0;

/// Trips that begin and end in each zone.
struct Ends {
    begin: Vec<f64>,
    end: Vec<f64>,
}

/// The cells of a network with their residents and jobs, and a sentence on where those come from.
///
/// # Errors
/// `E324` nothing says how many people live in the city, `E377` the table of trips says an impossible number.
pub(super) fn cells(
    case: &TrafficCase,
    position: &[[f64; 2]],
    residents: &Residents,
    tally: &mut Tally,
) -> Result<(Grid, String), Problem> {
    let at = |node: &u32| position.get(*node as usize).copied();
    let mut grid = if case.zones.is_empty() {
        let (lon, lat): (Vec<f64>, Vec<f64>) = position.iter().map(|p| (p[0], p[1])).unzip();
        grid::over_streets(&lon, &lat)
    } else {
        let centre = |nodes: &[u32]| {
            outline::centre(&nodes.iter().filter_map(at).collect::<Vec<_>>()).unwrap_or_default()
        };
        nearest_areas(
            case.zones.iter().map(|zone| (zone.id.clone(), centre(&zone.nodes))).collect(),
            position,
        )
    };
    let near = Near::new((0..).zip(&grid.cells).map(|(n, cell): (u32, &Cell)| (n, cell.centre)));
    let ends = ends(case, position, &near, grid.cells.len());
    let begun: f64 = ends.begin.iter().sum();
    let (total, weights, told) = if begun > 0.0 {
        let by_trips = begun / residents.trips_per_resident;
        let total = residents.total.map_or(by_trips, f64::from).round();
        if !(1.0..=100_000_000.0).contains(&total) {
            let what =
                format!("{begun} trips would be those of {total} residents; 1 to 100,000,000 are possible");
            return Err(Problem::error("E377", what).help("say so with --trips-per-person or --population"));
        }
        let told = match residents.total {
            Some(_) => format!("{total} residents as stated, living where {begun} trips begin"),
            None => {
                format!("{total} residents: {begun} trips at {} a resident", residents.trips_per_resident)
            }
        };
        if residents.total.is_none() {
            let what = "residents follow from the trips; a table of one hour needs fewer --trips-per-person";
            tally.warning("W377", what, || told.clone());
        }
        (total as u32, ends.begin, told)
    } else {
        let Some(total) = residents.total.filter(|total| *total > 0) else {
            return Err(Problem::error("E324", "nothing says how many people live in the city")
                .help("give a table of trips (--tntp-trips, demand.csv) or a number (--population)"));
        };
        let mut nodes = vec![0.0; grid.cells.len()];
        add(&mut nodes, position.iter().filter_map(|p| Some((near.nearest(p[0], p[1])?.0, 1.0))));
        (total, nodes, format!("{total} residents as stated, spread evenly over the nodes"))
    };
    for (cell, people) in grid.cells.iter_mut().zip(share(total, &weights)) {
        cell.population = people;
    }
    if ends.end.iter().any(|trips| *trips > 0.0) {
        let jobs = (f64::from(total) * rates::JOBS_PER_RESIDENT) as u32;
        for (cell, jobs) in grid.cells.iter_mut().zip(share(jobs, &ends.end)) {
            cell.jobs = jobs;
        }
        grid.has_jobs = true;
    }
    Ok((grid, told))
}

fn add(sums: &mut [f64], parts: impl Iterator<Item = (u32, f64)>) {
    for (zone, part) in parts {
        if let Some(sum) = sums.get_mut(zone as usize) {
            *sum += part;
        }
    }
}

fn ends(case: &TrafficCase, position: &[[f64; 2]], near: &Near, cells: usize) -> Ends {
    let mut zone_of = vec![u32::MAX; case.terminal.len()];
    for (zone, of) in (0_u32..).zip(&case.zones) {
        if let Some(slot) = zone_of.get_mut(of.centroid as usize) {
            *slot = zone;
        }
    }
    // Without zones of its own a network's trips belong to the cell of their node.
    for (slot, p) in zone_of.iter_mut().zip(position).filter(|_| case.zones.is_empty()) {
        *slot = near.nearest(p[0], p[1]).map_or(u32::MAX, |(zone, _)| zone);
    }
    let zone = |node: u32| zone_of.get(node as usize).copied().unwrap_or(u32::MAX);
    let mut ends = Ends { begin: vec![0.0; cells], end: vec![0.0; cells] };
    add(&mut ends.begin, case.demand.iter().map(|trips| (zone(trips.origin), trips.volume)));
    add(&mut ends.end, case.demand.iter().map(|trips| (zone(trips.destination), trips.volume)));
    ends
}

/// For each named centre the ground that is nearer to it than to any other, inside the network's extent.
fn nearest_areas(centres: Vec<(String, [f64; 2])>, position: &[[f64; 2]]) -> Grid {
    let all = || position.iter().chain(centres.iter().map(|(_, at)| at));
    let span = |axis: usize| {
        all().map(|p| p[axis]).fold([f64::INFINITY, f64::NEG_INFINITY], |s, v| [s[0].min(v), s[1].max(v)])
    };
    let ([west, east], [south, north]) = (span(0), span(1));
    let narrow = ((south + north) / 2.0).to_radians().cos().max(0.01);
    let flat = |p: [f64; 2]| [(p[0] - west) * narrow * M_PER_DEGREE, (p[1] - south) * M_PER_DEGREE];
    let [wide, high] = flat([east, north]);
    let margin = (wide.max(high) * MARGIN).max(MARGIN_M_MIN);
    let frame = hull(all().map(|p| flat(*p)), margin);
    let near = Near::new((0..).zip(&centres).map(|(n, (_, at)): (u32, _)| (n, *at)));
    let flats: Vec<[f64; 2]> = centres.iter().map(|(_, at)| flat(*at)).collect();
    let mut grid = Grid::default();
    let mut gaps = Vec::new();
    for ((id, centre), here) in centres.iter().zip(&flats) {
        let (area, gap) = nearest_area(*here, *centre, &near, &flats, &frame, wide + high + margin);
        gaps.extend(gap);
        let outline =
            area.iter().map(|p| [west + p[0] / M_PER_DEGREE / narrow, south + p[1] / M_PER_DEGREE]).collect();
        grid.cells.push(Cell { id: id.clone(), centre: *centre, outline, ..Cell::default() });
    }
    gaps.sort_by(f64::total_cmp);
    grid.spacing_m = gaps.get(gaps.len() / 2).copied().unwrap_or(grid::CELL_M);
    grid
}

/// The convex outline around some points and the ground within a margin of them, against the clock.
fn hull(points: impl Iterator<Item = [f64; 2]>, margin: f64) -> Vec<[f64; 2]> {
    let around = |[x, y]: [f64; 2]| {
        (0..8).map(move |side| {
            let angle = (f64::from(side) + 0.5) * std::f64::consts::FRAC_PI_4;
            [x + margin * angle.cos(), y + margin * angle.sin()]
        })
    };
    let mut all: Vec<[f64; 2]> = points.flat_map(around).collect();
    all.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let half = |points: &mut dyn Iterator<Item = &[f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for p in points {
            while let [.., a, b] = chain.as_slice()
                && (b[0] - a[0]) * (p[1] - a[1]) <= (b[1] - a[1]) * (p[0] - a[0])
            {
                chain.pop();
            }
            chain.push(*p);
        }
        chain.pop();
        chain
    };
    let mut outline = half(&mut all.iter());
    outline.extend(half(&mut all.iter().rev()));
    outline
}

/// The part of a frame that is nearer to a point than to the others, and the distance to the nearest of them.
fn nearest_area(
    here: [f64; 2],
    at: [f64; 2],
    near: &Near,
    others: &[[f64; 2]],
    frame: &[[f64; 2]],
    widest_m: f64,
) -> (Vec<[f64; 2]>, Option<f64>) {
    let from = |p: &[f64; 2]| (p[0] - here[0]).hypot(p[1] - here[1]);
    let mut reach_m = widest_m / (others.len() as f64).sqrt().max(1.0);
    loop {
        let mut around: Vec<[f64; 2]> = near
            .within(at[0], at[1], reach_m)
            .into_iter()
            .filter_map(|n| others.get(n as usize).copied())
            .filter(|p| from(p) > 0.1)
            .collect();
        around.sort_by(|a, b| from(a).total_cmp(&from(b)));
        let area = around.iter().fold(frame.to_vec(), |area, other| nearer(&area, here, *other));
        let corner_m = area.iter().map(from).fold(0.0, f64::max);
        // Whoever is more than twice as far as the farthest corner can't come nearer to any part.
        if 2.1 * corner_m < reach_m || reach_m > 2.5 * widest_m {
            return (area, around.first().map(from));
        }
        reach_m *= 2.0;
    }
}

/// The part of a convex outline that is nearer to one point than to another.
fn nearer(area: &[[f64; 2]], here: [f64; 2], other: [f64; 2]) -> Vec<[f64; 2]> {
    let (dx, dy) = (other[0] - here[0], other[1] - here[1]);
    let middle = [(other[0] + here[0]) / 2.0, (other[1] + here[1]) / 2.0];
    let beyond = |p: &[f64; 2]| (p[0] - middle[0]) * dx + (p[1] - middle[1]) * dy;
    let mut kept = Vec::with_capacity(area.len() + 1);
    for (a, b) in area.iter().zip(area.iter().cycle().skip(1)) {
        let (from, to) = (beyond(a), beyond(b));
        if from <= 0.0 {
            kept.push(*a);
        }
        if (from < 0.0 && to > 0.0) || (from > 0.0 && to < 0.0) {
            let share = from / (from - to);
            kept.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::geo::distance_m;

    fn between_m(a: [f64; 2], b: [f64; 2]) -> f64 {
        distance_m(a[0], a[1], b[0], b[1])
    }

    #[test]
    fn each_part_of_the_frame_belongs_to_the_nearest_centre() {
        let centre = |n: u32| [f64::from(n * 7919 % 101) * 1e-4, 50.0 + f64::from(n * 104_729 % 97) * 1e-4];
        let centres: Vec<_> = (0..40).map(|n| (n.to_string(), centre(n))).collect();
        let position: Vec<[f64; 2]> = centres.iter().map(|(_, at)| *at).collect();
        let grid = nearest_areas(centres, &position);
        let whole: f64 = grid.cells.iter().map(|cell| outline::area_km2(&cell.outline)).sum();
        for n in 0..500_u32 {
            let p = [f64::from(n * 31 % 101) * 1e-4, 50.0 + f64::from(n * 17 % 97) * 1e-4];
            let nearest =
                grid.cells.iter().min_by(|a, b| between_m(a.centre, p).total_cmp(&between_m(b.centre, p)));
            let nearest = nearest.expect("cells");
            let inside: Vec<&Cell> =
                grid.cells.iter().filter(|cell| outline::contains(&cell.outline, p)).collect();
            let far = |cell: &Cell| between_m(cell.centre, p);
            assert!(inside.iter().any(|cell| far(cell) - far(nearest) < 0.5), "point {n}");
        }
        let flat = |p: &[f64; 2]| [p[0] * M_PER_DEGREE * 50.0048_f64.to_radians().cos(), p[1] * M_PER_DEGREE];
        let all = hull(position.iter().map(flat), MARGIN_M_MIN);
        let turned = |(a, b): (&[f64; 2], &[f64; 2])| {
            (a[0] - all[0][0]) * (b[1] - all[0][1]) - (b[0] - all[0][0]) * (a[1] - all[0][1])
        };
        let hull_km2 = all.iter().zip(all.iter().cycle().skip(1)).map(turned).sum::<f64>() / 2e6;
        assert!((whole / hull_km2 - 1.0).abs() < 1e-3, "{whole} of {hull_km2} km²");
    }
}
