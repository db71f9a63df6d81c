//! Comparing scenarios: the same seeds for each, so that all share the accidents that no policy touches, and what then
//! differs is what the policies do.
pub mod effect;
pub(crate) mod outcome;
pub mod statistics;
mod tables;
mod variants;

pub use variants::{Variant, Variants};
pub(crate) use variants::{city_key, company_key};

use crate::ensemble::{Ensemble, Member};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::map;
use crate::memory;
use crate::provenance::{Hazard, PolicyEntry};
use crate::sweep::threads;
use citytwin_engine::suggest::did_you_mean;
use citytwin_metrics::{MetricKind, metrics};
use citytwin_world::problem::Problem;
use effect::{Effect, Rank, effect, ranking};
use outcome::Outcome;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Fewest replicates before the comparison may stop early.
pub const REPLICATES_LEAST: u32 = 10;
/// Replicates between two looks at the intervals.
pub const REPLICATES_STEP: u32 = 5;

/// How a comparison is done.
#[derive(Clone)]
pub struct CompareOptions {
    /// The folder to be.
    pub out: PathBuf,
    /// Replicates at most.
    pub replicates: u32,
    /// Seed of the first replicate; the others follow.
    pub seed: u64,
    /// The metric by which variants are ranked and by which the comparison stops.
    pub by: &'static MetricKind,
    /// Half-width of the 90 % interval of every effect, as a share of the first scenario's mean, at which it stops; 0 =
    /// never.
    pub tolerance: f64,
    /// Goes on with what an interrupted comparison left in that folder.
    pub resume: bool,
    /// Threads; 0 = as many as there are cores.
    pub threads: usize,
    /// Commit that the program was built from.
    pub commit: String,
}

/// How far a comparison has come.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// Runs done.
    pub runs: usize,
    /// Runs at most.
    pub runs_max: usize,
    /// The run just done.
    pub member: Member,
}

/// A variant in `compare.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VariantRecord {
    /// Name.
    pub name: String,
    /// Its caption.
    pub caption: String,
    /// Digest of its checked content, hexadecimal.
    pub scenario_hash: String,
    /// Transmissibility per unit of exposure, as found for this city.
    pub beta: f64,
    /// Policies.
    pub policies: Vec<PolicyEntry>,
    /// Hazards.
    pub hazards: Vec<Hazard>,
}

/// `compare.json`: what was compared, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonRecord {
    /// The variants, the one that the others are compared with first.
    pub variants: Vec<VariantRecord>,
    /// Name of the city.
    pub city: String,
    /// Where the city's data come from.
    pub city_sources: Vec<String>,
    /// Residents simulated.
    pub population: usize,
    /// Days of each run.
    pub days: u32,
    /// Date of day 0.
    pub start_date: String,
    /// Seed of the first replicate.
    pub seed: u64,
    /// Replicates made of each variant.
    pub replicates: u32,
    /// Replicates asked for at most.
    pub replicates_max: u32,
    /// Metric by which variants are ranked and by which the comparison stops.
    pub by: &'static str,
    /// Half-width of the 90 % interval of every effect, as a share of the first scenario's mean, at which it stops.
    pub tolerance: f64,
    /// Whether it stopped for that before all replicates were made.
    pub stopped_early: bool,
    /// Runs made.
    pub runs: usize,
    /// Runs, as many of each variant, that seeds of their own would have needed for no wider intervals of `by`; `None`
    /// where that can't be told.
    pub runs_independent: Option<f64>,
    /// Wall seconds of all runs together, each counted by its own clock.
    pub runs_wall_s: f64,
    /// Wall seconds of the comparison since it was last taken up.
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

/// A finished comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Its folder.
    pub folder: PathBuf,
    /// What stands in `compare.json`.
    pub record: ComparisonRecord,
    /// Effects by variant from the second on, and metric in the order of the list of all.
    pub effects: Vec<Vec<Effect>>,
    /// The variants by regret.
    pub ranking: Vec<Rank>,
}

/// Everything that the runs say.
pub(crate) struct Outcomes {
    /// By variant and replicate.
    runs: Vec<Vec<Outcome>>,
    /// Names of the zones.
    zones: Vec<String>,
}

impl Outcomes {
    /// The values of a metric (by position) of a variant, by replicate.
    fn of(&self, variant: usize, metric: usize) -> Vec<f64> {
        self.runs[variant].iter().map(|run| run.run[metric]).collect()
    }

    fn effect(&self, variant: usize, metric: usize, kind: &MetricKind) -> Effect {
        effect(&self.of(0, metric), &self.of(variant, metric), kind.better)
    }
}

/// Runs every variant with the same seeds, until the intervals have become narrow enough and a quarter more replicates
/// have been made, or all are made, and writes
/// the folder: `runs.csv`, `effects.csv`, `ranking.csv`, `costs.csv`, `bands.csv`, `zone_effects.csv`, `compare.json`
/// and the runs themselves.
///
/// # Errors
/// When a run can't be made or fails, or nothing can be written; runs that are finished stay, to be gone on with.
pub fn compare(
    variants: &Variants,
    options: &CompareOptions,
    tell: &(dyn Fn(Done) + Sync),
) -> Result<Comparison, StudyError> {
    let began = Instant::now();
    let folder = RunFolder::begin(&options.out, options.resume)?;
    let workers = workers(variants, options)?;
    let build = |variant: usize, seed: u64| variants.job(variant, seed);
    let ensemble = Ensemble {
        variants: variants.names(),
        build: &build,
        folder: folder.partial().join("runs"),
        commit: options.commit.clone(),
        workers,
        threads: threads(options.threads),
    };
    let (outcomes, replicates) = run_until_narrow(&ensemble, options, tell)?;
    let effects: Vec<Vec<Effect>> = (1..outcomes.runs.len())
        .map(|variant| metrics().enumerate().map(|(at, kind)| outcomes.effect(variant, at, kind)).collect())
        .collect();
    let by = position(options.by);
    let values: Vec<Vec<f64>> = (0..outcomes.runs.len()).map(|variant| outcomes.of(variant, by)).collect();
    let ranking = ranking(&values, options.by);
    tables::write_all(&folder, variants, options, &outcomes, &effects, &ranking)?;
    map::write(&folder, variants.city(), &variants.zone_population())?;
    let runs = replicates as usize * outcomes.runs.len();
    let record = ComparisonRecord {
        variants: variants.records()?,
        city: variants.city().info.name.clone(),
        city_sources: variants.city().info.sources.clone(),
        population: variants.population(),
        days: variants.days(),
        start_date: variants.start().to_string(),
        seed: options.seed,
        replicates,
        replicates_max: options.replicates,
        by: options.by.name,
        tolerance: options.tolerance,
        stopped_early: replicates < options.replicates,
        runs,
        runs_independent: runs_independent(effects.iter().map(|of| of[by].pairing_ratio), runs),
        runs_wall_s: outcomes.runs.iter().flatten().map(|run| run.wall_s).sum(),
        wall_s: began.elapsed().as_secs_f64(),
        workers,
        peak_memory_bytes: memory::peak_bytes(),
        version: env!("CARGO_PKG_VERSION"),
        commit: options.commit.clone(),
    };
    let text = serde_json::to_string_pretty(&record)
        .map_err(|e| StudyError::Table { table: "compare.json".into(), message: e.to_string() })?;
    folder.write_bytes("compare.json", text.as_bytes())?;
    Ok(Comparison { folder: folder.finish()?, record, effects, ranking })
}

/// As many times the runs made as the effect needs that gains most from common seeds.
fn runs_independent(pairing_ratios: impl Iterator<Item = f64>, runs: usize) -> Option<f64> {
    pairing_ratios.filter(|ratio| ratio.is_finite()).reduce(f64::max).map(|ratio| ratio * runs as f64)
}

/// What to say of a name that no metric has.
pub fn no_metric(name: &str) -> Problem {
    let names: Vec<&str> = metrics().map(|metric| metric.name).collect();
    let problem = Problem::error("E024", format!("there is no metric `{name}`"));
    match did_you_mean(name, &names) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Position of a metric in the list of all.
fn position(kind: &MetricKind) -> usize {
    metrics().position(|metric| metric.name == kind.name).unwrap_or_default()
}

/// As many runs side by side as there are threads and memory lasts.
fn workers(variants: &Variants, options: &CompareOptions) -> Result<usize, StudyError> {
    let forecast =
        |worlds: usize| memory::forecast_worlds_bytes(&variants.size(), variants.days(), false, worlds);
    memory::fits(forecast(1))?;
    let fitting = (2..=threads(options.threads)).take_while(|worlds| memory::fits(forecast(*worlds)).is_ok());
    Ok(fitting.last().unwrap_or(1))
}

/// Makes replicates in steps until every effect is known closely enough.
fn run_until_narrow(
    ensemble: &Ensemble,
    options: &CompareOptions,
    tell: &(dyn Fn(Done) + Sync),
) -> Result<(Outcomes, u32), StudyError> {
    let variants = ensemble.variants.len();
    let mut outcomes = Outcomes { runs: vec![Vec::new(); variants], zones: Vec::new() };
    let by = position(options.by);
    let (mut replicates, mut goal) = (0, options.replicates);
    while replicates < goal {
        let step = if replicates == 0 { REPLICATES_LEAST } else { REPLICATES_STEP };
        let next = if goal < options.replicates { goal } else { goal.min(replicates + step) };
        let seeds = (replicates..next).map(|replicate| options.seed.wrapping_add(replicate.into()));
        let members: Vec<Member> =
            seeds.flat_map(|seed| (0..variants).map(move |variant| Member { variant, seed })).collect();
        let done = AtomicUsize::new(replicates as usize * variants);
        let faults = ensemble.run(&members, true, &|member| {
            let runs = done.fetch_add(1, Ordering::Relaxed) + 1;
            tell(Done { runs, runs_max: goal as usize * variants, member });
        });
        if let Some((_, fault)) = faults.into_iter().next() {
            return Err(fault);
        }
        for member in members {
            outcomes.runs[member.variant].push(outcome::read(&ensemble.folder_of(member))?);
        }
        replicates = next;
        let narrow = |variant| is_narrow(&outcomes.effect(variant, by, options.by), options.tolerance);
        if options.tolerance > 0.0 && goal == options.replicates && (1..variants).all(narrow) {
            goal = goal.min(replicates + confirming(replicates));
        }
    }
    outcomes.zones = outcome::zone_names(&ensemble.folder_of(Member { variant: 0, seed: options.seed }))?;
    Ok((outcomes, replicates))
}

/// Replicates made once more after the intervals have become narrow. The sequential rule of fixed width of Chow and Robbins
/// (Annals of Mathematical Statistics 36, 1965) keeps the level of the interval as the width goes to 0, but stops most
/// readily where the spread seen so far happens to be small: at some twenty to forty replicates 90 % intervals then hold
/// the truth in 87 to 88 % of cases. With a quarter more, made whatever they say, it is 89 to 90 %.
fn confirming(replicates: u32) -> u32 {
    replicates.div_ceil(4).max(REPLICATES_STEP)
}

/// Whether the 90 % interval of an effect is narrow enough.
fn is_narrow(effect: &Effect, tolerance: f64) -> bool {
    effect.half_widths[1] <= tolerance * effect.reference.abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_metrics::Better;
    use citytwin_world::Draw;

    #[test]
    fn seeds_of_their_own_cost_what_the_closest_pair_saves() {
        assert_eq!(runs_independent([2.0, 3.5, f64::NAN].into_iter(), 60), Some(210.0));
        assert_eq!(runs_independent([f64::INFINITY].into_iter(), 60), None);
    }

    /// How often the 90 % interval holds the truth where the comparison stops by its own rule.
    #[test]
    fn stopping_early_keeps_the_level_of_the_intervals() {
        let trials = 1000;
        let (mut held, mut replicates) = (0, 0);
        for trial in 0..trials {
            let run = |seed: u32| {
                let mut draw = Draw::new(5, 0x7002, trial, seed);
                let mut normal = || (0..12).map(|_| draw.unit_f64()).sum::<f64>() - 6.0;
                let shared = 100.0 + 10.0 * normal();
                (shared + 3.0 * normal(), shared + 3.0 * normal() - 7.0)
            };
            let all = |n: u32| -> (Vec<f64>, Vec<f64>) { (0..n).map(run).unzip() };
            let mut n = REPLICATES_LEAST;
            let found = loop {
                let found = effect(&all(n).0, &all(n).1, Better::Less);
                if is_narrow(&found, 0.012) {
                    break effect(&all(n + confirming(n)).0, &all(n + confirming(n)).1, Better::Less);
                }
                n += REPLICATES_STEP;
            };
            n += confirming(n);
            replicates += n;
            held += u32::from((found.difference + 7.0).abs() <= found.half_widths[1]);
        }
        let share = f64::from(held) / f64::from(trials);
        assert!((share - 0.9).abs() <= 0.02, "{share}");
        let mean = f64::from(replicates) / f64::from(trials);
        // (1.645 × √18 / 1.2)² = 34 replicates where the deviation is known, and a quarter more.
        assert!((38.0..50.0).contains(&mean), "{mean}");
    }
}
