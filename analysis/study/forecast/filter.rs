//! Weights of worlds by what was observed, and which of them go on: pure functions of numbers and keys.
use crate::calibration::coordinates;
use crate::calibration::linear::{Cholesky, covariance};
use citytwin_world::Draw;

/// Purpose of the draws of which worlds go on, and how their values move.
const RESAMPLING: u32 = 0x0907;
/// How far values move when worlds go on: the share of their standard deviation, with as much drawn back to the mean that
/// the spread stays (J. Liu and M. West, "Combined parameter and state estimation in simulation-based filtering", 2001).
const SMOOTHING: f64 = 0.15;
/// Share of the worlds that the weights must at least be worth; where they would not, the likelihood counts for less.
const WORTH_LEAST: f64 = 0.33;

/// How many evenly weighted worlds weights (which sum to 1) are worth.
pub fn worth(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

/// Weights from logarithms of likelihoods, and the power that these were taken to: 1, or as little as keeps the weights
/// worth a third of the worlds. Worlds without a likelihood weigh nothing; `None` where that's all of them.
pub fn weights(log_likelihoods: &[f64]) -> Option<(Vec<f64>, f64)> {
    let most = log_likelihoods.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() {
        return None;
    }
    let known = log_likelihoods.iter().filter(|value| value.is_finite()).count() as f64;
    let of = |power: f64| -> Vec<f64> {
        let raw: Vec<f64> = log_likelihoods.iter().map(|value| (power * (value - most)).exp()).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|weight| weight / sum).collect()
    };
    let enough = WORTH_LEAST * known;
    if worth(&of(1.0)) >= enough {
        return Some((of(1.0), 1.0));
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if worth(&of(middle)) >= enough { low = middle } else { high = middle }
    }
    Some((of(low.max(f64::MIN_POSITIVE)), low))
}

/// Which world each place is filled with, in order: systematic resampling, in which a world goes on as often as its weight
/// says, give or take less than one.
pub fn survivors(weights: &[f64], seed: u64, step: u32) -> Vec<usize> {
    let count = weights.len();
    let first = Draw::new(seed, RESAMPLING, u32::MAX, step).unit_f64();
    let (mut world, mut below) = (0, weights.first().copied().unwrap_or(0.0));
    (0..count)
        .map(|place| {
            let at = (place as f64 + first) / count as f64;
            while at >= below && world + 1 < count {
                world += 1;
                below += weights[world];
            }
            world
        })
        .collect()
}

/// The values with which each place goes on, given those of the worlds and their weights.
pub fn moved(values: &[&[f64]], weights: &[f64], survivors: &[usize], seed: u64, step: u32) -> Vec<Vec<f64>> {
    let keys = values.first().map_or(0, |row| row.len());
    let mean: Vec<f64> = (0..keys)
        .map(|key| values.iter().zip(weights).map(|(row, weight)| row[key] * weight).sum())
        .collect();
    let factor = Cholesky::of_nearly(&covariance(values, weights), keys);
    let kept = (1.0 - SMOOTHING * SMOOTHING).sqrt();
    let of = |(place, parent): (usize, &usize)| -> Vec<f64> {
        let mut draw = Draw::new(seed, RESAMPLING, place as u32, step);
        let step: Vec<f64> = (0..keys).map(|_| coordinates::normal(&mut draw)).collect();
        let step = factor.times(&step);
        let own = values[*parent];
        (0..keys).map(|key| kept * own[key] + (1.0 - kept) * mean[key] + SMOOTHING * step[key]).collect()
    };
    survivors.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::statistics::mean_sd;

    #[test]
    fn worlds_go_on_as_their_weights_say() {
        let weights = [0.5, 0.25, 0.25, 0.0];
        assert_eq!(worth(&[0.25; 4]), 4.0);
        for step in 0..50 {
            let survivors = survivors(&weights, 7, step);
            let count = |world: usize| survivors.iter().filter(|one| **one == world).count();
            assert_eq!([count(0), count(1), count(2), count(3)], [2, 1, 1, 0]);
        }
        assert_eq!(survivors(&[1.0], 1, 1), [0]);
    }

    #[test]
    fn likelihoods_count_for_less_before_one_world_is_left() {
        let (even, power) = weights(&[-1.0, -1.1, -0.9, -1.0]).unwrap();
        assert!(power == 1.0 && even[2] > even[1]);
        let far: Vec<f64> = (0..100).map(|i| -f64::from(i) * 50.0).chain([f64::NEG_INFINITY]).collect();
        let (kept, power) = weights(&far).unwrap();
        assert!(power < 0.01 && (worth(&kept) / 33.0 - 1.0).abs() < 0.01 && kept[100] == 0.0, "{power}");
        assert_eq!(weights(&[f64::NEG_INFINITY]), None);
    }

    #[test]
    fn moving_keeps_mean_and_spread() {
        let rows: Vec<Vec<f64>> = (0..4000)
            .map(|i| {
                let mut draw = Draw::new(5, 0x7005, i, 0);
                let z = coordinates::normal(&mut draw);
                vec![3.0 + 2.0 * z, z + coordinates::normal(&mut draw)]
            })
            .collect();
        let values: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let weights = vec![1.0 / 4000.0; 4000];
        let all: Vec<usize> = (0..4000).collect();
        let moved = moved(&values, &weights, &all, 9, 0);
        for key in 0..2 {
            let column = |rows: &[Vec<f64>]| mean_sd(&rows.iter().map(|row| row[key]).collect::<Vec<_>>());
            let (before, after) = (column(&rows), column(&moved));
            assert!((before.0 - after.0).abs() < 0.05 && (after.1 / before.1 - 1.0).abs() < 0.02);
        }
        assert_ne!(moved[0], rows[0]);
    }
}
