//! Intervals, quantiles and resampling, as the comparison of runs needs them.
use citytwin_world::draw::block;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Purpose of the draws of [`resample`].
const RESAMPLE: u32 = 0x0901;

/// Samples drawn with replacement for an interval.
pub const RESAMPLES: u32 = 2000;

/// Mean and standard deviation (n − 1) of numbers; NaN where there are none, or for the deviation only one.
pub fn mean_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { f64::NAN })
}

/// Half the width of the interval that holds the mean of the population with a probability of `level` (0–1), from `n`
/// independent values of standard deviation `sd`: Student's t. NaN below two values.
pub fn half_width(sd: f64, n: usize, level: f64) -> f64 {
    if n < 2 || !sd.is_finite() {
        return f64::NAN;
    }
    match StudentsT::new(0.0, 1.0, (n - 1) as f64) {
        Ok(t) => t.inverse_cdf(0.5 + level / 2.0) * sd / (n as f64).sqrt(),
        Err(_) => f64::NAN,
    }
}

/// The value below which a share of ordered numbers lies, between neighbours in proportion (Hyndman and Fan's type 7);
/// NaN of none.
pub fn quantile(ordered: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * ordered.len().saturating_sub(1) as f64;
    let (low, high) = (at.floor() as usize, at.ceil() as usize);
    match (ordered.get(low), ordered.get(high)) {
        (Some(a), Some(b)) => a + (b - a) * (at - at.floor()),
        _ => f64::NAN,
    }
}

/// Numbers with weights, in order, for [`weighted_quantile`].
pub fn ordered(mut values: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    values.retain(|(value, weight)| value.is_finite() && *weight > 0.0);
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values
}

/// The least of ordered numbers up to which a share of all weight lies; NaN of none.
pub fn weighted_quantile(ordered: &[(f64, f64)], share: f64) -> f64 {
    let whole: f64 = ordered.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    let reached = ordered.iter().find(|(_, weight)| {
        below += weight;
        // What rounding takes from the last must not leave it out.
        below >= share * whole * (1.0 - 1e-12)
    });
    reached.or(ordered.last()).map_or(f64::NAN, |(value, _)| *value)
}

/// Bounds between which numbers made of `rows` independent rows lie with a probability of `level` each: `of` makes them
/// of rows drawn anew with replacement (percentile bootstrap, Efron 1979). Samples in which a number isn't one are left
/// out; NaN where none is.
pub fn resample(
    rows: usize,
    seed: u64,
    key: u32,
    level: f64,
    of: impl Fn(&[usize]) -> Vec<f64>,
) -> Vec<[f64; 2]> {
    let drawn = |sample: u32, i: u32| {
        let [word, ..] = block(seed, RESAMPLE, i, sample, key);
        ((u64::from(word) * rows as u64) >> 32) as usize
    };
    let mut picked = vec![0; rows];
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for sample in 0..RESAMPLES {
        picked.iter_mut().zip(0..).for_each(|(row, i)| *row = drawn(sample, i));
        let found = of(&picked);
        columns.resize(found.len(), Vec::with_capacity(RESAMPLES as usize));
        columns.iter_mut().zip(found).for_each(|(column, value)| column.push(value));
    }
    let bounds = |mut column: Vec<f64>| {
        column.retain(|value| !value.is_nan());
        column.sort_by(f64::total_cmp);
        let rank = |share: f64| (share * column.len().saturating_sub(1) as f64).round() as usize;
        let at = |share: f64| column.get(rank(share)).copied().unwrap_or(f64::NAN);
        [at(0.5 - level / 2.0), at(0.5 + level / 2.0)]
    };
    columns.into_iter().map(bounds).collect()
}

/// The level at which a percentile bootstrap of `n` rows holds the truth about as often as `level` says: its samples are
/// too narrow by √((n − 1)/n), and have no tails of Student's t (expanded percentile interval; T. C. Hesterberg, "What
/// teachers should know about the bootstrap", The American Statistician 69, 2015).
pub fn expanded(level: f64, n: usize) -> f64 {
    match (StudentsT::new(0.0, 1.0, n.saturating_sub(1) as f64), Normal::new(0.0, 1.0)) {
        (Ok(t), Ok(normal)) => {
            let reach = t.inverse_cdf(0.5 + level / 2.0) * (n as f64 / (n - 1) as f64).sqrt();
            1.0 - 2.0 * normal.cdf(-reach)
        }
        _ => 1.0,
    }
}

/// Sum of `above` over that of `below`, with the bounds between which it lies with a probability of `level`, as
/// [`resample`] finds them. Where `below` sums to nothing or less there is no ratio; an upper bound is infinite where
/// that happens to too many of the samples.
pub fn ratio(pairs: &[(f64, f64)], level: f64, key: u32) -> Option<[f64; 3]> {
    let of = |(above, below): (f64, f64)| if below > 0.0 { above / below } else { f64::INFINITY };
    let sum = |a: (f64, f64), b: &(f64, f64)| (a.0 + b.0, a.1 + b.1);
    let whole = pairs.iter().fold((0.0, 0.0), sum);
    if pairs.is_empty() || whole.1 <= 0.0 {
        return None;
    }
    let sample = |rows: &[usize]| vec![of(rows.iter().map(|row| &pairs[*row]).fold((0.0, 0.0), sum))];
    let bounds = resample(pairs.len(), 0, key, level, sample);
    bounds.first().map(|[low, high]| [of(whole), *low, *high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        // t of 9 degrees of freedom at .95: 1.833; of 1 at .95: 6.314 (any table of Student's t).
        assert!((half_width(2.0, 10, 0.9) - 1.833_113 * 2.0 / 10f64.sqrt()).abs() < 1e-5);
        assert!((half_width(1.0, 2, 0.9) - 6.313_752 / 2f64.sqrt()).abs() < 1e-5);
        assert!(half_width(1.0, 1, 0.9).is_nan());
        assert_eq!(mean_sd(&[1.0, 2.0, 3.0, 4.0]), (2.5, (5.0f64 / 3.0).sqrt()));
        assert!(mean_sd(&[]).0.is_nan() && mean_sd(&[1.0]).1.is_nan());
        assert_eq!([0.0, 0.5, 0.9, 1.0].map(|q| quantile(&[1.0, 2.0, 4.0], q)), [1.0, 2.0, 3.6, 4.0]);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn weights_decide_where_quantiles_lie() {
        let values = ordered(vec![(5.0, 0.2), (1.0, 0.5), (f64::NAN, 9.0), (3.0, 0.3), (7.0, 0.0)]);
        let of = [0.0, 0.5, 0.51, 0.8, 1.0].map(|share| weighted_quantile(&values, share));
        assert_eq!(of, [1.0, 1.0, 3.0, 3.0, 5.0]);
        assert!(weighted_quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn few_rows_ask_for_wider_levels() {
        // t of 9 degrees of freedom at .95 is 1.833; times √(10/9) 1.932, which a normal exceeds with .0267.
        assert!((expanded(0.9, 10) - (1.0 - 2.0 * 0.026_67)).abs() < 1e-4);
        assert!((expanded(0.9, 100_000) - 0.9).abs() < 1e-4);
        assert!((0.999..=1.0).contains(&expanded(0.9, 2)) && expanded(0.9, 1) == 1.0);
    }

    #[test]
    fn ratios_have_bounds_around_them() {
        let pairs: Vec<(f64, f64)> =
            (0..30).map(|i| (20.0 + f64::from(i % 7), 10.0 + f64::from(i % 3))).collect();
        let [value, low, high] = ratio(&pairs, 0.9, 1).unwrap();
        assert!(low < value && value < high && high - low < 0.3, "{low} {value} {high}");
        assert_eq!(ratio(&pairs, 0.9, 1), Some([value, low, high]));
        assert_eq!(ratio(&[(1.0, -1.0), (1.0, 0.5)], 0.9, 1), None);
        let [_, _, open] = ratio(&[(1.0, -1.0), (1.0, 1.5)], 0.9, 1).unwrap();
        assert!(open.is_infinite());
    }
}
