//! Values that wander: a random walk of the logarithm within the range of the key.
use crate::calibration::coordinates;
use crate::sweep::design::Range;
use citytwin_world::Draw;

/// Purpose of the draws of how values wander.
const DRIFT: u32 = 0x090a;

/// Coordinates of a place's values so many days on, those without drift unchanged; `step` tells apart the walks of a
/// place. A walk that would leave the range is turned back at its end, so that within it no value is preferred.
pub fn wander(at: &[f64], ranges: &[Range], days: u32, (seed, place, step): (u64, usize, u32)) -> Vec<f64> {
    let mut draw = Draw::new(seed, DRIFT, place as u32, step);
    let mut of = |(z, range): (&f64, Option<&Range>)| {
        let Some(range) = range.filter(|range| range.drift > 0.0) else { return *z };
        let length = (range.ends[1] / range.ends[0]).ln();
        let on = range.drift * f64::from(days).sqrt() * coordinates::normal(&mut draw) / length;
        coordinates::of_share(turned_back(coordinates::share(*z) + on))
    };
    at.iter().enumerate().map(|(key, z)| of((z, ranges.get(key)))).collect()
}

/// A number turned back at 0 and 1.
fn turned_back(x: f64) -> f64 {
    let there = x.rem_euclid(2.0);
    if there > 1.0 { 2.0 - there } else { there }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::statistics::mean_sd;
    use crate::sweep::design::Spread;

    #[test]
    fn walks_are_as_wide_as_said_and_stay_in_range() {
        let range = |drift: f64| Range {
            key: "disease.beta".into(),
            key_span: 0..0,
            spread: Spread::Logarithmic,
            ends: [0.01, 1.0],
            unit: String::new(),
            whole: false,
            drift,
        };
        let ranges = [range(0.1), range(0.0)];
        let logs: Vec<f64> = (0..3000)
            .map(|place| {
                let on = wander(&[0.0, 0.7, 0.2], &ranges, 4, (5, place, 1));
                assert_eq!(on[1..], [0.7, 0.2]);
                ranges[0].number(coordinates::share(on[0])).ln()
            })
            .collect();
        let (mean, sd) = mean_sd(&logs);
        assert!((mean - 0.1f64.ln()).abs() < 0.02 && (sd / 0.2 - 1.0).abs() < 0.05, "{mean} {sd}");
        assert_eq!([turned_back(-0.25), turned_back(1.25), turned_back(0.5)], [0.25, 0.75, 0.5]);
    }
}
