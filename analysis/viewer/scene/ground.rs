//! The ground: a plain out to the horizon, zones and parks on it, and the dome of the sky.
use super::{Corner, Surface, linear};
use citytwin_movement::plane::Plane;
use citytwin_world::id::Key;
use citytwin_world::{City, PlaceKind};

const PLAIN: [u8; 3] = [0xc9, 0xc8, 0xc0];
const LIVED_IN: [u8; 3] = [0xd6, 0xd4, 0xca];
const GREEN: [u8; 3] = [0xa9, 0xbd, 0x93];
/// The dome's radius, m: beyond every city.
const DOME_M: f32 = 60_000.0;

/// The middle of the city, and how far it reaches from there, m: 96 of 100 places lie within, east to west and north to
/// south.
#[must_use]
pub fn extent(city: &City, plane: &Plane) -> ([f32; 2], f32) {
    let places = &city.places;
    let spread = |axis: usize| {
        let mut at: Vec<f32> =
            places.kind.ids().map(|p| plane.point(places.lon[p], places.lat[p])[axis]).collect();
        at.sort_by(f32::total_cmp);
        let of = |share: usize| at.get(at.len() * share / 100).copied();
        of(2).zip(of(98)).unwrap_or((-500.0, 500.0))
    };
    let (x, z) = (spread(0), spread(1));
    let half = ((x.1 - x.0) * 0.5).hypot((z.1 - z.0) * 0.5);
    ([(x.0 + x.1) * 0.5, (z.0 + z.1) * 0.5], half.max(200.0))
}

fn corner(point: [f32; 2], y: f32) -> Corner {
    Corner { position: [point[0], y, point[1]], uv: [0.0; 2] }
}

const UP: [f32; 3] = [0.0, 1.0, 0.0];

/// The plain that the city stands on: near the city in squares, so that haze and heat are drawn well, then out to the
/// horizon.
#[must_use]
pub fn plain(radius_m: f32) -> Surface {
    let mut surface = Surface::default();
    let far = DOME_M.max(radius_m * 4.0);
    let square = [[-far, -far], [far, -far], [far, far], [-far, far]].map(|p| corner(p, -0.6));
    surface.fan(&square, UP, linear(PLAIN, 1.0));
    surface
}

/// The zones that people live or work in, by their outlines.
#[must_use]
pub fn zones(city: &City, plane: &Plane) -> Surface {
    let mut surface = Surface::default();
    let zones = &city.zones;
    for zone in zones.id.ids() {
        let outline: Vec<Corner> =
            zones.outline.row(zone).iter().map(|p| corner(plane.point(p[0], p[1]), -0.3)).collect();
        let area = zones.area_km2[zone].max(0.01);
        let dense = ((zones.population[zone] + zones.jobs[zone]) as f32 / area / 12_000.0).min(1.0);
        let tone =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * (0.25 + 0.75 * dense)) as u8;
        let colour = std::array::from_fn(|i| tone(PLAIN[i], LIVED_IN[i]));
        surface.fan(&outline, UP, linear(colour, 1.0));
    }
    surface
}

/// Parks, as discs of their area: their outlines are not part of a city folder.
#[must_use]
pub fn parks(city: &City, plane: &Plane) -> Surface {
    let mut surface = Surface::default();
    let places = &city.places;
    for park in places.of_kind(PlaceKind::Park) {
        let [x, z] = plane.point(places.lon[park], places.lat[park]);
        let area_m2 = if places.floor_m2[park] > 0.0 { places.floor_m2[park] } else { 6_000.0 };
        let radius = (area_m2 / std::f32::consts::PI).sqrt().clamp(15.0, 400.0);
        let sides = 28;
        let ring: Vec<Corner> = (0..sides)
            .map(|i| {
                let angle = i as f32 / sides as f32 * std::f32::consts::TAU;
                // A little uneven, as parks are.
                let far = radius * (0.9 + 0.2 * citytwin_movement::plane::scatter(park.index() as u32, i));
                corner([x + angle.cos() * far, z + angle.sin() * far], -0.1)
            })
            .collect();
        surface.fan(&ring, UP, linear(GREEN, 1.0));
    }
    surface
}

/// The dome about the camera on which the sky is painted.
#[must_use]
pub fn dome() -> Surface {
    let mut surface = Surface::default();
    let (rings, sides) = (10, 32);
    let at = |ring: i32, side: i32| {
        let (up, round) = (
            (ring as f32 / rings as f32 * 1.15 - 0.15) * std::f32::consts::FRAC_PI_2,
            side as f32 / sides as f32 * std::f32::consts::TAU,
        );
        let flat = up.cos() * DOME_M;
        Corner { position: [flat * round.cos(), up.sin() * DOME_M, flat * round.sin()], uv: [0.0; 2] }
    };
    for ring in 0..rings {
        for side in 0..sides {
            let corners = [at(ring, side), at(ring, side + 1), at(ring + 1, side + 1), at(ring + 1, side)];
            surface.fan(&corners, UP, [1.0; 4]);
        }
    }
    surface
}
