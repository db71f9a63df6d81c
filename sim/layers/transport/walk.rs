//! One person's movement within the hour: whether to leave, how to get there, and what comes next.
use super::closures;
use super::doors::{DoorArrival, Passage};
use super::guards;
use super::network::{self, Leg};
use super::platforms;
use super::roads;
use super::traveller::Traveller;
use super::work;
use super::{Sink, View};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::id::Key;
use citytwin_world::places::Rooms;
use citytwin_world::population::{DURATION, Hold, NO_DEPARTURE, STOPS_MAX, Today};
use citytwin_world::residents::{Occupation, Resident, flag, slot};
use citytwin_world::services::{Cause, TripRecord, TripTally};
use citytwin_world::transit::{Journey, Ride};
use citytwin_world::{DigitalFunction, Mode, PersonId, PlaceId, PlaceKind, RoomId, Severity, Visit};
use std::hint::select_unpredictable;

/// Purpose of this file's draws.
const OBEY: u32 = 0x0201;

const HOME: u8 = slot::HOME as u8;

/// Makes all departures of one person before the minute up to which the view is known.
pub(super) fn go_on(view: &View, who: Traveller, today: &mut Today, sink: &mut Sink) {
    while today.hold == Hold::Free && today.next_min < view.until_min {
        let minute = today.next_min.max(today.since_min);
        let at = usize::from(today.at);
        if at + 1 >= usize::from(today.stops) {
            today.next_min = NO_DEPARTURE;
            break;
        }
        let next = today.stop[at + 1];
        match prevented(view, who, today, next) {
            Some(cause) => skip(view, who, today, minute, cause, sink),
            None => depart(view, who, today, minute, sink),
        }
    }
}

/// As [`go_on`], and notes in which hour the person leaves next.
pub(super) fn go_on_and_note(view: &View, who: Traveller, today: &mut Today, sink: &mut Sink) {
    go_on(view, who, today, sink);
    if today.hold == Hold::Free {
        sink.due.set(who.id.index() - sink.first, today.next_min);
    }
}

/// Why the next stop is not visited after all; home always may be.
fn prevented(view: &View, who: Traveller, today: &Today, next: u8) -> Option<Cause> {
    if next == HOME {
        return None;
    }
    let person = &view.residents.person[who.id];
    let levers = view.levers;
    let ordered = levers.isolate.as_ref().is_some_and(|set| set.has(who.id));
    if ordered && f32::from(person.compliance) < view.obedience.isolation * 256.0 {
        return Some(Cause::Isolated);
    }
    let draw = |extra: u32| {
        let words = block(view.now.seed, OBEY, who.id.0, view.now.day(), extra);
        [unit_f32(words[0]), unit_f32(words[1]), unit_f32(words[2])]
    };
    match view.health.severity[who.id] {
        Severity::None => {}
        Severity::Mild => {
            // Who was asked to watch for symptoms stays at home with the first ones.
            if levers.watches(who.id) {
                return Some(Cause::Ill);
            }
            // Whoever stays in bed does so for the whole illness, so the draw is the person's, not the day's.
            if unit_f32(block(view.now.seed, OBEY, who.id.0, u32::MAX, 0)[0]) < view.obedience.ill_at_home {
                return Some(Cause::Ill);
            }
        }
        Severity::Severe | Severity::Critical => return Some(Cause::Ill),
    }
    if view.at_liberty {
        return None;
    }
    let place = *person.slot.get(usize::from(next))?;
    let kind = view.city.places.kind.get(place).copied().unwrap_or(PlaceKind::Home);
    let anchor = usize::from(next) == slot::ANCHOR;
    if !anchor && shuns(view, who.id, place) {
        return Some(Cause::Shunned);
    }
    let closed = levers.closed[kind as usize];
    let zone = view.city.places.zone.get(person.slot[slot::HOME]).map_or(u32::MAX, |z| z.0);
    let lockdown = levers.lockdown_share(zone);
    let remote = if anchor { levers.remote_share[person.sector as usize] } else { 0.0 };
    if closed <= 0.0 && lockdown <= 0.0 && remote <= 0.0 {
        return None;
    }
    let worker = person.occupation == Occupation::Worker;
    if anchor && worker && person.has(flag::REMOTE) {
        // The same people work from home every day.
        if unit_f32(block(view.now.seed, OBEY, who.id.0, u32::MAX, 1)[0]) < remote {
            return Some(Cause::Remote);
        }
    }
    let u = draw(u32::from(today.at) + 1);
    if u[0] < closed {
        return Some(Cause::Closed);
    }
    let essential = anchor && worker && person.has(flag::ESSENTIAL);
    let needs = matches!(kind, PlaceKind::Shop | PlaceKind::Market | PlaceKind::Pharmacy)
        || matches!(kind, PlaceKind::Clinic | PlaceKind::Hospital);
    let bound = if needs && !anchor { lockdown * view.obedience.daily_needs } else { lockdown };
    (!essential && u[1] < bound).then_some(Cause::Lockdown)
}

/// Whether a person keeps away from a place for what the epidemic map shows. The same people are cautious every day.
fn shuns(view: &View, person: PersonId, place: PlaceId) -> bool {
    let Some(map) = view.levers.map.as_ref().filter(|map| map.is_heeded()) else { return false };
    let zone = view.city.places.zone.get(place).map_or(u32::MAX, |zone| zone.0);
    let looks = |function| {
        view.levers.reaches(view.now.seed, view.residents, person, function, work::midnight(view.now))
    };
    map.shuns(zone)
        && unit_f32(block(view.now.seed, OBEY, person.0, u32::MAX, 2)[0]) < map.caution
        && looks(DigitalFunction::Map)
}

/// Drops the next stop from the plan and says when the person now leaves.
fn skip(view: &View, who: Traveller, today: &mut Today, minute: u16, cause: Cause, sink: &mut Sink) {
    let at = usize::from(today.at);
    if sink.foresees {
        sink.ahead.keep_plan(who.id.index() - sink.first, today);
    }
    let tally = &mut sink.work.tally;
    tally.prevented[cause as usize] += 1;
    let here = today.stop[at];
    let lost_anchor = usize::from(today.stop[at + 1]) == slot::ANCHOR;
    if lost_anchor && !was_at_anchor(today) {
        work::lose(view, tally, who.id, cause);
    }
    let end_of =
        |until: u16| if until & DURATION != 0 { minute.saturating_add(until & !DURATION) } else { until };
    let skipped_until = end_of(today.until_min[at + 1]);
    remove_stop(today, at + 1);
    let last = at + 1 >= usize::from(today.stops);
    let mut until = if here == HOME { skipped_until.max(minute) } else { minute };
    if !last && today.stop[at + 1] == here {
        let merged = today.until_min[at + 1];
        until = if merged == NO_DEPARTURE { merged } else { end_of(merged).max(minute) };
        remove_stop(today, at + 1);
    }
    if at + 1 >= usize::from(today.stops) {
        until = NO_DEPARTURE;
    }
    today.until_min[at] = until;
    today.next_min = until;
}

fn remove_stop(today: &mut Today, index: usize) {
    let stops = usize::from(today.stops);
    today.stop.copy_within(index + 1..stops, index);
    today.until_min.copy_within(index + 1..stops, index);
    today.stops -= 1;
}

/// Leaves for the next stop: ends the stay, chooses how to go, and travels as far as the first guarded door.
fn depart(view: &View, who: Traveller, today: &mut Today, minute: u16, sink: &mut Sink) {
    let at = usize::from(today.at);
    let (a, b) = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
    let person = &view.residents.person[who.id];
    let mut mode =
        if a == slot::HOME { tour_mode(person, today, at + 1) } else { Mode::ALL[usize::from(today.mode)] };
    let (whom, depart_s) = ((who.id, person), u32::from(minute) * 60);
    if b != slot::HOME && closures::bars(view, whom, (a, b), (mode, depart_s)) {
        match closures::instead(view, whom, (a, b), (mode, depart_s)) {
            Some(other) => mode = other,
            None => return skip(view, who, today, minute, Cause::NoRoute, sink),
        }
    }
    leave(today, who, minute, sink);
    today.mode = mode as u8;
    sink.work.tally.departures[usize::from(minute / 60).min(23)] += 1;
    travel(view, who, today, (a, b), minute, sink);
}

/// The mode of a tour that begins with a stop of the plan: that of its main destination, which is the anchor if it is
/// visited before home, else the first stop.
#[inline]
pub(super) fn tour_mode(person: &Resident, today: &Today, from: usize) -> Mode {
    // All stops at once, a byte each; what lies beyond the plan counts as home. A byte of `rest` equal to a slot is
    // found as a byte without bits; the lowest such is exact.
    const LOW: u64 = 0x0101_0101_0101_0101;
    let first_without_bits = |x: u64| (x.wrapping_sub(LOW) & !x & (LOW << 7)).trailing_zeros();
    let left = usize::from(today.stops).saturating_sub(from).min(STOPS_MAX - 1);
    let rest = u64::from_le_bytes(today.stop) >> (8 * (from % STOPS_MAX)) & ((1 << (8 * left)) - 1);
    let home = first_without_bits(rest ^ (LOW * slot::HOME as u64));
    let anchor = first_without_bits(rest ^ (LOW * slot::ANCHOR as u64));
    let main = if anchor < home { slot::ANCHOR } else { (rest & 0xff) as usize };
    person.mode.get(main).copied().unwrap_or(Mode::Walk)
}

/// Ends the stay in the present room.
pub(super) fn leave(today: &mut Today, who: Traveller, minute: u16, sink: &mut Sink) {
    if today.since_min < minute {
        let (start_min, end_min) = (today.since_min, minute.min(1440));
        if start_min < end_min {
            sink.visits.push(Visit { room: today.room, person: who.id, start_min, end_min });
        }
    }
}

/// Travels from slot `a` to slot `b`: to the end of the trip, to the first metro gate with a checkpoint or, where
/// vehicles can fill, to the first platform.
pub(super) fn travel(
    view: &View,
    who: Traveller,
    today: &mut Today,
    (a, b): (usize, usize),
    minute: u16,
    sink: &mut Sink,
) {
    let depart_s = u32::from(minute) * 60;
    let way_m = network::way_m(view.city, view.residents, who.id, a, b);
    let mode = Mode::ALL[usize::from(today.mode)];
    let by_transit = matches!(mode, Mode::Bus | Mode::Metro) && way_m > network::RIDDEN_FROM_M;
    if by_transit && closures::cut_off(view, who.id, (a, b), depart_s) {
        sink.work.tally.off_transit += 1;
    }
    if let Some(service) = view.service.filter(|_| by_transit) {
        if platforms::set_out((view, service), who, today, (a, b), (minute, way_m), sink) {
            return;
        }
    } else if by_transit && let Some(journey) = journey(view, who.id, (a, b), depart_s) {
        let rides = journey.rides();
        let gate = view.network.first_metro(rides);
        if let Some((ride, stop)) = gate
            && let Some(door) = view.doors.of_stop(stop)
        {
            let until_gate = ride_all(view, who, &rides[..ride], depart_s, sink);
            if let Some(at_gate_s) = until_gate {
                let at_gate_s = at_gate_s + u32::from(rides[ride].walk_s);
                let passage = Passage::Gate { ride: ride as u8 };
                return queue(who, today, door, at_gate_s, (minute, way_m, passage), sink);
            }
        } else if let Some(end_s) = ride_all(view, who, rides, depart_s, sink) {
            let mode = if gate.is_some() { Mode::Metro } else { Mode::Bus };
            let leg = Leg { arrive_s: end_s + u32::from(journey.egress_s), metres: way_m, mode };
            return reach(view, who, today, leg, minute, sink);
        }
    }
    let mode = network::on_streets(mode, (a, b), way_m);
    let leg = street_leg(view, who.id, (a, b), way_m, (mode, depart_s));
    closures::note(view, (who.id, (a, b), way_m), (mode, depart_s), leg, &mut sink.work.tally);
    reach(view, who, today, leg, minute, sink);
}

/// A leg by a street mode; by car at the times that drivers know, where roads know traffic. Where closed streets
/// leave no way by car, people walk.
pub(super) fn street_leg(
    view: &View,
    id: PersonId,
    slots: (usize, usize),
    way_m: u32,
    (mode, depart_s): (Mode, u32),
) -> Leg {
    let person = &view.residents.person[id];
    let leg = network::street_leg(view.residents, person, slots, way_m, (mode, depart_s));
    let on_foot = |mode| {
        let way_m = closures::way_m(view, (id, person), slots, way_m);
        network::street_leg(view.residents, person, slots, way_m, (mode, depart_s))
    };
    if leg.mode != Mode::Car {
        return if view.closures.is_some() { on_foot(mode) } else { leg };
    }
    let Some(net) = view.roads else {
        let driven = closures::drive(view, person, slots, leg, depart_s);
        return driven.unwrap_or_else(|| on_foot(Mode::Walk));
    };
    match roads::time_s(view, (id, person), slots, depart_s) {
        Some(s) => Leg { arrive_s: depart_s + s + network::CAR_ACCESS_S, ..leg },
        None if !net.closes() => leg,
        None => on_foot(Mode::Walk),
    }
}

/// The journey between two slots at this time of the week.
#[inline]
pub(super) fn journey<'a>(
    view: &'a View,
    id: PersonId,
    slots: (usize, usize),
    depart_s: u32,
) -> Option<&'a Journey> {
    let person = &view.residents.person[id];
    if let Some(closures) = view.closures
        && let Some(instead) = closures.journey(view, person, slots, depart_s)
    {
        return instead;
    }
    view.network.journey((view.now, view.city), (id, person), slots, depart_s)
}

/// Rides vehicles one after the other, noting the time in each; the second at which the last one is left.
pub(super) fn ride_all(
    view: &View,
    who: Traveller,
    rides: &[Ride],
    depart_s: u32,
    sink: &mut Sink,
) -> Option<u32> {
    let rooms = &view.residents.rooms;
    let section = who.section(depart_s);
    let visits = &mut *sink.visits;
    let weekday = network::service_day(view.now);
    let (noted, mut boardings) = (visits.len(), 0);
    let mut free_min = depart_s.div_ceil(60).min(1440) as u16;
    let rides = rides.iter().map(network::on_timetable);
    let end = view.network.timetable.ride_each(rides, depart_s, weekday, |b| {
        let (start_min, end_min) = network::minutes_aboard(b.board_s, b.alight_s, free_min);
        boardings += u64::from(b.board_s < 86_400);
        if start_min < end_min {
            let room = rooms.of_run(citytwin_world::RunId(b.trip), section);
            visits.push(Visit { room, person: who.id, start_min, end_min });
            free_min = end_min;
        }
    });
    match end {
        Some(_) => sink.work.tally.boardings += boardings,
        // The last vehicle has gone: the whole journey is not begun.
        None => visits.truncate(noted),
    }
    end
}

/// Stands in a door's queue.
pub(super) fn queue(
    who: Traveller,
    today: &mut Today,
    door: u32,
    at_s: u32,
    (depart_min, metres, passage): (u16, u32, Passage),
    sink: &mut Sink,
) {
    today.hold = Hold::Queue;
    today.next_min = NO_DEPARTURE;
    today.since_min = (at_s / 60).min(u32::from(u16::MAX - 1)) as u16;
    sink.work.arrivals.push(DoorArrival {
        door,
        at_ds: at_s * 10,
        person: who.id,
        depart_min,
        metres,
        passage,
    });
}

/// Comes to a guarded street on the drive, then to the destination's door: a checkpoint there is queued for, else the
/// trip ends.
pub(super) fn reach(
    view: &View,
    who: Traveller,
    today: &mut Today,
    leg: Leg,
    depart_min: u16,
    sink: &mut Sink,
) {
    if leg.mode == Mode::Car
        && let Some(door) = guards::on_way(view, who.id, today, depart_min)
    {
        return queue(who, today, door, leg.arrive_s, (depart_min, leg.metres, Passage::Street), sink);
    }
    reach_after(view, who, today, leg, (depart_min, 0), sink);
}

/// As [`reach`], behind so many of the doors at the trip's end.
pub(super) fn reach_after(
    view: &View,
    who: Traveller,
    today: &mut Today,
    leg: Leg,
    (depart_min, after): (u16, u8),
    sink: &mut Sink,
) {
    let at = usize::from(today.at);
    let slots = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
    let person = &view.residents.person[who.id];
    if let Some((door, doors)) = view.doors.next_at_end(view.city, person, slots, after) {
        let passage = Passage::Entrance { mode: leg.mode, doors };
        return queue(who, today, door, leg.arrive_s, (depart_min, leg.metres, passage), sink);
    }
    arrive(view, who, today, leg, depart_min, sink);
}

/// Ends a trip: the person is in the room of the next stop from the minute of arrival on.
pub(super) fn arrive(
    view: &View,
    who: Traveller,
    today: &mut Today,
    leg: Leg,
    depart_min: u16,
    sink: &mut Sink,
) {
    let person = &view.residents.person[who.id];
    let at = usize::from(today.at);
    let slots = [today.stop[at], today.stop[at + 1]];
    let room = room_of(&view.residents.rooms, who, person, usize::from(slots[1]));
    let arrive_min = land(person, today, leg, (room, depart_min), &mut sink.work.tally);
    let (mode, metres) = (leg.mode, leg.metres);
    let trip = TripRecord { person: who.id, depart_min, arrive_min, mode, slots, metres };
    if view.logs(who.id) {
        sink.work.trips.push(trip);
    }
    if view.roads.is_some() && mode == Mode::Car {
        sink.work.drives.push(trip);
    }
}

/// What a trip's end changes for the person and in the tally; the minute of arrival.
#[inline]
pub(super) fn land(
    person: &Resident,
    today: &mut Today,
    leg: Leg,
    (room, depart_min): (RoomId, u16),
    tally: &mut TripTally,
) -> u16 {
    let arrive_min = leg.arrive_s.div_ceil(60).clamp(u32::from(depart_min) + 1, 2_879) as u16;
    let at = usize::from(today.at) + 1;
    let to = today.stop[at];
    today.at = at as u8;
    today.hold = Hold::Free;
    today.room = room;
    today.since_min = arrive_min;
    let until = today.until_min[at];
    let stays = arrive_min.saturating_add(until & !DURATION);
    let leaves = select_unpredictable(until & DURATION != 0, stays, until.max(arrive_min + 5));
    let last = (at + 1 >= usize::from(today.stops)) | (until == NO_DEPARTURE);
    today.next_min = select_unpredictable(last, NO_DEPARTURE, leaves);
    let anchor = (usize::from(to) == slot::ANCHOR, was_at_anchor(today));
    if today.trail_len < 10 {
        today.trail |= u32::from(to) << (3 * u32::from(today.trail_len));
        today.trail_len += 1;
    }
    let minutes = arrive_min - depart_min;
    today.travel_2min = today.travel_2min.saturating_add((minutes / 2).min(255) as u8);
    count(tally, leg, minutes);
    work::count(tally, person, anchor, arrive_min, today.next_min);
    arrive_min
}

fn count(tally: &mut TripTally, leg: Leg, minutes: u16) {
    let mode = leg.mode as usize;
    tally.trips[mode] += 1;
    tally.minutes[mode] += u64::from(minutes);
    tally.metres[mode] += u64::from(leg.metres);
    tally.length_bins[TripTally::length_bin(leg.metres)] += 1;
    tally.minute_bins[mode][TripTally::minute_bin(minutes)] += 1;
}

/// Whether a person was at the anchor earlier today.
fn was_at_anchor(today: &Today) -> bool {
    // Three bits a slot; only the anchor's have the lowest set and no other.
    const LOWEST: u32 = 0o1_111_111_111;
    let visited = ((1u64 << (3 * u32::from(today.trail_len.min(10)))) - 1) as u32;
    let trail = today.trail & visited;
    trail & !(trail >> 1) & !(trail >> 2) & LOWEST != 0
}

/// The room of a slot's place in which this person stays today; a place without rooms meets nobody but the household.
#[inline]
pub(super) fn room_of(rooms: &Rooms, who: Traveller, person: &Resident, slot_index: usize) -> RoomId {
    // Rooms that are given need no look at their place: that of the first one, which is near, is looked at instead.
    let given = (slot_index == slot::ANCHOR) & person.anchor_room.is_some();
    let home = slot_index == slot::HOME;
    let place = select_unpredictable(home | given, PlaceId(0), person.slot[slot_index]);
    let range = rooms.of_place(place);
    let count = range.end - range.start;
    let drawn = RoomId(range.start + who.room(slot_index, count));
    let elsewhere = select_unpredictable(home | (count == 0), RoomId(person.household.0), drawn);
    select_unpredictable(given, person.anchor_room, elsewhere)
}
