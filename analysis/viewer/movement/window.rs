//! Ten minutes of everybody: a record for each stay and leg, and the points that legs lead through.
//!
//! The vertex shader finds a person's place from these at any minute of the window, so that playing, reversing and
//! stepping inside it costs the processor nothing.
use crate::source::{Activity, Source};
use bytemuck::{Pod, Zeroable};
use citytwin_movement::courses::{Courses, Passing, place_at};
use citytwin_movement::plane::{Plane, scatter};
use citytwin_movement::{By, End, Finding, Leg, Routes, Trace};
use citytwin_recording::{CHUNK_MIN, Day, Person, Trip};
use citytwin_world::population::Hold;
use citytwin_world::{City, Mode, PlaceId, PlaceKind, RunId};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Minutes that stand before a day's midnight in the times of records and points, so that none is negative.
pub const SHIFT_MIN: f32 = 1440.0;
/// Bits of [`Record::info`]: points, then kind, then height in decimetres.
const KIND_AT: u32 = 16;
const HEIGHT_AT: u32 = 21;
/// First kind of stays; kinds below are the modes.
pub const STAY_KIND: u32 = 8;
/// Kinds of vehicles: bus, and metro after it.
pub const VEHICLE_KIND: u32 = 24;

/// A stay or a leg of one person, or a vehicle's run, as the shader reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Record {
    /// Row of the person among those recorded.
    pub row: u32,
    /// From which minute (low half) to which (high half), [`SHIFT_MIN`] added.
    pub span: u32,
    /// Of a stay its place, metres east and south, as the bits of `f32`; of a leg its first point, and nothing.
    pub at: [u32; 2],
    /// Number of points (0 for a stay), kind and height above ground.
    pub info: u32,
}

/// What is shown in a span of minutes of one day.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// Number of the day.
    pub day: u32,
    /// Minutes covered.
    pub minutes: Range<i16>,
    /// Stays and legs of persons.
    pub people: Vec<Record>,
    /// Vehicles of transit.
    pub vehicles: Vec<Record>,
    /// Points: x, z, minute with [`SHIFT_MIN`] added.
    pub points: Vec<[f32; 3]>,
    /// Persons under way at the window's beginning, by mode.
    pub under_way: [u32; Mode::COUNT],
}

/// The city made ready to place people in it.
pub struct Crowd {
    /// Ways over streets.
    pub routes: Routes,
    /// Courses of vehicles.
    pub courses: Courses,
    /// The plane of everything.
    pub plane: Plane,
    /// Each place's point, roof height in decimetres, and half the width of what it stands on.
    places: Vec<([f32; 2], u32, f32)>,
}

impl Record {
    /// Whether it is a stay at one place, not a leg.
    #[must_use]
    pub fn is_stay(&self) -> bool {
        self.info & POINTS == 0
    }
}

impl Window {
    /// The minutes of the window in which a minute of the day lies.
    #[must_use]
    pub fn around(minute: f32) -> Range<i16> {
        let from = (minute.clamp(0.0, 1439.9) as i16) / CHUNK_MIN * CHUNK_MIN;
        from..from + CHUNK_MIN
    }
}

/// A record's time span from minutes of the day.
fn span(from_min: f32, to_min: f32) -> u32 {
    let clamp = |minute: f32| (minute + SHIFT_MIN).round().clamp(0.0, 65_535.0) as u32;
    clamp(from_min) | clamp(to_min) << 16
}

/// What a part of the population contributes to a window.
#[derive(Default)]
struct Part {
    people: Vec<Record>,
    points: Vec<[f32; 3]>,
    under_way: [u32; Mode::COUNT],
    finding: Finding,
}

/// The courses of the vehicles that somebody rides, or that are under way: range of points by run and day before.
type Aboard = BTreeMap<(u32, bool), Range<usize>>;

impl Crowd {
    /// Makes a city ready; `roof_dm` tells the height of each place's building.
    ///
    /// # Errors
    /// Street tables that contradict themselves.
    pub fn new(source: &Source, plane: Plane) -> Result<Self, citytwin_routing::Problem> {
        let city = &source.city;
        let places = &city.places;
        let place = |id: PlaceId| {
            let open = matches!(places.kind[id], PlaceKind::Park | PlaceKind::Gate | PlaceKind::BusStation);
            let height_m = if open { 0.4 } else { crate::scene::buildings::height_m(places, id) };
            let width = (crate::scene::buildings::ground_m2(places, id).sqrt() * 0.42).clamp(2.5, 60.0);
            (plane.point(places.lon[id], places.lat[id]), (height_m * 10.0) as u32 + 12, width)
        };
        Ok(Self {
            routes: Routes::new(city, &plane)?,
            courses: Courses::new(city, &plane),
            plane,
            places: places.kind.ids().map(place).collect(),
        })
    }

    /// What the legs of trips are traced with.
    fn trace<'a>(&'a self, city: &'a City) -> Trace<'a> {
        Trace { city, plane: &self.plane, courses: &self.courses }
    }

    /// Where a place lies.
    #[must_use]
    pub fn place(&self, place: PlaceId) -> Option<[f32; 2]> {
        self.places.get(place.0 as usize).map(|place| place.0)
    }

    /// Everybody in a span of minutes of a recorded day.
    #[must_use]
    pub fn window(&self, source: &Source, day: &Day, minutes: Range<i16>) -> Window {
        let mut window = Window { day: day.day, minutes: minutes.clone(), ..Window::default() };
        let trips = &day.trips.trips;
        let begun = trips.partition_point(|trip| trip.depart_min < minutes.end);
        let mut slot = day.slot.clone();
        let mut active: Vec<&Trip> = Vec::new();
        for trip in &trips[..begun] {
            if trip.arrive_min > minutes.start {
                active.push(trip);
            } else if let Some(slot) = slot.get_mut(trip.row as usize) {
                *slot = trip.to;
            }
        }
        active.sort_unstable_by_key(|trip| (trip.row, trip.depart_min));
        let aboard = self.vehicles(source, day, &active, &mut window);
        let held = source.held_at(day, minutes.start);
        const ROWS: usize = 8192;
        let courses = window.points.as_slice();
        let parts: Vec<Part> = (0..slot.len())
            .step_by(ROWS)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|first| {
                let rows = first..(first + ROWS).min(slot.len());
                let from = active.partition_point(|t| (t.row as usize) < rows.start);
                let to = active.partition_point(|t| (t.row as usize) < rows.end);
                let look = Look { crowd: self, source, day, minutes: &minutes, aboard: &aboard, courses };
                look.part(rows, &slot, &active[from..to], &held)
            })
            .collect();
        for part in parts {
            let base = window.points.len() as u32;
            window.points.extend(part.points);
            window.people.extend(part.people.into_iter().map(|mut record| {
                match record.info & POINTS > 0 {
                    true if record.at[1] == RIDDEN => record.at[1] = 0,
                    true => record.at[0] += base,
                    false => {}
                }
                record
            }));
            (0..Mode::COUNT).for_each(|mode| window.under_way[mode] += part.under_way[mode]);
        }
        window
    }

    /// Adds the vehicles under way, and the courses of all that are ridden.
    fn vehicles(&self, source: &Source, day: &Day, active: &[&Trip], window: &mut Window) -> Aboard {
        let transit = &source.city.transit;
        let span_min = [f32::from(window.minutes.start), f32::from(window.minutes.end)];
        let bits = [source.service_bit(day.date), source.service_bit(day.date.plus(-1))];
        let mut aboard = Aboard::new();
        let under_way = self.courses.under_way(transit, span_min, bits);
        for (run, before) in &under_way {
            aboard.insert((run.0, *before > 0.0), 0..0);
        }
        let trace = self.trace(&source.city);
        for ride in active.iter().flat_map(|trip| day.trips.rides_of(trip)) {
            aboard.insert(trace.vehicle(ride), 0..0);
        }
        for ((run, before), range) in &mut aboard {
            let first = window.points.len();
            let before = if *before { 1440.0 } else { 0.0 };
            self.courses.pass(transit, RunId(*run), before - SHIFT_MIN, &mut window.points);
            *range = first..window.points.len();
        }
        for (run, before) in under_way {
            let range = aboard[&(run.0, before > 0.0)].clone();
            if range.len() < 2 {
                continue;
            }
            let (from, to) = (window.points[range.start][2], window.points[range.end - 1][2]);
            let mode = u32::from(self.courses.mode(run) == Mode::Metro);
            window.vehicles.push(Record {
                row: run.0,
                span: span(from - SHIFT_MIN, to - SHIFT_MIN),
                at: [range.start as u32, 0],
                info: range.len().min(65_535) as u32 | (VEHICLE_KIND + mode) << KIND_AT,
            });
        }
        aboard
    }
}

/// Marks a leg whose points stand in the course of a vehicle, until all points stand together.
const RIDDEN: u32 = 1;
/// Bits of [`Record::info`] that count points.
const POINTS: u32 = 0xffff;

/// Everything that a part of the population is placed with.
struct Look<'a> {
    crowd: &'a Crowd,
    source: &'a Source,
    day: &'a Day,
    minutes: &'a Range<i16>,
    aboard: &'a Aboard,
    courses: &'a [Passing],
}

impl Look<'_> {
    fn part(
        &self,
        rows: Range<usize>,
        slot: &[u8],
        trips: &[&Trip],
        held: &BTreeMap<u32, (Hold, PlaceId)>,
    ) -> Part {
        let mut part = Part::default();
        let mut next = 0;
        for row in rows {
            let first = next;
            while trips.get(next).is_some_and(|trip| trip.row as usize == row) {
                next += 1;
            }
            let Some(person) = self.source.people.person.get(row) else { continue };
            if let Some((hold, place)) = held.get(&(row as u32)) {
                let place = if place.is_some() { *place } else { person.places[0] };
                let kind = if matches!(hold, Hold::Bed | Hold::IntensiveCare) {
                    Activity::Bed
                } else {
                    Activity::Ordered
                };
                if *hold != Hold::Dead {
                    self.stay(row, place, kind, [self.minutes.start, self.minutes.end], &mut part);
                }
                continue;
            }
            let mut at = self.minutes.start;
            let mut here = usize::from(slot[row]);
            for trip in &trips[first..next] {
                // Where a trip begins is known better from the trip itself.
                self.stay_at(row, person, usize::from(trip.from), [at, trip.depart_min], &mut part);
                self.leg(row, person, trip, &mut part);
                (at, here) = (trip.arrive_min, usize::from(trip.to));
            }
            self.stay_at(row, person, here, [at, self.minutes.end], &mut part);
        }
        part
    }

    fn stay_at(&self, row: usize, person: &Person, slot: usize, minutes: [i16; 2], part: &mut Part) {
        if minutes[0] < minutes[1] {
            let place = person.places.get(slot).copied().unwrap_or(PlaceId::NONE);
            self.stay(row, place, Activity::of(slot, person.occupation), minutes, part);
        }
    }

    fn stay(&self, row: usize, place: PlaceId, kind: Activity, [from, to]: [i16; 2], part: &mut Part) {
        let Some((point, roof_dm, width)) = self.crowd.places.get(place.0 as usize) else { return };
        let [x, z] = self.spot(row, *point, *width);
        part.people.push(Record {
            row: row as u32,
            span: span(from.into(), to.into()),
            at: [x.to_bits(), z.to_bits()],
            info: (STAY_KIND + kind as u32) << KIND_AT | (*roof_dm).min(2_047) << HEIGHT_AT,
        });
    }

    /// Where inside a place somebody stands: always the same, so that nobody jumps about.
    fn spot(&self, row: usize, [x, z]: [f32; 2], width: f32) -> [f32; 2] {
        let (angle, far) = (scatter(row as u32, 1) * std::f32::consts::TAU, scatter(row as u32, 2).sqrt());
        [x + angle.cos() * far * width, z + angle.sin() * far * width]
    }

    /// The legs of a trip.
    fn leg(&self, row: usize, person: &Person, trip: &Trip, part: &mut Part) {
        let trace = self.crowd.trace(&self.source.city);
        let end = |slot: u8| trace.end(*person.places.get(usize::from(slot))?);
        let Some(ends) = end(trip.from).zip(end(trip.to)) else { return };
        if (trip.depart_min..trip.arrive_min).contains(&self.minutes.start) {
            part.under_way[trip.mode as usize] += 1;
        }
        let course = |vehicle: (u32, bool)| {
            let range = self.aboard.get(&vehicle)?.clone();
            Some((range.start, &self.courses[range]))
        };
        let at = |vehicle: (u32, bool), minute: f32| place_at(course(vehicle)?.1, minute + SHIFT_MIN);
        trace.legs(trip, self.day.trips.rides_of(trip), ends, at, |leg| match leg {
            Leg::Street { mode, by, from, to, minutes } => {
                self.walk(row, mode, (by, from, to), minutes, part)
            }
            Leg::Ride { run, before, minutes } => {
                if let Some(course) = course((run, before)) {
                    self.ride(row, trip.mode, course, minutes, part);
                }
            }
        });
    }

    /// A leg over streets.
    fn walk(
        &self,
        row: usize,
        mode: Mode,
        (by, from, to): (By, End, End),
        [begins, ends]: [f32; 2],
        part: &mut Part,
    ) {
        let shown = begins < f32::from(self.minutes.end) && ends > f32::from(self.minutes.start);
        if !shown || ends <= begins {
            return;
        }
        let way = self.crowd.routes.find(by, from, to, &mut part.finding);
        let first = part.points.len();
        way.pass(mode, [begins + SHIFT_MIN, ends + SHIFT_MIN], &mut part.points);
        let count = part.points.len() - first;
        part.people.push(Record {
            row: row as u32,
            span: span(begins, ends),
            at: [first as u32, 0],
            info: count.min(65_535) as u32 | (mode as u32) << KIND_AT,
        });
    }

    /// A leg in a vehicle: a piece of its course.
    fn ride(
        &self,
        row: usize,
        mode: Mode,
        (base, course): (usize, &[Passing]),
        [board, alight]: [f32; 2],
        part: &mut Part,
    ) {
        let at = |minute: f32| course.partition_point(|p| p[2] <= minute + SHIFT_MIN);
        let (from, to) = (at(board).saturating_sub(1), (at(alight) + 1).min(course.len()));
        part.people.push(Record {
            row: row as u32,
            span: span(board, alight),
            at: [(base + from) as u32, RIDDEN],
            info: to.saturating_sub(from).min(65_535) as u32 | (mode as u32) << KIND_AT,
        });
    }
}
