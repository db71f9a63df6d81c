//! A monotone priority queue of (label, vertex): buckets of time, and a small heap for the bucket in hand.

use crate::graph::NONE;

/// Number of buckets, that in hand included.
const WINDOW: usize = 1024;
const WORDS: usize = WINDOW / 64;

/// Smallest label first, ties by vertex, so the order of a search never depends on the order of insertion.
///
/// Pushed labels must not be below the one popped last, as is so in a search for shortest paths. Labels hold the
/// time in their upper half; `2^shift` units of time make a bucket, and labels beyond all buckets wait in `far`.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    near: Heap,
    /// Per bucket the first of its entries, or `NONE`; a list through `entries`.
    first: Box<[u32; WINDOW]>,
    /// A bit per bucket: whether it holds entries.
    filled: [u64; WORDS],
    entries: Vec<Entry>,
    /// The first of the entries not in use, or `NONE`.
    free: u32,
    far: Vec<(u64, u32)>,
    /// Earliest bucket number in `far`, `u64::MAX` without entries.
    far_first: u64,
    /// Number of the bucket in hand, counted from time 0.
    now: u64,
    shift: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    label: u64,
    vertex: u32,
    next: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            near: Heap::default(),
            first: Box::new([NONE; WINDOW]),
            filled: [0; WORDS],
            entries: Vec::new(),
            free: NONE,
            far: Vec::new(),
            far_first: u64::MAX,
            now: 0,
            shift: 32,
        }
    }
}

impl Queue {
    /// Empties the queue, for labels whose mean step is `step` units of time.
    pub(crate) fn start(&mut self, step: u32) {
        if self.filled != [0; WORDS] {
            self.first.fill(NONE);
            self.filled = [0; WORDS];
        }
        self.near.clear();
        self.entries.clear();
        self.free = NONE;
        self.far.clear();
        self.far_first = u64::MAX;
        self.now = 0;
        // Four mean steps fit into the window, so few labels go to `far`.
        self.shift = 32 + (u64::from(step) * 4 / WINDOW as u64 + 1).next_power_of_two().trailing_zeros();
    }

    #[inline]
    pub(crate) fn push(&mut self, label: u64, vertex: u32) {
        let bucket = label >> self.shift;
        let ahead = bucket.saturating_sub(self.now);
        if ahead == 0 {
            self.near.push(label, vertex);
        } else if ahead < WINDOW as u64 {
            let slot = bucket as usize % WINDOW;
            self.filled[slot / 64] |= 1 << (slot % 64);
            let entry = Entry { label, vertex, next: self.first[slot] };
            self.first[slot] = self.free;
            if let Some(unused) = self.entries.get_mut(self.free as usize) {
                self.free = unused.next;
                *unused = entry;
            } else {
                self.first[slot] = self.entries.len() as u32;
                self.entries.push(entry);
            }
        } else {
            self.far.push((label, vertex));
            self.far_first = self.far_first.min(bucket);
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(u64, u32)> {
        if self.near.heap.is_empty() { self.advance() } else { self.near.pop() }
    }

    /// Takes the next bucket in hand and its first entry out.
    fn advance(&mut self) -> Option<(u64, u32)> {
        let next = self.next_filled();
        if self.far_first <= next {
            if self.far.is_empty() {
                return None;
            }
            self.now = self.far_first;
            self.draw_near();
        } else {
            self.now = next;
        }
        let slot = self.now as usize % WINDOW;
        self.filled[slot / 64] &= !(1 << (slot % 64));
        let mut at = std::mem::replace(&mut self.first[slot], NONE);
        if self.near.heap.is_empty()
            && let Some(only) = self.entries.get_mut(at as usize)
            && only.next == NONE
        {
            only.next = std::mem::replace(&mut self.free, at);
            return Some((only.label, only.vertex));
        }
        while let Some(entry) = self.entries.get_mut(at as usize) {
            self.near.push(entry.label, entry.vertex);
            let rest = std::mem::replace(&mut entry.next, self.free);
            self.free = std::mem::replace(&mut at, rest);
        }
        self.near.pop()
    }

    /// Moves what the window now covers from `far` to its buckets.
    fn draw_near(&mut self) {
        self.far_first = u64::MAX;
        let mut at = 0;
        while let Some(&(label, vertex)) = self.far.get(at) {
            let bucket = label >> self.shift;
            if bucket - self.now < WINDOW as u64 {
                self.far.swap_remove(at);
                self.push(label, vertex);
            } else {
                self.far_first = self.far_first.min(bucket);
                at += 1;
            }
        }
    }

    /// Number of the next bucket with entries, `u64::MAX` if all are empty.
    #[inline]
    fn next_filled(&self) -> u64 {
        let first = self.now + 1;
        let start = first as usize % WINDOW;
        // The word where the window starts is looked at first from there on and last up to there.
        let mut word = self.filled[start / 64] & u64::MAX << (start % 64);
        for step in 0..=WORDS {
            if word != 0 {
                let slot = (start / 64 + step) % WORDS * 64 + word.trailing_zeros() as usize;
                return first + ((slot + WINDOW - start) % WINDOW) as u64;
            }
            word = self.filled[(start / 64 + step + 1) % WORDS];
        }
        u64::MAX
    }
}

/// A heap with four children per entry: smallest label first, ties by vertex.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    heap: Vec<u128>,
}

impl Heap {
    pub(crate) fn clear(&mut self) {
        self.heap.clear();
    }

    #[inline]
    pub(crate) fn push(&mut self, label: u64, vertex: u32) {
        let entry = u128::from(label) << 32 | u128::from(vertex);
        let mut at = self.heap.len();
        self.heap.push(entry);
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.heap[parent] <= entry {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = entry;
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(u64, u32)> {
        let last = self.heap.pop()?;
        let Some(&top) = self.heap.first() else { return Some(split(last)) };
        let heap = self.heap.as_mut_slice();
        let mut at = 0;
        loop {
            let first = at * 4 + 1;
            let least = if let Some(four) = heap.get(first..first + 4) {
                let left = usize::from(four[1] < four[0]);
                let right = 2 + usize::from(four[3] < four[2]);
                first + if four[right] < four[left] { right } else { left }
            } else {
                let Some(least) = (first..heap.len()).min_by_key(|&child| heap[child]) else { break };
                least
            };
            if last <= heap[least] {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = last;
        Some(split(top))
    }
}

fn split(entry: u128) -> (u64, u32) {
    ((entry >> 32) as u64, entry as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Steps of any size, and often such that entries meet in one bucket at the edge of the window.
    fn ahead() -> impl Strategy<Value = u64> {
        let edge = prop::sample::select(vec![0_u64, 1, 512, 1023, 1024, 2048]);
        prop_oneof![0_u64..1 << 45, (edge, 0_u64..3).prop_map(|(time, length)| (time << 32 | length) << 4)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn agrees_with_sorting(
            pushes in prop::collection::vec((ahead(), any::<u32>(), 0_u32..20, any::<bool>()), 0..200),
            step in prop::sample::select(vec![0_u32, 1, 300, 5000, u32::MAX]),
        ) {
            let (mut queue, mut waiting, mut last) = (Queue::default(), Vec::new(), 0);
            queue.start(step);
            for (more, vertex, shrink, pop) in pushes {
                let entry = (last + (more >> if more % 16 == 0 { 4 } else { shrink }), vertex);
                queue.push(entry.0, entry.1);
                waiting.push(entry);
                if pop {
                    let least = waiting.iter().copied().min().unwrap();
                    waiting.remove(waiting.iter().position(|&e| e == least).unwrap());
                    prop_assert_eq!(queue.pop(), Some(least));
                    last = least.0;
                }
            }
            waiting.sort_unstable();
            let popped: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            prop_assert_eq!(popped, waiting);
        }
    }
}
