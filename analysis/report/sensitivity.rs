//! The page of a sensitivity analysis: from the folder that it left behind to one `report.html`.
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
    /// `sensitivity.json`.
    record: Value,
    /// What the scripts of all pages expect of a run.
    run: Value,
    metrics: Value,
    shapes: [Value; 0],
    /// `sensitivity.csv`.
    indices: Columns,
    #[serde(flatten)]
    palette: Palette,
}

impl Bundle {
    /// The name of the study.
    pub fn title(&self) -> String {
        self.record["study"].as_str().unwrap_or("citytwin").to_owned()
    }
}

/// Reads the folder of a sensitivity analysis.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `sensitivity.json` or `sensitivity.csv` is missing or broken.
pub fn bundle(folder: &Path) -> Result<Bundle, ReportError> {
    let record_path = folder.join("sensitivity.json");
    let record = read_json(&record_path)?;
    for list in ["keys", "constant", "without_value"] {
        if !record[list].is_array() {
            return Err(ReportError::content(&record_path, 1, format!("a list `{list}` was expected")));
        }
    }
    let table_path = folder.join("sensitivity.csv");
    let rows = read_rows(&table_path)?;
    let ordered_by = match record["method"].as_str() {
        Some("morris") => "mu_star",
        Some("sobol") => "total",
        _ => return Err(ReportError::content(&record_path, 1, "`method` is neither `morris` nor `sobol`")),
    };
    for name in ["metric", "key", ordered_by] {
        if rows.position(name).is_none() {
            return Err(ReportError::content(&table_path, 1, format!("no column `{name}`")));
        }
    }
    Ok(Bundle {
        run: json!({"version": record["version"]}),
        metrics: json!({"day": [], "date": [], "names": [], "columns": {}}),
        shapes: [],
        record,
        indices: columns(&rows),
        palette: Palette::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_sensitivity;

    const RECORD: &str = r#"{"study": "terms & <r0>", "method": "sobol", "constant": [], "without_value": [],
        "keys": [{"name": "disease.r0", "spread": "even", "ends": [1.5, 3], "unit": ""}]}"#;
    const TABLE: &str = "metric,key,groups,total,total_low_90\ndeaths_persons,disease.r0,64,0.5,\n";

    #[test]
    fn a_sensitivity_becomes_one_page_that_loads_nothing() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        write("sensitivity.json", RECORD);
        write("sensitivity.csv", TABLE);
        let page = std::fs::read_to_string(write_sensitivity(home.path()).unwrap()).unwrap();
        crate::page::assert_loads_nothing(&page);
        assert!(page.contains("terms &amp; &lt;r0&gt; · citytwin"));
        let read = serde_json::to_value(bundle(home.path()).unwrap()).unwrap();
        assert_eq!(
            (&read["indices"]["total"], &read["indices"]["total_low_90"]),
            (&json!([0.5]), &json!([null]))
        );
        for (name, text) in [
            ("sensitivity.csv", "metric,key\n"),
            ("sensitivity.csv", ""),
            ("sensitivity.json", "{}"),
            ("sensitivity.json", &RECORD.replace("\"sobol\"", "7")),
        ] {
            write("sensitivity.json", RECORD);
            write(name, text);
            assert!(
                matches!(write_sensitivity(home.path()), Err(ReportError::Content { .. })),
                "{name}: {text}"
            );
        }
        std::fs::remove_file(home.path().join("sensitivity.json")).unwrap();
        assert!(matches!(write_sensitivity(home.path()), Err(ReportError::Read { .. })));
    }
}
