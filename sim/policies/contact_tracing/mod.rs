//! Contact tracing: teams interview one known case after the other, as many a day as they can, and phones tell the rest.
mod keys;
mod queue;

use crate::bound::Bound;
use crate::term::SavedTerms;
use citytwin_engine::{
    Board, Department, Kind, Levers, Now, Params, Policy, Purpose, RecordKind, TICKS_PER_DAY, TracingOrder,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, PersonId};
use keys::{KEYS, recall};
use queue::{Queue, SavedQueue};
use std::ops::Range;
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "contact_tracing",
    summary: "Has teams interview known cases, and phones tell, whom they may have infected and who may have infected them.",
    keys: KEYS,
    build,
};

struct Tracing {
    /// How it is done; the cases of the hour are filled in.
    order: TracingOrder,
    cases: Vec<RecordKind>,
    /// Cases that all teams can interview in a day, per resident.
    per_resident: f64,
    /// Hours of the day in which teams work.
    open: Range<u32>,
    test_sources: bool,
    test_contacts: bool,
    /// How long contacts watch for symptoms after the last company, and who does.
    watch_ticks: u32,
    watched: Bound,
    queue: Queue,
    read: usize,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let ticks = |key: &str| (params.f64(key) * f64::from(TICKS_PER_DAY)).round() as u32;
    Ok(Box::new(Tracing {
        order: TracingOrder {
            app_share: params.f64("app_coverage") as f32,
            contact_min: params.u32("contact_time").min(1440) as u16,
            forward_ticks: ticks("forward"),
            source_ticks: ticks("source"),
            recall: recall(params),
            reached: params.f64("reached") as f32,
            delay_h: params.f64("delay") as f32,
            ..TracingOrder::default()
        },
        cases: params.list("cases").iter().filter_map(|name| RecordKind::parse(name)).collect(),
        per_resident: params.f64("teams_per_100k") * params.f64("cases_per_team") / 100_000.0,
        open: open_hours(params.u32("open_from"), params.u32("open_until")),
        test_sources: params.bool("test_sources"),
        test_contacts: params.bool("test_contacts"),
        watch_ticks: ticks("watch"),
        watched: Bound::for_persons(city.info.population as usize),
        queue: Queue::new(params.text("order") == "newest", ticks("give_up")),
        read: 0,
    }))
}

/// Residents as the board tells them, else as the city's folder does.
fn residents(board: &Board, city: &City) -> f64 {
    let counted = board.zone_counts("residents").map(|told| told.counts.iter().map(|n| f64::from(*n)).sum());
    counted.unwrap_or(city.info.population as f64)
}

/// From one hour of the day to another; the whole day where the second is not the later one.
fn open_hours(from: u32, until: u32) -> Range<u32> {
    if from < until { from..until } else { 0..24 }
}

/// Interviews that fit into one hour of the day, where so many fit into the day: whole ones, spread evenly.
fn in_hour(open: &Range<u32>, hour: u32, per_day: f64) -> usize {
    if !open.contains(&hour) {
        return 0;
    }
    let hours = f64::from(open.end - open.start);
    let by = |hour: u32| (per_day * f64::from(hour - open.start) / hours + 1e-9).floor();
    (by(hour + 1) - by(hour)) as usize
}

impl Tracing {
    /// Reads what is new: cases join the queue, and contacts may be called up for a swab. Gives those to be swabbed.
    fn read(&mut self, now: Now, board: &Board, order: &mut TracingOrder) -> Vec<PersonId> {
        let commission = Department::HealthCommission;
        let mut swabs = Vec::new();
        for record in board.usable(commission, Purpose::Tracing, self.read, now.tick) {
            if self.cases.contains(&record.kind) {
                if let Some(case) = self.queue.join(now.tick, record) {
                    order.phones.push(case);
                }
                continue;
            }
            if record.kind == RecordKind::TracedContact {
                let until_tick = record.observed_tick.saturating_add(self.watch_ticks);
                if until_tick > now.tick && self.watched.bind(record.person, until_tick) {
                    order.newly_watched.push(record.person);
                }
            }
            if match record.kind {
                RecordKind::TracedSource => self.test_sources,
                RecordKind::TracedContact => self.test_contacts,
                _ => false,
            } {
                swabs.push(record.person);
            }
        }
        self.read = board.known(commission).len();
        swabs
    }
}

impl Policy for Tracing {
    fn decide(&mut self, now: Now, board: &Board, city: &City, levers: &mut Levers) {
        let mut order = self.order.clone();
        let swabs = self.read(now, board, &mut order);
        let room = in_hour(&self.open, now.hour(), self.per_resident * residents(board, city));
        order.interviews = self.queue.leave(now.tick, room);
        order.waiting = self.queue.len() as u32;
        order.phones.sort_unstable();
        self.watched.settle(now.tick);
        if !self.watched.is_empty() {
            order.newly_watched.sort_unstable();
            order.watched = Some(Arc::clone(self.watched.set()));
        }
        levers.call_up(&swabs);
        levers.trace(&order);
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&(self.queue.save(), self.watched.save(), self.read as u64))
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok((queue, watched, read)) = bitcode::decode::<(SavedQueue, SavedTerms, u64)>(memory) else {
            return false;
        };
        self.queue.load(queue);
        self.watched.load(watched);
        self.read = read as usize;
        true
    }
}

#[cfg(test)]
mod tests;
