//! What weights of worlds leave unused of the data, used by regression: Kalman's update of what isn't observed.
//!
//! Where few worlds fit, weights take only a part of the data's power, lest one world alone be left. With the rest each
//! world's values are moved by how they and its predictions go together in the ensemble, so that all of the data count (M.
//! Frei and H. R. Künsch, "Bridging the ensemble Kalman and particle filters", Biometrika 100, 2013).
use crate::calibration::coordinates;
use crate::calibration::linear::{Cholesky, covariance};
use citytwin_world::Draw;

/// Purpose of the draws that stand for the errors of observations.
const ERRORS: u32 = 0x090b;

/// What worlds predicted of numbers that were observed.
#[derive(Clone)]
pub struct Predictions {
    /// Numbers by world; `None` of one that lacks a value.
    pub worlds: Vec<Option<Vec<f64>>>,
    /// The same numbers as observed, with errors of 1.
    pub observed: Vec<f64>,
    /// The power of each that is still to be used, 0–1.
    pub power: Vec<f64>,
    /// The day of each, and how it answers to a metric that is greater by a small share.
    pub answers: Vec<(f64, f64)>,
}

/// Power that counts as none.
const LEAST: f64 = 1e-6;
/// How far all of a world's counts may be off, as a share of themselves (standard deviation), in the middle of the days
/// told and from there to their ends. An assumption: worlds that descend from few differ by less than they are off, and
/// what differs in no world is never moved (H. L. Mitchell and P. L. Houtekamer, "An adaptive ensemble Kalman filter",
/// Monthly Weather Review 128, 2000, add such errors to each member).
const OFF: [f64; 2] = [0.2, 0.1];

impl Predictions {
    /// Those of some days and of later ones.
    pub fn joined(mut self, other: Self) -> Self {
        let both = self.worlds.into_iter().zip(other.worlds);
        self.worlds = both.map(|(a, b)| Some([a?, b?].concat())).collect();
        self.observed.extend(other.observed);
        self.power.extend(other.power);
        self.answers.extend(other.answers);
        self
    }

    /// Logarithms of counts by world and day, moved, when all counts of a world may be off by a factor that changes evenly
    /// over the days.
    pub fn tracked(
        mut self,
        logs: &[Vec<f64>],
        weights: &[f64],
        first: usize,
        (seed, step): (u64, u32),
    ) -> Vec<Vec<f64>> {
        if self.power.iter().all(|power| *power <= LEAST) {
            return logs.to_vec();
        }
        let half = logs.first().map_or(0, Vec::len) as f64 / 2.0;
        let mut off = logs.to_vec();
        for (world, (own, numbers)) in off.iter_mut().zip(&mut self.worlds).enumerate() {
            let mut draw = Draw::new(seed, ERRORS, u32::MAX - world as u32, step);
            let [level, slope] = OFF.map(|sd| sd * coordinates::normal(&mut draw));
            let share = |day: f64| level + slope * (day + 0.5 - half) / half;
            own.iter_mut().enumerate().for_each(|(day, log)| *log += share(day as f64));
            for (number, (day, answer)) in numbers.iter_mut().flatten().zip(&self.answers) {
                *number *= (answer * share(day - first as f64)).exp();
            }
        }
        self.moved(&off, weights, (seed, step))
    }

    /// The values of each world, moved. Errors are drawn for each world, about a mean of nothing.
    pub fn moved(&self, values: &[Vec<f64>], weights: &[f64], (seed, step): (u64, u32)) -> Vec<Vec<f64>> {
        let used: Vec<usize> = (0..self.power.len()).filter(|at| self.power[*at] > LEAST).collect();
        let keys = values.first().map_or(0, Vec::len);
        let known: Vec<usize> = (0..values.len())
            .filter(|world| {
                let finite = |row: &[f64]| row.iter().all(|value| value.is_finite());
                finite(&values[*world]) && self.worlds.get(*world).is_some_and(Option::is_some)
            })
            .collect();
        let worth: f64 = known.iter().map(|world| weights[*world]).sum();
        if used.is_empty() || known.len() < 3 || worth <= 0.0 {
            return values.to_vec();
        }
        let numbers = |world: usize| -> Vec<f64> {
            let own = self.worlds[world].as_deref().unwrap_or_default();
            used.iter().map(|at| own[*at]).collect()
        };
        let both: Vec<Vec<f64>> =
            known.iter().map(|world| [values[*world].clone(), numbers(*world)].concat()).collect();
        let rows: Vec<&[f64]> = both.iter().map(Vec::as_slice).collect();
        let own: Vec<f64> = known.iter().map(|world| weights[*world] / worth).collect();
        // Weighted sums of squares fall short by what so many worlds are worth.
        let unbiased = 1.0 / (1.0 - own.iter().map(|weight| weight * weight).sum::<f64>()).max(1e-9);
        let joint = covariance(&rows, &own);
        let (n, all) = (used.len(), keys + used.len());
        let of = |a: usize, b: usize| joint[a * all + b] * unbiased;
        let mut matrix: Vec<f64> = (0..n * n).map(|i| of(keys + i / n, keys + i % n)).collect();
        used.iter().enumerate().for_each(|(i, at)| matrix[i * n + i] += 1.0 / self.power[*at]);
        let factor = Cholesky::of_nearly(&matrix, n);
        let errors = self.errors(&used, &known, &own, (seed, step));
        let mut found = values.to_vec();
        for (place, world) in known.iter().enumerate() {
            let missing: Vec<f64> = used
                .iter()
                .enumerate()
                .map(|(i, at)| self.observed[*at] + errors[place][i] - both[place][keys + i])
                .collect();
            let pull = factor.solve(&missing);
            for (key, value) in found[*world].iter_mut().enumerate() {
                *value += (0..n).map(|i| of(key, keys + i) * pull[i]).sum::<f64>();
            }
        }
        found
    }

    /// Errors of the numbers used, by world.
    fn errors(&self, used: &[usize], worlds: &[usize], weights: &[f64], key: (u64, u32)) -> Vec<Vec<f64>> {
        let of = |world: &usize| -> Vec<f64> {
            let mut draw = Draw::new(key.0, ERRORS, *world as u32, key.1);
            used.iter().map(|at| coordinates::normal(&mut draw) / self.power[*at].sqrt()).collect()
        };
        let mut errors: Vec<Vec<f64>> = worlds.iter().map(of).collect();
        for at in 0..used.len() {
            let mean: f64 = errors.iter().zip(weights).map(|(row, weight)| row[at] * weight).sum();
            errors.iter_mut().for_each(|row| row[at] -= mean);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::statistics::mean_sd;

    #[test]
    fn a_linear_ensemble_has_its_exact_posterior() {
        let normal = |world: u32, key: u32| coordinates::normal(&mut Draw::new(3, 0x700a, world, key));
        // z ~ N(0, 1) and a value 2 + z beside it; of 1.5 z two errors of 1 were seen, one of them half used.
        let values: Vec<Vec<f64>> = (0..5000).map(|w| normal(w, 0)).map(|z| vec![z, 2.0 + z]).collect();
        let worlds = values.iter().map(|row| Some(vec![1.5 * row[0]; 2])).collect();
        let seen = Predictions {
            worlds,
            observed: vec![1.2, 1.2],
            power: vec![1.0, 0.5],
            answers: vec![(0.0, 1.0); 2],
        };
        let moved = seen.moved(&values, &[1.0 / 5000.0; 5000], (7, 1));
        let precision = 1.0 + 1.5 * 1.5 * 1.5;
        let column = |key: usize| mean_sd(&moved.iter().map(|row| row[key]).collect::<Vec<_>>());
        let expected = 1.5 * 1.2 * 1.5 / precision;
        assert!((column(0).0 - expected).abs() < 0.02 && (column(1).0 - expected - 2.0).abs() < 0.02);
        assert!((column(0).1 - (1.0f64 / precision).sqrt()).abs() < 0.02, "{:?}", column(0));
    }

    #[test]
    fn worlds_that_are_all_off_alike_are_moved() {
        // Twenty days of counts about 400 in every world, where 300 were seen.
        let worlds: Vec<Vec<f64>> = (0..60).map(|world| vec![400.0 + f64::from(world % 7); 20]).collect();
        let numbers = |counts: &Vec<f64>| -> Vec<f64> { counts.iter().map(|n| 2.0 * n.sqrt()).collect() };
        let seen = Predictions {
            worlds: worlds.iter().map(|counts| Some(numbers(counts))).collect(),
            observed: numbers(&vec![300.0; 20]),
            power: vec![1.0; 20],
            answers: (0..20).map(|day| (f64::from(day), 0.5)).collect(),
        };
        let logs: Vec<Vec<f64>> =
            worlds.iter().map(|counts| counts.iter().map(|n: &f64| n.ln()).collect()).collect();
        let moved = seen.tracked(&logs, &[1.0 / 60.0; 60], 0, (3, 1));
        for day in [0, 10, 19] {
            let (mean, sd) = mean_sd(&moved.iter().map(|row| row[day].exp()).collect::<Vec<_>>());
            assert!((mean / 300.0 - 1.0).abs() < 0.04 && sd < 15.0, "{day}: {mean} {sd}");
        }
    }

    #[test]
    fn nothing_left_moves_nothing() {
        let values = vec![vec![1.0], vec![2.0], vec![3.0], vec![4.0]];
        let of = |power: f64| Predictions {
            worlds: vec![Some(vec![1.0]), Some(vec![2.0]), Some(vec![3.0]), None],
            observed: vec![9.0],
            power: vec![power],
            answers: vec![(0.0, 1.0)],
        };
        assert_eq!(of(0.0).moved(&values, &[0.25; 4], (1, 1)), values);
        let moved = of(1.0).moved(&values, &[0.25; 4], (1, 1));
        assert!(moved[3] == values[3] && moved[0] != values[0]);
        assert_eq!(of(0.0).joined(of(1.0)).power, [0.0, 1.0]);
    }
}
