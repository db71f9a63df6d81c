//! The page of a calibration or a forecast: from the folder that it left behind to one `report.html`.
use crate::error::ReportError;
use crate::folder::read_json;
use crate::palette::Palette;
use crate::table::{Columns, columns, read_rows};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// The page's data.
#[derive(Serialize)]
pub struct Bundle {
    /// `calibration` or `forecast`.
    kind: &'static str,
    /// The record.
    record: Value,
    /// What the scripts of all pages expect of a run.
    run: Value,
    metrics: Value,
    shapes: [Value; 0],
    /// `parameters.csv`.
    parameters: Columns,
    /// `bands.csv`.
    bands: Columns,
    /// `rounds.csv`, of a calibration.
    rounds: Option<Columns>,
    /// `scores.csv`, of a forecast whose days have been observed.
    scores: Option<Columns>,
    #[serde(flatten)]
    palette: Palette,
}

impl Bundle {
    /// The name of the study.
    pub fn title(&self) -> String {
        self.record["study"].as_str().unwrap_or("citytwin").to_owned()
    }
}

/// A table with at least some columns.
fn table(folder: &Path, name: &str, needed: &[&str]) -> Result<Columns, ReportError> {
    let path = folder.join(name);
    let rows = read_rows(&path)?;
    match needed.iter().find(|column| rows.position(column).is_none()) {
        Some(missing) => Err(ReportError::content(&path, 1, format!("no column `{missing}`"))),
        None => Ok(columns(&rows)),
    }
}

/// Reads the folder of a calibration or forecast.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if the record, `parameters.csv` or `bands.csv` is missing or broken.
pub fn bundle(folder: &Path) -> Result<Bundle, ReportError> {
    let is_forecast = folder.join("forecast.json").is_file();
    let (kind, name) =
        if is_forecast { ("forecast", "forecast.json") } else { ("calibration", "calibration.json") };
    let path = folder.join(name);
    let record = read_json(&path)?;
    for list in ["keys", "observed"] {
        if !record[list].is_array() {
            return Err(ReportError::content(&path, 1, format!("a list `{list}` was expected")));
        }
    }
    let optional = |name: &str, needed: &[&str]| match folder.join(name).is_file() {
        true => table(folder, name, needed).map(Some),
        false => Ok(None),
    };
    Ok(Bundle {
        kind,
        run: json!({"version": record["version"]}),
        metrics: json!({"day": [], "date": [], "names": [], "columns": {}}),
        shapes: [],
        parameters: table(
            folder,
            "parameters.csv",
            &["key", "mean", "q05", "q50", "q95", "prior_q05", "prior_q95"],
        )?,
        bands: table(folder, "bands.csv", &["variant", "metric", "date", "observed", "q05", "q50", "q95"])?,
        rounds: optional("rounds.csv", &["round", "runs_count", "distance"])?,
        scores: optional("scores.csv", &["metric", "model", "wis"])?,
        record,
        palette: Palette::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_fit;

    const RECORD: &str = r#"{"study": "fit & <r0>", "keys": [], "observed": ["deaths_persons"]}"#;
    const PARAMETERS: &str = "key,mean,q05,q50,q95,prior_q05,prior_q95\ndisease.r0,3,2.5,3,3.5,1,6\n";
    const BANDS: &str = "variant,metric,day,date,observed,q05,q50,q95\n,deaths_persons,0,2020-01-20,,0,1,2\n";

    #[test]
    fn a_fit_becomes_one_page_that_loads_nothing() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        write("calibration.json", RECORD);
        write("parameters.csv", PARAMETERS);
        write("bands.csv", BANDS);
        let page = std::fs::read_to_string(write_fit(home.path()).unwrap()).unwrap();
        crate::page::assert_loads_nothing(&page);
        assert!(page.contains("fit &amp; &lt;r0&gt; · citytwin"));
        let read = serde_json::to_value(bundle(home.path()).unwrap()).unwrap();
        assert_eq!((&read["kind"], &read["bands"]["q95"]), (&json!("calibration"), &json!([2])));
        assert!(read["rounds"].is_null() && read["scores"].is_null());
        write("scores.csv", "metric\n");
        assert!(matches!(write_fit(home.path()), Err(ReportError::Content { .. })));
        std::fs::remove_file(home.path().join("scores.csv")).unwrap();
        for (name, text) in [("bands.csv", "variant\n"), ("parameters.csv", ""), ("calibration.json", "{}")] {
            let before = std::fs::read(home.path().join(name)).unwrap();
            write(name, text);
            assert!(matches!(write_fit(home.path()), Err(ReportError::Content { .. })), "{name}");
            std::fs::write(home.path().join(name), before).unwrap();
        }
        std::fs::remove_file(home.path().join("calibration.json")).unwrap();
        assert!(matches!(write_fit(home.path()), Err(ReportError::Read { .. })));
    }
}
