//! Infectiousness over the time since infection, tabulated by the hour.

/// Shares of the gamma curve cut off at both ends, so that every course has a first and a last infectious hour.
const TAIL: f64 = 0.002;
/// Longest curve, hours.
const HOURS_MAX: usize = 24 * 400;
/// Steps per hour of the numerical integral.
const STEPS: usize = 4;

/// A gamma curve cut at its 0.2 % tails; its area is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Area from the infection to the end of each hour, beginning with 0.
    area: Vec<f32>,
    /// First hour with infectiousness.
    pub first_h: u32,
    /// End of infectiousness, hours.
    pub last_h: u32,
    /// Greatest density, per day.
    pub peak_per_day: f64,
}

impl Curve {
    /// The curve of a gamma distribution with a mean and a standard deviation in days, both above 0.
    pub fn gamma(mean_days: f64, sd_days: f64) -> Self {
        let shape = (mean_days / sd_days).powi(2);
        let scale_h = sd_days * sd_days / mean_days * 24.0;
        // Densities relative to the one at the mean, so that nothing overflows whatever the shape.
        let log_at = |h: f64| (shape - 1.0) * h.ln() - h / scale_h;
        let reference = log_at(mean_days * 24.0);
        let hours = (((mean_days + 12.0 * sd_days) * 24.0).ceil() as usize).clamp(1, HOURS_MAX);
        let mut raw = Vec::with_capacity(hours);
        for h in 0..hours {
            let step = 1.0 / STEPS as f64;
            let middles = (0..STEPS).map(|s| h as f64 + (s as f64 + 0.5) * step);
            raw.push(middles.map(|x| (log_at(x) - reference).exp() * step).sum::<f64>());
        }
        let total: f64 = raw.iter().sum();
        let mut below = 0.0;
        let (mut first, mut last) = (0, hours);
        for (h, part) in raw.iter().enumerate() {
            if below + part <= TAIL * total {
                first = h + 1;
            }
            if below < (1.0 - TAIL) * total {
                last = h + 1;
            }
            below += part;
        }
        let first = first.min(last - 1);
        let kept: f64 = raw[first..last].iter().sum();
        let mut area = Vec::with_capacity(last + 1);
        let mut sum = 0.0;
        area.push(0.0);
        for (h, part) in raw.iter().take(last).enumerate() {
            sum += if h < first { 0.0 } else { part / kept };
            area.push(sum as f32);
        }
        let peak = raw[first..last].iter().copied().fold(0.0, f64::max);
        Self { area, first_h: first as u32, last_h: last as u32, peak_per_day: peak / kept * 24.0 }
    }

    /// Area from the infection to a time after it, in hours.
    fn until(&self, hours: f64) -> f64 {
        let hours = hours.max(0.0);
        let whole = hours as usize;
        match (self.area.get(whole), self.area.get(whole + 1)) {
            (Some(&a), Some(&b)) => f64::from(a) + f64::from(b - a) * hours.fract(),
            _ => 1.0,
        }
    }

    /// Infectiousness summed over an interval after the infection (hours), in days at the peak.
    pub fn peak_days(&self, from_h: f64, to_h: f64) -> f64 {
        (self.until(to_h) - self.until(from_h)).max(0.0) / self.peak_per_day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_keeps_area_mean_and_spread() {
        let curve = Curve::gamma(5.5, 2.14);
        let whole = curve.peak_days(0.0, 1e9);
        assert!((whole * curve.peak_per_day - 1.0).abs() < 1e-6);
        let (mut mean, mut square) = (0.0, 0.0);
        for h in 0..curve.last_h {
            let (x, part) =
                ((f64::from(h) + 0.5) / 24.0, curve.peak_days(f64::from(h), f64::from(h) + 1.0) / whole);
            mean += part * x;
            square += part * x * x;
        }
        assert!((mean - 5.5).abs() < 0.03, "mean {mean}");
        assert!(((square - mean * mean).sqrt() - 2.14).abs() < 0.08);
        assert!(curve.first_h > 24 && curve.last_h < 24 * 15);
    }

    #[test]
    fn extreme_curves_are_harmless() {
        for (mean, sd) in [(0.05, 0.02), (60.0, 60.0), (60.0, 0.02), (0.05, 60.0)] {
            let curve = Curve::gamma(mean, sd);
            let sum = curve.peak_days(0.0, 1e9);
            assert!(sum.is_finite() && sum > 0.0 && curve.first_h < curve.last_h, "{mean} {sd}: {sum}");
        }
    }
}
