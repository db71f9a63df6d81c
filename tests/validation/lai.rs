//! What measures a week, two or three weeks earlier would have spared, as in Lai et al. 2020 (Nature 585:410): 66, 86 and
//! 95 % of the cases until 29 February, 37 days after the measures of 23 January. Here a made-up town has its first
//! infections less than four weeks before, and spread and measures are the twin's own. R0 is that of Wuhan before the
//! measures, 3.54 (Hao 2020); onsets there grew by 0.172 a day.
use crate::town::Play;
use rayon::prelude::*;

/// The day of the measures, and the last day that counts.
const MEASURES: u32 = 26;
const DAYS: u32 = MEASURES + 37;
const SEEDS: u64 = 40;

/// Mean infections where measures begin on a day.
fn infections(from: u32) -> f64 {
    let orders = [
        ("lockdown", "stringency = \"90 %\""),
        ("isolation", ""),
        ("school_closure", ""),
        ("mask_wearing", ""),
    ];
    let order = |(kind, keys)| format!("[[policy]]\nkind = \"{kind}\"\nfrom = \"day {from}\"\n{keys}\n");
    let changes =
        [("disease.r0", "3.54"), ("hazard.epidemic.seeds", "3"), ("hazard.epidemic.per_day", "0 /d")];
    let more: String = orders.map(order).concat();
    let play = Play::with_changes("epidemic/baseline", &more, DAYS, &changes);
    let run = |seed| {
        let mut simulation = play.simulation(seed);
        (0..DAYS).for_each(|_| {
            simulation.run_day();
        });
        simulation.world.people.health.episodes.len() as f64
    };
    (0..SEEDS).into_par_iter().map(run).collect::<Vec<f64>>().iter().sum::<f64>() / SEEDS as f64
}

#[test]
fn measures_a_few_weeks_earlier_spare_as_many_cases_as_published() {
    let late = infections(MEASURES);
    for (weeks, published) in [(1, 0.66), (2, 0.86), (3, 0.95)] {
        let spared = 1.0 - infections(MEASURES - 7 * weeks) / late;
        eprintln!("{weeks} weeks earlier: {spared:.3} fewer than {late:.0}, published {published}");
        assert!((spared - published).abs() < 0.08, "{weeks} weeks: {spared:.3} fewer, published {published}");
    }
}
