//! Courses of transit vehicles through space and time, by the timetable of the day.
use crate::plane::{Plane, apart, between};
use citytwin_world::id::Key;
use citytwin_world::transit::Transit;
use citytwin_world::{City, Mode, RouteId, RunId};

/// A point that a vehicle passes: place, and time in minutes after midnight.
pub type Passing = [f32; 3];

/// The drawn course of a route: points with the stop they follow, and how far they are to the next one.
#[derive(Clone, Debug, Default)]
struct Course {
    /// x, z, and position: the number of the stop behind, plus the share of the way to the next.
    points: Vec<[f32; 3]>,
}

/// Where all vehicles are at any minute.
pub struct Courses {
    courses: Vec<Course>,
    /// First departure and last arrival of each run, min after midnight of its service day.
    span_min: Vec<[f32; 2]>,
    mode: Vec<Mode>,
}

impl Courses {
    /// Lays the routes of a city out.
    #[must_use]
    pub fn new(city: &City, plane: &Plane) -> Self {
        let transit = &city.transit;
        let courses = transit.route_line.ids().map(|route| course(transit, route, plane)).collect();
        let span_min = transit.run_route.ids().map(|run| {
            let times = transit.run_times_s.row(run);
            let ends = times.first().zip(times.last());
            ends.map_or([0.0; 2], |(a, b)| [a[1] as f32 / 60.0, b[0] as f32 / 60.0])
        });
        let mode =
            transit.run_route.as_slice().iter().map(|route| transit.line_mode[transit.route_line[*route]]);
        Self { courses, span_min: span_min.collect(), mode: mode.collect() }
    }

    /// The runs under way at some time in a span of minutes of a day, and by how many minutes their times lie before
    /// it (1440 for those of the evening before). `weekdays` are the bits of today and of yesterday.
    pub fn under_way(
        &self,
        transit: &Transit,
        [from_min, to_min]: [f32; 2],
        [today, yesterday]: [u8; 2],
    ) -> Vec<(RunId, f32)> {
        let mut found = Vec::new();
        for (i, [begins, ends]) in self.span_min.iter().enumerate() {
            let run = RunId::from_index(i);
            let days = transit.run_weekdays[run];
            for (bit, before) in [(today, 0.0), (yesterday, 1440.0)] {
                if days & bit != 0 && begins - before < to_min && ends - before > from_min {
                    found.push((run, before));
                }
            }
        }
        found
    }

    /// Bus or metro.
    #[must_use]
    pub fn mode(&self, run: RunId) -> Mode {
        self.mode.get(run.index()).copied().unwrap_or(Mode::Bus)
    }

    /// By how many minutes the times of a run lie before the day on which somebody is aboard at a minute.
    #[must_use]
    pub fn before(&self, run: RunId, minute: f32) -> f32 {
        match self.span_min.get(run.index()) {
            Some([_, ends]) if *ends >= 1440.0 && minute + 1440.0 <= *ends + 1.0 => 1440.0,
            _ => 0.0,
        }
    }

    /// Writes all points that a run passes, times shifted by `before` minutes.
    pub fn pass(&self, transit: &Transit, run: RunId, before: f32, out: &mut Vec<Passing>) {
        let Some(route) = transit.run_route.get(run) else { return };
        let times = transit.run_times_s.row(run);
        let minute = |s: u32| s as f32 / 60.0 - before;
        for [x, z, position] in &self.courses[route.index()].points {
            let stop = position.floor() as usize;
            let share = position - position.floor();
            let Some(at) = times.get(stop) else { continue };
            if share > 0.0 {
                let next = times.get(stop + 1).unwrap_or(at);
                let (leaves, comes) = (minute(at[1]), minute(next[0]));
                out.push([*x, *z, leaves + (comes - leaves) * share]);
            } else {
                out.push([*x, *z, minute(at[0])]);
                if at[1] > at[0] {
                    out.push([*x, *z, minute(at[1])]);
                }
            }
        }
    }

    /// The drawn line of a route, for the map.
    #[must_use]
    pub fn line(&self, route: RouteId) -> Vec<[f32; 2]> {
        self.courses
            .get(route.index())
            .map_or_else(Vec::new, |c| c.points.iter().map(|p| [p[0], p[1]]).collect())
    }
}

/// Where a vehicle is at a minute on a course written by [`Courses::pass`].
#[must_use]
pub fn place_at(passings: &[Passing], minute: f32) -> Option<[f32; 2]> {
    let next = passings.partition_point(|p| p[2] <= minute);
    let before = passings.get(next.saturating_sub(1))?;
    let after = passings.get(next).unwrap_or(before);
    let share = if after[2] > before[2] { (minute - before[2]) / (after[2] - before[2]) } else { 0.0 };
    Some(between([before[0], before[1]], [after[0], after[1]], share.clamp(0.0, 1.0)))
}

fn course(transit: &Transit, route: RouteId, plane: &Plane) -> Course {
    let point = |stop: citytwin_world::StopId| plane.point(transit.stop_lon[stop], transit.stop_lat[stop]);
    let stops: Vec<[f32; 2]> = transit.route_stops.row(route).iter().map(|stop| point(*stop)).collect();
    let shape: Vec<[f32; 2]> =
        transit.route_shape.row(route).iter().map(|p| plane.point(p[0].into(), p[1].into())).collect();
    let mut points = Vec::new();
    let mut behind = 0; // index of the shape's segment reached
    for (n, stop) in stops.iter().enumerate() {
        let Some(next) = stops.get(n + 1) else {
            points.push([stop[0], stop[1], n as f32]);
            break;
        };
        points.push([stop[0], stop[1], n as f32]);
        let here = nearest(&shape, behind, *stop);
        let there = nearest(&shape, here, *next);
        behind = here;
        let between: Vec<[f32; 2]> = shape.get(here + 1..=there).unwrap_or_default().to_vec();
        let mut way = vec![*stop];
        way.extend(between);
        way.push(*next);
        let length: f32 = way.windows(2).map(|pair| apart(pair[0], pair[1])).sum();
        // A shape that wanders off is worse than none.
        if length > 4.0 * apart(*stop, *next) + 400.0 {
            continue;
        }
        let mut gone = 0.0;
        for pair in way.windows(2) {
            gone += apart(pair[0], pair[1]);
            let share = gone / length.max(0.1);
            if share < 0.999 {
                points.push([pair[1][0], pair[1][1], n as f32 + share.max(1e-4)]);
            }
        }
    }
    Course { points }
}

/// The segment of a line nearest to a point, from a segment on, not looking further than the way is likely to lead.
fn nearest(line: &[[f32; 2]], from: usize, point: [f32; 2]) -> usize {
    let mut best = (f32::MAX, from);
    for (i, pair) in line.windows(2).enumerate().skip(from) {
        let (x, z) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
        let along = ((point[0] - pair[0][0]) * x + (point[1] - pair[0][1]) * z) / (x * x + z * z).max(1e-6);
        let distance = apart(point, between(pair[0], pair[1], along.clamp(0.0, 1.0)));
        if distance < best.0 - 1.0 {
            best = (distance, i);
        }
        // Once near, a line that goes on for long leads elsewhere and may come back later.
        if best.0 < 40.0 && distance > 400.0 {
            break;
        }
    }
    best.1
}
