//! A condition on a number that the board knows, as people write it: `icu_occupancy > 80 %`.

use citytwin_engine::SignalSpec;
use citytwin_engine::suggest::did_you_mean;
use citytwin_engine::trigger::{Comparison, Condition};
use citytwin_engine::unit::Unit;
use citytwin_world::problem::Problem;

const SYMBOLS: [(&str, Comparison); 4] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];

/// Reads `signal > value` with one of the signals; the bound is in the signal's unit.
///
/// # Errors
/// No condition (`E015`), an unknown signal (`E016`), a wrong unit (`E009`).
pub fn parse(text: &str, signals: &[SignalSpec]) -> Result<Condition, Problem> {
    let shape = || {
        Problem::error("E015", format!("`{text}` is not a condition"))
            .help("write a signal, one of > >= < <=, and a number, like \"icu_occupancy > 80 %\"")
    };
    let (name, rest) = text.split_at(text.find(['<', '>']).ok_or_else(shape)?);
    let (comparison, bound) = SYMBOLS
        .into_iter()
        .find_map(|(symbol, comparison)| rest.strip_prefix(symbol).map(|bound| (comparison, bound)))
        .ok_or_else(shape)?;
    let (name, bound) = (name.trim(), bound.trim());
    if name.is_empty() || bound.is_empty() {
        return Err(shape());
    }
    let Some(signal) = signals.iter().find(|signal| signal.name == name) else {
        let names: Vec<&str> = signals.iter().map(|signal| signal.name).collect();
        let problem = Problem::error("E016", format!("unknown signal `{name}`")).label("not on the board");
        return Err(match did_you_mean(name, &names) {
            Some(suggestion) => problem.help(suggestion),
            None => problem,
        });
    };
    let bound = signal.unit.read(signal.name, bound).map_err(|_| {
        Problem::error("E009", format!("`{name}` is compared with {}, not `{bound}`", signal.unit.name()))
            .label("wrong unit")
            .help(format!("write it like {}", signal.unit.example().trim_matches('"')))
    })?;
    Ok(Condition { signal: signal.name.to_owned(), comparison, bound })
}

/// A condition as it is written, with its unit.
pub fn show(condition: &Condition, signals: &[SignalSpec]) -> String {
    let unit =
        signals.iter().find(|signal| signal.name == condition.signal).map_or(Unit::Number, |one| one.unit);
    let symbol = SYMBOLS.iter().find(|(_, comparison)| *comparison == condition.comparison);
    let symbol = symbol.map_or("", |(symbol, _)| symbol);
    format!("{} {symbol} {}", condition.signal, unit.show(condition.bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNALS: &[SignalSpec] = &[
        SignalSpec { name: "icu_occupancy", unit: Unit::Ratio, summary: "ICU beds in use" },
        SignalSpec { name: "cases", unit: Unit::PerDay, summary: "cases reported" },
    ];

    #[test]
    fn conditions_are_read_and_shown() {
        let condition = parse("icu_occupancy > 80 %", SIGNALS).expect("a condition");
        assert_eq!((condition.bound, condition.comparison), (0.8, Comparison::Above));
        assert_eq!(show(&condition, SIGNALS), "icu_occupancy > 80 %");
        assert_eq!(parse("cases>=20 /d", SIGNALS).map(|condition| condition.bound), Ok(20.0));
    }

    #[test]
    fn wrong_conditions_say_why() {
        let code = |text: &str| parse(text, SIGNALS).map_err(|problem| problem.code);
        assert_eq!(code("icu_ocupancy > 80 %").err(), Some("E016"));
        assert_eq!(code("icu_occupancy > 80 h").err(), Some("E009"));
        for odd in ["", ">", "icu_occupancy", "icu_occupancy >", "> 3", "icu_occupancy = 3"] {
            assert_eq!(code(odd).err(), Some("E015"), "{odd}");
        }
    }
}
