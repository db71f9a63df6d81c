//! Files that solvers read and write.
use crate::output::{Failure, Format};
use citytwin_scenario::Findings;
use citytwin_scenario::source::{Source, Sources};
use citytwin_synthesis::import::traffic::Refused;
use citytwin_world::problem::{Problem, Problems};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Largest file of a network, bytes.
const BYTES_MAX: u64 = 1 << 30;

/// The texts of plain files, each with its name; letters that aren't UTF-8 are replaced.
///
/// # Errors
/// `E070` for each file that can't be read.
pub fn read_all(paths: &[&Path], format: Format) -> Result<Vec<(String, String)>, Failure> {
    let mut problems = Problems::new();
    let mut texts = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let told = |what: String| Problem::error("E070", format!("cannot read `{name}`: {what}"));
        let size = std::fs::metadata(path).map_err(|error| told(error.to_string()));
        let size = size.and_then(|about| match about.is_file() {
            true if about.len() > BYTES_MAX => Err(told("too large".to_owned())),
            true => Ok(()),
            false => Err(told("not a plain file".to_owned())),
        });
        let bytes = size.and_then(|()| std::fs::read(path).map_err(|error| told(error.to_string())));
        if let Some(bytes) = problems.keep(bytes) {
            let text = String::from_utf8(bytes);
            let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            texts.push((name, text));
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(Failure::Input(problems, format)) }
}

/// Problems with the lines they speak of.
pub fn findings(problems: Problems, texts: Vec<(String, String)>) -> Findings {
    let mut sources = Sources::default();
    for (name, text) in texts {
        sources.add(Source { path: Some(PathBuf::from(&name)), name, text });
    }
    Findings::new(problems, sources)
}

/// A refusal with the lines it speaks of.
pub fn refusal(refused: Refused) -> Findings {
    findings(refused.problems, refused.texts)
}

/// An id as a CSV cell.
pub fn quoted(id: &str) -> std::borrow::Cow<'_, str> {
    if id.contains([',', '"', '\n', ';']) {
        format!("\"{}\"", id.replace('"', "\"\"")).into()
    } else {
        id.into()
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// What keeps it from being written.
pub fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::Run(format!("{}: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        // What was half written must not stay; if it can't be removed, the first error still tells.
        let _ = std::fs::remove_file(&part);
        fail(error)
    })
}
