//! What drives take, and what of it others on the road and closed links cost.
use super::RoadNet;
use citytwin_routing::hierarchy::{Customised, Seeker};
use citytwin_world::id::Key;
use citytwin_world::roads::{DriveTimes, Roads};
use rayon::prelude::*;

/// Drives of a kind of day that are looked up, at most: their mean is then known to about 1 %.
const LOOKED_UP_MAX: usize = 20_000;

impl RoadNet {
    /// Mean times of a kind of day's drives: by the times known, without others, and without closures too; `None` where
    /// there is nobody to ask. The times known must be ready.
    pub(super) fn means(&mut self, roads: &Roads, kind: usize) -> Option<DriveTimes> {
        let units = |s: f64| (s * 100.0).round().clamp(1.0, 8_640_000.0) as u32;
        let free: Vec<u32> = self.columns.free_s.iter().map(|s| units(*s)).collect();
        if self.empty.is_none() {
            self.empty = Some(self.hierarchy.customise(&free).ok()?);
        }
        let open = self.empty.as_ref()?;
        let closed = if roads.closed.is_empty() {
            None
        } else {
            let mut times = free;
            for link in &roads.closed {
                *times.get_mut(link.index())? = citytwin_routing::traffic::CLOSED;
            }
            Some(self.hierarchy.customise(&times).ok()?)
        };
        let empty = closed.as_ref().unwrap_or(open);
        let drives = &roads.days.get(kind)?.drives;
        let asked: Vec<_> = drives.iter().step_by(drives.len() / LOOKED_UP_MAX + 1).collect();
        let sums: [u64; 4] = asked
            .par_chunks(256)
            .map_init(Seeker::default, |seeker, drives| {
                let mut sums = [0u64; 4];
                for drive in drives {
                    let mut time = |weights: &Customised| {
                        seeker.time(&self.hierarchy, weights, drive.from.0, drive.to.0).ok().flatten()
                    };
                    let known = self.period(drive.depart_s).map(|period| &period.weights);
                    if let (Some(known), Some(empty), Some(open)) =
                        (known.and_then(&mut time), time(empty), time(open))
                    {
                        // What is known is told in tenths of a second, the others in hundredths.
                        let row = [1, u64::from(known) * 10, u64::from(empty), u64::from(open)];
                        sums.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
                    }
                }
                sums
            })
            .reduce(|| [0; 4], |a, b| std::array::from_fn(|i| a[i] + b[i]));
        let [count, known, empty, open] = sums;
        let mean = |sum: u64| (sum as f64 / 100.0 / count as f64) as f32;
        let version = roads.version;
        (count > 0).then(|| DriveTimes {
            known_s: mean(known),
            empty_s: mean(empty),
            open_s: mean(open),
            version,
        })
    }
}
