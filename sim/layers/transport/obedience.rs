//! How far residents follow orders and their own illness.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("isolation_adherence", Unit::Ratio)
        .default(0.9)
        .range(0.0, 1.0)
        .about("Share of residents who stay at home when ordered to.")
        .source("Kucharski 2020: 90 % tested and adherent"),
    KeySpec::new("ill_at_home", Unit::Ratio)
        .default(0.4)
        .range(0.0, 1.0)
        .about("Share of persons with mild symptoms who stay at home unasked.")
        .source("assumption"),
    KeySpec::new("daily_needs_bound", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Part of a lockdown's strictness that binds trips to shops, pharmacies and doctors.")
        .source("assumption"),
    KeySpec::new("settle", Unit::Text)
        .text("daily")
        .choices(&["daily", "hourly"])
        .about("Whether days that nothing disturbs are moved at midnight in one go or hour by hour; no result depends on it.")
        .source("daily is faster; hourly is the plain way it is compared with"),
];

/// How far residents follow orders and their own illness.
#[derive(Clone, Debug, PartialEq)]
pub struct Obedience {
    /// Share of residents who stay at home when ordered to isolate, 0–1.
    pub isolation: f32,
    /// Share of persons with mild symptoms who stay at home unasked, 0–1.
    pub ill_at_home: f32,
    /// Part of a lockdown's strictness that binds trips for daily needs, 0–1.
    pub daily_needs: f32,
}

impl Obedience {
    /// What the keys of the layer say.
    pub fn with(params: &Params) -> Self {
        Self {
            isolation: params.f64("isolation_adherence") as f32,
            ill_at_home: params.f64("ill_at_home") as f32,
            daily_needs: params.f64("daily_needs_bound") as f32,
        }
    }
}

impl Default for Obedience {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
