//! What can go wrong during a run.
use citytwin_engine::checkpoint::ResumeError;
use citytwin_world::problem::Problems;
use std::path::{Path, PathBuf};

/// Why a run failed. Files of the run folder that are complete stay as they are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The run folder's name belongs to something that is no run.
    #[error("{}: holds something else than a run; choose another folder with --out", .0.display())]
    Occupied(PathBuf),
    /// Another run is being written there.
    #[error("{}: another run is being written there; wait for it or choose another folder with --out", .0.display())]
    Busy(PathBuf),
    /// A table could not be encoded; a fault of the program.
    #[error("table `{table}`: {message}")]
    Table {
        /// The table.
        table: String,
        /// What is wrong.
        message: String,
    },
    /// There is nothing to resume.
    #[error("{}: no checkpoint to resume from; begin anew without --resume", .0.display())]
    NoCheckpoint(PathBuf),
    /// The checkpoint does not fit.
    #[error("{}: {source}", path.display())]
    Resume {
        /// The checkpoint.
        path: PathBuf,
        /// Why not.
        #[source]
        source: ResumeError,
    },
    /// The trajectories cannot be written.
    #[error(transparent)]
    Recording(#[from] citytwin_recording::RecordingError),
    /// The trails for the page cannot be told.
    #[error(transparent)]
    Trails(#[from] citytwin_movement::trails::TrailsError),
    /// A run could not be made of what was given.
    #[error("{0}")]
    Input(#[from] Problems),
    /// The system gives no threads.
    #[error("no threads to compute with: {0}")]
    Threads(String),
    /// A file of a run is not as it was written.
    #[error("{}: {message}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The run would need more memory than there is.
    #[error(
        "the run would need about {} MB of memory and {} MB are available; take a sample of the city ([city] sample) \
         or a larger machine",
        needed_bytes / 1_000_000, available_bytes / 1_000_000
    )]
    Memory {
        /// Forecast peak.
        needed_bytes: u64,
        /// What the machine has left.
        available_bytes: u64,
    },
}

impl StudyError {
    /// For `map_err`: a fault of the file system at a path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
