//! The law of trip lengths: a truncated power law, told apart from the shape of the city.
//!
//! Published laws say that trips of length x are as frequent as x^-b exp(-x / k). In a compact city the law ends where
//! the city ends, sharply and not by an exponential: trips drawn with b = 1 that stop at ten kilometres are fitted
//! best by b = 0.3. So each class of lengths is weighed by how much city there is at that distance, as kernel
//! estimates are corrected at an edge: the pairs of a resident's home and a place that some resident uses, over those
//! that a plane without end would have.
use citytwin_world::World;
use citytwin_world::geo::distance_m;
use citytwin_world::residents::SLOTS;
use citytwin_world::services::TripTally;
use std::array::from_fn;

/// Classes of trip lengths of a [`TripTally`].
const BINS: usize = 20;
/// Class from which the law is fitted, 1.13 km: below, the size of zones and the next corner decide.
const FIRST: usize = 7;
/// Homes and places between which distances are sampled.
const SAMPLED: usize = 1_500;
/// Way on streets over the crow's distance, as in the ways between places (assumption; surveys find 1.2 to 1.4).
const DETOUR: f64 = 1.3;
/// Steps of an integral over one class.
const STEPS: usize = 8;
/// Halvings of the search's step: finds the exponent to 0.0001.
const HALVINGS: usize = 14;

/// Least length of a class, km.
fn edge_km(bin: usize) -> f64 {
    0.1 * 2f64.powf(bin as f64 / 2.0)
}

/// How much of the city lies at each class of distance, over what a plane would hold there; any common factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// By the classes of [`TripTally::length_bins`].
    pub share: [f64; BINS],
}

impl Reach {
    /// A plane without end.
    pub const PLANE: Self = Self { share: [1.0; BINS] };

    /// Of a city with its residents, from homes and habitual places of an even sample of residents.
    pub fn of(world: &World) -> Self {
        let person = world.people.residents.person.as_slice();
        let places = &world.city.places;
        let at = |place| Some((*places.lon.get(place)?, *places.lat.get(place)?));
        let step = (person.len() / SAMPLED).max(1);
        let sample = || person.iter().step_by(step).enumerate();
        let homes: Vec<(f64, f64)> = sample().filter_map(|(_, p)| at(p.slot[0])).collect();
        // Every sampled resident gives one place, in turn that of another purpose.
        let used: Vec<(f64, f64)> = sample().filter_map(|(i, p)| at(p.slot[1 + i % (SLOTS - 1)])).collect();
        let mut pairs = [0u64; BINS];
        for (lon, lat) in &homes {
            for (to_lon, to_lat) in &used {
                let metres = distance_m(*lon, *lat, *to_lon, *to_lat) * DETOUR;
                pairs[TripTally::length_bin(metres as u32)] += 1;
            }
        }
        let plane = |bin: usize| edge_km(bin + 1).powi(2) - edge_km(bin).powi(2);
        Self { share: from_fn(|bin| pairs[bin] as f64 / plane(bin)) }
    }
}

/// A fitted law of trip lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthLaw {
    /// Exponent b of trips per kilometre ~ x^-b exp(-x / k).
    pub exponent: f64,
    /// Length k beyond which trips fall off faster, km; infinite where they don't.
    pub cutoff_km: f64,
}

/// The law of greatest likelihood for the trips of 1.13 km and more; `None` with fewer than four filled classes.
pub fn length_law(trips: &TripTally, reach: &Reach) -> Option<LengthLaw> {
    let counts: Vec<(usize, f64)> = (FIRST..BINS - 1)
        .filter(|bin| reach.share[*bin] > 0.0)
        .map(|bin| (bin, trips.length_bins[bin] as f64))
        .collect();
    if counts.iter().filter(|(_, count)| *count > 0.0).count() < 4 {
        return None;
    }
    let likelihood = |law: [f64; 2]| -> f64 {
        let mass: Vec<f64> =
            counts.iter().map(|(bin, _)| reach.share[*bin] * integral(*bin, law[0], law[1])).collect();
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

    fn trips(mass: impl Fn(usize) -> f64) -> TripTally {
        let mut trips = TripTally::default();
        (0..BINS).for_each(|bin| trips.length_bins[bin] = (1e9 * mass(bin)) as u64);
        trips
    }

    #[test]
    fn a_truncated_power_law_is_found() {
        for (exponent, cutoff_km) in [(1.2, 5.0), (1.59, 80.0), (0.4, 3.0)] {
            let drawn = trips(|bin| integral(bin, exponent, 1.0 / cutoff_km));
            let law = length_law(&drawn, &Reach::PLANE).expect("filled");
            assert!((law.exponent - exponent).abs() < 0.01, "{law:?}");
            assert!((law.cutoff_km / cutoff_km - 1.0).abs() < 0.05, "{law:?}");
        }
        assert_eq!(length_law(&TripTally::default(), &Reach::PLANE), None);
    }

    #[test]
    fn the_edge_of_a_city_does_not_change_the_exponent() {
        let mut reach = Reach::PLANE;
        (12..BINS).for_each(|bin| reach.share[bin] = if bin < 14 { 0.3 } else { 0.0 });
        let drawn = trips(|bin| reach.share[bin] * integral(bin, 1.0, 0.0));
        let naive = length_law(&drawn, &Reach::PLANE).expect("filled");
        let law = length_law(&drawn, &reach).expect("filled");
        assert!(naive.exponent < 0.7, "{naive:?}");
        assert!((law.exponent - 1.0).abs() < 0.01 && law.cutoff_km > 1e3, "{law:?}");
    }
}
