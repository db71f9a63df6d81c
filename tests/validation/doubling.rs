//! Twice the residents are twice the work, not more: counted, so that no clock can disturb it. How the time grows is
//! printed by `cargo xtask bench-doubling`.
use crate::town::words;
use citytwin_scenario::assemble;
use std::path::Path;

/// A Monday and a Tuesday.
const DAYS: u32 = 2;
/// Sizes between which nothing new comes about in a generated city: all have buses, none several centres or metro.
const POPULATIONS: [u32; 3] = [12_000, 24_000, 48_000];
/// Most by which work per resident may rise from one size to the next.
const RISE_MAX: f64 = 0.05;

/// Trips, stays written and boardings of a resident and day.
fn work(population: u32) -> [f64; 3] {
    let text = format!(
        "# A city.\n[city]\nname = \"generated\"\npopulation = {population}\n\
         [time]\nstart = 2020-03-02\ndays = {DAYS}\n"
    );
    let scenario = citytwin_scenario::read_text("city.toml", &text, &[], words()).expect("sound");
    let prepared = assemble::prepare(&scenario, Path::new("nowhere")).expect("a city");
    let calibration = assemble::calibration(&scenario, &prepared).expect("people meet");
    let mut simulation =
        assemble::simulation(&scenario, &prepared, calibration, 1).unwrap_or_else(|p| panic!("{p:?}"));
    let mut counts = [0.0; 3];
    for _ in 0..DAYS {
        simulation.run_day();
        let tally = &simulation.world.services.trips;
        counts[0] += tally.trips.iter().sum::<u64>() as f64;
        counts[1] += simulation.world.visits.len() as f64;
        counts[2] += tally.boardings as f64;
    }
    counts.map(|n| n / f64::from(DAYS) / f64::from(population))
}

#[test]
fn twice_the_residents_are_at_most_twice_the_work() {
    let per_resident = POPULATIONS.map(work);
    eprintln!("{per_resident:.3?}");
    assert!(per_resident.iter().all(|w| w[0] > 1.0 && w[1] > w[0]), "{per_resident:?}");
    for pair in per_resident.windows(2) {
        for (what, which) in [("trips", 0), ("stays", 1)] {
            let rise = pair[1][which] / pair[0][which] - 1.0;
            assert!(rise < RISE_MAX, "{what} of a resident rise by {rise:.3} when residents double");
        }
    }
}
