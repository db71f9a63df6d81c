//! `--set key=value`: a dotted path and a value laid over the scenario.

use crate::extends::identity;
use crate::source::{Source, SourceId, Sources};
use crate::tree::{Entry, Node, Table, flag_value};
use citytwin_engine::suggest::did_you_mean;
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;

/// Deeper paths than this name nothing.
const DEPTH_MAX: usize = 8;

struct Step {
    name: String,
    span: Range<usize>,
}

/// Lays flags over a tree, later ones over earlier ones.
///
/// # Errors
/// Collected in `problems`: paths that lead nowhere (`E026`); wrong keys and values are left to the check.
pub fn apply(
    table: &mut Table,
    overrides: &[(String, String)],
    sources: &mut Sources,
    problems: &mut Problems,
) {
    for (number, (key, value)) in overrides.iter().enumerate() {
        let repeated = overrides.iter().take(number).any(|(other, _)| other == key);
        let name = if repeated { format!("--set {key} ({})", number + 1) } else { format!("--set {key}") };
        let id = sources.add(Source { name, path: None, text: format!("{key}={value}") });
        let steps = match steps_of(key) {
            Ok(steps) => steps,
            Err(problem) => {
                problems.push(sources.place(problem, id, 0..key.len()));
                continue;
            }
        };
        let node = Node::Value(flag_value(value, key.len() + 1));
        if let Err((problem, span)) = set(table, &steps, node, id) {
            problems.push(sources.place(problem, id, span));
        }
    }
}

/// The parts of a dotted path; quotes hold together a part with dots in it.
fn steps_of(key: &str) -> Result<Vec<Step>, Problem> {
    let wrong = || {
        Problem::error("E026", format!("`{key}` is not the path of a key")).help(
            "write table.key=value, as in `--set time.days=60` or `--set policy.lockdown.from=\"day 30\"`",
        )
    };
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(rest) = key.get(at..).filter(|_| at <= key.len()) {
        let (name, length) = match rest.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
            Some((quoted, _)) => (quoted, quoted.len() + 2),
            None => {
                let length = rest.find('.').unwrap_or(rest.len());
                (rest.get(..length).unwrap_or_default(), length)
            }
        };
        if name.trim().is_empty() || steps.len() >= DEPTH_MAX {
            return Err(wrong());
        }
        steps.push(Step { name: name.trim().to_owned(), span: at..at + length });
        at += length;
        if at == key.len() {
            return if steps.len() > 1 { Ok(steps) } else { Err(wrong()) };
        }
        if key.as_bytes().get(at) != Some(&b'.') {
            return Err(wrong());
        }
        at += 1;
    }
    Err(wrong())
}

fn set(table: &mut Table, steps: &[Step], node: Node, id: SourceId) -> Result<(), (Problem, Range<usize>)> {
    let Some((first, rest)) = steps.split_first() else { return Ok(()) };
    let place = table.entries.iter().position(|entry| entry.key == first.name);
    if rest.is_empty() {
        let entry = Entry { key: first.name.clone(), key_span: first.span.clone(), source: id, node };
        match place.and_then(|place| table.entries.get_mut(place)) {
            Some(slot) => *slot = entry,
            None => table.entries.push(entry),
        }
        return Ok(());
    }
    if place.is_none() && is_list(&first.name) {
        let problem = Problem::error("E026", format!("the scenario has no [[{}]]", first.name));
        return Err((
            problem.help("add it to the file; a flag changes only what is there"),
            first.span.clone(),
        ));
    }
    let place = place.unwrap_or_else(|| {
        let inner = Table { entries: Vec::new(), source: id, span: first.span.clone() };
        let node = Node::Table(inner);
        table.entries.push(Entry { key: first.name.clone(), key_span: first.span.clone(), source: id, node });
        table.entries.len() - 1
    });
    match table.entries.get_mut(place).map(|entry| &mut entry.node) {
        Some(Node::Table(inner)) => set(inner, rest, node, id),
        Some(Node::Tables(list)) => set_in_list(list, &first.name, rest, node, id),
        _ => {
            let problem = Problem::error("E026", format!("`{}` is a value, not a table", first.name));
            Err((problem.help("end the path there"), first.span.clone()))
        }
    }
}

fn is_list(name: &str) -> bool {
    name == "policy" || name == "hazard"
}

fn set_in_list(
    list: &mut [Table],
    what: &str,
    steps: &[Step],
    node: Node,
    id: SourceId,
) -> Result<(), (Problem, Range<usize>)> {
    let Some((which, rest)) = steps.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        let span = steps.first().map_or(0..0, |step| step.span.clone());
        let problem = Problem::error("E026", format!("which {what} is meant?"));
        return Err((problem.help(format!("write {what}.ID.key=value or {what}.0.key=value")), span));
    };
    let named: Vec<usize> = list
        .iter()
        .enumerate()
        .filter(|(_, table)| identity(table) == Some(which.name.as_str()))
        .map(|(index, _)| index)
        .collect();
    let index = match named.as_slice() {
        [one] => Some(*one),
        [] => which.name.parse().ok().filter(|index| *index < list.len()),
        [_, _, ..] => {
            let problem = Problem::error("E026", format!("`{}` names {} of them", which.name, named.len()));
            let help = format!("give each an id, or write {what}.0, {what}.1 and so on, counted over all");
            return Err((problem.help(help), which.span.clone()));
        }
    };
    match index.and_then(|index| list.get_mut(index)) {
        Some(table) => set(table, rest, node, id),
        None => {
            let names: Vec<&str> = list.iter().filter_map(identity).collect();
            let problem = Problem::error("E026", format!("the scenario has no {what} `{}`", which.name));
            let help = did_you_mean(&which.name, &names).unwrap_or_else(|| format!("count from {what}.0"));
            Err((problem.help(help), which.span.clone()))
        }
    }
}
