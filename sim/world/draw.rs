//! Chance without state: every draw is a pure function of (seed, purpose, who, when, extra).
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011),
//! checked against the known-answer vectors of Random123. Since nothing is carried from draw to draw, results cannot
//! depend on the order of persons, threads or restarts, and two policies on one seed share all accidents that neither
//! of them touches. Each room names its own purposes as `u32` constants, distinct within the city twin.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;
/// 2^-53, the spacing of the uniform numbers of [`Draw::unit_f64`].
const UNIT_F64: f64 = 1.0 / (1u64 << 53) as f64;
/// 2^-24, the spacing of the uniform numbers of [`Draw::unit_f32`].
const UNIT_F32: f32 = 1.0 / (1u32 << 24) as f32;

#[inline]
fn multiply(a: u32, b: u32) -> (u32, u32) {
    let product = u64::from(a) * u64::from(b);
    ((product >> 32) as u32, product as u32)
}

/// Philox4x32-10: four random words of a counter and a key.
#[inline]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let (high_0, low_0) = multiply(MULTIPLIERS[0], counter[0]);
        let (high_1, low_1) = multiply(MULTIPLIERS[1], counter[2]);
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
        key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
    }
    counter
}

/// Four random words for (seed, purpose, who, when, extra).
#[inline]
pub fn block(seed: u64, purpose: u32, who: u32, when: u32, extra: u32) -> [u32; 4] {
    philox([purpose, who, when, extra], [seed as u32, (seed >> 32) as u32])
}

/// Counters worked on side by side in [`blocks`].
const LANES: usize = 32;

/// One word of the counters of so many persons.
type Lanes = [u32; LANES];

/// The same step of many generators.
#[inline(never)] // so that it is compiled for several at once
fn round([a, b, c, d]: &mut [Lanes; 4], key: [u32; 2]) {
    for lane in 0..LANES {
        let (high_0, low_0) = multiply(MULTIPLIERS[0], a[lane]);
        let (high_1, low_1) = multiply(MULTIPLIERS[1], c[lane]);
        (a[lane], b[lane]) = (high_1 ^ b[lane] ^ key[0], low_1);
        (c[lane], d[lane]) = (high_0 ^ d[lane] ^ key[1], low_0);
    }
}

/// Draws so many blocks at once, whose counters stand in `lanes` word by word.
#[inline]
fn draw_lanes(seed: u64, lanes: &mut [Lanes; 4]) {
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..ROUNDS {
        round(lanes, key);
        key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
    }
}

/// The first [`block`] of each of many persons, from one on: several times faster than one by one, since the same step
/// is taken for many at once.
pub fn blocks(seed: u64, purpose: u32, first_who: u32, when: u32, blocks: &mut [[u32; 4]]) {
    for (group, blocks) in blocks.chunks_mut(LANES).enumerate() {
        let first = first_who.wrapping_add((group * LANES) as u32);
        let mut lanes = [[purpose; LANES], [0; LANES], [when; LANES], [0; LANES]];
        lanes[1].iter_mut().enumerate().for_each(|(lane, word)| *word = first.wrapping_add(lane as u32));
        draw_lanes(seed, &mut lanes);
        for (lane, words) in blocks.iter_mut().enumerate() {
            *words = [lanes[0][lane], lanes[1][lane], lanes[2][lane], lanes[3][lane]];
        }
    }
}

/// The [`block`] of each (who, extra) of a list, written to `blocks` in its order: as fast as [`blocks`].
pub fn blocks_of(seed: u64, purpose: u32, when: u32, keys: &[[u32; 2]], blocks: &mut Vec<[u32; 4]>) {
    blocks.clear();
    for keys in keys.chunks(LANES) {
        let mut lanes = [[purpose; LANES], [0; LANES], [when; LANES], [0; LANES]];
        for (lane, [who, extra]) in keys.iter().enumerate() {
            (lanes[1][lane], lanes[3][lane]) = (*who, *extra);
        }
        draw_lanes(seed, &mut lanes);
        blocks.extend((0..keys.len()).map(|i| [lanes[0][i], lanes[1][i], lanes[2][i], lanes[3][i]]));
    }
}

/// A uniform number in [0, 1) from one random word, exact in f32.
#[inline]
pub fn unit_f32(word: u32) -> f32 {
    (word >> 8) as f32 * UNIT_F32
}

/// A uniform number in [0, 1) from two random words, with 53 random bits.
#[inline]
pub fn unit_f64(high: u32, low: u32) -> f64 {
    (((u64::from(high) << 32) | u64::from(low)) >> 11) as f64 * UNIT_F64
}

/// As many draws as one (seed, purpose, who, when) needs, one after the other.
///
/// The fourth counter word counts blocks, so a `Draw` can give 2^32 × 4 words and never meets the draws of another key.
/// Whoever calls [`block`] directly with the same purpose must not also make a `Draw` of it.
#[derive(Clone, Debug)]
pub struct Draw {
    seed: u64,
    purpose: u32,
    who: u32,
    when: u32,
    next_block: u32,
    words: [u32; 4],
    used: u8,
}

impl Draw {
    /// The draws of (seed, purpose, who, when).
    #[inline]
    pub fn new(seed: u64, purpose: u32, who: u32, when: u32) -> Self {
        Self { seed, purpose, who, when, next_block: 0, words: [0; 4], used: 4 }
    }
    /// The next random word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.words = block(self.seed, self.purpose, self.who, self.when, self.next_block);
            self.next_block = self.next_block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[usize::from(self.used & 3)];
        self.used += 1;
        word
    }
    /// Uniform in [0, 1) with 53 random bits (two words).
    #[inline]
    pub fn unit_f64(&mut self) -> f64 {
        let high = self.word();
        unit_f64(high, self.word())
    }
    /// Uniform in [0, 1) with 24 random bits (one word).
    #[inline]
    pub fn unit_f32(&mut self) -> f32 {
        unit_f32(self.word())
    }
    /// Uniform among 0 … n − 1; 0 for `n` = 0. Unbiased (Lemire, "Fast random integer generation in an interval", 2019).
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        let (mut high, mut low) = multiply(self.word(), n);
        if low < n {
            let threshold = n.wrapping_neg() % n;
            while low < threshold {
                (high, low) = multiply(self.word(), n);
            }
        }
        high
    }
    /// True with probability `p`; never for `p` ≤ 0 or NaN, always for `p` ≥ 1.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit_f64() < p
    }
    /// Uniform in (0, 1], fit for a logarithm.
    #[inline]
    fn open_f64(&mut self) -> f64 {
        1.0 - self.unit_f64()
    }
    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.open_f64().ln()
    }
    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.open_f64().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit_f64()).cos()
    }
    /// Log-normal: exp(`mu` + `sigma` × normal), `mu` and `sigma` on the logarithmic scale.
    pub fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        (mu + sigma * self.normal()).exp()
    }
    /// Gamma with shape `k` and scale 1 (Marsaglia and Tsang 2000); 0 for `k` ≤ 0 or NaN.
    pub fn gamma(&mut self, k: f64) -> f64 {
        if k.is_nan() || k <= 0.0 {
            return 0.0;
        }
        // Below 1 the method is applied to k + 1 and scaled back by u^(1/k).
        let (k, scale) = if k < 1.0 { (k + 1.0, self.open_f64().powf(1.0 / k)) } else { (k, 1.0) };
        let d = k - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.open_f64().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v * scale;
            }
        }
    }
    /// Poisson with mean `mean`; 0 for `mean` ≤ 0 or NaN. Multiplication below 10, above it transformed rejection
    /// (Hörmann 1993, PTRS).
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean < 10.0 {
            let floor = (-mean).exp();
            let mut product = self.open_f64();
            let mut count = 0;
            while product > floor {
                product *= self.open_f64();
                count += 1;
            }
            return count;
        }
        self.poisson_by_rejection(mean.min(1e15))
    }
    fn poisson_by_rejection(&mut self, mean: f64) -> u64 {
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let limit = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.unit_f64() - 0.5;
            let v = self.open_f64();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= limit {
                return k as u64;
            }
            if k < 0.0 || !k.is_finite() || (us < 0.013 && v > us) {
                continue;
            }
            let accepted = (v * inverse_alpha / (a / (us * us) + b)).ln();
            if accepted <= k * mean.ln() - mean - ln_factorial(k) {
                return k as u64;
            }
        }
    }
    /// Index of one of several weights, with probability in proportion; `None` if none is positive.
    pub fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().filter(|w| **w > 0.0).sum();
        let mut left = self.unit_f64() * total;
        let mut last = None;
        for (i, w) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            last = Some(i);
            left -= w;
            if left < 0.0 {
                break;
            }
        }
        last
    }
    /// Puts a slice into random order (Fisher and Yates); slices beyond 2^32 items keep their tail.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len().min(u32::MAX as usize)).rev() {
            items.swap(i, self.below(i as u32 + 1) as usize);
        }
    }
}

/// ln(k!) by Stirling's series, after raising small arguments to where four terms give full precision.
fn ln_factorial(k: f64) -> f64 {
    let (mut x, mut shift) = (k + 1.0, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random123_known_answers() {
        let zero = philox([0; 4], [0; 2]);
        assert_eq!(zero, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = philox([u32::MAX; 4], [u32::MAX; 2]);
        assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let pi = philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]);
        assert_eq!(pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
        assert_eq!(block(0x299f_31d0_a409_3822, 0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), pi);
    }

    #[test]
    fn many_blocks_are_those_drawn_one_by_one() {
        for count in [0, 1, 7, 8, 9, 64, 67] {
            let mut many = vec![[0; 4]; count];
            blocks(77, 5, u32::MAX - 3, 9, &mut many);
            for (i, words) in many.iter().enumerate() {
                assert_eq!(*words, block(77, 5, (u32::MAX - 3).wrapping_add(i as u32), 9, 0));
            }
            let keys: Vec<[u32; 2]> = (0..count as u32).map(|i| [i.wrapping_mul(i), !i]).collect();
            blocks_of(1 << 40, 6, 10, &keys, &mut many);
            assert_eq!(many.len(), count);
            for (words, [who, extra]) in many.iter().zip(&keys) {
                assert_eq!(*words, block(1 << 40, 6, *who, 10, *extra));
            }
        }
    }

    fn moments(n: u32, mut f: impl FnMut(&mut Draw) -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..n).map(|who| f(&mut Draw::new(7, 1, who, 0))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n))
    }

    #[test]
    fn distributions_have_their_moments() {
        let close = |(mean, variance): (f64, f64), want_mean: f64, want_variance: f64| {
            let sd = (want_variance / 100_000.0).sqrt();
            assert!((mean - want_mean).abs() < 4.5 * sd, "mean {mean} is not {want_mean}");
            assert!(
                (variance / want_variance - 1.0).abs() < 0.05,
                "variance {variance} is not {want_variance}"
            );
        };
        let n = 100_000;
        close(moments(n, Draw::unit_f64), 0.5, 1.0 / 12.0);
        close(moments(n, |d| f64::from(d.unit_f32())), 0.5, 1.0 / 12.0);
        close(moments(n, |d| f64::from(d.below(6))), 2.5, 35.0 / 12.0);
        close(moments(n, Draw::normal), 0.0, 1.0);
        close(moments(n, Draw::exponential), 1.0, 1.0);
        for k in [0.16, 1.0, 4.5] {
            close(moments(n, |d| d.gamma(k)), k, k);
        }
        for mean in [0.3, 7.0, 10.0, 55.0, 3000.0] {
            close(moments(n, |d| d.poisson(mean) as f64), mean, mean);
        }
        let e: f64 = (0.125f64).exp();
        close(moments(n, |d| d.lognormal(0.0, 0.5)), e, e * e * ((0.25f64).exp() - 1.0));
    }

    #[test]
    fn edges_are_harmless() {
        let mut d = Draw::new(1, 2, 3, 4);
        assert_eq!(d.below(0), 0);
        assert_eq!(d.below(1), 0);
        assert!(!d.chance(0.0) && !d.chance(f64::NAN) && d.chance(1.0));
        assert_eq!(d.gamma(f64::NAN), 0.0);
        assert_eq!(d.poisson(-1.0), 0);
        assert_eq!(d.weighted(&[]), None);
        assert_eq!(d.weighted(&[0.0, 2.0, 0.0]), Some(1));
        let mut items: Vec<u32> = (0..50).collect();
        d.shuffle(&mut items);
        items.sort_unstable();
        assert!(items.iter().copied().eq(0..50));
        let exact: f64 = (1..=20).map(|k| f64::from(k).ln()).sum();
        assert!((ln_factorial(20.0) - exact).abs() < 1e-12);
        assert!(ln_factorial(0.0).abs() < 1e-9);
    }
}
