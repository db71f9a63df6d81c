//! Places known from elsewhere than the map: a table of kind, position and name.
use crate::import::observe::Ground;
use crate::places::Draft;
use crate::source::open;
use crate::table::Table;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::{Problem, Tally};
use citytwin_world::{NodeId, PlaceKind};
use std::path::Path;

/// One listed place.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is for.
    pub kind: PlaceKind,
    /// Longitude and latitude, degrees.
    pub at: [f64; 2],
    /// Name, empty where unknown.
    pub name: String,
    /// Beds, pupils, visitors; 0 where unknown.
    pub capacity: u32,
}

/// A listed place within this distance of a mapped one of its kind is that one, m.
const SAME_M: f64 = 150.0;

/// Reads a table with the columns `kind`, `lon`, `lat` and perhaps `name` and `capacity`.
///
/// # Errors
/// `E325` the file cannot be read, lacks a column or names an unknown kind.
pub fn read(path: &Path) -> Result<Vec<Point>, Problem> {
    let broken = |what: String| Problem::error("E325", format!("the points {what}")).in_file(path);
    let file = open(path).map_err(|e| broken(format!("cannot be read: {e}")))?;
    let mut table = Table::new(file).map_err(broken)?;
    let column = |table: &Table<'_>, name: &str| {
        table.column(&[name]).ok_or_else(|| {
            broken(format!("have no column `{name}`"))
                .help("the columns are kind (such as hospital), lon, lat, and perhaps name and capacity")
        })
    };
    let (kind, lon, lat) = (column(&table, "kind")?, column(&table, "lon")?, column(&table, "lat")?);
    let (name, capacity) = (table.column(&["name", "id"]), table.column(&["capacity"]));
    let mut points = Vec::new();
    while let Some(row) = table.next_row().map_err(broken)? {
        let text = row.text(Some(kind));
        let kind = PlaceKind::parse(&text).ok_or_else(|| {
            broken(format!("name a kind of place that doesn't exist: `{text}`"))
                .at_line(row.line)
                .help(format!("kinds are {}", PlaceKind::NAMES.join(", ")))
        })?;
        let at = row
            .number(Some(lon))
            .zip(row.number(Some(lat)))
            .filter(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0);
        let (lon, lat) =
            at.ok_or_else(|| broken("have a row without a position".to_owned()).at_line(row.line))?;
        let capacity = row.number(capacity).filter(|n| (0.0..=1e6).contains(n)).map_or(0, |n| n as u32);
        points.push(Point { kind, at: [lon, lat], name: row.text(name).into_owned(), capacity });
    }
    Ok(points)
}

/// Adds the listed places that the map doesn't show; those it shows take the list's name and capacity.
pub fn add(points: &[Point], ground: &Ground<'_>, places: &mut Vec<Draft>, tally: &mut Tally) {
    for (number, point) in points.iter().enumerate() {
        let [lon, lat] = point.at;
        let known = places
            .iter_mut()
            .find(|p| p.kind == point.kind && distance_m(p.at[0], p.at[1], lon, lat) < SAME_M);
        if let Some(place) = known {
            if point.capacity > 0 {
                place.capacity = point.capacity;
            }
            if place.name.is_empty() {
                place.name.clone_from(&point.name);
            }
            continue;
        }
        let (Some(zone), Some((node, _))) = (ground.zones.find_near(point.at), ground.open.nearest(lon, lat))
        else {
            tally.warning("W341", "a place lies outside all zones; left out", || point.name.clone());
            continue;
        };
        places.push(Draft {
            id: format!("point-{}", number + 1),
            kind: point.kind,
            zone,
            node: NodeId(node),
            at: point.at,
            capacity: point.capacity,
            jobs: 0,
            floor_m2: 0.0,
            height_m: 0.0,
            inferred: false,
            name: point.name.clone(),
        });
    }
}
