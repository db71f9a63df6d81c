//! Cases that wait for the tracing teams.
use bitcode::{Decode, Encode};
use citytwin_engine::{Record, TICKS_PER_DAY, TracedCase};
use citytwin_world::PersonId;
use std::collections::{BTreeMap, VecDeque};

/// A further record within this time belongs to the same case (ECDC: 60 days).
const SAME_CASE_TICKS: u32 = 60 * TICKS_PER_DAY;

/// The queue, in the order in which cases became known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    newest_first: bool,
    give_up_ticks: u32,
    waiting: VecDeque<TracedCase>,
    /// Tick of each person's last case.
    last: BTreeMap<PersonId, u32>,
}

/// What is kept over a restart.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct SavedQueue {
    waiting: Vec<TracedCase>,
    last: Vec<(PersonId, u32)>,
}

impl Queue {
    /// An empty queue from which the newest or the oldest case leaves first, and old ones unseen.
    pub fn new(newest_first: bool, give_up_ticks: u32) -> Self {
        Self { newest_first, give_up_ticks, ..Self::default() }
    }

    /// Adds the case of a record, and gives it, unless it is known or too old.
    pub fn join(&mut self, tick: u32, record: &Record) -> Option<TracedCase> {
        let since_tick = record.observed_tick;
        let known = self.last.get(&record.person);
        if known.is_some_and(|last| since_tick < last.saturating_add(SAME_CASE_TICKS)) {
            return None;
        }
        self.last.insert(record.person, since_tick);
        let case = TracedCase { person: record.person, since_tick };
        self.is_fresh(tick, &case).then(|| {
            self.waiting.push_back(case);
            case
        })
    }

    fn is_fresh(&self, tick: u32, case: &TracedCase) -> bool {
        case.since_tick.saturating_add(self.give_up_ticks) >= tick
    }

    /// The cases whose turn it is where the teams have time for so many, by id. Too old ones are given up.
    pub fn leave(&mut self, tick: u32, room: usize) -> Vec<TracedCase> {
        let (give_up_ticks, waiting) = (self.give_up_ticks, &mut self.waiting);
        waiting.retain(|case| case.since_tick.saturating_add(give_up_ticks) >= tick);
        let count = room.min(waiting.len());
        let mut leaving: Vec<TracedCase> = match self.newest_first {
            true => waiting.split_off(waiting.len() - count).into(),
            false => waiting.drain(..count).collect(),
        };
        leaving.sort_unstable();
        leaving
    }

    /// Cases that wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> SavedQueue {
        SavedQueue {
            waiting: self.waiting.iter().copied().collect(),
            last: self.last.iter().map(|(person, tick)| (*person, *tick)).collect(),
        }
    }

    /// Takes up what was saved.
    pub fn load(&mut self, saved: SavedQueue) {
        self.waiting = saved.waiting.into();
        self.last = saved.last.into_iter().collect();
    }
}
