//! Coordinates in which every prior is a standard normal.
use citytwin_world::Draw;
use statrs::distribution::{ContinuousCDF, Normal};

/// The share of a prior that lies below a coordinate.
pub fn share(z: f64) -> f64 {
    Normal::new(0.0, 1.0).map_or(0.5, |normal| normal.cdf(z)).clamp(1e-9, 1.0 - 1e-9)
}

/// The coordinate below which a share of the prior lies.
pub fn of_share(share: f64) -> f64 {
    Normal::new(0.0, 1.0).map_or(0.0, |normal| normal.inverse_cdf(share.clamp(1e-9, 1.0 - 1e-9)))
}

/// A standard normal draw.
pub fn normal(draw: &mut Draw) -> f64 {
    of_share(draw.unit_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_and_shares_undo_each_other() {
        for at in [-3.0, -0.5, 0.0, 1.2, 4.0] {
            assert!((of_share(share(at)) - at).abs() < 1e-6, "{at}");
        }
        assert!(share(f64::NEG_INFINITY) > 0.0 && share(99.0) < 1.0);
    }
}
