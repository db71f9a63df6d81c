//! `citytwin explain`: what a key, a kind, a signal or a code means.
use crate::flags::words;
use crate::output::{Failure, Format, say, say_json};
use clap::Args;
use serde_json::json;

/// Explains a key, table, policy, hazard, signal, metric or code, such as `disease.r0`, `health_code` or `E012`.
#[derive(Args)]
pub struct Explain {
    /// What to explain.
    word: String,
    /// How the explanation is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Explain {
    /// Explains.
    pub fn run(&self) -> Result<(), Failure> {
        let text = citytwin_scenario::explain::explain(&self.word, &words())
            .map_err(|problem| Failure::input(problem, self.format))?;
        match self.format {
            Format::Json => say_json(&json!({"word": self.word, "text": text})),
            Format::Text => say(&text),
        }
    }
}
