//! What the command says: results on stdout, problems on stderr, and its exit status.
use citytwin_scenario::Findings;
use citytwin_world::problem::{Problem, Problems};
use serde::Serialize;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Why the command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The scenario is wrong.
    Scenario(Box<Findings>, Format),
    /// Another input is wrong.
    Input(Problems, Format),
    /// The run itself failed.
    Run(String),
    /// Another program failed, has said why, and ended with this status.
    Told(u8),
    /// Whoever read the results has gone.
    Closed,
}

impl Failure {
    /// A single thing wrong with the input.
    pub fn input(problem: Problem, format: Format) -> Self {
        Self::Input(problem.into(), format)
    }

    /// Says what is wrong and gives the exit status.
    pub fn exit(self) -> ExitCode {
        let (text, status) = match self {
            Self::Scenario(findings, Format::Text) => {
                (findings.render(std::io::stderr().is_terminal()), ExitCode::from(2))
            }
            Self::Scenario(findings, Format::Json) => return wrong(&findings.to_json()),
            Self::Input(problems, Format::Text) => (problems.to_string(), ExitCode::from(2)),
            Self::Input(problems, Format::Json) => {
                let errors = problems.error_count();
                let warnings = problems.len() - errors;
                return wrong(&json!({"errors": errors, "warnings": warnings, "problems": problems}));
            }
            Self::Run(message) => (format!("error: {message}"), ExitCode::FAILURE),
            Self::Told(status) => return ExitCode::from(status),
            Self::Closed => return ExitCode::SUCCESS,
        };
        note(&text);
        status
    }
}

fn wrong(data: &serde_json::Value) -> ExitCode {
    // With nobody left to read the problems, the exit status still tells.
    let _ = say_json(data);
    ExitCode::from(2)
}

/// Writes a result to stdout.
///
/// # Errors
/// When stdout is closed (as by `head`) or full.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| match text.ends_with('\n') {
        true => out.flush(),
        false => out.write_all(b"\n").and_then(|()| out.flush()),
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Run(format!("stdout: {error}")),
    })
}

/// Writes a result as JSON to stdout.
///
/// # Errors
/// As [`say`].
pub fn say_json(data: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(data).map_err(|error| Failure::Run(error.to_string()))?;
    say(&text)
}

/// Writes a line to stderr.
pub fn note(text: &str) {
    // Nobody can be told that stderr is closed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
