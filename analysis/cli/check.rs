//! `citytwin check`: everything that is wrong with a scenario, without running it.
use crate::flags::{Choice, words};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_study::memory;
use citytwin_world::problem::Problem;
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
        let mut scenario = self.choice.read(&words())?;
        let size = scenario.city.size.as_ref();
        let forecast = size.map(|size| memory::forecast_bytes(size, scenario.days, false));
        if let Some(Err(error)) = forecast.map(memory::fits) {
            // The scenario itself is sound: it may run elsewhere.
            scenario.warnings.problems.push(Problem::warning("W004", error.to_string()));
        }
        if self.choice.format == Format::Json {
            return say_json(&scenario.warnings.to_json());
        }
        if !scenario.warnings.problems.is_empty() {
            note(&scenario.warnings.render(false));
        }
        say(&format!(
            "{}: sound\n{}  {} days from {}, city {}, disease {}, {} policies, {} hazards{}",
            self.choice.scenario.display(),
            if scenario.caption.is_empty() { String::new() } else { format!("  {}\n", scenario.caption) },
            scenario.days,
            scenario.start,
            scenario.city.name,
            scenario.disease_name,
            scenario.policies.len(),
            scenario.hazards.len(),
            forecast.map_or(String::new(), |bytes| format!(
                "\n  a run takes about {} MB of memory",
                bytes / 1_000_000
            )),
        ))
    }
}
