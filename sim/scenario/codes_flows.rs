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
         `mpc.branch` written out as numbers; code in it isn't run. Lines of an EPANET file have all their values.",
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
        "E075",
        "a word that EPANET doesn't know",
        "A section, option or type that input files of EPANET 2.2 don't have.",
        "wrong: [JUNKTIONS]\nright: [JUNCTIONS]",
    ),
    code(
        "E076",
        "a network that can't be solved",
        "No reservoir or tank gives a head, a junction is joined to nothing, a regulating valve stands at a tank or \
         beside another one, or the run would have more than ten million periods.",
        "right: put a short pipe between a PRV and a tank",
    ),
    code(
        "E077",
        "a broken control or rule",
        "Simple controls and rules are written as the EPANET 2.2 User Manual says.",
        "wrong: LINK 9 OPEN WHEN NODE 2 BELOW 110\nright: LINK 9 OPEN IF NODE 2 BELOW 110",
    ),
    code(
        "E078",
        "a curve that can't be used",
        "Points go up in x. A pump's head falls as its flow grows, a tank's volume rises with its level, and head loss \
         and volume need two points.",
        "wrong: 1 100 50 and then 1 80 60",
    ),
    code(
        "W070",
        "an assumption about a network",
        "Something was not stated, so what is usual is assumed; or something is stated that has no bearing here.",
        "right: citytwin solve power bus.csv branch.csv --base-mva 100",
    ),
    code(
        "W071",
        "something about the result of a water network",
        "Junctions with demand have negative pressure, or flows came to rest only when statuses were kept. Demand that \
         depends on pressure (DEMAND MODEL PDA) is never drawn from a junction without pressure.",
        "right: [OPTIONS]\n       DEMAND MODEL PDA\n       REQUIRED PRESSURE 20",
    ),
];
