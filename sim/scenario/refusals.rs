//! What would be refused when a run is put together, found while the file is checked: values that are right by
//! themselves and don't fit the city, the disease or one another.

use crate::assemble::GENERATED;
use crate::check::{Checker, span_of};
use crate::scenario::{CityChoice, CitySize};
use crate::schedule::Checked;
use crate::source::{Source, SourceId, read_text};
use crate::tree::{Node, Table};
use crate::vocabulary::KindSpec;
use citytwin_engine::Params;
use citytwin_engine::key::{Content, Raw};
use citytwin_layers::epidemic::{Disease, Vaccination};
use citytwin_layers::transport::roads;
use citytwin_synthesis::population::PopulationParams;
use citytwin_synthesis::{folder, generate};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What is refused for something that the city lacks: not to be judged where the city isn't known.
const CITY_LACKS: &[&str] = &["E031", NO_STREET];
/// The one of these that is judged by the streets.
const NO_STREET: &str = "E046";

/// The city as far as a check looks at it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Sketch {
    /// Nothing is known of it: it's wrong itself, or the program doesn't know where it lies.
    #[default]
    Unknown,
    /// Of so many residents by that seed, not made yet.
    ToBeMade(u32, u64),
    /// Its name and zones, and its streets unless they still lie in a folder.
    Known(Box<City>, Option<PathBuf>),
}

impl Checker<'_> {
    /// Looks at the city for what would stop a run: it's no city, has no such population, or its country isn't known.
    pub fn sketch(&mut self, table: &Table, choice: &mut CityChoice) {
        match &choice.path {
            Some(path) if !path.join("city.toml").is_file() => {
                let problem = Problem::error("E341", format!("`{}` is no city folder", choice.name));
                let problem = problem.label("no city.toml in it").help("`citytwin city import` makes one");
                let (source, span) = span_of(table, "name");
                self.report(problem, source, span);
            }
            Some(path) => match folder::read_sketch(path) {
                Ok(city) => {
                    choice.size = Some(size_of(&city, path, choice.sample));
                    self.lives(city, path);
                }
                Err(problems) => self.problems.extend(problems),
            },
            None if choice.name == GENERATED => {
                let population = generated_population(&choice.params);
                // A number that no city can have has been told by the key's range.
                if generate::POPULATION.contains(&population) {
                    self.city = Sketch::ToBeMade(population, choice.seed);
                    choice.size = Some(CitySize {
                        persons: (f64::from(population) * choice.sample) as u64,
                        zones: generate::zones_of(population),
                        tables_bytes: 0,
                        transit: population >= generate::BUSES_FROM,
                    });
                }
            }
            None => {}
        }
        if choice.name != GENERATED && table.get("population").is_some() {
            let problem = Problem::warning("W003", "`population` changes nothing here").label("no effect");
            let help = "an imported city has its own residents; set `sample` to simulate fewer of them";
            let (source, span) = span_of(table, "population");
            self.report(problem.help(help), source, span);
        }
    }

    fn lives(&mut self, city: City, path: &Path) {
        match PopulationParams::default().margins(&city.info.country) {
            Ok(_) => self.city = Sketch::Known(Box::new(city), Some(path.to_path_buf())),
            Err(problem) => self.problems.push(problem.in_file(path.join("city.toml"))),
        }
    }

    /// Reports what a kind refuses in its table.
    pub fn refused(&mut self, kind: &KindSpec, table: &Table, params: &Params) {
        let mut problems = kind.refused(params, &City::default());
        if problems.iter().any(|problem| CITY_LACKS.contains(&problem.code)) {
            self.look_closer(problems.iter().any(|problem| problem.code == NO_STREET));
            let unknown = match &self.city {
                Sketch::Known(city, _) => {
                    problems = kind.refused(params, city);
                    // Streets that can't be read are refused when the city is.
                    if city.streets.link_count() == 0 { &[NO_STREET] } else { &[][..] }
                }
                _ => CITY_LACKS,
            };
            problems = problems.into_iter().filter(|one| !unknown.contains(&one.code)).collect();
        }
        self.report_words(problems, table);
    }

    /// Looks at the parts of the city that few kinds ask for, since that takes a while.
    fn look_closer(&mut self, at_streets: bool) {
        match &mut self.city {
            Sketch::ToBeMade(population, seed) => {
                let made = generate::sketch(*population, *seed).map(Box::new);
                self.city = made.map_or(Sketch::Unknown, |city| Sketch::Known(city, None));
            }
            Sketch::Known(city, folder) if at_streets => {
                if let Some(streets) = folder.take().and_then(|path| folder::read_streets_alone(&path).ok()) {
                    city.streets = streets;
                }
            }
            Sketch::Known(..) | Sketch::Unknown => {}
        }
    }

    /// Reports problems at the values and keys that they name.
    fn report_words(&mut self, problems: Problems, table: &Table) {
        for problem in problems {
            let (source, span) = place_of(problem.word.as_deref().unwrap_or_default(), table);
            self.report(problem, source, span);
        }
    }

    /// Keys of one depth of movement say nothing at another.
    pub fn keys_of_other_depths(&mut self, table: &Table, movement: &Params) {
        let depth = movement.text("depth");
        for (only, keys) in [("queue", roads::ONLY_QUEUE), ("assignment", roads::ONLY_ASSIGNMENT)] {
            for key in keys.iter().filter(|key| depth != only && table.get(key).is_some()) {
                let message =
                    format!("`{key}` counts at depth `{only}` only, and movement is at depth `{depth}`");
                let problem = Problem::error("E049", message).label("would change nothing");
                let problem = problem.help(format!("write depth = \"{only}\", or leave `{key}` out"));
                let (source, span) = span_of(table, key);
                self.report(problem, source, span);
            }
        }
    }

    /// Closed streets change nothing where nobody looks for a way.
    pub fn needs_traffic(&mut self, hazards: &[Checked], movement: &Params) {
        let closes = |hazard: &&Checked| hazard.enabled && hazard.entry.kind == "street_closure";
        if movement.text("depth") != "free" {
            return;
        }
        for hazard in hazards.iter().filter(closes) {
            let message = "movement at depth `free` knows no closed streets";
            let problem = Problem::error("E047", message).label("would change nothing");
            let problem = problem.help("write depth = \"queue\" or \"assignment\" in [movement]");
            self.report(problem, hazard.entry.source, hazard.entry.span.clone());
        }
    }

    /// Builds the disease with the numbers that the scenario changes, for what makes no sense in it.
    pub fn disease_fits(&mut self, table: &Table, params: &Params, path: Option<&Path>) {
        if let Err(problem) = Vaccination::with(params) {
            self.report_words(problem.into(), table);
        }
        let Some(path) = path else {
            match Disease::with(params) {
                Ok(disease) => self.variants = Some(disease.variant.len()),
                Err(problems) => self.report_words(problems, table),
            }
            return;
        };
        let (own, span) = span_of(table, "name");
        let text = match read_text(path) {
            Ok(text) => text,
            Err(problem) => return self.report(problem, own, span),
        };
        let name = path.display().to_string();
        match Disease::parse(&text) {
            // What is wrong in the file is told with its place there.
            Err(problems) => self.problems.extend(problems.into_iter().map(|one| one.in_file(&name))),
            Ok(_) => match Disease::read(&text, params) {
                Ok(disease) => self.variants = Some(disease.variant.len()),
                Err(problems) => self.report_words(problems, table),
            },
        }
        self.read.push(Source { name, path: Some(path.to_path_buf()), text });
    }

    /// A hazard's variant must be one of the disease's.
    pub fn variant_exists(&mut self, kind: &KindSpec, table: &Table, params: &Params) {
        let Some(variants) = self.variants.filter(|_| kind.keys.iter().any(|key| key.name == "variant"))
        else {
            return;
        };
        let variant = params.u32("variant") as usize;
        if variant >= variants {
            let message = format!("the disease has no variant {variant}");
            let help = match variants {
                1 => "it has one, which is number 0".to_owned(),
                _ => format!("it has {variants}, counted from 0 to {}", variants - 1),
            };
            let (source, span) = span_of(table, "variant");
            self.report(Problem::error("E043", message).label("no such variant").help(help), source, span);
        }
    }
}

fn size_of(city: &City, path: &Path, sample: f64) -> CitySize {
    let residents: u64 = city.zones.population.as_slice().iter().map(|n| u64::from(*n)).sum();
    CitySize {
        persons: (residents as f64 * sample) as u64,
        zones: city.zones.len() as u64,
        tables_bytes: folder::table_bytes(path),
        transit: folder::has_feeds(path),
    }
}

/// Residents of a generated city.
pub(crate) fn generated_population(params: &Params) -> u32 {
    params.opt_f64("population").unwrap_or(100_000.0) as u32
}

/// Where a table holds a word: as a value, in a list, as the value of the key of that name; else its header.
fn place_of(word: &str, table: &Table) -> (SourceId, Range<usize>) {
    let is_word = |raw: &&Raw| matches!(&raw.content, Content::Text(text) if text == word);
    for entry in &table.entries {
        let Node::Value(raw) = &entry.node else { continue };
        let found = match &raw.content {
            Content::List(items) => items.iter().find(is_word),
            _ => Some(raw).filter(is_word),
        };
        if let Some(found) = found {
            return (entry.source, found.span.clone());
        }
    }
    span_of(table, word)
}
