//! The day on the platforms: vehicles set out in the morning with those aboard at midnight, and what was seen is told
//! in the evening.
use super::super::network::Network;
use super::service::{Service, Vehicle};
use super::{Filling, NONE, Platforms};
use citytwin_engine::Now;
use citytwin_world::id::Key;
use citytwin_world::passengers::{self, LineHour, PassengerTally, Passengers};
use citytwin_world::{City, LineId, RunId};
use std::collections::{BTreeMap, VecDeque};

/// Seconds of a day.
const DAY_S: i32 = 86_400;

/// The place of a line and of the hour of a second in [`Passengers::lines`].
pub(super) fn cell(line: LineId, at_s: u32) -> usize {
    line.index() * 24 + (at_s / 3600 % 24) as usize
}

/// Makes the vehicles of a new day, with those aboard who are still under way.
pub(super) fn begin_day(
    now: Now,
    (network, city): (&Network, &City),
    (filling, share): (&Filling, f64),
    platforms: &mut Platforms,
    passengers: &mut Passengers,
) -> Service {
    let timetable = &network.timetable;
    let mut service = Service::of_day(now, timetable, city, filling.places * share);
    platforms.queue.resize_with(service.platform_count(), VecDeque::new);
    platforms.awaited.clear();
    platforms.awaited.resize(service.platform_count(), NONE);
    platforms.first_cell.clear();
    let mut cells = 0;
    each_vehicle(network, &service, |_, stops| {
        platforms.first_cell.push(cells);
        cells += stops.saturating_sub(1) as u32;
    });
    platforms.first_cell.push(cells);
    platforms.aboard.clear();
    platforms.aboard.resize(cells as usize, 0);
    passengers.today = PassengerTally::default();
    passengers.lines.clear();
    passengers.lines.resize(city.transit.line_name.len() * 24, LineHour::default());
    service.disrupt(now, 0, timetable, city, &passengers.disruption);
    let under_way: BTreeMap<(RunId, i32), &passengers::Vehicle> =
        passengers.under_way.iter().map(|v| ((v.run, v.begin_s.saturating_sub(DAY_S)), v)).collect();
    if !under_way.is_empty() {
        let mut found = Vec::new();
        each_vehicle(network, &service, |vehicle, _| {
            let Some(call) = service.call(timetable, vehicle, 0) else { return };
            if let Some(before) = under_way.get(&(RunId(call.trip), call.departure_s)) {
                found.push((service.number(vehicle), *before));
            }
        });
        for (number, before) in found {
            service.keep(number, before.places);
            platforms.cells(number).iter_mut().zip(&before.aboard).for_each(|(cell, n)| *cell = *n);
        }
    }
    service
}

fn each_vehicle(network: &Network, service: &Service, mut each: impl FnMut(Vehicle, usize)) {
    let timetable = &network.timetable;
    for pattern in 0..timetable.pattern_count() as u32 {
        let stops = timetable.stops(pattern).len();
        for run in 0..timetable.run_count(pattern, service.weekday()) {
            each(Vehicle { pattern, run }, stops);
        }
    }
}

/// Tells which vehicles are under way with passengers when an hour ends.
pub(super) fn close_hour(
    end_s: u32,
    network: &Network,
    service: &Service,
    platforms: &mut Platforms,
    passengers: &mut Passengers,
) {
    let timetable = &network.timetable;
    let end_s = i32::try_from(end_s).unwrap_or(i32::MAX);
    passengers.under_way.clear();
    each_vehicle(network, service, |vehicle, _| {
        let number = service.number(vehicle);
        let cells = &*platforms.cells(number);
        let Some(last) = cells.iter().rposition(|aboard| *aboard > 0) else { return };
        let call = |index: usize| service.call(timetable, vehicle, index as u16);
        let arrives = call(last + 1).map_or(i32::MIN, |call| call.arrival_s);
        let Some(begin) = call(0).filter(|_| arrives > end_s) else { return };
        let left = (0..cells.len())
            .take_while(|index| call(*index).is_some_and(|call| call.departure_s <= end_s))
            .count();
        passengers.under_way.push(passengers::Vehicle {
            run: RunId(begin.trip),
            begin_s: begin.departure_s,
            places: service.places(number),
            aboard: cells.to_vec(),
            aboard_now: left.checked_sub(1).map_or(0, |index| cells[index]),
        });
    });
}

/// Tells how full vehicles were on the day.
pub(super) fn close_day(
    (network, city): (&Network, &City),
    service: &Service,
    platforms: &mut Platforms,
    passengers: &mut Passengers,
) {
    let transit = &city.transit;
    passengers.today.runs_cut = service.cut_count();
    each_vehicle(network, service, |vehicle, _| {
        let number = service.number(vehicle);
        for (index, aboard) in platforms.cells(number).iter().enumerate().filter(|(_, n)| **n > 0) {
            let Some(call) = service.call(&network.timetable, vehicle, index as u16) else { continue };
            let route = transit.run_route.get(RunId(call.trip));
            let Some(line) = route.and_then(|route| transit.route_line.get(*route)) else { continue };
            let at_s = call.departure_s.rem_euclid(DAY_S) as u32;
            if let Some(hour) = passengers.lines.get_mut(cell(*line, at_s)) {
                hour.see(*aboard, service.places(number));
            }
        }
    });
}
