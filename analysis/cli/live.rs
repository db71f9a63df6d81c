//! `citytwin view SCENARIO`: a run that is watched while it goes on.
//!
//! The run is the one that `citytwin run` makes, day by day into its folder; the viewer looks at that folder. So what is
//! watched is byte for byte what runs unwatched, and the run never waits for a picture.
use crate::flags::words;
use crate::output::{Failure, note};
use crate::run::Run;
use crate::view::Viewer;
use citytwin_recording::{BEGUN, FOLDER, days};
use clap::Parser;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

/// How often it is looked whether the first day is there.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Flags of `citytwin run` that may stand behind a scenario, with whether a value follows.
const OF_RUN: [(&str, bool); 6] = [
    ("--set", true),
    ("--seed", true),
    ("--threads", true),
    ("--out", true),
    ("--format", true),
    ("--quiet", false),
];
/// Flags of the viewer that need the whole run: they ask for moments of it, not for a window.
const WHOLE: [&str; 2] = ["--export", "--measure"];
/// The key without which nothing is recorded.
const RECORDS: &str = "output.trajectories";

/// The command line of the run.
#[derive(Parser)]
struct Watched {
    #[command(flatten)]
    run: Run,
}

/// What goes to the run and what to the viewer.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    run: Vec<OsString>,
    viewer: Vec<OsString>,
}

/// Whether the arguments name a scenario rather than a run.
pub fn is_scenario(arguments: &[OsString]) -> bool {
    arguments.first().is_some_and(|first| {
        let path = Path::new(first);
        path.extension().is_some_and(|ending| ending == "toml") && !path.is_dir()
    })
}

/// Sorts flags to where they belong.
fn parts(arguments: &[OsString]) -> Parts {
    let mut parts = Parts { run: vec!["citytwin view".into()], viewer: Vec::new() };
    let mut rest = arguments.iter();
    parts.run.extend(rest.next().cloned());
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy();
        let name = text.split('=').next().unwrap_or_default();
        let Some((_, takes)) = OF_RUN.iter().find(|(flag, _)| *flag == name) else {
            parts.viewer.push(word.clone());
            continue;
        };
        parts.run.push(word.clone());
        if *takes && !text.contains('=') {
            parts.run.extend(rest.next().cloned());
        }
    }
    if !parts.run.iter().any(|word| word.to_string_lossy().contains(RECORDS)) {
        parts.run.extend(["--set".into(), format!("{RECORDS}=1").into()]);
    }
    parts
}

/// Runs a scenario and shows it: at once in a window, or when it is over in pictures.
///
/// # Errors
/// A scenario or flag that is wrong, a run that fails, or what the viewer says.
pub fn watch(arguments: &[OsString], viewer: &Viewer) -> Result<(), Failure> {
    let parts = parts(arguments);
    let run = Watched::try_parse_from(&parts.run).map_err(|error| {
        // Clap writes its own words and knows their status.
        let _ = error.print();
        Failure::Told(error.exit_code().clamp(0, 255) as u8)
    })?;
    let run = run.run;
    let out = run.folder(&words())?;
    let partial = PathBuf::from(format!("{}.partial", out.to_string_lossy().trim_end_matches('/')));
    let began = SystemTime::now();
    let (tell, done) = channel();
    std::thread::spawn(move || {
        // Nobody waits any more once the window is closed.
        let _ = tell.send(run.run());
    });
    let whole = parts.viewer.iter().any(|word| {
        let text = word.to_string_lossy();
        WHOLE.iter().any(|flag| text.split('=').next() == Some(flag))
    });
    if whole {
        done.recv().map_err(|_| ended_early())??;
        return viewer.show(out.as_os_str(), &parts.viewer);
    }
    let over = first_day(&partial, began, &done)?;
    viewer.show(if over { out.as_os_str() } else { partial.as_os_str() }, &parts.viewer)?;
    if over {
        return Ok(());
    }
    match done.try_recv() {
        Ok(ended) => ended,
        Err(_) if partial.exists() => {
            note(&format!("the run was left where it stood; its days are in {}", partial.display()));
            Ok(())
        }
        // Only its report is still to be written.
        Err(_) => done.recv().map_err(|_| ended_early())?,
    }
}

/// Waits for the first recorded day; whether the run is over by then.
fn first_day(
    partial: &Path,
    began: SystemTime,
    done: &Receiver<Result<(), Failure>>,
) -> Result<bool, Failure> {
    let folder = partial.join(FOLDER);
    // What an earlier run left there is older.
    let new = |path: &Path| path.metadata().and_then(|of| of.modified()).is_ok_and(|time| time >= began);
    loop {
        match done.recv_timeout(LOOK_EVERY) {
            Ok(ended) => return ended.map(|()| true),
            Err(RecvTimeoutError::Disconnected) => return Err(ended_early()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if new(&folder.join(BEGUN)) && days(&folder).is_ok_and(|days| !days.is_empty()) {
            return Ok(false);
        }
    }
}

fn ended_early() -> Failure {
    Failure::Run("the run ended early".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_to_the_run_or_to_the_viewer() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let sorted =
            parts(&words("a.toml --size 640x480 --seed 3 --set time.days=5 --heat --out=here --quiet"));
        assert_eq!(
            sorted.run,
            [
                OsString::from("citytwin view"),
                "a.toml".into(),
                "--seed".into(),
                "3".into(),
                "--set".into(),
                "time.days=5".into(),
                "--out=here".into(),
                "--quiet".into(),
                "--set".into(),
                "output.trajectories=1".into()
            ]
        );
        assert_eq!(sorted.viewer, words("--size 640x480 --heat"));
        let chosen = parts(&words("a.toml --set output.trajectories=0.1"));
        assert_eq!(chosen.run.len(), 4, "the share recorded is the user's");
        assert!(is_scenario(&words("some/where.toml")) && !is_scenario(&words("runs/some")));
    }
}
