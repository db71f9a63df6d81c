//! Progress on stderr: a bar on a terminal, a line every few seconds elsewhere.
use crate::output::note;
use citytwin_study::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Between two lines where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows how far a run has come.
pub enum Show {
    /// Nothing.
    Quiet,
    /// A bar.
    Bar(ProgressBar),
    /// Lines, the last one at that time.
    Lines(Instant),
}

impl Show {
    /// What fits stderr.
    pub fn new(quiet: bool, days: u32) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines(Instant::now());
        }
        let bar = ProgressBar::new(days.into());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} days  {msg}") {
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
