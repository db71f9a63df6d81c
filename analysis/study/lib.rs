//! Runs a simulation to its end and leaves a run folder: tables with units, provenance, checkpoints.
pub mod calibration;
pub mod checkpoint;
pub mod comparison;
pub mod csv;
pub mod ensemble;
pub mod error;
pub mod folder;
pub mod forecast;
mod given;
mod jams;
pub mod job;
pub mod map;
pub mod memory;
pub mod observations;
pub mod parquet;
pub mod provenance;
pub mod recorder;
pub mod run;
pub mod scores;
pub mod sensitivity;
pub mod sweep;
pub mod table;
pub mod tables;
mod trajectories;

#[cfg(test)]
mod toy;

pub use error::StudyError;
pub use job::{job, vocabulary};
pub use provenance::{Hazard, Inputs, Parameter, PolicyEntry};
pub use run::{Job, Progress, RunOptions, RunSummary, run_one};
pub use trajectories::WantedTrajectories;
