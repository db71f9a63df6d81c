//! Who departs in which hour: one bit per person and hour, so an hour costs only those who move.
use citytwin_world::visits::CHUNK;

pub(super) const WORDS: usize = CHUNK / 64;
/// One bit for each person of a chunk.
pub(super) type Bits = [u64; WORDS];

/// Whether a person's bit is set.
pub(super) fn has(bits: &Bits, index: usize) -> bool {
    bits[index / 64 % WORDS] >> (index % 64) & 1 == 1
}

/// Departures of one chunk of persons by hour of the day.
#[derive(Clone)]
pub(super) struct Due {
    bits: Box<[Bits; 24]>,
}

impl Default for Due {
    fn default() -> Self {
        Self { bits: Box::new([[0; WORDS]; 24]) }
    }
}

impl Due {
    /// Nobody departs.
    pub(super) fn clear(&mut self) {
        *self.bits = [[0; WORDS]; 24];
    }
    /// Sets departures from each person's next minute.
    pub(super) fn fill(&mut self, next_min: impl Iterator<Item = u16>) {
        next_min.enumerate().for_each(|(i, minute)| self.set(i, minute));
    }
    /// Notes a departure of the chunk's `index`-th person; minutes beyond the day are tomorrow's business.
    #[inline]
    pub(super) fn set(&mut self, index: usize, minute: u16) {
        if let Some(hour) = self.bits.get_mut(usize::from(minute / 60)) {
            hour[(index / 64) % WORDS] |= 1 << (index % 64);
        }
    }
    /// The chunk's persons due in an hour, in order, leaving their bits set.
    pub(super) fn hour(&self, hour: u32) -> Bits {
        self.bits.get(hour as usize).copied().unwrap_or([0; WORDS])
    }
}

/// Calls `each` for every set bit, lowest first.
pub(super) fn each_bit(words: &Bits, mut each: impl FnMut(usize)) {
    for (w, &word) in words.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            each(w * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
