//! `citytwin check`: everything that is wrong with a scenario, without running it.
use crate::flags::{Choice, words};
use crate::output::{Failure, Format, note, say, say_json};
use clap::Args;

/// Checks a scenario without running it: all mistakes at once.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    choice: Choice,
}

impl Check {
    /// Checks and says what it found.
    pub fn run(&self) -> Result<(), Failure> {
        let scenario = self.choice.read(&words())?;
        if self.choice.format == Format::Json {
            return say_json(&scenario.warnings.to_json());
        }
        if !scenario.warnings.problems.is_empty() {
            note(&scenario.warnings.render(false));
        }
        say(&format!(
            "{}: sound\n  {}\n  {} days from {}, city {}, disease {}, {} policies, {} hazards",
            self.choice.scenario.display(),
            scenario.caption,
            scenario.days,
            scenario.start,
            scenario.city.name,
            scenario.disease_name,
            scenario.policies.len(),
            scenario.hazards.len(),
        ))
    }
}
