//! Tests of the language as a whole, with a small vocabulary of their own.

mod gallery;
mod merging;
mod mistakes;
mod robustness;
mod telling;

use crate::vocabulary::{KindSpec, Named, Vocabulary};
use citytwin_engine::{KeySpec, SignalSpec, Unit};
use std::path::PathBuf;

const SHARE: KeySpec =
    KeySpec::new("share", Unit::Ratio).default(0.5).range(0.0, 1.0).about("Share.").source("assumption");

const HEALTH_CODE: &[KeySpec] = &[
    KeySpec::new("delay", Unit::Hours).default(24.0).range(0.0, 240.0).about("Delay.").source("assumption"),
    KeySpec::new("places", Unit::List(&Unit::PlaceKind))
        .words(&["metro_station"])
        .about("Where doors are watched.")
        .source("assumption"),
];

const EPIDEMIC: &[KeySpec] = &[KeySpec::new("asymptomatic_share", Unit::Ratio)
    .range(0.0, 1.0)
    .about("Share without symptoms.")
    .source("the disease file")];

/// A vocabulary of two policies, a hazard, a disease and a city.
pub fn vocabulary() -> Vocabulary {
    Vocabulary {
        policies: vec![
            KindSpec::new("health_code", "Codes at doors.", HEALTH_CODE),
            KindSpec::new("lockdown", "Stay at home.", &[SHARE]),
        ],
        hazards: vec![KindSpec::new("importation", "Cases from outside.", &[SHARE])],
        layers: vec![
            KindSpec::new("epidemic", "Disease.", EPIDEMIC),
            KindSpec::new("care", "Hospitals.", &[SHARE]),
        ],
        diseases: vec![Named::new("sars-cov-2-wild", "The first one.")],
        cities: vec![Named::new("testville", "A test.")],
        metrics: vec![Named::new("icu_occupancy", "ICU beds in use."), Named::new("deaths", "Deaths.")],
        signals: vec![SignalSpec { name: "icu_occupancy", unit: Unit::Ratio, summary: "ICU beds in use." }],
        ..Vocabulary::default()
    }
}

/// A file of the test data, relative to this crate's folder (in which its tests run).
pub fn data(name: &str) -> PathBuf {
    PathBuf::from("tests/data").join(name)
}
