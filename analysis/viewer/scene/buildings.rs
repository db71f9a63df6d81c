//! Buildings: real footprints where the city folder has them, elsewhere plausible ones grown at places along streets.
use super::{Corner, Surface, linear, tile};
use crate::movement::Crowd;
use crate::source::Source;
use citytwin_movement::plane::{Plane, apart, scatter};
use citytwin_synthesis::folder::read_buildings;
use citytwin_world::{City, PlaceId, PlaceKind, Places};
use std::collections::{BTreeMap, BTreeSet};

/// Surfaces by the tile they stand in.
pub type Tiles = Vec<((i32, i32), Surface)>;

/// Height of a storey, m.
const STOREY_M: f32 = 3.1;
/// A place nearer than this to a known footprint stands in it, m.
const COVERED_M: f32 = 28.0;

/// Kinds of place that have no building.
fn open(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Park | PlaceKind::Gate | PlaceKind::BusStation | PlaceKind::Hall)
}

/// Floor that a place of unknown floor is given, m² (an assumption).
fn floor_m2(places: &Places, place: PlaceId) -> f32 {
    let known = places.floor_m2[place];
    if known > 0.0 {
        return known;
    }
    match places.kind[place] {
        PlaceKind::Home => 30.0 * (places.capacity[place] as f32).max(3.0),
        PlaceKind::Hospital => 12_000.0,
        PlaceKind::University | PlaceKind::Mall => 9_000.0,
        PlaceKind::School => 3_000.0,
        PlaceKind::Factory | PlaceKind::Depot | PlaceKind::Office => {
            (places.jobs[place] as f32 * 25.0).clamp(120.0, 20_000.0)
        }
        _ => 250.0,
    }
}

/// Height of a place's building, m: as told, else from its floor (an assumption).
#[must_use]
pub fn height_m(places: &Places, place: PlaceId) -> f32 {
    let known = places.height_m[place];
    if known > 0.0 {
        return known.clamp(2.5, 250.0);
    }
    let floor = floor_m2(places, place);
    let storeys = match places.kind[place] {
        PlaceKind::Home | PlaceKind::Office | PlaceKind::Hospital => (floor / 420.0).sqrt().clamp(1.0, 14.0),
        PlaceKind::University | PlaceKind::School | PlaceKind::Government => 3.0,
        PlaceKind::Mall => 4.0,
        PlaceKind::Factory | PlaceKind::Depot => 2.4,
        PlaceKind::Worship => 3.5,
        _ => 1.5,
    };
    storeys * STOREY_M
}

/// Ground that a place's building covers, m².
#[must_use]
pub fn ground_m2(places: &Places, place: PlaceId) -> f32 {
    let storeys = (height_m(places, place) / STOREY_M).round().max(1.0);
    (floor_m2(places, place) / storeys).clamp(45.0, 6_000.0)
}

/// Walls by use: a quiet palette in which only what matters in a crisis stands out.
fn wall(kind: PlaceKind) -> [u8; 3] {
    match kind {
        PlaceKind::Home => [0xe6, 0xdf, 0xd2],
        PlaceKind::Office | PlaceKind::Government => [0xcf, 0xd7, 0xde],
        PlaceKind::Factory | PlaceKind::Depot => [0xc6, 0xbe, 0xb4],
        PlaceKind::School | PlaceKind::Kindergarten | PlaceKind::University => [0xe8, 0xd3, 0x9a],
        PlaceKind::Hospital | PlaceKind::Clinic | PlaceKind::Pharmacy => [0xf2, 0xc4, 0xbb],
        PlaceKind::Shop | PlaceKind::Market | PlaceKind::Mall | PlaceKind::Restaurant => [0xdd, 0xc7, 0xb4],
        PlaceKind::Worship | PlaceKind::Culture => [0xd5, 0xc3, 0xd8],
        PlaceKind::MetroStation => [0xb9, 0x9a, 0xb4],
        _ => [0xda, 0xd6, 0xcc],
    }
}

/// All buildings tile by tile, with how many were grown and how many are known.
#[must_use]
pub fn tiles(source: &Source, crowd: &Crowd) -> (Tiles, [usize; 2]) {
    let (city, plane) = (&source.city, &crowd.plane);
    let mut tiles: BTreeMap<(i32, i32), Surface> = BTreeMap::new();
    // What can't be read was told when the city was; without footprints all buildings are grown.
    let known =
        source.city_folder.as_deref().and_then(|folder| read_buildings(folder).ok()).unwrap_or_default();
    let mut covered: BTreeSet<(i32, i32)> = BTreeSet::new();
    let cell = |p: [f32; 2]| ((p[0] / COVERED_M).round() as i32, (p[1] / COVERED_M).round() as i32);
    let kinds = kinds_by_cell(city, plane, cell);
    for (n, building) in known.iter().enumerate() {
        let outline: Vec<[f32; 2]> = building.outline.iter().map(|p| plane.point(p[0], p[1])).collect();
        let middle = middle(&outline);
        covered.insert(cell(middle));
        let area = area_m2(&outline).abs();
        let height = match (building.height_m, building.levels) {
            (h, _) if h > 0.0 => h,
            (_, levels) if levels > 0 => f32::from(levels) * STOREY_M,
            _ => (area.sqrt() * 0.42 + 2.5).clamp(3.0, 13.0),
        };
        let kind = kinds.get(&cell(middle)).copied().unwrap_or(PlaceKind::Home);
        let surface = tiles.entry(tile(middle)).or_default();
        extrude(&outline, height, wall(kind), n as u32, surface);
    }
    let mut grown = 0;
    for place in city.places.kind.ids() {
        let kind = city.places.kind[place];
        let Some(point) = crowd.place(place).filter(|_| !open(kind)) else { continue };
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |z| (x, z)));
        let (cx, cz) = cell(point);
        if around.into_iter().any(|(x, z)| covered.contains(&(cx + x, cz + z))) {
            continue;
        }
        let outline = grow(city, crowd, place, point);
        let surface = tiles.entry(tile(point)).or_default();
        let height = height_m(&city.places, place) * (0.9 + 0.2 * scatter(place.0, 5));
        extrude(&outline, height, wall(kind), place.0, surface);
        grown += 1;
    }
    (tiles.into_iter().collect(), [grown, known.len()])
}

/// The most telling kind of place in each cell: anything before homes.
fn kinds_by_cell(
    city: &City,
    plane: &Plane,
    cell: impl Fn([f32; 2]) -> (i32, i32),
) -> BTreeMap<(i32, i32), PlaceKind> {
    let mut kinds = BTreeMap::new();
    let places = &city.places;
    for (place, kind) in places.kind.iter().filter(|(_, kind)| !open(**kind)) {
        let at = cell(plane.point(places.lon[place], places.lat[place]));
        let there = kinds.entry(at).or_insert(*kind);
        if *there == PlaceKind::Home {
            *there = *kind;
        }
    }
    kinds
}

/// A rectangle at a place, along the street that serves it.
fn grow(city: &City, crowd: &Crowd, place: PlaceId, [x, z]: [f32; 2]) -> Vec<[f32; 2]> {
    let ground = ground_m2(&city.places, place);
    let long = 1.0 + 0.7 * scatter(place.0, 3);
    let (width, depth) = ((ground * long).sqrt(), (ground / long).sqrt());
    let node = city.places.node[place];
    let lon_lat = city.streets.lon.get(node).zip(city.streets.lat.get(node));
    let toward = lon_lat.map_or([1.0, 0.0], |(lon, lat)| {
        let [nx, nz] = crowd.plane.point(*lon, *lat);
        [nx - x, nz - z]
    });
    let far = toward[0].hypot(toward[1]);
    // Facing the street: the side towards the junction is a short one.
    let (dx, dz) = if far > 1.0 { (toward[0] / far, toward[1] / far) } else { (1.0, 0.0) };
    let corner = |a: f32, b: f32| {
        let (a, b) = (a * width * 0.5, b * depth * 0.5);
        [x + dx * b - dz * a, z + dz * b + dx * a]
    };
    vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]
}

fn middle(outline: &[[f32; 2]]) -> [f32; 2] {
    let count = outline.len().max(1) as f32;
    [outline.iter().map(|p| p[0]).sum::<f32>() / count, outline.iter().map(|p| p[1]).sum::<f32>() / count]
}

/// Area of a polygon, m²; its sign tells the sense in which it goes round.
fn area_m2(outline: &[[f32; 2]]) -> f32 {
    let next = outline.iter().cycle().skip(1);
    outline.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f32>() * 0.5
}

/// Walls and roof over an outline.
fn extrude(outline: &[[f32; 2]], height: f32, colour: [u8; 3], number: u32, surface: &mut Surface) {
    let mut outline = outline.to_vec();
    if area_m2(&outline) < 0.0 {
        outline.reverse();
    }
    let tint = 0.93 + 0.12 * scatter(number, 9);
    let tinted = colour.map(|channel| (f32::from(channel) * tint).min(255.0) as u8);
    let seed = 0.001 + 0.998 * scatter(number, 11);
    let mut along = 0.0;
    for (a, b) in outline.iter().zip(outline.iter().cycle().skip(1)) {
        let length = apart(*a, *b);
        if length < 0.05 {
            continue;
        }
        let normal = [(b[1] - a[1]) / length, 0.0, -(b[0] - a[0]) / length];
        let corner = |p: &[f32; 2], y: f32, u: f32| Corner { position: [p[0], y, p[1]], uv: [u, y] };
        let wall = [
            corner(a, 0.0, along),
            corner(b, 0.0, along + length),
            corner(b, height, along + length),
            corner(a, height, along),
        ];
        surface.fan(&wall, normal, linear(tinted, seed));
        along += length;
    }
    let roof: Vec<Corner> =
        outline.iter().map(|p| Corner { position: [p[0], height, p[1]], uv: [0.0; 2] }).collect();
    let mut triangles: Vec<u32> = Vec::new();
    earcut::Earcut::new().earcut(outline.iter().copied(), &[] as &[u32], &mut triangles);
    let roof_colour = tinted.map(|channel| (f32::from(channel) * 0.97) as u8);
    surface.triangles(&roof, &triangles, [0.0, 1.0, 0.0], linear(roof_colour, 0.0));
}
