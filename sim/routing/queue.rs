//! A priority queue of (label, vertex): a heap with four children per entry, without decrease-key.

/// Smallest label first, ties by vertex, so the order of a search never depends on the order of insertion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    heap: Vec<u128>,
}

impl Queue {
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

    proptest! {
        #[test]
        fn sorts(items in prop::collection::vec((any::<u64>(), any::<u32>()), 0..200)) {
            let mut queue = Queue::default();
            items.iter().for_each(|&(label, vertex)| queue.push(label, vertex));
            let popped: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            let mut sorted = items;
            sorted.sort_unstable();
            prop_assert_eq!(popped, sorted);
        }
    }
}
