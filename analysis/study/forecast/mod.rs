//! Forecasts: an ensemble of whole worlds kept in step with what was observed, and carried on under each variant.
mod course;
pub mod drift;
pub mod filter;
pub mod level;
pub mod regression;
mod tables;
pub mod world;

use crate::calibration::coordinates;
use crate::calibration::data::Target;
use crate::calibration::{Fitted, Spread, followed, ranges, scale};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::memory;
use crate::observations::Observations;
use crate::sweep::build::Builder;
use crate::sweep::design::{self, Range, Values};
use crate::sweep::file::StudyFile;
use crate::sweep::{SweepOptions, threads, write_record};
use citytwin_metrics::MetricKind;
use citytwin_scenario::{CitySize, Findings, Vocabulary};
use citytwin_world::problem::Problem;
use citytwin_world::{Date, Draw};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;
pub use tables::ModelRow;

/// Purpose of the draws of seeds.
const SEEDS: u32 = 0x0908;

/// How a forecast is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Worlds.
    pub members: u32,
    /// Days between two looks at the observations.
    pub window_days: u32,
    /// The first day that is forecast.
    pub from: Date,
    /// Days forecast.
    pub days_ahead: u32,
    /// Days after which the next forecast is made, as long as there are observations; 0 = one forecast.
    pub repeat_days: u32,
}

/// `forecast.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastRecord {
    /// Name of the study.
    pub study: String,
    /// Its caption.
    pub caption: String,
    /// The scenario file.
    pub scenario: String,
    /// First day of the run.
    pub start_date: String,
    /// Days of the run, forecast ones included.
    pub days: u32,
    /// First day of the last forecast.
    pub from_date: String,
    /// Days forecast each time.
    pub days_ahead: u32,
    /// First days of all forecasts.
    pub issued: Vec<String>,
    /// Variants, the one that was in force while observed first.
    pub variants: Vec<String>,
    /// Seed of all chance.
    pub seed: u64,
    /// The values that worlds differ in.
    pub keys: Vec<Fitted>,
    /// Metrics observed.
    pub observed: Vec<&'static str>,
    /// Worlds.
    pub particles: usize,
    /// What the weights were worth at the last look, worlds.
    pub particles_effective: f64,
    /// The least power that a likelihood was taken to so that the weights of a look stayed worth a third of the worlds: 1 =
    /// the data counted in full.
    pub power_least: f64,
    /// Worlds lived, copies from look to look not counted.
    pub runs: usize,
    /// Wall seconds.
    pub wall_s: f64,
    /// Greatest memory of the process, bytes.
    pub peak_memory_bytes: u64,
    /// Version of the program.
    pub version: &'static str,
    /// Commit it was built from; empty where unknown.
    pub commit: String,
}

/// A variant: its name and values.
struct Variant {
    name: String,
    values: Values,
}

/// A forecast made ready.
pub struct Forecasting {
    study: StudyFile,
    settings: Settings,
    builder: Builder,
    variants: Vec<Variant>,
    ranges: Vec<Range>,
    target: Target,
    metrics: Vec<&'static MetricKind>,
    start: Date,
    size: Option<CitySize>,
    issues: Vec<u32>,
}

/// What came of it.
pub struct Found {
    /// The folder.
    pub folder: PathBuf,
    /// Its record.
    pub record: ForecastRecord,
    /// The values, each with what is known of it.
    pub parameters: Vec<(Fitted, Spread)>,
    /// Scores of each variant and of persistence; empty where no day forecast has been observed.
    pub scores: Vec<ModelRow>,
}

/// Names of variants after the values in which they differ.
fn variants(study: &StudyFile) -> Vec<Variant> {
    let all = design::variants(&study.grid, &study.zip, &[], &[]);
    let differs = |key: &str| {
        let of =
            |values: &Values| values.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        all.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]))
    };
    let name = |values: &Values| {
        let told = values.iter().filter(|(key, _)| differs(key));
        let told: Vec<String> = told
            .map(|(key, value)| {
                format!("{} {}", key.rsplit('.').next().unwrap_or(key), value.trim_matches('"'))
            })
            .collect();
        told.join(", ")
    };
    all.iter().map(|values| Variant { name: name(values), values: values.clone() }).collect()
}

impl Forecasting {
    /// Makes a forecast of a study (read for [`crate::sweep::file::Purpose::Forecast`]) by observations; `flags` are laid
    /// over the scenario.
    ///
    /// # Errors
    /// What is wrong with the scenario, E145 where nothing was observed on its days, E148 where the forecast doesn't begin
    /// after an observation and end on its days.
    pub fn prepare(
        study: StudyFile,
        settings: Settings,
        observations: &Observations,
        flags: &[(String, String)],
        cities: &Path,
        vocabulary: Vocabulary,
    ) -> Result<Self, Findings> {
        let builder = Builder::new(&study.scenario, flags, cities, vocabulary);
        let variants = variants(&study);
        let own = variants.first().map(|variant| variant.values.clone()).unwrap_or_default();
        let scenario = builder.scenario(&own)?;
        let days = observations.on_days(scenario.start, scenario.days).map_err(Findings::from)?;
        let late = study.data.delay_days;
        let known = |of: &dyn Fn(usize) -> bool| {
            days.iter().any(|row| (0..row.len()).any(|day| row[day].is_finite() && of(day)))
        };
        let first = i64::from(settings.from.0) - i64::from(scenario.start.0);
        let ends = first + i64::from(settings.days_ahead);
        if first < 1
            || ends > i64::from(scenario.days)
            || !known(&|day| (day as i64) + i64::from(late) < first)
        {
            let last = scenario.start.plus(scenario.days as i32 - 1);
            let words = format!(
                "{} days from {} on don't follow an observation on the run's days, {} to {last}",
                settings.days_ahead, settings.from, scenario.start
            );
            let help = "move [time] start or --from, or set time.days higher";
            return Err(Problem::error("E148", words).help(help).into());
        }
        let mut issues = vec![first as u32];
        if settings.repeat_days > 0 {
            let again = (first as u32..).step_by(settings.repeat_days as usize).skip(1);
            let ends = |issue: &u32| issue.saturating_add(settings.days_ahead) <= scenario.days;
            issues.extend(again.take_while(|next| ends(next) && known(&|day| day as u32 >= *next)));
        }
        let columns = observations.columns.iter().map(|(metric, _)| *metric).zip(days);
        let target = Target::new(columns, &study.observed, scale(&study, &builder, &scenario)?);
        Ok(Self {
            ranges: ranges(&study),
            metrics: followed(&target),
            start: scenario.start,
            size: scenario.city.size,
            study,
            settings,
            builder,
            variants,
            target,
            issues,
        })
    }

    /// Looks at observations and forecasts together: what progress is counted in.
    pub fn steps(&self) -> usize {
        self.looks().len() + self.issues.len()
    }

    /// Ends of the windows: days after which the observations so far are looked at.
    fn looks(&self) -> Vec<u32> {
        let last = self.issues.last().copied().unwrap_or(0);
        let mut ends: Vec<u32> = (1..)
            .map(|window| window * self.settings.window_days.max(1))
            .take_while(|end| *end < last)
            .chain(self.issues.iter().copied())
            .collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// The scenario's values at coordinates, under a variant.
    fn values(&self, variant: usize, at: &[f64]) -> Values {
        let keys = self.study.ranges.iter().zip(at);
        let fitted = keys.map(|(range, z)| (range.key.clone(), range.value(coordinates::share(*z))));
        self.variants[variant].values.iter().cloned().chain(fitted).collect()
    }

    /// The range of a column's share where that wanders from day to day.
    fn wandering(&self, column: usize) -> Option<&Range> {
        let key = self.target.columns.get(column)?.key?;
        self.ranges.get(self.study.ranges.len() + key).filter(|range| range.drift > 0.0)
    }

    fn seed(&self, place: usize, step: u32) -> u64 {
        let mut draw = Draw::new(self.study.seed, SEEDS, place as u32, step);
        (u64::from(draw.word()) << 32) | u64::from(draw.word())
    }

    /// Makes the forecast and writes the folder: `bands`, `forecasts` (quantiles, as `citytwin score` reads them),
    /// `parameters`, `scores` where days forecast have been observed, and `forecast.json`. `tell` gets the steps done and
    /// the date.
    ///
    /// # Errors
    /// When the worlds don't fit into memory, a variant differs in more than its policies do, or nothing can be written.
    pub fn run(
        &self,
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Date) + Sync),
    ) -> Result<Found, StudyError> {
        let began = Instant::now();
        let (days, worlds) = (self.days(), self.settings.members as usize);
        // While forecasts are made, every world stands twice.
        let size = self.size.map(|size| memory::forecast_worlds_bytes(&size, days, false, 2 * worlds));
        size.map_or(Ok(()), memory::fits)?;
        let folder = RunFolder::begin(&options.out, false)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads(options.threads)).build();
        let pool = pool.map_err(|error| StudyError::Threads(error.to_string()))?;
        let (course, told) = pool.install(|| self.course(tell))?;
        let even = vec![1.0 / worlds as f64; worlds];
        let values: Vec<&[f64]> = course.worlds.iter().map(|world| world.at.as_slice()).collect();
        let parameters: Vec<(Fitted, Spread)> = self
            .ranges
            .iter()
            .enumerate()
            .map(|(key, range)| {
                let of = |at: &&[f64]| range.number(coordinates::share(at[key]));
                let spread = Spread::of(range, values.iter().map(of).zip(even.iter().copied()).collect());
                (Fitted { name: range.key.clone(), unit: range.unit.clone() }, spread)
            })
            .collect();
        let scores = tables::write(self, &folder, &told, &parameters)?;
        let date = |day: &u32| self.start.plus(*day as i32).to_string();
        let record = ForecastRecord {
            study: self.study.name.clone(),
            caption: self.study.caption.clone(),
            scenario: self.builder.file().file_name().unwrap_or_default().to_string_lossy().into_owned(),
            start_date: self.start.to_string(),
            days,
            from_date: self.issues.last().map(date).unwrap_or_default(),
            days_ahead: self.settings.days_ahead,
            issued: self.issues.iter().map(date).collect(),
            variants: self.variants.iter().map(|variant| variant.name.clone()).collect(),
            seed: self.study.seed,
            keys: parameters.iter().map(|(fitted, _)| fitted.clone()).collect(),
            observed: self.target.columns.iter().map(|column| column.metric.name).collect(),
            particles: worlds,
            particles_effective: filter::worth(&course.weights),
            power_least: course.power_least,
            runs: worlds * self.variants.len(),
            wall_s: began.elapsed().as_secs_f64(),
            peak_memory_bytes: memory::peak_bytes(),
            version: env!("CARGO_PKG_VERSION"),
            commit: options.commit.clone(),
        };
        write_record(&folder, "forecast.json", &record)?;
        Ok(Found { folder: folder.finish()?, record, parameters, scores })
    }

    /// Days of the run up to the end of the last forecast.
    fn days(&self) -> u32 {
        self.issues.last().copied().unwrap_or(0) + self.settings.days_ahead
    }
}
