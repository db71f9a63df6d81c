//! Reads a run folder: everything that the report shows, and nothing else.

use crate::checkpoints::{self, Checkpoint};
use crate::error::ReportError;
use crate::lines::{self, Line};
use crate::shapes::{self, Shape};
use crate::table::{self, Cube, Rows, Series};
use crate::traffic::{self, Traffic};
use serde_json::{Map, Value};
use std::path::Path;

/// What was read from a run folder.
#[derive(Clone, Debug, Default)]
pub struct RunFolder {
    /// `run.json` as it stands; a field that is missing is simply not shown.
    pub run: Map<String, Value>,
    /// `metrics.csv`, the metrics of the whole city.
    pub metrics: Series,
    /// `zones.csv`, metrics by zone.
    pub zones: Option<Cube>,
    /// `ages.csv`, metrics by age band.
    pub ages: Option<Cube>,
    /// `settings.csv`, metrics by setting of infection.
    pub settings: Option<Cube>,
    /// `zones.geojson`, where the zones are.
    pub shapes: Vec<Shape>,
    /// `streets.json`, main streets and metro lines as chains of longitude and latitude.
    pub streets: Vec<Vec<[f64; 2]>>,
    /// `checkpoints.csv`, added up over the run for each place.
    pub checkpoints: Vec<Checkpoint>,
    /// `lines.csv`, the hours of each line put together.
    pub lines: Vec<Line>,
    /// `departments.csv`.
    pub departments: Option<Rows>,
    /// `trip_lengths.csv`.
    pub trip_lengths: Option<Rows>,
    /// `trip_times.csv`.
    pub trip_times: Option<Rows>,
    /// `served.csv`.
    pub served: Option<Rows>,
    /// `assets.csv`.
    pub assets: Option<Rows>,
    /// Where cars stood: `jams.csv`, with the places of links from `links.csv`.
    pub traffic: Option<Traffic>,
    /// What was there but could not be used, in words; shown in the report.
    pub notes: Vec<String>,
}

impl RunFolder {
    /// A number of `run.json`.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.run.get(name).and_then(Value::as_f64)
    }

    /// A text of `run.json`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.run.get(name).and_then(Value::as_str)
    }

    /// A list of `run.json`; empty if it is missing.
    pub fn list(&self, name: &str) -> &[Value] {
        self.run.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// Reads a run folder. A table that is not there is left out; a table that is there but broken is left out too, and
/// a note says so.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `run.json` or `metrics.csv` is missing or broken.
pub fn read(folder: &Path) -> Result<RunFolder, ReportError> {
    let run_path = folder.join("run.json");
    let run = match read_json(&run_path)? {
        Value::Object(map) => map,
        _ => return Err(ReportError::content(&run_path, 1, "an object `{…}` was expected")),
    };
    let metrics = table::read_series(&folder.join("metrics.csv"))?;
    let mut read = RunFolder { run, metrics, ..RunFolder::default() };
    let mut notes = Vec::new();
    read.zones = optional(folder, "zones.csv", &mut notes, |path| table::read_cube(path, "zone"));
    read.ages = optional(folder, "ages.csv", &mut notes, |path| table::read_cube(path, "age_band"));
    read.settings = optional(folder, "settings.csv", &mut notes, |path| table::read_cube(path, "setting"));
    read.departments = optional(folder, "departments.csv", &mut notes, table::read_rows);
    read.trip_lengths = optional(folder, "trip_lengths.csv", &mut notes, table::read_rows);
    read.trip_times = optional(folder, "trip_times.csv", &mut notes, table::read_rows);
    read.served = optional(folder, "served.csv", &mut notes, table::read_rows);
    read.assets = optional(folder, "assets.csv", &mut notes, table::read_rows);
    read.traffic = optional(folder, "jams.csv", &mut notes, |_| traffic::read(folder));
    read.checkpoints = optional(folder, "checkpoints.csv", &mut notes, checkpoints::read).unwrap_or_default();
    read.lines = optional(folder, "lines.csv", &mut notes, lines::read).unwrap_or_default();
    read.shapes =
        optional(folder, "zones.geojson", &mut notes, |path| shapes::zones(path, &read_json(path)?))
            .unwrap_or_default();
    read.streets =
        optional(folder, "streets.json", &mut notes, |path| shapes::streets(path, &read_json(path)?))
            .unwrap_or_default();
    read.notes = notes;
    Ok(read)
}

/// Reads a file that a folder need not have; what is wrong with one that is there becomes a note.
pub(crate) fn optional<T>(
    folder: &Path,
    name: &str,
    notes: &mut Vec<String>,
    read: impl FnOnce(&Path) -> Result<T, ReportError>,
) -> Option<T> {
    let path = folder.join(name);
    if !path.exists() {
        return None;
    }
    // Only the file's own name goes into the page: a report is passed on, the folders of its maker are not.
    match read(&path) {
        Ok(value) => Some(value),
        Err(ReportError::Content { line, message, .. }) => {
            notes.push(format!("{name}:{line}: {message}"));
            None
        }
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            notes.push(format!("{name}: {cause}"));
            None
        }
    }
}

pub(crate) fn read_json(path: &Path) -> Result<Value, ReportError> {
    let bytes = std::fs::read(path).map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ReportError::content(path, error.line() as u64, error.to_string()))
}
