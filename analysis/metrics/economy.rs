//! Work done, as hours and as a share of what was planned.
use crate::metric::MetricKind;
use crate::observation::share;

/// Metrics of work and output.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("work_hours_h", "h", "Hours worked, at work places and from home.", |o| {
        (o.trips.work_min + o.trips.remote_work_min) as f64 / 60.0
    }).summed().more_is_better(),
    MetricKind::daily("remote_work_hours_h", "h", "Hours worked from home by order.", |o| {
        o.trips.remote_work_min as f64 / 60.0
    }).summed(),
    MetricKind::daily(
        "output_share",
        "share",
        "Hours worked over hours planned by those with a job: output where every hour yields the same; empty on \
         days without planned work.",
        |o| share(o.trips.work_min + o.trips.remote_work_min, o.trips.work_planned_min),
    ).more_is_better(),
];
