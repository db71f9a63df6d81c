//! The plane in which a city is drawn: metres east (x) and south (z) of its centre, y up.
use citytwin_world::City;
use citytwin_world::geo::M_PER_DEGREE;

/// From degrees to metres on the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    lon: f64,
    lat: f64,
    x_per_degree: f64,
}

impl Plane {
    /// The plane that touches the earth at a point, degrees.
    #[must_use]
    pub fn at(lon: f64, lat: f64) -> Self {
        Self { lon, lat, x_per_degree: M_PER_DEGREE * lat.to_radians().cos() }
    }

    /// The plane of a city, with the mean of its homes (or junctions, where it has none) in the middle.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let zones = &city.zones;
        let people = zones.population.as_slice().iter().map(|n| f64::from(*n) + 1e-6);
        let weighed = |at: &[f64]| -> Option<f64> {
            let total: f64 = people.clone().sum();
            (total > 0.0).then(|| at.iter().zip(people.clone()).map(|(at, n)| at * n).sum::<f64>() / total)
        };
        let mean = |at: &[f64]| at.iter().sum::<f64>() / at.len().max(1) as f64;
        let lon = weighed(zones.lon.as_slice()).unwrap_or_else(|| mean(city.streets.lon.as_slice()));
        let lat = weighed(zones.lat.as_slice()).unwrap_or_else(|| mean(city.streets.lat.as_slice()));
        Self::at(lon, lat)
    }

    /// The point at which it touches the earth: degrees of longitude and latitude.
    #[must_use]
    pub fn origin(&self) -> (f64, f64) {
        (self.lon, self.lat)
    }

    /// Where a point of the earth lies: metres east and south.
    #[must_use]
    pub fn point(&self, lon: f64, lat: f64) -> [f32; 2] {
        [((lon - self.lon) * self.x_per_degree) as f32, ((self.lat - lat) * M_PER_DEGREE) as f32]
    }
}

/// Distance between two points of the plane, m.
#[must_use]
pub fn apart(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The point a share of the way from one to another.
#[must_use]
pub fn between(a: [f32; 2], b: [f32; 2], share: f32) -> [f32; 2] {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

/// A number that looks like chance but is the same for the same keys: for scatter that must not flicker.
#[must_use]
pub fn scatter(key: u32, more: u32) -> f32 {
    let mut h = key.wrapping_mul(0x9e37_79b9) ^ more.wrapping_mul(0x85eb_ca6b);
    h = (h ^ h >> 16).wrapping_mul(0x7feb_352d);
    h = (h ^ h >> 15).wrapping_mul(0x846c_a68b);
    ((h ^ h >> 16) >> 8) as f32 / 16_777_216.0
}
