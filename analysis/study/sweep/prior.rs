//! What a study says of data: priors of its keys, and how much of a metric the observations hold.
use super::design::Range as ValueRange;
use super::file::{Reader, amount, is_range};
use citytwin_engine::suggest::did_you_mean;
use citytwin_metrics::metrics;
use citytwin_scenario::tree::{Node, Table};
use citytwin_world::problem::Problem;

/// What observations hold of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The metric.
    pub metric: &'static str,
    /// How much of it.
    pub share: Share,
}

/// A share of what a metric counts, 1 for all of it. More than 1 where the city simulated is a sample of the one
/// observed.
#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    /// Known.
    Known(f64),
    /// To be learnt with the keys.
    Unknown(ValueRange),
}

impl Reader {
    /// The ranges under `[prior]`, of which there must be one.
    pub(super) fn priors(&mut self, table: &Table) -> Vec<ValueRange> {
        let ranges = self.sample(table, "");
        if ranges.is_empty() {
            let problem = Problem::error("E146", "the study gives no key a prior");
            self.wrong(
                problem.help("right: [prior] with \"disease.r0\" = { low = 1.5, high = 4 }"),
                table.span.clone(),
            );
        }
        ranges
    }

    /// The shares under `[observed]`.
    pub(super) fn observed(&mut self, table: &Table) -> Vec<Observed> {
        let names: Vec<&str> = metrics().map(|metric| metric.name).collect();
        let mut found = Vec::new();
        for entry in &table.entries {
            let Some(metric) = names.iter().find(|name| **name == entry.key) else {
                let problem = Problem::error("E144", format!("there is no metric `{}`", entry.key));
                let help = did_you_mean(&entry.key, &names).unwrap_or_default();
                self.wrong(problem.help(help), entry.key_span.clone());
                continue;
            };
            let share = match &entry.node {
                Node::Table(inner) if is_range(inner) => {
                    let name = format!("observed.{metric}");
                    self.range(inner, &name, &entry.key_span).map(Share::Unknown)
                }
                Node::Value(raw) => {
                    amount(raw).and_then(|(number, unit)| known(number, &unit)).map(Share::Known)
                }
                _ => None,
            };
            let sound = |share: &Share| match share {
                Share::Known(share) => *share > 0.0,
                Share::Unknown(range) => range.number(0.0) > 0.0 && matches!(range.unit.as_str(), "" | "%"),
            };
            match share.filter(sound) {
                Some(share) => found.push(Observed { metric, share }),
                None => {
                    let problem =
                        Problem::error("E010", format!("`{}` is no share above nothing", entry.key));
                    let help =
                        "right: \"30 %\", or a range to learn it from: { low = \"10 %\", high = \"60 %\" }";
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
            }
        }
        found
    }
}

/// A share written as a number or in per cent.
pub(super) fn known(number: f64, unit: &str) -> Option<f64> {
    match unit {
        "" => Some(number),
        "%" => Some(number / 100.0),
        _ => None,
    }
}

impl Share {
    /// The share where it is known, or at a share of its range.
    pub fn at(&self, share: f64) -> f64 {
        match self {
            Self::Known(known) => *known,
            Self::Unknown(range) => known(range.number(share), &range.unit).unwrap_or(1.0),
        }
    }
}
