//! Lines of buses and metros by how many they left behind, hour by hour.

use crate::error::ReportError;
use crate::number::Rounded;
use crate::table::{number, read_rows};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Hours of the day.
const HOURS: usize = 24;

/// A line over the whole run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its name.
    pub line: String,
    /// Bus or metro.
    pub mode: String,
    /// Boardings over the run.
    pub boardings_count: Rounded<6>,
    /// Times that somebody was left behind by a full vehicle.
    pub denied_count: Rounded<6>,
    /// Greatest share of places taken in each hour of the day; NaN where nobody rode.
    pub load_share: [Rounded<3>; HOURS],
}

/// Reads `lines.csv` (a row per line and hour of the day) and puts the hours of each line together; those that left most
/// behind come first, and lines with equal numbers stand in the order of their names.
///
/// # Errors
/// As [`read_rows`]; also if a column is missing or a cell that should be a number is none.
pub fn read(path: &Path) -> Result<Vec<Line>, ReportError> {
    let table = read_rows(path)?;
    let at = |name: &str| {
        table
            .position(name)
            .ok_or_else(|| ReportError::content(path, 1, format!("there is no column `{name}`")))
    };
    let (line_at, mode_at) = (at("line")?, at("mode")?);
    let columns = ["hour_of_day", "boardings_count", "boardings_denied_count", "vehicle_load_max_share"];
    let places: Vec<usize> = columns.into_iter().map(at).collect::<Result<_, _>>()?;
    let mut lines: BTreeMap<(String, String), Line> = BTreeMap::new();
    for (index, row) in table.rows.iter().enumerate() {
        let mut values = [0.0; 4];
        for ((value, name), place) in values.iter_mut().zip(columns).zip(&places) {
            *value = number(path, index as u64 + 2, name, &row[*place])?;
        }
        let [hour, boardings, denied, load] = values;
        let (line, mode) = (row[line_at].clone(), row[mode_at].clone());
        let one = lines.entry((line.clone(), mode.clone())).or_insert_with(|| Line {
            line,
            mode,
            boardings_count: Rounded(0.0),
            denied_count: Rounded(0.0),
            load_share: [Rounded(f64::NAN); HOURS],
        });
        one.boardings_count.0 += boardings;
        one.denied_count.0 += denied;
        if let Some(share) = one.load_share.get_mut(hour as usize) {
            *share = Rounded(load);
        }
    }
    let mut all: Vec<Line> = lines.into_values().collect();
    all.sort_by(|a, b| b.denied_count.0.total_cmp(&a.denied_count.0));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_a_line_are_put_together_and_the_fullest_lines_come_first() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let head = "line,mode,hour_of_day,boardings_count,boardings_denied_count,vehicle_load_max_share\n";
        let rows = "T1,bus,7,100,5,1\nT1,bus,8,50,0,0.5\nM,metro,7,900,0,0.25\nT2,bus,7,10,40,1\n";
        std::fs::write(file.path(), format!("{head}{rows}")).unwrap();
        let all = read(file.path()).unwrap();
        assert_eq!(all.iter().map(|line| line.line.as_str()).collect::<Vec<_>>(), ["T2", "T1", "M"]);
        let line = &all[1];
        assert_eq!((line.boardings_count.0, line.denied_count.0), (150.0, 5.0));
        assert_eq!((line.load_share[7].0, line.load_share[8].0), (1.0, 0.5));
        assert!(line.load_share[9].0.is_nan());
        std::fs::write(file.path(), "line,mode\nT1,bus\n").unwrap();
        assert!(read(file.path()).is_err());
    }
}
