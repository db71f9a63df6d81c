//! The city of a run in relief, as one JSON value of bounded size: zones by day, outages by hour, checkpoints by day,
//! and a sample of residents on their ways.

use crate::bundle::{CHECKPOINT_POINTS_MAX, ZONE_VALUES_MAX, cube};
use crate::error::ReportError;
use crate::folder::{RunFolder, optional, read_json};
use crate::number::Rounded;
use crate::palette::Palette;
use crate::shapes::{Shape, positions, thin};
use crate::table::{number, read_rows};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the page.
pub(crate) const FILE: &str = "city.html";
/// Positions that the streets may have: each is drawn anew in every picture.
const STREET_POSITIONS_MAX: usize = 25_000;
/// Fields of `run.json` that the page shows.
const RUN_FIELDS: &[&str] = &["scenario", "caption", "caption_zh", "days", "start_date", "population"];

/// The page's data.
#[derive(Serialize)]
pub(crate) struct City {
    run: Map<String, Value>,
    /// Dates of the days, as pages know them.
    metrics: Value,
    zones: Option<Value>,
    shapes: Vec<Shape>,
    streets: Vec<Vec<[f64; 2]>>,
    posts: Option<Posts>,
    outages: Option<Outages>,
    trails: Option<Trails>,
    #[serde(flatten)]
    palette: Palette,
}

/// A sample of residents on their ways, as the run folder has it.
#[derive(Debug, Deserialize, Serialize)]
struct Trails {
    /// Where lines begin, degrees, and metres in a degree eastwards and northwards.
    origin_lon_lat: [f64; 2],
    m_per_degree: [f64; 2],
    /// One in so many residents is told of.
    one_in: u32,
    days: Vec<TrailDay>,
}

/// One day of it: each person's stage and code, and all legs.
#[derive(Debug, Deserialize, Serialize)]
struct TrailDay {
    day: u32,
    stage: Vec<u8>,
    code: Vec<u8>,
    legs: Vec<TrailLeg>,
}

/// A leg: metres east and south and second of the day of its first point, then what each next one adds.
#[derive(Debug, Deserialize, Serialize)]
struct TrailLeg {
    person: u32,
    mode: u8,
    line: Vec<i32>,
}

/// Checkpoints and how long people waited at each, by day.
#[derive(Debug, PartialEq, Serialize)]
struct Posts {
    places: Vec<Post>,
    days: Vec<u32>,
    /// Mean wait of a day at each place, minutes; `None` where nobody was scanned.
    wait_min: Vec<Vec<Option<Rounded<3>>>>,
}

/// Where a checkpoint stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Post {
    place: String,
    kind: String,
    lon: Rounded<8>,
    lat: Rounded<8>,
}

/// In which hours of the run which zones lacked what: a row for each.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Outages {
    hour: Vec<u32>,
    /// Number of the zone among the shapes.
    zone: Vec<usize>,
    /// Share of a zone's residents who are served, by service.
    shares: BTreeMap<String, Vec<Rounded<3>>>,
}

/// What the page shows of a run folder; `None` where nobody knows where anything lies. What could not be used, or only in
/// part, is told in `notes`.
pub(crate) fn bundle(folder: &Path, read: &RunFolder, notes: &mut Vec<String>) -> Option<City> {
    if read.shapes.is_empty() && read.streets.is_empty() {
        return None;
    }
    let fields = RUN_FIELDS
        .iter()
        .filter_map(|field| read.run.get(*field).map(|value| ((*field).to_owned(), value.clone())));
    if positions(&read.streets) > STREET_POSITIONS_MAX {
        notes.push(format!("{FILE}: only the longest streets are drawn, to be quick"));
    }
    let posts = optional(folder, "checkpoints.csv", notes, posts).flatten();
    if posts.as_ref().is_some_and(|(_, all)| !all) {
        notes.push(format!("{FILE}: only a part of the checkpoints is drawn, to keep the page small"));
    }
    let outages = optional(folder, "served_zones.csv", notes, |path| outages(path, &read.shapes)).flatten();
    if outages.as_ref().is_some_and(|(_, all)| !all) {
        notes.push(format!("{FILE}: not every service's outages are shown, to keep the page small"));
    }
    let city = City {
        run: fields.collect(),
        metrics: json!({"date": read.metrics.date, "day": read.metrics.day}),
        zones: read.zones.as_ref().map(|zones| cube(zones, "zones.csv", notes)),
        streets: thin(&read.streets, STREET_POSITIONS_MAX),
        posts: posts.map(|(posts, _)| posts),
        outages: outages.map(|(outages, _)| outages),
        trails: optional(folder, "trajectories/trails.json", notes, trails),
        shapes: read.shapes.clone(),
        palette: Palette::default(),
    };
    Some(city)
}

/// Reads the sample of residents on their ways.
fn trails(path: &Path) -> Result<Trails, ReportError> {
    let fail = |message: String| ReportError::content(path, 1, message);
    let found: Trails = serde_json::from_value(read_json(path)?).map_err(|error| fail(error.to_string()))?;
    for day in &found.days {
        let known = |leg: &TrailLeg| {
            let person = leg.person as usize;
            person < day.stage.len() && person < day.code.len() && leg.line.len().is_multiple_of(3)
        };
        if !day.legs.iter().all(known) {
            return Err(fail(format!("day {} tells of persons or points that it hasn't", day.day)));
        }
    }
    Ok(found)
}

/// Reads where checkpoints stand and how long people waited at them (`checkpoints.csv`, a row per day and place), and
/// whether these are all.
fn posts(path: &Path) -> Result<Option<(Posts, bool)>, ReportError> {
    let table = read_rows(path)?;
    let wanted = ["day", "place", "kind", "scans_count", "wait_min_mean", "lon", "lat"];
    let Some(at) = wanted.iter().map(|name| table.position(name)).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let mut places: BTreeMap<(String, String), Post> = BTreeMap::new();
    let mut waits: BTreeMap<u32, BTreeMap<(String, String), f64>> = BTreeMap::new();
    for (line, row) in (2..).zip(&table.rows) {
        let cell = |column: usize| number(path, line, wanted[column], &row[at[column]]);
        let [day, scans, wait, lon, lat] = [cell(0)?, cell(3)?, cell(4)?, cell(5)?, cell(6)?];
        let key = (row[at[1]].clone(), row[at[2]].clone());
        if !(lon.is_finite() && lat.is_finite() && day >= 0.0) {
            continue;
        }
        let (place, kind) = key.clone();
        places.entry(key.clone()).or_insert(Post { place, kind, lon: Rounded(lon), lat: Rounded(lat) });
        let day = waits.entry(day as u32).or_default();
        if scans > 0.0 && wait.is_finite() {
            day.insert(key, wait);
        }
    }
    let step = (places.len() * waits.len()).div_ceil(ZONE_VALUES_MAX).max(1);
    let keys: Vec<&(String, String)> = places.keys().step_by(step).take(CHECKPOINT_POINTS_MAX).collect();
    let of_day =
        |day: &BTreeMap<_, f64>| keys.iter().map(|key| day.get(*key).copied().map(Rounded)).collect();
    let found = Posts {
        days: waits.keys().copied().collect(),
        wait_min: waits.values().map(of_day).collect(),
        places: keys.iter().map(|key| places[*key].clone()).collect(),
    };
    let all = keys.len() == places.len();
    Ok((!found.places.is_empty()).then_some((found, all)))
}

/// Reads which zones lacked what (`served_zones.csv`, a row per hour and zone in which somebody lacked something), and
/// whether these are all services.
fn outages(path: &Path, shapes: &[Shape]) -> Result<Option<(Outages, bool)>, ReportError> {
    let table = read_rows(path)?;
    let at = |name: &str| table.position(name);
    let Some(((day_at, hour_at), zone_at)) = at("day").zip(at("hour_of_day")).zip(at("zone")) else {
        return Ok(None);
    };
    let number_of: BTreeMap<&str, usize> =
        shapes.iter().enumerate().map(|(at, shape)| (shape.zone.as_str(), at)).collect();
    let mut services: Vec<(usize, &String)> =
        table.header.iter().enumerate().filter(|(_, name)| name.ends_with("_share")).collect();
    let all = services.len();
    services.truncate(ZONE_VALUES_MAX / table.rows.len().max(1));
    let mut found = Outages::default();
    for (line, row) in (2..).zip(&table.rows) {
        let Some(zone) = number_of.get(row[zone_at].as_str()) else { continue };
        let hour = number(path, line, "day", &row[day_at])? * 24.0
            + number(path, line, "hour_of_day", &row[hour_at])?;
        found.hour.push(hour.max(0.0) as u32);
        found.zone.push(*zone);
        for (column, name) in &services {
            let share = number(path, line, name, &row[*column])?;
            let service = name.trim_end_matches("_share").to_owned();
            found.shares.entry(service).or_default().push(Rounded(share));
        }
    }
    Ok((!found.hour.is_empty()).then_some((found, services.len() == all)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_are_told_by_hour_of_the_run_and_zone() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text =
            "day,hour_of_day,zone,power_share,water_share\n1,2,b,0.25,1\n1,2,nowhere,0,0\n1,3,a,1,0.5\n";
        std::fs::write(file.path(), text).unwrap();
        let shape = |zone: &str| Shape { zone: zone.into(), name: None, population: None, rings: Vec::new() };
        let (found, all) = outages(file.path(), &[shape("a"), shape("b")]).unwrap().unwrap();
        assert!(all);
        assert_eq!((found.hour, found.zone), (vec![26, 27], vec![1, 0]));
        assert_eq!(found.shares["power"], [Rounded(0.25), Rounded(1.0)]);
        assert_eq!(found.shares["water"], [Rounded(1.0), Rounded(0.5)]);
    }

    #[test]
    fn waits_stand_by_day_and_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "day,place,kind,scans_count,wait_min_mean,lon,lat\n3,Mall,mall,10,2.5,1,2\n3,Gate,metro,0,0,1,3\n\
                    4,Gate,metro,5,0.5,1,3\n4,Lost,mall,5,1,,\n";
        std::fs::write(file.path(), text).unwrap();
        let (found, all) = posts(file.path()).unwrap().unwrap();
        assert!(all);
        assert_eq!(found.places.iter().map(|post| post.place.as_str()).collect::<Vec<_>>(), ["Gate", "Mall"]);
        assert_eq!(found.days, [3, 4]);
        assert_eq!(found.wait_min, [[None, Some(Rounded(2.5))], [Some(Rounded(0.5)), None]]);
    }

    #[test]
    fn trails_that_contradict_themselves_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            trails(file.path()).map(|found| found.days.len()).map_err(|error| error.to_string())
        };
        let of = |legs: &str| {
            format!(
                "{{\"origin_lon_lat\":[1,2],\"m_per_degree\":[3,4],\"one_in\":5,\
                 \"days\":[{{\"day\":6,\"date\":\"x\",\"stage\":[0],\"code\":[0],\"legs\":[{legs}]}}]}}"
            )
        };
        assert_eq!(read(&of("{\"person\":0,\"mode\":1,\"line\":[0,0,600,5,5,9]}")), Ok(1));
        for (legs, told) in [
            ("{\"person\":1,\"mode\":1,\"line\":[0,0,600]}", "day 6"),
            ("{\"person\":0,\"mode\":1,\"line\":[0,0]}", "day 6"),
            ("{\"person\":0,\"line\":[]}", "mode"),
        ] {
            assert!(read(&of(legs)).is_err_and(|error| error.contains(told)), "{legs}");
        }
        assert!(read("{}").is_err());
    }
}
