//! Who was in which room from when to when: the one record that movement writes and contact reads.
use crate::id::{PersonId, RoomId};
use bitcode::{Decode, Encode};

/// One stay of one person in one room on the current day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Visit {
    /// The room.
    pub room: RoomId,
    /// Who stayed.
    pub person: PersonId,
    /// First minute, 0–1440.
    pub start_min: u16,
    /// End, minutes after midnight, at most 1440; never before the start.
    pub end_min: u16,
}

/// All finished stays of the current day, in chunks of neighbouring persons so that threads never meet.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct VisitLog {
    /// One list per chunk of [`CHUNK`] persons.
    pub chunks: Vec<Vec<Visit>>,
}

/// Persons per chunk of work: a fixed number, so results can't depend on the thread count.
pub const CHUNK: usize = 4096;

impl VisitLog {
    /// An empty log for a population.
    pub fn for_persons(persons: usize) -> Self {
        Self { chunks: vec![Vec::new(); persons.div_ceil(CHUNK)] }
    }
    /// Forgets the day but keeps the memory.
    pub fn clear(&mut self) {
        self.chunks.iter_mut().for_each(Vec::clear);
    }
    /// Number of stays.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }
    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
