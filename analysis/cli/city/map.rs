//! The map of a city as SVG: zones by density, streets, transit lines, places. No scripts.
use super::survey::once;
use super::thousands;
use citytwin_report::palette::{Rgb, colour, ramp};
use citytwin_world::geo::distance_m;
use citytwin_world::{City, LineId, Mode, PlaceKind, RouteId, ZoneId};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width of the drawing, in its own units.
const WIDTH: f64 = 1000.0;
/// Highest drawing; a city longer than wide is drawn narrower instead.
const HEIGHT_MAX: f64 = 1250.0;
/// Margin around the zones, units.
const MARGIN: f64 = 14.0;
/// Points nearer to the last one drawn are left out, units.
const APART: f64 = 0.7;
/// Share of the way up the colours at which the density's upper end lies: above it labels would drown.
const RAMP_END: f64 = 0.82;

/// A group of places with one sign on the map.
pub struct Group {
    /// Name in the legend and, in lower case, of its layer.
    pub name: &'static str,
    /// The kinds in it.
    pub kinds: &'static [PlaceKind],
    /// Its colour in the palette.
    colour: &'static str,
    /// Radius of its dot, units.
    radius: f64,
    /// Whether it is shown at first.
    pub shown: bool,
}

/// Groups of places, the last one drawn on top.
pub const GROUPS: &[Group] = &[
    Group {
        name: "Shops and markets",
        kinds: &[PlaceKind::Shop, PlaceKind::Market, PlaceKind::Pharmacy],
        colour: "shop",
        radius: 2.2,
        shown: false,
    },
    Group {
        name: "Schools and day care",
        kinds: &[PlaceKind::School, PlaceKind::Kindergarten],
        colour: "school",
        radius: 3.2,
        shown: false,
    },
    Group { name: "Clinics", kinds: &[PlaceKind::Clinic], colour: "care", radius: 3.2, shown: false },
    Group {
        name: "Universities",
        kinds: &[PlaceKind::University],
        colour: "school",
        radius: 6.0,
        shown: true,
    },
    Group { name: "Malls", kinds: &[PlaceKind::Mall], colour: "shop", radius: 6.0, shown: true },
    Group {
        name: "Stations",
        kinds: &[PlaceKind::MetroStation, PlaceKind::BusStation],
        colour: "transit",
        radius: 4.5,
        shown: true,
    },
    Group { name: "Hospitals", kinds: &[PlaceKind::Hospital], colour: "care", radius: 6.0, shown: true },
    Group { name: "City gates", kinds: &[PlaceKind::Gate], colour: "policy", radius: 5.0, shown: true },
];

/// The colour of a group as CSS writes it.
pub fn group_colour(group: &Group) -> String {
    colour(group.colour).unwrap_or(Rgb(0, 0, 0)).hex()
}

/// The map with what its legend needs.
pub struct Map {
    /// The drawing.
    pub svg: String,
    /// Residents per km² at the upper end of the colours.
    pub density_top: f64,
}

/// From degrees to units of the drawing.
struct Frame {
    west: f64,
    north: f64,
    per_lon: f64,
    per_lat: f64,
    width: f64,
    height: f64,
}

impl Frame {
    /// The frame around the peopled zones; around all of them where nobody lives.
    fn around(city: &City) -> Self {
        let zones = &city.zones;
        let peopled = zones.population.as_slice().iter().any(|n| *n > 0);
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for (zone, _) in zones.population.iter().filter(|(_, n)| **n > 0 || !peopled) {
            let centre = [zones.lon[zone], zones.lat[zone]];
            for p in zones.outline.row(zone).iter().chain([&centre]) {
                for axis in 0..2 {
                    low[axis] = low[axis].min(p[axis]);
                    high[axis] = high[axis].max(p[axis]);
                }
            }
        }
        if low[0] > high[0] {
            (low, high) = ([0.0; 2], [0.01; 2]);
        }
        let flat = ((low[1] + high[1]) / 2.0).to_radians().cos().max(0.01);
        let (wide, tall) = (((high[0] - low[0]) * flat).max(1e-4), (high[1] - low[1]).max(1e-4));
        let scale = ((WIDTH - 2.0 * MARGIN) / wide).min((HEIGHT_MAX - 2.0 * MARGIN) / tall);
        Self {
            west: low[0] - MARGIN / (scale * flat),
            north: high[1] + MARGIN / scale,
            per_lon: scale * flat,
            per_lat: scale,
            width: wide * scale + 2.0 * MARGIN,
            height: tall * scale + 2.0 * MARGIN,
        }
    }

    fn at(&self, lon: f64, lat: f64) -> [f64; 2] {
        [(lon - self.west) * self.per_lon, (self.north - lat) * self.per_lat]
    }

    fn holds(&self, p: [f64; 2]) -> bool {
        (0.0..=self.width).contains(&p[0]) && (0.0..=self.height).contains(&p[1])
    }

    /// A line through positions, thinned to what the eye can tell apart; nothing for a line outside.
    fn line(&self, points: impl IntoIterator<Item = [f64; 2]>, path: &mut String) {
        let all: Vec<[f64; 2]> = points.into_iter().map(|[lon, lat]| self.at(lon, lat)).collect();
        if !all.iter().any(|p| self.holds(*p)) {
            return;
        }
        let mut last: Option<[f64; 2]> = None;
        for (n, p) in all.iter().enumerate() {
            let near = last.is_some_and(|l| (l[0] - p[0]).hypot(l[1] - p[1]) < APART);
            if near && n + 1 < all.len() {
                continue;
            }
            let _ = write!(path, "{}{:.1} {:.1}", if last.is_none() { 'M' } else { 'L' }, p[0], p[1]);
            last = Some(*p);
        }
    }
}

/// Draws the map.
pub fn draw(city: &City) -> Map {
    let frame = Frame::around(city);
    let density_top = density_top(city);
    let mut svg = format!(
        "<svg class=\"city\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"Map of the city\">\n",
        frame.width, frame.height
    );
    svg.push_str(&zones(city, &frame, density_top));
    svg.push_str(&streets(city, &frame));
    svg.push_str(&transit(city, &frame));
    for (n, group) in GROUPS.iter().enumerate() {
        svg.push_str(&places(city, &frame, n, group));
    }
    svg.push_str(&scale_bar(&frame));
    svg.push_str("</svg>\n");
    Map { svg, density_top }
}

fn density(city: &City, zone: ZoneId) -> f64 {
    f64::from(city.zones.population[zone]) / f64::from(city.zones.area_km2[zone]).max(1e-4)
}

/// The density that all but the densest twentieth of the peopled zones stay below, rounded up to two digits.
fn density_top(city: &City) -> f64 {
    let mut all: Vec<f64> =
        city.zones.id.ids().map(|zone| density(city, zone)).filter(|d| *d > 0.0).collect();
    all.sort_by(f64::total_cmp);
    let high = all.get(all.len() * 19 / 20).or(all.last()).copied().unwrap_or(1.0).max(1.0);
    let step = 10f64.powf((high.log10().floor() - 1.0).max(0.0));
    (high / step).ceil() * step
}

/// The colour of a density, residents per km².
pub fn density_colour(density: f64, top: f64) -> String {
    // The square root keeps the suburbs apart, where most zones lie.
    ramp((density / top).clamp(0.0, 1.0).sqrt() * RAMP_END).hex()
}

fn zones(city: &City, frame: &Frame, top: f64) -> String {
    let mut svg = String::from("<g class=\"zones\">\n");
    let zones = &city.zones;
    for zone in zones.id.ids() {
        let mut path = String::new();
        frame.line(zones.outline.row(zone).iter().copied(), &mut path);
        if path.is_empty() {
            continue;
        }
        let points = path.trim_start_matches('M').replace('L', " ");
        let (residents, jobs) = (zones.population[zone], zones.jobs[zone]);
        let fill =
            if residents > 0 { density_colour(density(city, zone), top) } else { "#e9ebe6".to_owned() };
        let _ = writeln!(
            svg,
            "<polygon fill=\"{fill}\" points=\"{points}\"><title>Zone {}\n{} residents, {} jobs</title></polygon>",
            super::page::escape(&zones.id[zone]),
            thousands(residents),
            thousands(jobs),
        );
    }
    svg.push_str("</g>\n");
    svg
}

/// Streets from the motorway to the secondary street; where a city has few of them, tertiary streets too.
fn streets(city: &City, frame: &Frame) -> String {
    let s = &city.streets;
    let links = once(s);
    let main_km: f32 = links.iter().filter(|l| s.class[**l] <= 3).map(|l| s.length_m[*l] / 1000.0).sum();
    let small = distance_m(frame.west, frame.north, frame.west + frame.width / frame.per_lon, frame.north);
    let last_class = if main_km < 15.0 || small < 9_000.0 { 6 } else { 4 };
    let mut paths: BTreeMap<u8, String> = BTreeMap::new();
    for link in links {
        let class = s.class[link];
        if class > last_class {
            continue;
        }
        frame.line(s.line(link), paths.entry(class).or_default());
    }
    let mut svg = String::from("<g class=\"layer-streets streets\">\n");
    for (class, path) in paths.iter().rev().filter(|(_, path)| !path.is_empty()) {
        let width = [2.6, 2.4, 1.9, 1.4, 0.8].get(usize::from(*class)).copied().unwrap_or(0.5);
        let _ = writeln!(svg, "<path stroke-width=\"{width}\" d=\"{path}\"/>");
    }
    svg.push_str("</g>\n");
    svg
}

/// For each line, its route with the most stops.
fn transit(city: &City, frame: &Frame) -> String {
    let t = &city.transit;
    let mut longest: BTreeMap<LineId, (usize, RouteId)> = BTreeMap::new();
    for (route, line) in t.route_line.iter() {
        let stops = t.route_stops.row(route).len();
        let best = longest.entry(*line).or_insert((stops, route));
        if stops > best.0 {
            *best = (stops, route);
        }
    }
    let mut svg = String::new();
    for (mode, layer) in [(Mode::Bus, "bus"), (Mode::Metro, "metro")] {
        let mut path = String::new();
        for (_, route) in longest.iter().filter(|(l, _)| t.line_mode[**l] == mode).map(|(_, best)| *best) {
            let shape = t.route_shape.row(route);
            if shape.is_empty() {
                let stops = t.route_stops.row(route).iter();
                frame.line(stops.map(|s| [t.stop_lon[*s], t.stop_lat[*s]]), &mut path);
            } else {
                frame.line(shape.iter().map(|p| p.map(f64::from)), &mut path);
            }
        }
        if !path.is_empty() {
            let _ = writeln!(svg, "<g class=\"layer-{layer} {layer}\"><path d=\"{path}\"/></g>");
        }
    }
    svg
}

fn places(city: &City, frame: &Frame, number: usize, group: &Group) -> String {
    let p = &city.places;
    let hex = group_colour(group);
    let mut svg = format!("<g class=\"layer-p{number} places\" stroke=\"{hex}\" fill=\"{hex}\">\n");
    let mut any = false;
    for kind in group.kinds {
        for place in p.of_kind(*kind) {
            let at = frame.at(p.lon[place], p.lat[place]);
            if !frame.holds(at) {
                continue;
            }
            any = true;
            let guess = if p.inferred[place] { " class=\"guess\"" } else { "" };
            let name = Some(p.name[place].as_str()).filter(|name| !name.is_empty());
            let title = name.map_or_else(|| kind.name().replace('_', " "), str::to_owned);
            let _ = writeln!(
                svg,
                "<circle{guess} cx=\"{:.1}\" cy=\"{:.1}\" r=\"{}\"><title>{}{}</title></circle>",
                at[0],
                at[1],
                group.radius,
                super::page::escape(&title),
                if p.inferred[place] { " (inferred)" } else { "" },
            );
        }
    }
    svg.push_str("</g>\n");
    if any { svg } else { String::new() }
}

/// A bar of a round length, about a fifth of the map's width.
fn scale_bar(frame: &Frame) -> String {
    let metres = distance_m(frame.west, frame.north, frame.west + frame.width / frame.per_lon, frame.north);
    let wanted = (metres / 5.0).max(1.0);
    let ten = 10f64.powf(wanted.log10().floor());
    let round = [5.0, 2.0, 1.0].into_iter().map(|n| n * ten).find(|n| *n <= wanted).unwrap_or(ten);
    let length = round / metres * frame.width;
    let label = if round >= 1000.0 { format!("{} km", round / 1000.0) } else { format!("{round} m") };
    let (x, y) = (18.0, frame.height - 18.0);
    format!(
        "<g class=\"scale\"><path d=\"M{x} {:.1}V{y:.1}H{:.1}V{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{label}</text></g>\n",
        y - 7.0,
        x + length,
        y - 7.0,
        x + length / 2.0,
        y - 10.0,
    )
}

/// Whether a group has places in the city.
pub fn has(city: &City, group: &Group) -> bool {
    city.places.kind.as_slice().iter().any(|kind| group.kinds.contains(kind))
}

/// Lines of a mode.
pub fn lines(city: &City, mode: Mode) -> usize {
    city.transit.line_mode.as_slice().iter().filter(|m| **m == mode).count()
}
