//! Undisturbed days of many residents, side by side.
//!
//! Most people's day needs no look at orders, illness or traffic. Their legs on the streets follow each other without
//! a question whose answer the processor can't guess; when somebody comes to a stop, the others go on first, and all who
//! stand at stops look for their vehicles together, so that none waits for another's memory. Nothing here changes any
//! result: who meets something that only `walk` knows (the gate of a guarded station) is handed over to it.
use super::network::{self, Leg, Trip};
use super::traveller::Traveller;
use super::{Sink, View, walk, warm};
use citytwin_routing::{Boarding, Wait};
use citytwin_world::population::{Hold, NO_DEPARTURE, STOPS_MAX, Today};
use citytwin_world::residents::slot;
use citytwin_world::transit::{Journey, RIDES_MAX};
use citytwin_world::{Mode, PersonId, PlaceId, Resident, RoomId, RunId, Severity, Visit};
use std::hint::select_unpredictable;

/// Residents moved together.
pub(super) const GROUP: usize = 64;
/// Room for the stays of one person's day without detours: at each stop but the last, and in the vehicles between them.
const STAYS_MAX: usize = ((STOPS_MAX - 1) * (1 + RIDES_MAX)).next_power_of_two();
/// Nobody is handed over.
const NEVER: u16 = u16::MAX;

/// A group's memory, kept from group to group.
pub(super) struct SideBySide {
    /// What happened to each person so far.
    own: Vec<Own>,
    /// Who has come to a stop, and the trip each makes.
    arrived: Vec<AtStop>,
    trips: Vec<Trip>,
    /// Who looks for vehicles now, and what is found for each.
    seated: Vec<AtStop>,
    journeys: Vec<Journey>,
    waits: Vec<Wait>,
    boardings: Vec<Option<Boarding>>,
}

/// What happened to one person so far.
#[derive(Clone, Copy)]
struct Own {
    stays: [Visit; STAYS_MAX],
    count: u8,
    /// When the person left on a trip that is handed over.
    handed_over_min: u16,
}

impl Own {
    /// Notes a stay, unless it has no length.
    #[inline]
    fn stay(&mut self, visit: Visit) {
        self.stays[usize::from(self.count) % STAYS_MAX] = visit;
        self.count += u8::from(visit.start_min < visit.end_min);
    }
}

/// Somebody who may make a trip by transit.
#[derive(Clone, Copy)]
struct AtStop {
    /// Place in the group.
    index: u8,
    /// Stays before the journey.
    stays_before: u8,
    rides: u8,
    boardings: u8,
    mode: Mode,
    depart_min: u16,
    /// Minute from which the person is free for a vehicle.
    free_min: u16,
    /// Second of the day so far.
    now_s: u32,
    way_m: u32,
}

impl Default for SideBySide {
    fn default() -> Self {
        let none = Visit { room: RoomId(0), person: PersonId(0), start_min: 0, end_min: 0 };
        Self {
            own: vec![Own { stays: [none; STAYS_MAX], count: 0, handed_over_min: NEVER }; GROUP],
            arrived: Vec::with_capacity(GROUP),
            trips: Vec::with_capacity(GROUP),
            seated: Vec::with_capacity(GROUP),
            journeys: Vec::with_capacity(GROUP),
            waits: Vec::with_capacity(GROUP),
            boardings: Vec::with_capacity(GROUP),
        }
    }
}

/// Whether days can be moved side by side at all: no order, no traffic, no closure and no full vehicle meddles with
/// everybody's.
pub(super) fn possible(view: &View) -> bool {
    view.at_liberty && view.roads.is_none() && view.closures.is_none() && view.service.is_none()
}

/// Whether a person keeps to the plan whatever the day brings, and no trip need be told one by one.
pub(super) fn undisturbed(view: &View, id: PersonId) -> bool {
    let ordered = view.levers.isolate.as_ref().is_some_and(|set| set.has(id));
    view.health.severity[id] == Severity::None && !ordered && !view.logs(id)
}

/// A group of residents who are moved: the first one's number, their days and their draws.
pub(super) struct Group<'a> {
    pub(super) first: usize,
    pub(super) today: &'a mut [Today],
    pub(super) words: &'a [[u32; 4]; GROUP],
}

impl Group<'_> {
    fn who(&self, index: usize) -> Traveller {
        Traveller::with(PersonId((self.first + index) as u32), self.words[index % GROUP])
    }
}

impl SideBySide {
    /// Moves those of a group whose bit is set as far as the day goes for them.
    pub(super) fn go(&mut self, view: &View, group: &mut Group, some: u64, sink: &mut Sink) {
        self.own.iter_mut().for_each(|own| (own.count, own.handed_over_min) = (0, NEVER));
        let each = || (0..group.today.len()).filter(move |i| some >> i & 1 == 1);
        warm::touch_cars(view, each().map(|i| group.who(i).id));
        (0..group.today.len()).filter(|i| some >> i & 1 == 1).for_each(|i| self.go_on(view, group, i, sink));
        while !self.arrived.is_empty() {
            self.ride(view, group);
            for number in 0..self.seated.len() {
                let (one, journey) = (self.seated[number], &self.journeys[number]);
                let egress_s = u32::from(journey.egress_s);
                self.end_ride(view, group, one, egress_s, sink);
            }
        }
    }

    /// Writes down a person's stays, and ends a trip that was handed over.
    pub(super) fn finish(
        &self,
        view: &View,
        who: Traveller,
        index: usize,
        today: &mut Today,
        sink: &mut Sink,
    ) {
        let Own { stays, count, handed_over_min: depart_min } = &self.own[index];
        let depart_min = *depart_min;
        sink.visits.extend_from_slice(&stays[..usize::from(*count)]);
        if depart_min != NEVER {
            let at = usize::from(today.at);
            let slots = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
            walk::travel(view, who, today, slots, depart_min, sink);
            walk::go_on(view, who, today, sink);
        }
    }

    /// A person's legs from here to a stop of transit, a guarded door or the end of the day.
    fn go_on(&mut self, view: &View, group: &mut Group, index: usize, sink: &mut Sink) {
        let who = group.who(index);
        let (Some(today), Some(person)) = (group.today.get_mut(index), view.residents.person.get(who.id))
        else {
            return;
        };
        let own = &mut self.own[index % GROUP];
        while today.next_min < view.until_min {
            let at = usize::from(today.at);
            if at + 1 >= usize::from(today.stops).min(STOPS_MAX) {
                today.next_min = NO_DEPARTURE;
                break;
            }
            let depart_min = today.next_min.max(today.since_min);
            let slots @ (a, b) = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
            if a == slot::HOME {
                today.mode = walk::tour_mode(person, today, at + 1) as u8;
            }
            let (start_min, end_min) = (today.since_min, depart_min.min(1440));
            own.stay(Visit { room: today.room, person: who.id, start_min, end_min });
            sink.work.tally.departures[usize::from(depart_min / 60).min(23)] += 1;
            let mode = Mode::ALL.get(usize::from(today.mode)).copied().unwrap_or(Mode::Walk);
            let way_m = network::way_m(view.city, view.residents, who.id, a, b);
            let depart_s = u32::from(depart_min) * 60;
            if matches!(mode, Mode::Bus | Mode::Metro) && way_m > network::RIDDEN_FROM_M {
                self.trips.push(Trip { person: who.id, slots, depart_s });
                return self.arrived.push(AtStop {
                    index: index as u8,
                    stays_before: own.count,
                    rides: 0,
                    boardings: 0,
                    mode,
                    depart_min,
                    free_min: depart_min.min(1440),
                    now_s: depart_s,
                    way_m,
                });
            }
            let mode = network::on_streets(mode, slots, way_m);
            let leg = network::street_leg(view.residents, person, slots, way_m, (mode, depart_s));
            if !end(view, (who, person), today, leg, depart_min, sink) {
                return;
            }
        }
    }

    /// All who stand at stops take their journeys, where there are any; who comes to a guarded gate is handed over.
    fn ride(&mut self, view: &View, group: &Group) {
        let from = (view.now, view.city, view.residents);
        view.network.journeys(from, &self.trips, &mut self.journeys);
        std::mem::swap(&mut self.arrived, &mut self.seated);
        self.arrived.clear();
        self.trips.clear();
        for (one, journey) in self.seated.iter_mut().zip(&self.journeys) {
            one.rides = journey.count.min(RIDES_MAX as u8);
            let gate = view.network.first_metro(journey.rides());
            if gate.is_some_and(|(_, stop)| view.doors.of_stop(stop).is_some()) {
                self.own[usize::from(one.index)].handed_over_min = one.depart_min;
                one.rides = 0;
            } else if one.rides > 0 {
                one.mode = if gate.is_some() { Mode::Metro } else { Mode::Bus };
            }
        }
        for ride in 0..RIDES_MAX {
            self.board(view, group, ride);
        }
    }

    /// The next ride of all whose journeys have so many. Without a vehicle left the whole journey is not begun.
    fn board(&mut self, view: &View, group: &Group, number: usize) {
        let timetable = &view.network.timetable;
        let change_s = if number == 0 { 0 } else { timetable.change_s() };
        self.waits.clear();
        let goes_on = |one: &AtStop| usize::from(one.rides) > number;
        for (one, journey) in self.seated.iter().zip(&self.journeys).filter(|(one, _)| goes_on(one)) {
            let ride = &journey.rides[number];
            let from_s = one.now_s + u32::from(ride.walk_s) + change_s;
            self.waits.push(Wait { ride: network::on_timetable(ride), from_s });
        }
        timetable.board_all(&self.waits, network::service_day(view.now), &mut self.boardings);
        let mut boarded = 0;
        for number in 0..self.seated.len() {
            let one = &mut self.seated[number];
            if !goes_on(one) {
                continue;
            }
            let index = usize::from(one.index);
            boarded += 1;
            let Some(boarding) = self.boardings.get(boarded - 1).copied().flatten() else {
                self.own[index].count = one.stays_before;
                one.rides = 0;
                continue;
            };
            let (start_min, end_min) =
                network::minutes_aboard(boarding.board_s, boarding.alight_s, one.free_min);
            one.free_min = one.free_min.max(end_min);
            one.boardings += u8::from(boarding.board_s < 86_400);
            one.now_s = boarding.alight_s;
            let who = group.who(index);
            let section = who.section(u32::from(one.depart_min) * 60);
            let room = view.residents.rooms.of_run(RunId(boarding.trip), section);
            self.own[index].stay(Visit { room, person: who.id, start_min, end_min });
        }
    }

    /// Ends a trip by transit, or makes it on the streets where no vehicle goes, and goes on.
    fn end_ride(&mut self, view: &View, group: &mut Group, one: AtStop, egress_s: u32, sink: &mut Sink) {
        let index = usize::from(one.index);
        if self.own[index].handed_over_min != NEVER {
            return;
        }
        let who = group.who(index);
        let person = &view.residents.person[who.id];
        let Some(today) = group.today.get_mut(index) else { return };
        let leg = if one.rides > 0 {
            sink.work.tally.boardings += u64::from(one.boardings);
            Leg { arrive_s: one.now_s + egress_s, metres: one.way_m, mode: one.mode }
        } else {
            let at = usize::from(today.at);
            let slots = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
            let mode = network::on_streets(one.mode, slots, one.way_m);
            let depart_s = u32::from(one.depart_min) * 60;
            network::street_leg(view.residents, person, slots, one.way_m, (mode, depart_s))
        };
        if end(view, (who, person), today, leg, one.depart_min, sink) {
            self.go_on(view, group, index, sink);
        }
    }
}

/// Ends a leg; whether the person is free to go on.
#[inline]
fn end(
    view: &View,
    (who, person): (Traveller, &Resident),
    today: &mut Today,
    leg: Leg,
    depart_min: u16,
    sink: &mut Sink,
) -> bool {
    let to = usize::from(today.stop[usize::from(today.at) + 1]);
    let entered = select_unpredictable(to == slot::HOME, PlaceId::NONE, person.slot[to]);
    if view.doors.of_place(entered).is_some() || view.doors.beyond_places() {
        walk::reach(view, who, today, leg, depart_min, sink);
        return today.hold == Hold::Free;
    }
    let room = walk::room_of(&view.residents.rooms, who, person, to);
    walk::land(person, today, leg, (room, depart_min), &mut sink.work.tally);
    true
}
