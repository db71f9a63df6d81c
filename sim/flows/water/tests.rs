//! Reference networks, laws on random ones, and broken files.
use super::*;
use std::path::{Path, PathBuf};

mod broken;
mod laws;
mod references;

/// A file of the networks that ship with the tests.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/water").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn network(name: &str) -> Network {
    let text = text(name);
    read_inp(Path::new(name), &text).unwrap_or_else(|problems| panic!("{problems}")).network
}
