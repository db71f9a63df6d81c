//! The legs of a trip: what of it is made over streets and what in vehicles, and when.
use crate::courses::{Courses, Passing};
use crate::plane::{Plane, apart};
use crate::routes::{By, End, Way};
use citytwin_recording::{Ride, Trip};
use citytwin_world::{City, Mode, NodeId, PlaceId, RunId};

/// Metres that people walk in a minute where the recording does not say when they got there (4.7 km/h, an assumption).
const WALK_M_PER_MIN: f32 = 78.0;

/// One leg of a trip, in minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leg {
    /// Over streets.
    Street {
        /// How.
        mode: Mode,
        /// On which streets.
        by: By,
        /// From where.
        from: End,
        /// To where.
        to: End,
        /// From which minute to which.
        minutes: [f32; 2],
    },
    /// In a vehicle.
    Ride {
        /// Its run.
        run: u32,
        /// Whether it set out on the day before.
        before: bool,
        /// From which minute to which.
        minutes: [f32; 2],
    },
}

/// What legs are traced with.
pub struct Trace<'a> {
    /// The city.
    pub city: &'a City,
    /// Its plane.
    pub plane: &'a Plane,
    /// Courses of its vehicles.
    pub courses: &'a Courses,
}

impl Trace<'_> {
    /// A place as the end of a way, with the point at which it is drawn.
    #[must_use]
    pub fn end(&self, place: PlaceId) -> Option<End> {
        let places = &self.city.places;
        let point = self.plane.point(*places.lon.get(place)?, *places.lat.get(place)?);
        Some((point, *places.node.get(place)?))
    }

    /// Calls `each` with the legs of a trip between two ends, in order. `at` tells where a run, of the evening before
    /// or not, is at a minute of the day.
    pub fn legs(
        &self,
        trip: &Trip,
        rides: &[Ride],
        (from, to): (End, End),
        at: impl Fn((u32, bool), f32) -> Option<[f32; 2]>,
        mut each: impl FnMut(Leg),
    ) {
        let minutes = [f32::from(trip.depart_min), f32::from(trip.arrive_min)];
        let walk = |from, to, minutes| Leg::Street { mode: Mode::Walk, by: By::Foot, from, to, minutes };
        if rides.is_empty() {
            let by = if trip.mode == Mode::Car { By::Car } else { By::Foot };
            return each(Leg::Street { mode: trip.mode, by, from, to, minutes });
        }
        let (mut here, mut now) = (from, minutes[0]);
        for ride in rides {
            let (board, alight) = (f32::from(ride.board_min), f32::from(ride.alight_min));
            let vehicle = self.vehicle(ride);
            let Some((on, off)) = at(vehicle, board).zip(at(vehicle, alight)) else { continue };
            let on = (on, self.nearest_stop(ride.run, on).unwrap_or(here.1));
            each(walk(here, on, [now, board]));
            each(Leg::Ride { run: vehicle.0, before: vehicle.1, minutes: [board, alight] });
            here = (off, self.nearest_stop(ride.run, off).unwrap_or(to.1));
            now = alight;
        }
        each(walk(here, to, [now, minutes[1]]));
    }

    /// The run of a ride, and whether it set out on the day before.
    #[must_use]
    pub fn vehicle(&self, ride: &Ride) -> (u32, bool) {
        (ride.run, self.courses.before(RunId(ride.run), f32::from(ride.board_min)) > 0.0)
    }

    /// The junction of the stop of a run that lies nearest to a point.
    fn nearest_stop(&self, run: u32, point: [f32; 2]) -> Option<NodeId> {
        let transit = &self.city.transit;
        let route = *transit.run_route.get(RunId(run))?;
        let far = |stop: &citytwin_world::StopId| {
            apart(point, self.plane.point(transit.stop_lon[*stop], transit.stop_lat[*stop]))
        };
        let stops = transit.route_stops.row(route).iter();
        let nearest = stops.min_by(|a, b| far(a).total_cmp(&far(b)))?;
        transit.stop_node.get(*nearest).copied()
    }
}

impl Way {
    /// Writes the points of a way with the minutes at which somebody passes them who has from one minute to another.
    /// On the way to a stop people walk at their pace and wait there.
    pub fn pass(&self, mode: Mode, [begins, ends]: [f32; 2], out: &mut Vec<Passing>) {
        let takes = match mode {
            Mode::Walk => (self.length_m / WALK_M_PER_MIN).min(ends - begins),
            _ => ends - begins,
        };
        out.extend(self.points.iter().zip(&self.gone).map(|(p, gone)| [p[0], p[1], begins + takes * gone]));
        if takes < ends - begins
            && let Some(last) = self.points.last()
        {
            out.push([last[0], last[1], ends]);
        }
    }
}
