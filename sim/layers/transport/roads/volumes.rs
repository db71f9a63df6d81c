//! A day's drives as volumes: each hour in user equilibrium, beginning from what was known before.
use super::day::{taken, tenths};
use super::{Driving, PERIOD_S, RoadNet};
use citytwin_routing::Problem;
use citytwin_routing::assignment::{Demand, Equilibrium, Progress, VolumeDelay};
use citytwin_routing::traffic::Lived;
use citytwin_world::id::Key;
use citytwin_world::roads::{Drive, RoadPost, Roads};
use rayon::prelude::*;

/// Length of what is in equilibrium by itself, s.
const HOUR_S: u32 = 3_600;
/// Searches for quicker ways in an hour, at most.
const ROUNDS_MAX: usize = 60;

/// One hour in equilibrium.
struct Hour {
    times: Vec<f64>,
    volumes: Vec<f64>,
    /// Drives that have a way, and what they would take without others, s.
    drives: f64,
    empty_s: f64,
    progress: Progress,
}

impl RoadNet {
    /// Puts each hour of a kind of day into equilibrium. What drivers knew of an hour is where it begins.
    pub(super) fn assign(&self, driving: &Driving, roads: &mut Roads, kind: usize) -> Result<Lived, Problem> {
        let share = taken(driving, roads) * f64::from(roads.sample);
        let volume = 1.0 / share.max(1e-9);
        let delay = self.delay(driving, &roads.posts);
        let closed: Vec<u32> = roads.closed.iter().map(|link| link.0).collect();
        let links = self.link_count().max(1);
        let Some(day) = roads.days.get_mut(kind) else { return Ok(Lived::default()) };
        let periods = (HOUR_S / PERIOD_S) as usize;
        let rows = day.times_ds.chunks(links * periods).zip(0u32..).collect::<Vec<_>>();
        let hours: Vec<Hour> = rows
            .into_par_iter()
            .map(|(known, hour)| {
                let range = hour_of(&day.drives, hour);
                self.hour(&delay, &closed, &day.drives[range], (volume, driving.gap), &known[..links])
            })
            .collect::<Result<_, Problem>>()?;
        let mut lived = Lived { vehicles: vec![0; links], ..Lived::default() };
        let (mut drives, mut time_s, mut empty_s, mut excess_s) = (0.0, 0.0, 0.0, 0.0);
        let mut volumes = vec![0.0; links];
        for (hour, times) in hours.iter().zip(day.times_ds.chunks_mut(links * periods)) {
            for period in times.chunks_mut(links) {
                period.iter_mut().zip(&hour.times).for_each(|(ds, s)| *ds = tenths(s * 10.0));
            }
            volumes.iter_mut().zip(&hour.volumes).for_each(|(sum, volume)| *sum += volume);
            drives += hour.drives;
            time_s += hour.progress.total_time;
            empty_s += hour.empty_s;
            excess_s += hour.progress.relative_gap * hour.progress.total_time;
        }
        day.vehicles = volumes.iter().map(|volume| volume.round() as u32).collect();
        day.gap = if time_s > 0.0 { (excess_s / time_s) as f32 } else { 0.0 };
        roads.version += 1;
        lived.trips = (drives / volume).round() as u64;
        lived.arrived = lived.trips;
        lived.mean_s = time_s / drives.max(1e-9);
        lived.known_s = (time_s - excess_s) / drives.max(1e-9);
        lived.free_s = empty_s / drives.max(1e-9);
        Ok(lived)
    }

    /// What each link's volume in an hour does to its time. A checkpoint takes the time of its service and lets through what
    /// its lanes can serve.
    fn delay(&self, driving: &Driving, posts: &[RoadPost]) -> Vec<VolumeDelay> {
        let rows = self.columns.free_s.iter().zip(&self.columns.capacity_per_h);
        let rows = rows.map(|(&free_time, &capacity)| VolumeDelay {
            free_time,
            b: driving.delay_b,
            capacity,
            power: driving.delay_power,
            fixed: 0.0,
        });
        let mut delay: Vec<VolumeDelay> = rows.collect();
        for post in posts {
            let service_s = f64::from(post.service_s).max(1e-3);
            if let Some(delay) = delay.get_mut(post.link.index()) {
                delay.capacity = delay.capacity.min(f64::from(HOUR_S) * f64::from(post.lanes) / service_s);
                delay.fixed = service_s;
            }
        }
        delay
    }

    fn hour(
        &self,
        delay: &[VolumeDelay],
        closed: &[u32],
        drives: &[Drive],
        (volume, gap): (f64, f64),
        known_ds: &[u16],
    ) -> Result<Hour, Problem> {
        let demand: Vec<Demand> = drives
            .iter()
            .map(|drive| Demand { origin: drive.from.0, destination: drive.to.0, volume })
            .collect();
        let before: Vec<f64> =
            delay.iter().zip(known_ds).map(|(delay, ds)| volume_at(delay, f64::from(*ds) / 10.0)).collect();
        let mut state = Equilibrium::on_hierarchy(&self.hierarchy, delay, closed, &demand, &before)?;
        let progress = state.solve(gap, ROUNDS_MAX, |_, _| {});
        let unreached: f64 = state.unreached().iter().map(|demand| demand.volume).sum();
        let empty_s = state.volumes().iter().zip(delay).map(|(volume, delay)| volume * delay.free_time).sum();
        Ok(Hour {
            times: state.times().to_vec(),
            volumes: state.volumes().to_vec(),
            drives: demand.len() as f64 * volume - unreached,
            empty_s,
            progress,
        })
    }
}

/// The drives that begin in an hour, of those in order of departure.
fn hour_of(drives: &[Drive], hour: u32) -> std::ops::Range<usize> {
    let before = |end_s: u32| drives.partition_point(|drive| drive.depart_s < end_s);
    before(hour * HOUR_S)..before((hour + 1) * HOUR_S)
}

/// The volume at which a link takes a time; 0 where the time says nothing of it.
fn volume_at(delay: &VolumeDelay, time_s: f64) -> f64 {
    let time_s = time_s - delay.fixed;
    let late = (time_s / delay.free_time - 1.0) / delay.b;
    // Known times are whole tenths of a second, so less than half of one is no delay.
    if !late.is_finite() || time_s - delay.free_time <= 0.05 || delay.power <= 0.0 {
        return 0.0;
    }
    delay.capacity * late.powf(1.0 / delay.power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::NodeId;

    #[test]
    fn volumes_follow_from_times_as_times_from_volumes() {
        let delay = VolumeDelay { free_time: 20.0, b: 0.15, capacity: 900.0, power: 4.0, fixed: 0.0 };
        for volume in [600.0, 900.0, 2_000.0] {
            assert!((volume_at(&delay, delay.time(volume)) - volume).abs() < 1e-6);
        }
        assert_eq!(volume_at(&delay, 20.04), 0.0);
        for flat in [VolumeDelay { b: 0.0, ..delay }, VolumeDelay { power: 0.0, ..delay }] {
            assert_eq!(volume_at(&flat, 30.0), 0.0);
        }
    }

    #[test]
    fn drives_fall_into_the_hour_of_their_departure() {
        let drive = |depart_s| Drive { from: NodeId(0), to: NodeId(1), depart_s, class: 0 };
        let drives = [drive(0), drive(3_599), drive(3_600), drive(90_000)];
        assert_eq!([hour_of(&drives, 0), hour_of(&drives, 1), hour_of(&drives, 25)], [0..2, 2..3, 3..4]);
    }
}
