//! From a wanted basic reproduction number to the transmissibility that yields it in this very city.
//!
//! For a sample of residents the exposure each would give to everyone met on ordinary days is measured; with the
//! disease's course this gives the expected infections by age of infector and infected (the next-generation matrix,
//! Diekmann et al. 1990), whose dominant eigenvalue is R0. Lasting company (household, class, team) saturates: one
//! cannot infect the same person twice.
use super::Intensity;
use super::company::{Company, lasting};
use citytwin_world::World;

/// What the disease contributes to R0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Expected sum over an infection's days of relative infectiousness, asymptomatic infections included, days, by
    /// age band of ten years of the infected (the last open).
    pub infectious_days: [f64; BANDS],
    /// Dispersion k of individual infectiousness (gamma); infinite for equal individuals.
    pub dispersion: f64,
}

/// Age bands of ten years, 0–9 to 80 and older.
pub const BANDS: usize = 9;
/// Residents sampled, at most.
const SAMPLE_MAX: usize = 6_000;

/// Exposures that sampled residents would give on ordinary days if they were infectious.
#[derive(Clone, Debug, Default)]
pub struct NextGeneration {
    /// For each sampled person and day: share of the week the day stands for, own age band, and per person met the
    /// age band, exposure per day relative to beta, and whether they meet every day.
    rows: Vec<Row>,
    sampled: [f64; BANDS],
}

#[derive(Clone, Debug)]
struct Row {
    band: usize,
    weight: f64,
    met: Vec<(u8, bool, f32)>,
}

impl NextGeneration {
    /// Adds an ordinary day just lived, which stands for `weight` of the week (the weights of all days sum to 1).
    pub fn add_day(&mut self, world: &World, intensity: &Intensity, weight: f64) {
        let person = &world.people.residents.person;
        let every = person.len().div_ceil(SAMPLE_MAX).max(1);
        let mut row_of = vec![u32::MAX; person.len().div_ceil(every)];
        let first = self.rows.len();
        for (i, slot) in row_of.iter_mut().enumerate() {
            let band = person.as_slice()[i * every].age_band();
            *slot = (self.rows.len() - first) as u32;
            self.sampled[band] += weight;
            self.rows.push(Row { band, weight, met: Vec::new() });
        }
        let susceptibility = &world.people.health.susceptibility;
        Company::of(world, |p| (p.0 as usize).is_multiple_of(every)).each_pair(|pair| {
            let per_h = intensity.transmission_per_h[pair.setting as usize] * pair.stands_for;
            let dose = per_h * pair.minutes as f32 / 60.0 * susceptibility[pair.other][0];
            let row = row_of[pair.ego.0 as usize / every] as usize;
            let band = person[pair.other].age_band() as u8;
            self.rows[first + row].met.push((band, lasting(pair.setting), dose));
        });
    }

    /// R0 for a transmissibility.
    pub fn r0(&self, beta: f64, course: Course) -> f64 {
        let mut matrix = [[0.0; BANDS]; BANDS];
        for row in &self.rows {
            let days = course.infectious_days[row.band];
            for &(band, again, dose) in &row.met {
                let dose = beta * f64::from(dose);
                let expected = if again {
                    infected(dose * days, course.dispersion)
                } else {
                    // New company every day: small exposures that add up.
                    days * infected(dose, course.dispersion)
                };
                matrix[row.band][usize::from(band)] += row.weight * expected;
            }
        }
        for (row, sampled) in matrix.iter_mut().zip(self.sampled) {
            row.iter_mut().for_each(|x| *x /= sampled.max(f64::MIN_POSITIVE));
        }
        dominant(&matrix)
    }

    /// The transmissibility that yields `r0`; `None` when no company there is could.
    pub fn beta(&self, r0: f64, course: Course) -> Option<f64> {
        let (mut low, mut high) = (0.0, 1e-3);
        while self.r0(high, course) < r0 {
            high *= 2.0;
            if high > 1e6 {
                return None;
            }
        }
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.r0(middle, course) < r0 { low = middle } else { high = middle }
        }
        Some(0.5 * (low + high))
    }
}

/// Chance that a total exposure infects, averaged over gamma-distributed infectiousness with mean 1.
fn infected(dose: f64, k: f64) -> f64 {
    if k.is_finite() { 1.0 - (1.0 + dose / k).powf(-k) } else { -(-dose).exp_m1() }
}

/// Dominant eigenvalue of a non-negative matrix, by power iteration.
fn dominant(matrix: &[[f64; BANDS]; BANDS]) -> f64 {
    let mut vector = [1.0; BANDS];
    let mut value = 0.0;
    for _ in 0..200 {
        let mut next = [0.0; BANDS];
        for (a, row) in matrix.iter().enumerate() {
            for (b, x) in row.iter().enumerate() {
                next[b] += vector[a] * x;
            }
        }
        value = next.iter().sum::<f64>() / vector.iter().sum::<f64>();
        let norm = next.iter().cloned().fold(0.0, f64::max);
        if norm <= 0.0 {
            return 0.0;
        }
        vector = next.map(|x| x / norm);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eigenvalue_of_a_known_matrix() {
        let mut m = [[0.0; BANDS]; BANDS];
        (m[0][0], m[0][1], m[1][0], m[1][1]) = (2.0, 1.0, 1.0, 2.0);
        assert!((dominant(&m) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn gamma_average_tends_to_the_plain_chance() {
        assert!((infected(0.3, 1e9) - infected(0.3, f64::INFINITY)).abs() < 1e-6);
        assert!(infected(3.0, 0.1) < infected(3.0, 10.0));
    }
}
