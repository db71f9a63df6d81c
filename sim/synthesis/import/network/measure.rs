//! Lengths and speeds of a road network whose files state no units, or not all.

use super::Units;
use crate::import::traffic::TrafficCase;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Tally;

/// Customary units of length: name and metres.
const LENGTHS: [(&str, f64); 4] = [("km", 1000.0), ("mi", 1609.344), ("m", 1.0), ("ft", 0.3048)];
/// Customary units of time: name and hours.
const TIMES: [(&str, f64); 3] = [("min", 1.0 / 60.0), ("h", 1.0), ("s", 1.0 / 3600.0)];
/// Free speed of the median link by which units are guessed, km/h (assumption: a city's main street).
const USUAL_SPEED_KMH: f64 = 50.0;
/// Length of the median link beside the straight line between its ends, by which a unit is guessed (assumption).
const USUAL_DETOUR: f64 = 1.2;
/// Slowest and fastest free speed believed, km/h.
const SPEED_KMH: [f64; 2] = [5.0, 130.0];
/// Longest link believed, m.
const LENGTH_M_MAX: f64 = 200_000.0;

/// What each link of the files measures.
pub(super) struct Measures {
    /// Length, m; 0 where neither length nor time says.
    pub(super) length_m: Vec<f64>,
    /// Free speed, km/h.
    pub(super) speed_kmh: Vec<f64>,
    /// How lengths and times were taken.
    pub(super) told: String,
}

/// Whether coordinates are degrees: all within the globe and near one another.
pub(super) fn are_degrees(position: &[Option<[f64; 2]>]) -> bool {
    let known = || position.iter().flatten();
    let span = |axis: usize| {
        let values = known().map(|p| p[axis]);
        values.fold([f64::INFINITY, f64::NEG_INFINITY], |s, v| [s[0].min(v), s[1].max(v)])
    };
    let near = |[low, high]: [f64; 2]| high - low < 5.0;
    known().all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 85.0) && near(span(0)) && near(span(1))
}

/// The middle of some numbers; `None` without any.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|value| value.is_finite() && *value > 0.0);
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Measures all links. Units that nobody states are those with which the median link looks most like a street: as
/// long as the way between its ends where coordinates are degrees, and about as fast as usual.
pub(super) fn measure(case: &TrafficCase, units: &Units, degrees: bool, tally: &mut Tally) -> Measures {
    let roads = || case.roads.iter().enumerate();
    let time = |at: usize| case.delay.get(at).map_or(0.0, |delay| delay.free_time);
    let stated_m = units.length_m.or(case.units.length_m);
    let fitted = || degrees.then(|| fit_length(case)).flatten();
    let by_speed = case.roads.iter().any(|road| road.free_speed.is_some());
    let pace = median(roads().map(|(at, road)| road.length / time(at)).collect());
    let length = stated_m.map(|m| ("as stated", m)).or_else(fitted);
    let (length, hours) = match (length, units.time_h, by_speed) {
        (length, time_h, true) => (length.unwrap_or(LENGTHS[2]), time_h.unwrap_or(TIMES[0].1)),
        (length, time_h, false) => fit_speed(pace.unwrap_or(1.0), length, time_h),
    };
    let customary = if matches!(length.0, "mi" | "ft") { 1.609_344 } else { 1.0 };
    let speed_unit = units.speed_kmh.or(case.units.speed_kmh).unwrap_or(customary);
    let mut measures = Measures { length_m: Vec::new(), speed_kmh: Vec::new(), told: String::new() };
    for (at, road) in roads() {
        let told_m = (road.length * length.1).min(LENGTH_M_MAX);
        // Where a link states no speed its time is what the file says.
        let by_time = (time(at) > 0.0 && told_m > 0.0).then(|| told_m / 1000.0 / (time(at) * hours));
        let told = road.free_speed.filter(|speed| *speed > 0.0).map(|speed| speed * speed_unit).or(by_time);
        let speed = told.map_or(USUAL_SPEED_KMH, |speed| speed.clamp(SPEED_KMH[0], SPEED_KMH[1]));
        if let Some(odd) = told.filter(|odd| (odd - speed).abs() > 1e-9) {
            let what = "a link's free speed lies outside 5 to 130 km/h; kept within";
            tally.warning("W379", what, || format!("{odd:.1} km/h {}", super::link_name(case, at)));
        }
        let by_time_m = speed * time(at) * hours * 1000.0;
        measures.length_m.push(if told_m > 0.0 { told_m } else { by_time_m.min(LENGTH_M_MAX) });
        measures.speed_kmh.push(speed);
    }
    measures.told = tell(&measures, length, hours, by_speed.then_some(speed_unit), units, case);
    let second = if by_speed { units.speed_kmh.or(case.units.speed_kmh) } else { units.time_h };
    if stated_m.is_none() || second.is_none() {
        let what =
            "the files don't state all units; say otherwise with --length-unit, --time-unit or --speed-unit";
        tally.warning("W376", what, || measures.told.clone());
    }
    measures
}

fn tell(
    measures: &Measures,
    length: (&str, f64),
    hours: f64,
    speed_unit: Option<f64>,
    units: &Units,
    case: &TrafficCase,
) -> String {
    let name = |list: &[(&str, f64)], value: f64, base: &str| {
        let known = list.iter().find(|(_, unit)| (unit / value - 1.0).abs() < 1e-9);
        known.map_or_else(|| format!("{value} {base}"), |(name, _)| (*name).to_owned())
    };
    let said = |stated: bool| if stated { "stated" } else { "assumed" };
    let lengths = name(&LENGTHS, length.1, "m");
    let length_said = said(units.length_m.or(case.units.length_m).is_some());
    let second = match speed_unit {
        Some(kmh) => {
            let unit = name(&[("km/h", 1.0), ("mph", 1.609_344), ("m/s", 3.6)], kmh, "km/h");
            format!("speeds in {unit} ({})", said(units.speed_kmh.or(case.units.speed_kmh).is_some()))
        }
        None => format!("times in {} ({})", name(&TIMES, hours, "h"), said(units.time_h.is_some())),
    };
    let speed = median(measures.speed_kmh.clone()).unwrap_or(USUAL_SPEED_KMH);
    format!("lengths in {lengths} ({length_said}), {second}: the median link is driven at {speed:.0} km/h")
}

/// How far a measure is from the usual one, either way.
fn off(measure: f64, usual: f64) -> f64 {
    (measure / usual).ln().abs()
}

/// The unit with which the median link is about as long as the way between its ends.
fn fit_length(case: &TrafficCase) -> Option<(&'static str, f64)> {
    let per_m = |(at, road): (usize, &crate::import::traffic::Road)| {
        let end =
            |ends: &[u32]| ends.get(at).and_then(|node| case.position.get(*node as usize)).copied().flatten();
        let (Some(a), Some(b)) = (end(&case.from), end(&case.to)) else { return 0.0 };
        let straight_m = distance_m(a[0], a[1], b[0], b[1]);
        if straight_m > 1.0 { road.length / straight_m } else { 0.0 }
    };
    let per_m = median(case.roads.iter().enumerate().map(per_m).collect())?;
    LENGTHS
        .into_iter()
        .min_by(|a, b| off(per_m * a.1, USUAL_DETOUR).total_cmp(&off(per_m * b.1, USUAL_DETOUR)))
}

/// The units with which the median link is driven at about the usual speed; those that are known stay.
fn fit_speed(
    pace: f64,
    length: Option<(&'static str, f64)>,
    time_h: Option<f64>,
) -> ((&'static str, f64), f64) {
    let lengths = length.map_or(LENGTHS.to_vec(), |known| vec![known]);
    let times = time_h.map_or(TIMES.map(|(_, hours)| hours).to_vec(), |known| vec![known]);
    let pairs = lengths.iter().flat_map(|length| times.iter().map(move |hours| (*length, *hours)));
    let speed = |(length, hours): &((&str, f64), f64)| pace * length.1 / 1000.0 / hours;
    let best = pairs.min_by(|a, b| off(speed(a), USUAL_SPEED_KMH).total_cmp(&off(speed(b), USUAL_SPEED_KMH)));
    best.unwrap_or((LENGTHS[0], TIMES[0].1))
}
