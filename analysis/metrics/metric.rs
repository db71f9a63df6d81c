//! What a metric is, and the list of all of them.
use crate::observation::Observation;
use crate::{
    codes, economy, hospital, infection, infrastructure, mobility, privacy, supply, tracing, transit,
};
use citytwin_world::health::Episode;

/// How the value of a metric comes about.
#[derive(Clone, Copy)]
pub enum Read {
    /// Read off each day's observation, after its last hour.
    Daily(fn(&Observation) -> f64),
    /// Read off all infections once the run has ended; one value for each of so many days. NaN where it is not
    /// known.
    AtEnd(fn(&[Episode], u32) -> Vec<f64>),
}

/// How the days of a run become one number for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverRun {
    /// The mean of the days that have a value.
    Mean,
    /// The sum of all days.
    Sum,
    /// The greatest of all days.
    Peak,
    /// The last day's.
    Last,
}

impl OverRun {
    /// Names in tables, in the order of the variants.
    pub const NAMES: [&str; 4] = ["mean", "sum", "peak", "last"];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// One number of a run from one of each day; NaN where no day has one. Days without a value count for nothing.
    pub fn of(self, days: &[f64]) -> f64 {
        let mut known = days.iter().copied().filter(|value| value.is_finite());
        let count = known.clone().count();
        match self {
            _ if count == 0 => f64::NAN,
            Self::Mean => known.sum::<f64>() / count as f64,
            Self::Sum => known.sum(),
            Self::Peak => known.fold(f64::NEG_INFINITY, f64::max),
            Self::Last => known.next_back().unwrap_or(f64::NAN),
        }
    }
}

/// What a city would rather have of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less of it.
    Less,
    /// More of it.
    More,
    /// It says something, but neither more nor less of it is good in itself.
    Neither,
}

/// A number about the truth.
#[derive(Clone, Copy)]
pub struct MetricKind {
    /// Name of its column, unit last.
    pub name: &'static str,
    /// Its unit, as it stands at the end of the name.
    pub unit: &'static str,
    /// What it says, in a sentence.
    pub summary: &'static str,
    /// Where it is read.
    pub read: Read,
    /// How its days become one number of the run.
    pub over_run: OverRun,
    /// What of it is good.
    pub better: Better,
}

impl MetricKind {
    /// A metric read off each day.
    pub const fn daily(
        name: &'static str,
        unit: &'static str,
        summary: &'static str,
        read: fn(&Observation) -> f64,
    ) -> Self {
        Self::new(name, unit, summary, Read::Daily(read))
    }
    /// A metric read off the whole run.
    pub const fn at_end(
        name: &'static str,
        unit: &'static str,
        summary: &'static str,
        read: fn(&[Episode], u32) -> Vec<f64>,
    ) -> Self {
        Self::new(name, unit, summary, Read::AtEnd(read))
    }
    const fn new(name: &'static str, unit: &'static str, summary: &'static str, read: Read) -> Self {
        Self { name, unit, summary, read, over_run: OverRun::Mean, better: Better::Neither }
    }
    /// Of a run the sum of its days counts, not their mean.
    pub const fn summed(mut self) -> Self {
        self.over_run = OverRun::Sum;
        self
    }
    /// Of a run its greatest day counts.
    pub const fn at_peak(mut self) -> Self {
        self.over_run = OverRun::Peak;
        self
    }
    /// Of a run its last day counts.
    pub const fn left_at_end(mut self) -> Self {
        self.over_run = OverRun::Last;
        self
    }
    /// Less of it is better.
    pub const fn less_is_better(mut self) -> Self {
        self.better = Better::Less;
        self
    }
    /// More of it is better.
    pub const fn more_is_better(mut self) -> Self {
        self.better = Better::More;
        self
    }
}

/// All metrics by topic, in the order of their columns.
pub const METRIC_GROUPS: &[(&str, &[MetricKind])] = &[
    ("infection", infection::METRICS),
    ("hospital", hospital::METRICS),
    ("mobility", mobility::METRICS),
    ("transit", transit::METRICS),
    ("codes", codes::METRICS),
    ("tracing", tracing::METRICS),
    ("economy", economy::METRICS),
    ("infrastructure", infrastructure::METRICS),
    ("privacy", privacy::METRICS),
    ("supply", supply::METRICS),
];

/// All metrics, in the order of their columns.
pub fn metrics() -> impl Iterator<Item = &'static MetricKind> {
    METRIC_GROUPS.iter().flat_map(|(_, group)| group.iter())
}

/// The metric of a name.
pub fn find(name: &str) -> Option<&'static MetricKind> {
    metrics().find(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_end_with_their_unit() {
        let mut seen = BTreeSet::new();
        for metric in metrics() {
            assert!(seen.insert(metric.name), "{} twice", metric.name);
            assert!(metric.name.ends_with(&format!("_{}", metric.unit)), "{}", metric.name);
            assert!(metric.summary.ends_with('.'), "{}", metric.name);
        }
        assert!(find("incidence_persons").is_some() && find("incidence").is_none());
    }

    #[test]
    fn days_become_one_number_of_the_run() {
        let days = [f64::NAN, 2.0, 6.0, 1.0, f64::NAN];
        let all = [OverRun::Mean, OverRun::Sum, OverRun::Peak, OverRun::Last].map(|rule| rule.of(&days));
        assert_eq!(all, [3.0, 9.0, 6.0, 1.0]);
        assert!(OverRun::Sum.of(&[f64::NAN]).is_nan() && OverRun::Peak.of(&[]).is_nan());
        // Every total that runs on counts at the end, and nothing else that carries the name of one.
        for metric in metrics().filter(|metric| metric.name.contains("cumulative")) {
            assert_eq!(metric.over_run, OverRun::Last, "{}", metric.name);
        }
    }
}
