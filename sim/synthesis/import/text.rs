//! The texts of a case or an instance, read from files, with what is wrong in them.

use citytwin_world::problem::{Problem, Problems};
use std::path::Path;

/// Largest file, bytes.
const BYTES_MAX: u64 = 2 << 30;

/// All texts read so far and all problems met in them.
pub(in crate::import) struct Texts {
    /// Code of files that can't be read.
    unread: &'static str,
    pub(in crate::import) problems: Problems,
    pub(in crate::import) texts: Vec<(String, String)>,
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
