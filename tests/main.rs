//! The integration tests, one binary: the command as users run it, the rules of the house, the laws, pairs of runs,
//! the gallery, results written down, and the model against theory and published runs.
mod cli;
mod gallery;
mod golden;
mod house;
mod laws;
mod pairs;
mod town;
mod validation;
