//! Customisable contraction hierarchy: shortest paths by time in microseconds on weights that may change at any hour.
//!
//! Once per city a nested dissection of the street graph gives an order and the shortcuts that any weights might need
//! ([`Hierarchy::new`]); weights are then poured in by lower triangles ([`Hierarchy::customise`], or
//! [`Hierarchy::change`] where few links change) and queries walk up the elimination tree from both ends
//! (Dibbelt, Strasser and Wagner, "Customizable contraction hierarchies", 2016). Turn bans are exact because they
//! are built into the [`Graph`](crate::Graph). Times are whole numbers, so results don't depend on threads.

mod customise;
mod dissect;
mod labels;
mod query;
mod structure;

#[cfg(test)]
mod tests;

pub use customise::Customised;
pub use labels::{Ancestry, Labels};
pub use query::{Seeker, Targets};
pub use structure::Hierarchy;
