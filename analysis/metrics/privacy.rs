//! Privacy: what departments hold of each other's records, and what a published map tells and costs.
use crate::metric::MetricKind;

/// Metrics of privacy.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily(
        "exposure_record_days",
        "days",
        "Shared records that departments hold at the end of the day, each times its sensitivity (1 for a negative test, 5 \
         for movements): over a run records times days held.",
        |o| o.exposure[0] as f64,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "shared_about_persons",
        "persons",
        "Persons of whom one department has ever let another see anything.",
        |o| o.exposure[1] as f64,
    )
    .left_at_end()
    .less_is_better(),
    MetricKind::daily(
        "map_withheld_zones",
        "zones",
        "Zones with cases whose number the epidemic map keeps back; empty without a map.",
        |o| o.map.map_or(f64::NAN, |map| map[0]),
    )
    .less_is_better(),
    MetricKind::daily(
        "map_error_persons",
        "persons",
        "Mean difference between the cases that the map tells of a zone and those known; empty without a map.",
        |o| o.map.map_or(f64::NAN, |map| map[1]),
    )
    .less_is_better(),
    MetricKind::daily(
        "map_epsilon_ratio",
        "ratio",
        "Privacy spent on maps with noise so far: the sum of their ε; empty without a map.",
        |o| o.map.map_or(f64::NAN, |map| map[2]),
    )
    .left_at_end()
    .less_is_better(),
];
