//! Clock, phases, levers, board, registry, checkpoints and the step.
pub mod board;
pub mod checkpoint;
pub mod clock;
pub mod contract;
pub mod digest;
pub mod lever;
pub mod simulation;
pub mod trigger;

pub use board::{Board, Department, Record, RecordKind, Share, Signal};
pub use clock::{Calendar, Now, Phase, TICKS_PER_DAY};
pub use contract::{Layer, Metric, Policy};
pub use digest::digest;
pub use lever::{CheckpointRule, Code, CodeBook, Levers, PersonSet, TestingOrder};
pub use simulation::{Scheduled, Simulation};
