//! Who is to be housed by order and since when: kept by the records that the health commission is told.
use bitcode::{Decode, Encode};
use citytwin_engine::{Board, Department, Lodger, Now, Purpose, RecordKind, TICKS_PER_DAY};
use citytwin_world::{Draw, PersonId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rule, and the persons it binds now. Work follows the records and not the population.
pub struct Lodgers {
    /// Records that put a person on the list.
    kinds: Vec<RecordKind>,
    /// How long from what was observed.
    stay_ticks: u32,
    /// Share of persons who go where they are ordered, and the purpose of that draw.
    follows: (f64, u32),
    memory: Memory,
    /// The persons of `memory`, longest known first: follows from it.
    list: Arc<Vec<Lodger>>,
}

/// What is kept over a restart.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Memory {
    /// Since when and until when each person is bound.
    terms: BTreeMap<PersonId, (u32, u32)>,
    read: u64,
}

impl Lodgers {
    /// Nobody yet, by records of some kinds, for so many days from what they tell.
    pub fn new(kinds: &[String], stay_days: f64, follows: (f64, u32)) -> Self {
        Self {
            kinds: kinds.iter().filter_map(|name| RecordKind::parse(name)).collect(),
            stay_ticks: (stay_days * f64::from(TICKS_PER_DAY)).round() as u32,
            follows,
            memory: Memory::default(),
            list: Arc::default(),
        }
    }

    /// Reads what is new and gives those to be housed now, longest known first.
    pub fn read(&mut self, now: Now, board: &Board) -> &Arc<Vec<Lodger>> {
        let commission = Department::HealthCommission;
        let mut changed = false;
        for record in board.usable(commission, Purpose::Isolation, self.memory.read as usize, now.tick) {
            let until = record.observed_tick.saturating_add(self.stay_ticks);
            let (share, purpose) = self.follows;
            if matches!(record.kind, RecordKind::Discharge | RecordKind::Death) {
                changed |= self.memory.terms.remove(&record.person).is_some();
            } else if self.kinds.contains(&record.kind)
                && until > now.tick
                && Draw::new(now.seed, purpose, record.person.0, 0).chance(share)
            {
                let term = self.memory.terms.entry(record.person).or_insert((record.observed_tick, until));
                *term = (term.0.min(record.observed_tick), term.1.max(until));
                changed = true;
            }
        }
        self.memory.read = board.known(commission).len() as u64;
        let before = self.memory.terms.len();
        self.memory.terms.retain(|_, (_, until)| *until > now.tick);
        if changed || self.memory.terms.len() != before {
            self.write();
        }
        &self.list
    }

    fn write(&mut self) {
        let mut list: Vec<Lodger> = self.memory.terms.iter().map(|(p, (since, _))| (*since, *p)).collect();
        list.sort_unstable();
        self.list = Arc::new(list);
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> Memory {
        self.memory.clone()
    }

    /// Takes up what was saved.
    pub fn load(&mut self, saved: Memory) {
        self.memory = saved;
        self.write();
    }
}
