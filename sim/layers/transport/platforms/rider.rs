//! Somebody on a journey by transit, from one platform to the next.
use super::super::doors::Passage;
use super::super::network::Leg;
use super::super::traveller::Traveller;
use super::super::{Sink, View, walk};
use super::service::Service;
use citytwin_world::population::{Hold, NO_DEPARTURE, Today};
use citytwin_world::transit::{Journey, Ride};
use citytwin_world::{Mode, PersonId, StopId};

/// No ride: nobody checks at any gate of the journey.
const NO_GATE: u8 = u8::MAX;

/// A traveller on the way to a platform or waiting there.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Rider {
    pub(in super::super) person: PersonId,
    journey: Journey,
    /// The ride that comes next, and the first of this stretch of the journey.
    ride: u8,
    first: u8,
    /// The ride whose gate is guarded.
    gate: u8,
    /// When the platform is reached, s after midnight.
    pub(super) at_s: u32,
    /// When this stretch began: tells the sections of vehicles.
    pub(super) begun_s: u32,
    /// From which minute on no stay has been told.
    pub(super) free_min: u16,
    pub(super) depart_min: u16,
    pub(super) metres: u32,
    /// Departure of the first vehicle of this ride that was full.
    pub(super) denied_s: Option<u32>,
    /// Whether any vehicle of the journey was full.
    pub(super) was_denied: bool,
    /// Runs of the pattern tried so far end before this one.
    pub(super) untried: u32,
}

impl Rider {
    /// Somebody on a trip who goes on from a second of the day with a ride of a journey whose gates nobody guards.
    fn new(
        person: PersonId,
        journey: Journey,
        (ride, at_s): (u8, u32),
        (depart_min, metres): (u16, u32),
    ) -> Self {
        Self {
            person,
            journey,
            ride,
            first: ride,
            gate: NO_GATE,
            at_s,
            begun_s: at_s,
            free_min: at_s.div_ceil(60).min(1440) as u16,
            depart_min,
            metres,
            denied_s: None,
            was_denied: false,
            untried: 0,
        }
    }

    /// The ride waited for.
    pub(super) fn next_ride(&self) -> Option<Ride> {
        self.journey.rides().get(usize::from(self.ride)).copied()
    }

    /// Takes another line between the same two stops, from one of its runs on.
    pub(super) fn change_line(&mut self, ride: Ride, run: u32) {
        if let Some(own) = self.journey.rides.get_mut(usize::from(self.ride)) {
            if own.pattern != ride.pattern || own.board != ride.board {
                self.untried = run;
            }
            *own = ride;
        }
    }

    /// Its place in the journey.
    pub(super) fn ride_number(&self) -> u8 {
        self.ride
    }

    /// The minute noted as the person's own while waiting.
    pub(super) fn since_min(&self) -> u16 {
        (self.at_s / 60).min(u32::from(u16::MAX - 1)) as u16
    }

    /// Has left a vehicle.
    pub(super) fn alighted(mut self, alight_s: u32) -> Self {
        (self.ride, self.at_s, self.denied_s, self.untried) = (self.ride + 1, alight_s, None, 0);
        self
    }
}

/// Sets out by transit for the next stop of the plan; false where no vehicle goes there at this hour.
pub(in super::super) fn set_out(
    (view, service): (&View, &Service),
    who: Traveller,
    today: &mut Today,
    slots: (usize, usize),
    (depart_min, metres): (u16, u32),
    sink: &mut Sink,
) -> bool {
    let depart_s = u32::from(depart_min) * 60;
    let Some(&journey) = walk::journey(view, who.id, slots, depart_s) else { return false };
    let rides = journey.rides();
    let guarded = |(_, stop): &(usize, StopId)| view.doors.of_stop(*stop).is_some();
    let gate = view.network.first_metro(rides).filter(guarded).map(|(ride, _)| ride);
    let until_gate = &rides[..gate.unwrap_or(rides.len())];
    if service.foresee(&view.network.timetable, until_gate, depart_s).is_none() {
        return false;
    }
    let mut rider = Rider::new(who.id, journey, (0, depart_s), (depart_min, metres));
    rider.gate = gate.map_or(NO_GATE, |ride| ride as u8);
    proceed(view, who, today, rider, sink);
    true
}

/// Goes on behind a guarded gate with a ride of the journey; false where no vehicle goes there any more.
pub(in super::super) fn through_gate(
    (view, service): (&View, &Service),
    who: Traveller,
    today: &mut Today,
    found: &Journey,
    (ride, at_s): (u8, u32),
    (depart_min, metres): (u16, u32),
    sink: &mut Sink,
) -> bool {
    let mut journey = *found;
    if let Some(ride) = journey.rides.get_mut(usize::from(ride)) {
        ride.walk_s = 0; // the walk to the platform lies behind
    }
    let Some(rest) = journey.rides().get(usize::from(ride)..) else { return false };
    if service.foresee(&view.network.timetable, rest, at_s).is_none() {
        return false;
    }
    let rider = Rider::new(who.id, journey, (ride, at_s), (depart_min, metres));
    proceed(view, who, today, rider, sink);
    true
}

/// Goes on from where a rider is since `at_s`: to the next platform or its guarded gate, or from the last one to the
/// destination.
pub(super) fn proceed(view: &View, who: Traveller, today: &mut Today, mut rider: Rider, sink: &mut Sink) {
    let Some(next) = rider.next_ride() else {
        let mode =
            if view.network.first_metro(rider.journey.rides()).is_some() { Mode::Metro } else { Mode::Bus };
        let arrive_s = rider.at_s.saturating_add(rider.journey.egress_s.into());
        let leg = Leg { arrive_s, metres: rider.metres, mode };
        return walk::reach(view, who, today, leg, rider.depart_min, sink);
    };
    rider.at_s = rider.at_s.saturating_add(next.walk_s.into());
    if rider.gate == rider.ride {
        let stops = view.network.timetable.stops(next.pattern.into());
        let stop = stops.get(usize::from(next.board)).map(|stop| StopId(*stop));
        if let Some(door) = stop.and_then(|stop| view.doors.of_stop(stop)) {
            let passage = Passage::Gate { ride: rider.ride };
            return walk::queue(
                who,
                today,
                door,
                rider.at_s,
                (rider.depart_min, rider.metres, passage),
                sink,
            );
        }
        // The guard has gone meanwhile.
        (rider.gate, rider.first) = (NO_GATE, rider.ride);
        (rider.begun_s, rider.free_min) = (rider.at_s, rider.at_s.div_ceil(60).min(1440) as u16);
    } else if rider.ride > rider.first {
        rider.at_s = rider.at_s.saturating_add(view.network.timetable.change_s());
    }
    today.hold = Hold::Queue;
    today.next_min = NO_DEPARTURE;
    today.since_min = rider.since_min();
    sink.work.riders.push(rider);
}
