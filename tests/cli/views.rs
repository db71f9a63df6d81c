//! The viewer is found beside the command, told what to show, and missed with words.
use super::{SMALL, citytwin, status, stderr, stdout};
use std::process::Command;

/// The command copied into a folder of its own, where there is no viewer beside it.
fn alone(folder: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    let copy = folder.join("citytwin");
    std::fs::copy(env!("CARGO_BIN_EXE_citytwin"), &copy).expect("copied");
    Command::new(copy).args(arguments).current_dir(folder).env("PATH", folder).output().expect("it starts")
}

#[test]
fn a_missing_viewer_is_told_with_the_way_to_it() {
    let home = tempfile::tempdir().unwrap();
    let view = alone(home.path(), &["view", "runs/any", "--export", "stills"]);
    assert_eq!(status(&view), 1);
    assert!(stderr(&view).contains("cargo build --release -p citytwin-viewer"), "{}", stderr(&view));
    assert_eq!(status(&citytwin(home.path(), &["view"])), 2);
}

#[cfg(unix)]
#[test]
fn the_viewer_gets_all_arguments_and_gives_its_status() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let viewer = home.path().join("citytwin-viewer");
    std::fs::write(&viewer, "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"$@\" \"$CITYTWIN_ASSETS\"\nexit 2\n")
        .unwrap();
    std::fs::set_permissions(&viewer, std::fs::Permissions::from_mode(0o755)).unwrap();
    let view = alone(home.path(), &["view", "runs/any", "--export", "stills", "--at", "day 3 08:00"]);
    assert_eq!(status(&view), 2);
    let told = stdout(&view);
    assert!(
        told.starts_with("runs/any --export stills --at day 3 08:00 ") && told.trim_end().ends_with("assets"),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn a_scenario_is_shown_while_it_runs_and_a_wrong_one_never() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let viewer = home.path().join("citytwin-viewer");
    // It stays open until the run has ended, and tells what it saw first and last.
    let script = "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"$@\"\nls \"$1/trajectories\"\nwhile [ -d runs/mine.partial ]; do sleep 0.05; done\n\
                  ls runs/mine/trajectories\n";
    std::fs::write(&viewer, script).unwrap();
    std::fs::set_permissions(&viewer, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(home.path().join("town.toml"), SMALL).unwrap();
    let run = ["--set", "time.days=60", "--set", "city.population=20000", "--out", "runs/mine", "--quiet"];
    let watch = |more: &[&str]| alone(home.path(), &[&["view", "town.toml"], &run[..], more].concat());

    let seen = watch(&["--size", "640x480"]);
    assert_eq!(status(&seen), 0, "{}", stderr(&seen));
    let told = stdout(&seen);
    assert!(told.starts_with("runs/mine.partial --size 640x480\n"), "{told}");
    let days: Vec<&str> = told.lines().filter(|line| line.starts_with("day-")).collect();
    assert!(days[0] == "day-0000.ctr" && days.ends_with(&["day-0058.ctr", "day-0059.ctr"]), "{told}");
    assert!(told.contains("begun.json") && home.path().join("runs/mine/report.html").is_file(), "{told}");

    // Pictures wait for the whole run, and what is wrong is told before anything is shown.
    let pictures = watch(&["--export", "stills"]);
    assert!(stdout(&pictures).contains("runs/mine --export stills"), "{}", stdout(&pictures));
    let wrong = watch(&["--set", "disease.r0=-3"]);
    assert_eq!((status(&wrong), stdout(&wrong).as_str()), (2, ""));
    assert!(stderr(&wrong).contains("disease.r0"), "{}", stderr(&wrong));
}
