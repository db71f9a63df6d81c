//! `citytwin solve`: the solvers alone, on files that researchers exchange.
mod assignment;
mod routes;

use crate::output::Failure;
use citytwin_scenario::Findings;
use citytwin_scenario::source::{Source, Sources};
use citytwin_synthesis::import::traffic::Refused;
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Solves a problem given in files of a standard format.
#[derive(Args)]
pub struct Solve {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Assignment(assignment::Assignment),
    Routes(routes::Routes),
}

impl Solve {
    /// Solves what was asked.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Assignment(command) => command.run(),
            What::Routes(command) => command.run(),
        }
    }
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::Run(format!("{}: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        // What was half written must not stay; if it can't be removed, the first error still tells.
        let _ = std::fs::remove_file(&part);
        fail(error)
    })
}

/// The refusal with the lines it speaks of.
fn findings(refused: Refused) -> Findings {
    let mut sources = Sources::default();
    for (name, text) in refused.texts {
        sources.add(Source { path: Some(PathBuf::from(&name)), name, text });
    }
    Findings::new(refused.problems, sources)
}
