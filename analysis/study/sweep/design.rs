//! Which values a study tries: all combinations, lists that go together, and points of a sample.
use citytwin_world::Draw;
use statrs::distribution::{ContinuousCDF, Normal};
use std::ops::Range as Bytes;

/// Purpose of the draws of a sample.
const SAMPLE: u32 = 0x0902;

/// Most variants of a study.
pub const VARIANTS_MAX: u64 = 1_000_000;

/// A key and its values, as they'd stand in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Path of the key.
    pub key: String,
    /// Its bytes in the study file.
    pub key_span: Bytes<usize>,
    /// Values as written.
    pub values: Vec<String>,
    /// Their bytes.
    pub spans: Vec<Bytes<usize>>,
}

/// How values spread over a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Evenly between low and high.
    Even,
    /// Evenly in the logarithm.
    Logarithmic,
    /// Normal, with mean and standard deviation, cut at 4 of these.
    Normal,
}

/// A key that is sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Path of the key.
    pub key: String,
    /// Its bytes in the study file.
    pub key_span: Bytes<usize>,
    /// How values spread.
    pub spread: Spread,
    /// Low and high, or mean and standard deviation.
    pub ends: [f64; 2],
    /// Unit of both; empty for a pure number.
    pub unit: String,
    /// Whether values are whole numbers.
    pub whole: bool,
    /// How far the value wanders in a day of a forecast, as a share of itself (standard deviation); 0 = it stands.
    pub drift: f64,
}

impl Range {
    /// The value below which a share of the range lies, as a scenario has it; six significant digits, or a whole number
    /// where the range says so.
    pub fn value(&self, share: f64) -> String {
        let number = self.number(share);
        if self.unit.is_empty() { number.to_string() } else { format!("\"{number} {}\"", self.unit) }
    }

    /// As [`Self::value`], without the unit.
    pub fn number(&self, share: f64) -> f64 {
        let [a, b] = self.ends;
        let number = match self.spread {
            Spread::Even => a + (b - a) * share,
            Spread::Logarithmic => a * (b / a).powf(share),
            Spread::Normal => {
                let cut = |z: f64| z.clamp(-4.0, 4.0);
                a + b * Normal::new(0.0, 1.0).map_or(0.0, |normal| cut(normal.inverse_cdf(share)))
            }
        };
        if self.whole {
            return number.round();
        }
        let size = number.abs().max(f64::MIN_POSITIVE).log10().floor();
        let scale = 10f64.powi(5 - size as i32);
        if scale.is_finite() && scale > 0.0 { (number * scale).round() / scale } else { number }
    }
}

/// How a sample is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Sobol's sequence, scrambled after Owen: even in all projections.
    Sobol,
    /// A Latin hypercube: each key's range in as many strata as there are points, each with one.
    LatinHypercube,
    /// Independent draws.
    Random,
}

impl Method {
    /// Names in study files, in the order of the variants.
    pub const NAMES: [&str; 3] = ["sobol", "latin_hypercube", "random"];

    /// The method of a name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        [Self::Sobol, Self::LatinHypercube, Self::Random].get(place).copied()
    }

    /// Most points, where there's a limit.
    pub const fn points_max(self) -> Option<u32> {
        match self {
            Self::Sobol => Some(1 << 16),
            _ => None,
        }
    }

    /// Points of the unit cube, a row each.
    pub fn points(self, size: u32, keys: u32, seed: u64) -> Vec<Vec<f64>> {
        match self {
            Self::Sobol => {
                let of = |i, key| f64::from(sobol_burley::sample(i, key, seed as u32));
                (0..size).map(|i| (0..keys).map(|key| of(i, key)).collect()).collect()
            }
            Self::Random => {
                let of = |i, key| Draw::new(seed, SAMPLE, i, key).unit_f64();
                (0..size).map(|i| (0..keys).map(|key| of(i, key)).collect()).collect()
            }
            Self::LatinHypercube => {
                let columns: Vec<Vec<f64>> = (0..keys).map(|key| strata(size, key, seed)).collect();
                (0..size as usize).map(|i| columns.iter().map(|column| column[i]).collect()).collect()
            }
        }
    }
}

/// One value in each of `size` strata, in an order by chance.
fn strata(size: u32, key: u32, seed: u64) -> Vec<f64> {
    let mut order: Vec<(u32, u32, f64)> = (0..size)
        .map(|i| {
            let mut draw = Draw::new(seed, SAMPLE, i, key);
            (draw.below(u32::MAX), i, draw.unit_f64())
        })
        .collect();
    order.sort_unstable_by_key(|(place, i, _)| (*place, *i));
    order.iter().map(|(_, i, within)| (f64::from(*i) + within) / f64::from(size)).collect()
}

/// The values of one variant: a key and what it is set to, for each key of the study.
pub type Values = Vec<(String, String)>;

/// How many variants there are; `None` above [`VARIANTS_MAX`].
pub fn count(grid: &[Axis], zip: &[Axis], size: u32) -> Option<u64> {
    let zipped = zip.first().map_or(1, |axis| axis.values.len() as u64);
    let lists = grid.iter().map(|axis| axis.values.len() as u64);
    let all = lists.chain([zipped, u64::from(size.max(1))]).try_fold(1u64, u64::checked_mul)?;
    (all <= VARIANTS_MAX).then_some(all)
}

/// All variants: those of the last key of the grid next to each other, then rows of the zip, then points.
pub fn variants(grid: &[Axis], zip: &[Axis], ranges: &[Range], points: &[Vec<f64>]) -> Vec<Values> {
    let mut all: Vec<Values> = vec![Vec::new()];
    if !points.is_empty() {
        let value = |point: &Vec<f64>| -> Values {
            ranges.iter().zip(point).map(|(range, share)| (range.key.clone(), range.value(*share))).collect()
        };
        all = points.iter().map(value).collect();
    }
    if let Some(first) = zip.first() {
        let row = |i: usize| -> Values {
            zip.iter().filter_map(|axis| Some((axis.key.clone(), axis.values.get(i)?.clone()))).collect()
        };
        all = all
            .iter()
            .flat_map(|before| (0..first.values.len()).map(move |i| [before.clone(), row(i)].concat()))
            .collect();
    }
    for axis in grid {
        let with = |before: &Values| -> Vec<Values> {
            let of = |value: &String| [before.clone(), vec![(axis.key.clone(), value.clone())]].concat();
            axis.values.iter().map(of).collect()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(key: &str, values: &[&str]) -> Axis {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Axis { key: key.into(), key_span: 0..0, spans: vec![0..0; values.len()], values }
    }

    fn range(spread: Spread, ends: [f64; 2], unit: &str) -> Range {
        Range { key: "k".into(), key_span: 0..0, spread, ends, unit: unit.into(), whole: false, drift: 0.0 }
    }

    #[test]
    fn grids_cross_and_zips_go_together() {
        let (grid, zip) = (
            [axis("a", &["1", "2"]), axis("b", &["x", "y", "z"])],
            [axis("c", &["5", "6"]), axis("d", &["7", "8"])],
        );
        assert_eq!(count(&grid, &zip, 0), Some(12));
        let all = variants(&grid, &zip, &[], &[]);
        let shown = |values: &Values| values.iter().map(|(_, v)| v.as_str()).collect::<String>();
        assert_eq!(all.iter().map(shown).collect::<Vec<_>>()[..4], ["571x", "571y", "571z", "572x"]);
        assert_eq!((all.len(), shown(&all[11])), (12, "682z".to_owned()));
        assert_eq!(variants(&[], &[], &[], &[]), [Values::new()]);
        assert_eq!(count(&[axis("a", &["1"; 1001]), axis("b", &["1"; 1000])], &[], 0), None);
        assert_eq!(count(&[axis("a", &["1"; 1000])], &[], u32::MAX), None);
    }

    #[test]
    fn values_of_a_range_carry_its_unit() {
        assert_eq!(range(Spread::Even, [1.0, 3.0], "").value(0.25), "1.5");
        assert_eq!(range(Spread::Even, [0.0, 1.0], "h").value(1.0 / 3.0), "\"0.333333 h\"");
        assert_eq!(range(Spread::Logarithmic, [0.01, 1.0], "").value(0.5), "0.1");
        assert_eq!(range(Spread::Normal, [5.0, 2.0], "").value(0.5), "5");
        assert_eq!(range(Spread::Normal, [5.0, 2.0], "").value(0.0), "-3");
        assert_eq!(Range { whole: true, ..range(Spread::Even, [0.0, 9.0], "d") }.value(0.5), "\"5 d\"");
    }

    #[test]
    fn samples_fill_their_ranges_evenly() {
        for method in [Method::Sobol, Method::LatinHypercube] {
            let points = method.points(64, 5, 3);
            assert_eq!(points, method.points(64, 5, 3));
            for key in 0..5 {
                let mut strata: Vec<u32> = points.iter().map(|point| (point[key] * 64.0) as u32).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..64).collect::<Vec<_>>(), "{method:?}: one point in each stratum");
            }
        }
        let random = Method::Random.points(4000, 2, 3);
        let mean = random.iter().map(|point| point[0]).sum::<f64>() / 4000.0;
        assert!((mean - 0.5).abs() < 0.02 && random.iter().flatten().all(|u| (0.0..1.0).contains(u)));
        // Sobol's points are even in pairs of keys too: 8 × 8 fields of one point each, of 64.
        let mut fields: Vec<u32> = Method::Sobol
            .points(64, 2, 9)
            .iter()
            .map(|p| (p[0] * 8.0) as u32 * 8 + (p[1] * 8.0) as u32)
            .collect();
        fields.sort_unstable();
        assert_eq!(fields, (0..64).collect::<Vec<_>>());
        assert_eq!(
            Method::NAMES.map(Method::named),
            [Some(Method::Sobol), Some(Method::LatinHypercube), Some(Method::Random)]
        );
    }
}
