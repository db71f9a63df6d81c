//! Places that no source maps: as many as counts or rates say, where people work and live.
use crate::places::rates::{self, Rate};
use crate::places::share::share;
use crate::places::{Draft, purpose};
use citytwin_world::draw::Draw;
use citytwin_world::id::Key;
use citytwin_world::{NodeId, PlaceKind, Streets, ZoneId, Zones};

/// What the placing looks at.
pub struct Ground<'a> {
    /// The zones.
    pub zones: &'a Zones,
    /// The streets.
    pub streets: &'a Streets,
    /// Junctions of each zone that everybody can reach.
    pub nodes: &'a [Vec<NodeId>],
    /// Seed of the draws.
    pub seed: u64,
}

impl Ground<'_> {
    /// An inferred place of a kind in a zone, at one of its junctions.
    pub fn place(&self, kind: PlaceKind, zone: ZoneId, number: usize) -> Draft {
        let mut draw = Draw::new(self.seed, purpose::INFER, zone.0, kind as u32 * 65_536 + number as u32);
        let nodes = self.nodes.get(zone.index()).map_or(&[][..], Vec::as_slice);
        let at = draw.below(nodes.len() as u32) as usize;
        let node = nodes.get(at).copied().unwrap_or(self.zones.node[zone]);
        Draft {
            id: format!("{}-{}-{}", kind.name(), zone.0 + 1, number + 1),
            kind,
            zone,
            node,
            at: [self.streets.lon[node], self.streets.lat[node]],
            capacity: 0,
            jobs: 0,
            floor_m2: 0.0,
            height_m: 0.0,
            inferred: true,
            name: String::new(),
        }
    }
}

fn count_by_zone(drafts: &[Draft], kinds: &[PlaceKind], zones: usize) -> Vec<u32> {
    let mut counts = vec![0; zones];
    for draft in drafts.iter().filter(|d| kinds.contains(&d.kind)) {
        if let Some(count) = counts.get_mut(draft.zone.index()) {
            *count += 1;
        }
    }
    counts
}

/// Adds places until every zone has as many of `kinds` as its source counts; those added are of the first kind.
pub fn to_counts(ground: &Ground<'_>, kinds: &[PlaceKind], counts: &[u32], drafts: &mut Vec<Draft>) {
    let Some(first) = kinds.first() else { return };
    let have = count_by_zone(drafts, kinds, ground.zones.len());
    for (zone, (want, have)) in counts.iter().zip(have).enumerate() {
        for number in have..*want.min(&(have + 10_000)) {
            drafts.push(ground.place(*first, ZoneId::from_index(zone), number as usize));
        }
    }
}

/// Adds places of a kind until the city has as many as its rate says, in zones by residents and jobs; none where
/// nobody lives or works. Zones that already have some come last.
pub fn to_rate(ground: &Ground<'_>, rate: &Rate, drafts: &mut Vec<Draft>) {
    let zones = ground.zones;
    let residents: u64 = zones.population.as_slice().iter().map(|n| u64::from(*n)).sum();
    let jobs: u64 = zones.jobs.as_slice().iter().map(|n| u64::from(*n)).sum();
    let least = u32::from(residents > 0 && rates::AT_LEAST_ONE.contains(&rate.kind));
    let target = ((residents as f64 * rate.per_1000 / 1000.0).round() as u32).max(least);
    let have = count_by_zone(drafts, &[rate.kind], zones.len());
    if target <= have.iter().sum() {
        return;
    }
    let weight = |zone: ZoneId| {
        let lives = f64::from(zones.population[zone]) / residents.max(1) as f64;
        let works = f64::from(zones.jobs[zone]) / jobs.max(1) as f64;
        // Staff come from the zone's jobs: a shop needs some.
        let staffed = rate.jobs == 0.0 || jobs == 0 || zones.jobs[zone] > 0;
        if staffed { lives + works } else { 0.0 }
    };
    let weights: Vec<f64> = zones.id.ids().map(weight).collect();
    let wanted = spread(target, &weights, ground.seed, rate.kind);
    let lacking: Vec<f64> = wanted.iter().zip(&have).map(|(w, h)| f64::from(w.saturating_sub(*h))).collect();
    let added = share(target - have.iter().sum::<u32>(), &lacking);
    for (zone, count) in added.into_iter().enumerate() {
        let have = have.get(zone).copied().unwrap_or(0);
        for number in have..have + count {
            drafts.push(ground.place(rate.kind, ZoneId::from_index(zone), number as usize));
        }
    }
}

/// Shares a few places among many zones by lot: largest remainders alone would give all to the largest zones.
fn spread(total: u32, weights: &[f64], seed: u64, kind: PlaceKind) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return share(total, weights);
    }
    // Systematic sampling: equal steps through the cumulated weights from a drawn start.
    let start = Draw::new(seed, purpose::INFER, u32::MAX, kind as u32).unit_f64();
    let mut reached = 0.0;
    let mut next = 0_u32;
    weights
        .iter()
        .map(|weight| {
            reached += weight / sum * f64::from(total);
            let before = next;
            while next < total && f64::from(next) + start < reached {
                next += 1;
            }
            next - before
        })
        .collect()
}

/// Gives every place the capacity that follows from its kind: visitors by rate, pupils by the children of the city,
/// beds by the country's rate.
pub fn set_capacities(drafts: &mut [Draft], children: &dyn Fn([u8; 2]) -> f64, beds: f64) {
    for draft in drafts.iter_mut().filter(|d| d.capacity == 0) {
        draft.capacity = match draft.kind {
            PlaceKind::MetroStation | PlaceKind::BusStation => rates::STATION_CAPACITY,
            kind => rates::of(kind).map_or(0, |r| r.capacity),
        };
    }
    for (kind, ages, attendance) in rates::ATTENDANCE {
        let seats = children(ages) * attendance * rates::SEATS_PER_PUPIL;
        fill(drafts, kind, seats, 0.4);
    }
    fill(drafts, PlaceKind::Hospital, beds, 0.8);
}

/// Shares seats or beds among the places of a kind that have none yet; `spread` is the standard deviation of the
/// logarithm of their sizes. Those that a source counts stay.
fn fill(drafts: &mut [Draft], kind: PlaceKind, total: f64, spread: f64) {
    let known: f64 = drafts.iter().filter(|d| d.kind == kind).map(|d| f64::from(d.capacity)).sum();
    let open: Vec<usize> = drafts
        .iter()
        .enumerate()
        .filter(|(_, d)| d.kind == kind && d.capacity == 0)
        .map(|(at, _)| at)
        .collect();
    let rest = (total - known).max(open.len() as f64 * 10.0).round().min(1e9) as u32;
    let weights: Vec<f64> = (0..open.len() as u32)
        .map(|i| Draw::new(0, purpose::INFER, i, kind as u32).lognormal(0.0, spread))
        .collect();
    for (at, capacity) in open.iter().zip(share(rest, &weights)) {
        if let Some(draft) = drafts.get_mut(*at) {
            draft.capacity = capacity.max(1);
        }
    }
}
