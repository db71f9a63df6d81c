//! A page with the map of a city, drawn as SVG: residents by zone, main streets, metro, hospitals.
use citytwin_study::map;
use citytwin_world::id::Key;
use citytwin_world::{City, PlaceKind, ZoneId};

/// Width of the drawing, its own units.
const WIDTH: f64 = 1000.0;

/// Longitude and latitude to units of the drawing, north up.
struct Frame {
    west: f64,
    north: f64,
    per_lon: f64,
    per_lat: f64,
    height: f64,
}

impl Frame {
    fn of(city: &City) -> Self {
        let zones = &city.zones;
        let outline = zones.outline.values().iter().copied();
        let centres = zones.lon.as_slice().iter().zip(zones.lat.as_slice()).map(|(lon, lat)| [*lon, *lat]);
        let points: Vec<[f64; 2]> =
            outline.chain(centres).filter(|p| p[0].is_finite() && p[1].is_finite()).collect();
        let edge = |axis: usize, pick: fn(f64, f64) -> f64| {
            points.iter().map(|p| p[axis]).reduce(pick).unwrap_or(0.0)
        };
        let (west, east) = (edge(0, f64::min), edge(0, f64::max));
        let (south, north) = (edge(1, f64::min), edge(1, f64::max));
        let per_lon = WIDTH / (east - west).max(1e-6);
        let per_lat = per_lon / ((south + north) / 2.0).to_radians().cos().max(0.01);
        Self { west, north, per_lon, per_lat, height: ((north - south) * per_lat).clamp(1.0, 4.0 * WIDTH) }
    }

    fn path(&self, points: &[[f64; 2]]) -> String {
        points.iter().map(|p| format!("{:.1},{:.1} ", self.x(p[0]), self.y(p[1]))).collect()
    }

    fn x(&self, lon: f64) -> f64 {
        (lon - self.west) * self.per_lon
    }

    fn y(&self, lat: f64) -> f64 {
        (self.north - lat) * self.per_lat
    }
}

/// Text inside HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The page: the map above, the tables below.
pub fn page(city: &City, tables: &str) -> String {
    let frame = Frame::of(city);
    let name = escape(&city.info.name);
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{name}</title>\n<style>body{{font:16px system-ui;margin:1rem auto;\
         max-width:70rem;padding:0 1rem}}svg{{width:100%;height:auto;max-height:90vh;background:#f4f4f1}}\
         pre{{white-space:pre-wrap}}</style>\n<h1>{name}</h1>\n<p>Residents per km² by zone (darker is denser), main \
         streets (grey), metro (blue), hospitals (red).</p>\n<svg viewBox=\"0 0 {WIDTH} {:.0}\">\n{}{}{}</svg>\n\
         <pre>{}</pre>\n</html>\n",
        frame.height,
        zones(city, &frame),
        streets(city, &frame),
        hospitals(city, &frame),
        escape(tables),
    )
}

fn density_per_km2(city: &City, zone: ZoneId) -> f64 {
    let residents = city.zones.population.get(zone).copied().unwrap_or(0);
    f64::from(residents) / f64::from(city.zones.area_km2.get(zone).copied().unwrap_or(1.0)).max(0.01)
}

fn zones(city: &City, frame: &Frame) -> String {
    let densest = city.zones.id.ids().map(|zone| density_per_km2(city, zone)).fold(1.0, f64::max);
    let draw = |zone: ZoneId| {
        let opacity = (density_per_km2(city, zone) / densest).sqrt();
        let title = format!(
            "{}: {} residents",
            escape(&city.zones.id[zone]),
            city.zones.population.get(zone).copied().unwrap_or(0)
        );
        format!(
            "<polygon fill=\"#b4521e\" fill-opacity=\"{opacity:.2}\" points=\"{}\"><title>{title}</title></polygon>\n",
            frame.path(city.zones.outline.row(zone))
        )
    };
    city.zones.id.ids().map(draw).collect()
}

fn streets(city: &City, frame: &Frame) -> String {
    let draw = |lines: &[Vec<[f64; 2]>], colour: &str, width: f64| -> String {
        lines
            .iter()
            .map(|line| {
                let path = frame.path(line);
                format!("<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" points=\"{path}\"/>\n")
            })
            .collect()
    };
    draw(&map::street_lines(&city.streets), "#777", 0.6)
        + &draw(&map::metro_lines(&city.transit), "#1f5fbf", 3.0)
}

fn hospitals(city: &City, frame: &Frame) -> String {
    let draw = |place: citytwin_world::PlaceId| {
        let at = city.places.lon.get(place).zip(city.places.lat.get(place));
        let (lon, lat) = at.map_or((frame.west, frame.north), |(lon, lat)| (*lon, *lat));
        let name = city.places.name.get(place).filter(|name| !name.is_empty());
        let title = escape(name.or_else(|| city.places.id.as_slice().get(place.index())).map_or("", |n| n));
        format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#c81e1e\"><title>{title}</title></circle>\n",
            frame.x(lon),
            frame.y(lat)
        )
    };
    city.places.of_kind(PlaceKind::Hospital).into_iter().map(draw).collect()
}
