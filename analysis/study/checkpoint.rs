//! A run's checkpoint: the simulation and everything recorded so far, so that a resumed run writes the same tables.
use crate::error::StudyError;
use crate::folder::RunFolder;
use crate::recorder::Recorder;
use bitcode::{Decode, Encode};
use citytwin_engine::Simulation;
use citytwin_engine::checkpoint::ResumeError;

/// Name of the checkpoint in the folder of an unfinished run.
pub const FILE: &str = "checkpoint.zst";

#[derive(Encode, Decode)]
struct Checkpoint {
    simulation: Vec<u8>,
    recorder: Recorder,
}

/// Writes the checkpoint of a day's end, replacing the one before as a whole.
///
/// # Errors
/// What the system says.
pub fn save(
    folder: &RunFolder,
    simulation: &Simulation,
    recorder: &Recorder,
    scenario_hash: u64,
) -> Result<(), StudyError> {
    let saved = Checkpoint { simulation: simulation.save(scenario_hash), recorder: recorder.clone() };
    let path = folder.partial().join(FILE);
    let packed = zstd::encode_all(bitcode::encode(&saved).as_slice(), 1).map_err(StudyError::file(&path))?;
    folder.write_bytes(FILE, &packed)?;
    Ok(())
}

/// Takes up the checkpoint in the folder of an unfinished run.
///
/// # Errors
/// When there is none, it is damaged, or belongs to another run.
pub fn resume(
    folder: &RunFolder,
    simulation: &mut Simulation,
    scenario_hash: u64,
) -> Result<Recorder, StudyError> {
    let path = folder.partial().join(FILE);
    if !path.exists() {
        return Err(StudyError::NoCheckpoint(path));
    }
    let packed = std::fs::read(&path).map_err(StudyError::file(&path))?;
    let damaged = |source| StudyError::Resume { path: path.clone(), source };
    let bytes = zstd::decode_all(packed.as_slice()).map_err(|_| damaged(ResumeError::Unreadable))?;
    let saved: Checkpoint = bitcode::decode(&bytes).map_err(|_| damaged(ResumeError::Unreadable))?;
    simulation.resume(&saved.simulation, scenario_hash).map_err(damaged)?;
    Ok(saved.recorder)
}
