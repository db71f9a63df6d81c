//! Contact: who shared a room with whom for how many minutes, and whom that infected.
//!
//! Rooms without an infectious visitor that day cost nothing. In the others a visitor's exposure is the infectious
//! pressure integrated over the minutes of the visit, exactly; the infector is drawn among those present in
//! proportion, so the transmission tree is always known.
mod company;
mod gather;
mod hot;
mod intensity;
mod pressure;
mod reproduction;
mod survey;

use citytwin_engine::{Board, Layer, Levers, Now, Phase};
use citytwin_world::{DayType, Setting, World};
pub use intensity::{Intensity, KEYS};
pub use reproduction::{Course, NextGeneration};
pub use survey::{SURVEY_BANDS, survey};

/// Finds the day's transmissions at the end of the day.
pub struct Contact {
    intensity: Intensity,
    /// Chance of transmission per unit of exposure (see [`Intensity::transmission_per_h`]).
    beta: f32,
    scratch: gather::Scratch,
}

impl Contact {
    /// The layer with its intensities and the disease's transmissibility.
    pub fn new(intensity: Intensity, beta: f32) -> Self {
        Self { intensity, beta, scratch: gather::Scratch::default() }
    }

    /// Chance of transmission per infectious minute in each setting, with masks and distance as ordered.
    fn rates(&self, levers: &Levers) -> [f32; Setting::COUNT] {
        std::array::from_fn(|s| {
            let mask = levers.mask_share[s];
            let out = 1.0 - mask * self.intensity.mask_source;
            let into = 1.0 - mask * self.intensity.mask_wearer;
            let near = 1.0 - levers.distance_share[s];
            self.beta * self.intensity.transmission_per_h[s] / 60.0 * out * into * near
        })
    }
}

impl Layer for Contact {
    fn name(&self) -> &'static str {
        "contact"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Mix]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        if !now.day_ends() {
            return;
        }
        // The survey asks about an ordinary workday, once.
        if world.services.survey.wanted && now.day_type == DayType::Workday {
            world.services.survey = survey(world, &self.intensity);
        }
        let rates = self.rates(levers);
        let found = self.scratch.transmissions(now, world, &rates, levers.apart.as_deref());
        world.people.health.pending.extend(found);
    }
}
