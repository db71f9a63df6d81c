//! How residents drive where there is traffic.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of driving.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("vehicles_share", Unit::Ratio)
        .default(0.25)
        .range(0.01, 1.0)
        .about("Share of vehicles simulated, in queues or as volumes; each stands for several, or capacities shrink with it.")
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
    KeySpec::new("assignment_gap", Unit::Number)
        .default(1e-4)
        .range(1e-8, 0.1)
        .about("Relative gap of the hourly equilibrium at depth `assignment`: time that drivers could save by other ways, as a share of all time.")
        .source("Boyce, Ralevic-Dekic and Bar-Gera 2004: link flows are stable below 0.0001"),
    KeySpec::new("volume_delay_b", Unit::Number)
        .default(0.15)
        .range(0.0, 10.0)
        .about("What volume at capacity adds to a link's time at depth `assignment`, as a share of its time without traffic.")
        .source("Bureau of Public Roads 1964"),
    KeySpec::new("volume_delay_power", Unit::Number)
        .default(4.0)
        .range(0.0, 20.0)
        .about("Exponent of volume over capacity in a link's time at depth `assignment`.")
        .source("Bureau of Public Roads 1964"),
];

/// Keys that only count at depth `queue`.
pub const ONLY_QUEUE: &[&str] = &["route_spread"];
/// Keys that only count at depth `assignment`.
pub const ONLY_ASSIGNMENT: &[&str] = &["assignment_gap", "volume_delay_b", "volume_delay_power"];

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
    /// Relative gap of an hour's equilibrium.
    pub gap: f64,
    /// What volume at capacity adds to a link's time, as a share of that without traffic.
    pub delay_b: f64,
    /// Exponent of volume over capacity.
    pub delay_power: f64,
}

impl Driving {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            vehicles_share: params.f64("vehicles_share"),
            tolerance: params.f64("traffic_tolerance"),
            spread: params.f64("route_spread"),
            junction_delay: params.f64("junction_delay"),
            gap: params.f64("assignment_gap"),
            delay_b: params.f64("volume_delay_b"),
            delay_power: params.f64("volume_delay_power"),
        }
    }
}

impl Default for Driving {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
