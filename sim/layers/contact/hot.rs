//! The day's infectious rooms: which rooms somebody infectious was in, numbered in order.
use citytwin_world::id::Key;
use citytwin_world::{RoomId, World};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Groups of rooms worked on apart from each other: a fixed number, so results don't depend on the thread count.
pub(super) const PARTS: usize = 64;

/// One bit for each room, and what it takes to number the rooms whose bit is set.
#[derive(Default)]
pub(super) struct HotRooms {
    /// Bits of 64 rooms each. Threads only ever set them, so their order doesn't matter.
    bits: Vec<AtomicU64>,
    /// For each word of `bits`, infectious rooms before it and the part they belong to.
    before: Vec<(u32, u32)>,
    /// Infectious rooms in order.
    rooms: Vec<RoomId>,
    /// First room of each part, as a position in `rooms`, with an end mark.
    part_first: Vec<usize>,
}

impl HotRooms {
    /// Finds today's infectious rooms.
    pub(super) fn find(&mut self, world: &World) {
        let words = (world.people.residents.rooms.count as usize).div_ceil(64);
        if self.bits.len() != words {
            self.bits = (0..words).map(|_| AtomicU64::new(0)).collect();
        }
        self.bits.iter_mut().for_each(|word| *word.get_mut() = 0);
        let (bits, infectivity) = (&self.bits, &world.people.health.infectivity);
        world.visits.chunks.par_iter().for_each(|chunk| {
            for visit in chunk.iter().filter(|v| infectivity[v.person] > 0.0) {
                let bit = 1 << (visit.room.0 % 64);
                if let Some(word) = bits.get(visit.room.index() / 64)
                    && word.load(Ordering::Relaxed) & bit == 0
                {
                    word.fetch_or(bit, Ordering::Relaxed);
                }
            }
        });
        self.number();
    }

    /// Numbers the rooms whose bit is set, and cuts them into parts of about the same number of rooms.
    fn number(&mut self) {
        self.rooms.clear();
        for (w, word) in self.bits.iter_mut().enumerate() {
            let mut rest = *word.get_mut();
            while rest != 0 {
                self.rooms.push(RoomId::from_index(w * 64 + rest.trailing_zeros() as usize));
                rest &= rest - 1;
            }
        }
        let share = self.rooms.len().div_ceil(PARTS).max(1);
        self.before.clear();
        self.part_first.clear();
        self.part_first.push(0);
        let mut before = 0;
        for word in &mut self.bits {
            if before >= self.part_first.len() * share {
                self.part_first.push(before);
            }
            self.before.push((before as u32, self.part_first.len() as u32 - 1));
            before += word.get_mut().count_ones() as usize;
        }
        self.part_first.resize(PARTS + 1, before);
    }

    /// Infectious rooms in order.
    pub(super) fn rooms(&self) -> &[RoomId] {
        &self.rooms
    }

    /// Positions of a part's rooms in [`Self::rooms`].
    pub(super) fn part(&self, part: usize) -> Range<usize> {
        self.part_first[part]..self.part_first[part + 1]
    }

    /// The part and the position of a room, if somebody infectious was in it.
    #[inline]
    pub(super) fn rank(&self, room: RoomId) -> Option<(usize, u32)> {
        let w = room.index() / 64;
        let word = self.bits.get(w)?.load(Ordering::Relaxed);
        let bit = 1u64 << (room.0 % 64);
        if word & bit == 0 {
            return None;
        }
        let (before, part) = *self.before.get(w)?;
        Some((part as usize % PARTS, before + (word & (bit - 1)).count_ones()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_infectious_room_has_its_number_in_its_part() {
        let mut word = 5u32;
        let mut next = |n: u32| {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (word >> 8) % n
        };
        for (rooms, one_in) in [(1, 1), (63, 2), (64, 1), (65, 3), (5_000, 1), (5_000, 70), (40_000, 9)] {
            let mut hot = HotRooms::default();
            let chosen: Vec<u32> = (0..rooms).filter(|_| next(one_in) == 0).collect();
            hot.bits = (0..(rooms as usize).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
            for room in &chosen {
                *hot.bits[*room as usize / 64].get_mut() |= 1 << (room % 64);
            }
            hot.number();
            assert_eq!(hot.rooms().iter().map(|room| room.0).collect::<Vec<_>>(), chosen);
            assert_eq!((hot.part(0).start, hot.part(PARTS - 1).end), (0, chosen.len()));
            for room in 0..rooms {
                let found = hot.rank(RoomId(room));
                assert_eq!(found.is_some(), chosen.binary_search(&room).is_ok());
                if let Some((part, rank)) = found {
                    assert_eq!(hot.rooms()[rank as usize], RoomId(room));
                    assert!(hot.part(part).contains(&(rank as usize)), "{room} of {rooms}");
                }
            }
        }
    }
}
