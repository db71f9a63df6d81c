//! The window: a recorded run in 3D, and the only room that knows Bevy.
//!
//! Streets, buildings and lines are built once from the city folder. People are no entities: stays and legs of ten
//! minutes lie in buffers on the graphics card and the vertex shader finds everybody's place at the minute shown
//! (`movement/window.rs`, `crowd.rs`, `shaders/people.wgsl`), so that time can run either way at no cost, and a scrub is
//! one window read and one upload (`show.rs`).
pub mod camera;
pub mod clock;
pub mod colours;
pub mod crowd;
pub mod device;
pub mod export;
pub mod extent;
pub mod film;
pub mod infections;
pub mod light;
pub mod measure;
pub mod movement;
pub mod options;
pub mod panels;
pub mod pick;
pub mod scene;
pub mod show;
pub mod source;
pub mod stage;
pub mod story;
pub mod words;

use bevy::app::AppExit;
use options::Options;
use show::Shared;
use std::sync::Arc;

/// Why the viewer could not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The run or what was asked for is wrong: exit status 2.
    Input(String),
    /// It could not be shown here: exit status 1.
    Run(String),
}

/// Shows, exports or measures a run.
///
/// # Errors
/// A run that cannot be shown, or a machine that cannot show it.
pub fn view(options: &Options) -> Result<(), Failure> {
    let windowed = options.export.is_none() && options.measure.is_empty();
    let told = options.story.as_deref().map(story::Story::read).transpose().map_err(Failure::Input)?;
    let source = source::Source::open(options).map_err(|error| Failure::Input(error.to_string()))?;
    let plane = citytwin_movement::Plane::of(&source.city);
    let crowd = movement::Crowd::new(&source, plane)
        .map_err(|problem| Failure::Input(format!("the city's streets cannot be searched: {problem}")))?;
    let device = device::find().map_err(Failure::Run)?;
    if windowed && !has_display() {
        return Err(Failure::Run(
            "there is no display to open a window on; write stills instead: --export FOLDER".to_owned(),
        ));
    }
    if let Some(folder) = &options.export {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::Run(format!("{}: {error}", folder.display())))?;
    }
    let films = told.is_some();
    match stage::run(options, Arc::new(Shared { source, crowd }), told.unwrap_or_default(), &device) {
        AppExit::Success => match &options.export {
            Some(folder) if films => film::make(folder, options.fps).map_err(Failure::Run),
            _ => Ok(()),
        },
        AppExit::Error(_) => Err(Failure::Run("the viewer ended early".to_owned())),
    }
}

/// Whether there is anything to open a window on.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || named("DISPLAY") || named("WAYLAND_DISPLAY")
}
