//! One GTFS feed as its tables say it, read from a zip without trusting sizes or spelling.
//! Format: gtfs.org/documentation/schedule/reference.
use crate::import::gtfs::calendar::Calendar;
use crate::source::open;
use crate::table::{Row, Table};
use citytwin_world::problem::{Problem, Problems, Tally};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// A table may unpack to this many times its packed size and no more; real ones stay below 30.
const UNPACK_RATIO_MAX: u64 = 200;
/// A table may unpack to this size whatever its ratio, bytes.
const UNPACK_BYTES_FREE: u64 = 16 << 20;

/// A stop of the feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedStop {
    /// Name for passengers.
    pub name: String,
    /// Longitude and latitude in degrees; `None` where the feed has none.
    pub position: Option<[f64; 2]>,
    /// Identifier of the station it belongs to, empty if none.
    pub parent: String,
}

/// A line of the feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedLine {
    /// Name for passengers.
    pub name: String,
    /// The feed's route type.
    pub route_type: i32,
}

/// A trip of the feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedTrip {
    /// Position of its line.
    pub line: usize,
    /// Position of its service in the calendar.
    pub service: usize,
    /// Its drawn course, empty if none.
    pub shape: String,
}

/// A trip's call at a stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// Position of the trip.
    pub trip: u32,
    /// Order within the trip.
    pub sequence: u32,
    /// Position of the stop.
    pub stop: u32,
    /// Arrival, s after midnight of the service day; `u32::MAX` where blank.
    pub arrive_s: u32,
    /// Departure, s after midnight of the service day; `u32::MAX` where blank.
    pub depart_s: u32,
    /// Distance along the course in the feed's unit; NaN where blank.
    pub distance: f32,
}

/// A trip repeated at a headway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frequency {
    /// Position of the trip.
    pub trip: usize,
    /// First departure, s after midnight.
    pub start_s: u32,
    /// No departure at or after this, s after midnight.
    pub end_s: u32,
    /// Time between departures, s.
    pub headway_s: u32,
}

/// Everything used of one feed.
#[derive(Debug, Default)]
pub struct Feed {
    /// Stops in file order.
    pub stops: Vec<FeedStop>,
    /// Lines in file order.
    pub lines: Vec<FeedLine>,
    /// Trips in file order.
    pub trips: Vec<FeedTrip>,
    /// Calls sorted by trip and sequence.
    pub calls: Vec<Call>,
    /// Headway services.
    pub frequencies: Vec<Frequency>,
    /// Days of service.
    pub calendar: Calendar,
    /// Points (lon, lat in degrees) of each drawn course, in order.
    pub shapes: BTreeMap<String, Vec<[f32; 2]>>,
}

/// Seconds after midnight of `H:MM:SS` or `H:MM`; hours may pass 24 but not a week.
pub fn time_s(text: &str) -> Option<u32> {
    let mut parts = text.trim().split(':').map(|p| p.trim().parse::<u32>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    (parts.next().is_none() && hours < 168 && minutes < 60 && seconds < 60)
        .then(|| hours * 3600 + minutes * 60 + seconds)
}

struct Source<'a> {
    zip: zip::ZipArchive<BufReader<File>>,
    path: &'a Path,
    problems: Problems,
}

impl Source<'_> {
    /// Position of a table in the zip: at the root or in a folder.
    fn find(&self, name: &str) -> Option<usize> {
        let nested = format!("/{name}");
        let depth = |n: &str| n.matches('/').count();
        (0..self.zip.len())
            .filter_map(|at| self.zip.name_for_index(at).map(|n| (at, n)))
            .filter(|(_, n)| *n == name || n.ends_with(&nested))
            .min_by_key(|(_, n)| depth(n))
            .map(|(at, _)| at)
    }

    /// Calls `each` for every row of a table; `columns` names them by alternatives. Missing required columns (the
    /// first `required`) and unreadable tables become problems.
    fn rows<const N: usize>(
        &mut self,
        name: &str,
        must_exist: bool,
        required: usize,
        columns: [&str; N],
        mut each: impl FnMut(Row<'_>, [Option<usize>; N]),
    ) {
        let place = format!("{}/{name}", self.path.display());
        let Some(at) = self.find(name) else {
            if must_exist {
                self.problems
                    .push(Problem::error("E312", format!("the feed has no `{name}`")).in_file(self.path));
            }
            return;
        };
        let file = match self.zip.by_index(at) {
            Ok(file) => file,
            Err(error) => {
                let what = format!("`{name}` cannot be unpacked: {error}");
                self.problems.push(Problem::error("E311", what).in_file(self.path));
                return;
            }
        };
        let limit = UNPACK_BYTES_FREE.max(file.compressed_size().saturating_mul(UNPACK_RATIO_MAX));
        let bomb = file.size() > limit;
        let outcome = if bomb {
            Err("unpacks to an impossible size".to_owned())
        } else {
            read_rows(file.take(limit), required, columns, &mut each)
        };
        if let Err(what) = outcome {
            self.problems.push(Problem::error("E313", format!("`{name}` {what}")).in_file(place));
        }
    }
}

fn read_rows<const N: usize>(
    source: impl Read,
    required: usize,
    columns: [&str; N],
    each: &mut impl FnMut(Row<'_>, [Option<usize>; N]),
) -> Result<(), String> {
    let mut table = Table::new(source)?;
    let at = columns.map(|name| table.column(&[name]));
    let missing: Vec<&str> = columns
        .iter()
        .zip(&at)
        .take(required)
        .filter(|(_, at)| at.is_none())
        .map(|(name, _)| *name)
        .collect();
    if !missing.is_empty() {
        return Err(format!("has no column `{}`", missing.join("`, `")));
    }
    while let Some(row) = table.next_row()? {
        each(row, at);
    }
    Ok(())
}

/// Reads a feed.
///
/// # Errors
/// All at once: `E311` the zip cannot be read, `E312` a table is missing, `E313` a table is broken.
pub fn read(path: &Path, tally: &mut Tally) -> Result<Feed, Problems> {
    let unreadable =
        |what: String| Problem::error("E311", format!("the GTFS zip cannot be read: {what}")).in_file(path);
    let file = open(path).map_err(|e| unreadable(e.to_string()))?;
    let zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| unreadable(e.to_string()))?;
    let mut source = Source { zip, path, problems: Problems::new() };
    let mut feed = Feed::default();
    let stop_at = read_stops(&mut source, &mut feed, tally);
    let line_at = read_lines(&mut source, &mut feed, tally);
    let service_at = crate::import::gtfs::calendar::read(
        |name, columns, each| source.rows(name, false, 1, columns, each),
        &mut feed.calendar,
        tally,
    );
    let trip_at = read_trips(&mut source, &mut feed, &line_at, &service_at, tally);
    read_calls(&mut source, &mut feed, &trip_at, &stop_at, tally);
    read_frequencies(&mut source, &mut feed, &trip_at, tally);
    read_shapes(&mut source, &mut feed);
    if feed.calendar.is_empty() && !feed.trips.is_empty() {
        source.problems.push(
            Problem::error("E312", "the feed has neither `calendar.txt` nor `calendar_dates.txt`")
                .in_file(path),
        );
    }
    if source.problems.has_errors() { Err(source.problems) } else { Ok(feed) }
}

type Positions = BTreeMap<String, usize>;

fn read_stops(source: &mut Source<'_>, feed: &mut Feed, tally: &mut Tally) -> Positions {
    let mut at = Positions::new();
    let columns = ["stop_id", "stop_lon", "stop_lat", "stop_name", "parent_station"];
    source.rows("stops.txt", true, 3, columns, |row, [id, lon, lat, name, parent]| {
        let position = row.number(lon).zip(row.number(lat)).map(|(lon, lat)| [lon, lat]);
        let position =
            position.filter(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0 && [*lon, *lat] != [0.0; 2]);
        at.insert(row.text(id).into_owned(), feed.stops.len());
        let (name, parent) = (row.text(name).into_owned(), row.text(parent).into_owned());
        feed.stops.push(FeedStop { name, position, parent });
    });
    let inherited: Vec<Option<[f64; 2]>> = feed
        .stops
        .iter()
        .map(|s| s.position.or_else(|| feed.stops.get(*at.get(&s.parent)?)?.position))
        .collect();
    for (stop, position) in feed.stops.iter_mut().zip(inherited) {
        stop.position = position;
        if position.is_none() {
            tally.warning("W311", "a stop has no position", || stop.name.clone());
        }
    }
    at
}

fn read_lines(source: &mut Source<'_>, feed: &mut Feed, tally: &mut Tally) -> Positions {
    let mut at = Positions::new();
    let columns = ["route_id", "route_type", "route_short_name", "route_long_name"];
    source.rows("routes.txt", true, 1, columns, |row, [id, kind, short, long]| {
        let (short, long) = (row.text(short), row.text(long));
        let name = match (short.is_empty(), long.is_empty()) {
            (true, true) => row.text(id).into_owned(),
            (true, false) => long.into_owned(),
            (false, true) => short.into_owned(),
            (false, false) => format!("{short} {long}"),
        };
        let route_type = row.number(kind).map_or(-1, |n| n as i32);
        if route_type < 0 {
            tally.warning("W312", "a line has no route type; taken as a bus", || name.clone());
        }
        at.insert(row.text(id).into_owned(), feed.lines.len());
        feed.lines.push(FeedLine { name, route_type });
    });
    at
}

fn read_trips(
    source: &mut Source<'_>,
    feed: &mut Feed,
    line_at: &Positions,
    service_at: &Positions,
    tally: &mut Tally,
) -> Positions {
    let mut at = Positions::new();
    let columns = ["trip_id", "route_id", "service_id", "shape_id"];
    source.rows("trips.txt", true, 3, columns, |row, [id, line, service, shape]| {
        let found = line_at.get(row.text(line).as_ref()).zip(service_at.get(row.text(service).as_ref()));
        let Some((line, service)) = found else {
            tally.warning("W313", "a trip's line or service isn't in the feed", || row.text(id).into_owned());
            return;
        };
        at.insert(row.text(id).into_owned(), feed.trips.len());
        feed.trips.push(FeedTrip { line: *line, service: *service, shape: row.text(shape).into_owned() });
    });
    at
}

fn read_calls(
    source: &mut Source<'_>,
    feed: &mut Feed,
    trip_at: &Positions,
    stop_at: &Positions,
    tally: &mut Tally,
) {
    let columns =
        ["trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time", "shape_dist_traveled"];
    let mut last_trip: (String, Option<u32>) = Default::default();
    source.rows(
        "stop_times.txt",
        true,
        2,
        columns,
        |row, [trip, stop, sequence, arrive, depart, distance]| {
            let trip = row.text(trip);
            if last_trip.0 != trip {
                last_trip = (trip.clone().into_owned(), trip_at.get(trip.as_ref()).map(|t| *t as u32));
            }
            let Some(trip) = last_trip.1 else {
                tally.warning("W314", "a stop time's trip isn't in the feed", || trip.into_owned());
                return;
            };
            let Some(stop) = stop_at.get(row.text(stop).as_ref()) else {
                tally.warning("W315", "a stop time's stop isn't in the feed", || row.text(stop).into_owned());
                return;
            };
            let mut time = |column| {
                let text = row.text(column);
                let time = time_s(&text);
                if time.is_none() && !text.is_empty() {
                    tally.warning("W316", "a time isn't of the form HH:MM:SS; taken as blank", || {
                        format!("`{text}` at line {} of stop_times.txt", row.line)
                    });
                }
                time.unwrap_or(u32::MAX)
            };
            let (arrive_s, depart_s) = (time(arrive), time(depart));
            feed.calls.push(Call {
                trip,
                sequence: row.number(sequence).map_or(feed.calls.len() as u32, |n| n as u32),
                stop: *stop as u32,
                arrive_s: arrive_s.min(if arrive_s == u32::MAX { depart_s } else { arrive_s }),
                depart_s: if depart_s == u32::MAX { arrive_s } else { depart_s },
                distance: row.number(distance).map_or(f32::NAN, |n| n as f32),
            });
        },
    );
    feed.calls.sort_by_key(|call| (call.trip, call.sequence));
}

fn read_frequencies(source: &mut Source<'_>, feed: &mut Feed, trip_at: &Positions, tally: &mut Tally) {
    let columns = ["trip_id", "start_time", "end_time", "headway_secs"];
    source.rows("frequencies.txt", false, 4, columns, |row, [trip, start, end, headway]| {
        let times = time_s(&row.text(start)).zip(time_s(&row.text(end)));
        let headway = row.number(headway).filter(|h| (10.0..=86_400.0).contains(h));
        match (trip_at.get(row.text(trip).as_ref()), times, headway) {
            (Some(trip), Some((start_s, end_s)), Some(headway)) => {
                feed.frequencies.push(Frequency { trip: *trip, start_s, end_s, headway_s: headway as u32 })
            }
            _ => tally.warning("W317", "a headway service is broken; left out", || {
                format!("line {} of frequencies.txt", row.line)
            }),
        }
    });
}

fn read_shapes(source: &mut Source<'_>, feed: &mut Feed) {
    let columns = ["shape_id", "shape_pt_lon", "shape_pt_lat", "shape_pt_sequence"];
    let mut points: BTreeMap<String, Vec<(u32, [f32; 2])>> = BTreeMap::new();
    source.rows("shapes.txt", false, 4, columns, |row, [id, lon, lat, sequence]| {
        if let (Some(lon), Some(lat), Some(order)) = (row.number(lon), row.number(lat), row.number(sequence))
        {
            let id = row.text(id);
            let point = (order as u32, [lon as f32, lat as f32]);
            match points.get_mut(id.as_ref()) {
                Some(list) => list.push(point),
                None => {
                    points.insert(id.into_owned(), vec![point]);
                }
            }
        }
    });
    for (id, mut list) in points {
        list.sort_by_key(|(order, _)| *order);
        feed.shapes.insert(id, list.into_iter().map(|(_, point)| point).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert_eq!(time_s(" 5:06:07"), Some(18_367));
        assert_eq!(time_s("25:00"), Some(90_000));
        for bad in ["", "5", "5:60:00", "-1:00:00", "99999999:00:00", "a:b:c", "1:2:3:4"] {
            assert_eq!(time_s(bad), None, "{bad}");
        }
    }
}
