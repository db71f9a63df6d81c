//! `citytwin city generate`: a city folder out of nothing.
use super::free;
use super::survey::Survey;
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_synthesis::{folder, generate};
use citytwin_world::problem::Tally;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Makes up a city of any size, with streets, places and timetables, and writes its folder.
#[derive(Args)]
pub struct Generate {
    /// Residents, 100 to 10,000,000.
    #[arg(long, value_name = "N", value_parser = population())]
    population: u32,
    /// Seed: another seed makes another city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of the city.
    #[arg(long)]
    name: Option<String>,
    /// Folder to write.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replaces the city folder at --out.
    #[arg(long)]
    replace: bool,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
}

fn population() -> clap::builder::RangedI64ValueParser<u32> {
    let range = generate::POPULATION;
    clap::value_parser!(u32).range(i64::from(*range.start())..=i64::from(*range.end()))
}

impl Generate {
    /// Makes the city and names its folder.
    pub fn run(&self) -> Result<(), Failure> {
        free(&self.out, self.replace, self.format)?;
        if !self.quiet {
            note(&format!("making a city of {} residents", super::thousands(self.population)));
        }
        let mut city = generate::city(self.population, self.seed)
            .map_err(|problem| Failure::input(problem, self.format))?;
        if let Some(name) = &self.name {
            city.info.name.clone_from(name);
        }
        city.hash =
            folder::write_made(&city, &self.out).map_err(|problems| Failure::Run(problems.to_string()))?;
        match self.format {
            Format::Text => say(&self.out.display().to_string()),
            Format::Json => {
                let survey = Survey::of(&city, 0, Tally::new());
                say_json(&json!({"folder": self.out, "city_hash": survey.city_hash, "city": survey}))
            }
        }
    }
}
