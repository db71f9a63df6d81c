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
const CITY_LACKS: &[&str] = &["E031", NO_STREET, NO_LINK, NO_STREET_NEAR, NO_STOP, NO_NAME, NO_HEIGHT];
/// Those of these that are judged by the streets, and those judged by the timetable.
const NO_STREET: &str = "E046";
const NO_LINK: &str = "E085";
const NO_STREET_NEAR: &str = "E087";
const NO_STOP: &str = "E049";
const NO_NAME: &str = "E050";
/// Judged by the streets' heights.
const NO_HEIGHT: &str = "E083";

/// The city as far as a check looks at it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Sketch {
    /// Nothing is known of it: it's wrong itself, or the program doesn't know where it lies.
    #[default]
    Unknown,
    /// Of so many residents by that seed, not made yet.
    ToBeMade(u32, u64),
    /// Its name and zones, and what has been looked at so far besides.
    Known(Box<City>, Origin),
}

/// Where the parts of a city come from that haven't been looked at.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A city folder.
    Folder(PathBuf),
    /// Made of so many residents by that seed.
    Made(u32, u64),
}

/// Whether a choice is unset or one of those offered; any other is told by itself, and nothing follows from it.
fn is_settled(table: &Table, params: &Params, key: &str) -> bool {
    table.get(key).is_none() || table.text(key) == Some(params.text(key).as_str())
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
                        traffic_junctions: generate::junctions_of(population),
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
            Ok(_) => self.city = Sketch::Known(Box::new(city), Origin::Folder(path.to_path_buf())),
            Err(problem) => self.problems.push(problem.in_file(path.join("city.toml"))),
        }
    }

    /// Reports what a kind refuses in its table.
    pub fn refused(&mut self, kind: &KindSpec, table: &Table, params: &Params) {
        let mut problems = kind.refused(params, &City::default());
        if problems.iter().any(|problem| CITY_LACKS.contains(&problem.code)) {
            let has = |codes: &[&str]| problems.iter().any(|problem| codes.contains(&problem.code));
            let (at_streets, at_transit) =
                (has(&[NO_STREET, NO_LINK, NO_STREET_NEAR, NO_HEIGHT]), has(&[NO_STOP, NO_NAME]));
            let unknown = self.look_closer(at_streets, at_transit);
            if let Sketch::Known(city, _) = &self.city {
                problems = kind.refused(params, city);
            }
            problems = problems.into_iter().filter(|one| !unknown.contains(&one.code)).collect();
        }
        self.report_words(problems, table);
    }

    /// Looks at the parts of the city that few kinds ask for, since that takes a while; gives the codes of what can't be
    /// judged even so. Parts that can't be read are refused when the city is.
    fn look_closer(&mut self, at_streets: bool, at_transit: bool) -> &'static [&'static str] {
        if let Sketch::ToBeMade(population, seed) = self.city {
            let made = generate::sketch(population, seed).map(Box::new);
            self.city =
                made.map_or(Sketch::Unknown, |city| Sketch::Known(city, Origin::Made(population, seed)));
        }
        let Sketch::Known(city, origin) = &mut self.city else { return CITY_LACKS };
        let mut unknown: &[&str] = &[];
        if let Origin::Folder(path) = origin
            && (at_streets || at_transit)
            && city.streets.link_count() == 0
        {
            match folder::read_streets_alone(path) {
                Ok(streets) => city.streets = streets,
                Err(_) => unknown = &[NO_STREET, NO_LINK, NO_STREET_NEAR, NO_STOP, NO_NAME, NO_HEIGHT],
            }
        }
        if at_transit && unknown.is_empty() && city.transit.stop_lon.is_empty() {
            let transit = match origin {
                Origin::Folder(path) => folder::read_transit_alone(path, &city.streets).ok(),
                Origin::Made(population, seed) => {
                    generate::city(*population, *seed).ok().map(|city| city.transit)
                }
            };
            match transit {
                Some(transit) => city.transit = transit,
                None => unknown = &[NO_STOP, NO_NAME],
            }
        }
        unknown
    }

    /// Reports problems at the values and keys that they name.
    fn report_words(&mut self, problems: Problems, table: &Table) {
        for problem in problems {
            let (source, span) = place_of(problem.word.as_deref().unwrap_or_default(), table);
            self.report(problem, source, span);
        }
    }

    /// Keys of one depth of movement say nothing at another. A depth that is none is told by itself.
    pub fn keys_of_other_depths(&mut self, table: &Table, movement: &Params) {
        if !is_settled(table, movement, "depth") {
            return;
        }
        let depth = movement.text("depth");
        for (only, keys) in [("queue", roads::ONLY_QUEUE), ("assignment", roads::ONLY_ASSIGNMENT)] {
            for key in keys.iter().filter(|key| depth != only && table.get(key).is_some()) {
                let message =
                    format!("`{key}` counts at depth `{only}` only, and movement is at depth `{depth}`");
                let problem = Problem::error("E054", message).label("would change nothing");
                let problem = problem.help(format!("write depth = \"{only}\", or leave `{key}` out"));
                let (source, span) = span_of(table, key);
                self.report(problem, source, span);
            }
        }
    }

    /// What movement is not deep enough for: runs cut change nothing where everybody finds a place in the next vehicle of
    /// the timetable.
    pub fn needs_depth(&mut self, hazards: &[Checked], root: &Table, movement: &Params) {
        let settled = |key| match root.get("movement").map(|entry| &entry.node) {
            Some(Node::Table(table)) => is_settled(table, movement, key),
            _ => true,
        };
        let by_capacity = movement.text("transit") == "capacity" || !settled("transit");
        for hazard in hazards.iter().filter(|hazard| hazard.enabled) {
            let (message, help) = match hazard.entry.kind.as_str() {
                "service_cut" if !by_capacity => (
                    "transit by `timetable` takes everybody everywhere",
                    "write transit = \"capacity\" in [movement]",
                ),
                _ => continue,
            };
            let problem = Problem::error("E047", message).label("would change nothing").help(help);
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
        traffic_junctions: folder::junctions(path),
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
