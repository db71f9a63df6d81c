//! The viewer is found beside the command, told what to show, and missed with words.
use super::{citytwin, status, stderr, stdout};
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
    std::fs::write(&viewer, "#!/bin/sh\necho \"$@\" \"$CITYTWIN_ASSETS\"\nexit 2\n").unwrap();
    std::fs::set_permissions(&viewer, std::fs::Permissions::from_mode(0o755)).unwrap();
    let view = alone(home.path(), &["view", "runs/any", "--export", "stills", "--at", "day 3 08:00"]);
    assert_eq!(status(&view), 2);
    let told = stdout(&view);
    assert!(
        told.starts_with("runs/any --export stills --at day 3 08:00 ") && told.trim_end().ends_with("assets"),
        "{told}"
    );
}
