//! Memory of searches, one for each thread.
use citytwin_routing::hierarchy::Seeker;
use std::sync::{Mutex, PoisonError};

/// Memory of searches on one hierarchy, one for each thread and one for whoever is none of them.
#[derive(Default)]
pub struct Seekers(Vec<Mutex<Seeker>>);

impl Seekers {
    /// Makes ready for all threads.
    pub fn ready(&mut self) {
        let threads = rayon::current_num_threads() + 1;
        if self.0.len() < threads {
            self.0.resize_with(threads, Mutex::default);
        }
    }

    /// Searches with this thread's memory; `None` before [`Self::ready`].
    pub fn with<T>(&self, search: impl FnOnce(&mut Seeker) -> T) -> Option<T> {
        let thread = rayon::current_thread_index().unwrap_or(self.0.len().saturating_sub(1));
        let mut seeker = self.0.get(thread)?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(search(&mut seeker))
    }
}
