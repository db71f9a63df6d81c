//! Times of drives that were looked up before: most drives are made again on the next day like it.
use super::super::{Sink, View};
use super::{kind_of, period_of};
use citytwin_world::PersonId;
use citytwin_world::residents::{Resident, SLOTS};

/// Times kept for each driver.
const KEPT: usize = 16;
/// A way that doesn't exist.
const NO_WAY: u32 = 0xffff;

/// Times of drives of a chunk's drivers. It only saves work: a time is the same whether it was kept or not.
#[derive(Default)]
pub(in super::super) struct Memo {
    version: u32,
    first_row: u32,
    kept: Vec<u32>,
}

impl Memo {
    /// Forgets all times if roads have changed since, and makes room for the chunk's drivers.
    pub(in super::super) fn ready(&mut self, version: u32, persons: &[Resident]) {
        if self.version == version && !self.kept.is_empty() {
            return;
        }
        let mut rows = persons.iter().map(|person| person.car_row).filter(|row| *row != u32::MAX);
        let first = rows.next();
        let last = rows.next_back().or(first);
        let drivers = first.zip(last).map_or(0, |(first, last)| last.saturating_sub(first) as usize + 1);
        self.first_row = first.unwrap_or(0);
        self.kept.clear();
        self.kept.resize(drivers * KEPT, 0);
        self.version = version;
    }
}

/// Time of a drive between two of a resident's places, s; `None` where no way is open.
pub(in super::super) fn time_s(
    view: &View,
    (id, person): (PersonId, &Resident),
    (a, b): (usize, usize),
    depart_s: u32,
    sink: &mut Sink,
) -> Option<u32> {
    let net = view.roads?;
    let (kind, period) = (kind_of(view.now), period_of(depart_s));
    let look_up = || {
        let node = |slot: usize| net.kerbs.at(view.city, id, person, slot);
        net.time_s(node(a)?, node(b)?, period)
    };
    let row = person.car_row.wrapping_sub(sink.memo.first_row) as usize;
    // Kind, pair and period fit fourteen bits above the time; the highest bit tells a time from none.
    let key = 1 << 31 | ((kind << 12 | (a * SLOTS + b) << 6 | period.min(63)) as u32) << 16;
    let at = row.saturating_mul(KEPT) + ((key >> 16).wrapping_mul(0x9e37_79b9) >> 28) as usize % KEPT;
    let Some(kept) = sink.memo.kept.get_mut(at).filter(|_| person.car_row != u32::MAX) else {
        return look_up();
    };
    if *kept & 0xffff_0000 != key {
        *kept = key | look_up().map_or(NO_WAY, |s| s.min(NO_WAY - 1));
    }
    (*kept & 0xffff != NO_WAY).then_some(*kept & 0xffff)
}
