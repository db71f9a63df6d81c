//! Trips made and trips that came to nothing.
use crate::metric::MetricKind;
use crate::observation::Observation;
use citytwin_world::kinds::Mode;
use citytwin_world::roads::DriveTimes;
use citytwin_world::services::Cause;

/// What a mean time of drives comes to over the day's trips by car, h.
fn hours_of_cars(o: &Observation, mean_s: fn(&DriveTimes) -> f32) -> f64 {
    o.drives.map_or(f64::NAN, |times| f64::from(mean_s(&times)) * o.trips_by(Mode::Car) as f64 / 3600.0)
}

/// Metrics of movement.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("trips_made_count", "count", "Trips finished on the day.", |o| o.trips_made() as f64).summed().more_is_better(),
    MetricKind::daily("trips_prevented_count", "count", "Trips of the day not made or turned back.", |o| {
        o.trips.prevented.iter().sum::<u64>() as f64
    }).summed().less_is_better(),
    MetricKind::daily("travel_h_per_person", "h_per_person", "Hours under way per living resident.", |o| {
        o.trips.minutes.iter().sum::<u64>() as f64 / 60.0 / o.alive().max(1) as f64
    }),
    MetricKind::daily("trip_length_km", "km", "Mean length of the day's trips; empty without trips.", |o| {
        o.trips.metres.iter().sum::<u64>() as f64 / 1000.0 / o.trips_made() as f64
    }),
    MetricKind::daily("trips_walk_count", "count", "Trips on foot.", |o| o.trips_by(Mode::Walk) as f64).summed(),
    MetricKind::daily("trips_bicycle_count", "count", "Trips by bicycle.", |o| {
        o.trips_by(Mode::Bicycle) as f64
    }).summed(),
    MetricKind::daily("trips_car_count", "count", "Trips by car.", |o| o.trips_by(Mode::Car) as f64).summed(),
    MetricKind::daily("trips_bus_count", "count", "Trips by bus.", |o| o.trips_by(Mode::Bus) as f64).summed(),
    MetricKind::daily("trips_metro_count", "count", "Trips by metro or rail.", |o| {
        o.trips_by(Mode::Metro) as f64
    }).summed(),
    MetricKind::daily("car_trip_min", "min", "Mean time of trips by car; empty without such trips.", |o| {
        o.trips.minutes[Mode::Car as usize] as f64 / o.trips_by(Mode::Car) as f64
    }).less_is_better(),
    MetricKind::daily(
        "car_delay_min",
        "min",
        "Mean time of a trip by car on a day of this kind beyond that on empty roads with no link closed; empty where \
         movement knows no traffic.",
        |o| o.drives.map_or(f64::NAN, |t| f64::from(t.known_s - t.open_s) / 60.0),
    ).less_is_better(),
    MetricKind::daily(
        "lost_congestion_h",
        "h",
        "Time that others on the road cost those who go by car: the mean delay times the day's trips.",
        |o| hours_of_cars(o, |t| t.known_s - t.empty_s),
    ).summed().less_is_better(),
    MetricKind::daily(
        "lost_closures_h",
        "h",
        "Time that ways round closed links cost those who go by car, were the roads empty.",
        |o| hours_of_cars(o, |t| t.empty_s - t.open_s),
    ).summed().less_is_better(),
    MetricKind::daily(
        "traffic_gap_ratio",
        "ratio",
        "How far the times known on a day of this kind are from equilibrium: at depth `queue` by what share those met \
         were longer, at `assignment` the relative gap; empty where movement knows no traffic.",
        |o| o.traffic_gap,
    ),
    MetricKind::daily("links_closed_count", "count", "Links closed to cars at the end of the day.", |o| {
        o.roads[0] as f64
    }),
    MetricKind::daily(
        "footways_closed_count",
        "count",
        "Links closed to those on foot and on bicycles at the end of the day.",
        |o| o.roads[2] as f64,
    ),
    MetricKind::daily(
        "detours_count",
        "count",
        "Trips on foot, by bicycle and, where movement knows no traffic, by car that closed streets made longer.",
        |o| o.trips.detours as f64,
    ).summed(),
    MetricKind::daily(
        "detour_min",
        "min",
        "Mean time that closed streets added to each of those trips; empty without any.",
        |o| o.trips.detour_s as f64 / 60.0 / o.trips.detours as f64,
    ),
    MetricKind::daily(
        "traffic_worked_out_count",
        "count",
        "How often the day's traffic was worked out anew; 0 where it was like a day before.",
        |o| o.roads[1] as f64,
    ).summed(),
    MetricKind::daily("boardings_count", "count", "Boardings of buses and metros.", |o| {
        o.trips.boardings as f64
    }).summed(),
    MetricKind::daily("prevented_code_count", "count", "Trips turned back for the colour of a code.", |o| {
        o.trips.prevented[Cause::CodeRefused as usize] as f64
    }).summed(),
    MetricKind::daily(
        "prevented_no_code_count",
        "count",
        "Trips turned back because no code could be shown.",
        |o| o.trips.prevented[Cause::NoCode as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_no_test_count",
        "count",
        "Trips turned back for want of a recent negative test.",
        |o| o.trips.prevented[Cause::NoTest as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_shunned_count",
        "count",
        "Trips dropped for what the epidemic map shows of the zone.",
        |o| o.trips.prevented[Cause::Shunned as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_balked_count",
        "count",
        "Trips given up in the queue of a checkpoint.",
        |o| o.trips.prevented[Cause::Balked as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_closed_count",
        "count",
        "Trips not made because the place is closed.",
        |o| o.trips.prevented[Cause::Closed as usize] as f64,
    ).summed(),
    MetricKind::daily("prevented_lockdown_count", "count", "Trips not made in a lockdown.", |o| {
        o.trips.prevented[Cause::Lockdown as usize] as f64
    }).summed(),
    MetricKind::daily(
        "prevented_isolated_count",
        "count",
        "Trips not made by those ordered to stay at home.",
        |o| o.trips.prevented[Cause::Isolated as usize] as f64,
    ).summed(),
    MetricKind::daily(
        "prevented_remote_work_count",
        "count",
        "Trips to work saved by work from home.",
        |o| o.trips.prevented[Cause::Remote as usize] as f64,
    ).summed(),
    MetricKind::daily("prevented_ill_count", "count", "Trips not made for illness.", |o| {
        o.trips.prevented[Cause::Ill as usize] as f64
    }).summed(),
    MetricKind::daily("prevented_no_route_count", "count", "Trips for which no way was found.", |o| {
        o.trips.prevented[Cause::NoRoute as usize] as f64
    }).summed(),
];
