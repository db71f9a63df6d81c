//! How transit fills.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of transit that fills.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("transit", Unit::Text)
        .text("timetable")
        .choices(&["timetable", "capacity"])
        .about("Whether vehicles take everybody (`timetable`) or as many as they have places (`capacity`); who finds one full waits for the next.")
        .source("choice of the scenario"),
    KeySpec::new("vehicle_places", Unit::Number)
        .default(1.0)
        .range(0.01, 1000.0)
        .about("Places of each vehicle, as a multiple of those the city's timetable gives; they shrink with the share of residents simulated.")
        .source("the timetable's own places: by kind of vehicle, TCRP Report 165 (2013)"),
    KeySpec::new("denied_patience", Unit::Minutes)
        .default(30.0)
        .range(0.0, 1440.0)
        .about("Who is left behind by a full vehicle gives the trip up if the next one leaves later than this after the first full one.")
        .source("assumption"),
];

/// How transit fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filling {
    /// Whether vehicles can fill.
    pub counted: bool,
    /// Places of each vehicle over those that the timetable gives.
    pub places: f64,
    /// Longest wait accepted after the first full vehicle, s.
    pub patience_s: u32,
}

impl Filling {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            counted: params.text("transit") == "capacity",
            places: params.f64("vehicle_places"),
            patience_s: (params.f64("denied_patience") * 60.0).round() as u32,
        }
    }
}

impl Default for Filling {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
