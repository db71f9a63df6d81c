//! Streets of a made-up city: an irregular grid with wider avenues, radial roads, a ring and few bridges.
use super::plan::{Layer, Plan, Point};
use citytwin_world::streets::access;
use citytwin_world::{Column, NodeId, Streets};
use std::collections::BTreeMap;

/// Indices into `streets::CLASSES`.
const TRUNK: u8 = 1;
const PRIMARY: u8 = 2;
const SECONDARY: u8 = 3;
const TERTIARY: u8 = 4;
const RESIDENTIAL: u8 = 6;
/// Share of residential blocks' sides without a street.
const MISSING: f64 = 0.1;
/// Every how many blocks an avenue runs.
const AVENUE_EVERY: i32 = 6;

/// Junctions by their cell in the grid.
pub(super) struct Junctions {
    pub(super) at: Vec<Point>,
    cell: BTreeMap<(i32, i32), u32>,
    block_m: f64,
}

impl Junctions {
    fn new(plan: &Plan) -> Self {
        let block_m = plan.block_m;
        let reach = (plan.radius_m * 1.15 / block_m).ceil() as i32 + 1;
        let mut all = Self { at: Vec::new(), cell: BTreeMap::new(), block_m };
        for i in -reach..=reach {
            for j in -reach..=reach {
                let grid = Point { x: f64::from(i) * block_m, y: f64::from(j) * block_m };
                let mut draw = plan.draw(Layer::Junction, ((i + reach) * (2 * reach + 1) + j + reach) as u32);
                // Around the middle there is always a crossing of nine junctions, however small the village.
                if plan.built(grid) || i.abs().max(j.abs()) <= 1 {
                    let shift = |u: f64| (u - 0.5) * 0.4 * block_m;
                    let p = Point { x: grid.x + shift(draw.unit_f64()), y: grid.y + shift(draw.unit_f64()) };
                    all.cell.insert((i, j), all.at.len() as u32);
                    all.at.push(p);
                }
            }
        }
        all
    }

    /// The junction whose cell a point lies in, or the nearest in a widening square around it.
    pub(super) fn near(&self, p: Point) -> u32 {
        let (i, j) = ((p.x / self.block_m).round() as i32, (p.y / self.block_m).round() as i32);
        let found = |r: i32| {
            let ring = (-r..=r).flat_map(move |a| (-r..=r).map(move |b| (a, b)));
            let ring = ring.filter(|(a, b)| a.abs().max(b.abs()) == r);
            let here = ring.filter_map(|(a, b)| self.cell.get(&(i + a, j + b)).copied());
            here.min_by(|a, b| p.to(self.at[*a as usize]).total_cmp(&p.to(self.at[*b as usize])))
        };
        let reach = (p.x.abs().max(p.y.abs()) / self.block_m) as i32 + 3;
        (0..reach).find_map(found).unwrap_or(0)
    }
}

/// Which junctions hang together.
struct Groups(Vec<u32>);

impl Groups {
    fn of(&mut self, mut a: u32) -> u32 {
        while self.0[a as usize] != a {
            self.0[a as usize] = self.0[self.0[a as usize] as usize];
            a = self.0[a as usize];
        }
        a
    }
    /// Joins two; whether they were apart.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// Builds the streets; all junctions can be reached from all others.
pub(super) fn build(plan: &Plan) -> (Streets, Junctions) {
    let junctions = Junctions::new(plan);
    let mut sides = grid(plan, &junctions);
    avenues(plan, &junctions, &mut sides);
    let mut groups = Groups((0..junctions.at.len() as u32).collect());
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (n, (&(a, b), &class)) in sides.iter().enumerate() {
        let bridge = plan.crosses_river(junctions.at[a as usize], junctions.at[b as usize]);
        let missing = class == RESIDENTIAL && plan.draw(Layer::Missing, n as u32).chance(MISSING);
        if missing || (bridge && class > SECONDARY) {
            left_out.push((a, b, class));
        } else {
            groups.join(a, b);
            kept.push((a, b, class));
        }
    }
    // What would be cut off keeps its street.
    kept.extend(left_out.into_iter().filter(|(a, b, _)| groups.join(*a, *b)));
    (lay(plan, &junctions, &kept), junctions)
}

/// Sides of the blocks with their class: every sixth line is an avenue, the lines through the centre the main ones.
fn grid(plan: &Plan, junctions: &Junctions) -> BTreeMap<(u32, u32), u8> {
    let class = |line: i32| match line {
        0 => PRIMARY,
        l if l % (3 * AVENUE_EVERY) == 0 => PRIMARY,
        l if l % AVENUE_EVERY == 0 => SECONDARY,
        l if l % 3 == 0 => TERTIARY,
        _ => RESIDENTIAL,
    };
    let mut sides = BTreeMap::new();
    for (&(i, j), &a) in &junctions.cell {
        if let Some(&b) = junctions.cell.get(&(i + 1, j)) {
            sides.insert((a.min(b), a.max(b)), class(j));
        }
        if let Some(&b) = junctions.cell.get(&(i, j + 1)) {
            sides.insert((a.min(b), a.max(b)), class(i));
        }
    }
    if plan.population < 2_000 {
        sides.values_mut().for_each(|c| *c = (*c).max(TERTIARY));
    }
    sides
}

/// Radial roads and, in larger cities, a ring: drawn as lines and snapped to junctions.
fn avenues(plan: &Plan, junctions: &Junctions, sides: &mut BTreeMap<(u32, u32), u8>) {
    if plan.population < 5_000 {
        return;
    }
    let mut draw = plan.draw(Layer::Avenue, 0);
    let step = plan.block_m * 1.5;
    let radials = 3 + (f64::from(plan.population).log10() - 3.5).max(0.0) as u32;
    let turn = draw.unit_f64();
    for n in 0..radials {
        let angle = (f64::from(n) + turn + 0.3 * (draw.unit_f64() - 0.5)) / f64::from(radials)
            * std::f64::consts::TAU;
        let points = (0..(plan.radius_m / step) as u32).map(|k| {
            let far = f64::from(k) * step;
            Point { x: far * angle.cos(), y: far * angle.sin() }
        });
        snap(junctions, points, PRIMARY, sides);
    }
    if plan.population >= 100_000 {
        let ring = plan.radius_m * 0.55;
        let count = (std::f64::consts::TAU * ring / step) as u32;
        let points = (0..=count).map(|k| {
            let angle = f64::from(k) / f64::from(count) * std::f64::consts::TAU;
            Point { x: ring * angle.cos(), y: ring * angle.sin() }
        });
        snap(junctions, points, TRUNK, sides);
    }
}

fn snap(
    junctions: &Junctions,
    points: impl Iterator<Item = Point>,
    class: u8,
    sides: &mut BTreeMap<(u32, u32), u8>,
) {
    let mut before: Option<u32> = None;
    for here in points.map(|p| junctions.near(p)) {
        if let Some(before) = before.filter(|b| *b != here) {
            let side = sides.entry((before.min(here), before.max(here))).or_insert(class);
            *side = (*side).min(class);
        }
        before = Some(here);
    }
}

/// Speed (km/h), lanes per direction and capacity per lane (vehicles per hour) of a class; speeds are signed limits,
/// capacities those of signalised streets (HCM, rounded).
fn standard(class: u8) -> (f32, u8, f32) {
    match class {
        TRUNK => (80.0, 3, 1500.0),
        PRIMARY => (60.0, 2, 900.0),
        SECONDARY => (50.0, 2, 800.0),
        TERTIARY => (40.0, 1, 700.0),
        _ => (30.0, 1, 500.0),
    }
}

fn lay(plan: &Plan, junctions: &Junctions, sides: &[(u32, u32, u8)]) -> Streets {
    let mut streets = Streets::default();
    for p in &junctions.at {
        let (lon, lat) = p.lon_lat();
        streets.lon.push(lon);
        streets.lat.push(lat);
        streets.elevation_m.push(plan.height_m(*p));
    }
    let mut shape = citytwin_world::column::Ragged::default();
    for &(a, b, class) in sides {
        let metres = junctions.at[a as usize].to(junctions.at[b as usize]).max(5.0) as f32;
        let (speed, lanes, per_lane) = standard(class);
        for (from, to) in [(a, b), (b, a)] {
            streets.from.push(NodeId(from));
            streets.to.push(NodeId(to));
            streets.length_m.push(metres);
            streets.free_speed_kmh.push(speed);
            streets.lanes.push(lanes);
            streets.capacity_veh_h.push(per_lane * f32::from(lanes));
            streets.access.push(access::CAR | access::BICYCLE | access::FOOT);
            streets.class.push(class);
            shape.push_row([]);
        }
    }
    streets.shape = shape;
    debug_assert_eq!(streets.from.len(), Column::len(&streets.access));
    streets
}
