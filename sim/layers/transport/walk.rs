//! One person's movement within the hour: whether to leave, how to get there, and what comes next.
use super::doors::{DoorArrival, Passage};
use super::network::{self, Leg, Network, RIDES_MAX};
use super::{Sink, View};
use citytwin_routing::Ride;
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::id::Key;
use citytwin_world::population::{DURATION, Hold, NO_DEPARTURE, Today};
use citytwin_world::residents::{Occupation, Resident, SLOTS, flag, slot};
use citytwin_world::services::{Cause, TripRecord, TripTally};
use citytwin_world::{Mode, PersonId, PlaceKind, RoomId, Severity, Visit};

/// Purposes of this file's draws.
const OBEY: u32 = 0x0201;
const ROOM: u32 = 0x0202;

const HOME: u8 = slot::HOME as u8;

/// Makes all departures of one person before the minute up to which the view is known.
pub(super) fn go_on(view: &View, id: PersonId, today: &mut Today, sink: &mut Sink) {
    while today.hold == Hold::Free && today.next_min < view.until_min {
        let minute = today.next_min.max(today.since_min);
        let at = usize::from(today.at);
        if at + 1 >= usize::from(today.stops) {
            today.next_min = NO_DEPARTURE;
            break;
        }
        let next = today.stop[at + 1];
        match prevented(view, id, today, next) {
            Some(cause) => skip(view, id, today, minute, cause, sink),
            None => depart(view, id, today, minute, sink),
        }
    }
}

/// As [`go_on`], and notes in which hour the person leaves next.
pub(super) fn go_on_and_note(view: &View, id: PersonId, today: &mut Today, sink: &mut Sink) {
    go_on(view, id, today, sink);
    if today.hold == Hold::Free {
        sink.due.set(id.index() - sink.first, today.next_min);
    }
}

/// Why the next stop is not visited after all; home always may be.
fn prevented(view: &View, id: PersonId, today: &Today, next: u8) -> Option<Cause> {
    if next == HOME {
        return None;
    }
    let person = &view.residents.person[id];
    let levers = view.levers;
    let ordered = levers.isolate.as_ref().is_some_and(|set| set.has(id));
    if ordered && f32::from(person.compliance) < view.obedience.isolation * 256.0 {
        return Some(Cause::Isolated);
    }
    let draw = |extra: u32| {
        let words = block(view.now.seed, OBEY, id.0, view.now.day(), extra);
        [unit_f32(words[0]), unit_f32(words[1]), unit_f32(words[2])]
    };
    match view.health.severity[id] {
        Severity::None => {}
        Severity::Mild => {
            // Whoever stays in bed does so for the whole illness, so the draw is the person's, not the day's.
            if unit_f32(block(view.now.seed, OBEY, id.0, u32::MAX, 0)[0]) < view.obedience.ill_at_home {
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
        if unit_f32(block(view.now.seed, OBEY, id.0, u32::MAX, 1)[0]) < remote {
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

/// Drops the next stop from the plan and says when the person now leaves.
fn skip(view: &View, id: PersonId, today: &mut Today, minute: u16, cause: Cause, sink: &mut Sink) {
    let at = usize::from(today.at);
    if sink.foresees {
        sink.ahead.keep_plan(id.index() - sink.first, today);
    }
    let tally = &mut sink.work.tally;
    tally.prevented[cause as usize] += 1;
    let here = today.stop[at];
    let person = &view.residents.person[id];
    let lost_anchor = usize::from(today.stop[at + 1]) == slot::ANCHOR;
    if lost_anchor && !was_at_anchor(today) {
        lose_work(tally, person);
        if cause == Cause::Remote {
            tally.remote_work_min += u64::from(person.anchor_stay_min);
        }
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
fn depart(view: &View, id: PersonId, today: &mut Today, minute: u16, sink: &mut Sink) {
    let at = usize::from(today.at);
    let (a, b) = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
    let person = &view.residents.person[id];
    leave(today, id, minute, sink);
    if a == slot::HOME {
        today.mode = tour_mode(person, &today.stop[at + 1..usize::from(today.stops)]) as u8;
    }
    sink.work.tally.departures[usize::from(minute / 60).min(23)] += 1;
    travel(view, id, today, (a, b), minute, sink);
}

/// The mode of a tour whose stops follow: that of its main destination, the anchor if it is in it, else the first stop.
pub(super) fn tour_mode(person: &Resident, stops: &[u8]) -> Mode {
    let has_anchor = stops.iter().take_while(|s| **s != HOME).any(|s| usize::from(*s) == slot::ANCHOR);
    let main = if has_anchor { slot::ANCHOR } else { stops.first().map_or(slot::HOME, |s| usize::from(*s)) };
    person.mode[main % SLOTS]
}

/// Ends the stay in the present room.
pub(super) fn leave(today: &mut Today, id: PersonId, minute: u16, sink: &mut Sink) {
    if today.since_min < minute {
        let (start_min, end_min) = (today.since_min, minute.min(1440));
        if start_min < end_min {
            sink.visits.push(Visit { room: today.room, person: id, start_min, end_min });
        }
    }
}

/// Travels from slot `a` to slot `b`: to the end of the trip, or to the first metro gate with a checkpoint.
pub(super) fn travel(
    view: &View,
    id: PersonId,
    today: &mut Today,
    (a, b): (usize, usize),
    minute: u16,
    sink: &mut Sink,
) {
    let depart_s = u32::from(minute) * 60;
    let way_m = network::way_m(view.city, view.residents, id, a, b);
    let mode = Mode::ALL[usize::from(today.mode)];
    if matches!(mode, Mode::Bus | Mode::Metro) && way_m > 900 {
        let mut rides = [Ride { pattern: 0, board: 0, alight: 0, walk_s: 0 }; RIDES_MAX];
        if let Some((count, egress_s)) = journey(view, id, (a, b), depart_s, &mut rides) {
            let rides = &rides[..count];
            let gate = view.network.first_metro(rides);
            if let Some((ride, stop)) = gate
                && let Some(door) = view.doors.of_stop(stop)
            {
                let until_gate = ride_all(view, id, &rides[..ride], depart_s, sink);
                if let Some(at_gate_s) = until_gate {
                    let at_gate_s = at_gate_s + rides[ride].walk_s;
                    let passage = Passage::Gate { ride: ride as u8 };
                    return queue(id, today, door, at_gate_s, (minute, way_m, passage), sink);
                }
            } else if let Some(end_s) = ride_all(view, id, rides, depart_s, sink) {
                let leg =
                    Leg { arrive_s: end_s + egress_s, metres: way_m, mode: view.network.mode_of(rides) };
                return reach(view, id, today, leg, minute, sink);
            }
        }
    }
    let mode = match mode {
        Mode::Bus | Mode::Metro if way_m <= 2_500 => Mode::Walk,
        Mode::Bus | Mode::Metro => Mode::Car, // a lift: no service at this hour
        Mode::Car if a != slot::HOME && b != slot::HOME && way_m <= 300 => Mode::Walk,
        other => other,
    };
    let person = &view.residents.person[id];
    let leg = network::street_leg(view.residents, person, (a, b), way_m, (mode, depart_s));
    reach(view, id, today, leg, minute, sink);
}

/// The rides between two slots at this time of the week, with the walk after them.
pub(super) fn journey(
    view: &View,
    id: PersonId,
    (a, b): (usize, usize),
    depart_s: u32,
    rides: &mut [Ride; RIDES_MAX],
) -> Option<(usize, u32)> {
    let person = &view.residents.person[id];
    let found = view.network.journey((view.now, view.city), (id, person), (a, b), depart_s)?;
    Some((Network::rides(found, rides), u32::from(found.egress_s)))
}

/// Rides vehicles one after the other, noting the time in each; the second at which the last one is left.
pub(super) fn ride_all(
    view: &View,
    id: PersonId,
    rides: &[Ride],
    depart_s: u32,
    sink: &mut Sink,
) -> Option<u32> {
    let rooms = &view.residents.rooms;
    let section = block(view.now.seed, ROOM, id.0, view.now.day(), depart_s)[0];
    let visits = &mut *sink.visits;
    let weekday = network::service_day(view.now);
    let (noted, mut boardings) = (visits.len(), 0);
    // Minutes are told whole: a vehicle left and the next one boarded in the same minute don't overlap.
    let mut free_min = depart_s.div_ceil(60).min(1440) as u16;
    let end = view.network.timetable.ride_each(rides, depart_s, weekday, |b| {
        let start_min = ((b.board_s / 60).min(1440) as u16).max(free_min);
        let end_min = b.alight_s.div_ceil(60).min(1440) as u16;
        boardings += u64::from(b.board_s < 86_400);
        if start_min < end_min {
            let room = rooms.of_run(citytwin_world::RunId(b.trip), section);
            visits.push(Visit { room, person: id, start_min, end_min });
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
fn queue(
    id: PersonId,
    today: &mut Today,
    door: u32,
    at_s: u32,
    (depart_min, metres, passage): (u16, u32, Passage),
    sink: &mut Sink,
) {
    today.hold = Hold::Queue;
    today.next_min = NO_DEPARTURE;
    today.since_min = (at_s / 60).min(u32::from(u16::MAX - 1)) as u16;
    sink.work.arrivals.push(DoorArrival { door, at_ds: at_s * 10, person: id, depart_min, metres, passage });
}

/// Comes to the destination's door: a checkpoint there is queued for, else the trip ends.
pub(super) fn reach(
    view: &View,
    id: PersonId,
    today: &mut Today,
    leg: Leg,
    depart_min: u16,
    sink: &mut Sink,
) {
    let next = usize::from(today.stop[usize::from(today.at) + 1]);
    let person = &view.residents.person[id];
    if next != slot::HOME
        && let Some(door) = view.doors.of_place(person.slot[next])
    {
        let passage = Passage::Entrance { mode: leg.mode };
        return queue(id, today, door, leg.arrive_s, (depart_min, leg.metres, passage), sink);
    }
    arrive(view, id, today, leg, depart_min, sink);
}

/// Ends a trip: the person is in the room of the next stop from the minute of arrival on.
pub(super) fn arrive(
    view: &View,
    id: PersonId,
    today: &mut Today,
    leg: Leg,
    depart_min: u16,
    sink: &mut Sink,
) {
    let arrive_min = leg.arrive_s.div_ceil(60).clamp(u32::from(depart_min) + 1, 2_879) as u16;
    let at = usize::from(today.at) + 1;
    let (from, to) = (today.stop[at - 1], today.stop[at]);
    let person = &view.residents.person[id];
    today.at = at as u8;
    today.hold = Hold::Free;
    today.room = room_of(view, id, person, usize::from(to));
    today.since_min = arrive_min;
    let until = today.until_min[at];
    today.next_min = if at + 1 >= usize::from(today.stops) || until == NO_DEPARTURE {
        NO_DEPARTURE
    } else if until & DURATION != 0 {
        arrive_min.saturating_add(until & !DURATION)
    } else {
        until.max(arrive_min + 5)
    };
    let again = was_at_anchor(today);
    if today.trail_len < 10 {
        today.trail |= u32::from(to) << (3 * u32::from(today.trail_len));
        today.trail_len += 1;
    }
    let minutes = arrive_min - depart_min;
    today.travel_2min = today.travel_2min.saturating_add((minutes / 2).min(255) as u8);
    count(&mut sink.work.tally, leg, minutes);
    if usize::from(to) == slot::ANCHOR {
        count_work(&mut sink.work.tally, person, again, arrive_min, today.next_min);
    }
    if view.log_every > 0 && id.0.is_multiple_of(view.log_every) {
        let (mode, metres) = (leg.mode, leg.metres);
        sink.work.trips.push(TripRecord {
            person: id,
            depart_min,
            arrive_min,
            mode,
            slots: [from, to],
            metres,
        });
    }
}

fn count(tally: &mut TripTally, leg: Leg, minutes: u16) {
    let mode = leg.mode as usize;
    tally.trips[mode] += 1;
    tally.minutes[mode] += u64::from(minutes);
    tally.metres[mode] += u64::from(leg.metres);
    tally.length_bins[TripTally::length_bin(leg.metres)] += 1;
}

/// Minutes after the usual start from which an arrival counts as late: people plan with some slack.
const SLACK_MIN: u16 = 30;

/// Work done in a stay, and what was planned: the same, unless the first arrival of the day is late.
fn count_work(tally: &mut TripTally, person: &Resident, again: bool, arrive_min: u16, until_min: u16) {
    tally.anchor_stays += 1;
    if person.occupation == Occupation::Worker {
        let stay = person.anchor_stay_min;
        let end = if until_min == NO_DEPARTURE { arrive_min.saturating_add(stay) } else { until_min };
        let worked = u64::from(end.saturating_sub(arrive_min));
        let on_time = person.anchor_start_min.saturating_add(SLACK_MIN);
        let late = if again { 0 } else { arrive_min.saturating_sub(on_time).min(stay) };
        tally.work_min += worked;
        tally.work_planned_min += worked + u64::from(late);
    }
}

/// Counts a day's work that could not even begin.
pub(super) fn lose_work(tally: &mut TripTally, person: &Resident) {
    if person.occupation == Occupation::Worker {
        tally.work_planned_min += u64::from(person.anchor_stay_min);
    }
}

/// Whether a person was at the anchor earlier today.
fn was_at_anchor(today: &Today) -> bool {
    (0..u32::from(today.trail_len)).any(|i| today.trail >> (3 * i) & 7 == slot::ANCHOR as u32)
}

/// The room of a slot's place in which this person stays today.
fn room_of(view: &View, id: PersonId, person: &Resident, slot_index: usize) -> RoomId {
    match slot_index {
        slot::HOME => RoomId(person.household.0),
        slot::ANCHOR if person.anchor_room.is_some() => person.anchor_room,
        _ => {
            let rooms = view.residents.rooms.of_place(person.slot[slot_index]);
            let count = rooms.end - rooms.start;
            if count == 0 {
                return RoomId(person.household.0); // a place without rooms meets nobody
            }
            if count == 1 {
                return RoomId(rooms.start);
            }
            let pick = block(view.now.seed, ROOM, id.0, view.now.day(), u32::MAX - slot_index as u32)[0];
            RoomId(rooms.start + ((u64::from(pick) * u64::from(count)) >> 32) as u32)
        }
    }
}
