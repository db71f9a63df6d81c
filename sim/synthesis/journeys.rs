//! The journey table: which rides take one from zone to zone in each part of the week.
use citytwin_routing::{
    Access, Departure, Direction, Journey, Rounds, Scratch, Search, Timetable, Transfers, Walking,
    city::{street_graph, timetable},
};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::streets::access::FOOT;
use citytwin_world::transit::{Journey as Packed, JourneyTable, PERIODS, RIDES_MAX, Ride};
use citytwin_world::{City, ZoneId};
use rayon::prelude::*;

/// Zones that a table of all pairs in all periods may have.
pub const ZONES_MAX: usize = 2_500;
/// Patterns of stops that the table's rides can number.
pub const PATTERNS_MAX: usize = u16::MAX as usize;
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

/// The journeys of a city's timetable from zone to zone: for each period one RAPTOR search from each zone; of several
/// the one with the best arrival plus five minutes per ride. Only journeys that beat walking are kept.
///
/// # Errors
/// `E406` for more than [`ZONES_MAX`] zones, `E405` for tables that contradict themselves.
pub fn journeys(city: &City) -> Result<JourneyTable, Problem> {
    let zones = city.zones.len();
    if city.transit.stop_lon.is_empty() || city.transit.run_route.is_empty() {
        return Ok(JourneyTable::default());
    }
    if zones > ZONES_MAX {
        let message = format!("{zones} zones are too many for a journey table; {ZONES_MAX} is the limit");
        return Err(Problem::error("E406", message).help("merge the grid into larger cells"));
    }
    let timetable = timetable(&city.transit).map_err(refused)?;
    if timetable.pattern_count() > PATTERNS_MAX {
        let count = timetable.pattern_count();
        let message = format!(
            "{count} patterns of stops are too many for a journey table; {PATTERNS_MAX} is the limit"
        );
        return Err(Problem::error("E406", message));
    }
    let walking = Walking { reach_m: TRANSFER_M, speed_m_s: WALK_M_S, detour: DETOUR };
    let (lon, lat) = (city.transit.stop_lon.as_slice(), city.transit.stop_lat.as_slice());
    let transfers = Transfers::within(lon, lat, walking).map_err(refused)?;
    let near = near_stops(city)?;
    let mut table = JourneyTable { zones: zones as u32, ..JourneyTable::default() };
    table.row = vec![u32::MAX; PERIODS.len() * zones * zones];
    for (period, (_, depart_s)) in PERIODS.iter().enumerate() {
        let departure = Departure {
            depart_s: *depart_s,
            weekday: WEEKDAY[period],
            latest_s: depart_s + LONGEST_S,
            rides_max: RIDES_MAX as u8,
        };
        let (timetable, transfers, near) = (&timetable, &transfers, near.as_slice());
        let search = Searcher { city, timetable, transfers, near, departure, period: period as u8 };
        let found: Result<Vec<Vec<Found>>, Problem> = (0..zones)
            .into_par_iter()
            .map_init(Rounds::default, |rounds, z| search.from(rounds, z))
            .collect();
        for (origin, found) in found?.into_iter().enumerate() {
            for f in found {
                let row = table.journey.push(f.journey);
                table.row[(period * zones + origin) * zones + f.to as usize] = row.0;
            }
        }
    }
    Ok(table)
}

fn refused(problem: impl std::fmt::Display) -> Problem {
    Problem::error("E405", format!("the timetable can't be searched: {problem}"))
}

/// Stops around each zone's centre with the walk on the streets.
fn near_stops(city: &City) -> Result<Vec<Vec<Access>>, Problem> {
    let graph = street_graph(&city.streets, FOOT, Direction::Forward).map_err(refused)?;
    let metres: Vec<u32> =
        city.streets.length_m.as_slice().iter().map(|m| m.clamp(1.0, 1e6).round() as u32).collect();
    let weights = graph.weigh(&metres, &vec![0; metres.len()]).map_err(refused)?;
    let mut at_node: Vec<(u32, u32)> =
        city.transit.stop_node.iter().map(|(stop, node)| (node.0, stop.0)).collect();
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
            let tree = scratch.search(&graph, &weights, &[node.0.into()], search).map_err(refused)?;
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

/// One journey found, on its way into the table.
struct Found {
    to: u32,
    journey: Packed,
}

struct Searcher<'a> {
    city: &'a City,
    timetable: &'a Timetable,
    transfers: &'a Transfers,
    near: &'a [Vec<Access>],
    departure: Departure,
    period: u8,
}

impl Searcher<'_> {
    fn from(&self, rounds: &mut Rounds, origin: usize) -> Result<Vec<Found>, Problem> {
        let mut found = Vec::new();
        if self.near[origin].is_empty() {
            return Ok(found);
        }
        let reach = rounds
            .one_to_all(self.timetable, self.transfers, &self.near[origin], self.departure)
            .map_err(refused)?;
        let (lon, lat) = (self.city.zones.lon.as_slice(), self.city.zones.lat.as_slice());
        for to in (0..self.near.len()).filter(|to| *to != origin) {
            let apart_m = distance_m(lon[origin], lat[origin], lon[to], lat[to]);
            let walk_s = apart_m * DETOUR / WALK_M_S;
            let Some((journey, arrival_s)) = reach.journey_to(&self.near[to], RIDE_S) else { continue };
            let typical_s = arrival_s.saturating_sub(self.departure.depart_s);
            if f64::from(typical_s) < walk_s
                && let Some(found_one) = pack(to, &journey, typical_s, self.period)
            {
                found.push(found_one);
            }
        }
        Ok(found)
    }
}

fn pack(to: usize, journey: &Journey, typical_s: u32, period: u8) -> Option<Found> {
    let ride = |r: &citytwin_routing::Ride| {
        Some(Ride {
            pattern: r.pattern as u16, // checked against PATTERNS_MAX when the table was begun
            board: r.board.try_into().ok()?,
            alight: r.alight.try_into().ok()?,
            walk_s: r.walk_s.try_into().ok()?,
        })
    };
    let mut rides = [Ride::default(); RIDES_MAX];
    for (to, from) in rides.iter_mut().zip(&journey.rides) {
        *to = ride(from)?;
    }
    if journey.rides.len() > RIDES_MAX {
        return None;
    }
    let journey = Packed {
        rides,
        count: journey.rides.len() as u8,
        egress_s: journey.egress_s.try_into().ok()?,
        typical_s: typical_s.try_into().ok()?,
        period,
    };
    Some(Found { to: to as u32, journey })
}
