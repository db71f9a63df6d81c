//! Growth of an early epidemic: 1 / R = ∫ g(t) exp(−r t) dt (Wallinga and Lipsitch 2007).
use super::crowd::{Crowd, beta, incidence, plain_intensity, simulate, textbook};
use citytwin_layers::epidemic::{Disease, ProfileKind, Shape, Span};
use citytwin_world::PersonId;
use rayon::prelude::*;

/// Residents: enough that the first hundredths of them show growth without noise.
const PERSONS: u32 = 300_000;
/// Runs averaged.
const SEEDS: u64 = 6;

/// Growth per day while between 0.4 % and 2.4 % have been infected, by least squares on the logarithm of incidence.
fn growth_per_day(disease: &Disease, r: f64, seed: u64) -> f64 {
    let rate = beta(disease, r, f64::from(PERSONS - 1));
    let world = Crowd::halls(1, PERSONS).world();
    let seeds = (0..100).map(PersonId);
    let mut simulation = simulate(world, disease.clone(), (plain_intensity(), rate), seeds, vec![], seed);
    let limit = PERSONS as usize * 24 / 1000;
    while simulation.world.people.health.episodes.len() < limit {
        simulation.run_day();
    }
    let (mut known, mut points) = (0.0, Vec::new());
    let daily = incidence(&simulation);
    for (day, new) in daily.iter().enumerate() {
        known += new;
        if known > 0.004 * f64::from(PERSONS) {
            // Depletion slows the epidemic by the share already infected: taken out of each day's count.
            let open = 1.0 - (known - new / 2.0) / f64::from(PERSONS);
            points.push((day as f64, (new / open).ln()));
        }
    }
    slope(&points)
}

fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = points.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let product: f64 = points.iter().map(|p| (p.0 - mean.0) * (p.1 - mean.1)).sum();
    product / points.iter().map(|p| (p.0 - mean.0).powi(2)).sum::<f64>()
}

fn check(name: &str, disease: &Disease, cases: &[(f64, f64)]) {
    for &(r, expected) in cases {
        let sum: f64 = (0..SEEDS).into_par_iter().map(|seed| growth_per_day(disease, r, seed)).sum();
        let mean = sum / SEEDS as f64;
        eprintln!("{name}, R {r}: growth {mean:.4} per day, theory {expected}");
        assert!((mean / expected - 1.0).abs() < 0.05, "{name}, R {r}: growth {mean:.4}, theory {expected}");
    }
}

#[test]
fn gamma_generation_times_grow_as_euler_and_lotka_say() {
    let cases = [(2.0, 0.1329), (2.5, 0.1787), (3.0, 0.2173), (3.54, 0.2533)];
    check("gamma", &textbook(f64::INFINITY), &cases);
}

#[test]
fn exponential_stages_grow_as_the_seir_model_says() {
    let mut disease = textbook(f64::INFINITY);
    disease.transmission.profile = ProfileKind::ViralLoad;
    disease.transmission.viral_load.early_ratio = 1.0;
    let exponential = |days| Span { mean_days: days, sd_days: days, shape: Shape::Gamma };
    disease.durations.exposed_to_infectious = exponential(2.9);
    disease.durations.asymptomatic_recovery = exponential(2.3);
    check("SEIR", &disease, &[(2.0, 0.1596), (2.5, 0.2241), (3.54, 0.3401)]);
}
