//! Simulated time: ticks of an hour, days, and the phases inside a tick.
use citytwin_world::{Date, DayType, Weekday};
use std::sync::Arc;

/// Ticks per day; a tick is one hour.
pub const TICKS_PER_DAY: u32 = 24;

/// The whole schedule of a tick, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Hazards strike or end.
    Hazard,
    /// Infrastructure and digital services settle on this hour's levels.
    Services,
    /// Residents plan their day (at midnight).
    Plan,
    /// Residents travel, queue, arrive, stay.
    Move,
    /// Contact in shared rooms and transmission (at the end of the day).
    Mix,
    /// Disease runs its course; patients are admitted and discharged.
    Care,
    /// Goods are made, carried and used.
    Supply,
    /// Departments observe and tell the board.
    Report,
    /// Policies read the board and set the levers of the next tick.
    Decide,
}

impl Phase {
    /// All phases in the order in which a tick runs them.
    pub const ORDER: [Self; 9] = [
        Self::Hazard,
        Self::Services,
        Self::Plan,
        Self::Move,
        Self::Mix,
        Self::Care,
        Self::Supply,
        Self::Report,
        Self::Decide,
    ];
    /// The name shown in `run.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hazard => "hazard",
            Self::Services => "services",
            Self::Plan => "plan",
            Self::Move => "move",
            Self::Mix => "mix",
            Self::Care => "care",
            Self::Supply => "supply",
            Self::Report => "report",
            Self::Decide => "decide",
        }
    }
}

/// The calendar of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Date of day 0.
    pub start: Date,
    /// Public holidays.
    pub holidays: Arc<Vec<Date>>,
}

impl Calendar {
    /// Kind of day `day` days after the start.
    pub fn day_type(&self, day: u32) -> DayType {
        let date = self.date(day);
        if self.holidays.contains(&date) {
            return DayType::Sunday;
        }
        match date.weekday() {
            Weekday::Saturday => DayType::Saturday,
            Weekday::Sunday => DayType::Sunday,
            _ => DayType::Workday,
        }
    }
    /// Date `day` days after the start.
    pub fn date(&self, day: u32) -> Date {
        self.start.plus(i32::try_from(day).unwrap_or(i32::MAX))
    }
}

/// The present hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    /// Hours since the start of the run.
    pub tick: u32,
    /// Date of this day.
    pub date: Date,
    /// Kind of this day.
    pub day_type: DayType,
    /// Seed of the run: the first part of every draw's key.
    pub seed: u64,
}

impl Now {
    /// Days since the start of the run.
    pub const fn day(self) -> u32 {
        self.tick / TICKS_PER_DAY
    }
    /// Hour of the day, 0–23.
    pub const fn hour(self) -> u32 {
        self.tick % TICKS_PER_DAY
    }
    /// Whether the day begins with this tick.
    pub const fn day_begins(self) -> bool {
        self.hour() == 0
    }
    /// Whether the day ends with this tick.
    pub const fn day_ends(self) -> bool {
        self.hour() == TICKS_PER_DAY - 1
    }
    /// Weekday as a bit of a service mask: bit 0 is Monday; holidays run as Sunday.
    pub fn service_bit(self) -> u8 {
        match self.day_type {
            DayType::Saturday => 1 << 5,
            DayType::Sunday => 1 << 6,
            DayType::Workday => 1 << (self.date.weekday() as u8),
        }
    }
}
