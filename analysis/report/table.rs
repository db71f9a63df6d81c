//! Reads the run folder's CSV tables into columns of numbers.

use crate::error::ReportError;
use crate::number::Rounded;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A table with a row per moment: `metrics.csv`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// ISO date of each row.
    pub date: Vec<String>,
    /// Day of the run of each row; counted from 0 where the file has no `day`.
    pub day: Vec<u32>,
    /// The other columns by name in the file's order; a missing value is NaN.
    pub columns: Vec<(String, Vec<f64>)>,
}

impl Series {
    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }
}

/// A long table folded open: values by day and key (a zone, an age band, a setting) for each metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cube {
    /// Days that occur, rising.
    pub days: Vec<u32>,
    /// Keys that occur, in the order in which the file names them first.
    pub keys: Vec<String>,
    /// Metrics in the file's order, each with `days.len() * keys.len()` values, a day's keys side by side; NaN where
    /// the file has no row.
    pub metrics: Vec<(String, Vec<f64>)>,
}

/// A table with a row per thing, kept as text: `checkpoints.csv`, `departments.csv`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Column names.
    pub header: Vec<String>,
    /// Cells, each row as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// Place of the column called `name`.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|known| known == name)
    }
}

/// Columns of a table by name; a number where the cell is one, else its text, `null` where it is empty.
pub type Columns = Map<String, Value>;

/// The columns of a table for the page.
pub fn columns(rows: &Rows) -> Columns {
    let cell = |text: &String| match text.parse::<f64>() {
        Ok(number) => json!(Rounded::<6>(number)),
        Err(_) if text.is_empty() => Value::Null,
        Err(_) => json!(text),
    };
    let column = |at: usize| -> Value { rows.rows.iter().map(|row| cell(&row[at])).collect() };
    rows.header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect()
}

/// Reads a table as text.
///
/// # Errors
/// [`ReportError::Read`] if there is no such file, [`ReportError::Content`] if it is not UTF-8, has no header, names
/// a column twice or has a row of another length than the header.
pub fn read_rows(path: &Path) -> Result<Rows, ReportError> {
    let file =
        std::fs::File::open(path).map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let fail = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        ReportError::content(path, line, error.to_string())
    };
    let header: Vec<String> = reader
        .headers()
        .map_err(fail)?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    if header.is_empty() {
        return Err(ReportError::content(path, 1, "the file is empty; a line of column names was expected"));
    }
    for (index, name) in header.iter().enumerate() {
        if header[..index].contains(name) {
            return Err(ReportError::content(path, 1, format!("the column `{name}` occurs twice")));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(record.map_err(fail)?.iter().map(str::to_owned).collect());
    }
    Ok(Rows { header, rows })
}

/// Reads `metrics.csv`: `date`, perhaps `day`, then numbers.
///
/// # Errors
/// As [`read_rows`]; also if there is no `date`, no row, or a cell that should be a number is none.
pub fn read_series(path: &Path) -> Result<Series, ReportError> {
    let table = read_rows(path)?;
    let Some(date_at) = table.position("date") else {
        return Err(ReportError::content(path, 1, "there is no column `date`"));
    };
    if table.rows.is_empty() {
        return Err(ReportError::content(path, 2, "the table has no row"));
    }
    let day_at = table.position("day");
    let mut series = Series::default();
    for (name, _) in table
        .header
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != date_at && Some(*at) != day_at)
        .map(|(at, n)| (n, at))
    {
        series.columns.push((name.clone(), Vec::with_capacity(table.rows.len())));
    }
    for (index, row) in table.rows.iter().enumerate() {
        let line = index as u64 + 2;
        let mut column = 0;
        for (at, cell) in row.iter().enumerate() {
            if at == date_at {
                series.date.push(cell.clone());
            } else if Some(at) == day_at {
                series.day.push(day(path, line, cell)?);
            } else if let Some((name, values)) = series.columns.get_mut(column) {
                values.push(number(path, line, name, cell)?);
                column += 1;
            }
        }
        if day_at.is_none() {
            series.day.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
    }
    Ok(series)
}

/// Reads a long table whose rows are told apart by `day` and the column `key`; all other columns are numbers. Rows
/// with the same day and key are added up.
///
/// # Errors
/// As [`read_rows`]; also if `day` or `key` is no column, or a cell that should be a number is none.
pub fn read_cube(path: &Path, key: &str) -> Result<Cube, ReportError> {
    let table = read_rows(path)?;
    let need = |name: &str| {
        table
            .position(name)
            .ok_or_else(|| ReportError::content(path, 1, format!("there is no column `{name}`")))
    };
    let (day_at, key_at) = (need("day")?, need(key)?);
    let mut days: BTreeMap<u32, usize> = BTreeMap::new();
    let mut keys: Vec<String> = Vec::new();
    let mut key_index: HashMap<&str, usize> = HashMap::new();
    let mut spots = Vec::with_capacity(table.rows.len());
    for (index, row) in table.rows.iter().enumerate() {
        let day = day(path, index as u64 + 2, &row[day_at])?;
        days.insert(day, 0);
        let key = *key_index.entry(row[key_at].as_str()).or_insert_with(|| {
            keys.push(row[key_at].clone());
            keys.len() - 1
        });
        spots.push((day, key));
    }
    for (index, place) in days.values_mut().enumerate() {
        *place = index;
    }
    let mut metrics = Vec::new();
    for (at, name) in table.header.iter().enumerate().filter(|(at, _)| *at != day_at && *at != key_at) {
        let mut values = vec![f64::NAN; days.len() * keys.len()];
        for (index, (row, (day, key))) in table.rows.iter().zip(&spots).enumerate() {
            let value = number(path, index as u64 + 2, name, &row[at])?;
            let spot = &mut values[days[day] * keys.len() + key];
            if !value.is_nan() {
                *spot = if spot.is_nan() { value } else { *spot + value };
            }
        }
        metrics.push((name.clone(), values));
    }
    Ok(Cube { days: days.into_keys().collect(), keys, metrics })
}

/// A cell as a number; an empty one is NaN.
pub(crate) fn number(path: &Path, line: u64, column: &str, cell: &str) -> Result<f64, ReportError> {
    if cell.is_empty() {
        return Ok(f64::NAN);
    }
    cell.parse().map_err(|_| {
        ReportError::content(path, line, format!("`{cell}` in column `{column}` is not a number"))
    })
}

/// A cell as a day of the run.
fn day(path: &Path, line: u64, cell: &str) -> Result<u32, ReportError> {
    cell.parse().map_err(|_| {
        ReportError::content(
            path,
            line,
            format!("`{cell}` in column `day` is not a whole number of days from 0"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn series_reads_columns_and_gaps() {
        let f = file("\u{feff}date,day,incidence_persons,extra_share\n2020-01-20,0,5,0.5\n2020-01-21,1,,1\n");
        let series = read_series(f.path()).unwrap();
        assert_eq!(series.date, ["2020-01-20", "2020-01-21"]);
        assert_eq!(series.column("extra_share"), Some(&[0.5, 1.0][..]));
        assert!(series.column("incidence_persons").unwrap()[1].is_nan());
    }

    #[test]
    fn cube_fills_gaps_and_orders_days() {
        let f = file("day,zone,a_persons\n1,east,4\n0,east,2\n1,west,7\n1,east,1\n");
        let cube = read_cube(f.path(), "zone").unwrap();
        assert_eq!((cube.days, cube.keys), (vec![0, 1], vec!["east".to_owned(), "west".to_owned()]));
        let values = &cube.metrics[0].1;
        assert_eq!((values[0], values[2], values[3]), (2.0, 5.0, 7.0));
        assert!(values[1].is_nan());
    }

    #[test]
    fn faults_name_file_and_line() {
        for (text, part) in [
            ("", "empty"),
            ("date,day\n", "no row"),
            ("day,x\n0,1\n", "no column `date`"),
            ("date,day,x\n2020-01-20,0,many\n", ":2: `many`"),
            ("date,day,x\n2020-01-20,0,1\n2020-01-21,-4,1\n", ":3: `-4`"),
            ("date,day,x,x\n2020-01-20,0,1,1\n", "twice"),
            ("date,day,x\n2020-01-20,0\n", "2 fields"),
        ] {
            let message = read_series(file(text).path()).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
