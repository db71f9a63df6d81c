//! A table of the city folder being checked while it is read.
use crate::source::open;
use crate::table::{Row, Table};
use citytwin_world::problem::{Problem, Problems};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Problems of one file that are shown one by one; more are counted.
const PROBLEMS_PER_FILE_MAX: usize = 20;
/// Most rows of one table: ids are numbers of 32 bits.
pub(super) const ROWS_MAX: usize = 500_000_000;

/// Positions of rows by their identifier.
pub(super) type Positions = HashMap<String, u32>;

/// Collects what is wrong with one file.
pub(super) struct Complaints {
    path: PathBuf,
    shown: Vec<Problem>,
    more: usize,
}

impl Complaints {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), shown: Vec::new(), more: 0 }
    }

    pub(super) fn push(&mut self, line: usize, code: &'static str, what: impl FnOnce() -> String) {
        if self.shown.len() < PROBLEMS_PER_FILE_MAX {
            self.shown.push(Problem::error(code, what()).in_file(&self.path).at_line(line));
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_problems(mut self, problems: &mut Problems) {
        if self.more > 0 {
            let what = format!("{} more problems of this file aren't shown", self.more);
            self.shown.push(Problem::error("E343", what).in_file(&self.path));
        }
        problems.extend(self.shown);
    }

    /// A number within a range; complains and gives `None` otherwise.
    pub(super) fn number(
        &mut self,
        row: Row<'_>,
        column: Option<usize>,
        name: &str,
        range: RangeInclusive<f64>,
    ) -> Option<f64> {
        let found = row.number(column).filter(|n| range.contains(n));
        if found.is_none() {
            self.push(row.line, "E343", || {
                let (low, high) = (range.start(), range.end());
                format!("`{name}` must be a number from {low} to {high}, not `{}`", clip(&row.text(column)))
            });
        }
        found
    }

    /// The position of the row that an identifier names; complains and gives `None` where there is none.
    pub(super) fn position(
        &mut self,
        row: Row<'_>,
        column: Option<usize>,
        name: &str,
        positions: &Positions,
    ) -> Option<u32> {
        let text = row.text(column);
        let found = positions.get(text.as_ref()).copied();
        if found.is_none() {
            self.push(row.line, "E344", || format!("`{name}` names no row: `{}`", clip(&text)));
        }
        found
    }

    /// Adds a row's identifier; complains of one that is empty or met before.
    pub(super) fn identify(
        &mut self,
        row: Row<'_>,
        column: Option<usize>,
        name: &str,
        positions: &mut Positions,
    ) {
        let text = row.text(column).into_owned();
        let next = positions.len() as u32;
        if text.is_empty() || positions.contains_key(&text) {
            self.push(row.line, "E345", || {
                format!("`{name}` must be given once and only once: `{}`", clip(&text))
            });
        }
        // Rows keep their number even so, so that later problems aren't those of a shifted table.
        let key = if positions.contains_key(&text) { format!("{text}\u{0}{next}") } else { text };
        positions.insert(key, next);
    }
}

/// A text short enough for a message.
pub(super) fn clip(text: &str) -> String {
    if text.chars().count() > 40 {
        text.chars().take(40).chain("…".chars()).collect()
    } else {
        text.to_owned()
    }
}

/// Reads a table of the folder row by row; `columns` are needed all, `more` may be missing.
pub(super) fn rows<const N: usize, const M: usize>(
    path: &Path,
    columns: [&str; N],
    more: [&str; M],
    problems: &mut Problems,
    mut each: impl FnMut(Row<'_>, [Option<usize>; N], [Option<usize>; M], &mut Complaints),
) {
    let broken = |what: String| Problem::error("E341", format!("the table {what}")).in_file(path);
    let file = match open(path) {
        Ok(file) => file,
        Err(error) => {
            problems.push(broken(format!("cannot be read: {error}")));
            return;
        }
    };
    let mut table = match Table::new(file) {
        Ok(table) => table,
        Err(what) => {
            problems.push(broken(what));
            return;
        }
    };
    let at = columns.map(|name| table.column(&[name]));
    let missing: Vec<&str> =
        columns.iter().zip(&at).filter(|(_, at)| at.is_none()).map(|(n, _)| *n).collect();
    if !missing.is_empty() {
        let what = format!("has no column `{}`", missing.join("`, `"));
        problems.push(Problem::error("E342", format!("the table {what}")).in_file(path).at_line(1));
        return;
    }
    let more = more.map(|name| table.column(&[name]));
    let mut complaints = Complaints::new(path);
    let mut count = 0;
    loop {
        match table.next_row() {
            Ok(Some(row)) if count < ROWS_MAX => each(row, at, more, &mut complaints),
            Ok(Some(_)) => {
                problems.push(broken(format!("has more than {ROWS_MAX} rows")));
                break;
            }
            Ok(None) => break,
            Err(what) => {
                problems.push(broken(what));
                break;
            }
        }
        count += 1;
    }
    complaints.into_problems(problems);
}
