//! A scenario file as a tree in which every key and value knows its file and bytes.

use crate::source::{SourceId, Sources};
use citytwin_engine::key::{Content, Raw};
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table: its entries in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The text it stands in.
    pub source: SourceId,
    /// The bytes of its header.
    pub span: Range<usize>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Name of the key.
    pub key: String,
    /// The bytes of the key.
    pub key_span: Range<usize>,
    /// The text it stands in.
    pub source: SourceId,
    /// The value.
    pub node: Node,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A plain value or a list of plain values.
    Value(Raw),
    /// A table.
    Table(Table),
    /// One or more tables under one name.
    Tables(Vec<Table>),
}

impl Table {
    /// An empty table.
    pub fn empty(source: SourceId) -> Self {
        Self { entries: Vec::new(), source, span: 0..0 }
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The words under a key, if they're words.
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.node {
            Node::Value(Raw { content: Content::Text(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// The table with another laid over it: tables merge, values are replaced, and `join` decides what becomes of
    /// the list below and the list above under one name (the list below is empty for a new name).
    pub fn overlaid(
        mut self,
        over: Table,
        join: &mut dyn FnMut(Vec<Table>, Vec<Table>) -> Vec<Table>,
    ) -> Table {
        self.source = over.source;
        self.span = over.span;
        for mut entry in over.entries {
            let place = self.entries.iter().position(|ours| ours.key == entry.key);
            let below = place.map(|place| self.entries.remove(place).node);
            entry.node = match (below, entry.node) {
                (Some(Node::Table(below)), Node::Table(over)) => Node::Table(below.overlaid(over, join)),
                (Some(Node::Tables(below)), Node::Tables(over)) => Node::Tables(join(below, over)),
                (_, Node::Tables(over)) => Node::Tables(join(Vec::new(), over)),
                (_, over) => over,
            };
            self.entries.insert(place.unwrap_or(self.entries.len()), entry);
        }
        self
    }
}

/// Reads a text as TOML as far as it goes: what can't be read is reported, the rest is kept.
pub fn parse(sources: &Sources, id: SourceId, problems: &mut Problems) -> Table {
    let text = sources.get(id).map(|source| source.text.as_str()).unwrap_or_default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut twice: Option<usize> = None;
    let mut found: Vec<Problem> = errors.iter().map(|error| describe(sources, id, text, error)).collect();
    found.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
    let unclosed = found.iter().rev().find(|problem| problem.message.contains("unclosed array"));
    let list_end = unclosed.and_then(|problem| problem.span.as_ref()).map_or(0, |span| span.start);
    for problem in found {
        let start = problem.span.as_ref().map_or(0, |span| span.start);
        // The keys of a table that is given twice are then given twice too: one mistake, told once.
        let between = twice.and_then(|header| text.get(header..start));
        let follows = between.is_some_and(|between| !between.contains("\n["));
        if problem.code == "E004" && follows {
            continue;
        }
        if problem.code == "E003" && is_told(problems, &problem, list_end) {
            continue;
        }
        if problem.code == "E004" && is_header(text, start) {
            twice = Some(start);
        }
        problems.push(problem);
    }
    table_of(id, table.span(), table.into_inner())
}

/// Whether a syntax error follows from one that is told already: it stands in the same line, or in a list that is
/// never closed (and then seems to go on up to `list_end`).
fn is_told(problems: &Problems, new: &Problem, list_end: usize) -> bool {
    let last = problems.iter().rev().find(|problem| problem.code == "E003" && problem.file == new.file);
    let Some(last) = last else { return false };
    let in_list = new.span.as_ref().is_some_and(|span| span.start <= list_end);
    last.line == new.line || (last.message.contains("array") && in_list)
}

/// Whether a byte stands in a line that begins with a square bracket.
fn is_header(text: &str, byte: usize) -> bool {
    let line = text.get(..byte).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    line.trim_start().starts_with('[')
}

/// A syntax error in words a planner understands.
fn describe(sources: &Sources, id: SourceId, text: &str, error: &toml::de::Error) -> Problem {
    let message = error.message().split('\n').next().unwrap_or_default().trim();
    let span = error.span().unwrap_or(0..0);
    if message.contains("duplicate key") {
        let key = text.get(span.clone()).unwrap_or_default();
        let table = is_header(text, span.start);
        let what = if table { "table" } else { "key" };
        let first = first_place(text, key, span.start, table).map_or(String::new(), |place| {
            format!(" it stands in line {} already;", citytwin_world::problem::line_and_column(text, place).0)
        });
        let problem = Problem::error("E004", format!("the {what} `{key}` is given twice"))
            .label("the second one")
            .help(format!("{} merge the two or remove one", first.trim_start()).trim().to_owned());
        return sources.place(problem, id, span);
    }
    let problem = Problem::error("E003", format!("this is not TOML: {message}"));
    let problem = match error.message().split_once("expected") {
        Some((_, expected)) if !expected.trim().is_empty() && !message.contains("expected") => {
            problem.help(format!("expected{}", expected.replace('\n', " ")))
        }
        _ => problem.help("text stands in quotes, tables in [square brackets], as in: name = \"text\""),
    };
    sources.place(problem, id, span)
}

/// Where a key or table of this name stands before a byte, at the start of a line.
fn first_place(text: &str, key: &str, before: usize, table: bool) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    for line in text.get(..before)?.split_inclusive('\n') {
        let plain = line.trim();
        let (name, rest) = if table {
            let inner = plain.trim_start_matches('[');
            (inner.trim_start().strip_prefix(key), inner.len() < plain.len())
        } else {
            (plain.strip_prefix(key), true)
        };
        let ends = name.is_some_and(|name| name.trim_start().starts_with(if table { ']' } else { '=' }));
        if rest && ends && at + line.len() <= before {
            last = Some(at);
        }
        at += line.len();
    }
    last
}

fn table_of(source: SourceId, span: Range<usize>, table: DeTable<'_>) -> Table {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: key.span(),
            key: key.into_inner().into_owned(),
            source,
            node: node_of(source, value),
        })
        .collect();
    // The parser sorts by name; problems and policies are wanted in the order of the file.
    entries.sort_by_key(|entry| entry.key_span.start);
    Table { entries, source, span }
}

fn node_of(source: SourceId, value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(table) => Node::Table(table_of(source, span, table)),
        DeValue::Array(items) if !items.is_empty() && items.iter().all(|item| item.get_ref().is_table()) => {
            let tables = items.into_iter().filter_map(|item| {
                let span = item.span();
                match item.into_inner() {
                    DeValue::Table(table) => Some(table_of(source, span, table)),
                    _ => None,
                }
            });
            Node::Tables(tables.collect())
        }
        other => Node::Value(Raw { content: content_of(other), span }),
    }
}

fn content_of(value: DeValue<'_>) -> Content {
    match value {
        DeValue::String(text) => Content::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = i128::from_str_radix(number.as_str(), number.radix());
            Content::Number(digits.map_or(f64::NAN, |digits| digits as f64))
        }
        DeValue::Float(number) => Content::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Content::Bool(flag),
        DeValue::Datetime(date) => Content::Date(date.to_string()),
        DeValue::Array(items) => Content::List(
            items
                .into_iter()
                .map(|item| Raw { span: item.span(), content: content_of(item.into_inner()) })
                .collect(),
        ),
        DeValue::Table(_) => Content::Table,
    }
}

/// Reads the value of a flag: as TOML where it is TOML, else as the words it is.
pub fn flag_value(text: &str, at: usize) -> Raw {
    let trimmed = text.trim();
    let start = at + text.len() - text.trim_start().len();
    let span = start..start + trimmed.len();
    let content = match DeValue::parse(trimmed) {
        Ok(value) => content_of(value.into_inner()),
        Err(_) => match trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) => Content::List(
                inner
                    .split(',')
                    .filter(|part| !part.trim().is_empty())
                    .map(|part| Raw { content: Content::Text(part.trim().to_owned()), span: span.clone() })
                    .collect(),
            ),
            None => Content::Text(trimmed.to_owned()),
        },
    };
    // A flag is one word on the command line: its list items have no bytes of their own there.
    let content = match content {
        Content::List(items) => {
            Content::List(items.into_iter().map(|item| Raw { span: span.clone(), ..item }).collect())
        }
        plain => plain,
    };
    Raw { content, span }
}
