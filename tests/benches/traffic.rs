//! Speed of queue traffic on the shipped city's streets: `cargo bench --bench traffic`. The variable `ROUNDS` sets how
//! many days travellers learn.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_routing::Direction;
use citytwin_routing::hierarchy::Hierarchy;
use citytwin_routing::traffic::{Learners, Learning, RoadTable, Settings, Trip};
use citytwin_synthesis::folder::read_city;
use citytwin_world::geo::distance_m;
use citytwin_world::streets::{Streets, access};
use std::path::Path;
use std::time::Instant;

/// Car trips that all residents of the shipped city make on a workday, as its main scenario counts them.
const TRIPS: usize = 525_000;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = read_city(&folder).unwrap();
    let streets = &city.streets;
    let column = |values: &[f32]| -> Vec<f64> { values.iter().map(|v| f64::from(*v)).collect() };
    let length_m = column(streets.length_m.as_slice());
    let speed = column(streets.free_speed_kmh.as_slice());
    let free_s: Vec<f64> = length_m.iter().zip(&speed).map(|(m, kmh)| m * 3.6 / kmh.max(1.0)).collect();
    let capacity: Vec<f64> =
        streets.capacity_veh_h.as_slice().iter().map(|c| f64::from(*c).max(1.0)).collect();
    let lanes: Vec<f64> = streets.lanes.as_slice().iter().map(|l| f64::from(*l)).collect();
    let ids = |links: &[citytwin_world::NodeId]| -> Vec<u32> { links.iter().map(|n| n.0).collect() };
    let (from, to) = (ids(streets.from.as_slice()), ids(streets.to.as_slice()));
    let table = RoadTable {
        node_count: streets.lon.len(),
        from: &from,
        to: &to,
        length_m: &length_m,
        free_s: &free_s,
        capacity_per_h: &capacity,
        lanes: &lanes,
    };
    let graph = citytwin_routing::city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).unwrap();
    let ends: Vec<u32> = (0..graph.node_count() as u32).filter(|&n| graph.arcs(n).next().is_some()).collect();
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(6);
    for share in [0.1, 0.5, 1.0] {
        let trips = trips((TRIPS as f64 * share) as usize, &ends, streets);
        println!("{} trips", trips.len());
        for parts in [1, 8] {
            let settings = Settings { parts, ..Settings::default() };
            let mut learners =
                Learners::new(table, &hierarchy, settings, Learning::default(), &trips).unwrap();
            let rounds = if parts == 1 { 1 } else { rounds };
            for number in 0..rounds {
                let start = Instant::now();
                let (_, [crossings, _]) = learners.live(|_| ()).unwrap();
                let live_s = start.elapsed().as_secs_f64();
                let round = learners.learn().unwrap();
                println!(
                    "  {parts} parts, round {number}: day {live_s:.2} s, {:.2} M traversals/s, {} of {} arrived, \
                     mean {:.0} s (free {:.0} s), gain {:.3}, squeezed {} of {} in {:.2} s",
                    crossings as f64 / live_s / 1e6,
                    round.arrived,
                    round.trips,
                    round.mean_s,
                    round.free_s,
                    round.gain,
                    round.squeezed,
                    round.crossings,
                    start.elapsed().as_secs_f64()
                );
            }
        }
    }
}

/// Trips with two peaks a day, whose length falls off as in a city (exponential, mean 4 km as the crow flies).
fn trips(count: usize, ends: &[u32], streets: &Streets) -> Vec<Trip> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut unit = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (lon, lat) = (streets.lon.as_slice(), streets.lat.as_slice());
    let mut trips = Vec::with_capacity(count);
    while trips.len() < count {
        let [from, to] = [unit(), unit()].map(|u| ends[(u * ends.len() as f64) as usize]);
        let (a, b) = (from as usize, to as usize);
        let apart_m = distance_m(lon[a], lat[a], lon[b], lat[b]);
        if unit() >= (-apart_m / 4_000.0).exp() || from == to {
            continue;
        }
        let hour = match unit() {
            u if u < 0.25 => 7.5 + 1.2 * (unit() + unit() + unit() - 1.5),
            u if u < 0.52 => 17.75 + 1.6 * (unit() + unit() + unit() - 1.5),
            _ => 6.0 + 17.0 * unit(),
        };
        trips.push(Trip { from, to, depart_ms: (hour * 3_600_000.0) as u32 });
    }
    trips.sort_by_key(|trip| trip.depart_ms);
    trips
}
