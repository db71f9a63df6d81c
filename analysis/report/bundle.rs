//! Everything that the page shows, as one JSON value of bounded size.

use crate::checkpoints::Checkpoint;
use crate::folder::RunFolder;
use crate::headline::{Headline, headline};
use crate::lines::Line;
use crate::number::Rounded;
use crate::palette::Palette;
use crate::sentences::{Sentence, sentences};
use crate::shapes::{Shape, positions, thin};
use crate::table::{Cube, Rows, Series};
use crate::traffic::Traffic;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Numbers that the zones' tables may have in the page; about 4 bytes each.
pub(crate) const ZONE_VALUES_MAX: usize = 1_200_000;
/// Rows that the city's metrics may have in the page: four years of days, or two months of hours.
const METRIC_ROWS_MAX: usize = 1_500;
/// Positions that the map's background lines may have; about 18 bytes each.
const STREET_POSITIONS_MAX: usize = 60_000;
/// Checkpoints in the page's table.
const CHECKPOINTS_MAX: usize = 20;
/// Lines in the table of the fullest.
const LINES_MAX: usize = 20;
/// Checkpoints drawn on the map.
pub(crate) const CHECKPOINT_POINTS_MAX: usize = 1_500;

/// Fields of `run.json` that the page shows. `state_hash` has one entry a day, of which the last says it all.
const RUN_FIELDS: &[&str] = &[
    "scenario",
    "caption",
    "caption_zh",
    "scenario_hash",
    "city_hash",
    "city",
    "city_sources",
    "forecast_memory_bytes",
    "seed",
    "threads",
    "version",
    "commit",
    "population",
    "days",
    "start_date",
    "wall_s",
    "setup_s",
    "person_days_per_s",
    "peak_memory_bytes",
    "phases",
    "policies",
    "hazards",
    "parameters",
    "facts",
];

/// The page's data.
#[derive(Serialize)]
pub struct Bundle {
    run: Map<String, Value>,
    headline: Headline,
    sentences: Vec<Sentence>,
    metrics: Value,
    zones: Option<Value>,
    ages: Option<Value>,
    settings: Option<Value>,
    shapes: Vec<Shape>,
    streets: Vec<Vec<[f64; 2]>>,
    checkpoints: Vec<Checkpoint>,
    checkpoint_points: Vec<Value>,
    checkpoints_count: usize,
    lines: Vec<Line>,
    lines_count: usize,
    departments: Option<Value>,
    trip_lengths: Option<Value>,
    trip_times: Option<Value>,
    served: Option<Value>,
    assets: Option<Value>,
    traffic: Option<Traffic>,
    /// What was there but could not be used, or only in part, in words.
    pub notes: Vec<String>,
    /// The page of the city in relief beside this one.
    pub city_page: Option<&'static str>,
    #[serde(flatten)]
    palette: Palette,
}

/// Puts the page's data together; what is too large for a page is thinned, and a note says so.
pub fn bundle(read: &RunFolder) -> Bundle {
    let headline = headline(read);
    let mut notes = read.notes.clone();
    let mut run: Map<String, Value> = RUN_FIELDS
        .iter()
        .filter_map(|field| read.run.get(*field).map(|value| ((*field).to_owned(), value.clone())))
        .collect();
    if let Some(hash) = read.list("state_hash").last() {
        run.insert("state_hash_last".into(), hash.clone());
        run.insert("state_hash_count".into(), read.list("state_hash").len().into());
    }
    let streets = streets(read, &mut notes);
    if let Some([days, links]) = read.traffic.as_ref().map(|traffic| traffic.left_out)
        && days + links > 0
    {
        notes.push(
            "jams.csv: the page shows the first days and, of each, the links that cost drivers most".into(),
        );
    }
    let points = read.checkpoints.iter().filter(|c| c.lon.0.is_finite() && c.lat.0.is_finite());
    Bundle {
        sentences: sentences(read, &headline),
        headline,
        metrics: series(&read.metrics, &mut notes),
        zones: read.zones.as_ref().map(|zones| cube(zones, "zones.csv", &mut notes)),
        ages: read.ages.as_ref().map(|ages| cube(ages, "ages.csv", &mut notes)),
        settings: read.settings.as_ref().map(|settings| cube(settings, "settings.csv", &mut notes)),
        shapes: read.shapes.clone(),
        checkpoints: read.checkpoints.iter().take(CHECKPOINTS_MAX).cloned().collect(),
        checkpoint_points: points
            .take(CHECKPOINT_POINTS_MAX)
            .map(|c| json!({"place": c.place, "kind": c.kind, "lon": c.lon, "lat": c.lat, "wait_min": c.wait_min}))
            .collect(),
        checkpoints_count: read.checkpoints.len(),
        lines: read.lines.iter().take(LINES_MAX).cloned().collect(),
        lines_count: read.lines.len(),
        departments: read.departments.as_ref().map(rows),
        trip_lengths: read.trip_lengths.as_ref().map(rows),
        trip_times: read.trip_times.as_ref().map(rows),
        served: read.served.as_ref().map(rows),
        assets: read.assets.as_ref().map(rows),
        traffic: read.traffic.clone().filter(|traffic| !traffic.days.is_empty()),
        palette: Palette::default(),
        city_page: None,
        run,
        streets,
        notes,
    }
}

/// The lines behind the map, the longest if there are too many.
fn streets(read: &RunFolder, notes: &mut Vec<String>) -> Vec<Vec<[f64; 2]>> {
    if positions(&read.streets) <= STREET_POSITIONS_MAX {
        return read.streets.clone();
    }
    notes.push("streets.json: only the longest lines are drawn, to keep the page small".into());
    thin(&read.streets, STREET_POSITIONS_MAX)
}

/// A table kept as text.
fn rows(table: &Rows) -> Value {
    json!({"header": table.header, "rows": table.rows})
}

/// The city's metrics, every so many rows if there are too many.
fn series(metrics: &Series, notes: &mut Vec<String>) -> Value {
    let step = metrics.day.len().div_ceil(METRIC_ROWS_MAX).max(1);
    if step > 1 {
        notes
            .push(format!("metrics.csv: the figures draw one row in {step}; headline numbers use every row"));
    }
    let columns: Map<String, Value> = metrics
        .columns
        .iter()
        .map(|(name, values)| {
            let kept: Vec<Rounded<6>> = values.iter().step_by(step).copied().map(Rounded).collect();
            (name.clone(), json!(kept))
        })
        .collect();
    let date: Vec<&String> = metrics.date.iter().step_by(step).collect();
    let day: Vec<&u32> = metrics.day.iter().step_by(step).collect();
    let names: Vec<&String> = metrics.columns.iter().map(|(name, _)| name).collect();
    json!({"date": date, "day": day, "names": names, "columns": columns})
}

/// A cube as lists of lists (a list a day), every so many days (and always the last) if it is too large. A metric that
/// stays the same on all days (residents) has one list only.
pub(crate) fn cube(table: &Cube, file: &str, notes: &mut Vec<String>) -> Value {
    let width = table.keys.len();
    let steady = |values: &[f64]| {
        values.iter().zip(values.iter().skip(width)).all(|(a, b)| a.to_bits() == b.to_bits())
    };
    let changing = table.metrics.iter().filter(|(_, values)| !steady(values)).count();
    let size = table.days.len() * width * changing;
    let step = size.div_ceil(ZONE_VALUES_MAX).max(1);
    if step > 1 {
        notes.push(format!("{file}: one day in {step} is shown, to keep the page small"));
    }
    let last = table.days.len().saturating_sub(1);
    let kept: Vec<usize> = (0..table.days.len()).filter(|day| (last - day).is_multiple_of(step)).collect();
    let metrics: Map<String, Value> = table
        .metrics
        .iter()
        .map(|(name, values)| {
            let once = steady(values);
            let days: Vec<Vec<Rounded<4>>> = kept
                .iter()
                .take(if once { 1 } else { kept.len() })
                .map(|day| values.iter().skip(day * width).take(width).copied().map(Rounded).collect())
                .collect();
            (name.clone(), json!(days))
        })
        .collect();
    let days: Vec<u32> = kept.iter().filter_map(|day| table.days.get(*day).copied()).collect();
    let names: Vec<&String> = table.metrics.iter().map(|(name, _)| name).collect();
    json!({"days": days, "keys": table.keys, "names": names, "metrics": metrics})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_tables_are_thinned_and_say_so() {
        let mut notes = Vec::new();
        let table = Cube {
            days: (0..100).collect(),
            keys: (0..30_000).map(|zone| zone.to_string()).collect(),
            metrics: vec![
                ("a_persons".into(), (0..3_000_000).map(f64::from).collect()),
                ("b_persons".into(), vec![1.0; 3_000_000]),
            ],
        };
        let json = cube(&table, "zones.csv", &mut notes);
        let days = json["days"].as_array().unwrap();
        assert_eq!((days.len(), days.last().unwrap().as_u64()), (34, Some(99)));
        assert_eq!(json["metrics"]["a_persons"][33].as_array().unwrap().len(), 30_000);
        assert_eq!(json["metrics"]["b_persons"].as_array().unwrap().len(), 1);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn empty_tables_stay_empty() {
        let mut notes = Vec::new();
        assert_eq!(cube(&Cube::default(), "zones.csv", &mut notes)["days"], json!([]));
        assert!(notes.is_empty());
    }
}
