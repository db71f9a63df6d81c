//! Walks between stops that lie close together.

use crate::graph::offsets;
use crate::problem::{Problem, as_u32, in_range, same_length};

/// Metres per degree of latitude on a sphere of the Earth's mean radius (6 371 008.8 m, IUGG).
const DEGREE_M: f64 = 111_195.08;

/// How far and how fast people walk between stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walking {
    /// Longest walk as the crow flies.
    pub reach_m: f64,
    /// Walking speed.
    pub speed_m_s: f64,
    /// Length of the way on the ground over the distance as the crow flies.
    pub detour: f64,
}

/// Walks between stops, as CSR: for each stop the others within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfers {
    first: Vec<u32>,
    to: Vec<u32>,
    walk_s: Vec<u32>,
}

impl Transfers {
    /// No walks between `stop_count` stops.
    #[must_use]
    pub fn none(stop_count: usize) -> Self {
        Self { first: vec![0; stop_count + 1], to: Vec::new(), walk_s: Vec::new() }
    }

    /// Walks given one by one as (from, to, seconds). Only one between two rides will be made, so walks need not
    /// be closed under joining.
    ///
    /// # Errors
    /// A stop that doesn't exist, or more walks than 32-bit ids can name.
    pub fn new(stop_count: usize, walks: &[(u32, u32, u32)]) -> Result<Self, Problem> {
        as_u32("transfers", walks.len())?;
        walks.iter().try_for_each(|&(a, b, _)| in_range("stop", a.max(b) as usize, stop_count))?;
        let mut sorted = walks.to_vec();
        sorted.sort_unstable();
        Ok(Self {
            first: offsets(stop_count, sorted.iter().map(|w| w.0)),
            to: sorted.iter().map(|w| w.1).collect(),
            walk_s: sorted.iter().map(|w| w.2).collect(),
        })
    }

    /// Walks between all stops within reach of one another, from their coordinates in degrees (WGS-84), by the
    /// equirectangular distance; seconds are rounded up.
    ///
    /// # Errors
    /// Slices of different length, a coordinate that isn't on the globe, or a parameter that isn't positive.
    pub fn within(lon: &[f64], lat: &[f64], walking: Walking) -> Result<Self, Problem> {
        same_length("stop coordinates", lon.len(), lat.len())?;
        for (value, name) in [
            (walking.reach_m, "reach_m"),
            (walking.speed_m_s, "speed_m_s"),
            (walking.detour, "detour"),
            (walking.detour / walking.speed_m_s, "detour / speed_m_s"),
        ] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Problem::Parameter(name));
            }
        }
        if let Some(stop) = (0..lon.len()).find(|&s| !(lon[s].abs() <= 180.0 && lat[s].abs() <= 90.0)) {
            return Err(Problem::Coordinate(stop));
        }
        let grid = Grid::new(lon, lat, walking.reach_m);
        let mut walks = Vec::new();
        for a in 0..lon.len() {
            grid.near(a, |b| {
                let distance_m = distance_m((lon[a], lat[a]), (lon[b], lat[b]));
                if b != a && distance_m <= walking.reach_m {
                    let walk_s = (distance_m * walking.detour / walking.speed_m_s).ceil();
                    walks.push((a as u32, b as u32, walk_s as u32));
                }
            });
        }
        Self::new(lon.len(), &walks)
    }

    /// Number of stops.
    #[must_use]
    pub fn stop_count(&self) -> usize {
        self.first.len() - 1
    }

    /// Walks from a stop as (stop, seconds), by ascending stop; empty for a stop that doesn't exist.
    pub fn from(&self, stop: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let end = |s: usize| self.first.get(s).map_or(self.to.len(), |&f| f as usize);
        let walks = end(stop as usize)..end(stop as usize + 1);
        self.to[walks.clone()].iter().copied().zip(self.walk_s[walks].iter().copied())
    }
}

/// Equirectangular distance between two points given as (longitude, latitude) in degrees: exact to a part in a
/// thousand over some kilometres away from the poles. The shorter way around the globe counts.
fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let turn = (a.0 - b.0).abs();
    let east = turn.min(360.0 - turn) * ((a.1 + b.1) / 2.0).to_radians().cos();
    DEGREE_M * east.hypot(a.1 - b.1)
}

/// Stops sorted by rows of latitude as high as the reach, and within a row by longitude.
struct Grid<'a> {
    lon: &'a [f64],
    lat: &'a [f64],
    row_deg: f64,
    /// (row, longitude, stop), ascending.
    cells: Vec<(i64, f64, u32)>,
}

impl<'a> Grid<'a> {
    fn new(lon: &'a [f64], lat: &'a [f64], reach_m: f64) -> Self {
        // A hair more than the reach, so that rounding never hides a stop just within it.
        let row_deg = (reach_m * 1.001 / DEGREE_M).clamp(1e-6, 180.0);
        let row = |s: usize| (lat[s] / row_deg).floor() as i64;
        let mut cells: Vec<_> = (0..lon.len()).map(|s| (row(s), lon[s], s as u32)).collect();
        cells.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        Self { lon, lat, row_deg, cells }
    }

    /// Calls `visit` for all stops within a row's height of one, and some more.
    fn near(&self, stop: usize, mut visit: impl FnMut(usize)) {
        let row = (self.lat[stop] / self.row_deg).floor() as i64;
        let farthest = (self.lat[stop].abs() + self.row_deg).min(90.0);
        let width = self.row_deg / farthest.to_radians().cos().max(1e-9);
        let lon = self.lon[stop];
        for row in row - 1..=row + 1 {
            // A window that crosses the 180° meridian goes on at its other side; a wider one covers the row.
            let turns: &[f64] = if width >= 180.0 { &[0.0] } else { &[-360.0, 0.0, 360.0] };
            for turn in turns {
                let start = self.cells.partition_point(|c| (c.0, c.1) < (row, lon + turn - width));
                let cells = self.cells[start..].iter();
                cells
                    .take_while(|c| c.0 == row && c.1 <= lon + turn + width)
                    .for_each(|c| visit(c.2 as usize));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WALKING: Walking = Walking { reach_m: 400.0, speed_m_s: 1.25, detour: 1.25 };

    #[test]
    fn known_distance() {
        // A thousandth of a degree of latitude is 111.2 m, walked in as many seconds at these values.
        let transfers = Transfers::within(&[-51.2; 2], &[-30.0, -30.001], WALKING).unwrap();
        assert_eq!(transfers.from(0).collect::<Vec<_>>(), [(1, 112)]);
        assert_eq!(transfers.from(7).count(), 0);
        assert!(Transfers::within(&[f64::NAN], &[0.0], WALKING).is_err());
        assert!(Transfers::within(&[0.0], &[0.0], Walking { speed_m_s: 0.0, ..WALKING }).is_err());
    }

    proptest! {
        #[test]
        fn finds_all_pairs(
            stops in prop::collection::vec((-0.012_f64..0.012, -0.012_f64..0.012), 0..60),
            center in prop::sample::select(vec![(-51.2, -30.0), (180.0, 65.0), (0.0, 0.0), (20.0, 89.99)]),
        ) {
            let wrap = |lon: f64| if lon > 180.0 { lon - 360.0 } else { lon };
            let lon: Vec<f64> = stops.iter().map(|s| wrap(center.0 + s.0)).collect();
            let lat: Vec<f64> = stops.iter().map(|s| (center.1 + s.1).min(90.0)).collect();
            let found = Transfers::within(&lon, &lat, WALKING).unwrap();
            for a in 0..lon.len() {
                let near: Vec<u32> = (0..lon.len())
                    .filter(|&b| a != b && distance_m((lon[a], lat[a]), (lon[b], lat[b])) <= 400.0)
                    .map(|b| b as u32)
                    .collect();
                prop_assert_eq!(found.from(a as u32).map(|w| w.0).collect::<Vec<_>>(), near);
            }
        }
    }
}
