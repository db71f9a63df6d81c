//! How things behave: a folder for each layer.
pub mod activity;
pub mod care;
pub mod contact;
pub mod digital;
pub mod epidemic;
pub mod hazard;
pub mod infrastructure;
pub mod listed;
pub mod reporting;
pub mod supply;
pub mod testing;
pub mod transport;

pub use listed::{LAYERS, Listed};

#[cfg(test)]
mod town;
