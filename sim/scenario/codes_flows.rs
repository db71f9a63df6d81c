//! What the codes of power and water networks mean.

use crate::codes::{CodeSpec, code};

/// The codes that `citytwin solve power` and `citytwin solve water` give.
pub const FLOW_CODES: &[CodeSpec] = &[
    code(
        "E070",
        "a file of the network can't be read",
        "The file doesn't exist, isn't a plain file, can't be opened or is larger than a gigabyte.",
        "right: citytwin solve power bus.csv branch.csv --out flows.csv",
    ),
    code(
        "E071",
        "a missing column, matrix or part of a network",
        "A CSV table names its columns in the first line; a MATPOWER case has `mpc.baseMVA`, `mpc.bus`, `mpc.gen` and \
         `mpc.branch` written out as numbers; code in it isn't run.",
        "wrong: from,to,r_pu\nright: from,to,x_pu",
    ),
    code(
        "E072",
        "a wrong value in a network",
        "A number is missing, out of its range or no number.",
        "wrong: x_pu = 0\nright: x_pu = 0.05",
    ),
    code(
        "E073",
        "a part of the network that isn't there",
        "A row names a bus, node, link, curve or pattern that the network doesn't have.",
        "wrong: from = 119 in a table of buses 0 to 117",
    ),
    code(
        "E074",
        "a part of the network given twice",
        "Every bus, node, link and rule has a name of its own.",
        "wrong: two rows with bus = 7",
    ),
    code(
        "W070",
        "an assumption about a network",
        "Something was not stated, so what is usual is assumed; or something is stated that has no bearing here.",
        "right: citytwin solve power bus.csv branch.csv --base-mva 100",
    ),
];
