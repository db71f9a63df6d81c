//! `citytwin solve`: the solvers alone, on files that researchers exchange.
mod assignment;
mod files;
mod power;
mod routes;
mod water;

use crate::output::Failure;
use clap::{Args, Subcommand};

/// Solves a problem given in files of a standard format.
#[derive(Args)]
pub struct Solve {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Assignment(assignment::Assignment),
    Power(power::Power),
    Water(water::Water),
    Routes(routes::Routes),
}

impl Solve {
    /// Solves what was asked.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Assignment(command) => command.run(),
            What::Power(command) => command.run(),
            What::Water(command) => command.run(),
            What::Routes(command) => command.run(),
        }
    }
}
