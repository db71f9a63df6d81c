//! Sets of ids of one noun, one bit each.
use crate::id::Key;
use bitcode::{Decode, Encode};
use std::marker::PhantomData;

/// A set of ids of kind `K`, one bit each.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct IdSet<K> {
    words: Vec<u64>,
    key: PhantomData<K>,
}

impl<K> Default for IdSet<K> {
    fn default() -> Self {
        Self { words: Vec::new(), key: PhantomData }
    }
}

impl<K: Key> IdSet<K> {
    /// An empty set for ids below a number.
    pub fn for_ids(count: usize) -> Self {
        Self { words: vec![0; count.div_ceil(64)], key: PhantomData }
    }
    /// Puts an id in or out.
    pub fn set(&mut self, id: K, inside: bool) {
        if let Some(word) = self.words.get_mut(id.index() / 64) {
            let bit = 1u64 << (id.index() % 64);
            if inside { *word |= bit } else { *word &= !bit }
        }
    }
    /// Whether an id is in.
    #[inline]
    pub fn has(&self, id: K) -> bool {
        self.words.get(id.index() / 64).is_some_and(|word| word >> (id.index() % 64) & 1 == 1)
    }
    /// Sixty-four ids' bits: those from `64 × index` on, the first lowest.
    #[inline]
    pub fn word(&self, index: usize) -> u64 {
        self.words.get(index).copied().unwrap_or(0)
    }
    /// Adds all of another set.
    pub fn union(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }
    /// Number of ids in the set.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
    /// For each sixty-four ids, those in the set before them: what [`Self::rank`] needs.
    pub fn ranks(&self) -> Vec<u32> {
        let count = |sum: &mut u32, word: &u64| Some(std::mem::replace(sum, *sum + word.count_ones()));
        self.words.iter().scan(0, count).collect()
    }
    /// How many ids of the set come before one; `ranks` are its [`Self::ranks`].
    #[inline]
    pub fn rank(&self, ranks: &[u32], id: K) -> usize {
        let at = id.index() / 64;
        let lower = (self.word(at) & ((1 << (id.index() % 64)) - 1)).count_ones();
        ranks.get(at).map_or(0, |before| before + lower) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RoomId;

    #[test]
    fn ids_are_counted_in_order() {
        let chosen = [0, 5, 63, 64, 130, 199];
        let mut set = IdSet::for_ids(200);
        chosen.iter().for_each(|id| set.set(RoomId(*id), true));
        set.set(RoomId(10_000), true);
        let ranks = set.ranks();
        for id in 0..200 {
            assert_eq!(set.has(RoomId(id)), chosen.contains(&id));
            assert_eq!(set.rank(&ranks, RoomId(id)), chosen.iter().filter(|one| **one < id).count());
        }
        assert_eq!((set.count(), set.has(RoomId(10_000))), (6, false));
        set.set(RoomId(5), false);
        assert_eq!((set.count(), set.word(0)), (5, 1 | 1 << 63));
    }
}
