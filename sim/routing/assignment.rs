//! User equilibrium on a road network: volumes at which no traveller gains by another path (Wardrop's first
//! principle), found path by path.
//!
//! Each pair of origin and destination keeps the few paths that it uses. A round searches shortest paths at the
//! present times, which also gives the exact relative gap, adds those that are quicker than all known ones, and then
//! moves travellers between known paths by safeguarded Newton steps, pair after pair, the times of links following at
//! once (gradient projection: Jayakrishnan et al. 1994; the cheap inner rounds: Xie, Nie and Liu, "A greedy
//! path-based algorithm for traffic assignment", 2018). Sums run in a fixed order and searches write to places of
//! their own, so any number of threads gives the same volumes.

mod balance;
mod delay;
mod equilibrium;
mod finder;
mod search;

#[cfg(test)]
mod tests;

pub use delay::VolumeDelay;
pub use equilibrium::{Demand, Equilibrium, Progress};
