//! Transit lines: metro and rail as thick strips, buses as thin ones along the streets they use.
use super::{Surface, linear, streets::strip};
use citytwin_movement::Courses;
use citytwin_movement::plane::apart;
use citytwin_world::{City, Mode};
use std::collections::BTreeSet;

/// Colour of metro and rail.
pub const METRO: [u8; 3] = [0x8b, 0x4f, 0x80];
/// Colour of bus lines.
pub const BUS: [u8; 3] = [0x6a, 0x94, 0xb4];

/// All lines.
#[must_use]
pub fn lines(city: &City, courses: &Courses) -> Surface {
    let mut surface = Surface::default();
    // Many routes share a street: each stretch is drawn once.
    let mut drawn: BTreeSet<[i32; 4]> = BTreeSet::new();
    let transit = &city.transit;
    for route in transit.route_line.ids() {
        let metro = transit.line_mode[transit.route_line[route]] == Mode::Metro;
        let (half, y, colour) = if metro {
            ([3.0, 1.3], 0.95, linear(METRO, 0.0))
        } else {
            ([1.1, 0.30], 0.70, linear(BUS, 0.0))
        };
        for pair in courses.line(route).windows(2) {
            let cell = |p: [f32; 2]| [(p[0] / 12.0).round() as i32, (p[1] / 12.0).round() as i32];
            let (a, b) = (cell(pair[0]), cell(pair[1]));
            let (a, b) = (a.min(b), a.max(b));
            if apart(pair[0], pair[1]) > 0.5 && drawn.insert([a[0], a[1], b[0], b[1]]) {
                strip(pair, half, y, colour, &mut surface);
            }
        }
    }
    surface
}
