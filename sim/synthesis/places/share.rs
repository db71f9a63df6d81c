//! Sharing out whole numbers so that the sum is exact.

/// Shares `total` out in proportion to weights by largest remainders (ties to the earlier); weights that are no
/// positive numbers count as 0. All equal when no weight is positive; all 0 when there are none.
pub fn share(total: u32, weights: &[f64]) -> Vec<u32> {
    let sound = |w: &f64| if w.is_finite() && *w > 0.0 { *w } else { 0.0 };
    let mut weights: Vec<f64> = weights.iter().map(sound).collect();
    if weights.is_empty() {
        return Vec::new();
    }
    if weights.iter().all(|w| *w == 0.0) {
        weights.fill(1.0);
    }
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| f64::from(total) * (w / sum)).collect();
    let mut whole: Vec<u32> = exact.iter().map(|e| e.floor() as u32).collect();
    let given: u64 = whole.iter().map(|n| u64::from(*n)).sum();
    let mut order: Vec<usize> = (0..whole.len()).collect();
    let rest = |at: &usize| exact.get(*at).map_or(0.0, |e| e - e.floor());
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)).then(a.cmp(b)));
    let missing = u64::from(total).saturating_sub(given) as usize;
    for at in order.iter().cycle().take(missing) {
        if let Some(n) = whole.get_mut(*at) {
            *n += 1;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        assert_eq!(share(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(share(7, &[0.0, 0.0]), [4, 3]);
        assert_eq!(share(5, &[f64::NAN, -1.0, 2.0]), [0, 0, 5]);
        assert_eq!(share(0, &[1.0]), [0]);
        assert!(share(3, &[]).is_empty());
        for total in [1, 999, 812_935, u32::MAX] {
            let weights: Vec<f64> = (0..1227).map(|i| f64::from(i * 7919 % 1009)).collect();
            let sum: u64 = share(total, &weights).iter().map(|n| u64::from(*n)).sum();
            assert_eq!(sum, u64::from(total));
        }
    }
}
