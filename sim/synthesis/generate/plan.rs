//! The lie of a made-up city: how large it is, where its centres are, how dense it is where, where its river runs.
use crate::population::purpose::GENERATE;
use citytwin_world::draw::{Draw, block, unit_f64};
use citytwin_world::geo::M_PER_DEGREE;

/// What a keyed draw of the plan is for: the third part of its key.
#[derive(Clone, Copy)]
pub(super) enum Layer {
    Centres = 1,
    River,
    Density,
    Height,
    Edge,
    Junction,
    Missing,
    Zone,
    Place,
    Line,
    Avenue,
}

/// A point in metres east and north of the middle of the city.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Point {
    pub(super) fn to(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
    /// Longitude and latitude: made-up cities lie where the equator meets the prime meridian, in the open sea.
    pub(super) fn lon_lat(self) -> (f64, f64) {
        (self.x / M_PER_DEGREE, self.y / M_PER_DEGREE)
    }
}

/// The plan of a city.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) population: u32,
    pub(super) seed: u64,
    /// Radius of the built-up area, m.
    pub(super) radius_m: f64,
    /// Distance between neighbouring junctions, m.
    pub(super) block_m: f64,
    /// Centres with their weight; the first is the main one.
    pub(super) centres: Vec<(Point, f64)>,
    /// The river: distance of its middle course from the centre, its swing and the phase of it; m, m, radians.
    pub(super) river: Option<(f64, f64, f64)>,
}

impl Plan {
    /// Cities grow denser as they grow: area rises with the 0.87th power of population (assumption), from 2,000 residents
    /// per km² in a village of 500 to 7,300 in a city of ten million.
    pub(super) fn new(population: u32, seed: u64) -> Self {
        let residents = f64::from(population.max(1));
        let area_km2 = residents / (900.0 * residents.powf(0.13));
        let radius_m = (area_km2.max(0.05) / std::f64::consts::PI).sqrt() * 1000.0;
        // Fewer, longer blocks in very large cities keep the street graph within reach of all-pairs work.
        let block_m = (radius_m / 60.0).clamp(110.0, 260.0);
        let mut plan = Self { population, seed, radius_m, block_m, centres: Vec::new(), river: None };
        let mut draw = plan.draw(Layer::Centres, 0);
        plan.centres.push((Point { x: 0.0, y: 0.0 }, 1.0));
        let more = if residents < 1.5e5 { 0 } else { (residents / 4e5).sqrt().ceil().min(7.0) as u32 };
        for _ in 0..more {
            let (far, angle) =
                (radius_m * (0.35 + 0.4 * draw.unit_f64()), draw.unit_f64() * std::f64::consts::TAU);
            let weight = 0.15 + 0.3 * draw.unit_f64();
            plan.centres.push((Point { x: far * angle.cos(), y: far * angle.sin() }, weight));
        }
        let mut draw = plan.draw(Layer::River, 0);
        if population >= 20_000 && draw.chance(0.6) {
            let side = if draw.chance(0.5) { 1.0 } else { -1.0 };
            let middle = side * radius_m * (0.15 + 0.35 * draw.unit_f64());
            plan.river = Some((middle, radius_m * 0.12, draw.unit_f64() * std::f64::consts::TAU));
        }
        plan
    }

    pub(super) fn draw(&self, layer: Layer, who: u32) -> Draw {
        Draw::new(self.seed, GENERATE, who, layer as u32)
    }

    /// Easting of the river's course at a northing.
    fn river_x(&self, y: f64) -> Option<f64> {
        self.river.map(|(middle, swing, phase)| middle + swing * (y / self.radius_m * 3.0 + phase).sin())
    }

    /// Whether the way between two points crosses the river.
    pub(super) fn crosses_river(&self, a: Point, b: Point) -> bool {
        match (self.river_x(a.y), self.river_x(b.y)) {
            (Some(at_a), Some(at_b)) => (a.x < at_a) != (b.x < at_b),
            _ => false,
        }
    }

    /// Smooth noise between 0 and 1 with waves of about `wave_m`.
    fn noise(&self, layer: Layer, p: Point, wave_m: f64) -> f64 {
        let (u, v) = (p.x / wave_m + 4096.0, p.y / wave_m + 4096.0);
        let (i, j) = (u.floor(), v.floor());
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (s, t) = (ease(u - i), ease(v - j));
        let at = |i: f64, j: f64| {
            let w = block(self.seed, GENERATE, (i as u32) << 14 | (j as u32 & 0x3FFF), 100 + layer as u32, 0);
            unit_f64(w[0], w[1])
        };
        let low = at(i, j) * (1.0 - s) + at(i + 1.0, j) * s;
        let high = at(i, j + 1.0) * (1.0 - s) + at(i + 1.0, j + 1.0) * s;
        low * (1.0 - t) + high * t
    }

    /// Whether a point is built up: inside the radius, whose edge is ragged.
    pub(super) fn built(&self, p: Point) -> bool {
        let edge = 0.88 + 0.24 * self.noise(Layer::Edge, p, self.radius_m * 0.35);
        p.to(self.centres[0].0) <= self.radius_m * edge
    }

    /// Relative density of residents: exponential decay from the centres (Clark 1951), a crater where offices push
    /// homes out, and patches.
    pub(super) fn residents(&self, p: Point) -> f64 {
        let decay = |scale: f64| -> f64 {
            self.centres.iter().map(|(c, w)| w * (-p.to(*c) / (scale * self.radius_m)).exp()).sum()
        };
        let crater = 1.0 - 0.35 * (-p.to(self.centres[0].0) / (0.08 * self.radius_m)).exp();
        let patch = 0.4 + 1.2 * self.noise(Layer::Density, p, (self.radius_m * 0.12).max(250.0));
        (0.12 + decay(0.42)) * crater * patch
    }

    /// Relative density of jobs: much steeper around the centres.
    pub(super) fn jobs(&self, p: Point) -> f64 {
        let decay: f64 =
            self.centres.iter().map(|(c, w)| w * (-p.to(*c) / (0.16 * self.radius_m)).exp()).sum();
        let patch = 0.3
            + 1.4 * self.noise(Layer::Density, Point { x: p.y, y: p.x }, (self.radius_m * 0.1).max(300.0));
        (0.06 + decay) * patch
    }

    /// Height above sea level, m: hills, falling to the river.
    pub(super) fn height_m(&self, p: Point) -> f32 {
        let hills = 70.0 * self.noise(Layer::Height, p, 4000.0) + 12.0 * self.noise(Layer::Height, p, 900.0);
        let from_river = self.river_x(p.y).map_or(1.0, |x| ((p.x - x).abs() / 2500.0).min(1.0));
        (4.0 + hills * (0.15 + 0.85 * from_river)) as f32
    }
}
