//! Speed of queue traffic on the shipped city's streets: `cargo bench --bench traffic`. The variable `ROUNDS` sets how
//! many days travellers learn.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_routing::Direction;
use citytwin_routing::hierarchy::Hierarchy;
use citytwin_routing::traffic::{RoadDays, Settings, Sight, Trip};
use citytwin_synthesis::folder::read_city;
use citytwin_world::geo::distance_m;
use citytwin_world::streets::{Streets, access};
use std::path::Path;
use std::time::Instant;

/// Car trips that all residents of the shipped city make on a workday, as its main scenario counts them.
const TRIPS: usize = 525_000;

/// End of the simulated day, ms: two hours after midnight, so that the last arrive.
const END_MS: u32 = 93_600_000;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = read_city(&folder).unwrap();
    let streets = &city.streets;
    let roads = citytwin_routing::city::roads(streets, 1.0);
    let graph = citytwin_routing::city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).unwrap();
    let ends: Vec<u32> = (0..graph.node_count() as u32).filter(|&n| graph.arcs(n).next().is_some()).collect();
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(6);
    for share in [0.1, 0.5, 1.0] {
        let trips = trips((TRIPS as f64 * share) as usize, &ends, streets);
        println!("{} trips", trips.len());
        for parts in [1, 8] {
            let settings = Settings { parts, ..Settings::default() };
            let days = RoadDays::new(roads.table(), &hierarchy, settings, Sight::default(), END_MS).unwrap();
            // Without learning everybody believes the roads empty; with it the first day is one on which all listen.
            let mut known = if parts == 1 { days.free_times() } else { days.listen(&trips).unwrap().times };
            for number in 0..if parts == 1 { 1 } else { rounds } {
                let start = Instant::now();
                let ways = days.choose(&trips, &known).unwrap();
                let (ways_s, start) = (start.elapsed().as_secs_f64(), Instant::now());
                let day = days.drive(&ways, &known).unwrap();
                let day_s = start.elapsed().as_secs_f64();
                let weight = 1.0 / (number + 3) as f64;
                for (known, met) in known.iter_mut().zip(&day.times) {
                    *known =
                        (f64::from(*known) + weight * (f64::from(*met) - f64::from(*known))).round() as u32;
                }
                let [crossings, squeezed] = day.crossings;
                println!(
                    "  {parts} parts, day {number}: {:.2} M traversals/s, {} of {} arrived, mean {:.0} s (known {:.0} s, \
                     free {:.0} s), squeezed {squeezed} of {crossings}; ways {ways_s:.2} s, day {day_s:.2} s",
                    crossings as f64 / day_s / 1e6,
                    day.arrived,
                    day.trips,
                    day.mean_s,
                    day.known_s,
                    day.free_s,
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
        let class = trips.len() as u32;
        trips.push(Trip { from, to, depart_ms: (hour * 3_600_000.0) as u32, class });
    }
    trips.sort_by_key(|trip| trip.depart_ms);
    trips
}
