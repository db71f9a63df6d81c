//! What one thread moves at a time: a chunk of persons, and where their results go.
use super::ahead::{Ahead, Undone};
use super::doors::{DoorArrival, Outcome};
use super::due::Due;
use super::platforms::Rider;
use citytwin_world::Visit;
use citytwin_world::population::Today;
use citytwin_world::services::{TripRecord, TripTally};
use citytwin_world::visits::CHUNK;

/// What a chunk of persons moving produces besides stays.
#[derive(Default)]
pub(super) struct Work {
    pub(super) tally: TripTally,
    pub(super) arrivals: Vec<DoorArrival>,
    /// Those who set out for a platform, where vehicles can fill.
    pub(super) riders: Vec<Rider>,
    pub(super) trips: Vec<TripRecord>,
    /// Trips by car, where roads know traffic.
    pub(super) drives: Vec<TripRecord>,
}

/// One chunk of persons; kept from hour to hour for its memory.
#[derive(Default)]
pub(super) struct ChunkWork {
    pub(super) work: Work,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) ahead: Ahead,
    pub(super) undone: Undone,
}

/// Where one chunk's results go.
pub(super) struct Sink<'a> {
    pub(super) visits: &'a mut Vec<Visit>,
    pub(super) due: &'a mut Due,
    pub(super) ahead: &'a mut Ahead,
    pub(super) work: &'a mut Work,
    /// Person number of the chunk's first person.
    pub(super) first: usize,
    /// Whether the rest of the day is being told, and may have to be taken back.
    pub(super) foresees: bool,
}

/// What one thread moves at a time: a chunk's persons, their stays and the chunk's own memory.
pub(super) struct Chunk<'a> {
    pub(super) number: usize,
    pub(super) today: &'a mut [Today],
    pub(super) visits: &'a mut Vec<Visit>,
    pub(super) due: &'a mut Due,
    pub(super) own: &'a mut ChunkWork,
}

impl Chunk<'_> {
    /// The chunk's persons and where their results go.
    pub(super) fn open(&mut self) -> (&mut [Today], Sink<'_>) {
        let ChunkWork { work, ahead, .. } = &mut *self.own;
        let first = self.number * CHUNK;
        let (visits, due) = (&mut *self.visits, &mut *self.due);
        (self.today, Sink { visits, due, ahead, work, first, foresees: false })
    }

    /// Calls `each` with the chunk's persons, where results go, and what else is the chunk's.
    pub(super) fn with(self, each: impl FnOnce(&mut [Today], &mut Sink, &mut Vec<Outcome>, &mut Undone)) {
        let Self { number, today, visits, due, own } = self;
        let ChunkWork { work, outcomes, ahead, undone } = own;
        let mut sink = Sink { visits, due, ahead, work, first: number * CHUNK, foresees: false };
        each(today, &mut sink, outcomes, undone);
    }
}
