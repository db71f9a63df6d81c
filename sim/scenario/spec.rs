//! The keys of a scenario that belong to no policy, hazard or disease.

use citytwin_engine::{KeySpec, Unit};
use citytwin_synthesis::generate;

/// One of the named tables of a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its name in square brackets.
    pub name: &'static str,
    /// What it decides, in a sentence.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
}

/// The tables of a scenario in the order people write them.
pub const SECTIONS: &[Section] = &[
    Section { name: "city", summary: "Which city, and how much of it.", keys: CITY },
    Section { name: "time", summary: "When the run starts and how long it lasts.", keys: TIME },
    Section { name: "disease", summary: "Which disease, and which of its numbers differ.", keys: DISEASE },
    Section { name: "movement", summary: "How deeply movement is simulated.", keys: MOVEMENT },
    Section { name: "hazard", summary: "What strikes the city; one [[hazard]] for each.", keys: HAZARD },
    Section { name: "policy", summary: "What the government does; one [[policy]] for each.", keys: POLICY },
    Section { name: "output", summary: "What is measured and written.", keys: OUTPUT },
];

/// The section of a name.
pub fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// Keys at the very top of a file, before any table.
pub const TOP: &[KeySpec] = &[KeySpec::new("extends", Unit::Path)
    .about(
        "A scenario this one builds on: its tables merge under these, its policies and hazards come first.",
    )
    .source("choice of the scenario")];

/// Keys of `[city]`.
pub const CITY: &[KeySpec] = &[
    KeySpec::new("name", Unit::Text)
        .required()
        .about("A built-in city (see `citytwin list cities`) or the path of a city folder.")
        .source("choice of the scenario"),
    KeySpec::new("sample", Unit::Ratio)
        .default(1.0)
        .range(0.001, 1.0)
        .about(
            "Share of the residents that is simulated; capacities shrink with it, classes and teams stay whole, and each visitor stands for those who are missing.",
        )
        .source("choice of the scenario"),
    KeySpec::new("seed", Unit::Count)
        .default(1.0)
        .range(0.0, 9_007_199_254_740_991.0)
        .about("Seed of the synthetic population, apart from the seed of the run.")
        .source("choice of the scenario"),
    KeySpec::new("population", Unit::Persons)
        .range(*generate::POPULATION.start() as f64, *generate::POPULATION.end() as f64)
        .about("Residents of a generated city; an imported city has its own.")
        .source("choice of the scenario"),
];

/// Keys of `[time]`.
pub const TIME: &[KeySpec] = &[
    KeySpec::new("start", Unit::Date)
        .text("2020-01-20")
        .about("First day of the run; it begins at midnight.")
        .source("choice of the scenario"),
    KeySpec::new("days", Unit::Days)
        .default(120.0)
        .range(1.0, 3650.0)
        .about("Length of the run in days.")
        .source("choice of the scenario"),
];

/// Keys of `[disease]` that every disease has.
pub const DISEASE: &[KeySpec] = &[
    KeySpec::new("name", Unit::Text)
        .text("sars-cov-2-wild")
        .about("A disease (see `citytwin list diseases`) or the path of a disease file.")
        .source("choice of the scenario"),
    KeySpec::new("r0", Unit::Number)
        .range(0.0, 30.0)
        .about("Basic reproduction number that transmission is scaled to; unset, the disease's own.")
        .source("the disease file"),
    KeySpec::new("beta", Unit::Number)
        .range(0.0, 1e6)
        .about("Transmissibility itself; set, nothing is scaled to `r0`.")
        .source("unset: found from `r0` in the city"),
];

/// Keys of `[movement]`.
pub const MOVEMENT: &[KeySpec] = &[KeySpec::new("depth", Unit::Text)
    .text("free")
    .choices(&["free", "assignment", "queue"])
    .about("How travel times arise: `free` without congestion, `assignment` by hourly volumes, `queue` by queues.")
    .source("choice of the scenario")];

/// Keys that every `[[hazard]]` has.
pub const HAZARD: &[KeySpec] = &[
    KeySpec::new("kind", Unit::Text)
        .required()
        .about("Which hazard (see `citytwin list hazards`).")
        .source("choice of the scenario"),
    ID,
    FROM,
    UNTIL,
    ENABLED,
    REPLACE,
];

/// Keys that every `[[policy]]` has.
pub const POLICY: &[KeySpec] = &[
    KeySpec::new("kind", Unit::Text)
        .required()
        .about("Which policy (see `citytwin list policies`).")
        .source("choice of the scenario"),
    ID,
    FROM,
    UNTIL,
    KeySpec::new("when", Unit::Condition)
        .about(
            "A condition on what the board says: the policy acts while it holds. Comparisons such as \
             `icu_occupancy > 80 %`, joined by `and`, `or`, `not` and round brackets; `not` binds closest, then \
             `and`, then `or`.",
        )
        .source("choice of the scenario"),
    KeySpec::new("until_when", Unit::Condition)
        .about("Once on by `when`, the policy acts until this condition holds; written as `when` is.")
        .source("choice of the scenario"),
    ENABLED,
    REPLACE,
];

const ID: KeySpec = KeySpec::new("id", Unit::Text)
    .about("A name of its own, for `--set` and for tables; unset, its kind.")
    .source("choice of the scenario");
const FROM: KeySpec = KeySpec::new("from", Unit::Moment)
    .text("day 0")
    .about("When it begins: `day 20` counts from the first day as 0; or a date.")
    .source("choice of the scenario");
const UNTIL: KeySpec = KeySpec::new("until", Unit::Moment)
    .about("When it ends, not included; unset, it lasts to the end of the run.")
    .source("choice of the scenario");
const ENABLED: KeySpec = KeySpec::new("enabled", Unit::Bool)
    .flag(true)
    .about("Whether it takes part; `false` leaves it out without removing it from the file.")
    .source("choice of the scenario");
const REPLACE: KeySpec = KeySpec::new("replace", Unit::Bool)
    .flag(false)
    .about("Take the place of the one with the same id in the scenario that this one extends.")
    .source("choice of the scenario");

/// Tables that a run can write: first those whose size follows from days, zones and doors, then those with a row per
/// infection or trip.
pub const TABLES: &[(&str, &str)] = &[
    ("metrics", "Metrics of the city by day."),
    ("zones", "Metrics by zone and day."),
    ("ages", "Infections and deaths by age band and day."),
    ("settings", "Infections by setting and day."),
    ("codes", "Code colours by day, true and false."),
    ("checkpoints", "Scans, queues and refusals by checkpoint and day."),
    ("departments", "What each department was told over the run."),
    ("services", "Digital services by day."),
    ("hospitals", "Beds and patients by hospital and day."),
    ("departures", "Departures by hour of the day over the run."),
    ("trip_lengths", "Trips by length over the run."),
    ("trip_times", "Trips by time under way and mode over the run."),
    ("motifs", "Daily motifs of a sample of residents over the run."),
    ("contacts", "Contacts a day by age over the run."),
    ("links", "Vehicles and times by link on a workday, where movement knows traffic."),
    ("jams", "Where cars stand by hour, whenever traffic has changed."),
    ("lines", "Boardings and full vehicles by line and hour over the run, where vehicles can fill."),
    ("served", "Who has power, phone, water and hospital by hour, where something failed."),
    ("served_zones", "The same by hour and zone, where somebody lacked something."),
    ("assets", "Outages of assets: why, by whose failure, from when until when."),
    ("stocks", "Goods by day: their ledgers, where they lie and who went without."),
    ("shortages", "Need and want over the run by zone, age and phone."),
    ("deliveries", "Tours of vehicles by depot and day, where their number is given."),
    ("infections", "A row per infection: who, by whom, where, when."),
    ("trips", "A row per trip, sampled by `trips_sample`."),
];

/// The names of [`TABLES`].
const TABLE_NAMES: &[&str] = &[
    "metrics",
    "zones",
    "ages",
    "settings",
    "codes",
    "checkpoints",
    "departments",
    "services",
    "hospitals",
    "departures",
    "trip_lengths",
    "trip_times",
    "motifs",
    "contacts",
    "links",
    "jams",
    "lines",
    "served",
    "served_zones",
    "assets",
    "stocks",
    "shortages",
    "deliveries",
    "infections",
    "trips",
];

/// Keys of `[output]`.
pub const OUTPUT: &[KeySpec] = &[
    KeySpec::new("metrics", Unit::List(&Unit::Text))
        .about("Which metrics to write (see `citytwin list metrics`); unset, all.")
        .source("choice of the scenario"),
    KeySpec::new("tables", Unit::List(&Unit::Text))
        .words(&["infections"])
        .choices(TABLE_NAMES)
        .about(
            "Which tables to write (see `citytwin list tables`). Those that add up over days, zones and doors are \
             always written unless `aggregates` is false; `infections` and `trips` only where they are named.",
        )
        .source("choice of the scenario"),
    KeySpec::new("aggregates", Unit::Bool)
        .flag(true)
        .about("Whether tables that add up are written unnamed; false: only `metrics` and those in `tables`.")
        .source("choice of the scenario"),
    KeySpec::new("trips_sample", Unit::Ratio)
        .default(0.01)
        .range(0.0, 1.0)
        .about("Share of persons whose trips the table `trips` holds.")
        .source("choice of the scenario"),
    KeySpec::new("trajectories", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about(
            "Share of persons whose movement, health and codes are recorded for `citytwin view`: 1 everybody, 0 nobody. \
             About 15 MB a day and million persons. Runs of an ensemble record nothing.",
        )
        .source("choice of the scenario"),
    KeySpec::new("trajectories_from", Unit::Days)
        .default(0.0)
        .range(0.0, 3650.0)
        .about("First day of the run that is recorded, counted from 0.")
        .source("choice of the scenario"),
    KeySpec::new("trajectories_until", Unit::Days)
        .range(0.0, 3651.0)
        .about("First day of the run that is no longer recorded; unset, all are.")
        .source("choice of the scenario"),
    KeySpec::new("out", Unit::Text)
        .about("Folder of the run; unset, runs/ and the name of the scenario. `--out` goes before it.")
        .source("choice of the scenario"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_documented_and_fits_its_own_default() {
        for key in SECTIONS.iter().flat_map(|section| section.keys).chain(TOP) {
            assert_eq!(key.faults(), Vec::<String>::new());
        }
        assert!(TABLES.iter().map(|(name, _)| name).eq(TABLE_NAMES));
    }
}
