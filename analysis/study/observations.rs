//! What was observed of the real city, day by day: a table with `date` and a column per metric.
use crate::given::{Given, TOLD_MAX};
use crate::sweep::data::DataFile;
use citytwin_engine::suggest::did_you_mean;
use citytwin_metrics::{MetricKind, metrics};
use citytwin_world::Date;
use citytwin_world::problem::{Problem, Problems};
use std::path::Path;

/// Observations by metric.
#[derive(Clone)]
pub struct Observations {
    /// Dates, rising.
    pub dates: Vec<Date>,
    /// Metrics with a value per date, in the metric's unit; NaN where none was observed.
    pub columns: Vec<(&'static MetricKind, Vec<f64>)>,
}

/// A date written as `2020-01-22` or `2020/1/22`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() { None } else { Date::from_ymd(year, month, day) }
}

/// Reads observations, from the columns that the study says.
///
/// # Errors
/// E116 for a column that the study names and the table hasn't, E140 without `date` or a metric, E141 for cells that are no dates or numbers, E144 for columns that are no metric, E147
/// for dates that don't rise; all mistakes at once, with their lines.
pub fn read(path: &Path, said: &DataFile) -> Result<Observations, Problems> {
    let mut given = Given::open(path)?;
    let header = given.header.clone();
    let mut problems = Problems::new();
    let (date_at, kinds) = columns(&header, said, &mut problems);
    let mut found = Observations {
        dates: Vec::new(),
        columns: kinds.iter().map(|(_, kind)| (*kind, Vec::new())).collect(),
    };
    for row in given.rows() {
        let (line, record) = row?;
        let mut wrong = |code, words: String| {
            if problems.len() < TOLD_MAX {
                problems.push(Problem::error(code, words).at_line(line));
            }
        };
        let text = record.get(date_at).unwrap_or_default();
        match date(text) {
            Some(date) if found.dates.last().is_some_and(|last| last.0 >= date.0) => {
                wrong("E147", format!("{text} doesn't come after the date before it"));
            }
            Some(date) => found.dates.push(date),
            None => wrong("E141", format!("`{text}` is no date")),
        }
        for ((at, kind), (_, values)) in kinds.iter().zip(&mut found.columns) {
            let cell = record.get(*at).unwrap_or_default();
            let number = if matches!(cell, "" | "NA") { Some(f64::NAN) } else { cell.parse().ok() };
            match number.filter(|number: &f64| !(*number < 0.0 || number.is_infinite())) {
                Some(number) => values.push(number),
                None => wrong("E141", format!("`{cell}` in column `{}` is no number from 0", kind.name)),
            }
        }
    }
    if problems.has_errors() {
        return Err(problems.into_iter().map(|problem| problem.in_file(path)).collect());
    }
    Ok(found)
}

/// The places of the date and of the metrics.
fn columns(
    header: &[String],
    said: &DataFile,
    problems: &mut Problems,
) -> (usize, Vec<(usize, &'static MetricKind)>) {
    let place = |name: &str| header.iter().position(|known| known == name);
    if !said.columns.is_empty() {
        let named = said.columns.iter().map(|(_, column)| column).chain([&said.date]);
        for lacking in named.filter(|name| place(name).is_none()) {
            let known: Vec<&str> = header.iter().map(String::as_str).collect();
            let help =
                did_you_mean(lacking, &known).unwrap_or_else(|| format!("it has {}", known.join(", ")));
            let words = format!("the table has no column `{lacking}`, which [data] of the study names");
            problems.push(Problem::error("E116", words).help(help).at_line(1));
        }
        let of = |(metric, column): &(&str, String)| Some((place(column)?, citytwin_metrics::find(metric)?));
        return (place(&said.date).unwrap_or(0), said.columns.iter().filter_map(of).collect());
    }
    let names: Vec<&str> = metrics().map(|metric| metric.name).collect();
    let mut kinds = Vec::new();
    for (at, name) in header.iter().enumerate().filter(|(_, name)| **name != said.date) {
        match citytwin_metrics::find(name) {
            Some(kind) => kinds.push((at, kind)),
            None => {
                let help = did_you_mean(name, &names).unwrap_or_else(|| "see `citytwin list metrics`".into());
                problems.push(
                    Problem::error("E144", format!("there is no metric `{name}`")).help(help).at_line(1),
                );
            }
        }
    }
    let date_at = place(&said.date);
    if date_at.is_none() || (kinds.is_empty() && !problems.has_errors()) {
        let lacking = if date_at.is_none() { format!("`{}`", said.date) } else { "of a metric".into() };
        let problem = Problem::error("E140", format!("there is no column {lacking}"));
        problems.push(problem.help("right: date,known_incidence_persons").at_line(1));
    }
    (date_at.unwrap_or(0), kinds)
}

impl Observations {
    /// The values of each column on the days of a run from `start` on, NaN where there are none.
    ///
    /// # Errors
    /// E145 where no observation is of one of these days.
    pub fn on_days(&self, start: Date, days: u32) -> Result<Vec<Vec<f64>>, Problem> {
        let mut rows = vec![vec![f64::NAN; days as usize]; self.columns.len()];
        for (at, date) in self.dates.iter().enumerate() {
            let day = usize::try_from(i64::from(date.0) - i64::from(start.0)).unwrap_or(usize::MAX);
            for (row, (_, values)) in rows.iter_mut().zip(&self.columns) {
                if let (Some(cell), Some(value)) = (row.get_mut(day), values.get(at)) {
                    *cell = *value;
                }
            }
        }
        if rows.iter().flatten().any(|value| value.is_finite()) {
            return Ok(rows);
        }
        let last = start.plus(days.saturating_sub(1) as i32);
        let problem =
            Problem::error("E145", format!("nothing was observed on the run's days, {start} to {last}"));
        Err(problem.help("set [time] start and days so that they hold the dates of the observations"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Observations, Problems> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), &DataFile::default())
    }

    #[test]
    fn columns_are_those_that_the_study_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "OnsetDate,CaseNum,CaseSum\n2019/12/8,1,1\n2019/12/9,0,1\n").unwrap();
        let mut said = DataFile { date: "OnsetDate".into(), ..DataFile::default() };
        said.columns = vec![("onsets_persons", "CaseNum".into())];
        let found = read(file.path(), &said).unwrap();
        assert_eq!((found.columns[0].0.name, found.columns[0].1.clone()), ("onsets_persons", vec![1.0, 0.0]));
        said.columns[0].1 = "CaseNumb".into();
        let wrong: Vec<Problem> = read(file.path(), &said).err().unwrap().into_iter().collect();
        assert_eq!((wrong.len(), wrong[0].code), (1, "E116"));
        assert!(format!("{:?}", wrong[0]).contains("CaseNum`"), "{wrong:?}");
    }

    #[test]
    fn observations_stand_on_their_days() {
        let text = "date,onsets_persons,hospital_occupancy_beds\n2020/1/2,3,\n2020-01-04,5,7\n";
        let found = read_text(text).unwrap();
        let days = found.on_days(Date::from_ymd(2020, 1, 1).unwrap(), 4).unwrap();
        assert!(days[0][0].is_nan() && days[1][1].is_nan() && days[0][2].is_nan());
        assert_eq!((days[0][1], days[0][3], days[1][3]), (3.0, 5.0, 7.0));
        let late = found.on_days(Date::from_ymd(2021, 1, 1).unwrap(), 4).unwrap_err();
        assert!(late.code == "E145" && late.message.contains("2021-01-04"), "{late:?}");
    }

    #[test]
    fn what_is_wrong_is_told_at_its_line() {
        let codes = |text: &str| read_text(text).err().unwrap().codes();
        assert_eq!(codes("day,onsets\n"), ["E144", "E144", "E140"]);
        assert_eq!(codes("date\n2020-01-01\n"), ["E140"]);
        let wrong = "date,onsets_persons\n2020-01-02,-1\n2020-01-02,x\nsoon,1\n";
        assert_eq!(codes(wrong), ["E141", "E147", "E141", "E141"]);
        assert!(read(Path::new("nothing.csv"), &DataFile::default()).is_err());
    }
}
