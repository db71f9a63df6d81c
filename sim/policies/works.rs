//! Building works: what is ordered when a policy first acts stands so many hours later.
use crate::first_tick::FirstTick;
use bitcode::{Decode, Encode};

/// Something being built, begun in the first hour in which its policy acts. Work goes on while the policy rests.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Works {
    ticks: u32,
    begun: FirstTick,
}

impl Works {
    /// Works that take so many days.
    pub fn of_days(days: f64) -> Self {
        let ticks = (days * f64::from(citytwin_engine::TICKS_PER_DAY)).round() as u32;
        Self { ticks, begun: FirstTick::default() }
    }

    /// Whether it stands at a tick at which the policy acts.
    pub fn stand(&mut self, tick: u32) -> bool {
        tick >= self.begun.at(tick).saturating_add(self.ticks)
    }
}
