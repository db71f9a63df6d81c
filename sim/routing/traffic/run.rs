//! The whole network: parts side by side, window after window.
use super::cut::{Cut, cut};
use super::meeting::Meeting;
use super::part::{NEVER, Outside, Part};
use super::roads::{Road, RoadTable, Settings, check_way, prepare};
use super::rows::{Ends, Queue, Vehicle, Waits};
use crate::graph::NONE;
use crate::problem::Problem;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, PoisonError};

/// A vehicle leaves the kerb for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Any number that tells the vehicle apart.
    pub vehicle: u32,
    /// When, ms after the start.
    pub at_ms: u32,
    /// The route: a range of the list of routes, not empty; each link begins where the one before ends.
    pub first: u32,
    /// End of that range.
    pub end: u32,
}

/// A vehicle has reached the end of its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Which vehicle.
    pub vehicle: u32,
    /// When, ms after the start.
    pub at_ms: u32,
}

/// Vehicles that came to a link in one part of the day and have left it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkTally {
    /// The link.
    pub link: u32,
    /// The part of the day in which they came, counted from 0 in lengths of [`Settings::period_s`].
    pub period: u32,
    /// Vehicles.
    pub vehicles: u32,
    /// Time they had spent on the link, ms.
    pub spent_ms: u64,
}

/// Where a link's two ends lie.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Part and row of its end.
    end_part: u32,
    end: u32,
    /// Part of its beginning, and row of the queue at the kerb there.
    begin_part: u32,
    kerb: u32,
}

/// Traffic on a network, from midnight on.
pub struct Traffic {
    roads: Vec<Road>,
    cut: Cut,
    places: Vec<Place>,
    slots: Vec<AtomicU32>,
    parts: Vec<Part>,
    now_ms: u32,
    patience_ms: u32,
    period_ms: u32,
    departed: u64,
    arrived: u64,
}

impl Traffic {
    /// Empty roads at time 0.
    ///
    /// # Errors
    /// Slices of different length, junctions that don't exist, negative or infinite numbers, links without capacity.
    pub fn new(table: &RoadTable<'_>, settings: Settings) -> Result<Self, Problem> {
        Self::with_loads(table, settings, &[])
    }

    /// As [`Traffic::new`], where it is known how many vehicles each link will carry, so that parts can be cut that have
    /// equally much to do. No result depends on it.
    pub(super) fn with_loads(
        table: &RoadTable<'_>,
        settings: Settings,
        loads: &[u32],
    ) -> Result<Self, Problem> {
        let roads = prepare(table, &settings)?;
        let cut = cut(&roads, table.node_count, settings.parts, loads);
        let mut first_slot = Vec::with_capacity(roads.len());
        let mut slots = 0u64;
        for road in &roads {
            first_slot.push(slots as u32);
            slots += u64::from(road.slots);
            if slots >= u64::from(u32::MAX) {
                return Err(Problem::TooMany("slots for vehicles"));
            }
        }
        let (parts, places) = parts_of(&roads, &cut, &first_slot);
        Ok(Self {
            roads,
            cut,
            places,
            slots: (0..slots).map(|_| AtomicU32::new(0)).collect(),
            parts,
            now_ms: 0,
            patience_ms: settings.patience_ms(),
            period_ms: (settings.period_s * 1000.0).round().clamp(1.0, 1e9) as u32,
            departed: 0,
            arrived: 0,
        })
    }

    /// Takes in departures, which must not lie before the present time; those from one link leave the kerb in the order
    /// given here and so should be ordered by time.
    ///
    /// # Errors
    /// Routes outside of `routes`, empty ones, links that don't exist or don't meet, departures in the past.
    pub fn depart(&mut self, departures: &[Departure], routes: &[u32]) -> Result<(), Problem> {
        departures.iter().try_for_each(|departure| self.check(departure, routes))?;
        self.depart_on_ways(departures, routes);
        Ok(())
    }

    /// As [`Traffic::depart`], for routes known to be sound.
    pub(super) fn depart_on_ways(&mut self, departures: &[Departure], routes: &[u32]) {
        for departure in departures {
            let Departure { vehicle: id, at_ms, first, end } = *departure;
            let place = self.places[routes[first as usize] as usize];
            let vehicle = Vehicle::at_the_kerb(id, at_ms, (first, end), routes);
            self.parts[place.begin_part as usize].take_in(place.kerb, vehicle);
        }
        self.departed += departures.len() as u64;
    }

    fn check(&self, departure: &Departure, routes: &[u32]) -> Result<(), Problem> {
        let range = departure.first as usize..departure.end as usize;
        let route = routes.get(range).filter(|route| !route.is_empty());
        let Some(route) = route else {
            return Err(Problem::OutOfRange {
                what: "route",
                index: departure.first as usize,
                count: routes.len(),
            });
        };
        let ends = |link: u32| (self.roads[link as usize].from, self.roads[link as usize].to);
        check_way(route, self.roads.len(), ends)?;
        if departure.at_ms < self.now_ms {
            return Err(Problem::Parameter("the time of a departure"));
        }
        Ok(())
    }

    /// Lets traffic run to a time (ms after the start; nothing happens if it lies behind) and hands out who arrived, in
    /// the order of time and vehicle. `routes` must hold the routes of all vehicles under way where they stood.
    pub fn advance(&mut self, until_ms: u32, routes: &[u32]) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        self.advance_into(until_ms, routes, &mut arrivals);
        arrivals.sort_unstable_by_key(|arrival| (arrival.at_ms, arrival.vehicle));
        arrivals
    }

    /// As [`Traffic::advance`], but adds arrivals in no order.
    pub(super) fn advance_into(&mut self, until_ms: u32, routes: &[u32], arrivals: &mut Vec<Arrival>) {
        if until_ms <= self.now_ms {
            return;
        }
        let mut parts = std::mem::take(&mut self.parts);
        let (from_ms, outside) = (self.now_ms, self.outside(routes));
        match parts.as_mut_slice() {
            [one] => one.run(from_ms, until_ms, outside),
            several => self.side_by_side(several, until_ms, outside),
        }
        let before = arrivals.len();
        parts.iter_mut().for_each(|part| arrivals.append(&mut part.arrivals));
        self.arrived += (arrivals.len() - before) as u64;
        (self.parts, self.now_ms) = (parts, until_ms);
    }

    /// Lets parts run window after window, some on each thread. Who crosses into another part lies in its inbox when the
    /// window is over; there are two inboxes a part, of which one is filled while the other is emptied.
    fn side_by_side(&self, parts: &mut [Part], until_ms: u32, outside: Outside<'_>) {
        let inboxes: Vec<[Inbox; 2]> = parts.iter().map(|_| Default::default()).collect();
        let each = parts.len().div_ceil(rayon::current_num_threads().max(1));
        let meeting = Meeting::new(parts.len().div_ceil(each));
        let work = |first: usize, mine: &mut [Part]| {
            let _guard = meeting.guard();
            let mut from_ms = self.now_ms;
            for window in 0.. {
                let end_ms = until_ms.min(from_ms.saturating_add(self.cut.window_ms));
                for part in &mut *mine {
                    part.run(from_ms, end_ms, outside);
                    for (link, vehicle) in part.outbox.drain(..) {
                        let to = self.places[link as usize].end_part as usize;
                        open(&inboxes[to][window % 2]).push((link, vehicle));
                    }
                }
                if !meeting.wait() {
                    return;
                }
                for (part, inbox) in mine.iter_mut().zip(&inboxes[first..]) {
                    for (link, vehicle) in open(&inbox[window % 2]).drain(..) {
                        part.take_in(self.places[link as usize].end, vehicle);
                    }
                }
                if end_ms == until_ms {
                    return;
                }
                from_ms = end_ms;
            }
        };
        std::thread::scope(|scope| {
            let (mine, others) = parts.split_at_mut(each);
            for (number, theirs) in (1..).zip(others.chunks_mut(each)) {
                let work = &work;
                scope.spawn(move || work(number * each, theirs));
            }
            work(0, mine);
        });
    }

    /// Present time, ms after the start.
    #[must_use]
    pub fn now_ms(&self) -> u32 {
        self.now_ms
    }

    /// Vehicles that have departed so far, and those that have arrived.
    #[must_use]
    pub fn counts(&self) -> [u64; 2] {
        [self.departed, self.arrived]
    }

    /// Vehicles on the roads and at the kerbs, counted one by one.
    #[must_use]
    pub fn inside(&self) -> u64 {
        self.parts.iter().map(|part| part.inside() as u64).sum()
    }

    /// Vehicles on the roads, counted one by one; those at kerbs are not yet there.
    #[must_use]
    pub fn on_roads(&self) -> u64 {
        self.parts.iter().map(|part| (part.inside() - part.at_kerbs()) as u64).sum()
    }

    /// Link traversals so far, and how many of them squeezed into a full link.
    #[must_use]
    pub fn crossings(&self) -> [u64; 2] {
        self.parts.iter().fold([0, 0], |sum, part| [sum[0] + part.crossings, sum[1] + part.squeezed])
    }

    /// Time that vehicles stood at the kerb so far for want of room on their first link, ms.
    #[must_use]
    pub fn kerb_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.kerb_ms).sum()
    }

    /// Hands out what left the links since the last call, in the order of link and part of the day; a link and part
    /// that goes on comes again in the next call.
    pub fn count(&mut self) -> Vec<LinkTally> {
        let mut tallies = Vec::new();
        self.count_into(&mut tallies);
        tallies.sort_unstable_by_key(|t| (t.link, t.period, t.vehicles, t.spent_ms));
        tallies
    }

    /// As [`Traffic::count`], but adds tallies in no order.
    pub(super) fn count_into(&mut self, tallies: &mut Vec<LinkTally>) {
        self.parts.iter_mut().for_each(|part| part.count(tallies));
    }

    /// What [`Traffic::count`] would hand out if everybody who is still under way left the link, or the kerb before it,
    /// now: who stands in a jam until the end has met it too. `routes` as for [`Traffic::advance`].
    #[must_use]
    pub fn count_inside(&self, routes: &[u32]) -> Vec<LinkTally> {
        let outside = self.outside(routes);
        let mut tallies = Vec::new();
        self.parts.iter().for_each(|part| part.count_inside(self.now_ms, outside, &mut tallies));
        tallies.sort_unstable_by_key(|t| (t.link, t.period, t.spent_ms));
        tallies
    }

    fn outside<'a>(&'a self, routes: &'a [u32]) -> Outside<'a> {
        Outside { routes, slots: &self.slots, patience_ms: self.patience_ms, period_ms: self.period_ms }
    }

    /// Parts that advance side by side.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.parts.len()
    }
}

/// Vehicles that wait to be taken over into a part, with the links on which they are.
type Inbox = Mutex<Vec<(u32, Vehicle)>>;

fn open(inbox: &Inbox) -> std::sync::MutexGuard<'_, Vec<(u32, Vehicle)>> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Queues of all parts, and where each link's are.
fn parts_of(roads: &[Road], cut: &Cut, first_slot: &[u32]) -> (Vec<Part>, Vec<Place>) {
    let empty = || Part::new(Vec::new(), Vec::new(), vec![NONE; roads.len()]);
    let mut parts: Vec<Part> = (0..cut.parts).map(|_| empty()).collect();
    let mut places = Vec::with_capacity(roads.len());
    for (link, (road, first_slot)) in roads.iter().zip(first_slot).enumerate() {
        let (begin_part, end_part) = (cut.part_of[road.from as usize], cut.part_of[road.to as usize]);
        let mut add = |part: u32, ends| {
            let part = &mut parts[part as usize];
            let row = part.queues.len() as u32;
            let (queue, waits) = rows_of(road, *first_slot, link as u32, ends);
            part.queues.push(queue);
            part.waits.push(waits);
            if ends != Ends::End {
                part.row_of[link] = row;
            }
            row
        };
        let end = if begin_part == end_part {
            add(begin_part, Ends::Both)
        } else {
            add(begin_part, Ends::Beginning);
            add(end_part, Ends::End)
        };
        places.push(Place { end_part, end, begin_part, kerb: 0 });
    }
    // Kerbs come after all links, so that events of one time and junction keep their order whatever the parts.
    for (link, place) in (0..).zip(&mut places) {
        let part = &mut parts[place.begin_part as usize];
        place.kerb = part.queues.len() as u32;
        part.queues.push(Queue::kerb());
        part.waits.push(Waits::none(link, Ends::Kerb));
    }
    (parts, places)
}

/// The rows of an empty link.
fn rows_of(road: &Road, first_slot: u32, link: u32, ends: Ends) -> (Queue, Waits) {
    let margin = (road.gap_ms / road.headway_ms + 1).min(i32::MAX as u32) as i32;
    let queue = Queue {
        // Nobody leaves a link where it begins.
        headway_ms: if ends == Ends::Beginning { NEVER } else { road.headway_ms },
        first_slot,
        slots: road.slots,
        free_ms: road.free_ms,
        spare: if ends == Ends::Both { road.slots as i32 - margin } else { 0 },
        ..Queue::kerb()
    };
    let strict = road.strict;
    (queue, Waits { gap_ms: road.gap_ms, strict, margin, ..Waits::none(link, ends) })
}
