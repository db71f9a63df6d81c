//! The table of indices.
use super::Sensitivity;
use super::indices::{Index, Indices};
use crate::table::{Cells, Table};
use citytwin_metrics::{MetricKind, OverRun};

/// A row per metric and key.
pub(super) fn sensitivity(of: &Sensitivity, touched: &[(&'static MetricKind, Indices)]) -> Table {
    let names: Vec<&str> = touched.iter().map(|(metric, _)| metric.name).collect();
    let keys: Vec<&str> = of.keys().collect();
    let rows: Vec<(usize, usize)> =
        (0..names.len()).flat_map(|metric| (0..keys.len()).map(move |key| (metric, key))).collect();
    let groups: Vec<u32> = rows.iter().map(|row| touched[row.0].1.groups as u32).collect();
    let table = Table::new("sensitivity", "A row per metric and key: how the metric hangs on it.")
        .column("metric", "", "Metric, its unit last.", Cells::names(&names, rows.iter().map(|row| row.0)))
        .column(
            "over_run",
            "",
            "How days become one number of the run.",
            Cells::names(&OverRun::NAMES, rows.iter().map(|row| touched[row.0].0.over_run as usize)),
        )
        .column("key", "", "Key of the scenario.", Cells::names(&keys, rows.iter().map(|row| row.1)))
        .column(
            "groups",
            "",
            "Trajectories or base points behind the row: those whose runs all have a value.",
            groups,
        );
    of.design.method.measures().iter().enumerate().fold(table, |table, (at, (name, summary))| {
        let column = |read: fn(&Index) -> f64| -> Vec<f64> {
            rows.iter().map(|(metric, key)| read(&touched[*metric].1.keys[*key][at])).collect()
        };
        table
            .column(*name, "", *summary, column(|index| index.value))
            .column(
                format!("{name}_low_90"),
                "",
                "Lower end of its 90 % interval (percentile bootstrap).",
                column(|index| index.low),
            )
            .column(format!("{name}_high_90"), "", "Upper end.", column(|index| index.high))
    })
}
