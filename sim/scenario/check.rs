//! The check of a table against its keys: every wrong key and value is collected, the right ones become [`Params`].

use crate::refusals::Sketch;
use crate::source::{Source, SourceId, Sources, near_or_rule};
use crate::spec::{SECTIONS, TOP};
use crate::tree::{Entry, Node, Table};
use crate::vocabulary::{KindSpec, Vocabulary};
use citytwin_engine::key::{Content, Raw, Value};
use citytwin_engine::params::Origin;
use citytwin_engine::suggest::{did_you_mean, nearest};
use citytwin_engine::{KeySpec, Params, Preset, Unit};
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use std::path::PathBuf;

/// What a check works with: the words that exist, the texts, and the problems found so far.
pub(crate) struct Checker<'a> {
    pub vocabulary: &'a Vocabulary,
    pub sources: &'a Sources,
    pub problems: Problems,
    /// The city, once it was looked at.
    pub city: Sketch,
    /// Variants of the disease, once it was read.
    pub variants: Option<usize>,
    /// Texts read on the way, which the scenario names.
    pub read: Vec<Source>,
}

impl Checker<'_> {
    /// Notes a problem at a place.
    pub fn report(&mut self, problem: Problem, source: SourceId, span: Range<usize>) {
        self.problems.push(self.sources.place(problem, source, span));
    }

    /// The values of a table. `keys` are all it may hold; with `strange_allowed` others are passed over (the keys
    /// of a kind that isn't known can't be judged).
    pub fn params(&mut self, table: &Table, name: &str, keys: &[KeySpec], strange_allowed: bool) -> Params {
        let mut params = Params::presets(keys);
        for entry in &table.entries {
            match keys.iter().find(|key| key.name == entry.key) {
                Some(key) => {
                    if let Some(value) = self.value(key, entry) {
                        params.set(key, value, self.origin(entry.source));
                    }
                }
                None if strange_allowed => {}
                None => self.unknown_key(entry, name, keys),
            }
        }
        for key in keys.iter().filter(|key| key.default == Preset::Required) {
            if table.get(key.name).is_none() {
                let message = if table.span.is_empty() {
                    format!("the table [{name}] with `{}` is missing", key.name)
                } else {
                    format!("`{}` is missing in [{name}]", key.name)
                };
                let problem = Problem::error("E017", message).help(key.summary);
                self.report(problem, table.source, table.span.clone());
            }
        }
        params
    }

    fn value(&mut self, key: &KeySpec, entry: &Entry) -> Option<Value> {
        let raw = match &entry.node {
            Node::Value(raw) => raw.clone(),
            Node::Table(_) | Node::Tables(_) => Raw { content: Content::Table, span: entry.key_span.clone() },
        };
        // Every wrong item of a list is told, not only the first.
        if let (Unit::List(item), Content::List(items)) = (key.unit, &raw.content) {
            let one = KeySpec { unit: *item, ..*key };
            let values: Vec<Option<Value>> =
                items.iter().map(|each| self.found(&one, each, entry.source)).collect();
            return values.into_iter().collect::<Option<Vec<_>>>().map(Value::List);
        }
        self.found(key, &raw, entry.source)
    }

    /// A checked value; a path as found from the folder of its file.
    fn found(&mut self, key: &KeySpec, raw: &Raw, source: SourceId) -> Option<Value> {
        match (key.unit, self.checked(key, raw, source)?) {
            (Unit::Path, Value::Text(name)) => self.path(&name, source, raw.span.clone()).map(Value::Text),
            (_, value) => Some(value),
        }
    }

    fn checked(&mut self, key: &KeySpec, raw: &Raw, source: SourceId) -> Option<Value> {
        match key.check(raw) {
            Ok(value) => Some(value),
            Err(problem) => {
                let span = problem.span.clone().unwrap_or(raw.span.clone());
                self.report(problem, source, span);
                None
            }
        }
    }

    /// A path as written, found from the folder of the file that names it.
    pub fn path(&mut self, name: &str, source: SourceId, span: Range<usize>) -> Option<String> {
        let path = self.sources.folder(source).join(name);
        match path.to_str().filter(|_| path.exists()) {
            Some(path) => Some(path.to_owned()),
            None => {
                self.missing_file(name, path.clone(), source, span);
                None
            }
        }
    }

    /// Reports a file or folder that isn't there, with the nearest name that is.
    pub fn missing_file(&mut self, name: &str, path: PathBuf, source: SourceId, span: Range<usize>) {
        let problem =
            Problem::error("E001", format!("cannot read `{name}`: there is no such file or folder"))
                .label("not found");
        self.report(problem.help(near_or_rule(&path)), source, span);
    }

    fn origin(&self, source: SourceId) -> Origin {
        match self.sources.get(source) {
            Some(source) if source.path.is_some() => Origin::File(source.name.clone()),
            _ => Origin::Flag,
        }
    }

    fn unknown_key(&mut self, entry: &Entry, table: &str, keys: &[KeySpec]) {
        // The keys of the kind itself come after those that all kinds share, and are more likely meant.
        let names: Vec<&str> = keys.iter().rev().map(|key| key.name).collect();
        let help = nearest(&entry.key, names.iter().copied())
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| self.home_of(&entry.key, table))
            .or_else(|| did_you_mean(&entry.key, &names))
            .unwrap_or_else(|| format!("[{table}] has no keys"));
        let problem = Problem::error("E007", format!("unknown key `{}` in [{table}]", entry.key));
        self.report(problem.label("unknown key").help(help), entry.source, entry.key_span.clone());
    }

    /// Where a key belongs that isn't one of this table.
    fn home_of(&self, key: &str, table: &str) -> Option<String> {
        let has = |keys: &[KeySpec]| keys.iter().any(|other| other.name == key);
        if has(TOP) {
            return Some(format!("`{key}` belongs at the top of the file, before any table"));
        }
        let others = SECTIONS.iter().filter(|section| section.name != table);
        if let Some(section) = others.into_iter().find(|section| has(&self.vocabulary.keys_of(section))) {
            return Some(format!("`{key}` belongs in [{}]", section.name));
        }
        if let Some(layer) = self.vocabulary.layer_tables().find(|layer| has(layer.keys)) {
            return Some(format!("`{key}` belongs in [{}]", layer.table()));
        }
        let lists = [("policy", &self.vocabulary.policies), ("hazard", &self.vocabulary.hazards)];
        lists.into_iter().find_map(|(list, kinds)| {
            let kind = kinds.iter().find(|kind| has(kind.keys))?;
            Some(format!("`{key}` is a key of the {list} `{}`", kind.name))
        })
    }

    /// Reports tables and loose keys at the top of a file that aren't part of a scenario.
    pub fn unknown_top(&mut self, root: &Table) {
        let layers = self.vocabulary.layer_tables().map(KindSpec::table);
        let sections: Vec<&str> = SECTIONS.iter().map(|section| section.name).chain(layers).collect();
        for entry in root.entries.iter().filter(|entry| !sections.contains(&entry.key.as_str())) {
            let problem = match &entry.node {
                Node::Value(_) => {
                    let problem =
                        Problem::error("E007", format!("unknown key `{}` outside a table", entry.key));
                    let help = self.home_of(&entry.key, "");
                    let help =
                        help.unwrap_or_else(|| "before the first table only `extends` may stand".to_owned());
                    problem.label("unknown key").help(help)
                }
                Node::Table(_) | Node::Tables(_) => {
                    let problem = Problem::error("E006", format!("unknown table `{}`", entry.key));
                    let problem = problem.label("unknown table");
                    match did_you_mean(&entry.key, &sections) {
                        Some(help) => problem.help(help),
                        None => problem,
                    }
                }
            };
            self.report(problem, entry.source, entry.key_span.clone());
        }
    }

    /// The one table of a section, empty where the scenario has none.
    pub fn section(&mut self, root: &Table, name: &str) -> Table {
        match root.get(name) {
            None => Table { entries: Vec::new(), source: root.source, span: 0..0 },
            Some(Entry { node: Node::Table(table), .. }) => table.clone(),
            Some(entry) => {
                let problem = Problem::error("E008", format!("`{name}` must be one table"))
                    .help(format!("write [{name}] once, in single brackets, with its keys below"));
                self.report(problem, entry.source, entry.key_span.clone());
                match &entry.node {
                    Node::Tables(list) => list.first().cloned().unwrap_or(Table::empty(entry.source)),
                    _ => Table::empty(entry.source),
                }
            }
        }
    }

    /// The tables of a section that may be there many times.
    pub fn sections(&mut self, root: &Table, name: &str) -> Vec<Table> {
        match root.get(name) {
            None => Vec::new(),
            Some(Entry { node: Node::Tables(list), .. }) => list.clone(),
            Some(entry) => {
                let problem = Problem::error("E008", format!("`{name}` must be a list of tables"))
                    .help(format!("write [[{name}]] in double brackets for each"));
                self.report(problem, entry.source, entry.key_span.clone());
                match &entry.node {
                    Node::Table(table) => vec![table.clone()],
                    _ => Vec::new(),
                }
            }
        }
    }
}

/// The bytes of a key's value in a table, or of the table's header.
pub(crate) fn span_of(table: &Table, key: &str) -> (SourceId, Range<usize>) {
    match table.get(key) {
        Some(Entry { node: Node::Value(raw), source, .. }) => (*source, raw.span.clone()),
        Some(entry) => (entry.source, entry.key_span.clone()),
        None => (table.source, table.span.clone()),
    }
}
