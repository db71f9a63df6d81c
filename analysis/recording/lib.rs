//! The trajectories of a run: who moved where, when and how, and how health, codes and whereabouts changed.
//!
//! A folder `trajectories` holds `people.ctr` (who is recorded) and one file a day, `day-0000.ctr` and so on. Each file
//! appears whole or not at all, so that a run that was interrupted goes on where it stood. A day is made of blocks, each
//! compressed by itself column by column: a key frame (where everybody is at midnight, and their state), the trips that
//! were under way at midnight, the trips begun in each ten minutes, and the changes of state seen after each hour. An
//! index before them says where each block lies, how much it holds, and what it amounts to, so that an overview needs no
//! block at all and any minute only a few.
//!
//! Routes over streets are not written: a trip's ends, mode and minutes say which quickest way it was, and whoever draws
//! it finds that way on the same streets. Vehicles are written, since which one came is an outcome of the run.
mod block;
mod day;
mod error;
mod file;
mod people;
mod state;
mod trips;

#[cfg(test)]
mod tests;

pub use day::{CHUNK_MIN, CHUNKS, Change, ChunkIndex, Day, DayFile, HOURS, HourIndex};
pub use error::RecordingError;
pub use people::{People, Person};
pub use state::State;
pub use trips::{Ride, Trip, Trips};

use std::path::{Path, PathBuf};

/// Name of the folder inside a run folder.
pub const FOLDER: &str = "trajectories";

/// Name of the file in that folder that tells of which run it is (JSON, with the names of `run.json`). It is there from
/// before the first day on, so that a run can be looked at while it goes on.
pub const BEGUN: &str = "begun.json";

/// The file of a day inside the folder of trajectories.
#[must_use]
pub fn day_path(folder: &Path, day: u32) -> PathBuf {
    folder.join(format!("day-{day:04}.ctr"))
}

/// The days recorded in a folder of trajectories, in order.
///
/// # Errors
/// When the folder cannot be read.
pub fn days(folder: &Path) -> Result<Vec<u32>, RecordingError> {
    let entries = std::fs::read_dir(folder).map_err(RecordingError::file(folder))?;
    let number = |entry: std::fs::DirEntry| {
        let name = entry.file_name();
        name.to_str()?.strip_prefix("day-")?.strip_suffix(".ctr")?.parse::<u32>().ok()
    };
    let mut days: Vec<u32> = entries.flatten().filter_map(number).collect();
    days.sort_unstable();
    Ok(days)
}
