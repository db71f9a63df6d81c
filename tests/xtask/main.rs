//! The project's own commands: `cargo xtask test` sets up what tests need and passes all of them;
//! `cargo xtask bench` prints speed and memory of the main job and of cities that double, then speed of routing, traffic
//! assignment, power and water networks and traffic in queues.
mod bench;
mod bench_routes;
mod bench_study;
mod page;
mod setup;

use std::process::{Command, ExitCode};

/// What a step may fail with: words for the person at the terminal.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let outcome = match task.as_str() {
        "test" => test(),
        "setup" => setup::all(),
        "page" => page::check(),
        "view" => setup::all().and_then(|()| view()),
        "bench" => bench::main_job()
            .and_then(|()| bench::doubling())
            .and_then(|()| bench::routing())
            .and_then(|()| bench::flows())
            .and_then(|()| bench::traffic()),
        "bench-doubling" => bench::doubling(),
        "bench-routing" => bench::routing(),
        "bench-flows" => bench::flows(),
        "bench-traffic" => bench::traffic(),
        "bench-study" => bench_study::study(),
        "bench-assignment" => bench::assignment(&std::env::args().skip(2).collect::<Vec<_>>()),
        "bench-routes" => bench_routes::routes(&std::env::args().skip(2).collect::<Vec<_>>()),
        other => Err(format!(
            "no task {other:?}; there are: test, setup, page, view, bench, bench-doubling, bench-routing, bench-flows, \
             bench-traffic, bench-study, bench-assignment FOLDER…, bench-routes FOLDER…"
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Everything: the headless suite, the viewer's pictures on software Vulkan, then the report in a real browser.
fn test() -> Outcome {
    setup::all()?;
    // The viewer's graphics library is built once, as users run it, and apart from the suite that needs none.
    cargo(&["test", "--workspace", "--exclude", "citytwin-viewer"])?;
    view()?;
    page::check()
}

/// The viewer's pictures and refusals.
fn view() -> Outcome {
    cargo(&["test", "--release", "--package", "citytwin-viewer"])
}

/// Runs cargo in the project's root and says what failed.
fn cargo(args: &[&str]) -> Outcome {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    run(Command::new(cargo).args(args).current_dir(root()))
}

/// Runs a command and turns a failure into words.
fn run(command: &mut Command) -> Outcome {
    eprintln!("xtask: {command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?} could not be started: {error}")),
    }
}

/// The project's root folder.
fn root() -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}
