//! The checked values of one table of a scenario.

use crate::key::{Content, KeySpec, Preset, Raw, Value};
use crate::moment::Moment;
use crate::unit::Unit;
use citytwin_world::calendar::Date;
use citytwin_world::kinds::PlaceKind;
use citytwin_world::problem::{Problem, Problems};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The key's own default.
    Preset,
    /// A scenario file.
    File(String),
    /// The command line.
    Flag,
}

#[derive(Debug, Clone)]
struct Entry {
    key: KeySpec,
    value: Option<Value>,
    origin: Origin,
}

/// The checked values of one table, each in the unit of its key.
///
/// A getter asked for a key that isn't declared, or isn't of that sort, notes the miss for [`Params::misses`] and
/// gives a neutral value (0, false, empty): a fault of the program, found by the tests of every list of kinds.
#[derive(Debug, Clone, Default)]
pub struct Params {
    entries: Vec<Entry>,
    misses: Arc<Mutex<Vec<String>>>,
}

impl Params {
    /// All keys at their defaults.
    pub fn presets(keys: &[KeySpec]) -> Self {
        let entries = keys
            .iter()
            .map(|key| Entry { key: *key, value: key.preset_value(), origin: Origin::Preset })
            .collect();
        Self { entries, misses: Arc::default() }
    }

    /// Defaults with some values written as in a file (`("delay", "48 h")`, `("places", "[mall, shop]")`).
    ///
    /// # Errors
    /// All values that are wrong and all keys that aren't declared (`E007`).
    pub fn written(keys: &[KeySpec], values: &[(&str, &str)]) -> Result<Self, Problems> {
        let mut params = Self::presets(keys);
        let mut problems = Problems::new();
        for (name, text) in values {
            let Some(key) = keys.iter().find(|key| key.name == *name) else {
                problems.push(Problem::error("E007", format!("unknown key `{name}`")));
                continue;
            };
            if let Some(value) = problems.keep(key.check(&plain_raw(text, key.unit))) {
                params.set(key, value, Origin::Flag);
            }
        }
        problems.or_value(params).map(|(params, _)| params)
    }

    /// Sets a checked value; the key is added if it isn't there.
    pub fn set(&mut self, key: &KeySpec, value: Value, origin: Origin) {
        let entry = Entry { key: *key, value: Some(value), origin };
        match self.entries.iter_mut().find(|entry| entry.key.name == key.name) {
            Some(place) => *place = entry,
            None => self.entries.push(entry),
        }
    }

    /// The values of some of the keys, those of a kind without those that all kinds share.
    #[must_use]
    pub fn of(&self, keys: &[KeySpec]) -> Self {
        let mut part = Self::presets(keys);
        for entry in &mut part.entries {
            if let Some(ours) = self.entries.iter().find(|ours| ours.key.name == entry.key.name) {
                *entry = ours.clone();
            }
        }
        part
    }

    /// Every key with its value (`None` where unset) and where it comes from, in the order declared.
    pub fn iter(&self) -> impl Iterator<Item = (&KeySpec, Option<&Value>, &Origin)> {
        self.entries.iter().map(|entry| (&entry.key, entry.value.as_ref(), &entry.origin))
    }

    /// Whether a key has a value, its own or the default.
    pub fn is_set(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// What getters asked for that isn't declared so; empty in a correct program.
    pub fn misses(&self) -> Vec<String> {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A number in the key's unit (a share as 0.3); 0 where unset.
    pub fn f64(&self, key: &str) -> f64 {
        self.opt_f64(key).unwrap_or(0.0)
    }

    /// A number in the key's unit, or `None` where unset.
    pub fn opt_f64(&self, key: &str) -> Option<f64> {
        self.get(key, "a number", |value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
    }

    /// A number in the key's unit, rounded and held within 0 and the greatest `u32`; 0 where unset.
    pub fn u32(&self, key: &str) -> u32 {
        self.f64(key).round() as u32
    }

    /// A number in the key's unit, rounded and held within 0 and the greatest `u64`; 0 where unset.
    pub fn u64(&self, key: &str) -> u64 {
        self.f64(key).round() as u64
    }

    /// True or false; false where unset.
    pub fn bool(&self, key: &str) -> bool {
        let read = |value: &Value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        };
        self.get(key, "true or false", read).unwrap_or(false)
    }

    /// Words or a path; empty where unset.
    pub fn text(&self, key: &str) -> String {
        let read = |value: &Value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.get(key, "text", read).unwrap_or_default()
    }

    /// A date, or `None` where unset.
    pub fn date(&self, key: &str) -> Option<Date> {
        self.get(key, "a date", |value| match value {
            Value::Date(date) => Some(*date),
            _ => None,
        })
    }

    /// A time of the run, or `None` where unset.
    pub fn moment(&self, key: &str) -> Option<Moment> {
        self.get(key, "a moment", |value| match value {
            Value::Moment(moment) => Some(*moment),
            _ => None,
        })
    }

    /// A list of words or paths; empty where unset.
    pub fn list(&self, key: &str) -> Vec<String> {
        let read = |value: &Value| match value {
            Value::List(items) => items
                .iter()
                .map(|item| match item {
                    Value::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        self.get(key, "a list of words", read).unwrap_or_default()
    }

    /// A list of numbers in the key's unit; empty where unset.
    pub fn list_f64(&self, key: &str) -> Vec<f64> {
        let read = |value: &Value| match value {
            Value::List(items) => items
                .iter()
                .map(|item| match item {
                    Value::Number(number) => Some(*number),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        self.get(key, "a list of numbers", read).unwrap_or_default()
    }

    /// Kinds of place, of one word or a list; empty where unset.
    pub fn place_kinds(&self, key: &str) -> Vec<PlaceKind> {
        let read = |value: &Value| match value {
            Value::Text(name) => PlaceKind::parse(name).map(|kind| vec![kind]),
            Value::List(items) => items
                .iter()
                .map(|item| match item {
                    Value::Text(name) => PlaceKind::parse(name),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        self.get(key, "kinds of place", read).unwrap_or_default()
    }

    fn value(&self, key: &str) -> Option<&Value> {
        match self.entries.iter().find(|entry| entry.key.name == key) {
            Some(entry) => entry.value.as_ref(),
            None => {
                self.miss(format!("key `{key}` isn't declared"));
                None
            }
        }
    }

    fn get<T>(&self, key: &str, wanted: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let got = read(value);
        if got.is_none() {
            self.miss(format!("key `{key}` doesn't hold {wanted}"));
        }
        got
    }

    fn miss(&self, miss: String) {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).push(miss);
    }
}

impl KeySpec {
    /// What is wrong with the declaration itself: no meaning, no source, a default that its own check refuses.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut require = |fine: bool, fault: &str| {
            if !fine {
                faults.push(format!("`{}` {fault}", self.name));
            }
        };
        require(!self.name.is_empty(), "has no name");
        require(!self.summary.is_empty(), "has no summary");
        require(!self.source.is_empty(), "has no source");
        require(self.range.is_none_or(|(least, greatest)| least <= greatest), "has an empty range");
        let has_preset = !matches!(self.default, Preset::Required | Preset::Unset);
        let fits = !has_preset || self.preset_value().is_some_and(|value| self.fits(self.unit, &value));
        require(fits, "has a default that it would refuse");
        faults
    }

    fn fits(&self, unit: Unit, value: &Value) -> bool {
        match (unit, value) {
            (Unit::List(item), Value::List(items)) => items.iter().all(|each| self.fits(*item, each)),
            (Unit::Bool, Value::Bool(_)) | (Unit::Date, Value::Date(_)) => true,
            (Unit::Moment, Value::Moment(_)) | (Unit::Path | Unit::Condition, Value::Text(_)) => true,
            (Unit::Text, Value::Text(text)) => {
                self.choices.is_empty() || self.choices.contains(&text.as_str())
            }
            (Unit::PlaceKind, Value::Text(text)) => PlaceKind::parse(text).is_some(),
            (_, Value::Number(number)) => {
                let inside = self.range.is_none_or(|(least, greatest)| (least..=greatest).contains(number));
                unit.dimension().is_some() && number.is_finite() && inside
            }
            _ => false,
        }
    }
}

/// A value of a flag or a test, which has no quotes to tell words from numbers: the key's unit decides.
pub fn plain_raw(text: &str, unit: Unit) -> Raw {
    let text = text.trim();
    let unquoted = |part: &str| part.trim().trim_matches(['"', '\'']).to_owned();
    let content = match unit {
        Unit::Bool if text == "true" || text == "false" => Content::Bool(text == "true"),
        Unit::List(item) => {
            let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
            let parts = inner.split(',').filter(|part| !part.trim().is_empty());
            Content::List(parts.map(|part| plain_raw(&unquoted(part), *item)).collect())
        }
        _ => Content::Text(unquoted(text)),
    };
    Raw { content, span: 0..0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[KeySpec] = &[
        KeySpec::new("delay", Unit::Hours)
            .default(24.0)
            .range(0.0, 240.0)
            .about("Delay.")
            .source("assumption"),
        KeySpec::new("share", Unit::Ratio).default(0.5).range(0.0, 1.0).about("Share.").source("assumption"),
        KeySpec::new("places", Unit::List(&Unit::PlaceKind))
            .words(&["mall"])
            .about("Where.")
            .source("assumption"),
        KeySpec::new("mode", Unit::Text)
            .text("soft")
            .choices(&["soft", "hard"])
            .about("How.")
            .source("assumption"),
        KeySpec::new("strict", Unit::Bool).flag(true).about("Whether.").source("assumption"),
        KeySpec::new("limit", Unit::Persons).about("How many.").source("assumption"),
    ];

    #[test]
    fn presets_fit_themselves_and_are_read_back() {
        for key in KEYS {
            assert_eq!(key.faults(), Vec::<String>::new());
        }
        let params = Params::presets(KEYS);
        assert_eq!((params.f64("delay"), params.f64("share"), params.bool("strict")), (24.0, 0.5, true));
        assert_eq!(params.place_kinds("places"), vec![PlaceKind::Mall]);
        assert_eq!(params.opt_f64("limit"), None);
        assert!(params.misses().is_empty());
    }

    #[test]
    fn a_wrong_ask_is_noted_and_harmless() {
        let params = Params::presets(KEYS);
        assert_eq!((params.f64("dely"), params.u32("mode"), params.text("share")), (0.0, 0, String::new()));
        assert_eq!(params.misses().len(), 3);
        let bad = KeySpec::new("odd", Unit::Ratio).default(3.0).range(0.0, 1.0).about("Odd.").source("none");
        assert_eq!(bad.faults().len(), 1);
    }

    #[test]
    fn written_values_are_checked_together() {
        let params =
            Params::written(KEYS, &[("delay", "2 d"), ("places", "[mall, \"hospital\"]"), ("limit", "7")]);
        let params = params.expect("all fine");
        assert_eq!((params.f64("delay"), params.u32("limit"), params.list("places").len()), (48.0, 7, 2));
        let wrong = [
            ("delay", "300 h"),
            ("delay", "7"),
            ("delay", "7 km"),
            ("share", "30"),
            ("places", "mal"),
            ("mode", "sofft"),
            ("strict", "yes"),
            ("limit", "1.5"),
            ("nothing", "1"),
        ];
        let codes =
            Params::written(KEYS, &wrong).map_err(|all| all.iter().map(|one| one.code).collect::<Vec<_>>());
        let wanted = vec!["E010", "E009", "E009", "E010", "E012", "E011", "E008", "E013", "E007"];
        assert_eq!(codes.err(), Some(wanted));
    }
}
