//! Tours of vehicles that serve orders: vehicle routing with loads, windows, depots and unlike fleets.
mod anneal;
mod dispatch;
mod legs;
mod near;
mod plan;
mod rebuild;
mod state;

pub use anneal::anneal;
pub use dispatch::{Dispatch, MUST, NEVER_LATE, Orders, UNLIMITED, VehicleKind};
pub use legs::{Legs, Rounding};
pub use plan::{Plan, Tour};
pub use rebuild::Tuning;
