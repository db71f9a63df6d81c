//! How many beds the epidemic finds.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("beds_per_1000", Unit::Number)
        .default(2.1)
        .range(0.0, 50.0)
        .about("Hospital beds per 1,000 residents, shared out evenly where the city names no beds.")
        .source("World Bank SH.MED.BEDS.ZS, Brazil"),
    KeySpec::new("epidemic_bed_share", Unit::Ratio)
        .default(0.3)
        .range(0.0, 1.0)
        .about("Share of ordinary beds that patients of the epidemic can have.")
        .source("assumption: the rest is taken by other patients"),
    KeySpec::new("icu_share", Unit::Ratio)
        .default(0.1)
        .range(0.0, 1.0)
        .about("Intensive-care beds as a share of all beds.")
        .source("AMIB census 2020: about 2.2 intensive-care beds per 10,000 residents of Brazil, of 2.1 beds per 1,000"),
    KeySpec::new("epidemic_icu_share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of intensive-care beds that patients of the epidemic can have.")
        .source("assumption: half are taken by other patients"),
];

/// The shares of beds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beds {
    /// Beds per 1,000 residents where the city names none.
    pub per_1000: f64,
    /// Share of ordinary beds for the epidemic.
    pub epidemic_share: f64,
    /// Intensive-care beds as a share of all.
    pub icu_share: f64,
    /// Share of intensive-care beds for the epidemic.
    pub epidemic_icu_share: f64,
}

impl Beds {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            per_1000: params.f64("beds_per_1000"),
            epidemic_share: params.f64("epidemic_bed_share"),
            icu_share: params.f64("icu_share"),
            epidemic_icu_share: params.f64("epidemic_icu_share"),
        }
    }
    /// Ordinary and intensive-care beds for the epidemic in a hospital with so many beds.
    pub fn split(&self, beds: f64) -> (u32, u32) {
        let icu = beds * self.icu_share;
        let ordinary = ((beds - icu) * self.epidemic_share).round();
        (ordinary as u32, (icu * self.epidemic_icu_share).round() as u32)
    }
}
