//! A condition on a number: `icu_occupancy > 80 %`.

use crate::suggest::{did_you_mean, nearest};
use crate::unit::Unit;
use citytwin_world::problem::Problem;
use std::fmt;

/// A number that a condition may ask for, as the board knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// Name in conditions.
    pub name: &'static str,
    /// Unit of the number.
    pub unit: Unit,
    /// What it is, in a sentence.
    pub summary: &'static str,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

impl Comparison {
    /// As written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

/// A condition on one signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Name of the signal.
    pub signal: &'static str,
    /// How it compares.
    pub comparison: Comparison,
    /// With what, in the signal's unit.
    pub value: f64,
    /// The signal's unit.
    pub unit: Unit,
}

impl Trigger {
    /// Reads `signal > value` with one of the signals.
    ///
    /// # Errors
    /// No condition (`E015`), an unknown signal (`E016`), a wrong unit (`E009`).
    pub fn parse(text: &str, signals: &[Signal]) -> Result<Self, Problem> {
        let shape = || {
            Problem::error("E015", format!("`{text}` is not a condition"))
                .help("write a signal, one of > >= < <=, and a number, like \"icu_occupancy > 80 %\"")
        };
        let at = text.find(['<', '>']).ok_or_else(shape)?;
        let (name, rest) = text.split_at(at);
        let (comparison, value) = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ]
        .into_iter()
        .find_map(|(symbol, comparison)| rest.strip_prefix(symbol).map(|value| (comparison, value)))
        .ok_or_else(shape)?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || value.is_empty() {
            return Err(shape());
        }
        let Some(signal) = signals.iter().find(|signal| signal.name == name) else {
            let names: Vec<&str> = signals.iter().map(|signal| signal.name).collect();
            let problem = Problem::error("E016", format!("unknown signal `{name}`"));
            return Err(match did_you_mean(name, &names) {
                Some(suggestion) => problem.help(suggestion),
                None => problem,
            });
        };
        let value = signal.unit.read(signal.name, value).map_err(|_| {
            Problem::error("E009", format!("`{name}` is compared with {}, not `{value}`", signal.unit.name()))
                .help(format!("write it like {}", signal.unit.example().trim_matches('"')))
        })?;
        Ok(Self { signal: signal.name, comparison, value, unit: signal.unit })
    }

    /// Whether a number of the signal meets the condition; no number (`NaN`) never does.
    pub fn holds(&self, number: f64) -> bool {
        match self.comparison {
            Comparison::Above => number > self.value,
            Comparison::AtLeast => number >= self.value,
            Comparison::Below => number < self.value,
            Comparison::AtMost => number <= self.value,
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.signal, self.comparison.symbol(), self.unit.show(self.value))
    }
}

/// The signal nearest in name, for programs that complete words.
pub fn nearest_signal(word: &str, signals: &[Signal]) -> Option<&'static str> {
    nearest(word, signals.iter().map(|signal| signal.name))
        .and_then(|name| signals.iter().find(|signal| signal.name == name).map(|signal| signal.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNALS: &[Signal] = &[
        Signal { name: "icu_occupancy", unit: Unit::Ratio, summary: "ICU beds in use" },
        Signal { name: "cases", unit: Unit::PerDay, summary: "cases reported" },
    ];

    #[test]
    fn conditions_are_read_and_hold() {
        let trigger = Trigger::parse("icu_occupancy > 80 %", SIGNALS).expect("a condition");
        assert_eq!((trigger.value, trigger.comparison), (0.8, Comparison::Above));
        assert!(trigger.holds(0.9) && !trigger.holds(0.8) && !trigger.holds(f64::NAN));
        assert_eq!(trigger.to_string(), "icu_occupancy > 80 %");
        assert_eq!(Trigger::parse("cases>=20 /d", SIGNALS).map(|trigger| trigger.value), Ok(20.0));
    }

    #[test]
    fn wrong_conditions_say_why() {
        let code = |text: &str| Trigger::parse(text, SIGNALS).map_err(|problem| problem.code);
        assert_eq!(code("icu_ocupancy > 80 %").err(), Some("E016"));
        assert_eq!(code("icu_occupancy > 80 h").err(), Some("E009"));
        for odd in ["", ">", "icu_occupancy", "icu_occupancy >", "> 3", "icu_occupancy = 3"] {
            assert_eq!(code(odd).err(), Some("E015"), "{odd}");
        }
    }
}
