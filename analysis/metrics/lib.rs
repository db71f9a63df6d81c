//! Numbers about the truth, each with its unit.
//!
//! A day is looked at once, by [`Observer::observe`]; every metric is then a number read off that [`Observation`]
//! (or, for those that need the future, off the transmission tree when the run has ended). Metrics never change the
//! world: what they must remember over a restart is in [`observer::Memory`].
pub mod codes;
pub mod economy;
pub mod facts;
pub mod groups;
pub mod hospital;
pub mod infection;
pub mod infrastructure;
pub mod metric;
pub mod mobility;
pub mod motif;
pub mod observation;
pub mod observer;
pub mod privacy;
pub mod supply;
pub mod tracing;
pub mod transit;
pub mod transmission;
pub mod trip_length;
pub mod visitation;

pub use facts::{Fact, Totals};
pub use metric::{Better, METRIC_GROUPS, MetricKind, OverRun, Read, find, metrics};
pub use observation::Observation;
pub use observer::{Memory, Observer};
