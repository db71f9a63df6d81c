//! A story: scenes one after the other, each with a time of the run, a way of the camera and a caption.
use crate::camera::Orbit;
use crate::clock::Clock;
use crate::options::{self, ColourBy, Moment, View};
use crate::panels::Panels;
use crate::pick::Chosen;
use crate::show::Showing;
use crate::stage::Choices;
use bevy::prelude::*;
use clap::ValueEnum;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Seconds that a scene takes where it doesn't say.
const SECONDS: f32 = 5.0;
/// Longest scene, s.
const SECONDS_MAX: f32 = 3_600.0;

/// A story file (TOML).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    font: Option<PathBuf>,
    #[serde(default)]
    scene: Vec<SceneFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneFile {
    at: String,
    until: Option<String>,
    seconds: Option<f32>,
    camera: Option<String>,
    camera_to: Option<String>,
    colour: Option<String>,
    heat: Option<bool>,
    panels: Option<bool>,
    person: Option<u32>,
    caption: Option<String>,
}

/// One scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Moments of the run at its beginning and end.
    pub moments: [Moment; 2],
    /// How long it takes, s.
    pub seconds: f32,
    /// Where the camera looks from at its beginning and end; `None` = as the scene before, or the whole city.
    pub cameras: [Option<View>; 2],
    /// What colours tell from here on.
    pub colour: Option<ColourBy>,
    /// Whether heat lies on the ground from here on.
    pub heat: Option<bool>,
    /// Whether panels are shown from here on.
    pub panels: Option<bool>,
    /// The resident whom the camera goes with, by number.
    pub person: Option<u32>,
    /// What is said.
    pub caption: Option<String>,
}

/// Scenes one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// The scenes; at least one.
    pub scenes: Vec<Scene>,
    /// A font for captions whose signs the viewer's own lacks.
    pub font: Option<Vec<u8>>,
}

/// What is seen at a second of a story.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Number of the scene.
    pub scene: usize,
    /// Moment of the run, minutes since its first midnight.
    pub since_start_min: f64,
    /// Where the camera looks from.
    pub view: View,
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line each.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| named(&error))?;
        let file: File = toml::from_str(&text).map_err(|error| named(&error))?;
        let mut wrong = Vec::new();
        let scenes = file.scene.into_iter().zip(1..).map(|(scene, number)| scene.read(number, &mut wrong));
        let scenes: Vec<Scene> = scenes.collect();
        if scenes.is_empty() {
            wrong.push("a story needs a [[scene]]".to_owned());
        }
        let beside = |font: PathBuf| path.parent().unwrap_or(Path::new(".")).join(font);
        let font =
            file.font.map(beside).and_then(|font| read_font(&font).map_err(|why| wrong.push(why)).ok());
        if wrong.is_empty() { Ok(Self { scenes, font }) } else { Err(named(&wrong.join("\n  "))) }
    }

    /// How long it takes, s.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.scenes.iter().map(|scene| scene.seconds).sum()
    }

    /// What is seen at a second, of a run whose first recorded day is `first`; after its end the last.
    #[must_use]
    pub fn frame(&self, second: f32, first: u32, home: View) -> Frame {
        let (mut begun, mut before) = (0.0, home);
        let mut frame = Frame { scene: 0, since_start_min: 0.0, view: home };
        for (number, scene) in self.scenes.iter().enumerate() {
            let share = ((second - begun) / scene.seconds.max(1e-3)).clamp(0.0, 1.0);
            let from = scene.cameras[0].unwrap_or(before);
            let to = scene.cameras[1].unwrap_or(from);
            let [at, until] = scene
                .moments
                .map(|moment| f64::from(moment.day.unwrap_or(first)) * 1440.0 + f64::from(moment.minute));
            frame = Frame {
                scene: number,
                since_start_min: at + (until - at) * f64::from(share),
                view: between(from, to, share),
            };
            begun += scene.seconds;
            before = to;
            if second < begun {
                break;
            }
        }
        frame
    }
}

/// A font's bytes, once it is sure that they are a font.
fn read_font(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("font: {}: {error}", path.display()))?;
    match skrifa::FontRef::new(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("font: {}: no OpenType or TrueType font: {error}", path.display())),
    }
}

impl SceneFile {
    fn read(self, number: usize, wrong: &mut Vec<String>) -> Scene {
        let mut told = |key: &str, why: String| wrong.push(format!("scene {number}: {key}: {why}"));
        let none = Moment { day: None, minute: 0.0 };
        let at = options::moment(&self.at).map_err(|why| told("at", why)).unwrap_or(none);
        let until = self.until.map(|text| options::moment(&text).map_err(|why| told("until", why)));
        let until = until.and_then(Result::ok).unwrap_or(at);
        // A time of the day alone is one of the day begun.
        let until = Moment { day: until.day.or(at.day), ..until };
        let mut camera = |key: &str, text: Option<String>| {
            text.and_then(|text| options::view(&text).map_err(|why| told(key, why)).ok())
        };
        let cameras = [camera("camera", self.camera), camera("camera_to", self.camera_to)];
        let colour = self.colour.and_then(|text| {
            ColourBy::from_str(&text, true)
                .map_err(|_| told("colour", format!("health, code, activity or mode, not {text:?}")))
                .ok()
        });
        let seconds = self.seconds.unwrap_or(SECONDS);
        if !(seconds > 0.0 && seconds <= SECONDS_MAX) {
            told("seconds", format!("more than 0 and at most {SECONDS_MAX}, not {seconds}"));
        }
        Scene {
            moments: [at, until],
            seconds,
            cameras,
            colour,
            heat: self.heat,
            panels: self.panels,
            person: self.person,
            caption: self.caption,
        }
    }
}

/// A share of the way between two views: it begins and ends gently, distances shrink by equal factors, and the camera
/// turns the shorter way.
fn between(a: View, b: View, share: f32) -> View {
    let share = share * share * (3.0 - 2.0 * share);
    let mix = |a: f32, b: f32| a + (b - a) * share;
    let turn = (b.heading_deg - a.heading_deg + 180.0).rem_euclid(360.0) - 180.0;
    View {
        east_m: mix(a.east_m, b.east_m),
        north_m: mix(a.north_m, b.north_m),
        distance_m: mix(a.distance_m.ln(), b.distance_m.ln()).exp(),
        heading_deg: a.heading_deg + turn * share,
        tilt_deg: mix(a.tilt_deg, b.tilt_deg),
    }
}

/// A story that is being told.
#[derive(Resource, Default)]
pub struct Telling {
    /// The story; without scenes where none is told.
    pub story: Story,
    /// How far it has come, s.
    pub second: f32,
    /// Whether it goes on by itself.
    pub plays: bool,
    /// Whether the picture of this second is to be shown.
    pub due: bool,
    /// The scene whose choices were made last.
    entered: Option<usize>,
}

impl Telling {
    /// A story at its beginning.
    #[must_use]
    pub fn of(story: Story, plays: bool) -> Self {
        Self { plays: plays && !story.scenes.is_empty(), story, ..Self::default() }
    }

    /// What is said now.
    #[must_use]
    pub fn caption(&self) -> Option<&str> {
        self.story.scenes.get(self.entered?)?.caption.as_deref()
    }
}

/// Lets a story go on; P stops it, for a look around, and goes on with it, at its end from the beginning.
pub fn go_on(mut telling: ResMut<Telling>, time: Res<Time>, keys: Res<ButtonInput<KeyCode>>) {
    if keys.just_pressed(KeyCode::KeyP) && !telling.story.scenes.is_empty() {
        telling.plays = !telling.plays;
        if telling.second >= telling.story.seconds() {
            telling.second = 0.0;
        }
    }
    if telling.plays {
        telling.second += time.delta_secs().min(0.5);
        telling.due = true;
        telling.plays = telling.second < telling.story.seconds();
    }
}

/// Shows what a story tells at its second.
pub fn tell(
    mut telling: ResMut<Telling>,
    mut clock: ResMut<Clock>,
    mut orbit: ResMut<Orbit>,
    mut choices: ResMut<Choices>,
    mut chosen: ResMut<Chosen>,
    mut panels: ResMut<Panels>,
    showing: Res<Showing>,
) {
    if !std::mem::take(&mut telling.due) {
        return;
    }
    let source = &showing.shared.source;
    let first = source.extent().recorded.first().copied().unwrap_or(0);
    let frame = telling.story.frame(telling.second, first, orbit.home);
    clock.plays = false;
    clock.seek(frame.since_start_min);
    if telling.entered.replace(frame.scene) != Some(frame.scene) {
        let scene = &telling.story.scenes[frame.scene];
        choices.colour = scene.colour.unwrap_or(choices.colour);
        choices.heat = scene.heat.unwrap_or(choices.heat);
        panels.shown = scene.panels.unwrap_or(panels.shown);
        let row = scene.person.and_then(|person| source.row_of(person));
        *chosen = Chosen { row, follows: row.is_some() };
    }
    orbit.aim = frame.view;
    orbit.now = frame.view;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = r#"
        [[scene]]
        at = "day 3 07:30"
        until = "08:30"
        seconds = 10
        camera = "0,0,10000,350,40"
        camera_to = "100,0,100,10,20"
        colour = "code"
        caption = "Morning."
        [[scene]]
        at = "day 9 21:00"
        heat = true
    "#;

    fn read(text: &str) -> Result<Story, String> {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("story.toml");
        std::fs::write(&path, text).expect("written");
        Story::read(&path)
    }

    #[test]
    fn scenes_lead_from_moment_to_moment_and_view_to_view() {
        let story = read(TOLD).expect("a story");
        let home = View { east_m: 0.0, north_m: 0.0, distance_m: 50.0, heading_deg: 0.0, tilt_deg: 45.0 };
        assert_eq!(story.seconds(), 15.0);
        let first = story.frame(0.0, 0, home);
        assert_eq!((first.scene, first.since_start_min), (0, 3.0 * 1440.0 + 450.0));
        assert_eq!((first.view.distance_m.round(), first.view.heading_deg), (10_000.0, 350.0));
        let middle = story.frame(5.0, 0, home);
        assert_eq!(middle.since_start_min, 3.0 * 1440.0 + 480.0);
        assert!((middle.view.distance_m - 1_000.0).abs() < 1.0, "{:?}", middle.view);
        assert!((middle.view.heading_deg - 360.0).abs() < 1e-3, "the shorter way: {:?}", middle.view);
        let second = story.frame(12.0, 0, home);
        assert_eq!((second.scene, second.since_start_min), (1, 9.0 * 1440.0 + 1260.0));
        assert_eq!(
            (second.view.east_m, second.view.tilt_deg),
            (100.0, 20.0),
            "the camera stays where it was"
        );
        assert_eq!(story.frame(99.0, 0, home).scene, 1);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let wrong = read(
            "[[scene]]\nat = \"noon\"\ncolour = \"red\"\n[[scene]]\nat = \"08:00\"\nseconds = -1\ncamera = \"1,2\"\n",
        );
        let words = wrong.unwrap_err();
        for part in ["scene 1: at:", "scene 1: colour:", "scene 2: seconds:", "scene 2: camera:", "\"noon\""]
        {
            assert!(words.contains(part), "{part} in {words}");
        }
        assert!(read("[[scene]]\nwhen = 3\n").unwrap_err().contains("when"));
        assert!(read("").unwrap_err().contains("[[scene]]"));
        assert!(read("font = \"no.otf\"\n[[scene]]\nat = \"08:00\"\n").unwrap_err().contains("no.otf"));
        let home = tempfile::tempdir().expect("a folder");
        let font = home.path().join("text.otf");
        std::fs::write(&font, "no font at all").expect("written");
        assert!(read_font(&font).unwrap_err().contains("no OpenType"));
    }
}
