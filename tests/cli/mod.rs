//! The command itself, in folders of its own: exit statuses, what goes to stdout and what to stderr.
mod calibrations;
mod cities;
mod city;
mod clusters;
mod comparisons;
mod forecasts;
mod inputs;
mod runs;
mod scores;
mod sensitivities;
mod solve;
mod sweeps;
mod views;

use std::path::Path;
use std::process::{Command, Output};

/// Runs the command in a folder.
fn citytwin(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_citytwin"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The exit status; a panic or a signal has none.
fn status(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

/// A scenario of a small made-up city.
const SMALL: &str = "# A village meets an epidemic.\n\
    [city]\nname = \"generated\"\npopulation = 600\n\
    [time]\ndays = 6\n\
    [disease]\nname = \"sars-cov-2-wild\"\n\
    [[hazard]]\nkind = \"epidemic\"\n\
    [[policy]]\nkind = \"health_code\"\nfrom = \"day 2\"\n";
