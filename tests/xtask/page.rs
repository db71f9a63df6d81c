//! Opens fresh reports, of a run and of a comparison, in headless Chromium and checks that they drew themselves
//! without an error.
use crate::{Outcome, cargo, root, run};
use std::path::Path;
use std::process::Command;

/// Runs the main scenario with a sample of residents, compares it with others, and looks at both reports at two widths.
pub fn check() -> Outcome {
    let home = root().join("target/page-check");
    if home.exists() {
        std::fs::remove_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
    }
    let main = "scenarios/epidemic/health-code.toml";
    make(&home.join("run"), &["run", main], "0.05", "60")?;
    let others = ["scenarios/epidemic/baseline.toml", "scenarios/epidemic/lockdown.toml"];
    let compare = ["compare", others[0], main, others[1], "--replicates", "3"];
    make(&home.join("comparison"), &compare, "0.01", "30")?;
    look_at(&home.join("run"))?;
    look_at(&home.join("comparison"))
}

/// Has the command make a report of a sample of the city.
fn make(folder: &Path, command: &[&str], sample: &str, days: &str) -> Outcome {
    let out = folder.to_string_lossy();
    let (sample, days) = (format!("city.sample={sample}"), format!("time.days={days}"));
    let common = ["--set", &sample, "--set", &days, "--quiet", "--out", &out];
    cargo(&[&["run", "--release", "--"], command, &common].concat())
}

fn look_at(folder: &Path) -> Outcome {
    let page = folder.join("report.html");
    let dom = dump(&page)?;
    for (mark, what) in [
        ("data-ready=\"1\"", "the page says that it is ready"),
        ("data-errors=\"0\"", "no script failed"),
        ("<canvas", "at least one figure is drawn"),
    ] {
        if !dom.contains(mark) {
            return Err(format!("{}: not so: {what} ({mark} missing)", page.display()));
        }
    }
    for (name, width, height) in [("desktop", 1280, 6000), ("phone", 390, 9000)] {
        let picture = folder.join(format!("report-{name}.png"));
        screenshot(&page, &picture, width, height)?;
        let bytes = std::fs::metadata(&picture).map_or(0, |m| m.len());
        if bytes < 50_000 {
            return Err(format!("{}: nearly empty ({bytes} bytes)", picture.display()));
        }
    }
    eprintln!("xtask: the report is drawn; see {}", folder.display());
    Ok(())
}

fn chromium(page: &Path) -> Command {
    let mut command = Command::new("chromium");
    command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]);
    command.arg("--virtual-time-budget=15000");
    command.env("HOME", page.parent().unwrap_or(page));
    command
}

fn dump(page: &Path) -> Result<String, String> {
    let mut command = chromium(page);
    command.arg("--dump-dom").arg(format!("file://{}", page.display()));
    let output = command.output().map_err(|e| format!("chromium could not be started: {e}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn screenshot(page: &Path, picture: &Path, width: u32, height: u32) -> Outcome {
    let mut command = chromium(page);
    command.arg(format!("--screenshot={}", picture.display()));
    command.arg(format!("--window-size={width},{height}"));
    run(command.arg(format!("file://{}", page.display())))
}
