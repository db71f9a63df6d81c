//! Movement of residents: departures, trips over streets and transit, queues at doors, arrivals to the minute.
//!
//! Depth `free`: streets at free-flow times, transit by timetable. Each hour runs in rounds: whoever is due departs;
//! whoever reaches a guarded door queues there; whoever passes goes on, perhaps to the next door or the next trip,
//! until nobody has anything left to do in this hour.
mod diary;
mod doors;
mod due;
mod network;
mod obedience;
mod outcome;
mod walk;
mod warm;

#[cfg(test)]
mod tests;

use citytwin_engine::registry::Kind;
use citytwin_engine::{Board, Layer, Levers, Now, Phase};
use citytwin_world::population::Hold;
use citytwin_world::services::{TripRecord, TripTally};
use citytwin_world::visits::{CHUNK, Visit};
use citytwin_world::{City, Health, PersonId, Residents, World};
use doors::{DoorArrival, Doors, Outcome};
use due::Due;
use network::Network;
pub use obedience::{KEYS, Obedience};
use rayon::prelude::*;
use std::sync::Arc;

/// The layer as scenarios know it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "transport",
    summary: "Moves residents over streets and transit, through checkpoints, to the minute.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Transport::new(Obedience::with(params)))),
};

/// Moves residents at free-flow times and by timetable.
pub struct Transport {
    obedience: Obedience,
    network: Option<Arc<Network>>,
    due: Vec<Due>,
    doors: Doors,
    work: Vec<ChunkWork>,
}

/// What one chunk of persons produces in one round; kept from hour to hour for its memory.
#[derive(Default)]
struct ChunkWork {
    tally: TripTally,
    arrivals: Vec<DoorArrival>,
    outcomes: Vec<Outcome>,
    trips: Vec<TripRecord>,
}

/// Everything a moving person may look at, none of which changes within an hour.
struct View<'a> {
    now: Now,
    city: &'a City,
    residents: &'a Residents,
    health: &'a Health,
    levers: &'a Levers,
    network: &'a Network,
    doors: &'a Doors,
    obedience: &'a Obedience,
    /// Whether no order closes places, locks zones down or sends jobs home.
    at_liberty: bool,
    /// Every n-th person's trips are recorded; 0 = none.
    log_every: u32,
}

/// Where one chunk's results go.
struct Sink<'a> {
    visits: &'a mut Vec<Visit>,
    due: &'a mut Due,
    work: &'a mut ChunkWork,
    /// Person number of the chunk's first person.
    first: usize,
}

impl Transport {
    /// The layer, with how far residents follow orders.
    pub fn new(obedience: Obedience) -> Self {
        Self { obedience, network: None, due: Vec::new(), doors: Doors::default(), work: Vec::new() }
    }

    fn prepare(&mut self, world: &World) {
        if self.network.is_none() {
            self.network = Some(Arc::new(Network::of(&world.city)));
        }
        let chunks = world.people.len().div_ceil(CHUNK);
        if self.due.len() != chunks {
            self.due = (0..chunks).map(|_| Due::default()).collect();
            self.work = (0..chunks).map(|_| ChunkWork::default()).collect();
        }
    }

    /// One round over all chunks: departures due this hour when `depart`, and the outcomes of the doors.
    fn round(&mut self, now: Now, world: &mut World, levers: &Levers, network: &Network, depart: bool) {
        let World { city, people, services, visits } = world;
        let view = View {
            now,
            city,
            residents: &people.residents,
            health: &people.health,
            levers,
            network,
            doors: &self.doors,
            obedience: &self.obedience,
            at_liberty: levers.closed.iter().chain(&levers.remote_share).all(|share| *share <= 0.0)
                && levers.lockdown == Default::default(),
            log_every: services.trip_log_every,
        };
        let chunks = people.today.as_mut_slice().par_chunks_mut(CHUNK);
        let rows = chunks.zip(&mut visits.chunks).zip(&mut self.due).zip(&mut self.work).enumerate();
        rows.for_each(|(c, (((today, visits), due), work))| {
            let outcomes = std::mem::take(&mut work.outcomes);
            let mut sink = Sink { visits, due, work, first: c * CHUNK };
            for outcome in &outcomes {
                outcome::apply(&view, outcome, today, &mut sink);
            }
            sink.work.outcomes = outcomes;
            sink.work.outcomes.clear();
            if depart {
                let hour = sink.due.hour(now.hour());
                warm::touch(&view, sink.first, today, &hour);
                due::each_bit(&hour, |i| {
                    if let Some(person) = today.get_mut(i) {
                        walk::go_on(&view, PersonId((sink.first + i) as u32), person, &mut sink);
                    }
                });
            }
        });
        for work in &mut self.work {
            self.doors.queue(&mut work.arrivals);
        }
    }

    /// Closes the day: every stay that still runs ends at midnight and goes on tomorrow.
    fn close_day(world: &mut World) {
        let chunks = world.people.today.as_mut_slice().par_chunks_mut(CHUNK);
        chunks.zip(&mut world.visits.chunks).enumerate().for_each(|(c, (today, visits))| {
            for (i, t) in today.iter_mut().enumerate() {
                if t.hold == Hold::Dead {
                    continue;
                }
                if t.since_min < 1440 {
                    let person = PersonId((c * CHUNK + i) as u32);
                    visits.push(Visit { room: t.room, person, start_min: t.since_min, end_min: 1440 });
                    t.since_min = 1440;
                }
            }
        });
    }
}

impl Layer for Transport {
    fn name(&self) -> &'static str {
        "transport"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Move]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        self.prepare(world);
        let Some(network) = self.network.clone() else { return };
        if phase == Phase::Hazard {
            if now.day_begins() {
                begin_day(world);
            }
            return;
        }
        self.doors.set_up(now, world, levers);
        if now.day_begins() {
            let today = world.people.today.as_slice().par_chunks(CHUNK);
            today.zip(&mut self.due).for_each(|(today, due)| due.fill(today.iter().map(|t| t.next_min)));
        }
        let mut depart = true;
        loop {
            self.round(now, world, levers, &network, depart);
            depart = false;
            let work = &mut self.work;
            let served = self.doors.serve(now, world, levers, |outcome| {
                if let Some(w) = work.get_mut(outcome.person.0 as usize / CHUNK) {
                    w.outcomes.push(outcome);
                }
            });
            if served == 0 {
                break;
            }
        }
        let trips = &mut world.services.trips;
        for work in &mut self.work {
            trips.add(&std::mem::take(&mut work.tally));
            if world.services.trip_log_every > 0 {
                world.services.trip_log.push(std::mem::take(&mut work.trips));
            }
        }
        if now.day_ends() {
            if !world.people.residents.diary.is_empty() {
                diary::replay(world, levers);
            }
            Self::close_day(world);
        }
    }
}

/// Yesterday is over: its stays and counts are forgotten.
fn begin_day(world: &mut World) {
    world.visits.clear();
    if world.visits.chunks.len() != world.people.len().div_ceil(CHUNK) {
        world.visits = citytwin_world::VisitLog::for_persons(world.people.len());
    }
    world.services.trips = TripTally::default();
    world.services.trip_log.clear();
}
