//! Contact tracing: teams interview one known case after the other, as many a day as they can, and phones tell the rest.
mod keys;
mod queue;

use citytwin_engine::{
    Board, Department, Kind, Levers, Now, Params, Policy, Purpose, RecordKind, TICKS_PER_DAY, TracingOrder,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, PersonId};
use keys::{KEYS, recall};
use queue::{Queue, SavedQueue};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "contact_tracing",
    summary: "Has teams interview known cases, and phones tell, whom they may have infected and who may have infected them.",
    keys: KEYS,
    build,
};

/// Hours of the day in which teams work.
const WORK_HOURS: std::ops::Range<u32> = 8..20;

struct Tracing {
    /// How it is done; the cases of the hour are filled in.
    order: TracingOrder,
    cases: Vec<RecordKind>,
    /// Cases that all teams can interview in a day, per resident.
    per_resident: f64,
    test_sources: bool,
    test_contacts: bool,
    queue: Queue,
    read: usize,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
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
        test_sources: params.bool("test_sources"),
        test_contacts: params.bool("test_contacts"),
        queue: Queue::new(params.text("order") == "newest", ticks("give_up")),
        read: 0,
    }))
}

/// Residents as the board tells them, else as the city's folder does.
fn residents(board: &Board, city: &City) -> f64 {
    let counted = board.zone_counts("residents").map(|told| told.counts.iter().map(|n| f64::from(*n)).sum());
    counted.unwrap_or(city.info.population as f64)
}

/// Interviews that fit into one hour of the day, where so many fit into the day: whole ones, spread evenly.
fn in_hour(hour: u32, per_day: f64) -> usize {
    if !WORK_HOURS.contains(&hour) {
        return 0;
    }
    let hours = f64::from(WORK_HOURS.end - WORK_HOURS.start);
    let by = |hour: u32| (per_day * f64::from(hour - WORK_HOURS.start) / hours + 1e-9).floor();
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
            } else if match record.kind {
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
        let room = in_hour(now.hour(), self.per_resident * residents(board, city));
        order.interviews = self.queue.leave(now.tick, room);
        order.waiting = self.queue.len() as u32;
        order.phones.sort_unstable();
        levers.call_up(&swabs);
        levers.trace(&order);
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&(self.queue.save(), self.read as u64))
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok((queue, read)) = bitcode::decode::<(SavedQueue, u64)>(memory) else { return false };
        self.queue.load(queue);
        self.read = read as usize;
        true
    }
}

#[cfg(test)]
mod tests;
