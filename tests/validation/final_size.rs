//! Final size of a well-mixed epidemic: z = 1 − exp(−R0 z) (Kermack and McKendrick 1927).
use super::crowd::{Crowd, beta, plain_intensity, simulate, textbook};
use citytwin_world::PersonId;
use rayon::prelude::*;

/// Attack rate of one epidemic run to its end; the share infected at the start is small.
fn attack(r0: f64, persons: u32, seed: u64) -> f64 {
    let disease = textbook(f64::INFINITY);
    let rate = beta(&disease, r0, f64::from(persons - 1));
    let seeds = (0..persons / 2000).map(PersonId);
    let world = Crowd::halls(1, persons).world();
    let mut simulation = simulate(world, disease, (plain_intensity(), rate), seeds, vec![], seed);
    loop {
        simulation.run_day();
        let health = &simulation.world.people.health;
        if health.active.is_empty() {
            return health.episodes.len() as f64 / f64::from(persons);
        }
    }
}

#[test]
fn well_mixed_epidemics_end_at_their_final_size() {
    // Near the threshold chance decides more, and the epidemic is long and thin: a larger city, more of them.
    let cases = [
        (1.2, 0.3137, 120_000, 4),
        (1.5, 0.5828, 50_000, 4),
        (2.0, 0.7968, 20_000, 3),
        (2.5, 0.8926, 20_000, 2),
        (3.0, 0.9405, 20_000, 2),
        (3.54, 0.9674, 20_000, 2),
    ];
    for (r0, expected, persons, runs) in cases {
        let sum: f64 = (0..runs).into_par_iter().map(|seed| attack(r0, persons, seed)).sum();
        let mean = sum / runs as f64;
        eprintln!("R0 {r0}: final size {mean:.4}, theory {expected}");
        assert!((mean - expected).abs() < 0.01, "R0 {r0}: final size {mean:.4}, theory {expected}");
    }
}
