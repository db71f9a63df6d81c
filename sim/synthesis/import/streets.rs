//! Makes the street graph of an OSM extract: split at junctions, directed, connected, with turn restrictions.
use crate::import::highway::{self, Highway};
use crate::import::osm::OsmData;
use crate::import::turns;
use citytwin_routing::largest_strong_component;
use citytwin_world::geo::distance_m;
use citytwin_world::id::NodeId;
use citytwin_world::problem::{Problem, Tally};
use citytwin_world::streets::{Streets, access};

/// One directed link while the graph is made; node numbers are positions in the extract's node list.
pub(super) struct Draft {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) way: i64,
    length_m: f32,
    speed_kmh: f32,
    lanes: u8,
    capacity_veh_h: f32,
    pub(super) access: u8,
    class: u8,
    /// Points between, and whether this link runs against them.
    shape: std::rc::Rc<[[f32; 2]]>,
    reversed: bool,
}

impl Draft {
    /// The link's points between its ends that are nearest to its beginning and its end.
    pub(super) fn inner_ends(&self) -> Option<[[f32; 2]; 2]> {
        let (first, last) = (*self.shape.first()?, *self.shape.last()?);
        Some(if self.reversed { [last, first] } else { [first, last] })
    }
}

/// Shortest link kept, m: junctions drawn on one spot still are two junctions.
const LENGTH_M_MIN: f32 = 0.5;

/// Makes the graph.
///
/// Keeps for cars and bicycles the largest strongly connected component, for pedestrians the largest connected one;
/// links that nobody can use any more and junctions without links are dropped.
///
/// # Errors
/// `E304` no link can be used by anybody.
pub fn build(osm: &OsmData, tally: &mut Tally) -> Result<Streets, Problem> {
    let mut drafts = drafts(osm, tally);
    for bit in [access::CAR, access::BICYCLE, access::FOOT] {
        keep_connected(osm.nodes.len(), &mut drafts, bit)?;
    }
    drafts.retain(|d| d.access != 0);
    if drafts.is_empty() {
        return Err(Problem::error("E304", "the extract holds no connected streets")
            .help("the extract must contain ways tagged highway=* that share nodes"));
    }
    drafts.sort_by_key(|d| (d.from, d.to, d.way));
    let mut streets = Streets::default();
    let mut node_of = vec![NodeId::NONE; osm.nodes.len()];
    let mut ends: Vec<u32> = drafts.iter().flat_map(|d| [d.from, d.to]).collect();
    ends.sort_unstable();
    ends.dedup();
    for end in ends {
        if let (Some(node), Some(slot)) = (osm.nodes.get(end as usize), node_of.get_mut(end as usize)) {
            *slot = streets.lon.push(node.lon);
            streets.lat.push(node.lat);
            streets.elevation_m.push(f32::NAN);
        }
    }
    let id = |end: u32| node_of.get(end as usize).copied().unwrap_or(NodeId::NONE);
    for d in &drafts {
        streets.from.push(id(d.from));
        streets.to.push(id(d.to));
        streets.length_m.push(d.length_m);
        streets.free_speed_kmh.push(d.speed_kmh);
        streets.lanes.push(d.lanes);
        streets.capacity_veh_h.push(d.capacity_veh_h);
        streets.access.push(d.access);
        streets.class.push(d.class);
        if d.reversed {
            streets.shape.push_row(d.shape.iter().rev().copied());
        } else {
            streets.shape.push_row(d.shape.iter().copied());
        }
    }
    streets.banned_turns = turns::banned(osm, &drafts, tally);
    Ok(streets)
}

/// Splits the ways at junctions and makes a link for each direction that somebody may use.
fn drafts(osm: &OsmData, tally: &mut Tally) -> Vec<Draft> {
    let mut uses = vec![0_u8; osm.nodes.len()];
    let mut ways: Vec<(i64, Highway, Vec<u32>)> = Vec::new();
    for way in &osm.ways {
        let is_street = way.tags.get("highway").is_some() || way.tags.is("route", "ferry");
        if !is_street {
            continue;
        }
        let parts = parts_inside(osm, &way.refs);
        if parts.iter().map(Vec::len).sum::<usize>() < way.refs.len() {
            tally.warning("W301", "a street's points lie outside the extract; cut there", || {
                format!("way {}", way.id)
            });
        }
        for points in parts {
            let Some(highway) = highway::read(&way.tags, length_m(osm, &points)) else { continue };
            if points.len() < 2 {
                tally.warning("W302", "a street has fewer than two points", || format!("way {}", way.id));
                continue;
            }
            let last = points.len() - 1;
            for (at, point) in points.iter().enumerate() {
                if let Some(count) = uses.get_mut(*point as usize) {
                    let weight = if at == 0 || at == last { 2 } else { 1 };
                    *count = count.saturating_add(weight);
                }
            }
            ways.push((way.id, highway, points));
        }
    }
    let mut drafts = Vec::new();
    for (id, highway, points) in &ways {
        let mut start = 0;
        for at in 1..points.len() {
            let is_junction = points.get(at).and_then(|p| uses.get(*p as usize)).is_some_and(|n| *n > 1);
            if is_junction && let Some(piece) = points.get(start..=at) {
                push_piece(osm, *id, highway, piece, &mut drafts);
                start = at;
            }
        }
    }
    drafts
}

/// Stretches of a way whose points the extract holds, as positions in its node list.
fn parts_inside(osm: &OsmData, refs: &[i64]) -> Vec<Vec<u32>> {
    let mut parts = vec![Vec::new()];
    for id in refs {
        match (osm.nodes.binary_search_by_key(id, |n| n.id), parts.last_mut()) {
            (Ok(at), Some(part)) => part.push(at as u32),
            (Err(_), Some(part)) if !part.is_empty() => parts.push(Vec::new()),
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn length_m(osm: &OsmData, points: &[u32]) -> f64 {
    points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some((osm.nodes.get(*a as usize)?, osm.nodes.get(*b as usize)?)),
            _ => None,
        })
        .map(|(a, b)| distance_m(a.lon, a.lat, b.lon, b.lat))
        .sum()
}

fn push_piece(osm: &OsmData, way: i64, highway: &Highway, piece: &[u32], drafts: &mut Vec<Draft>) {
    let [from, between @ .., to] = piece else { return };
    if from == to && between.len() < 2 {
        return;
    }
    let shape: std::rc::Rc<[[f32; 2]]> = between
        .iter()
        .filter_map(|at| osm.nodes.get(*at as usize))
        .map(|n| [n.lon as f32, n.lat as f32])
        .collect();
    let length_m = (length_m(osm, piece) as f32).max(LENGTH_M_MIN);
    for (direction, access) in [highway.forward, highway.backward].into_iter().enumerate() {
        if access == 0 {
            continue;
        }
        let reversed = direction == 1;
        drafts.push(Draft {
            from: if reversed { *to } else { *from },
            to: if reversed { *from } else { *to },
            way,
            length_m,
            speed_kmh: highway.speed_kmh,
            lanes: highway.lanes.get(direction).copied().unwrap_or(1),
            capacity_veh_h: highway.capacity_veh_h(direction),
            access,
            class: highway.class,
            shape: shape.clone(),
            reversed,
        });
    }
}

/// Takes a kind of user off all links outside that user's largest strongly connected component. Footpaths run both
/// ways, so that for pedestrians this is the largest connected component.
fn keep_connected(node_count: usize, drafts: &mut [Draft], bit: u8) -> Result<(), Problem> {
    let used = || drafts.iter().filter(|d| d.access & bit != 0);
    let from: Vec<u32> = used().map(|d| d.from).collect();
    let to: Vec<u32> = used().map(|d| d.to).collect();
    let inside = largest_strong_component(node_count, &from, &to)
        .map_err(|error| Problem::error("E304", format!("the street graph is broken: {error}")))?;
    let holds = |node: u32| inside.get(node as usize).copied().unwrap_or(false);
    for draft in drafts.iter_mut() {
        if !(holds(draft.from) && holds(draft.to)) {
            draft.access &= !bit;
        }
    }
    Ok(())
}
