//! The project's colours by name: safe for colour-blind readers, the same in the report and in the viewer.

use serde::Serialize;
use std::collections::BTreeMap;

/// All colours as the scripts of a page take them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Palette {
    colours: BTreeMap<&'static str, String>,
    series_colours: Vec<String>,
    ramp: Vec<String>,
    differences: Vec<String>,
}

impl Default for Palette {
    fn default() -> Self {
        let hex = |list: &[Rgb]| list.iter().map(|rgb| rgb.hex()).collect();
        Self {
            colours: COLOURS.iter().map(|(name, rgb)| (*name, rgb.hex())).collect(),
            series_colours: hex(SERIES),
            ramp: hex(RAMP),
            differences: hex(DIFFERENCES),
        }
    }
}

/// A colour in sRGB, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The colour as CSS writes it, e.g. `#0072b2`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance after WCAG 2 (0 black … 1 white).
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

// The eight colours of Okabe and Ito, "Color Universal Design" (2008), which stay apart for every common kind of
// colour vision. Their yellow is darkened a little where it must be read as a line on white.
const BLACK: Rgb = Rgb(0x22, 0x26, 0x2b);
const GREY: Rgb = Rgb(0x8a, 0x90, 0x96);
const ORANGE: Rgb = Rgb(0xe6, 0x9f, 0x00);
const SKY: Rgb = Rgb(0x56, 0xb4, 0xe9);
const GREEN: Rgb = Rgb(0x00, 0x9e, 0x73);
const YELLOW: Rgb = Rgb(0xe8, 0xc5, 0x1c);
const BLUE: Rgb = Rgb(0x00, 0x72, 0xb2);
const VERMILION: Rgb = Rgb(0xd5, 0x5e, 0x00);
const PURPLE: Rgb = Rgb(0xcc, 0x79, 0xa7);

/// What each colour stands for. A thing keeps its colour in every figure, map and window.
pub const COLOURS: &[(&str, Rgb)] = &[
    ("truth", VERMILION),
    ("board", BLUE),
    ("policy", BLACK),
    ("capacity", BLACK),
    ("reference", GREY),
    ("susceptible", SKY),
    ("exposed", ORANGE),
    ("infectious", VERMILION),
    ("recovered", GREEN),
    ("dead", BLACK),
    ("hospital", SKY),
    ("icu", PURPLE),
    ("code_green", GREEN),
    ("code_yellow", YELLOW),
    ("code_red", VERMILION),
    ("code_true_red", VERMILION),
    ("code_false_red", ORANGE),
    ("code_missed", PURPLE),
    ("trips_made", BLUE),
    ("trips_prevented", ORANGE),
    ("checkpoint", BLUE),
    ("output", GREEN),
    ("home", BLUE),
    ("work", ORANGE),
    ("school", GREEN),
    ("transit", PURPLE),
    ("shop", YELLOW),
    ("care", SKY),
    ("other", GREY),
];

/// Colours for things without a name of their own, in the order in which to take them.
pub const SERIES: &[Rgb] = &[BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, GREY];

/// Stops for differences at equal steps: less in blue, none in the middle, more in orange and red. Blue and orange stay
/// apart for every common kind of colour vision, and lightness falls to both sides.
pub const DIFFERENCES: &[Rgb] = &[
    Rgb(0x0b, 0x3c, 0x6f),
    Rgb(0x2f, 0x7f, 0xb5),
    Rgb(0x9c, 0xc9, 0xe3),
    Rgb(0xf4, 0xf2, 0xea),
    Rgb(0xf3, 0xb8, 0x7a),
    Rgb(0xd0, 0x6a, 0x2c),
    Rgb(0x7d, 0x2b, 0x12),
];

/// Stops of the map's ramp at equal steps. Lightness falls all the way, so the order survives any colour vision and
/// a grey print.
pub const RAMP: &[Rgb] = &[
    Rgb(0xf5, 0xf0, 0xdf),
    Rgb(0xf7, 0xdc, 0x9a),
    Rgb(0xf1, 0xac, 0x62),
    Rgb(0xdd, 0x74, 0x4c),
    Rgb(0xb5, 0x3e, 0x55),
    Rgb(0x74, 0x1f, 0x5f),
    Rgb(0x33, 0x12, 0x4a),
];

/// The colour of a named thing; `None` if the palette doesn't know the name.
pub fn colour(name: &str) -> Option<Rgb> {
    COLOURS.iter().find(|(known, _)| *known == name).map(|(_, rgb)| *rgb)
}

/// The map's colour at `share` of the way from nothing (0) to the scale's top (1); values outside are clamped, and
/// what is no number counts as nothing.
pub fn ramp(share: f64) -> Rgb {
    let last = RAMP.len() - 1;
    let at = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) } * last as f64;
    let low = (at.floor() as usize).min(last);
    let high = (low + 1).min(last);
    let part = at - low as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    let (a, b) = (RAMP[low], RAMP[high]);
    Rgb(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (index, (name, rgb)) in COLOURS.iter().enumerate() {
            assert_eq!(colour(name), Some(*rgb));
            assert!(COLOURS[..index].iter().all(|(other, _)| other != name), "{name} twice");
        }
        assert_eq!(colour("no such thing"), None);
    }

    #[test]
    fn ramp_darkens_steadily_and_takes_any_number() {
        let lights: Vec<f64> = (0..=100).map(|step| ramp(f64::from(step) / 100.0).luminance()).collect();
        assert!(lights.windows(2).all(|pair| pair[1] <= pair[0]));
        assert_eq!(ramp(-3.0), RAMP[0]);
        assert_eq!(ramp(f64::NAN), RAMP[0]);
        assert_eq!(ramp(f64::INFINITY), RAMP[RAMP.len() - 1]);
        assert_eq!(ramp(0.0).hex(), "#f5f0df");
    }
}
