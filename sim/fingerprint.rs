//! Fingerprints the code of rooms while it is built, so that a cache made by other code is never read.
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Hands the digest of all Rust files in the rooms, named from the package's folder, to the code as a variable.
pub fn tell(rooms: &[&str], variable: &str) -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let mut files = Vec::new();
    for room in rooms {
        let folder = here.join(room);
        println!("cargo:rerun-if-changed={}", folder.display());
        sources(&folder, &mut files)?;
    }
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for file in &files {
        for byte in fs::read(file)? {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("cargo:rustc-env={variable}={digest:016x}");
    Ok(())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
