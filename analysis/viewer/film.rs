//! A film of a story's pictures, by ffmpeg where it is installed.
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Name of the film.
pub const FILM: &str = "story.mp4";

/// The name of a picture of a story.
#[must_use]
pub fn picture(number: usize) -> String {
    format!("frame-{number:06}.png")
}

/// Makes a film of the pictures in a folder, so many a second. Without ffmpeg the pictures are all there is, and it is
/// said how to go on.
///
/// # Errors
/// What ffmpeg says.
pub fn make(folder: &Path, fps: u32) -> Result<(), String> {
    let film = folder.join(FILM);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-loglevel", "error", "-y", "-framerate", &fps.to_string(), "-i"]);
    ffmpeg.arg(folder.join("frame-%06d.png"));
    // Widths and heights must be even, and colours of the kind that every player knows.
    ffmpeg.args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]);
    match ffmpeg.arg(&film).stdin(Stdio::null()).output() {
        Ok(made) if made.status.success() => Ok(()),
        Ok(made) => Err(format!("ffmpeg: {}", String::from_utf8_lossy(&made.stderr).trim())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let words = "the pictures are written; with ffmpeg installed there would be a film of them too";
            // Nobody can be told that stderr is closed.
            let _ = writeln!(std::io::stderr().lock(), "{words}");
            Ok(())
        }
        Err(error) => Err(format!("ffmpeg: {error}")),
    }
}
