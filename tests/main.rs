//! The integration tests, one binary: the command as users run it, and the rules of the house.
mod cli;
mod house;
