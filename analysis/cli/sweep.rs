//! `citytwin sweep`: a scenario over many values of its keys.
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::gather;
use crate::output::{Failure, Format, say, say_json};
use crate::progress::Show;
use citytwin_study::sweep::spread::{Engine, Spread};
use citytwin_study::sweep::{Forecast, StudyRecord, Sweep, SweepOptions, file};
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
    /// Writes the runs as an array of a scheduler's tasks and submits it; `citytwin gather` then makes the tables. The
    /// folder must be on a file system that all machines see; `--threads` are those of a task.
    #[arg(long, value_enum)]
    engine: Option<Scheduler>,
    /// Makes the runs of one task of a scheduler.
    #[arg(long, value_name = "N", hide = true, conflicts_with_all = ["engine", "dry_run"])]
    task: Option<usize>,
    #[command(flatten)]
    many: ManyRuns,
}

/// Where runs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Scheduler {
    /// On this machine.
    Local,
    /// As a job array of Slurm.
    Slurm,
    /// As a task array of HyperQueue.
    Hyperqueue,
}

/// The sweep of a study file with values from flags, lists among them tried one by one.
///
/// # Errors
/// What is wrong with it.
pub fn prepared(file: &Path, set: &[(String, String)], format: Format) -> Result<Sweep, Failure> {
    let words = words();
    let (listed, single): (Vec<_>, Vec<_>) = set.iter().cloned().partition(|(_, value)| is_list(value));
    let wrong = |findings| Failure::Scenario(Box::new(findings), format);
    let mut study = file::read(file, file::Purpose::Sweep, &single, &words).map_err(wrong)?;
    study.grid.extend(listed.into_iter().map(|(key, value)| file::axis_of_flag(key, &value)));
    Sweep::prepare(study, &single, &cities_folder(), words).map_err(wrong)
}

impl SweepCommand {
    /// Sweeps.
    pub fn run(&self) -> Result<(), Failure> {
        let sweep = prepared(&self.study, &self.set, self.many.format)?;
        let out = self.many.folder(&sweep.study.name)?;
        let options = self.many.options(out);
        if let Some(task) = self.task {
            let spread = Spread::read(&options.out).map_err(|error| self.many.failure(error))?;
            return sweep.run_some(spread.of_task(task), &options).map_err(|error| self.many.failure(error));
        }
        if self.dry_run {
            let forecast = sweep.forecast(&options).map_err(|error| self.many.failure(error))?;
            return match self.many.format {
                Format::Json => say_json(&forecast),
                Format::Text => say(&forecast_text(&forecast)),
            };
        }
        let engine = match self.engine {
            Some(Scheduler::Slurm) => Some(Engine::Slurm),
            Some(Scheduler::Hyperqueue) => Some(Engine::HyperQueue),
            Some(Scheduler::Local) | None => None,
        };
        if let Some(engine) = engine {
            return gather::submit(&sweep, engine, (&self.study, &self.set), &options, self.many.format);
        }
        made(&sweep, &options, &self.many)
    }
}

/// Makes all runs that aren't there yet, and the tables.
///
/// # Errors
/// As a study.
pub fn made(sweep: &Sweep, options: &SweepOptions, many: &ManyRuns) -> Result<(), Failure> {
    let show = Mutex::new(Show::new(many.quiet, sweep.runs() as u32, "runs"));
    let locked = || show.lock().unwrap_or_else(|poison| poison.into_inner());
    let done = sweep.run(options, &|runs, member| {
        let what = format!("variant {}, seed {}", sweep.name(member.variant), member.seed);
        locked().run(runs as u32, sweep.runs() as u32, &what);
    });
    locked().end();
    let (folder, record) = done.map_err(|error| many.failure(error))?;
    match many.format {
        Format::Json => say_json(&json!({"folder": folder, "study": record}))?,
        Format::Text => say(&text(&folder, &record))?,
    }
    failed_runs(&record)
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
