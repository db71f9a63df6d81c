//! What cannot be shown is told in words and with an exit status, never by a crash.
mod village;

use std::process::Command;
use village::Village;

fn said(output: &std::process::Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn without_a_driver_it_says_how_to_get_one() {
    let village = Village::new();
    let run = village.record(&village.day(&[]));
    let mut command = Command::new(env!("CARGO_BIN_EXE_citytwin-viewer"));
    command.arg(&run).arg("--city").arg(village.folder()).arg("--export").arg(run.join("stills"));
    for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        command.env(name, "/nonexistent.json");
    }
    let (status, words) = said(&command.output().expect("it starts"));
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("no Vulkan driver") && words.contains("mesa-vulkan-drivers"), "{words}");
    assert!(!words.contains("panicked"));
}

#[test]
fn without_a_display_it_offers_stills() {
    let village = Village::new();
    let run = village.record(&village.day(&[]));
    let mut command = Command::new(env!("CARGO_BIN_EXE_citytwin-viewer"));
    command.arg(&run).arg("--city").arg(village.folder()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let (status, words) = said(&command.output().expect("it starts"));
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("--export"), "{words}");
}

#[test]
fn what_is_no_recorded_run_is_told() {
    let village = Village::new();
    let run = village.record(&village.day(&[]));
    let stills = run.join("stills").to_string_lossy().into_owned();
    let export = ["--export", stills.as_str()];
    let check = |words: &str| {
        let (status, said) = said(&village.viewer(&run, &export));
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    };
    let day = citytwin_recording::day_path(&run.join(citytwin_recording::FOLDER), 0);
    std::fs::remove_file(&day).unwrap();
    check("was not recorded");
    let people = run.join(citytwin_recording::FOLDER).join("people.ctr");
    std::fs::write(&day, b"CTDAYREC").unwrap();
    std::fs::write(&people, b"CTPEOPLE and nothing else").unwrap();
    check("people.ctr");
    std::fs::remove_dir_all(run.join(citytwin_recording::FOLDER)).unwrap();
    check("output.trajectories");
    std::fs::write(run.join("run.json"), b"{").unwrap();
    check("run.json");
}

#[test]
fn a_broken_day_ends_it_with_words() {
    let village = Village::new();
    let run = village.record(&village.day(&[]));
    let day = citytwin_recording::day_path(&run.join(citytwin_recording::FOLDER), 0);
    let whole = std::fs::read(&day).unwrap();
    std::fs::write(&day, &whole[..whole.len() - 7]).unwrap();
    let stills = run.join("stills").to_string_lossy().into_owned();
    let (status, words) = said(&village.viewer(&run, &["--export", stills.as_str()]));
    assert_eq!(status, Some(2), "{words}");
    assert!(words.contains("cut off") && !words.contains("panicked"), "{words}");
}
