//! The city's own timetable and street graphs, arranged for searching. One function each, so that whoever stores a
//! pattern number and whoever rides it mean the same pattern.

use crate::graph::{Direction, Graph, Network};
use crate::problem::Problem;
use crate::timetable::{Timetable, TripTable};
use crate::traffic::RoadColumns;
use citytwin_world::id::Key;
use citytwin_world::{NodeId, RunId, Streets, Transit};

/// Least time between two vehicles besides walking, s: stepping off, finding the other platform or shelter.
pub const CHANGE_S: u32 = 60;

/// The timetable of a city's transit. Trip numbers are [`RunId`]s; pattern numbers are those of
/// [`citytwin_world::transit::Ride::pattern`], the same whenever the transit is the same.
///
/// # Errors
/// When the transit tables contradict themselves (a checked city's never do).
pub fn timetable(transit: &Transit) -> Result<Timetable, Problem> {
    let runs = transit.run_route.len();
    let (mut first, mut stop) = (Vec::with_capacity(runs + 1), Vec::new());
    let (mut arrival_s, mut departure_s) = (Vec::new(), Vec::new());
    first.push(0);
    for run in (0..runs).map(RunId::from_index) {
        let stops = transit.route_stops.row(transit.run_route[run]);
        for (s, times) in stops.iter().zip(transit.run_times_s.row(run)) {
            stop.push(s.0);
            arrival_s.push(times[0]);
            departure_s.push(times[1]);
        }
        first.push(stop.len() as u32);
    }
    let table = TripTable {
        stop_count: transit.stop_lon.len(),
        first: &first,
        stop: &stop,
        arrival_s: &arrival_s,
        departure_s: &departure_s,
        days: transit.run_weekdays.as_slice(),
    };
    Timetable::new(table, CHANGE_S)
}

/// The graph of all links that somebody with the given [`citytwin_world::streets::access`] bit may use.
///
/// # Errors
/// When the street tables contradict themselves (a checked city's never do).
pub fn street_graph(streets: &Streets, access: u8, direction: Direction) -> Result<Graph, Problem> {
    let ids = |column: &[NodeId]| column.iter().map(|n| n.0).collect::<Vec<u32>>();
    let (from, to) = (ids(streets.from.as_slice()), ids(streets.to.as_slice()));
    let links: Vec<u32> =
        (0..from.len() as u32).filter(|&l| streets.access.as_slice()[l as usize] & access != 0).collect();
    let driven = access & citytwin_world::streets::access::CAR != 0;
    let bans: Vec<(u32, u32)> =
        if driven { streets.banned_turns.iter().map(|(a, b)| (a.0, b.0)).collect() } else { Vec::new() };
    let network = Network { node_count: streets.node_count(), from: &from, to: &to };
    Graph::new(network, &links, &bans, direction)
}

/// The streets as roads for queues, their links one to one. A link without traffic takes its time at free speed times
/// `junction_delay`.
pub fn roads(streets: &Streets, junction_delay: f64) -> RoadColumns {
    let ids = |column: &[NodeId]| column.iter().map(|node| node.0).collect();
    let column = |values: &[f32]| values.iter().map(|value| f64::from(*value)).collect::<Vec<f64>>();
    let capacity_per_h = column(streets.capacity_veh_h.as_slice());
    RoadColumns {
        node_count: streets.node_count(),
        from: ids(streets.from.as_slice()),
        to: ids(streets.to.as_slice()),
        length_m: column(streets.length_m.as_slice()),
        free_s: streets.from.ids().map(|l| f64::from(streets.free_time_s(l)) * junction_delay).collect(),
        // Links without a capacity are no roads for cars; queues want a number all the same.
        capacity_per_h: capacity_per_h.iter().map(|capacity| capacity.max(1.0)).collect(),
        lanes: streets.lanes.as_slice().iter().map(|lanes| f64::from(*lanes)).collect(),
        first_post: streets.link_count(),
    }
}
