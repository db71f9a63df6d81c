//! Stills: one moment after the other is drawn and written as PNG, without a window.
use crate::clock::Clock;
use crate::film;
use crate::movement::Window;
use crate::options::Options;
use crate::show::Showing;
use crate::stage::Picture;
use crate::story::Telling;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Frames drawn before a still, so that the panels have laid themselves out.
const SETTLE: u32 = 3;

/// The moment of a still.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shot {
    /// Day and minute.
    At(u32, f32),
    /// Second of a story.
    Told(f32),
}

/// Stills to make.
#[derive(Resource)]
pub struct Stills {
    folder: PathBuf,
    /// When each is.
    moments: Vec<Shot>,
    next: usize,
    settled: u32,
    /// Stills written, and those that could not be.
    written: Arc<AtomicU32>,
    failed: Arc<AtomicU32>,
    asked: u32,
}

impl Stills {
    /// The stills that options ask for; `seconds` is how long their story takes, 0 without one.
    #[must_use]
    pub fn of(options: &Options, showing: &Showing, seconds: f32) -> Self {
        let recorded = &showing.shared.source.extent().recorded;
        let first = recorded.first().copied().unwrap_or(0);
        let day =
            |moment: &crate::options::Moment| showing.shared.source.nearest_day(moment.day.unwrap_or(first));
        let frames = options.frames;
        let share = |n: u32| f64::from(n) / f64::from(frames);
        let told = (seconds * options.fps as f32).ceil() as u32;
        let moments: Vec<(u32, f32)> = match options.at.as_slice() {
            [one] if frames > 1 => (0..frames)
                .map(|n| (day(one), (f64::from(one.minute) + 1440.0 * share(n)).rem_euclid(1440.0) as f32))
                .collect(),
            [] => (0..frames)
                .map(|n| {
                    let at = share(n) * recorded.len() as f64 + if frames == 1 { 8.25 / 24.0 } else { 0.0 };
                    let day = recorded.get(at as usize).copied().unwrap_or(first);
                    (day, (at.fract() * 1440.0) as f32)
                })
                .collect(),
            several => several.iter().map(|moment| (day(moment), moment.minute)).collect(),
        };
        let moments = if told > 0 {
            (0..told).map(|n| Shot::Told(n as f32 / options.fps as f32)).collect()
        } else {
            moments.into_iter().map(|(day, minute)| Shot::At(day, minute)).collect()
        };
        Self {
            folder: options.export.clone().unwrap_or_default(),
            moments,
            next: 0,
            settled: 0,
            written: Arc::default(),
            failed: Arc::default(),
            asked: 0,
        }
    }

    fn done(&self) -> u32 {
        self.written.load(Ordering::Acquire) + self.failed.load(Ordering::Acquire)
    }
}

/// Goes from still to still.
pub fn advance(
    mut stills: ResMut<Stills>,
    mut clock: ResMut<Clock>,
    mut telling: ResMut<Telling>,
    showing: Res<Showing>,
    picture: Option<Res<Picture>>,
    mut commands: Commands,
    mut exit: MessageWriter<AppExit>,
) {
    let Some(picture) = picture else { return };
    if stills.asked > stills.done() {
        return; // the still is on its way
    }
    let Some(shot) = stills.moments.get(stills.next).copied() else {
        exit.write(if stills.failed.load(Ordering::Acquire) == 0 {
            AppExit::Success
        } else {
            AppExit::error()
        });
        return;
    };
    match shot {
        Shot::At(day, minute) => (clock.day, clock.minute) = (day, minute),
        // The clock follows the story before anything is drawn.
        Shot::Told(second) => (telling.second, telling.due) = (second, true),
    }
    if stills.settled < SETTLE || !showing.shows(&(clock.day, Window::around(clock.minute))) {
        stills.settled += 1;
        return;
    }
    let minutes = clock.minute as u32;
    let name = match shot {
        Shot::At(day, _) => {
            format!("still-{:04}-day{day:03}-{:02}{:02}.png", stills.next, minutes / 60, minutes % 60)
        }
        Shot::Told(_) => film::picture(stills.next),
    };
    let path = stills.folder.join(name);
    let (written, failed) = (stills.written.clone(), stills.failed.clone());
    commands.spawn(Screenshot::image(picture.0.clone())).observe(move |shot: On<ScreenshotCaptured>| {
        match write(&shot.image, &path) {
            Ok(()) => written.fetch_add(1, Ordering::AcqRel),
            Err(why) => {
                error!("{}: {why}", path.display());
                failed.fetch_add(1, Ordering::AcqRel)
            }
        };
    });
    stills.asked += 1;
    stills.next += 1;
    stills.settled = 0;
}

/// Writes a picture whole: beside its name, then renamed.
fn write(image: &Image, path: &Path) -> Result<(), String> {
    let picture = image.clone().try_into_dynamic().map_err(|error| error.to_string())?;
    let mut bytes = Cursor::new(Vec::new());
    let rgb = image::DynamicImage::ImageRgb8(picture.to_rgb8());
    rgb.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| error.to_string())?;
    let beside = path.with_extension("png.new");
    let written = std::fs::write(&beside, bytes.into_inner()).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| error.to_string())
}
