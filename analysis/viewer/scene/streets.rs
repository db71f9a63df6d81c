//! Streets as ribbons of their width, the great ones above the small and never too thin to be seen.
use super::{Corner, Surface, linear, tile};
use citytwin_movement::Routes;
use citytwin_movement::plane::apart;
use citytwin_world::{City, LinkId, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// How a class of street is drawn.
struct Style {
    /// Width without lanes known, m.
    width_m: f32,
    /// Least half width on the screen, pixels.
    least_px: f32,
    colour: [u8; 3],
    /// Street lamps at night, 0 to 1.
    lamps: f32,
}

/// The style of a class (index into `streets::CLASSES`).
fn style(class: u8) -> Style {
    let of = |width_m, least_px, colour, lamps| Style { width_m, least_px, colour, lamps };
    match class {
        0 | 1 => of(15.0, 1.05, [0x6f, 0x74, 0x7d], 1.0),
        2 => of(12.0, 0.85, [0x7b, 0x80, 0x88], 0.9),
        3 => of(10.5, 0.60, [0x86, 0x8a, 0x91], 0.7),
        4 => of(9.0, 0.42, [0x8d, 0x91, 0x97], 0.55),
        5..=7 => of(7.0, 0.22, [0x97, 0x9a, 0x9f], 0.4),
        8 => of(4.5, 0.10, [0x9f, 0xa1, 0xa4], 0.2),
        15 => of(6.0, 0.3, [0x9a, 0xb0, 0xc4], 0.0),
        _ => of(2.6, 0.0, [0xb4, 0xb0, 0xa6], 0.1),
    }
}

/// All streets, tile by tile.
#[must_use]
pub fn tiles(city: &City, routes: &Routes) -> Vec<Surface> {
    let streets = &city.streets;
    let mut tiles: BTreeMap<(i32, i32), Surface> = BTreeMap::new();
    let key = |link: LinkId, (a, b): (NodeId, NodeId)| {
        (a.0, b.0, streets.class[link], (streets.length_m[link] * 2.0) as u32)
    };
    let there: BTreeSet<_> =
        streets.from.ids().map(|link| key(link, (streets.from[link], streets.to[link]))).collect();
    for link in streets.from.ids() {
        let (from, to) = (streets.from[link], streets.to[link]);
        // Two-way streets are two links: that from the lower junction is drawn for both.
        let both_ways = there.contains(&key(link, (to, from)));
        if both_ways && from > to {
            continue;
        }
        let points = routes.link_points(link);
        let Some(first) = points.first() else { continue };
        let class = streets.class[link];
        let lanes = f32::from(streets.lanes[link].max(1)) * if both_ways { 2.0 } else { 1.0 };
        let style = style(class);
        let width_m = if class <= 4 { style.width_m.max(lanes * 3.2) } else { style.width_m };
        let surface = tiles.entry(tile(*first)).or_default();
        ribbon(points, &style, width_m, height(class), surface);
    }
    tiles.into_values().collect()
}

/// Great streets lie a little above small ones, that they cross them.
fn height(class: u8) -> f32 {
    0.05 + 0.04 * f32::from(15 - class.min(15))
}

fn ribbon(points: &[[f32; 2]], style: &Style, width_m: f32, y: f32, surface: &mut Surface) {
    strip(points, [width_m * 0.5, style.least_px], y, linear(style.colour, style.lamps), surface);
}

/// A strip along a line that keeps a least width on the screen; `half` is half its width in metres and in pixels.
pub fn strip(points: &[[f32; 2]], half: [f32; 2], y: f32, colour: [f32; 4], surface: &mut Surface) {
    for pair in points.windows(2) {
        let ([ax, az], [bx, bz]) = (pair[0], pair[1]);
        let length = apart(pair[0], pair[1]);
        if length < 0.05 {
            continue;
        }
        let (dx, dz) = ((bx - ax) / length, (bz - az) / length);
        // A little longer than the segment, so that bends have no gaps.
        let more = half[0] * 0.45;
        let (a, b) = ([ax - dx * more, az - dz * more], [bx + dx * more, bz + dz * more]);
        for (one, other, side) in [(a, b, 1.0), (b, a, -1.0)] {
            let normal = [-dz * side, 0.0, dx * side];
            let corner = |p: [f32; 2], half: [f32; 2]| Corner { position: [p[0], y, p[1]], uv: half };
            // Each side of the line is a strip of its own, since both corners of one edge share a normal.
            surface.fan(
                &[corner(one, [0.0; 2]), corner(one, half), corner(other, half), corner(other, [0.0; 2])],
                normal,
                colour,
            );
        }
    }
}
