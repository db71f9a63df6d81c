//! Living a day ahead: whoever nothing is known to disturb today makes all the day's trips at midnight, in one go.
//!
//! Most residents' days are settled at midnight: no order binds them later than others, no illness begins, no guarded
//! door stands in their way. Moving them through the whole day at once reads what is known about them once a day
//! instead of once a trip, and from neighbouring places of memory. When an order changes in the day, those it concerns
//! are taken back to midnight and moved again, under the orders that held then, up to the hour of the change; from
//! there they go hour by hour. Nothing here changes any result: the tests compare every day lived ahead with the same
//! day lived hour by hour.
use super::due::{Bits, WORDS, each_bit, has};
use super::side_by_side::{self, GROUP, Group, SideBySide};
use super::traveller::{ROOM, Traveller};
use super::{ChunkWork, Sink, View, Work, walk, warm};
use citytwin_engine::{Levers, PersonSet, TICKS_PER_DAY};
use citytwin_world::draw::blocks;
use citytwin_world::health::{Health, Severity};
use citytwin_world::id::Key;
use citytwin_world::population::{Hold, STOPS_MAX, Today};
use citytwin_world::visits::CHUNK;
use citytwin_world::{PersonId, RoomId, Visit};
use rayon::prelude::*;
use std::sync::Arc;

/// Infections looked at together.
const PIECE: usize = 1024;

/// One chunk's persons of whom the rest of the day is already told.
#[derive(Clone)]
pub(super) struct Ahead {
    /// Those who live ahead.
    bits: Bits,
    /// Those whose health may change today, hour by hour.
    watched: Bits,
    /// Where each person was at midnight, and since which minute.
    midnight: Vec<(RoomId, u16)>,
    /// Plans as they stood before a stop was dropped, by person in order.
    plans: Vec<Plan>,
    /// Stays told ahead: so many from the start of the chunk's list, in order of persons.
    stays: usize,
    /// Whether some of these stays have been taken back.
    gaps: bool,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            bits: [0; WORDS],
            watched: [0; WORDS],
            midnight: Vec::new(),
            plans: Vec::new(),
            stays: 0,
            gaps: false,
        }
    }
}

/// A day's plan before anything was dropped from it.
#[derive(Clone, Copy)]
struct Plan {
    index: u16,
    stops: u8,
    stop: [u8; STOPS_MAX],
    until_min: [u16; STOPS_MAX],
}

impl Ahead {
    /// A new day: nobody's day is told yet.
    pub(super) fn clear(&mut self) {
        self.bits = [0; WORDS];
        self.watched = [0; WORDS];
        self.plans.clear();
        (self.stays, self.gaps) = (0, false);
    }
    /// Whether the rest of a person's day is told.
    pub(super) fn holds(&self, index: usize) -> bool {
        has(&self.bits, index)
    }
    /// From here on a person goes hour by hour.
    pub(super) fn release(&mut self, index: usize) {
        self.bits[index / 64 % WORDS] &= !(1 << (index % 64));
    }
    /// Those of a set whose day is told.
    pub(super) fn among(&self, mut set: Bits) -> Bits {
        set.iter_mut().zip(self.bits).for_each(|(a, b)| *a &= b);
        set
    }
    /// Keeps a plan that is about to lose a stop.
    pub(super) fn keep_plan(&mut self, index: usize, today: &Today) {
        if self.plans.last().is_none_or(|plan| usize::from(plan.index) != index) {
            let Today { stops, stop, until_min, .. } = *today;
            self.plans.push(Plan { index: index as u16, stops, stop, until_min });
        }
    }
    /// Puts a person back to midnight.
    fn restore(&self, index: usize, today: &mut Today) {
        if let Ok(at) = self.plans.binary_search_by_key(&index, |plan| usize::from(plan.index)) {
            let Plan { stops, stop, until_min, .. } = self.plans[at];
            (today.stops, today.stop, today.until_min) = (stops, stop, until_min);
        }
        if let Some(&(room, since_min)) = self.midnight.get(index) {
            (today.room, today.since_min, today.hold) = (room, since_min, Hold::Free);
            today.begin_plan();
        }
    }
}

/// Marks those whose illness changes today or who may need a bed: they go hour by hour. Illness begins at midnight and
/// changes at the ticks its episode names; a layer that ever strikes people in mid-day without one must have them
/// marked here too. Becoming infectious is no illness, and who never has symptoms doesn't notice the end either.
pub(super) fn watch(health: &Health, day: u32, chunks: &mut [ChunkWork]) {
    let today = day * TICKS_PER_DAY..(day + 1) * TICKS_PER_DAY;
    let watched: Vec<PersonId> = health
        .active
        .par_iter()
        .with_min_len(PIECE)
        .filter_map(|&index| health.episodes.get(index as usize))
        .filter(|episode| {
            let ill = health.severity.get(episode.person).is_some_and(|s| *s >= Severity::Severe);
            ill || episode.is_felt() && episode.changes()[1..].iter().any(|tick| today.contains(tick))
        })
        .map(|episode| episode.person)
        .collect();
    for person in watched {
        let index = person.index();
        if let Some(work) = chunks.get_mut(index / CHUNK) {
            work.ahead.watched[index % CHUNK / 64] |= 1 << (index % 64);
        }
    }
}

/// Moves everybody of a chunk through the whole day who may live ahead; the others' departures are noted as due.
pub(super) fn live(view: &View, today: &mut [Today], sink: &mut Sink) {
    let mut side_by_side = SideBySide::default();
    sink.ahead.midnight.clear();
    sink.foresees = true;
    let possible = side_by_side::possible(view);
    let mut words = [[0; 4]; GROUP];
    for (group, today) in today.chunks_mut(GROUP).enumerate() {
        let first = sink.first + group * GROUP;
        blocks(view.now.seed, ROOM, first as u32, view.now.day(), &mut words);
        let [mut together, mut alone] = [0u64; 2];
        for (i, today) in today.iter().enumerate() {
            sink.ahead.midnight.push((today.room, today.since_min));
            let index = group * GROUP + i;
            if today.hold != Hold::Free || has(&sink.ahead.watched, index) {
                sink.due.set(index, today.next_min);
                continue;
            }
            sink.ahead.bits[index / 64 % WORDS] |= 1 << (index % 64);
            if possible && side_by_side::undisturbed(view, PersonId((first + i) as u32)) {
                together |= 1 << i;
            } else {
                alone |= 1 << i;
            }
        }
        if alone.count_ones() > GROUP as u32 / 8 {
            warm::touch_day(view, first, today, alone);
        }
        side_by_side.go(view, &mut Group { first, today, words: &words }, together, sink);
        for (i, today) in today.iter_mut().enumerate() {
            if !sink.ahead.holds(group * GROUP + i) {
                continue;
            }
            let who = Traveller::with(PersonId((first + i) as u32), words[i]);
            if alone >> i & 1 == 1 {
                walk::go_on(view, who, today, sink);
            } else {
                side_by_side.finish(view, who, i, today, sink);
            }
            end_stay(who.id, today, sink.visits);
        }
    }
    sink.foresees = false;
    sink.ahead.stays = sink.visits.len();
}

/// A stay that still runs at midnight ends there and goes on tomorrow.
fn end_stay(person: PersonId, today: &mut Today, visits: &mut Vec<Visit>) {
    if today.hold == Hold::Free && today.since_min < 1440 {
        visits.push(Visit { room: today.room, person, start_min: today.since_min, end_min: 1440 });
        today.since_min = 1440;
    }
}

/// Takes the days of some persons back and moves them again up to the present hour.
///
/// `views` see the orders that held so far: the first until midnight, the second until the present hour. What the days
/// taken back had counted is gathered in `undone`.
pub(super) fn take_back(
    [whole, until_now]: [&View; 2],
    taken: &Bits,
    today: &mut [Today],
    sink: &mut Sink,
    undone: &mut Undone,
) {
    each_bit(taken, |index| {
        let Some(today) = today.get_mut(index).filter(|_| sink.ahead.holds(index)) else { return };
        let id = PersonId((sink.first + index) as u32);
        forget_stays(id, sink);
        sink.ahead.restore(index, today);
        let mut scratch = Sink {
            visits: &mut undone.visits,
            due: sink.due,
            ahead: sink.ahead,
            work: &mut undone.work,
            first: sink.first,
            foresees: false,
        };
        let who = Traveller::new(whole.now, id);
        walk::go_on(whole, who, today, &mut scratch);
        undone.visits.clear();
        undone.work.arrivals.clear();
        undone.work.riders.clear();
        undone.work.trips.clear();
        undone.work.drives.clear();
        sink.ahead.restore(index, today);
        sink.ahead.release(index);
        walk::go_on_and_note(until_now, who, today, sink);
    });
}

/// Leaves a person's stays told ahead without length; the day's end removes them.
fn forget_stays(person: PersonId, sink: &mut Sink) {
    let Some(told) = sink.visits.get_mut(..sink.ahead.stays) else { return };
    let from = told.partition_point(|visit| visit.person < person);
    for visit in told[from..].iter_mut().take_while(|visit| visit.person == person) {
        visit.end_min = visit.start_min;
        sink.ahead.gaps = true;
    }
}

/// Ends the day of those who went hour by hour, and removes what was taken back.
pub(super) fn close_day(first: usize, today: &mut [Today], visits: &mut Vec<Visit>, ahead: &Ahead) {
    if ahead.gaps {
        visits.retain(|visit| visit.start_min < visit.end_min);
    }
    let mut rest = ahead.bits.map(|word| !word);
    let whole = today.len();
    for (w, word) in rest.iter_mut().enumerate() {
        let left = whole.saturating_sub(w * 64);
        if left < 64 {
            *word &= (1u64 << left) - 1;
        }
    }
    each_bit(&rest, |index| {
        let Some(today) = today.get_mut(index).filter(|today| today.hold != Hold::Dead) else { return };
        if today.since_min < 1440 {
            let person = PersonId((first + index) as u32);
            visits.push(Visit { room: today.room, person, start_min: today.since_min, end_min: 1440 });
            today.since_min = 1440;
        }
    });
}

/// Whether every resident's movement depends on something that differs between two sets of levers.
pub(super) fn all_differ(a: &Levers, b: &Levers) -> bool {
    a.closed != b.closed
        || a.remote_share != b.remote_share
        || a.lockdown != b.lockdown
        || a.checkpoints != b.checkpoints
        || heeded(a) != heeded(b)
        || (heeded(b).is_some() && a.entrance != b.entrance)
}

/// What a map that anybody heeds makes people do.
fn heeded(levers: &Levers) -> Option<(u32, &[u32])> {
    let map = levers.map.as_ref().filter(|map| map.is_heeded())?;
    Some((map.caution.to_bits(), &map.shunned))
}

/// Of a chunk's persons, those whom an order to stay at home, or to watch for symptoms, reached or left between two sets
/// of levers.
pub(super) fn reordered(a: &Levers, b: &Levers, chunk: usize) -> Bits {
    let word = |set: Option<&Arc<PersonSet>>, w: usize| set.map_or(0, |set| set.word(chunk * WORDS + w));
    fn watched(levers: &Levers) -> Option<&Arc<PersonSet>> {
        levers.tracing.as_ref().and_then(|order| order.watched.as_ref())
    }
    std::array::from_fn(|w| {
        let ordered = word(a.isolate.as_ref(), w) ^ word(b.isolate.as_ref(), w);
        ordered | (word(watched(a), w) ^ word(watched(b), w))
    })
}

/// What days taken back had counted; their stays and trips are only passed through.
#[derive(Default)]
pub(super) struct Undone {
    visits: Vec<Visit>,
    pub(super) work: Work,
}

/// Days on which everybody is taken back cost twice; after two such days in a row only every eighth is tried.
#[derive(Default)]
pub(super) struct Habit {
    broken_days: u32,
    broken_today: bool,
}

impl Habit {
    /// Whether this day is worth living ahead.
    pub(super) fn begin_day(&mut self, day: u32) -> bool {
        if std::mem::take(&mut self.broken_today) {
            self.broken_days += 1;
        } else {
            self.broken_days = 0;
        }
        self.broken_days < 2 || day.is_multiple_of(8)
    }
    /// Everybody was taken back today.
    pub(super) fn broken(&mut self) {
        self.broken_today = true;
    }
}
