//! From when to when a hazard acts.
use citytwin_engine::{KeySpec, Moment, Now, Params, Unit};
use citytwin_world::Date;

/// When a hazard begins.
pub const FROM: KeySpec = KeySpec::new("from", Unit::Moment)
    .text("day 0")
    .about("When it begins.")
    .source("assumption: the scenario sets the scene");
/// When a hazard ends.
pub const UNTIL: KeySpec =
    KeySpec::new("until", Unit::Moment).about("When it ends; unset = with the run.").source("assumption");

/// A stretch of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Begin.
    pub from: Option<Moment>,
    /// End.
    pub until: Option<Moment>,
}

impl Schedule {
    /// What [`FROM`] and [`UNTIL`] say.
    pub fn with(params: &Params) -> Self {
        Self { from: params.moment("from"), until: params.moment("until") }
    }
    /// What [`FROM`] says, of a hazard that ends by itself.
    pub fn beginning(params: &Params) -> Self {
        Self { from: params.moment("from"), until: None }
    }
    fn start(now: Now) -> Date {
        now.date.plus(-i32::try_from(now.day()).unwrap_or(i32::MAX))
    }
    /// Hours from the begin to now: 0 in its first hour, negative before it.
    pub fn hours_since_begin(&self, now: Now) -> i64 {
        i64::from(now.tick) - self.from.map_or(0, |moment| moment.tick_from(Self::start(now)))
    }
    /// Whether it acts in an hour.
    pub fn acts(&self, now: Now) -> bool {
        self.hours_since_begin(now) >= 0 && self.hours_since_end(now) < 0
    }
    /// Hours from the end to now: 0 in the first hour after it, negative before; `i64::MIN` where it never ends.
    pub fn hours_since_end(&self, now: Now) -> i64 {
        self.until.map_or(i64::MIN, |moment| i64::from(now.tick) - moment.tick_from(Self::start(now)))
    }
}
