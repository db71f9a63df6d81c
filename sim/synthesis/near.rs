//! The nearest of many points, by a grid of cells.
use citytwin_world::geo::{M_PER_DEGREE, distance_m};

/// Points sorted into square cells.
pub struct Near {
    west: f64,
    south: f64,
    cell_lon: f64,
    cell_lat: f64,
    columns: usize,
    rows: usize,
    /// First entry of each cell in `order`, with an end mark.
    starts: Vec<u32>,
    order: Vec<u32>,
    points: Vec<[f64; 2]>,
    index: Vec<u32>,
}

impl Near {
    /// Sorts points (lon, lat in degrees, finite), each with a number of the caller's.
    pub fn new(points: impl IntoIterator<Item = (u32, [f64; 2])>) -> Self {
        let (index, points): (Vec<u32>, Vec<[f64; 2]>) = points.into_iter().unzip();
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for [lon, lat] in &points {
            low = [low[0].min(*lon), low[1].min(*lat)];
            high = [high[0].max(*lon), high[1].max(*lat)];
        }
        let side = ((points.len() as f64 / 2.0).sqrt().ceil() as usize).clamp(1, 4096);
        let span = |axis: usize| ((high[axis] - low[axis]).max(1e-9) / side as f64) * (1.0 + 1e-9);
        let (cell_lon, cell_lat) = if points.is_empty() { (1.0, 1.0) } else { (span(0), span(1)) };
        let mut near = Self {
            west: low[0],
            south: low[1],
            cell_lon,
            cell_lat,
            columns: side,
            rows: side,
            starts: vec![0; side * side + 1],
            order: Vec::new(),
            points,
            index,
        };
        near.sort();
        near
    }

    fn sort(&mut self) {
        let cells: Vec<usize> = self.points.iter().map(|p| self.cell(*p)).collect();
        for cell in &cells {
            if let Some(count) = self.starts.get_mut(cell + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut order: Vec<u32> = (0..self.points.len() as u32).collect();
        order.sort_by_key(|at| cells.get(*at as usize).copied());
        self.order = order;
    }

    fn cell(&self, [lon, lat]: [f64; 2]) -> usize {
        let x = (((lon - self.west) / self.cell_lon) as usize).min(self.columns - 1);
        let y = (((lat - self.south) / self.cell_lat) as usize).min(self.rows - 1);
        y * self.columns + x
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    fn in_cell(&self, x: usize, y: usize) -> &[u32] {
        let cell = y * self.columns + x;
        match (self.starts.get(cell), self.starts.get(cell + 1)) {
            (Some(a), Some(b)) => self.order.get(*a as usize..*b as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The caller's number of the nearest point and its distance in m; of two equally near ones the earlier.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<(u32, f64)> {
        if self.points.is_empty() || !lon.is_finite() || !lat.is_finite() {
            return None;
        }
        let home = self.cell([lon, lat]);
        let (x, y) = (home % self.columns, home / self.columns);
        // Distance of the query from its clamped cell counts towards no ring, so rings start at the cell itself.
        let ring_m = (self.cell_lon * lat.to_radians().cos()).min(self.cell_lat) * M_PER_DEGREE;
        let mut best: Option<(f64, u32)> = None;
        for ring in 0..=self.columns.max(self.rows) {
            if best.is_some_and(|(d, _)| d < (ring as f64 - 1.0) * ring_m) {
                break;
            }
            self.each_in_ring([x, y], ring, &mut |at| {
                let Some([plon, plat]) = self.points.get(at as usize) else { return };
                let candidate = (distance_m(lon, lat, *plon, *plat), at);
                if best.is_none_or(|b| candidate < b) {
                    best = Some(candidate);
                }
            });
        }
        best.and_then(|(d, at)| self.index.get(at as usize).map(|i| (*i, d)))
    }

    fn each_in_ring(&self, [x, y]: [usize; 2], ring: usize, visit: &mut impl FnMut(u32)) {
        let (left, right) = (x.checked_sub(ring), x + ring);
        let (bottom, top) = (y.checked_sub(ring), y + ring);
        for row in y.saturating_sub(ring)..=top.min(self.rows - 1) {
            let edge = Some(row) == bottom || row == top;
            if edge {
                for column in x.saturating_sub(ring)..=right.min(self.columns - 1) {
                    self.in_cell(column, row).iter().for_each(|at| visit(*at));
                }
            } else {
                let sides = [left, (right < self.columns && ring > 0).then_some(right)];
                for column in sides.into_iter().flatten() {
                    self.in_cell(column, row).iter().for_each(|at| visit(*at));
                }
            }
        }
    }

    /// The caller's numbers of all points within a distance, in the order given.
    pub fn within(&self, lon: f64, lat: f64, radius_m: f64) -> Vec<u32> {
        if self.points.is_empty() || !(lon.is_finite() && lat.is_finite() && radius_m >= 0.0) {
            return Vec::new();
        }
        let reach_lat = radius_m / M_PER_DEGREE;
        let reach_lon = reach_lat / lat.to_radians().cos().max(1e-3);
        let low = self.cell([lon - reach_lon, lat - reach_lat]);
        let high = self.cell([lon + reach_lon, lat + reach_lat]);
        let mut found = Vec::new();
        for y in low / self.columns..=high / self.columns {
            for x in low % self.columns..=high % self.columns {
                for at in self.in_cell(x, y) {
                    if let Some([plon, plat]) = self.points.get(*at as usize)
                        && distance_m(lon, lat, *plon, *plat) <= radius_m
                    {
                        found.push(*at);
                    }
                }
            }
        }
        found.sort_unstable();
        found.iter().filter_map(|at| self.index.get(*at as usize).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_trying_all_points() {
        let points: Vec<(u32, [f64; 2])> = (0..500_u32)
            .map(|i| {
                let (a, b) = (f64::from(i * 7919 % 1000), f64::from(i * 104_729 % 997));
                (i + 7, [-51.2 + a * 1e-4, -30.1 + b * 1e-4])
            })
            .collect();
        let near = Near::new(points.iter().copied());
        for (lon, lat) in [(-51.15, -30.05), (-51.3, -30.2), (-51.0, -29.9), (-51.1, -30.3)] {
            let all = points.iter().map(|(i, p)| (distance_m(lon, lat, p[0], p[1]), *i));
            let slow = all.reduce(|a, b| if b < a { b } else { a }).expect("points");
            assert_eq!(near.nearest(lon, lat), Some((slow.1, slow.0)));
            let inside = points.iter().filter(|(_, p)| distance_m(lon, lat, p[0], p[1]) <= 2000.0);
            assert_eq!(near.within(lon, lat, 2000.0), inside.map(|(i, _)| *i).collect::<Vec<_>>());
        }
        assert_eq!(Near::new([]).nearest(0.0, 0.0), None);
        assert_eq!(Near::new([(3, [1.0, 1.0])]).nearest(0.0, 0.0).map(|n| n.0), Some(3));
    }
}
