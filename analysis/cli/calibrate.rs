//! `citytwin calibrate`: values of a study's keys that make runs like what was observed.
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::forecast::{parameters, parameters_text};
use crate::output::{Failure, Format, say, say_json};
use crate::progress::Show;
use crate::report;
use citytwin_study::calibration::fit::{Method, Settings};
use citytwin_study::calibration::{Calibration, Found};
use citytwin_study::observations;
use citytwin_study::sweep::file;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Finds the values under which runs look like what was observed, with how certain they are, bands and a report.
///
/// The study file gives a range for each key under `[prior]`, and under `[observed]` what share of a metric the data hold
/// (or a range, to learn it too). The data have `date` and a column per metric. `abc` makes SIZE runs, keeps the nearest,
/// and draws further ones about these, until hardly any comes nearer; `es-mda` moves SIZE members through ROUNDS steps, which
/// takes few runs for many keys where metrics follow keys without sharp bends.
#[derive(Args)]
pub struct CalibrateCommand {
    /// The study file.
    study: PathBuf,
    /// What was observed (CSV).
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// How values are fitted.
    #[arg(long, default_value = "abc", value_parser = PossibleValuesParser::new(Method::NAMES).try_map(|name| Method::named(&name).ok_or("no such method")))]
    method: Method,
    /// Runs of the first round, or members.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    size: u32,
    /// Rounds: at most so many of `abc`, by default 20; so many steps of `es-mda`, by default 4.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: Option<u32>,
    /// Sets a value of the scenario for all runs; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    many: ManyRuns,
}

/// Share of the particles that `abc` keeps, and least share of new ones nearer than before for another round: assumptions,
/// quick enough and near enough in the tests of ranks.
const KEEP: f64 = 0.5;
const ACCEPT_LEAST: f64 = 0.05;

impl CalibrateCommand {
    /// Calibrates.
    pub fn run(&self) -> Result<(), Failure> {
        let words = words();
        let wrong = |findings| Failure::Scenario(Box::new(findings), self.many.format);
        let failed = |error| self.many.failure(error);
        let study = file::read(&self.study, file::Purpose::Calibration, &self.set, &words).map_err(wrong)?;
        let data = observations::read(&self.data, &study.data)
            .map_err(|problems| Failure::Input(problems, self.many.format))?;
        let out = self.many.folder(&format!("calibrated-{}", study.name))?;
        let usual = if self.method == Method::Abc { 20 } else { 4 };
        let settings = Settings {
            method: self.method,
            size: self.size,
            rounds: self.rounds.unwrap_or(usual),
            keep: KEEP,
            accept_least: ACCEPT_LEAST,
            seed: study.seed,
        };
        let calibration =
            Calibration::prepare(study, &data, &self.set, &cities_folder(), words).map_err(wrong)?;
        let most = calibration.runs(&settings) as u32;
        let show = Mutex::new(Show::new(self.many.quiet, most, "runs"));
        let locked = || show.lock().unwrap_or_else(|poison| poison.into_inner());
        let done = calibration.run(&settings, &self.many.options(out), &|runs, member| {
            locked().run(runs as u32, most, &format!("seed {}", member.seed));
        });
        locked().end();
        let found = done.map_err(failed)?;
        let page = report::write_fit(&found.folder)?;
        match self.many.format {
            Format::Json => say_json(&json!({
                "report": page,
                "folder": found.folder,
                "calibration": found.record,
                "parameters": parameters(&found.parameters),
            })),
            Format::Text => say(&text(&found, &page)),
        }
    }
}

fn text(found: &Found, page: &Path) -> String {
    let number = crate::compare::number;
    let mut out = parameters_text(&found.parameters);
    let record = &found.record;
    let last = record.rounds.last();
    let rows = [
        ("rounds", record.rounds.len().to_string()),
        ("distance, standard errors", last.map_or_else(String::new, |round| number(round.distance))),
        ("particles, effective", format!("{}, {:.0}", record.particles, record.particles_effective)),
        ("runs", format!("{}, {} failed", record.runs, record.failed.len())),
        ("wall time", format!("{:.1} s", record.wall_s)),
        ("report", page.display().to_string()),
    ];
    out.push('\n');
    rows.iter().for_each(|(name, value)| out += &format!("{name:32}{value}\n"));
    out
}
