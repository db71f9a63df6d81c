//! `citytwin forecast`: what may come, from an ensemble of worlds kept in step with what was observed.
use crate::flags::{ManyRuns, cities_folder, setting, words};
use crate::output::{Failure, Format, say, say_json};
use crate::progress::Show;
use crate::report;
use citytwin_study::calibration::{Fitted, Spread};
use citytwin_study::forecast::{Forecasting, Found, Settings};
use citytwin_study::observations;
use citytwin_study::sweep::file;
use citytwin_world::Date;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Keeps an ensemble of whole worlds in step with observations and forecasts from a date on, with quantiles and a report.
///
/// The study file gives ranges under `[prior]` and shares observed under `[observed]`, as for `calibrate`. Each value of a
/// list under `[set]` or `[zip]` is a variant: the first ones are in force while observed, and from the date on the worlds
/// go on under each. Observations of the days forecast, where the data have them, are used only to score the forecast
/// beside persistence.
#[derive(Args)]
pub struct ForecastCommand {
    /// The study file.
    study: PathBuf,
    /// What was observed (CSV).
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// The first day that is forecast; only observations before it are looked at.
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Date,
    /// Days forecast.
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Worlds.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    members: u32,
    /// Days between two looks at the observations.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=365))]
    window: u32,
    /// Forecasts again every so many days, as long as there are observations to score it by; 0 = once.
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=365))]
    repeat: u32,
    /// Sets a value of the scenario for all worlds; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    many: ManyRuns,
}

/// A date as the command takes it.
///
/// # Errors
/// Where it's none.
fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "write a date as 2020-01-22".to_owned())
}

impl ForecastCommand {
    /// Forecasts.
    pub fn run(&self) -> Result<(), Failure> {
        if self.many.resume {
            let words = "a forecast lives in memory and can't be resumed; begin it anew, without --resume";
            return Err(Failure::Run(words.to_owned()));
        }
        let words = words();
        let wrong = |findings| Failure::Scenario(Box::new(findings), self.many.format);
        let study = file::read(&self.study, file::Purpose::Forecast, &self.set, &words).map_err(wrong)?;
        let data = observations::read(&self.data, &study.data)
            .map_err(|problems| Failure::Input(problems, self.many.format))?;
        let out = self.many.folder(&format!("forecast-{}", study.name))?;
        let settings = Settings {
            members: self.members,
            window_days: self.window,
            from: self.from,
            days_ahead: self.days,
            repeat_days: self.repeat,
        };
        let forecasting = Forecasting::prepare(study, settings, &data, &self.set, &cities_folder(), words)
            .map_err(wrong)?;
        let steps = forecasting.steps() as u32;
        let show = Mutex::new(Show::new(self.many.quiet, steps, "looks and forecasts"));
        let locked = || show.lock().unwrap_or_else(|poison| poison.into_inner());
        let done = forecasting.run(&self.many.options(out), &|step, date| {
            locked().run(step as u32, steps, &date.to_string());
        });
        locked().end();
        let found = done.map_err(|error| self.many.failure(error))?;
        let page = report::write_fit(&found.folder)?;
        match self.many.format {
            Format::Json => say_json(&json!({
                "report": page,
                "folder": found.folder,
                "forecast": found.record,
                "parameters": parameters(&found.parameters),
                "scores": scores(&found),
            })),
            Format::Text => say(&text(&found, &page)),
        }
    }
}

/// Values with what is known of them, as JSON.
pub fn parameters(spreads: &[(Fitted, Spread)]) -> Vec<Value> {
    let row = |(fitted, spread): &(Fitted, Spread)| {
        let [low, _, middle, _, high] = spread.posterior;
        json!({
            "key": fitted.name,
            "unit": fitted.unit,
            "mean": spread.mean,
            "sd": spread.sd,
            "median": middle,
            "interval_90": [low, high],
        })
    };
    spreads.iter().map(row).collect()
}

/// Values with what is known of them, as text.
pub fn parameters_text(spreads: &[(Fitted, Spread)]) -> String {
    let number = crate::compare::number;
    let mut out = format!("{:44}{:>10}  {:24}{}\n", "key", "mean", "90 %", "before");
    for (fitted, spread) in spreads {
        let ends = |of: [f64; 5]| format!("{} … {}", number(of[0]), number(of[4]));
        let name = [fitted.name.as_str(), fitted.unit.as_str()].join(" ");
        let (after, before) = (ends(spread.posterior), ends(spread.prior));
        out += &format!("{name:44}{:>10}  {after:24}{before}\n", number(spread.mean));
    }
    out
}

fn scores(found: &Found) -> Vec<Value> {
    let row = |row: &citytwin_study::forecast::ModelRow| {
        json!({
            "metric": row.metric,
            "model": row.model,
            "forecasts": row.count,
            "wis": row.wis,
            "wis_ratio": row.ratio,
            "bias": row.bias,
            "coverage_50_share": row.coverage[0],
            "coverage_90_share": row.coverage[1],
            "coverage_95_share": row.coverage[2],
        })
    };
    found.scores.iter().map(row).collect()
}

fn text(found: &Found, page: &Path) -> String {
    let number = crate::compare::number;
    let mut out = parameters_text(&found.parameters);
    if !found.scores.is_empty() {
        out += &format!(
            "\n{:32}{:24}{:>8}{:>10}{:>14}{:>8}{:>8}\n",
            "metric", "forecast by", "days", "wis", "/ persistence", "90 %", "95 %"
        );
    }
    for row in &found.scores {
        let [_, ninety, most] = row.coverage;
        out += &format!(
            "{:32}{:24}{:>8}{:>10}{:>14.3}{ninety:>8.2}{most:>8.2}\n",
            row.metric,
            row.model,
            row.count,
            number(row.wis),
            row.ratio
        );
    }
    let record = &found.record;
    let rows = [
        ("forecasts from", record.issued.join(", ")),
        ("worlds, effective at the end", format!("{}, {:.0}", record.particles, record.particles_effective)),
        ("wall time", format!("{:.1} s", record.wall_s)),
        ("memory, most used", format!("{} MB", record.peak_memory_bytes / 1_000_000)),
        ("report", page.display().to_string()),
    ];
    out.push('\n');
    rows.iter().for_each(|(name, value)| out += &format!("{name:32}{value}\n"));
    out
}
