//! Sensitivity: which of a study's keys each metric hangs on, by Morris' screening or Sobol' indices.
pub mod design;
pub mod indices;
mod tables;

use crate::comparison::statistics::RESAMPLES;
use crate::ensemble::Member;
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::sweep::build::Builder;
use crate::sweep::design::{Range, Spread, VARIANTS_MAX};
use crate::sweep::file::StudyFile;
use crate::sweep::{Forecast, Made, StudyRecord, Sweep, SweepOptions, tables::write_all, write_record};
use citytwin_metrics::{MetricKind, metrics};
use citytwin_scenario::{Findings, Vocabulary};
use citytwin_world::problem::Problem;
use design::Design;
use indices::{Indices, indices};
use rayon::prelude::*;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How sensitivity is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Effects along trajectories: which keys matter at all, for few runs.
    Morris,
    /// Shares of the variance: how much each key matters, alone and with the others.
    Sobol,
}

/// A measure of sensitivity: its column, and what it says.
pub type Measure = (&'static str, &'static str);

impl Method {
    /// Names, in the order of the variants.
    pub const NAMES: [&str; 2] = ["morris", "sobol"];

    /// The method of a name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        [Self::Morris, Self::Sobol].get(place).copied()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Variants that one trajectory or base point takes, for a number of keys.
    pub const fn group(self, keys: u64) -> u64 {
        match self {
            Self::Morris => keys + 1,
            Self::Sobol => keys + 2,
        }
    }

    /// What it measures of a key.
    pub const fn measures(self) -> &'static [Measure] {
        match self {
            Self::Morris => &[
                (
                    "mu",
                    "Mean effect of the key, as if it went through its whole range, in the metric's unit.",
                ),
                ("mu_star", "Mean size of that effect, whatever its sign."),
                ("sigma", "Standard deviation of that effect: how much it bends or hangs on other keys."),
            ],
            Self::Sobol => &[
                ("first", "Share of the metric's variance that the key explains alone (first-order index)."),
                ("total", "Share that it has a part in, alone or with other keys (total index)."),
            ],
        }
    }
}

/// A key of the study and its range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    /// Path of the key.
    pub name: String,
    /// How values spread: `even`, `logarithmic`, or `normal`.
    pub spread: &'static str,
    /// Low and high, or mean and standard deviation, of `spread`.
    pub ends: [f64; 2],
    /// Unit of both; empty for a pure number.
    pub unit: String,
}

/// `sensitivity.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensitivityRecord {
    /// What is said of all runs, as a sweep says it.
    #[serde(flatten)]
    pub study: StudyRecord,
    /// `morris` or `sobol`.
    pub method: &'static str,
    /// Trajectories, or base points.
    pub size: u32,
    /// Samples behind each interval.
    pub resamples: u32,
    /// Keys, in the order of the study.
    pub keys: Vec<Key>,
    /// Metrics that are the same all over the design: no key touches them.
    pub constant: Vec<&'static str>,
    /// Metrics that have too few values for indices.
    pub without_value: Vec<&'static str>,
}

/// A study made ready: its design, and every variant read and checked.
pub struct Sensitivity {
    sweep: Sweep,
    design: Design,
    size: u32,
}

/// What came of it.
pub struct Found {
    /// The folder.
    pub folder: PathBuf,
    /// Its record.
    pub record: SensitivityRecord,
    /// Metrics that the keys touch, with their indices.
    pub metrics: Vec<(&'static MetricKind, Indices)>,
}

/// Share of a range that a share of the design stands for. Trajectories go to the ends of a range; where a normal
/// spread has none, its levels are the middles of four equally probable parts.
fn share_of(method: Method, range: &Range, share: f64) -> f64 {
    match (method, range.spread) {
        (Method::Morris, Spread::Normal) => {
            (0.5 + share * f64::from(design::LEVELS - 1)) / f64::from(design::LEVELS)
        }
        _ => share,
    }
}

fn key(range: &Range) -> Key {
    let spread = match range.spread {
        Spread::Even => "even",
        Spread::Logarithmic => "logarithmic",
        Spread::Normal => "normal",
    };
    Key { name: range.key.clone(), spread, ends: range.ends, unit: range.unit.clone() }
}

impl Sensitivity {
    /// Makes the design of a study (read for [`crate::sweep::file::Purpose::Sensitivity`]) with `size` trajectories or
    /// base points and checks each variant; `flags` are laid over the scenario.
    ///
    /// # Errors
    /// Too many variants or keys, or values that a scenario can't have, the first ten told.
    pub fn prepare(
        study: StudyFile,
        (method, size): (Method, u32),
        flags: &[(String, String)],
        cities: &Path,
        words: Vocabulary,
    ) -> Result<Self, Findings> {
        let keys = study.ranges.len() as u64;
        let sequence = crate::sweep::design::Method::Sobol;
        let (points_max, dimensions_max) = (sequence.points_max().unwrap_or(u32::MAX), 256);
        if method == Method::Sobol && (size > points_max || 2 * keys > dimensions_max) {
            let most = format!(
                "Sobol' indices have at most {points_max} base points and {} keys",
                dimensions_max / 2
            );
            return Err(Problem::error("E010", most)
                .help("screen many keys with --method morris first")
                .into());
        }
        let variants = u64::from(size) * method.group(keys);
        if variants > VARIANTS_MAX {
            let most = format!("--size {size} makes {variants} variants; a study has at most {VARIANTS_MAX}");
            return Err(Problem::error("E010", most).help("give a smaller --size").into());
        }
        let design = Design::new(method, size, keys as u32, study.seed);
        let ranges = &study.ranges;
        let shares = |point: &Vec<f64>| -> Vec<f64> {
            ranges.iter().zip(point).map(|(range, share)| share_of(method, range, *share)).collect()
        };
        let points: Vec<Vec<f64>> = design.points.iter().map(shares).collect();
        let builder = Builder::new(&study.scenario, flags, cities, words);
        let sweep = Sweep::of_points(study, &points, &Arc::new(builder), false)?;
        Ok(Self { sweep, design, size })
    }

    /// Runs in all.
    pub fn runs(&self) -> usize {
        self.sweep.runs()
    }

    /// The name of a variant.
    pub fn name(&self, variant: usize) -> String {
        self.sweep.name(variant)
    }

    /// Names of the keys, in the order of the indices.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.sweep.study.ranges.iter().map(|range| range.key.as_str())
    }

    /// What all runs would take.
    ///
    /// # Errors
    /// As [`Sweep::forecast`].
    pub fn forecast(&self, options: &SweepOptions) -> Result<Forecast, StudyError> {
        self.sweep.forecast(options)
    }

    /// Makes all runs, finds the indices of every metric, and writes what a sweep writes, with the table `sensitivity`
    /// and `sensitivity.json` in the place of `study.json`. Trajectories and base points that a failed run has a part
    /// in are left out.
    ///
    /// # Errors
    /// As [`Sweep::run`].
    pub fn run(
        &self,
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Member) + Sync),
    ) -> Result<Found, StudyError> {
        let folder = RunFolder::begin(&options.out, options.resume)?;
        let made = self.sweep.make(&folder, options, tell)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pool = pool.map_err(|error| StudyError::Threads(error.to_string()))?;
        let kinds: Vec<&'static MetricKind> = metrics().collect();
        let responses: Vec<Vec<f64>> = (0..kinds.len()).map(|at| self.responses(&made, at)).collect();
        let seed = self.sweep.study.seed;
        let found: Vec<Option<Indices>> =
            pool.install(|| responses.par_iter().map(|values| indices(&self.design, values, seed)).collect());
        let (mut constant, mut without_value, mut touched) = (Vec::new(), Vec::new(), Vec::new());
        for ((kind, values), found) in kinds.into_iter().zip(&responses).zip(found) {
            match found {
                Some(indices) => touched.push((kind, indices)),
                None if is_constant(values) => constant.push(kind.name),
                None => without_value.push(kind.name),
            }
        }
        write_all(&folder, &self.sweep, &made, &[tables::sensitivity(self, &touched)])?;
        let record = SensitivityRecord {
            study: made.record,
            method: self.design.method.name(),
            size: self.size,
            resamples: RESAMPLES,
            keys: self.sweep.study.ranges.iter().map(key).collect(),
            constant,
            without_value,
        };
        write_record(&folder, "sensitivity.json", &record)?;
        Ok(Found { folder: folder.finish()?, record, metrics: touched })
    }

    /// A metric at each point: the mean of its replicates; NaN where one of them has no value.
    fn responses(&self, made: &Made, metric: usize) -> Vec<f64> {
        let mut sums = vec![(0.0, 0u32); self.design.points.len()];
        for (member, outcome) in made.members.iter().zip(&made.outcomes) {
            let sum = &mut sums[member.variant];
            *sum = (sum.0 + outcome.run[metric], sum.1 + 1);
        }
        let replicates = self.sweep.study.replicates;
        let mean =
            |(sum, count): (f64, u32)| if count == replicates { sum / f64::from(count) } else { f64::NAN };
        sums.into_iter().map(mean).collect()
    }
}

/// Whether there are values, and all are one.
fn is_constant(values: &[f64]) -> bool {
    let mut known = values.iter().filter(|value| value.is_finite());
    known.next().is_some_and(|first| known.all(|value| value == first))
}
