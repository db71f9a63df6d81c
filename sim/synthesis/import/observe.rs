//! What a map shows of places and buildings.
use crate::import::osm::{MemberKind, OsmData, Tags};
use crate::import::outline;
use crate::import::zones::ZoneFinder;
use crate::near::Near;
use crate::places::homes::Dwelling;
use crate::places::tags;
use crate::places::{Draft, rates};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Tally;
use citytwin_world::{NodeId, PlaceKind};

/// A building footprint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Building {
    /// Identifier: `w` or `r` and OSM's number.
    pub id: String,
    /// Corners, lon and lat in degrees, not closed.
    pub outline: Vec<[f64; 2]>,
    /// Height, m; 0 where unknown.
    pub height_m: f32,
    /// Storeys; 0 where unknown.
    pub levels: u8,
    /// Value of the `building` tag.
    pub kind: String,
}

/// Buildings, places and dwellings of a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// All building footprints.
    pub buildings: Vec<Building>,
    /// All places inside the zones.
    pub places: Vec<Draft>,
    /// Buildings that people live in, inside the zones.
    pub dwellings: Vec<Dwelling>,
}

/// Where things are put: zones and the junctions that everybody can reach.
pub struct Ground<'a> {
    /// Finds zones.
    pub zones: &'a ZoneFinder,
    /// Junctions that cars and pedestrians can reach.
    pub open: &'a Near,
}

/// Area of the smallest building people live in, m²: sheds and garages are smaller.
const DWELLING_M2_MIN: f64 = 35.0;

/// A building or area of the map with its middle and footprint area.
struct Area<'a> {
    id: String,
    tags: &'a Tags,
    outline: Vec<[f64; 2]>,
    middle: [f64; 2],
    m2: f64,
}

/// Looks through points, closed ways and multipolygons. A shop inside a building of shops, mapped twice, counts once.
pub fn observe(osm: &OsmData, ground: &Ground<'_>, tally: &mut Tally) -> Observed {
    let mut seen = Observed::default();
    for (id, tags) in &osm.node_tags {
        if let (Some(kind), Some(node)) = (tags::kind(tags), osm.node(*id)) {
            put(&mut seen, ground, kind, format!("n{id}"), [node.lon, node.lat], tags, [0.0, 0.0], tally);
        }
    }
    let areas = areas(osm);
    // Where most buildings don't say what they are, people live in those too.
    let silent = areas.iter().filter(|a| a.tags.is("building", "yes")).count();
    let told = areas.iter().filter(|a| tags::is_residential(a.tags, false)).count();
    let untagged_counts = silent > told;
    for area in areas {
        let building = area.tags.get("building").filter(|v| *v != "no");
        let (height_m, levels) = building.map_or((0.0, 0), |_| height(area.tags));
        let storeys = f64::from(levels.max(1));
        if building.is_some()
            && area.m2 >= DWELLING_M2_MIN
            && tags::is_residential(area.tags, untagged_counts)
            && let Some((zone, node)) = put_at(ground, area.middle)
        {
            seen.dwellings.push(Dwelling {
                // A house with a shop in it is two places.
                id: if tags::kind(area.tags).is_some() {
                    format!("{}-home", area.id)
                } else {
                    area.id.clone()
                },
                zone,
                node,
                at: area.middle,
                floor_m2: (area.m2 * storeys) as f32,
                height_m,
            });
        }
        if let Some(kind) = tags::kind(area.tags) {
            let size = if building.is_some() {
                [(area.m2 * storeys) as f32, height_m]
            } else {
                [area.m2 as f32, 0.0]
            };
            put(&mut seen, ground, kind, area.id.clone(), area.middle, area.tags, size, tally);
        }
        if let Some(kind) = building {
            let kind = kind.to_owned();
            seen.buildings.push(Building { id: area.id, outline: area.outline, height_m, levels, kind });
        }
    }
    drop_doubles(&mut seen.places, tally);
    seen
}

fn areas(osm: &OsmData) -> Vec<Area<'_>> {
    let corners = |refs: &[i64]| -> Vec<[f64; 2]> {
        refs.iter().filter_map(|id| osm.node(*id)).map(|n| [n.lon, n.lat]).collect()
    };
    let mut areas = Vec::new();
    let mut push = |id: String, tags, refs: &[i64]| {
        let closed = refs.len() > 3 && refs.first() == refs.last();
        let mut outline = if closed { corners(refs) } else { Vec::new() };
        outline.pop();
        if outline.len() > 2
            && let Some(middle) = outline::centre(&outline)
        {
            let m2 = outline::area_km2(&outline) * 1e6;
            areas.push(Area { id, tags, outline, middle, m2 });
        }
    };
    let matters = |tags: &Tags| tags.get("building").is_some() || tags::kind(tags).is_some();
    for way in osm.ways.iter().filter(|w| matters(&w.tags) && w.tags.get("highway").is_none()) {
        push(format!("w{}", way.id), &way.tags, &way.refs);
    }
    for relation in osm.relations.iter().filter(|r| r.tags.is("type", "multipolygon") && matters(&r.tags)) {
        // The first closed outer ring stands for the whole.
        let outer = relation.members.iter().filter(|(k, _, role)| *k == MemberKind::Way && role != "inner");
        let ring = outer
            .filter_map(|(_, id, _)| osm.ways.binary_search_by_key(id, |w| w.id).ok())
            .filter_map(|at| osm.ways.get(at))
            .find(|w| w.refs.len() > 3 && w.refs.first() == w.refs.last());
        if let Some(way) = ring {
            push(format!("r{}", relation.id), &relation.tags, &way.refs);
        }
    }
    areas
}

/// Height in m and storeys of a building; 0 where the tags don't say.
fn height(tags: &Tags) -> (f32, u8) {
    let number = |key: &str| {
        let text = tags.get(key)?.trim().trim_end_matches('m').trim();
        text.replace(',', ".").parse::<f32>().ok().filter(|n| n.is_finite())
    };
    let levels = number("building:levels").filter(|n| (0.5..=200.0).contains(n)).map(|n| n.round() as u8);
    let height = number("height").filter(|n| (1.0..=1000.0).contains(n));
    match (height, levels) {
        (Some(m), Some(n)) => (m, n),
        (Some(m), None) => (m, (m / rates::STOREY_M).round().clamp(1.0, 200.0) as u8),
        (None, Some(n)) => (f32::from(n) * rates::STOREY_M, n),
        (None, None) => (0.0, 0),
    }
}

fn put_at(ground: &Ground<'_>, at: [f64; 2]) -> Option<(citytwin_world::ZoneId, NodeId)> {
    let zone = ground.zones.find_near(at)?;
    let (node, _) = ground.open.nearest(at[0], at[1])?;
    Some((zone, NodeId(node)))
}

#[expect(clippy::too_many_arguments, reason = "one row of a table")]
fn put(
    seen: &mut Observed,
    ground: &Ground<'_>,
    kind: PlaceKind,
    id: String,
    at: [f64; 2],
    tags: &Tags,
    [floor_m2, height_m]: [f32; 2],
    tally: &mut Tally,
) {
    let Some((zone, node)) = put_at(ground, at) else {
        tally.warning("W341", "a place lies outside all zones; left out", || format!("{} {id}", kind.name()));
        return;
    };
    let beds = tags.get("beds").and_then(|b| b.trim().parse::<u32>().ok()).filter(|n| *n <= 10_000);
    let capacity = match kind {
        PlaceKind::Hospital => beds.unwrap_or(0),
        PlaceKind::School | PlaceKind::Kindergarten | PlaceKind::University => tags
            .get("capacity")
            .and_then(|c| c.trim().parse::<u32>().ok())
            .filter(|n| *n <= 50_000)
            .unwrap_or(0),
        _ => 0,
    };
    seen.places.push(Draft {
        id,
        kind,
        zone,
        node,
        at,
        capacity,
        jobs: 0,
        floor_m2,
        height_m,
        inferred: false,
        name: tags.get("name").unwrap_or_default().to_owned(),
    });
}

/// Distance within which two objects of one kind and name, or one of them nameless, are one place, m.
fn same_place_m(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::University | PlaceKind::Hospital => 400.0,
        PlaceKind::School | PlaceKind::Mall | PlaceKind::MetroStation | PlaceKind::BusStation => 150.0,
        PlaceKind::Kindergarten | PlaceKind::Worship | PlaceKind::Culture | PlaceKind::Park => 60.0,
        _ => 15.0,
    }
}

fn drop_doubles(places: &mut Vec<Draft>, tally: &mut Tally) {
    let near = Near::new(places.iter().enumerate().map(|(at, p)| (at as u32, p.at)));
    let mut double = vec![false; places.len()];
    for (at, place) in places.iter().enumerate() {
        let reach_m = same_place_m(place.kind);
        for other_at in near.within(place.at[0], place.at[1], reach_m) {
            let other_at = other_at as usize;
            let Some(other) = places.get(other_at) else { continue };
            let related = other.name == place.name || other.name.is_empty();
            // Of two alike the larger footprint stays, of two equal ones the earlier.
            let weaker = (other.floor_m2, place.id.len(), at) < (place.floor_m2, other.id.len(), other_at)
                || (other.name.is_empty() && !place.name.is_empty());
            let close = distance_m(place.at[0], place.at[1], other.at[0], other.at[1]) <= reach_m;
            let hidden = double.get(at).copied().unwrap_or(false);
            if other_at != at
                && close
                && other.kind == place.kind
                && related
                && weaker
                && !hidden
                && let Some(flag) = double.get_mut(other_at)
                && !*flag
            {
                *flag = true;
                tally.warning("W342", "a place is mapped twice; counted once", || {
                    format!("{} {}", other.kind.name(), other.id)
                });
            }
        }
    }
    let mut at = 0;
    places.retain(|_| {
        at += 1;
        !double.get(at - 1).copied().unwrap_or(false)
    });
}
