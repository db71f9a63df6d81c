//! Work done and work lost: what a day's stays at the work place come to, and what kept people from it.
use super::View;
use citytwin_engine::Now;
use citytwin_world::PersonId;
use citytwin_world::population::NO_DEPARTURE;
use citytwin_world::residents::{Occupation, Resident};
use citytwin_world::services::{Cause, TripTally};
use std::hint::select_unpredictable;

/// Minutes after the usual start from which an arrival counts as late: people plan with some slack.
const SLACK_MIN: u16 = 30;

/// Work done in a stay at the anchor, and what was planned: the same, unless the first arrival of the day is late.
/// Whoever arrives elsewhere or is no worker counts nothing, without a question that nobody could guess the answer of.
#[inline]
pub(super) fn count(
    tally: &mut TripTally,
    person: &Resident,
    (at_anchor, again): (bool, bool),
    arrive_min: u16,
    until_min: u16,
) {
    tally.anchor_stays += u64::from(at_anchor);
    let counts = u64::from(at_anchor & (person.occupation == Occupation::Worker));
    let stay = person.anchor_stay_min;
    let end = select_unpredictable(until_min == NO_DEPARTURE, arrive_min.saturating_add(stay), until_min);
    let worked = u64::from(end.saturating_sub(arrive_min));
    let on_time = person.anchor_start_min.saturating_add(SLACK_MIN);
    let late = u64::from(arrive_min.saturating_sub(on_time).min(stay)) * u64::from(!again);
    tally.work_min += worked * counts;
    tally.work_by_sector_min[person.sector as usize] += worked * counts;
    tally.lost_late_min += late * counts;
    tally.work_planned_min += (worked + late) * counts;
}

/// Counts a day's work that could not even begin at the work place, and why.
pub(super) fn lose(view: &View, tally: &mut TripTally, id: PersonId, cause: Cause) {
    let person = &view.residents.person[id];
    let stay_min = u64::from(person.anchor_stay_min);
    if cause == Cause::Remote {
        tally.remote_work_min += stay_min;
    }
    if person.occupation != Occupation::Worker {
        return;
    }
    tally.work_planned_min += stay_min;
    tally.lost_by_cause_min[cause as usize] += stay_min;
    if cause != Cause::Remote {
        tally.lost_by_sector_min[person.sector as usize] += stay_min;
    }
    let by_order = matches!(cause, Cause::Isolated | Cause::CodeRefused | Cause::NoCode | Cause::NoTest);
    // As the day began: what the day brings may come after a day lived ahead.
    let midnight = midnight(view.now);
    let ran = view.health.latest(id).is_some_and(|e| e.infected_tick < midnight && midnight < e.end_tick);
    tally.lost_wrongly_min += stay_min * u64::from(by_order && !ran);
}

/// First tick of the day of an hour.
pub(super) fn midnight(now: Now) -> u32 {
    now.tick - now.hour()
}
