//! `citytwin report`: the report of a finished run, written anew.
use crate::output::{Failure, Format, say, say_json};
use citytwin_world::problem::Problem;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Writes `report.html` anew from the tables of finished runs and studies.
#[derive(Args)]
pub struct Report {
    /// Folders of runs, comparisons, sensitivities, calibrations or forecasts.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// How the pages are named and problems told.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Writes the report of a folder.
type Write = fn(&Path) -> Result<PathBuf, Failure>;

impl Report {
    /// Writes and names the pages.
    pub fn run(&self) -> Result<(), Failure> {
        let mut pages = Vec::new();
        for run in &self.runs {
            let writers: [(&str, Write); 5] = [
                ("compare.json", write_comparison),
                ("sensitivity.json", write_sensitivity),
                ("calibration.json", write_fit),
                ("forecast.json", write_fit),
                ("run.json", write),
            ];
            let Some((_, write)) = writers.iter().find(|(record, _)| run.join(record).is_file()) else {
                let problem = Problem::error("E053", format!("{}: is no run folder", run.display()))
                    .help("give the folder that `citytwin run`, `compare`, `sensitivity`, `calibrate` or `forecast` named");
                return Err(Failure::input(problem, self.format));
            };
            let page = write(run)?;
            if self.format == Format::Text {
                say(&page.display().to_string())?;
            }
            pages.push(page);
        }
        if self.format == Format::Json {
            say_json(&json!({"reports": pages}))?;
        }
        Ok(())
    }
}

/// Writes the report of a run folder.
///
/// # Errors
/// What the report says.
pub fn write(run: &Path) -> Result<PathBuf, Failure> {
    citytwin_report::write_report(run).map_err(|error| Failure::Run(error.to_string()))
}

/// Writes the report of a comparison's folder.
///
/// # Errors
/// What the report says.
pub fn write_comparison(folder: &Path) -> Result<PathBuf, Failure> {
    citytwin_report::write_comparison(folder).map_err(|error| Failure::Run(error.to_string()))
}

/// Writes the report of a sensitivity's folder.
///
/// # Errors
/// What the report says.
pub fn write_sensitivity(folder: &Path) -> Result<PathBuf, Failure> {
    citytwin_report::write_sensitivity(folder).map_err(|error| Failure::Run(error.to_string()))
}

/// Writes the report of the folder of a calibration or forecast.
///
/// # Errors
/// What the report says.
pub fn write_fit(folder: &Path) -> Result<PathBuf, Failure> {
    citytwin_report::write_fit(folder).map_err(|error| Failure::Run(error.to_string()))
}
