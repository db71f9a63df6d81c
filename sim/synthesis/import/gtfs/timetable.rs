//! Makes routes and runs of a feed's trips: the same stops in the same order, no run overtaking another.
use crate::import::gtfs::STOP_TO_STREET_M_MAX;
use crate::import::gtfs::complete;
use crate::import::gtfs::feed::{Call, Feed, FeedStop, Frequency};
use crate::import::gtfs::times::{self, Stopping};
use crate::near::Near;
use citytwin_world::geo::distance_m;
use citytwin_world::id::{Key, LineId, NodeId, RouteId, RunId, StopId};
use citytwin_world::problem::Tally;
use citytwin_world::{Mode, Transit};
use std::collections::BTreeMap;

/// What a GTFS route type means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteType {
    /// Buses, trolleybuses and whatever is not on rails.
    Bus,
    /// Trams and light rail.
    Tram,
    /// Underground.
    Metro,
    /// Railway.
    Rail,
    /// Ferries.
    Ferry,
    /// Cable cars and funiculars.
    Cable,
}

impl RouteType {
    /// The meaning of a basic or extended route type; `None` for numbers no list knows.
    pub fn of(number: i32) -> Option<Self> {
        Some(match number {
            0 | 900..=999 => Self::Tram,
            1 | 12 | 400..=499 | 500..=699 => Self::Metro,
            2 | 100..=199 | 300..=399 => Self::Rail,
            3 | 11 | 200..=299 | 700..=899 => Self::Bus,
            4 | 1000..=1099 | 1200..=1299 => Self::Ferry,
            5..=7 | 1300..=1499 => Self::Cable,
            _ => return None,
        })
    }

    /// The mode that passengers choose.
    pub const fn mode(self) -> Mode {
        match self {
            Self::Tram | Self::Metro | Self::Rail => Mode::Metro,
            Self::Bus | Self::Ferry | Self::Cable => Mode::Bus,
        }
    }
}

/// Passenger places of a vehicle by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The kind.
    pub of: RouteType,
    /// Seats and standing places.
    pub places: u16,
    /// Where the number comes from.
    pub source: &'static str,
}

/// Passenger places by kind of vehicle, where the feed names no vehicle.
pub const CAPACITIES: &[Capacity] = &[
    Capacity { of: RouteType::Bus, places: 80, source: "12 m city bus; TCRP Report 165 (2013), ch. 6" },
    Capacity {
        of: RouteType::Tram,
        places: 180,
        source: "30 m low-floor tram; TCRP Report 165 (2013), ch. 8",
    },
    Capacity { of: RouteType::Metro, places: 900, source: "six cars at 150; TCRP Report 165 (2013), ch. 8" },
    Capacity {
        of: RouteType::Rail,
        places: 1000,
        source: "four-car suburban train; TCRP Report 165 (2013), ch. 8",
    },
    Capacity {
        of: RouteType::Ferry,
        places: 300,
        source: "city passenger ferry; TCRP Report 165 (2013), ch. 9",
    },
    Capacity { of: RouteType::Cable, places: 40, source: "cable car cabin; TCRP Report 165 (2013), ch. 11" },
];

/// Most runs one headway service may expand to.
const RUNS_PER_HEADWAY_MAX: u32 = 10_000;

/// One run before routes are made.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) line: usize,
    pub(super) stops: Vec<u32>,
    pub(super) times_s: Vec<[u32; 2]>,
    pub(super) weekdays: u8,
    pub(super) shape: String,
}

impl Run {
    /// Departure from the first stop, s after midnight.
    pub(super) fn start_s(&self) -> u32 {
        self.times_s.first().map_or(0, |t| t[1])
    }
}

/// Adds a feed to the timetable.
pub fn add(feed: Feed, foot: &Near, transit: &mut Transit, tally: &mut Tally) {
    let nodes: Vec<Option<u32>> = feed.stops.iter().map(|stop| near_street(stop, foot)).collect();
    for (stop, _) in feed.stops.iter().zip(&nodes).filter(|(s, node)| node.is_none() && s.position.is_some())
    {
        tally.warning("W323", "a stop is more than 1 km from every footpath; runs are cut there", || {
            stop.name.clone()
        });
    }
    let runs = complete::whole_week(runs(&feed, &nodes, tally), tally);
    let stop_ids = add_stops(&feed, &nodes, &runs, transit);
    let mut line_ids: Vec<Option<LineId>> = vec![None; feed.lines.len()];
    let mut groups: BTreeMap<(usize, Vec<u32>), Vec<Run>> = BTreeMap::new();
    for run in runs {
        groups.entry((run.line, run.stops.clone())).or_default().push(run);
    }
    for ((line_at, stops), mut runs) in groups {
        let Some(line) = feed.lines.get(line_at) else { continue };
        let kind = RouteType::of(line.route_type).unwrap_or_else(|| {
            tally.warning("W320", "a route type is on no list; taken as a bus", || {
                format!("{} on line {}", line.route_type, line.name)
            });
            RouteType::Bus
        });
        let id = match line_ids.get(line_at).copied().flatten() {
            Some(id) => id,
            None => {
                let id = transit.line_name.push(line.name.clone());
                transit.line_mode.push(kind.mode());
                if let Some(slot) = line_ids.get_mut(line_at) {
                    *slot = Some(id);
                }
                id
            }
        };
        let places = CAPACITIES.iter().find(|c| c.of == kind).map_or(0, |c| c.places);
        runs.sort_by(|a, b| (&a.times_s, a.weekdays).cmp(&(&b.times_s, b.weekdays)));
        for part in without_overtaking(runs) {
            add_route(&feed, id, &stops, &stop_ids, places, part, transit);
        }
    }
}

fn near_street(stop: &FeedStop, foot: &Near) -> Option<u32> {
    let [lon, lat] = stop.position?;
    foot.nearest(lon, lat).filter(|(_, d)| *d <= STOP_TO_STREET_M_MAX).map(|(node, _)| node)
}

/// All runs of the representative week, cut to the stops inside the city.
fn runs(feed: &Feed, nodes: &[Option<u32>], tally: &mut Tally) -> Vec<Run> {
    let weekdays = feed.calendar.weekdays_of_trips(&feed.trips, feed.lines.len());
    let mut headways: BTreeMap<usize, Vec<Frequency>> = BTreeMap::new();
    for frequency in &feed.frequencies {
        headways.entry(frequency.trip).or_default().push(*frequency);
    }
    let mut runs = Vec::new();
    for calls in feed.calls.chunk_by(|a, b| a.trip == b.trip) {
        let Some(at) = calls.first().map(|c| c.trip as usize) else { continue };
        let (Some(trip), Some(weekdays)) = (feed.trips.get(at), weekdays.get(at).copied()) else { continue };
        if weekdays == 0 {
            continue;
        }
        let stoppings = stoppings(calls, feed, nodes, at, tally);
        if stoppings.len() < 2 {
            continue;
        }
        let stops: Vec<u32> = stoppings.iter().map(|s| s.stop).collect();
        let times_s: Vec<[u32; 2]> = stoppings.iter().map(|s| s.times_s).collect();
        let run = |times_s| Run {
            line: trip.line,
            stops: stops.clone(),
            times_s,
            weekdays,
            shape: trip.shape.clone(),
        };
        match headways.get(&at) {
            None => runs.push(run(times_s)),
            Some(list) => runs.extend(list.iter().flat_map(|f| repeated(&times_s, *f)).map(run)),
        }
    }
    runs
}

/// A trip's calls inside the city with all times known.
fn stoppings(
    calls: &[Call],
    feed: &Feed,
    nodes: &[Option<u32>],
    trip: usize,
    tally: &mut Tally,
) -> Vec<Stopping> {
    let mut backwards = false;
    let mut filled = times::fill(calls, &feed.stops, &mut backwards);
    if backwards {
        tally.warning("W321", "a trip's times run backwards; raised to the time before", || {
            format!("trip {} of the feed", trip + 1)
        });
    }
    if filled.len() < 2 {
        tally.warning("W322", "a trip has fewer than two times; left out", || {
            format!("trip {} of the feed", trip + 1)
        });
    }
    filled.retain(|s| nodes.get(s.stop as usize).is_some_and(Option::is_some));
    filled.dedup_by(|b, a| {
        let same = a.stop == b.stop;
        if same {
            a.times_s[1] = a.times_s[1].max(b.times_s[1]);
        }
        same
    });
    filled
}

/// The times of every departure of a headway service.
fn repeated(times_s: &[[u32; 2]], f: Frequency) -> Vec<Vec<[u32; 2]>> {
    let origin = times_s.first().map_or(0, |t| t[1]);
    let count = f.end_s.saturating_sub(f.start_s).div_ceil(f.headway_s.max(1)).min(RUNS_PER_HEADWAY_MAX);
    (0..count)
        .map(|n| {
            let start = f.start_s + n * f.headway_s;
            times_s.iter().map(|t| t.map(|s| (s + start).saturating_sub(origin))).collect()
        })
        .collect()
}

/// Adds the stops that runs call at and returns the id of each of the feed's stops.
fn add_stops(feed: &Feed, nodes: &[Option<u32>], runs: &[Run], transit: &mut Transit) -> Vec<StopId> {
    let mut used = vec![false; feed.stops.len()];
    for stop in runs.iter().flat_map(|r| &r.stops) {
        if let Some(flag) = used.get_mut(*stop as usize) {
            *flag = true;
        }
    }
    let mut ids = Vec::with_capacity(feed.stops.len());
    for ((stop, node), used) in feed.stops.iter().zip(nodes).zip(used) {
        let (Some([lon, lat]), Some(node), true) = (stop.position, node, used) else {
            ids.push(StopId::NONE);
            continue;
        };
        ids.push(transit.stop_name.push(stop.name.clone()));
        transit.stop_lon.push(lon);
        transit.stop_lat.push(lat);
        transit.stop_node.push(NodeId(*node));
    }
    ids
}

/// Splits sorted runs so that within a part each run is nowhere earlier than the run before.
fn without_overtaking(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut parts: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        let follows = |part: &Vec<Run>| {
            part.last().is_some_and(|last| {
                last.times_s.iter().zip(&run.times_s).all(|(a, b)| a[0] <= b[0] && a[1] <= b[1])
            })
        };
        match parts.iter_mut().find(|part| follows(part)) {
            Some(part) => part.push(run),
            None => parts.push(vec![run]),
        }
    }
    parts
}

fn add_route(
    feed: &Feed,
    line: LineId,
    stops: &[u32],
    ids: &[StopId],
    places: u16,
    runs: Vec<Run>,
    transit: &mut Transit,
) {
    let route: RouteId = transit.route_line.push(line);
    transit.route_stops.push_row(stops.iter().map(|s| ids.get(*s as usize).copied().unwrap_or(StopId::NONE)));
    let shape = runs.first().and_then(|r| feed.shapes.get(&r.shape));
    let ends = [stops.first(), stops.last()]
        .map(|s| s.and_then(|s| feed.stops.get(*s as usize)).and_then(|s| s.position));
    transit.route_shape.push_row(match (shape, ends) {
        (Some(points), [Some(start), Some(end)]) => between_stops(points, start, end),
        _ => Vec::new(),
    });
    let first = transit.run_route.len();
    let count = runs.len();
    for run in runs {
        transit.run_route.push(route);
        transit.run_times_s.push_row(run.times_s);
        transit.run_weekdays.push(run.weekdays);
        transit.run_capacity.push(places);
    }
    transit.route_runs.push_row((first..first + count).map(RunId::from_index));
}

/// The part of a drawn course between the points nearest to its first and last stop.
fn between_stops(points: &[[f32; 2]], start: [f64; 2], end: [f64; 2]) -> Vec<[f32; 2]> {
    let nearest = |from: usize, [lon, lat]: [f64; 2]| {
        let distance = |p: &[f32; 2]| distance_m(lon, lat, f64::from(p[0]), f64::from(p[1]));
        let part = points.get(from..).unwrap_or_default();
        part.iter()
            .enumerate()
            .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))
            .map_or(from, |(at, _)| from + at)
    };
    let first = nearest(0, start);
    let last = nearest(first, end);
    points.get(first..=last).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_overtake_are_parted() {
        let run = |a: u32, b: u32| Run {
            line: 0,
            stops: vec![0, 1],
            times_s: vec![[a, a], [b, b]],
            weekdays: 1,
            shape: String::new(),
        };
        let parts = without_overtaking(vec![run(0, 100), run(10, 50), run(20, 120), run(30, 60)]);
        let firsts: Vec<Vec<u32>> =
            parts.iter().map(|p| p.iter().map(|r| r.times_s[0][0]).collect()).collect();
        assert_eq!(firsts, [vec![0, 20], vec![10, 30]]);
    }

    #[test]
    fn headways_expand_until_the_end() {
        let times = [[100, 110], [200, 200]];
        let f = Frequency { trip: 0, start_s: 3600, end_s: 5400, headway_s: 600 };
        let all = repeated(&times, f);
        assert_eq!(all.len(), 3);
        assert_eq!(all[1], [[4190, 4200], [4290, 4290]]);
        assert!(repeated(&times, Frequency { end_s: 0, ..f }).is_empty());
    }

    #[test]
    fn odd_route_types_have_no_meaning() {
        assert_eq!(RouteType::of(22), None);
        assert_eq!(RouteType::of(109).map(RouteType::mode), Some(Mode::Metro));
        assert_eq!(RouteType::of(702).map(RouteType::mode), Some(Mode::Bus));
        assert!(CAPACITIES.iter().all(|c| c.places > 0));
    }
}
