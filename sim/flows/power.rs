//! DC power flow: lossless lines, voltages of 1 per unit, small angles.
//!
//! The flow over a branch is `base / (x · tap) · (angle at from − angle at to − shift)`, and what flows out of a bus is
//! what is fed in there (R. D. Zimmerman and C. E. Murillo-Sánchez, MATPOWER User's Manual, section 3.7). Branches
//! without service fall away, and each island of the rest is balanced and solved for itself.

mod balance;
mod cascade;
mod islands;
mod matpower;
mod solver;
mod tables;
#[cfg(test)]
mod tests;

pub use balance::balance;
pub use cascade::{Cascade, Outcome};
pub use islands::Islands;
pub use matpower::read_matpower;
pub use solver::{Flow, Slack, Solver, Unsolvable};
pub use tables::{BaseFrom, Case, read_tables};

/// A power network as columns: branches between buses, and what is fed in and drawn at each bus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Bus at which each branch begins.
    pub from: Vec<u32>,
    /// Bus at which each branch ends.
    pub to: Vec<u32>,
    /// Flow of each branch per difference of angles, MW/rad: base power over reactance and tap. Never 0, finite.
    pub mw_per_rad: Vec<f64>,
    /// Phase shift of each branch, rad.
    pub shift_rad: Vec<f64>,
    /// Whether each branch is in service.
    pub branch_on: Vec<bool>,
    /// What each bus feeds in, MW, at least 0.
    pub generation_mw: Vec<f64>,
    /// The most that each bus can feed in, MW, at least its generation.
    pub generation_max_mw: Vec<f64>,
    /// What is drawn at each bus, MW, at least 0.
    pub load_mw: Vec<f64>,
    /// How long the load of each bus is kept when power is short: the lowest numbers are shed first.
    pub priority: Vec<u8>,
    /// Angle held by reference buses, rad.
    pub reference_rad: Vec<Option<f64>>,
    /// Whether each bus is in service.
    pub bus_on: Vec<bool>,
}

impl Grid {
    /// Buses.
    pub fn bus_count(&self) -> usize {
        self.bus_on.len()
    }

    /// Branches.
    pub fn branch_count(&self) -> usize {
        self.branch_on.len()
    }

    /// Whether a branch carries power: it and both its buses are in service.
    pub fn carries(&self, branch: usize) -> bool {
        let bus = |bus: u32| self.bus_on[bus as usize];
        self.branch_on[branch] && bus(self.from[branch]) && bus(self.to[branch])
    }

    /// Adds a bus that draws (or feeds, where positive) an injection, MW; gives its number.
    pub fn add_bus(&mut self, injection_mw: f64) -> u32 {
        let generation = injection_mw.max(0.0);
        self.generation_mw.push(generation);
        self.generation_max_mw.push(generation);
        self.load_mw.push((-injection_mw).max(0.0));
        self.priority.push(0);
        self.reference_rad.push(None);
        self.bus_on.push(true);
        (self.bus_on.len() - 1) as u32
    }

    /// Adds a branch in service without shift; gives its number.
    pub fn add_branch(&mut self, from: u32, to: u32, mw_per_rad: f64) -> u32 {
        self.from.push(from);
        self.to.push(to);
        self.mw_per_rad.push(mw_per_rad);
        self.shift_rad.push(0.0);
        self.branch_on.push(true);
        (self.branch_on.len() - 1) as u32
    }
}
