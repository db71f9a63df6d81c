//! `citytwin view`: starts the viewer, which is a program of its own, so that this one never needs a graphics library.
use crate::flags::cities_folder;
use crate::live;
use crate::output::Failure;
use clap::Args;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of the viewer's program.
const PROGRAM: &str = "citytwin-viewer";
/// What to do where it is missing.
const MISSING: &str = "the viewer is not here: build it with `cargo build --release -p citytwin-viewer` (some minutes), or \
     put the program `citytwin-viewer` beside `citytwin` or on the path";

/// Shows a run in 3D, in a window or as stills: a recorded one, or a scenario while it runs.
///
/// `citytwin view RUN` shows a recorded run, `citytwin view SCENARIO` runs a scenario and shows its days as they come
/// (with the flags of `run`: --set, --seed, --threads, --out). Everything else goes to the viewer: `citytwin view RUN
/// --export FOLDER --at "day 30 08:15"`, `citytwin view --help`.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub struct View {
    /// The run folder or the scenario, and how to show it.
    #[arg(value_name = "RUN|SCENARIO", trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    arguments: Vec<OsString>,
}

impl View {
    /// Starts the viewer and waits for it.
    pub fn run(&self) -> Result<(), Failure> {
        let viewer = Viewer { program: find().ok_or_else(|| Failure::Run(MISSING.to_owned()))? };
        if live::is_scenario(&self.arguments) {
            return live::watch(&self.arguments, &viewer);
        }
        let (first, rest) = self.arguments.split_first().ok_or(Failure::Closed)?;
        viewer.show(first, rest)
    }
}

/// The viewer's program.
pub struct Viewer {
    program: PathBuf,
}

impl Viewer {
    /// Starts it and waits until it is closed.
    ///
    /// # Errors
    /// When it can't be started or ends with another status than 0.
    pub fn show(&self, run: &OsStr, arguments: &[OsString]) -> Result<(), Failure> {
        let mut command = Command::new(&self.program);
        command.arg(run).args(arguments);
        if let Some(assets) = cities_folder().parent() {
            command.env("CITYTWIN_ASSETS", assets);
        }
        if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
            // Drivers complain without it, though they need nothing of it.
            command.env("XDG_RUNTIME_DIR", std::env::temp_dir());
        }
        let failed = |error| Failure::Run(format!("{}: {error}", self.program.display()));
        match command.status().map_err(failed)?.code() {
            Some(0) => Ok(()),
            Some(status) => Err(Failure::Told(status.clamp(1, 255) as u8)),
            None => Err(Failure::Run("the viewer was ended by a signal".to_owned())),
        }
    }
}

/// The viewer beside this program, else on the path.
fn find() -> Option<PathBuf> {
    let file = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|here| here.parent().map(Path::to_path_buf));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = beside.into_iter().chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join(&file)).find(|program| program.is_file())
}
