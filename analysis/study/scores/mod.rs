//! How good forecasts in quantiles were: weighted interval score, coverage, bias, and persistence to compare with.
pub mod file;

use crate::comparison::statistics::quantile;

/// Levels of the quantiles that forecasts are made of: eleven central intervals and the median, as forecast hubs ask for
/// (K. Sherratt and others, "Predictive performance of multi-model ensemble forecasts of COVID-19 across European
/// nations", eLife 12, 2023).
pub const LEVELS: [f64; 23] = [
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
    0.85, 0.9, 0.95, 0.975, 0.99,
];

/// Central intervals whose coverage is told: the share of observations that should lie in each.
pub const INTERVALS: [f64; 3] = [0.5, 0.9, 0.95];

/// Two levels nearer than this are one: files write them in decimal.
const SAME_LEVEL: f64 = 1e-9;

/// How one forecast fared. The first four have the unit of what is forecast; less is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Weighted interval score: the mean of the quantiles' scores, dispersion, under- and overprediction together (J.
    /// Bracher, E. L. Ray, T. Gneiting and N. G. Reich, "Evaluating epidemic forecasts in an interval format", PLoS
    /// Computational Biology 17, 2021).
    pub wis: f64,
    /// Its part that comes of wide intervals.
    pub dispersion: f64,
    /// Its part that comes of an observation above what was forecast.
    pub underprediction: f64,
    /// Its part that comes of an observation below.
    pub overprediction: f64,
    /// −1 where the observation lay above all quantiles, 1 where below all, 0 where on the median.
    pub bias: f64,
    /// Whether each of [`INTERVALS`] held the observation; `None` where the forecast has no such interval.
    pub held: [Option<bool>; 3],
}

/// The score of quantiles, each a level (0–1, rising) with its value, for what was observed. `None` without quantiles, or
/// where a number isn't one.
pub fn score(quantiles: &[(f64, f64)], observed: f64) -> Option<Score> {
    let sound = |(level, value): &(f64, f64)| (0.0..=1.0).contains(level) && value.is_finite();
    if quantiles.is_empty() || !observed.is_finite() || !quantiles.iter().all(sound) {
        return None;
    }
    // Twice the quantile score (pinball loss), so that its mean over symmetric levels is that of the interval scores.
    let loss = |at: f64| -> f64 {
        let of = |(level, value): &(f64, f64)| 2.0 * (f64::from(at <= *value) - level) * (value - at);
        quantiles.iter().map(of).sum::<f64>() / quantiles.len() as f64
    };
    let middle = median(quantiles);
    let (wis, dispersion) = (loss(observed), loss(middle));
    let missed = wis - dispersion;
    Some(Score {
        wis,
        dispersion,
        underprediction: if observed > middle { missed } else { 0.0 },
        overprediction: if observed < middle { missed } else { 0.0 },
        bias: bias(quantiles, middle, observed),
        held: INTERVALS.map(|share| held(quantiles, share, observed)),
    })
}

/// The value at a level, where the forecast has that level.
fn at_level(quantiles: &[(f64, f64)], level: f64) -> Option<f64> {
    quantiles.iter().find(|(known, _)| (known - level).abs() < SAME_LEVEL).map(|(_, value)| *value)
}

/// The median, or the middle of the levels around it.
fn median(quantiles: &[(f64, f64)]) -> f64 {
    at_level(quantiles, 0.5).unwrap_or_else(|| {
        let below = quantiles.iter().rev().find(|(level, _)| *level < 0.5);
        let above = quantiles.iter().find(|(level, _)| *level > 0.5);
        match (below, above) {
            (Some((_, a)), Some((_, b))) => (a + b) / 2.0,
            (Some((_, a)), None) | (None, Some((_, a))) => *a,
            (None, None) => f64::NAN,
        }
    })
}

/// As scoringutils has it (N. I. Bosse and others, "Evaluating forecasts with scoringutils in R", 2022): 1 − 2 × the
/// greatest level whose value the observation reaches, or above the median the least level that it doesn't exceed.
fn bias(quantiles: &[(f64, f64)], middle: f64, observed: f64) -> f64 {
    let level = if observed < middle {
        quantiles.iter().rev().find(|(_, value)| *value <= observed).map_or(0.0, |(level, _)| *level)
    } else if observed > middle {
        quantiles.iter().find(|(_, value)| *value >= observed).map_or(1.0, |(level, _)| *level)
    } else {
        0.5
    };
    1.0 - 2.0 * level
}

fn held(quantiles: &[(f64, f64)], share: f64, observed: f64) -> Option<bool> {
    let low = at_level(quantiles, 0.5 - share / 2.0)?;
    let high = at_level(quantiles, 0.5 + share / 2.0)?;
    Some((low..=high).contains(&observed))
}

/// Means over forecasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Forecasts.
    pub count: usize,
    /// Means of the scores; `wis`, `dispersion`, `underprediction`, `overprediction`, `bias`.
    pub means: [f64; 5],
    /// Shares of observations that each of [`INTERVALS`] held; NaN where no forecast has it.
    pub coverage: [f64; 3],
}

/// Names of [`Summary::means`].
pub const MEANS: [&str; 5] = ["wis", "dispersion", "underprediction", "overprediction", "bias"];

/// Means of scores; NaN of none.
pub fn summary(scores: &[Score]) -> Summary {
    let n = scores.len() as f64;
    let mean = |of: fn(&Score) -> f64| scores.iter().map(of).sum::<f64>() / n;
    let coverage = std::array::from_fn(|at| {
        let known: Vec<bool> = scores.iter().filter_map(|score| score.held[at]).collect();
        known.iter().filter(|held| **held).count() as f64 / known.len() as f64
    });
    let means = [
        mean(|s| s.wis),
        mean(|s| s.dispersion),
        mean(|s| s.underprediction),
        mean(|s| s.overprediction),
        mean(|s| s.bias),
    ];
    Summary { count: scores.len(), means, coverage }
}

/// The forecast that says that nothing changes: the last value observed, give or take what changed over as many days
/// before, upwards and downwards alike, never below nothing. With too short a history for a change, all levels are the
/// last value; `None` without any.
///
/// `history` holds a value per day, NaN where none was observed. The hubs' baselines are made alike (E. Y. Cramer and
/// others, "Evaluation of individual and ensemble probabilistic forecasts of COVID-19 mortality in the United States",
/// PNAS 119, 2022), with changes of one step added up.
pub fn persistence(history: &[f64], horizon_days: usize, levels: &[f64]) -> Option<Vec<f64>> {
    let last = history.iter().rev().copied().find(|value| value.is_finite())?;
    let changes = history.iter().zip(history.iter().skip(horizon_days)).map(|(before, after)| after - before);
    let mut steps: Vec<f64> =
        changes.filter(|change| change.is_finite()).flat_map(|change| [change, -change]).collect();
    steps.sort_by(f64::total_cmp);
    let step = |level: &f64| if steps.is_empty() { 0.0 } else { quantile(&steps, *level) };
    Some(levels.iter().map(|level| (last + step(level)).max(0.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_follow_by_hand() {
        // One interval of 80 % from 2 to 8 with the median 4; its score is (8 − 2) × .1 inside, and the median's is
        // half of |y − 4|, so that WIS = (.5 |y − 4| + .1 × 6 + miss) / 1.5 (Bracher and others, equation 1).
        let forecast = [(0.1, 2.0), (0.5, 4.0), (0.9, 8.0)];
        let of = |y: f64| score(&forecast, y).unwrap();
        for (y, miss) in [(4.0, 0.0), (6.0, 0.0), (10.0, 2.0), (1.0, 1.0)] {
            let expected = (0.5 * (y - 4.0f64).abs() + 0.1 * 6.0 + miss) / 1.5;
            let found = of(y);
            assert!((found.wis - expected).abs() < 1e-12, "{y}: {found:?}");
            let parts = found.dispersion + found.underprediction + found.overprediction;
            assert!((parts - found.wis).abs() < 1e-12 && (found.dispersion - 0.4).abs() < 1e-12);
        }
        assert!(of(10.0).overprediction == 0.0 && of(1.0).underprediction == 0.0);
        assert_eq!([10.0, 6.0, 4.0, 3.0, 1.0].map(|y| of(y).bias), [-1.0, 1.0 - 1.8, 0.0, 0.8, 1.0]);
        assert_eq!(of(4.0).held, [None; 3]);
        let quarters = [(0.25, 3.0), (0.75, 5.0)];
        assert_eq!(score(&quarters, 5.0).unwrap().held[0], Some(true));
        assert_eq!(score(&quarters, 5.1).unwrap().held[0], Some(false));
        assert_eq!(score(&[(0.5, 3.0)], 7.0).unwrap().wis, 4.0, "a point has its absolute error");
        for (broken, y) in
            [(&[][..], 1.0), (&[(0.5, f64::NAN)], 1.0), (&[(1.5, 1.0)], 1.0), (&[(0.5, 1.0)], f64::NAN)]
        {
            assert_eq!(score(broken, y), None);
        }
    }

    #[test]
    fn summaries_are_means_of_what_is_known() {
        let known = [(0.05, 0.0), (0.25, 3.0), (0.75, 5.0), (0.95, 9.0)];
        let scores = [score(&known, 4.0), score(&known, 6.0), score(&[(0.5, 1.0)], 1.0)].map(Option::unwrap);
        let summary = summary(&scores);
        assert_eq!((summary.count, summary.coverage[..2].to_vec()), (3, vec![0.5, 1.0]));
        assert!(summary.coverage[2].is_nan());
        assert!((summary.means[0] - scores.iter().map(|s| s.wis).sum::<f64>() / 3.0).abs() < 1e-12);
        assert!(super::summary(&[]).means[0].is_nan());
    }

    #[test]
    fn persistence_spreads_as_the_past_did() {
        let history = [10.0, 12.0, f64::NAN, 11.0, 15.0];
        // Two days apart: 12 to 11; the others lack an end. So ±1 around 15.
        assert_eq!(persistence(&history, 2, &[0.0, 0.5, 1.0]), Some(vec![14.0, 15.0, 16.0]));
        assert_eq!(persistence(&history[..1], 7, &LEVELS), Some(vec![10.0; LEVELS.len()]));
        assert_eq!(persistence(&[9.0, 1.0], 1, &[0.0, 1.0]), Some(vec![0.0, 9.0]));
        assert_eq!(persistence(&[f64::NAN], 1, &LEVELS), None);
        assert!(LEVELS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
