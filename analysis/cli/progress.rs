//! Progress on stderr: a bar on a terminal, a line every few seconds elsewhere.
use crate::output::note;
use citytwin_study::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Between two lines where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows how far a run, or a number of runs, has come.
pub enum Show {
    /// Nothing.
    Quiet,
    /// A bar.
    Bar(ProgressBar),
    /// Lines, the last one at that time.
    Lines(Instant),
}

impl Show {
    /// What fits stderr. So many `steps` (days, runs) are to be done.
    pub fn new(quiet: bool, count: u32, steps: &str) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines(Instant::now());
        }
        let bar = ProgressBar::new(count.into());
        if let Ok(style) =
            ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {steps}  {{msg}}"))
        {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    /// A step before the first day.
    pub fn step(&self, what: &str) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => bar.set_message(what.to_owned()),
            Self::Lines(_) => note(what),
        }
    }

    /// A day is done.
    pub fn day(&mut self, progress: &Progress) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_position(progress.days_done.into());
                bar.set_message(line(progress));
            }
            Self::Lines(last) => {
                if last.elapsed() >= LINE_EVERY || progress.days_done == progress.days {
                    note(&format!("day {}/{}  {}", progress.days_done, progress.days, line(progress)));
                    *last = Instant::now();
                }
            }
        }
    }

    /// A run of many is done.
    pub fn run(&mut self, done: u32, count: u32, what: &str) {
        match self {
            Self::Quiet => {}
            Self::Bar(bar) => {
                bar.set_position(done.into());
                bar.set_message(format!("{what}  ETA {}", duration(bar.eta().as_secs_f64())));
            }
            Self::Lines(last) => {
                if last.elapsed() >= LINE_EVERY || done == count {
                    note(&format!("run {done}/{count}  {what}"));
                    *last = Instant::now();
                }
            }
        }
    }

    /// The run is over.
    pub fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn line(progress: &Progress) -> String {
    format!(
        "{}  {:.1} days/s  ETA {}  {} MB  {} infectious",
        progress.date,
        progress.days_per_s,
        duration(progress.eta_s),
        progress.memory_bytes / 1_000_000,
        progress.infectious,
    )
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{}:{:02} min", seconds / 60, seconds % 60),
        _ => format!("{}:{:02} h", seconds / 3600, seconds / 60 % 60),
    }
}
