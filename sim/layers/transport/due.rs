//! Who departs in which hour: one bit per person and hour, so an hour costs only those who move.
use citytwin_world::visits::CHUNK;

pub(super) const WORDS: usize = CHUNK / 64;

/// Departures of one chunk of persons by hour of the day.
#[derive(Clone)]
pub(super) struct Due {
    bits: Box<[[u64; WORDS]; 24]>,
}

impl Default for Due {
    fn default() -> Self {
        Self { bits: Box::new([[0; WORDS]; 24]) }
    }
}

impl Due {
    /// Sets all departures from each person's next minute.
    pub(super) fn fill(&mut self, next_min: impl Iterator<Item = u16>) {
        *self.bits = [[0; WORDS]; 24];
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
    pub(super) fn hour(&self, hour: u32) -> [u64; WORDS] {
        self.bits.get(hour as usize).copied().unwrap_or([0; WORDS])
    }
}

/// Calls `each` for every set bit, lowest first.
pub(super) fn each_bit(words: &[u64; WORDS], mut each: impl FnMut(usize)) {
    for (w, &word) in words.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            each(w * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
