//! `citytwin explain`: what a key, a kind, a signal or a code means.
use crate::flags::words;
use crate::output::{Failure, Format, say};
use clap::Args;

/// Explains a key, table, policy, hazard, signal, metric or code, such as `disease.r0`, `health_code` or `E012`.
#[derive(Args)]
pub struct Explain {
    /// What to explain.
    word: String,
}

impl Explain {
    /// Explains.
    pub fn run(&self) -> Result<(), Failure> {
        let text = citytwin_scenario::explain::explain(&self.word, &words())
            .map_err(|problem| Failure::input(problem, Format::Text))?;
        say(&text)
    }
}
