//! Path algorithms as pure functions over slices: they know no population, and of the city only `city`.
//!
//! - streets: [`Graph`] (a mode's links in CSR form, with turn bans), [`Weights`] (time and length of each arc),
//!   [`Scratch`] (one search after another without allocation), [`Tree`] (what a search found);
//!   [`hierarchy`] (the same answers in microseconds, on weights that may change at any hour);
//! - transit: [`Timetable`] (patterns, runs, days), [`Rounds`] (RAPTOR), [`journeys`] (from zone to zone), [`Profile`] (all good
//!   departures of a span), [`Journey`] (a choice of rides that can
//!   be evaluated for any departure), [`Transfers`] (walks between stops);
//! - traffic: [`assignment`] (user equilibrium of demand on a graph with volume-delay functions), [`traffic`] (single
//!   vehicles on link queues).

pub mod assignment;
mod begins;
mod calls;
pub mod city;
mod component;
mod dijkstra;
mod graph;
pub mod hierarchy;
pub mod journeys;
mod problem;
mod profile;
mod queue;
mod raptor;
mod ride;
mod timetable;
pub mod tours;
pub mod traffic;
mod transfers;

#[cfg(test)]
mod oracle;

pub use calls::Call;
pub use component::largest_strong_component;
pub use dijkstra::{Scratch, Search, Source, Tree};
pub use graph::{Direction, Graph, Network, Weights};
pub use problem::Problem;
pub use profile::{Choice, Profile, Span};
pub use raptor::{Access, Departure, Reach, Rounds};
pub use ride::{Boarding, Journey, Ride, Wait};
pub use timetable::{Timetable, TripTable};
pub use transfers::{Transfers, Walking};
