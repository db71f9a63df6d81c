//! The program that `citytwin view` starts.
use citytwin_viewer::{Failure, options::Options, view};
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (words, status) = match view(&Options::parse()) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Run(words)) => (words, 1),
        Err(Failure::Input(words)) => (words, 2),
    };
    // Nobody can be told that stderr is closed.
    let _ = writeln!(std::io::stderr().lock(), "error: {words}");
    ExitCode::from(status)
}
