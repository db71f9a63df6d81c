//! Speed and memory of the main job, from the run folders it writes.
use crate::{Outcome, cargo, root};
use std::path::{Path, PathBuf};
use std::process::Command;

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
        let names =
            ["person_days_per_s", "peak_memory_bytes", "population", "forecast_memory_bytes", "load_s"];
        let [Some(speed), Some(memory), Some(people), Some(forecast), Some(load_s)] =
            names.map(|name| field(&text, name))
        else {
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

/// Prints the speed of the solvers of power and water networks.
pub fn flows() -> Outcome {
    cargo(&["bench", "--bench", "flows"])
}

/// Residents of the generated cities that are run one after the other: each twice the one before.
const DOUBLINGS: [u32; 3] = [100_000, 200_000, 400_000];
/// Rounds of which the fastest counts, so that what else the machine does weighs little.
const ROUNDS: usize = 3;
/// Days of each run.
const DAYS: &str = "time.days=30";
/// Twice the residents may take twice the time, and a twentieth for the machine.
const RATIO_MAX: f64 = 2.1;

/// Runs generated cities of N, 2 N and 4 N residents for the same days and prints how time and memory grow.
///
/// # Errors
/// A run that fails, or one that takes more than twice the time of half its residents.
pub fn doubling() -> Outcome {
    let mut fastest: Vec<Figures> = Vec::new();
    for round in 0..ROUNDS {
        for (n, population) in DOUBLINGS.iter().enumerate() {
            let folder = format!("target/bench-city-{population}-{}", round + 1);
            let city = format!("city.population={population}");
            let set = ["--set", "city.name=\"generated\"", "--set", &city, "--set", DAYS];
            let mut args = vec!["run", "--release", "--", "run", "scenarios/epidemic/health-code.toml"];
            args.extend(set);
            args.extend(["--quiet", "--out", &folder]);
            cargo(&args)?;
            let figures = Figures::read(&root().join(folder))?;
            match fastest.get_mut(n) {
                None => fastest.push(figures),
                Some(best) if figures.wall_s < best.wall_s => *best = figures,
                Some(_) => {}
            }
        }
    }
    fastest.iter().for_each(Figures::print);
    for pair in fastest.windows(2) {
        let ratio = pair[1].wall_s / pair[0].wall_s;
        let phases = pair[1].phases.iter().zip(&pair[0].phases).filter(|(b, _)| b.1 > 0.02 * pair[1].wall_s);
        let told: Vec<String> = phases.map(|(b, a)| format!("{} {:.2}", b.0, b.1 / a.1)).collect();
        eprintln!(
            "twice the residents of {:.0} take {ratio:.2} times the time ({})",
            pair[0].population,
            told.join(", ")
        );
        if ratio > RATIO_MAX {
            return Err(format!(
                "{:.0} residents take {ratio:.2} times as long as half of them",
                pair[1].population
            ));
        }
    }
    Ok(())
}

/// What a run tells of its speed and memory.
struct Figures {
    population: f64,
    wall_s: f64,
    load_s: f64,
    person_days_per_s: f64,
    peak_memory_bytes: f64,
    /// Name and seconds of each phase.
    phases: Vec<(String, f64)>,
}

impl Figures {
    fn read(folder: &std::path::Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(folder.join("run.json")).map_err(|e| e.to_string())?;
        let missing = || format!("{}: run.json lacks its figures", folder.display());
        let (before, rest) = text.split_once("\"phases\":").ok_or_else(missing)?;
        let (phases, after) = rest.split_once(']').ok_or_else(missing)?;
        let number = |name: &str| field(before, name).or_else(|| field(after, name)).ok_or_else(missing);
        let phase = |text: &str| Some((text.split('"').nth(3)?.to_string(), field(text, "wall_s")?));
        Ok(Self {
            population: number("population")?,
            wall_s: number("wall_s")?,
            load_s: number("load_s")?,
            person_days_per_s: number("person_days_per_s")?,
            peak_memory_bytes: number("peak_memory_bytes")?,
            phases: phases.split('}').filter_map(phase).collect(),
        })
    }

    fn print(&self) {
        eprintln!(
            "{:>8.0} residents: {:.2} M person-days/s, {:.2} s, made in {:.1} s, {:.0} bytes per resident at peak",
            self.population,
            self.person_days_per_s / 1e6,
            self.wall_s,
            self.load_s,
            self.peak_memory_bytes / self.population
        );
        let share = |(name, s): &(String, f64)| format!("{name} {:.0} %", 100.0 * s / self.wall_s);
        eprintln!("         {}", self.phases.iter().map(share).collect::<Vec<_>>().join(", "));
    }
}

/// The number of a field in a text of JSON.
pub fn field(text: &str, name: &str) -> Option<f64> {
    let rest = text.split(&format!("\"{name}\":")).nth(1)?;
    rest.trim_start().split([',', '\n', '}']).next()?.trim().parse().ok()
}

/// Prints the speed of queue traffic on the shipped city's streets, with travellers who learn.
pub fn traffic() -> Outcome {
    cargo(&["bench", "--bench", "traffic"])
}

/// Prints how long user equilibria take beside AequilibraE's bi-conjugate Frank-Wolfe, both on one core, on folders
/// with a TNTP network `NAME_net.tntp` and its trips. `PYTHON` names the interpreter that has AequilibraE.
pub fn assignment(folders: &[String]) -> Outcome {
    if folders.is_empty() {
        return Err("name folders with NAME_net.tntp and NAME_trips.tntp".to_owned());
    }
    cargo(&["build", "--release"])?;
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    for folder in folders {
        let (net, trips) = tntp(Path::new(folder))?;
        let gaps = ["1e-4", "1e-6"];
        for gap in gaps.iter().chain(&["1e-10"]) {
            let start = std::time::Instant::now();
            let mut solve = Command::new(root().join("target/release/citytwin"));
            solve.args(["solve", "assignment"]).arg(&net).arg("--trips").arg(&trips);
            solve.args(["--gap", gap, "--threads", "1"]).stdout(std::process::Stdio::null());
            let status = solve.stderr(std::process::Stdio::null()).status();
            if !status.map_err(|e| format!("citytwin: {e}"))?.success() {
                return Err(format!("{}: no equilibrium to {gap}", net.display()));
            }
            eprintln!(
                "{folder}  {gap}  citytwin    {:.4} s, reading included",
                start.elapsed().as_secs_f64()
            );
        }
        let other = Command::new(&python)
            .arg(root().join("tests/benches/assignment.py"))
            .arg(&net)
            .arg(&trips)
            .args(gaps)
            .output();
        match other {
            Ok(done) if done.status.success() => {
                for line in String::from_utf8_lossy(&done.stdout).lines() {
                    let mut words = line.split(' ');
                    let [gap, seconds, reached] =
                        std::array::from_fn(|_| words.next().unwrap_or("?").to_owned());
                    eprintln!("{folder}  {gap}  AequilibraE {seconds} s, gap {reached}");
                }
            }
            Ok(done) if done.status.code() == Some(3) => {
                eprintln!(
                    "{folder}: left AequilibraE out, {python} has none: pip install aequilibrae==1.7.2"
                );
            }
            Ok(done) => return Err(String::from_utf8_lossy(&done.stderr).into_owned()),
            Err(error) => eprintln!("{folder}: left AequilibraE out, {python} could not be started: {error}"),
        }
    }
    Ok(())
}

/// The network and the trips in a folder.
fn tntp(folder: &Path) -> Result<(PathBuf, PathBuf), String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).map_err(said)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let ending = |end: &str| files.iter().find(|path| path.to_string_lossy().ends_with(end)).cloned();
    ending("_net.tntp")
        .zip(ending("_trips.tntp"))
        .ok_or_else(|| format!("{}: no TNTP network", folder.display()))
}
