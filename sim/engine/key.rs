//! What a key of a scenario may hold, and the check of a written value against it.

use crate::moment::Moment;
use crate::suggest::{did_you_mean, listing};
use crate::unit::{Unit, UnitError, split_quantity};
use citytwin_world::calendar::Date;
use citytwin_world::kinds::PlaceKind;
use citytwin_world::problem::Problem;
use std::ops::Range;

/// What a key means when a scenario doesn't set it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preset {
    /// A scenario must set it.
    Required,
    /// It stays unset; the model says what that means.
    Unset,
    /// A number in the key's unit (0.3 for 30 %).
    Number(f64),
    /// Words, a date, a moment, a path or a kind of place.
    Text(&'static str),
    /// True or false.
    Bool(bool),
    /// A list of words or kinds of place.
    Words(&'static [&'static str]),
    /// A list of numbers in the key's unit.
    Numbers(&'static [f64]),
}

/// One key of a table: its name, default, unit, range, choices, meaning and source.
///
/// ```
/// use citytwin_engine::{KeySpec, Unit};
/// const DELAY: KeySpec = KeySpec::new("delay", Unit::Hours)
///     .default(24.0)
///     .range(0.0, 240.0)
///     .about("Time from a positive test to the feed of the health department.")
///     .source("assumption");
/// assert_eq!(DELAY.name, "delay");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeySpec {
    /// Name in the file.
    pub name: &'static str,
    /// Value when a scenario doesn't set it.
    pub default: Preset,
    /// Sort and unit of the value.
    pub unit: Unit,
    /// Least and greatest value, both allowed, in the key's unit; for a list, of each item.
    pub range: Option<(f64, f64)>,
    /// The words allowed; empty for any. For a list, of each item.
    pub choices: &'static [&'static str],
    /// What it means, in a sentence.
    pub summary: &'static str,
    /// Where the default comes from: a publication, a law, or "assumption".
    pub source: &'static str,
}

impl KeySpec {
    /// A key that may stay unset.
    pub const fn new(name: &'static str, unit: Unit) -> Self {
        Self { name, default: Preset::Unset, unit, range: None, choices: &[], summary: "", source: "" }
    }
    /// Sets a number as default, in the key's unit.
    pub const fn default(mut self, value: f64) -> Self {
        self.default = Preset::Number(value);
        self
    }
    /// Sets any other default.
    pub const fn preset(mut self, value: Preset) -> Self {
        self.default = value;
        self
    }
    /// Sets words (or a date, moment, path, kind of place) as default.
    pub const fn text(self, value: &'static str) -> Self {
        self.preset(Preset::Text(value))
    }
    /// Sets true or false as default.
    pub const fn flag(self, value: bool) -> Self {
        self.preset(Preset::Bool(value))
    }
    /// Sets a list of words as default.
    pub const fn words(self, values: &'static [&'static str]) -> Self {
        self.preset(Preset::Words(values))
    }
    /// A scenario must set it.
    pub const fn required(self) -> Self {
        self.preset(Preset::Required)
    }
    /// Sets the least and greatest value allowed, in the key's unit.
    pub const fn range(mut self, least: f64, greatest: f64) -> Self {
        self.range = Some((least, greatest));
        self
    }
    /// Sets the words allowed.
    pub const fn choices(mut self, words: &'static [&'static str]) -> Self {
        self.choices = words;
        self
    }
    /// Sets the meaning.
    pub const fn about(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }
    /// Sets the source of the default.
    pub const fn source(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    /// The default as a value; `None` where there's none, or where it doesn't fit the key's own unit.
    pub fn preset_value(&self) -> Option<Value> {
        Some(match self.default {
            Preset::Required | Preset::Unset => return None,
            Preset::Number(number) => Value::Number(number),
            Preset::Bool(flag) => Value::Bool(flag),
            Preset::Text(text) => self.check(&Raw::text(text)).ok()?,
            Preset::Words(words) => {
                Value::List(words.iter().map(|word| Value::Text((*word).into())).collect())
            }
            Preset::Numbers(numbers) => {
                Value::List(numbers.iter().map(|number| Value::Number(*number)).collect())
            }
        })
    }

    /// The range in words with its unit, or the choices; empty where everything goes.
    pub fn limits(&self) -> String {
        if !self.choices.is_empty() {
            return format!("one of {}", listing(self.choices));
        }
        let item = item_of(self.unit);
        self.range.map_or_else(String::new, |(least, greatest)| {
            format!("from {} to {}", item.show(least), item.show(greatest))
        })
    }

    /// Checks a written value and gives it in the key's unit.
    ///
    /// # Errors
    /// Wrong type (`E008`), unit (`E009`), range (`E010`), choice (`E011`), kind of place (`E012`), not whole
    /// (`E013`), date or moment (`E014`); the span is that of the value, or of the item in a list.
    pub fn check(&self, raw: &Raw) -> Result<Value, Problem> {
        self.check_as(self.unit, raw).map_err(|problem| match problem.span {
            None => problem.at(raw.span.clone()),
            Some(_) => problem,
        })
    }

    fn check_as(&self, unit: Unit, raw: &Raw) -> Result<Value, Problem> {
        match (unit, &raw.content) {
            (Unit::List(item), Content::List(items)) => items
                .iter()
                .map(|each| {
                    self.check_as(*item, each).map_err(|problem| match problem.span {
                        None => problem.at(each.span.clone()),
                        Some(_) => problem,
                    })
                })
                .collect::<Result<_, _>>()
                .map(Value::List),
            (Unit::Bool, Content::Bool(flag)) => Ok(Value::Bool(*flag)),
            (Unit::Text, Content::Text(text)) => self.check_word(text).map(Value::Text),
            (Unit::Path, Content::Text(text)) if text.is_empty() || text.contains('\0') => {
                Err(self.wrong_type(unit, raw))
            }
            (Unit::Path | Unit::Condition, Content::Text(text)) => Ok(Value::Text(text.clone())),
            (Unit::PlaceKind, Content::Text(text)) => check_place_kind(text).map(Value::Text),
            (Unit::Date, Content::Text(text) | Content::Date(text)) => Date::parse(text)
                .map(Value::Date)
                .ok_or_else(|| self.not_a_time(text, "write a date as 2020-01-20")),
            (Unit::Moment, Content::Text(text) | Content::Date(text)) => {
                Moment::parse(text).map(Value::Moment).ok_or_else(|| {
                    self.not_a_time(
                        text,
                        "write `day 20`, `day 20 08:00`, `2020-02-09` or `2020-02-09 08:00`",
                    )
                })
            }
            (_, Content::Text(text)) if unit.dimension().is_some() => self.check_quantity(unit, text),
            (_, Content::Number(number)) if unit.dimension().is_some() => {
                if !unit.is_named_in(self.name) {
                    return Err(self.no_unit(unit, *number));
                }
                self.check_number(unit, *number)
            }
            _ => Err(self.wrong_type(unit, raw)),
        }
    }

    fn check_quantity(&self, unit: Unit, text: &str) -> Result<Value, Problem> {
        let number = unit.read(self.name, text).map_err(|error| match error {
            UnitError::NotANumber => {
                Problem::error("E008", format!("`{}` must be {}, not `{text}`", self.name, unit.name()))
                    .help(format!("write it like {}", unit.example()))
            }
            UnitError::NoUnit => self.no_unit(unit, split_quantity(text).map_or(0.0, |(number, _)| number)),
            UnitError::UnknownUnit(word) => {
                Problem::error("E009", format!("`{}`: unknown unit `{word}`", self.name))
                    .label("not a unit known here")
                    .help(match did_you_mean(&word, &unit.words()) {
                        Some(suggestion) => suggestion,
                        None => format!("write it without a unit, like {}", unit.example()),
                    })
            }
            UnitError::WrongDimension(word, dimension) => Problem::error(
                "E009",
                format!("`{}` must be {}, but `{word}` is {}", self.name, unit.name(), dimension.name()),
            )
            .label("wrong unit")
            .help(format!("write it like {}", unit.example())),
        })?;
        self.check_number(unit, number)
    }

    fn check_number(&self, unit: Unit, number: f64) -> Result<Value, Problem> {
        if !number.is_finite() {
            return Err(Problem::error("E010", format!("`{}` must be a finite number", self.name))
                .help(format!("write it like {}", unit.example())));
        }
        if let Some((least, greatest)) = self.range
            && !(least..=greatest).contains(&number)
        {
            let message = format!("`{}` is {}, out of range", self.name, unit.show(number));
            return Err(Problem::error("E010", message)
                .label(if number < least { "too small" } else { "too large" })
                .help(format!("it may be {}", self.limits())));
        }
        if unit.is_whole() && (number.fract() != 0.0 || number < 0.0) {
            return Err(Problem::error("E013", format!("`{}` must be a whole number from 0", self.name))
                .help(format!("write {}", unit.show(number.round().max(0.0)))));
        }
        Ok(Value::Number(number))
    }

    fn check_word(&self, text: &str) -> Result<String, Problem> {
        if self.choices.is_empty() || self.choices.contains(&text) {
            return Ok(text.to_owned());
        }
        let problem = Problem::error("E011", format!("`{}` cannot be `{text}`", self.name));
        Err(match did_you_mean(text, self.choices) {
            Some(suggestion) => problem.help(suggestion),
            None => problem,
        })
    }

    fn no_unit(&self, unit: Unit, number: f64) -> Problem {
        Problem::error("E009", format!("`{}` needs a unit: it is {}", self.name, unit.name()))
            .label("no unit")
            .help(format!("write \"{}\"", unit.show(number)))
    }

    fn not_a_time(&self, text: &str, help: &str) -> Problem {
        Problem::error("E014", format!("`{}`: `{text}` is not {}", self.name, item_of(self.unit).name()))
            .help(help)
    }

    fn wrong_type(&self, unit: Unit, raw: &Raw) -> Problem {
        Problem::error("E008", format!("`{}` must be {}, not {}", self.name, unit.name(), raw.content.name()))
            .label(format!("this is {}", raw.content.name()))
            .help(format!("write it like {}", unit.example()))
    }
}

/// The unit of the items of a list, or the unit itself.
pub fn item_of(unit: Unit) -> Unit {
    match unit {
        Unit::List(item) => *item,
        other => other,
    }
}

fn check_place_kind(text: &str) -> Result<String, Problem> {
    if PlaceKind::NAMES.contains(&text) {
        return Ok(text.to_owned());
    }
    let problem = Problem::error("E012", format!("unknown kind of place `{text}`")).label("no such kind");
    Err(match did_you_mean(text, PlaceKind::NAMES) {
        Some(suggestion) => problem.help(suggestion),
        None => problem,
    })
}

/// A value as written in a file, with the bytes it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// What is written.
    pub content: Content,
    /// Where; `0..0` for a value that isn't from a file.
    pub span: Range<usize>,
}

/// What is written, before it's checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words in quotes.
    Text(String),
    /// A number without a unit; infinite or no number where the file says so.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A date or a date with a time.
    Date(String),
    /// Values in square brackets.
    List(Vec<Raw>),
    /// A table, which no key of a kind takes.
    Table,
}

impl Content {
    /// What it's called in a message.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table => "a table",
        }
    }
}

impl Raw {
    /// Words that don't come from a file.
    pub fn text(text: &str) -> Self {
        Self { content: Content::Text(text.to_owned()), span: 0..0 }
    }
}

/// A checked value in the unit of its key.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in the key's unit.
    Number(f64),
    /// Words, a path or the name of a kind of place.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A date.
    Date(Date),
    /// A time of the run.
    Moment(Moment),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// The value as it could be written in a file with this unit, for tables of parameters and hashes.
    pub fn show(&self, unit: Unit) -> String {
        match self {
            Self::Number(number) => unit.show(*number),
            Self::Text(text) => text.clone(),
            Self::Bool(flag) => flag.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.to_string(),
            Self::List(items) => {
                let item = item_of(unit);
                let shown: Vec<String> = items.iter().map(|value| value.show(item)).collect();
                format!("[{}]", shown.join(", "))
            }
        }
    }
}
