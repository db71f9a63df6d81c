//! Vehicle routing instances as researchers exchange them: CVRPLIB (`.vrp`) and Solomon / Gehring-Homberger (`.txt`).

mod solomon;
#[cfg(test)]
mod tests;
mod vrplib;

use super::text::Texts;
use super::traffic::Refused;
use citytwin_routing::tours::{Dispatch, Plan, Rounding, UNLIMITED};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::text::{Faults, Word};
use std::fmt::Write as _;
use std::path::Path;

/// Largest coordinate: distances between points, ten-thousandths of a unit, fit into 32 bits then.
const COORDINATE_MAX: f64 = 50_000.0;
/// Largest number of a header or a row: sums along a tour fit into 32 bits then.
const NUMBER_MAX: f64 = 1e7;

/// An instance, ready to be solved.
#[derive(Clone, Debug)]
pub struct RoutingCase {
    /// Name as the file states it.
    pub name: String,
    /// Orders, vehicles and ways.
    pub task: Dispatch,
    /// Number of each order in solution files.
    pub numbers: Vec<u32>,
    /// Units of the task that make one unit of the file, for distances and times.
    pub scale: i64,
    /// How lengths were made of coordinates; `None` where the file gives a table.
    pub rounding: Option<Rounding>,
    /// What was odd, without making the case unusable.
    pub warnings: Problems,
}

/// Reads an instance; its first line tells which format it is in. `rounding` replaces the convention of the format.
///
/// # Errors
/// All problems of the file at once: `E060` it can't be read or is no instance, `E061` a wrong or missing header,
/// `E062` a wrong value, `E063` rows that are missing, too many or given twice, `E064` a place that isn't there,
/// `E065` orders that nobody can serve.
pub fn read(path: &Path, rounding: Option<Rounding>) -> Result<RoutingCase, Box<Refused>> {
    let mut texts = Texts::new("E060");
    let mut case = None;
    if let Some(text) = texts.open(path) {
        let mut faults = Faults::new(path, &text);
        case = match is_solomon(&text) {
            Some(true) => solomon::read(rounding, &mut faults),
            Some(false) => vrplib::read(rounding, &mut faults),
            None => {
                let problem = Problem::error("E060", "this is no vehicle routing instance");
                faults.whole(problem.help(
                    "a `.vrp` file begins with lines such as `NAME : X-n101-k25`, a Solomon \
                                           file with its name and a line `VEHICLE`",
                ));
                None
            }
        };
        if let Some(case) = &case {
            look_at(case, &mut faults);
        }
        let (name, list) = faults.finish();
        texts.close(name, list, text);
    }
    let Texts { problems, texts, .. } = texts;
    match case {
        Some(case) if !problems.has_errors() => Ok(RoutingCase { warnings: problems, ..case }),
        _ => Err(Box::new(Refused { problems, texts })),
    }
}

/// Whether a text is in Solomon's format; `None` if it is in neither.
fn is_solomon(text: &str) -> Option<bool> {
    let mut words =
        text.lines().take(50).map(|line| line.trim_start_matches('\u{feff}').trim().to_uppercase());
    words.find_map(|line| match line {
        line if line == "VEHICLE" || line == "CUSTOMER" => Some(true),
        line if line.contains(':') || line.ends_with("_SECTION") => Some(false),
        _ => None,
    })
}

/// Finds orders that no plan could serve.
fn look_at(case: &RoutingCase, faults: &mut Faults<'_>) {
    let task = &case.task;
    let time = task.time.as_ref().unwrap_or(&task.distance);
    let orders = &task.orders;
    if orders.is_empty() {
        faults.whole(Problem::error("E063", "there are no orders"));
    }
    let mut total = 0i64;
    for order in 0..orders.len() {
        let (place, number) = (task.depots + order, case.numbers[order]);
        total += i64::from(orders.load[order][0]);
        let carried =
            task.fleet.iter().any(|kind| kind.count > 0 && orders.load[order][0] <= kind.capacity[0]);
        let served = task.fleet.iter().filter(|kind| kind.count > 0).any(|kind| {
            let there = (kind.shift[0] + time.leg(kind.start as usize, place)).max(orders.ready[order]);
            let home = there + orders.service[order] + time.leg(place, kind.end as usize);
            there <= orders.due[order] && home <= kind.shift[1]
        });
        if !carried {
            let what = format!("order {number} is more than any vehicle can take");
            faults.add(Problem::error("E065", what), 0..0);
        } else if !served {
            let what = format!("order {number} can't be reached in its window with a return in time");
            faults.add(Problem::error("E065", what), 0..0);
        }
    }
    let room = |kind: &citytwin_routing::tours::VehicleKind| {
        i64::from(kind.capacity[0]).saturating_mul(kind.count.min(orders.len()) as i64)
    };
    let room = task.fleet.iter().map(room).fold(0, i64::saturating_add);
    if total > room {
        let what = format!("all orders together are {total}, all vehicles together take {room}");
        faults.whole(Problem::error("E065", what));
    }
}

/// A plan in the format of CVRPLIB: a line `Route #1: …` for each tour, then `Cost`, in the units of the instance.
pub fn solution(case: &RoutingCase, plan: &Plan, cost: i64) -> String {
    let mut text = String::new();
    for (at, tour) in plan.tours.iter().enumerate() {
        // Writing to a string can't fail.
        let _ = write!(text, "Route #{}:", at + 1);
        for order in &tour.orders {
            let _ = write!(text, " {}", case.numbers[*order as usize]);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "Cost {}", in_units(cost, case.scale));
    text
}

/// A number of whole units as a decimal number of the file's units, without zeros at its end.
pub fn in_units(cost: i64, scale: i64) -> String {
    let digits = scale.checked_ilog10().unwrap_or(0) as usize;
    if digits == 0 {
        return cost.to_string();
    }
    let sign = if cost < 0 { "-" } else { "" };
    let (whole, part) =
        (cost.unsigned_abs() / scale.unsigned_abs(), cost.unsigned_abs() % scale.unsigned_abs());
    let part = format!("{part:0digits$}");
    let part = part.trim_end_matches('0');
    match part.is_empty() {
        true => format!("{sign}{whole}.0"),
        false => format!("{sign}{whole}.{part}"),
    }
}

/// Units of a task in a number of the file, at most [`UNLIMITED`].
fn scaled(number: f64, scale: i64) -> i32 {
    let units = number * scale as f64;
    // A hair above, so that 0.3 × 10 isn't cut to 2.
    (units + 1e-6).floor().clamp(0.0, f64::from(UNLIMITED)) as i32
}

/// A number of a row that must be at least 0; complains otherwise.
fn amount(word: &Word<'_>, what: &str, faults: &mut Faults<'_>) -> Option<f64> {
    let found = word.number().filter(|n| (0.0..=NUMBER_MAX).contains(n));
    if found.is_none() {
        let what = format!("{what} must be a number from 0 to {NUMBER_MAX}, not `{}`", word.clip());
        faults.error("E062", word.span(), what);
    }
    found
}

/// A whole number of a row; complains otherwise.
fn whole(word: &Word<'_>, what: &str, faults: &mut Faults<'_>) -> Option<u32> {
    let found = word.number().filter(|n| n.fract() == 0.0 && (0.0..=NUMBER_MAX).contains(n));
    if found.is_none() {
        let what = format!("{what} must be a whole number from 0 to {NUMBER_MAX}, not `{}`", word.clip());
        faults.error("E062", word.span(), what);
    }
    found.map(|n| n as u32)
}

/// A coordinate; complains if it is none.
fn coordinate(word: &Word<'_>, faults: &mut Faults<'_>) -> Option<f64> {
    let found = word.number().filter(|n| n.abs() <= COORDINATE_MAX);
    if found.is_none() {
        let what = format!(
            "a coordinate lies between -{COORDINATE_MAX} and {COORDINATE_MAX}, not `{}`",
            word.clip()
        );
        faults.error("E062", word.span(), what);
    }
    found
}
