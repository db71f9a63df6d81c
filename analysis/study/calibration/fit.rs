//! Fits of parameters to observations, whatever makes the predictions: rounds of points, each predicted once.
use super::abc::{self, Kernel, Origin, Particle, Population};
use super::{coordinates, smoother};
use crate::error::StudyError;
use crate::sweep::design::Method as Sample;
use citytwin_world::problem::Problem;
use serde::Serialize;

/// How values are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Approximate Bayesian computation: right for any shape of the posterior, for many runs.
    Abc,
    /// Ensemble smoother: a few rounds whatever the number of keys; bends that a line can't follow are lost.
    EsMda,
}

impl Method {
    /// Names, in the order of the variants.
    pub const NAMES: [&str; 2] = ["abc", "es-mda"];

    /// The method of a name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        [Self::Abc, Self::EsMda].get(place).copied()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// How a fit is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How.
    pub method: Method,
    /// Points of the first round, and particles of the smoother.
    pub size: u32,
    /// Rounds at most; of the smoother exactly.
    pub rounds: u32,
    /// Share of the particles that are kept from round to round (of ABC).
    pub keep: f64,
    /// Share of a round's new points that come nearer than the tolerance before, below which ABC ends.
    pub accept_least: f64,
    /// Seed of proposals.
    pub seed: u64,
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Round {
    /// Points predicted.
    pub points: usize,
    /// Root mean square distance from the observations: the greatest kept (ABC), or the mean of all (smoother). In
    /// standard errors of an observation.
    pub distance: f64,
    /// Share of the points that came nearer than the tolerance before; `None` in the first round and for the smoother.
    pub accepted: Option<f64>,
}

/// What a fit leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The particles of the posterior.
    pub population: Population,
    /// Their weights.
    pub weights: Vec<f64>,
    /// The rounds.
    pub rounds: Vec<Round>,
}

/// Predicts the observations at each point of a round (by its number, from 0); `None` where a point has no prediction.
pub type Predict<'a> = &'a mut dyn FnMut(u32, &[Vec<f64>]) -> Result<Vec<Option<Vec<f64>>>, StudyError>;

/// Root mean square difference.
fn distance(predicted: &[f64], observed: &[f64]) -> f64 {
    let squares: f64 = predicted.iter().zip(observed).map(|(a, b)| (a - b).powi(2)).sum();
    (squares / observed.len() as f64).sqrt()
}

/// Draws of the priors: a Latin hypercube.
fn priors(settings: &Settings, keys: u32) -> Vec<Vec<f64>> {
    let points = Sample::LatinHypercube.points(settings.size, keys, settings.seed);
    points.iter().map(|point| point.iter().map(|share| coordinates::of_share(*share)).collect()).collect()
}

fn nothing() -> StudyError {
    let problem = Problem::error("E149", "no run has a value on the days observed");
    StudyError::Input(problem.help("look at the failed runs, and at the dates of the observations").into())
}

/// Fits `keys` parameters to observations whose errors are about 1.
///
/// # Errors
/// What a prediction fails by, and E149 where no point has one.
pub fn fit(settings: &Settings, keys: u32, observed: &[f64], predict: Predict) -> Result<Fit, StudyError> {
    match settings.method {
        Method::Abc => abc(settings, keys, observed, predict),
        Method::EsMda => es_mda(settings, keys, observed, predict),
    }
}

fn abc(settings: &Settings, keys: u32, observed: &[f64], predict: Predict) -> Result<Fit, StudyError> {
    let keep = ((f64::from(settings.size) * settings.keep).round() as usize).max(2);
    let fresh = (settings.size as usize).saturating_sub(keep).max(1);
    let mut rounds: Vec<Round> = Vec::new();
    let mut population: Option<Population> = None;
    for round in 0..settings.rounds.max(1) {
        let (points, weights) = match &population {
            None => (priors(settings, keys), vec![1.0; settings.size as usize]),
            Some(population) => {
                let kernel = Kernel::new(population);
                let points: Vec<Vec<f64>> =
                    (0..fresh as u32).map(|index| kernel.proposal(settings.seed, round, index)).collect();
                let weights = points.iter().map(|point| kernel.weight(point)).collect();
                (points, weights)
            }
        };
        let predicted = predict(round, &points)?;
        let new = points.into_iter().zip(weights).zip(predicted).enumerate();
        let new: Vec<Particle> = new
            .filter_map(|(index, ((at, weight), predicted))| {
                let distance = distance(&predicted?, observed);
                Some(Particle { at, weight, distance, origin: Origin { round, index } })
            })
            .collect();
        let accepted = population.as_ref().map(|before| {
            new.iter().filter(|particle| particle.distance < before.tolerance).count() as f64 / fresh as f64
        });
        let count = if population.is_none() { settings.size as usize } else { fresh };
        let all = population.take().map(|before| before.kept).unwrap_or_default().into_iter().chain(new);
        let kept = abc::keep(all.collect(), keep).ok_or_else(nothing)?;
        rounds.push(Round { points: count, distance: kept.tolerance, accepted });
        population = Some(kept);
        if accepted.is_some_and(|share| share < settings.accept_least) {
            break;
        }
    }
    let population = population.ok_or_else(nothing)?;
    Ok(Fit { weights: population.weights(), population, rounds })
}

fn es_mda(settings: &Settings, keys: u32, observed: &[f64], predict: Predict) -> Result<Fit, StudyError> {
    let steps = settings.rounds.max(1);
    let mut members = priors(settings, keys);
    let mut rounds = Vec::new();
    // The last round predicts what the last step has found.
    for round in 0..=steps {
        let predicted = predict(round, &members)?;
        let far = |predicted: &Option<Vec<f64>>| Some(distance(predicted.as_ref()?, observed));
        let distances: Vec<Option<f64>> = predicted.iter().map(far).collect();
        let known: Vec<f64> = distances.iter().flatten().copied().collect();
        if known.is_empty() {
            return Err(nothing());
        }
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        rounds.push(Round { points: members.len(), distance: mean, accepted: None });
        if round < steps {
            members = smoother::step(&members, &predicted, observed, (steps, round), settings.seed);
            continue;
        }
        let particles = members.iter().zip(distances).enumerate().filter_map(|(index, (at, distance))| {
            let origin = Origin { round, index };
            Some(Particle { at: at.clone(), weight: 1.0, distance: distance?, origin })
        });
        let population = abc::keep(particles.collect(), members.len()).ok_or_else(nothing)?;
        return Ok(Fit { weights: population.weights(), population, rounds });
    }
    Err(nothing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::Draw;
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    fn settings(method: Method, size: u32, rounds: u32, seed: u64) -> Settings {
        Settings { method, size, rounds, keep: 0.4, accept_least: 0.05, seed }
    }

    /// What a hidden truth makes: two numbers about it and one about its square, with errors of 1.
    fn model(at: &[f64], seed: u64, round: u32, index: u32) -> Vec<f64> {
        let mut draw = Draw::new(seed, 0x7003, index, round);
        let mut error = || coordinates::normal(&mut draw);
        vec![2.0 * at[0] + error(), 2.0 * at[0] + error()]
    }

    fn fitted(settings: &Settings, observed: &[f64], seed: u64) -> Fit {
        fit(settings, 1, observed, &mut |round, points| {
            let of = |(index, at): (usize, &Vec<f64>)| Some(model(at, seed, round, index as u32));
            Ok(points.iter().enumerate().map(of).collect())
        })
        .unwrap()
    }

    /// Simulation-based calibration (S. Talts and others, 2018): the rank of a truth drawn from the prior among draws of
    /// its posterior is uniform where the posterior is right.
    #[test]
    fn ranks_of_truths_among_their_posteriors_are_uniform() {
        const TRIALS: u32 = 300;
        const BINS: usize = 10;
        let mut bins = [0u32; BINS];
        for trial in 0..TRIALS {
            let truth = coordinates::normal(&mut Draw::new(1, 0x7004, trial, 0));
            let observed = model(&[truth], 77, 0, trial);
            let fit =
                fitted(&settings(Method::Abc, 120, 12, u64::from(trial)), &observed, 1000 + u64::from(trial));
            let below =
                fit.population.kept.iter().zip(&fit.weights).filter(|(particle, _)| particle.at[0] < truth);
            let rank: f64 = below.map(|(_, weight)| weight).sum();
            bins[((rank * BINS as f64) as usize).min(BINS - 1)] += 1;
        }
        let expected = f64::from(TRIALS) / BINS as f64;
        let square: f64 = bins.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        let p = 1.0 - ChiSquared::new(BINS as f64 - 1.0).unwrap().cdf(square);
        assert!(p > 0.01, "p = {p}, {bins:?}");
    }

    #[test]
    fn both_methods_find_the_posterior_of_a_linear_model() {
        // Two observations of 2 z: precision 1 + 2·4, mean 2·2·1.5 / 9.
        for (method, size, rounds) in [(Method::Abc, 2000, 12), (Method::EsMda, 2000, 4)] {
            let fit = fitted(&settings(method, size, rounds, 3), &[1.2, 1.8], 5);
            let of = |power: i32| -> f64 {
                let values = fit.population.kept.iter().zip(&fit.weights);
                values.map(|(particle, weight)| weight * particle.at[0].powi(power)).sum()
            };
            let (mean, variance) = (of(1), of(2) - of(1).powi(2));
            assert!((mean - 6.0 / 9.0).abs() < 0.04, "{method:?}: {mean}");
            // The smoother takes the chance of each run for error of its parameters, and so finds more of it.
            let widest = if method == Method::Abc { 0.05 } else { 0.25 };
            assert!(
                (-0.05..widest).contains(&(variance.sqrt() - 1.0 / 3.0)),
                "{method:?}: {}",
                variance.sqrt()
            );
            assert!(fit.rounds.last().unwrap().distance < fit.rounds[0].distance);
        }
        let none =
            fit(&settings(Method::Abc, 4, 2, 1), 1, &[0.0], &mut |_, points| Ok(vec![None; points.len()]));
        assert!(matches!(none, Err(StudyError::Input(_))));
        assert_eq!(Method::NAMES.map(Method::named), [Some(Method::Abc), Some(Method::EsMda)]);
    }
}
