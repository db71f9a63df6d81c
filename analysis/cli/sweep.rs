//! `citytwin sweep`: a scenario over many values of its keys.
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::output::{Failure, Format, say, say_json};
use crate::progress::Show;
use citytwin_study::sweep::{Forecast, StudyRecord, Sweep, file};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Runs a scenario over many values of its keys, several seeds each.
///
/// The study file names the scenario, and under `[set]` lists of values (all combinations), under `[zip]` lists that go
/// together, under `[sample]` ranges and a method (sobol, latin_hypercube, random). A run that fails is told; the others
/// go on. What is finished is never run again with --resume.
#[derive(Args)]
pub struct SweepCommand {
    /// The study file.
    study: PathBuf,
    /// Sets a value of the scenario for all runs, or with several values, parted by commas, tries each.
    #[arg(long = "set", value_name = "KEY=VALUE[,VALUE…]", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Only counts the runs and forecasts time, memory and disk from a short run.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    many: ManyRuns,
}

impl SweepCommand {
    /// Sweeps.
    pub fn run(&self) -> Result<(), Failure> {
        let words = words();
        let (listed, single): (Vec<_>, Vec<_>) =
            self.set.iter().cloned().partition(|(_, value)| is_list(value));
        let wrong = |findings| Failure::Scenario(Box::new(findings), self.many.format);
        let mut study = file::read(&self.study, file::Purpose::Sweep, &single, &words).map_err(wrong)?;
        study.grid.extend(listed.into_iter().map(|(key, value)| file::axis_of_flag(key, &value)));
        let out = self.many.folder(&study.name)?;
        let sweep = Sweep::prepare(study, &single, &cities_folder(), words).map_err(wrong)?;
        let options = self.many.options(out);
        if self.dry_run {
            let forecast = sweep.forecast(&options).map_err(|error| self.many.failure(error))?;
            return match self.many.format {
                Format::Json => say_json(&forecast),
                Format::Text => say(&forecast_text(&forecast)),
            };
        }
        let show = Mutex::new(Show::new(self.many.quiet, sweep.runs() as u32, "runs"));
        let locked = || show.lock().unwrap_or_else(|poison| poison.into_inner());
        let done = sweep.run(&options, &|runs, member| {
            let what = format!("variant {}, seed {}", sweep.name(member.variant), member.seed);
            locked().run(runs as u32, sweep.runs() as u32, &what);
        });
        locked().end();
        let (folder, record) = done.map_err(|error| self.many.failure(error))?;
        match self.many.format {
            Format::Json => say_json(&json!({"folder": folder, "study": record}))?,
            Format::Text => say(&text(&folder, &record))?,
        }
        failed_runs(&record)
    }
}

/// Says that runs failed, if any did.
///
/// # Errors
/// The first that failed.
pub fn failed_runs(record: &StudyRecord) -> Result<(), Failure> {
    match record.failed.first() {
        None => Ok(()),
        Some(first) => Err(Failure::Run(format!(
            "{} of the runs failed; the first, variant {} with seed {}: {}",
            record.failed.len(),
            first.variant,
            first.seed,
            first.message
        ))),
    }
}

/// Whether a flag's value is several, parted by commas outside of quotes and brackets.
fn is_list(value: &str) -> bool {
    file::parts(value).len() > 1
}

/// A forecast for people.
pub fn forecast_text(forecast: &Forecast) -> String {
    let rows = [
        ("variants", forecast.variants.to_string()),
        ("runs", format!("{}, {} side by side", forecast.runs, forecast.workers)),
        ("time, about", format!("{:.0} s", forecast.wall_s)),
        ("memory, most used", format!("{} MB", forecast.memory_bytes / 1_000_000)),
        ("disk, about", format!("{:.1} MB", forecast.disk_bytes as f64 / 1e6)),
        ("as told by", format!("{} days of the first variant", forecast.probe_days)),
    ];
    rows.iter().map(|(name, value)| format!("{name:32}{value}\n")).collect()
}

fn text(folder: &Path, record: &StudyRecord) -> String {
    let runs = record.variants * record.replicates as usize;
    let rows = [
        ("variants", record.variants.to_string()),
        ("runs", format!("{runs}, {} failed, {} side by side", record.failed.len(), record.workers)),
        ("wall time", format!("{:.1} s", record.wall_s)),
        ("runs an hour", format!("{:.0}", runs as f64 / record.wall_s.max(1e-9) * 3600.0)),
        ("memory, most used", format!("{} MB", record.peak_memory_bytes / 1_000_000)),
        ("folder", folder.display().to_string()),
    ];
    rows.iter().map(|(name, value)| format!("{name:32}{value}\n")).collect()
}
