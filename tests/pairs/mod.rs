//! Pairs of runs that must be the same, or must not: threads, restarts, things that do nothing, levers from a day on.
mod ahead;
mod filled;
mod futures;
mod inert;
mod recorded;
mod restarts;
mod threads;

use citytwin_engine::{Simulation, digest};
use citytwin_study::{Job, RunOptions, run_one};
use std::path::Path;

/// The digest of every day's state.
fn digests(mut simulation: Simulation, days: u32) -> Vec<u64> {
    (0..days)
        .map(|_| {
            simulation.run_day();
            digest(&simulation)
        })
        .collect()
}

/// Everything true of two simulations, and everything told, is the same.
fn same_truth(a: &Simulation, b: &Simulation) -> bool {
    let (left, right) = (&a.world, &b.world);
    left.people.today == right.people.today
        && left.people.health == right.people.health
        && left.services == right.services
        && left.visits == right.visits
        && a.board == b.board
}

/// Runs into a folder and gives its files, but `run.json`, which tells of the clock.
fn written(job: Job, home: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
    let options = RunOptions { out: home.join(name), ..RunOptions::default() };
    let summary = run_one(job, &options, &mut |_| {}).expect("it runs").expect("to its end");
    files(&summary.folder)
}

/// The files of a run folder, but `run.json`.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("a run folder")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("readable"))
        })
        .filter(|(name, _)| name != "run.json")
        .collect();
    files.sort();
    files
}

/// The digests that a run folder's `run.json` holds.
fn state_hashes(folder: &Path) -> serde_json::Value {
    let text = std::fs::read(folder.join("run.json")).expect("a record");
    let record: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    assert!(record["state_hash"].as_array().is_some_and(|days| !days.is_empty()));
    record["state_hash"].clone()
}

/// Names of the files that differ between two folders.
fn different(a: &[(String, Vec<u8>)], b: &[(String, Vec<u8>)]) -> Vec<String> {
    let names = a.iter().chain(b).map(|(name, _)| name);
    let of = |files: &[(String, Vec<u8>)], name: &String| files.iter().find(|(n, _)| n == name).cloned();
    let mut found: Vec<String> = names.filter(|name| of(a, name) != of(b, name)).cloned().collect();
    found.dedup();
    found
}
