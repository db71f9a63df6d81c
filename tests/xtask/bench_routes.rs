//! How far tours are from the best known, beside PyVRP's in the same time.
use crate::{Outcome, cargo, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a solver found in one run.
#[derive(Clone, Copy)]
struct Found {
    cost: f64,
    vehicles: usize,
}

/// Prints a table of gaps to the best-known values of the `.sol` files beside instances in folders: ours, and PyVRP's
/// where the interpreter that `PYTHON` names has it; each on one core. `--seconds S` (30), `--seeds N` (5).
pub fn routes(arguments: &[String]) -> Outcome {
    let option = |name: &str, default: u32| {
        let at = arguments.iter().position(|word| word == name);
        at.map_or(Some(default), |at| arguments.get(at + 1)?.parse().ok())
            .ok_or(format!("{name} takes a number"))
    };
    let (seconds, seeds) = (option("--seconds", 30)?, option("--seeds", 5)?);
    let options = arguments.iter().position(|word| word.starts_with("--")).unwrap_or(arguments.len());
    let folders = &arguments[..options];
    if folders.is_empty() || seeds == 0 {
        return Err("name folders with instances and their best-known solutions, NAME.sol".to_owned());
    }
    cargo(&["build", "--release", "--bin", "citytwin"])?;
    for folder in folders {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        eprintln!("{folder}: {seconds} s on one core, {seeds} seeds");
        eprintln!("instance          best known        citytwin: mean gap, vehicles        PyVRP");
        for instance in instances(Path::new(folder))? {
            let best = solution(&instance.with_extension("sol"))?;
            let mut own = Vec::new();
            let mut other = Some(Vec::new());
            for seed in 1..=seeds {
                own.push(citytwin(&instance, seconds, seed)?);
                other = match (other, pyvrp(&instance, seconds, seed)?) {
                    (Some(mut list), Some(found)) => {
                        list.push(found);
                        Some(list)
                    }
                    _ => None,
                };
            }
            let told = |list: &[Found]| {
                let vehicles: Vec<String> = list.iter().map(|found| found.vehicles.to_string()).collect();
                format!("{:.3} % [{}]", gap(list, best), vehicles.join(" "))
            };
            let name = instance.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let beside = other.as_deref().map_or("not installed".to_owned(), &told);
            eprintln!("{name:14} {:10.1} [{}]    {}    {beside}", best.cost, best.vehicles, told(&own));
            ours.push(gap(&own, best));
            theirs.extend(other.map(|list| gap(&list, best)));
        }
        let mean = |gaps: &[f64]| gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
        eprintln!(
            "mean of {}: citytwin {:.3} %, PyVRP ({}) {:.3} %",
            ours.len(),
            mean(&ours),
            theirs.len(),
            mean(&theirs)
        );
    }
    Ok(())
}

/// Mean gap to the best known, per cent.
fn gap(list: &[Found], best: Found) -> f64 {
    list.iter().map(|found| 100.0 * (found.cost / best.cost - 1.0)).sum::<f64>() / list.len().max(1) as f64
}

/// The instances of a folder that have a solution beside them.
fn instances(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let files = std::fs::read_dir(folder).map_err(said)?.flatten().map(|entry| entry.path());
    let instance = |path: &PathBuf| path.extension().is_some_and(|end| end == "vrp" || end == "txt");
    let mut found: Vec<PathBuf> =
        files.filter(instance).filter(|path| path.with_extension("sol").is_file()).collect();
    found.sort();
    if found.is_empty() { Err(format!("{}: no instances", folder.display())) } else { Ok(found) }
}

/// Cost and vehicles of a solution file.
fn solution(path: &Path) -> Result<Found, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let cost = text.split("Cost").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let vehicles = text.lines().filter(|line| line.starts_with("Route")).count();
    cost.map(|cost| Found { cost, vehicles }).ok_or_else(|| format!("{}: no cost", path.display()))
}

fn citytwin(instance: &Path, seconds: u32, seed: u32) -> Result<Found, String> {
    let out = root().join("target/bench-routes.sol");
    let mut solve = Command::new(root().join("target/release/citytwin"));
    solve.args(["solve", "routes"]).arg(instance).args(["--threads", "1", "--quiet", "--out"]).arg(&out);
    solve.args(["--seconds", &seconds.to_string(), "--seed", &seed.to_string()]);
    let done = solve.output().map_err(|error| format!("citytwin: {error}"))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned());
    }
    solution(&out)
}

/// What PyVRP finds; `None` where it isn't installed.
fn pyvrp(instance: &Path, seconds: u32, seed: u32) -> Result<Option<Found>, String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut solve = Command::new(&python);
    solve.arg(root().join("tests/benches/routes.py")).arg(instance);
    let done = match solve.args([seconds.to_string(), seed.to_string()]).output() {
        Ok(done) => done,
        Err(_) => return Ok(None),
    };
    match done.status.code() {
        Some(0) => {
            let text = String::from_utf8_lossy(&done.stdout);
            let mut words = text.split_whitespace();
            let cost = words.next().and_then(|word| word.parse().ok());
            let vehicles = words.next().and_then(|word| word.parse().ok());
            let found = cost.zip(vehicles).map(|(cost, vehicles)| Found { cost, vehicles });
            found.map(Some).ok_or_else(|| format!("PyVRP said {text:?}"))
        }
        Some(3) => Ok(None),
        _ => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
    }
}
