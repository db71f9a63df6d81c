//! Places of a made-up city: homes, and of every kind as many as its people need.
use super::plan::{Layer, Plan, Point};
use super::streets::Junctions;
use super::zones::{Cells, split};
use citytwin_world::draw::Draw;
use citytwin_world::geo::distance_m;
use citytwin_world::{NodeId, PlaceId, PlaceKind, Places, ZoneId};

/// How many places of a kind there are and how large they are.
struct Supply {
    kind: PlaceKind,
    /// Smallest city that has one.
    from_population: u32,
    /// Residents per place.
    residents: f64,
    /// Mean capacity (pupils, beds, jobs or visitors at once), and the spread of its logarithm.
    capacity: f64,
    spread: f64,
    /// How far places follow jobs (1) rather than residents (0).
    with_jobs: f64,
}

const fn supply(
    kind: PlaceKind,
    from_population: u32,
    residents: f64,
    capacity: f64,
    spread: f64,
    with_jobs: f64,
) -> Supply {
    Supply { kind, from_population, residents, capacity, spread, with_jobs }
}

/// Round figures of a middle-income city, assumptions all: enough seats for all pupils at 18 % of residents, 2.5 beds
/// per 1,000, a shop per 450 and a pharmacy per 3,500 residents.
const SUPPLY: [Supply; 17] = [
    supply(PlaceKind::School, 1, 3_500.0, 720.0, 0.4, 0.0),
    supply(PlaceKind::Kindergarten, 1, 2_000.0, 95.0, 0.3, 0.0),
    supply(PlaceKind::University, 50_000, 120_000.0, 3_400.0, 0.4, 0.5),
    supply(PlaceKind::Shop, 1, 450.0, 20.0, 0.5, 0.3),
    supply(PlaceKind::Market, 1, 5_000.0, 120.0, 0.4, 0.2),
    supply(PlaceKind::Mall, 40_000, 80_000.0, 2_500.0, 0.3, 0.6),
    supply(PlaceKind::Pharmacy, 500, 3_500.0, 12.0, 0.2, 0.4),
    supply(PlaceKind::Clinic, 500, 6_000.0, 40.0, 0.3, 0.3),
    supply(PlaceKind::Hospital, 10_000, 60_000.0, 150.0, 0.4, 0.4),
    supply(PlaceKind::Park, 1, 3_000.0, 150.0, 0.6, 0.0),
    supply(PlaceKind::Worship, 1, 2_500.0, 180.0, 0.5, 0.0),
    supply(PlaceKind::Restaurant, 1, 500.0, 45.0, 0.4, 0.6),
    supply(PlaceKind::Government, 1, 20_000.0, 60.0, 0.6, 0.9),
    supply(PlaceKind::Depot, 5_000, 30_000.0, 80.0, 0.4, 0.3),
    supply(PlaceKind::Culture, 2_000, 10_000.0, 150.0, 0.5, 0.6),
    supply(PlaceKind::BusStation, 5_000, 400_000.0, 300.0, 0.2, 0.9),
    supply(PlaceKind::Gate, 2_000, 400_000.0, 100.0, 0.2, 0.0),
];

/// Power of the distance from the middle by which zones draw the gates of a city: nearly all lie at the edge.
const GATE_POWER: i32 = 16;

struct Builder<'a> {
    plan: &'a Plan,
    junctions: &'a Junctions,
    cells: &'a Cells,
    places: Places,
    count: [u32; PlaceKind::COUNT],
}

/// All places except metro stations, which come with their lines.
pub(super) fn found(plan: &Plan, junctions: &Junctions, cells: &Cells) -> Places {
    let mut b = Builder { plan, junctions, cells, places: Places::default(), count: [0; PlaceKind::COUNT] };
    b.homes();
    for (n, s) in SUPPLY.iter().enumerate() {
        b.supply(n as u32, s);
    }
    b.works();
    b.places
}

/// Appends a place at a point; used for metro stations too.
pub(super) fn add(
    places: &mut Places,
    id: String,
    kind: PlaceKind,
    at: (ZoneId, NodeId, Point),
    capacity: u32,
) {
    let (zone, node, p) = at;
    let (lon, lat) = p.lon_lat();
    places.id.push(id);
    places.kind.push(kind);
    places.zone.push(zone);
    places.node.push(node);
    places.lon.push(lon);
    places.lat.push(lat);
    places.capacity.push(capacity);
    places.jobs.push(0);
    // 30 m² per dweller, 15 m² per desk or pupil: rough standards of planning.
    let per_head = if kind == PlaceKind::Home { 30.0 } else { 15.0 };
    places.floor_m2.push(capacity as f32 * per_head);
    places.height_m.push(if kind == PlaceKind::Park {
        0.0
    } else {
        3.0 * (1.0 + (capacity as f32 / 20.0).sqrt())
    });
    places.inferred.push(true);
    let _: PlaceId = places.name.push(String::new());
}

impl Builder<'_> {
    fn put(&mut self, kind: PlaceKind, zone: usize, capacity: u32, draw: &mut Draw) {
        let list = &self.cells.junctions[zone];
        let Some(&node) = list.get(draw.below(list.len() as u32) as usize) else { return };
        let p = self.junctions.at[node as usize];
        let shift = |u: f64| (u - 0.5) * 0.7 * self.plan.block_m;
        let p = Point { x: p.x + shift(draw.unit_f64()), y: p.y + shift(draw.unit_f64()) };
        self.count[kind as usize] += 1;
        let id = format!("{}-{}", kind.name(), self.count[kind as usize]);
        add(&mut self.places, id, kind, (ZoneId(zone as u32), NodeId(node), p), capacity.max(1));
    }

    /// Houses in the thin parts, blocks of flats in the dense ones.
    fn homes(&mut self) {
        let area_km2 = (self.cells.side_m / 1000.0).powi(2);
        for zone in 0..self.cells.zones.len() {
            let residents = self.cells.zones.population.as_slice()[zone];
            if residents == 0 {
                continue;
            }
            let mut draw = self.plan.draw(Layer::Place, zone as u32);
            let typical = (f64::from(residents) / area_km2 / 90.0).clamp(6.0, 150.0);
            let count = (f64::from(residents) / typical).ceil().max(1.0) as usize;
            let weights: Vec<f64> = (0..count).map(|_| draw.lognormal(0.0, 0.4)).collect();
            for capacity in split((f64::from(residents) * 1.08).ceil() as u32 + 8, &weights) {
                self.put(PlaceKind::Home, zone, capacity, &mut draw);
            }
        }
    }

    fn supply(&mut self, number: u32, s: &Supply) {
        if self.plan.population < s.from_population {
            return;
        }
        let zones = &self.cells.zones;
        let total = |v: &[u32]| v.iter().map(|n| f64::from(*n)).sum::<f64>().max(1.0);
        let (residents, jobs) = (zones.population.as_slice(), zones.jobs.as_slice());
        let (all_residents, all_jobs) = (total(residents), total(jobs));
        let (lon, lat) = (zones.lon.as_slice(), zones.lat.as_slice());
        let far = |z: usize| distance_m(0.0, 0.0, lon[z], lat[z]);
        let edge_m = (0..zones.len()).map(far).fold(1.0, f64::max);
        let share = |z: usize| {
            // The gates of a city lie where its streets leave it.
            if s.kind == PlaceKind::Gate {
                return (far(z) / edge_m).powi(GATE_POWER);
            }
            (1.0 - s.with_jobs) * f64::from(residents[z]) / all_residents
                + s.with_jobs * f64::from(jobs[z]) / all_jobs
        };
        let wanted = (f64::from(self.plan.population) / s.residents).round().max(1.0);
        let weights: Vec<f64> = (0..zones.len()).map(share).collect();
        let spread = split(wanted as u32, &weights);
        // A city smaller than one place's usual public has a smaller place.
        let scale = (f64::from(self.plan.population) / (wanted * s.residents)).clamp(0.02, 1.0);
        for (zone, count) in spread.into_iter().enumerate() {
            let mut draw = self.plan.draw(Layer::Place, 1_000_000 * (number + 1) + zone as u32);
            for _ in 0..count {
                let size = draw.lognormal(-0.5 * s.spread * s.spread, s.spread);
                let capacity = (s.capacity * scale * size).ceil() as u32;
                self.put(s.kind, zone, capacity, &mut draw);
            }
        }
    }

    /// Offices where jobs are dense, works where they are not: desks for the zone's jobs.
    fn works(&mut self) {
        let jobs = self.cells.zones.jobs.as_slice();
        let mean = jobs.iter().map(|j| f64::from(*j)).sum::<f64>() / jobs.len().max(1) as f64;
        for (zone, &jobs) in jobs.iter().enumerate() {
            let mut draw = self.plan.draw(Layer::Place, 900_000_000 + zone as u32);
            let mut left = f64::from(jobs) * 0.6;
            while left >= 1.0 {
                let factory = draw.chance(if f64::from(jobs) > 2.0 * mean { 0.05 } else { 0.25 });
                let (kind, mu) = if factory { (PlaceKind::Factory, 3.6) } else { (PlaceKind::Office, 2.8) };
                // Firm sizes are widely spread: most are small, most jobs are in large ones.
                let desks = draw.lognormal(mu, 0.9).clamp(2.0, 2_000.0).min(left.max(2.0));
                self.put(kind, zone, desks.ceil() as u32, &mut draw);
                left -= desks;
            }
        }
    }
}
