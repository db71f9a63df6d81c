//! Water networks: heads and flows in pipes, pumps, valves, tanks and leaks, over hours.
//!
//! The semantics are EPANET 2.2's (L. A. Rossman et al., EPANET 2.2 User Manual, EPA/600/R-20/133, 2020), and so are the
//! units inside: feet, cubic feet per second and seconds, because its constants and tolerances are given in them. One
//! period is solved by the global gradient method (E. Todini and S. Pilati, 1987): heads from a symmetric system, flows
//! from heads, until flows change no more; then statuses of valves, pumps and pipes to tanks are checked.

mod controls;
mod inp;
mod losses;
mod network;
mod orders;
mod run;
mod solve;
mod status;
#[cfg(test)]
mod tests;
mod units;

pub use inp::{Read, read_inp};
pub use network::{
    Curve, Demand, DemandModel, Formula, Kind, Link, Network, Node, Options, Pump, PumpCurve, Status, Tank,
    Times, Unbalanced,
};
pub use orders::{Action, Condition, Control, Object, Operator, Premise, Rule, Trigger, Variable};
pub use run::{Event, Run};
pub use units::{FlowUnit, PressureUnit, Units};
