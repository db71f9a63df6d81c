//! The same scenario and seed give the same bytes for any number of threads; another seed gives others.
use super::{different, digests, state_hashes, written};
use crate::town::Play;

const DAYS: u32 = 9;

fn everything() -> Play {
    Play::of("epidemic/shared-data", DAYS, &[("output.tables", "[\"infections\", \"trips\"]")]).hastened(2)
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let (play, home) = (everything(), tempfile::tempdir().expect("a folder"));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let name = threads.to_string();
            let files = written(play.job(5), home.path(), &name);
            (state_hashes(&home.path().join(name)), files)
        })
    };
    let one = on(1);
    for table in ["metrics.csv", "infections.parquet", "trips.csv", "checkpoints.csv", "codes.csv"] {
        assert!(one.1.iter().any(|(name, bytes)| name == table && bytes.len() > 100), "{table}");
    }
    for threads in [2, 3, 8] {
        let many = on(threads);
        assert_eq!(many.0, one.0, "digests on {threads} threads");
        assert_eq!(different(&many.1, &one.1), [] as [&str; 0], "on {threads} threads");
    }
}

#[test]
fn the_whole_state_is_the_same_on_any_number_of_threads() {
    for name in [
        "epidemic/trace-and-isolate",
        "epidemic/platform-rush",
        "epidemic/full-laboratories",
        "movement/closed-centre",
        "movement/closed-centre at depth assignment",
        "movement/closed-district",
        "movement/street-checkpoint",
        "movement/street-checkpoint at depth free",
        "infrastructure/blackout",
    ] {
        let (file, deeper) = match name.split_once(" at depth ") {
            Some((file, depth)) => (file, Some(("movement.depth", depth))),
            None => (name, None),
        };
        let play = Play::of(file, DAYS, deeper.as_slice()).hastened(2);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| {
                let mut simulation = play.simulation(6);
                for _ in 0..DAYS {
                    simulation.run_day();
                }
                simulation.save(0)
            })
        };
        let one = on(1);
        assert!(on(3) == one && on(8) == one, "{name}");
    }
}

#[test]
fn another_seed_is_another_run() {
    let play = everything();
    let (one, other) = (digests(play.simulation(1), 3), digests(play.simulation(2), 3));
    assert_eq!(one, digests(play.simulation(1), 3));
    assert!(one.iter().zip(&other).all(|(a, b)| a != b), "{one:x?} {other:x?}");
}
