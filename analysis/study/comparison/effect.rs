//! The effect of a variant on a metric: differences of runs that share their seeds.
use super::statistics::{half_width, mean_sd};
use citytwin_metrics::{Better, MetricKind};

/// Levels of the intervals that are told.
pub const LEVELS: [f64; 2] = [0.5, 0.9];

/// The effect of a variant on one metric, against the first variant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Seeds for which both have a value.
    pub pairs: usize,
    /// Mean of the first variant over those seeds.
    pub reference: f64,
    /// Mean of this one.
    pub value: f64,
    /// Mean difference, this less first.
    pub difference: f64,
    /// Standard deviation of the differences.
    pub sd: f64,
    /// Half the width of the intervals of the mean difference, at each of [`LEVELS`].
    pub half_widths: [f64; 2],
    /// Share of seeds on which this variant is better, ties counted half; NaN where neither more nor less is better.
    pub better_share: f64,
    /// Runs that independent seeds would need for the same width, over those that these pairs took: variances of both
    /// over that of the differences. Infinite where all differences are the same though the runs are not.
    pub pairing_ratio: f64,
}

/// The effect of a variant with values `of` against `reference`, seed by seed; pairs without a value are left out.
pub fn effect(reference: &[f64], of: &[f64], better: Better) -> Effect {
    let pairs: Vec<(f64, f64)> = reference
        .iter()
        .zip(of)
        .filter(|(a, b)| a.is_finite() && b.is_finite())
        .map(|(a, b)| (*a, *b))
        .collect();
    let column = |read: fn(&(f64, f64)) -> f64| -> Vec<f64> { pairs.iter().map(read).collect() };
    let (first, sd_first) = mean_sd(&column(|pair| pair.0));
    let (second, sd_second) = mean_sd(&column(|pair| pair.1));
    let differences = column(|pair| pair.1 - pair.0);
    let (difference, sd) = mean_sd(&differences);
    let (apart, together) = (sd_first.powi(2) + sd_second.powi(2), sd.powi(2));
    Effect {
        pairs: pairs.len(),
        reference: first,
        value: second,
        difference,
        sd,
        half_widths: LEVELS.map(|level| half_width(sd, pairs.len(), level)),
        better_share: better_share(&differences, better),
        pairing_ratio: if apart > 0.0 { apart / together } else { f64::NAN },
    }
}

fn better_share(differences: &[f64], better: Better) -> f64 {
    let sign = match better {
        Better::Less => -1.0,
        Better::More => 1.0,
        Better::Neither => return f64::NAN,
    };
    let wins: f64 = differences
        .iter()
        .map(|difference| match difference * sign {
            gain if gain > 0.0 => 1.0,
            0.0 => 0.5,
            _ => 0.0,
        })
        .sum();
    wins / differences.len() as f64
}

/// How a variant fares where one must be chosen before chance is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// Position of the variant.
    pub variant: usize,
    /// Mean of the metric.
    pub mean: f64,
    /// Mean of what is lost against the best variant of each seed, in the metric's unit.
    pub regret: f64,
    /// The most that is lost on any seed.
    pub regret_max: f64,
    /// Share of seeds on which it is the best; those of a tie share it.
    pub best_share: f64,
}

/// All variants in order of mean regret; seeds on which one has no value are left out. Less is better unless the metric
/// says that more is.
pub fn ranking(values: &[Vec<f64>], metric: &MetricKind) -> Vec<Rank> {
    let sign = if metric.better == Better::More { -1.0 } else { 1.0 };
    let seeds = values.iter().map(Vec::len).min().unwrap_or(0);
    let known: Vec<usize> = (0..seeds).filter(|seed| values.iter().all(|v| v[*seed].is_finite())).collect();
    let n = known.len() as f64;
    let best: Vec<f64> = known
        .iter()
        .map(|seed| values.iter().map(|v| v[*seed] * sign).fold(f64::INFINITY, f64::min))
        .collect();
    let shared: Vec<f64> = known
        .iter()
        .zip(&best)
        .map(|(seed, best)| values.iter().filter(|v| v[*seed] * sign == *best).count() as f64)
        .collect();
    let mut ranks: Vec<Rank> = values
        .iter()
        .enumerate()
        .map(|(variant, of)| {
            let lost: Vec<f64> =
                known.iter().zip(&best).map(|(seed, best)| of[*seed] * sign - best).collect();
            let wins = lost.iter().zip(&shared).filter(|(lost, _)| **lost == 0.0);
            Rank {
                variant,
                mean: known.iter().map(|seed| of[*seed]).sum::<f64>() / n,
                regret: lost.iter().sum::<f64>() / n,
                regret_max: lost.iter().copied().fold(0.0, f64::max),
                best_share: wins.map(|(_, shared)| 1.0 / shared).sum::<f64>() / n,
            }
        })
        .collect();
    ranks.sort_by(|a, b| a.regret.total_cmp(&b.regret).then(a.variant.cmp(&b.variant)));
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_metrics::find;
    use citytwin_world::Draw;

    #[test]
    fn effects_follow_by_hand() {
        let effect = effect(&[10.0, 14.0, f64::NAN, 12.0], &[8.0, 13.0, 1.0, 9.0], Better::Less);
        assert_eq!((effect.pairs, effect.reference, effect.value, effect.difference), (3, 12.0, 10.0, -2.0));
        assert_eq!((effect.sd, effect.better_share), (1.0, 1.0));
        // Variances 4 and 7 over 1.
        assert!((effect.pairing_ratio - 11.0).abs() < 1e-12);
        // t of 2 degrees of freedom at .75 and .95: .816497 and 2.919986.
        assert!((effect.half_widths[0] - 0.816_497 / 3f64.sqrt()).abs() < 1e-5);
        assert!((effect.half_widths[1] - 2.919_986 / 3f64.sqrt()).abs() < 1e-5);
        let tie = super::effect(&[1.0, 1.0], &[1.0, 2.0], Better::More);
        assert_eq!(tie.better_share, 0.75);
        assert!(super::effect(&[1.0], &[1.0], Better::Neither).better_share.is_nan());
    }

    #[test]
    fn regret_is_what_the_best_would_have_saved() {
        let values = vec![vec![5.0, 1.0, 3.0], vec![3.0, 4.0, 3.0], vec![f64::NAN; 3]];
        let metric = find("infections_cumulative_persons").unwrap();
        let ranks = ranking(&values[..2], metric);
        assert_eq!((ranks[0].variant, ranks[0].regret, ranks[0].regret_max), (0, 2.0 / 3.0, 2.0));
        assert_eq!((ranks[1].variant, ranks[1].regret, ranks[1].mean), (1, 1.0, 10.0 / 3.0));
        assert_eq!(ranks.iter().map(|r| r.best_share).collect::<Vec<_>>(), [0.5, 0.5]);
        let more = ranking(&values[..2], find("output_share").unwrap());
        assert_eq!((more[0].variant, more[0].regret), (1, 2.0 / 3.0));
        assert!(ranking(&values, metric)[0].mean.is_nan());
    }

    /// Values of runs whose chance they share in part: exponential, so that they are as skewed as outbreaks.
    fn made_up(trial: u32, seed: u32, shift: f64) -> (f64, f64) {
        let mut draw = Draw::new(11, 0x7001, trial, seed);
        let mut exponential = || -(1.0 - draw.unit_f64()).ln();
        let shared = 3.0 * exponential();
        (shared + exponential(), shared + exponential() + shift)
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let trials = 1000;
        let mut held = [0; 2];
        for trial in 0..trials {
            let pairs: Vec<(f64, f64)> = (0..40).map(|seed| made_up(trial, seed, -0.5)).collect();
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let effect = effect(&a, &b, Better::Less);
            for (held, half) in held.iter_mut().zip(effect.half_widths) {
                *held += u32::from((effect.difference + 0.5).abs() <= half);
            }
            // Variances of 10 and 10 over that of the difference, 2.
            assert!((1.5..60.0).contains(&effect.pairing_ratio));
        }
        for (held, level) in held.iter().zip(LEVELS) {
            let share = f64::from(*held) / f64::from(trials);
            assert!((share - level).abs() <= 0.02, "{share} at {level}");
        }
    }
}
