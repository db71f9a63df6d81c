//! A run that is recorded for the viewer is the run that isn't, and the recording is the same however the run was made.
use super::{files, state_hashes, written};
use crate::town::Play;
use citytwin_recording::{DayFile, FOLDER, People, Trip};
use citytwin_study::{RunOptions, run_one};
use citytwin_world::{Mode, Stage};
use std::path::Path;

const DAYS: u32 = 6;

fn play(scenario: &str, changes: &[(&str, &str)]) -> Play {
    Play::of(scenario, DAYS, changes).hastened(2)
}

fn recording(run: &Path) -> Vec<(String, Vec<u8>)> {
    files(&run.join(FOLDER))
}

#[test]
fn recording_changes_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    for scenario in ["epidemic/health-code", "movement/full-buses", "epidemic/isolation"] {
        let name = |what: &str| format!("{}-{what}", scenario.replace('/', "-"));
        let tables = ("output.tables", "[\"infections\", \"trips\"]");
        let share = ("output.trips_sample", "0.05");
        let plain = written(play(scenario, &[tables, share]).job(4), home.path(), &name("plain"));
        let whole = [tables, share, ("output.trajectories", "1")];
        let recorded = written(play(scenario, &whole).job(4), home.path(), &name("recorded"));
        assert!(super::different(&plain, &recorded).is_empty(), "{scenario}");
        let hashes = |what: &str| state_hashes(&home.path().join(name(what)));
        assert_eq!(hashes("plain"), hashes("recorded"), "{scenario}");
        // Who is recorded, of which run, trails for the page, and a file a day.
        assert_eq!(recording(&home.path().join(name("recorded"))).len() as u32, 3 + DAYS);
        assert!(!home.path().join(name("plain")).join(FOLDER).exists());
    }
}

#[test]
fn a_recording_is_the_same_on_any_threads_and_after_a_restart() {
    let home = tempfile::tempdir().expect("a folder");
    let changes = [("output.trajectories", "0.5"), ("output.trajectories_from", "1 d")];
    let job = || play("epidemic/isolation", &changes).job(4);
    written(job(), home.path(), "through");
    let through = recording(&home.path().join("through"));
    assert_eq!(through.len() as u32, 2 + DAYS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| written(job(), home.path(), "alone"));
    assert!(super::different(&through, &recording(&home.path().join("alone"))).is_empty());
    let options = RunOptions { out: home.path().join("twice"), ..RunOptions::default() };
    let stopped = RunOptions { stop_after_day: Some(2), ..options.clone() };
    assert!(run_one(job(), &stopped, &mut |_| {}).expect("it runs").is_none());
    let resumed = RunOptions { resume: true, ..options };
    run_one(job(), &resumed, &mut |_| {}).expect("it runs").expect("to its end");
    assert!(super::different(&through, &recording(&home.path().join("twice"))).is_empty());
}

/// What the recording says of a day is what the run's tables say of it.
#[test]
fn a_recording_tells_what_the_tables_tell() {
    let home = tempfile::tempdir().expect("a folder");
    let run = home.path().join("run");
    let tables =
        written(play("epidemic/isolation", &[("output.trajectories", "1")]).job(4), home.path(), "run");
    let metrics = &tables.iter().find(|(name, _)| name == "metrics.csv").expect("metrics").1;
    let metrics = String::from_utf8_lossy(metrics).into_owned();
    let header: Vec<&str> = metrics.lines().next().expect("a header").split(',').collect();
    let value = |day: u32, name: &str| -> u64 {
        let at = header.iter().position(|h| *h == name).unwrap_or_else(|| panic!("no {name} in {header:?}"));
        let row = metrics.lines().nth(1 + day as usize).expect("a day");
        row.split(',').nth(at).expect("a value").parse().expect("a number")
    };
    let people = People::read(&run.join(FOLDER)).expect("people");
    let mut before: Option<(Vec<_>, u32)> = None;
    for day in 0..DAYS {
        let file = DayFile::open(&run.join(FOLDER), day).expect("a day");
        let all = file.all().expect("readable");
        assert_eq!(all.state.len(), people.person.len());
        let last = file.hours.last().expect("hours");
        for stage in [Stage::Susceptible, Stage::Exposed, Stage::Recovered] {
            let told = value(day, &format!("{}_persons", stage.name()));
            assert_eq!(u64::from(last.by_stage[stage as usize]), told, "day {day}: {}", stage.name());
        }
        let begun = |mode: Mode| {
            let of = |t: &&Trip| t.mode == mode && t.depart_min >= 0;
            all.trips.trips.iter().filter(of).count() as u64
        };
        for mode in Mode::ALL {
            assert_eq!(begun(*mode), value(day, &format!("trips_{}_count", mode.name())), "{mode:?}");
        }
        let rides = |t: &Trip| {
            all.trips.rides_of(t).iter().all(|r| r.board_min >= t.depart_min && r.alight_min <= t.arrive_min)
        };
        assert!(all.trips.trips.iter().all(rides));
        let ridden = all.trips.trips.iter().filter(|t| t.mode == Mode::Bus && t.depart_min >= 0);
        assert!(ridden.clone().count() > 0 && ridden.clone().all(|t| t.rides > 0));
        // A day begins as the one before ended, with the trips that were under way then.
        if let Some((state, over)) = before {
            assert_eq!(all.state, state);
            let carried = all.trips.trips.iter().filter(|t| t.depart_min < 0).count();
            assert_eq!(carried as u32, over);
        }
        let mut state = all.state.clone();
        all.changes.iter().flatten().for_each(|change| state[change.row as usize] = change.state);
        before = Some((state, all.trips.trips.iter().filter(|t| t.arrive_min > 1440).count() as u32));
    }
}
