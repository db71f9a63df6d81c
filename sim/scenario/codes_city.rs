//! What the codes of policies, diseases, imported cities and synthetic populations mean.

use crate::codes::{CodeSpec, code};

/// The codes that don't come from the check of a scenario file alone, but from what it is used with.
pub const CITY_CODES: &[CodeSpec] = &[
    code(
        "E030",
        "no kind of school",
        "A school closure names kinds of place in which people learn.",
        "wrong: kinds = [\"mall\"]\nright: kinds = [\"school\", \"kindergarten\"]",
    ),
    code(
        "E031",
        "no such zone",
        "A policy names a zone that the city doesn't have. `citytwin city info` lists the zones.",
        "wrong: zones = [\"atlantis\"]\nright: zones = [\"12\"]",
    ),
    code(
        "E032",
        "no such department",
        "A pair of departments is written with `>` between two of the known names.",
        "wrong: pairs = [\"pharmacy - market\"]\nright: pairs = [\"pharmacies > market_regulation\"]",
    ),
    code(
        "E033",
        "no stages",
        "Work resumes in stages, each the share of work places that are open; there must be at least one.",
        "wrong: stages = []\nright: stages = [\"30 %\", \"60 %\", \"100 %\"]",
    ),
    code(
        "E040",
        "no usable disease file",
        "The disease isn't one of those shipped, or its file isn't TOML or lacks a number.",
        "wrong: name = \"covid\"\nright: name = \"sars-cov-2-wild\"",
    ),
    code(
        "E041",
        "a disease that makes no sense",
        "Its numbers contradict each other, or a list by age hasn't one number for each decade from 0-9 to 90 and older.",
        "wrong: severe_by_decade = [\"1 %\", \"5 %\"]\nright: ten shares",
    ),
    code(
        "E042",
        "the wanted R0 is out of reach",
        "Transmission is scaled so that the disease has its R0 in this city; too few people meet here for that. Look at \
         the sample, the city and the intensities of contact.",
        "odd: r0 = 20 in a village",
    ),
    code(
        "E301",
        "the street file can't be read",
        "The OSM file doesn't exist, can't be opened or ends early.",
        "right: --osm city.osm.pbf",
    ),
    code(
        "E302",
        "not an OSM file",
        "The file is neither .pbf nor .osm nor .osm.gz, or it breaks that format's rules. Download it again.",
        "right: --osm city.osm.pbf",
    ),
    code(
        "E303",
        "no streets",
        "The extract holds no nodes or no ways.",
        "right: an extract with all of the city",
    ),
    code(
        "E304",
        "no connected streets",
        "No part of the streets can be travelled from everywhere to everywhere, so nobody could commute.",
        "right: an extract with all of the city",
    ),
    code(
        "E311",
        "the timetable can't be read",
        "The GTFS file isn't a zip, or a table in it can't be unpacked.",
        "right: --gtfs feed.zip",
    ),
    code(
        "E312",
        "a table is missing in the timetable",
        "GTFS needs stops, routes, trips, stop_times and one of calendar and calendar_dates.",
        "right: a whole feed",
    ),
    code(
        "E313",
        "a table of the timetable is broken",
        "A row has too few fields, or a column that GTFS needs is missing.",
        "right: a feed that a GTFS validator accepts",
    ),
    code(
        "E401",
        "no population table",
        "Ages and households are made from tables by country; this country has none, or an incomplete one.",
        "right: country = \"Brazil\" in city.toml",
    ),
    code(
        "E402",
        "a population parameter out of range",
        "A share must lie between 0 and 1, a household's mean size between 1.2 and 6.",
        "wrong: sample = 3\nright: sample = 0.1",
    ),
    code(
        "E403",
        "too many zones for commuting",
        "Commuting is chosen between all pairs of zones; merge zones into larger cells.",
        "right: a coarser population grid",
    ),
    code(
        "E404",
        "nowhere to live",
        "The city has residents but no place of kind `home`.",
        "right: homes in place.csv",
    ),
    code(
        "E405",
        "the city contradicts itself",
        "Two tables of the city don't fit together: a column of another length, a zone or node that isn't there. \
         `citytwin city check` shows more; import or generate it again.",
        "right: citytwin city import … again",
    ),
    code(
        "E406",
        "too many zones for transit",
        "Journeys are found between all pairs of zones; merge zones into larger cells.",
        "right: a coarser population grid",
    ),
    code(
        "E407",
        "too many habitual ways",
        "The residents have more different ways than can be numbered; simulate a smaller sample.",
        "right: sample = 0.5",
    ),
    code(
        "E408",
        "a city of that size can't be generated",
        "Cities from 100 to 10,000,000 residents can.",
        "right: citytwin city generate --population 100000",
    ),
    code(
        "W301",
        "a street leaves the extract",
        "It's cut where the extract ends.",
        "odd: a way without all its nodes",
    ),
    code("W302", "a street without length", "It's left out.", "odd: a way of one node"),
    code("W303", "an odd turn restriction", "It's left out.", "odd: a restriction without `via`"),
    code("W311", "a stop without position", "It's left out.", "odd: empty stop_lat"),
    code("W312", "a line without a kind", "It's taken for a bus.", "odd: empty route_type"),
    code("W313", "a trip of nothing known", "It's left out.", "odd: a route_id that routes.txt doesn't have"),
    code("W314", "a stop time of no trip", "It's left out.", "odd: a trip_id that trips.txt doesn't have"),
    code("W315", "a stop time of no stop", "It's left out.", "odd: a stop_id that stops.txt doesn't have"),
    code("W316", "an odd time", "The stop time is left out.", "odd: 8h30 for 08:30:00"),
    code("W317", "an odd headway service", "It's left out.", "odd: headway_secs = 0"),
    code("W318", "an odd service date", "The service is left out.", "odd: 2026-13-01 for 20261201"),
    code("W319", "an odd exception date", "The exception is left out.", "odd: 2026-13-01 for 20261201"),
    code("W320", "an unknown kind of line", "It's taken for a bus.", "odd: route_type = 9999"),
    code("W321", "a trip runs backwards in time", "It's left out.", "odd: an arrival before the departure"),
    code("W322", "a trip that goes nowhere", "It's left out.", "odd: a trip with one stop"),
];
