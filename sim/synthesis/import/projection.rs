//! From degrees to metres and between the datums that maps of cities come in.
//!
//! UTM by Krüger's series to third order (Karney 2011, "Transverse Mercator with an accuracy of a few nanometers",
//! J. Geodesy 85), good to millimetres inside a zone. GCJ-02 and BD-09 by the widely published formulas of the
//! Chinese map offset (Krasovsky 1940 ellipsoid); the way back is solved by iteration.
use std::f64::consts::PI;

const SEMI_MAJOR_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
const SCALE: f64 = 0.9996;

/// A zone of the universal transverse Mercator projection on WGS-84.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utm {
    /// 1 to 60.
    pub zone: u8,
    /// Whether northings are counted from ten million metres south of the equator.
    pub south: bool,
}

/// The UTM zone of an EPSG number: WGS-84 north and south, ETRS89 and SIRGAS 2000 (which agree within a metre).
pub fn utm_of_epsg(epsg: u32) -> Option<Utm> {
    let zone = |base: u32, first: u32, count: u32, south: bool| {
        let at = epsg.checked_sub(base).filter(|n| *n < count)?;
        u8::try_from(first + at).ok().map(|zone| Utm { zone, south })
    };
    zone(32_601, 1, 60, false)
        .or_else(|| zone(32_701, 1, 60, true))
        .or_else(|| zone(25_828, 28, 11, false))
        .or_else(|| zone(31_977, 17, 9, true))
}

impl Utm {
    /// Easting and northing in m of a position in degrees.
    pub fn forward(self, lon: f64, lat: f64) -> [f64; 2] {
        let n = FLATTENING / (2.0 - FLATTENING);
        let radius = SEMI_MAJOR_M / (1.0 + n) * (1.0 + n * n / 4.0 + n.powi(4) / 64.0);
        let alpha = [
            n / 2.0 - 2.0 / 3.0 * n * n + 5.0 / 16.0 * n.powi(3),
            13.0 / 48.0 * n * n - 3.0 / 5.0 * n.powi(3),
            61.0 / 240.0 * n.powi(3),
        ];
        let (phi, lambda) = (lat.to_radians(), (lon - (f64::from(self.zone) * 6.0 - 183.0)).to_radians());
        let e = 2.0 * n.sqrt() / (1.0 + n);
        let t = (phi.sin().atanh() - e * (e * phi.sin()).atanh()).sinh();
        let (xi, eta) = (t.atan2(lambda.cos()), (lambda.sin() / (1.0 + t * t).sqrt()).atanh());
        let (mut east, mut north) = (eta, xi);
        for (j, a) in (1..).zip(alpha) {
            let k = 2.0 * f64::from(j);
            east += a * (k * xi).cos() * (k * eta).sinh();
            north += a * (k * xi).sin() * (k * eta).cosh();
        }
        let false_north = if self.south { 10_000_000.0 } else { 0.0 };
        [500_000.0 + SCALE * radius * east, false_north + SCALE * radius * north]
    }
}

/// Datum of longitudes and latitudes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Datum {
    /// World Geodetic System 1984.
    #[default]
    Wgs84,
    /// Chinese maps (Amap, Tencent).
    Gcj02,
    /// Baidu maps.
    Bd09,
}

impl Datum {
    /// The datum of a name: `wgs84`, `gcj02` or `bd09`, dashes and case forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        match text.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
            "wgs84" | "epsg:4326" => Some(Self::Wgs84),
            "gcj02" => Some(Self::Gcj02),
            "bd09" => Some(Self::Bd09),
            _ => None,
        }
    }

    /// A position of this datum in WGS-84, degrees; exact to centimetres.
    pub fn to_wgs84(self, position: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Wgs84 => position,
            Self::Gcj02 => gcj02_to_wgs84(position),
            Self::Bd09 => gcj02_to_wgs84(bd09_to_gcj02(position)),
        }
    }
}

/// Whether the offset applies: a box around China.
fn in_china([lon, lat]: [f64; 2]) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

/// A WGS-84 position on Chinese maps, degrees.
pub fn wgs84_to_gcj02([lon, lat]: [f64; 2]) -> [f64; 2] {
    const A: f64 = 6_378_245.0;
    const EE: f64 = 0.006_693_421_622_965_943;
    if !in_china([lon, lat]) {
        return [lon, lat];
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave =
        |v: f64, parts: [(f64, f64); 2]| parts.iter().map(|(size, k)| size * (v * k * PI).sin()).sum::<f64>();
    let both = wave(x, [(20.0, 6.0), (20.0, 2.0)]);
    let d_lat = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (both
            + wave(y, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
            + wave(y, [(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]))
            * 2.0
            / 3.0;
    let d_lon = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (both
            + wave(x, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
            + wave(x, [(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]))
            * 2.0
            / 3.0;
    let phi = lat.to_radians();
    let magic = 1.0 - EE * phi.sin().powi(2);
    let north = d_lat.to_radians() / (A * (1.0 - EE) / (magic * magic.sqrt())) * (180.0 / PI) * (180.0 / PI);
    let east = d_lon.to_radians() / (A / magic.sqrt() * phi.cos()) * (180.0 / PI) * (180.0 / PI);
    [lon + east, lat + north]
}

fn gcj02_to_wgs84(position: [f64; 2]) -> [f64; 2] {
    let mut guess = position;
    for _ in 0..12 {
        let there = wgs84_to_gcj02(guess);
        guess = [guess[0] + position[0] - there[0], guess[1] + position[1] - there[1]];
    }
    guess
}

const BAIDU: f64 = PI * 3000.0 / 180.0;

/// A GCJ-02 position on Baidu maps, degrees.
pub fn gcj02_to_bd09([x, y]: [f64; 2]) -> [f64; 2] {
    let z = x.hypot(y) + 0.000_02 * (y * BAIDU).sin();
    let theta = y.atan2(x) + 0.000_003 * (x * BAIDU).cos();
    [z * theta.cos() + 0.0065, z * theta.sin() + 0.006]
}

fn bd09_to_gcj02(position: [f64; 2]) -> [f64; 2] {
    let mut guess = [position[0] - 0.0065, position[1] - 0.006];
    for _ in 0..12 {
        let there = gcj02_to_bd09(guess);
        guess = [guess[0] + position[0] - there[0], guess[1] + position[1] - there[1]];
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::geo::distance_m;

    #[test]
    fn utm_agrees_with_a_published_point() {
        // CN Tower, Toronto: 630,084 m E, 4,833,438 m N in zone 17 north.
        let [east, north] = Utm { zone: 17, south: false }.forward(-79.387_139, 43.642_567);
        assert!((east - 630_084.0).abs() < 1.0 && (north - 4_833_438.0).abs() < 1.0, "{east} {north}");
        assert_eq!(utm_of_epsg(32_722), Some(Utm { zone: 22, south: true }));
        assert_eq!(utm_of_epsg(25_832), Some(Utm { zone: 32, south: false }));
        assert_eq!(utm_of_epsg(31_982), Some(Utm { zone: 22, south: true }));
        assert_eq!(utm_of_epsg(3857), None);
    }

    #[test]
    fn chinese_datums_there_and_back_within_a_metre() {
        for wgs in [[116.397_477, 39.908_692], [121.4737, 31.2304], [113.2644, 23.1291], [87.6, 43.8]] {
            let gcj = wgs84_to_gcj02(wgs);
            let off = distance_m(wgs[0], wgs[1], gcj[0], gcj[1]);
            assert!((50.0..1500.0).contains(&off), "the offset is some hundred metres, not {off}");
            let bd = gcj02_to_bd09(gcj);
            for back in [Datum::Gcj02.to_wgs84(gcj), Datum::Bd09.to_wgs84(bd)] {
                assert!(distance_m(wgs[0], wgs[1], back[0], back[1]) < 0.01);
            }
        }
        assert_eq!(wgs84_to_gcj02([-51.2, -30.0]), [-51.2, -30.0], "outside China nothing moves");
    }

    #[test]
    fn a_known_point_of_beijing() {
        // Published worked example: WGS-84 (116.404, 39.915) lies at GCJ-02 (116.410244, 39.916404).
        let [lon, lat] = wgs84_to_gcj02([116.404, 39.915]);
        assert!((lon - 116.410_244).abs() < 2e-6 && (lat - 39.916_404).abs() < 2e-6, "{lon} {lat}");
    }
}
