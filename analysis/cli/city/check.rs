//! `citytwin city check`: everything that is wrong with a city folder.
use super::survey::Survey;
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_synthesis::folder;
use citytwin_synthesis::population::PopulationParams;
use citytwin_world::City;
use citytwin_world::PlaceKind;
use citytwin_world::problem::{Problem, Problems};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Checks a city folder: all mistakes of all its files at once.
#[derive(Args)]
pub struct Check {
    /// A city folder, or the name of a city that comes with the program.
    city: PathBuf,
    /// How problems are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Check {
    /// Checks and says what it found.
    pub fn run(&self) -> Result<(), Failure> {
        let path = super::folder(&self.city, self.format)?;
        let (city, buildings, problems) =
            checked(&path).map_err(|problems| Failure::Input(problems, self.format))?;
        if self.format == Format::Json {
            return say_json(&json!({"errors": 0, "warnings": problems.len(), "problems": problems}));
        }
        if !problems.is_empty() {
            note(&problems.to_string());
        }
        let survey = Survey::of(&city, buildings, Default::default());
        say(&format!("{}: sound\n{}", path.display(), super::table(&survey.rows())))
    }
}

/// The city of a folder with its number of buildings and its warnings, or all that is wrong with it.
fn checked(path: &Path) -> Result<(City, usize, Problems), Problems> {
    let mut problems = Problems::new();
    let buildings = problems.keep(folder::read_buildings(path)).map_or(0, |buildings| buildings.len());
    match folder::read_city(path) {
        Err(found) => {
            problems.extend(found);
            Err(problems)
        }
        Ok((city, tally)) => {
            problems.extend(tally.problems());
            problems.extend(unpeopled(&city).into_iter().map(|problem| problem.in_file(path)));
            problems.or_value(()).map(|((), warnings)| (city, buildings, warnings))
        }
    }
}

/// Why nobody could live in a city whose tables are sound.
fn unpeopled(city: &City) -> Vec<Problem> {
    let mut problems: Vec<Problem> =
        PopulationParams::default().margins(&city.info.country).err().into_iter().collect();
    if city.places.of_kind(PlaceKind::Home).is_empty() {
        problems.push(Problem::error("E404", "the city has no home").help("add places of kind `home`"));
    }
    if city.zones.population.as_slice().iter().all(|residents| *residents == 0) {
        problems.push(Problem::error("E404", "no zone has residents").help("fill the column `population`"));
    }
    problems
}
