//! The tables of a comparison.
use super::effect::{Effect, Rank};
use super::statistics::{half_width, mean_sd, quantile, ratio};
use super::{CompareOptions, Outcomes, Variants, position};
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::table::{Cells, Table};
use crate::tables::{describe, with_metrics};
use citytwin_metrics::{Better, MetricKind, OverRun, find, metrics};
use serde_json::json;

/// What policies spare people, and what they cost: metrics whose ratio the table of costs tells.
const SPARED: [&str; 2] = ["infections_cumulative_persons", "deaths_cumulative_persons"];
const COSTS: [&str; 4] = ["work_hours_h", "checkpoint_lost_h", "trips_prevented_count", "tests_done_count"];

/// Quantiles of the bands over time.
const BANDS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// What all tables are made of.
struct Source<'a> {
    names: Vec<String>,
    options: &'a CompareOptions,
    outcomes: &'a Outcomes,
    effects: &'a [Vec<Effect>],
    ranking: &'a [Rank],
    variants: &'a Variants,
}

/// Writes all tables and `tables.json`, which says what is in them.
pub(super) fn write_all(
    folder: &RunFolder,
    variants: &Variants,
    options: &CompareOptions,
    outcomes: &Outcomes,
    effects: &[Vec<Effect>],
    ranking: &[Rank],
) -> Result<(), StudyError> {
    let names = variants.names().into_iter().map(|variant| variant.name).collect();
    let source = Source { names, options, outcomes, effects, ranking, variants };
    let mut described = Vec::new();
    for table in [
        runs(&source),
        effects_table(&source),
        ranking_table(&source),
        costs(&source),
        bands(&source),
        zones(&source),
    ] {
        if table.rows() > 0 {
            folder.write_table(&table)?;
            described.push(describe(&table));
        }
    }
    folder.write_bytes("tables.json", format!("{:#}\n", json!({"tables": described})).as_bytes()).map(drop)
}

impl Source<'_> {
    fn variant(&self, rows: impl IntoIterator<Item = usize>) -> Cells {
        let codes = rows.into_iter().map(|variant| variant as u32).collect();
        Cells::Name { codes, names: self.names.clone() }
    }
}

const VARIANT: &str = "Scenario, by the name of its file.";
const AGAINST: &str = "this scenario less the first";

fn runs(source: &Source) -> Table {
    let outcomes = &source.outcomes.runs;
    let replicates = outcomes[0].len();
    let seeds = |_: usize| (0..replicates as u64).map(|r| source.options.seed.wrapping_add(r));
    let table = Table::new("runs", "A row per scenario and seed; each metric over its whole run.")
        .column("variant", "", VARIANT, source.variant((0..outcomes.len()).flat_map(|v| vec![v; replicates])))
        .column("seed", "", "Seed of all chance.", (0..outcomes.len()).flat_map(seeds).collect::<Vec<u64>>());
    with_metrics(table, |at| outcomes.iter().flatten().map(|run| run.run[at]).collect())
}

/// Metrics that have a value in some run, with their position.
fn known(source: &Source) -> Vec<(usize, &'static MetricKind)> {
    let has = |at: usize| source.outcomes.runs.iter().flatten().any(|run| run.run[at].is_finite());
    metrics().enumerate().filter(move |(at, _)| has(*at)).collect()
}

fn effects_table(source: &Source) -> Table {
    let known = known(source);
    let rows: Vec<(usize, &MetricKind, &Effect)> = source
        .effects
        .iter()
        .enumerate()
        .flat_map(|(v, of)| known.iter().map(move |(at, metric)| (v + 1, *metric, &of[*at])))
        .collect();
    let names: Vec<&str> = known.iter().map(|(_, metric)| metric.name).collect();
    let code = |metric: &MetricKind| names.iter().position(|name| *name == metric.name).unwrap_or(usize::MAX);
    let words = |list: &[&str], read: fn(&MetricKind) -> usize| {
        Cells::names(list, rows.iter().map(|row| read(row.1)).collect::<Vec<_>>())
    };
    let better = |metric: &MetricKind| match metric.better {
        Better::Less => 0,
        Better::More => 1,
        Better::Neither => 2,
    };
    let table = Table::new(
        "effects",
        "A row per scenario and metric: what it does beside the first scenario, on the same seeds.",
    )
    .column("variant", "", VARIANT, source.variant(rows.iter().map(|row| row.0)))
    .column("metric", "", "Metric, its unit last.", Cells::names(&names, rows.iter().map(|row| code(row.1))))
    .column(
        "over_run",
        "",
        "How days become one number of the run.",
        words(&OverRun::NAMES, |metric| metric.over_run as usize),
    )
    .column("better", "", "What of it is good.", words(&["less", "more", "neither"], better));
    with_numbers(table, &rows.iter().map(|row| row.2).collect::<Vec<_>>())
}

/// The numbers of effects, a row each.
fn with_numbers(table: Table, effects: &[&Effect]) -> Table {
    let column =
        |read: fn(&Effect) -> f64| -> Vec<f64> { effects.iter().map(|effect| read(effect)).collect() };
    table
        .column(
            "pairs",
            "",
            "Seeds on which both have a value.",
            effects.iter().map(|effect| effect.pairs as u32).collect::<Vec<u32>>(),
        )
        .column("reference", "", "Mean of the first scenario.", column(|e| e.reference))
        .column("value", "", "Mean of this one.", column(|e| e.value))
        .column("effect", "", format!("Mean difference, {AGAINST}."), column(|e| e.difference))
        .column(
            "effect_low_90",
            "",
            "Lower end of its 90 % interval (Student's t).",
            column(|e| e.difference - e.half_widths[1]),
        )
        .column(
            "effect_low_50",
            "",
            "Lower end of its 50 % interval.",
            column(|e| e.difference - e.half_widths[0]),
        )
        .column(
            "effect_high_50",
            "",
            "Upper end of its 50 % interval.",
            column(|e| e.difference + e.half_widths[0]),
        )
        .column(
            "effect_high_90",
            "",
            "Upper end of its 90 % interval.",
            column(|e| e.difference + e.half_widths[1]),
        )
        .column("effect_sd", "", "Standard deviation of the differences from seed to seed.", column(|e| e.sd))
        .column(
            "better_share",
            "share",
            "Share of seeds on which this scenario is the better, ties counted half.",
            column(|e| e.better_share),
        )
        .column(
            "pairing_ratio",
            "ratio",
            "Runs with seeds of their own that would give the same interval, over the runs made.",
            column(|e| e.pairing_ratio),
        )
}

fn ranking_table(source: &Source) -> Table {
    let column = |read: fn(&Rank) -> f64| -> Vec<f64> { source.ranking.iter().map(read).collect() };
    let metric = source.options.by;
    let unit = metric.unit;
    Table::new("ranking", "A row per scenario, the one with the least mean regret first.")
        .column("variant", "", VARIANT, source.variant(source.ranking.iter().map(|rank| rank.variant)))
        .column("metric", "", "By which metric.", Cells::names(&[metric.name], vec![0; source.ranking.len()]))
        .column(format!("mean_{unit}"), unit, "Mean of the metric.", column(|r| r.mean))
        .column(
            format!("regret_{unit}"),
            unit,
            "Mean of what is lost against the best scenario of each seed.",
            column(|r| r.regret),
        )
        .column(format!("regret_max_{unit}"), unit, "The most lost on a seed.", column(|r| r.regret_max))
        .column("best_share", "share", "Share of seeds on which it is the best.", column(|r| r.best_share))
}

/// By how much a variant has less (or of what is good, more) of a metric than the first, seed by seed.
fn gains(source: &Source, variant: usize, metric: &MetricKind) -> Vec<f64> {
    let at = position(metric);
    let sign = if metric.better == Better::More { 1.0 } else { -1.0 };
    let (first, of) = (source.outcomes.of(0, at), source.outcomes.of(variant, at));
    first.iter().zip(of).map(|(a, b)| (b - a) * sign).collect()
}

fn costs(source: &Source) -> Table {
    let kinds =
        |names: &[&str]| -> Vec<&'static MetricKind> { names.iter().filter_map(|n| find(n)).collect() };
    let (spared, cost) = (kinds(&SPARED), kinds(&COSTS));
    let mut rows: Vec<(usize, usize, usize, [f64; 3])> = Vec::new();
    for variant in 1..source.names.len() {
        for (s, spared) in spared.iter().enumerate() {
            for (c, cost) in cost.iter().enumerate() {
                // Where the first scenario has none of it (tests, checkpoints), all of it is the variant's.
                let zero = |value: f64| if value.is_finite() { value } else { 0.0 };
                let at = position(cost);
                let sign = if cost.better == Better::More { -1.0 } else { 1.0 };
                let (first, of) = (source.outcomes.of(0, at), source.outcomes.of(variant, at));
                let more = first.iter().zip(of).map(|(a, b)| (zero(b) - zero(*a)) * sign);
                let pairs: Vec<(f64, f64)> = more.zip(gains(source, variant, spared)).collect();
                let known: Vec<(f64, f64)> = pairs.into_iter().filter(|pair| pair.1.is_finite()).collect();
                let key = ((variant * SPARED.len() + s) * COSTS.len() + c) as u32;
                if let Some(found) = ratio(&known, 0.9, key) {
                    rows.push((variant, s, c, found));
                }
            }
        }
    }
    let names = |kinds: &[&'static MetricKind]| kinds.iter().map(|m| m.name).collect::<Vec<_>>();
    let number = |i: usize| -> Vec<f64> { rows.iter().map(|row| row.3[i]).collect() };
    Table::new(
        "costs",
        "A row per scenario, harm and cost: cost for each harm spared, beside the first scenario. Absent where no harm is spared.",
    )
    .column("variant", "", VARIANT, source.variant(rows.iter().map(|row| row.0)))
    .column("spared", "", "The harm.", Cells::names(&names(&spared), rows.iter().map(|row| row.1)))
    .column("cost", "", "The cost: work hours are those lost.", Cells::names(&names(&cost), rows.iter().map(|row| row.2)))
    .column("cost_per_spared", "", "Cost over harm spared, sums of all seeds.", number(0))
    .column("low_90", "", "Lower end of its 90 % interval (percentile bootstrap of 2,000 samples).", number(1))
    .column("high_90", "", "Upper end; empty where it has none.", number(2))
}

fn bands(source: &Source) -> Table {
    let known = known(source);
    let names: Vec<&str> = known.iter().map(|(_, metric)| metric.name).collect();
    let (mut variant, mut metric, mut day) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); BANDS.len() + 1];
    for (v, runs) in source.outcomes.runs.iter().enumerate() {
        for (m, (at, _)) in known.iter().enumerate() {
            for d in 0..source.variants.days() as usize {
                let of_day = runs.iter().filter_map(|run| run.days[*at].get(d).copied());
                let mut values: Vec<f64> = of_day.filter(|value| value.is_finite()).collect();
                values.sort_by(f64::total_cmp);
                variant.push(v);
                metric.push(m);
                day.push(d as u32);
                columns[0].push(mean_sd(&values).0);
                for (column, share) in columns[1..].iter_mut().zip(BANDS) {
                    column.push(quantile(&values, share));
                }
            }
        }
    }
    let table = Table::new("bands", "A row per scenario, metric and day: how the replicates lie.")
        .column("variant", "", VARIANT, source.variant(variant))
        .column("metric", "", "Metric, its unit last.", Cells::names(&names, metric))
        .column("day", "", "Day of the run, from 0.", day);
    let heads = ["mean", "q05", "q25", "q50", "q75", "q95"];
    heads.iter().zip(columns).fold(table, |table, (head, values)| {
        let summary = match *head {
            "mean" => "Mean of the replicates.".to_owned(),
            quantile => format!("Value below which {} % of them lie.", &quantile[1..]),
        };
        table.column(*head, "", summary, values)
    })
}

fn zones(source: &Source) -> Table {
    let zones = &source.outcomes.zones;
    let (mut variant, mut zone) = (Vec::new(), Vec::new());
    let mut columns: [Vec<f64>; 3] = Default::default();
    for v in 1..source.names.len() {
        for z in 0..zones.len() {
            let of = |variant: usize| source.outcomes.runs[variant].iter().map(move |run| run.zones[z]);
            let differences: Vec<f64> =
                of(0).zip(of(v)).map(|(a, b)| b - a).filter(|difference| difference.is_finite()).collect();
            let (mean, sd) = mean_sd(&differences);
            variant.push(v);
            zone.push(z);
            columns[0].push(mean_sd(&of(0).filter(|share| share.is_finite()).collect::<Vec<_>>()).0);
            columns[1].push(mean);
            columns[2].push(half_width(sd, differences.len(), 0.9));
        }
    }
    let names: Vec<&str> = zones.iter().map(String::as_str).collect();
    let [reference, effect, half] = columns;
    Table::new("zone_effects", "A row per scenario and zone.")
        .column("variant", "", VARIANT, source.variant(variant))
        .column("zone", "", "Zone, as in zones.geojson.", Cells::names(&names, zone))
        .column(
            "reference_share",
            "share",
            "Share of residents infected by the end, first scenario.",
            reference,
        )
        .column("effect_share", "share", format!("Mean difference of that share, {AGAINST}."), effect)
        .column("half_width_90_share", "share", "Half the width of its 90 % interval.", half)
}
