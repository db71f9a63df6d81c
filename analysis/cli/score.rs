//! `citytwin score`: how good forecasts in quantiles were.
use crate::output::{Failure, Format, say, say_json};
use citytwin_study::scores::file::{ModelScore, ScoreOptions, score_file};
use citytwin_study::scores::{INTERVALS, MEANS};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Scores forecasts in quantiles: weighted interval score with its parts, bias, coverage, and the score beside a baseline.
///
/// The table has the columns `quantile_level`, `predicted` and `observed`, perhaps `model`, and others that tell forecasts
/// apart, such as a place, a date and a horizon: what hubs and scoringutils write, and `citytwin forecast` too.
#[derive(Args)]
pub struct ScoreCommand {
    /// The table of forecasts (CSV).
    file: PathBuf,
    /// The model that the others are set beside, on the forecasts that both made.
    #[arg(long, value_name = "MODEL")]
    baseline: Option<String>,
    /// Tells forecasts apart by this column; may be repeated.
    #[arg(long, value_name = "COLUMN")]
    by: Vec<String>,
    /// How results and problems are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl ScoreCommand {
    /// Scores.
    pub fn run(&self) -> Result<(), Failure> {
        let options = ScoreOptions { by: self.by.clone(), baseline: self.baseline.clone() };
        let found =
            score_file(&self.file, &options).map_err(|problems| Failure::Input(problems, self.format))?;
        match self.format {
            Format::Json => {
                let rows: Vec<Value> = found.iter().map(|row| self.row(row)).collect();
                say_json(&json!({"scores": rows}))
            }
            Format::Text => say(&self.text(&found)),
        }
    }

    fn row(&self, of: &ModelScore) -> Value {
        let mut row = json!({"model": of.model, "forecasts": of.summary.count});
        self.by.iter().zip(&of.group).for_each(|(column, value)| row[column] = json!(value));
        MEANS.iter().zip(of.summary.means).for_each(|(name, mean)| row[*name] = json!(mean));
        row["wis_relative"] = json!(of.wis_relative);
        for (interval, share) in INTERVALS.iter().zip(of.summary.coverage) {
            row[format!("coverage_{:.0}_share", interval * 100.0)] = json!(share);
        }
        row
    }

    fn text(&self, found: &[ModelScore]) -> String {
        let name =
            |row: &ModelScore| row.group.iter().chain([&row.model]).cloned().collect::<Vec<_>>().join(" ");
        let wide = found.iter().map(|row| name(row).chars().count()).max().unwrap_or(0).max(5);
        let mut out = format!(
            "{:wide$}{:>10}{:>12}{:>10}{:>12}{:>12}{:>12}{:>8}{:>8}{:>8}{:>8}\n",
            "model",
            "forecasts",
            "wis",
            "relative",
            "dispersion",
            "under",
            "over",
            "bias",
            "50 %",
            "90 %",
            "95 %"
        );
        for row in found {
            let [wis, dispersion, under, over, bias] = row.summary.means;
            let share = |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{value:.3}") };
            out += &format!("{:wide$}{:>10}{wis:>12.4}", name(row), row.summary.count);
            out += &format!("{:>10}{dispersion:>12.4}{under:>12.4}{over:>12.4}", share(row.wis_relative));
            out += &format!("{bias:>8.3}");
            row.summary.coverage.iter().for_each(|held| out += &format!("{:>8}", share(*held)));
            out.push('\n');
        }
        out
    }
}
