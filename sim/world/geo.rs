//! Distances on the small part of the earth that a city covers.

/// Metres of one degree of latitude (mean, WGS-84 sphere of 6,371,008.8 m).
pub const M_PER_DEGREE: f64 = 111_195.079_7;

/// Distance of a point from a straight stretch between two others, in the plane and in the unit of their coordinates.
pub fn away_from_stretch([x, y]: [f64; 2], [[x1, y1], [x2, y2]]: [[f64; 2]; 2]) -> f64 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy).max(1e-12);
    let along = along.clamp(0.0, 1.0);
    (x - x1 - along * dx).hypot(y - y1 - along * dy)
}

/// Distance in metres by the equirectangular approximation; within 0.1 % inside a city.
pub fn distance_m(lon_a: f64, lat_a: f64, lon_b: f64, lat_b: f64) -> f64 {
    let mean_lat = (lat_a + lat_b) * 0.5;
    let dx = (lon_b - lon_a) * mean_lat.to_radians().cos();
    let dy = lat_b - lat_a;
    (dx * dx + dy * dy).sqrt() * M_PER_DEGREE
}
