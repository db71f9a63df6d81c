//! The app: Bevy with what the viewer needs of it, the city, people, light, and what looks at them.
use crate::camera::{self, Orbit};
use crate::clock::{self, Clock};
use crate::crowd::{CrowdMaterial, Drawn, Now, Stores};
use crate::device::Device;
use crate::light::Light;
use crate::options::{ColourBy, Language, Options, Quality};
use crate::panels::{self, Panels};
use crate::pick::{self, Chosen};
use crate::scene::{Builder, Layer, Seen, Solid, Surfaces, heat};
use crate::show::{self, Shared, Showing};
use crate::story::{self, Story, Telling};
use crate::{export, extent, measure};
use bevy::app::ScheduleRunnerPlugin;
use bevy::asset::embedded_asset;
use bevy::camera::RenderTarget;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::settings::{Backends, RenderCreation, WgpuSettings};
use bevy::window::{ExitCondition, PresentMode};
use bevy_egui::{EguiPlugin, EguiPrimaryContextPass};
use std::sync::Arc;
use std::time::Duration;

/// What the presenter has chosen.
#[derive(Resource, Clone, Debug)]
pub struct Choices {
    /// What colours tell.
    pub colour: ColourBy,
    /// Language of the panels.
    pub language: Language,
    /// Whether heat lies on the ground.
    pub heat: bool,
    /// Whether everything is drawn.
    pub full: bool,
    /// Whether the processor draws.
    pub software: bool,
    /// Layers that are hidden.
    pub hidden: Vec<Layer>,
    /// Size of the picture, pixels.
    pub size: [u32; 2],
}

/// Runs the viewer until it is closed or done.
#[must_use]
pub fn run(options: &Options, shared: Arc<Shared>, story: Story, device: &Device) -> AppExit {
    let windowed = options.export.is_none() && options.measure.is_empty();
    let full = match options.quality {
        Quality::Auto => !device.software,
        quality => quality == Quality::Full,
    };
    let first = options.at.first().copied();
    let extent = shared.source.extent();
    let day = first.and_then(|at| at.day).or(extent.recorded.first().copied()).unwrap_or(0);
    let minute = first.map_or(8.0 * 60.0, |at| at.minute);
    let row = options.person.and_then(|person| shared.source.row_of(person));
    let chosen = Chosen { row, follows: row.is_some() && options.camera.is_none() };
    let mut clock = Clock::at(shared.source.nearest_day(day), minute, extent.recorded.clone());
    (clock.plays, clock.goes_on) = (windowed, !extent.complete);
    let mut app = App::new();
    plugins(&mut app, options, windowed);
    embedded_asset!(app, "analysis/viewer", "shaders/solid.wgsl");
    embedded_asset!(app, "analysis/viewer", "shaders/people.wgsl");
    app.add_plugins((
        MaterialPlugin::<Solid>::default(),
        MaterialPlugin::<CrowdMaterial>::default(),
        EguiPlugin::default(),
    ));
    app.insert_resource(ClearColor(Color::BLACK))
        .insert_resource(Choices {
            colour: options.colour,
            language: options.language,
            heat: options.heat,
            full,
            software: device.software,
            hidden: Vec::new(),
            size: [options.size.width, options.size.height],
        })
        .insert_resource(Showing::new(shared, !windowed))
        .insert_resource(clock)
        .insert_resource(Panels::new(!options.bare && options.measure.is_empty()))
        .insert_resource(Wanted(options.clone()))
        .init_resource::<Heat>()
        .insert_resource(chosen)
        .insert_resource(Telling::of(story, windowed))
        .add_systems(Startup, set_up)
        .add_systems(EguiPrimaryContextPass, panels::draw);
    if windowed {
        let keys =
            (clock::keys, choose, camera::steer, pick::click, clock::tick, pick::follow, camera::glide);
        app.add_systems(
            Update,
            (extent::look_again, keys.chain(), (story::go_on, story::tell).chain(), update()).chain(),
        );
    } else if options.measure.is_empty() {
        let seconds = app.world().resource::<Telling>().story.seconds();
        app.insert_resource(export::Stills::of(options, app.world().resource::<Showing>(), seconds));
        app.add_systems(Update, (export::advance, story::tell, update(), pick::follow, camera::jump).chain());
    } else {
        measure::add(&mut app, options);
        app.add_systems(Update, (update(), measure::advance).chain());
    }
    app.run()
}

fn update() -> bevy::ecs::schedule::ScheduleConfigs<bevy::ecs::system::ScheduleSystem> {
    (show::follow, dot, shine, warm, tell, hide).chain()
}

/// The options, for systems.
#[derive(Resource)]
pub struct Wanted(pub Options);

/// For which window heat was painted.
#[derive(Resource, Default)]
struct Heat(Option<(u32, i16, bool)>);

fn plugins(app: &mut App, options: &Options, windowed: bool) {
    let window = Window {
        title: "citytwin".into(),
        resolution: (options.size.width, options.size.height).into(),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    let settings = WgpuSettings { backends: Some(Backends::VULKAN), ..default() };
    let render = RenderPlugin {
        // Pictures show everything from the first frame on, and nothing compiles any more when the program ends.
        synchronous_pipeline_compilation: true,
        render_creation: RenderCreation::Automatic(Box::new(settings)),
        ..default()
    };
    let log = bevy::log::LogPlugin { filter: "error".into(), level: bevy::log::Level::ERROR, ..default() };
    let plugins = DefaultPlugins.set(render).set(log).disable::<PipelinedRenderingPlugin>();
    if windowed {
        app.add_plugins(plugins.set(WindowPlugin { primary_window: Some(window), ..default() }));
    } else {
        let none =
            WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
        app.add_plugins(plugins.set(none).disable::<bevy::winit::WinitPlugin>());
        app.add_plugins(ScheduleRunnerPlugin::run_loop(Duration::ZERO));
    }
}

/// The picture that is drawn into where there is no window.
#[derive(Resource, Clone)]
pub struct Picture(pub Handle<Image>);

#[expect(clippy::too_many_arguments, reason = "a system's arguments are what it touches")]
fn set_up(
    mut commands: Commands,
    wanted: Res<Wanted>,
    choices: Res<Choices>,
    showing: Res<Showing>,
    chosen: Res<Chosen>,
    mut solids: ResMut<Assets<Solid>>,
    mut stores: Stores,
    mut images: ResMut<Assets<Image>>,
) {
    let heat = images.add(heat::empty());
    commands.insert_resource(HeatPicture(heat.clone()));
    let builder = Builder {
        commands: &mut commands,
        meshes: &mut stores.meshes,
        materials: &mut solids,
        heat,
        full: choices.full,
        surfaces: Surfaces::default(),
    };
    let surfaces = builder.build(&showing.shared.source, &showing.shared.crowd);
    let home = Orbit::whole(surfaces.middle, surfaces.radius_m);
    let near = crate::options::View { distance_m: 420.0, tilt_deg: 32.0, ..home };
    let begin = if chosen.follows { near } else { home };
    let orbit = Orbit::at(wanted.0.camera.unwrap_or(begin), home);
    commands.insert_resource(surfaces);
    let drawn = Drawn::new(&mut commands, &mut stores);
    commands.insert_resource(drawn);
    let eye = (
        Camera3d::default(),
        Projection::Perspective(PerspectiveProjection {
            fov: 40_f32.to_radians(),
            near: 2.0,
            far: 400_000.0,
            ..default()
        }),
        Tonemapping::None,
        if choices.full { Msaa::Sample4 } else { Msaa::Off },
        orbit.transform(),
    );
    commands.insert_resource(orbit);
    if wanted.0.export.is_none() && wanted.0.measure.is_empty() {
        commands.spawn(eye);
        return;
    }
    let [width, height] = choices.size;
    let mut image = Image::new_fill(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        &[0, 0, 0, 255],
        TextureFormat::Rgba8UnormSrgb,
        bevy::asset::RenderAssetUsages::default(),
    );
    image.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC;
    let picture = images.add(image);
    commands.spawn((eye, RenderTarget::Image(picture.clone().into())));
    commands.insert_resource(Picture(picture));
}

/// The picture of heat.
#[derive(Resource)]
struct HeatPicture(Handle<Image>);

/// The light of the hour, for all surfaces.
fn shine(
    clock: Res<Clock>,
    choices: Res<Choices>,
    showing: Res<Showing>,
    surfaces: Res<Surfaces>,
    mut solids: ResMut<Assets<Solid>>,
    mut last: Local<Option<(u32, i32, bool)>>,
) {
    let source = &showing.shared.source;
    // Light need not change more often than every two minutes.
    let now = (clock.day, (clock.minute / 2.0) as i32, choices.heat);
    if last.replace(now) == Some(now) {
        return;
    }
    let light = light_of(source, &clock, choices.full, surfaces.radius_m);
    for handle in &surfaces.materials {
        if let Some(mut solid) = solids.get_mut(handle) {
            solid.light = light;
            solid.look.heat = f32::from(u8::from(choices.heat)) * 0.85;
        }
    }
}

/// The light of the clock's moment over the run's city.
fn light_of(source: &crate::source::Source, clock: &Clock, shadows: bool, radius_m: f32) -> Light {
    let date = source.start.plus(clock.day as i32);
    let (year, ..) = date.ymd();
    let new_year = citytwin_world::Date::from_ymd(year, 1, 1).unwrap_or(date);
    let latitude = source.city.zones.lat.as_slice().first().or(source.city.streets.lat.as_slice().first());
    let latitude = latitude.copied().unwrap_or(0.0) as f32;
    Light::at((date.0 - new_year.0) as f32, clock.minute / 60.0, latitude, shadows, radius_m * 18.0)
}

/// Paints heat anew where it is wanted and the hour has changed.
fn warm(
    choices: Res<Choices>,
    showing: Res<Showing>,
    surfaces: Res<Surfaces>,
    picture: Res<HeatPicture>,
    mut painted: ResMut<Heat>,
    mut images: ResMut<Assets<Image>>,
    mut solids: ResMut<Assets<Solid>>,
) {
    let Some(loaded) = showing.shown.as_ref().filter(|_| choices.heat) else { return };
    let now = (loaded.window.day, loaded.window.minutes.start / 60, choices.heat);
    if painted.0.replace(now) == Some(now) {
        return;
    }
    let people = showing.shared.source.people.person.iter().map(|person| person.places[0]);
    let stages = loaded.states.iter().map(|state| state.stage());
    let bytes = heat::paint(&showing.shared.crowd, people.zip(stages), surfaces.heat_half_m());
    if let Some(mut image) = images.get_mut(&picture.0) {
        image.data = Some(bytes);
    }
    // A material takes notice of its picture only when it changes itself.
    let _ = solids.get_mut(&surfaces.ground);
}

/// Distance beyond which people are dots where quality is reduced, m.
const DOTS_FROM_M: f32 = 1_500.0;

/// People far away are dots where the processor draws.
fn dot(
    choices: Res<Choices>,
    orbit: Res<Orbit>,
    mut drawn: ResMut<Drawn>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
) {
    let dots = !choices.full && orbit.now.distance_m > DOTS_FROM_M;
    drawn.draw_as_dots(dots, &mut commands, &mut meshes);
}

/// Tells people and vehicles the moment.
fn tell(
    clock: Res<Clock>,
    choices: Res<Choices>,
    drawn: Res<Drawn>,
    showing: Res<Showing>,
    chosen: Res<Chosen>,
    mut materials: ResMut<Assets<CrowdMaterial>>,
) {
    let light = light_of(&showing.shared.source, &clock, false, 1.0);
    let now = Now {
        minute: clock.minute,
        colour_by: choices.colour as u32,
        size_m: 2.4,
        least_px: 0.70 * (choices.size[1] as f32 / 720.0).max(0.6),
        night: 1.0 - light.sun.w,
        chosen: chosen.row.unwrap_or(u32::MAX),
        palette: crate::colours::palette(),
        ..Now::default()
    };
    drawn.tell(&now, &mut materials);
}

/// Shows and hides layers, and what is too far away to be drawn.
fn hide(
    choices: Res<Choices>,
    camera: Single<&Transform, With<Camera3d>>,
    mut layers: Query<(&Layer, Option<&Seen>, &mut Visibility)>,
) {
    let eye = camera.translation;
    for (layer, seen, mut visibility) in &mut layers {
        let far =
            seen.is_some_and(|seen| eye.distance(Vec3::new(seen.middle[0], 0.0, seen.middle[1])) > seen.to_m);
        let hidden = far || choices.hidden.contains(layer);
        let wanted = if hidden { Visibility::Hidden } else { Visibility::Inherited };
        visibility.set_if_neq(wanted);
    }
}

/// Keys of layers, colours, language and panels.
fn choose(keys: Res<ButtonInput<KeyCode>>, mut choices: ResMut<Choices>, mut panels: ResMut<Panels>) {
    let pressed = |key: KeyCode| keys.just_pressed(key);
    for (key, colour) in
        [KeyCode::Digit1, KeyCode::Digit2, KeyCode::Digit3, KeyCode::Digit4].into_iter().zip(ColourBy::ALL)
    {
        if pressed(key) {
            choices.colour = colour;
        }
    }
    let layers = [
        (KeyCode::KeyB, Layer::Buildings),
        (KeyCode::KeyN, Layer::Streets),
        (KeyCode::KeyT, Layer::Transit),
        (KeyCode::KeyZ, Layer::Zones),
    ];
    for (key, layer) in layers {
        if pressed(key) {
            panels::toggle(&mut choices.hidden, layer);
        }
    }
    if pressed(KeyCode::KeyH) {
        choices.heat = !choices.heat;
    }
    if pressed(KeyCode::KeyL) {
        choices.language = match choices.language {
            Language::En => Language::Zh,
            Language::Zh => Language::En,
        };
    }
    if pressed(KeyCode::Tab) {
        panels.shown = !panels.shown;
    }
    if pressed(KeyCode::F1) {
        panels.help = !panels.help;
    }
}
