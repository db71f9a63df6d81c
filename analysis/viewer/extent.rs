//! How much of a run is there: all of it, or, while it goes on, the days so far.
use crate::clock::Clock;
use crate::show::Showing;
use crate::source::SourceError;
use bevy::prelude::*;
use citytwin_recording::{DayFile, FOLDER};
use citytwin_world::Stage;
use std::path::Path;
use std::time::Duration;

/// Seconds between two looks at a run that goes on.
const LOOK_EVERY_S: f32 = 0.4;

/// The metric whose curve stands for a run.
const CURVE: &str = "incidence_persons";

/// What a curve over the days tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CurveOf {
    /// Infections on each day.
    #[default]
    NewInfections,
    /// Persons infectious at the end of each day.
    Infectious,
}

/// What of a run is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    /// Days recorded, in order.
    pub recorded: Vec<u32>,
    /// The epidemic's curve, by day from the first; NaN where a day has none.
    pub curve: Vec<f64>,
    /// What it tells.
    pub curve_of: CurveOf,
    /// Whether the run is at its end, with its tables written.
    pub complete: bool,
}

impl Extent {
    /// What is there of a run now, where this was before. `every`: one in so many residents is recorded.
    ///
    /// # Errors
    /// A recording that cannot be read.
    pub fn grown(&self, run: &Path, every: u32) -> Result<Self, SourceError> {
        let folder = run.join(FOLDER);
        let complete = run.join("run.json").is_file();
        let recorded = citytwin_recording::days(&folder)?;
        if let Some(curve) = metric(&run.join("metrics.csv"), CURVE).filter(|_| complete) {
            return Ok(Self { recorded, curve, curve_of: CurveOf::NewInfections, complete });
        }
        let mut curve = self.curve.clone();
        curve.resize(recorded.last().map_or(0, |day| *day as usize + 1), f64::NAN);
        for day in recorded.iter().filter(|day| !self.recorded.contains(day)) {
            let hours = DayFile::open(&folder, *day)?.hours;
            let infectious = hours.last().map_or(0, |hour| hour.by_stage[Stage::Infectious as usize]);
            if let Some(value) = curve.get_mut(*day as usize) {
                *value = f64::from(infectious) * f64::from(every);
            }
        }
        Ok(Self { recorded, curve, curve_of: CurveOf::Infectious, complete })
    }
}

/// A column of a run's daily metrics.
fn metric(path: &Path, name: &str) -> Option<Vec<f64>> {
    let mut file = csv::Reader::from_path(path).ok()?;
    let at = file.headers().ok()?.iter().position(|column| column == name)?;
    file.records().map(|row| Some(row.ok()?.get(at)?.parse().unwrap_or(f64::NAN))).collect()
}

/// Looks now and then what a run that goes on has recorded since.
pub fn look_again(
    mut clock: ResMut<Clock>,
    showing: Res<Showing>,
    time: Res<Time<Real>>,
    mut wait: Local<Option<Timer>>,
    mut exit: MessageWriter<AppExit>,
) {
    let every = Duration::from_secs_f32(LOOK_EVERY_S);
    let timer = wait.get_or_insert_with(|| Timer::new(every, TimerMode::Repeating));
    if !clock.goes_on || !timer.tick(time.delta()).just_finished() {
        return;
    }
    match showing.shared.source.look_again() {
        Ok(false) => {}
        Ok(true) => {
            let extent = showing.shared.source.extent();
            clock.recorded.clone_from(&extent.recorded);
            clock.goes_on = !extent.complete;
        }
        Err(error) => {
            error!("{error}");
            exit.write(AppExit::error());
        }
    }
}
