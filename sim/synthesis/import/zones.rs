//! The zones of a city made of a grid, and which zone a point lies in.
use crate::import::elevation::Elevation;
use crate::import::grid::Grid;
use crate::import::outline;
use crate::near::Near;
use citytwin_world::id::Key;
use citytwin_world::{NodeId, ZoneId, Zones};

/// Which zone a point lies in.
pub struct ZoneFinder {
    near: Near,
    outlines: Vec<Vec<[f64; 2]>>,
    /// West, south, east, north of each outline.
    boxes: Vec<[f64; 4]>,
    reach_m: f64,
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
        // Seams between drawn outlines are bridged, and cells that a source leaves out because nobody lives there.
        Self { near, outlines, boxes, reach_m: spacing_m * 0.8 }
    }

    /// The zone whose outline holds a point, or whose centre is very near; `None` outside the city.
    pub fn find(&self, at: [f64; 2]) -> Option<ZoneId> {
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
            .or_else(|| (distance <= self.reach_m).then_some(ZoneId(nearest)))
    }

    /// The zone of the nearest centre, however far; `None` without zones.
    pub fn nearest(&self, at: [f64; 2]) -> Option<ZoneId> {
        self.find(at).or_else(|| self.near.nearest(at[0], at[1]).map(|(zone, _)| ZoneId(zone)))
    }
}

/// The zones of a grid.
pub fn of_grid(grid: &Grid, open: &Near, elevation: Option<&Elevation>) -> Zones {
    let mut zones = Zones::default();
    for cell in &grid.cells {
        let [lon, lat] = cell.centre;
        zones.id.push(cell.id.clone());
        zones.lon.push(lon);
        zones.lat.push(lat);
        zones.population.push(cell.population);
        zones.jobs.push(cell.jobs);
        zones.area_km2.push(outline::area_km2(&cell.outline) as f32);
        zones.elevation_m.push(elevation.map_or(f32::NAN, |e| e.at(lon, lat)));
        zones.node.push(open.nearest(lon, lat).map_or(NodeId::NONE, |(node, _)| NodeId(node)));
        zones.outline.push_row(cell.outline.iter().copied());
    }
    zones
}
