//! The command `citytwin`.
mod calibrate;
mod check;
mod city;
mod compare;
mod explain;
mod flags;
mod forecast;
mod gather;
mod list;
mod live;
mod new;
mod output;
mod pages;
mod progress;
mod report;
mod run;
mod schema;
mod score;
mod sensitivity;
mod solve;
mod sweep;
mod view;

use clap::{Parser, Subcommand};
use output::Failure;
use std::process::ExitCode;

/// An agent-based digital twin of a city: runs scenarios of a crisis and shows what policies do.
///
/// Results go to stdout, progress and problems to stderr. Exit status: 0 done, 1 the run failed, 2 the input is wrong.
#[derive(Parser)]
#[command(name = "citytwin", version, propagate_version = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Run),
    Check(check::Check),
    Compare(compare::Compare),
    Sweep(sweep::SweepCommand),
    Gather(gather::GatherCommand),
    Sensitivity(sensitivity::SensitivityCommand),
    Calibrate(calibrate::CalibrateCommand),
    Forecast(forecast::ForecastCommand),
    Report(report::Report),
    City(city::City),
    List(list::List),
    Explain(explain::Explain),
    New(new::New),
    Schema(schema::Schema),
    Score(score::ScoreCommand),
    Solve(solve::Solve),
    View(view::View),
}

impl Command {
    fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Run(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::Compare(command) => command.run(),
            Self::Sweep(command) => command.run(),
            Self::Gather(command) => command.run(),
            Self::Sensitivity(command) => command.run(),
            Self::Calibrate(command) => command.run(),
            Self::Forecast(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::City(command) => command.run(),
            Self::List(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::New(command) => command.run(),
            Self::Schema(command) => command.run(),
            Self::Score(command) => command.run(),
            Self::Solve(command) => command.run(),
            Self::View(command) => command.run(),
        }
    }
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let runs = matches!(
        command,
        Command::Run(_)
            | Command::Compare(_)
            | Command::Sweep(_)
            | Command::Sensitivity(_)
            | Command::Calibrate(_)
            | Command::Forecast(_)
    );
    if runs {
        pages::ask_for_large();
    }
    match command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit(),
    }
}
