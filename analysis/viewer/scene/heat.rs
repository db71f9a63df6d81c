//! Heat on the ground: where people were infected, smoothed over a square about the city.
use crate::movement::Crowd;
use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageSampler};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use citytwin_report::palette;
use citytwin_world::{PlaceId, Stage};

/// Side of the picture, pixels.
pub const SIDE: usize = 256;
/// Rounds of smoothing; each spreads by about a pixel.
const ROUNDS: usize = 3;

/// A picture without heat.
#[must_use]
pub fn empty() -> Image {
    let size = Extent3d { width: SIDE as u32, height: SIDE as u32, depth_or_array_layers: 1 };
    let mut image = Image::new_fill(
        size,
        TextureDimension::D2,
        &[0, 0, 0, 0],
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    );
    image.sampler = ImageSampler::linear();
    image
}

/// The picture's bytes for those now exposed or infectious, at their homes; `half_m` is half the side it covers.
pub fn paint(crowd: &Crowd, home_and_stage: impl Iterator<Item = (PlaceId, Stage)>, half_m: f32) -> Vec<u8> {
    let mut heat = vec![0.0_f32; SIDE * SIDE];
    for (home, stage) in home_and_stage {
        if !matches!(stage, Stage::Exposed | Stage::Infectious) {
            continue;
        }
        let Some([x, z]) = crowd.place(home) else { continue };
        let cell = |m: f32| ((m / (2.0 * half_m) + 0.5) * SIDE as f32) as i32;
        let (i, j) = (cell(x), cell(z));
        if (0..SIDE as i32).contains(&i) && (0..SIDE as i32).contains(&j) {
            heat[j as usize * SIDE + i as usize] += 1.0;
        }
    }
    for _ in 0..ROUNDS {
        heat = smooth(&heat);
    }
    // The scale ends where one cell in two hundred of those with heat lies above it.
    let mut warm: Vec<f32> = heat.iter().copied().filter(|h| *h > 0.02).collect();
    warm.sort_by(f32::total_cmp);
    let top = warm.get(warm.len() * 199 / 200).copied().unwrap_or(1.0).max(0.5);
    let pixel = |h: &f32| {
        let share = (h / top).clamp(0.0, 1.0).sqrt();
        let rgb = palette::ramp(f64::from(0.15 + 0.85 * share));
        [rgb.0, rgb.1, rgb.2, ((share * 1.6).min(1.0) * 230.0) as u8]
    };
    heat.iter().flat_map(pixel).collect()
}

fn smooth(heat: &[f32]) -> Vec<f32> {
    let mut out = heat.to_vec();
    for j in 1..SIDE - 1 {
        for i in 1..SIDE - 1 {
            let at = |dj: usize, di: usize| heat[(j + dj - 1) * SIDE + i + di - 1];
            let edges = at(0, 1) + at(1, 0) + at(1, 2) + at(2, 1);
            let corners = at(0, 0) + at(0, 2) + at(2, 0) + at(2, 2);
            out[j * SIDE + i] = (4.0 * at(1, 1) + 2.0 * edges + corners) / 16.0;
        }
    }
    out
}
