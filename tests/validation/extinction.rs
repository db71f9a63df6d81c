//! Chance that an outbreak dies out: branching process with negative-binomial offspring (Lloyd-Smith et al. 2005).
use super::crowd::{Crowd, beta, plain_intensity, simulate, textbook};
use citytwin_world::PersonId;

/// Halls, each an outbreak of its own.
const HALLS: u32 = 1600;
/// Persons in each.
const SIZE: u32 = 400;
/// Infections after which an outbreak is taken to go on.
const MAJOR: u32 = 40;

/// Share of outbreaks that died out, each begun by `seeds` infections.
fn extinct_share(r: f64, k: f64, seeds: u32) -> f64 {
    let disease = textbook(k);
    let rate = beta(&disease, r, f64::from(SIZE - 1));
    let first = (0..HALLS).flat_map(|hall| (0..seeds).map(move |i| PersonId(hall * SIZE + i)));
    let world = Crowd::halls(HALLS, SIZE).world();
    let mut simulation = simulate(world, disease, (plain_intensity(), rate), first, vec![], 11);
    loop {
        for _ in 0..7 {
            simulation.run_day();
        }
        let health = &simulation.world.people.health;
        let hall = |episode: &citytwin_world::Episode| (episode.person.0 / SIZE) as usize;
        let (mut total, mut running) = (vec![0; HALLS as usize], vec![false; HALLS as usize]);
        health.episodes.iter().for_each(|e| total[hall(e)] += 1);
        health.active.iter().for_each(|i| running[hall(&health.episodes[*i as usize])] = true);
        let open = total.iter().zip(&running).filter(|(total, running)| **running && **total < MAJOR).count();
        if open == 0 {
            return total.iter().filter(|total| **total < MAJOR).count() as f64 / f64::from(HALLS);
        }
    }
}

#[test]
fn outbreaks_die_out_as_often_as_branching_says() {
    for (r, k, seeds, expected) in
        [(2.5, 0.16, 1, 0.795), (2.5, 0.16, 5, 0.317), (2.5, 0.45, 1, 0.583), (1.5, 0.45, 1, 0.782)]
    {
        let share = extinct_share(r, k, seeds);
        eprintln!("R {r}, k {k}, {seeds} seeds: extinct {share:.4}, theory {expected}");
        assert!(
            (share - expected).abs() < 0.02,
            "R {r}, k {k}, {seeds} seeds: {share:.4}, theory {expected}"
        );
    }
}
