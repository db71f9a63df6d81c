//! The numbers that the board may hold for policies, as they are named in conditions.

use crate::unit::Unit;

/// A number on the board that a condition may ask for. A layer that tells signals lists them in such specs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignalSpec {
    /// Name in conditions.
    pub name: &'static str,
    /// Unit of the number.
    pub unit: Unit,
    /// What it is, in a sentence.
    pub summary: &'static str,
}
