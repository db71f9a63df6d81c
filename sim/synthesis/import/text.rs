//! The texts of a case, with what is wrong in them and where.

use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use std::path::Path;

/// Problems of one file that are shown one by one; more are counted.
const PROBLEMS_PER_FILE_MAX: usize = 20;
/// Largest file, bytes.
const BYTES_MAX: u64 = 2 << 30;

/// All texts read so far and all problems met in them.
pub(in crate::import) struct Texts {
    /// Code of files that can't be read.
    pub(in crate::import) unread: &'static str,
    pub(in crate::import) problems: Problems,
    pub(in crate::import) texts: Vec<(String, String)>,
}

/// Collects what is wrong with one text.
pub(in crate::import) struct Faults<'t> {
    pub(in crate::import) name: String,
    pub(in crate::import) text: &'t str,
    list: Vec<Problem>,
    more: usize,
}

impl Texts {
    /// No text yet; `unread` is the code of files that can't be read.
    pub(in crate::import) fn new(unread: &'static str) -> Self {
        Self { unread, problems: Problems::default(), texts: Vec::new() }
    }

    /// Reads a file; complains and gives `None` if that can't be done. Letters that aren't UTF-8 are replaced.
    pub(in crate::import) fn open(&mut self, path: &Path) -> Option<String> {
        let name = path.display().to_string();
        let mut fail = |what: String| {
            self.problems.push(Problem::error(self.unread, format!("cannot read `{name}`: {what}")));
            None
        };
        match std::fs::metadata(path) {
            Err(error) => return fail(error.to_string()),
            Ok(about) if !about.is_file() => return fail("not a plain file".to_owned()),
            Ok(about) if about.len() > BYTES_MAX => return fail("too large".to_owned()),
            Ok(_) => {}
        }
        match crate::source::bytes(path) {
            Err(error) => fail(error.to_string()),
            Ok(bytes) => {
                let text = match String::from_utf8(bytes) {
                    Ok(text) => text,
                    Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
                };
                Some(text)
            }
        }
    }

    /// Keeps a text with the problems that were met in it.
    pub(in crate::import) fn close(&mut self, name: String, list: Vec<Problem>, text: String) {
        self.problems.extend(list);
        self.texts.push((name, text));
    }
}

impl<'t> Faults<'t> {
    pub(in crate::import) fn new(path: &Path, text: &'t str) -> Self {
        Self { name: path.display().to_string(), text, list: Vec::new(), more: 0 }
    }

    /// Adds a problem at a place of the text.
    pub(in crate::import) fn error(&mut self, code: &'static str, at: Range<usize>, what: impl Into<String>) {
        self.add(Problem::error(code, what), at);
    }

    /// Adds something odd at a place of the text.
    pub(in crate::import) fn warning(
        &mut self,
        code: &'static str,
        at: Range<usize>,
        what: impl Into<String>,
    ) {
        self.add(Problem::warning(code, what), at);
    }

    pub(in crate::import) fn add(&mut self, problem: Problem, at: Range<usize>) {
        if self.list.len() < PROBLEMS_PER_FILE_MAX {
            self.list.push(problem.in_file(&self.name).at(at).locate(self.text));
        } else {
            self.more += 1;
        }
    }

    /// A problem of the file as a whole.
    pub(in crate::import) fn whole(&mut self, problem: Problem) {
        self.list.push(problem.in_file(&self.name));
    }

    /// All problems, with a word on those that aren't shown.
    pub(in crate::import) fn finish(mut self) -> (String, Vec<Problem>) {
        if self.more > 0 {
            let what = format!("{} more problems of this file aren't shown", self.more);
            let code = self.list.last().map_or("E373", |last| last.code);
            self.list.push(Problem::error(code, what).in_file(&self.name));
        }
        (self.name, self.list)
    }
}

/// A word of a text with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) struct Word<'t> {
    pub(in crate::import) text: &'t str,
    pub(in crate::import) start: usize,
}

impl Word<'_> {
    pub(in crate::import) fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The word, short enough for a message.
    pub(in crate::import) fn clip(&self) -> String {
        match self.text.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", &self.text[..end]),
            None => self.text.to_owned(),
        }
    }

    /// The number that the word is, if it is one that is finite.
    pub(in crate::import) fn number(&self) -> Option<f64> {
        self.text.parse().ok().filter(|n: &f64| n.is_finite())
    }
}

/// Words of a line that are set apart by white space; the line begins at a byte of the text.
pub(in crate::import) fn words(start: usize, line: &str) -> impl Iterator<Item = Word<'_>> {
    line.split_whitespace().map(move |text| {
        // Words are parts of the line, so their distance is their place in it.
        Word { text, start: start + (text.as_ptr() as usize - line.as_ptr() as usize) }
    })
}

/// Lines of a text with the place where each begins, ends of line left out.
pub(in crate::import) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}
