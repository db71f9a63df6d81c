//! A digest of the files a city is read from.
use super::{BUILDING, CITY, GTFS, LINK, NODE, PLACE, TURN, ZONE, infrastructure};
use crate::import::gtfs;
use crate::source::open;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The files that make a city, those that exist, in a fixed order.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let tables = [CITY, NODE, LINK, TURN, ZONE, PLACE, BUILDING].map(|name| folder.join(name));
    let mut files: Vec<PathBuf> = tables.into_iter().filter(|path| path.is_file()).collect();
    let infrastructure = infrastructure::FILES.map(|name| folder.join(infrastructure::FOLDER).join(name));
    files.extend(infrastructure.into_iter().filter(|path| path.is_file()));
    files.extend(gtfs::zips_in(&folder.join(GTFS)));
    files
}

/// Bytes of a city folder's tables, feeds left out; 0 where there are none.
pub fn table_bytes(folder: &Path) -> u64 {
    let tables = [NODE, LINK, TURN, ZONE, PLACE].map(|name| folder.join(name));
    tables.iter().filter_map(|path| std::fs::metadata(path).ok()).map(|about| about.len()).sum()
}

/// Junctions in a city folder's table of them, about: its lines below the names; 0 where it can't be read.
pub fn junctions(folder: &Path) -> u64 {
    let Ok(mut file) = File::open(folder.join(NODE)) else { return 0 };
    let (mut lines, mut block) = (0u64, vec![0; 1 << 16]);
    while let Ok(bytes @ 1..) = file.read(&mut block) {
        lines += block[..bytes].iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    lines.saturating_sub(1)
}

/// Whether a city folder holds timetables.
pub fn has_feeds(folder: &Path) -> bool {
    !gtfs::zips_in(&folder.join(GTFS)).is_empty()
}

/// Digest of a city folder's files, names and contents: FNV-1a over words of eight bytes (Fowler, Noll, Vo 1991).
/// Guards against stale caches, not against forgery.
///
/// # Errors
/// A file that cannot be read.
pub fn hash_files(folder: &Path) -> io::Result<u64> {
    let mut digest = Fnv::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        digest.add(name.as_bytes());
        let mut file = open(&path)?;
        let mut buffer = vec![0; 1 << 16];
        let mut total = 0_u64;
        loop {
            let n = fill(&mut file, &mut buffer)?;
            if n == 0 {
                break;
            }
            total += n as u64;
            digest.add(buffer.get(..n).unwrap_or_default());
        }
        digest.add(&total.to_le_bytes());
    }
    Ok(digest.0)
}

/// Digest of bytes, as [`hash_files`] makes it of files.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut digest = Fnv::new();
    digest.add(bytes);
    digest.0
}

/// Reads until the buffer is full or the file ends, so that pieces don't depend on the system's whim.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let n = file.read(rest)?;
        if n == 0 {
            break;
        }
        filled += n;
    }
    Ok(filled)
}

struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
            self.0 =
                (self.0 ^ word ^ (chunk.len() as u64) << 60).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        }
    }
}
