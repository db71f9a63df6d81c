//! The integration tests, one binary: the command as users run it, the rules of the house, and the model against
//! theory and published runs.
mod cli;
mod house;
mod validation;
