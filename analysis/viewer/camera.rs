//! The camera: it turns about a point on the ground and is moved by mouse and keys.
use crate::options::View;
use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll};
use bevy::prelude::*;
use bevy_egui::EguiContexts;

/// Where the camera is, and where it wants to be.
#[derive(Resource, Clone, Copy, Debug)]
pub struct Orbit {
    /// Where it is.
    pub now: View,
    /// Where it goes to, smoothly.
    pub aim: View,
    /// The whole city.
    pub home: View,
}

impl Orbit {
    /// A camera that stands still.
    #[must_use]
    pub fn at(view: View, home: View) -> Self {
        Self { now: view, aim: view, home }
    }

    /// The view of a whole city about a middle (metres east and south), that reaches so far, m.
    #[must_use]
    pub fn whole(middle: [f32; 2], radius_m: f32) -> View {
        let north_m = -middle[1] - radius_m * 0.06;
        View { east_m: middle[0], north_m, distance_m: radius_m * 2.05, heading_deg: 10.0, tilt_deg: 42.0 }
    }

    /// The camera's place and direction.
    #[must_use]
    pub fn transform(&self) -> Transform {
        let View { east_m, north_m, distance_m, heading_deg, tilt_deg } = self.now;
        let (heading, tilt) = (heading_deg.to_radians(), tilt_deg.to_radians());
        let target = Vec3::new(east_m, 0.0, -north_m);
        let forward = Vec3::new(heading.sin() * tilt.cos(), -tilt.sin(), -heading.cos() * tilt.cos());
        Transform::from_translation(target - forward * distance_m).looking_at(target, Vec3::Y)
    }
}

/// Moves the aim by mouse and keys.
pub fn steer(
    mut orbit: ResMut<Orbit>,
    time: Res<Time>,
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    mut contexts: EguiContexts,
) {
    let (pointer_taken, keys_taken) = match contexts.ctx_mut() {
        Ok(ctx) => {
            (ctx.egui_wants_pointer_input() || ctx.is_pointer_over_egui(), ctx.egui_wants_keyboard_input())
        }
        Err(_) => (false, false),
    };
    let home = orbit.home;
    let aim = &mut orbit.aim;
    let mut pan = Vec2::ZERO; // to the right and ahead, in metres
    if !keys_taken {
        let held = |key: KeyCode| f32::from(u8::from(keys.pressed(key)));
        let step = aim.distance_m * 0.8 * time.delta_secs();
        pan.x += (held(KeyCode::KeyD) - held(KeyCode::KeyA)) * step;
        pan.y += (held(KeyCode::KeyW) - held(KeyCode::KeyS)) * step;
        aim.heading_deg += (held(KeyCode::KeyE) - held(KeyCode::KeyQ)) * 60.0 * time.delta_secs();
        aim.tilt_deg += (held(KeyCode::PageDown) - held(KeyCode::PageUp)) * 40.0 * time.delta_secs();
        if keys.just_pressed(KeyCode::Home) {
            *aim = home;
        }
    }
    if !pointer_taken {
        if buttons.pressed(MouseButton::Left) {
            pan += Vec2::new(-motion.delta.x, motion.delta.y) * aim.distance_m * 0.0011;
        }
        if buttons.pressed(MouseButton::Right) {
            aim.heading_deg += motion.delta.x * 0.25;
            aim.tilt_deg += motion.delta.y * 0.2;
        }
        aim.distance_m *= (-scroll.delta.y * 0.12).exp();
    }
    let heading = aim.heading_deg.to_radians();
    aim.east_m += pan.x * heading.cos() + pan.y * heading.sin();
    aim.north_m += pan.y * heading.cos() - pan.x * heading.sin();
    aim.tilt_deg = aim.tilt_deg.clamp(4.0, 89.5);
    aim.distance_m = aim.distance_m.clamp(40.0, 120_000.0);
}

/// Puts the camera where it wants to be, where nobody watches it go.
pub fn jump(mut orbit: ResMut<Orbit>, mut camera: Single<&mut Transform, With<Camera3d>>) {
    orbit.now = orbit.aim;
    **camera = orbit.transform();
}

/// Lets the camera glide to its aim.
pub fn glide(mut orbit: ResMut<Orbit>, time: Res<Time>, mut camera: Single<&mut Transform, With<Camera3d>>) {
    let share = 1.0 - (-time.delta_secs() * 9.0).exp();
    let (mut now, aim) = (orbit.now, orbit.aim);
    let toward = |from: &mut f32, to: f32| *from += (to - *from) * share;
    toward(&mut now.east_m, aim.east_m);
    toward(&mut now.north_m, aim.north_m);
    toward(&mut now.distance_m, aim.distance_m);
    toward(&mut now.heading_deg, aim.heading_deg);
    toward(&mut now.tilt_deg, aim.tilt_deg);
    orbit.now = now;
    **camera = orbit.transform();
}
