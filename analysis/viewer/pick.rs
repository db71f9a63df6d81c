//! Asking for a person: who stands under the pointer, where somebody is, and following them.
use crate::camera::Orbit;
use crate::clock::Clock;
use crate::movement::window::SHIFT_MIN;
use crate::movement::{Record, Window};
use crate::show::Showing;
use bevy::prelude::*;
use bevy_egui::EguiContexts;
use citytwin_movement::plane::{between, scatter};

/// Farthest from the pointer that somebody is meant, pixels.
const NEAR_PX: f32 = 14.0;
/// Farthest that the pointer may move for a click to be one, pixels.
const STILL_PX: f32 = 4.0;

/// Who has been asked for.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Chosen {
    /// Row of the person among those recorded.
    pub row: Option<u32>,
    /// Whether the camera goes with them.
    pub follows: bool,
}

/// Where a record's person is at a minute of the day (metres east, up, south), as the shader finds it; `None` before
/// and after its time.
#[must_use]
pub fn place_of(record: &Record, points: &[[f32; 3]], minute: f32) -> Option<Vec3> {
    let minute = minute + SHIFT_MIN;
    let (from, to) = ((record.span & 0xffff) as f32, (record.span >> 16) as f32);
    if minute < from || minute >= to {
        return None;
    }
    if record.is_stay() {
        let [x, z] = record.at.map(f32::from_bits);
        return Some(Vec3::new(x, (record.info >> 21) as f32 * 0.1, z));
    }
    let first = record.at[0] as usize;
    let leg = points.get(first..first + (record.info & 0xffff) as usize)?;
    let next = leg.partition_point(|point| point[2] <= minute).clamp(1, leg.len().max(2) - 1);
    let (a, b) = (leg.get(next - 1)?, leg.get(next)?);
    let share = ((minute - a[2]) / (b[2] - a[2]).max(1e-4)).clamp(0.0, 1.0);
    let [x, z] = between([a[0], a[1]], [b[0], b[1]], share);
    let ahead = Vec2::new(b[0] - a[0], b[1] - a[1]).try_normalize().unwrap_or(Vec2::X);
    let rides = record.info >> 16 & 31 >= 3;
    let aside = if rides {
        0.8 * (scatter(record.row, 0) - 0.5)
    } else {
        1.2 + 3.3 * scatter(record.row.wrapping_mul(7).wrapping_add(3), 0)
    };
    Some(Vec3::new(x - ahead.y * aside, if rides { 3.8 } else { 1.6 }, z + ahead.x * aside))
}

/// Where a person is.
#[must_use]
pub fn find(window: &Window, row: u32, minute: f32) -> Option<Vec3> {
    // Records stand in the order of rows.
    let first = window.people.partition_point(|record| record.row < row);
    let own = window.people[first..].iter().take_while(|record| record.row == row);
    own.filter_map(|record| place_of(record, &window.points, minute)).next()
}

/// Chooses whoever is clicked; a click on nobody lets go.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are what it touches")]
pub fn click(
    buttons: Res<ButtonInput<MouseButton>>,
    keys: Res<ButtonInput<KeyCode>>,
    windows: Query<&bevy::window::Window>,
    camera: Single<(&Camera, &GlobalTransform), With<Camera3d>>,
    clock: Res<Clock>,
    showing: Res<Showing>,
    mut contexts: EguiContexts,
    mut chosen: ResMut<Chosen>,
    mut pressed_at: Local<Option<Vec2>>,
) {
    if keys.just_pressed(KeyCode::KeyF) {
        chosen.follows = !chosen.follows;
    }
    if keys.just_pressed(KeyCode::Escape) {
        *chosen = Chosen::default();
    }
    let taken = contexts.ctx_mut().is_ok_and(|ctx| ctx.is_pointer_over_egui());
    let Some(pointer) = windows.iter().next().and_then(|window| window.cursor_position()) else { return };
    if buttons.just_pressed(MouseButton::Left) {
        *pressed_at = (!taken).then_some(pointer);
    }
    if !buttons.just_released(MouseButton::Left) {
        return;
    }
    let is_click = pressed_at.take().is_some_and(|at| at.distance(pointer) < STILL_PX);
    let Some(loaded) = showing.shown.as_ref().filter(|_| is_click) else { return };
    let (camera, place) = *camera;
    let window = &loaded.window;
    let seen = window.people.iter().filter_map(|record| {
        let at = place_of(record, &window.points, clock.minute)?;
        let away = camera.world_to_viewport(place, at).ok()?.distance(pointer);
        (away < NEAR_PX).then_some((away, record.row))
    });
    let nearest = seen.min_by(|a, b| a.0.total_cmp(&b.0));
    *chosen = Chosen { row: nearest.map(|(_, row)| row), follows: false };
}

/// Keeps the camera on whom it follows.
pub fn follow(chosen: Res<Chosen>, clock: Res<Clock>, showing: Res<Showing>, mut orbit: ResMut<Orbit>) {
    let Some(row) = chosen.row.filter(|_| chosen.follows) else { return };
    let Some(loaded) = &showing.shown else { return };
    if let Some(place) = find(&loaded.window, row, clock.minute) {
        (orbit.aim.east_m, orbit.aim.north_m) = (place.x, -place.z);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(row: u32, span: [u32; 2], at: [u32; 2], info: u32) -> Record {
        Record { row, span: (span[0] + 1440) | (span[1] + 1440) << 16, at, info }
    }

    #[test]
    fn people_are_found_where_the_shader_draws_them() {
        let stay = [10.0_f32.to_bits(), (-20.0_f32).to_bits()];
        let people = vec![
            record(3, [0, 60], stay, 8 << 16 | 55 << 21),
            record(3, [60, 70], [0, 0], 2 | 4 << 16),
            record(9, [0, 1440], stay, 8 << 16),
        ];
        let points = vec![[0.0, 0.0, 1500.0], [100.0, 0.0, 1510.0]];
        let window = Window { people, points, ..Window::default() };
        assert_eq!(find(&window, 3, 30.0), Some(Vec3::new(10.0, 5.5, -20.0)));
        let riding = find(&window, 3, 65.0).expect("on the way");
        assert!((riding.x - 50.0).abs() < 0.01 && riding.z.abs() < 0.5 && riding.y == 3.8);
        assert_eq!(find(&window, 3, 75.0), None);
        assert_eq!(find(&window, 4, 30.0), None);
    }
}
