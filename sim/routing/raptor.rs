//! RAPTOR: earliest arrivals at all stops, round by round, one more ride each
//! (Delling, Pajor, Werneck: Round-based public transit routing, 2015).

use crate::graph::NONE;
use crate::problem::{Problem, in_range, same_length};
use crate::ride::{Journey, Ride};
use crate::timetable::Timetable;
use crate::transfers::Transfers;

/// A stop and the walk between it and the origin, or it and the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Stop of the timetable.
    pub stop: u32,
    /// Walking time.
    pub walk_s: u32,
}

/// When a search departs and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Departure from the origin, seconds after midnight.
    pub depart_s: u32,
    /// Day at whose midnight the seconds begin, 0 (Monday) to 6.
    pub weekday: u8,
    /// Arrivals after this are not looked for, seconds after midnight.
    pub latest_s: u32,
    /// Most rides in a row.
    pub rides_max: u8,
}

impl Departure {
    /// A departure with up to four rides and no bound on the arrival.
    #[must_use]
    pub fn new(depart_s: u32, weekday: u8) -> Self {
        Self { depart_s, weekday, latest_s: u32::MAX, rides_max: 4 }
    }
}

/// Memory of a search, to be used again by the next one.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    stop_count: usize,
    /// Per round and stop, what that round improved.
    rides: Vec<ByRide>,
    walks: Vec<ByWalk>,
    /// Per stop over all rounds so far: earliest arrival, and earliest arrival by a ride.
    best_s: Vec<u32>,
    best_ride_s: Vec<u32>,
    /// Per stop, when the last round reached it; `u32::MAX` if it didn't improve it.
    waiting_s: Vec<u32>,
    /// Stops improved by the last round, and those improved by a ride of this round.
    marked: Vec<u32>,
    alighted: Vec<u32>,
    /// Per pattern the first stop index with somebody waiting, or `NONE`; and the patterns that have one.
    first_wait: Vec<u32>,
    queue: Vec<u32>,
    /// Stops at which nobody boards or alights; empty where all are open.
    closed: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
struct ByRide {
    arrival_s: u32,
    pattern: u32,
    board: u32,
    alight: u32,
}

#[derive(Clone, Copy, Debug)]
struct ByWalk {
    arrival_s: u32,
    /// Stop from which the walk began, or `NONE` at the origin.
    from: u32,
}

const NO_RIDE: ByRide = ByRide { arrival_s: u32::MAX, pattern: NONE, board: NONE, alight: NONE };
const NO_WALK: ByWalk = ByWalk { arrival_s: u32::MAX, from: NONE };

impl Rounds {
    /// Memory of searches in which nobody boards or alights at some stops: a flag per stop, those beyond them are open.
    /// Vehicles pass closed stops at the times of the timetable.
    #[must_use]
    pub fn with_closed(closed: Vec<bool>) -> Self {
        Self { closed, ..Self::default() }
    }

    /// Earliest arrivals at all stops from an origin next to the stops in `access`, walking at most once between
    /// two rides and once after the last.
    ///
    /// # Errors
    /// A stop or weekday that doesn't exist, or transfers of another number of stops.
    pub fn one_to_all<'a>(
        &'a mut self,
        timetable: &'a Timetable,
        transfers: &Transfers,
        access: &[Access],
        departure: Departure,
    ) -> Result<Reach<'a>, Problem> {
        same_length("transfers", timetable.stop_count(), transfers.stop_count())?;
        in_range("weekday", departure.weekday as usize, 7)?;
        access.iter().try_for_each(|a| in_range("stop", a.stop as usize, timetable.stop_count()))?;
        self.reset(timetable, departure.rides_max);
        for &Access { stop, walk_s } in access {
            let arrival_s = departure.depart_s.saturating_add(walk_s);
            if arrival_s <= departure.latest_s {
                self.walk(0, stop, ByWalk { arrival_s, from: NONE });
            }
        }
        for round in 1..=departure.rides_max as usize {
            self.gather(timetable, departure.weekday);
            if self.queue.is_empty() {
                break;
            }
            self.ride_all(timetable, departure, round);
            self.walk_all(transfers, departure.latest_s, round);
        }
        self.marked.clear();
        Ok(Reach { rounds: self, timetable, depart_s: departure.depart_s })
    }

    fn reset(&mut self, timetable: &Timetable, rides_max: u8) {
        self.stop_count = timetable.stop_count();
        let labels = self.stop_count * (rides_max as usize + 1);
        refill(&mut self.rides, labels, NO_RIDE);
        refill(&mut self.walks, labels, NO_WALK);
        refill(&mut self.best_s, self.stop_count, u32::MAX);
        refill(&mut self.best_ride_s, self.stop_count, u32::MAX);
        refill(&mut self.waiting_s, self.stop_count, u32::MAX);
        refill(&mut self.first_wait, timetable.pattern_count(), NONE);
        self.marked.clear();
        self.alighted.clear();
        self.queue.clear();
    }

    /// Records a walk that arrives earlier than anything before.
    fn walk(&mut self, round: usize, stop: u32, walk: ByWalk) {
        if walk.arrival_s < self.best_s[stop as usize] {
            self.best_s[stop as usize] = walk.arrival_s;
            self.walks[round * self.stop_count + stop as usize] = walk;
            self.marked.push(stop);
        }
    }

    /// Turns the stops improved by the last round into patterns to ride in this one.
    fn gather(&mut self, timetable: &Timetable, weekday: u8) {
        for &stop in &self.marked {
            self.waiting_s[stop as usize] = self.best_s[stop as usize];
        }
        timetable.gather(&self.marked, weekday, &mut self.first_wait, &mut self.queue);
    }

    fn ride_all(&mut self, timetable: &Timetable, departure: Departure, round: usize) {
        let change_s = if round == 1 { 0 } else { timetable.change_s() };
        let queue = std::mem::take(&mut self.queue);
        for &pattern in &queue {
            self.ride_pattern(timetable, departure, change_s, pattern, round);
            self.first_wait[pattern as usize] = NONE;
        }
        self.queue = queue;
        self.queue.clear();
        for stop in self.marked.drain(..) {
            self.waiting_s[stop as usize] = u32::MAX;
        }
    }

    /// Follows a pattern from its first waiting stop, always in the earliest run that could be caught so far.
    fn ride_pattern(
        &mut self,
        timetable: &Timetable,
        departure: Departure,
        change_s: u32,
        pattern: u32,
        round: usize,
    ) {
        let Some(runs) = timetable.runs(pattern, departure.weekday) else { return };
        let stops = timetable.stops(pattern);
        let labels = round * self.stop_count;
        // `run` counts down to the earliest run caught; at the count itself none is.
        let (mut run, mut board) = (runs.count(), NONE);
        let first = self.first_wait[pattern as usize] as usize;
        for (index, &stop) in stops.iter().enumerate().skip(first) {
            let stop = stop as usize;
            if self.closed.get(stop).is_some_and(|closed| *closed) {
                continue;
            }
            if run < runs.count() {
                let arrival_s = runs.arrival_s(index, run);
                if arrival_s < self.best_ride_s[stop] && arrival_s <= departure.latest_s {
                    self.best_ride_s[stop] = arrival_s;
                    let label = &mut self.rides[labels + stop];
                    if label.arrival_s == u32::MAX {
                        self.alighted.push(stop as u32);
                    }
                    *label = ByRide { arrival_s, pattern, board, alight: index as u32 };
                }
            }
            let waiting_s = self.waiting_s[stop];
            if waiting_s != u32::MAX
                && let Some(earlier) = runs.next(index, waiting_s.saturating_add(change_s), run)
            {
                (run, board) = (earlier, index as u32);
            }
        }
    }

    /// Marks what this round's rides improved, and walks on from where they were left.
    fn walk_all(&mut self, transfers: &Transfers, latest_s: u32, round: usize) {
        let alighted = std::mem::take(&mut self.alighted);
        let labels = round * self.stop_count;
        for &stop in &alighted {
            let arrival_s = self.rides[labels + stop as usize].arrival_s;
            if arrival_s < self.best_s[stop as usize] {
                self.best_s[stop as usize] = arrival_s;
                self.marked.push(stop);
            }
        }
        for &from in &alighted {
            let alight_s = self.rides[labels + from as usize].arrival_s;
            for (to, walk_s) in transfers.from(from) {
                let arrival_s = alight_s.saturating_add(walk_s);
                if arrival_s <= latest_s {
                    self.walk(round, to, ByWalk { arrival_s, from });
                }
            }
        }
        self.alighted = alighted;
        self.alighted.clear();
    }
}

fn refill<T: Copy>(column: &mut Vec<T>, length: usize, value: T) {
    column.clear();
    column.resize(length, value);
}

/// What a search found; borrows its memory.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    rounds: &'a Rounds,
    timetable: &'a Timetable,
    depart_s: u32,
}

impl Reach<'_> {
    /// Earliest arrival at a stop by rides and walks, seconds after midnight; `None` if not reached.
    #[must_use]
    pub fn arrival_s(&self, stop: u32) -> Option<u32> {
        self.rounds.best_s.get(stop as usize).copied().filter(|&s| s != u32::MAX)
    }

    /// Earliest arrival at a stop in a vehicle, without a walk after it; `None` if there is none.
    #[must_use]
    pub fn alight_s(&self, stop: u32) -> Option<u32> {
        self.rounds.best_ride_s.get(stop as usize).copied().filter(|&s| s != u32::MAX)
    }

    /// The journey with the fewest rides among those of the earliest arrival at a stop.
    #[must_use]
    pub fn journey(&self, stop: u32) -> Option<Journey> {
        let best_s = self.arrival_s(stop)?;
        let round = (0..self.round_count()).find(|&k| self.reached(k, stop).0 == best_s)?;
        Some(self.trace(round, stop))
    }

    /// The best journey with at least one ride to a destination next to the stops in `egress`, with its arrival
    /// in seconds after midnight. Every ride counts `ride_s` seconds more, so a slightly later arrival with fewer
    /// changes can be better. `None` if no ride leads there.
    #[must_use]
    pub fn journey_to(&self, egress: &[Access], ride_s: u32) -> Option<(Journey, u32)> {
        let mut best: Option<(u64, usize, u32, Access)> = None;
        for &access in egress.iter().filter(|access| (access.stop as usize) < self.rounds.stop_count) {
            for round in 1..self.round_count() {
                let alight_s = self.ride(round, access.stop).arrival_s;
                if alight_s == u32::MAX {
                    continue;
                }
                let arrival_s = alight_s.saturating_add(access.walk_s);
                let cost_s = u64::from(arrival_s) + u64::from(ride_s) * round as u64;
                if best.is_none_or(|(cost, rides, ..)| (cost_s, round) < (cost, rides)) {
                    best = Some((cost_s, round, arrival_s, access));
                }
            }
        }
        let (_, round, arrival_s, access) = best?;
        let mut journey = self.trace_ride(round, access.stop);
        journey.egress_s = access.walk_s;
        Some((journey, arrival_s))
    }

    fn round_count(&self) -> usize {
        self.rounds.rides.len().checked_div(self.rounds.stop_count).unwrap_or(0)
    }

    fn ride(&self, round: usize, stop: u32) -> ByRide {
        self.rounds.rides[round * self.rounds.stop_count + stop as usize]
    }

    /// Arrival by a round, and where the walk that ends it began (`NONE` at the origin) if one does.
    fn reached(&self, round: usize, stop: u32) -> (u32, Option<u32>) {
        let ride_s = self.ride(round, stop).arrival_s;
        let walk = self.rounds.walks[round * self.rounds.stop_count + stop as usize];
        if walk.arrival_s < ride_s { (walk.arrival_s, Some(walk.from)) } else { (ride_s, None) }
    }

    /// The journey behind the arrival of a round.
    fn trace(&self, round: usize, stop: u32) -> Journey {
        match self.reached(round, stop) {
            (_, None) => self.trace_ride(round, stop),
            (arrival_s, Some(NONE)) => Journey { rides: Vec::new(), egress_s: arrival_s - self.depart_s },
            (arrival_s, Some(from)) => {
                let mut journey = self.trace_ride(round, from);
                journey.egress_s = arrival_s - self.ride(round, from).arrival_s;
                journey
            }
        }
    }

    /// The journey behind the ride by which a round ends at a stop.
    fn trace_ride(&self, round: usize, stop: u32) -> Journey {
        let mut rides = Vec::with_capacity(round);
        let mut alighted = stop;
        for before in (0..round).rev() {
            let ByRide { pattern, board, alight, .. } = self.ride(before + 1, alighted);
            let Some(&boarded) = self.timetable.stops(pattern).get(board as usize) else { break };
            let walk_s = match self.reached(before, boarded) {
                (_, None) => {
                    alighted = boarded;
                    0
                }
                (arrival_s, Some(NONE)) => arrival_s - self.depart_s,
                (arrival_s, Some(from)) => {
                    alighted = from;
                    arrival_s - self.ride(before, from).arrival_s
                }
            };
            rides.push(Ride { pattern, board, alight, walk_s });
        }
        rides.reverse();
        Journey { rides, egress_s: 0 }
    }
}
