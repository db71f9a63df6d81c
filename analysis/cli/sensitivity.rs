//! `citytwin sensitivity`: which keys of a study each metric hangs on.
use crate::compare::SHOWN;
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::output::{Failure, Format, say, say_json};
use crate::progress::Show;
use crate::report;
use crate::sweep::{failed_runs, forecast_text};
use citytwin_study::sensitivity::{Found, Method, Sensitivity};
use citytwin_study::sweep::file;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Says which keys of a study matter, for every metric, with 90 % intervals and a report.
///
/// The study file gives ranges under `[sample]`; keys under `[set]` and `[zip]` have one value each. `morris` finds the keys
/// that matter at all: SIZE trajectories of one run more than there are keys. `sobol` tells what share of the variance
/// each explains, alone and with others: SIZE base points, best a power of two, of two runs more than there are keys.
/// Each point is run with the study's replicates, on the same seeds everywhere.
#[derive(Args)]
pub struct SensitivityCommand {
    /// The study file.
    study: PathBuf,
    /// How sensitivity is found.
    #[arg(long, value_parser = PossibleValuesParser::new(Method::NAMES).try_map(|name| Method::named(&name).ok_or("no such method")))]
    method: Method,
    /// Trajectories (10 to 50 are usual), or base points (128 and more).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    size: u32,
    /// Sets a value of the scenario for all runs; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Only counts the runs and forecasts time, memory and disk from a short run.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    many: ManyRuns,
}

impl SensitivityCommand {
    /// Finds the sensitivity.
    pub fn run(&self) -> Result<(), Failure> {
        let words = words();
        let wrong = |findings| Failure::Scenario(Box::new(findings), self.many.format);
        let failed = |error| self.many.failure(error);
        let study = file::read(&self.study, file::Purpose::Sensitivity, &self.set, &words).map_err(wrong)?;
        let name = format!("{}-{}", self.method.name(), study.name);
        let out = self.many.folder(&name)?;
        let design = (self.method, self.size);
        let study = Sensitivity::prepare(study, design, &self.set, &cities_folder(), words).map_err(wrong)?;
        let options = self.many.options(out);
        if self.dry_run {
            let forecast = study.forecast(&options).map_err(failed)?;
            return match self.many.format {
                Format::Json => say_json(&forecast),
                Format::Text => say(&forecast_text(&forecast)),
            };
        }
        let show = Mutex::new(Show::new(self.many.quiet, study.runs() as u32, "runs"));
        let locked = || show.lock().unwrap_or_else(|poison| poison.into_inner());
        let done = study.run(&options, &|runs, member| {
            let what = format!("variant {}, seed {}", study.name(member.variant), member.seed);
            locked().run(runs as u32, study.runs() as u32, &what);
        });
        locked().end();
        let found = done.map_err(failed)?;
        let page = report::write_sensitivity(&found.folder)?;
        match self.many.format {
            Format::Json => say_json(&json!({
                "report": page,
                "folder": found.folder,
                "sensitivity": found.record,
                "indices": indices(&found),
            }))?,
            Format::Text => say(&text(&found, &page))?,
        }
        failed_runs(&found.record.study)
    }
}

fn indices(found: &Found) -> Vec<Value> {
    let measures = measures(found);
    let mut rows = Vec::new();
    for (metric, of) in &found.metrics {
        for (key, own) in found.record.keys.iter().zip(&of.keys) {
            let mut row = json!({"metric": metric.name, "key": key.name, "groups": of.groups});
            for (name, index) in measures.iter().zip(own) {
                row[*name] = json!({"value": index.value, "interval_90": [index.low, index.high]});
            }
            rows.push(row);
        }
    }
    rows
}

fn measures(found: &Found) -> Vec<&'static str> {
    let method = Method::named(found.record.method);
    method.into_iter().flat_map(Method::measures).map(|(name, _)| *name).collect()
}

/// The result in short: keys of some metrics, those that matter most first.
fn text(found: &Found, page: &Path) -> String {
    let (measures, record) = (measures(found), &found.record);
    let mut out = String::new();
    // The size of effects, or the total index: what keys are ordered by.
    const BY: usize = 1;
    for (metric, of) in found.metrics.iter().filter(|(metric, _)| SHOWN.contains(&metric.name)) {
        let mut keys: Vec<usize> = (0..of.keys.len()).collect();
        keys.sort_by(|a, b| of.keys[*b][BY].value.total_cmp(&of.keys[*a][BY].value));
        out += &format!("{}\n", metric.name);
        for key in keys {
            let index = |(name, index): (&&str, &citytwin_study::sensitivity::indices::Index)| {
                let [value, low, high] = [index.value, index.low, index.high].map(crate::compare::number);
                format!("  {name} {value} [{low}, {high}]")
            };
            let indices: String = measures.iter().zip(&of.keys[key]).map(index).collect();
            out += &format!("  {:44}{indices}\n", record.keys[key].name);
        }
        out.push('\n');
    }
    let runs = record.study.variants * record.study.replicates as usize;
    let rows = [
        (
            "runs",
            format!("{runs}, {} failed, {} side by side", record.study.failed.len(), record.study.workers),
        ),
        ("metrics that no key touches", record.constant.len().to_string()),
        ("wall time", format!("{:.1} s", record.study.wall_s)),
        ("report", page.display().to_string()),
    ];
    rows.iter().for_each(|(name, value)| out += &format!("{name:32}{value}\n"));
    out
}
