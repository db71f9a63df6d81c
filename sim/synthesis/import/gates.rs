//! City gates: where major roads and rail lines leave the map.
use crate::import::highway::class_of;
use crate::import::observe::Ground;
use crate::import::osm::{OsmData, OsmNode};
use crate::places::Draft;
use citytwin_world::geo::distance_m;
use citytwin_world::{Mode, NodeId, PlaceKind, Transit};
use std::collections::BTreeMap;

/// How near the edge of the map a road must end, as a share of the map's width and height.
const EDGE_SHARE: f64 = 0.04;
/// Gates nearer to each other than this are one, m.
const APART_M: f64 = 400.0;

/// West, south, east and north of the part of the map where almost all is: long roads that stick out don't count.
fn extent(osm: &OsmData) -> [f64; 4] {
    let range = |value: fn(&OsmNode) -> f64| {
        let mut all: Vec<f64> = osm.nodes.iter().map(value).collect();
        all.sort_by(f64::total_cmp);
        let at = |share: f64| all.get((all.len() as f64 * share) as usize).copied().unwrap_or(0.0);
        [at(0.01), at(0.99)]
    };
    let ([west, east], [south, north]) = (range(|n| n.lon), range(|n| n.lat));
    [west, south, east, north]
}

fn at_edge([west, south, east, north]: [f64; 4], [lon, lat]: [f64; 2]) -> bool {
    let (dx, dy) = ((east - west) * EDGE_SHARE, (north - south) * EDGE_SHARE);
    lon < west + dx || lon > east - dx || lat < south + dy || lat > north - dy
}

/// Gates where motorways, trunk and primary roads end at the edge of the map, and where rail routes do.
pub fn find(osm: &OsmData, transit: &Transit, ground: &Ground<'_>) -> Vec<Draft> {
    let extent = extent(osm);
    let major = |name: &str| class_of(name.trim_end_matches("_link")).is_some_and(|class| class <= 2);
    let mut ends: BTreeMap<i64, (u32, &str)> = BTreeMap::new();
    for way in osm.ways.iter().filter(|w| w.tags.get("highway").is_some_and(major)) {
        let name = way.tags.get("name").unwrap_or_default();
        let last = way.refs.len().saturating_sub(1);
        for (at, id) in way.refs.iter().enumerate() {
            let degree = if at == 0 || at == last { 1 } else { 2 };
            ends.entry(*id).and_modify(|e| e.0 += degree).or_insert((degree, name));
        }
    }
    let roads = ends
        .into_iter()
        .filter(|(_, (degree, _))| *degree == 1)
        .filter_map(|(id, (_, name))| osm.node(id).map(|n| ([n.lon, n.lat], name.to_owned())));
    let rails =
        transit.route_line.iter().filter(|(_, line)| transit.line_mode[**line] == Mode::Metro).flat_map(
            |(route, line)| {
                let stops = transit.route_stops.row(route);
                let ends = [stops.first(), stops.last()].into_iter().flatten();
                ends.map(|s| ([transit.stop_lon[*s], transit.stop_lat[*s]], transit.line_name[*line].clone()))
                    .collect::<Vec<_>>()
            },
        );
    let mut gates: Vec<Draft> = Vec::new();
    for (at, name) in roads.chain(rails).filter(|(at, _)| at_edge(extent, *at)) {
        let apart = |g: &Draft| distance_m(g.at[0], g.at[1], at[0], at[1]) > APART_M;
        if let (true, Some(zone), Some((node, _))) =
            (gates.iter().all(apart), ground.zones.nearest(at), ground.open.nearest(at[0], at[1]))
        {
            gates.push(Draft {
                id: format!("gate-{}", gates.len() + 1),
                kind: PlaceKind::Gate,
                zone,
                node: NodeId(node),
                at,
                capacity: 0,
                jobs: 0,
                floor_m2: 0.0,
                height_m: 0.0,
                inferred: false,
                name,
            });
        }
    }
    gates
}
