//! Units of scenario values: `48 h`, `1.5 m` and `30 %` become numbers in the unit that a key asks for.

/// What sort of value a key holds and, for a number, the unit it's kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A pure number.
    Number,
    /// A share; kept as 0.3, written `0.3` or `30 %`.
    Ratio,
    /// A whole number of things.
    Count,
    /// A whole number of persons.
    Persons,
    /// A whole number of beds.
    Beds,
    /// A duration in seconds.
    Seconds,
    /// A duration in minutes.
    Minutes,
    /// A duration in hours.
    Hours,
    /// A duration in days.
    Days,
    /// A length in metres.
    Metres,
    /// A length in kilometres.
    Kilometres,
    /// A speed in kilometres per hour.
    KmPerHour,
    /// So many an hour.
    PerHour,
    /// So many a day.
    PerDay,
    /// Words; with choices in the key, one of these.
    Text,
    /// `true` or `false`.
    Bool,
    /// A calendar date, `2020-01-20`.
    Date,
    /// A time of the run: `day 20`, `day 20 08:00`, `2020-02-09`.
    Moment,
    /// A file or folder, relative to the scenario file.
    Path,
    /// Comparisons of what the board says: `icu_occupancy > 80 % and not known_cases < 100`.
    Condition,
    /// A kind of place, such as `mall`.
    PlaceKind,
    /// Several of these in square brackets.
    List(&'static Unit),
}

/// What a number measures, so that `48 h` fits a key in days and `48 m` doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// A pure number or a count.
    Plain,
    /// A share of a whole.
    Ratio,
    /// Persons.
    Persons,
    /// Beds.
    Beds,
    /// A duration; base unit the second.
    Time,
    /// A length; base unit the metre.
    Length,
    /// A speed; base unit the kilometre per hour.
    Speed,
    /// A rate; base unit one per day.
    Rate,
}

impl Dimension {
    /// What it's called in a message.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "a plain number",
            Self::Ratio => "a share",
            Self::Persons => "a number of persons",
            Self::Beds => "a number of beds",
            Self::Time => "a duration",
            Self::Length => "a length",
            Self::Speed => "a speed",
            Self::Rate => "a rate",
        }
    }
}

const DAY_S: f64 = 86_400.0;

/// Every unit word with its dimension and how many base units it is.
const WORDS: &[(&str, Dimension, f64)] = &[
    ("%", Dimension::Ratio, 0.01),
    ("percent", Dimension::Ratio, 0.01),
    ("‰", Dimension::Ratio, 0.001),
    ("persons", Dimension::Persons, 1.0),
    ("person", Dimension::Persons, 1.0),
    ("people", Dimension::Persons, 1.0),
    ("beds", Dimension::Beds, 1.0),
    ("bed", Dimension::Beds, 1.0),
    ("s", Dimension::Time, 1.0),
    ("sec", Dimension::Time, 1.0),
    ("second", Dimension::Time, 1.0),
    ("seconds", Dimension::Time, 1.0),
    ("min", Dimension::Time, 60.0),
    ("minute", Dimension::Time, 60.0),
    ("minutes", Dimension::Time, 60.0),
    ("h", Dimension::Time, 3600.0),
    ("hour", Dimension::Time, 3600.0),
    ("hours", Dimension::Time, 3600.0),
    ("d", Dimension::Time, DAY_S),
    ("day", Dimension::Time, DAY_S),
    ("days", Dimension::Time, DAY_S),
    ("week", Dimension::Time, 7.0 * DAY_S),
    ("weeks", Dimension::Time, 7.0 * DAY_S),
    ("mm", Dimension::Length, 0.001),
    ("cm", Dimension::Length, 0.01),
    ("m", Dimension::Length, 1.0),
    ("metre", Dimension::Length, 1.0),
    ("metres", Dimension::Length, 1.0),
    ("meter", Dimension::Length, 1.0),
    ("meters", Dimension::Length, 1.0),
    ("km", Dimension::Length, 1000.0),
    ("kilometre", Dimension::Length, 1000.0),
    ("kilometres", Dimension::Length, 1000.0),
    ("km/h", Dimension::Speed, 1.0),
    ("kmh", Dimension::Speed, 1.0),
    ("m/s", Dimension::Speed, 3.6),
];

/// Why a number with a unit could not be read in the unit asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitError {
    /// It doesn't begin with a number.
    NotANumber,
    /// The unit is no known word.
    UnknownUnit(String),
    /// The unit measures something else.
    WrongDimension(String, Dimension),
    /// A duration, length, speed or rate without a unit, in a key whose name doesn't say it either.
    NoUnit,
}

impl Unit {
    /// What it measures; `None` where it's no number.
    pub const fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Self::Number | Self::Count => Dimension::Plain,
            Self::Ratio => Dimension::Ratio,
            Self::Persons => Dimension::Persons,
            Self::Beds => Dimension::Beds,
            Self::Seconds | Self::Minutes | Self::Hours | Self::Days => Dimension::Time,
            Self::Metres | Self::Kilometres => Dimension::Length,
            Self::KmPerHour => Dimension::Speed,
            Self::PerHour | Self::PerDay => Dimension::Rate,
            _ => return None,
        })
    }

    /// Whether the value must be whole.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Count | Self::Persons | Self::Beds)
    }

    /// How many base units of its dimension one of it is.
    const fn scale(self) -> f64 {
        match self {
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
            Self::Days => DAY_S,
            Self::Kilometres => 1000.0,
            Self::PerHour => 24.0,
            _ => 1.0,
        }
    }

    /// The unit as written after a number, empty for pure numbers and everything that's no number.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Ratio => "%",
            Self::Persons => "persons",
            Self::Beds => "beds",
            Self::Seconds => "s",
            Self::Minutes => "min",
            Self::Hours => "h",
            Self::Days => "d",
            Self::Metres => "m",
            Self::Kilometres => "km",
            Self::KmPerHour => "km/h",
            Self::PerHour => "/h",
            Self::PerDay => "/d",
            _ => "",
        }
    }

    /// What a value of it is, in words, such as "a duration in hours".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Ratio => "a share between 0 and 1, or a percentage",
            Self::Count => "a whole number",
            Self::Persons => "a number of persons",
            Self::Beds => "a number of beds",
            Self::Seconds => "a duration in seconds",
            Self::Minutes => "a duration in minutes",
            Self::Hours => "a duration in hours",
            Self::Days => "a duration in days",
            Self::Metres => "a length in metres",
            Self::Kilometres => "a length in kilometres",
            Self::KmPerHour => "a speed in km/h",
            Self::PerHour => "a number per hour",
            Self::PerDay => "a number per day",
            Self::Text => "text",
            Self::Bool => "true or false",
            Self::Date => "a date",
            Self::Moment => "a time of the run",
            Self::Path => "a file or folder",
            Self::Condition => "a condition",
            Self::PlaceKind => "a kind of place",
            Self::List(item) => match item {
                Self::PlaceKind => "a list of kinds of place",
                Self::Text => "a list of words",
                Self::Path => "a list of files",
                _ => "a list of numbers",
            },
        }
    }

    /// A value as it may stand in a scenario file, for messages.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Number => "2.5",
            Self::Ratio => "\"30 %\"",
            Self::Count | Self::Persons | Self::Beds => "100",
            Self::Seconds => "\"15 s\"",
            Self::Minutes => "\"30 min\"",
            Self::Hours => "\"48 h\"",
            Self::Days => "\"10 d\"",
            Self::Metres => "\"1.5 m\"",
            Self::Kilometres => "\"3 km\"",
            Self::KmPerHour => "\"30 km/h\"",
            Self::PerHour => "\"60 /h\"",
            Self::PerDay => "\"500 /d\"",
            Self::Text => "\"words\"",
            Self::Bool => "true",
            Self::Date => "2020-01-20",
            Self::Moment => "\"day 20\"",
            Self::Path => "\"folder/file.toml\"",
            Self::Condition => "\"icu_occupancy > 80 %\"",
            Self::PlaceKind => "\"mall\"",
            Self::List(item) => match item {
                Self::PlaceKind => "[\"mall\", \"hospital\"]",
                Self::Text | Self::Path => "[\"a\", \"b\"]",
                Self::Ratio => "[\"10 %\", \"30 %\"]",
                _ => "[1, 2]",
            },
        }
    }

    /// Whether a key's name ends with this unit (`days`, `delay_min`), so that a bare number is clear.
    pub fn is_named_in(self, key: &str) -> bool {
        let endings: &[&str] = match self {
            Self::Seconds => &["_s", "seconds"],
            Self::Minutes => &["_min", "minutes"],
            Self::Hours => &["_h", "hours"],
            Self::Days => &["_d", "days"],
            Self::Metres => &["_m", "metres"],
            Self::Kilometres => &["_km", "kilometres"],
            Self::KmPerHour => &["_kmh", "_km_h"],
            Self::PerHour => &["_per_hour", "_per_h"],
            Self::PerDay => &["_per_day", "_per_d"],
            _ => return true,
        };
        endings.iter().any(|ending| key.ends_with(ending))
    }

    /// Reads a number with its unit and gives it in this unit; a bare number is already in it.
    ///
    /// # Errors
    /// Why it can't be read. A bare number for a duration, length, speed or rate is [`UnitError::NoUnit`]
    /// unless the name of the key says the unit.
    pub fn read(self, key: &str, text: &str) -> Result<f64, UnitError> {
        let (number, word) = split_quantity(text).ok_or(UnitError::NotANumber)?;
        let wanted = self.dimension().ok_or(UnitError::NotANumber)?;
        if word.is_empty() {
            return if self.is_named_in(key) { Ok(number) } else { Err(UnitError::NoUnit) };
        }
        let (dimension, base) = base_of(word).ok_or_else(|| UnitError::UnknownUnit(word.to_owned()))?;
        if dimension != wanted {
            return Err(UnitError::WrongDimension(word.to_owned(), dimension));
        }
        // The exact case stays exact: 48 h in hours is 48, not 48 times 3600 over 3600.
        let scale = self.scale();
        let value = if base >= scale { number * (base / scale) } else { number / (scale / base) };
        if value.is_finite() { Ok(value) } else { Err(UnitError::NotANumber) }
    }

    /// Every unit word that fits this unit, for "did you mean".
    pub fn words(self) -> Vec<&'static str> {
        let wanted = self.dimension();
        WORDS.iter().filter(|(_, dimension, _)| Some(*dimension) == wanted).map(|(word, ..)| *word).collect()
    }

    /// A number in this unit as it may be written in a file: `48 h`, `30 %`.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Ratio => format!("{} %", tidy(value * 100.0)),
            _ if self.symbol().is_empty() => tidy(value),
            _ => format!("{} {}", tidy(value), self.symbol()),
        }
    }
}

/// A number without the noise of binary fractions (30 rather than 30.000000000000004).
fn tidy(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let digits = (11 - value.abs().log10().floor() as i32).clamp(0, 300) as usize;
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Splits `48 h` into 48 and `h`; underscores may group digits. `None` if it doesn't begin with a finite number.
pub fn split_quantity(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let mut end = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(end) {
        let exponent = matches!(byte, b'e' | b'E')
            && end > 0
            && bytes.get(end + 1).is_some_and(|next| next.is_ascii_digit() || matches!(next, b'+' | b'-'));
        let sign =
            matches!(byte, b'+' | b'-') && (end == 0 || matches!(bytes.get(end - 1), Some(b'e' | b'E')));
        if !(byte.is_ascii_digit() || matches!(byte, b'.' | b'_') || exponent || sign) {
            break;
        }
        end += 1;
    }
    let number: f64 = text.get(..end)?.replace('_', "").parse().ok()?;
    number.is_finite().then_some((number, text.get(end..)?.trim()))
}

/// Dimension and size in base units of a unit word; rates are any noun `/h` or `per day`.
fn base_of(word: &str) -> Option<(Dimension, f64)> {
    let found = WORDS.iter().find(|(name, ..)| *name == word);
    if let Some((_, dimension, base)) = found {
        return Some((*dimension, *base));
    }
    let (_, time) = word
        .split_once('/')
        .or_else(|| word.strip_prefix("per ").map(|time| ("", time)))
        .or_else(|| word.split_once(" per "))?;
    match WORDS.iter().find(|(name, ..)| *name == time.trim()) {
        Some((_, Dimension::Time, seconds)) => Some((Dimension::Rate, DAY_S / seconds)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_in_the_unit_of_the_key() {
        assert_eq!(Unit::Hours.read("delay", "48 h"), Ok(48.0));
        assert_eq!(Unit::Hours.read("delay", "2 d"), Ok(48.0));
        assert_eq!(Unit::Days.read("delay", "36h"), Ok(1.5));
        assert_eq!(Unit::Minutes.read("delay", "1.5 hours"), Ok(90.0));
        assert_eq!(Unit::Metres.read("distance", "1.5 m"), Ok(1.5));
        assert_eq!(Unit::Ratio.read("share", "30 %"), Ok(0.3));
        assert_eq!(Unit::Ratio.read("share", "0.3"), Ok(0.3));
        assert_eq!(Unit::Persons.read("first", "1_000 persons"), Ok(1000.0));
        assert_eq!(Unit::PerHour.read("rate", "12 scans/min"), Ok(720.0));
        assert_eq!(Unit::PerDay.read("rate", "3 tests per day"), Ok(3.0));
        assert_eq!(Unit::Number.read("r0", "2.5e0"), Ok(2.5));
        assert_eq!(Unit::Days.read("days", "120"), Ok(120.0));
    }

    #[test]
    fn a_wrong_unit_says_why() {
        assert_eq!(Unit::Hours.read("delay", "48"), Err(UnitError::NoUnit));
        assert_eq!(Unit::Hours.read("delay", "x"), Err(UnitError::NotANumber));
        assert_eq!(Unit::Hours.read("delay", "4 hrs"), Err(UnitError::UnknownUnit("hrs".into())));
        assert_eq!(
            Unit::Hours.read("delay", "4 m"),
            Err(UnitError::WrongDimension("m".into(), Dimension::Length))
        );
        for odd in ["", " ", "-", "+", ".", "e5", "1e999", "nan", "inf", "--1", "1,5 m", "١ h", "1e+"] {
            assert!(Unit::Hours.read("delay_h", odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn shown_values_are_tidy_and_read_back() {
        assert_eq!(Unit::Ratio.show(0.3), "30 %");
        assert_eq!(Unit::Hours.show(48.0), "48 h");
        assert_eq!(Unit::Number.show(0.000_012_5), "0.0000125");
        assert_eq!(Unit::Number.show(0.0), "0");
        assert_eq!(Unit::Persons.show(1_000_000.0), "1000000 persons");
    }
}
