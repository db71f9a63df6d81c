//! Sweeps: a scenario over many values of its keys, several seeds each, on all cores, taken up where it was left.
pub mod build;
mod city;
pub mod data;
pub mod design;
pub mod file;
mod prior;
pub mod spread;
pub(crate) mod tables;

use crate::comparison::outcome::{self, Outcome};
use crate::ensemble::{Ensemble, Member, VariantName};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::memory;
use crate::run::Job;
use build::Builder;
use citytwin_scenario::{CitySize, Findings, Scenario, Vocabulary};
use citytwin_world::problem::{Problem, Problems};
use design::Values;
use file::StudyFile;
use rayon::prelude::*;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How a sweep is done.
#[derive(Clone, Debug)]
pub struct SweepOptions {
    /// The folder to be.
    pub out: PathBuf,
    /// Goes on with what an interrupted sweep left in that folder.
    pub resume: bool,
    /// Threads; 0 = as many as there are cores.
    pub threads: usize,
    /// Commit that the program was built from.
    pub commit: String,
}

/// A study made ready: every variant read and checked.
pub struct Sweep {
    /// What the study file says.
    pub study: StudyFile,
    /// Values of each variant.
    pub values: Vec<Values>,
    checked: Vec<Checked>,
    builder: Arc<Builder>,
    /// Whether each variant has seeds of its own, so that variants share no accidents.
    apart: bool,
}

/// What is kept of a checked variant: a whole scenario takes about 0.1 MB, and a study may have very many.
#[derive(Clone, Copy, Debug)]
struct Checked {
    /// Digest of its checked content.
    hash: u64,
    /// Digest of its city's and disease's files.
    files: u64,
    days: u32,
    size: Option<CitySize>,
}

impl Checked {
    fn of(scenario: &Scenario, builder: &Builder) -> Self {
        let (days, size) = (scenario.days, scenario.city.size);
        Self { hash: hash_of(scenario), files: builder.files_hash(scenario), days, size }
    }
}

fn hash_of(scenario: &Scenario) -> u64 {
    u64::from_str_radix(&scenario.hash, 16).unwrap_or_default()
}

/// Variants checked at a time, so that a study with many mistakes is told of soon.
const CHECKED_TOGETHER: usize = 256;

/// What a sweep would take, as a short run of its first variant tells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// Variants.
    pub variants: usize,
    /// Runs in all.
    pub runs: usize,
    /// Runs side by side.
    pub workers: usize,
    /// Wall seconds of all runs.
    pub wall_s: f64,
    /// Greatest memory, bytes.
    pub memory_bytes: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Days that the probe lived.
    pub probe_days: u32,
}

/// A run that failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failed {
    /// Its variant.
    pub variant: String,
    /// Its seed.
    pub seed: u64,
    /// Why.
    pub message: String,
}

/// `study.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudyRecord {
    /// Name of the study.
    pub study: String,
    /// Its caption.
    pub caption: String,
    /// The scenario file.
    pub scenario: String,
    /// Variants.
    pub variants: usize,
    /// Runs of each.
    pub replicates: u32,
    /// Seed of the first replicate.
    pub seed: u64,
    /// Runs that failed.
    pub failed: Vec<Failed>,
    /// Wall seconds of all runs together, each counted by its own clock.
    pub runs_wall_s: f64,
    /// Wall seconds of the sweep since it was last taken up.
    pub wall_s: f64,
    /// Runs that went side by side.
    pub workers: usize,
    /// Greatest memory of the process, bytes.
    pub peak_memory_bytes: u64,
    /// Version of the program.
    pub version: &'static str,
    /// Commit it was built from; empty where unknown.
    pub commit: String,
}

/// Days that a probe lives at most.
const PROBE_DAYS: u32 = 7;

impl Sweep {
    /// Makes all variants of a study and checks each; `flags` are laid over the scenario before the study's values.
    ///
    /// # Errors
    /// Too many variants, or combinations of values that a scenario can't have, the first ten told.
    pub fn prepare(
        study: StudyFile,
        flags: &[(String, String)],
        cities: &Path,
        words: Vocabulary,
    ) -> Result<Self, Findings> {
        if design::count(&study.grid, &study.zip, study.size).is_none() {
            let most = design::VARIANTS_MAX;
            let problem = Problem::error("E010", format!("the study has more than {most} variants"));
            return Err(problem.help("vary fewer keys, or sample them: [sample] size = 256").into());
        }
        let points = match study.ranges.len() as u32 {
            0 => Vec::new(),
            keys => study.method.points(study.size, keys, study.seed),
        };
        let builder = Builder::new(&study.scenario, flags, cities, words);
        Self::of_points(study, &points, &Arc::new(builder), false)
    }

    /// Makes the variants of a study at points of its ranges' unit cube; `apart` gives each seeds of its own.
    ///
    /// # Errors
    /// Combinations of values that a scenario can't have, the first ten told.
    pub(crate) fn of_points(
        study: StudyFile,
        points: &[Vec<f64>],
        builder: &Arc<Builder>,
        apart: bool,
    ) -> Result<Self, Findings> {
        let values = design::variants(&study.grid, &study.zip, &study.ranges, points);
        let mut checked = Vec::new();
        let mut wrong = Problems::new();
        let check = |own: &Values| builder.scenario(own).map(|scenario| Checked::of(&scenario, builder));
        for together in values.chunks(CHECKED_TOGETHER) {
            let found: Vec<Result<Checked, Findings>> = together.par_iter().map(check).collect();
            for one in found {
                match one {
                    Ok(one) => checked.push(one),
                    Err(findings) if wrong.error_count() < 10 => wrong.extend(findings.problems),
                    Err(_) => {}
                }
            }
            if wrong.has_errors() {
                break;
            }
        }
        if wrong.has_errors() {
            return Err(Findings::new(wrong, Default::default()));
        }
        Ok(Self { study, values, checked, builder: Arc::clone(builder), apart })
    }

    /// The name of a variant: its number, from 1, with as many digits as the last has.
    pub fn name(&self, variant: usize) -> String {
        let digits = self.checked.len().to_string().len();
        format!("{:0digits$}", variant + 1)
    }

    /// Runs in all.
    pub fn runs(&self) -> usize {
        self.checked.len() * self.study.replicates as usize
    }

    fn job(&self, variant: usize, seed: u64) -> Result<Job, Problems> {
        let missing = || Problem::error("E020", format!("there is no variant {variant}"));
        let (own, checked) = self.values.get(variant).zip(self.checked.get(variant)).ok_or_else(missing)?;
        let scenario = self.builder.scenario(own).map_err(|findings| findings.problems)?;
        if hash_of(&scenario) != checked.hash {
            let name = self.study.scenario.display();
            let problem = Problem::error("E056", format!("{name} has changed since the study began"));
            return Err(problem.help("begin the study anew, without --resume").into());
        }
        self.builder.job(&scenario, seed)
    }

    fn members(&self) -> Vec<Member> {
        let replicates = u64::from(self.study.replicates);
        let first = |variant: usize| if self.apart { variant as u64 * replicates } else { 0 };
        let member = |variant: usize, r: u64| Member {
            variant,
            seed: self.study.seed.wrapping_add(first(variant)).wrapping_add(r),
        };
        let variants = 0..self.checked.len();
        variants.flat_map(|variant| (0..replicates).map(move |r| member(variant, r))).collect()
    }

    /// Runs that fit side by side into memory, and the forecast of what they take.
    fn workers(&self, threads: usize) -> Result<(usize, u64), StudyError> {
        let sizes = self.checked.iter().filter_map(|one| Some((one.size?, one.days)));
        let forecast = |worlds: usize| {
            let of =
                sizes.clone().map(|(size, days)| memory::forecast_worlds_bytes(&size, days, false, worlds));
            of.max().unwrap_or(0)
        };
        memory::fits(forecast(1))?;
        let most =
            (2..=threads.min(self.runs())).take_while(|worlds| memory::fits(forecast(*worlds)).is_ok());
        let workers = most.last().unwrap_or(1);
        Ok((workers, forecast(workers)))
    }

    /// What the sweep would take: counted, and timed on some days of the first variant, whose folder is removed again.
    ///
    /// # Errors
    /// As a run.
    pub fn forecast(&self, options: &SweepOptions) -> Result<Forecast, StudyError> {
        let (workers, memory_bytes) = self.workers(threads(options.threads))?;
        let mut job = self.job(0, self.study.seed)?;
        let days = job.days;
        job.days = days.min(PROBE_DAYS);
        let probe_days = job.days;
        let mut folder = options.out.clone().into_os_string();
        folder.push(".probe");
        let folder = PathBuf::from(folder);
        if folder.exists() {
            return Err(StudyError::Occupied(folder));
        }
        let run = crate::ensemble::lean(folder.clone(), &options.commit);
        job.tables = crate::ensemble::tables();
        let began = Instant::now();
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads((threads(options.threads) / workers).max(1)).build();
        let pool = pool.map_err(|error| StudyError::Threads(error.to_string()))?;
        pool.install(|| crate::run::run_one(job, &run, &mut |_| {}))?;
        let longer = f64::from(days) / f64::from(probe_days.max(1));
        let each_s = began.elapsed().as_secs_f64() * longer;
        let disk = bytes_in(&folder, longer).map_err(StudyError::file(&folder))?;
        std::fs::remove_dir_all(&folder).map_err(StudyError::file(&folder))?;
        Ok(Forecast {
            variants: self.checked.len(),
            runs: self.runs(),
            workers,
            wall_s: each_s * self.runs() as f64 / workers as f64,
            memory_bytes,
            disk_bytes: (disk * self.runs() as f64) as u64,
            probe_days,
        })
    }

    /// Makes all runs and writes the folder: `runs/study=…/variant=…/seed=…` with a Parquet and CSV table each, and
    /// over them `variants`, `runs`, `tables.json` (columns with units) and `study.json`. A run that fails is told in
    /// `study.json`; the others go on. `tell` gets the number of runs done.
    ///
    /// # Errors
    /// When nothing can be written, or a finished run can't be read again.
    pub fn run(
        &self,
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Member) + Sync),
    ) -> Result<(PathBuf, StudyRecord), StudyError> {
        let folder = RunFolder::begin(&options.out, options.resume)?;
        let made = self.make(&folder, options, tell)?;
        tables::write_all(&folder, self, &made, &[])?;
        write_record(&folder, "study.json", &made.record)?;
        Ok((folder.finish()?, made.record))
    }

    /// The folder of a run in a folder under construction.
    pub(crate) fn folder_of(&self, folder: &RunFolder, member: Member) -> PathBuf {
        let variant = format!("variant={}", self.name(member.variant));
        self.runs_folder(folder).join(variant).join(format!("seed={}", member.seed))
    }

    fn runs_folder(&self, folder: &RunFolder) -> PathBuf {
        folder.partial().join("runs").join(format!("study={}", self.study.name))
    }

    /// Makes all runs in a folder under construction and reads what came of them.
    ///
    /// # Errors
    /// As [`Sweep::run`].
    pub(crate) fn make(
        &self,
        folder: &RunFolder,
        options: &SweepOptions,
        tell: &(dyn Fn(usize, Member) + Sync),
    ) -> Result<Made, StudyError> {
        let began = Instant::now();
        let (workers, _) = self.workers(threads(options.threads))?;
        let build = |variant: usize, seed: u64| self.job(variant, seed);
        let variants = self.checked.iter().enumerate();
        let ensemble = Ensemble {
            variants: variants
                .map(|(v, s)| VariantName { name: self.name(v), scenario_hash: s.hash, files_hash: s.files })
                .collect(),
            build: &build,
            folder: self.runs_folder(folder),
            commit: options.commit.clone(),
            workers,
            threads: threads(options.threads),
        };
        let members = self.members();
        let done = AtomicUsize::new(0);
        let mut faults =
            ensemble.run(&members, false, &|member| tell(done.fetch_add(1, Ordering::Relaxed) + 1, member));
        faults.sort_by_key(|(member, _)| (member.variant, member.seed));
        let failed = |member: &Member| {
            faults.binary_search_by_key(&(member.variant, member.seed), |(m, _)| (m.variant, m.seed)).is_ok()
        };
        let finished: Vec<Member> = members.into_iter().filter(|member| !failed(member)).collect();
        let outcomes: Vec<Outcome> = finished
            .iter()
            .map(|member| outcome::read_over_run(&ensemble.folder_of(*member)))
            .collect::<Result<_, _>>()?;
        let told = |(member, error): &(Member, StudyError)| {
            let (variant, message) = (self.name(member.variant), error.to_string());
            Failed { variant, seed: member.seed, message }
        };
        let record = StudyRecord {
            study: self.study.name.clone(),
            caption: self.study.caption.clone(),
            scenario: self.study.scenario.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            variants: self.checked.len(),
            replicates: self.study.replicates,
            seed: self.study.seed,
            failed: faults.iter().map(told).collect(),
            runs_wall_s: outcomes.iter().map(|outcome| outcome.wall_s).sum(),
            wall_s: began.elapsed().as_secs_f64(),
            workers,
            peak_memory_bytes: memory::peak_bytes(),
            version: env!("CARGO_PKG_VERSION"),
            commit: options.commit.clone(),
        };
        Ok(Made { members: finished, outcomes, record })
    }
}

/// What came of the runs of a study.
pub(crate) struct Made {
    /// Runs that are finished, by variant and seed.
    pub members: Vec<Member>,
    /// Their outcomes.
    pub outcomes: Vec<Outcome>,
    /// What is to be said of all of them.
    pub record: StudyRecord,
}

/// Writes a record as JSON.
pub(crate) fn write_record(
    folder: &RunFolder,
    name: &str,
    record: &impl Serialize,
) -> Result<(), StudyError> {
    let text = serde_json::to_string_pretty(record)
        .map_err(|e| StudyError::Table { table: name.into(), message: e.to_string() })?;
    folder.write_bytes(name, text.as_bytes()).map(drop)
}

/// As many threads as asked for, or as there are cores.
pub(crate) fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// Bytes of a probe's files, of those that have a row per day as many as a whole run would have.
fn bytes_in(folder: &Path, longer: f64) -> std::io::Result<f64> {
    let of = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry?;
        let daily = entry.file_name().to_string_lossy().starts_with("metrics.");
        Ok(entry.metadata()?.len() as f64 * if daily { longer } else { 1.0 })
    };
    std::fs::read_dir(folder)?.map(of).sum()
}
