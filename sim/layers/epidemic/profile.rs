//! Infectiousness over the time since infection or since the onset of symptoms, tabulated by the hour.

/// Shares of the gamma curve cut off at both ends, so that every course has a first and a last infectious hour.
const TAIL: f64 = 0.002;
/// Longest curve, hours.
const HOURS_MAX: usize = 24 * 400;
/// Steps per hour of the numerical integral.
const STEPS: usize = 4;

/// A curve cut at its 0.2 % tails; its area is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Area from the begin of the table to the end of each hour, beginning with 0.
    area: Vec<f32>,
    /// Begin of the table, hours before the event to which the curve belongs: 0 for the infection.
    pub before_h: u32,
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
        Self::cut(&raw, 0)
    }

    /// A skew-normal curve (Azzalini 1985) around the onset of symptoms, of a location and a scale above 0 in days.
    pub fn around_onset(shift_days: f64, width_days: f64, slant: f64) -> Self {
        /// Scales on both sides of the location, beyond which nothing counts.
        const REACH: f64 = 6.0;
        let before_h = ((REACH * width_days - shift_days).max(0.0) * 24.0).ceil();
        let after_h = ((REACH * width_days + shift_days).max(0.0) * 24.0).ceil();
        let hours = ((before_h + after_h) as usize).clamp(1, 2 * HOURS_MAX);
        let density = |h: f64| {
            let z = ((h - before_h) / 24.0 - shift_days) / width_days;
            (-0.5 * z * z).exp() * normal_share(slant * z)
        };
        let raw: Vec<f64> = (0..hours)
            .map(|h| (0..STEPS).map(|s| density(h as f64 + (s as f64 + 0.5) / STEPS as f64)).sum())
            .collect();
        Self::cut(&raw, before_h as u32)
    }

    /// The curve of a table by the hour, without its tails.
    fn cut(raw: &[f64], before_h: u32) -> Self {
        let (hours, total) = (raw.len(), raw.iter().sum::<f64>());
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
        let peak_per_day = peak / kept * 24.0;
        Self { area, before_h, first_h: first as u32, last_h: last as u32, peak_per_day }
    }

    /// Area from the begin of the table to a time after it, in hours.
    fn until(&self, hours: f64) -> f64 {
        let hours = hours.max(0.0);
        let whole = hours as usize;
        match (self.area.get(whole), self.area.get(whole + 1)) {
            (Some(&a), Some(&b)) => f64::from(a) + f64::from(b - a) * hours.fract(),
            _ => 1.0,
        }
    }

    /// Infectiousness summed over an interval after the begin of the table (hours), in days at the peak.
    pub fn peak_days(&self, from_h: f64, to_h: f64) -> f64 {
        (self.until(to_h) - self.until(from_h)).max(0.0) / self.peak_per_day
    }
}

/// Share of a standard normal distribution below a value (Abramowitz and Stegun 1964, 26.2.17: error below 7.5e-8).
fn normal_share(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let terms = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let tail = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    let above = tail * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    if z >= 0.0 { 1.0 - above } else { above }
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
    fn the_curve_around_the_onset_has_its_share_before_it() {
        // Share of a skew normal below its location: 1/2 − atan(slant) / π; 15 % with Hellewell's slant.
        for (slant, share) in [(1.95, 0.1511), (0.7, 0.3056), (0.0, 0.5), (30.0, 0.0106)] {
            let curve = Curve::around_onset(0.0, 2.0, slant);
            let before = curve.peak_days(0.0, f64::from(curve.before_h)) * curve.peak_per_day;
            // Tails of 0.2 % are cut off on each side.
            assert!((before - share).abs() < 0.004, "slant {slant}: {before} before the onset, not {share}");
        }
        let later = Curve::around_onset(5.0, 0.5, 0.0);
        assert!(later.before_h == 0 && later.first_h > 24 * 3 && later.last_h < 24 * 7);
    }

    #[test]
    fn extreme_curves_are_harmless() {
        for (mean, sd) in [(0.05, 0.02), (60.0, 60.0), (60.0, 0.02), (0.05, 60.0)] {
            let curve = Curve::gamma(mean, sd);
            let sum = curve.peak_days(0.0, 1e9);
            assert!(sum.is_finite() && sum > 0.0 && curve.first_h < curve.last_h, "{mean} {sd}: {sum}");
        }
        for (shift, width, slant) in [(-60.0, 0.02, 1000.0), (60.0, 60.0, -1000.0), (0.0, 0.02, 0.0)] {
            let curve = Curve::around_onset(shift, width, slant);
            let sum = curve.peak_days(0.0, 1e9);
            assert!(sum.is_finite() && sum > 0.0 && curve.first_h < curve.last_h, "{shift} {width} {slant}");
        }
    }
}
