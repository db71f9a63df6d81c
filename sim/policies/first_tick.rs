//! The first hour in which a policy acts, from which it counts its own time.
use bitcode::{Decode, Encode};
use citytwin_engine::{Now, TICKS_PER_DAY};

/// That hour, ticks since the start of the run, once the policy has acted; it stays while the policy rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct FirstTick(Option<u32>);

impl FirstTick {
    /// That hour, which is this one if the policy has not acted before.
    pub fn at(&mut self, tick: u32) -> u32 {
        *self.0.get_or_insert(tick)
    }

    /// The first whole day from that hour on, and the days since then, from 0; `None` before that day.
    pub fn days(&mut self, now: Now) -> Option<(u32, u32)> {
        let first_day = self.at(now.tick).div_ceil(TICKS_PER_DAY);
        Some((first_day, now.day().checked_sub(first_day)?))
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> Vec<u8> {
        bitcode::encode(self)
    }

    /// Takes up what was saved; false where the bytes make no sense.
    pub fn load(&mut self, saved: &[u8]) -> bool {
        bitcode::decode(saved).map(|first| *self = first).is_ok()
    }
}
