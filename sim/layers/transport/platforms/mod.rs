//! Platforms: who waits for which vehicle, and whom it has room for.
//!
//! Where vehicles can fill, every stop of every pattern of runs is a queue, served by the pattern's vehicles in order.
//! All arrivals and departures of an hour are gone through in order of time, on one thread: whoever alights makes room
//! before others board, whoever came first boards first, and whoever finds the vehicle full waits for the next one
//! of any line between the same two stops, with all that follows: a missed change, a late arrival, another trip later on. Vehicles keep to the
//! timetable however many board; with places for everybody, every trip is what the timetable makes it.
mod day;
mod keys;
mod pass;
mod rider;
mod service;

#[cfg(test)]
mod tests;

pub(super) use keys::{Filling, KEYS};
pub(super) use pass::Ground;
pub(super) use rider::{Rider, set_out, through_gate};
pub(super) use service::Service;

use super::View;
use super::network::Network;
use citytwin_engine::Now;
use citytwin_world::draw::block;
use citytwin_world::transit::Ride;
use citytwin_world::{PersonId, World};
use service::Vehicle;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Purpose of this file's draws.
const TURN: u32 = 0x0208;
/// No vehicle.
const NONE: u32 = u32::MAX;

/// A point in time at which something happens on a platform. Arrivals come before the departures of the same second,
/// and a vehicle's departures in the order of its stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at_s: u32,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A rider reaches the platform; those of the same second in drawn order.
    Arrival { turn: u32, person: PersonId, rider: u32 },
    /// A pattern's run leaves a stop at which somebody may wait.
    Departure { index: u16, pattern: u16, run: u32 },
}

/// One who waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    turn: u32,
    rider: Rider,
}

/// Transit where vehicles can fill.
#[derive(Debug, Default)]
pub(super) struct Filled {
    filling: Filling,
    /// The vehicles of the day; `None` where vehicles take everybody.
    pub(super) service: Option<Service>,
    pub(super) platforms: Platforms,
}

impl Filled {
    /// Transit with the keys checked.
    pub(super) fn new(filling: Filling) -> Self {
        Self { filling, ..Self::default() }
    }

    /// Begins an hour: what hazards say of stops and runs holds from now on, and a new day has new vehicles.
    pub(super) fn open_hour(&mut self, now: Now, network: &Network, world: &mut World) {
        let share = world.share_simulated();
        let (city, passengers) = (&world.city, &mut world.services.passengers);
        passengers.counted = self.filling.counted;
        let changes = passengers.take_disruption();
        if !self.filling.counted {
            return;
        }
        let platforms = &mut self.platforms;
        platforms.patience_s = self.filling.patience_s;
        match &mut self.service {
            Some(service) if !now.day_begins() => {
                if changes {
                    let from_s = now.hour() * 3600;
                    service.disrupt(now, from_s, &network.timetable, city, &passengers.disruption);
                    platforms.disrupted = true;
                }
            }
            service => {
                let (ground, filling) = ((network, &**city), (&self.filling, share));
                *service = Some(day::begin_day(now, ground, filling, platforms, passengers));
            }
        }
    }

    /// Ends an hour, and with the last one the day.
    pub(super) fn close_hour(&mut self, now: Now, network: &Network, world: &mut World) {
        let Some(service) = &self.service else { return };
        let (city, passengers) = (&world.city, &mut world.services.passengers);
        day::close_hour((now.hour() + 1) * 3600, network, service, &mut self.platforms, passengers);
        if now.day_ends() {
            day::close_day((network, city), service, &mut self.platforms, passengers);
        }
    }
}

/// All platforms and the vehicles that call there.
#[derive(Debug, Default)]
pub(super) struct Platforms {
    patience_s: u32,
    events: BinaryHeap<Reverse<Event>>,
    /// Riders on the way to a platform, and the free places among them.
    coming: Vec<Rider>,
    free: Vec<u32>,
    /// Those who wait at each platform, in order.
    queue: Vec<VecDeque<Waiting>>,
    /// The run whose departure is awaited at each platform.
    awaited: Vec<u32>,
    /// First cell of each vehicle in `aboard`, with an end mark.
    first_cell: Vec<u32>,
    /// Passengers between each stop and the next of each vehicle.
    aboard: Vec<u16>,
    /// Whether stops or runs have changed since the last pass.
    disrupted: bool,
}

impl Platforms {
    /// Expects a rider. Those who come in the same second stand in drawn order.
    fn expect(&mut self, now: Now, rider: Rider) {
        let turn = block(now.seed, TURN, rider.person.0, now.day(), rider.at_s)[0];
        let place = match self.free.pop() {
            Some(place) => {
                self.coming[place as usize] = rider;
                place
            }
            None => {
                self.coming.push(rider);
                self.coming.len() as u32 - 1
            }
        };
        let what = What::Arrival { turn, person: rider.person, rider: place };
        self.events.push(Reverse(Event { at_s: rider.at_s, what }));
    }

    /// Awaits a vehicle at a ride's boarding stop.
    fn await_vehicle(&mut self, (view, service): (&View, &Service), ride: &Ride, vehicle: Vehicle) {
        let awaited = &mut self.awaited[service.platform(ride, ride.board)];
        if *awaited == vehicle.run as u32 {
            return;
        }
        *awaited = vehicle.run as u32;
        if let Some(call) = service.call(&view.network.timetable, vehicle, ride.board) {
            let what = What::Departure { index: ride.board, pattern: ride.pattern, run: vehicle.run as u32 };
            self.events.push(Reverse(Event { at_s: call.departure_s.max(0) as u32, what }));
        }
    }

    /// Forgets riders whose day is taken back; none of them has reached a platform yet.
    pub(super) fn forget(&mut self, taken: impl Fn(PersonId) -> bool) {
        let free = &mut self.free;
        self.events.retain(|Reverse(event)| match event.what {
            What::Arrival { person, rider, .. } if taken(person) => {
                free.push(rider);
                false
            }
            _ => true,
        });
    }

    /// Passengers of a vehicle between each stop and the next.
    fn cells(&mut self, number: usize) -> &mut [u16] {
        let (from, to) = (self.first_cell.get(number), self.first_cell.get(number + 1));
        match (from, to) {
            (Some(&from), Some(&to)) => &mut self.aboard[from as usize..to as usize],
            _ => &mut [],
        }
    }

    /// Lets somebody ride between two stops of a vehicle if there is room all the way.
    fn takes(&mut self, number: usize, ride: &Ride, places: u16) -> bool {
        let span = usize::from(ride.board)..usize::from(ride.alight);
        let Some(cells) = self.cells(number).get_mut(span) else { return false };
        let room = cells.iter().all(|aboard| *aboard < places);
        if room {
            cells.iter_mut().for_each(|aboard| *aboard += 1);
        }
        room
    }
}
