//! The two contracts every plug-in meets: layers change the world, policies set levers.
use crate::board::Board;
use crate::clock::{Now, Phase};
use crate::lever::Levers;
use citytwin_world::{City, World};

/// How something behaves. Whatever a viewer, metric or checkpoint may want lives in the world, not in the layer:
/// a layer keeps parameters and scratch space only.
pub trait Layer: Send {
    /// Name in `run.json`.
    fn name(&self) -> &'static str;
    /// The phases it takes part in.
    fn phases(&self) -> &'static [Phase];
    /// Runs one phase of the present hour.
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board);
}

/// What a government does with what it knows. It never sees the world.
pub trait Policy: Send {
    /// Asserts levers for the next hour from what the board says.
    fn decide(&mut self, now: Now, board: &Board, city: &City, levers: &mut Levers);
    /// What it must remember over a restart, as bytes (empty for most).
    fn memory(&self) -> Vec<u8> {
        Vec::new()
    }
    /// Takes back what [`Self::memory`] gave; false when the bytes make no sense.
    fn restore(&mut self, memory: &[u8]) -> bool {
        memory.is_empty()
    }
}
