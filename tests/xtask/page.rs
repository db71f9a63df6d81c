//! Opens fresh pages, of a run and its city, a comparison and a sensitivity, in headless Chromium and checks that they
//! drew themselves without an error.
use crate::{Outcome, cargo, root, run};
use std::path::Path;
use std::process::Command;

/// Runs the main scenario with a sample of residents, compares it with others, asks what it hangs on, and looks
/// at all reports at two widths.
pub fn check() -> Outcome {
    let home = root().join("target/page-check");
    if home.exists() {
        std::fs::remove_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
    }
    let main = "scenarios/epidemic/health-code.toml";
    let recorded =
        ["output.trajectories=1", "output.trajectories_from=\"40 d\"", "output.trajectories_until=\"41 d\""];
    let recorded = recorded.iter().flat_map(|set| ["--set", set]);
    make(&home.join("run"), &["run", main].into_iter().chain(recorded).collect::<Vec<_>>(), "0.05", "60")?;
    let others = ["scenarios/epidemic/baseline.toml", "scenarios/epidemic/lockdown.toml"];
    let compare = ["compare", others[0], main, others[1], "--replicates", "3"];
    make(&home.join("comparison"), &compare, "0.01", "30")?;
    let study = home.join("terms.toml");
    std::fs::write(&study, study_of(&root().join(main))).map_err(|e| format!("{}: {e}", study.display()))?;
    let study = study.to_string_lossy();
    let sensitivity = ["sensitivity", &study, "--method", "sobol", "--size", "8"];
    make(&home.join("sensitivity"), &sensitivity, "0.01", "30")?;
    let (desktop, phone) = (("desktop", 1280, 6000), ("phone", 390, 9000));
    look_at(&home.join("run/report.html"), "<canvas", [desktop, phone])?;
    look_at(&home.join("run/city.html"), "<canvas", [("desktop", 1280, 800), ("phone", 390, 844)])?;
    look_at(&home.join("comparison/report.html"), "<canvas", [desktop, phone])?;
    look_at(&home.join("sensitivity/report.html"), "class=\"forest tornado\"", [desktop, phone])
}

/// A study of three keys of a scenario.
fn study_of(scenario: &Path) -> String {
    format!(
        "# What an epidemic under a health code hangs on.\nscenario = {:?}\nreplicates = 1\n[sample]\n\
         \"disease.r0\" = {{ low = 1.5, high = 3.5 }}\n\
         \"policy.health_code.test_positive_days\" = {{ low = \"5 d\", high = \"21 d\" }}\n\
         \"departments.communities_coverage\" = {{ low = \"30 %\", high = \"90 %\" }}\n",
        scenario.to_string_lossy()
    )
}

/// Has the command make a report of a sample of the city.
fn make(folder: &Path, command: &[&str], sample: &str, days: &str) -> Outcome {
    let out = folder.to_string_lossy();
    let (sample, days) = (format!("city.sample={sample}"), format!("time.days={days}"));
    let common = ["--set", &sample, "--set", &days, "--quiet", "--out", &out];
    cargo(&[&["run", "--release", "--"], command, &common].concat())
}

/// Looks at a page, one figure of which bears the mark `drawn`, in windows of some names, widths and heights.
fn look_at(page: &Path, drawn: &str, windows: [(&str, u32, u32); 2]) -> Outcome {
    let dom = dump(page)?;
    for (mark, what) in [
        ("data-ready=\"1\"", "the page says that it is ready"),
        ("data-errors=\"0\"", "no script failed"),
        (drawn, "at least one figure is drawn"),
    ] {
        if !dom.contains(mark) {
            return Err(format!("{}: not so: {what} ({mark} missing)", page.display()));
        }
    }
    for (name, width, height) in windows {
        let picture = page.with_extension(format!("{name}.png"));
        screenshot(page, &picture, width, height)?;
        let bytes = std::fs::metadata(&picture).map_or(0, |m| m.len());
        if bytes < 50_000 {
            return Err(format!("{}: nearly empty ({bytes} bytes)", picture.display()));
        }
    }
    eprintln!("xtask: the page is drawn; see {}", page.display());
    Ok(())
}

fn chromium(page: &Path) -> Command {
    let mut command = Command::new("chromium");
    command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]);
    // The city in relief is drawn by the processor.
    command.args(["--virtual-time-budget=15000", "--enable-unsafe-swiftshader"]);
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
