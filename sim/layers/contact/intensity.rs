//! How close company is in each setting.
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::Setting;

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &[
    contact("household_contact", 0.6)
        .about("Contacts (three words exchanged, or touch) of two persons at home, per hour."),
    transmission("household_transmission", 0.23)
        .about("Exposure of an hour at home with one infectious person, relative; beta scales it."),
    contact("school_contact", 0.16)
        .about("Contacts (three words exchanged, or touch) of two persons in one class or day-care group, per hour."),
    transmission("school_transmission", 0.09)
        .about("Exposure of an hour in one class or day-care group with one infectious person, relative; beta scales it."),
    contact("work_contact", 0.45)
        .about("Contacts (three words exchanged, or touch) of two persons in one team at work, per hour."),
    transmission("work_transmission", 0.09)
        .about("Exposure of an hour in one team at work with one infectious person, relative; beta scales it."),
    contact("care_contact", 0.3)
        .about("Contacts (three words exchanged, or touch) of two persons in one ward or practice, per hour."),
    transmission("care_transmission", 0.09)
        .about("Exposure of an hour in one ward or practice with one infectious person, relative; beta scales it."),
    contact("public_contact", 0.6)
        .about("Contacts (three words exchanged, or touch) of two persons in one part of a shop, per hour."),
    transmission("public_transmission", 0.09)
        .about("Exposure of an hour in one part of a shop with one infectious person, relative; beta scales it."),
    contact("leisure_contact", 1.2)
        .about("Contacts (three words exchanged, or touch) of two persons at one table or pew, per hour."),
    transmission("leisure_transmission", 0.15)
        .about("Exposure of an hour at one table or pew with one infectious person, relative; beta scales it."),
    contact("vehicle_contact", 0.25)
        .about("Contacts (three words exchanged, or touch) of two persons in one section of a vehicle, per hour."),
    transmission("vehicle_transmission", 0.1)
        .about("Exposure of an hour in one section of a vehicle with one infectious person, relative; beta scales it."),
    contact("outdoor_contact", 0.5)
        .about("Contacts (three words exchanged, or touch) of two persons near each other outdoors, per hour."),
    transmission("outdoor_transmission", 0.02)
        .about("Exposure of an hour near each other outdoors with one infectious person, relative; beta scales it."),
    KeySpec::new("mask_source", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of the virus that a wearer's mask keeps back.")
        .source("assumption for surgical masks in ordinary use"),
    KeySpec::new("mask_wearer", Unit::Ratio)
        .default(0.3)
        .range(0.0, 1.0)
        .about("Share of the virus that a wearer's mask keeps out.")
        .source("assumption for surgical masks in ordinary use"),
];

const fn contact(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::PerHour)
        .default(value)
        .range(0.0, 60.0)
        .source("fitted to the contacts by setting of POLYMOD (home 3.6, work 2.5, school 2.9 of 13.4 a day)")
}

const fn transmission(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::Number).default(value).range(0.0, 1000.0).source(
        "Covasim's weights of a day's contact (home 3, school and work 0.6, community 0.3) over hours shared",
    )
}

/// Intensities of company by setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Intensity {
    /// Rate at which two persons in one room come into contact in the sense of the POLYMOD survey (three words
    /// exchanged, or touch), per hour and pair.
    pub contact_per_h: [f32; Setting::COUNT],
    /// Exposure per hour and pair, relative to an hour of ordinary company; the transmissibility beta scales it.
    /// Set so that a day's company weighs as in Covasim's contact layers, 3 at home, 0.6 a contact at school and at
    /// work, 0.3 in the community, over the hours people really share a room.
    pub transmission_per_h: [f32; Setting::COUNT],
    /// Share of the virus a wearer's mask keeps back, 0–1.
    pub mask_source: f32,
    /// Share of the virus a wearer's mask keeps out, 0–1.
    pub mask_wearer: f32,
}

impl Intensity {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        let by_setting = |what: &str| {
            std::array::from_fn(|s| match Setting::ALL[s] {
                Setting::Imported => 0.0,
                setting => params.f64(&format!("{}_{what}", setting.name())) as f32,
            })
        };
        Self {
            contact_per_h: by_setting("contact"),
            transmission_per_h: by_setting("transmission"),
            mask_source: params.f64("mask_source") as f32,
            mask_wearer: params.f64("mask_wearer") as f32,
        }
    }
}

impl Default for Intensity {
    fn default() -> Self {
        Self::with(&Params::presets(KEYS))
    }
}
