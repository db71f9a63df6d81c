//! The cases a department has heard of: each counted once, and again only for a new infection.
use citytwin_engine::{Board, Department, Record, RecordKind, TICKS_PER_DAY};
use citytwin_world::PersonId;

/// A further positive test within this time belongs to the same infection (ECDC: 60 days).
const SAME_CASE_TICKS: u32 = 60 * TICKS_PER_DAY;

/// Cases of so many days are counted together.
const RECENT_TICKS: u32 = 7 * TICKS_PER_DAY;

/// A department's cases, followed along the board. It follows from the board alone, so a restart can rebuild it.
pub(super) struct KnownCases {
    department: Department,
    /// Tick after that of each person's last case; 0 for those without one and those beyond the end of the list.
    last: Vec<u32>,
    read: usize,
    /// Whose positive result fell into the last seven days, with its tick.
    recent: Vec<(u32, PersonId)>,
    /// Cases known so far.
    pub total: u64,
}

impl KnownCases {
    /// Nothing known yet.
    pub fn new(department: Department) -> Self {
        Self { department, last: Vec::new(), read: 0, recent: Vec::new(), total: 0 }
    }

    /// The cases that the department learnt of with this tick.
    pub fn fresh(&mut self, board: &Board) -> Vec<Record> {
        let known = board.known(self.department);
        let before = known.len() - board.fresh(self.department).len();
        // Only after a restart is anything older unread.
        for record in known.get(self.read..before).unwrap_or(&[]) {
            self.is_new(record);
        }
        let fresh = known.get(before..).unwrap_or(&[]);
        self.read = known.len();
        fresh.iter().filter(|record| self.is_new(record)).copied().collect()
    }

    /// The known cases whose positive result fell into the seven days up to a tick.
    pub fn recent(&mut self, tick: u32) -> impl Iterator<Item = PersonId> + '_ {
        self.recent.retain(|(observed, _)| observed.saturating_add(RECENT_TICKS) > tick);
        self.recent.iter().map(|(_, person)| *person)
    }

    fn is_new(&mut self, record: &Record) -> bool {
        if record.kind != RecordKind::TestPositive {
            return false;
        }
        let index = record.person.0 as usize;
        if index >= self.last.len() {
            self.last.resize(index + 1, 0);
        }
        let last = self.last[index];
        let new = last == 0 || record.observed_tick >= last.saturating_add(SAME_CASE_TICKS);
        if new {
            self.last[index] = record.observed_tick.saturating_add(1);
            self.recent.push((record.observed_tick, record.person));
            self.total += 1;
        }
        new
    }
}
