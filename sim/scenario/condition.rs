//! Conditions on numbers that the board knows, as people write them: `icu_occupancy > 80 % and not (…)`.

use citytwin_engine::SignalSpec;
use citytwin_engine::suggest::{did_you_mean, nearest};
use citytwin_engine::trigger::{Comparison, Condition};
use citytwin_engine::unit::Unit;
use citytwin_world::problem::{Problem, Problems};
use std::ops::Range;

/// Conditions as they may be written, for editors.
pub const EXAMPLES: &[&str] = &[
    "icu_occupancy > 80 %",
    "known_cases_per_100k > 20 and (icu_occupancy > 50 % or not test_positivity < 5 %)",
];

/// Brackets and `not` in one another that are followed; nobody writes more.
const DEPTH_MAX: usize = 32;

const SYMBOLS: [(&str, Comparison); 4] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];

/// Words that join comparisons.
const JOINTS: [&str; 3] = ["and", "or", "not"];

/// Reads comparisons `signal > value`, alone or joined by `and`, `or`, `not` and round brackets; `not` binds closest,
/// then `and`, then `or`. Bounds are in their signals' units.
///
/// # Errors
/// Each with its bytes of `text`: no condition (`E015`; the first such mistake ends the reading), an unknown signal
/// (`E016`), a wrong unit (`E009`).
pub fn parse(text: &str, signals: &[SignalSpec]) -> Result<Condition, Problems> {
    let mut reader = Reader { text, at: 0, depth: 0, signals, problems: Problems::new() };
    let condition = reader.any();
    if condition.is_some() && !reader.rest().is_empty() {
        reader.not_joined();
    }
    match condition {
        Some(condition) if reader.problems.is_empty() => Ok(condition),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Byte up to which the text is read.
    at: usize,
    depth: usize,
    signals: &'a [SignalSpec],
    problems: Problems,
}

/// Each step gives `None` once the text can't be followed any further, which it has told then.
impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self) -> Option<Condition> {
        self.depth += 1;
        let begin = self.begin();
        if self.depth > DEPTH_MAX {
            return self.stop("nested too deeply", "say it with fewer brackets", begin..begin + 1);
        }
        let condition = if self.takes_word("not") {
            Condition::Not(Box::new(self.one()?))
        } else if self.takes("(") {
            let inner = self.any()?;
            if !self.takes(")") {
                if !self.rest().is_empty() {
                    return self.not_joined();
                }
                return self.stop(
                    "this bracket is never closed",
                    "write `)` behind its part",
                    begin..begin + 1,
                );
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Some(condition)
    }

    fn comparison(&mut self) -> Option<Condition> {
        let begin = self.begin();
        let name = self.word();
        if name.is_empty() || JOINTS.contains(&name) {
            return self.no_comparison(begin, name);
        }
        self.at = begin + name.len();
        let sign = self.begin();
        let Some((symbol, comparison)) = SYMBOLS.into_iter().find(|(symbol, _)| self.takes(symbol)) else {
            let odd: &str = leading(self.rest(), |letter| "=!≥≤≠".contains(letter));
            return match odd {
                "" => {
                    let help = format!("write `{name}`, one of > >= < <=, and a number");
                    self.stop("compared with nothing", help, begin..begin + name.len())
                }
                _ => self.stop("no sign that compares", "write one of > >= < <=", sign..sign + odd.len()),
            };
        };
        let bound = self.bound();
        if bound.is_empty() {
            return self.stop(
                "a number is missing behind this",
                "like `> 20` or `> 80 %`",
                sign..sign + symbol.len(),
            );
        }
        let bound_at = self.begin();
        self.at = bound_at + bound.len();
        let signal = self.signal(name, begin);
        let bound = signal.map_or(Some(0.0), |signal| self.number(signal, bound, bound_at));
        Some(Condition::Compare { signal: name.to_owned(), comparison, bound: bound.unwrap_or_default() })
    }

    fn signal(&mut self, name: &str, begin: usize) -> Option<&'a SignalSpec> {
        let found = self.signals.iter().find(|signal| signal.name == name);
        if found.is_none() {
            let names: Vec<&str> = self.signals.iter().map(|signal| signal.name).collect();
            let problem =
                Problem::error("E016", format!("unknown signal `{name}`")).label("not on the board");
            let problem = match did_you_mean(name, &names) {
                Some(suggestion) => problem.help(suggestion),
                None => problem,
            };
            self.problems.push(problem.at(begin..begin + name.len()));
        }
        found
    }

    fn number(&mut self, signal: &SignalSpec, text: &str, begin: usize) -> Option<f64> {
        let read = signal.unit.read(signal.name, text).ok();
        if read.is_none() {
            let message = format!("`{}` is compared with {}, not `{text}`", signal.name, signal.unit.name());
            let help = format!("write it like {}", signal.unit.example().trim_matches('"'));
            let problem = Problem::error("E009", message).label("wrong unit").help(help);
            self.problems.push(problem.at(begin..begin + text.len()));
        }
        read
    }

    /// What stands where a comparison should.
    fn no_comparison(&mut self, begin: usize, name: &str) -> Option<Condition> {
        let like = "write a comparison like `icu_occupancy > 80 %`";
        match self.rest().chars().next() {
            None => self.stop("a comparison is missing at the end", like, begin..begin),
            Some('!') => self.stop("no word that joins", "write `not`", begin..begin + 1),
            Some(_) if !name.is_empty() => {
                self.stop("a comparison is missing before this", like, begin..begin + name.len())
            }
            Some(letter) => {
                self.stop("a comparison should stand here", like, begin..begin + letter.len_utf8())
            }
        }
    }

    /// What stands behind a whole comparison and doesn't join it to another.
    fn not_joined(&mut self) -> Option<Condition> {
        let begin = self.begin();
        let word = self.word();
        let odd = leading(self.rest(), |letter| "&|".contains(letter));
        let (label, help, length) = match self.rest().chars().next() {
            Some(')') => ("this bracket was never opened", "leave it out, or open one before".to_owned(), 1),
            Some('<' | '>') => {
                let help = "compare the signal again: `test_positivity > 5 % and test_positivity < 20 %`";
                ("compared a second time", help.to_owned(), 1)
            }
            Some('&') => ("no word that joins", "write `and`".to_owned(), odd.len()),
            Some('|') => ("no word that joins", "write `or`".to_owned(), odd.len()),
            first if word.is_empty() => {
                let length = first.map_or(0, char::len_utf8);
                ("not joined to what stands before", "write `and` or `or` between them".to_owned(), length)
            }
            _ => match nearest(word, JOINTS) {
                Some(joint) if joint != word => {
                    ("no word that joins", format!("write `{joint}`"), word.len())
                }
                _ => (
                    "not joined to what stands before",
                    "write `and` or `or` between them".to_owned(),
                    word.len(),
                ),
            },
        };
        self.stop(label, help, begin..begin + length)
    }

    fn stop(&mut self, label: &str, help: impl Into<String>, span: Range<usize>) -> Option<Condition> {
        let mut shown: String = self.text.chars().take(100).collect();
        if shown.len() < self.text.len() {
            shown.push('…');
        }
        let problem = Problem::error("E015", format!("`{shown}` is not a condition"));
        self.problems.push(problem.label(label).help(help).at(span));
        None
    }

    /// The first byte from here on that is no space.
    fn begin(&self) -> usize {
        self.text.len() - self.rest().len()
    }

    /// What is still to be read, without the spaces before it.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default().trim_start()
    }

    /// The word that comes next, empty at a sign or a bracket.
    fn word(&self) -> &'a str {
        leading(self.rest(), |letter| !letter.is_whitespace() && !"<>()=!&|≥≤≠".contains(letter))
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at = self.begin() + sign.len();
        }
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.word() == word && self.takes(word)
    }

    /// The text from here up to a bracket, a sign or a word that joins.
    fn bound(&self) -> &'a str {
        let rest = self.rest();
        let mut end = leading(rest, |letter| !"<>()&|".contains(letter)).len();
        let mut from = 0;
        for word in rest.get(..end).unwrap_or_default().split_whitespace() {
            let begin = rest.get(from..).and_then(|text| text.find(word)).map_or(from, |at| from + at);
            if JOINTS.iter().any(|joint| word.eq_ignore_ascii_case(joint)) {
                end = begin;
                break;
            }
            from = begin + word.len();
        }
        rest.get(..end).unwrap_or_default().trim_end()
    }
}

/// The letters that a text begins with and that are so.
fn leading(text: &str, so: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !so(letter)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// A condition as it is written, with units.
pub fn show(condition: &Condition, signals: &[SignalSpec]) -> String {
    let list = |parts: &[Condition], joint: &str| {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Condition::Any(_) | Condition::All(_) => format!("({})", show(part, signals)),
                _ => show(part, signals),
            })
            .collect();
        parts.join(joint)
    };
    match condition {
        Condition::All(parts) => list(parts, " and "),
        Condition::Any(parts) => list(parts, " or "),
        Condition::Not(part) => format!("not {}", list(std::slice::from_ref(part), "")),
        Condition::Compare { signal, comparison, bound } => {
            let unit = signals.iter().find(|one| one.name == signal).map_or(Unit::Number, |one| one.unit);
            let symbol = SYMBOLS.iter().find(|(_, one)| one == comparison).map_or("", |(symbol, _)| symbol);
            format!("{signal} {symbol} {}", unit.show(*bound))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNALS: &[SignalSpec] = &[
        SignalSpec { name: "icu_occupancy", unit: Unit::Ratio, summary: "ICU beds in use" },
        SignalSpec { name: "cases", unit: Unit::PerDay, summary: "cases reported" },
    ];

    fn shown(text: &str) -> String {
        let condition = parse(text, SIGNALS).unwrap_or_else(|problems| panic!("{text}: {problems}"));
        let shown = show(&condition, SIGNALS);
        assert_eq!(parse(&shown, SIGNALS).as_ref(), Ok(&condition), "{shown}");
        shown
    }

    #[test]
    fn conditions_are_read_and_shown() {
        let condition = parse("icu_occupancy > 80 %", SIGNALS).expect("a condition");
        let (signal, comparison) = ("icu_occupancy".to_owned(), Comparison::Above);
        assert_eq!(condition, Condition::Compare { signal, comparison, bound: 0.8 });
        assert_eq!(shown("icu_occupancy > 80 %"), "icu_occupancy > 80 %");
        assert_eq!(shown(" cases>=20/d "), "cases >= 20 /d");
    }

    #[test]
    fn joined_comparisons_bind_as_said() {
        let (i, c) = ("icu_occupancy > 80 %", "cases < 5 /d");
        assert_eq!(shown(&format!("{i} and {c}")), format!("{i} and {c}"));
        assert_eq!(shown(&format!("{c} or {i} and {c} or {i}")), format!("{c} or ({i} and {c}) or {i}"));
        assert_eq!(shown(&format!("({c} or {i})and({c})")), format!("({c} or {i}) and {c}"));
        assert_eq!(shown(&format!("not {i} and {c}")), format!("not {i} and {c}"));
        assert_eq!(shown(&format!("not({i} and not {c})")), format!("not ({i} and not {c})"));
        EXAMPLES.iter().for_each(|text| {
            let problems = parse(text, citytwin_layers::reporting::SIGNALS).err();
            assert_eq!(problems, None, "{text}");
        });
    }

    /// Code, wrong bytes and suggestion of each problem of a text.
    fn told(text: &str) -> Vec<(&'static str, String, String)> {
        let problems = parse(text, SIGNALS).expect_err(text);
        let wrong = |one: &Problem| text.get(one.span.clone().expect("a place")).expect("letters").to_owned();
        problems.iter().map(|one| (one.code, wrong(one), one.help.clone().unwrap_or_default())).collect()
    }

    #[test]
    fn wrong_conditions_say_where_and_what_would_be_right() {
        let i = "icu_occupancy > 80 %";
        for (text, code, wrong, help) in [
            ("", "E015", "", "write a comparison"),
            (">", "E015", ">", "write a comparison"),
            ("icu_occupancy", "E015", "icu_occupancy", "write `icu_occupancy`, one of"),
            ("icu_occupancy >", "E015", ">", "like `> 20`"),
            ("icu_occupancy == 3", "E015", "==", "one of > >= < <="),
            ("icu_occupancy ≥ 3", "E015", "≥", "one of > >= < <="),
            (&format!("{i} &&  cases > 1 /d"), "E015", "&&", "`and`"),
            (&format!("{i} || cases > 1 /d"), "E015", "||", "`or`"),
            (&format!("{i} AND cases > 1 /d"), "E015", "AND", "`and`"),
            (&format!("! {i}"), "E015", "!", "`not`"),
            (&format!("({i} or cases > 1 /d"), "E015", "(", "`)`"),
            (&format!("{i})"), "E015", ")", "leave it out"),
            (&format!("{i} and"), "E015", "", "write a comparison"),
            (&format!("and {i}"), "E015", "and", "write a comparison"),
            (&format!("{i} ({i})"), "E015", "(", "`and` or `or`"),
            ("icu_occupancy > 20 % < 80 %", "E015", "<", "compare the signal again"),
            ("icu_ocupancy > 80 %", "E016", "icu_ocupancy", "did you mean `icu_occupancy`?"),
            ("cases > 1 /d or icu_occupancy > 80 h", "E009", "80 h", "write it like 30 %"),
            (&"(".repeat(90_000), "E015", "(", "fewer"),
            (&"not ".repeat(90_000), "E015", "n", "fewer"),
        ] {
            let told = told(text);
            assert_eq!(told.len(), 1, "{text}: {told:?}");
            let (found, bytes, said) = &told[0];
            assert_eq!((*found, bytes.as_str()), (code, wrong), "{text}");
            assert!(said.contains(help), "{text}: {said}");
        }
        let codes: Vec<_> =
            told("icu > 1 h and cases > 3 km or (caes > 1 /d").iter().map(|one| one.0).collect();
        assert_eq!(codes, ["E016", "E009", "E016", "E015"], "as many as can be told");
    }
}
