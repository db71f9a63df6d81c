//! From a file to a checked scenario.

use crate::check::{Checker, span_of};
use crate::extends;
use crate::findings::Findings;
use crate::overrides;
use crate::refusals::Sketch;
use crate::scenario::{CityChoice, Provenance, Scenario, digest_of, provenance_of};
use crate::schedule::{Checked, List, Span};
use crate::source::Sources;
use crate::spec::{CITY, OUTPUT, TIME, section};
use crate::tree::{Node, Table};
use crate::vocabulary::{KindSpec, Vocabulary};
use citytwin_engine::Params;
use citytwin_engine::key::Content;
use citytwin_engine::suggest::did_you_mean;
use citytwin_world::calendar::Date;
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Reads a scenario file with all it extends, lays the flags over it and checks everything.
///
/// # Errors
/// Every problem found, errors and warnings, with the texts they stand in.
pub fn read(
    path: &Path,
    overrides: &[(String, String)],
    vocabulary: &Vocabulary,
) -> Result<Scenario, Findings> {
    let (mut sources, mut problems) = (Sources::default(), Problems::new());
    match extends::load(path, &mut sources, &mut problems) {
        Some(root) => check(root, path, overrides, vocabulary, sources, problems),
        None => Err(Findings::new(problems, sources)),
    }
}

/// Reads a scenario from a text as if it stood in a file of that name.
///
/// # Errors
/// As [`read`].
pub fn read_text(
    name: &str,
    text: &str,
    overrides: &[(String, String)],
    vocabulary: &Vocabulary,
) -> Result<Scenario, Findings> {
    let (mut sources, mut problems) = (Sources::default(), Problems::new());
    let root = extends::load_text(name, text, &mut sources, &mut problems);
    check(root, Path::new(name), overrides, vocabulary, sources, problems)
}

fn check(
    mut root: Table,
    file: &Path,
    overrides: &[(String, String)],
    vocabulary: &Vocabulary,
    mut sources: Sources,
    mut problems: Problems,
) -> Result<Scenario, Findings> {
    let unread = problems.iter().any(|problem| UNREAD.contains(&problem.code));
    overrides::apply(&mut root, overrides, &mut sources, &mut problems);
    let (city, variants, read) = (Sketch::Unknown, None, Vec::new());
    let mut checker = Checker { vocabulary, sources: &sources, problems, city, variants, read };
    let caption = checker.caption();
    checker.unknown_top(&root);
    let mut city = checker.city(&root);
    let (time, span) = checker.time(&root);
    let (disease, disease_path) = checker.disease(&root);
    let movement = checker.movement(&root);
    if let Some(size) = city.size.as_mut().filter(|_| movement.text("depth") == "free") {
        size.traffic_junctions = 0;
    }
    let layers = checker.layers(&root);
    let hazards = checker.entries(&root, List::Hazards, span);
    let policies = checker.entries(&root, List::Policies, span);
    let output = checker.output(&root);
    checker.needs_depth(&hazards, &root, &movement);
    let Checker { problems, read, .. } = checker;
    read.into_iter().for_each(|source| {
        sources.add(source);
    });
    let mut problems = without_consequences(problems, unread);
    let errors = problems.has_errors();
    if caption.is_empty() {
        problems.push(captionless(file));
    }
    let findings = Findings::new(problems, sources);
    if errors {
        return Err(findings);
    }
    let mut sections: Vec<(String, Params)> = vec![
        ("city".to_owned(), city.params.clone()),
        ("time".to_owned(), time),
        ("disease".to_owned(), disease.clone()),
        ("movement".to_owned(), movement.clone()),
    ];
    let tables = vocabulary.layer_tables().map(KindSpec::table);
    sections.extend(layers.iter().zip(tables).map(|((_, params), table)| (table.to_owned(), params.clone())));
    sections.extend(kept(&hazards, "hazard"));
    sections.extend(kept(&policies, "policy"));
    sections.push(("output".to_owned(), output.clone()));
    let provenance: Vec<Provenance> =
        sections.iter().flat_map(|(path, params)| provenance_of(path, params)).collect();
    let borrowed: Vec<(String, &Params)> =
        sections.iter().map(|(path, params)| (path.clone(), params)).collect();
    let entries = |list: Vec<Checked>| {
        list.into_iter().filter(|checked| checked.enabled).map(|checked| checked.entry).collect()
    };
    Ok(Scenario {
        caption,
        file: file.to_path_buf(),
        files: findings.sources.iter().filter_map(|source| source.path.clone()).collect(),
        city,
        start: span.start,
        days: span.days,
        disease_name: disease.text("name"),
        disease_path,
        disease,
        hazards: entries(hazards),
        policies: entries(policies),
        movement,
        layers,
        output,
        hash: digest_of(&borrowed),
        provenance,
        warnings: findings,
    })
}

/// The values of the entries that are on, each under its name.
fn kept(list: &[Checked], name: &str) -> Vec<(String, Params)> {
    let rows = list.iter().filter(|checked| checked.enabled);
    rows.map(|checked| (format!("{name}.{}", checked.entry.id), checked.all.clone())).collect()
}

fn captionless(file: &Path) -> Problem {
    Problem::warning("W001", "the scenario has no caption")
        .help("say in a comment on the first line what it asks: # What if …?")
        .in_file(file)
}

/// Why a scenario that another one extends could not be read.
const UNREAD: &[&str] = &["E001", "E002", "E005"];

/// Leaves out what only seems wrong because a text couldn't be read: a value in the line of a syntax error, what is
/// missing from a file that has one, and tables that may stand in a scenario that could not be read.
fn without_consequences(problems: Problems, unread: bool) -> Problems {
    let broken: Vec<(Option<String>, Option<usize>)> = problems
        .iter()
        .filter(|problem| problem.code == "E003")
        .map(|problem| (problem.file.clone(), problem.line))
        .collect();
    let no_table = |problem: &Problem| problem.span.as_ref().is_some_and(Range::is_empty);
    let follows = |problem: &Problem| {
        if unread && problem.code == "E017" && no_table(problem) {
            return true;
        }
        problem.code != "E003"
            && broken.iter().any(|(file, line)| {
                *file == problem.file && (problem.code == "E017" || *line == problem.line)
            })
    };
    problems.into_iter().filter(|problem| !follows(problem)).collect()
}

impl Checker<'_> {
    /// The first line of the scenario's own file, if it's a comment.
    fn caption(&self) -> String {
        let first = self
            .sources
            .iter()
            .next()
            .and_then(|source| source.text.lines().find(|line| !line.trim().is_empty()));
        match first.and_then(|line| line.trim().strip_prefix('#')) {
            Some(caption) => caption.trim_start_matches('#').trim().to_owned(),
            None => String::new(),
        }
    }

    /// The values of a section with those of the layer that it describes.
    fn described(&mut self, table: &Table, name: &str) -> Params {
        let keys = section(name).map(|section| self.vocabulary.keys_of(section)).unwrap_or_default();
        self.params(table, name, &keys, false)
    }

    /// The values of every layer that has a table of its own.
    fn layers(&mut self, root: &Table) -> Vec<(String, Params)> {
        let vocabulary = self.vocabulary;
        let tables = vocabulary.layer_tables();
        tables
            .map(|layer| {
                let table = self.section(root, layer.table());
                (layer.name.to_owned(), self.params(&table, layer.table(), layer.keys, false))
            })
            .collect()
    }

    fn city(&mut self, root: &Table) -> CityChoice {
        let table = self.section(root, "city");
        let params = self.params(&table, "city", CITY, false);
        let names: Vec<String> = self.vocabulary.cities.iter().map(|city| city.name.clone()).collect();
        let path = self.named_or_path(&table, &params, &names, "city", "E022");
        let (sample, seed) = (params.f64("sample"), params.u64("seed"));
        let mut choice = CityChoice { name: params.text("name"), path, sample, seed, params, size: None };
        self.sketch(&table, &mut choice);
        choice
    }

    /// The path that `name` gives, or of the built-in city of that name; `None` for other built-in names and where
    /// it's wrong, which is reported.
    fn named_or_path(
        &mut self,
        table: &Table,
        params: &Params,
        names: &[String],
        what: &str,
        code: &'static str,
    ) -> Option<PathBuf> {
        let name = params.text("name");
        if names.contains(&name) {
            let folder = self.vocabulary.cities_folder.as_ref().filter(|_| what == "city");
            return folder.map(|folder| folder.join(&name)).filter(|path| path.is_dir());
        }
        if !params.is_set("name") {
            return None;
        }
        let (source, span) = span_of(table, "name");
        let path = self.sources.folder(source).join(&name);
        if !name.trim().is_empty() && !name.contains('\0') && path.exists() {
            return Some(path);
        }
        if name.contains(['/', '\\']) || name.ends_with(".toml") {
            self.missing_file(&name, path, source, span);
            return None;
        }
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let problem =
            Problem::error(code, format!("unknown {what} `{name}`")).label(format!("no such {what}"));
        let problem = match did_you_mean(&name, &known) {
            Some(help) => problem.help(help),
            None => problem.help("give a path, such as \"../folder\""),
        };
        self.report(problem, source, span);
        None
    }

    fn time(&mut self, root: &Table) -> (Params, Span) {
        let table = self.section(root, "time");
        let params = self.params(&table, "time", TIME, false);
        let days = params.f64("days");
        if days.fract() != 0.0 {
            let problem = Problem::error("E013", "`days` must be a whole number of days")
                .help(format!("write {}", days.ceil()));
            let (source, span) = span_of(&table, "days");
            self.report(problem, source, span);
        }
        let span = Span { start: params.date("start").unwrap_or(Date(0)), days: params.u32("days") };
        (params, span)
    }

    fn disease(&mut self, root: &Table) -> (Params, Option<PathBuf>) {
        let table = self.section(root, "disease");
        let params = self.described(&table, "disease");
        let names: Vec<String> =
            self.vocabulary.diseases.iter().map(|disease| disease.name.clone()).collect();
        let path = self.named_or_path(&table, &params, &names, "disease", "E023");
        if path.is_some() || names.contains(&params.text("name")) {
            self.disease_fits(&table, &params, path.as_deref());
        }
        (params, path)
    }

    fn movement(&mut self, root: &Table) -> Params {
        let table = self.section(root, "movement");
        let params = self.described(&table, "movement");
        self.keys_of_other_depths(&table, &params);
        params
    }

    fn output(&mut self, root: &Table) -> Params {
        let table = self.section(root, "output");
        let params = self.params(&table, "output", OUTPUT, false);
        let names: Vec<&str> = self.vocabulary.metrics.iter().map(|metric| metric.name.as_str()).collect();
        if let Some(entry) = table.get("metrics")
            && let Node::Value(raw) = &entry.node
            && let Content::List(items) = &raw.content
        {
            for item in items {
                if let Content::Text(name) = &item.content
                    && !names.contains(&name.as_str())
                {
                    let problem =
                        Problem::error("E024", format!("unknown metric `{name}`")).label("no such metric");
                    let help = did_you_mean(name, &names).unwrap_or_else(|| "no metric is known".to_owned());
                    self.report(problem.help(help), entry.source, item.span.clone());
                }
            }
        }
        params
    }
}
