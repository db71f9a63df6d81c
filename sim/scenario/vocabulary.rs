//! The words a scenario may use: which policies, hazards, diseases, cities, metrics and signals exist.

use crate::condition::SignalSpec;
use citytwin_engine::KeySpec;
use citytwin_engine::registry::Kind;

/// A kind of policy or hazard with its keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindSpec {
    /// Name after `kind =`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its own keys.
    pub keys: &'static [KeySpec],
}

impl<T: ?Sized> From<&Kind<T>> for KindSpec {
    fn from(kind: &Kind<T>) -> Self {
        Self { name: kind.name, summary: kind.summary, keys: kind.keys }
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
    /// Kinds of layer (listed only; a scenario doesn't name them).
    pub layers: Vec<Named>,
    /// Diseases by name.
    pub diseases: Vec<Named>,
    /// Keys of `[disease]` beside `name` and `r0`: each overrides a number of the disease.
    pub disease_keys: Vec<KeySpec>,
    /// Built-in cities by name.
    pub cities: Vec<Named>,
    /// Metrics.
    pub metrics: Vec<Named>,
    /// Numbers on the board that `when` may ask for.
    pub signals: Vec<SignalSpec>,
}

impl Vocabulary {
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
            "layers" => self.layers.clone(),
            "diseases" => self.diseases.clone(),
            "cities" => self.cities.clone(),
            "metrics" => self.metrics.clone(),
            "signals" => self.signals.iter().map(|signal| Named::new(signal.name, signal.summary)).collect(),
            "tables" => crate::spec::TABLES.iter().map(|(name, about)| Named::new(*name, *about)).collect(),
            _ => return None,
        })
    }
}
