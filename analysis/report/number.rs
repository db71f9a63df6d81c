//! Numbers on their way into the page: rounded to what the eye can use, and never "NaN" in JSON.

use serde::{Serialize, Serializer};

/// A number that is written to JSON with at most `DIGITS` significant digits: whole numbers stay whole (all digits),
/// and what is not finite becomes `null`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounded<const DIGITS: i32>(pub f64);

/// Largest whole number that a browser's numbers hold exactly, 2^53.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

impl<const DIGITS: i32> Serialize for Rounded<DIGITS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = round(self.0, DIGITS);
        if !value.is_finite() {
            serializer.serialize_none()
        } else if value.fract() == 0.0 && value.abs() < WHOLE_MAX {
            serializer.serialize_i64(value as i64)
        } else {
            serializer.serialize_f64(value)
        }
    }
}

/// `value` to `digits` significant digits; whole and non-finite numbers come back as they are.
fn round(value: f64, digits: i32) -> f64 {
    if !value.is_finite() || value.fract() == 0.0 {
        return value;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    if places > 300 {
        return 0.0;
    }
    let scale = 10f64.powi(places);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: f64) -> String {
        serde_json::to_string(&Rounded::<4>(value)).unwrap()
    }

    #[test]
    fn keeps_whole_numbers_and_shortens_others() {
        assert_eq!(json(812_935.0), "812935");
        assert_eq!(json(0.123_456), "0.1235");
        assert_eq!(json(1_234.56), "1235");
        assert_eq!(json(-0.000_123_456), "-0.0001235");
        assert_eq!(json(f64::NAN), "null");
        assert_eq!(json(f64::NEG_INFINITY), "null");
        assert_eq!(json(1e-320), "0");
        assert_eq!(json(1e300), "1e+300");
    }
}
