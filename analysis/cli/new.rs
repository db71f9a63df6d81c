//! `citytwin new`: a scenario to start from.
use crate::output::{Failure, Format, say};
use citytwin_scenario::template::{TEMPLATES, template};
use citytwin_world::problem::Problem;
use clap::Args;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// Writes a scenario to start from, to stdout or a new file.
#[derive(Args)]
pub struct New {
    /// The template; see `citytwin list templates`.
    #[arg(long, default_value = "epidemic")]
    template: String,
    /// The file to write; it must not be there yet.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl New {
    /// Writes.
    pub fn run(&self) -> Result<(), Failure> {
        let Some(found) = template(&self.template) else {
            let names: Vec<&str> = TEMPLATES.iter().map(|t| t.name).collect();
            let problem = Problem::error("E051", format!("there is no template `{}`", self.template))
                .help(format!("one of {}", names.join(", ")));
            return Err(Failure::input(problem, Format::Text));
        };
        let Some(path) = &self.out else { return say(found.text) };
        let written = OpenOptions::new().write(true).create_new(true).open(path);
        match written.and_then(|mut file| file.write_all(found.text.as_bytes())) {
            Ok(()) => say(&path.display().to_string()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let problem = Problem::error("E052", format!("{}: is there already", path.display()))
                    .help("choose another name");
                Err(Failure::input(problem, Format::Text))
            }
            Err(error) => Err(Failure::Run(format!("{}: {error}", path.display()))),
        }
    }
}
