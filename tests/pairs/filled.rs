//! Transit that fills: with places for everybody it is transit by timetable; with few it is the same on any number of
//! threads, after a restart, and however the day is settled.
use super::{digests, written};
use crate::laws::witness::Witness;
use crate::town::Play;
use citytwin_world::services::Cause;

/// Days in a city whose buses have places for a handful each.
const DAYS: u32 = 6;
/// What happens there: on the second day half the runs are cut at noon, and stops close in the morning of the fourth for two
/// days.
const EVENTS: &str = "[[hazard]]\nkind = \"service_cut\"\nid = \"strike\"\nfrom = \"day 1 12:00\"\n\
    [[hazard]]\nkind = \"station_closure\"\nradius = \"1 km\"\nfrom = \"day 3 08:00\"\nuntil = \"day 5 08:00\"\n\
    [movement]\ntransit = \"capacity\"\nvehicle_places = 0.05\n";

fn crowded(settle: &str) -> Play {
    Play::with("epidemic/baseline", &format!("{EVENTS}settle = {settle}\n"), DAYS)
}

/// The CSV files of a run with transit one way or the other, but for what only full vehicles have.
fn tables(base: &str, transit: &str) -> Vec<(String, String)> {
    let changes = [
        ("movement.transit", transit),
        ("movement.vehicle_places", "1000"),
        ("output.tables", "[\"infections\", \"trips\"]"),
        ("output.trips_sample", "1"),
    ];
    let play = Play::of(base, 8, &changes).hastened(2);
    let home = tempfile::tempdir().expect("a folder");
    let files = written(play.job(2), home.path(), "run");
    let of_all = files.into_iter().filter(|(name, _)| name.ends_with(".csv") && name != "lines.csv");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    of_all
        .map(|(name, bytes)| {
            let text = text(bytes);
            let load = text.lines().next().and_then(|head| {
                let mut columns = head.split(',');
                columns.position(|column| column == "vehicle_load_max_share")
            });
            let without = |line: &str| {
                let cells = line.split(',').enumerate().filter(|(i, _)| Some(*i) != load);
                cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",")
            };
            (name, text.lines().map(without).collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

#[test]
fn places_for_everybody_make_every_trip_what_the_timetable_makes_it() {
    for base in ["epidemic/baseline", "epidemic/health-code", "movement/traffic"] {
        let (timetable, capacity) = (tables(base, "\"timetable\""), tables(base, "\"capacity\""));
        let trips = timetable.iter().find(|(name, _)| name == "trips.csv").map(|(_, text)| text);
        assert!(trips.is_some_and(|text| text.matches(",bus,").count() > 100), "{base}");
        assert_eq!(timetable.len(), capacity.len(), "{base}");
        for ((name, a), (_, b)) in timetable.iter().zip(&capacity) {
            let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            assert!(a == b, "{base}, {name}: {differs:?}");
        }
    }
}

#[test]
fn full_vehicles_are_the_same_on_any_number_of_threads() {
    let play = crowded("\"daily\"");
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut simulation = play.simulation(6);
            let mut seen = [0; 4];
            for _ in 0..DAYS {
                simulation.run_day();
                let (passengers, trips) =
                    (&simulation.world.services.passengers, &simulation.world.services.trips);
                let closed = trips.prevented[Cause::StopClosed as usize];
                let today = [passengers.today.denied, passengers.today.runs_cut, trips.off_transit, closed];
                seen.iter_mut().zip(today).for_each(|(sum, n)| *sum += n);
            }
            assert!(seen[0] > 100 && seen[1] > 10 && seen[2] > 0 && seen[3] > 0, "{seen:?}");
            simulation.save(0)
        })
    };
    let one = on(1);
    assert!(on(2) == one && on(3) == one && on(8) == one);
}

#[test]
fn full_vehicles_keep_their_passengers_over_a_restart() {
    let play = crowded("\"daily\"");
    let mut through = play.simulation(3);
    let saved: Vec<Vec<u8>> = (0..DAYS)
        .map(|_| {
            through.run_day();
            through.save(7)
        })
        .collect();
    for stop in 0..DAYS as usize - 1 {
        let mut resumed = play.simulation(3);
        resumed.resume(&saved[stop], 7).expect("its own state");
        for (day, saved) in saved.iter().enumerate().skip(stop + 1) {
            resumed.run_day();
            assert!(resumed.save(7) == *saved, "stopped after day {stop}, day {day}");
        }
    }
}

#[test]
fn full_vehicles_are_the_same_whether_days_are_settled_daily_or_hourly() {
    let run = |settle: &str| digests(crowded(settle).simulation(5), DAYS);
    assert_eq!(run("\"daily\""), run("\"hourly\""));
}

#[test]
fn a_crowded_city_keeps_the_laws() {
    let witness = Witness::days(&mut crowded("\"daily\"").simulation(2), DAYS);
    assert!(witness.faults.is_empty(), "{:#?}", witness.faults);
}
