//! What can go wrong when a report is made.

use std::path::{Path, PathBuf};

/// Why a report could not be made. Nothing is written in that case: an earlier `report.html` stays as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file that every run folder has (`run.json`, `metrics.csv`) is missing or cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file was read but its content is not what it should be.
    #[error("{}:{line}: {message}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Line in the file, from 1; 0 if the fault has no line.
        line: u64,
        /// What is wrong and what was expected.
        message: String,
    },
    /// The page could not be put together from its parts; a fault of the program.
    #[error("the page could not be put together: {0}")]
    Page(String),
    /// The page could not be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl ReportError {
    pub(crate) fn content(path: &Path, line: u64, message: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), line, message: message.into() }
    }
}
