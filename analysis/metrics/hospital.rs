//! Hospitals, tests and vaccination.
use crate::metric::MetricKind;
use crate::observation::share;

/// Metrics of health care.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("hospital_occupancy_beds", "beds", "Ordinary hospital beds with a patient.", |o| {
        o.beds.occupied as f64
    })
    .at_peak()
    .less_is_better(),
    MetricKind::daily(
        "hospital_staff_present_share",
        "share",
        "Hospital staff who are neither ill, isolated nor dead; beds close as it falls.",
        |o| share(o.staff[0], o.staff[1]),
    )
    .more_is_better(),
    MetricKind::daily(
        "hospital_capacity_beds",
        "beds",
        "Ordinary hospital beds staffed for the epidemic, or still with a patient.",
        |o| o.beds.capacity as f64,
    ),
    MetricKind::daily("icu_occupancy_beds", "beds", "Intensive-care beds with a patient.", |o| {
        o.icu.occupied as f64
    })
    .at_peak()
    .less_is_better(),
    MetricKind::daily(
        "icu_capacity_beds",
        "beds",
        "Intensive-care beds staffed for the epidemic, or still with a patient.",
        |o| o.icu.capacity as f64,
    ),
    MetricKind::daily(
        "without_bed_persons",
        "persons",
        "Patients who needed a bed on the day and got none.",
        |o| o.without_bed as f64,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "field_hospital_occupancy_beds",
        "beds",
        "Ordinary beds of field hospitals with a patient; part of `hospital_occupancy_beds`.",
        |o| o.field_beds.occupied as f64,
    )
    .at_peak(),
    MetricKind::daily(
        "field_hospital_capacity_beds",
        "beds",
        "Ordinary beds of field hospitals in service; part of `hospital_capacity_beds`.",
        |o| o.field_beds.capacity as f64,
    )
    .at_peak(),
    MetricKind::daily(
        "shelter_occupancy_beds",
        "beds",
        "Beds of shelter hospitals in which a case is isolated.",
        |o| o.shelter.occupied as f64,
    )
    .at_peak(),
    MetricKind::daily("shelter_capacity_beds", "beds", "Beds of shelter hospitals in service.", |o| {
        o.shelter.capacity as f64
    })
    .at_peak(),
    MetricKind::daily(
        "shelter_waiting_persons",
        "persons",
        "Cases at home who should be in a shelter hospital and found no bed at midnight.",
        |o| o.shelter_waiting as f64,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("tests_done_count", "count", "Tests taken on the day.", |o| o.tests[0] as f64).summed(),
    MetricKind::daily("tests_positive_count", "count", "Tests of the day that were positive.", |o| {
        o.tests[1] as f64
    })
    .summed(),
    MetricKind::daily("pooled_swabs_count", "count", "Swabs of mass testing taken on the day.", |o| {
        o.pooled[0] as f64
    })
    .summed(),
    MetricKind::daily("pooled_tubes_count", "count", "Tubes of several swabs read on the day.", |o| {
        o.pooled[1] as f64
    })
    .summed(),
    MetricKind::daily("pooled_tubes_positive_count", "count", "Tubes of the day that were positive.", |o| {
        o.pooled[2] as f64
    })
    .summed(),
    MetricKind::daily(
        "doses_given_count",
        "count",
        "Doses of the vaccination campaign given on the day.",
        |o| o.vaccinated[0] as f64,
    )
    .summed(),
    MetricKind::daily(
        "vaccinated_persons",
        "persons",
        "Residents who have had a dose of the vaccination campaign.",
        |o| o.vaccinated[1] as f64,
    )
    .left_at_end()
    .more_is_better(),
];
