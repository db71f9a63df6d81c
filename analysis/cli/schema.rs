//! `citytwin schema`: the JSON Schema of scenario files, for editors.
use crate::flags::words;
use crate::output::{Failure, say_json};
use clap::Args;

/// Prints the JSON Schema of scenario files, for editors that complete and check.
#[derive(Args)]
pub struct Schema {}

impl Schema {
    /// Prints.
    #[allow(clippy::unused_self, reason = "all commands run alike")]
    pub fn run(&self) -> Result<(), Failure> {
        say_json(&citytwin_scenario::schema::schema(&words()))
    }
}
