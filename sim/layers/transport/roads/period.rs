//! The times known in one part of the day, and how drives are looked up by them.
use super::RoadNet;
use citytwin_routing::hierarchy::{Ancestry, Customised, Labels};
use citytwin_world::roads::WRITTEN_MAX;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Searches for each junction of the network after which all times are written down: on a city's streets that takes as
/// long as one search for every ten junctions.
const SEARCHES_PER_VERTEX: f64 = 0.05;

/// Times known in a part of the day, tenths of a second. Whoever asks often has all of them written down; that saves
/// work, the answers are the same.
pub(super) struct Period {
    pub(super) weights: Customised,
    searches: AtomicU32,
    labels: OnceLock<Labels>,
}

impl Period {
    pub(super) fn of(weights: Customised) -> Self {
        Self { weights, searches: AtomicU32::new(0), labels: OnceLock::new() }
    }

    /// Time of a drive from junction to junction, s; `None` where no way is open.
    pub(super) fn time_s(&self, net: &RoadNet, from: u32, to: u32) -> Option<u32> {
        let written = self.labels.get().zip(net.ancestry.as_ref());
        let known = written.and_then(|(labels, above)| labels.time(&net.hierarchy, above, from, to));
        let tenths = known.or_else(|| self.search(net, from, to));
        tenths.map(|tenths| tenths.div_ceil(10))
    }

    fn search(&self, net: &RoadNet, from: u32, to: u32) -> Option<u32> {
        self.write_down(net);
        net.seekers.with(|seeker| seeker.time(&net.hierarchy, &self.weights, from, to).ok()?)?
    }

    /// Counts a search, and writes all times down when there have been enough: one thread does, the others search on.
    fn write_down(&self, net: &RoadNet) {
        let enough = (net.hierarchy.graph().vertex_count() as f64 * SEARCHES_PER_VERTEX) as u32;
        let fits = |above: &&Ancestry| above.entries() <= WRITTEN_MAX;
        let Some(above) = net.ancestry.as_ref().filter(fits) else { return };
        if self.labels.get().is_none()
            && self.searches.fetch_add(1, Ordering::Relaxed) == enough
            && let Ok(labels) = Labels::new(&net.hierarchy, above, &self.weights)
        {
            let _ = self.labels.set(labels);
        }
    }
}
