//! What the codes of vehicle routing instances mean.

use crate::codes::{CodeSpec, code};

/// The codes of `citytwin solve routes`.
pub const ROUTES_CODES: &[CodeSpec] = &[
    code(
        "E060",
        "no vehicle routing instance",
        "The file doesn't exist, can't be opened, or is neither in the format of CVRPLIB (`KEY : value` and sections) nor \
         in Solomon's (a name, `VEHICLE`, `CUSTOMER`).",
        "right: citytwin solve routes X-n101-k25.vrp\nright: citytwin solve routes R101.txt",
    ),
    code(
        "E061",
        "a wrong or missing header of an instance",
        "A key or section that is needed is missing, or one is given that isn't understood and so would have no effect.",
        "wrong: EDGE_WEIGHT_TYPE : GEO\nright: EDGE_WEIGHT_TYPE : EUC_2D",
    ),
    code(
        "E062",
        "a wrong value in an instance",
        "A number is missing, negative, too large or no number, or a window ends before it begins.",
        "wrong: 2 146 north\nright: 2 146 180",
    ),
    code(
        "E063",
        "rows of an instance that are missing, too many or given twice",
        "Each place has one row in each section, and a table as many numbers as its format says.",
        "wrong: DIMENSION : 101 with 100 rows",
    ),
    code(
        "E064",
        "a place that isn't there",
        "Places are numbered from 1 to `DIMENSION`.",
        "wrong: place 102 of 101",
    ),
    code(
        "E065",
        "orders that nobody can serve",
        "An order is larger than any vehicle, lies too far away for its window, or all orders together are more than all \
         vehicles can take, each of which drives one tour.",
        "wrong: a demand of 250 with CAPACITY : 200",
    ),
];
