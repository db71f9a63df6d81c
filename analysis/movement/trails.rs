//! A sample of residents' trails on some recorded days, as lines through space and time: what the page of a run plays.
use crate::courses::{Courses, Passing, place_at};
use crate::legs::{Leg, Trace};
use crate::plane::{Plane, apart};
use crate::routes::{Finding, Routes};
use citytwin_recording::{Day, DayFile, People, RecordingError, Trip};
use citytwin_world::geo::M_PER_DEGREE;
use citytwin_world::{City, Mode, RunId};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the file in the folder of a recording.
pub const FILE: &str = "trails.json";
/// Persons in a sample at most: more would make the page heavy, and the streets full of dots.
const PERSONS_MAX: usize = 1_000;
/// Points of a line nearer than this to the one before are left out, m.
const APART_M: f32 = 15.0;

/// Why trails cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum TrailsError {
    /// The recording is missing or broken.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The street tables contradict themselves.
    #[error("the city's streets cannot be searched: {0}")]
    Streets(#[from] citytwin_routing::Problem),
}

/// Trails of a sample of residents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trails {
    /// Where the lines' coordinates begin, degrees.
    pub origin_lon_lat: [f64; 2],
    /// Metres in a degree of longitude, and of latitude.
    pub m_per_degree: [f64; 2],
    /// One in so many residents is told of.
    pub one_in: u32,
    /// The days, in order.
    pub days: Vec<TrailDay>,
}

/// Trails of one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrailDay {
    /// Number of the day in the run, from 0.
    pub day: u32,
    /// Its date, ISO 8601.
    pub date: String,
    /// Stage of each person's infection at midnight, as the world numbers them.
    pub stage: Vec<u8>,
    /// Colour of each person's code at midnight: 0 green, 1 yellow, 2 red.
    pub code: Vec<u8>,
    /// The legs, person by person.
    pub legs: Vec<TrailLeg>,
}

/// One leg: who, how, and through which points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrailLeg {
    /// Number of the person in the sample.
    pub person: u32,
    /// Mode, as the world numbers them.
    pub mode: u8,
    /// Metres east and south of the origin and second of the day of the first point, then what each next one adds.
    pub line: Vec<i32>,
}

/// Reads a sample of the trails of some recorded days from the folder of a recording.
///
/// # Errors
/// A recording or street tables that are broken.
pub fn read(folder: &Path, city: &City, days: &[u32]) -> Result<Trails, TrailsError> {
    let people = People::read(folder)?;
    let plane = Plane::of(city);
    let (routes, courses) = (Routes::new(city, &plane)?, Courses::new(city, &plane));
    let step = people.person.len().div_ceil(PERSONS_MAX).max(1);
    let sample = Sample { people: &people, step, city, plane: &plane, routes: &routes, courses: &courses };
    let days = days.iter().map(|day| Ok(sample.day(&DayFile::open(folder, *day)?.all()?)));
    let (lon, lat) = plane.origin();
    Ok(Trails {
        origin_lon_lat: [lon, lat],
        m_per_degree: [M_PER_DEGREE * lat.to_radians().cos(), M_PER_DEGREE],
        one_in: people.every.saturating_mul(step as u32),
        days: days.collect::<Result<_, RecordingError>>()?,
    })
}

/// Every so-many-th of the persons recorded.
struct Sample<'a> {
    people: &'a People,
    step: usize,
    city: &'a City,
    plane: &'a Plane,
    routes: &'a Routes,
    courses: &'a Courses,
}

impl Sample<'_> {
    fn day(&self, day: &Day) -> TrailDay {
        let mut trips: Vec<&Trip> =
            day.trips.trips.iter().filter(|trip| (trip.row as usize).is_multiple_of(self.step)).collect();
        trips.sort_by_key(|trip| (trip.row, trip.depart_min));
        let persons: Vec<&[&Trip]> = trips.chunk_by(|a, b| a.row == b.row).collect();
        let legs = persons.into_par_iter().map_init(Finding::default, |finding, trips| {
            trips.iter().flat_map(|trip| self.trip(day, trip, finding)).collect::<Vec<_>>()
        });
        let legs: Vec<Vec<TrailLeg>> = legs.collect();
        let states = day.state.iter().step_by(self.step);
        TrailDay {
            day: day.day,
            date: day.date.to_string(),
            stage: states.clone().map(|state| state.stage() as u8).collect(),
            code: states.map(|state| state.code()).collect(),
            legs: legs.into_iter().flatten().collect(),
        }
    }

    fn trip(&self, day: &Day, trip: &Trip, finding: &mut Finding) -> Vec<TrailLeg> {
        let trace = Trace { city: self.city, plane: self.plane, courses: self.courses };
        let Some(person) = self.people.person.get(trip.row as usize) else { return Vec::new() };
        let end = |slot: u8| trace.end(*person.places.get(usize::from(slot))?);
        let Some(ends) = end(trip.from).zip(end(trip.to)) else { return Vec::new() };
        let rides = day.trips.rides_of(trip);
        let mut courses: BTreeMap<(u32, bool), Vec<Passing>> = BTreeMap::new();
        for (run, before) in rides.iter().map(|ride| trace.vehicle(ride)) {
            let mut course = Vec::new();
            let shift = if before { 1440.0 } else { 0.0 };
            self.courses.pass(&self.city.transit, RunId(run), shift, &mut course);
            courses.insert((run, before), course);
        }
        let at = |vehicle, minute| place_at(courses.get(&vehicle)?, minute);
        let mut legs = Vec::new();
        trace.legs(trip, rides, ends, at, |leg| {
            let mut points = Vec::new();
            let mode = match leg {
                Leg::Street { minutes, .. } | Leg::Ride { minutes, .. } if minutes[0] >= minutes[1] => return,
                Leg::Street { mode, by, from, to, minutes } => {
                    self.routes.find(by, from, to, finding).pass(mode, minutes, &mut points);
                    mode
                }
                Leg::Ride { run, before, minutes: [board, alight] } => {
                    let Some(course) = courses.get(&(run, before)) else { return };
                    let passed = |p: &&Passing| board < p[2] && p[2] < alight;
                    let ends =
                        [board, alight].map(|minute| place_at(course, minute).map(|[x, z]| [x, z, minute]));
                    points.extend(ends[0]);
                    points.extend(course.iter().filter(passed));
                    points.extend(ends[1]);
                    self.courses.mode(RunId(run))
                }
            };
            legs.push(leg_of(trip.row / self.step as u32, mode, &points));
        });
        legs
    }
}

/// A leg through points, of which those close to the one before are left out but for the ends.
fn leg_of(person: u32, mode: Mode, points: &[Passing]) -> TrailLeg {
    let mut line = Vec::new();
    let mut last: Option<(Passing, [i32; 3])> = None;
    for (i, point) in points.iter().enumerate() {
        let close = last.is_some_and(|(last, _)| apart([last[0], last[1]], [point[0], point[1]]) < APART_M);
        let waits = last.is_some_and(|(last, _)| point[2] - last[2] > 1.0);
        if close && !waits && i + 1 < points.len() {
            continue;
        }
        let whole = [point[0], point[1], point[2] * 60.0].map(|value| value.round() as i32);
        let before = last.map_or([0; 3], |(_, whole)| whole);
        line.extend((0..3).map(|axis| whole[axis] - before[axis]));
        last = Some((*point, whole));
    }
    TrailLeg { person, mode: mode as u8, line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_ends_and_its_waits() {
        let points =
            [[0.0, 0.0, 10.0], [5.0, 0.0, 10.1], [40.0, 0.0, 10.5], [41.0, 0.0, 14.0], [42.0, 0.0, 14.1]];
        let leg = leg_of(3, Mode::Walk, &points);
        assert_eq!((leg.person, leg.mode), (3, Mode::Walk as u8));
        assert_eq!(leg.line, [0, 0, 600, 40, 0, 30, 1, 0, 210, 1, 0, 6]);
    }
}
