//! Orders to trace contacts: whom the teams interview in this hour, and how well contacts are named and reached.
use crate::lever::{PersonSet, unite as unite_persons, unite_sets};
use bitcode::{Decode, Encode};
use citytwin_world::{PersonId, Setting};
use std::sync::Arc;

/// A case whose contacts are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct TracedCase {
    /// The case.
    pub person: PersonId,
    /// When the test was found positive, or what else made the case, ticks.
    pub since_tick: u32,
}

/// What the tracing teams do in this hour.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct TracingOrder {
    /// Cases interviewed in this hour, by id.
    pub interviews: Vec<TracedCase>,
    /// Cases whose phones are asked in this hour for the phones they met, by id.
    pub phones: Vec<TracedCase>,
    /// Share of residents with a smartphone who have the app, 0–1.
    pub app_share: f32,
    /// Time in one room that makes a contact, min.
    pub contact_min: u16,
    /// Contacts from so many ticks before the symptoms (or else the test) on may have been infected by the case.
    pub forward_ticks: u32,
    /// Contacts from so many ticks before on may have infected the case; 0 where nobody asks for them.
    pub source_ticks: u32,
    /// Share of contacts whom a case can name, by setting, 0–1.
    pub recall: [f32; Setting::COUNT],
    /// Share of those named who are reached, 0–1.
    pub reached: f32,
    /// Mean time from the interview to a contact, h.
    pub delay_h: f32,
    /// Cases that wait for an interview.
    pub waiting: u32,
    /// Contacts who watch for symptoms and tell the health commission when they fall ill.
    pub watched: Option<Arc<PersonSet>>,
    /// Those of them who began with this hour, by id: they may be ill already.
    pub newly_watched: Vec<PersonId>,
}

impl TracingOrder {
    /// Takes the best of two orders: all cases of both, the longest look back, the most that is named and reached, the
    /// shortest time, everybody who watches.
    pub(crate) fn join(&mut self, other: &Self) {
        unite(&mut self.interviews, &other.interviews);
        unite(&mut self.phones, &other.phones);
        self.app_share = self.app_share.max(other.app_share);
        self.contact_min = self.contact_min.min(other.contact_min);
        self.forward_ticks = self.forward_ticks.max(other.forward_ticks);
        self.source_ticks = self.source_ticks.max(other.source_ticks);
        self.recall.iter_mut().zip(other.recall).for_each(|(a, b)| *a = a.max(b));
        self.reached = self.reached.max(other.reached);
        self.delay_h = self.delay_h.min(other.delay_h);
        self.waiting = self.waiting.max(other.waiting);
        if let Some(watched) = &other.watched {
            unite_sets(&mut self.watched, watched);
        }
        unite_persons(&mut self.newly_watched, &other.newly_watched);
    }

    /// How long before a case is known its company may be asked for, ticks.
    pub fn history_ticks(&self) -> u32 {
        self.forward_ticks.max(self.source_ticks)
    }
}

/// Names each case once, by the earlier tick.
fn unite(held: &mut Vec<TracedCase>, more: &[TracedCase]) {
    held.extend_from_slice(more);
    held.sort_unstable();
    held.dedup_by_key(|case| case.person);
}
