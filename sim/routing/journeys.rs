//! Which rides take one from zone to zone in each part of the week, with some stops and footways closed or none.
//!
//! For each period one RAPTOR search from each zone; of several journeys the one with the best arrival plus five minutes
//! per ride. Only journeys that beat walking are kept.
use crate::city::street_graph;
use crate::{Access, Departure, Direction, Problem, Rounds, Scratch, Search, Timetable, Transfers, Walking};
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::streets::access::FOOT;
use citytwin_world::transit::{Journey, PERIODS, RIDES_MAX, Ride};
use citytwin_world::{City, LinkId, StopId, ZoneId};
use rayon::prelude::*;

/// Weekday (0 = Monday) on which each period's journeys are looked for.
const WEEKDAY: [u8; PERIODS.len()] = [1, 1, 1, 1, 5, 6];
/// Walk to and from stops, m: the usual catchment, and what people accept where nothing is nearer.
const ACCESS_M: u32 = 1_000;
const ACCESS_FAR_M: u32 = 2_500;
/// Stops kept per zone, nearest first.
const STOPS_MAX: usize = 16;
/// Walking speed, m/s, and the way over the crow's distance.
const WALK_M_S: f64 = 1.3;
const DETOUR: f64 = 1.3;
/// Walk between two rides, m as the crow flies.
const TRANSFER_M: f64 = 350.0;
/// Later arrival that is accepted to save a change, s (a change is felt as 5 to 10 minutes; Wardman 2004).
const RIDE_S: u32 = 300;
/// Longest journey looked for, s.
const LONGEST_S: u32 = 2 * 3600;

/// What nobody may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Closed<'a> {
    /// Stops at which nobody boards or alights.
    pub stops: &'a [StopId],
    /// Links on which nobody walks.
    pub on_foot: &'a [LinkId],
}

/// The search for journeys between the zones of a city.
#[derive(Debug)]
pub struct ZoneJourneys<'a> {
    city: &'a City,
    timetable: &'a Timetable,
    transfers: Transfers,
    /// Open stops around each zone's centre.
    near: Vec<Vec<Access>>,
    /// A flag per stop.
    closed: Vec<bool>,
}

impl<'a> ZoneJourneys<'a> {
    /// Makes ready for searches on the timetable of a city's transit.
    ///
    /// # Errors
    /// Tables that contradict themselves (a checked city's never do).
    pub fn new(city: &'a City, timetable: &'a Timetable, closed: Closed<'_>) -> Result<Self, Problem> {
        let walking = Walking { reach_m: TRANSFER_M, speed_m_s: WALK_M_S, detour: DETOUR };
        let (lon, lat) = (city.transit.stop_lon.as_slice(), city.transit.stop_lat.as_slice());
        let mut flags = vec![false; lon.len()];
        for stop in closed.stops {
            if let Some(flag) = flags.get_mut(stop.index()) {
                *flag = true;
            }
        }
        let near = near_stops(city, &flags, closed.on_foot)?;
        Ok(Self { city, timetable, transfers: Transfers::within(lon, lat, walking)?, near, closed: flags })
    }

    /// Memory of one search after another.
    #[must_use]
    pub fn rounds(&self) -> Rounds {
        Rounds::with_closed(self.closed.clone())
    }

    /// The journeys from a zone to those zones that are `wanted`, in a period (an index into [`PERIODS`]); zones that
    /// transit doesn't serve, or no quicker than one walks, are left out.
    ///
    /// # Errors
    /// Tables that contradict themselves (a checked city's never do).
    pub fn from(
        &self,
        rounds: &mut Rounds,
        (period, origin): (usize, usize),
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<(ZoneId, Journey)>, Problem> {
        let mut found = Vec::new();
        let Some(near) = self.near.get(origin).filter(|near| !near.is_empty()) else { return Ok(found) };
        let (Some((_, depart_s)), Some(&weekday)) = (PERIODS.get(period), WEEKDAY.get(period)) else {
            return Ok(found);
        };
        let departure = Departure {
            depart_s: *depart_s,
            weekday,
            latest_s: depart_s + LONGEST_S,
            rides_max: RIDES_MAX as u8,
        };
        let reach = rounds.one_to_all(self.timetable, &self.transfers, near, departure)?;
        let (lon, lat) = (self.city.zones.lon.as_slice(), self.city.zones.lat.as_slice());
        for to in (0..self.near.len()).filter(|to| *to != origin && wanted(*to)) {
            let apart_m = distance_m(lon[origin], lat[origin], lon[to], lat[to]);
            let walk_s = apart_m * DETOUR / WALK_M_S;
            let Some((journey, arrival_s)) = reach.journey_to(&self.near[to], RIDE_S) else { continue };
            let typical_s = arrival_s.saturating_sub(departure.depart_s);
            if f64::from(typical_s) < walk_s
                && let Some(journey) = pack(&journey, typical_s, period as u8)
            {
                found.push((ZoneId::from_index(to), journey));
            }
        }
        Ok(found)
    }
}

/// Open stops around each zone's centre with the walk on the streets.
fn near_stops(city: &City, closed: &[bool], on_foot: &[LinkId]) -> Result<Vec<Vec<Access>>, Problem> {
    let graph = street_graph(&city.streets, FOOT, Direction::Forward)?;
    let mut metres: Vec<u32> =
        city.streets.length_m.as_slice().iter().map(|m| m.clamp(1.0, 1e6).round() as u32).collect();
    for link in on_foot {
        if let Some(metres) = metres.get_mut(link.index()) {
            *metres = u32::MAX;
        }
    }
    let weights = graph.weigh(&metres, &vec![0; metres.len()])?;
    let open = |stop: &StopId| !closed.get(stop.index()).is_some_and(|closed| *closed);
    let stops = city.transit.stop_node.iter().filter(|(stop, _)| open(stop));
    let mut at_node: Vec<(u32, u32)> = stops.map(|(stop, node)| (node.0, stop.0)).collect();
    at_node.sort_unstable();
    (0..city.zones.len())
        .into_par_iter()
        .map_init(Scratch::default, |scratch, z| {
            let zone = ZoneId(z as u32);
            let node = city.zones.node[zone];
            let (Some(lon), Some(lat)) = (city.streets.lon.get(node), city.streets.lat.get(node)) else {
                return Ok(Vec::new());
            };
            let offset = distance_m(city.zones.lon[zone], city.zones.lat[zone], *lon, *lat).min(1000.0);
            let search = Search { limit: ACCESS_FAR_M, targets: &[] };
            let tree = scratch.search(&graph, &weights, &[node.0.into()], search)?;
            let mut stops: Vec<(u32, u32)> = Vec::new();
            for reached in tree.reached() {
                let Some(metres) = tree.time(reached) else { continue };
                let begin = at_node.partition_point(|s| s.0 < reached);
                let here = at_node[begin..].iter().take_while(|s| s.0 == reached);
                stops.extend(here.map(|s| (metres + offset as u32, s.1)));
            }
            stops.sort_unstable();
            let close = stops.partition_point(|s| s.0 <= ACCESS_M + offset as u32);
            stops.truncate(if close > 0 { close.min(STOPS_MAX) } else { STOPS_MAX / 4 });
            let access = |s: &(u32, u32)| Access { stop: s.1, walk_s: (f64::from(s.0) / WALK_M_S) as u32 };
            Ok(stops.iter().map(access).collect())
        })
        .collect()
}

/// A journey as the city keeps it; `None` where its numbers don't fit.
fn pack(journey: &crate::Journey, typical_s: u32, period: u8) -> Option<Journey> {
    let ride = |r: &crate::Ride| {
        Some(Ride {
            pattern: r.pattern.try_into().ok()?,
            board: r.board.try_into().ok()?,
            alight: r.alight.try_into().ok()?,
            walk_s: r.walk_s.try_into().ok()?,
        })
    };
    let mut rides = [Ride::default(); RIDES_MAX];
    for (to, from) in rides.iter_mut().zip(&journey.rides) {
        *to = ride(from)?;
    }
    (journey.rides.len() <= RIDES_MAX).then_some(Journey {
        rides,
        count: journey.rides.len() as u8,
        egress_s: journey.egress_s.try_into().ok()?,
        typical_s: typical_s.try_into().ok()?,
        period,
    })
}
