//! The same rules of traffic, slow and plain: one list of events, a deque for each queue, no parts.
use super::roads::{Road, prepare};
use super::{Arrival, Departure, LinkTally, RoadTable, Settings};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, Copy)]
struct Car {
    id: u32,
    /// Position of the next link in the routes, and the end of its own.
    next: usize,
    end: usize,
    entered_ms: u32,
    ready_ms: u32,
    holds: bool,
    at_kerb: bool,
}

/// Everything about a link; kerbs are links of their own after all others.
#[derive(Default)]
struct Link {
    cars: VecDeque<Car>,
    next_exit_ms: u32,
    due_ms: Option<u32>,
    waits_since_ms: Option<u32>,
    /// From when on each slot that nobody holds may be taken, in the order in which they were given back.
    room_from_ms: VecDeque<u32>,
    waiters: VecDeque<usize>,
    wake_ms: Option<u32>,
}

pub(super) struct Oracle<'a> {
    roads: Vec<Road>,
    links: Vec<Link>,
    routes: &'a [u32],
    events: BTreeSet<(u32, usize)>,
    patience_ms: u32,
    period_ms: u32,
    pub(super) arrivals: Vec<Arrival>,
    tallies: BTreeMap<(u32, u32), (u32, u64)>,
    pub(super) crossings: [u64; 2],
}

impl<'a> Oracle<'a> {
    pub(super) fn new(
        table: &RoadTable<'_>,
        settings: Settings,
        departures: &[Departure],
        routes: &'a [u32],
    ) -> Self {
        let roads = prepare(table, &settings).unwrap();
        let mut links: Vec<Link> = (0..roads.len() * 2).map(|_| Link::default()).collect();
        for (link, road) in links.iter_mut().zip(&roads) {
            link.room_from_ms = std::iter::repeat_n(0, road.slots as usize).collect();
        }
        let mut all = Self {
            roads,
            links,
            routes,
            events: BTreeSet::new(),
            patience_ms: settings.patience_ms(),
            period_ms: (settings.period_s * 1000.0).round() as u32,
            arrivals: Vec::new(),
            tallies: BTreeMap::new(),
            crossings: [0, 0],
        };
        for departure in departures {
            let kerb = all.roads.len() + routes[departure.first as usize] as usize;
            let (next, end) = (departure.first as usize, departure.end as usize);
            let (id, ready_ms) = (departure.vehicle, departure.at_ms);
            let car = Car { id, next, end, entered_ms: ready_ms, ready_ms, holds: false, at_kerb: true };
            all.line_up(kerb, car);
        }
        all
    }

    /// Runs until nobody is left.
    pub(super) fn run(mut self) -> Self {
        while let Some((now, number)) = self.events.pop_first() {
            let rows = self.links.len();
            match (number / rows, number % rows) {
                (0, link) if self.links[link].due_ms == Some(now) => self.serve(link, now),
                (1, link) if self.links[link].wake_ms == Some(now) => self.wake(link, now),
                (2, link) if self.links[link].waits_since_ms.is_some_and(|t| t + self.patience_ms == now) => {
                    self.lose_patience(link, now);
                }
                _ => {}
            }
        }
        self
    }

    /// What left the links, by link and part of the day.
    pub(super) fn tallies(&self) -> Vec<LinkTally> {
        let tally = |(&(link, period), &(vehicles, spent_ms))| LinkTally { link, period, vehicles, spent_ms };
        self.tallies.iter().map(tally).collect()
    }

    fn line_up(&mut self, link: usize, car: Car) {
        self.links[link].cars.push_back(car);
        if self.links[link].cars.len() == 1 {
            let due = car.ready_ms.max(self.links[link].next_exit_ms);
            self.links[link].due_ms = Some(due);
            self.events.insert((due, link));
        }
    }

    /// When the link has room; `None` where that isn't known yet.
    fn room_ms(&self, link: usize) -> Option<u32> {
        self.links[link].room_from_ms.front().copied()
    }

    fn serve(&mut self, link: usize, now: u32) {
        self.links[link].due_ms = None;
        while let Some(car) = self.links[link].cars.front().copied() {
            let due = car.ready_ms.max(self.links[link].next_exit_ms);
            if due > now {
                self.links[link].due_ms = Some(due);
                self.events.insert((due, link));
                return;
            }
            if car.next == car.end {
                self.take_head(link, now);
                self.arrivals.push(Arrival { vehicle: car.id, at_ms: now });
                continue;
            }
            let to = self.routes[car.next] as usize;
            if !self.links[to].waiters.is_empty() || self.room_ms(to).is_none_or(|room| room > now) {
                return self.wait(link, to, now);
            }
            self.cross(link, to, now, true);
        }
    }

    fn wait(&mut self, link: usize, to: usize, now: u32) {
        self.links[link].waits_since_ms = Some(now);
        self.links[to].waiters.push_back(link);
        if self.links[to].waiters.len() == 1 {
            self.call_first(to, now);
        }
        self.events.insert((now + self.patience_ms, self.links.len() * 2 + link));
    }

    fn call_first(&mut self, to: usize, now: u32) {
        if let (false, Some(room)) = (self.links[to].waiters.is_empty(), self.room_ms(to)) {
            self.plan_wake(to, room.max(now));
        }
    }

    fn plan_wake(&mut self, to: usize, at: u32) {
        self.links[to].wake_ms = Some(at);
        self.events.insert((at, self.links.len() + to));
    }

    fn wake(&mut self, to: usize, now: u32) {
        self.links[to].wake_ms = None;
        let Some(&first) = self.links[to].waiters.front() else { return };
        if self.room_ms(to).is_none_or(|room| room > now) {
            return self.call_first(to, now);
        }
        self.links[to].waiters.pop_front();
        self.links[first].waits_since_ms = None;
        self.cross(first, to, now, true);
        self.call_first(to, now);
        self.serve(first, now);
    }

    fn lose_patience(&mut self, link: usize, now: u32) {
        let car = self.links[link].cars[0];
        let to = self.routes[car.next] as usize;
        self.links[to].waiters.retain(|other| *other != link);
        self.links[link].waits_since_ms = None;
        if car.at_kerb || self.roads[to].strict {
            return self.wait(link, to, now);
        }
        self.crossings[1] += 1;
        self.cross(link, to, now, false);
        self.serve(link, now);
    }

    fn cross(&mut self, link: usize, to: usize, now: u32, holds: bool) {
        let mut car = self.take_head(link, now);
        if !car.at_kerb {
            car.entered_ms = now;
        }
        if holds {
            self.links[to].room_from_ms.pop_front();
        }
        (car.next, car.at_kerb, car.holds) = (car.next + 1, false, holds);
        car.ready_ms = now + self.roads[to].free_ms;
        self.crossings[0] += 1;
        self.line_up(to, car);
    }

    fn take_head(&mut self, link: usize, now: u32) -> Car {
        let car = self.links[link].cars.pop_front().unwrap();
        let headway_ms = self.roads.get(link).map_or(0, |road| road.headway_ms);
        self.links[link].next_exit_ms = self.links[link].next_exit_ms.max(now) + headway_ms;
        if !car.at_kerb {
            let sum = self.tallies.entry((link as u32, car.entered_ms / self.period_ms)).or_default();
            (sum.0, sum.1) = (sum.0 + 1, sum.1 + u64::from(now - car.entered_ms));
        }
        if car.holds {
            let room = now.max(1) + self.roads[link].gap_ms;
            self.links[link].room_from_ms.push_back(room);
            if !self.links[link].waiters.is_empty() && self.links[link].wake_ms.is_none() {
                self.plan_wake(link, room);
            }
        }
        car
    }
}
