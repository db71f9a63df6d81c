//! What the codes of a city's infrastructure and of what strikes it mean.

use crate::codes::{CodeSpec, code};

/// The codes of `infrastructure/` in a city folder, and of hazards that strike it.
pub const INFRASTRUCTURE_CODES: &[CodeSpec] = &[
    code(
        "E079",
        "unknown kind of asset",
        "`infrastructure/asset.csv` names what each asset is: grid_infeed, substation, feeder, base_station, data_centre, \
         water_works, pumping_station or hospital.",
        "wrong: a1,antenna,-51.2,-30.0\nright: a1,base_station,-51.2,-30.0",
    ),
    code(
        "E080",
        "a line joins what it can't",
        "Lines of `infrastructure/line.csv` are of high voltage: each joins two different infeeds or substations. What \
         hangs on a substation is told in `dependency.csv`.",
        "wrong: from_id = substation-1, to_id = base_station-7\nright: from_id = grid_infeed-1, to_id = substation-1",
    ),
    code(
        "E081",
        "unknown kind of dependency",
        "One asset needs another `functional` (it consumes what the other gives), `logical` (it is controlled by it) or \
         `geographic` (it stands in it).",
        "wrong: kind = power\nright: kind = functional",
    ),
    code(
        "E082",
        "an asset needs itself",
        "A dependency names two assets. Loops of several are fine: those that wait for each other are started by a crew.",
        "wrong: asset_id = pump-1, on_id = pump-1",
    ),
    code(
        "E083",
        "a city without heights",
        "A flood covers what lies lower than the river's level, so that streets or zones need heights above sea.",
        "right: citytwin city import --osm FILE --elevation HEIGHTS.tif --out DIR",
    ),
    code(
        "E084",
        "a peak below the bank",
        "The river rises from `bank` to `peak`, both in metres above sea.",
        "wrong: bank = \"3 m\", peak = \"2 m\"\nright: bank = \"3 m\", peak = \"5.35 m\"",
    ),
];
