//! Names of the units in which road networks tell lengths, times and speeds.

/// A text such as `mi` or `0.01h` as a number of what `known` measures.
fn measured(text: &str, known: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, unit) = text.split_at(digits);
    let number: f64 = if number.is_empty() { 1.0 } else { number.parse().ok()? };
    let measure = number * known(unit.trim())?;
    (measure.is_finite() && measure > 0.0).then_some(measure)
}

/// Metres of a unit of length: `mi`, `km`, `ft`, `m`, their full names, or a multiple such as `100ft`.
pub fn length_m(text: &str) -> Option<f64> {
    measured(text, |unit| {
        Some(match unit {
            "m" | "meter" | "meters" | "metre" | "metres" => 1.0,
            "ft" | "foot" | "feet" => 0.3048,
            "km" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => 1000.0,
            "mi" | "mile" | "miles" => 1609.344,
            _ => return None,
        })
    })
}

/// Hours of a unit of time: `s`, `min`, `h`, their full names, or a multiple such as `0.01h`.
pub fn time_h(text: &str) -> Option<f64> {
    measured(text, |unit| {
        Some(match unit {
            "s" | "sec" | "second" | "seconds" => 1.0 / 3600.0,
            "min" | "minute" | "minutes" => 1.0 / 60.0,
            "h" | "hr" | "hour" | "hours" => 1.0,
            _ => return None,
        })
    })
}

/// Kilometres per hour of a unit of speed: `km/h`, `mph`, `m/s` or `ft/s`, and other spellings of them.
pub fn speed_kmh(text: &str) -> Option<f64> {
    measured(text, |unit| {
        Some(match unit {
            "kph" | "km/h" | "kmh" | "kmph" => 1.0,
            "mph" | "mi/h" => 1.609_344,
            "m/s" | "mps" => 3.6,
            "ft/s" | "fps" => 1.097_28,
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_names_and_multiples() {
        assert_eq!(
            (length_m("mi"), length_m("100 ft"), length_m("Miles")),
            (Some(1609.344), Some(30.48), Some(1609.344))
        );
        assert_eq!(
            (time_h("0.01h"), time_h("min"), time_h("30s")),
            (Some(0.01), Some(1.0 / 60.0), Some(30.0 / 3600.0))
        );
        assert_eq!((speed_kmh("MPH"), speed_kmh("m/s")), (Some(1.609_344), Some(3.6)));
        for bad in ["", "furlong", "0km", "-1km", "1..km", "99999e99km", "é", "1é"] {
            assert_eq!(length_m(bad), None, "{bad}");
        }
    }
}
