//! The words a scenario may use: which policies, hazards, diseases, cities, metrics and signals exist.

use crate::spec::{Section, section};
use citytwin_engine::registry::{Builder, Kind};
use citytwin_engine::{KeySpec, Layer, Params, Policy, SignalSpec};
use citytwin_layers::{LAYERS, epidemic, hazard, infrastructure, reporting};
use citytwin_world::City;
use citytwin_world::problem::Problems;
use std::path::{Path, PathBuf};

/// A kind of policy or hazard with its keys.
#[derive(Debug, Clone, Copy)]
pub struct KindSpec {
    /// Name after `kind =`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its own keys.
    pub keys: &'static [KeySpec],
    /// How it is built, for what it refuses.
    build: Build,
}

/// How a kind is built.
#[derive(Debug, Clone, Copy)]
enum Build {
    Policy(Builder<dyn Policy>),
    Hazard(Builder<dyn Layer>),
    /// Not from here: nothing can be refused.
    Elsewhere,
}

impl KindSpec {
    /// A kind that takes whatever its keys allow.
    pub const fn new(name: &'static str, summary: &'static str, keys: &'static [KeySpec]) -> Self {
        Self { name, summary, keys, build: Build::Elsewhere }
    }

    /// What it refuses, though each value by itself is right: values that don't fit together or don't fit the city.
    pub fn refused(&self, params: &Params, city: &City) -> Problems {
        let refused = match self.build {
            Build::Policy(build) => build(params, city).err(),
            Build::Hazard(build) => build(params, city).err(),
            Build::Elsewhere => None,
        };
        refused.unwrap_or_default()
    }

    /// For a layer, the table that holds its keys.
    pub fn table(&self) -> &'static str {
        table_of(self.name)
    }
}

impl From<&Kind<dyn Policy>> for KindSpec {
    fn from(kind: &Kind<dyn Policy>) -> Self {
        Self { build: Build::Policy(kind.build), ..Self::new(kind.name, kind.summary, kind.keys) }
    }
}

impl From<&Kind<dyn Layer>> for KindSpec {
    fn from(kind: &Kind<dyn Layer>) -> Self {
        Self { build: Build::Hazard(kind.build), ..Self::new(kind.name, kind.summary, kind.keys) }
    }
}

/// Something that is only named: a disease, a built-in city, a metric, a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
}

impl Named {
    /// A name with its meaning.
    pub fn new(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self { name: name.into(), summary: summary.into() }
    }
}

/// Everything a scenario may name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Kinds of policy.
    pub policies: Vec<KindSpec>,
    /// Kinds of hazard.
    pub hazards: Vec<KindSpec>,
    /// Layers; the keys of one stand in the table that [`table_of`] names.
    pub layers: Vec<KindSpec>,
    /// Diseases by name.
    pub diseases: Vec<Named>,
    /// Built-in cities by name.
    pub cities: Vec<Named>,
    /// The folder in which the built-in cities lie.
    pub cities_folder: Option<PathBuf>,
    /// Metrics; the rooms that measure add theirs.
    pub metrics: Vec<Named>,
    /// Numbers on the board that `when` may ask for.
    pub signals: Vec<SignalSpec>,
}

impl Vocabulary {
    /// The words this program knows by itself: its policies, hazards, layers, diseases and signals. Metrics and
    /// cities are added by those who know them.
    pub fn standard() -> Self {
        let layers = LAYERS.iter();
        Self {
            policies: citytwin_policies::POLICIES.iter().map(KindSpec::from).collect(),
            hazards: hazard::HAZARDS.iter().map(KindSpec::from).collect(),
            layers: layers.map(|one| KindSpec::new(one.name, one.summary, one.keys)).collect(),
            diseases: epidemic::DISEASES
                .iter()
                .map(|(name, text)| Named::new(*name, caption_of(text)))
                .collect(),
            signals: reporting::SIGNALS.iter().chain(infrastructure::SIGNALS).copied().collect(),
            ..Self::default()
        }
    }

    /// Adds the cities that lie in a folder, each a folder with a `city.toml`, in alphabetical order. A folder that
    /// can't be read adds none.
    #[must_use]
    pub fn with_cities(mut self, folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter(|entry| entry.path().join("city.toml").is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        self.cities.extend(names.into_iter().map(|name| {
            let summary = city_summary(&folder.join(&name));
            Named { name, summary }
        }));
        self.cities_folder = Some(folder.to_path_buf());
        self
    }

    /// Adds metrics by name and meaning.
    #[must_use]
    pub fn with_metrics<'a>(mut self, metrics: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.metrics.extend(metrics.into_iter().map(|(name, summary)| Named::new(name, summary)));
        self
    }

    /// The keys of a section: its own and those of the layer that it describes, which may say a key anew.
    pub fn keys_of(&self, section: &Section) -> Vec<KeySpec> {
        let layer = self.layers.iter().find(|layer| layer.table() == section.name);
        let theirs = layer.map_or(&[] as &[KeySpec], |layer| layer.keys);
        let said_anew = |key: &&KeySpec| theirs.iter().any(|other| other.name == key.name);
        section.keys.iter().filter(|key| !said_anew(key)).chain(theirs).copied().collect()
    }

    /// Layers that have keys and a table of their own.
    pub fn layer_tables(&self) -> impl Iterator<Item = &KindSpec> {
        self.layers.iter().filter(|layer| !layer.keys.is_empty() && section(layer.table()).is_none())
    }

    /// The kind of policy of a name.
    pub fn policy(&self, name: &str) -> Option<&KindSpec> {
        self.policies.iter().find(|kind| kind.name == name)
    }

    /// The kind of hazard of a name.
    pub fn hazard(&self, name: &str) -> Option<&KindSpec> {
        self.hazards.iter().find(|kind| kind.name == name)
    }

    /// Everything that can be listed under a word: `policies`, `hazards`, `layers`, `diseases`, `cities`,
    /// `metrics`, `signals`, `tables`; `None` for another word.
    pub fn list(&self, what: &str) -> Option<Vec<Named>> {
        let kinds = |list: &[KindSpec]| list.iter().map(|kind| Named::new(kind.name, kind.summary)).collect();
        Some(match what {
            "policies" => kinds(&self.policies),
            "hazards" => kinds(&self.hazards),
            "layers" => kinds(&self.layers),
            "diseases" => self.diseases.clone(),
            "cities" => self.cities.clone(),
            "metrics" => self.metrics.clone(),
            "signals" => self.signals.iter().map(|signal| Named::new(signal.name, signal.summary)).collect(),
            "tables" => crate::spec::TABLES.iter().map(|(name, about)| Named::new(*name, *about)).collect(),
            _ => return None,
        })
    }
}

/// The table that holds the keys of a layer.
pub fn table_of(layer: &'static str) -> &'static str {
    match layer {
        "epidemic" => "disease",
        "transport" => "movement",
        "digital" => "platform",
        "testing" => "tests",
        "reporting" => "departments",
        other => other,
    }
}

/// What a city's folder says it is; the path of one that can't be read.
fn city_summary(folder: &Path) -> String {
    match citytwin_synthesis::folder::read_about(folder) {
        Ok(about) => format!("{}, {}: {} residents.", about.name, about.country, about.population),
        Err(_) => folder.display().to_string(),
    }
}

/// What a disease file says it is: its first comment line, else its `summary`.
fn caption_of(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix('#') {
        Some(caption) => caption.trim().to_owned(),
        None => {
            let summary = text.lines().find_map(|line| line.trim().strip_prefix("summary"));
            summary.map(|rest| rest.trim_matches([' ', '=', '"']).to_owned()).unwrap_or_default()
        }
    }
}
