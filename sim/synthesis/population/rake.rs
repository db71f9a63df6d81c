//! How often each kind of household occurs in a country: donors raked to the age pyramid and to household sizes.
use super::params::{BANDS, HOUSEHOLD_MAX};
use super::tables::Donor;

/// Years by which donors are aged or rejuvenated, so that a few large donor households stand for many ages.
const SHIFTS: [i16; 7] = [0, -4, 4, -8, 8, -12, 12];
/// Spread of the prior weight of a shift, years.
const SHIFT_SD: f64 = 8.0;
/// Rounds of raking over all margins at most.
const ROUNDS_MAX: usize = 400;
/// Relative misfit of every margin at which raking stops.
const TOLERANCE: f64 = 1e-6;

/// A kind of household and how often it occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdType {
    /// Households of this kind per resident of the city.
    pub weight: f64,
    /// Age in years and whether female, oldest first.
    pub members: Vec<(u8, bool)>,
}

/// Ten-year band of an age.
pub fn band(age: u8) -> usize {
    usize::from(age / 10).min(BANDS - 1)
}

/// Share of households of 1 … 8 persons: one more than a Poisson number, truncated, with the given mean (Jarosz 2021,
/// "Poisson distribution: a model for estimating households by household size", Population Research and Policy Review).
pub fn size_shares(mean: f64) -> [f64; HOUSEHOLD_MAX] {
    let shares = |rate: f64| {
        let mut p = [0.0; HOUSEHOLD_MAX];
        let mut term = 1.0;
        for (k, p) in p.iter_mut().enumerate() {
            *p = term;
            term *= rate / (k + 1) as f64;
        }
        let total: f64 = p.iter().sum();
        p.map(|x| x / total)
    };
    let mean_of = |p: &[f64]| -> f64 { p.iter().enumerate().map(|(k, x)| (k + 1) as f64 * x).sum() };
    // Truncation lowers the mean, so the rate is found by bisection.
    let (mut low, mut high) = (0.0, 60.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if mean_of(&shares(middle)) < mean { low = middle } else { high = middle }
    }
    shares(0.5 * (low + high))
}

fn shifted(donor: &Donor, shift: i16) -> Option<HouseholdType> {
    let age = |a: u8| u8::try_from(i16::from(a) + shift).ok().filter(|a| *a <= 95);
    let members: Option<Vec<(u8, bool)>> = donor.members.iter().map(|&(a, f)| Some((age(a)?, f))).collect();
    let members = members?;
    // A household needs an adult, and a shift must not turn children into a second pair of adults' parents.
    (members.first()?.0 >= 18).then(|| {
        let prior = (-0.5 * (f64::from(shift) / SHIFT_SD).powi(2)).exp();
        HouseholdType { weight: donor.weight * prior, members }
    })
}

/// Donors with shifted ages, weighted so that households of each size, persons of each age band and the women among
/// them have their shares.
///
/// The weights are those of maximum entropy relative to the donors: households × Π exp(λ of each member's band) × μ of
/// the size, found by cyclic Newton steps (generalised iterative scaling; Deville and Särndal 1992 call it raking).
/// Where the margins contradict each other (a young country with small households) the last round's compromise stands;
/// the quality report shows what is left.
pub fn rake(
    donors: &[Donor],
    age_shares: &[f64; BANDS],
    women_share: &[f64; BANDS],
    size_mean: f64,
) -> Vec<HouseholdType> {
    let mut types: Vec<HouseholdType> =
        SHIFTS.iter().flat_map(|&s| donors.iter().filter_map(move |d| shifted(d, s))).collect();
    types.sort_by(|a, b| (a.members.len(), &a.members).cmp(&(b.members.len(), &b.members)));
    let count = |wanted: fn(bool) -> bool| -> Vec<[u8; BANDS]> {
        let of = |t: &HouseholdType| {
            let mut n = [0; BANDS];
            t.members.iter().filter(|m| wanted(m.1)).for_each(|m| n[band(m.0)] += 1);
            n
        };
        types.iter().map(of).collect()
    };
    let (all, women) = (count(|_| true), count(|female| female));
    let sizes = size_shares(size_mean);
    let mut weight: Vec<f64> = types.iter().map(|t| t.weight).collect();
    for _ in 0..ROUNDS_MAX {
        let worst = rake_sizes(&types, &mut weight, &sizes.map(|s| s / size_mean));
        let mut fit = |counts: &[[u8; BANDS]], b, target| rake_band(counts, &mut weight, b, target);
        let worst = (0..BANDS).map(|b| fit(&women, b, women_share[b] * age_shares[b])).fold(worst, f64::max);
        let worst = (0..BANDS).map(|b| fit(&all, b, age_shares[b])).fold(worst, f64::max);
        if worst < TOLERANCE {
            break;
        }
    }
    types.iter_mut().zip(weight).for_each(|(t, w)| t.weight = w);
    types.retain(|t| t.weight > 0.0);
    types
}

fn rake_sizes(types: &[HouseholdType], weight: &mut [f64], target: &[f64; HOUSEHOLD_MAX]) -> f64 {
    let mut sum = [0.0; HOUSEHOLD_MAX];
    types.iter().zip(&*weight).for_each(|(t, w)| sum[t.members.len() - 1] += w);
    let mut factor = [0.0; HOUSEHOLD_MAX];
    let mut worst: f64 = 0.0;
    for k in 0..HOUSEHOLD_MAX {
        factor[k] = if sum[k] > 0.0 { target[k] / sum[k] } else { 0.0 };
        worst = worst.max((factor[k] - 1.0).abs());
    }
    types.iter().zip(weight).for_each(|(t, w)| *w *= factor[t.members.len() - 1]);
    worst
}

fn rake_band(counts: &[[u8; BANDS]], weight: &mut [f64], band: usize, target: f64) -> f64 {
    let mut worst = 0.0;
    for step in 0..3 {
        let (mut sum, mut slope) = (0.0, 0.0);
        for (n, w) in counts.iter().zip(&*weight) {
            let n = f64::from(n[band]);
            sum += n * w;
            slope += n * n * w;
        }
        if sum <= 0.0 {
            return 0.0;
        }
        if step == 0 {
            worst = (target / sum - 1.0).abs();
        }
        let change = ((target - sum) / slope).clamp(-1.5, 1.5);
        let powers: Vec<f64> = (0..=HOUSEHOLD_MAX).map(|n| (change * n as f64).exp()).collect();
        counts.iter().zip(&mut *weight).for_each(|(n, w)| *w *= powers[usize::from(n[band])]);
        if change.abs() < 1e-9 {
            break;
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::super::{PopulationParams, tables};
    use super::*;

    #[test]
    fn sizes_have_their_mean() {
        for mean in [1.3, 2.05, 3.31, 5.5] {
            let p = size_shares(mean);
            let got: f64 = p.iter().enumerate().map(|(k, x)| (k + 1) as f64 * x).sum();
            assert!((got - mean).abs() < 1e-6 && (p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn donors_take_the_shape_of_a_country() {
        let donors = tables::donors();
        for country in ["Brazil", "China", "Germany", "Finland", "India"] {
            let (shares, mean) =
                (tables::age_shares(country).unwrap(), tables::household_size_mean(country).unwrap());
            let women_share = PopulationParams::default().women_share;
            let types = rake(&donors, &shares, &women_share, mean);
            let women: f64 =
                types.iter().map(|t| t.weight * t.members.iter().filter(|m| m.1).count() as f64).sum();
            assert!((0.49..0.54).contains(&women), "{country}: {women} women");
            let mut persons = [0.0; BANDS];
            let mut households = 0.0;
            for t in &types {
                t.members.iter().for_each(|m| persons[band(m.0)] += t.weight);
                households += t.weight;
            }
            let tae: f64 = persons.iter().zip(shares).map(|(a, b)| (a - b).abs()).sum();
            assert!(tae < 0.002, "{country}: total absolute error of ages {tae}");
            assert!(
                (households * mean - 1.0).abs() < 0.01,
                "{country}: {} persons a household",
                1.0 / households
            );
            let effective = households.powi(2) / types.iter().map(|t| t.weight.powi(2)).sum::<f64>();
            assert!(effective > 300.0, "{country}: only {effective} kinds of household carry the weight");
        }
    }
}
