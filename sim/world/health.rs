//! Health of residents: a stage for everyone, an episode for each infection that ever happened.
use crate::column::Column;
use crate::id::{PersonId, PlaceId, RoomId};
use crate::kinds::{Setting, kinds};
use bitcode::{Decode, Encode};

kinds! {
    /// Where a person stands in the course of the disease.
    Stage {
        /// Never infected, or susceptible again.
        Susceptible = "susceptible",
        /// Infected, not yet infectious.
        Exposed = "exposed",
        /// Infectious.
        Infectious = "infectious",
        /// Past the infection.
        Recovered = "recovered",
        /// Dead.
        Dead = "dead",
    }
}

kinds! {
    /// How ill an infected person is now.
    Severity {
        /// Not ill (yet or any more), or never notices.
        None = "none",
        /// Symptoms, no care needed.
        Mild = "mild",
        /// Needs a hospital bed.
        Severe = "severe",
        /// Needs intensive care.
        Critical = "critical",
    }
}

/// Variants a world can hold at once.
pub const VARIANTS_MAX: usize = 4;

/// "Never" for day and hour stamps.
pub const NEVER: u32 = u32::MAX;

/// One infection: who, by whom, where, when, and the course drawn for it. Hours are ticks since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Episode {
    /// Who was infected.
    pub person: PersonId,
    /// By whom; `NONE` for importations.
    pub infector: PersonId,
    /// In which room; `NONE` for importations.
    pub room: RoomId,
    /// At which place; `NONE` in vehicles and for importations.
    pub place: PlaceId,
    /// In which company.
    pub setting: Setting,
    /// Variant, index into the disease's list.
    pub variant: u8,
    /// Worst severity this infection will reach if nothing intervenes.
    pub worst: Severity,
    /// Whether the course drawn ends in death (with a bed; see care).
    pub fatal: bool,
    /// Tick of infection.
    pub infected_tick: u32,
    /// Minute of that day.
    pub infected_min: u16,
    /// First tick of infectiousness.
    pub infectious_tick: u32,
    /// First tick of symptoms; [`NEVER`] without.
    pub symptoms_tick: u32,
    /// First tick in need of a hospital bed; [`NEVER`] without.
    pub severe_tick: u32,
    /// First tick in need of intensive care; [`NEVER`] without.
    pub critical_tick: u32,
    /// Tick of recovery or death.
    pub end_tick: u32,
    /// Individual infectiousness relative to the mean (overdispersion).
    pub infectiousness: f32,
}

impl Episode {
    /// Whether its person ever notices it.
    pub fn is_felt(&self) -> bool {
        self.symptoms_tick != NEVER || self.severe_tick != NEVER || self.critical_tick != NEVER || self.fatal
    }
    /// The ticks at which the state of its person changes; the first, becoming infectious, is not felt.
    pub fn changes(&self) -> [u32; 5] {
        [self.infectious_tick, self.symptoms_tick, self.severe_tick, self.critical_tick, self.end_tick]
    }
}

/// The disease in the population.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Health {
    /// Stage of each person.
    pub stage: Column<PersonId, Stage>,
    /// Illness of each person now.
    pub severity: Column<PersonId, Severity>,
    /// Infectiousness of each person today relative to a typical peak; 0 for most.
    pub infectivity: Column<PersonId, f32>,
    /// Susceptibility of each person today by variant: age factor × (1 − protection).
    pub susceptibility: Column<PersonId, [f32; VARIANTS_MAX]>,
    /// Latest episode of each person; `u32::MAX` without one.
    pub episode_of: Column<PersonId, u32>,
    /// All infections, in order of time.
    pub episodes: Vec<Episode>,
    /// Episodes that still run, as indices into `episodes`, ascending.
    pub active: Vec<u32>,
    /// Number of variants in use.
    pub variants: u8,
    /// Vaccine doses of each person.
    pub doses: Column<PersonId, u8>,
    /// Day of the last dose, negative before the run; without meaning where there are no doses.
    pub dose_day: Column<PersonId, i32>,
    /// Infections of the day that contact found and the disease has not yet begun: see [`NewInfection`].
    pub pending: Vec<NewInfection>,
}

/// A transmission found by contact (or an importation), before the disease begins.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct NewInfection {
    /// Who is infected.
    pub person: PersonId,
    /// By whom; `NONE` for importations.
    pub infector: PersonId,
    /// In which room; `NONE` for importations.
    pub room: RoomId,
    /// Variant, index into the disease's list.
    pub variant: u8,
    /// Minute of the day.
    pub minute: u16,
}

impl Health {
    /// Everyone susceptible.
    pub fn healthy(persons: usize) -> Self {
        Self {
            stage: Column::filled(Stage::Susceptible, persons),
            severity: Column::filled(Severity::None, persons),
            infectivity: Column::filled(0.0, persons),
            susceptibility: Column::filled([1.0; VARIANTS_MAX], persons),
            episode_of: Column::filled(u32::MAX, persons),
            doses: Column::filled(0, persons),
            dose_day: Column::filled(0, persons),
            variants: 1,
            ..Self::default()
        }
    }
    /// The latest episode of a person, if there was one.
    pub fn latest(&self, person: PersonId) -> Option<&Episode> {
        self.episodes.get(*self.episode_of.get(person)? as usize)
    }
}
