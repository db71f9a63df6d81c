//! Movement of residents: departures, trips over streets and transit, queues at doors, arrivals to the minute.
//!
//! Streets at free-flow times or, where roads know traffic (`roads`), at the times that drivers know; transit by
//! timetable. Each hour runs in rounds: whoever is due departs;
//! whoever reaches a guarded door queues there; whoever passes goes on, perhaps to the next door or the next trip,
//! until nobody has anything left to do in this hour.
mod ahead;
mod book;
mod chunk;
mod closures;
mod diary;
mod doors;
mod due;
mod guards;
mod network;
mod obedience;
mod outcome;
mod platforms;
pub mod roads;
mod side_by_side;
mod traveller;
mod walk;
mod warm;
mod work;

#[cfg(test)]
mod tests;

use ahead::Habit;
use chunk::{Chunk, ChunkWork, Sink, Work};
use citytwin_engine::registry::Kind;
use citytwin_engine::{Board, KeySpec, Layer, Levers, Now, Params, Phase};
use citytwin_world::id::Key;
use citytwin_world::services::TripTally;
use citytwin_world::visits::CHUNK;
use citytwin_world::{City, Health, PersonId, Residents, World};
use closures::Closures;
use doors::Doors;
use due::{Bits, Due};
use guards::StreetGuards;
use network::Network;
pub use obedience::Obedience;
use platforms::{Filled, Filling, Ground, Service};
use rayon::prelude::*;
use roads::{Driving, RoadNet};
use std::sync::Arc;
use traveller::Traveller;

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &{
    const PARTS: [&[KeySpec]; 3] = [obedience::KEYS, platforms::KEYS, roads::KEYS];
    let mut all = [PARTS[0][0]; PARTS[0].len() + PARTS[1].len() + PARTS[2].len()];
    let (mut part, mut i, mut filled) = (0, 0, 0);
    while filled < all.len() {
        if i == PARTS[part].len() {
            (part, i) = (part + 1, 0);
        } else {
            all[filled] = PARTS[part][i];
            (i, filled) = (i + 1, filled + 1);
        }
    }
    all
};

/// The layer as scenarios know it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "transport",
    summary: "Moves residents over streets and transit, through checkpoints, to the minute.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Transport::with(params))),
};

/// Moves residents over streets and by timetable.
pub struct Transport {
    obedience: Obedience,
    driving: Driving,
    /// Where vehicles can fill.
    filled: Filled,
    network: Option<Arc<Network>>,
    /// Where roads know traffic.
    roads: Option<RoadNet>,
    closures: Closures,
    guards: StreetGuards,
    due: Vec<Due>,
    doors: Doors,
    chunks: Vec<ChunkWork>,
    /// Levers of the hour before: days told ahead rest on them.
    held: Levers,
    habit: Habit,
    foresight: bool,
}

/// Everything a moving person may look at, none of which changes within an hour.
struct View<'a> {
    now: Now,
    /// Departures before this minute of the day are made.
    until_min: u16,
    city: &'a City,
    residents: &'a Residents,
    health: &'a Health,
    levers: &'a Levers,
    network: &'a Network,
    doors: &'a Doors,
    roads: Option<&'a RoadNet>,
    /// Where anything is closed.
    closures: Option<&'a Closures>,
    /// Where any street is guarded.
    guards: Option<&'a StreetGuards>,
    /// Where vehicles can fill.
    service: Option<&'a Service>,
    obedience: &'a Obedience,
    /// Whether no order closes places, locks zones down or sends jobs home, and no map frightens anybody.
    at_liberty: bool,
    /// Every n-th person's trips are recorded; 0 = none.
    log_every: u32,
}

impl View<'_> {
    /// Whether a person's trips are recorded one by one.
    fn logs(&self, person: PersonId) -> bool {
        self.log_every > 0 && person.0.is_multiple_of(self.log_every)
    }
}

impl Transport {
    /// The layer, with how far residents follow orders.
    pub fn new(obedience: Obedience) -> Self {
        Self {
            obedience,
            driving: Driving::default(),
            filled: Filled::default(),
            network: None,
            roads: None,
            closures: Closures::default(),
            guards: StreetGuards::default(),
            due: Vec::new(),
            doors: Doors::default(),
            chunks: Vec::new(),
            held: Levers::default(),
            habit: Habit::default(),
            foresight: true,
        }
    }

    /// The layer with the checked keys of `[movement]`.
    pub fn with(params: &Params) -> Self {
        let foresight = params.text("settle") != "hourly";
        let filled = Filled::new(Filling::with(params));
        Self { foresight, driving: Driving::with(params), filled, ..Self::new(Obedience::with(params)) }
    }

    /// The layer with vehicles that take everybody, whatever the keys say: ordinary days are lived so, that what is
    /// found on them is the same however transit fills.
    pub fn by_timetable(params: &Params) -> Self {
        Self { filled: Filled::default(), ..Self::with(params) }
    }

    /// The layer moving everybody hour by hour, the slow way to the same result.
    pub fn hour_by_hour(obedience: Obedience) -> Self {
        Self { foresight: false, ..Self::new(obedience) }
    }

    fn prepare(&mut self, world: &World) {
        if self.network.is_none() {
            self.network = Some(Arc::new(Network::of(&world.city, &world.people.residents)));
        }
        if self.roads.is_none() && world.services.roads.known() {
            self.roads = RoadNet::of(&world.city.streets, &self.driving);
        }
        let chunks = world.people.len().div_ceil(CHUNK);
        if self.due.len() != chunks {
            self.due = (0..chunks).map(|_| Due::default()).collect();
            self.chunks = (0..chunks).map(|_| ChunkWork::default()).collect();
        }
    }

    /// Calls `each` for every chunk of persons, on all threads, with what they may look at.
    fn each_chunk(
        &mut self,
        until: (Now, u16),
        world: &mut World,
        levers: &Levers,
        network: &Network,
        each: impl Fn(&View, Chunk) + Sync,
    ) {
        self.with_chunks(until, world, levers, network, |view, chunks| {
            chunks.into_par_iter().for_each(|chunk| each(view, chunk));
        });
    }

    /// Calls `act` with all chunks of persons and what they may look at.
    fn with_chunks(
        &mut self,
        (now, until_min): (Now, u16),
        world: &mut World,
        levers: &Levers,
        network: &Network,
        act: impl for<'a> FnOnce(&View<'a>, Vec<Chunk<'a>>),
    ) {
        let World { city, people, services, visits } = world;
        let view = View {
            now,
            until_min,
            city,
            residents: &people.residents,
            health: &people.health,
            levers,
            network,
            doors: &self.doors,
            roads: self.roads.as_ref(),
            closures: self.closures.in_force(),
            guards: self.guards.in_force(),
            service: self.filled.service.as_ref(),
            obedience: &self.obedience,
            at_liberty: levers.closed.iter().chain(&levers.remote_share).all(|share| *share <= 0.0)
                && levers.lockdown == Default::default()
                && !levers.map.as_ref().is_some_and(|map| map.is_heeded()),
            log_every: services.trip_log_every,
        };
        let chunks = people.today.as_mut_slice().chunks_mut(CHUNK);
        let rows = chunks.zip(&mut visits.chunks).zip(&mut self.due).zip(&mut self.chunks).enumerate();
        let chunk = |(number, (((today, visits), due), own))| Chunk { number, today, visits, due, own };
        act(&view, rows.map(chunk).collect());
    }

    /// Midnight: who may lives the day ahead, the others' departures are noted.
    fn begin_day(&mut self, now: Now, world: &mut World, levers: &Levers, network: &Network) {
        self.chunks.iter_mut().for_each(|chunk| chunk.ahead.clear());
        self.due.iter_mut().for_each(Due::clear);
        let diaries = !world.people.residents.diary.is_empty();
        if diaries || !self.foresight || !self.habit.begin_day(now.day()) {
            let today = world.people.today.as_slice().par_chunks(CHUNK);
            today.zip(&mut self.due).for_each(|(today, due)| due.fill(today.iter().map(|t| t.next_min)));
            return;
        }
        ahead::watch(&world.people.health, now.day(), &mut self.chunks);
        self.each_chunk((now, 1440), world, levers, network, |view, chunk| {
            chunk.with(|today, sink, _, _| ahead::live(view, today, sink));
        });
        self.queue_arrivals();
    }

    /// Takes back the days told ahead that an order of this hour changes.
    fn reconsider(&mut self, now: Now, world: &mut World, levers: &Levers, network: &Network) {
        let held = std::mem::take(&mut self.held);
        // Days taken back are lived again on roads and transit as they were: links and stops open and close after this.
        let closures_change =
            world.services.roads.closures_change() || world.services.passengers.disruption_changes();
        let everybody = ahead::all_differ(&held, levers) || closures_change;
        let same_list = match (&held.isolate, &levers.isolate) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        if !everybody && same_list {
            return;
        }
        let taken: Vec<Bits> = self
            .chunks
            .iter()
            .enumerate()
            .map(|(c, chunk)| {
                chunk.ahead.among(if everybody {
                    [u64::MAX; due::WORDS]
                } else {
                    ahead::reordered(&held, levers, c)
                })
            })
            .collect();
        if taken.iter().flatten().all(|word| *word == 0) {
            return;
        }
        if everybody {
            self.habit.broken();
        }
        let is_taken = |person: PersonId| {
            taken.get(person.index() / CHUNK).is_some_and(|bits| due::has(bits, person.index() % CHUNK))
        };
        self.doors.forget(is_taken);
        self.filled.platforms.forget(is_taken);
        world.services.trip_log.iter_mut().for_each(|log| log.retain(|trip| !is_taken(trip.person)));
        self.chunks.iter_mut().for_each(|chunk| chunk.work.drives.retain(|trip| !is_taken(trip.person)));
        let hour_begin_min = now.hour() as u16 * 60;
        self.each_chunk((now, 1440), world, &held, network, |whole, chunk| {
            let until_now = View { until_min: hour_begin_min, ..*whole };
            let taken = &taken[chunk.number];
            chunk.with(|today, sink, _, undone| {
                ahead::take_back([whole, &until_now], taken, today, sink, undone);
            });
        });
        for chunk in &mut self.chunks {
            world.services.trips.subtract(&std::mem::take(&mut chunk.undone.work.tally));
        }
        self.queue_arrivals();
    }

    /// One round over all chunks: departures due this hour when `depart`, and the outcomes of the doors.
    fn round(&mut self, now: Now, world: &mut World, levers: &Levers, network: &Network, depart: bool) {
        let hour_end_min = (now.hour() as u16 + 1) * 60;
        self.each_chunk((now, hour_end_min), world, levers, network, |view, chunk| {
            chunk.with(|today, sink, outcomes, _| {
                for outcome in outcomes.drain(..) {
                    outcome::apply(view, &outcome, today, sink);
                }
                if depart {
                    let hour = sink.due.hour(now.hour());
                    warm::touch(view, sink.first, today, &hour);
                    due::each_bit(&hour, |i| {
                        if let Some(person) = today.get_mut(i) {
                            let who = Traveller::new(view.now, PersonId((sink.first + i) as u32));
                            walk::go_on_and_note(view, who, person, sink);
                        }
                    });
                }
            });
        });
        self.queue_arrivals();
    }

    /// All that happens on platforms before the hour ends, where vehicles can fill.
    fn serve_platforms(&mut self, now: Now, world: &mut World, levers: &Levers, network: &Network) {
        if self.filled.service.is_none() {
            return;
        }
        let mut platforms = std::mem::take(&mut self.filled.platforms);
        let mut passengers = std::mem::take(&mut world.services.passengers);
        let hour_end_min = (now.hour() as u16 + 1) * 60;
        let until_s = if now.day_ends() { u32::MAX } else { u32::from(hour_end_min) * 60 };
        self.with_chunks((now, hour_end_min), world, levers, network, |view, mut chunks| {
            if let Some(service) = view.service {
                let (chunks, passengers) = (&mut chunks, &mut passengers);
                platforms.serve(&mut Ground { view, service, chunks, passengers }, until_s);
            }
        });
        (self.filled.platforms, world.services.passengers) = (platforms, passengers);
        self.queue_arrivals();
    }

    fn queue_arrivals(&mut self) {
        for chunk in &mut self.chunks {
            self.doors.queue(&mut chunk.work.arrivals);
        }
    }

    /// Makes the roads ready for the hour: links that close or open change what drivers know at once.
    fn open_roads(&mut self, now: Now, world: &mut World) {
        let posts = guards::posts(&self.doors, world);
        let (roads, kind) = (&mut world.services.roads, roads::kind_of(now));
        let changes = roads.take_closures();
        let posts_change = roads.take_posts(posts, world.city.streets.link_count());
        let Some(net) = &mut self.roads else { return };
        if now.day_begins() {
            roads.worked_out = 0;
        }
        if changes && !roads.closed.is_empty() || posts_change {
            net.work_out(&self.driving, roads, kind);
        }
        net.ready(roads, kind);
    }

    /// Everything that happens in one hour.
    fn run_hour(
        &mut self,
        now: Now,
        world: &mut World,
        (levers, board): (&Levers, &Board),
        network: &Network,
    ) {
        self.closures.announce(network, world);
        if !now.day_begins() {
            self.reconsider(now, world, levers, network);
        }
        self.doors.set_up(now, world, levers);
        self.open_roads(now, world);
        self.filled.open_hour(now, network, world);
        self.closures.open_hour(world, network, self.roads.is_some(), network::periods_from(now));
        self.guards.open_hour(world, &self.doors);
        if now.day_begins() {
            self.begin_day(now, world, levers, network);
        }
        self.held.clone_from(levers);
        let mut depart = true;
        loop {
            self.round(now, world, levers, network, depart);
            self.serve_platforms(now, world, levers, network);
            depart = false;
            let chunks = &mut self.chunks;
            let served = self.doors.serve(now, world, (levers, board), |outcome| {
                if let Some(chunk) = chunks.get_mut(outcome.person.index() / CHUNK) {
                    chunk.outcomes.push(outcome);
                }
            });
            if served == 0 {
                break;
            }
        }
        self.filled.close_hour(now, network, world);
        let World { services, .. } = world;
        for (chunk, log) in self.chunks.iter_mut().zip(&mut services.trip_log) {
            services.trips.add(&std::mem::take(&mut chunk.work.tally));
            log.append(&mut chunk.work.trips);
        }
    }

    /// Closes the day: every stay that still runs ends at midnight and goes on tomorrow; drivers learn.
    fn close_day(&mut self, now: Now, world: &mut World, levers: &Levers) {
        if !world.people.residents.diary.is_empty() {
            diary::replay(world, levers);
        }
        let chunks = world.people.today.as_mut_slice().par_chunks_mut(CHUNK);
        let rows = chunks.zip(&mut world.visits.chunks).zip(&self.chunks).enumerate();
        rows.for_each(|(c, ((today, visits), chunk))| {
            ahead::close_day(c * CHUNK, today, visits, &chunk.ahead);
        });
        world.services.trip_log.iter_mut().for_each(|log| log.sort_by_key(|t| (t.person, t.depart_min)));
        if let Some(net) = &self.roads {
            let World { city, people, services, .. } = world;
            let trips = self.chunks.par_iter().flat_map_iter(|chunk| &chunk.work.drives);
            net.close_day(&self.driving, &mut services.roads, (city, &people.residents), now, trips);
        }
        self.chunks.iter_mut().for_each(|chunk| chunk.work.drives.clear());
    }
}

impl Layer for Transport {
    fn name(&self) -> &'static str {
        "transport"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Move]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        self.prepare(world);
        let Some(network) = self.network.clone() else { return };
        if phase == Phase::Hazard {
            if now.day_begins() {
                forget_yesterday(world);
            }
            return;
        }
        self.run_hour(now, world, (levers, board), &network);
        if now.day_ends() {
            self.close_day(now, world, levers);
        }
    }
}

/// Yesterday is over: its stays and counts are forgotten.
fn forget_yesterday(world: &mut World) {
    world.visits.clear();
    let chunks = world.people.len().div_ceil(CHUNK);
    if world.visits.chunks.len() != chunks {
        world.visits = citytwin_world::VisitLog::for_persons(world.people.len());
    }
    world.services.trips = TripTally::default();
    world.services.trip_log.iter_mut().for_each(Vec::clear);
    world.services.trip_log.resize_with(chunks, Vec::new);
}
