//! What the codes of data sharing and of checkpoints on streets mean.

use crate::codes::{CodeSpec, code};

/// The codes of checkpoints on streets and of the responsibility list.
pub(crate) const GOVERNANCE_CODES: &[CodeSpec] = &[
    code(
        "E085",
        "no such link",
        "A checkpoint on a street stands at the end of a link for cars; links are numbered as in the table `links`.",
        "right: streets = [\"17\"]\nright: streets = [\"-51.2177 -30.0346\"]",
    ),
    code(
        "E086",
        "neither a link nor a spot",
        "A street is named by the number of a link, by a longitude and a latitude in degrees, or as `middle`, the one amid \
         the city's jobs.",
        "wrong: streets = [\"Main Street\"]\nright: streets = [\"-51.2177 -30.0346\"]",
    ),
    code(
        "E087",
        "no street near a spot",
        "A spot stands for the nearest street for cars within 200 m of it. The longitude comes first.",
        "wrong: streets = [\"-30.0346 -51.2177\"]\nright: streets = [\"-51.2177 -30.0346\"]",
    ),
    code(
        "E088",
        "a checkpoint on a street has hours",
        "Checkpoints on streets stand all day, since drivers know one time of the street for each part of the day.",
        "wrong: streets = [\"middle\"]\n       open_from = 7\nright: streets = [\"middle\"]",
    ),
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
