//! Who moves, with the chance that decides in which rooms they stay and ride today.
use citytwin_engine::Now;
use citytwin_world::PersonId;
use citytwin_world::draw::block;

/// Purpose of the draws of rooms: one block for each person and day.
pub(super) const ROOM: u32 = 0x0202;

/// A resident under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traveller {
    pub(super) id: PersonId,
    words: [u32; 4],
}

impl Traveller {
    /// A resident on a day.
    pub(super) fn new(now: Now, id: PersonId) -> Self {
        Self::with(id, block(now.seed, ROOM, id.0, now.day(), 0))
    }

    /// A resident whose block of the day was drawn already.
    #[inline]
    pub(super) fn with(id: PersonId, words: [u32; 4]) -> Self {
        Self { id, words }
    }

    /// One of so many rooms of a habitual place, the same all day. Each slot has sixteen bits of its own; those of home
    /// and the anchor, whose rooms are mostly given, are left to [`Self::section`].
    #[inline]
    pub(super) fn room(&self, slot: usize, count: u32) -> u32 {
        let bits = self.words[slot / 2 % 4] >> (16 * (slot % 2)) & 0xffff;
        ((u64::from(bits) * u64::from(count)) >> 16) as u32
    }

    /// Any number, by which sections of the vehicles of a trip are picked.
    #[inline]
    pub(super) fn section(&self, depart_s: u32) -> u32 {
        // Multiplied by the golden ratio, so that trips that follow each other meet different sections.
        self.words[0].wrapping_add(depart_s).wrapping_mul(0x9e37_79b9) >> 8
    }
}
