//! The tables of a sweep.
use super::{Made, Sweep};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::table::{Cells, Table};
use crate::tables::{describe, with_metrics};
use citytwin_metrics::metrics;
use serde_json::json;

/// Writes `variants`, `runs`, more tables and `tables.json`, which says what is in them and in the runs' own tables.
pub(crate) fn write_all(
    folder: &RunFolder,
    sweep: &Sweep,
    made: &Made,
    more: &[Table],
) -> Result<(), StudyError> {
    let mut described = Vec::new();
    for table in [variants(sweep), runs(sweep, made)].iter().chain(more) {
        folder.write_table(table)?;
        described.push(describe(table));
    }
    let metric = |metric: &citytwin_metrics::MetricKind| json!({"name": metric.name, "unit": metric.unit, "summary": metric.summary});
    let daily = json!({
        "name": "metrics",
        "summary": "The city, a row per day; a file for each run.",
        "files": ["runs/study=*/variant=*/seed=*/metrics.parquet", "runs/study=*/variant=*/seed=*/metrics.csv"],
        "partitions": ["study", "variant", "seed"],
        "columns": metrics().map(metric).collect::<Vec<_>>(),
    });
    described.push(daily);
    let text = format!("{:#}\n", json!({"tables": described}));
    folder.write_bytes("tables.json", text.as_bytes()).map(drop)
}

/// The keys of a study with the value of each of the rows, as columns.
fn with_values(sweep: &Sweep, table: Table, rows: &[usize]) -> Table {
    let keys = sweep.values.first().map(Vec::as_slice).unwrap_or_default();
    keys.iter().enumerate().fold(table, |table, (at, (key, _))| {
        let text = |row: &usize| sweep.values[*row][at].1.trim_matches('"').to_owned();
        let texts: Vec<String> = rows.iter().map(text).collect();
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| text.parse().ok()).collect();
        let cells = match numbers {
            Some(numbers) => Cells::F64(numbers),
            None => Cells::Name { codes: (0..texts.len() as u32).collect(), names: texts },
        };
        table.column(key.clone(), "", "Value of this key of the scenario.", cells)
    })
}

fn variants(sweep: &Sweep) -> Table {
    let rows: Vec<usize> = (0..sweep.values.len()).collect();
    let names = rows.iter().map(|row| sweep.name(*row)).collect();
    let cells = Cells::Name { codes: (0..rows.len() as u32).collect(), names };
    let table =
        Table::new("variants", "A row per variant with the values of the keys that the study varies.");
    with_values(sweep, table.column("variant", "", "Number of the variant.", cells), &rows)
}

fn runs(sweep: &Sweep, Made { members, outcomes, .. }: &Made) -> Table {
    let rows: Vec<usize> = members.iter().map(|member| member.variant).collect();
    let names = (0..sweep.values.len()).map(|variant| sweep.name(variant)).collect();
    let cells = Cells::Name { codes: rows.iter().map(|row| *row as u32).collect(), names };
    let table = Table::new("runs", "A row per variant and seed; each metric over its whole run.")
        .column("variant", "", "Number of the variant.", cells)
        .column("seed", "", "Seed of all chance.", members.iter().map(|m| m.seed).collect::<Vec<u64>>());
    let table = with_values(sweep, table, &rows);
    with_metrics(table, |at| outcomes.iter().map(|outcome| outcome.run[at]).collect())
}
