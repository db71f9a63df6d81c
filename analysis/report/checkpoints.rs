//! Checkpoints added up over the run: where people waited, and where they were turned back.

use crate::error::ReportError;
use crate::number::Rounded;
use crate::table::{number, read_rows};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A checkpoint over the whole run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checkpoint {
    /// Name or id of the place.
    pub place: String,
    /// Kind of the place (metro station, mall, hospital …).
    pub kind: String,
    /// Scans over the run.
    pub scans_count: Rounded<6>,
    /// Persons turned back over the run.
    pub refused_count: Rounded<6>,
    /// Mean wait of a person scanned, minutes (weighted by scans).
    pub wait_min: Rounded<4>,
    /// Hours that all persons scanned waited together.
    pub waited_h: Rounded<6>,
    /// Longest wait of anybody in the run, minutes; NaN where not recorded.
    pub wait_max_min: Rounded<4>,
    /// Longest queue of the run, persons; NaN where not recorded.
    pub queue_max_persons: Rounded<6>,
    /// Longitude, degrees WGS-84; NaN where not recorded.
    pub lon: Rounded<8>,
    /// Latitude, degrees WGS-84; NaN where not recorded.
    pub lat: Rounded<8>,
}

/// Sums of one place while the table is read.
struct Sums {
    scans: f64,
    refused: f64,
    waited_min: f64,
    wait_max: f64,
    queue_max: f64,
    lon: Option<f64>,
    lat: Option<f64>,
}

impl Sums {
    const NONE: Self = Self {
        scans: 0.0,
        refused: 0.0,
        waited_min: 0.0,
        wait_max: f64::NAN,
        queue_max: f64::NAN,
        lon: None,
        lat: None,
    };
}

/// Reads `checkpoints.csv` (a row per day and place) and adds it up by place; the longest mean waits come first, and
/// places with equal waits stand in the order of their names.
///
/// # Errors
/// As [`read_rows`]; also if `place` is no column or a cell that should be a number is none.
pub fn read(path: &Path) -> Result<Vec<Checkpoint>, ReportError> {
    let table = read_rows(path)?;
    let place_at =
        table.position("place").ok_or_else(|| ReportError::content(path, 1, "there is no column `place`"))?;
    let kind_at = table.position("kind");
    let mut places: BTreeMap<(String, String), Sums> = BTreeMap::new();
    for (index, row) in table.rows.iter().enumerate() {
        let cell = |name: &str| -> Result<Option<f64>, ReportError> {
            let Some(at) = table.position(name) else { return Ok(None) };
            let value = number(path, index as u64 + 2, name, &row[at])?;
            Ok(Some(value).filter(|value| value.is_finite()))
        };
        let kind = kind_at.map_or(String::new(), |at| row[at].clone());
        let sums = places.entry((row[place_at].clone(), kind)).or_insert(Sums::NONE);
        let scans = cell("scans_count")?.unwrap_or(0.0);
        sums.scans += scans;
        sums.refused += cell("refused_count")?.unwrap_or(0.0);
        sums.waited_min += scans * cell("wait_min_mean")?.unwrap_or(0.0);
        // `max` passes over what is no number.
        sums.wait_max = sums.wait_max.max(cell("wait_max_min")?.unwrap_or(f64::NAN));
        sums.queue_max = sums.queue_max.max(cell("queue_max_persons")?.unwrap_or(f64::NAN));
        sums.lon = cell("lon")?.or(sums.lon);
        sums.lat = cell("lat")?.or(sums.lat);
    }
    let mut all: Vec<Checkpoint> = places
        .into_iter()
        .map(|((place, kind), sums)| Checkpoint {
            place,
            kind,
            scans_count: Rounded(sums.scans),
            refused_count: Rounded(sums.refused),
            wait_min: Rounded(if sums.scans > 0.0 { sums.waited_min / sums.scans } else { 0.0 }),
            waited_h: Rounded(sums.waited_min / 60.0),
            wait_max_min: Rounded(sums.wait_max),
            queue_max_persons: Rounded(sums.queue_max),
            lon: Rounded(sums.lon.unwrap_or(f64::NAN)),
            lat: Rounded(sums.lat.unwrap_or(f64::NAN)),
        })
        .collect();
    all.sort_by(|a, b| b.wait_min.0.total_cmp(&a.wait_min.0));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_by_place_and_weights_waits_by_scans() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "day,place,kind,scans_count,refused_count,wait_min_mean,queue_max_persons,lon,lat\n\
             0,Mercado,metro,100,1,1.0,5,-51.2,-30.0\n0,Mall,mall,10,0,9.0,2,,\n1,Mercado,metro,300,4,3.0,40,-51.2,-30.0\n",
        )
        .unwrap();
        let all = read(file.path()).unwrap();
        assert_eq!(all[0].place, "Mall");
        let metro = &all[1];
        assert_eq!((metro.scans_count.0, metro.refused_count.0, metro.wait_min.0), (400.0, 5.0, 2.5));
        assert_eq!((metro.queue_max_persons.0, metro.lon.0), (40.0, -51.2));
        assert!(all[0].lat.0.is_nan());
    }
}
