//! Day and night: where the sun stands, and how bright and what colour sun, sky and haze are then.
use bevy::math::Vec4;
use bevy::render::render_resource::ShaderType;

/// Sun, sky and haze as the shaders read them; colours are linear.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub struct Light {
    /// Direction to the sun (east, up, south), and how much day it is: 0 night, 1 day.
    pub sun: Vec4,
    /// Sunlight, and 1 where there are shadows.
    pub sun_colour: Vec4,
    /// Light from the sky, and the share of windows that are lit.
    pub sky: Vec4,
    /// Light from the ground.
    pub bounce: Vec4,
    /// Colour of what is far away, and haze per metre.
    pub haze: Vec4,
    /// Colour of the sky overhead.
    pub zenith: Vec4,
}

/// Direction to the sun (east, up, south) on a day of the year (0 on 1 January) at an hour, at a latitude in degrees.
///
/// Declination after Cooper (1969), "The absorption of radiation in solar stills"; clocks are taken to show solar time,
/// which no city is more than an hour or so away from.
#[must_use]
pub fn sun_direction(day_of_year: f32, hour: f32, latitude_deg: f32) -> [f32; 3] {
    let declination =
        (-23.44_f32).to_radians() * (std::f32::consts::TAU * (day_of_year + 10.0) / 365.0).cos();
    let latitude = latitude_deg.to_radians();
    let angle = ((hour - 12.0) * 15.0).to_radians();
    let up = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * angle.cos();
    let north = latitude.cos() * declination.sin() - latitude.sin() * declination.cos() * angle.cos();
    let west = declination.cos() * angle.sin();
    [-west, up, -north]
}

fn smooth(from: f32, to: f32, at: f32) -> f32 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn mix(a: [f32; 3], b: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

fn with([r, g, b]: [f32; 3], w: f32) -> Vec4 {
    Vec4::new(r, g, b, w)
}

impl Light {
    /// The light of a moment; `shadows` where they are drawn, `haze_m` is the distance at which two thirds are haze.
    #[must_use]
    pub fn at(day_of_year: f32, hour: f32, latitude_deg: f32, shadows: bool, haze_m: f32) -> Self {
        let sun = sun_direction(day_of_year, hour, latitude_deg);
        let up = sun[1];
        let day = smooth(-0.10, 0.16, up);
        let low = smooth(0.42, 0.02, up) * day; // gold near the horizon
        // By night the moon, so that shapes stay readable.
        let direction = if up > -0.02 { [sun[0], up.max(0.10), sun[2]] } else { [0.35, 0.75, 0.45] };
        let length = (direction[0].powi(2) + direction[1].powi(2) + direction[2].powi(2)).sqrt();
        let direction = direction.map(|d| d / length);
        let white = mix([0.74, 0.70, 0.62], [0.98, 0.56, 0.28], low);
        let sunlight = mix([0.035, 0.045, 0.075], white, smooth(-0.03, 0.14, up));
        let sky = mix([0.030, 0.042, 0.085], mix([0.31, 0.37, 0.46], [0.29, 0.29, 0.38], low), day);
        let bounce = mix([0.022, 0.026, 0.045], [0.30, 0.29, 0.27], day);
        let haze = mix([0.016, 0.024, 0.050], mix([0.62, 0.72, 0.82], [0.86, 0.60, 0.42], low), day);
        let zenith = mix([0.004, 0.008, 0.024], mix([0.16, 0.34, 0.66], [0.20, 0.27, 0.48], low), day);
        let lit = lit_share(hour) * (1.0 - smooth(-0.06, 0.14, up));
        Self {
            sun: with(direction, day),
            sun_colour: with(sunlight, f32::from(u8::from(shadows && up > 0.02))),
            sky: with(sky, lit),
            bounce: with(bounce, 0.0),
            haze: with(haze, 1.0 / haze_m.max(1.0)),
            zenith: with(zenith, 0.0),
        }
    }
}

/// Share of windows lit at an hour, were it dark: most in the evening, few before dawn (an assumption).
fn lit_share(hour: f32) -> f32 {
    let evening = smooth(16.5, 19.5, hour) * (1.0 - smooth(21.8, 24.5, hour));
    let late = 1.0 - smooth(0.0, 1.5, hour);
    let morning = smooth(4.8, 6.8, hour) * (1.0 - smooth(8.5, 10.0, hour));
    0.06 + 0.56 * evening.max(late * 0.12).max(morning * 0.7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sun_stands_where_it_should() {
        // Midsummer noon: in the north of the sky south of the tropic, in the south of it north of the tropic.
        let south = sun_direction(354.0, 12.0, -30.0);
        assert!(south[1] > 0.98 && south[2].abs() < 0.2);
        let north = sun_direction(172.0, 12.0, 50.9);
        assert!((north[1].asin().to_degrees() - 62.5).abs() < 1.0 && north[2] > 0.4);
        // It rises in the east and sets in the west.
        assert!(sun_direction(80.0, 7.0, -30.0)[0] > 0.9 && sun_direction(80.0, 17.0, -30.0)[0] < -0.9);
        // At the equinox day and night are as long.
        assert!(sun_direction(80.0, 6.0, 40.0)[1].abs() < 0.03);
        assert!(sun_direction(80.0, 0.0, 40.0)[1] < -0.7);
    }

    #[test]
    fn days_are_bright_and_nights_are_dark() {
        let noon = Light::at(20.0, 12.0, -30.0, true, 9e3);
        let night = Light::at(20.0, 2.0, -30.0, true, 9e3);
        assert!(noon.sun.w > 0.99 && night.sun.w < 0.01);
        assert!(noon.sky.x > 5.0 * night.sky.x && noon.sky.w < 0.01 && night.sky.w > 0.05);
        assert!(noon.sun_colour.w == 1.0 && night.sun_colour.w == 0.0);
        let evening = Light::at(20.0, 21.0, -30.0, true, 9e3);
        assert!(evening.sky.w > night.sky.w);
    }
}
