//! Reads GTFS feeds into the timetable of a representative week.
mod calendar;
mod complete;
mod feed;
mod times;
mod timetable;

pub use timetable::{CAPACITIES, Capacity, RouteType};

use crate::near::Near;
use citytwin_world::Transit;
use citytwin_world::problem::{Problems, Tally};
use std::path::{Path, PathBuf};

/// Stops farther than this from every footpath lie outside the city, m; runs are cut to the part inside.
pub const STOP_TO_STREET_M_MAX: f64 = 1000.0;

/// Reads feeds in the order given into one timetable. `foot` holds the junctions that pedestrians can reach.
///
/// # Errors
/// All problems of all feeds: `E311` a zip cannot be read, `E312` a table is missing, `E313` a table is broken.
pub fn read(zips: &[PathBuf], foot: &Near, tally: &mut Tally) -> Result<Transit, Problems> {
    let mut transit = Transit::default();
    let mut problems = Problems::new();
    for path in zips {
        match feed::read(path, tally) {
            Ok(feed) => timetable::add(feed, foot, &mut transit, tally),
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(transit) }
}

/// The feeds of a folder: every `.zip` in it, by name.
pub fn zips_in(folder: &Path) -> Vec<PathBuf> {
    let mut zips: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")))
        .collect();
    zips.sort();
    zips
}
