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

/// All tables and whether they are written as Parquet too (the large ones).
const TABLES: &[(Build, bool)] = &[
    (daily::metrics, true),
    (daily::zones, true),
    (daily::ages, true),
    (daily::settings, true),
    (infections::infections, true),
    (daily::codes, true),
    (services::checkpoints, true),
    (services::departments, true),
    (services::services, true),
    (services::hospitals, true),
    (mobility::departures, true),
    (mobility::trip_lengths, true),
    (mobility::motifs, true),
    (mobility::contacts, true),
    (mobility::trips, true),
];

/// Writes all tables that have something to show, and `tables.json`, which says what is in them.
///
/// # Errors
/// What the system says, or a fault in a table.
pub fn write_all(folder: &RunFolder, source: &Source) -> Result<(), StudyError> {
    let mut described = Vec::new();
    for (build, with_parquet) in TABLES {
        if let Some(table) = build(source) {
            folder.write_table(&table, *with_parquet)?;
            described.push(describe(&table, *with_parquet));
        }
    }
    let text = format!("{:#}\n", json!({"tables": described}));
    folder.write_bytes("tables.json", text.as_bytes())?;
    Ok(())
}

/// A table in words: its files, rows, and each column with unit and meaning.
fn describe(table: &Table, with_parquet: bool) -> Value {
    let columns: Vec<Value> =
        table.columns.iter().map(|c| json!({"name": c.name, "unit": c.unit, "summary": c.summary})).collect();
    let mut files = vec![format!("{}.csv", table.name)];
    if with_parquet {
        files.push(format!("{}.parquet", table.name));
    }
    json!({"name": table.name, "summary": table.summary, "files": files, "rows": table.rows(), "columns": columns})
}
