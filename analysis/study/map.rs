//! What maps need: zones as GeoJSON and the main streets and lines as polylines.
use crate::error::StudyError;
use crate::folder::RunFolder;
use citytwin_world::city::{City, Zones};
use citytwin_world::id::Key;
use citytwin_world::transit::Transit;
use citytwin_world::{LinkId, Mode, RouteId, Streets, ZoneId};
use serde_json::{Value, json};

/// Slowest street class drawn (index into the list of classes): tertiary.
const CLASS_MAX: u8 = 4;

/// Degrees with the seven digits that a centimetre needs.
fn degrees(value: f64) -> f64 {
    (value * 1e7).round() / 1e7
}

/// Writes what a map of a run is drawn from: `zones.geojson`, with so many residents each, and `streets.json`.
///
/// # Errors
/// What the system says.
pub fn write(folder: &RunFolder, city: &City, population: &[u32]) -> Result<(), StudyError> {
    let zones = zones_geojson(&city.zones, population);
    folder.write_bytes("zones.geojson", zones.to_string().as_bytes())?;
    folder.write_bytes("streets.json", streets_json(city).to_string().as_bytes()).map(drop)
}

/// Zones as a GeoJSON feature collection with `zone` (as in `zones.csv`) and `population` (residents).
pub fn zones_geojson(zones: &Zones, population: &[u32]) -> Value {
    let features: Vec<Value> = zones
        .id
        .iter()
        .map(|(zone, id)| {
            json!({
                "type": "Feature",
                "properties": {
                    "zone": id,
                    "population": population.get(zone.index()),
                    "area_km2": f64::from(zones.area_km2.get(zone).copied().unwrap_or(0.0)),
                },
                "geometry": geometry(zones, zone),
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}

fn geometry(zones: &Zones, zone: ZoneId) -> Value {
    let outline = zones.outline.row(zone);
    let mut ring: Vec<[f64; 2]> = outline.iter().map(|p| [degrees(p[0]), degrees(p[1])]).collect();
    if ring.len() < 3 {
        let at = |column: &citytwin_world::Column<ZoneId, f64>| column.get(zone).copied().unwrap_or(0.0);
        return json!({"type": "Point", "coordinates": [degrees(at(&zones.lon)), degrees(at(&zones.lat))]});
    }
    ring.extend(ring.first().copied());
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// Main streets (to tertiary) and metro lines as `{"lines": [[[lon, lat], …], …]}`.
pub fn streets_json(city: &City) -> Value {
    let mut lines = metro_lines(&city.transit);
    lines.extend(street_lines(&city.streets));
    json!({"lines": lines})
}

/// The courses of metro lines: chains of longitude and latitude.
pub fn metro_lines(transit: &Transit) -> Vec<Vec<[f64; 2]>> {
    let metro = |route: &RouteId| {
        let line = transit.route_line.get(*route).copied();
        line.and_then(|l| transit.line_mode.get(l)).is_some_and(|m| *m == Mode::Metro)
    };
    transit
        .route_line
        .ids()
        .filter(metro)
        .map(|route| {
            let shape = transit.route_shape.row(route);
            if shape.len() > 1 {
                return shape.iter().map(|p| [degrees(p[0].into()), degrees(p[1].into())]).collect();
            }
            let stops = transit.route_stops.row(route).iter();
            stops.filter_map(|s| Some([*transit.stop_lon.get(*s)?, *transit.stop_lat.get(*s)?])).collect()
        })
        .collect()
}

/// Main streets (to tertiary) as chains of longitude and latitude; of the two directions of a street the one from the lower junction is drawn.
pub fn street_lines(streets: &Streets) -> Vec<Vec<[f64; 2]>> {
    let drawn = |link: &LinkId| {
        streets.class.get(*link).is_some_and(|class| *class <= CLASS_MAX)
            && (streets.from[*link] < streets.to[*link] || !has_reverse(streets, *link))
    };
    streets.from.ids().filter(drawn).map(|link| line_of(streets, link)).collect()
}

fn has_reverse(streets: &Streets, link: LinkId) -> bool {
    // A two-way street is two links in a row.
    let (from, to) = (streets.from[link], streets.to[link]);
    [link.0.wrapping_sub(1), link.0.wrapping_add(1)].into_iter().any(|other| {
        let other = LinkId(other);
        streets.from.get(other) == Some(&to) && streets.to.get(other) == Some(&from)
    })
}

fn line_of(streets: &Streets, link: LinkId) -> Vec<[f64; 2]> {
    streets.line(link).map(|point| point.map(degrees)).collect()
}
