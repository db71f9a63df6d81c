//! What the study layer costs: time beside the runs' own, runs an hour, and memory of runs side by side in one city.
use crate::bench::field;
use crate::{Outcome, cargo, root};
use std::path::Path;
use std::process::Command;

/// A city of 100,000 with health codes and checkpoints, for 60 days.
const SCENARIO: &str = "scenarios/epidemic/health-code.toml";
const SET: [&str; 3] = ["city.name=\"generated\"", "city.population=100000", "time.days=60"];
/// Runs of each sweep.
const RUNS: u32 = 6;
/// Most time that a sweep may take beyond its runs' own, the making of the city left out, as a share of that.
const OVERHEAD_MAX: f64 = 0.02;
/// Farthest that memory may lie from its forecast, as a share of what was used.
const MEMORY_MAX: f64 = 0.15;

/// Prints overhead, runs an hour and core, and memory of one, two and four runs side by side beside their forecasts.
///
/// # Errors
/// A run that fails, an overhead above 2 %, or a forecast of memory more than 15 % off.
pub fn study() -> Outcome {
    cargo(&["build", "--release"])?;
    let home = root().join("target/bench-study");
    std::fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let (file, mut missed) = (home.join("study.toml"), Vec::new());
    let scenario = root().join(SCENARIO);
    let study =
        format!("# What a study costs.\nscenario = {:?}\nreplicates = {RUNS}\n", scenario.to_string_lossy());
    std::fs::write(&file, study).map_err(|error| format!("{}: {error}", file.display()))?;
    for workers in [1, 2, 4] {
        let figures = Figures::of(&file, &home.join(format!("{workers}")), workers)?;
        figures.print(workers);
        let off = figures.forecast_bytes / figures.peak_bytes - 1.0;
        if off.abs() > MEMORY_MAX {
            missed.push(format!("memory of {workers} runs side by side is {:+.0} % off", off * 100.0));
        }
        if workers == 1 && figures.overhead() > OVERHEAD_MAX {
            missed.push(format!("the study takes {:.1} % beside its runs", figures.overhead() * 100.0));
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ")) }
}

/// What a sweep tells of its time and memory.
struct Figures {
    runs_wall_s: f64,
    wall_s: f64,
    city_s: f64,
    peak_bytes: f64,
    forecast_bytes: f64,
}

impl Figures {
    fn of(study: &Path, out: &Path, workers: u32) -> Result<Self, String> {
        let told_by = |what: &[&str], file: &Path, more: &[&str]| -> Result<String, String> {
            let mut command = Command::new(root().join("target/release/citytwin"));
            command.current_dir(root()).args(what).arg(file).arg("--out").arg(out).args(["--quiet"]);
            command.args(["--format", "json", "--threads", &workers.to_string()]);
            command.args(SET.iter().flat_map(|set| ["--set", *set])).args(more);
            let done = command.output().map_err(|error| format!("citytwin: {error}"))?;
            match done.status.success() {
                true => Ok(String::from_utf8_lossy(&done.stdout).into_owned()),
                false => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
            }
        };
        let told = [told_by(&["sweep"], study, &["--dry-run"])?, told_by(&["sweep"], study, &[])?];
        std::fs::remove_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        let scenario = root().join(SCENARIO);
        told_by(&["run"], &scenario, &["--set", "time.days=21"])?;
        let number = |at: usize, name: &str| {
            field(&told[at], name).ok_or_else(|| format!("the sweep doesn't tell `{name}`"))
        };
        let first = out.join("run.json");
        let first = std::fs::read_to_string(&first).map_err(|e| format!("{}: {e}", first.display()))?;
        let city_s = field(&first, "load_s").ok_or("run.json doesn't tell `load_s`")?;
        std::fs::remove_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        Ok(Self {
            runs_wall_s: number(1, "runs_wall_s")?,
            wall_s: number(1, "wall_s")?,
            city_s,
            peak_bytes: number(1, "peak_memory_bytes")?,
            forecast_bytes: number(0, "memory_bytes")?,
        })
    }

    /// Time beside the runs' own and the city's making, as a share of the runs'. Meant for runs one after the other.
    fn overhead(&self) -> f64 {
        (self.wall_s - self.city_s - self.runs_wall_s) / self.runs_wall_s
    }

    fn print(&self, workers: u32) {
        let hour = f64::from(RUNS) / self.wall_s * 3600.0;
        eprintln!(
            "{workers} side by side: {RUNS} runs in {:.2} s, {hour:.0} an hour; {:.2} s in the runs, {:.2} s for the city",
            self.wall_s, self.runs_wall_s, self.city_s
        );
        if workers == 1 {
            eprintln!("        {:.2} % beside the runs", self.overhead() * 100.0);
        }
        eprintln!(
            "        memory {:.0} MB, forecast {:.0} MB ({:+.0} %)",
            self.peak_bytes / 1e6,
            self.forecast_bytes / 1e6,
            (self.forecast_bytes / self.peak_bytes - 1.0) * 100.0
        );
    }
}
