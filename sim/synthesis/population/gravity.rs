//! Who goes to which place: doubly constrained gravity between zones, then single places within their capacity.
use citytwin_world::draw::{Draw, block, unit_f32};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::{City, PlaceId};
use rayon::prelude::*;

/// Zones that a table of zones × zones may have (100 MB at four bytes).
pub const ZONES_MAX: usize = 5_000;
const BALANCE_ROUNDS: usize = 12;
const FIT_ROUNDS: usize = 12;
const REDRAWS: u32 = 6;
/// Added to a distance before its power is taken, so that the next door does not draw all, km.
const NEAR_KM: f64 = 0.2;
/// Mean distance at most, as a share of the one with no deterrence at all.
const TARGET_OF_INDIFFERENT: f64 = 0.8;

/// Crow-fly distances between zone centres, km; within a zone half the side of a square of its area.
#[derive(Clone, Debug, Default)]
pub struct ZoneDistances {
    /// Number of zones.
    pub zones: usize,
    km: Vec<f32>,
}

impl ZoneDistances {
    /// Distances of a city.
    ///
    /// # Errors
    /// `E403` beyond [`ZONES_MAX`] zones.
    pub fn of(city: &City) -> Result<Self, Problem> {
        let zones = city.zones.len();
        if zones > ZONES_MAX {
            let message =
                format!("{zones} zones are more than the {ZONES_MAX} that a table of all pairs can hold");
            return Err(Problem::error("E403", message).help("merge the grid into larger cells"));
        }
        let (lon, lat) = (city.zones.lon.as_slice(), city.zones.lat.as_slice());
        let area = city.zones.area_km2.as_slice();
        let mut km = vec![0.0; zones * zones];
        km.par_chunks_mut(zones.max(1)).enumerate().for_each(|(a, row)| {
            for (b, km) in row.iter_mut().enumerate() {
                let apart = distance_m(lon[a], lat[a], lon[b], lat[b]) / 1000.0;
                let inside = 0.5 * f64::from(area[a].max(0.01)).sqrt();
                *km = if a == b { inside } else { apart.max(0.05) } as f32;
            }
        });
        Ok(Self { zones, km })
    }

    /// Distances from a zone to all zones, km.
    pub fn row(&self, zone: usize) -> &[f32] {
        &self.km[zone * self.zones..(zone + 1) * self.zones]
    }
}

/// What a fit of the gravity model came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, bitcode::Encode, bitcode::Decode)]
pub struct GravityReport {
    /// Persons who chose.
    pub persons: u64,
    /// Places they could choose from: all capacities.
    pub capacity: u64,
    /// Deterrence per km: choices fall as exp(−`deterrence` × distance).
    pub deterrence_per_km: f64,
    /// Power of distance by which choices fall beside it: the one wanted, or a lower one where that alone made ways
    /// shorter than wanted.
    pub power: f64,
    /// Mean distance wanted, km: the parameter's, but at most 0.8 of what indifference to distance would give here.
    pub target_km: f64,
    /// Mean distance reached, km.
    pub mean_km: f64,
}

/// Those who choose and what they choose among.
pub struct Choice<'a> {
    /// Person numbers (for the keys of the draws) and their zones.
    pub chooser: &'a [(u32, u32)],
    /// Places with their zone and how many may choose them; the sum is at least the number of choosers.
    pub place: &'a [(PlaceId, u32, u32)],
    /// Mean distance wanted, km.
    pub target_km: f64,
    /// Power of distance by which choices fall beside the exponential, at most; 0 = the exponential alone.
    pub power: f64,
    /// Purposes of the draws: order of choosers, the choice, order of the posts in a zone.
    pub purpose: [u32; 3],
    /// Which choice this is, the third part of each key.
    pub which: u32,
}

/// The place of each chooser (`NONE` only where capacity runs out). Zone to zone flows follow the doubly constrained
/// gravity model (Wilson 1971) with a deterrence that is exponential beside a power of distance, balanced by Furness'
/// iteration and calibrated to the mean distance by bisection of the exponential, or of the power where that alone is
/// too much; persons then take posts one by one in keyed order, so capacities hold exactly.
pub fn choose(km: &ZoneDistances, choice: &Choice<'_>, seed: u64) -> (Vec<PlaceId>, GravityReport) {
    let mut origin = vec![0.0_f64; km.zones];
    choice.chooser.iter().for_each(|c| origin[c.1 as usize] += 1.0);
    let mut posts = Posts::of(choice, km.zones, seed);
    let open: f64 = posts.of_zone.iter().map(|p| p.len() as f64).sum();
    let persons = choice.chooser.len() as f64;
    let mut report =
        GravityReport { persons: persons as u64, capacity: open as u64, ..GravityReport::default() };
    if persons == 0.0 || open == 0.0 {
        return (vec![PlaceId::NONE; choice.chooser.len()], report);
    }
    let destination: Vec<f64> =
        posts.of_zone.iter().map(|p| p.len() as f64 * (persons / open).min(1.0)).collect();
    let fit = calibrate(km, &origin, &destination, choice.target_km, choice.power);
    report.target_km = fit.target_km;
    report.deterrence_per_km = fit.deterrence.per_km;
    report.power = fit.deterrence.power;
    let rows = fit.cumulative(km, &origin, &destination);
    let mut order: Vec<u32> = (0..choice.chooser.len() as u32).collect();
    Draw::new(seed, choice.purpose[0], choice.which, 0).shuffle(&mut order);
    let mut taken = vec![PlaceId::NONE; choice.chooser.len()];
    let mut km_sum = 0.0;
    for i in order {
        let (person, zone) = choice.chooser[i as usize];
        let row = &rows[zone as usize * km.zones..(zone as usize + 1) * km.zones];
        let words = |n| block(seed, choice.purpose[1], person, choice.which, n);
        let drawn =
            (0..REDRAWS).map(|n| pick(row, unit_f32(words(n)[0]))).find(|&z| !posts.of_zone[z].is_empty());
        let Some(to) = drawn.or_else(|| posts.nearest(km.row(zone as usize))) else { continue };
        taken[i as usize] = posts.of_zone[to].pop().unwrap_or(PlaceId::NONE);
        km_sum += f64::from(km.row(zone as usize)[to]);
    }
    report.mean_km = km_sum / persons;
    (taken, report)
}

/// Free posts of each zone: one entry per person that a place can take, in keyed random order.
struct Posts {
    of_zone: Vec<Vec<PlaceId>>,
}

impl Posts {
    fn of(choice: &Choice<'_>, zones: usize, seed: u64) -> Self {
        let mut of_zone: Vec<Vec<PlaceId>> = vec![Vec::new(); zones];
        for &(place, zone, capacity) in choice.place {
            of_zone[zone as usize].extend(std::iter::repeat_n(place, capacity as usize));
        }
        of_zone.par_iter_mut().enumerate().for_each(|(z, posts)| {
            Draw::new(seed, choice.purpose[2], z as u32, choice.which).shuffle(posts);
        });
        Self { of_zone }
    }
    fn nearest(&self, km: &[f32]) -> Option<usize> {
        (0..km.len()).filter(|&z| !self.of_zone[z].is_empty()).min_by(|&a, &b| km[a].total_cmp(&km[b]))
    }
}

fn pick(cumulative: &[f32], unit: f32) -> usize {
    let total = cumulative.last().copied().unwrap_or(0.0);
    cumulative.partition_point(|c| *c <= unit * total).min(cumulative.len().saturating_sub(1))
}

/// How choices fall with distance: a power of it times an exponential (Tanner's function).
#[derive(Clone, Copy, Debug)]
struct Deterrence {
    power: f64,
    per_km: f64,
}

impl Deterrence {
    fn at(self, km: f32) -> f64 {
        let km = f64::from(km);
        let near = if self.power == 0.0 { 1.0 } else { (km + NEAR_KM).powf(-self.power) };
        near * (-self.per_km * km).exp()
    }
}

struct Fit {
    deterrence: Deterrence,
    target_km: f64,
    attraction: Vec<f64>,
}

impl Fit {
    /// Running sums of each origin's flows over the destinations.
    fn cumulative(&self, km: &ZoneDistances, origin: &[f64], destination: &[f64]) -> Vec<f32> {
        let mut rows = vec![0.0_f32; km.zones * km.zones];
        rows.par_chunks_mut(km.zones.max(1)).enumerate().filter(|(a, _)| origin[*a] > 0.0).for_each(
            |(a, row)| {
                let mut sum = 0.0;
                for (b, (out, d)) in row.iter_mut().zip(km.row(a)).enumerate() {
                    sum += self.attraction[b] * destination[b] * self.deterrence.at(*d);
                    *out = sum as f32;
                }
                // Tiny sums would vanish in single precision.
                let scale = if sum > 0.0 { 1.0 / sum } else { 0.0 };
                let mut sum = 0.0;
                for (b, (out, d)) in row.iter_mut().zip(km.row(a)).enumerate() {
                    sum += scale * self.attraction[b] * destination[b] * self.deterrence.at(*d);
                    *out = sum as f32;
                }
            },
        );
        rows
    }
}

fn calibrate(km: &ZoneDistances, origin: &[f64], destination: &[f64], target_km: f64, power: f64) -> Fit {
    let with = |per_km| Deterrence { power, per_km };
    let (mut low, mut high) = (1e-4_f64, 20.0_f64);
    let mut attraction = vec![1.0; km.zones];
    // In a small city even those who don't mind the way have less of it than in the city of the parameter.
    let indifferent = Deterrence { power: 0.0, per_km: 0.0 };
    let target_km =
        target_km.min(TARGET_OF_INDIFFERENT * balance(km, origin, destination, indifferent, &mut attraction));
    // Distances fall as either number of the deterrence rises.
    let mut farther = |deterrence| balance(km, origin, destination, deterrence, &mut attraction) > target_km;
    let deterrence = if power == 0.0 || farther(with(low)) {
        for _ in 0..FIT_ROUNDS {
            let middle = (low * high).sqrt();
            if farther(with(middle)) { low = middle } else { high = middle }
        }
        with((low * high).sqrt())
    } else {
        // The power alone brings people nearer than wanted, as it does in a small city: less of it will do.
        let (mut low, mut high) = (0.0, power);
        for _ in 0..FIT_ROUNDS {
            let middle = 0.5 * (low + high);
            if farther(Deterrence { power: middle, per_km: 0.0 }) { low = middle } else { high = middle }
        }
        Deterrence { power: 0.5 * (low + high), per_km: 0.0 }
    };
    balance(km, origin, destination, deterrence, &mut attraction);
    Fit { deterrence, target_km, attraction }
}

/// Furness' iteration; returns the mean distance. The kernel is symmetric, so columns are summed as rows.
fn balance(
    km: &ZoneDistances,
    origin: &[f64],
    destination: &[f64],
    deterrence: Deterrence,
    b: &mut [f64],
) -> f64 {
    let used = |v: &[f64]| -> Vec<u32> { (0..v.len() as u32).filter(|&z| v[z as usize] > 0.0).collect() };
    let (from, to) = (used(origin), used(destination));
    let kernel: Vec<f32> = from
        .par_iter()
        .flat_map_iter(|&i| {
            let row = km.row(i as usize);
            to.iter().map(move |&j| deterrence.at(row[j as usize]) as f32)
        })
        .collect();
    let width = to.len();
    let mut supply = vec![0.0_f64; from.len()];
    let mut pull: Vec<f64> = to.iter().map(|&j| b[j as usize] * destination[j as usize]).collect();
    for _ in 0..BALANCE_ROUNDS {
        supply.par_iter_mut().enumerate().for_each(|(i, a)| {
            let row = &kernel[i * width..(i + 1) * width];
            let sum: f64 = row.iter().zip(&pull).map(|(k, p)| f64::from(*k) * p).sum();
            *a = origin[from[i] as usize] / sum.max(f64::MIN_POSITIVE);
        });
        // Column sums over fixed blocks of rows, so that threads can't change their order.
        let blocks: Vec<Vec<f64>> = supply
            .par_chunks(64)
            .enumerate()
            .map(|(block, supply)| {
                let mut sums = vec![0.0_f64; width];
                for (i, a) in supply.iter().enumerate() {
                    let at = (block * 64 + i) * width;
                    sums.iter_mut().zip(&kernel[at..at + width]).for_each(|(s, k)| *s += a * f64::from(*k));
                }
                sums
            })
            .collect();
        for (j, p) in pull.iter_mut().enumerate() {
            let sum: f64 = blocks.iter().map(|s| s[j]).sum();
            *p = destination[to[j] as usize] / sum.max(f64::MIN_POSITIVE);
        }
    }
    to.iter().zip(&pull).for_each(|(&j, p)| b[j as usize] = p / destination[j as usize]);
    let rows: Vec<[f64; 2]> = (0..from.len())
        .into_par_iter()
        .map(|i| {
            let far = km.row(from[i] as usize);
            let flow = |j: usize| supply[i] * pull[j] * f64::from(kernel[i * width + j]);
            (0..width)
                .fold([0.0, 0.0], |s, j| [s[0] + flow(j) * f64::from(far[to[j] as usize]), s[1] + flow(j)])
        })
        .collect();
    let (distance, flow) = rows.iter().fold((0.0, 0.0), |s, r| (s.0 + r[0], s.1 + r[1]));
    distance / flow.max(f64::MIN_POSITIVE)
}
