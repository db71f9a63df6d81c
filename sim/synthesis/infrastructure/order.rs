//! Zones in an order in which neighbours stay together, and runs of them of about equal weight.
use citytwin_world::{City, ZoneId};
use std::ops::Range;

/// Bits of each coordinate on the curve.
const BITS: u32 = 12;

/// The zones along a Hilbert curve over the city.
pub(super) fn along_curve(city: &City) -> Vec<ZoneId> {
    let zones = &city.zones;
    let span = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low, (high - low).max(1e-9))
    };
    let (west, wide) = span(zones.lon.as_slice());
    let (south, high) = span(zones.lat.as_slice());
    let cell = |at: f64, from: f64, span: f64| ((at - from) / span * f64::from((1 << BITS) - 1)) as u32;
    let mut order: Vec<(u64, ZoneId)> = zones
        .lon
        .iter()
        .map(|(zone, lon)| (along(cell(*lon, west, wide), cell(zones.lat[zone], south, high)), zone))
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, zone)| zone).collect()
}

/// Where a cell lies along the curve (D. Hilbert 1891; the common algorithm of quadrants turned and mirrored).
fn along(mut x: u32, mut y: u32) -> u64 {
    let mut at = 0u64;
    let mut side = 1u32 << (BITS - 1);
    while side > 0 {
        let (right, upper) = (u32::from(x & side > 0), u32::from(y & side > 0));
        at += u64::from(side) * u64::from(side) * u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                let most = (1 << BITS) - 1;
                (x, y) = (most - x, most - y);
            }
            (x, y) = (y, x);
        }
        side /= 2;
    }
    at
}

/// Cuts weights into runs of about `target` each, as even as whole rows allow: at least one run, none empty.
pub(super) fn runs(weight: &[f64], target: f64) -> Vec<Range<usize>> {
    let total: f64 = weight.iter().sum();
    let count = ((total / target).round() as usize).clamp(1, weight.len().max(1));
    let each = total / count as f64;
    let (mut runs, mut start, mut sum) = (Vec::with_capacity(count), 0, 0.0);
    for (at, more) in weight.iter().enumerate() {
        sum += more;
        // A run ends where its share of the whole is reached.
        if sum >= each * (runs.len() + 1) as f64 - 1e-9 && runs.len() + 1 < count {
            runs.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < weight.len() {
        runs.push(start..weight.len());
    }
    runs
}
