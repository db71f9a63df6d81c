//! The street graph of a road network: its links one to one, with ways on foot in both directions.

use super::measure::Measures;
use super::{link_name, node_name};
use crate::import::highway::{DEFAULTS, class_of};
use crate::import::traffic::{Road, TrafficCase};
use citytwin_routing::largest_strong_component;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::{Problem, Tally};
use citytwin_world::streets::access;
use citytwin_world::{LinkId, NodeId, Streets};
use std::collections::BTreeSet;

const ALL: u8 = access::CAR | access::BICYCLE | access::FOOT;
/// Capacity of a lane by which lanes are counted where no file does, vehicles per hour (assumption).
const CAPACITY_VEH_H_LANE: f64 = 1800.0;
/// Most lanes of a link.
const LANES_MAX: f64 = 16.0;
/// Shortest link, m.
const LENGTH_M_MIN: f64 = 1.0;
/// Most turns that are forbidden at one node.
const TURNS_MAX: usize = 10_000;

/// A link while the graph is made.
struct Draft {
    from: u32,
    to: u32,
    access: u8,
    /// Position in the files.
    at: usize,
    /// Whether this is the way on foot against a one-way link.
    back: bool,
}

/// The street graph.
pub(super) struct Made {
    pub(super) streets: Streets,
    /// Where each node of the files has gone; `NONE` where no link is left.
    pub(super) node_of: Vec<NodeId>,
    /// Junctions at which a car can't both arrive and leave: nobody lives or works there.
    pub(super) stubs: BTreeSet<NodeId>,
}

/// Makes the graph. Networks for assignment leave small streets out, so that people may walk and cycle along every
/// link of which no file says otherwise. Nodes that trips don't pass stay so: all their turns are forbidden to cars.
///
/// # Errors
/// `E377` no link can be used.
pub(super) fn build(
    case: &TrafficCase,
    measures: &Measures,
    position: &[[f64; 2]],
    tally: &mut Tally,
) -> Result<Made, Problem> {
    let terminal = terminals(case, tally);
    let mut drafts = drafts(case, tally);
    let driven: Vec<bool> = drafts.iter().map(|draft| draft.access & access::CAR != 0).collect();
    let stub = keep_connected(position.len(), &mut drafts, access::CAR, &terminal)?;
    for bit in [access::BICYCLE, access::FOOT] {
        keep_connected(position.len(), &mut drafts, bit, &terminal)?;
    }
    for (draft, driven) in drafts.iter().zip(&driven).filter(|(draft, _)| !draft.back) {
        if draft.access == 0 {
            let what = "a link isn't joined to the rest both ways; left out";
            tally.warning("W379", what, || link_name(case, draft.at));
        } else if *driven && draft.access & access::CAR == 0 {
            let what = "a link isn't joined to the rest both ways for cars; they don't use it";
            tally.warning("W379", what, || link_name(case, draft.at));
        }
    }
    drafts.retain(|draft| draft.access != 0);
    if drafts.is_empty() {
        return Err(Problem::error("E377", "the network holds no links that join")
            .help("some of its nodes must be reached from one another, there and back"));
    }
    let mut streets = Streets::default();
    let mut used = vec![false; position.len()];
    for end in drafts.iter().flat_map(|draft| [draft.from, draft.to]) {
        if let Some(flag) = used.get_mut(end as usize) {
            *flag = true;
        }
    }
    let mut node_of = vec![NodeId::NONE; position.len()];
    for ((slot, at), _) in node_of.iter_mut().zip(position).zip(&used).filter(|(_, used)| **used) {
        *slot = streets.lon.push(at[0]);
        streets.lat.push(at[1]);
        streets.elevation_m.push(f32::NAN);
    }
    let plain = Road::default();
    let to_degrees = case.position.iter().zip(position).any(|(told, at)| *told == Some(*at));
    for draft in &drafts {
        let road = case.roads.get(draft.at).unwrap_or(&plain);
        let ends =
            [draft.from, draft.to].map(|end| node_of.get(end as usize).copied().unwrap_or(NodeId::NONE));
        push(&mut streets, ends, draft, road, measures, &terminal);
        // Drawn ways can be kept where coordinates are.
        let inner = road.shape.get(1..road.shape.len().saturating_sub(1)).filter(|_| to_degrees);
        let sound = |p: &&[f64; 2]| p[0].abs() <= 180.0 && p[1].abs() <= 90.0;
        let mut points: Vec<[f32; 2]> =
            inner.unwrap_or_default().iter().filter(sound).map(|p| p.map(|v| v as f32)).collect();
        if draft.back {
            points.reverse();
        }
        streets.shape.push_row(points);
    }
    streets.banned_turns = banned(case, &drafts, &terminal, tally);
    let end = node_of.iter().zip(&stub).filter(|(_, stub)| **stub);
    let stubs = end.map(|(node, _)| *node).filter(|node| *node != NodeId::NONE).collect();
    Ok(Made { streets, node_of, stubs })
}

/// Adds a link without its shape.
fn push(
    streets: &mut Streets,
    ends: [NodeId; 2],
    draft: &Draft,
    road: &Road,
    measures: &Measures,
    terminal: &[bool],
) {
    let [from, to] = ends;
    let of = |values: &[f64]| values.get(draft.at).copied().unwrap_or(0.0);
    let told_m = of(&measures.length_m);
    let straight_m = distance_m(streets.lon[from], streets.lat[from], streets.lon[to], streets.lat[to]);
    let speed_kmh = of(&measures.speed_kmh);
    let by_capacity = || road.capacity_veh_h.map(|capacity| capacity / CAPACITY_VEH_H_LANE);
    let lanes = road.lanes.filter(|lanes| *lanes > 0.0).or_else(by_capacity).unwrap_or(1.0);
    let lanes = lanes.round().clamp(1.0, LANES_MAX);
    let connector = [draft.from, draft.to].iter().any(|end| terminal.get(*end as usize) == Some(&true));
    let class = if draft.back { "residential" } else { class(speed_kmh, lanes, connector) };
    let class = class_of(class).unwrap_or_default();
    let usual = DEFAULTS.get(usize::from(class)).map_or(600.0, |d| f64::from(d.capacity_veh_h_lane)) * lanes;
    streets.from.push(from);
    streets.to.push(to);
    streets.length_m.push((if told_m > 0.0 { told_m } else { straight_m }).max(LENGTH_M_MIN) as f32);
    streets.free_speed_kmh.push(speed_kmh as f32);
    streets.lanes.push(lanes as u8);
    streets.capacity_veh_h.push(road.capacity_veh_h.filter(|c| *c > 0.0).unwrap_or(usual).min(1e6) as f32);
    streets.access.push(draft.access);
    streets.class.push(class);
}

/// The class that a link's speed and lanes look like (assumption); connectors stand for the streets of a quarter.
fn class(speed_kmh: f64, lanes: f64, connector: bool) -> &'static str {
    match (speed_kmh, lanes) {
        _ if connector => "residential",
        (85.0.., 2.0..) => "trunk",
        (55.0.., 2.0..) => "primary",
        (45.0.., _) => "secondary",
        (35.0.., _) => "tertiary",
        _ => "residential",
    }
}

/// Nodes that trips only begin or end at; none where the whole network would consist of them.
fn terminals(case: &TrafficCase, tally: &mut Tally) -> Vec<bool> {
    let mut terminal: Vec<bool> = case.terminal.iter().take(case.node_id.len()).copied().collect();
    let is = |node: &u32| terminal.get(*node as usize) == Some(&true);
    let passed = case.from.iter().zip(&case.to).take(case.link_count).any(|(a, b)| !is(a) && !is(b));
    if !passed && terminal.contains(&true) {
        let what = "no link joins nodes that trips may pass, so trips pass all nodes";
        tally.warning("W379", what, || format!("{} nodes", terminal.len()));
        terminal.fill(false);
    }
    terminal
}

/// The links of the files, with ways on foot against those that have no link back.
fn drafts(case: &TrafficCase, tally: &mut Tally) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (at, (from, to)) in case.from.iter().zip(&case.to).take(case.link_count).enumerate() {
        if from == to {
            tally.warning("W379", "a link ends where it begins; left out", || link_name(case, at));
            continue;
        }
        let access = case.roads.get(at).and_then(|road| road.uses).unwrap_or(ALL);
        drafts.push(Draft { from: *from, to: *to, access, at, back: false });
    }
    let walked: BTreeSet<(u32, u32)> =
        drafts.iter().filter(|d| d.access & access::FOOT != 0).map(|d| (d.from, d.to)).collect();
    let lacking = drafts.iter().filter(|d| d.access & access::FOOT != 0 && !walked.contains(&(d.to, d.from)));
    let back = |d: &Draft| Draft { from: d.to, to: d.from, access: access::FOOT, at: d.at, back: true };
    let back: Vec<Draft> = lacking.map(back).collect();
    drafts.extend(back);
    drafts
}

/// Takes a kind of user off all links that don't join the user's largest strongly connected part. Cars don't pass
/// terminal nodes: those belong to it when ways lead from them to it and back. Gives the *stubs*, nodes on such ways
/// that can't themselves be both reached and left.
fn keep_connected(
    node_count: usize,
    drafts: &mut [Draft],
    bit: u8,
    terminal: &[bool],
) -> Result<Vec<bool>, Problem> {
    let ends = |node: u32| bit == access::CAR && terminal.get(node as usize) == Some(&true);
    let used = || drafts.iter().filter(|d| d.access & bit != 0);
    let passed: Vec<[u32; 2]> =
        used().filter(|d| !ends(d.from) && !ends(d.to)).map(|d| [d.from, d.to]).collect();
    let from: Vec<u32> = passed.iter().map(|ends| ends[0]).collect();
    let to: Vec<u32> = passed.iter().map(|ends| ends[1]).collect();
    let inside = largest_strong_component(node_count, &from, &to)
        .map_err(|error| Problem::error("E377", format!("the street graph is broken: {error}")))?;
    // Terminal nodes have no links here, so that they would be parts of one node.
    let core: Vec<bool> = (0..).zip(&inside).map(|(node, inside)| *inside && !ends(node)).collect();
    let is = |flags: &[bool], node: u32| flags.get(node as usize) == Some(&true);
    let backward: Vec<[u32; 2]> = passed.iter().map(|[from, to]| [*to, *from]).collect();
    let [from_core, to_core] = [&passed, &backward].map(|ways| reached(ways, core.clone(), |_| true));
    let mut leaves = vec![false; node_count];
    let mut enters = vec![false; node_count];
    for d in used().filter(|d| ends(d.from) != ends(d.to)) {
        let (flags, node) = if ends(d.from) { (&mut leaves, d.from) } else { (&mut enters, d.to) };
        let joins = if ends(d.from) { is(&to_core, d.to) } else { is(&from_core, d.from) };
        if let Some(flag) = flags.get_mut(node as usize).filter(|_| joins) {
            *flag = true;
        }
    }
    let sound: Vec<bool> = leaves.iter().zip(&enters).map(|(a, b)| *a && *b).collect();
    // Stubs: what sound terminals reach on the way to the core, and what reaches them on the way from it.
    let mut seeds = [vec![false; node_count], vec![false; node_count]];
    for d in used() {
        for (way, (terminal, node)) in [(d.from, d.to), (d.to, d.from)].into_iter().enumerate() {
            let joins = [&to_core, &from_core][way];
            if is(&sound, terminal) && !ends(node) && is(joins, node) {
                seeds[way][node as usize] = true;
            }
        }
    }
    let [out, back] = seeds;
    let fed = reached(&passed, out, |node| is(&to_core, node));
    let drained = reached(&backward, back, |node| is(&from_core, node));
    let stub: Vec<bool> =
        (0_u32..).zip(&core).map(|(node, core)| !core && (is(&fed, node) || is(&drained, node))).collect();
    let holds = |node: u32| is(&core, node) || is(&sound, node) || is(&stub, node);
    for draft in drafts.iter_mut().filter(|d| !(holds(d.from) && holds(d.to))) {
        draft.access &= !bit;
    }
    Ok(stub)
}

/// All nodes that some nodes reach by ways through nodes that are let in.
fn reached(ways: &[[u32; 2]], mut flags: Vec<bool>, lets_in: impl Fn(u32) -> bool) -> Vec<bool> {
    let mut next: Vec<Vec<u32>> = vec![Vec::new(); flags.len()];
    for [from, to] in ways {
        if let Some(list) = next.get_mut(*from as usize) {
            list.push(*to);
        }
    }
    let mut open: Vec<u32> = (0..).zip(&flags).filter(|(_, flag)| **flag).map(|(node, _)| node).collect();
    while let Some(node) = open.pop() {
        for to in next.get(node as usize).map_or(&[][..], Vec::as_slice) {
            if let Some(flag) = flags.get_mut(*to as usize).filter(|flag| !**flag && lets_in(*to)) {
                *flag = true;
                open.push(*to);
            }
        }
    }
    flags
}

/// The turns of cars at terminal nodes.
fn banned(
    case: &TrafficCase,
    drafts: &[Draft],
    terminal: &[bool],
    tally: &mut Tally,
) -> Vec<(LinkId, LinkId)> {
    let mut at_node: Vec<[Vec<u32>; 2]> = vec![Default::default(); terminal.len()];
    for (link, draft) in (0_u32..).zip(drafts).filter(|(_, draft)| draft.access & access::CAR != 0) {
        for (node, way) in [(draft.to, 0), (draft.from, 1)] {
            if let Some(ways) =
                at_node.get_mut(node as usize).filter(|_| terminal.get(node as usize) == Some(&true))
            {
                ways[way].push(link);
            }
        }
    }
    let mut turns = Vec::new();
    for (node, [inward, outward]) in (0_u32..).zip(&at_node) {
        if inward.len().saturating_mul(outward.len()) > TURNS_MAX {
            let what = "a node that trips don't pass has too many links to forbid all turns; trips pass it";
            tally.warning("W379", what, || format!("node {}", node_name(case, node)));
            continue;
        }
        let pairs = inward.iter().flat_map(|a| outward.iter().map(move |b| (LinkId(*a), LinkId(*b))));
        turns.extend(pairs);
    }
    turns.sort_unstable();
    turns
}
