//! Tours of vehicles that serve orders: vehicle routing with loads by weight and volume, windows, several depots, unlike
//! vehicles, hours of drivers, priced lateness and orders that may be left out.
//!
//! [`solve`] finds a [`Plan`] for a [`Dispatch`], [`improve`] goes on from one that was good before something changed,
//! and [`check`] looks at a plan without a line of code from the search.
mod check;
mod dispatch;
mod legs;
mod near;
mod plan;
mod rebuild;
mod search;
mod state;
mod tails;
#[cfg(test)]
mod tests;

pub use check::{Account, Fault, check};
pub use dispatch::{Dispatch, MUST, NEVER_LATE, Orders, UNLIMITED, VehicleKind};
pub use legs::{Legs, Rounding};
pub use plan::{Plan, Tour};
pub use rebuild::Tuning;
pub use search::{Found, Settings, Spent, improve, solve};
