//! The tables of a forecast: quantiles in the form that they are scored in, beside persistence, and their scores.
use super::Forecasting;
use crate::calibration::{Fitted, Spread, tables as bands};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::scores::{INTERVALS, LEVELS, Score, persistence, score, summary};
use crate::table::{Cells, Table};
use citytwin_world::Date;

/// Name of the forecast that nothing changes.
pub const PERSISTENCE: &str = "persistence";
/// Name of the only variant where there is but one.
const ONLY: &str = "citytwin";

/// What has been forecast.
#[derive(Default)]
pub(super) struct Told {
    /// Quantiles at all levels.
    rows: Vec<Row>,
    /// Bands of each variant.
    pub bands: Vec<bands::Bands>,
}

/// The forecast of a metric for a day.
struct Row {
    model: String,
    /// Position of the observed metric.
    metric: usize,
    issued: u32,
    day: u32,
    quantiles: Vec<f64>,
}

/// Scores of a model for a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRow {
    /// The metric.
    pub metric: &'static str,
    /// The variant, or `persistence`.
    pub model: String,
    /// Days forecast that have been observed.
    pub count: usize,
    /// Mean weighted interval score, in the metric's unit.
    pub wis: f64,
    /// That over persistence's on the same days.
    pub ratio: f64,
    /// Mean bias.
    pub bias: f64,
    /// Shares of observations in the intervals of 50, 90 and 95 %.
    pub coverage: [f64; 3],
}

impl Told {
    /// Adds the forecast of a variant that begins on a day, and after the first variant's that of persistence.
    pub fn quantiles(&mut self, of: &Forecasting, (variant, issued): (usize, u32), runs: &[bands::Run]) {
        let name = of.variants[variant].name.clone();
        let model = if name.is_empty() { ONLY.to_owned() } else { name };
        for (metric, column) in of.target.columns.iter().enumerate() {
            let history = column.days.get(..of.known(issued)).unwrap_or(&column.days);
            for day in issued..issued + of.settings.days_ahead {
                let own =
                    bands::quantiles_of_day(runs, &of.target, (metric, day as usize), &LEVELS, of.study.seed);
                self.rows.push(Row { model: model.clone(), metric, issued, day, quantiles: own });
                let last = history.iter().rposition(|value| value.is_finite());
                let ahead = last.map_or(0, |last| day as usize - last);
                if let Some(still) = persistence(history, ahead, &LEVELS).filter(|_| variant == 0) {
                    let model = PERSISTENCE.to_owned();
                    self.rows.push(Row { model, metric, issued, day, quantiles: still });
                }
            }
        }
    }
}

/// Writes all tables; returns the scores.
pub(super) fn write(
    of: &Forecasting,
    folder: &RunFolder,
    told: &Told,
    parameters: &[(Fitted, Spread)],
) -> Result<Vec<ModelRow>, StudyError> {
    let scores = scores(of, told);
    let mut all = vec![bands::parameters(parameters), bands::bands_table(&told.bands), forecasts(of, told)];
    if !scores.is_empty() {
        all.push(scores_table(&scores));
    }
    bands::write_all(folder, &all)?;
    Ok(scores)
}

fn observed(of: &Forecasting, row: &Row) -> f64 {
    of.target.columns[row.metric].days.get(row.day as usize).copied().unwrap_or(f64::NAN)
}

fn scores(of: &Forecasting, told: &Told) -> Vec<ModelRow> {
    let score_of = |row: &Row| -> Option<Score> {
        let quantiles: Vec<(f64, f64)> = LEVELS.iter().copied().zip(row.quantiles.iter().copied()).collect();
        score(&quantiles, observed(of, row))
    };
    let mut models: Vec<&str> = Vec::new();
    for row in &told.rows {
        if !models.contains(&row.model.as_str()) {
            models.push(&row.model);
        }
    }
    let mut found = Vec::new();
    for (metric, column) in of.target.columns.iter().enumerate() {
        let of_model = |model: &str| -> Vec<Score> {
            told.rows
                .iter()
                .filter(|row| row.metric == metric && row.model == model)
                .filter_map(score_of)
                .collect()
        };
        let still = summary(&of_model(PERSISTENCE)).means[0];
        for model in &models {
            let own = summary(&of_model(model));
            if own.count > 0 {
                found.push(ModelRow {
                    metric: column.metric.name,
                    model: (*model).to_owned(),
                    count: own.count,
                    wis: own.means[0],
                    ratio: own.means[0] / still,
                    bias: own.means[4],
                    coverage: own.coverage,
                });
            }
        }
    }
    found
}

fn scores_table(scores: &[ModelRow]) -> Table {
    let words = |read: &dyn Fn(&ModelRow) -> String| Cells::Name {
        codes: (0..scores.len() as u32).collect(),
        names: scores.iter().map(read).collect(),
    };
    let numbers = |read: &dyn Fn(&ModelRow) -> f64| -> Vec<f64> { scores.iter().map(read).collect() };
    let table = Table::new("scores", "A row per metric and model: how good its forecasts were.")
        .column("metric", "", "Metric, its unit last.", words(&|row| row.metric.to_owned()))
        .column(
            "model",
            "",
            "Variant, or `persistence`: that nothing changes.",
            words(&|row| row.model.clone()),
        )
        .column(
            "forecasts_count",
            "count",
            "Days forecast that have been observed.",
            scores.iter().map(|row| row.count as u32).collect::<Vec<u32>>(),
        )
        .column("wis", "", "Mean weighted interval score, in the metric's unit.", numbers(&|row| row.wis))
        .column("wis_ratio", "ratio", "That over persistence's.", numbers(&|row| row.ratio))
        .column("bias", "", "Mean bias, from −1 (forecasts too low) to 1.", numbers(&|row| row.bias));
    INTERVALS.iter().enumerate().fold(table, |table, (at, interval)| {
        let name = format!("coverage_{:.0}_share", interval * 100.0);
        table.column(
            name,
            "share",
            format!("Share of observations in the interval of {interval}."),
            numbers(&|row| row.coverage[at]),
        )
    })
}

/// A row per quantile, as hubs have them.
fn forecasts(of: &Forecasting, told: &Told) -> Table {
    let rows: Vec<(&Row, usize)> =
        told.rows.iter().flat_map(|row| (0..LEVELS.len()).map(move |level| (row, level))).collect();
    let names: Vec<&str> = of.target.columns.iter().map(|column| column.metric.name).collect();
    let models: Vec<String> = rows.iter().map(|(row, _)| row.model.clone()).collect();
    let date = |day: u32| of.start.plus(day as i32);
    Table::new("forecasts", "A row per quantile of a metric observed, as `citytwin score` reads them.")
        .column(
            "metric",
            "",
            "Metric, its unit last.",
            Cells::names(&names, rows.iter().map(|(row, _)| row.metric)),
        )
        .column(
            "model",
            "",
            "Variant, or `persistence`: that nothing changes.",
            Cells::Name { codes: (0..models.len() as u32).collect(), names: models },
        )
        .column(
            "issued",
            "",
            "First day of the forecast.",
            rows.iter().map(|(row, _)| date(row.issued)).collect::<Vec<Date>>(),
        )
        .column(
            "date",
            "",
            "The day forecast.",
            rows.iter().map(|(row, _)| date(row.day)).collect::<Vec<Date>>(),
        )
        .column(
            "horizon_days",
            "days",
            "Days from the last one observed, where none is missing.",
            rows.iter().map(|(row, _)| row.day - row.issued + 1).collect::<Vec<u32>>(),
        )
        .column(
            "quantile_level",
            "",
            "Level of the quantile.",
            rows.iter().map(|(_, level)| LEVELS[*level]).collect::<Vec<f64>>(),
        )
        .column(
            "predicted",
            "",
            "Quantile, in the metric's unit.",
            rows.iter().map(|(row, level)| row.quantiles[*level]).collect::<Vec<f64>>(),
        )
        .column(
            "observed",
            "",
            "What was then observed; empty where nothing was.",
            rows.iter().map(|(row, _)| observed(of, row)).collect::<Vec<f64>>(),
        )
}
