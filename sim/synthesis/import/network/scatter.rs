//! Spreads inferred places along the streets of their node: a network has few nodes, on which hundreds of places
//! would lie on one spot.

use crate::near::Near;
use crate::places::{Draft, purpose};
use citytwin_world::draw::Draw;
use citytwin_world::geo::M_PER_DEGREE;
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{NodeId, PlaceKind, Streets};
use std::collections::BTreeSet;

/// Farthest along a street from its node, m (assumption: what one still calls "at" a crossing).
const ALONG_M_MAX: f64 = 500.0;
/// Distance from the middle of the street, m.
const SETBACK_M: f64 = 15.0;

/// Gives places at stubs the nearest junction that cars reach and leave.
pub(super) fn from_stubs(drafts: &mut [Draft], streets: &Streets, stubs: &BTreeSet<NodeId>, open: &Near) {
    for draft in drafts.iter_mut().filter(|draft| stubs.contains(&draft.node)) {
        let Some((node, _)) = open.nearest(draft.at[0], draft.at[1]) else { continue };
        draft.node = NodeId(node);
        if draft.kind != PlaceKind::Home {
            draft.at = [streets.lon[draft.node], streets.lat[draft.node]];
        }
    }
}

/// Moves every inferred place that is no home a drawn way along one of the streets of its node; the node stays.
pub(super) fn along_streets(drafts: &mut [Draft], streets: &Streets, seed: u64) {
    let mut ends: Vec<Vec<[f64; 2]>> = vec![Vec::new(); streets.node_count()];
    for (link, from) in streets.from.iter().filter(|(link, _)| streets.access[*link] & access::FOOT != 0) {
        let to = streets.to[link];
        if let Some(list) = ends.get_mut(from.index()) {
            list.push([streets.lon[to], streets.lat[to]]);
        }
    }
    for (number, draft) in (0_u32..).zip(drafts) {
        if draft.kind == PlaceKind::Home || !draft.inferred {
            continue;
        }
        let list = ends.get(draft.node.index()).map_or(&[][..], Vec::as_slice);
        let mut draw = Draw::new(seed, purpose::SCATTER, number, 0);
        let (pick, share, side) = (draw.below(list.len().max(1) as u32), draw.unit_f64(), draw.chance(0.5));
        let Some(end) = list.get(pick as usize) else { continue };
        let narrow = draft.at[1].to_radians().cos().max(0.01);
        let [dx, dy] = [(end[0] - draft.at[0]) * narrow, end[1] - draft.at[1]].map(|d| d * M_PER_DEGREE);
        let length = dx.hypot(dy);
        if length < 1.0 {
            continue;
        }
        let along = share * (length / 2.0).min(ALONG_M_MAX);
        let off = if side { SETBACK_M } else { -SETBACK_M };
        let [x, y] = [(dx * along - dy * off) / length, (dy * along + dx * off) / length];
        draft.at = [draft.at[0] + x / M_PER_DEGREE / narrow, draft.at[1] + y / M_PER_DEGREE];
    }
}
