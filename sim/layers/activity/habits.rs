//! How often people do what: the rates behind a day's plan.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &[
    share("attendance", 0.92)
        .about("Chance that somebody with a job, school or university goes there on a day it is open.")
        .source("assumption: absence of about 8 % from illness, leave and business elsewhere"),
    share("weekend_shift", 0.5)
        .about("Chance that a worker with weekend shifts works on a given weekend day.")
        .source("assumption"),
    share("stop_on_way_home", 0.36)
        .about("Chance of a stop on the way home from work or school, adults.")
        .source("assumption set so that the shipped city travels 0.95 to 1.2 h a day in common daily motifs"),
    share("lunch_out", 0.16)
        .about("Chance that a worker leaves the work place for lunch.")
        .source("assumption fitted to daily motifs (Schneider 2013)"),
    share("evening_tour", 0.4)
        .about("Chance of a tour after coming home from work or school.")
        .source("assumption set so that the shipped city travels 0.95 to 1.2 h a day in common daily motifs"),
    share("out_adult", 0.88)
        .about("Chance that somebody of 18 to 69 without work or school that day leaves home.")
        .source("assumption; household surveys count 10-20 % of persons who stay at home on a day"),
    share("out_child", 0.8).about("The same for children under 18.").source("assumption"),
    share("out_old", 0.72).about("The same from 70 years on.").source("assumption"),
    share("second_stop", 0.36)
        .about("Chance that a tour from home has a second stop.")
        .source("assumption set so that the shipped city travels 0.95 to 1.2 h a day in common daily motifs"),
    share("second_tour", 0.5)
        .about("Chance of a second tour on a day without work or school.")
        .source("assumption set so that the shipped city travels 0.95 to 1.2 h a day in common daily motifs"),
];

const fn share(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::Ratio).default(value).range(0.0, 1.0)
}

/// Probabilities and durations of a day's activities. The defaults are assumptions set so that the shipped city
/// shows 0.9–1.3 hours travelled per person and day (Schafer: 1.1 h; range of surveys 0.75–1.5) and at least 85 % of
/// person-days in 17 daily motifs (Schneider et al. 2013).
#[derive(Clone, Debug, PartialEq)]
pub struct Habits {
    /// Chance that somebody with a job, school or university goes there on a day it is open, 0–1.
    pub attendance: f32,
    /// Chance that a worker with weekend shifts works on a given weekend day, 0–1.
    pub weekend_shift: f32,
    /// Chance of a stop on the way home from work or school, adults, 0–1.
    pub stop_on_way_home: f32,
    /// Chance that a worker leaves the work place for lunch, 0–1.
    pub lunch_out: f32,
    /// Chance of a tour after coming home from the anchor, 0–1.
    pub evening_tour: f32,
    /// Chance that somebody without an anchor that day leaves home at all, ages 18–69, 0–1.
    pub out_adult: f32,
    /// The same for children under 18.
    pub out_child: f32,
    /// The same from 70 years on.
    pub out_old: f32,
    /// Chance that a tour from home has a second stop, 0–1.
    pub second_stop: f32,
    /// Chance of a second tour on a day without anchor, 0–1.
    pub second_tour: f32,
    /// Weights of shop, market, meal, leisure and errand for a discretionary stop.
    pub purpose_weights: [u16; 5],
    /// Shortest and longest stay for each purpose, minutes.
    pub stay_min: [(u16, u16); 5],
}

impl Habits {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        let share = |key| params.f64(key) as f32;
        Self {
            attendance: share("attendance"),
            weekend_shift: share("weekend_shift"),
            stop_on_way_home: share("stop_on_way_home"),
            lunch_out: share("lunch_out"),
            evening_tour: share("evening_tour"),
            out_adult: share("out_adult"),
            out_child: share("out_child"),
            out_old: share("out_old"),
            second_stop: share("second_stop"),
            second_tour: share("second_tour"),
            purpose_weights: [36, 14, 14, 26, 10],
            stay_min: [(10, 40), (20, 80), (40, 100), (45, 150), (15, 60)],
        }
    }
}

impl Default for Habits {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
