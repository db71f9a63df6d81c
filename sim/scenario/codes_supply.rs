//! What the codes of goods and their deliveries mean.

use crate::codes::{CodeSpec, code};

/// The codes that policies about goods give.
pub const SUPPLY_CODES: &[CodeSpec] = &[code(
    "E120",
    "couriers who would be back before they set out",
    "Couriers of group buying set out at the hour `begins` and are back by the hour `ends` of the same day.",
    "wrong: begins = 12 with ends = 9\nright: begins = 8 with ends = 20",
)];
