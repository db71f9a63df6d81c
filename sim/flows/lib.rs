//! Electrical and hydraulic network solutions as pure functions over slices: they know no city, no people and no time of
//! a simulation, and of files only the text that is handed to them.
//!
//! - [`sparse`]: symmetric systems of networks, with a fill-reducing order that is found once and factors that are
//!   made anew cheaply;
//! - [`power`]: DC power flow with islands, shedding and cascades, and cases in CSV tables or MATPOWER files;
//! - [`water`]: heads and flows of water networks over hours, with EPANET's semantics and files.

pub mod power;
pub mod sparse;
pub mod water;
