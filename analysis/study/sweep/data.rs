//! What a study says of the table of observations: its columns, the place that it tells of, and how late it tells.
use super::file::{Reader, amount};
use citytwin_engine::key::{Content, Raw};
use citytwin_engine::suggest::did_you_mean;
use citytwin_metrics::metrics;
use citytwin_scenario::tree::{Entry, Node, Table};
use citytwin_world::problem::Problem;

/// The table of observations as a study describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// Name of the column of dates.
    pub date: String,
    /// Metrics, each with the name of its column; where empty, every column is named after its metric.
    pub columns: Vec<(&'static str, String)>,
    /// Persons of the place observed, where the city simulated stands for it on another scale.
    pub population: Option<f64>,
    /// Days after which an observation is known.
    pub delay_days: u32,
}

impl Default for DataFile {
    fn default() -> Self {
        Self { date: "date".into(), columns: Vec::new(), population: None, delay_days: 0 }
    }
}

/// Names under `[data]`.
const NAMES: [&str; 4] = ["date", "columns", "population", "delay"];
/// Longest delay, days.
const DELAY_MAX: f64 = 365.0;

impl Reader {
    /// The table `[data]`.
    pub(super) fn data(&mut self, table: &Table) -> DataFile {
        let mut data = DataFile::default();
        for entry in &table.entries {
            match (entry.key.as_str(), &entry.node) {
                ("date", Node::Value(Raw { content: Content::Text(name), .. })) => data.date = name.clone(),
                ("columns", Node::Table(columns)) => data.columns = self.columns(columns),
                ("population", Node::Value(raw)) => {
                    data.population = self.number_of(entry, raw, ("", "persons"), (1.0, 1e11));
                }
                ("delay", Node::Value(raw)) => {
                    let days = self.number_of(entry, raw, ("d", "days"), (0.0, DELAY_MAX));
                    data.delay_days = days.map_or(0, |days| days.round() as u32);
                }
                (name, _) if NAMES.contains(&name) => {
                    let problem = Problem::error("E008", format!("`data.{name}` is not what it should be"));
                    let help = "right: date = \"day\", columns = { onsets_persons = \"cases\" }";
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
                (name, _) => {
                    let problem = Problem::error("E006", format!("[data] has no `{name}`"));
                    let help = did_you_mean(name, &NAMES).unwrap_or_default();
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
            }
        }
        data
    }

    fn columns(&mut self, table: &Table) -> Vec<(&'static str, String)> {
        let names: Vec<&'static str> = metrics().map(|metric| metric.name).collect();
        let mut columns = Vec::new();
        for entry in &table.entries {
            let metric = names.iter().find(|name| **name == entry.key);
            match (metric, &entry.node) {
                (Some(metric), Node::Value(Raw { content: Content::Text(column), .. })) => {
                    columns.push((*metric, column.clone()));
                }
                (Some(metric), _) => {
                    let problem = Problem::error("E008", format!("`{metric}` is given no column's name"));
                    self.wrong(problem.help("right: onsets_persons = \"cases\""), entry.key_span.clone());
                }
                (None, _) => {
                    let problem = Problem::error("E144", format!("there is no metric `{}`", entry.key));
                    let help = did_you_mean(&entry.key, &names).unwrap_or_default();
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
            }
        }
        columns
    }

    /// A number within limits, without a unit or in the first of two that mean the same.
    fn number_of(
        &mut self,
        entry: &Entry,
        raw: &Raw,
        (unit, words): (&str, &str),
        (least, most): (f64, f64),
    ) -> Option<f64> {
        let found = amount(raw).filter(|(number, own)| {
            (least..=most).contains(number) && (own.is_empty() || own == unit || own == words)
        });
        if found.is_none() {
            let words = format!("`data.{}` is no number of {words} from {least} to {most}", entry.key);
            self.wrong(Problem::error("E010", words), raw.span.clone());
        }
        found.map(|(number, _)| number)
    }
}
