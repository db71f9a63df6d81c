//! One pass through the arrivals and departures at all platforms, in order of time.
use super::super::doors::{Outcome, Passage, Verdict};
use super::super::traveller::Traveller;
use super::super::{Chunk, View, network, outcome, walk};
use super::rider::{Rider, proceed};
use super::service::{Service, Vehicle};
use super::{Event, NONE, Platforms, Waiting, What};
use citytwin_world::RunId;
use citytwin_world::id::Key;
use citytwin_world::passengers::{LineHour, Passengers};
use citytwin_world::population::{Hold, Today};
use citytwin_world::services::Cause;
use citytwin_world::transit::Ride;
use citytwin_world::visits::{CHUNK, Visit};
use std::cmp::Reverse;

/// What a pass looks at and where its results go.
pub(in super::super) struct Ground<'a, 'b> {
    pub(in super::super) view: &'a View<'b>,
    pub(in super::super) service: &'a Service,
    pub(in super::super) chunks: &'a mut [Chunk<'b>],
    pub(in super::super) passengers: &'a mut Passengers,
}

/// A vehicle about to leave a stop.
struct Departing {
    vehicle: Vehicle,
    number: usize,
    /// Departure, s.
    at_s: u32,
    trip: RunId,
}

impl Platforms {
    /// Goes through everything that happens on platforms before a second of the day.
    pub(in super::super) fn serve(&mut self, ground: &mut Ground, until_s: u32) {
        self.take_in(ground);
        if std::mem::take(&mut self.disrupted) {
            self.look_anew(ground);
        }
        while let Some(Reverse(event)) = self.events.peek().copied().filter(|event| event.0.at_s < until_s) {
            self.events.pop();
            match event.what {
                What::Arrival { turn, rider, .. } => {
                    self.free.push(rider);
                    let rider = self.coming[rider as usize];
                    self.arrive(ground, Waiting { turn, rider });
                }
                What::Departure { index, pattern, run } => {
                    self.depart(ground, event, Ride { pattern, board: index, ..Ride::default() }, run);
                }
            }
        }
    }

    /// Expects those who have set out since.
    fn take_in(&mut self, ground: &mut Ground) {
        for chunk in ground.chunks.iter_mut() {
            for rider in chunk.own.work.riders.drain(..) {
                self.expect(ground.view.now, rider);
            }
        }
    }

    /// Stops have closed or runs been cut: whoever waits looks for the next vehicle again.
    fn look_anew(&mut self, ground: &mut Ground) {
        let hour_s = ground.view.now.hour() * 3600;
        for platform in 0..self.queue.len() {
            self.awaited[platform] = NONE;
            for waiting in std::mem::take(&mut self.queue[platform]) {
                self.wait(ground, waiting, hour_s);
            }
        }
    }

    /// Somebody comes onto a platform: from here on the day goes hour by hour.
    fn arrive(&mut self, ground: &mut Ground, waiting: Waiting) {
        let rider = &waiting.rider;
        if !here(ground, rider) {
            return;
        }
        if let Some(chunk) = ground.chunks.get_mut(rider.person.index() / CHUNK) {
            chunk.own.ahead.release(rider.person.index() % CHUNK);
        }
        self.wait(ground, waiting, rider.at_s);
    }

    /// Waits for the next vehicle that leaves at or after a second, or gives up.
    fn wait(&mut self, ground: &mut Ground, waiting: Waiting, from_s: u32) {
        let rider = waiting.rider;
        let Some(ride) = rider.next_ride().filter(|_| here(ground, &rider)) else { return };
        let from_s = from_s.max(rider.at_s);
        if !ground.service.is_open(&ride) {
            return self.give_up(ground, rider, Cause::StopClosed, from_s);
        }
        let Some(vehicle) = ground.service.next(&ground.view.network.timetable, &ride, from_s) else {
            let cause = if rider.was_denied { Cause::NoRoom } else { Cause::NoRoute };
            return self.give_up(ground, rider, cause, from_s);
        };
        self.stand(ground, waiting, &ride, vehicle);
    }

    /// Stands on the platform of a ride until a vehicle comes.
    fn stand(&mut self, ground: &Ground, waiting: Waiting, ride: &Ride, vehicle: Vehicle) {
        let queue = &mut self.queue[ground.service.platform(ride, ride.board)];
        // In order of arrival; those whom a checkpoint held up or another line left behind may have come before others.
        let key = |w: &Waiting| (w.rider.at_s, w.turn, w.rider.person);
        let place = if queue.back().is_none_or(|last| key(last) < key(&waiting)) {
            queue.len()
        } else {
            queue.partition_point(|other| key(other) < key(&waiting))
        };
        queue.insert(place, waiting);
        self.await_vehicle((ground.view, ground.service), ride, vehicle);
    }

    /// A vehicle leaves: takes on whom it has room for, in order; the others wait on or give up.
    fn depart(&mut self, ground: &mut Ground, event: Event, at: Ride, run: u32) {
        let service = ground.service;
        let vehicle = Vehicle { pattern: at.pattern.into(), run: run as usize };
        let platform = service.platform(&at, at.board);
        if self.awaited[platform] == run {
            self.awaited[platform] = NONE;
        }
        let number = service.number(vehicle);
        if service.is_cut(number) {
            return; // who waited for it looked anew when it was cut
        }
        let Some(call) = service.call(&ground.view.network.timetable, vehicle, at.board) else { return };
        let departing = Departing { vehicle, number, at_s: event.at_s, trip: RunId(call.trip) };
        for waiting in std::mem::take(&mut self.queue[platform]) {
            self.serve_one(ground, &departing, waiting);
        }
    }

    /// Lets one who waits board if there is room; who is left behind takes the next vehicle of any line between the same
    /// stops, or gives up.
    fn serve_one(&mut self, ground: &mut Ground, departing: &Departing, mut waiting: Waiting) {
        let rider = &mut waiting.rider;
        let run = departing.vehicle.run as u32;
        let later_s = departing.at_s + 1;
        if rider.at_s > departing.at_s || rider.untried > run {
            return self.wait(ground, waiting, later_s);
        }
        let Some(ride) = rider.next_ride().filter(|_| here(ground, rider)) else { return };
        rider.untried = run + 1;
        if self.takes(departing.number, &ride, ground.service.places(departing.number)) {
            return self.board(ground, departing, *rider, &ride);
        }
        let tally = &mut ground.passengers.today;
        tally.denied += 1;
        let first_s = *rider.denied_s.get_or_insert_with(|| {
            tally.left_behind += 1;
            departing.at_s
        });
        rider.was_denied = true;
        if let Some(hour) = line_hour(ground, departing) {
            hour.denied += 1;
        }
        let timetable = &ground.view.network.timetable;
        if let Some((other, vehicle)) = ground.service.next_of_any(timetable, &ride, later_s)
            && let Some(call) = ground.service.call(timetable, vehicle, other.board)
            && call.departure_s.max(0) as u32 - first_s <= self.patience_s
        {
            rider.change_line(other, vehicle.run as u32);
            return self.stand(ground, waiting, &other, vehicle);
        }
        ground.passengers.today.denied_wait_s += u64::from(departing.at_s - first_s);
        self.give_up(ground, waiting.rider, Cause::NoRoom, departing.at_s);
    }

    /// Boards: all is known until the vehicle is left, and perhaps to the end of the trip.
    fn board(&mut self, ground: &mut Ground, departing: &Departing, mut rider: Rider, ride: &Ride) {
        let alights = ground.service.call(&ground.view.network.timetable, departing.vehicle, ride.alight);
        let alight_s = alights.map_or(departing.at_s, |call| call.arrival_s.max(0) as u32);
        let tally = &mut ground.passengers.today;
        tally.boarded += 1;
        tally.denied_wait_s += rider.denied_s.map_or(0, |first_s| u64::from(departing.at_s - first_s));
        if let Some(hour) = line_hour(ground, departing) {
            hour.boardings += 1;
        }
        let trip = departing.trip;
        self.act(ground, rider, |view, who, today, sink| {
            let (start_min, end_min) = network::minutes_aboard(departing.at_s, alight_s, rider.free_min);
            sink.work.tally.boardings += u64::from(departing.at_s < 86_400);
            if start_min < end_min {
                let room = view.residents.rooms.of_run(trip, who.section(rider.begun_s));
                sink.visits.push(Visit { room, person: who.id, start_min, end_min });
                rider.free_min = end_min;
            }
            today.hold = Hold::Free;
            proceed(view, who, today, rider.alighted(alight_s), sink);
        });
    }

    /// Gives the trip up on the platform and goes home, as from a gate that lets nobody in.
    fn give_up(&mut self, ground: &mut Ground, rider: Rider, cause: Cause, at_s: u32) {
        let turned = Outcome {
            person: rider.person,
            verdict: Verdict::Turned(cause),
            at_ds: at_s.saturating_mul(10),
            wait_s: 0,
            depart_min: rider.depart_min,
            metres: rider.metres,
            passage: Passage::Gate { ride: rider.ride_number() },
        };
        self.act(ground, rider, |view, who, today, sink| {
            today.hold = Hold::Free;
            sink.work.tally.prevented[cause as usize] += 1;
            outcome::turn_back(view, &turned, who, today, sink);
        });
    }

    /// Does something with a rider, who then goes on as far as known; whoever sets out for a platform is expected
    /// there.
    fn act(
        &mut self,
        ground: &mut Ground,
        rider: Rider,
        each: impl FnOnce(&View, Traveller, &mut Today, &mut super::super::Sink),
    ) {
        let view = ground.view;
        let (c, index) = (rider.person.index() / CHUNK, rider.person.index() % CHUNK);
        let Some(chunk) = ground.chunks.get_mut(c) else { return };
        let (today, mut sink) = chunk.open();
        let Some(today) = today.get_mut(index) else { return };
        let who = Traveller::new(view.now, rider.person);
        each(view, who, today, &mut sink);
        if today.hold == Hold::Free {
            walk::go_on_and_note(view, who, today, &mut sink);
        }
        while let Some(rider) = sink.work.riders.pop() {
            self.expect(view.now, rider);
        }
    }
}

/// Whether a rider still stands where they were last seen, or has been taken away.
fn here(ground: &Ground, rider: &Rider) -> bool {
    let chunk = ground.chunks.get(rider.person.index() / CHUNK);
    let today = chunk.and_then(|chunk| chunk.today.get(rider.person.index() % CHUNK));
    today.is_some_and(|today| today.hold == Hold::Queue && today.since_min == rider.since_min())
}

/// The line and hour of a departure.
fn line_hour<'a>(ground: &'a mut Ground, departing: &Departing) -> Option<&'a mut LineHour> {
    let transit = &ground.view.city.transit;
    let line = *transit.route_line.get(*transit.run_route.get(departing.trip)?)?;
    ground.passengers.lines.get_mut(super::day::cell(line, departing.at_s))
}
