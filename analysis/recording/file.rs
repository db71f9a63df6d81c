//! Files that appear whole or not at all, and their heads.
use crate::error::{Broken, RecordingError};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Version of the format; files of others are refused.
const VERSION: u32 = 1;
/// Bytes of a head: mark, version, length of what follows it at once.
pub(crate) const HEAD: usize = 16;
/// Most bytes of an index or a file read as a whole: beyond what any run writes.
pub(crate) const BYTES_MAX: u64 = 1 << 32;

/// The head of a file of a kind, whose first part has so many bytes.
pub(crate) fn head(mark: [u8; 8], bytes: u32) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&mark);
    head[8..12].copy_from_slice(&VERSION.to_le_bytes());
    head[12..].copy_from_slice(&bytes.to_le_bytes());
    head
}

/// Checks a head; gives the length of the first part.
pub(crate) fn check_head(head: &[u8; HEAD], mark: [u8; 8]) -> Result<u32, Broken> {
    if head[..8] != mark {
        return Err(Broken("no recording of this kind"));
    }
    if head[8..12] != VERSION.to_le_bytes() {
        return Err(Broken("recorded by another version of the program; record the run again"));
    }
    Ok(u32::from_le_bytes([head[12], head[13], head[14], head[15]]))
}

/// Writes a file whole: beside its name, synced, then renamed.
pub(crate) fn write_whole(path: &Path, parts: &[&[u8]]) -> Result<(), RecordingError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    let write = || {
        let mut file = File::create(beside)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.sync_all()
    };
    write().map_err(RecordingError::file(beside))?;
    std::fs::rename(beside, path).map_err(RecordingError::file(path))
}

/// The bytes of a file.
pub(crate) fn read_whole(path: &Path) -> Result<Vec<u8>, RecordingError> {
    let fault = RecordingError::file;
    let mut file = File::open(path).map_err(fault(path))?;
    let length = file.metadata().map_err(fault(path))?.len();
    if length > BYTES_MAX {
        return Err(RecordingError::broken(path)(Broken("impossibly large")));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.read_to_end(&mut bytes).map_err(fault(path))?;
    Ok(bytes)
}
