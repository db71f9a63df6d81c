//! Where threads wait for each other, many thousand times a day: they look again and again instead of falling asleep.
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Looks after which a thread lets others have its core between two of them.
const LOOKS: u32 = 1_000;

/// A barrier for a number of threads.
pub(super) struct Meeting {
    threads: usize,
    /// Threads that have come, over all meetings.
    come: AtomicUsize,
    broken: AtomicBool,
}

/// Ends all meetings when a thread dies, so that the others don't wait for it.
pub(super) struct Guard<'a>(&'a Meeting);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.broken.store(true, Ordering::Release);
        }
    }
}

impl Meeting {
    pub(super) fn new(threads: usize) -> Self {
        Self { threads, come: AtomicUsize::new(0), broken: AtomicBool::new(false) }
    }

    pub(super) fn guard(&self) -> Guard<'_> {
        Guard(self)
    }

    /// Waits until all have come as often as this thread; what they wrote before is then seen. False if one has died.
    pub(super) fn wait(&self) -> bool {
        // Nobody comes to the next meeting before this one is over, so its number follows from how many have come.
        let before = self.come.fetch_add(1, Ordering::AcqRel);
        let all = (before / self.threads + 1) * self.threads;
        let mut looks = 0u32;
        while self.come.load(Ordering::Acquire) < all {
            if self.broken.load(Ordering::Acquire) {
                return false;
            }
            looks += 1;
            if looks < LOOKS {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_a_meeting_ahead_and_a_death_ends_all() {
        let meeting = Meeting::new(3);
        let at = [const { AtomicUsize::new(0) }; 3];
        std::thread::scope(|scope| {
            for mine in &at {
                scope.spawn(|| {
                    for round in 1..2_000 {
                        mine.store(round, Ordering::Release);
                        assert!(meeting.wait());
                        for other in &at {
                            let other = other.load(Ordering::Acquire);
                            assert!((round..=round + 1).contains(&other), "{round} {other}");
                        }
                    }
                });
            }
        });
        let dead = std::thread::scope(|scope| {
            let one = scope.spawn(|| {
                let _guard = meeting.guard();
                panic!("this thread dies for the test");
            });
            let other = scope.spawn(|| meeting.wait());
            assert!(!other.join().unwrap());
            one.join().is_err()
        });
        assert!(dead);
    }
}
