//! How long a trip takes: by foot, bicycle and car between habitual places, and by the timetable.
use super::book::Book;
use citytwin_engine::Now;
use citytwin_routing::Timetable;
use citytwin_world::geo::distance_m;
use citytwin_world::residents::{CarLegs, Resident, SLOTS, pair, slot};
use citytwin_world::transit::{Journey, JourneyRow, Ride};
use citytwin_world::{City, DayType, Mode, PersonId, PlaceId, Residents, RunId, StopId, ZoneId};
use std::hint::select_unpredictable;

/// What trips need besides the city's own tables: the timetable arranged for rides.
#[derive(Default)]
pub(super) struct Network {
    pub(super) timetable: Timetable,
    /// Mode of each pattern.
    pattern_mode: Vec<Mode>,
    book: Book,
}

/// Trips whose journeys are looked up together.
const TOGETHER: usize = 32;
/// Ways up to here are walked where transit doesn't serve them, longer ones made by a lift, m (assumption).
pub(super) const WALKED_UP_TO_M: u32 = 2_500;
/// Way on the streets over the crow's way, where none was looked up (assumption).
pub(super) const DETOUR: f64 = 1.35;
/// Ways up to here are walked rather than ridden, m (assumption).
pub(super) const RIDDEN_FROM_M: u32 = 900;
/// Time to reach, unpark and park a car, s per trip: two walks of about a minute and the manoeuvres (assumption).
pub(super) const CAR_ACCESS_S: u32 = 180;
/// Speed of a taxi or lift where no car time is known, m/s (25 km/h, an urban mean), and the wait for it, s.
const LIFT_M_S: u32 = 7;
const LIFT_WAIT_S: u32 = 300;

/// A trip that somebody would make by transit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    pub(super) person: PersonId,
    pub(super) slots: (usize, usize),
    pub(super) depart_s: u32,
}

/// One leg found: when it ends, how long it is and how it is really made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub(super) arrive_s: u32,
    pub(super) metres: u32,
    pub(super) mode: Mode,
}

impl Network {
    pub(super) fn of(city: &City, residents: &Residents) -> Self {
        // A checked city's transit never contradicts itself; one built by hand that does has no transit.
        let timetable = citytwin_routing::city::timetable(&city.transit).unwrap_or_default();
        let mode = |pattern: u32| {
            let run =
                (0..7).find_map(|day| timetable.next_trip(pattern, 0, 0, day)).map(|(run, _)| RunId(run));
            run.map_or(Mode::Bus, |run| {
                city.transit.line_mode[city.transit.route_line[city.transit.run_route[run]]]
            })
        };
        let pattern_mode = (0..timetable.pattern_count() as u32).map(mode).collect();
        Self { timetable, pattern_mode, book: Book::of(city, residents) }
    }

    /// The journey by transit from slot to slot, when leaving at a second of the day.
    pub(super) fn journey<'a>(
        &'a self,
        (now, city): (Now, &'a City),
        (id, person): (PersonId, &Resident),
        (a, b): (usize, usize),
        depart_s: u32,
    ) -> Option<&'a Journey> {
        if let Some(kept) = self.book.find(now, id, (a, b), depart_s) {
            return kept;
        }
        let zone = |s: usize| city.places.zone.get(person.slot[s]).copied();
        let journeys = &city.transit.journeys;
        let row = journeys.find(period(now, depart_s), zone(a)?, zone(b)?)?;
        journeys.journey.get(row).filter(|journey| !journey.rides().is_empty())
    }

    /// The journey of each of many trips by transit, written to `found` in their order; one without rides where there
    /// is none. As [`Self::journey`] one by one, but no trip waits for another's memory.
    pub(super) fn journeys(
        &self,
        (now, city, residents): (Now, &City, &Residents),
        trips: &[Trip],
        found: &mut Vec<Journey>,
    ) {
        let journeys = &city.transit.journeys;
        found.clear();
        found.resize(trips.len(), Journey::default());
        for (trips, found) in trips.chunks(TOGETHER).zip(found.chunks_mut(TOGETHER)) {
            // Whose zones are asked for, the place of each in the table, its row, and the journey: step by step.
            let mut asked = [(0, PlaceId::NONE, PlaceId::NONE, 0); TOGETHER];
            let mut count = 0;
            for (i, (trip, found)) in trips.iter().zip(found.iter_mut()).enumerate() {
                let Trip { person: id, slots: (a, b), depart_s } = *trip;
                if let Some(kept) = self.book.find(now, id, (a, b), depart_s) {
                    *found = kept.copied().unwrap_or_default();
                } else {
                    let slot = &residents.person[id].slot;
                    asked[count] = (i, slot[a], slot[b], period(now, depart_s));
                    count += 1;
                }
            }
            let zone = |place| city.places.zone.get(place).map_or(u32::MAX, |zone| zone.0);
            let mut row = [u32::MAX; TOGETHER];
            for (row, &(_, from, to, period)) in row.iter_mut().zip(&asked[..count]) {
                let (from, to) = (zone(from), zone(to));
                if from.max(to) < journeys.zones {
                    *row = journeys.cell(period, ZoneId(from), ZoneId(to)) as u32;
                }
            }
            for row in &mut row[..count] {
                *row = journeys.row.get(*row as usize).copied().unwrap_or(u32::MAX);
            }
            for (row, asked) in row.iter().zip(&asked[..count]) {
                if let Some(journey) = journeys.journey.get(JourneyRow(*row)) {
                    found[asked.0] = *journey;
                }
            }
        }
    }

    /// Where in the table of journeys a journey's row stands, if it is none of those kept with the person.
    pub(super) fn far_cell(
        &self,
        (now, city): (Now, &City),
        (id, person): (PersonId, &Resident),
        (a, b): (usize, usize),
        depart_s: u32,
    ) -> usize {
        if self.book.find(now, id, (a, b), depart_s).is_some() {
            return 0;
        }
        let zone = |s: usize| city.places.zone.get(person.slot[s]).copied().unwrap_or_default();
        city.transit.journeys.cell(period(now, depart_s), zone(a), zone(b))
    }

    /// Stops at which anything but a metro calls, in order; `count` is the number of all stops.
    pub(super) fn bus_stops(&self, count: usize) -> Vec<StopId> {
        let mut calls = vec![false; count];
        for (pattern, _) in (0u32..).zip(&self.pattern_mode).filter(|(_, mode)| **mode != Mode::Metro) {
            for stop in self.timetable.stops(pattern) {
                if let Some(calls) = calls.get_mut(*stop as usize) {
                    *calls = true;
                }
            }
        }
        (0u32..).zip(calls).filter(|(_, calls)| *calls).map(|(stop, _)| StopId(stop)).collect()
    }

    /// The first ride that boards a metro, with the stop whose gate it passes.
    pub(super) fn first_metro(&self, rides: &[Ride]) -> Option<(usize, StopId)> {
        let at =
            rides.iter().position(|r| self.pattern_mode.get(usize::from(r.pattern)) == Some(&Mode::Metro))?;
        let stop = self.timetable.stops(rides[at].pattern.into()).get(usize::from(rides[at].board))?;
        Some((at, StopId(*stop)))
    }
}

/// From which minute to which somebody is in a vehicle who was free from a minute on. Minutes are told whole: a vehicle
/// left and the next one boarded in the same minute don't overlap.
#[inline]
pub(super) fn minutes_aboard(board_s: u32, alight_s: u32, free_min: u16) -> (u16, u16) {
    (((board_s / 60).min(1440) as u16).max(free_min), alight_s.div_ceil(60).min(1440) as u16)
}

/// A ride in the timetable's own form.
#[inline]
pub(super) fn on_timetable(ride: &Ride) -> citytwin_routing::Ride {
    let Ride { pattern, board, alight, walk_s } = *ride;
    let (pattern, board) = (pattern.into(), board.into());
    citytwin_routing::Ride { pattern, board, alight: alight.into(), walk_s: walk_s.into() }
}
/// Time to walk a way, s, at 1.33 m/s for adults (4.8 km/h), slower for small children and the old (HCM pedestrian
/// speeds).
#[inline]
pub(super) fn walk_s(way_m: u32, age: u8) -> u32 {
    let (child, adult) = (u64::from(way_m) * 10 / 11, u64::from(way_m) * 100 / 133);
    let grown = select_unpredictable(age < 70, adult, u64::from(way_m));
    select_unpredictable(age < 10, child, grown) as u32
}

/// Time to cycle a way in town, s, at 4.2 m/s (15 km/h), with a minute to unlock and lock.
#[inline]
fn cycle_s(way_m: u32) -> u32 {
    (u64::from(way_m) * 10 / 42) as u32 + 60
}

/// Way on foot between two habitual places, m; beyond the searched range the crow's way times [`DETOUR`].
#[inline]
pub(super) fn way_m(city: &City, residents: &Residents, id: PersonId, a: usize, b: usize) -> u32 {
    if a == b {
        return 0;
    }
    match residents.walk_10m[id][pair(a, b)] {
        u16::MAX => far_way_m(city, &residents.person[id], a, b),
        tens => u32::from(tens) * 10,
    }
}

/// Length of the way on foot between two habitual places, m, where it was found on the streets.
pub(super) fn way_known_m(residents: &Residents, id: PersonId, (a, b): (usize, usize)) -> Option<u32> {
    let tens = if a == b { 0 } else { residents.walk_10m[id][pair(a, b)] };
    (tens != u16::MAX).then_some(u32::from(tens) * 10)
}

/// Length of the quickest way by car between two habitual places, m, where it was found on the streets.
pub(super) fn drive_known_m(residents: &Residents, person: &Resident, (a, b): (usize, usize)) -> Option<u32> {
    let [car_s, tens] = residents.car.get(person.car_row as usize).unwrap_or(&NO_CAR)[a * SLOTS + b];
    (car_s != u16::MAX).then_some(u32::from(tens) * 10)
}

#[cold]
fn far_way_m(city: &City, p: &Resident, a: usize, b: usize) -> u32 {
    let at = |s: usize| (city.places.lon.get(p.slot[s]), city.places.lat.get(p.slot[s]));
    match (at(a), at(b)) {
        ((Some(x1), Some(y1)), (Some(x2), Some(y2))) => (distance_m(*x1, *y1, *x2, *y2) * DETOUR) as u32,
        _ => 0,
    }
}

/// How a way is really made on the streets by somebody whose tour goes by a mode: where transit doesn't serve it, on
/// foot or, if it is too long, by a lift; short ways between errands by car are walked.
#[inline]
pub(super) fn on_streets(mode: Mode, (a, b): (usize, usize), way_m: u32) -> Mode {
    let transit = (mode == Mode::Bus) | (mode == Mode::Metro);
    let away = (a != slot::HOME) & (b != slot::HOME);
    let walks = (transit & (way_m <= WALKED_UP_TO_M)) | ((mode == Mode::Car) & away & (way_m <= 300));
    let rides = select_unpredictable(transit, Mode::Car, mode);
    select_unpredictable(walks, Mode::Walk, rides)
}

/// Car legs of somebody without a car.
const NO_CAR: CarLegs = [[u16::MAX; 2]; SLOTS * SLOTS];

/// A leg by a street mode from slot `a` to slot `b`, leaving at `depart_s`. Nobody can guess by which mode the next one
/// goes, so the times of all are worked out and one is picked.
#[inline]
pub(super) fn street_leg(
    residents: &Residents,
    person: &Resident,
    (a, b): (usize, usize),
    way_m: u32,
    (mode, depart_s): (Mode, u32),
) -> Leg {
    let [car_s, tens] = residents.car.get(person.car_row as usize).unwrap_or(&NO_CAR)[a * SLOTS + b];
    let walks = mode == Mode::Walk;
    let known = (car_s != u16::MAX) & !walks & (mode != Mode::Bicycle);
    let lift_s = way_m / LIFT_M_S + LIFT_WAIT_S;
    let driven_s = select_unpredictable(known, u32::from(car_s) + CAR_ACCESS_S, lift_s);
    let ridden_s = select_unpredictable(mode == Mode::Bicycle, cycle_s(way_m), driven_s);
    let seconds = select_unpredictable(walks, walk_s(way_m, person.age), ridden_s);
    let metres = select_unpredictable(known, u32::from(tens) * 10, way_m);
    let mode = select_unpredictable(walks | (mode == Mode::Bicycle), mode, Mode::Car);
    Leg { arrive_s: depart_s + seconds.max(30), metres, mode }
}

/// The part of the week (index into `transit::PERIODS`) a departure falls into.
pub(super) fn period(now: Now, depart_s: u32) -> usize {
    period_of(now.day_type, depart_s)
}

/// The part of the week a departure on a kind of day falls into.
pub(super) fn period_of(day_type: DayType, depart_s: u32) -> usize {
    match day_type {
        DayType::Saturday => 4,
        DayType::Sunday => 5,
        DayType::Workday => match depart_s / 1800 {
            0..19 => 0,
            19..32 => 1,
            32..39 => 2,
            _ => 3,
        },
    }
}

/// The parts of the week in which the departures of the rest of a day fall.
pub(super) fn periods_from(now: Now) -> impl Iterator<Item = usize> {
    let mut before = usize::MAX;
    let all = (now.hour() * 2..48).map(move |half| period_of(now.day_type, half * 1800));
    all.filter(move |period| std::mem::replace(&mut before, *period) != *period)
}

/// Weekday whose timetable runs, 0 = Monday; holidays run as Sunday.
pub(super) fn service_day(now: Now) -> u8 {
    now.service_bit().trailing_zeros() as u8
}
