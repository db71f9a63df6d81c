//! The page of a comparison: from the folder that it left behind to one `report.html`.
use crate::error::ReportError;
use crate::folder::{optional, read_json};
use crate::number::Rounded;
use crate::palette::Palette;
use crate::shapes::{self, Shape, positions, thin};
use crate::table::{Columns, Rows, columns, read_rows};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Positions that the map's background lines may have; about 18 bytes each.
const STREET_POSITIONS_MAX: usize = 60_000;

/// Quantiles of the bands that the page draws.
const BANDS: [&str; 5] = ["q05", "q25", "q50", "q75", "q95"];

/// The page's data.
#[derive(Serialize)]
pub struct Bundle {
    /// `compare.json`.
    record: Value,
    /// What the scripts of all pages expect of a run.
    run: Value,
    metrics: Value,
    effects: Columns,
    ranking: Option<Columns>,
    costs: Option<Columns>,
    zone_effects: Option<Columns>,
    /// Quantiles by metric and scenario, each a list of days.
    bands: BTreeMap<String, BTreeMap<String, BTreeMap<&'static str, Vec<Rounded<4>>>>>,
    shapes: Vec<Shape>,
    streets: Vec<Vec<[f64; 2]>>,
    checkpoint_points: [Value; 0],
    notes: Vec<String>,
    #[serde(flatten)]
    palette: Palette,
}

impl Bundle {
    /// The names of what is compared.
    pub fn title(&self) -> String {
        let names = self.record["variants"].as_array().into_iter().flatten();
        names.filter_map(|variant| variant["name"].as_str()).collect::<Vec<_>>().join(" · ")
    }
}

/// Reads the folder of a comparison. Tables other than that of the effects may be missing; those that are broken are
/// left out, and a note says so.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Content`] if `compare.json` or `effects.csv` is missing or broken.
pub fn bundle(folder: &Path) -> Result<Bundle, ReportError> {
    let record_path = folder.join("compare.json");
    let record = read_json(&record_path)?;
    if !record["variants"].is_array() {
        return Err(ReportError::content(&record_path, 1, "a list `variants` was expected"));
    }
    let effects = columns(&read_rows(&folder.join("effects.csv"))?);
    let mut notes = Vec::new();
    let mut table = |name: &str| optional(folder, name, &mut notes, read_rows);
    let [ranking, costs, zone_effects] =
        ["ranking.csv", "costs.csv", "zone_effects.csv"].map(|name| table(name).as_ref().map(columns));
    let bands = table("bands.csv").map(|rows| bands(&rows)).unwrap_or_default();
    let shapes = optional(folder, "zones.geojson", &mut notes, |path| shapes::zones(path, &read_json(path)?));
    let mut streets =
        optional(folder, "streets.json", &mut notes, |path| shapes::streets(path, &read_json(path)?))
            .unwrap_or_default();
    if positions(&streets) > STREET_POSITIONS_MAX {
        streets = thin(&streets, STREET_POSITIONS_MAX);
    }
    Ok(Bundle {
        run: json!({"start_date": record["start_date"], "version": record["version"]}),
        metrics: json!({"day": [], "date": [], "names": [], "columns": {}}),
        record,
        effects,
        ranking,
        costs,
        zone_effects,
        bands,
        shapes: shapes.unwrap_or_default(),
        streets,
        checkpoint_points: [],
        notes,
        palette: Palette::default(),
    })
}

fn bands(rows: &Rows) -> BTreeMap<String, BTreeMap<String, BTreeMap<&'static str, Vec<Rounded<4>>>>> {
    let mut bands: BTreeMap<String, BTreeMap<String, BTreeMap<&'static str, Vec<Rounded<4>>>>> =
        BTreeMap::new();
    let (Some(variant), Some(metric)) = (rows.position("variant"), rows.position("metric")) else {
        return bands;
    };
    for row in &rows.rows {
        let of = bands.entry(row[metric].clone()).or_default().entry(row[variant].clone()).or_default();
        for name in BANDS {
            let value = rows.position(name).and_then(|at| row[at].parse().ok()).unwrap_or(f64::NAN);
            of.entry(name).or_default().push(Rounded(value));
        }
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportError, write_comparison};

    fn folder() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        write("compare.json", r#"{"variants": [{"name": "a"}, {"name": "b"}], "start_date": "2020-01-20"}"#);
        write("effects.csv", "variant,metric,effect,better_share\nb,deaths_persons,-1.25,\n");
        write("bands.csv", "variant,metric,day,q05,q50\na,deaths_persons,0,1,2\na,deaths_persons,1,3,\n");
        home
    }

    #[test]
    fn a_comparison_becomes_one_page_that_loads_nothing() {
        let home = folder();
        let page = std::fs::read_to_string(write_comparison(home.path()).unwrap()).unwrap();
        crate::page::assert_loads_nothing(&page);
        assert!(page.contains("a · b · citytwin"));
        let read = serde_json::to_value(bundle(home.path()).unwrap()).unwrap();
        assert_eq!(read["effects"]["effect"], json!([-1.25]));
        assert_eq!(read["effects"]["better_share"], json!([null]));
        assert_eq!(read["bands"]["deaths_persons"]["a"]["q50"], json!([2, null]));
        assert_eq!(read["notes"], json!([]));
    }

    #[test]
    fn what_is_missing_or_broken_is_told() {
        let home = folder();
        std::fs::write(home.path().join("ranking.csv"), "a,b\n1\n").unwrap();
        let notes = bundle(home.path()).unwrap().notes;
        assert!(notes.len() == 1 && notes[0].starts_with("ranking.csv:2"), "{notes:?}");
        std::fs::write(home.path().join("compare.json"), "{}").unwrap();
        assert!(matches!(write_comparison(home.path()), Err(ReportError::Content { .. })));
        std::fs::remove_file(home.path().join("compare.json")).unwrap();
        assert!(matches!(write_comparison(home.path()), Err(ReportError::Read { .. })));
    }
}
