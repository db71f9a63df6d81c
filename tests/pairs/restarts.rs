//! A run that is stopped after any day and taken up again ends as if it had never been stopped.
use super::{different, files, state_hashes, written};
use crate::town::Play;
use citytwin_study::{RunOptions, run_one};

/// Stops after each of some days, takes the run up in a new simulation, and compares the whole state at the end.
fn stops(name: &str, days: u32, at: impl IntoIterator<Item = u32>) {
    stops_with(name, &[], days, at);
}

fn stops_with(name: &str, changes: &[(&str, &str)], days: u32, at: impl IntoIterator<Item = u32>) {
    let play = Play::of(name, days, changes).hastened(2);
    let mut through = play.simulation(3);
    let saved: Vec<Vec<u8>> = (0..days)
        .map(|_| {
            through.run_day();
            through.save(7)
        })
        .collect();
    for stop in at {
        let mut resumed = play.simulation(3);
        resumed.resume(&saved[stop as usize], 7).expect("its own state");
        assert_eq!(resumed.save(7), saved[stop as usize], "{name}: day {stop} saved, resumed and saved");
        for day in stop + 1..days {
            resumed.run_day();
            assert!(resumed.save(7) == saved[day as usize], "{name}: stopped after day {stop}, day {day}");
        }
    }
}

#[test]
fn at_any_day() {
    stops("epidemic/health-code", 8, 0..7);
    stops("epidemic/trace-and-isolate", 10, [0, 3, 7]);
}

#[test]
fn under_any_policy() {
    for name in [
        "shared-data",
        "platform-rush",
        "full-hospitals",
        "full-laboratories",
        "work-resumption",
        "zone-lockdown",
        "code-retest",
        "code-appeal",
        "code-declaration",
        "test-trace-quarantine",
        "sick-staff",
        "shelter-hospital",
        "central-quarantine",
        "mass-testing",
        "vaccination",
        "mobile-entrance",
        "separate-platforms",
        "employer-checkpoints",
        "test-validity",
        "responsibility-list",
        "noisy-map",
    ] {
        stops(&format!("epidemic/{name}"), 10, [1, 6]);
    }
}

#[test]
fn with_streets_closed() {
    stops("movement/closed-centre", 12, [6, 8, 10]);
    stops("movement/closed-district", 12, [8, 10]);
    stops("movement/street-checkpoint", 10, [7, 8]);
    stops_with("movement/closed-centre", &[("movement.depth", "assignment")], 12, [6, 8, 10]);
}

#[test]
fn with_infrastructure_down() {
    stops("infrastructure/blackout", 11, [7, 8, 9]);
    stops("infrastructure/earthquake", 9, [5, 7]);
}

#[test]
fn late_in_a_wave() {
    stops("epidemic/lockdown", 24, [20]);
}

#[test]
fn and_writes_the_same_tables() {
    let tables = [("output.tables", "[\"infections\", \"trips\"]")];
    let play = Play::of("epidemic/health-code", 8, &tables).hastened(2);
    let home = tempfile::tempdir().expect("a folder");
    let through = written(play.job(4), home.path(), "through");
    for stop in [0, 3, 6] {
        let out = home.path().join(format!("stopped{stop}"));
        let mut options =
            RunOptions { out: out.clone(), stop_after_day: Some(stop), ..RunOptions::default() };
        assert!(run_one(play.job(4), &options, &mut |_| {}).expect("it runs").is_none());
        (options.stop_after_day, options.resume) = (None, true);
        assert!(run_one(play.job(4), &options, &mut |_| {}).expect("it goes on").is_some());
        assert_eq!(different(&files(&out), &through), [] as [&str; 0], "stopped after day {stop}");
        assert_eq!(state_hashes(&out), state_hashes(&home.path().join("through")));
    }
}
