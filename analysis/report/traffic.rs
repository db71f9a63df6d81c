//! Where cars stand: links with delays by hour, on the days on which traffic changed.

use crate::error::ReportError;
use crate::table::{Rows, number, read_rows};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Links of one day that the page draws, at most: the first of the table, which names the costliest first.
const LINKS_MAX: usize = 1_000;
/// Days that the page can show, at most.
const DAYS_MAX: usize = 8;
/// Steps by which the page tells shares of time lost.
const STEPS: f64 = 36.0;

/// A link's place on the map: longitude and latitude of its two ends, degrees WGS-84, and its class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line(pub [f64; 4], pub String);

/// What traffic was like on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct JamDay {
    /// Day of the run from which traffic was so.
    pub day: u32,
    /// Kind of day: workday, saturday or sunday.
    pub kind: String,
    /// Closed links, as rows of [`Traffic::lines`].
    pub closed: Vec<u32>,
    /// Links with delays, likewise.
    pub links: Vec<u32>,
    /// For each of these 24 characters, an hour each: the share of the time on the link that is lost, in 36ths, as a
    /// digit of base 36.
    pub hours: String,
}

/// Where cars stood.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Traffic {
    /// Links that some day names.
    pub lines: Vec<Line>,
    /// The days, in the order of the table.
    pub days: Vec<JamDay>,
    /// Days and links of a day that the page leaves out.
    pub left_out: [usize; 2],
}

/// Reads `jams.csv` and, from `links.csv`, where its links lie; links that lie nowhere are left out.
///
/// # Errors
/// [`ReportError`] if one of them cannot be read, lacks a column or holds something else than a number.
pub fn read(folder: &Path) -> Result<Traffic, ReportError> {
    let jams_path = folder.join("jams.csv");
    let mut lines = links(&folder.join("links.csv"))?;
    let jams = read_rows(&jams_path)?;
    let [day, kind, link, hour, empty, delay, closed] = columns(
        &jams,
        &jams_path,
        ["day", "day_kind", "link", "hour_of_day", "empty_s", "delay_s", "closed"],
    )?;
    let mut traffic = Traffic::default();
    let (mut row_of, mut hours) = (BTreeMap::new(), Vec::<[u8; 24]>::new());
    let finish = |traffic: &mut Traffic, hours: &mut Vec<[u8; 24]>| {
        if let Some(last) = traffic.days.last_mut() {
            last.hours = hours.drain(..).flatten().map(char::from).collect();
        }
    };
    for (at, row) in (2u64..).zip(&jams.rows) {
        let value = |column: usize| number(&jams_path, at, &jams.header[column], &row[column]);
        let (today, which) = (value(day)? as u32, &row[kind]);
        if traffic.days.last().is_none_or(|last| last.day != today || last.kind != *which) {
            finish(&mut traffic, &mut hours);
            if traffic.days.len() == DAYS_MAX {
                traffic.left_out[0] += 1;
                break;
            }
            traffic.days.push(JamDay { day: today, kind: which.clone(), ..JamDay::default() });
        }
        let known = row_of.get(&row[link]).copied().or_else(|| {
            let line = lines.remove(&row[link])?;
            traffic.lines.push(line);
            row_of.insert(row[link].clone(), traffic.lines.len() as u32 - 1);
            Some(traffic.lines.len() as u32 - 1)
        });
        let (Some(last), Some(line)) = (traffic.days.last_mut(), known) else { continue };
        if row[closed] == "yes" {
            last.closed.push(line);
            continue;
        }
        if last.links.last() != Some(&line) {
            if last.links.len() == LINKS_MAX {
                traffic.left_out[1] = traffic.left_out[1].max(1);
                continue;
            }
            last.links.push(line);
            hours.push([b'0'; 24]);
        }
        let (empty, delay, hour) = (value(empty)?, value(delay)?, value(hour)?);
        let step = (delay / (empty + delay) * STEPS).clamp(0.0, STEPS - 1.0);
        if let Some(cell) = hours.last_mut().and_then(|hours| hours.get_mut(hour as usize)) {
            *cell = char::from_digit(step as u32, 36).map_or(b'0', |digit| digit as u8);
        }
    }
    finish(&mut traffic, &mut hours);
    Ok(traffic)
}

/// Places of columns in a table.
fn columns<const N: usize>(rows: &Rows, path: &Path, names: [&str; N]) -> Result<[usize; N], ReportError> {
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        *place = rows
            .position(name)
            .ok_or_else(|| ReportError::content(path, 1, format!("the column `{name}` is missing")))?;
    }
    Ok(places)
}

/// Where the links lie, by their numbers as text; positions are kept to about a metre.
fn links(path: &Path) -> Result<BTreeMap<String, Line>, ReportError> {
    let rows = read_rows(path)?;
    let [link, class, ends @ ..] =
        columns(&rows, path, ["link", "class", "from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg"])?;
    let mut lines = BTreeMap::new();
    for (at, row) in (2u64..).zip(&rows.rows) {
        let mut line = [0.0; 4];
        for (degrees, column) in line.iter_mut().zip(ends) {
            *degrees = (number(path, at, &rows.header[column], &row[column])? * 1e5).round() / 1e5;
        }
        if line.iter().all(|degrees| degrees.is_finite()) {
            lines.insert(row[link].clone(), Line(line, row[class].clone()));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_files(jams: &str, links: &str) -> Result<Traffic, ReportError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("jams.csv"), jams).unwrap();
        std::fs::write(folder.path().join("links.csv"), links).unwrap();
        read(folder.path())
    }

    const LINKS: &str = "link,class,from_lon_deg,from_lat_deg,to_lon_deg,to_lat_deg\n\
                         5,primary,1.0,2.0,1.5,2.000001\n9,service,1,2,3,4\n";

    #[test]
    fn delays_become_steps_by_hour_and_closed_links_are_told_apart() {
        let jams = "day,day_kind,link,hour_of_day,empty_s,delay_s,closed\n\
                    0,workday,5,8,10,10,no\n0,workday,5,17,10,90,no\n0,workday,77,17,10,90,no\n\
                    8,workday,9,0,,,yes\n8,workday,5,23,1,1000,no\n";
        let traffic = read_files(jams, LINKS).unwrap();
        assert_eq!(traffic.lines[0], Line([1.0, 2.0, 1.5, 2.0], "primary".into()));
        let [first, second] = traffic.days.as_slice() else { panic!("{traffic:?}") };
        assert_eq!((first.links.as_slice(), first.closed.len()), (&[0][..], 0));
        assert_eq!(first.hours, "00000000i00000000w000000");
        assert_eq!((second.day, second.closed.as_slice(), &second.hours[23..]), (8, &[1][..], "z"));
    }

    #[test]
    fn what_is_no_table_of_jams_is_named() {
        for (jams, links) in [
            ("day\n0\n", LINKS),
            ("day,day_kind,link,hour_of_day,empty_s,delay_s,closed\n0,workday,5,8,x,1,no\n", LINKS),
            ("day,day_kind,link,hour_of_day,empty_s,delay_s,closed\n", "link\n"),
        ] {
            assert!(matches!(read_files(jams, links), Err(ReportError::Content { .. })), "{jams}");
        }
    }
}
