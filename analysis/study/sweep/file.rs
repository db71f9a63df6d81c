//! The study file: a scenario, how often to run it, and which of its keys to vary, checked as scenarios are.
use super::data::DataFile;
use super::design::{Axis, Method, Range as ValueRange, Spread};
pub use super::prior::{Observed, Share};
use citytwin_engine::key::{Content, Raw};
use citytwin_engine::suggest::did_you_mean;
use citytwin_scenario::source::{Source, SourceId, Sources, near_or_rule, read_text};
use citytwin_scenario::tree::{self, Entry, Node, Table};
use citytwin_scenario::{Findings, Vocabulary};
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a study file says.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyFile {
    /// Name of the study: that of the file without `.toml`.
    pub name: String,
    /// Its first comment line.
    pub caption: String,
    /// The scenario file.
    pub scenario: PathBuf,
    /// Runs of each variant, each with a seed of its own.
    pub replicates: u32,
    /// Seed of the first replicate; the others follow.
    pub seed: u64,
    /// Keys of which every value meets every value of the others.
    pub grid: Vec<Axis>,
    /// Keys whose values go together, one by one: lists of one length.
    pub zip: Vec<Axis>,
    /// How ranges are sampled, and how many points.
    pub method: Method,
    /// Points of the sample; 0 without one.
    pub size: u32,
    /// Keys sampled, or for a fit those with a prior.
    pub ranges: Vec<ValueRange>,
    /// What observations hold of a metric, where that isn't all of it.
    pub observed: Vec<Observed>,
    /// The table of observations.
    pub data: DataFile,
}

/// Names at the top of a study file.
const TOP: [&str; 9] =
    ["scenario", "replicates", "seed", "set", "zip", "sample", "prior", "observed", "data"];
/// Most replicates and points.
const COUNT_MAX: f64 = 1_000_000.0;

/// What a study is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// All its combinations.
    Sweep,
    /// Its ranges alone: how they're sampled is said elsewhere, and the other keys have one value each.
    Sensitivity,
    /// Its priors, which data narrow down; the other keys have one value each.
    Calibration,
    /// Its priors, and variants that differ from the day of the forecast on.
    Forecast,
}

impl Purpose {
    fn fits(self) -> bool {
        matches!(self, Self::Calibration | Self::Forecast)
    }
}

/// Collects what is wrong with a study file, with its place.
pub(super) struct Reader {
    sources: Sources,
    id: SourceId,
    problems: Problems,
}

impl Reader {
    pub(super) fn wrong(&mut self, problem: Problem, span: Range<usize>) {
        self.problems.push(self.sources.place(problem, self.id, span));
    }

    /// The text of a value as it stands in the file.
    fn written(&self, span: &Range<usize>) -> String {
        let text = self.sources.get(self.id).map(|source| source.text.as_str()).unwrap_or_default();
        text.get(span.clone()).unwrap_or_default().to_owned()
    }

    fn whole(&mut self, root: &Table, key: &str, least: f64, preset: u64) -> u64 {
        let Some(Entry { node: Node::Value(raw), .. }) = root.get(key) else { return preset };
        match raw.content {
            Content::Number(n) if n.fract() == 0.0 && n >= least && n <= COUNT_MAX => n as u64,
            _ => {
                let problem = Problem::error("E013", format!("`{key}` is not a whole number from {least}"));
                self.wrong(problem.help(format!("right: {key} = 6")), raw.span.clone());
                preset
            }
        }
    }

    /// The keys of a table with their lists of values; tables within it are parts of dotted keys.
    fn axes(&mut self, table: &Table, before: &str) -> Vec<Axis> {
        let mut axes = Vec::new();
        for entry in &table.entries {
            let key = if before.is_empty() { entry.key.clone() } else { format!("{before}.{}", entry.key) };
            match &entry.node {
                Node::Table(inner) => axes.extend(self.axes(inner, &key)),
                Node::Tables(_) => {
                    let problem = Problem::error("E008", format!("`{key}` is not a list of values"));
                    self.wrong(problem.help("right: \"disease.r0\" = [1.5, 2.5]"), entry.key_span.clone());
                }
                Node::Value(raw) => {
                    let items: Vec<Range<usize>> = match &raw.content {
                        Content::List(items) => items.iter().map(|item| item.span.clone()).collect(),
                        _ => vec![raw.span.clone()],
                    };
                    if items.is_empty() {
                        let problem = Problem::error("E017", format!("`{key}` has no values"));
                        self.wrong(problem.help("give at least one"), raw.span.clone());
                    }
                    let values = items.iter().map(|span| self.written(span)).collect();
                    axes.push(Axis { key, key_span: entry.key_span.clone(), values, spans: items });
                }
            }
        }
        axes
    }

    pub(super) fn sample(&mut self, table: &Table, before: &str) -> Vec<ValueRange> {
        let mut ranges = Vec::new();
        for entry in &table.entries {
            let top = before.is_empty() && matches!(entry.key.as_str(), "method" | "size");
            let key = if before.is_empty() { entry.key.clone() } else { format!("{before}.{}", entry.key) };
            match &entry.node {
                _ if top => {}
                Node::Table(inner) if is_range(inner) => {
                    ranges.extend(self.range(inner, &key, &entry.key_span))
                }
                Node::Table(inner) => ranges.extend(self.sample(inner, &key)),
                _ => {
                    let problem = Problem::error("E008", format!("`{key}` is not a range"));
                    let help = "right: \"disease.r0\" = { low = 1.5, high = 3 } or { mean = 2.5, sd = 0.3 }";
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
            }
        }
        ranges
    }

    pub(super) fn range(&mut self, table: &Table, key: &str, key_span: &Range<usize>) -> Option<ValueRange> {
        let mut numbers: [Option<(f64, String, Range<usize>)>; 4] = Default::default();
        let (mut log, mut whole, mut drift) = (false, false, 0.0);
        for entry in &table.entries {
            let place = RANGE_KEYS.iter().position(|name| *name == entry.key);
            match (place, &entry.node) {
                (Some(4), Node::Value(Raw { content: Content::Bool(on), .. })) => log = *on,
                (Some(5), Node::Value(Raw { content: Content::Bool(on), .. })) => whole = *on,
                (Some(6), Node::Value(raw)) => drift = self.drift(raw),
                (Some(place), Node::Value(raw)) if place < 4 => match amount(raw) {
                    Some((number, unit)) => numbers[place] = Some((number, unit, raw.span.clone())),
                    None => {
                        let problem = Problem::error("E008", format!("`{}` is not a number", entry.key));
                        self.wrong(problem.help("right: low = 1.5, or low = \"24 h\""), raw.span.clone());
                    }
                },
                _ => {
                    let problem = Problem::error("E007", format!("a range has no `{}`", entry.key));
                    let help = did_you_mean(&entry.key, &RANGE_KEYS).unwrap_or_default();
                    self.wrong(problem.help(help), entry.key_span.clone());
                }
            }
        }
        let (spread, a, b) = match numbers {
            [Some(low), Some(high), None, None] if low.0 < high.0 && (!log || low.0 > 0.0) => {
                (if log { Spread::Logarithmic } else { Spread::Even }, low, high)
            }
            [None, None, Some(mean), Some(sd)] if sd.0 > 0.0 && !log => (Spread::Normal, mean, sd),
            _ => {
                let problem = Problem::error("E010", format!("`{key}` is no range"));
                let help =
                    "give low and high with low < high (log = true for positive ones), or mean and sd > 0";
                self.wrong(problem.help(help), key_span.clone());
                return None;
            }
        };
        if a.1 != b.1 {
            let problem =
                Problem::error("E009", format!("`{key}`: one end is in `{}`, the other in `{}`", a.1, b.1));
            self.wrong(problem.help("give both in the same unit"), b.2);
        }
        if drift > 0.0 && spread != Spread::Logarithmic {
            let problem = Problem::error("E115", format!("`{key}` wanders, but not in the logarithm"));
            self.wrong(problem.help("give low > 0, high and log = true beside drift"), key_span.clone());
        }
        let (key, key_span) = (key.to_owned(), key_span.clone());
        Some(ValueRange { key, key_span, spread, ends: [a.0, b.0], unit: a.1, whole, drift })
    }

    /// How far a value wanders in a day, as a share of itself.
    fn drift(&mut self, raw: &Raw) -> f64 {
        let share = amount(raw).and_then(|(number, unit)| super::prior::known(number, &unit));
        share.filter(|share| (0.0..=1.0).contains(share)).unwrap_or_else(|| {
            let problem = Problem::error("E115", "`drift` is no share from 0 to 100 %");
            self.wrong(problem.help("right: drift = \"5 %\", of the value, a day"), raw.span.clone());
            0.0
        })
    }
}

const RANGE_KEYS: [&str; 7] = ["low", "high", "mean", "sd", "log", "whole", "drift"];

pub(super) fn is_range(table: &Table) -> bool {
    table
        .entries
        .iter()
        .any(|entry| RANGE_KEYS.contains(&entry.key.as_str()) && matches!(entry.node, Node::Value(_)))
}

/// A number and its unit, written as `1.5` or `"24 h"`.
pub(super) fn amount(raw: &Raw) -> Option<(f64, String)> {
    match &raw.content {
        Content::Number(number) if number.is_finite() => Some((*number, String::new())),
        Content::Text(text) => {
            let text = text.trim();
            let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len());
            let number: f64 = text.get(..end)?.parse().ok()?;
            number.is_finite().then(|| (number, text[end..].trim().to_owned()))
        }
        _ => None,
    }
}

/// Reads and checks a study file, each value tried in the scenario; `flags` are laid over the scenario too.
///
/// # Errors
/// Everything that is wrong with it, with its place.
pub fn read(
    path: &Path,
    purpose: Purpose,
    flags: &[(String, String)],
    words: &Vocabulary,
) -> Result<StudyFile, Findings> {
    let text = read_text(path)?;
    let mut sources = Sources::default();
    let (name, path_of) = (path.display().to_string(), Some(path.to_owned()));
    let id = sources.add(Source { name, path: path_of, text: text.clone() });
    let mut problems = Problems::new();
    let root = tree::parse(&sources, id, &mut problems);
    let mut reader = Reader { sources, id, problems };
    for entry in root.entries.iter().filter(|entry| !TOP.contains(&entry.key.as_str())) {
        let problem = Problem::error("E006", format!("a study has no `{}`", entry.key));
        let help = did_you_mean(&entry.key, &TOP).unwrap_or_default();
        reader.wrong(problem.help(help), entry.key_span.clone());
    }
    let scenario = scenario(&mut reader, &root);
    let replicates = reader.whole(&root, "replicates", 1.0, 1) as u32;
    let seed = reader.whole(&root, "seed", 0.0, 1);
    let table = |name: &str| match root.get(name).map(|entry| &entry.node) {
        Some(Node::Table(table)) => table.clone(),
        _ => Table::empty(id),
    };
    let (grid, zip) = (reader.axes(&table("set"), ""), reader.axes(&table("zip"), ""));
    let (method, size, ranges) = match purpose.fits() {
        true => (Method::Sobol, 0, reader.priors(&table("prior"))),
        false => sampling(&mut reader, purpose, &table("sample")),
    };
    let observed = reader.observed(&table("observed"));
    let data = reader.data(&table("data"));
    if matches!(purpose, Purpose::Sensitivity | Purpose::Calibration) {
        single_values(&mut reader, grid.iter().chain(&zip));
    }
    if let Some(other) = zip.iter().find(|axis| axis.values.len() != zip[0].values.len()) {
        let counts = format!("{} and {} values", zip[0].values.len(), other.values.len());
        let problem = Problem::error("E017", format!("`{}` and `{}` have {counts}", zip[0].key, other.key));
        reader
            .wrong(problem.help("lists of [zip] go together: give them one length"), other.key_span.clone());
    }
    if let (Some(file), false) = (&scenario, reader.problems.has_errors()) {
        try_values(&mut reader, file, flags, words, (&grid, &zip, &ranges));
    }
    let Reader { sources, problems, .. } = reader;
    match scenario {
        Some(scenario) if !problems.has_errors() => Ok(StudyFile {
            name: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
            caption: text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix('#'))
                .unwrap_or_default()
                .trim()
                .into(),
            scenario,
            replicates,
            seed,
            grid,
            zip,
            method,
            size,
            ranges,
            observed,
            data,
        }),
        _ => Err(Findings::new(problems, sources)),
    }
}

fn scenario(reader: &mut Reader, root: &Table) -> Option<PathBuf> {
    let Some(name) = root.text("scenario") else {
        let problem = Problem::error("E017", "the study names no scenario");
        reader.wrong(problem.help("right: scenario = \"health-code.toml\""), 0..0);
        return None;
    };
    let path = reader.sources.folder(reader.id).join(name);
    if path.is_file() {
        return Some(path);
    }
    let span = match root.get("scenario").map(|entry| &entry.node) {
        Some(Node::Value(raw)) => raw.span.clone(),
        _ => 0..0,
    };
    let problem = Problem::error("E001", format!("cannot read `{name}`: there is no such file"));
    reader.wrong(problem.help(near_or_rule(&path)), span);
    None
}

/// Says which keys have several values, where each may have but one.
fn single_values<'a>(reader: &mut Reader, axes: impl Iterator<Item = &'a Axis>) {
    for axis in axes.filter(|axis| axis.values.len() > 1) {
        let problem = Problem::error("E010", format!("`{}` has {} values", axis.key, axis.values.len()));
        let help = "only ranges are varied here, of [sample] or [prior]; give one value, or a range there";
        reader.wrong(problem.help(help), axis.key_span.clone());
    }
}

fn sampling(reader: &mut Reader, purpose: Purpose, table: &Table) -> (Method, u32, Vec<ValueRange>) {
    let ranges = reader.sample(table, "");
    let size = reader.whole(table, "size", 1.0, 0) as u32;
    let method = match table.text("method") {
        None => Method::Sobol,
        Some(name) => Method::named(name).unwrap_or_else(|| {
            let span = match table.get("method").map(|entry| &entry.node) {
                Some(Node::Value(raw)) => raw.span.clone(),
                _ => table.span.clone(),
            };
            let problem = Problem::error("E011", format!("there is no method `{name}`"));
            let help = did_you_mean(name, &Method::NAMES).unwrap_or_default();
            reader.wrong(problem.help(help), span);
            Method::Sobol
        }),
    };
    let missing = match (ranges.is_empty(), purpose) {
        (true, Purpose::Sweep) if size == 0 => None,
        (true, _) => Some("a range for a key: \"disease.r0\" = { low = 1.5, high = 3 }"),
        (false, Purpose::Sweep) if size == 0 => Some("how many points: size = 256"),
        _ => None,
    };
    if let Some(missing) = missing.filter(|_| !reader.problems.has_errors()) {
        reader.wrong(Problem::error("E017", format!("[sample] lacks {missing}")), table.span.clone());
    }
    let most = method.points_max().filter(|most| purpose == Purpose::Sweep && size > *most);
    if let Some(most) = most {
        let problem = Problem::error("E010", format!("this method has at most {most} points"));
        reader.wrong(problem, table.span.clone());
    }
    (method, size, ranges)
}

/// Lays each value alone over the scenario, so that what it refuses is told where it stands in the study.
fn try_values(
    reader: &mut Reader,
    file: &Path,
    flags: &[(String, String)],
    words: &Vocabulary,
    (grid, zip, ranges): (&[Axis], &[Axis], &[ValueRange]),
) {
    if let Err(findings) = citytwin_scenario::read(file, flags, words) {
        // The scenario's own mistakes come first, with their own places.
        for problem in findings.problems {
            reader.problems.push(problem);
        }
        return;
    }
    let mut trials: Vec<(&str, String, &Range<usize>, &Range<usize>)> = Vec::new();
    for axis in grid.iter().chain(zip) {
        let values = axis.values.iter().zip(&axis.spans);
        trials.extend(values.map(|(value, span)| (axis.key.as_str(), value.clone(), &axis.key_span, span)));
    }
    for range in ranges {
        for share in [0.0, 1.0] {
            trials.push((&range.key, range.value(share), &range.key_span, &range.key_span));
        }
    }
    for (key, value, key_span, span) in trials {
        let all = [flags, &[(key.to_owned(), value)]].concat();
        let Err(findings) = citytwin_scenario::read(file, &all, words) else { continue };
        for mut problem in findings.problems {
            let in_key = matches!(problem.code, "E006" | "E007" | "E026");
            problem.file = None;
            reader.wrong(problem, if in_key { key_span.clone() } else { span.clone() });
        }
    }
}

/// A key that a flag gives several values, as a list of the grid.
pub fn axis_of_flag(key: String, value: &str) -> Axis {
    let values: Vec<String> = parts(value).into_iter().map(str::to_owned).collect();
    Axis { key, key_span: 0..0, spans: vec![0..0; values.len()], values }
}

/// The values of a flag, parted by commas outside of quotes and brackets.
pub fn parts(value: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0i32, false, 0);
    let mut found = Vec::new();
    for (at, c) in value.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(value[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(value[start..].trim());
    found
}
