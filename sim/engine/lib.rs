//! Clock, phases, levers, board, registry, checkpoints and the step.
pub mod board;
pub mod checkpoint;
pub mod clock;
pub mod contract;
pub mod digest;
pub mod housing;
pub mod key;
pub mod lever;
pub mod moment;
pub mod params;
pub mod registry;
pub mod screening;
pub mod signal;
pub mod simulation;
pub mod tracing;
pub mod trigger;
pub mod unit;
pub mod vaccination;

pub use citytwin_world::suggest;

pub use board::{Board, Department, Record, RecordKind, Share, Signal, ZoneCounts};
pub use clock::{Calendar, Now, Phase, TICKS_PER_DAY};
pub use contract::{Layer, Policy};
pub use digest::digest;
pub use housing::{FieldHospital, HousingOrder, Lodger};
pub use key::{KeySpec, Preset};
pub use lever::{CheckpointRule, Code, CodeBook, Levers, PersonSet, TestingOrder};
pub use moment::Moment;
pub use params::Params;
pub use registry::Kind;
pub use screening::ScreeningRound;
pub use signal::SignalSpec;
pub use simulation::{Scheduled, Simulation};
pub use tracing::{TracedCase, TracingOrder};
pub use unit::Unit;
pub use vaccination::{PriorityGroup, VaccinationOrder};
