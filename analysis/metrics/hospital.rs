//! Hospitals and tests.
use crate::metric::MetricKind;

/// Metrics of health care.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("hospital_occupancy_beds", "beds", "Ordinary hospital beds with a patient.", |o| {
        o.beds.occupied as f64
    }),
    MetricKind::daily(
        "hospital_capacity_beds",
        "beds",
        "Ordinary hospital beds staffed for the epidemic.",
        |o| o.beds.capacity as f64,
    ),
    MetricKind::daily("icu_occupancy_beds", "beds", "Intensive-care beds with a patient.", |o| {
        o.icu.occupied as f64
    }),
    MetricKind::daily("icu_capacity_beds", "beds", "Intensive-care beds staffed for the epidemic.", |o| {
        o.icu.capacity as f64
    }),
    MetricKind::daily(
        "without_bed_persons",
        "persons",
        "Patients who needed a bed on the day and got none.",
        |o| o.without_bed as f64,
    ),
    MetricKind::daily("tests_done_count", "count", "Tests taken on the day.", |o| o.tests[0] as f64),
    MetricKind::daily("tests_positive_count", "count", "Tests of the day that were positive.", |o| {
        o.tests[1] as f64
    }),
];
