//! How many beds the epidemic finds, and how many staff they need.
use citytwin_engine::{KeySpec, Params, Unit};

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("beds_per_1000", Unit::Number)
        .default(2.1)
        .range(0.0, 50.0)
        .about("Hospital beds per 1,000 residents, shared out evenly where the city names no beds.")
        .source("World Bank SH.MED.BEDS.ZS, Brazil; 2.23 in 2010, 1.95 in 2020 by national counts"),
    KeySpec::new("epidemic_bed_share", Unit::Ratio)
        .default(0.3)
        .range(0.0, 1.0)
        .about("Share of ordinary beds that patients of the epidemic can have.")
        .source("assumption: the rest is taken by other patients"),
    KeySpec::new("icu_share", Unit::Ratio)
        .default(0.1)
        .range(0.0, 1.0)
        .about("Intensive-care beds as a share of all beds.")
        .source("Conselho Federal de Medicina 2018: 2.13 intensive-care beds per 10,000 residents of Brazil, of 2.1 beds per 1,000"),
    KeySpec::new("epidemic_icu_share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of intensive-care beds that patients of the epidemic can have.")
        .source("assumption: half are taken by other patients"),
    KeySpec::new("staff_needed", Unit::Ratio)
        .default(0.9)
        .range(0.0, 1.0)
        .about("Share of a hospital's staff at work up to which all its beds are staffed; below it beds close in proportion, 0 = never.")
        .source("assumption: a tenth of the roster is in reserve for leave and illness"),
];

/// The shares of beds and staff.
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
    /// Share of the staff that all beds need.
    pub staff_needed: f64,
}

impl Beds {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            per_1000: params.f64("beds_per_1000"),
            epidemic_share: params.f64("epidemic_bed_share"),
            icu_share: params.f64("icu_share"),
            epidemic_icu_share: params.f64("epidemic_icu_share"),
            staff_needed: params.f64("staff_needed"),
        }
    }
    /// Ordinary and intensive-care beds for the epidemic in a hospital with so many beds.
    pub fn split(&self, beds: f64) -> (u32, u32) {
        let icu = beds * self.icu_share;
        let ordinary = ((beds - icu) * self.epidemic_share).round();
        (ordinary as u32, (icu * self.epidemic_icu_share).round() as u32)
    }

    /// Beds of so many that a staff of whom so many are at work can keep open.
    pub fn staffed(&self, equipped: u32, present: u32, staff: u32) -> u32 {
        self.staffed_by(equipped, present, f64::from(staff))
    }

    /// The same for a staff that is no whole number of persons.
    pub fn staffed_by(&self, equipped: u32, present: u32, staff: f64) -> u32 {
        let needed = self.staff_needed * staff;
        if f64::from(present) >= needed {
            return equipped;
        }
        (f64::from(equipped) * f64::from(present) / needed).round() as u32
    }
}
