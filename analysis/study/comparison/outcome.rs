//! What a comparison reads of a finished run: each metric by day and over the run, and infections by zone.
use crate::error::StudyError;
use citytwin_metrics::metrics;
use std::path::Path;

/// A finished run as the comparison sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Values by metric (in the order of the list of all) and day; NaN where there is none.
    pub days: Vec<Vec<f64>>,
    /// One number of the run for each metric.
    pub run: Vec<f64>,
    /// Share of residents infected by the end, by zone in the order of `zones.csv`; empty without zones.
    pub zones: Vec<f64>,
    /// Wall seconds that it took.
    pub wall_s: f64,
}

/// Reads a run folder.
///
/// # Errors
/// When a table is missing or broken.
pub fn read(folder: &Path) -> Result<Outcome, StudyError> {
    let (header, rows) = table(&folder.join("metrics.csv"))?;
    let column = |name: &str| header.iter().position(|column| column == name);
    let days: Vec<Vec<f64>> = metrics()
        .map(|metric| {
            let at = column(metric.name);
            rows.iter().map(|row| at.map_or(f64::NAN, |at| number(&row[at]))).collect()
        })
        .collect();
    let run = metrics().zip(&days).map(|(metric, days)| metric.over_run.of(days)).collect();
    Ok(Outcome { days, run, zones: zones(folder)?, wall_s: wall_s(folder)? })
}

/// As [`read`] without the days, of which thousands of runs would fill the memory.
///
/// # Errors
/// As [`read`].
pub fn read_over_run(folder: &Path) -> Result<Outcome, StudyError> {
    read(folder).map(|outcome| Outcome { days: Vec::new(), zones: Vec::new(), ..outcome })
}

/// The names of the zones of a run, in the order of [`Outcome::zones`].
///
/// # Errors
/// When the table is broken.
pub fn zone_names(folder: &Path) -> Result<Vec<String>, StudyError> {
    Ok(last_day_of_zones(folder)?.into_iter().map(|(zone, _)| zone).collect())
}

fn zones(folder: &Path) -> Result<Vec<f64>, StudyError> {
    Ok(last_day_of_zones(folder)?.into_iter().map(|(_, share)| share).collect())
}

fn last_day_of_zones(folder: &Path) -> Result<Vec<(String, f64)>, StudyError> {
    let path = folder.join("zones.csv");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let (header, rows) = table(&path)?;
    let at = |name: &str| {
        let place = header.iter().position(|column| column == name);
        place.ok_or_else(|| StudyError::Broken { path: path.clone(), message: format!("no column `{name}`") })
    };
    let (day, zone, attack) = (at("day")?, at("zone")?, at("attack_rate_share")?);
    let last = rows.last().map(|row| row[day].to_owned());
    let of_last = rows.iter().filter(|row| Some(&row[day]) == last.as_deref());
    Ok(of_last.map(|row| (row[zone].to_owned(), number(&row[attack]))).collect())
}

fn wall_s(folder: &Path) -> Result<f64, StudyError> {
    let path = folder.join("run.json");
    let bytes = std::fs::read(&path).map_err(StudyError::file(&path))?;
    let record: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| StudyError::Broken { path: path.clone(), message: error.to_string() })?;
    Ok(record["wall_s"].as_f64().unwrap_or(0.0))
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or(f64::NAN)
}

type Rows = Vec<csv::StringRecord>;

/// Header and rows of a CSV file, all of one length.
fn table(path: &Path) -> Result<(Vec<String>, Rows), StudyError> {
    let broken = |error: csv::Error| StudyError::Broken { path: path.to_owned(), message: error.to_string() };
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let header = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let rows = reader.records().collect::<Result<Rows, _>>().map_err(broken)?;
    Ok((header, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_as_it_was_written() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        write("run.json", "{\"wall_s\": 2.5}");
        write(
            "metrics.csv",
            "date,day,incidence_persons,output_share\n2020-01-20,0,3,\n2020-01-21,1,4,0.5\n",
        );
        write("zones.csv", "day,zone,attack_rate_share\n0,a,0\n0,\"b, c\",0\n1,a,0.25\n1,\"b, c\",\n");
        let outcome = read(home.path()).unwrap();
        let at = |name: &str| metrics().position(|metric| metric.name == name).unwrap();
        assert_eq!(outcome.days[at("incidence_persons")], [3.0, 4.0]);
        assert_eq!((outcome.run[at("incidence_persons")], outcome.run[at("output_share")]), (7.0, 0.5));
        assert!(outcome.run[at("deaths_persons")].is_nan());
        let short = read_over_run(home.path()).unwrap();
        assert!(short.days.is_empty() && short.run[at("incidence_persons")] == 7.0);
        assert_eq!((outcome.zones[0], outcome.wall_s), (0.25, 2.5));
        assert!(outcome.zones[1].is_nan());
        assert_eq!(zone_names(home.path()).unwrap(), ["a", "b, c"]);
        write("metrics.csv", "date,day\n2020-01-20\n");
        assert!(matches!(read(home.path()), Err(StudyError::Broken { .. })));
        std::fs::remove_file(home.path().join("metrics.csv")).unwrap();
        assert!(read(home.path()).is_err());
    }
}
