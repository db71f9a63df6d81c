//! The law of visitation: how the visitors of a place thin out with the distance of their homes.
//!
//! Schläpfer et al. 2021 (doi 10.1038/s41586-021-03480-9) count the visitors that a place has from each distance r,
//! per area they come from, and find them to fall as r^-2. Here the area is that of inhabited zones, so that the edge
//! of a city, its lake and its woods don't bend the exponent.
use citytwin_world::World;
use citytwin_world::geo::distance_m;
use citytwin_world::residents::SLOTS;

/// Residents asked for a place they visit.
const SAMPLED: usize = 2_000;
/// Distance from which the law is fitted, km: below, the size of zones decides.
const FROM_KM: f64 = 1.0;
/// Classes of distance, each a factor of 2^(1/4) from [`FROM_KM`] on.
const CLASSES: usize = 32;
/// Classes a factor of two.
const PER_DOUBLING: f64 = 4.0;
/// Fewest visitors that tell an exponent.
const VISITORS_MIN: usize = 100;
/// Halvings of the search between the exponents 0 and 8.
const HALVINGS: usize = 24;

/// A visitor: the class of the way from home, and the inhabited land of each class around the place visited.
struct Visitor {
    class: usize,
    around: [f64; CLASSES],
}

fn class(km: f64) -> Option<usize> {
    let class = ((km / FROM_KM).log2() * PER_DOUBLING).floor();
    (class >= 0.0 && class < CLASSES as f64).then_some(class as usize)
}

fn middle_ln_km(class: usize) -> f64 {
    FROM_KM.ln() + (class as f64 + 0.5) / PER_DOUBLING * std::f64::consts::LN_2
}

/// Exponent of the law in a city with its residents, from an even sample of them and the places they use habitually;
/// `None` where too few go a kilometre or more.
pub fn exponent(world: &World) -> Option<f64> {
    let person = world.people.residents.person.as_slice();
    let (places, zones) = (&world.city.places, &world.city.zones);
    let at = |place| Some((*places.lon.get(place)?, *places.lat.get(place)?));
    let land: Vec<((f64, f64), f64)> = zones
        .population
        .iter()
        .filter(|(_, residents)| **residents > 0)
        .filter_map(|(z, _)| {
            Some(((*zones.lon.get(z)?, *zones.lat.get(z)?), f64::from(*zones.area_km2.get(z)?)))
        })
        .collect();
    // Every sampled resident tells one place, in turn that of another purpose.
    let visit = |(i, p): (usize, &citytwin_world::Resident)| {
        let (home, place) = (at(p.slot[0])?, at(p.slot[1 + i % (SLOTS - 1)])?);
        let km = |from: (f64, f64)| distance_m(from.0, from.1, place.0, place.1) / 1000.0;
        let class_of_home = class(km(home))?;
        let mut around = [0.0; CLASSES];
        land.iter()
            .filter_map(|(zone, km2)| Some((class(km(*zone))?, km2)))
            .for_each(|(c, km2)| around[c] += km2);
        Some(Visitor { class: class_of_home, around })
    };
    let step = (person.len() / SAMPLED).max(1);
    fitted(&person.iter().step_by(step).enumerate().filter_map(visit).collect::<Vec<_>>())
}

/// The exponent of greatest likelihood that each visitor came from there, among all land around the place.
/// The likelihood has one top, so the zero of its slope is found by halving.
fn fitted(visitors: &[Visitor]) -> Option<f64> {
    if visitors.len() < VISITORS_MIN {
        return None;
    }
    let slope = |exponent: f64| -> f64 {
        let weight: Vec<f64> = (0..CLASSES).map(|c| (-exponent * middle_ln_km(c)).exp()).collect();
        let surprise = |v: &Visitor| {
            let (mut sum, mut far) = (0.0, 0.0);
            for (c, (n, w)) in v.around.iter().zip(&weight).enumerate() {
                sum += n * w;
                far += n * w * middle_ln_km(c);
            }
            if sum > 0.0 { far / sum - middle_ln_km(v.class) } else { 0.0 }
        };
        visitors.iter().map(surprise).sum()
    };
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    Some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_is_found_whatever_lives_around_a_place() {
        // Two sorts of place: amid empty land and at the edge of a town that ends after some kilometres.
        let around =
            [[1.0; CLASSES], std::array::from_fn(|c| if c < 12 { 40.0 - 3.0 * c as f64 } else { 0.0 })];
        for wanted in [1.0, 2.0, 3.5] {
            let mut visitors = Vec::new();
            for around in around {
                let weight = |c: usize| around[c] * (-wanted * middle_ln_km(c)).exp();
                let total: f64 = (0..CLASSES).map(weight).sum();
                for class in 0..CLASSES {
                    let count = (20_000.0 * weight(class) / total).round() as usize;
                    visitors.extend((0..count).map(|_| Visitor { class, around }));
                }
            }
            let found = fitted(&visitors).expect("enough");
            assert!((found - wanted).abs() < 0.02, "{found} for {wanted}");
        }
        assert_eq!(fitted(&[]), None);
    }
}
