//! What observations hold of a run: shares of its metrics, their error, and the numbers by which both are set side by side.
use super::coordinates;
use crate::sweep::file::{Observed, Share};
use citytwin_metrics::{MetricKind, OverRun};
use citytwin_world::Draw;

/// Purpose of the draws of what is observed of a simulated day.
const OBSERVATION: u32 = 0x0906;
/// Numbers that a column is brought down to, about: so many blocks of days.
const BLOCKS: usize = 12;
/// Most days of a block.
const BLOCK_DAYS_MAX: usize = 7;
/// Error of observations that count nothing, as a share of the greatest: an assumption.
const ERROR_SHARE: f64 = 0.1;
/// Above so many, counts are drawn from the normal distribution that they come near to.
const MANY: f64 = 200.0;

/// One observed metric.
#[derive(Clone)]
pub struct Column {
    /// The metric.
    pub metric: &'static MetricKind,
    /// Observations by day of the run; NaN where there is none.
    pub days: Vec<f64>,
    /// The share of the metric that they hold.
    pub share: Share,
    /// Which of the fitted shares this one is; `None` where it is known.
    pub key: Option<usize>,
    /// Persons of the place observed for each of the city simulated.
    pub scale: f64,
}

/// All observations that a run is set beside.
#[derive(Clone)]
pub struct Target {
    /// The metrics.
    pub columns: Vec<Column>,
}

/// Days of one number of a column.
struct Block {
    column: usize,
    days: Vec<usize>,
}

impl Column {
    /// Whether it counts whole things.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.metric.unit, "persons" | "count" | "beds")
    }

    /// A number whose error is about 1, of a mean over observed days and how many these are. Counts scatter as Poisson's do,
    /// and twice their root by 1 (M. S. Bartlett, "The square root transformation in analysis of variance", 1936).
    fn scaled(&self, mean: f64, days: usize) -> f64 {
        let summed = if self.metric.over_run == OverRun::Sum { days as f64 } else { 1.0 };
        match self.counts() {
            // Unlike `max`, this leaves a missing value missing.
            true => 2.0 * (mean.clamp(0.0, f64::MAX) * summed).sqrt(),
            false => {
                let largest =
                    self.days.iter().filter(|value| value.is_finite()).fold(0.0, |a: f64, b| a.max(b.abs()));
                mean / (ERROR_SHARE * largest).max(f64::MIN_POSITIVE)
            }
        }
    }
}

impl Target {
    /// Observations by day, each with its metric, and what a study says of them; unknown shares come in the study's order.
    /// The place observed has `scale` persons for each of the city simulated.
    pub fn new(
        columns: impl IntoIterator<Item = (&'static MetricKind, Vec<f64>)>,
        observed: &[Observed],
        scale: f64,
    ) -> Self {
        let unknown: Vec<&Observed> =
            observed.iter().filter(|one| matches!(one.share, Share::Unknown(_))).collect();
        let column = |(metric, days): (&'static MetricKind, Vec<f64>)| {
            let said = observed.iter().find(|one| one.metric == metric.name);
            let share = said.map_or(Share::Known(1.0), |said| said.share.clone());
            let key = unknown.iter().position(|one| one.metric == metric.name);
            // What isn't counted, such as a share, is the same at every scale.
            let own = Column { metric, days, share, key, scale: 1.0 };
            if own.counts() { Column { scale, ..own } } else { own }
        };
        Self { columns: columns.into_iter().map(column).collect() }
    }

    /// Only the observations of some days.
    pub fn within(&self, days: std::ops::Range<usize>) -> Self {
        let cut = |column: &Column| {
            let of = |(day, value): (usize, &f64)| if days.contains(&day) { *value } else { f64::NAN };
            Column { days: column.days.iter().enumerate().map(of).collect(), ..column.clone() }
        };
        Self { columns: self.columns.iter().map(cut).collect() }
    }

    /// The share of a column at coordinates of the fitted shares.
    pub fn share(&self, column: usize, shares: &[f64]) -> f64 {
        let column = &self.columns[column];
        let at = column.key.and_then(|key| shares.get(key)).map_or(0.5, |z| coordinates::share(*z));
        column.scale * column.share.at(at)
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let days: Vec<usize> =
                (0..column.days.len()).filter(|day| column.days[*day].is_finite()).collect();
            let each = days.len().div_ceil(BLOCKS).clamp(1, BLOCK_DAYS_MAX);
            blocks.extend(days.chunks(each).map(|days| Block { column: at, days: days.to_vec() }));
        }
        blocks
    }

    /// The middle day of each number, and how it answers to a metric that is greater by a small share: by so much of
    /// itself times that share.
    pub fn answers(&self) -> Vec<(f64, f64)> {
        let of = |block: &Block| {
            let day = block.days.iter().sum::<usize>() as f64 / block.days.len() as f64;
            (day, if self.columns[block.column].counts() { 0.5 } else { 1.0 })
        };
        self.blocks().iter().map(of).collect()
    }

    /// The numbers of some days of every column, by block.
    fn numbers(&self, value: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let of = |block: &Block| {
            let mean =
                block.days.iter().map(|day| value(block.column, *day)).sum::<f64>() / block.days.len() as f64;
            self.columns[block.column].scaled(mean, block.days.len())
        };
        self.blocks().iter().map(of).collect()
    }

    /// The observations as numbers with errors of about 1.
    pub fn observed(&self) -> Vec<f64> {
        self.numbers(|column, day| self.columns[column].days[day])
    }

    /// The same numbers of a run: `series` has its metrics by column and day, `shares` are coordinates of the fitted
    /// shares. With draws, what would be observed of it; without, what is to be expected. `None` where the run lacks a
    /// value.
    pub fn predicted(&self, series: &[Vec<f64>], shares: &[f64], mut draw: Option<Draw>) -> Option<Vec<f64>> {
        let mut seen: Vec<Vec<f64>> = Vec::with_capacity(self.columns.len());
        for (at, column) in self.columns.iter().enumerate() {
            let share = self.share(at, shares);
            let whole = column.counts();
            let days = series.get(at)?.iter().zip(&column.days);
            let of = |(value, observed): (&f64, &f64)| match draw.as_mut() {
                Some(draw) if whole && observed.is_finite() => observe(*value, share, draw),
                _ => share * value,
            };
            seen.push(days.map(of).collect());
        }
        let value = |column: usize, day: usize| seen[column].get(day).copied().unwrap_or(f64::NAN);
        Some(self.numbers(value)).filter(|numbers| numbers.iter().all(|number| number.is_finite()))
    }
}

/// The draws of what is observed of a run.
pub fn draws(seed: u64, round: u32, index: u32) -> Draw {
    Draw::new(seed, OBSERVATION, index, round)
}

/// What is observed of a count by chance where a share of it is: each is seen or not; where more than all are (a sample
/// stands for a city), as Poisson's chance has it.
pub fn observe(count: f64, share: f64, draw: &mut Draw) -> f64 {
    if !count.is_finite() || share == 1.0 {
        return count;
    }
    let mean = count * share;
    if share < 1.0 && count <= MANY {
        return (0..count.round() as u32).filter(|_| draw.unit_f64() < share).count() as f64;
    }
    if share > 1.0 && mean <= MANY {
        // The count of arrivals before e^−mean is used up.
        let (mut left, mut arrived) = ((-mean).exp(), 0.0);
        let mut product = draw.unit_f64();
        left = left.max(f64::MIN_POSITIVE);
        while product > left {
            product *= draw.unit_f64();
            arrived += 1.0;
        }
        return arrived;
    }
    let variance = if share < 1.0 { mean * (1.0 - share) } else { mean };
    (mean + variance.sqrt() * coordinates::normal(draw)).round().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::statistics::mean_sd;

    fn target(share: Share, days: Vec<f64>) -> Target {
        let metric = citytwin_metrics::find("onsets_persons").unwrap();
        Target::new([(metric, days)], &[Observed { metric: metric.name, share }], 1.0)
    }

    #[test]
    fn runs_and_observations_become_the_same_numbers() {
        let target = target(Share::Known(0.5), vec![f64::NAN, 8.0, 8.0]);
        assert_eq!(target.observed(), [2.0 * 8f64.sqrt(); 2]);
        assert_eq!(target.predicted(&[vec![99.0, 16.0, 16.0]], &[], None), Some(target.observed()));
        assert_eq!(target.predicted(&[vec![99.0, 16.0, f64::NAN]], &[], None), None);
        assert_eq!(target.predicted(&[], &[], None), None);
        let long = super::Target::new([(target.columns[0].metric, vec![4.0; 70])], &[], 1.0);
        // Six days make a block: 24 onsets.
        assert_eq!((long.observed().len(), long.observed()[0]), (12, 2.0 * 24f64.sqrt()));
        assert_eq!(long.within(0..3).observed().len(), 3);
    }

    #[test]
    fn what_is_observed_scatters_as_it_should() {
        let mut draw = draws(3, 0, 0);
        for (count, share, sd) in
            [(100.0, 0.3, 21f64.sqrt()), (9000.0, 0.3, 1890f64.sqrt()), (10.0, 4.0, 40f64.sqrt())]
        {
            let all: Vec<f64> = (0..4000).map(|_| observe(count, share, &mut draw)).collect();
            let (mean, found) = mean_sd(&all);
            assert!((mean / (count * share) - 1.0).abs() < 0.02, "{count}: {mean}");
            assert!((found / sd - 1.0).abs() < 0.05, "{count}: {found} for {sd}");
        }
        assert_eq!(observe(7.0, 1.0, &mut draw), 7.0);
    }
}
