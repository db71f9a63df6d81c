//! Speed of queue traffic on the shipped city's streets with the drives of its residents' ordinary workday:
//! `cargo bench --bench traffic`. Drivers know the times that the scenario `movement/traffic` has them learn; that takes
//! minutes for each share of vehicles and is then kept beside the city. `SHARES` sets the shares, `0.1 0.5 1.0` by
//! default.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on should stop; it prints"
)]

use citytwin_layers::transport::roads::PERIOD_S;
use citytwin_routing::hierarchy::Hierarchy;
use citytwin_routing::traffic::{CLOSED, Lived, RoadColumns, RoadDays, Settings, Sight, Trip, Ways};
use citytwin_routing::{Direction, city};
use citytwin_scenario::assemble;
use citytwin_world::Roads;
use citytwin_world::streets::access;
use std::path::Path;
use std::time::Instant;

/// End of the simulated day, ms: two hours after midnight, so that the last arrive.
const END_MS: u32 = 93_600_000;
/// Rounds of which the fastest counts, so that what else the machine does weighs little.
const ROUNDS: usize = 3;
/// Vehicles on the roads for the fundamental diagram, all of them; a tenth is simulated.
const CROWDS: [u32; 10] = [1_000, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 120_000, 240_000, 320_000];

fn main() {
    let shares = std::env::var("SHARES").unwrap_or_else(|_| "0.1 0.5 1.0".to_owned());
    for share in shares.split_whitespace() {
        let (net, roads) = learnt(share);
        let share: f64 = share.parse().unwrap();
        let days = |parts| net.days(parts, share);
        let (known, trips) = ordinary_day(&roads);
        let start = Instant::now();
        let ways = days(1).choose(&trips, &known).unwrap();
        println!(
            "{} of all drives: {} ways in {:.2} s",
            percent(share),
            ways.len(),
            start.elapsed().as_secs_f64()
        );
        let one = speed(&days(1), &ways, &known, 1);
        let cores = rayon::current_num_threads();
        let all = speed(&days(cores), &ways, &known, cores);
        assert!(one == all, "one part and several give the same day");
        if share < 0.2 {
            diagram(&net, &ways, share);
        }
    }
}

/// The streets as queues and their hierarchy.
struct Net {
    columns: RoadColumns,
    hierarchy: Hierarchy,
}

impl Net {
    fn days(&self, parts: usize, sample: f64) -> RoadDays<'_> {
        self.with(Settings { parts, sample, ..Settings::default() })
    }

    fn with(&self, settings: Settings) -> RoadDays<'_> {
        let settings = Settings { period_s: f64::from(PERIOD_S), ..settings };
        RoadDays::new(self.columns.table(), &self.hierarchy, settings, Sight::default(), END_MS).unwrap()
    }
}

/// The shipped city, and its roads as drivers know them where a share of vehicles is simulated.
fn learnt(share: &str) -> (Net, Roads) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = citytwin_study::vocabulary(&root.join("assets/cities"));
    let changes = [("movement.vehicles_share".to_owned(), share.to_owned())];
    let file = root.join("scenarios/movement/traffic.toml");
    let scenario = citytwin_scenario::read(&file, &changes, &words).unwrap();
    let mut tell = |text: &str| eprintln!("{text}");
    let prepared = assemble::prepare_telling(&scenario, &root.join("assets/cities"), &mut tell).unwrap();
    let streets = &prepared.city.streets;
    let graph = city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).unwrap();
    let delay = scenario.layer("transport").unwrap().f64("junction_delay");
    (Net { columns: city::roads(streets, delay), hierarchy }, Roads::clone(&prepared.roads))
}

/// Times known on workdays, in hundredths of a second, and the drives.
fn ordinary_day(roads: &Roads) -> (Vec<u32>, Vec<Trip>) {
    let day = &roads.days[0];
    let known = day.times_ds.iter().map(|ds| u32::from(*ds) * 10).collect::<Vec<u32>>();
    assert!(!known.contains(&CLOSED));
    let trips = day.drives.iter().map(|drive| Trip {
        from: drive.from.0,
        to: drive.to.0,
        depart_ms: drive.depart_s * 1000,
        class: u32::from(drive.class),
    });
    (known, trips.collect())
}

fn speed(days: &RoadDays<'_>, ways: &Ways, known: &[u32], parts: usize) -> Lived {
    let (mut fastest_s, mut day) = (f64::INFINITY, Lived::default());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        day = days.drive(ways, known).unwrap();
        fastest_s = fastest_s.min(start.elapsed().as_secs_f64());
    }
    let [crossings, squeezed] = day.crossings;
    println!(
        "  {parts} threads: {:.1} M traversals/s, day {fastest_s:.2} s; {} of {} arrived, mean {:.0} s (known {:.0} s, \
         empty {:.0} s), squeezed {squeezed} of {crossings}",
        crossings as f64 / fastest_s / 1e6,
        day.arrived,
        day.trips,
        day.mean_s,
        day.known_s,
        day.free_s,
    );
    day
}

/// The city's own fundamental diagram, as it is and with the rule against gridlock hardly at work: squeezing in holds the
/// flow of a jammed city up.
fn diagram(net: &Net, ways: &Ways, share: f64) {
    for patience_s in [Settings::default().patience_s, 300.0] {
        let days = net.with(Settings { patience_s, sample: share, ..Settings::default() });
        println!(
            "  patience {patience_s} s: vehicles on the roads, thousand vehicle-km/h, km/h, thousand trips ended/h:"
        );
        diagram_of(&days, ways, share);
    }
}

fn diagram_of(days: &RoadDays<'_>, ways: &Ways, share: f64) {
    for crowd in CROWDS {
        let through = days.throughput(ways, (f64::from(crowd) * share) as u32, (1_800, 3_600)).unwrap();
        println!(
            "  {:8.0} {:8.1} {:8.1} {:8.1}",
            through.vehicles / share,
            through.vehicle_km_per_h / share / 1000.0,
            through.vehicle_km_per_h / through.vehicles.max(1.0),
            through.arrived_per_h / share / 1000.0
        );
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
