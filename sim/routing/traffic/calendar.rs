//! Events of one part in order of time.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Width of a bucket, a power of two, ms.
const WIDTH_MS: u32 = 512;
/// Buckets ahead: 17 minutes.
const BUCKETS: u32 = 2048;
/// Events worth telling beforehand together, and the most buckets that are looked through for them.
const ENOUGH: usize = 64;
const TOLD_MAX: u32 = 8;

/// A queue of (time, number): by buckets of time, of which the one in hand is sorted. Events of one time come in the
/// order of their numbers.
pub(super) struct Calendar {
    buckets: Vec<Vec<u64>>,
    /// The bucket in hand, and how many of it have been taken.
    near: Vec<u64>,
    taken: usize,
    /// Events added to the bucket in hand while it was.
    late: BinaryHeap<Reverse<u64>>,
    /// Events beyond the last bucket.
    far: Vec<u64>,
    /// Bucket in hand, counted from time 0.
    now: u32,
    /// Events in the buckets ahead.
    ahead: usize,
    /// The first bucket not yet told of.
    told: u32,
}

fn key(at_ms: u32, number: u32) -> u64 {
    u64::from(at_ms) << 32 | u64::from(number)
}

impl Calendar {
    pub(super) fn new() -> Self {
        let buckets = (0..BUCKETS).map(|_| Vec::new()).collect();
        Self {
            buckets,
            near: Vec::new(),
            taken: 0,
            late: BinaryHeap::new(),
            far: Vec::new(),
            now: 0,
            ahead: 0,
            told: 0,
        }
    }

    /// Adds an event, which must not lie before the one taken last.
    #[inline]
    pub(super) fn push(&mut self, at_ms: u32, number: u32) {
        let bucket = at_ms / WIDTH_MS;
        if bucket <= self.now {
            self.late.push(Reverse(key(at_ms, number)));
        } else if bucket - self.now < BUCKETS {
            self.buckets[(bucket % BUCKETS) as usize].push(key(at_ms, number));
            self.ahead += 1;
        } else {
            self.far.push(key(at_ms, number));
        }
    }

    /// Takes the next event of the bucket in hand before a time.
    #[inline]
    pub(super) fn pop_before(&mut self, until_ms: u32) -> Option<(u32, u32)> {
        let sorted = self.near.get(self.taken).copied().unwrap_or(u64::MAX);
        let late = self.late.peek().map_or(u64::MAX, |event| event.0);
        let first = sorted.min(late);
        if (first >> 32) as u32 >= until_ms {
            return None;
        }
        if sorted <= late {
            self.taken += 1;
        } else {
            self.late.pop();
        }
        Some(((first >> 32) as u32, first as u32))
    }

    /// Numbers of the events of some buckets from the one in hand on that were not told before, as far as they are known.
    /// Nothing where the bucket in hand was told.
    pub(super) fn coming(&mut self, numbers: &mut Vec<u32>) {
        if self.now < self.told {
            return;
        }
        self.told = self.now + 1;
        numbers.extend(self.near[self.taken..].iter().map(|event| *event as u32));
        while numbers.len() < ENOUGH && self.told < self.now + TOLD_MAX {
            let bucket = &self.buckets[(self.told % BUCKETS) as usize];
            numbers.extend(bucket.iter().map(|event| *event as u32));
            self.told += 1;
        }
    }

    /// Where the bucket in hand is empty, takes the next one in hand that begins before a time; false where there is none.
    pub(super) fn turn(&mut self, until_ms: u32) -> bool {
        let last = until_ms.saturating_sub(1) / WIDTH_MS;
        if self.now >= last || self.taken < self.near.len() || !self.late.is_empty() {
            return false;
        }
        if self.ahead == 0 {
            // Nothing near: straight to the first of the far events, or to the end.
            let first = self.far.iter().min().map_or(u32::MAX, |event| (event >> 32) as u32 / WIDTH_MS);
            self.now = first.min(last).max(self.now + 1);
        } else {
            self.now += 1;
        }
        if !self.far.is_empty() && (self.ahead == 0 || self.now.is_multiple_of(BUCKETS / 2)) {
            self.draw_near();
        }
        let bucket = &mut self.buckets[(self.now % BUCKETS) as usize];
        self.ahead -= bucket.len();
        self.near.clear();
        self.near.append(bucket);
        self.near.sort_unstable();
        self.taken = 0;
        true
    }

    /// Moves far events that have come near into their buckets.
    fn draw_near(&mut self) {
        let far = std::mem::take(&mut self.far);
        for event in far {
            self.push((event >> 32) as u32, event as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_before(calendar: &mut Calendar, until_ms: u32) -> Option<(u32, u32)> {
        loop {
            let event = calendar.pop_before(until_ms);
            if event.is_some() || !calendar.turn(until_ms) {
                return event;
            }
        }
    }

    #[test]
    fn events_come_in_order_whenever_they_were_added() {
        let mut word = 3u32;
        let mut next = |n: u32| {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((u64::from(word >> 8) * u64::from(n)) >> 24) as u32
        };
        let mut calendar = Calendar::new();
        let mut waiting = std::collections::BTreeSet::new();
        let (mut time, mut late) = (0, u32::MAX);
        for number in 0..20_000 {
            let span = [1, 700, 100_000, 5_000_000][next(4) as usize];
            let at = time + next(span);
            calendar.push(at, number);
            waiting.insert((at, number));
            if next(3) == 0 {
                let until = time + next(40_000);
                while let Some(event) = next_before(&mut calendar, until) {
                    assert_eq!(waiting.pop_first(), Some(event));
                    time = event.0;
                    if next(9) == 0 {
                        late -= 1;
                        calendar.push(time, late);
                        waiting.insert((time, late));
                    }
                }
                assert!(waiting.first().is_none_or(|event| event.0 >= until));
                time = time.max(until);
            }
        }
        while let Some(event) = next_before(&mut calendar, u32::MAX) {
            assert_eq!(waiting.pop_first(), Some(event));
        }
        assert!(waiting.is_empty());
    }
}
