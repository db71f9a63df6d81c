//! How residents drive where there is traffic.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of driving.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("vehicles_share", Unit::Ratio)
        .default(0.25)
        .range(0.01, 1.0)
        .about("Share of vehicles simulated in queues; capacities shrink with it.")
        .source("agent-based traffic models commonly run 10 to 25 % of the population (assumption)"),
    KeySpec::new("traffic_tolerance", Unit::Ratio)
        .default(0.05)
        .range(0.0, 1.0)
        .about(
            "Change of a day's drives, hour by hour, below which its traffic is taken from the day before.",
        )
        .source("assumption"),
    KeySpec::new("route_spread", Unit::Number)
        .default(0.25)
        .range(0.0, 2.0)
        .about("Standard deviation of the logarithm of a link's time as drivers see it.")
        .source("assumption: within what studies of stochastic user equilibrium use"),
    KeySpec::new("junction_delay", Unit::Number)
        .default(1.25)
        .range(1.0, 4.0)
        .about("Time of a link without traffic over that at its free speed: signals, turns, slowing down.")
        .source("assumption"),
];

/// How residents drive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Driving {
    /// Share of vehicles simulated, 0–1.
    pub vehicles_share: f64,
    /// Change of a day's drives below which nothing is worked out anew, 0–1.
    pub tolerance: f64,
    /// Standard deviation of the logarithm of a link's time as drivers see it.
    pub spread: f64,
    /// Time of a link without traffic over that at its free speed.
    pub junction_delay: f64,
}

impl Driving {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            vehicles_share: params.f64("vehicles_share"),
            tolerance: params.f64("traffic_tolerance"),
            spread: params.f64("route_spread"),
            junction_delay: params.f64("junction_delay"),
        }
    }
}

impl Default for Driving {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
