//! Full vehicles, closed stops and runs that don't run.
use crate::metric::MetricKind;
use citytwin_world::services::Cause;

/// Metrics of transit that fills; 0 or empty where every vehicle takes everybody.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily(
        "boardings_denied_count",
        "count",
        "Times that somebody found a vehicle full and stayed behind.",
        |o| o.passengers.denied as f64,
    ).summed().less_is_better(),
    MetricKind::daily(
        "denied_wait_min",
        "min",
        "Mean wait of those left behind, from the first full vehicle to the one boarded or to giving up; empty without \
         any.",
        |o| o.passengers.denied_wait_s as f64 / 60.0 / o.passengers.left_behind as f64,
    ).less_is_better(),
    MetricKind::daily(
        "vehicle_load_max_share",
        "share",
        "Greatest share of places taken in any vehicle between two stops; empty where vehicles take everybody.",
        |o| o.load_max.map_or(f64::NAN, f64::from),
    ).at_peak().less_is_better(),
    MetricKind::daily(
        "prevented_no_room_count",
        "count",
        "Trips given up at a stop because vehicles were full.",
        |o| o.trips.prevented[Cause::NoRoom as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_stop_closed_count",
        "count",
        "Trips given up by those on the way to a stop when it closed.",
        |o| o.trips.prevented[Cause::StopClosed as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "off_transit_count",
        "count",
        "Trips made on foot or by car because closed stops left no way by transit.",
        |o| o.trips.off_transit as f64,
    ).summed(),
    MetricKind::daily("stops_closed_count", "count", "Stops closed at the end of the day.", |o| {
        o.stops_closed as f64
    }),
    MetricKind::daily("runs_cut_count", "count", "Runs of the day's timetable that did not run.", |o| {
        o.passengers.runs_cut as f64
    }).summed(),
];
