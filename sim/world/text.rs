//! Texts that people hand in: words, lines and tables with the place of every part, and what is wrong where.

use crate::problem::Problem;
use std::ops::Range;
use std::path::Path;

/// Problems of one file that are shown one by one; more are counted.
const PROBLEMS_PER_FILE_MAX: usize = 20;

/// Collects what is wrong with one text.
pub struct Faults<'t> {
    /// The file's name, as problems bear it.
    pub name: String,
    /// The text.
    pub text: &'t str,
    list: Vec<Problem>,
    /// How many problems aren't shown, and the code of the first of them.
    more: Option<(usize, &'static str)>,
}

impl<'t> Faults<'t> {
    /// Nothing wrong so far with the text of a file.
    pub fn new(path: &Path, text: &'t str) -> Self {
        Self { name: path.display().to_string(), text, list: Vec::new(), more: None }
    }

    /// Adds a problem at a place of the text.
    pub fn error(&mut self, code: &'static str, at: Range<usize>, what: impl Into<String>) {
        self.add(Problem::error(code, what), at);
    }

    /// Adds something odd at a place of the text.
    pub fn warning(&mut self, code: &'static str, at: Range<usize>, what: impl Into<String>) {
        self.add(Problem::warning(code, what), at);
    }

    /// Adds a problem, with help perhaps, at a place of the text.
    pub fn add(&mut self, problem: Problem, at: Range<usize>) {
        if self.list.len() < PROBLEMS_PER_FILE_MAX {
            self.list.push(problem.in_file(&self.name).at(at).locate(self.text));
        } else {
            let (count, code) = self.more.unwrap_or((0, problem.code));
            self.more = Some((count + 1, code));
        }
    }

    /// A problem of the file as a whole.
    pub fn whole(&mut self, problem: Problem) {
        self.list.push(problem.in_file(&self.name));
    }

    /// Whether anything makes the text unusable.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Problem::is_error) || self.more.is_some()
    }

    /// All problems, with a word on those that aren't shown.
    pub fn finish(mut self) -> (String, Vec<Problem>) {
        if let Some((count, code)) = self.more {
            let what = format!("{count} more problems of this file aren't shown");
            self.list.push(Problem::error(code, what).in_file(&self.name));
        }
        (self.name, self.list)
    }
}

/// A word of a text with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word<'t> {
    /// The word itself.
    pub text: &'t str,
    /// Byte of the text at which it begins.
    pub start: usize,
}

impl Word<'_> {
    /// The bytes of the text that it takes.
    pub fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The word, short enough for a message.
    pub fn clip(&self) -> String {
        match self.text.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", &self.text[..end]),
            None => self.text.to_owned(),
        }
    }

    /// The number that the word is, if it is one that is finite.
    pub fn number(&self) -> Option<f64> {
        self.text.parse().ok().filter(|n: &f64| n.is_finite())
    }
}

/// Words of a line that are set apart by white space; the line begins at a byte of the text.
pub fn words(start: usize, line: &str) -> impl Iterator<Item = Word<'_>> {
    line.split_whitespace().map(move |text| {
        // Words are parts of the line, so their distance is their place in it.
        Word { text, start: start + (text.as_ptr() as usize - line.as_ptr() as usize) }
    })
}

/// Lines of a text with the place where each begins, ends of line left out.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}

/// A table whose first line names the columns.
pub struct Sheet<'t> {
    mark: char,
    header: Vec<String>,
    rows: Vec<(usize, &'t str)>,
}

impl<'t> Sheet<'t> {
    /// Parts a text by the mark that its first line has most of: comma, semicolon or tab; `None` without a line.
    pub fn new(text: &'t str) -> Option<Self> {
        let mut rows = lines(text).filter(|(_, line)| !line.trim().is_empty());
        let (_, first) = rows.next()?;
        let first = first.trim_start_matches('\u{feff}');
        let mark = [',', ';', '\t'].into_iter().rev().max_by_key(|mark| first.matches(*mark).count())?;
        let header = cells(0, first, mark).iter().map(|word| word.text.trim().to_lowercase()).collect();
        Some(Self { mark, header, rows: rows.collect() })
    }

    /// The first column that bears one of the names.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|h| h == name))
    }

    /// As [`Sheet::column`]; complains with the code where there is none.
    pub fn needed(&self, names: &[&str], code: &'static str, faults: &mut Faults<'_>) -> Option<usize> {
        let found = self.column(names);
        if found.is_none() {
            let what = format!("a column `{}` is missing", names.join("` or `"));
            faults.whole(Problem::error(code, what).help(format!("there are: {}", self.header.join(", "))));
        }
        found
    }

    /// The rows below the names, blank lines left out.
    pub fn rows(&self) -> impl Iterator<Item = Row<'t>> + '_ {
        self.rows.iter().map(|&(start, line)| Row {
            whole: Word { text: line, start },
            cells: cells(start, line, self.mark),
        })
    }
}

/// A row of a [`Sheet`].
pub struct Row<'t> {
    /// The whole line.
    pub whole: Word<'t>,
    /// Its cells.
    pub cells: Vec<Word<'t>>,
}

impl<'t> Row<'t> {
    /// The cell of a column, if it isn't blank.
    pub fn cell(&self, column: Option<usize>) -> Option<Word<'t>> {
        column.and_then(|at| self.cells.get(at)).copied().filter(|word| !word.text.is_empty())
    }
}

/// Cells of a line without the quotation marks and spaces around them; marks within quotes don't part cells.
pub fn cells(start: usize, line: &str, mark: char) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let (mut quoted, mut from) = (false, 0);
    for (at, letter) in line.char_indices().chain([(line.len(), mark)]) {
        let end = at == line.len();
        if letter == '"' && !end {
            quoted = !quoted;
        } else if end || (letter == mark && !quoted) {
            let cell = &line[from..at];
            let inner = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
            let text = inner.trim_end_matches(|c: char| c.is_whitespace() || c == '"');
            found.push(Word { text, start: start + from + (cell.len() - inner.len()) });
            from = at + letter.len_utf8();
        }
    }
    found
}
