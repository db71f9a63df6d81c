//! Approximate Bayesian computation with a population of fixed size and a tolerance that follows it: the kept share of the
//! particles, those nearest to the observations, is the next round's ground (M. Lenormand, F. Jabot and G. Deffuant,
//! "Adaptive approximate Bayesian computation for complex models", Computational Statistics 28, 2013).
//!
//! Coordinates are those in which each prior is a standard normal, so that no proposal leaves a prior.
use super::coordinates;
use super::linear::{Cholesky, covariance};
use citytwin_world::Draw;

/// Purpose of the draws of proposals.
const PROPOSAL: u32 = 0x0904;

/// Where a particle's run is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Round that made it, from 0.
    pub round: u32,
    /// Its place in that round.
    pub index: usize,
}

/// A point of the parameters, with its run's distance from the observations.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// Standard normal coordinates, one a parameter.
    pub at: Vec<f64>,
    /// Density of the prior over that with which it was proposed; 1 for a draw of the prior.
    pub weight: f64,
    /// Distance of what it predicts from what was observed.
    pub distance: f64,
    /// Its run.
    pub origin: Origin,
}

/// The particles kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Those nearest to the observations, by distance.
    pub kept: Vec<Particle>,
    /// The greatest distance among them.
    pub tolerance: f64,
}

impl Population {
    /// Weights of the particles; they sum to 1.
    pub fn weights(&self) -> Vec<f64> {
        let sum: f64 = self.kept.iter().map(|particle| particle.weight).sum();
        let even = 1.0 / self.kept.len() as f64;
        self.kept.iter().map(|particle| if sum > 0.0 { particle.weight / sum } else { even }).collect()
    }
}

/// Logarithm of the density of a standard normal in several dimensions, up to a constant.
fn log_prior(at: &[f64]) -> f64 {
    -0.5 * at.iter().map(|z| z * z).sum::<f64>()
}

/// How the next proposals are drawn: about the particles kept, with twice their covariance (M. A. Beaumont, J.-M. Cornuet,
/// J.-M. Marin and C. P. Robert, "Adaptive approximate Bayesian computation", Biometrika 96, 2009).
pub struct Kernel<'a> {
    population: &'a Population,
    weights: Vec<f64>,
    factor: Cholesky,
}

impl<'a> Kernel<'a> {
    /// The kernel of a population.
    pub fn new(population: &'a Population) -> Self {
        let rows: Vec<&[f64]> = population.kept.iter().map(|particle| particle.at.as_slice()).collect();
        let weights = population.weights();
        let n = rows.first().map_or(0, |row| row.len());
        let twice: Vec<f64> = covariance(&rows, &weights).iter().map(|value| 2.0 * value).collect();
        Self { population, weights, factor: Cholesky::of_nearly(&twice, n) }
    }

    /// A proposal by its round and place there: a particle drawn by weight, moved by the kernel.
    pub fn proposal(&self, seed: u64, round: u32, index: u32) -> Vec<f64> {
        let mut draw = Draw::new(seed, PROPOSAL, index, round);
        let mut left = draw.unit_f64();
        let kept = &self.population.kept;
        let chosen = kept.iter().zip(&self.weights).find(|(_, weight)| {
            left -= **weight;
            left < 0.0
        });
        let chosen = chosen.map(|(particle, _)| particle).or(kept.last());
        let from = chosen.map(|particle| particle.at.clone()).unwrap_or_default();
        let step: Vec<f64> = from.iter().map(|_| coordinates::normal(&mut draw)).collect();
        from.iter().zip(self.factor.times(&step)).map(|(from, step)| from + step).collect()
    }

    /// The weight of a proposal, up to a factor that all share: prior over the density with which it was proposed.
    pub fn weight(&self, at: &[f64]) -> f64 {
        let of = |(particle, weight): (&Particle, &f64)| {
            let apart: Vec<f64> = at.iter().zip(&particle.at).map(|(a, b)| a - b).collect();
            let square: f64 = self.factor.forward(&apart).iter().map(|x| x * x).sum();
            weight * (-0.5 * square).exp()
        };
        let density: f64 = self.population.kept.iter().zip(&self.weights).map(of).sum();
        // The constants make first-round weights of 1 and later ones comparable: both densities are normalised.
        (log_prior(at) + self.factor.log_det()).exp() / density.max(f64::MIN_POSITIVE)
    }
}

/// Keeps the nearest `keep` of all particles. `None` without any.
pub fn keep(mut particles: Vec<Particle>, keep: usize) -> Option<Population> {
    particles.retain(|particle| particle.distance.is_finite());
    particles.sort_by(|a, b| {
        a.distance
            .total_cmp(&b.distance)
            .then(a.origin.round.cmp(&b.origin.round))
            .then(a.origin.index.cmp(&b.origin.index))
    });
    particles.truncate(keep);
    let tolerance = particles.last()?.distance;
    Some(Population { kept: particles, tolerance })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn particle(at: f64, distance: f64, index: usize) -> Particle {
        Particle { at: vec![at], weight: 1.0, distance, origin: Origin { round: 0, index } }
    }

    #[test]
    fn the_nearest_are_kept() {
        let all = vec![
            particle(0.0, 3.0, 0),
            particle(1.0, 1.0, 1),
            particle(2.0, 1.0, 2),
            particle(3.0, f64::NAN, 3),
        ];
        let population = keep(all, 2).unwrap();
        assert_eq!(population.kept.iter().map(|p| p.origin.index).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((population.tolerance, population.weights()), (1.0, vec![0.5, 0.5]));
        assert_eq!(keep(vec![particle(0.0, f64::INFINITY, 0)], 2), None);
    }

    #[test]
    fn weights_undo_the_proposal() {
        // Means under proposals that are weighted are those of the prior: 0 and 1 of z and z².
        let kept: Vec<Particle> =
            (0..40).map(|i| particle(-1.0 + f64::from(i) / 20.0, 0.0, i as usize)).collect();
        let population = keep(kept, 40).unwrap();
        let kernel = Kernel::new(&population);
        let mut sums = [0.0; 3];
        for i in 0..40_000 {
            let at = kernel.proposal(3, 1, i);
            let weight = kernel.weight(&at);
            sums = [sums[0] + weight, sums[1] + weight * at[0], sums[2] + weight * at[0] * at[0]];
        }
        assert!((sums[1] / sums[0]).abs() < 0.1 && (sums[2] / sums[0] - 1.0).abs() < 0.15, "{sums:?}");
        assert!(
            (sums[0] / 40_000.0 - 1.0).abs() < 0.1,
            "weights are comparable with those of the prior: {sums:?}"
        );
        assert_eq!(kernel.proposal(3, 1, 7), kernel.proposal(3, 1, 7));
    }
}
