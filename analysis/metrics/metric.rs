//! What a metric is, and the list of all of them.
use crate::observation::Observation;
use crate::{codes, economy, hospital, infection, mobility, transit};
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
}

impl MetricKind {
    /// A metric read off each day.
    pub const fn daily(
        name: &'static str,
        unit: &'static str,
        summary: &'static str,
        read: fn(&Observation) -> f64,
    ) -> Self {
        Self { name, unit, summary, read: Read::Daily(read) }
    }
    /// A metric read off the whole run.
    pub const fn at_end(
        name: &'static str,
        unit: &'static str,
        summary: &'static str,
        read: fn(&[Episode], u32) -> Vec<f64>,
    ) -> Self {
        Self { name, unit, summary, read: Read::AtEnd(read) }
    }
}

/// All metrics by topic, in the order of their columns.
pub const METRIC_GROUPS: &[(&str, &[MetricKind])] = &[
    ("infection", infection::METRICS),
    ("hospital", hospital::METRICS),
    ("mobility", mobility::METRICS),
    ("transit", transit::METRICS),
    ("codes", codes::METRICS),
    ("economy", economy::METRICS),
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
}
