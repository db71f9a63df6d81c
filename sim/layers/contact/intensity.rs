//! How close company is in each setting.
use citytwin_world::Setting;

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

impl Default for Intensity {
    fn default() -> Self {
        let mut contact_per_h = [0.0; Setting::COUNT];
        let mut transmission_per_h = [0.0; Setting::COUNT];
        let table = [
            (Setting::Household, 0.6, 0.23),
            (Setting::School, 0.13, 0.09),
            (Setting::Work, 0.2, 0.09),
            (Setting::Care, 0.15, 0.09),
            (Setting::Public, 0.18, 0.09),
            (Setting::Leisure, 0.4, 0.15),
            (Setting::Vehicle, 0.1, 0.1),
            (Setting::Outdoor, 0.15, 0.02),
        ];
        for (setting, contact, transmission) in table {
            contact_per_h[setting as usize] = contact;
            transmission_per_h[setting as usize] = transmission;
        }
        // Surgical masks in ordinary use: about half of outgoing and a third of incoming particles (assumption
        // between cloth and surgical values; the Bangladesh trial's PR .91 at +29 % use follows within its interval).
        Self { contact_per_h, transmission_per_h, mask_source: 0.5, mask_wearer: 0.3 }
    }
}
