//! The tables of a run folder, each built from the world and the recorder when it is written.
mod daily;
mod infections;
mod mobility;
mod services;

use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::recorder::Recorder;
use crate::table::Table;
use citytwin_engine::Simulation;
use citytwin_metrics::{MetricKind, Observer};
use serde_json::{Value, json};

/// What tables are built from.
pub struct Source<'a> {
    /// The simulation at the end of the run.
    pub simulation: &'a Simulation,
    /// What was recorded on the way.
    pub recorder: &'a Recorder,
    /// The observer of that world.
    pub observer: &'a Observer,
    /// Metrics in the order of their columns.
    pub metrics: &'a [&'static MetricKind],
}

/// Builds a table; `None` where the run has nothing to show in it.
type Build = fn(&Source) -> Option<Table>;

/// All tables that are always written: their size follows from days, zones and doors.
const AGGREGATES: &[Build] = &[
    daily::metrics,
    daily::zones,
    daily::ages,
    daily::settings,
    daily::codes,
    services::checkpoints,
    services::departments,
    services::services,
    services::hospitals,
    mobility::departures,
    mobility::trip_lengths,
    mobility::motifs,
    mobility::contacts,
];

/// Tables with a row per infection or trip, written where a scenario asks for them.
const SINGLES: &[(&str, Build)] = &[("infections", infections::infections), ("trips", mobility::trips)];

/// Writes all tables that have something to show, as CSV and Parquet, and `tables.json`, which says what is in them;
/// of those with a row per infection or trip only the `wanted` ones.
///
/// # Errors
/// What the system says, or a fault in a table.
pub fn write_all(folder: &RunFolder, source: &Source, wanted: &[String]) -> Result<(), StudyError> {
    let mut described = Vec::new();
    let singles = SINGLES.iter().filter(|(name, _)| wanted.iter().any(|w| w == name)).map(|(_, build)| build);
    for build in AGGREGATES.iter().chain(singles) {
        if let Some(table) = build(source) {
            folder.write_table(&table)?;
            described.push(describe(&table));
        }
    }
    let text = format!("{:#}\n", json!({"tables": described}));
    folder.write_bytes("tables.json", text.as_bytes())?;
    Ok(())
}

/// A table in words: its files, rows, and each column with unit and meaning.
fn describe(table: &Table) -> Value {
    let columns: Vec<Value> =
        table.columns.iter().map(|c| json!({"name": c.name, "unit": c.unit, "summary": c.summary})).collect();
    let files = [format!("{}.csv", table.name), format!("{}.parquet", table.name)];
    json!({"name": table.name, "summary": table.summary, "files": files, "rows": table.rows(), "columns": columns})
}
