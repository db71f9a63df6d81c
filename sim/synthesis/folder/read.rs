//! Reads a city folder and shows all that is wrong with it at once.
use super::sheet::{Complaints, Positions, clip, rows};
use super::write::USES;
use super::{CITY, CRS, CityFile, FORMAT, GTFS, LINK, NODE, PLACE, TURN, ZONE, hash, infrastructure};
use crate::import::assemble::near_nodes;
use crate::import::{gtfs, highway, outline};
use crate::infrastructure::grow;
use crate::table::Row;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::{Problem, Problems, Tally};
use citytwin_world::streets::access;
use citytwin_world::{
    City, CityInfo, Date, LinkId, NodeId, PlaceKind, Places, Streets, Transit, ZoneId, Zones,
};
use std::path::Path;

/// What was odd while a city was read, with counts and examples.
pub type Tallies = Tally;

/// Reads a city folder.
///
/// # Errors
/// All problems of all files at once: `E341` a file cannot be read, `E342` a column is missing, `E343` a value is out
/// of range, `E344` an identifier names nothing, `E345` an identifier is missing or doubled, `E346` `city.toml` is
/// wrong, `E347` a table is empty, those of the infrastructure (`E079`–`E082`), and those of the feeds (`E311`–`E313`).
pub fn read_city(folder: &Path) -> Result<(City, Tallies), Problems> {
    let mut problems = Problems::new();
    let mut tally = Tally::new();
    if !folder.is_dir() {
        return Err(Problem::error("E341", "there is no such city folder").in_file(folder).into());
    }
    let info = read_info(&folder.join(CITY), &mut problems);
    let mut ids = Ids::default();
    let streets = read_streets(folder, &mut ids, &mut problems, &mut tally);
    let zones = read_zones(folder, Some(&ids.nodes), &mut ids.zones, &mut problems);
    let places = read_places(folder, &ids, &mut problems);
    let transit = if problems.has_errors() {
        // The streets can't be trusted: the feeds are read for their own problems only.
        gtfs::read(&gtfs::zips_in(&folder.join(GTFS)), &crate::near::Near::new([]), &mut Tally::new())
            .map(|_| Transit::default())
    } else {
        gtfs::read(&gtfs::zips_in(&folder.join(GTFS)), &near_nodes(&streets, access::FOOT), &mut tally)
    };
    let transit = transit.unwrap_or_else(|found| {
        problems.extend(found);
        Transit::default()
    });
    let hash = hash::hash_files(folder).unwrap_or_else(|error| {
        problems.push(Problem::error("E341", format!("the folder cannot be read: {error}")).in_file(folder));
        0
    });
    compare(&info, &zones, &places, &mut tally);
    let mut city = City { info, streets, transit, places, zones, hash, ..City::default() };
    let own = infrastructure::read(folder, &city, &mut problems);
    if !problems.has_errors() {
        city.infrastructure = own.unwrap_or_else(|| grow(&city));
    }
    if problems.has_errors() { Err(problems) } else { Ok((city, tally)) }
}

/// What can be known of a city at a glance: its name, country and zones, without streets, places and transit.
///
/// # Errors
/// As [`read_city`], as far as `city.toml` and the zones go.
pub fn read_sketch(folder: &Path) -> Result<City, Problems> {
    let mut problems = Problems::new();
    let info = read_info(&folder.join(CITY), &mut problems);
    let zones = read_zones(folder, None, &mut Positions::new(), &mut problems);
    if problems.has_errors() { Err(problems) } else { Ok(City { info, zones, ..City::default() }) }
}

/// The streets of a city alone.
///
/// # Errors
/// As [`read_city`], as far as the streets go.
pub fn read_streets_alone(folder: &Path) -> Result<Streets, Problems> {
    let mut problems = Problems::new();
    let streets = read_streets(folder, &mut Ids::default(), &mut problems, &mut Tally::new());
    if problems.has_errors() { Err(problems) } else { Ok(streets) }
}

/// The transit of a city alone, whose streets are known.
///
/// # Errors
/// As [`read_city`], as far as the feeds go.
pub fn read_transit_alone(folder: &Path, streets: &Streets) -> Result<Transit, Problems> {
    gtfs::read(&gtfs::zips_in(&folder.join(GTFS)), &near_nodes(streets, access::FOOT), &mut Tally::new())
}

/// What `city.toml` says of a city: name, country, residents, sources.
///
/// # Errors
/// As [`read_city`], for that file.
pub fn read_about(folder: &Path) -> Result<CityInfo, Problems> {
    let mut problems = Problems::new();
    let info = read_info(&folder.join(CITY), &mut problems);
    if problems.has_errors() { Err(problems) } else { Ok(info) }
}

#[derive(Default)]
struct Ids {
    nodes: Positions,
    links: Positions,
    zones: Positions,
}

fn read_info(path: &Path, problems: &mut Problems) -> CityInfo {
    let text = match crate::source::text(path) {
        Ok(text) => text,
        Err(error) => {
            problems.push(Problem::error("E341", format!("`{CITY}` cannot be read: {error}")).in_file(path));
            return CityInfo::default();
        }
    };
    let file: CityFile = match toml::from_str(&text) {
        Ok(file) => file,
        Err(error) => {
            let problem = Problem::error("E346", error.message().to_owned()).in_file(path);
            problems.push(match error.span() {
                Some(span) => problem.at(span).locate(&text),
                None => problem,
            });
            return CityInfo::default();
        }
    };
    let mut wrong = |what: String| problems.push(Problem::error("E346", what).in_file(path));
    if file.format != FORMAT {
        wrong(format!("this is a city folder of format {}, but format {FORMAT} is needed", file.format));
    }
    if file.crs != CRS {
        wrong(format!("positions must be in {CRS}, not {}", clip(&file.crs)));
    }
    for holiday in file.holidays.iter().filter(|day| Date::parse(day).is_none()) {
        wrong(format!("a holiday is no date of the form YYYY-MM-DD: `{}`", clip(holiday)));
    }
    CityInfo {
        name: file.name,
        country: file.country,
        time_zone: file.time_zone,
        population: file.population,
        holidays: file.holidays,
        sources: file.sources,
    }
}

const LON: std::ops::RangeInclusive<f64> = -180.0..=180.0;
const LAT: std::ops::RangeInclusive<f64> = -90.0..=90.0;
const COUNT: std::ops::RangeInclusive<f64> = 0.0..=1e9;

/// Longitude and latitude of a row; 0 where they are wrong (the city is refused then).
fn position(row: Row<'_>, x: Option<usize>, y: Option<usize>, complaints: &mut Complaints) -> [f64; 2] {
    let lon = complaints.number(row, x, "x_coord", LON);
    let lat = complaints.number(row, y, "y_coord", LAT);
    [lon.unwrap_or(0.0), lat.unwrap_or(0.0)]
}

fn read_streets(folder: &Path, ids: &mut Ids, problems: &mut Problems, tally: &mut Tally) -> Streets {
    let mut s = Streets::default();
    let columns = ["node_id", "x_coord", "y_coord"];
    rows(&folder.join(NODE), columns, ["elevation_m"], problems, |row, [id, x, y], [height], complaints| {
        complaints.identify(row, id, "node_id", &mut ids.nodes);
        let [lon, lat] = position(row, x, y, complaints);
        s.lon.push(lon);
        s.lat.push(lat);
        s.elevation_m.push(row.number(height).map_or(f32::NAN, |h| h as f32));
    });
    read_links(folder, &mut s, ids, problems, tally);
    if folder.join(TURN).is_file() {
        let columns = ["from_link_id", "to_link_id"];
        rows(&folder.join(TURN), columns, [], problems, |row, [from, to], [], complaints| {
            let from = complaints.position(row, from, "from_link_id", &ids.links);
            let to = complaints.position(row, to, "to_link_id", &ids.links);
            if let (Some(from), Some(to)) = (from, to) {
                s.banned_turns.push((LinkId(from), LinkId(to)));
            }
        });
        s.banned_turns.sort_unstable();
        s.banned_turns.dedup();
    }
    if s.from.is_empty() && !problems.has_errors() {
        problems.push(Problem::error("E347", "the city has no links").in_file(folder.join(LINK)));
    }
    s
}

fn read_links(folder: &Path, s: &mut Streets, ids: &mut Ids, problems: &mut Problems, tally: &mut Tally) {
    let columns = [
        "link_id",
        "from_node_id",
        "to_node_id",
        "length_m",
        "lanes",
        "free_speed_kmh",
        "capacity_veh_h",
        "allowed_uses",
        "facility_type",
    ];
    let Ids { nodes, links, .. } = ids;
    rows(&folder.join(LINK), columns, ["geometry"], problems, |row, at, [geometry], complaints| {
        let [id, from, to, length, lanes, speed, capacity, uses, class] = at;
        complaints.identify(row, id, "link_id", links);
        let from = complaints.position(row, from, "from_node_id", nodes);
        let to = complaints.position(row, to, "to_node_id", nodes);
        let length = complaints.number(row, length, "length_m", 0.0..=1e6);
        let lanes = complaints.number(row, lanes, "lanes", 0.0..=64.0);
        let speed = complaints.number(row, speed, "free_speed_kmh", 0.1..=500.0);
        let capacity = complaints.number(row, capacity, "capacity_veh_h", 0.0..=1e6);
        let access = allowed(&row.text(uses)).unwrap_or_else(|wrong| {
            complaints.push(row.line, "E343", || {
                format!(
                    "`allowed_uses` holds car, bicycle or foot with semicolons between, not `{}`",
                    clip(&wrong)
                )
            });
            0
        });
        let name = row.text(class);
        let class = highway::class_of(&name).unwrap_or_else(|| {
            tally.warning("W343", "a facility type isn't known; taken as unclassified", || clip(&name));
            highway::class_of("unclassified").unwrap_or(0)
        });
        s.from.push(from.map_or(NodeId::NONE, NodeId));
        s.to.push(to.map_or(NodeId::NONE, NodeId));
        s.length_m.push(length.unwrap_or(0.0) as f32);
        s.lanes.push(lanes.unwrap_or(0.0) as u8);
        s.free_speed_kmh.push(speed.unwrap_or(1.0) as f32);
        s.capacity_veh_h.push(capacity.unwrap_or(0.0) as f32);
        s.access.push(access);
        s.class.push(class);
        let text = row.text(geometry);
        let points = if text.is_empty() { Some(Vec::new()) } else { outline::from_text(&text) };
        if points.is_none() {
            complaints.push(row.line, "E343", || "`geometry` must be a LINESTRING (lon lat, …)".to_owned());
        }
        s.shape.push_row(between(points.as_deref().unwrap_or_default()));
    });
}

/// A line without its ends.
fn between(points: &[[f64; 2]]) -> impl Iterator<Item = [f32; 2]> + '_ {
    let inner = points.len().saturating_sub(2);
    points.iter().skip(1).take(inner).map(|p| p.map(|v| v as f32))
}

/// Bits of an `allowed_uses` value; the words of GMNS's examples are understood too.
fn allowed(text: &str) -> Result<u8, String> {
    let mut bits = 0;
    for word in text.split([';', '|', ',']).map(str::trim).filter(|w| !w.is_empty()) {
        bits |= match word.to_ascii_lowercase().as_str() {
            "auto" | "drive" => access::CAR,
            "bike" | "cycle" => access::BICYCLE,
            "walk" | "ped" => access::FOOT,
            "all" => access::CAR | access::BICYCLE | access::FOOT,
            "truck" | "bus" | "transit" => 0,
            known => USES.iter().find(|(_, n)| *n == known).map(|(bit, _)| *bit).ok_or(word.to_owned())?,
        };
    }
    Ok(bits)
}

/// The zones; whether their junctions are there is looked up in `nodes`, if those are known.
fn read_zones(
    folder: &Path,
    nodes: Option<&Positions>,
    zones: &mut Positions,
    problems: &mut Problems,
) -> Zones {
    let mut z = Zones::default();
    let columns = ["zone_id", "x_coord", "y_coord", "population", "jobs", "node_id"];
    let more = ["area_km2", "elevation_m", "geometry"];
    let path = folder.join(ZONE);
    rows(&path, columns, more, problems, |row, [id, x, y, people, jobs, node], [area, height, shape], c| {
        c.identify(row, id, "zone_id", zones);
        let [lon, lat] = position(row, x, y, c);
        let outline = outline::from_text(&row.text(shape)).unwrap_or_default();
        z.id.push(row.text(id).into_owned());
        z.lon.push(lon);
        z.lat.push(lat);
        z.population.push(c.number(row, people, "population", COUNT).unwrap_or(0.0) as u32);
        z.jobs.push(c.number(row, jobs, "jobs", COUNT).unwrap_or(0.0) as u32);
        z.area_km2
            .push(row.number(area).map_or_else(|| outline::area_km2(&outline), |a| a.clamp(0.0, 1e6)) as f32);
        z.elevation_m.push(row.number(height).map_or(f32::NAN, |h| h as f32));
        let node = nodes.and_then(|nodes| c.position(row, node, "node_id", nodes));
        z.node.push(node.map_or(NodeId::NONE, NodeId));
        z.outline.push_row(outline);
    });
    if z.is_empty() && !problems.has_errors() {
        problems.push(Problem::error("E347", "the city has no zones").in_file(path));
    }
    let residents = z.population.as_slice().iter().map(|n| u64::from(*n)).sum::<u64>();
    if residents > u64::from(u32::MAX / 2) {
        let what =
            format!("the zones hold {residents} residents, more than the earth's largest cities by far");
        problems.push(Problem::error("E343", what).in_file(folder.join(ZONE)));
    }
    z
}

fn read_places(folder: &Path, ids: &Ids, problems: &mut Problems) -> Places {
    let mut p = Places::default();
    let mut own = Positions::new();
    let columns = ["place_id", "kind", "zone_id", "node_id", "x_coord", "y_coord", "capacity"];
    let more = ["jobs", "floor_m2", "height_m", "inferred", "name"];
    rows(&folder.join(PLACE), columns, more, problems, |row, at, more, c| {
        let [id, kind, zone, node, x, y, capacity] = at;
        let [jobs, floor, height, inferred, name] = more;
        c.identify(row, id, "place_id", &mut own);
        let text = row.text(kind);
        let kind = PlaceKind::parse(&text).unwrap_or_else(|| {
            c.push(row.line, "E343", || {
                format!("`kind` must be one of {}, not `{}`", PlaceKind::NAMES.join(", "), clip(&text))
            });
            PlaceKind::Home
        });
        let [lon, lat] = position(row, x, y, c);
        let mut optional = |column: Option<usize>, name: &str, max: f64| {
            if row.text(column).is_empty() {
                0.0
            } else {
                c.number(row, column, name, 0.0..=max).unwrap_or(0.0)
            }
        };
        let jobs = optional(jobs, "jobs", 1e9);
        let floor = optional(floor, "floor_m2", 1e9);
        let height = optional(height, "height_m", 2000.0);
        p.id.push(row.text(id).into_owned());
        p.kind.push(kind);
        p.zone.push(c.position(row, zone, "zone_id", &ids.zones).map_or(ZoneId::NONE, ZoneId));
        p.node.push(c.position(row, node, "node_id", &ids.nodes).map_or(NodeId::NONE, NodeId));
        p.lon.push(lon);
        p.lat.push(lat);
        p.capacity.push(c.number(row, capacity, "capacity", COUNT).unwrap_or(0.0) as u32);
        p.jobs.push(jobs as u32);
        p.floor_m2.push(floor as f32);
        p.height_m.push(height as f32);
        p.inferred.push(matches!(row.text(inferred).as_ref(), "1" | "true" | "yes"));
        p.name.push(row.text(name).into_owned());
    });
    p
}

/// Warns where the tables disagree with one another.
fn compare(info: &CityInfo, zones: &Zones, places: &Places, tally: &mut Tally) {
    let residents: u64 = zones.population.as_slice().iter().map(|n| u64::from(*n)).sum();
    if residents != u64::from(info.population) {
        tally.warning("W344", "the zones' residents aren't the city's", || {
            format!("{residents} in {ZONE}, {} in {CITY}", info.population)
        });
    }
    for (place, zone) in places.zone.iter() {
        let centre = zones.lon.get(*zone).zip(zones.lat.get(*zone));
        if let Some((lon, lat)) = centre
            && distance_m(*lon, *lat, places.lon[place], places.lat[place]) > 50_000.0
        {
            tally.warning("W345", "a place lies more than 50 km from its zone", || places.id[place].clone());
        }
    }
}
