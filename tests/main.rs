//! The integration tests, one binary: the command as users run it, the rules of the house, the laws, pairs of runs,
//! the gallery, results written down, and the model against theory and published runs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod cli;
mod gallery;
mod golden;
mod house;
mod laws;
mod pairs;
mod town;
mod validation;
