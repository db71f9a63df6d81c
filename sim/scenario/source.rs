//! The texts a scenario is read from: files and `--set` flags, kept so that a problem can show its line.

use citytwin_world::problem::Problem;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file larger than this isn't a scenario (bytes).
const SIZE_MAX: u64 = 4 << 20;

/// Which text of a [`Sources`] something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(usize);

/// One text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as given, or `--set` for a flag.
    pub name: String,
    /// The file; `None` for a flag.
    pub path: Option<PathBuf>,
    /// The text, without byte order mark.
    pub text: String,
}

/// All texts of one scenario, in the order read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.list.push(source);
        SourceId(self.list.len() - 1)
    }

    /// The text of an id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0)
    }

    /// All texts in the order read.
    pub fn iter(&self) -> std::slice::Iter<'_, Source> {
        self.list.iter()
    }

    /// The text a problem stands in: the one of that name in which its line and column fit its span.
    pub fn of(&self, problem: &Problem) -> Option<&Source> {
        let file = problem.file.as_ref()?;
        let named = self.list.iter().filter(|source| source.name == *file);
        let fits = |source: &&Source| problem.span.as_ref().is_none_or(|span| span.end <= source.text.len());
        named.into_iter().find(fits)
    }

    /// A problem with its file, line and column filled in.
    pub fn place(&self, problem: Problem, id: SourceId, span: Range<usize>) -> Problem {
        match self.get(id) {
            Some(source) => problem.in_file(&source.name).at(span).locate(&source.text),
            None => problem,
        }
    }

    /// The bytes of a part of a value, where the value stands in its text as it is (in quotes or without); those of the
    /// whole value where it is written otherwise, with escapes say.
    pub fn within(
        &self,
        id: SourceId,
        span: &Range<usize>,
        value: &str,
        part: &Range<usize>,
    ) -> Range<usize> {
        let written = self.get(id).and_then(|source| source.text.get(span.clone())).unwrap_or_default();
        let begin = [0, 1, 3].into_iter().find(|quotes| {
            written.get(*quotes..).is_some_and(|inner| inner.starts_with(value))
                && written.len() == value.len() + 2 * quotes
        });
        match begin {
            Some(quotes) => span.start + quotes + part.start..span.start + quotes + part.end,
            None => span.clone(),
        }
    }

    /// The folder of the file a text comes from, to which its paths are relative; the present one for a flag.
    pub fn folder(&self, id: SourceId) -> PathBuf {
        let path = self.get(id).and_then(|source| source.path.as_deref());
        path.and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default()
    }
}

/// Reads a text file.
///
/// # Errors
/// There is none, it can't be opened (`E001`), it's no plain file, too large or not UTF-8 (`E002`).
pub fn read_text(path: &Path) -> Result<String, Problem> {
    let unreadable = |error: &std::io::Error| {
        Problem::error("E001", format!("cannot read `{}`: {}", path.display(), plain_reason(error)))
    };
    let about = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "not a plain file" };
        return Err(Problem::error("E002", format!("`{}` is {what}", path.display()))
            .help("give the path of a scenario file, a .toml"));
    }
    if about.len() > SIZE_MAX {
        return Err(Problem::error("E002", format!("`{}` is too large for a scenario", path.display()))
            .help(format!("a scenario has at most {} MiB", SIZE_MAX >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let place = format!("line {line}, column {column} is not");
        Problem::error("E002", format!("`{}` is not a UTF-8 text: {place}", path.display()))
            .help("save it as UTF-8 in your editor")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The operating system's reason without its number.
fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// What to do about a missing file: the nearest name that is there, else from where paths are read.
pub fn near_or_rule(path: &Path) -> String {
    match nearest_file(path) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "paths are relative to the folder of the file that names them".to_owned(),
    }
}

/// The file in the same folder whose name is nearest to that of a missing one.
pub fn nearest_file(path: &Path) -> Option<String> {
    const LOOKED_AT_MAX: usize = 1000;
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .take(LOOKED_AT_MAX)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    citytwin_engine::suggest::nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}
