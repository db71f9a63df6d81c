//! Speed and memory of the main job, from the run folders it writes.
use crate::{Outcome, cargo, root};

/// Runs the main scenario three times and prints person-days per second and peak memory, with their medians.
pub fn main_job() -> Outcome {
    let mut speeds = Vec::new();
    for seed in 1..=3 {
        let folder = root().join(format!("target/bench-{seed}"));
        let out = folder.to_string_lossy().into_owned();
        let seed = seed.to_string();
        cargo(&[
            "run",
            "--release",
            "--",
            "run",
            "scenarios/epidemic/health-code.toml",
            "--quiet",
            "--seed",
            &seed,
            "--out",
            &out,
        ])?;
        let text = std::fs::read_to_string(folder.join("run.json")).map_err(|e| e.to_string())?;
        let field = |name: &str| -> Option<f64> {
            let rest = text.split(&format!("\"{name}\":")).nth(1)?;
            rest.trim_start().split([',', '\n', '}']).next()?.trim().parse().ok()
        };
        let names =
            ["person_days_per_s", "peak_memory_bytes", "population", "forecast_memory_bytes", "load_s"];
        let [Some(speed), Some(memory), Some(people), Some(forecast), Some(load_s)] = names.map(field) else {
            return Err(format!("{}: run.json lacks its figures", folder.display()));
        };
        eprintln!(
            "seed {seed}: {:.2} M person-days/s, {:.0} bytes per resident at peak",
            speed / 1e6,
            memory / people
        );
        eprintln!(
            "        memory {:.0} MB, forecast {:.0} MB ({:+.0} %); city and residents loaded in {load_s:.2} s",
            memory / 1e6,
            forecast / 1e6,
            (forecast / memory - 1.0) * 100.0
        );
        speeds.push(speed);
    }
    speeds.sort_by(f64::total_cmp);
    eprintln!("median: {:.2} M person-days/s", speeds[speeds.len() / 2] / 1e6);
    Ok(())
}

/// Prints the speed of routing on the shipped city's streets and of traffic assignment.
pub fn routing() -> Outcome {
    cargo(&["bench", "--bench", "routing"])
}
