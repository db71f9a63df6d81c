//! The run folder: written beside its final name and given that name when all is there.
use crate::error::StudyError;
use crate::table::Table;
use crate::{checkpoint, csv, parquet};
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A run folder under construction. Its files stand in `OUT.partial`, each whole or not at all.
#[derive(Debug)]
pub struct RunFolder {
    out: PathBuf,
    partial: PathBuf,
    /// Held until the run is over, so that no other writes here.
    lock: Option<File>,
}

/// The file in a run folder under construction that its writer holds locked.
const LOCK: &str = "lock";

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(out.as_os_str());
    name.push(ending);
    PathBuf::from(name)
}

/// The files by which a folder is known as a run, a comparison, or one of the studies of many runs.
const RECORDS: [&str; 6] =
    ["run.json", "compare.json", "study.json", "sensitivity.json", "calibration.json", "forecast.json"];

/// Whether a folder may be replaced by a run: it isn't there, is empty, or is a run or holds runs.
fn is_free(out: &Path) -> bool {
    match std::fs::read_dir(out) {
        Ok(mut entries) => {
            entries.next().is_none() || RECORDS.iter().any(|record| out.join(record).is_file())
        }
        Err(_) => !out.exists(),
    }
}

/// Looks whether a run may be written to `out` (or, to `resume`, was begun there), before anything takes time.
///
/// # Errors
/// When `out` is something else than a run, or there is nothing to resume.
pub fn check(out: &Path, resume: bool) -> Result<(), StudyError> {
    check_free(out)?;
    let checkpoint = partial_of(out).join(checkpoint::FILE);
    if resume && !checkpoint.exists() { Err(StudyError::NoCheckpoint(checkpoint)) } else { Ok(()) }
}

/// Looks whether runs may be written to `out`, before anything takes time.
///
/// # Errors
/// When `out` is something else than a run or a folder of runs.
pub fn check_free(out: &Path) -> Result<(), StudyError> {
    let out = named(out);
    if is_free(&out) { Ok(()) } else { Err(StudyError::Occupied(out)) }
}

/// Where the files of a folder to be stand until all are there.
pub(crate) fn partial_of(out: &Path) -> PathBuf {
    beside(&named(out), ".partial")
}

/// A folder's name without slashes at its end.
fn named(out: &Path) -> PathBuf {
    PathBuf::from(out.to_string_lossy().trim_end_matches('/'))
}

impl RunFolder {
    /// Begins a run folder; what an earlier attempt left behind is kept only to `resume`.
    ///
    /// # Errors
    /// When `out` is something else than a run, or nothing can be written there.
    pub fn begin(out: &Path, resume: bool) -> Result<Self, StudyError> {
        let out = named(out);
        if !is_free(&out) {
            return Err(StudyError::Occupied(out));
        }
        let partial = partial_of(&out);
        std::fs::create_dir_all(&partial).map_err(StudyError::file(&partial))?;
        let lock = locked(&partial)?;
        if !resume {
            clear(&partial).map_err(StudyError::file(&partial))?;
        }
        Ok(Self { out, partial, lock })
    }

    /// Where files stand until the run is complete.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Writes a file whole: beside its name, synced, then renamed.
    ///
    /// # Errors
    /// What the system or `write` says; the file then isn't there.
    pub fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), StudyError>,
    ) -> Result<PathBuf, StudyError> {
        let path = self.partial.join(name);
        let beside = beside(&path, ".new");
        let file = File::create(&beside).map_err(StudyError::file(&beside))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        write(&mut out)?;
        let file = out.into_inner().map_err(|e| StudyError::file(&beside)(e.into_error()))?;
        file.sync_all().map_err(StudyError::file(&beside))?;
        std::fs::rename(&beside, &path).map_err(StudyError::file(&path))?;
        Ok(path)
    }

    /// Writes bytes as a whole file.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StudyError> {
        let path = self.partial.join(name);
        self.write(name, |out| out.write_all(bytes).map_err(StudyError::file(&path)))
    }

    /// Writes a table as CSV and as Parquet beside it.
    ///
    /// # Errors
    /// What the system says, or a fault in the table itself.
    pub fn write_table(&self, table: &Table) -> Result<(), StudyError> {
        let fault = |message| StudyError::Table { table: table.name.into(), message };
        if let Some(message) = table.faults().into_iter().next() {
            return Err(fault(message));
        }
        let name = format!("{}.csv", table.name);
        let path = self.partial.join(&name);
        self.write(&name, |out| csv::write(table, out).map_err(StudyError::file(&path)))?;
        self.write(&format!("{}.parquet", table.name), |out| {
            parquet::write(table, out).map_err(|e| fault(e.to_string()))
        })?;
        Ok(())
    }

    /// Gives the folder its final name; an earlier run there is replaced.
    ///
    /// # Errors
    /// What the system says; the earlier run then still stands under its name, or its name with `.old`.
    pub fn finish(self) -> Result<PathBuf, StudyError> {
        let lock = self.partial.join(LOCK);
        std::fs::remove_file(&lock).map_err(StudyError::file(&lock))?;
        let old = beside(&self.out, ".old");
        if old.exists() {
            std::fs::remove_dir_all(&old).map_err(StudyError::file(&old))?;
        }
        if self.out.exists() {
            std::fs::rename(&self.out, &old).map_err(StudyError::file(&self.out))?;
        }
        std::fs::rename(&self.partial, &self.out).map_err(StudyError::file(&self.out))?;
        if old.exists() {
            std::fs::remove_dir_all(&old).map_err(StudyError::file(&old))?;
        }
        if let Some(parent) = self.out.parent().filter(|p| !p.as_os_str().is_empty())
            && let Ok(folder) = File::open(parent)
        {
            // Not every file system can sync a folder; the files themselves are safe already.
            let _ = folder.sync_all();
        }
        drop(self.lock);
        Ok(self.out)
    }
}

/// Takes the lock of a folder under construction; `None` where the file system knows no locks.
fn locked(partial: &Path) -> Result<Option<File>, StudyError> {
    let path = partial.join(LOCK);
    let file = File::create(&path).map_err(StudyError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(StudyError::Busy(partial.to_path_buf())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Removes what an earlier attempt left behind, except the lock.
fn clear(partial: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(partial)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_and_replaces_only_runs() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("a");
        let folder = RunFolder::begin(&out, false).unwrap();
        folder.write_bytes("run.json", b"{}").unwrap();
        assert!(!out.exists());
        folder.finish().unwrap();
        assert!(out.join("run.json").exists() && !home.path().join("a.partial").exists());

        let again = RunFolder::begin(&out, false).unwrap();
        again.write_bytes("run.json", b"[]").unwrap();
        again.finish().unwrap();
        assert_eq!(std::fs::read(out.join("run.json")).unwrap(), b"[]");

        let own = home.path().join("thesis");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("chapter.txt"), "x").unwrap();
        assert!(matches!(RunFolder::begin(&own, false), Err(StudyError::Occupied(_))));
        assert!(own.join("chapter.txt").exists());
    }

    #[test]
    fn two_runs_never_write_into_one_folder() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("a");
        let first = RunFolder::begin(&out, false).unwrap();
        first.write_bytes("run.json", b"{}").unwrap();
        for resume in [false, true] {
            assert!(matches!(RunFolder::begin(&out, resume), Err(StudyError::Busy(_))));
        }
        assert!(first.partial().join("run.json").exists());
        drop(first);
        let second = RunFolder::begin(&out, false).unwrap();
        assert!(!second.partial().join("run.json").exists());
        second.finish().unwrap();
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    }

    #[test]
    fn a_failed_file_is_not_there() {
        let home = tempfile::tempdir().unwrap();
        let folder = RunFolder::begin(&home.path().join("a"), false).unwrap();
        let failed = folder.write("x.csv", |_| Err(StudyError::Occupied(PathBuf::new())));
        assert!(failed.is_err() && !folder.partial().join("x.csv").exists());
    }
}
