//! A share that wanders: how much of a metric the data hold, as known from one world, day after day.
//!
//! The logarithm of the share goes at random from day to day, and each observation tells it with an error, so that given
//! a world's course it is known by Kalman's filter and need not be sampled: only what no formula follows is left to the
//! ensemble (A. Doucet, N. de Freitas, K. Murphy and S. Russell, "Rao-Blackwellised particle filtering for dynamic
//! Bayesian networks", UAI 2000).
use crate::calibration::coordinates;
use crate::sweep::design::Range;

/// Relative variance of a day's observation beyond chance that is taken for granted, and for how many days' worth: an
/// assumption that some weeks of data outweigh.
const SCATTER: (f64, f64) = (0.03, 5.0);
/// Added to counts before their logarithm is taken, so that none is none (M. S. Bartlett, "The use of transformations",
/// Biometrics 3, 1947).
const HALF: f64 = 0.5;
/// Most standard errors that one observation moves a share: one that lies farther off is a day counted otherwise (P. J.
/// Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964).
const ERRORS_MAX: f64 = 2.5;

/// What is known of the logarithm of a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Its mean.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
    /// The day of which this is known, of the run.
    pub day: usize,
}

/// An observation beside what the world has.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Day of the run.
    pub day: usize,
    /// What was observed.
    pub observed: f64,
    /// The metric in the world.
    pub value: f64,
    /// Days over which that is a mean.
    pub days: f64,
}

/// How a share wanders and how observations scatter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Variance by which the logarithm moves in a day.
    pub per_day: f64,
    /// Relative variance of a day's observation beyond the chance of counting.
    pub scatter: f64,
}

impl Level {
    /// What is known before the first day: spread over a range as its prior has it, times a scale.
    pub fn of(range: &Range, scale: f64) -> Self {
        let points = 64;
        let logs: Vec<f64> = (0..points)
            .map(|at| range.number((f64::from(at) + 0.5) / f64::from(points)))
            .map(|number| (number * if range.unit == "%" { 0.01 } else { 1.0 } * scale).ln())
            .collect();
        let (mean, sd) = crate::comparison::statistics::mean_sd(&logs);
        Self { mean, variance: sd * sd, day: 0 }
    }

    /// Variance of the logarithm of the share on a day.
    pub fn variance_on(&self, day: usize, rule: Rule) -> f64 {
        self.variance + rule.per_day * day.abs_diff(self.day) as f64
    }

    /// Learns from an observation, and returns the logarithm of how likely it was, up to a constant.
    pub fn learn(&mut self, seen: Seen, rule: Rule) -> f64 {
        let before = self.variance_on(seen.day, rule);
        let error =
            rule.scatter + 1.0 / (seen.observed + HALF) + 1.0 / (seen.value * seen.days.max(1.0) + HALF);
        let total = before + error;
        let scale = self.mean.exp();
        // What is added to the observation is added to what the world would show, so that none and none agree.
        let off = (seen.observed + HALF).ln() - (seen.value * scale + HALF).max(f64::MIN_POSITIVE).ln();
        let most = ERRORS_MAX * total.sqrt();
        let gain = before / total;
        self.mean += gain * off.clamp(-most, most);
        self.variance = before * (1.0 - gain);
        self.day = seen.day;
        let far = off.abs() / total.sqrt();
        let loss = if far <= ERRORS_MAX { far * far / 2.0 } else { ERRORS_MAX * (far - ERRORS_MAX / 2.0) };
        -loss - total.ln() / 2.0
    }

    /// The coordinate of the share within its range.
    pub fn coordinate(&self, range: &Range, scale: f64) -> f64 {
        let own = self.mean.exp() / scale * if range.unit == "%" { 100.0 } else { 1.0 };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if range.number(middle) < own { low = middle } else { high = middle }
        }
        coordinates::of_share((low + high) / 2.0)
    }
}

/// The relative variance of observations beyond the chance of counting: from how far each lies from the middle of its
/// neighbours, whose own errors make half as much again.
pub fn scatter(days: &[f64]) -> f64 {
    let (usual, worth) = SCATTER;
    let (mut sum, mut count) = (usual * worth, worth);
    for three in days.windows(3).filter(|three| three.iter().all(|value| value.is_finite())) {
        let logs = [0, 1, 2].map(|at| (three[at] + HALF).ln());
        let off = logs[1] - (logs[0] + logs[2]) / 2.0;
        let chance: f64 =
            [0.25, 1.0, 0.25].iter().zip(three).map(|(part, value)| part / (value + HALF)).sum();
        sum += (off * off - chance) / 1.5;
        count += 1.0;
    }
    (sum / count).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::Spread;
    use citytwin_world::Draw;

    fn range() -> Range {
        Range {
            key: "observed.onsets_persons".into(),
            key_span: 0..0,
            spread: Spread::Logarithmic,
            ends: [10.0, 40.0],
            unit: "%".into(),
            whole: false,
            drift: 0.05,
        }
    }

    #[test]
    fn a_share_that_stands_is_found() {
        let mut level = Level::of(&range(), 100.0);
        assert!((level.mean - 20f64.ln()).abs() < 1e-3 && (level.variance.sqrt() - 0.4).abs() < 0.01);
        let rule = Rule { per_day: 0.0, scatter: 0.01 };
        for day in 0..60 {
            level.learn(Seen { day, observed: 1500.0, value: 50.0, days: 1.0 }, rule);
        }
        assert!((level.mean.exp() - 30.0).abs() < 0.5, "{}", level.mean.exp());
        assert!((coordinates::share(level.coordinate(&range(), 100.0)) - 0.792).abs() < 0.02);
        // Of 60 observations with a standard error of √(.01 + .02).
        assert!((level.variance.sqrt() / (0.031f64 / 60.0).sqrt() - 1.0).abs() < 0.05);
        assert!(level.variance_on(69, Rule { per_day: 0.01, scatter: 0.0 }) > 0.1);
    }

    #[test]
    fn a_world_that_moves_as_the_data_do_is_the_likelier() {
        let likely = |growth: f64| -> f64 {
            let mut level = Level::of(&range(), 1.0);
            let rule = Rule { per_day: 0.001, scatter: 0.01 };
            (0..10)
                .map(|day| {
                    let value = 200.0 * (growth * day as f64).exp();
                    level.learn(
                        Seen { day, observed: 40.0 * (0.1 * day as f64).exp(), value, days: 1.0 },
                        rule,
                    )
                })
                .sum()
        };
        assert!(likely(0.1) > likely(0.05) + 0.5 && likely(0.1) > likely(0.2) + 0.5);
    }

    #[test]
    fn scatter_is_what_chance_leaves_open() {
        let days: Vec<f64> = (0..8000)
            .map(|day| {
                let mut draw = Draw::new(11, 0x7009, day, 0);
                let mean = 900.0 * (0.3 * coordinates::normal(&mut draw)).exp();
                mean + mean.sqrt() * coordinates::normal(&mut draw)
            })
            .collect();
        assert!((scatter(&days) / 0.09 - 1.0).abs() < 0.08, "{}", scatter(&days));
        assert_eq!(scatter(&[]), 0.03);
    }
}
