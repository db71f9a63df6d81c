//! Who is without power, phone, water and hospital, and for how long.
use crate::metric::MetricKind;
use bitcode::{Decode, Encode};
use citytwin_world::Outages;
use citytwin_world::infrastructure::Service;

/// Least share of residents served that counts as recovered.
const RECOVERED: f32 = 0.9;

/// What failed on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct OutageDay {
    /// Person-hours without each service, in the order of [`Service`].
    pub without_person_h: [f64; Service::COUNT],
    /// Hours with fewer than nine in ten residents served, likewise.
    pub below_90_h: [u32; Service::COUNT],
    /// Person-hours away from homes that a hazard made uninhabitable.
    pub displaced_person_h: f64,
    /// Most assets out of service in any hour.
    pub assets_down: u32,
    /// Most lines tripped by overload in any hour.
    pub lines_tripped: u32,
}

impl OutageDay {
    /// The day that the outages hold.
    pub fn of(outages: &Outages) -> Self {
        let hours = outages.hours.iter();
        let below =
            |service: usize| hours.clone().filter(|hour| hour.city[service] < RECOVERED).count() as u32;
        Self {
            without_person_h: outages.without_person_h,
            below_90_h: std::array::from_fn(below),
            displaced_person_h: outages.displaced_person_h,
            assets_down: hours.clone().map(|hour| hour.assets_down).max().unwrap_or(0),
            lines_tripped: hours.map(|hour| hour.lines_tripped).max().unwrap_or(0),
        }
    }
}

/// Metrics of infrastructure; all 0 while everything works. Person-hours over residents are the equivalent outage hours,
/// the area above the curve of who is served (Bruneau et al. 2003, Earthquake Spectra 19:733).
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("without_power_h", "h", "Person-hours without power at home.", |o| {
        o.outages.without_person_h[Service::Power as usize]
    })
    .summed()
    .less_is_better(),
    MetricKind::daily("without_mobile_h", "h", "Person-hours without a mobile connection at home.", |o| {
        o.outages.without_person_h[Service::Mobile as usize]
    })
    .summed()
    .less_is_better(),
    MetricKind::daily("without_water_h", "h", "Person-hours without water at home.", |o| {
        o.outages.without_person_h[Service::Water as usize]
    })
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "without_hospital_h",
        "h",
        "Person-hours of residents whose nearest hospital was without power or water.",
        |o| o.outages.without_person_h[Service::Hospital as usize],
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("power_below_90_h", "h", "Hours with power for fewer than 90 % of residents.", |o| {
        f64::from(o.outages.below_90_h[Service::Power as usize])
    })
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "mobile_below_90_h",
        "h",
        "Hours with a mobile connection for fewer than 90 % of residents.",
        |o| f64::from(o.outages.below_90_h[Service::Mobile as usize]),
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("water_below_90_h", "h", "Hours with water for fewer than 90 % of residents.", |o| {
        f64::from(o.outages.below_90_h[Service::Water as usize])
    })
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "displaced_h",
        "h",
        "Person-hours of residents whose home was uninhabitable, as under water.",
        |o| o.outages.displaced_person_h,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "assets_down_count",
        "count",
        "Most assets out of service in any hour of the day.",
        |o| f64::from(o.outages.assets_down),
    )
    .at_peak()
    .less_is_better(),
    MetricKind::daily(
        "lines_tripped_count",
        "count",
        "Most high-voltage lines tripped by overload in any hour of the day.",
        |o| f64::from(o.outages.lines_tripped),
    )
    .at_peak()
    .less_is_better(),
];
