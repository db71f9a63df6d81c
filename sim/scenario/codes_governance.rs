//! What the codes of data sharing mean.

use crate::codes::{CodeSpec, code};

/// The codes of the responsibility list.
pub(crate) const GOVERNANCE_CODES: &[CodeSpec] = &[
    code(
        "E100",
        "no clause of a responsibility list",
        "After the two departments an entry may say which records it is about, and after semicolons how late they come, \
         from when on, for what purpose, and how long they are kept.",
        "wrong: pairs = [\"schools > health_commission; soon\"]\n\
         right: pairs = [\"schools > health_commission; latency 6 h; keep 14 d\"]",
    ),
    code(
        "E101",
        "no such kind of record",
        "An entry of a responsibility list names a kind of record that no department makes.",
        "wrong: pairs = [\"schools > health_commission: marks\"]\n\
         right: pairs = [\"schools > health_commission: symptom_report\"]",
    ),
    code(
        "E102",
        "no such purpose",
        "Shared records may be used to make codes (`code`), to order people home (`isolation`) and to trace contacts \
         (`tracing`).",
        "wrong: pairs = [\"schools > health_commission; for fun\"]\n\
         right: pairs = [\"schools > health_commission; for code\"]",
    ),
];
