//! The law of trip lengths: a truncated power law, as papers fit it to trips as they are.
use citytwin_world::services::TripTally;

/// Classes of trip lengths of a [`TripTally`].
const BINS: usize = 20;
/// Class from which the law is fitted, 1.13 km: below, the size of zones and the next corner decide.
const FIRST: usize = 7;
/// Steps of an integral over one class.
const STEPS: usize = 8;
/// Halvings of the search's step: finds the exponent to 0.0001.
const HALVINGS: usize = 14;

/// Least length of a class, km.
fn edge_km(bin: usize) -> f64 {
    0.1 * 2f64.powf(bin as f64 / 2.0)
}

/// A fitted law of trip lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthLaw {
    /// Exponent b of trips per kilometre ~ x^-b exp(-x / k).
    pub exponent: f64,
    /// Length k beyond which trips fall off faster, km; infinite where they don't.
    pub cutoff_km: f64,
}

/// The law x^-b exp(-x / k) of greatest likelihood for the trips of 1.13 to 72 km; `None` with fewer than four filled
/// classes. Nothing is corrected for the shape of the city, as nothing is in the papers whose exponents it is set
/// beside (Liu et al. 2012, doi 10.1007/s10109-012-0166-z).
pub fn length_law(trips: &TripTally) -> Option<LengthLaw> {
    let counts: Vec<(usize, f64)> =
        (FIRST..BINS - 1).map(|bin| (bin, trips.length_bins[bin] as f64)).collect();
    if counts.iter().filter(|(_, count)| *count > 0.0).count() < 4 {
        return None;
    }
    let likelihood = |law: [f64; 2]| -> f64 {
        let mass: Vec<f64> = counts.iter().map(|(bin, _)| integral(*bin, law[0], law[1])).collect();
        let total: f64 = mass.iter().sum();
        counts.iter().zip(&mass).map(|((_, n), m)| n * (m / total).max(f64::MIN_POSITIVE).ln()).sum()
    };
    let [exponent, per_km] = climb(likelihood);
    Some(LengthLaw { exponent, cutoff_km: 1.0 / per_km })
}

/// Integral of x^-b exp(-x l) over a class, in logarithmic steps.
fn integral(bin: usize, exponent: f64, per_km: f64) -> f64 {
    let (low, high) = (edge_km(bin).ln(), edge_km(bin + 1).ln());
    let width = (high - low) / STEPS as f64;
    let step = |i: usize| {
        let x = (low + (i as f64 + 0.5) * width).exp();
        x.powf(1.0 - exponent) * (-x * per_km).exp()
    };
    (0..STEPS).map(step).sum::<f64>() * width
}

/// The top of a function of exponent and rate of decay, which has one top only: by steps to the best neighbour, halved
/// where there is none. The rate stays at or above zero.
fn climb(value: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let (mut here, mut step) = ([1.0, 0.1], [0.5, 0.2]);
    let mut best = value(here);
    for _ in 0..HALVINGS {
        loop {
            let neighbours = (0..9).map(|n| {
                let to = |axis: usize, place: i32| here[axis] + f64::from(place) * step[axis];
                [to(0, n / 3 - 1), to(1, n % 3 - 1).max(0.0)]
            });
            let found = neighbours.map(|at| (value(at), at)).max_by(|a, b| a.0.total_cmp(&b.0));
            match found {
                Some((higher, at)) if higher > best => (best, here) = (higher, at),
                _ => break,
            }
        }
        step = step.map(|s| s / 2.0);
    }
    here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_power_law_is_found() {
        for (exponent, cutoff_km) in [(1.2, 5.0), (1.59, 80.0), (0.4, 3.0)] {
            let mut drawn = TripTally::default();
            let mass = |bin| (1e9 * integral(bin, exponent, 1.0 / cutoff_km)) as u64;
            drawn.length_bins.iter_mut().enumerate().for_each(|(bin, n)| *n = mass(bin));
            let law = length_law(&drawn).expect("filled");
            assert!((law.exponent - exponent).abs() < 0.01, "{law:?}");
            assert!((law.cutoff_km / cutoff_km - 1.0).abs() < 0.05, "{law:?}");
        }
        assert_eq!(length_law(&TripTally::default()), None);
    }

    #[test]
    fn a_city_that_ends_lowers_the_exponent() {
        let mut drawn = TripTally::default();
        let within = |bin: usize| if bin < 14 { (1e9 * integral(bin, 1.2, 0.0)) as u64 } else { 0 };
        drawn.length_bins.iter_mut().enumerate().for_each(|(bin, n)| *n = within(bin));
        let law = length_law(&drawn).expect("filled");
        assert!(law.exponent < 0.6 && law.cutoff_km < 15.0, "{law:?}");
    }
}
