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
        let less = |beta: f64| self.r0(beta, course) - r0;
        let (mut below, mut above) = ((0.0, -r0), (1e-3, less(1e-3)));
        while above.1 < 0.0 {
            below = above;
            above.0 *= 2.0;
            if above.0 > 1e6 {
                return None;
            }
            above.1 = less(above.0);
        }
        let high = above.0;
        narrow(&less, &mut below, &mut above);
        // The ends that halving would come to, asked for only where it isn't known on which side they lie.
        let (mut low, mut high) = (0.0, high);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            let is_less = middle <= below.0 || (middle < above.0 && less(middle) < 0.0);
            if is_less { low = middle } else { high = middle }
        }
        Some(0.5 * (low + high))
    }
}

/// Brings two ends together about a rising function's root by the Illinois method (Dowell and Jarratt 1971): each end
/// is a place and the value there, below nothing at the first.
fn narrow(of: &dyn Fn(f64) -> f64, below: &mut (f64, f64), above: &mut (f64, f64)) {
    /// Relative distance of the ends at which halving has nothing left to ask.
    const NEAR: f64 = 1e-11;
    let (mut low, mut high) = (below.1, above.1);
    let mut last = 0;
    for _ in 0..60 {
        if above.0 - below.0 <= NEAR * above.0 {
            return;
        }
        let at = (below.0 * high - above.0 * low) / (high - low);
        // Not nearer to an end than what is looked for: then that end too comes near.
        let least = 0.25 * NEAR * above.0;
        let at = at.clamp(below.0 + least, above.0 - least);
        let value = of(at);
        // An end that stays twice counts for half.
        let side = if value < 0.0 { -1 } else { 1 };
        if side < 0 {
            (*below, low) = ((at, value), value);
            high *= if last == side { 0.5 } else { 1.0 };
        } else {
            (*above, high) = ((at, value), value);
            low *= if last == side { 0.5 } else { 1.0 };
        }
        last = side;
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
    fn the_transmissibility_is_that_of_halving_alone() {
        let mut word = 7u32;
        let mut next = |n: u32| {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (word >> 8) % n
        };
        let asked = std::cell::Cell::new(0);
        for round in 0..60 {
            let mut company = NextGeneration { sampled: [1.0; BANDS], ..NextGeneration::default() };
            for _ in 0..1 + next(12) {
                let met =
                    (0..next(9)).map(|_| (next(9) as u8, next(2) == 0, next(1_000) as f32 * 1e-2)).collect();
                company.rows.push(Row { band: next(9) as usize, weight: 1.0, met });
            }
            let dispersion = if round % 2 == 0 { 0.3 } else { f64::INFINITY };
            let course = Course { infectious_days: [4.0; BANDS], dispersion };
            for r0 in [1e-4, 0.5, 2.5, 8.0] {
                let halved = || {
                    let (mut low, mut high) = (0.0, 1e-3);
                    while company.r0(high, course) < r0 {
                        high *= 2.0;
                        if high > 1e6 {
                            return None;
                        }
                    }
                    for _ in 0..40 {
                        let middle = 0.5 * (low + high);
                        asked.set(asked.get() + 1);
                        if company.r0(middle, course) < r0 { low = middle } else { high = middle }
                    }
                    Some(0.5 * (low + high))
                };
                assert_eq!(company.beta(r0, course), halved(), "round {round}, R0 {r0}");
            }
        }
        assert!(asked.get() > 1_000, "few of these have a solution: {}", asked.get());
    }

    #[test]
    fn few_looks_bring_the_ends_together() {
        let looks = std::cell::Cell::new(0);
        let of = |x: f64| {
            looks.set(looks.get() + 1);
            3.0 * (1.0 - (1.0 + 40.0 * x).powf(-0.3)) - 1.2
        };
        let (mut below, mut above) = ((0.0, -1.2), (1.0, of(1.0)));
        narrow(&of, &mut below, &mut above);
        assert!(above.0 - below.0 <= 1e-11 * above.0 && below.1 < 0.0 && above.1 >= 0.0);
        assert!(looks.get() <= 16, "{} looks", looks.get());
    }

    #[test]
    fn gamma_average_tends_to_the_plain_chance() {
        assert!((infected(0.3, 1e9) - infected(0.3, f64::INFINITY)).abs() < 1e-6);
        assert!(infected(3.0, 0.1) < infected(3.0, 10.0));
    }
}
