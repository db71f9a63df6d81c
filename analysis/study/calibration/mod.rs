//! Calibration: which values of a study's keys make runs like what was observed, and what such runs say.
pub mod abc;
pub mod coordinates;
pub mod data;
pub mod fit;
pub mod linear;
pub mod smoother;
pub(crate) mod tables;
pub use tables::Spread;

use crate::comparison::outcome;
use crate::ensemble::Member;
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::observations::Observations;
use crate::sweep::build::Builder;
use crate::sweep::design::{Range, Values};
use crate::sweep::file::{Share, StudyFile};
use crate::sweep::{Failed, Sweep, SweepOptions, write_record};
use abc::Origin;
use citytwin_metrics::{MetricKind, metrics};
use citytwin_scenario::source::Sources;
use citytwin_scenario::{Findings, Scenario, Vocabulary};

use citytwin_world::Date;
use data::Target;
use fit::{Fit, Round, Settings, fit};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Metrics whose bands are told beside those observed.
pub const FOLLOWED: [&str; 3] = ["incidence_persons", "prevalence_persons", "hospital_occupancy_beds"];
/// Seeds between the rounds of a fit: more than a round has points.
const SEEDS_APART: u64 = 1 << 24;

/// A fitted value in the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// Path of the key, or `observed.METRIC` for a share.
    pub name: String,
    /// Its unit.
    pub unit: String,
}

/// `calibration.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationRecord {
    /// Name of the study.
    pub study: String,
    /// Its caption.
    pub caption: String,
    /// The scenario file.
    pub scenario: String,
    /// `abc` or `es-mda`.
    pub method: &'static str,
    /// First day of the runs.
    pub start_date: String,
    /// Days of a run.
    pub days: u32,
    /// Seed of the proposals and, with a step for each, of all runs.
    pub seed: u64,
    /// The values fitted.
    pub keys: Vec<Fitted>,
    /// Metrics observed.
    pub observed: Vec<&'static str>,
    /// The rounds.
    pub rounds: Vec<Round>,
    /// Particles of the posterior.
    pub particles: usize,
    /// Runs that particles of their weights are worth: one over the sum of their squares.
    pub particles_effective: f64,
    /// Runs made.
    pub runs: usize,
    /// Runs that failed.
    pub failed: Vec<Failed>,
    /// Wall seconds since it was last taken up.
    pub wall_s: f64,
    /// Greatest memory of the process, bytes.
    pub peak_memory_bytes: u64,
    /// Version of the program.
    pub version: &'static str,
    /// Commit it was built from; empty where unknown.
    pub commit: String,
}

/// A calibration made ready.
pub struct Calibration {
    study: StudyFile,
    builder: Arc<Builder>,
    target: Target,
    start: Date,
    days: u32,
}

/// What came of it.
pub struct Found {
    /// The folder.
    pub folder: PathBuf,
    /// Its record.
    pub record: CalibrationRecord,
    /// The values fitted, each with what is known of it now.
    pub parameters: Vec<(Fitted, tables::Spread)>,
}

/// The ranges that a study fits: those of its keys, then its unknown shares.
pub(crate) fn ranges(study: &StudyFile) -> Vec<Range> {
    let unknown = study.observed.iter().filter_map(|one| match &one.share {
        Share::Unknown(range) => Some(range.clone()),
        Share::Known(_) => None,
    });
    study.ranges.iter().cloned().chain(unknown).collect()
}

/// Persons of the place observed for each of the city simulated; 1 where the study doesn't say how many they are.
///
/// # Errors
/// What is wrong with the city.
pub(crate) fn scale(study: &StudyFile, builder: &Builder, scenario: &Scenario) -> Result<f64, Findings> {
    let Some(observed) = study.data.population else { return Ok(1.0) };
    let residents =
        builder.population(scenario).map_err(|problems| Findings::new(problems, Sources::default()))?;
    Ok(observed / residents.max(1) as f64)
}

/// Metrics that are read of each run: those observed, then the others that bands are told of.
pub(crate) fn followed(target: &Target) -> Vec<&'static MetricKind> {
    let observed: Vec<&'static MetricKind> = target.columns.iter().map(|column| column.metric).collect();
    let others = FOLLOWED.iter().filter_map(|name| citytwin_metrics::find(name));
    let others: Vec<_> = others.filter(|kind| observed.iter().all(|known| known.name != kind.name)).collect();
    [observed, others].concat()
}

/// Values by metric and day of each run.
pub(crate) type Series = BTreeMap<(u32, usize), Vec<Vec<f64>>>;

impl Calibration {
    /// Makes a calibration of a study (read for [`crate::sweep::file::Purpose::Calibration`]) by observations; `flags` are
    /// laid over the scenario.
    ///
    /// # Errors
    /// What is wrong with the scenario, and E145 where nothing was observed on its days.
    pub fn prepare(
        study: StudyFile,
        observations: &Observations,
        flags: &[(String, String)],
        cities: &Path,
        vocabulary: Vocabulary,
    ) -> Result<Self, Findings> {
        let builder = Builder::new(&study.scenario, flags, cities, vocabulary);
        let single = |axes: &[crate::sweep::design::Axis]| -> Values {
            axes.iter().filter_map(|axis| Some((axis.key.clone(), axis.values.first()?.clone()))).collect()
        };
        let own = [single(&study.grid), single(&study.zip)].concat();
        let scenario = builder.scenario(&own)?;
        let days = observations.on_days(scenario.start, scenario.days).map_err(Findings::from)?;
        let columns = observations.columns.iter().map(|(metric, _)| *metric).zip(days);
        let target = Target::new(columns, &study.observed, scale(&study, &builder, &scenario)?);
        let (start, days) = (scenario.start, scenario.days);
        Ok(Self { study, builder: Arc::new(builder), target, start, days })
    }

    /// Runs at most.
    pub fn runs(&self, settings: &Settings) -> usize {
        let (size, rounds) = (settings.size as usize, settings.rounds as usize);
        match settings.method {
            fit::Method::EsMda => size * (rounds + 1),
            fit::Method::Abc => {
                let kept = (size as f64 * settings.keep).round() as usize;
                size + size.saturating_sub(kept.max(2)).max(1) * rounds.saturating_sub(1)
            }
        }
    }

    /// The values of a point: of all ranges, keys and shares.
    fn spreads(&self, fit: &Fit) -> Vec<(Fitted, tables::Spread)> {
        let of = |(at, range): (usize, &Range)| {
            let values = fit.population.kept.iter().map(|p| range.number(coordinates::share(p.at[at])));
            let spread = tables::Spread::of(range, values.zip(fit.weights.iter().copied()).collect());
            (Fitted { name: range.key.clone(), unit: range.unit.clone() }, spread)
        };
        ranges(&self.study).iter().enumerate().map(of).collect()
    }

    /// Makes runs round by round, and writes the folder: the runs under `runs/study=NAME-roundN`, the tables
    /// `parameters`, `posterior`, `bands` and `rounds`, and `calibration.json`. A run that fails is told and left out.
    ///
    /// # Errors
    /// When nothing can be written, a proposal is one that the scenario refuses, or no run has a value (E149).
    pub fn run(
        &self,
        settings: &Settings,
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Member) + Sync),
    ) -> Result<Found, StudyError> {
        let began = Instant::now();
        let folder = RunFolder::begin(&options.out, options.resume)?;
        let (mut series, mut failed, mut runs) = (Series::new(), Vec::new(), 0);
        let keys = self.study.ranges.len();
        let fitted = fit(
            settings,
            ranges(&self.study).len() as u32,
            &self.target.observed(),
            &mut |round, points| {
                let (made, failures) =
                    self.round(&folder, (round, keys), points, options, &|done, member| {
                        tell(runs + done, member)
                    })?;
                runs += points.len();
                failed.extend(failures);
                let predicted = points.iter().enumerate().map(|(index, point)| {
                    // The chance of what is observed belongs to the prediction where predictions are compared with data as
                    // they are; the smoother adds it itself.
                    let chance = data::draws(settings.seed, round, index as u32);
                    let chance = Some(chance).filter(|_| settings.method == fit::Method::Abc);
                    self.target.predicted(made.get(&(round, index))?, point.get(keys..)?, chance)
                });
                let predicted = predicted.collect();
                series.extend(made);
                Ok(predicted)
            },
        )?;
        self.write(&folder, settings, &fitted, &series)?;
        let spreads = self.spreads(&fitted);
        let squares: f64 = fitted.weights.iter().map(|weight| weight * weight).sum();
        let record = CalibrationRecord {
            study: self.study.name.clone(),
            caption: self.study.caption.clone(),
            scenario: self.builder.file().file_name().unwrap_or_default().to_string_lossy().into_owned(),
            method: settings.method.name(),
            start_date: self.start.to_string(),
            days: self.days,
            seed: settings.seed,
            keys: spreads.iter().map(|(fitted, _)| fitted.clone()).collect(),
            observed: self.target.columns.iter().map(|column| column.metric.name).collect(),
            rounds: fitted.rounds.clone(),
            particles: fitted.weights.len(),
            particles_effective: 1.0 / squares,
            runs,
            failed,
            wall_s: began.elapsed().as_secs_f64(),
            peak_memory_bytes: crate::memory::peak_bytes(),
            version: env!("CARGO_PKG_VERSION"),
            commit: options.commit.clone(),
        };
        write_record(&folder, "calibration.json", &record)?;
        Ok(Found { folder: folder.finish()?, record, parameters: spreads })
    }

    /// The runs of a round, read: the metrics followed by day. Each point has chance of its own.
    fn round(
        &self,
        folder: &RunFolder,
        (round, keys): (u32, usize),
        points: &[Vec<f64>],
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Member) + Sync),
    ) -> Result<(Series, Vec<Failed>), StudyError> {
        let study = StudyFile {
            name: format!("{}-round{round}", self.study.name),
            seed: self.study.seed.wrapping_add(u64::from(round) * SEEDS_APART),
            replicates: 1,
            ..self.study.clone()
        };
        let shares: Vec<Vec<f64>> = points
            .iter()
            .map(|point| point.iter().take(keys).map(|z| coordinates::share(*z)).collect())
            .collect();
        let refused = |findings: Findings| StudyError::Input(findings.problems);
        let sweep = Sweep::of_points(study, &shares, &self.builder, true).map_err(refused)?;
        let made = sweep.make(folder, options, tell)?;
        let places: Vec<usize> = followed(&self.target)
            .iter()
            .filter_map(|kind| metrics().position(|metric| metric.name == kind.name))
            .collect();
        let mut series = Series::new();
        for member in &made.members {
            let outcome = outcome::read(&sweep.folder_of(folder, *member))?;
            let of = places.iter().map(|at| outcome.days[*at].clone()).collect();
            series.insert((round, member.variant), of);
        }
        Ok((series, made.record.failed))
    }

    fn write(
        &self,
        folder: &RunFolder,
        settings: &Settings,
        fit: &Fit,
        series: &Series,
    ) -> Result<(), StudyError> {
        let ranges = ranges(&self.study);
        let own = self.study.ranges.len();
        let particles: Vec<tables::Run> = fit
            .population
            .kept
            .iter()
            .zip(&fit.weights)
            .filter_map(|(particle, weight)| {
                let Origin { round, index } = particle.origin;
                let stands = |at| tables::ShareOf::standing(self.target.share(at, &particle.at[own..]));
                Some(tables::Run {
                    weight: *weight,
                    series: series.get(&(round, index))?.as_slice(),
                    shares: (0..self.target.columns.len()).map(stands).collect(),
                })
            })
            .collect();
        let bands =
            tables::bands("", &followed(&self.target), &self.target, &particles, (self.start, settings.seed));
        let all = [
            tables::parameters(&self.spreads(fit)),
            tables::posterior(&ranges, fit, self.study.seed),
            tables::bands_table(&[bands]),
            tables::rounds(&fit.rounds),
        ];
        tables::write_all(folder, &all)
    }
}
