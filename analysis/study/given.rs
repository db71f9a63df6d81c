//! Tables that a user gives: CSV with a header, whatever program wrote it.
use citytwin_world::problem::Problem;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Mistakes of a table that are told.
pub(crate) const TOLD_MAX: usize = 20;

/// A table that is being read.
pub(crate) struct Given {
    path: PathBuf,
    reader: csv::Reader<File>,
    /// Names of the columns, without a byte order mark.
    pub header: Vec<String>,
}

impl Given {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    /// E001 where it can't be read.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let unreadable = |error| unreadable(path, &error);
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
        let names = reader.headers().map_err(unreadable)?.iter();
        let header = names.map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        Ok(Self { path: path.to_path_buf(), reader, header })
    }

    /// The rows with their lines in the file.
    ///
    /// # Errors
    /// E001 for rows that can't be read.
    pub fn rows(&mut self) -> impl Iterator<Item = Result<(usize, csv::StringRecord), Problem>> + '_ {
        let path = &self.path;
        self.reader.records().map(|row| {
            let row = row.map_err(|error| unreadable(path, &error))?;
            Ok((row.position().map_or(0, csv::Position::line) as usize, row))
        })
    }
}

fn unreadable(path: &Path, error: &csv::Error) -> Problem {
    Problem::error("E001", format!("cannot read `{}`: {error}", path.display())).in_file(path)
}
