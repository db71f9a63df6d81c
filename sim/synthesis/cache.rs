//! Keeps what took long to build beside the city folder, so that the next start takes under a second.
use bitcode::{DecodeOwned, Encode};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Folder of the caches, inside the city folder.
pub const FOLDER: &str = ".citytwin-cache";
/// Caches kept per city; the oldest go first.
const FILES_MAX: usize = 12;
/// First bytes of a cache, with the version of its layout.
const MAGIC: &[u8; 8] = b"CTCACHE1";
/// Digest of the code that builds worlds: a cache of other code is built anew.
const CODE: &str = env!("CITYTWIN_CODE");
/// Bytes before the content: magic, length, digest.
const HEAD: usize = 24;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Read from the cache.
    Cache,
    /// Built, and kept for the next time.
    Built,
    /// Built; the folder couldn't be written, so that the next start takes as long.
    BuiltUnkept,
}

/// The value kept under a key beside a city folder, or the value that `build` makes.
///
/// `key` must name everything the value depends on (the city's hash, parameters, seed), in letters, digits, `-` and
/// `_`; the code's own version is added. A cache that is missing, cut off, altered or of other code is built anew. The
/// file appears whole or not at all.
///
/// # Errors
/// Those of `build`; a cache that can't be read or written is none.
pub fn load_or_build<T, E>(
    folder: &Path,
    key: &str,
    build: impl FnOnce() -> Result<T, E>,
) -> Result<(T, Origin), E>
where
    T: Encode + DecodeOwned,
{
    if let Some(value) = load(folder, key) {
        return Ok((value, Origin::Cache));
    }
    let value = build()?;
    let kept = keep(folder, key, &value);
    Ok((value, if kept { Origin::Built } else { Origin::BuiltUnkept }))
}

/// The value kept under a key beside a city folder; `None` where there is none that is whole and of this code.
pub fn load<T: DecodeOwned>(folder: &Path, key: &str) -> Option<T> {
    read(&path_of(folder, key))
}

/// Keeps a value under a key beside a city folder; false where it can't be written.
pub fn keep<T: Encode>(folder: &Path, key: &str, value: &T) -> bool {
    store(&path_of(folder, key), value).is_ok()
}

/// The file of a key.
fn path_of(folder: &Path, key: &str) -> PathBuf {
    let safe: String = key
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' })
        .take(160)
        .collect();
    // The digest keeps keys apart that the file name doesn't.
    let digest = digest(key.as_bytes()) as u32;
    folder.join(FOLDER).join(format!("{safe}-{digest:08x}-{CODE}.bin"))
}

fn read<T: DecodeOwned>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (head, content) = bytes.split_at_checked(HEAD)?;
    let word = |at: usize| Some(u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?));
    let sound = head.starts_with(MAGIC) && word(8)? == content.len() as u64 && word(16)? == digest(content);
    if !sound {
        return None;
    }
    bitcode::decode(content).ok()
}

fn store<T: Encode>(path: &Path, value: &T) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let content = bitcode::encode(value);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&(content.len() as u64).to_le_bytes())?;
    file.write_all(&digest(&content).to_le_bytes())?;
    file.write_all(&content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    prune(folder, path);
    Ok(())
}

/// Removes what the newest takes the place of (the same of other code) and the oldest caches beyond the number kept;
/// what can't be removed stays.
fn prune(folder: &Path, newest: &Path) {
    let key_of = |path: &Path| {
        let name = path.file_stem()?.to_str()?;
        name.rsplit_once('-').map(|(key, _)| key.to_owned())
    };
    let key = key_of(newest);
    let mut files: Vec<(std::time::SystemTime, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let path = entry.path();
            let is_cache = path.extension().is_some_and(|e| e == "bin") && path != newest;
            is_cache.then(|| entry.metadata().ok()?.modified().ok().map(|time| (time, path)))?
        })
        .collect();
    files.retain(|(_, path)| {
        let replaced = key.is_some() && key_of(path) == key;
        if replaced {
            let _ = fs::remove_file(path);
        }
        !replaced
    });
    files.sort();
    let extra = (files.len() + 1).saturating_sub(FILES_MAX);
    for (_, path) in files.iter().take(extra) {
        let _ = fs::remove_file(path);
    }
}

/// Digest of bytes in four lanes of eight, against accidents, not forgery.
fn digest(bytes: &[u8]) -> u64 {
    let mut lanes =
        [0x9e37_79b9_7f4a_7c15_u64, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0x2545_f491_4f6c_dd1d];
    let step = |lane: u64, word: u64| (lane ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25).rotate_left(29);
    let mut chunks = bytes.chunks_exact(32);
    for chunk in &mut chunks {
        for (lane, word) in lanes.iter_mut().zip(chunk.chunks_exact(8)) {
            *lane = step(*lane, word.try_into().map_or(0, u64::from_le_bytes));
        }
    }
    let rest = chunks.remainder().iter().fold(bytes.len() as u64, |h, byte| step(h, u64::from(*byte)));
    lanes.into_iter().fold(rest, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(folder: &Path, key: &str, value: u32) -> (Vec<u32>, Origin) {
        load_or_build(folder, key, || Ok::<_, ()>(vec![value; 1000])).expect("builds")
    }

    #[test]
    fn the_second_time_is_read() {
        let folder = tempfile::tempdir().expect("temp");
        assert_eq!(get(folder.path(), "a", 1), (vec![1; 1000], Origin::Built));
        assert_eq!(get(folder.path(), "a", 2), (vec![1; 1000], Origin::Cache));
        assert_eq!(get(folder.path(), "b", 2), (vec![2; 1000], Origin::Built));
        assert_eq!(get(folder.path(), "a/.", 3).1, Origin::Built, "keys of like file names are kept apart");
        assert_eq!(load_or_build(folder.path(), "c", || Err::<u8, _>("no")), Err("no"));
    }

    #[test]
    fn a_broken_cache_is_built_anew() {
        let folder = tempfile::tempdir().expect("temp");
        get(folder.path(), "a", 1);
        let path = path_of(folder.path(), "a");
        let whole = fs::read(&path).expect("cache");
        for cut in [0, 7, HEAD, HEAD + 1, whole.len() - 1] {
            fs::write(&path, &whole[..cut]).expect("write");
            assert_eq!(get(folder.path(), "a", 1).1, Origin::Built, "cut at {cut}");
        }
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 0x40;
            fs::write(&path, &altered).expect("write");
            assert_eq!(read::<Vec<u32>>(&path), None, "altered at {at}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_error() {
        let folder = tempfile::tempdir().expect("temp");
        fs::write(folder.path().join(FOLDER), b"a file in the way").expect("write");
        assert_eq!(get(folder.path(), "a", 1).1, Origin::BuiltUnkept);
    }

    #[test]
    fn old_caches_go() {
        let folder = tempfile::tempdir().expect("temp");
        for n in 0..20 {
            get(folder.path(), &format!("k{n}"), n);
        }
        let count = fs::read_dir(folder.path().join(FOLDER)).expect("folder").count();
        assert_eq!(count, FILES_MAX);
        assert_eq!(get(folder.path(), "k19", 0).1, Origin::Cache);
    }
}
