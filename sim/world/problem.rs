//! What is wrong with an input: problems with a stable code, a place in a file and what would be right.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input can be used; something in it deserves a look.
    Warning,
    /// The input cannot be used as it is.
    Error,
}

/// One thing that is wrong with an input, written for the person who has to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable code such as `E012`; it never changes its meaning, so scripts and searches can rely on it.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The file (or `--set` flag) it was found in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The bytes of that file which are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Range<usize>>,
    /// Line of the start of `span`, counted from 1; filled by [`Problem::locate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column of the start of `span` in characters, counted from 1; filled by [`Problem::locate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// A few words to stand under the caret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What would be right, or "did you mean".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The wrong value, or the name of its key, where the one who refuses it doesn't know the text: who knows it finds
    /// the bytes by this word.
    #[serde(skip)]
    pub word: Option<String>,
}

impl Problem {
    /// A problem that makes the input unusable.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            file: None,
            span: None,
            line: None,
            column: None,
            label: None,
            help: None,
            word: None,
        }
    }

    /// A problem that the input can live with.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the wrong value, or its key, for whoever knows the text.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Self {
        self.word = Some(word.into());
        self
    }

    /// Puts a few words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Names the file without a place in it.
    #[must_use]
    pub fn in_file(mut self, file: impl AsRef<Path>) -> Self {
        self.file = Some(file.as_ref().to_string_lossy().into_owned());
        self
    }

    /// Names the bytes that are wrong.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// Names the line (from 1) when bytes aren't known, as in a table that is read row by row.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Fills `line` and `column` from the file's text; without a span nothing changes.
    #[must_use]
    pub fn locate(mut self, text: &str) -> Self {
        if let Some(span) = &self.span {
            let (line, column) = line_and_column(text, span.start);
            self.line = Some(line);
            self.column = Some(column);
        }
        self
    }

    /// Whether this makes the input unusable.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Line and column, both from 1 and the column in characters, of a byte of a text; past the end means the end.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, "{severity}[{}]: {}", self.code, self.message)?;
        if let Some(file) = &self.file {
            write!(out, "\n  at {file}")?;
            if let Some(line) = self.line {
                write!(out, ":{line}")?;
                if let Some(column) = self.column {
                    write!(out, ":{column}")?;
                }
            }
        } else if let Some(line) = self.line {
            write!(out, "\n  at line {line}")?;
        }
        if let Some(help) = &self.help {
            write!(out, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Everything that is wrong with an input, in the order found; collected so that all of it is shown at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one problem.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// All problems in the order found.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// All problems, to change them in place (to name a file, say).
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Problem> {
        self.list.iter_mut()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The codes, in the order found.
    pub fn codes(&self) -> Vec<&'static str> {
        self.list.iter().map(|problem| problem.code).collect()
    }

    /// Whether any problem makes the input unusable.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Problem::is_error)
    }

    /// How many problems make the input unusable.
    pub fn error_count(&self) -> usize {
        self.list.iter().filter(|problem| problem.is_error()).count()
    }

    /// Keeps the value of a successful part, or collects its problem and gives `None`.
    pub fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.push(problem);
                None
            }
        }
    }

    /// The value and the warnings when nothing makes the input unusable, else all problems.
    ///
    /// # Errors
    /// All problems, warnings included, when at least one is an error.
    pub fn or_value<T>(self, value: T) -> Result<(T, Problems), Problems> {
        if self.has_errors() { Err(self) } else { Ok((value, self)) }
    }

    /// Sorts by file and place, keeping the order found within one place.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|problem| {
            (problem.file.clone(), problem.span.as_ref().map(|span| span.start), problem.line)
        });
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { list: vec![problem] }
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        self.list.extend(problems);
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self { list: problems.into_iter().collect() }
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Problems of one sort counted together, as an import of millions of rows needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TallyRow {
    /// Stable code such as `E012`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one sentence, without the particular case.
    pub message: String,
    /// How many times it was met.
    pub count: u64,
    /// The first few cases met, at most [`Tally::EXAMPLES_MAX`].
    pub examples: Vec<String>,
}

/// Counts problems by code and message and keeps a few examples of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    rows: BTreeMap<(&'static str, String), TallyRow>,
}

impl Tally {
    /// How many examples of one problem are kept.
    pub const EXAMPLES_MAX: usize = 5;

    /// An empty tally.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one case of a problem that the input can live with.
    pub fn warning(&mut self, code: &'static str, message: &str, example: impl FnOnce() -> String) {
        self.count(Severity::Warning, code, message, example);
    }

    /// Counts one case of a problem that makes the input unusable.
    pub fn error(&mut self, code: &'static str, message: &str, example: impl FnOnce() -> String) {
        self.count(Severity::Error, code, message, example);
    }

    fn count(
        &mut self,
        severity: Severity,
        code: &'static str,
        message: &str,
        example: impl FnOnce() -> String,
    ) {
        let row = self.rows.entry((code, message.to_owned())).or_insert_with(|| TallyRow {
            code,
            severity,
            message: message.to_owned(),
            count: 0,
            examples: Vec::new(),
        });
        row.severity = row.severity.max(severity);
        row.count += 1;
        if row.examples.len() < Self::EXAMPLES_MAX {
            row.examples.push(example());
        }
    }

    /// Adds another tally; its examples come after this one's.
    pub fn merge(&mut self, other: Tally) {
        for (key, theirs) in other.rows {
            match self.rows.get_mut(&key) {
                Some(ours) => {
                    ours.severity = ours.severity.max(theirs.severity);
                    ours.count += theirs.count;
                    ours.examples.extend(theirs.examples);
                    ours.examples.truncate(Self::EXAMPLES_MAX);
                }
                None => {
                    self.rows.insert(key, theirs);
                }
            }
        }
    }

    /// The rows, sorted by code and message.
    pub fn rows(&self) -> impl Iterator<Item = &TallyRow> {
        self.rows.values()
    }

    /// How many different problems were met.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was met.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One problem per row: the message with its count and examples.
    pub fn problems(&self) -> Problems {
        self.rows
            .values()
            .map(|row| Problem {
                severity: row.severity,
                ..Problem::error(
                    row.code,
                    format!("{} ({} times, such as {})", row.message, row.count, row.examples.join("; ")),
                )
            })
            .collect()
    }
}

impl Serialize for Tally {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_from_one() {
        let text = "a\nβγ = 1\n";
        let at = text.find('=').expect("there is one");
        assert_eq!(line_and_column(text, at), (2, 4));
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, 10_000), (3, 1));
        assert_eq!(line_and_column(text, 3), (2, 1), "inside a character means its start");
        assert_eq!(line_and_column("", 4), (1, 1));
    }

    #[test]
    fn a_problem_reads_as_text() {
        let problem = Problem::error("E003", "unknown key `sampel`")
            .in_file("a.toml")
            .at(7..13)
            .locate("[city]\nsampel = 1\n")
            .help("did you mean `sample`?");
        assert_eq!(
            problem.to_string(),
            "error[E003]: unknown key `sampel`\n  at a.toml:2:1\n  help: did you mean `sample`?"
        );
    }

    #[test]
    fn only_errors_refuse_a_value() {
        let mut problems = Problems::new();
        problems.push(Problem::warning("W001", "odd"));
        assert!(problems.clone().or_value(1).is_ok());
        problems.push(Problem::error("E001", "wrong"));
        assert_eq!(problems.error_count(), 1);
        assert_eq!(problems.or_value(1).map_err(|all| all.len()), Err(2));
    }

    #[test]
    fn a_tally_keeps_five_examples_and_every_count() {
        let mut tally = Tally::new();
        for row in 0..9 {
            tally.warning("W100", "a stop has no position", || format!("stop {row}"));
        }
        let mut more = Tally::new();
        more.error("W100", "a stop has no position", || "stop 9".to_owned());
        tally.merge(more);
        let row = tally.rows().next().expect("one row");
        assert_eq!((row.count, row.examples.len(), row.severity), (10, 5, Severity::Error));
        assert!(tally.problems().has_errors());
    }
}
