//! Pictures drawn on software Vulkan show what the recording says: colours and places of people, day and night.
//!
//! They need a Vulkan driver (`cargo xtask test` installs one where it may) and are no part of plain `cargo test`.
mod village;

use citytwin_world::population::Hold;
use citytwin_world::{Mode, PlaceKind, Severity, Stage};
use village::{Village, away, rgb};

#[test]
fn people_at_rest_lie_at_their_places_in_the_colour_of_their_health() {
    let village = Village::new();
    let [a, b, c] = village.distant_places();
    let states = [(a, Stage::Infectious), (b, Stage::Exposed), (c, Stage::Recovered)];
    let day = village.day(&states.map(|(place, stage)| (place, stage, 0)));
    let run = village.record(&day);
    let picture = village.picture(&run, &["--at", "12:00", "--colour", "health"]);
    for ((place, _), name) in states.iter().zip(["infectious", "exposed", "recovered"]) {
        let found = picture.pixels_of(rgb(name));
        let wanted = village.pixel_of(*place);
        assert!(!found.is_empty(), "nobody is {name}");
        let far = found.iter().map(|pixel| away(*pixel, wanted)).fold(0.0, f32::max);
        assert!(far < village.reach_px(*place), "{name}: {far} pixels from {wanted:?}");
    }
    assert!(picture.pixels_of(rgb("code_yellow")).is_empty());
}

#[test]
fn codes_and_activities_have_their_colours() {
    let village = Village::new();
    let [a, b, c] = village.distant_places();
    let day =
        village.day(&[(a, Stage::Susceptible, 2), (b, Stage::Susceptible, 1), (c, Stage::Susceptible, 0)]);
    let run = village.record(&day);
    let picture = village.picture(&run, &["--at", "12:00", "--colour", "code"]);
    for (place, name) in [(a, "code_red"), (b, "code_yellow"), (c, "code_green")] {
        let found = picture.pixels_of(rgb(name));
        assert!(!found.is_empty(), "nobody's code is {name}");
        assert!(
            found.iter().all(|pixel| away(*pixel, village.pixel_of(place)) < village.reach_px(place)),
            "{name}"
        );
    }
    let picture = village.picture(&run, &["--at", "12:00", "--colour", "activity"]);
    assert!(!picture.pixels_of(rgb("home")).is_empty() && picture.pixels_of(rgb("work")).is_empty());
}

#[test]
fn a_traveller_leaves_goes_along_the_streets_and_arrives() {
    let village = Village::new();
    let [a, b, _] = village.distant_places();
    let mut day = village.day(&[(a, Stage::Infectious, 0)]);
    village.travels(&mut day, 0, b, [480, 540], Mode::Car);
    let run = village.record(&day);
    let at = |time: &str| {
        let picture = village.picture(&run, &["--at", time]);
        picture.middle_of(rgb("infectious")).unwrap_or_else(|| panic!("nobody is on the way at {time}"))
    };
    let (from, to) = (village.pixel_of(a), village.pixel_of(b));
    assert!(away(at("07:50"), from) < village.reach_px(a));
    assert!(away(at("08:00"), from) < 40.0);
    let halfway = at("08:30");
    let way = away(from, to);
    assert!(away(halfway, from) > way * 0.15 && away(halfway, to) > way * 0.15, "{halfway:?}");
    assert!(village.off_streets_px(halfway) < 6.0, "{halfway:?} is off the streets");
    assert!(away(at("09:10"), to) < village.reach_px(b));
    // The same moment is the same picture, whichever way one came to it.
    let stills = village.stills(&run, &["--at", "08:30", "--at", "09:10", "--at", "08:30"]);
    assert_eq!(stills[0], stills[2]);
    assert_ne!(stills[0], stills[1]);
}

#[test]
fn whom_a_bed_holds_lies_in_the_hospital_and_the_dead_are_gone() {
    let village = Village::new();
    let [a, b, c] = village.distant_places();
    let mut day = village.day(&[(a, Stage::Infectious, 0), (b, Stage::Susceptible, 0)]);
    let ill = citytwin_recording::State::new(Stage::Infectious, Severity::Severe, 0, Hold::Bed);
    day.day.changes[9].push(citytwin_recording::Change { row: 0, state: ill, place: c });
    let dead = citytwin_recording::State::new(Stage::Dead, Severity::None, 0, Hold::Dead);
    day.day.changes[9].push(citytwin_recording::Change {
        row: 1,
        state: dead,
        place: citytwin_world::PlaceId::NONE,
    });
    let run = village.record(&day);
    let middle = |time: &str| village.picture(&run, &["--at", time]).middle_of(rgb("infectious"));
    assert!(away(middle("09:50").expect("at home"), village.pixel_of(a)) < village.reach_px(a));
    assert!(away(middle("10:10").expect("in bed"), village.pixel_of(c)) < village.reach_px(c));
    let there = |time: &str| village.picture(&run, &["--at", time]).pixels_of(rgb("susceptible")).len();
    assert!(there("09:50") > 0 && there("10:10") == 0);
}

#[test]
fn nights_are_darker_than_days_and_layers_are_drawn() {
    let village = Village::new();
    let day = village.day(&[]);
    let run = village.record(&day);
    let side = ["--camera", "0,0,900,0,30"];
    let noon = village.picture(&run, &[&["--at", "12:00"][..], &side].concat());
    let night = village.picture(&run, &[&["--at", "01:00"][..], &side].concat());
    assert!(noon.brightness() > 2.5 * night.brightness(), "{} {}", noon.brightness(), night.brightness());
    // Something is drawn: many shades, and a sky that is not the ground.
    assert!(noon.shades() > 60, "{} shades", noon.shades());
    assert_ne!(noon.at(640, 5), noon.at(640, 700));
    assert!(village.kinds().contains(&PlaceKind::Home));
}

#[test]
fn panels_cover_the_picture_only_when_wanted() {
    let village = Village::new();
    let run = village.record(&village.day(&[]));
    let bare = village.picture(&run, &["--at", "12:00"]);
    let en = village.with_panels(&run, &["--at", "12:00"]);
    let zh = village.with_panels(&run, &["--at", "12:00", "--language", "zh"]);
    assert!(bare.at(640, 690) != en.at(640, 690) && en != zh);
}

#[test]
fn a_story_goes_from_scene_to_scene_and_says_its_captions() {
    let village = Village::new();
    let [a, b, _] = village.distant_places();
    let mut day = village.day(&[(a, Stage::Infectious, 1)]);
    village.travels(&mut day, 0, b, [480, 540], Mode::Car);
    let run = village.record(&day);
    let story = run.join("story.toml");
    let camera = "0,0,2600,0,89.9";
    let told = format!(
        "[[scene]]\nat = \"07:00\"\nuntil = \"10:00\"\nseconds = 1\ncamera = \"{camera}\"\ncolour = \"health\"\n\
         [[scene]]\nat = \"10:00\"\nseconds = 1\ncolour = \"code\"\ncaption = \"Whose code is yellow stays at home.\"\n"
    );
    std::fs::write(&story, told).unwrap();
    let pictures = village.stills(&run, &["--story", &story.to_string_lossy(), "--fps", "2"]);
    assert_eq!(pictures.len(), 4, "two seconds of two pictures");
    let infectious = |n: usize| pictures[n].middle_of(rgb("infectious"));
    assert!(away(infectious(0).expect("before leaving"), village.pixel_of(a)) < village.reach_px(a));
    // Half a second into the first scene it is 08:30, and the person half-way there.
    let half = infectious(1).expect("on the way");
    assert!(away(half, village.pixel_of(a)) > village.reach_px(a));
    assert!(away(half, village.pixel_of(b)) > village.reach_px(b));
    assert!(infectious(2).is_none(), "colours tell the code now");
    let yellow = pictures[2].middle_of(rgb("code_yellow")).expect("a yellow code");
    assert!(away(yellow, village.pixel_of(b)) < village.reach_px(b));
    // The caption's box lies at the foot of the second scene's pictures alone.
    let foot = |n: usize| pictures[n].at(640, 720 - 60);
    assert_ne!(foot(1), foot(2));
    assert_eq!(foot(2), foot(3));
}
