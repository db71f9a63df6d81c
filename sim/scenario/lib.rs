//! From a scenario file to a checked, ready simulation.
//!
//! A scenario is a TOML file. [`read()`] gives either a [`Scenario`], every value typed and in its unit, or
//! [`Findings`]: all that is wrong at once, with file, line, column, what would be right and a stable code.

pub mod assemble;
mod check;
pub mod codes;
pub mod codes_city;
mod codes_flows;
mod codes_governance;
mod codes_infrastructure;
pub mod codes_routes;
mod codes_study;
mod codes_supply;
pub mod condition;
pub mod explain;
pub mod extends;
pub mod findings;
pub mod overrides;
pub mod read;
mod refusals;
pub mod scenario;
mod schedule;
pub mod schema;
pub mod source;
pub mod spec;
pub mod template;
pub mod tree;
pub mod vocabulary;

pub use explain::explain;
pub use findings::Findings;
pub use read::{read, read_text};
pub use scenario::{CityChoice, CitySize, Entry, Provenance, Scenario};
pub use schema::schema;
pub use template::{TEMPLATES, Template, template};
pub use vocabulary::{KindSpec, Named, Vocabulary};

#[cfg(test)]
mod tests;
