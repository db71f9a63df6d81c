//! A scenario with all that it extends, merged into one tree.

use crate::source::{Source, SourceId, Sources, near_or_rule, nearest_file, read_text};
use crate::tree::{self, Entry, Node, Table};
use citytwin_engine::key::{Content, Raw};
use citytwin_engine::suggest::did_you_mean;
use citytwin_world::problem::{Problem, Problems};
use std::path::{Path, PathBuf};

/// More scenarios on top of one another than this aren't meant.
const CHAIN_MAX: usize = 16;

/// Reads a scenario and all it extends; the tree is what could be read, the first text is the scenario's own.
///
/// # Errors
/// Collected in `problems`: files that can't be read (`E001`, `E002`), syntax (`E003`, `E004`), a circle (`E005`),
/// `extends` that is no path (`E008`), `replace` without anything to replace (`E028`).
pub fn load(path: &Path, sources: &mut Sources, problems: &mut Problems) -> Option<Table> {
    let text = problems.keep(read_text(path).map_err(|problem| unread(problem, path)))?;
    let mut chain = Vec::new();
    let mut seen = vec![identity_of_file(path)];
    let mut next = Some((path.to_path_buf(), text));
    while let Some((path, text)) = next.take() {
        let id = sources.add(Source { name: path.display().to_string(), path: Some(path), text });
        let mut table = tree::parse(sources, id, problems);
        if let Some(parent) = take_extends(&mut table) {
            next = problems.keep(open_parent(sources, id, &parent, &mut seen));
        }
        chain.push(table);
    }
    let base = Table::empty(chain.last()?.source);
    Some(chain.into_iter().rev().fold(base, |below, over| {
        below.overlaid(over, &mut |below, over| joined(below, over, sources, problems))
    }))
}

/// Why a scenario itself can't be read, with the nearest name that is there.
fn unread(problem: Problem, path: &Path) -> Problem {
    let help = match problem.code {
        "E001" => nearest_file(path).map_or_else(
            || "`citytwin list scenarios` names those of the gallery".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
        _ => return problem.in_file(path),
    };
    problem.in_file(path).help(help)
}

/// Reads a scenario from a text that isn't a file, for templates and tests; `extends` is relative to here.
pub fn load_text(name: &str, text: &str, sources: &mut Sources, problems: &mut Problems) -> Table {
    let id =
        sources.add(Source { name: name.to_owned(), path: Some(PathBuf::from(name)), text: text.to_owned() });
    let mut table = tree::parse(sources, id, problems);
    let mut chain = Vec::new();
    if let Some(parent) = take_extends(&mut table)
        && let Some((path, _)) = problems.keep(open_parent(sources, id, &parent, &mut Vec::new()))
    {
        chain.extend(load(&path, sources, problems));
    }
    chain.push(table);
    chain.into_iter().fold(Table::empty(id), |below, over| {
        below.overlaid(over, &mut |below, over| joined(below, over, sources, problems))
    })
}

fn take_extends(table: &mut Table) -> Option<Entry> {
    let at = table.entries.iter().position(|entry| entry.key == "extends")?;
    Some(table.entries.remove(at))
}

fn open_parent(
    sources: &Sources,
    id: SourceId,
    extends: &Entry,
    seen: &mut Vec<PathBuf>,
) -> Result<(PathBuf, String), Problem> {
    let Node::Value(Raw { content: Content::Text(name), span }) = &extends.node else {
        let problem = Problem::error("E008", "`extends` must be the path of a scenario file")
            .help("write it like extends = \"baseline.toml\"");
        return Err(sources.place(problem, id, extends.key_span.clone()));
    };
    let place = |problem: Problem| sources.place(problem, id, span.clone());
    let path = sources.folder(id).join(name);
    let text = read_text(&path).map_err(|problem| match problem.code {
        "E001" => place(problem.help(near_or_rule(&path))),
        _ => place(problem),
    })?;
    let identity = identity_of_file(&path);
    if seen.contains(&identity) {
        let problem = Problem::error("E005", format!("`{name}` extends itself, directly or through others"));
        return Err(place(problem.label("goes in a circle").help("remove one `extends` of the circle")));
    }
    if seen.len() >= CHAIN_MAX {
        let problem = Problem::error("E005", format!("more than {CHAIN_MAX} scenarios extend one another"));
        return Err(place(problem.help("put what they share into fewer files")));
    }
    seen.push(identity);
    Ok((path, text))
}

fn identity_of_file(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// The list above after the list below; an entry with `replace = true` takes the place of its namesake below.
fn joined(mut below: Vec<Table>, over: Vec<Table>, sources: &Sources, problems: &mut Problems) -> Vec<Table> {
    let replaceable = below.len();
    for table in over {
        let Some(replace) = asks_to_replace(&table) else {
            below.push(table);
            continue;
        };
        let name = identity(&table).unwrap_or_default().to_owned();
        let place = below.iter().take(replaceable).position(|other| identity(other) == Some(name.as_str()));
        match place.and_then(|place| below.get_mut(place)) {
            Some(slot) => *slot = table,
            None => {
                let names: Vec<&str> = below.iter().take(replaceable).filter_map(identity).collect();
                let problem = Problem::error("E028", format!("there is no `{name}` to replace"));
                let help = did_you_mean(&name, &names).unwrap_or_else(|| {
                    "no scenario that this one extends has any; remove `replace`".to_owned()
                });
                problems.push(sources.place(problem.help(help), table.source, replace));
                below.push(table);
            }
        }
    }
    below
}

fn asks_to_replace(table: &Table) -> Option<std::ops::Range<usize>> {
    let entry = table.get("replace")?;
    match &entry.node {
        Node::Value(Raw { content: Content::Bool(true), .. }) => Some(entry.key_span.clone()),
        _ => None,
    }
}

/// What a policy or hazard is called: its id, else its kind.
pub fn identity(table: &Table) -> Option<&str> {
    table.text("id").or_else(|| table.text("kind"))
}
