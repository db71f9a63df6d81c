//! `citytwin city`: cities in, made up, looked at and checked.
mod import;
mod info;
mod map;

use crate::flags::cities_folder;
use crate::output::{Failure, Format, say, say_json};
use citytwin_synthesis::{folder, generate};
use citytwin_world::problem::{Tally, TallyRow};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Imports, makes, shows and checks cities.
#[derive(Args)]
pub struct City {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Import(Box<import::Import>),
    Generate(Generate),
    Info(info::Info),
    Check(Check),
}

impl City {
    /// Runs the command for cities.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Import(command) => command.run(),
            Command::Generate(command) => command.run(),
            Command::Info(command) => command.run(),
            Command::Check(command) => command.run(),
        }
    }
}

/// Makes a believable city out of nothing.
#[derive(Args)]
struct Generate {
    /// Residents.
    #[arg(long)]
    population: u32,
    /// Seed; the same population and seed give the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The city folder to write.
    #[arg(long)]
    out: PathBuf,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Generate {
    fn run(&self) -> Result<(), Failure> {
        let city = generate::city(self.population, self.seed)
            .map_err(|problem| Failure::input(problem, self.format))?;
        let hash =
            folder::write_made(&city, &self.out).map_err(|problems| Failure::Run(problems.to_string()))?;
        match self.format {
            Format::Json => say_json(&json!({"folder": self.out, "city_hash": format!("{hash:016x}")})),
            Format::Text => say(&self.out.display().to_string()),
        }
    }
}

/// Checks a city folder: all mistakes of all its files at once.
#[derive(Args)]
struct Check {
    /// A city folder or the name of a built-in city.
    city: PathBuf,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Check {
    fn run(&self) -> Result<(), Failure> {
        let (city, tally) =
            folder::read_city(&find(&self.city)).map_err(|problems| Failure::Input(problems, self.format))?;
        match self.format {
            Format::Json => say_json(&json!({"name": city.info.name, "oddities": tally})),
            Format::Text => say(&format!("{}: sound\n{}", city.info.name, oddities(&tally))),
        }
    }
}

/// A city folder by its path or built-in name.
fn find(city: &Path) -> PathBuf {
    let built_in = cities_folder().join(city);
    if !city.exists() && built_in.is_dir() { built_in } else { city.to_owned() }
}

/// What was odd, a line each with its count and a few cases.
fn oddities(tally: &Tally) -> String {
    let line = |row: &TallyRow| {
        format!("{:>9} × {} {} (such as {})\n", row.count, row.code, row.message, row.examples.join("; "))
    };
    tally.rows().map(line).collect()
}
