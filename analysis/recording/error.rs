//! What can be wrong with a recording.
use std::path::{Path, PathBuf};

/// Why a recording cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is no recording, of another version, cut off or altered.
    #[error("{}: {what}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl RecordingError {
    /// For `map_err`: a fault of the file system at a path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: a fault in the bytes of a file.
    pub(crate) fn broken(path: &Path) -> impl FnOnce(Broken) -> Self {
        let path = path.to_owned();
        move |Broken(what)| Self::Broken { path, what: what.to_owned() }
    }
}

/// A fault in bytes, before anybody knows which file they are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub &'static str);
