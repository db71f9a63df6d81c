//! Cascades of overloads: branches above their capacity trip, all at once, until none is.
//!
//! After A. E. Motter and Y.-C. Lai, "Cascade-based attacks on complex networks", Phys. Rev. E 66 (2002): capacity is a
//! multiple of the flow before the accident, here of the DC flow and at least of a share of the largest.
use super::{Flow, Grid, Slack, Solver, Unsolvable};

/// Share of the largest flow that every branch can carry at a capacity factor of 1.
pub const FLOOR_SHARE: f64 = 0.05;
/// How much above its capacity a branch must be to trip, relative.
const TOLERANCE: f64 = 1e-9;

/// A network with the capacities that its ordinary flow gives it.
pub struct Cascade<'g> {
    grid: &'g Grid,
    solver: Solver,
    base: Flow,
    capacity_mw: Vec<f64>,
    flow: Flow,
}

/// What came of the loss of a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Rounds in which branches tripped.
    pub rounds: usize,
    /// Branches lost, the first one included.
    pub branches_lost: usize,
    /// Share of the load shed.
    pub load_shed_frac: f64,
}

impl<'g> Cascade<'g> {
    /// Solves the network as it stands and gives each branch `factor` times its flow, or `factor` times
    /// `FLOOR_SHARE` of the largest flow if that is more, as its capacity.
    ///
    /// # Errors
    /// [`Unsolvable`].
    pub fn new(grid: &'g Grid, factor: f64) -> Result<Self, Unsolvable> {
        let mut solver = Solver::new(grid)?;
        let base = solver.solve(grid, Slack::Reference)?;
        let largest = base.flow_mw.iter().fold(0.0_f64, |most, mw| most.max(mw.abs()));
        let capacity = |mw: &f64| factor * mw.abs().max(FLOOR_SHARE * largest);
        let capacity_mw = base.flow_mw.iter().map(capacity).collect();
        let flow = base.clone();
        Ok(Self { grid, solver, base, capacity_mw, flow })
    }

    /// What comes of the loss of a branch.
    ///
    /// # Errors
    /// [`Unsolvable`].
    pub fn lose(&mut self, branch: usize) -> Result<Outcome, Unsolvable> {
        let Self { grid, solver, base, capacity_mw, flow } = self;
        flow.on.clone_from(&base.on);
        flow.generation_mw.clone_from(&base.generation_mw);
        flow.load_mw.clone_from(&base.load_mw);
        let mut lost = usize::from(std::mem::replace(&mut flow.on[branch], false));
        let mut rounds = 0;
        loop {
            solver.resolve(grid, Slack::Lowered, flow)?;
            let before = lost;
            for (at, on) in flow.on.iter_mut().enumerate().filter(|(_, on)| **on) {
                if flow.flow_mw[at].abs() > capacity_mw[at] * (1.0 + TOLERANCE) {
                    *on = false;
                    lost += 1;
                }
            }
            if lost == before {
                break;
            }
            rounds += 1;
        }
        let all: f64 = base.load_mw.iter().sum();
        let served: f64 = flow.load_mw.iter().sum();
        let load_shed_frac = if all > 0.0 { (1.0 - served / all).max(0.0) } else { 0.0 };
        Ok(Outcome { rounds, branches_lost: lost, load_shed_frac })
    }

    /// The state that the last loss ended in, or the one before any.
    pub fn state(&self) -> &Flow {
        &self.flow
    }

    /// Capacity of each branch, MW.
    pub fn capacity_mw(&self) -> &[f64] {
        &self.capacity_mw
    }
}
