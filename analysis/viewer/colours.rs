//! The colours of people and vehicles: the project's palette, which stays apart for every common kind of colour vision.
use crate::options::ColourBy;
use crate::scene::linear;
use crate::scene::transit::{BUS, METRO};
use crate::words::Word;
use bevy::math::Vec4;
use citytwin_report::palette::colour;

/// Colours that the shader holds.
pub const PALETTE: usize = 32;
/// Where each set begins in it: health, code, mode, activity; then rest and vehicles.
const STARTS: [usize; 4] = [0, 5, 8, 13];

/// The names, in the palette of the whole project, and words of each colour.
const NAMED: [(&str, Word); 21] = [
    ("susceptible", Word::Susceptible),
    ("exposed", Word::Exposed),
    ("infectious", Word::Infectious),
    ("recovered", Word::Recovered),
    ("dead", Word::Dead),
    ("code_green", Word::CodeGreen),
    ("code_yellow", Word::CodeYellow),
    ("code_red", Word::CodeRed),
    ("school", Word::Walking),
    ("shop", Word::Cycling),
    ("work", Word::Driving),
    ("care", Word::Bus),
    ("transit", Word::Metro),
    ("home", Word::AtHome),
    ("work", Word::AtWork),
    ("school", Word::AtSchool),
    ("shop", Word::Shopping),
    ("transit", Word::Leisure),
    ("care", Word::Errand),
    ("truth", Word::InBed),
    ("other", Word::Ordered),
];

fn rgb(name: &str) -> [u8; 3] {
    colour(name).map_or([0x8a, 0x90, 0x96], |c| [c.0, c.1, c.2])
}

/// A colour of the palette by its number, sRGB.
#[must_use]
pub fn of(number: usize) -> [u8; 3] {
    match number {
        n if n < NAMED.len() => rgb(NAMED[n].0),
        21 => [0x9c, 0xa2, 0xa8],
        22 => BUS.map(|c| (f32::from(c) * 0.85) as u8),
        _ => METRO,
    }
}

/// All colours as the shader takes them.
#[must_use]
pub fn palette() -> [Vec4; PALETTE] {
    std::array::from_fn(|n| Vec4::from_array(linear(of(n), 1.0)))
}

/// What a legend lists: numbers of colours and their words.
#[must_use]
pub fn legend(by: ColourBy) -> Vec<(usize, Word)> {
    let which = match by {
        ColourBy::Health => 0,
        ColourBy::Code => 1,
        ColourBy::Mode => 2,
        ColourBy::Activity => 3,
    };
    let end = STARTS.get(which + 1).copied().unwrap_or(NAMED.len());
    let mut rows: Vec<(usize, Word)> = (STARTS[which]..end).map(|n| (n, NAMED[n].1)).collect();
    match by {
        ColourBy::Health => rows.truncate(4),
        ColourBy::Mode => rows.push((21, Word::AtRest)),
        _ => {}
    }
    rows
}
