//! A sweep on a scheduler: submitting its tasks, and `citytwin gather`, which makes the tables when they are done.
use crate::flags::ManyRuns;
use crate::output::{Failure, Format, say, say_json};
use crate::sweep::{made, prepared};
use citytwin_study::folder::RunFolder;
use citytwin_study::sweep::spread::{Engine, FILE, Spread};
use citytwin_study::sweep::{Sweep, SweepOptions};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the tables of a sweep that a scheduler ran.
///
/// Runs that are missing, of tasks that were lost or still go on, are told, and nothing is written; `--here` makes them on this
/// machine. The tables are the same as those of a sweep on one machine.
#[derive(Args)]
pub struct GatherCommand {
    /// The folder that the sweep was submitted for.
    folder: PathBuf,
    /// Makes missing runs here.
    #[arg(long)]
    here: bool,
    /// Threads to compute with. 0 = one per core.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: u16,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
    /// How results and problems are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl GatherCommand {
    /// Gathers.
    pub fn run(&self) -> Result<(), Failure> {
        let many = ManyRuns {
            threads: self.threads,
            out: Some(self.folder.clone()),
            resume: true,
            quiet: self.quiet,
            format: self.format,
        };
        let spread = Spread::read(&self.folder).map_err(|error| many.failure(error))?;
        let sweep = prepared(&spread.here.join(&spread.file), &spread.set, self.format)?;
        let options = many.options(self.folder.clone());
        let missing = sweep.missing(&options);
        if let (Some(first), false) = (missing.first(), self.here) {
            return Err(Failure::Run(format!(
                "{} of {} runs are not finished, the first variant {} with seed {}; wait for their tasks, submit {} \
                 again, or make them on this machine with --here",
                missing.len(),
                sweep.runs(),
                sweep.name(first.variant),
                first.seed,
                spread.script_path().display()
            )));
        }
        made(&sweep, &options, &many)
    }
}

/// Writes the script of a sweep's tasks and hands it to the scheduler.
///
/// # Errors
/// When nothing can be written, or the scheduler isn't there or refuses.
pub fn submit(
    sweep: &Sweep,
    engine: Engine,
    study: (&Path, &[(String, String)]),
    options: &SweepOptions,
    format: Format,
) -> Result<(), Failure> {
    let fault = |what: &str, error: std::io::Error| Failure::Run(format!("{what}: {error}"));
    let program = std::env::current_exe().map_err(|error| fault("this program", error))?;
    let here = std::env::current_dir().map_err(|error| fault("this folder", error))?;
    let spread = sweep.spread(engine, study, options, (program, here));
    let run = |error: citytwin_study::StudyError| Failure::Run(error.to_string());
    // What an earlier attempt finished counts.
    let folder = RunFolder::begin(&options.out, true).map_err(run)?;
    let text = serde_json::to_string_pretty(&spread).map_err(|error| Failure::Run(error.to_string()))?;
    folder.write_bytes(FILE, text.as_bytes()).map_err(run)?;
    folder.write_bytes("task.sh", spread.script().as_bytes()).map_err(run)?;
    drop(folder);
    let (scheduler, mut arguments) = engine.submit(&spread);
    if engine == Engine::HyperQueue {
        arguments.extend(["sh".to_owned()]);
    }
    arguments.push(spread.script_path().to_string_lossy().into_owned());
    let by_hand = format!("{scheduler} {}", arguments.join(" "));
    let answer = Command::new(scheduler).args(&arguments).output().map_err(|error| {
        Failure::Run(format!(
            "`{scheduler}` can't be started: {error}; all is written, submit it by hand: {by_hand}"
        ))
    })?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
        return Err(Failure::Run(format!("`{scheduler}` refused: {said}; the command was: {by_hand}")));
    }
    let job = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let gather = format!("citytwin gather {}", options.out.display());
    match format {
        Format::Json => {
            say_json(&json!({"job": job, "tasks": spread.tasks(), "runs": spread.runs, "gather": gather}))
        }
        Format::Text => {
            let rows = [
                ("job", job),
                ("tasks", spread.tasks().to_string()),
                ("runs", spread.runs.to_string()),
                ("when they are done", gather),
            ];
            say(&rows.iter().map(|(name, value)| format!("{name:32}{value}\n")).collect::<String>())
        }
    }
}
