//! `citytwin city`: makes cities, checks their folders and shows what is in them.
mod check;
mod generate;
mod import;
mod info;
mod map;
mod margins;
mod page;
mod survey;

use crate::flags::cities_folder;
use crate::output::{Failure, Format};
use citytwin_world::problem::Problem;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Makes a city from public data or out of nothing, checks its folder, shows what is in it.
#[derive(Args)]
pub struct City {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Import(Box<import::Import>),
    Generate(generate::Generate),
    Info(info::Info),
    Check(check::Check),
}

impl City {
    /// Does what was asked.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Import(command) => command.run(),
            What::Generate(command) => command.run(),
            What::Info(command) => command.run(),
            What::Check(command) => command.run(),
        }
    }
}

/// The folder of a city: the name of one that comes with the program, else a path, as in a scenario.
fn folder(city: &Path, format: Format) -> Result<PathBuf, Failure> {
    let names: Vec<String> = crate::flags::words().cities.into_iter().map(|known| known.name).collect();
    let built_in = cities_folder().join(city);
    if names.iter().any(|name| city == Path::new(name)) && built_in.is_dir() {
        return Ok(built_in);
    }
    if city.is_dir() {
        return Ok(city.to_path_buf());
    }
    let known: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| cities_folder().join(name).is_dir()).collect();
    let problem = Problem::error("E022", format!("unknown city `{}`", city.display()))
        .help(format!("give the path of a city folder or one of {}", known.join(", ")));
    Err(Failure::input(problem, format))
}

/// Refuses to replace a city unless that is wanted; other things are never overwritten by those who write the folder.
fn free(out: &Path, replace: bool, format: Format) -> Result<(), Failure> {
    if replace || !out.join("city.toml").is_file() {
        return Ok(());
    }
    let problem = Problem::error("E052", format!("{}: is there already", out.display()))
        .help("choose another folder, or replace the city that is there with --replace");
    Err(Failure::input(problem, format))
}

/// A whole number with commas between thousands.
fn thousands(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().map_or_else(|_| "0".to_owned(), |n: u64| n.to_string());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Rows of a name and a value, the values in one column.
fn table(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    rows.iter().map(|(name, value)| format!("{name:width$}{value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [0_u64, 12, 999, 1_000, 812_935, 10_000_000].map(thousands);
        assert_eq!(texts, ["0", "12", "999", "1,000", "812,935", "10,000,000"]);
    }
}
