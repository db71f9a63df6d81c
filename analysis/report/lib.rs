//! The page for the mayor: reads a run folder and writes one `report.html` that works offline.
//!
//! The report knows the simulator only by the files it leaves behind, so any run can be reported again at any time.
//! What it reads is described at [`folder::RunFolder`]; only `run.json` and `metrics.csv` must be there. Metrics are
//! known by their column names; those the page has no figure for can be seen in its explorer of all metrics.
//!
//! The page says of itself when it is done: `data-ready="1"` on its root element, `data-errors` with the number of
//! script faults and `data-charts` with the number of figures drawn, so that
//! `chromium --headless=new --no-sandbox --virtual-time-budget=8000 --dump-dom report.html` can be checked by a test.

pub mod bundle;
pub mod checkpoints;
mod city;
pub mod comparison;
mod error;
pub mod fit;
pub mod folder;
pub mod headline;
pub mod lines;
pub mod number;
mod page;
pub mod palette;
pub mod sensitivity;
pub mod sentences;
pub mod shapes;
pub mod table;
pub mod traffic;
mod wording;

#[cfg(test)]
#[path = "examples/synthetic/mod.rs"]
mod synthetic;

pub use error::ReportError;
use std::path::{Path, PathBuf};

/// Reads the run folder and writes `report.html` into it, and `city.html` where it is known where zones or streets lie;
/// returns the first page's path. An earlier report is replaced as a whole or, after an error, left as it was.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `run.json` or `metrics.csv` is missing or broken (other tables
/// that are broken are left out and named in the page), [`ReportError::Write`] if the page cannot be written.
pub fn write_report(run_folder: &Path) -> Result<PathBuf, ReportError> {
    let read = folder::read(run_folder)?;
    let title = read.text("scenario").unwrap_or("citytwin").to_owned();
    let mut bundle = bundle::bundle(&read);
    let mut notes = Vec::new();
    if let Some(city) = city::bundle(run_folder, &read, &mut notes) {
        write_bundle(run_folder, city::FILE, &city, &title, page::city)?;
        bundle.city_page = Some(city::FILE);
    }
    // What both pages stumble over is told once.
    notes.retain(|note| !bundle.notes.contains(note));
    bundle.notes.append(&mut notes);
    write_bundle(run_folder, FILE, &bundle, &title, page::page)
}

/// Reads the folder of a comparison and writes `report.html` into it; returns the page's path. An earlier report is
/// replaced as a whole or, after an error, left as it was.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `compare.json` or `effects.csv` is missing or broken,
/// [`ReportError::Write`] if the page cannot be written.
pub fn write_comparison(folder: &Path) -> Result<PathBuf, ReportError> {
    let read = comparison::bundle(folder)?;
    write_bundle(folder, FILE, &read, &read.title(), page::comparison)
}

/// Reads the folder of a sensitivity analysis and writes `report.html` into it; returns the page's path. An earlier
/// report is replaced as a whole or, after an error, left as it was.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `sensitivity.json` or `sensitivity.csv` is missing or broken,
/// [`ReportError::Write`] if the page cannot be written.
pub fn write_sensitivity(folder: &Path) -> Result<PathBuf, ReportError> {
    let read = sensitivity::bundle(folder)?;
    write_bundle(folder, FILE, &read, &read.title(), page::sensitivity)
}

/// Reads the folder of a calibration or forecast and writes `report.html` into it; returns the page's path. An earlier
/// report is replaced as a whole or, after an error, left as it was.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if the record, `parameters.csv` or `bands.csv` is missing or broken,
/// [`ReportError::Write`] if the page cannot be written.
pub fn write_fit(folder: &Path) -> Result<PathBuf, ReportError> {
    let read = fit::bundle(folder)?;
    write_bundle(folder, FILE, &read, &read.title(), page::fit)
}

/// The page of the city in relief that lies beside a report, where there is one.
#[must_use]
pub fn city_page(report: &Path) -> Option<PathBuf> {
    Some(report.with_file_name(city::FILE)).filter(|page| page.is_file())
}

/// The page of every folder.
const FILE: &str = "report.html";

/// Writes the page that `page` makes of a title and of a bundle as JSON.
fn write_bundle(
    folder: &Path,
    file: &str,
    bundle: &impl serde::Serialize,
    title: &str,
    page: fn(&str, &str) -> Result<String, ReportError>,
) -> Result<PathBuf, ReportError> {
    let data = serde_json::to_string(bundle).map_err(|error| ReportError::Page(error.to_string()))?;
    let path = folder.join(file);
    page::write_whole(&path, &page(title, &data)?)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of the made-up run after `change` has had its way with the folder.
    fn page_after(change: impl FnOnce(&Path)) -> Result<String, ReportError> {
        let folder = tempfile::tempdir().unwrap();
        synthetic::write_run(folder.path()).unwrap();
        change(folder.path());
        write_report(folder.path()).map(|page| std::fs::read_to_string(page).unwrap())
    }

    /// The JSON that the page carries.
    fn data(page: &str) -> serde_json::Value {
        let (_, after) = page.split_once("id=\"data\">").unwrap();
        serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn a_run_folder_becomes_one_page_that_loads_nothing() {
        let page = page_after(|_| {}).unwrap();
        let lower = page.to_lowercase();
        page::assert_loads_nothing(&page);
        assert!(page.contains("default-src 'none'"));
        assert_eq!(lower.matches("<script").count(), lower.matches("</script>").count());
        assert!(page.len() < 5_000_000, "{} bytes", page.len());
        let data = data(&page);
        assert_eq!(data["headline"]["population_persons"], 812_935.0);
        assert_eq!(data["zones"]["days"].as_array().unwrap().len(), 120);
        assert_eq!(data["checkpoints"].as_array().unwrap().len(), 20);
        assert_eq!(data["notes"], serde_json::json!([]));
    }

    #[test]
    fn only_run_and_metrics_must_be_there() {
        let page = page_after(|folder| {
            for name in [
                "zones.csv",
                "zones.geojson",
                "streets.json",
                "ages.csv",
                "settings.csv",
                "checkpoints.csv",
                "departments.csv",
            ] {
                std::fs::remove_file(folder.join(name)).unwrap();
            }
            std::fs::write(folder.join("run.json"), "{}").unwrap();
            std::fs::write(folder.join("metrics.csv"), "date,depth_m\n2020-01-20,1.5\n").unwrap();
        });
        let data = data(&page.unwrap());
        assert!(data["zones"].is_null());
        assert_eq!(data["metrics"]["columns"]["depth_m"], serde_json::json!([1.5]));
        for name in ["run.json", "metrics.csv"] {
            let error = page_after(|folder| std::fs::remove_file(folder.join(name)).unwrap()).unwrap_err();
            assert!(matches!(error, ReportError::Read { .. }), "{error}");
        }
    }

    #[test]
    fn broken_tables_are_named_and_broken_runs_refused() {
        let page = page_after(|folder| {
            std::fs::write(folder.join("zones.csv"), "day,zone,x_persons\n0,a,many\n").unwrap();
            std::fs::write(folder.join("streets.json"), "{\"lines\": 7}").unwrap();
            std::fs::write(folder.join("ages.csv"), [0xff, 0xfe, 0x00]).unwrap();
        });
        let notes = data(&page.unwrap())["notes"].to_string();
        assert!(
            notes.contains("zones.csv:2: `many`")
                && notes.contains("streets.json")
                && notes.contains("ages.csv"),
            "{notes}"
        );
        for text in ["", "[]", "{\"a\":"] {
            let error =
                page_after(|folder| std::fs::write(folder.join("run.json"), text).unwrap()).unwrap_err();
            assert!(matches!(error, ReportError::Content { .. }), "{error}");
        }
    }

    #[test]
    fn an_error_leaves_the_earlier_report_alone() {
        let folder = tempfile::tempdir().unwrap();
        synthetic::write_run(folder.path()).unwrap();
        let path = write_report(folder.path()).unwrap();
        let before = std::fs::read(&path).unwrap();
        std::fs::write(folder.path().join("metrics.csv"), "date\n").unwrap();
        assert!(write_report(folder.path()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
        let parts = std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "part"));
        assert_eq!(parts.count(), 0);
    }
}
