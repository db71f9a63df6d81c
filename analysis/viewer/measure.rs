//! Frame times for so many persons: everybody of the run, fewer of them, or all of them several times over.
use crate::clock::Clock;
use crate::crowd::{Drawn, Stores};
use crate::movement::{Record, Window};
use crate::options::Options;
use crate::show::Showing;
use crate::stage::Choices;
use bevy::prelude::*;
use bevy::render::render_resource::PollType;
use bevy::render::renderer::RenderDevice;
use bevy::render::{Render, RenderApp, RenderSystems};
use citytwin_movement::plane::scatter;
use std::io::Write;
use std::time::{Duration, Instant};

/// Frames drawn before times count.
const WARM_UP: u32 = 5;
/// Simulated minutes from frame to frame.
const STEP_MIN: f32 = 0.02;
/// Longest time for one number of persons; then fewer frames count.
const LONGEST: Duration = Duration::from_secs(60);

/// What is measured, and the times so far.
#[derive(Resource)]
pub struct Measure {
    persons: Vec<u32>,
    frames: u32,
    at: usize,
    frame: u32,
    last: Instant,
    began: Instant,
    times: Vec<Duration>,
    records: usize,
}

/// Makes the app measure.
pub fn add(app: &mut App, options: &Options) {
    let (persons, frames) = (options.measure.clone(), options.measure_frames);
    let (last, began) = (Instant::now(), Instant::now());
    app.insert_resource(Measure {
        persons,
        frames,
        at: 0,
        frame: 0,
        last,
        began,
        times: Vec::new(),
        records: 0,
    });
    if let Some(render) = app.get_sub_app_mut(RenderApp) {
        // A frame is done when the device says so, not when it has been told what to do.
        let wait = |device: Res<RenderDevice>| {
            let _ = device.poll(PollType::wait_indefinitely());
        };
        render.add_systems(Render, wait.after(RenderSystems::Render));
    }
}

/// Takes the time of the frame just drawn.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are what it touches")]
pub fn advance(
    mut measure: ResMut<Measure>,
    mut clock: ResMut<Clock>,
    showing: Res<Showing>,
    choices: Res<Choices>,
    mut drawn: ResMut<Drawn>,
    mut commands: Commands,
    mut stores: Stores,
    mut exit: MessageWriter<AppExit>,
) {
    let Some(loaded) = &showing.shown else { return };
    let now = Instant::now();
    let took = now - measure.last;
    measure.last = now;
    let Some(persons) = measure.persons.get(measure.at).copied() else {
        exit.write(AppExit::Success);
        return;
    };
    if measure.frame == 0 {
        let window = crowd_of(&loaded.window, persons, showing.shared.source.people.person.len() as u32);
        measure.records = window.people.len();
        drawn.show(&window, &mut commands, &mut stores);
    } else if measure.frame == WARM_UP {
        measure.began = now;
    } else if measure.frame > WARM_UP {
        measure.times.push(took);
    }
    measure.frame += 1;
    // Back and forth within the window, so that nothing is read while times are taken.
    let minutes = &loaded.window.minutes;
    let length = f32::from(minutes.end - minutes.start);
    clock.minute = f32::from(minutes.start) + (measure.frame as f32 * STEP_MIN).rem_euclid(length - 0.1);
    let enough = measure.times.len() as u32 >= measure.frames;
    if enough || (measure.times.len() >= 5 && measure.began.elapsed() > LONGEST) {
        let line = line(&measure, persons, &choices);
        // Whoever closed stdout wants no more of it.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        measure.times.clear();
        (measure.at, measure.frame) = (measure.at + 1, 0);
    }
}

fn line(measure: &Measure, persons: u32, choices: &Choices) -> String {
    let mut ms: Vec<f64> = measure.times.iter().map(|t| t.as_secs_f64() * 1e3).collect();
    ms.sort_by(f64::total_cmp);
    let at = |share: f64| ms[((ms.len() - 1) as f64 * share).round() as usize];
    format!(
        "persons={persons} records={} size={}x{} quality={} frames={} median_ms={:.2} p95_ms={:.2} fps={:.1} memory_mb={}",
        measure.records,
        choices.size[0],
        choices.size[1],
        if choices.full { "full" } else { "reduced" },
        ms.len(),
        at(0.5),
        at(0.95),
        1e3 / at(0.5),
        resident_mb()
    )
}

/// Memory of the process, MB; 0 where the system doesn't tell.
fn resident_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// A window with so many persons: every n-th of those there are, or all of them again and again, each time some metres
/// away.
fn crowd_of(window: &Window, persons: u32, there: u32) -> Window {
    let there = there.max(1);
    let mut made =
        Window { vehicles: window.vehicles.clone(), points: window.points.clone(), ..window.clone() };
    made.people.clear();
    if persons <= there {
        let keeps = |record: &&Record| {
            let row = u64::from(record.row);
            (row + 1) * u64::from(persons) / u64::from(there) > row * u64::from(persons) / u64::from(there)
        };
        made.people.extend(window.people.iter().filter(keeps));
        return made;
    }
    for copy in 0..persons.div_ceil(there) {
        let left = (persons - copy * there).min(there);
        let again = window.people.iter().filter(|record| record.row < left).map(|record| {
            let (row, far) = (record.row + copy * there, if copy == 0 { 0.0 } else { 60.0 });
            let shift = |at: u32, which| (f32::from_bits(at) + (scatter(row, which) - 0.5) * far).to_bits();
            match record.is_stay() {
                true => Record { row, at: [shift(record.at[0], 21), shift(record.at[1], 22)], ..*record },
                false => Record { row, ..*record },
            }
        });
        made.people.extend(again);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_persons_can_be_had() {
        let record = |row| Record { row, ..Record::default() };
        let window = Window { people: (0..1000).map(record).collect(), ..Window::default() };
        for persons in [1, 10, 999, 1000, 1001, 5000, 5500] {
            assert_eq!(crowd_of(&window, persons, 1000).people.len(), persons as usize, "{persons}");
        }
    }
}
