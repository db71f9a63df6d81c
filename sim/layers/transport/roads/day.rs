//! A day's drives through queues: what drivers met changes what they know.
use super::kerbs::Kerbs;
use super::{Driving, PERIOD_S, RoadNet};
use citytwin_engine::Now;
use citytwin_routing::Problem;
use citytwin_routing::traffic::{CLOSED, Lived, Post, RoadDays, Settings, Sight, Trip};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::residents::Resident;
use citytwin_world::roads::{DAY_KINDS, Drive, RoadDay, RoadPost, Roads, TrafficModel};
use citytwin_world::services::TripRecord;
use citytwin_world::{City, Residents};
use rayon::prelude::*;

/// Purposes of this file's draws.
const TAKE: u32 = 0x0203;
const CLASS: u32 = 0x0204;
/// Classes of drivers that see roads alike.
const CLASSES: u32 = 8;
/// Days that drivers learn before the first.
const ROUNDS: u32 = 12;
/// Gap between times met and known on two days running at which the ordinary day is learnt.
const STILL: f64 = 0.02;
/// The simulated day ends two hours after midnight, so that the last arrive, s.
const END_S: u32 = 93_600;

/// Share of what a day showed that drivers take over, in a run: as in the first days of learning.
const LEARNT: f64 = 1.0 / 3.0;
/// Gap between times met and known above which drivers go on learning on the next day.
const GAP_MAX: f32 = 0.03;

/// Share of residents' drives that is simulated: where few residents live in this world, all of them.
pub(super) fn taken(driving: &Driving, roads: &Roads) -> f64 {
    (driving.vehicles_share / f64::from(roads.sample).max(1e-6)).min(1.0)
}

/// The drives of a day that are simulated, in order of departure.
fn drives<'a>(
    kerbs: &Kerbs,
    city: &City,
    persons: &[Resident],
    trips: impl ParallelIterator<Item = &'a TripRecord>,
    (seed, day): (u64, u32),
    share: f64,
) -> Vec<Drive> {
    let drive = |trip: &TripRecord| {
        let person = persons.get(trip.person.0 as usize)?;
        let chance = block(seed, TAKE, trip.person.0, day, u32::from(trip.depart_min))[0];
        if f64::from(unit_f32(chance)) >= share {
            return None;
        }
        let node = |slot: u8| kerbs.at(city, trip.person, person, usize::from(slot));
        let (from, to) = (node(trip.slots[0])?, node(trip.slots[1])?);
        // Drivers see the same roads the same way in every run.
        let class = block(0, CLASS, trip.person.0, 0, 0)[0] % CLASSES;
        // Within its minute a drive begins at any second.
        let depart_s = u32::from(trip.depart_min) * 60 + chance % 60;
        (from != to).then_some(Drive { from, to, depart_s, class: class as u8 })
    };
    let mut drives: Vec<Drive> = trips.filter_map(drive).collect();
    drives.par_sort_by_key(|drive| (drive.depart_s, drive.from, drive.to, drive.class));
    drives
}

/// Whether two days' drives differ by more than a share, hour by hour, and by more than chance.
fn differ(before: &[Drive], now: &[Drive], tolerance: f64) -> bool {
    let hours = |drives: &[Drive]| {
        let mut hours = [0.0f64; 24];
        drives.iter().for_each(|drive| hours[(drive.depart_s / 3600).min(23) as usize] += 1.0);
        hours
    };
    let (a, b) = (hours(before), hours(now));
    let apart: f64 = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum();
    // Two counts of the same mean differ by about the root of their sum.
    let chance: f64 = a.iter().zip(&b).map(|(a, b)| 2.0 * (a + b).sqrt()).sum();
    apart > tolerance * a.iter().sum::<f64>() + chance
}

/// The drives of a day as trips.
fn trips_of(day: &RoadDay) -> Vec<Trip> {
    let trip = |drive: &Drive| Trip {
        from: drive.from.0,
        to: drive.to.0,
        depart_ms: drive.depart_s * 1000,
        class: u32::from(drive.class),
    };
    day.drives.iter().map(trip).collect()
}

/// Vehicles a day by link, all of them where only some were simulated.
fn vehicles(lived: &Lived, days: &RoadDays<'_>) -> Vec<u32> {
    let scale = |vehicles: &u32| (f64::from(*vehicles) / days.settings().sample).round() as u32;
    lived.vehicles.iter().map(scale).collect()
}

/// A time as it is kept, tenths of a second.
pub(super) fn tenths(ds: f64) -> u16 {
    ds.round().clamp(1.0, f64::from(u16::MAX)) as u16
}

impl RoadNet {
    fn days(&self, driving: &Driving, roads: &Roads) -> Result<RoadDays<'_>, Problem> {
        let settings = Settings {
            sample: f64::from(roads.sample) * taken(driving, roads),
            period_s: f64::from(PERIOD_S),
            // No result depends on it.
            parts: rayon::current_num_threads(),
            ..Settings::default()
        };
        let sight = Sight { classes: CLASSES, spread: driving.spread, ..Sight::default() };
        let post = |post: &RoadPost| Post {
            link: post.link.0,
            lanes: post.lanes,
            service_s: f64::from(post.service_s),
        };
        let posts: Vec<Post> = roads.posts.iter().map(post).collect();
        let ground = (self.columns.table(), posts.as_slice());
        RoadDays::with_posts(ground, &self.hierarchy, settings, sight, END_S * 1000)
    }

    /// Runs one day of a kind and lets drivers learn from it: the times met count by a weight, 0–1.
    fn learn(
        &self,
        days: &RoadDays<'_>,
        roads: &mut Roads,
        (kind, weight): (usize, f64),
    ) -> Result<Lived, Problem> {
        let known = self.known(roads, kind, 10);
        let Some(day) = roads.days.get_mut(kind) else { return Ok(Lived::default()) };
        let lived = days.live(&trips_of(day), &known)?;
        for ((old, met), was) in day.times_ds.iter_mut().zip(&lived.times).zip(&known) {
            if *was != CLOSED {
                let new = f64::from(*old) + weight * (f64::from(*met) / 10.0 - f64::from(*old));
                *old = tenths(new);
            }
        }
        // Days differ by chance: half of what the gap was before still counts.
        let gap = if lived.known_s > 0.0 { (lived.mean_s / lived.known_s - 1.0) as f32 } else { 0.0 };
        day.gap = f32::midpoint(day.gap, gap);
        day.vehicles = vehicles(&lived, days);
        roads.version += 1;
        Ok(lived)
    }

    /// The first day of a kind: drivers know nothing yet but hear on the way how the day has been so far.
    fn listen(&self, days: &RoadDays<'_>, roads: &mut Roads, kind: usize) -> Result<Lived, Problem> {
        let Some(day) = roads.days.get_mut(kind) else { return Ok(Lived::default()) };
        let lived = days.listen(&trips_of(day))?;
        day.times_ds = lived.times.iter().map(|time| tenths(f64::from(*time) / 10.0)).collect();
        day.vehicles = vehicles(&lived, days);
        roads.version += 1;
        Ok(lived)
    }

    /// Lets drivers live a kind of day until it repeats itself.
    fn learn_ordinary(
        &self,
        days: &RoadDays<'_>,
        roads: &mut Roads,
        kind: usize,
        tell: &mut impl FnMut(usize, u32, &Lived),
    ) -> Result<(), Problem> {
        let first = self.listen(days, roads, kind)?;
        tell(kind, 0, &first);
        // Self-regulated averages (Liu, He and He 2009): while days come nearer to what was expected, steps stay long and the first days, on
        // which drivers knew too little, are soon forgotten; where all leave one jam and make the next, steps shrink.
        let (mut days_weighed, mut before, mut still) = (3.0, f64::INFINITY, 0);
        for round in 1..=ROUNDS {
            let lived = self.learn(days, roads, (kind, 1.0 / days_weighed))?;
            tell(kind, round, &lived);
            let off = (lived.mean_s / lived.known_s - 1.0).abs();
            days_weighed += if off < before { 0.1 } else { 1.5 };
            before = off;
            // By chance one day may be as expected while times still fall.
            still = if off < STILL { still + 1 } else { 0 };
            if still == 2 {
                break;
            }
        }
        Ok(())
    }

    /// Works one kind of day out anew, as far as a day's learning goes.
    pub(in super::super) fn work_out(&self, driving: &Driving, roads: &mut Roads, kind: usize) {
        // Streets and drives are the city's own and were taken by the same network before.
        let done = match roads.model {
            TrafficModel::Queues => self
                .days(driving, roads)
                .and_then(|days| self.learn(&days, roads, (kind, LEARNT)).map(|_| ())),
            TrafficModel::Volumes => self.assign(driving, roads, kind).map(|_| ()),
        };
        roads.worked_out += u32::from(done.is_ok());
    }

    /// The day is over: where its drives differ from those that the times known rest on, drivers have not yet learnt enough,
    /// or a checkpoint on a street is new to them, it is worked out.
    pub(in super::super) fn close_day<'a>(
        &self,
        driving: &Driving,
        roads: &mut Roads,
        (city, residents): (&City, &Residents),
        now: Now,
        trips: impl ParallelIterator<Item = &'a TripRecord>,
    ) {
        let kind = super::kind_of(now);
        let drives = drives(
            &self.kerbs,
            city,
            residents.person.as_slice(),
            trips,
            (now.seed, now.day()),
            taken(driving, roads),
        );
        let learns = roads.learning_days > 0;
        let Some(day) = roads.days.get_mut(kind) else { return };
        if learns || differ(&day.drives, &drives, driving.tolerance) || day.gap.abs() > GAP_MAX {
            roads.learning_days = roads.learning_days.saturating_sub(1);
            day.drives = drives;
            self.work_out(driving, roads, kind);
        }
    }
}

/// The roads of ordinary days: drivers have learnt until the day repeats itself, or each hour is in equilibrium.
///
/// `trips` are those by car of a workday, a Saturday and a Sunday, `sample` is the share of residents who live in this
/// world. `tell` hears of each day lived or assigned: kind of day, its number, and how it went.
///
/// # Errors
/// A network that contradicts itself.
pub fn ordinary(
    city: &City,
    persons: &[Resident],
    (trips, sample): ([&[TripRecord]; DAY_KINDS], f64),
    (driving, model): (&Driving, TrafficModel),
    mut tell: impl FnMut(usize, u32, &Lived),
) -> Result<Roads, Problem> {
    let Some(net) = RoadNet::of(&city.streets, driving) else { return Ok(Roads::default()) };
    let mut roads = Roads { period_s: PERIOD_S, model, sample: sample as f32, ..Roads::default() };
    let days = net.days(driving, &roads)?;
    let free: Vec<u16> =
        days.free_times().iter().map(|time| (time.div_ceil(10)).min(u32::from(u16::MAX)) as u16).collect();
    for (kind, trips) in trips.into_iter().enumerate() {
        let drives =
            drives(&net.kerbs, city, persons, trips.par_iter(), (0, kind as u32), taken(driving, &roads));
        roads.days.push(RoadDay { times_ds: free.clone(), drives, ..RoadDay::default() });
        match model {
            TrafficModel::Queues => net.learn_ordinary(&days, &mut roads, kind, &mut tell)?,
            TrafficModel::Volumes => tell(kind, 0, &net.assign(driving, &mut roads, kind)?),
        }
    }
    Ok(roads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::NodeId;

    fn drives_at(hours: &[(u32, usize)]) -> Vec<Drive> {
        let drive = |hour: u32| Drive { from: NodeId(0), to: NodeId(1), depart_s: hour * 3600, class: 0 };
        hours.iter().flat_map(|(hour, count)| std::iter::repeat_n(drive(*hour), *count)).collect()
    }

    #[test]
    fn days_differ_beyond_chance_and_tolerance_only() {
        let before = drives_at(&[(8, 10_000), (18, 10_000)]);
        assert!(!differ(&before, &before, 0.0));
        // As far apart as two draws of one mean may be.
        assert!(!differ(&before, &drives_at(&[(8, 10_150), (18, 9_850)]), 0.0));
        assert!(differ(&before, &drives_at(&[(8, 9_000), (18, 10_000)]), 0.0));
        assert!(!differ(&before, &drives_at(&[(8, 9_000), (18, 10_000)]), 0.05));
        assert!(differ(&before, &drives_at(&[(8, 5_000), (18, 10_000)]), 0.05));
        assert!(differ(&before, &drives_at(&[(9, 10_000), (18, 10_000)]), 0.05), "another hour");
    }
}
