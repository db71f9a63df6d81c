//! What is known of a person at an hour, in ten bits.
use citytwin_world::population::Hold;
use citytwin_world::{Severity, Stage};

/// Stage, severity, code and hold of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct State(u16);

impl State {
    /// A state of its parts; `code` is 0 green, 1 yellow, 2 red.
    #[must_use]
    pub fn new(stage: Stage, severity: Severity, code: u8, hold: Hold) -> Self {
        Self(stage as u16 | (severity as u16) << 3 | u16::from(code.min(3)) << 5 | (hold as u16) << 7)
    }

    /// The bits: stage 0–2, severity 3–4, code 5–6, hold 7–9.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }

    /// The state of bits; `None` where there is no such state.
    #[must_use]
    pub fn from_bits(bits: u16) -> Option<Self> {
        let part = |at: u16, width: u16| usize::from(bits >> at & ((1 << width) - 1));
        let sound = part(0, 3) < Stage::COUNT && part(5, 2) < 3 && part(7, 9) < Hold::COUNT;
        sound.then_some(Self(bits))
    }

    /// Where the person stands in the course of the disease.
    #[must_use]
    pub fn stage(self) -> Stage {
        Stage::ALL[usize::from(self.0 & 7).min(Stage::COUNT - 1)]
    }

    /// How ill the person is.
    #[must_use]
    pub fn severity(self) -> Severity {
        Severity::ALL[usize::from(self.0 >> 3 & 3)]
    }

    /// Colour of the health code: 0 green, 1 yellow, 2 red.
    #[must_use]
    pub fn code(self) -> u8 {
        (self.0 >> 5 & 3) as u8
    }

    /// What holds the person where they are.
    #[must_use]
    pub fn hold(self) -> Hold {
        Hold::ALL[usize::from(self.0 >> 7 & 7).min(Hold::COUNT - 1)]
    }
}
