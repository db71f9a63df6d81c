//! The zones of a city made of a grid, and which zone a point lies in.
use crate::import::elevation::Elevation;
use crate::import::grid::Grid;
use crate::import::outline;
use crate::near::Near;
use citytwin_world::id::Key;
use citytwin_world::problem::Tally;
use citytwin_world::{NodeId, ZoneId, Zones};

/// Which zone a point lies in.
pub struct ZoneFinder {
    near: Near,
    outlines: Vec<Vec<[f64; 2]>>,
    /// West, south, east, north of each outline.
    boxes: Vec<[f64; 4]>,
    spacing_m: f64,
}

impl ZoneFinder {
    /// Prepares the search; `spacing_m` is the distance between neighbouring centres.
    pub fn new(zones: &Zones, spacing_m: f64) -> Self {
        let near = Near::new(zones.id.ids().map(|z| (z.0, [zones.lon[z], zones.lat[z]])));
        let outlines: Vec<Vec<[f64; 2]>> = zones.id.ids().map(|z| zones.outline.row(z).to_vec()).collect();
        let boxes = outlines
            .iter()
            .map(|o| {
                o.iter().fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |b, p| {
                    [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
                })
            })
            .collect();
        Self { near, outlines, boxes, spacing_m }
    }

    /// The zone whose outline holds a point; seams between drawn outlines are bridged.
    pub fn find(&self, at: [f64; 2]) -> Option<ZoneId> {
        self.find_within(at, 0.55)
    }

    /// As [`Self::find`], but bridges cells that a source leaves out because nobody lives there.
    pub fn find_near(&self, at: [f64; 2]) -> Option<ZoneId> {
        self.find_within(at, 1.5)
    }

    /// The zone whose outline holds a point, else that of the nearest centre if it is within `reach` spacings.
    fn find_within(&self, at: [f64; 2], reach: f64) -> Option<ZoneId> {
        let (nearest, distance) = self.near.nearest(at[0], at[1])?;
        let holds = |zone: usize| {
            self.boxes
                .get(zone)
                .is_some_and(|b| at[0] >= b[0] && at[1] >= b[1] && at[0] <= b[2] && at[1] <= b[3])
                && self.outlines.get(zone).is_some_and(|o| outline::contains(o, at))
        };
        if holds(nearest as usize) {
            return Some(ZoneId(nearest));
        }
        (0..self.outlines.len())
            .find(|zone| holds(*zone))
            .map(ZoneId::from_index)
            .or_else(|| (distance <= reach * self.spacing_m).then_some(ZoneId(nearest)))
    }

    /// The zone of the nearest centre, however far; `None` without zones.
    pub fn nearest(&self, at: [f64; 2]) -> Option<ZoneId> {
        self.find(at).or_else(|| self.near.nearest(at[0], at[1]).map(|(zone, _)| ZoneId(zone)))
    }
}

/// A cell farther than this from every street lies outside the map, m.
const CELL_TO_STREET_M_MAX: f64 = 1000.0;

/// The zones of a grid. Nobody is lost: residents of cells without streets live at the junction nearest to them.
pub fn of_grid(grid: &Grid, open: &Near, elevation: Option<&Elevation>, tally: &mut Tally) -> Zones {
    let mut zones = Zones::default();
    for cell in &grid.cells {
        let [lon, lat] = cell.centre;
        let node = open.nearest(lon, lat);
        if cell.population > 0 && node.is_none_or(|(_, d)| d > CELL_TO_STREET_M_MAX) {
            let what =
                "a cell's residents are more than 1 km from every street; they live at the nearest junction";
            tally.warning("W333", what, || format!("cell {} with {} residents", cell.id, cell.population));
        }
        zones.id.push(cell.id.clone());
        zones.lon.push(lon);
        zones.lat.push(lat);
        zones.population.push(cell.population);
        zones.jobs.push(cell.jobs);
        zones.area_km2.push(outline::area_km2(&cell.outline) as f32);
        zones.elevation_m.push(elevation.map_or(f32::NAN, |e| e.at(lon, lat)));
        zones.node.push(node.map_or(NodeId::NONE, |(node, _)| NodeId(node)));
        zones.outline.push_row(cell.outline.iter().copied());
    }
    zones
}
