//! The tables of a run folder, each built from the world and the recorder when it is written.
mod daily;
mod infections;
mod infrastructure;
mod mobility;
mod services;
mod supply;
mod traffic;
mod transit;

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

/// All tables whose size follows from days, zones and doors.
const AGGREGATES: &[(&str, Build)] = &[
    ("metrics", daily::metrics),
    ("zones", daily::zones),
    ("ages", daily::ages),
    ("settings", daily::settings),
    ("codes", daily::codes),
    ("checkpoints", services::checkpoints),
    ("departments", services::departments),
    ("services", services::services),
    ("hospitals", services::hospitals),
    ("departures", mobility::departures),
    ("trip_lengths", mobility::trip_lengths),
    ("trip_times", traffic::trip_times),
    ("motifs", mobility::motifs),
    ("contacts", mobility::contacts),
    ("links", traffic::links),
    ("jams", traffic::jams),
    ("lines", transit::lines),
    ("served", infrastructure::served),
    ("served_zones", infrastructure::served_zones),
    ("assets", infrastructure::assets),
    ("stocks", supply::stocks),
    ("shortages", supply::shortages),
    ("deliveries", supply::deliveries),
];

/// Tables with a row per infection or trip, only written where a scenario asks for them.
const SINGLES: &[(&str, Build)] = &[("infections", infections::infections), ("trips", mobility::trips)];

/// Which tables a run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Those named.
    pub names: Vec<String>,
    /// Whether all aggregates are written too.
    pub aggregates: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { names: Vec::new(), aggregates: true }
    }
}

impl Wanted {
    /// Whether a table of a name is written.
    pub fn has(&self, name: &str) -> bool {
        // Without its metrics a run folder would be none.
        let aggregate = self.aggregates && AGGREGATES.iter().any(|(other, _)| *other == name);
        name == "metrics" || aggregate || self.names.iter().any(|other| other == name)
    }
}

/// Writes the wanted tables that have something to show, as CSV and Parquet, and `tables.json`, which says what is in
/// them.
///
/// # Errors
/// What the system says, or a fault in a table.
pub fn write_all(folder: &RunFolder, source: &Source, wanted: &Wanted) -> Result<(), StudyError> {
    let mut described = Vec::new();
    for (_, build) in AGGREGATES.iter().chain(SINGLES).filter(|(name, _)| wanted.has(name)) {
        if let Some(table) = build(source) {
            folder.write_table(&table)?;
            described.push(describe(&table));
        }
    }
    let text = format!("{:#}\n", json!({"tables": described}));
    folder.write_bytes("tables.json", text.as_bytes())?;
    Ok(())
}

/// A table with a column for each metric over its whole run; `values` gives those of a metric by its position in the list
/// of all, a row each.
pub(crate) fn with_metrics(table: Table, values: impl Fn(usize) -> Vec<f64>) -> Table {
    citytwin_metrics::metrics().enumerate().fold(table, |table, (at, metric)| {
        let rule = format!("Over the run, the {} of the days: {}", metric.over_run.name(), metric.summary);
        table.column(metric.name, metric.unit, rule, values(at))
    })
}

/// A table in words: its files, rows, and each column with unit and meaning.
pub(crate) fn describe(table: &Table) -> Value {
    let columns: Vec<Value> =
        table.columns.iter().map(|c| json!({"name": c.name, "unit": c.unit, "summary": c.summary})).collect();
    let files = [format!("{}.csv", table.name), format!("{}.parquet", table.name)];
    json!({"name": table.name, "summary": table.summary, "files": files, "rows": table.rows(), "columns": columns})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_that_scenarios_can_name() {
        let names = AGGREGATES.iter().chain(SINGLES).map(|(name, _)| *name);
        assert!(names.eq(citytwin_scenario::spec::TABLES.iter().map(|(name, _)| *name)));
        let few = Wanted { names: vec!["zones".into(), "trips".into()], aggregates: false };
        let written =
            |wanted: &Wanted| AGGREGATES.iter().chain(SINGLES).filter(|(n, _)| wanted.has(n)).count();
        assert_eq!((written(&few), written(&Wanted::default())), (3, AGGREGATES.len()));
    }
}
