//! Saving a simulation whole and carrying on later as if nothing had happened.
use crate::board::Board;
use crate::lever::Levers;
use crate::simulation::Simulation;
use bitcode::{Decode, Encode};
use citytwin_world::population::Today;
use citytwin_world::{Column, Health, PersonId, Services, VisitLog};

/// Everything that changes during a run. The city and its residents are not in it: they are known by their digest.
#[derive(Encode, Decode)]
struct Saved {
    version: u32,
    scenario_hash: u64,
    city_hash: u64,
    seed: u64,
    tick: u32,
    today: Column<PersonId, Today>,
    health: Health,
    services: Services,
    visits: VisitLog,
    board: Board,
    levers: Levers,
    policies: Vec<(String, bool, Vec<u8>)>,
}

/// Format of the saved bytes; raised with every change of what is saved.
const VERSION: u32 = 7;

/// Why saved bytes cannot be taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResumeError {
    /// Not a checkpoint, or damaged.
    Unreadable,
    /// Written by another version of the program.
    OtherVersion,
    /// Belongs to another scenario, city or seed.
    OtherRun,
}

impl std::fmt::Display for ResumeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the checkpoint cannot be read",
            Self::OtherVersion => "the checkpoint was written by another version of the program",
            Self::OtherRun => "the checkpoint belongs to another scenario, city or seed",
        })
    }
}

impl std::error::Error for ResumeError {}

impl Simulation {
    /// The simulation's whole state as bytes; `scenario_hash` ties it to its scenario.
    pub fn save(&self, scenario_hash: u64) -> Vec<u8> {
        let people = &self.world.people;
        bitcode::encode(&Saved {
            version: VERSION,
            scenario_hash,
            city_hash: self.world.city.hash,
            seed: self.seed,
            tick: self.tick(),
            today: people.today.clone(),
            health: people.health.clone(),
            services: self.world.services.clone(),
            visits: self.world.visits.clone(),
            board: self.board.clone(),
            levers: self.levers.clone(),
            policies: self
                .policies()
                .iter()
                .map(|p| (p.id.clone(), p.trigger.as_ref().is_some_and(|t| t.on), p.policy.memory()))
                .collect(),
        })
    }

    /// Takes up a saved state in a simulation freshly built from the same scenario, city and seed.
    ///
    /// # Errors
    /// When the bytes are damaged, of another version, or of another run.
    pub fn resume(&mut self, bytes: &[u8], scenario_hash: u64) -> Result<(), ResumeError> {
        let saved: Saved = bitcode::decode(bytes).map_err(|_| ResumeError::Unreadable)?;
        if saved.version != VERSION {
            return Err(ResumeError::OtherVersion);
        }
        let same = saved.scenario_hash == scenario_hash
            && saved.city_hash == self.world.city.hash
            && saved.seed == self.seed
            && saved.today.len() == self.world.people.len()
            && saved.policies.len() == self.policies().len();
        if !same {
            return Err(ResumeError::OtherRun);
        }
        for (scheduled, (id, on, memory)) in self.policies_mut().iter_mut().zip(&saved.policies) {
            if scheduled.id != *id || !scheduled.policy.restore(memory) {
                return Err(ResumeError::OtherRun);
            }
            if let Some(trigger) = &mut scheduled.trigger {
                trigger.on = *on;
            }
        }
        self.world.people.today = saved.today;
        self.world.people.health = saved.health;
        self.world.services = saved.services;
        self.world.visits = saved.visits;
        self.board = saved.board;
        self.levers = saved.levers;
        self.set_tick(saved.tick);
        Ok(())
    }
}
