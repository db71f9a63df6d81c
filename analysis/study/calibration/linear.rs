//! The little linear algebra that fits need: Cholesky factors of small symmetric matrices.

/// A symmetric positive definite matrix as L·Lᵀ, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky {
    n: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors a matrix of `n` rows; `None` where it isn't positive definite.
    pub fn of(matrix: &[f64], n: usize) -> Option<Self> {
        let mut lower = vec![0.0; n * n];
        for row in 0..n {
            for column in 0..=row {
                let known: f64 = (0..column).map(|k| lower[row * n + k] * lower[column * n + k]).sum();
                let left = matrix.get(row * n + column)? - known;
                lower[row * n + column] = match row == column {
                    true if left > 0.0 => left.sqrt(),
                    true => return None,
                    false => left / lower[column * n + column],
                };
            }
        }
        Some(Self { n, lower })
    }

    /// As [`Self::of`], with as much added to the diagonal as makes the factor exist, from a 1e-9 of it on; directions in
    /// which nothing varies then vary by next to nothing.
    pub fn of_nearly(matrix: &[f64], n: usize) -> Self {
        let largest = (0..n).map(|i| matrix[i * n + i]).fold(0.0, f64::max).max(1e-12);
        let lifted = |share: f64| {
            let mut lifted = matrix.to_vec();
            (0..n).for_each(|i| lifted[i * n + i] += share * largest);
            Self::of(&lifted, n)
        };
        let tries = (-9..=0).map(|power| lifted(10f64.powi(power)));
        Self::of(matrix, n).or_else(|| tries.into_iter().flatten().next()).unwrap_or_else(|| {
            let unit = (0..n * n).map(|at| if at % (n + 1) == 0 { largest.sqrt() } else { 0.0 });
            Self { n, lower: unit.collect() }
        })
    }

    /// L·x.
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| (0..=row).map(|k| self.lower[row * self.n + k] * x[k]).sum()).collect()
    }

    /// L⁻¹·x.
    pub fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::with_capacity(self.n);
        for (row, value) in x.iter().enumerate().take(self.n) {
            let known: f64 = y.iter().enumerate().map(|(k, y)| self.lower[row * self.n + k] * y).sum();
            y.push((value - known) / self.lower[row * self.n + row]);
        }
        y
    }

    /// The solution y of L·Lᵀ·y = x.
    pub fn solve(&self, x: &[f64]) -> Vec<f64> {
        let mut y = self.forward(x);
        for row in (0..self.n).rev() {
            let known: f64 = (row + 1..self.n).map(|k| self.lower[k * self.n + row] * y[k]).sum();
            y[row] = (y[row] - known) / self.lower[row * self.n + row];
        }
        y
    }

    /// Logarithm of the determinant of L.
    pub fn log_det(&self) -> f64 {
        (0..self.n).map(|i| self.lower[i * self.n + i].ln()).sum()
    }
}

/// Weighted covariance of rows (weights sum to 1), row by row.
pub fn covariance(rows: &[&[f64]], weights: &[f64]) -> Vec<f64> {
    let n = rows.first().map_or(0, |row| row.len());
    let mut mean = vec![0.0; n];
    for (row, weight) in rows.iter().zip(weights) {
        mean.iter_mut().zip(*row).for_each(|(sum, value)| *sum += weight * value);
    }
    let mut found = vec![0.0; n * n];
    for (row, weight) in rows.iter().zip(weights) {
        for a in 0..n {
            for b in 0..n {
                found[a * n + b] += weight * (row[a] - mean[a]) * (row[b] - mean[b]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_solve_what_they_were_made_of() {
        let matrix = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let factor = Cholesky::of(&matrix, 3).unwrap();
        let y = factor.solve(&[1.0, 2.0, 3.0]);
        for row in 0..3 {
            let back: f64 = (0..3).map(|k| matrix[row * 3 + k] * y[k]).sum();
            assert!((back - (row + 1) as f64).abs() < 1e-12);
        }
        // The determinant by hand: 4·(15 − 1) − 2·(6 − .6) + .6·(2 − 3) = 44.6.
        assert!((2.0 * factor.log_det() - 44.6f64.ln()).abs() < 1e-12);
        assert_eq!(factor.times(&factor.forward(&[1.0, 2.0, 3.0]))[0], 1.0);
        assert_eq!(Cholesky::of(&[1.0, 2.0, 2.0, 1.0], 2), None);
        let flat = Cholesky::of_nearly(&[1.0, 1.0, 1.0, 1.0], 2);
        assert!(flat.times(&[0.0, 1.0])[1].abs() < 1e-3);
        assert!(Cholesky::of_nearly(&[0.0], 1).times(&[1.0])[0].abs() < 1e-5);
    }

    #[test]
    fn covariances_are_weighted() {
        let rows: [&[f64]; 3] = [&[0.0, 1.0], &[2.0, 3.0], &[9.0, 9.0]];
        assert_eq!(covariance(&rows, &[0.5, 0.5, 0.0]), [1.0; 4]);
    }
}
