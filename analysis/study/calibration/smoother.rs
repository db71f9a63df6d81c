//! Ensemble smoother with multiple data assimilation: every member moves by the covariance of parameters and predictions, a
//! part of the data's weight at a time (A. A. Emerick and A. C. Reynolds, "Ensemble smoother with multiple data
//! assimilation", Computers & Geosciences 55, 2013).
use super::coordinates;
use super::linear::{Cholesky, covariance};
use citytwin_world::Draw;

/// Purpose of the draws that stand for the error of observations.
const ERRORS: u32 = 0x0905;

/// One step: members' coordinates after predictions of theirs met what was observed, whose error is a standard normal
/// that is widened by √`steps` in each of as many steps. Members without predictions stay where they are.
pub fn step(
    members: &[Vec<f64>],
    predicted: &[Option<Vec<f64>>],
    observed: &[f64],
    (steps, at): (u32, u32),
    seed: u64,
) -> Vec<Vec<f64>> {
    let both: Vec<Vec<f64>> = members
        .iter()
        .zip(predicted)
        .filter_map(|(member, predicted)| Some([member.as_slice(), predicted.as_ref()?].concat()))
        .collect();
    let (keys, n) = (members.first().map_or(0, Vec::len), observed.len());
    if both.len() < 2 {
        return members.to_vec();
    }
    let rows: Vec<&[f64]> = both.iter().map(Vec::as_slice).collect();
    let weights = vec![1.0 / rows.len() as f64; rows.len()];
    let joint = covariance(&rows, &weights);
    let unbiased = rows.len() as f64 / (rows.len() - 1) as f64;
    let of = |a: usize, b: usize| joint[a * (keys + n) + b] * unbiased;
    let inflation = f64::from(steps);
    let mut matrix: Vec<f64> = (0..n * n).map(|i| of(keys + i / n, keys + i % n)).collect();
    (0..n).for_each(|i| matrix[i * n + i] += inflation);
    let factor = Cholesky::of_nearly(&matrix, n);
    let moved = |(index, (member, predicted)): (usize, (&Vec<f64>, &Option<Vec<f64>>))| {
        let Some(predicted) = predicted else { return member.clone() };
        let mut draw = Draw::new(seed, ERRORS, index as u32, at);
        let missing: Vec<f64> = observed
            .iter()
            .zip(predicted)
            .map(|(observed, predicted)| {
                observed + inflation.sqrt() * coordinates::normal(&mut draw) - predicted
            })
            .collect();
        let pull = factor.solve(&missing);
        (0..keys).map(|key| member[key] + (0..n).map(|i| of(key, keys + i) * pull[i]).sum::<f64>()).collect()
    };
    members.iter().zip(predicted).enumerate().map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::statistics::mean_sd;
    use crate::sweep::design::Method;

    #[test]
    fn a_linear_model_has_its_exact_posterior() {
        // z ~ N(0, 1), three observations of 2 z with error 1 and mean 1.5: precision 1 + 3·4 = 13, mean 3·2·1.5 / 13.
        let points = Method::Random.points(4000, 1, 5);
        let mut members: Vec<Vec<f64>> = points.iter().map(|p| vec![coordinates::of_share(p[0])]).collect();
        for at in 0..4 {
            let mut predicted: Vec<Option<Vec<f64>>> =
                members.iter().map(|m| Some(vec![2.0 * m[0]; 3])).collect();
            predicted[17] = None;
            members = step(&members, &predicted, &[1.4, 1.5, 1.6], (4, at), 9);
        }
        let (mean, sd) = mean_sd(&members.iter().map(|m| m[0]).collect::<Vec<_>>());
        assert!((mean - 9.0 / 13.0).abs() < 0.02, "{mean}");
        assert!((sd - (1.0f64 / 13.0).sqrt()).abs() < 0.02, "{sd}");
        assert_eq!(members[17][0], coordinates::of_share(points[17][0]));
        assert_eq!(step(&[vec![1.0]], &[Some(vec![0.0])], &[1.0], (1, 0), 1), [vec![1.0]]);
    }
}
