//! The tables of calibrations and forecasts: what is known of parameters, and bands of what may be seen day by day.
use super::Fitted;
use super::abc::Origin;
use super::coordinates;
use super::data::{self, Target, observe};
use super::fit::{Fit, Round};
use crate::comparison::statistics::{ordered, weighted_quantile};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::sweep::design::Range;
use crate::table::{Cells, Table};
use crate::tables::describe;
use citytwin_metrics::MetricKind;
use citytwin_world::{Date, Draw};
use serde_json::json;

/// Quantiles that are told of values and days.
pub const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Draws of what would be observed of each run on each day.
const DRAWS: u32 = 20;

/// What is known of a value before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Quantiles of the prior, at `SHARES`.
    pub prior: [f64; 5],
    /// Mean of the posterior.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Its quantiles, at `SHARES`.
    pub posterior: [f64; 5],
}

impl Spread {
    /// Of a prior and of values with weights that sum to 1.
    pub fn of(range: &Range, values: Vec<(f64, f64)>) -> Self {
        let values = ordered(values);
        let mean: f64 = values.iter().map(|(value, weight)| value * weight).sum();
        let variance: f64 = values.iter().map(|(value, weight)| weight * (value - mean).powi(2)).sum();
        Self {
            prior: SHARES.map(|share| range.number(share)),
            mean,
            sd: variance.sqrt(),
            posterior: SHARES.map(|share| weighted_quantile(&values, share)),
        }
    }
}

/// Words as cells, one a row.
fn words(words: Vec<String>) -> Cells {
    Cells::Name { codes: (0..words.len() as u32).collect(), names: words }
}

/// What is known of each value.
pub(crate) fn parameters(spreads: &[(Fitted, Spread)]) -> Table {
    let column =
        |read: &dyn Fn(&Spread) -> f64| -> Vec<f64> { spreads.iter().map(|(_, s)| read(s)).collect() };
    let names = |read: fn(&Fitted) -> &String| {
        words(spreads.iter().map(|(fitted, _)| read(fitted).clone()).collect())
    };
    let mut table =
        Table::new("parameters", "A row per value fitted: what was known before, and what is now.")
            .column(
                "key",
                "",
                "Key of the scenario, or `observed.METRIC` for a share observed.",
                names(|f| &f.name),
            )
            .column(
                "key_unit",
                "",
                "Unit of all numbers of the row; empty for a pure number.",
                names(|f| &f.unit),
            )
            .column("mean", "", "Mean of the posterior.", column(&|s| s.mean))
            .column("sd", "", "Its standard deviation.", column(&|s| s.sd));
    for (at, share) in SHARES.iter().enumerate() {
        let name = format!("q{:02.0}", share * 100.0);
        table = table.column(
            name,
            "",
            format!("Quantile of the posterior at {share}."),
            column(&|s| s.posterior[at]),
        );
    }
    for (at, share) in SHARES.iter().enumerate() {
        let name = format!("prior_q{:02.0}", share * 100.0);
        table =
            table.column(name, "", format!("Quantile of the prior at {share}."), column(&|s| s.prior[at]));
    }
    table
}

/// The particles of a posterior.
pub(crate) fn posterior(ranges: &[Range], fit: &Fit, seed: u64) -> Table {
    let kept = &fit.population.kept;
    let seed_of = |Origin { round, index }: Origin| {
        seed.wrapping_add(u64::from(round) * super::SEEDS_APART).wrapping_add(index as u64)
    };
    let table = Table::new("posterior", "A row per particle of the posterior, each a run that was made.")
        .column(
            "round",
            "",
            "Round of the run, from 0.",
            kept.iter().map(|p| p.origin.round).collect::<Vec<u32>>(),
        )
        .column(
            "variant",
            "",
            "Number of the variant in that round.",
            kept.iter().map(|p| p.origin.index as u32 + 1).collect::<Vec<u32>>(),
        )
        .column(
            "seed",
            "",
            "Seed of all chance.",
            kept.iter().map(|p| seed_of(p.origin)).collect::<Vec<u64>>(),
        )
        .column("weight_share", "share", "Weight; all sum to 1.", fit.weights.clone())
        .column(
            "distance",
            "",
            "Root mean square distance from the observations, in standard errors of one.",
            kept.iter().map(|p| p.distance).collect::<Vec<f64>>(),
        );
    ranges.iter().enumerate().fold(table, |table, (at, range)| {
        let values: Vec<f64> = kept.iter().map(|p| range.number(coordinates::share(p.at[at]))).collect();
        let summary = match range.unit.as_str() {
            "" => "Value of this key.".to_owned(),
            unit => format!("Value of this key, {unit}."),
        };
        table.column(range.key.clone(), "", summary, values)
    })
}

/// The rounds of a fit.
pub(crate) fn rounds(rounds: &[Round]) -> Table {
    Table::new("rounds", "A row per round of the fit.")
        .column("round", "", "Round, from 0.", (0..rounds.len() as u32).collect::<Vec<u32>>())
        .column("runs_count", "count", "Runs.", rounds.iter().map(|r| r.points as u32).collect::<Vec<u32>>())
        .column(
            "distance",
            "",
            "Greatest distance kept, or mean of all, in standard errors of an observation.",
            rounds.iter().map(|r| r.distance).collect::<Vec<f64>>(),
        )
        .column(
            "accepted_share",
            "share",
            "Share of the round's points nearer than the tolerance before.",
            rounds.iter().map(|r| r.accepted.unwrap_or(f64::NAN)).collect::<Vec<f64>>(),
        )
}

/// A run that bands are made of.
pub(crate) struct Run<'a> {
    /// Its weight.
    pub weight: f64,
    /// Values by metric (as followed, those observed first) and day.
    pub series: &'a [Vec<f64>],
    /// The share observed of each metric observed.
    pub shares: Vec<ShareOf>,
}

/// A share that a run has of a metric, on any day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShareOf {
    /// The share; of one that wanders the median.
    pub share: f64,
    /// How it wanders: variance of its logarithm (of the error of a day's observation too) on a day, what a day's
    /// distance adds to that, and the day.
    pub wanders: Option<(f64, f64, usize)>,
}

impl ShareOf {
    /// A share that is the same on all days.
    pub fn standing(share: f64) -> Self {
        Self { share, wanders: None }
    }

    /// What may be observed of a metric's days on one of them, in so many draws.
    fn observed(&self, days: &[f64], day: usize, draw: &mut Draw, count: u32) -> Vec<f64> {
        let Some(&value) = days.get(day) else { return Vec::new() };
        let Some((variance, per_day, since)) = self.wanders else {
            return (0..count).map(|_| observe(value, self.share, draw)).collect();
        };
        let (value, _) = around(days, day);
        let sd = (variance + per_day * day.abs_diff(since) as f64).sqrt();
        let one = |_| {
            let share = self.share * (sd * coordinates::normal(draw)).exp();
            if share == 1.0 { value } else { observe(value, share, draw) }
        };
        (0..count).map(one).collect()
    }
}

/// The mean of a day and its neighbours, and how many these are with it: a small city's days scatter more than those of
/// the place that it stands for.
pub(crate) fn around(days: &[f64], day: usize) -> (f64, f64) {
    let near = days.get(day.saturating_sub(1)..(day + 2).min(days.len())).unwrap_or_default();
    let count = near.len().max(1) as f64;
    (near.iter().sum::<f64>() / count, count)
}

/// Quantiles of one variant's runs, by metric and day.
pub(crate) struct Bands {
    variant: String,
    start: Date,
    metrics: Vec<MetricBands>,
}

/// A metric, what was observed of it by day (NaN where nothing was), and its quantiles by day and level.
type MetricBands = (&'static MetricKind, Vec<f64>, Vec<Vec<f64>>);

/// What may be seen on each day, by its quantiles at `levels`: of a metric observed what would be observed of it, of
/// others the truth. The observations by day stand beside.
pub(crate) fn quantiles_of_day(
    runs: &[Run],
    target: &Target,
    (at, day): (usize, usize),
    levels: &[f64],
    seed: u64,
) -> Vec<f64> {
    let column = target.columns.get(at);
    let counts = column.is_some_and(|column| matches!(column.metric.unit, "persons" | "count" | "beds"));
    let mut values = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let Some(days) = run.series.get(at) else { continue };
        let Some(value) = days.get(day) else { continue };
        let share = run.shares.get(at).copied().unwrap_or(ShareOf::standing(1.0));
        if !counts || (share.share == 1.0 && share.wanders.is_none()) {
            values.push((value * share.share, run.weight));
            continue;
        }
        let mut draw = data::draws(seed, u32::MAX - day as u32, (index * target.columns.len() + at) as u32);
        let seen = share.observed(days, day, &mut draw, DRAWS);
        values.extend(seen.into_iter().map(|value| (value, run.weight)));
    }
    let values = ordered(values);
    levels.iter().map(|level| weighted_quantile(&values, *level)).collect()
}

/// The bands of a variant's runs.
pub(crate) fn bands(
    variant: &str,
    followed: &[&'static MetricKind],
    target: &Target,
    runs: &[Run],
    (start, seed): (Date, u64),
) -> Bands {
    let days = |at: usize| runs.iter().filter_map(|run| Some(run.series.get(at)?.len())).max().unwrap_or(0);
    let of = |at: usize| {
        (0..days(at)).map(|day| quantiles_of_day(runs, target, (at, day), &SHARES, seed)).collect()
    };
    Bands::of(variant, start, followed, target, (0..followed.len()).map(of).collect())
}

impl Bands {
    /// Of quantiles by metric (as followed) and day.
    pub fn of(
        variant: &str,
        start: Date,
        followed: &[&'static MetricKind],
        target: &Target,
        quantiles: Vec<Vec<Vec<f64>>>,
    ) -> Self {
        let of = |((at, kind), quantiles): ((usize, &&'static MetricKind), Vec<Vec<f64>>)| {
            let observed = target.columns.get(at).map(|column| column.days.clone()).unwrap_or_default();
            (*kind, observed, quantiles)
        };
        let metrics = followed.iter().enumerate().zip(quantiles).map(of).collect();
        Self { variant: variant.to_owned(), start, metrics }
    }
}

/// A row per variant, metric and day.
pub(crate) fn bands_table(all: &[Bands]) -> Table {
    let mut rows: Vec<(usize, usize, usize)> = Vec::new();
    for (at, bands) in all.iter().enumerate() {
        for (metric, (_, _, days)) in bands.metrics.iter().enumerate() {
            rows.extend((0..days.len()).map(|day| (at, metric, day)));
        }
    }
    let variants: Vec<&str> = all.iter().map(|bands| bands.variant.as_str()).collect();
    let kinds: Vec<&str> =
        all.first().into_iter().flat_map(|b| b.metrics.iter().map(|(kind, ..)| kind.name)).collect();
    let observed = rows
        .iter()
        .map(|(at, metric, day)| all[*at].metrics[*metric].1.get(*day).copied().unwrap_or(f64::NAN));
    let dates = rows.iter().map(|(at, _, day)| all[*at].start.plus(*day as i32));
    let mut table =
        Table::new("bands", "A row per variant, metric and day: what may be seen, by its quantiles.")
            .column(
                "variant",
                "",
                "Variant; empty where there is but one.",
                Cells::names(&variants, rows.iter().map(|row| row.0)),
            )
            .column(
                "metric",
                "",
                "Metric, its unit last.",
                Cells::names(&kinds, rows.iter().map(|row| row.1)),
            )
            .column("day", "", "Day of the run.", rows.iter().map(|row| row.2 as u32).collect::<Vec<u32>>())
            .column("date", "", "Date.", dates.collect::<Vec<Date>>())
            .column("observed", "", "What was observed.", observed.collect::<Vec<f64>>());
    for (level, share) in SHARES.iter().enumerate() {
        let values: Vec<f64> =
            rows.iter().map(|(at, metric, day)| all[*at].metrics[*metric].2[*day][level]).collect();
        let summary = format!(
            "Quantile at {share}: of a metric observed with the chance of what is observed, of others the truth."
        );
        table = table.column(format!("q{:02.0}", share * 100.0), "", summary, values);
    }
    table
}

/// Writes tables, and `tables.json` that says what is in them.
pub(crate) fn write_all(folder: &RunFolder, tables: &[Table]) -> Result<(), StudyError> {
    let mut described = Vec::new();
    for table in tables {
        folder.write_table(table)?;
        described.push(describe(table));
    }
    let text = format!("{:#}\n", json!({"tables": described}));
    folder.write_bytes("tables.json", text.as_bytes()).map(drop)
}
