//! Travel time of a link as a function of its volume.

use crate::problem::Problem;

/// A volume-delay function of the form of the Bureau of Public Roads (1964), with the link's own factors:
/// `free_time * (1 + b * (volume / capacity)^power) + fixed`.
///
/// Times are in any one unit, volumes and capacities in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolumeDelay {
    /// Travel time of the empty link.
    pub free_time: f64,
    /// What volume at capacity adds, as a share of the free time.
    pub b: f64,
    /// Volume at which that much is added; without meaning where `b` or `power` is 0.
    pub capacity: f64,
    /// Exponent; 0 makes the time `free_time * (1 + b)` at any volume.
    pub power: f64,
    /// What the link costs at any volume besides its free time, such as a toll, in units of time.
    pub fixed: f64,
}

impl VolumeDelay {
    /// A link of constant time.
    #[must_use]
    pub fn constant(time: f64) -> Self {
        Self { free_time: time, b: 0.0, capacity: 1.0, power: 1.0, fixed: 0.0 }
    }

    /// Whether all numbers are finite, none is negative and the capacity is positive where it matters.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let numbers = [self.free_time, self.b, self.power, self.fixed];
        let volume_counts = self.free_time > 0.0 && self.b > 0.0 && self.power > 0.0;
        numbers.iter().all(|n| n.is_finite() && *n >= 0.0)
            && (!volume_counts || (self.capacity.is_finite() && self.capacity > 0.0))
    }

    /// Time at a volume.
    #[must_use]
    pub fn time(&self, volume: f64) -> f64 {
        Curve::new(self).at(volume).0
    }

    /// Integral of the time from volume 0, the link's part in Beckmann's objective.
    #[must_use]
    pub fn integral(&self, volume: f64) -> f64 {
        let curve = Curve::new(self);
        curve.base * volume + (curve.at(volume).0 - curve.base) * volume / (self.power + 1.0)
    }
}

/// A volume-delay function made ready for many evaluations: `base + scale * (volume * per_capacity)^power`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    base: f64,
    scale: f64,
    per_capacity: f64,
    power: f64,
    /// The power if it is a small whole number, else 0.
    whole: i32,
}

/// Least share of capacity at which a slope is taken where it would be infinite at none.
const LEAST_RATIO: f64 = 1e-9;

impl Curve {
    pub(super) fn new(delay: &VolumeDelay) -> Self {
        let rise = delay.free_time * delay.b;
        let base = delay.free_time + delay.fixed;
        if rise == 0.0 || delay.power == 0.0 {
            return Self { base: base + rise, scale: 0.0, per_capacity: 1.0, power: 1.0, whole: 1 };
        }
        let whole = (1..=32).find(|w| f64::from(*w) == delay.power).unwrap_or(0);
        Self { base, scale: rise, per_capacity: 1.0 / delay.capacity, power: delay.power, whole }
    }

    /// Time and its derivative at a volume; negative volumes count as none.
    #[inline]
    pub(super) fn at(&self, volume: f64) -> (f64, f64) {
        if self.scale == 0.0 {
            return (self.base, 0.0);
        }
        let ratio = (volume * self.per_capacity).max(0.0);
        let below = match self.whole {
            4 => ratio * ratio * ratio,
            0 => ratio.max(LEAST_RATIO).powf(self.power - 1.0),
            whole => ratio.powi(whole - 1),
        };
        (self.base + self.scale * below * ratio, self.scale * self.power * self.per_capacity * below)
    }

    /// The curves of all links.
    ///
    /// # Errors
    /// [`Problem::Delay`] with the first link whose numbers make no sense.
    pub(super) fn all(delay: &[VolumeDelay]) -> Result<Vec<Self>, Problem> {
        match delay.iter().position(|d| !d.is_sound()) {
            Some(link) => Err(Problem::Delay(link)),
            None => Ok(delay.iter().map(Self::new).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_slope_and_integral_agree() {
        for power in [0.0, 0.5, 1.0, 2.5, 4.0, 16.8] {
            let delay = VolumeDelay { free_time: 3.0, b: 0.15, capacity: 200.0, power, fixed: 0.5 };
            assert!(delay.is_sound());
            let at_capacity = 3.0 * 1.15 + 0.5;
            assert!((delay.time(200.0) - at_capacity).abs() < 1e-12);
            let curve = Curve::new(&delay);
            for volume in [10.0, 150.0, 320.0] {
                let step = 1e-4;
                let rise = (delay.time(volume + step) - delay.time(volume - step)) / (2.0 * step);
                assert!((curve.at(volume).1 - rise).abs() < 1e-6 * rise.max(1.0), "{power} {volume}");
                let area = (delay.integral(volume + step) - delay.integral(volume - step)) / (2.0 * step);
                assert!((delay.time(volume) - area).abs() < 1e-6 * area, "{power} {volume}");
            }
            assert!(curve.at(0.0).1.is_finite() && curve.at(-1.0).0 == curve.at(0.0).0);
        }
    }

    #[test]
    fn senseless_numbers_are_named() {
        let good = VolumeDelay::constant(2.0);
        assert_eq!(good.time(1e9), 2.0);
        let bad = VolumeDelay { capacity: 0.0, b: 0.15, power: 4.0, ..good };
        assert_eq!(Curve::all(&[good, bad]).unwrap_err(), Problem::Delay(1));
        assert!(!VolumeDelay { free_time: f64::NAN, ..good }.is_sound());
        assert!(VolumeDelay { capacity: 0.0, ..good }.is_sound());
    }
}
