//! Opens a fresh run's report in headless Chromium and checks that it drew itself without an error.
use crate::{Outcome, cargo, root, run};
use std::path::Path;
use std::process::Command;

/// Runs the main scenario with a sample of residents, opens its report at two widths, and looks at the result.
pub fn check() -> Outcome {
    let folder = root().join("target/page-check");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let out = folder.to_string_lossy().into_owned();
    cargo(&[
        "run",
        "--release",
        "--",
        "run",
        "scenarios/epidemic/health-code.toml",
        "--set",
        "city.sample=0.05",
        "--set",
        "time.days=60",
        "--quiet",
        "--out",
        &out,
    ])?;
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
