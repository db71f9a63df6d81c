//! The scenarios of a comparison, made ready: they share their city, and the transmissibility where they may.
use super::VariantRecord;
use crate::ensemble::{VariantName, names_of};
use crate::error::StudyError;
use crate::job;
use crate::memory;
use crate::run::Job;
use citytwin_scenario::assemble::{self, Calibration, Prepared};
use citytwin_scenario::{CitySize, Scenario, Vocabulary};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, Date};
use std::path::{Path, PathBuf};

/// A scenario with its city and what was found out about it.
pub struct Variant {
    /// Name, which no other has.
    pub name: String,
    scenario: Scenario,
    prepared: Prepared,
    calibration: Calibration,
}

/// All scenarios of a comparison, the one that the others are compared with first.
pub struct Variants {
    list: Vec<Variant>,
    words: Vocabulary,
    cities: PathBuf,
}

/// The values of a scenario under some of its sections, as text that is the same where the values are.
fn values(scenario: &Scenario, wanted: impl Fn(&str) -> bool) -> String {
    let of = |row: &citytwin_scenario::Provenance| {
        let section = row.key.split('.').next().unwrap_or_default();
        wanted(section).then(|| format!("{}={}\n", row.key, row.value))
    };
    scenario.provenance.iter().filter_map(of).collect()
}

/// What the city and the roads of its ordinary days depend on.
pub(crate) fn city_key(scenario: &Scenario) -> String {
    values(scenario, |section| matches!(section, "city" | "movement"))
}

/// What the transmissibility depends on: all but what happens to the city and what is written down of it.
fn calibration_key(scenario: &Scenario) -> String {
    values(scenario, |section| !matches!(section, "policy" | "hazard" | "output" | "time"))
}

/// What the company kept in the city and the course of the disease depend on: all that transmissibility does but how
/// high the R0 is to be.
pub(crate) fn company_key(scenario: &Scenario) -> String {
    let of = |row: &citytwin_scenario::Provenance| {
        let section = row.key.split('.').next().unwrap_or_default();
        let apart = matches!(section, "policy" | "hazard" | "output" | "time")
            || matches!(row.key.as_str(), "disease.r0" | "disease.beta");
        (!apart).then(|| format!("{}={}\n", row.key, row.value))
    };
    scenario.provenance.iter().filter_map(of).collect()
}

impl Variants {
    /// Reads the city once for all scenarios that share it, and finds each one's transmissibility. `tell` is told what
    /// takes long; `cities` is the folder of built-in cities.
    ///
    /// # Errors
    /// Scenarios that cannot be compared, or what is wrong with one of them.
    pub fn prepare(
        scenarios: Vec<Scenario>,
        cities: &Path,
        words: Vocabulary,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Self, Problems> {
        let problems = unlike(&scenarios);
        if !problems.is_empty() {
            return Err(problems);
        }
        let names = names_of(scenarios.iter().map(|scenario| scenario.file.as_path()));
        let mut list: Vec<Variant> = Vec::new();
        for (scenario, name) in scenarios.into_iter().zip(names) {
            let same = |key: fn(&Scenario) -> String| {
                list.iter().find(|other| key(&other.scenario) == key(&scenario))
            };
            let prepared = match same(city_key) {
                Some(other) => other.prepared.clone(),
                None => {
                    tell(&format!("reading {} for {name}", scenario.city.name));
                    assemble::prepare_telling(&scenario, cities, tell)?
                }
            };
            let calibration = match same(calibration_key) {
                Some(other) => other.calibration,
                None => {
                    tell(&format!("finding the transmissibility for {name}"));
                    assemble::calibration(&scenario, &prepared)?
                }
            };
            list.push(Variant { name, scenario, prepared, calibration });
        }
        let variants = Self { list, words, cities: cities.to_owned() };
        // What a city refuses is told before anything runs.
        for variant in 0..variants.list.len() {
            variants.job(variant, 0)?;
        }
        Ok(variants)
    }

    /// The run of a variant with a seed.
    ///
    /// # Errors
    /// Values that do not fit the city.
    pub fn job(&self, variant: usize, seed: u64) -> Result<Job, Problems> {
        let missing = || Problem::error("E020", format!("there is no variant {variant}"));
        let Variant { scenario, prepared, calibration, .. } = self.list.get(variant).ok_or_else(missing)?;
        job::job(scenario, prepared, *calibration, &self.words, seed)
    }

    /// The variants as the folders of their runs know them.
    pub fn names(&self) -> Vec<VariantName> {
        let hash = |v: &Variant| u64::from_str_radix(&v.scenario.hash, 16).unwrap_or_default();
        let name = |v: &Variant| VariantName {
            name: v.name.clone(),
            scenario_hash: hash(v),
            files_hash: assemble::files_hash(&v.scenario, &self.cities),
        };
        self.list.iter().map(name).collect()
    }

    /// The variants as `compare.json` has them.
    ///
    /// # Errors
    /// As [`Self::job`].
    pub fn records(&self) -> Result<Vec<VariantRecord>, StudyError> {
        let record = |(at, variant): (usize, &Variant)| {
            let inputs = self.job(at, 0)?.inputs;
            Ok(VariantRecord {
                name: variant.name.clone(),
                caption: inputs.caption,
                scenario_hash: variant.scenario.hash.clone(),
                beta: variant.calibration.beta,
                policies: inputs.policies,
                hazards: inputs.hazards,
            })
        };
        self.list.iter().enumerate().map(record).collect()
    }

    /// The city, which all share.
    pub fn city(&self) -> &City {
        &self.list[0].prepared.city
    }
    /// Residents of each zone.
    pub fn zone_population(&self) -> Vec<u32> {
        citytwin_metrics::Observer::new(&assemble::world(&self.list[0].prepared)).zone_population()
    }
    /// Residents simulated.
    pub fn population(&self) -> usize {
        self.list[0].prepared.residents.len()
    }
    /// Days of each run.
    pub fn days(&self) -> u32 {
        self.list[0].scenario.days
    }
    /// The first day.
    pub fn start(&self) -> Date {
        self.list[0].scenario.start
    }
    /// How large a world is.
    pub fn size(&self) -> CitySize {
        let size = self.list[0].scenario.city.size;
        size.unwrap_or_else(|| memory::size_of_world(&assemble::world(&self.list[0].prepared)))
    }
}

/// Why scenarios cannot be compared run by run: they differ in what must be the same.
fn unlike(scenarios: &[Scenario]) -> Problems {
    let Some(first) = scenarios.first() else {
        return Problem::error("E055", "there is nothing to compare").into();
    };
    let name = |scenario: &Scenario| scenario.file.display().to_string();
    let mut problems = Problems::default();
    for other in &scenarios[1..] {
        let differ = |what: &str| {
            let both = format!("{} and {}", name(first), name(other));
            Problem::error("E055", format!("{both} cannot be compared: they have {what}"))
                .help("give both the same [city] and [time], or set them for all with --set")
        };
        if values(first, |section| section == "city") != values(other, |section| section == "city") {
            problems.push(differ("different cities or samples of one"));
        }
        if (first.start, first.days) != (other.start, other.days) {
            problems.push(differ("different days"));
        }
    }
    problems
}
