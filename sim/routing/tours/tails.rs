//! Exchange of the tails of two tours, which ruin and recreate can't reach when tails are long; also a tour in two.
//!
//! Potvin and Rousseau (1995), "An exchange heuristic for routing problems with time windows": 2-opt*.

use super::state::{Depth, FULL, NONE, State, WINDOWS};
use citytwin_world::draw::Draw;

/// Tries the best exchange around a random order; keeps it where it costs less than `allowed`.
pub(super) fn try_tails<const D: Depth>(state: &mut State<'_>, near: usize, allowed: f64, draw: &mut Draw) {
    let orders = state.task.orders.len() as u32;
    let node = state.task.depots as u32 + draw.below(orders);
    let tour = state.nodes[node as usize].tour;
    if tour == NONE {
        return;
    }
    let (mut best, mut found) = (allowed.min(1e15) as i64, None);
    let near_map = state.near;
    for other in near_map.by_fit(node, near) {
        let there = state.nodes[other.node as usize].tour;
        let same_kind = there != NONE
            && there != tour
            && state.vehicles[there as usize].kind == state.vehicles[tour as usize].kind;
        if same_kind
            && 2 * i64::from(other.to)
                < best
                    + 2 * i64::from(state.nodes[node as usize].leg)
                    + 2 * i64::from(state.nodes[other.node as usize].back)
        {
            look::<D>(state, node, other.node, &mut best, &mut found);
        }
    }
    let kind = state.vehicles[tour as usize].kind as usize;
    if let Some(free) = state.free[kind].last() {
        look::<D>(state, node, state.depot(*free), &mut best, &mut found);
    }
    let Some(first) = found else { return };
    apply::<D>(state, node, first, best, allowed);
}

/// Looks what it costs that one node is followed by another.
fn look<const D: Depth>(state: &State<'_>, before: u32, first: u32, best: &mut i64, found: &mut Option<u32>) {
    let (a, b) = (&state.nodes[before as usize], &state.nodes[first as usize]);
    let (next, prev) = (a.next, b.prev);
    if state.is_depot(next) && state.is_depot(prev) && state.is_depot(first) {
        return;
    }
    let (place, first_into) = (before as usize, state.reached_place(first) as usize);
    let new = [
        state.distance.leg(place, first_into),
        state.distance.leg(b.prev_out as usize, a.next_into as usize),
    ];
    let vehicle = &state.vehicles[a.tour as usize];
    let mut longer = i64::from(new[0]) + i64::from(new[1]) - i64::from(a.leg) - i64::from(b.back);
    let other = &state.vehicles[b.tour as usize];
    let mut fixed = 0;
    if other.stops == 0 {
        // A tour that nobody drives costs nothing yet.
        longer += i64::from(b.back);
        fixed = other.fixed_cost;
    } else if state.is_depot(prev) && state.is_depot(next) {
        // The second tour ends up empty.
        longer -= i64::from(new[1]);
        fixed = -other.fixed_cost;
    }
    let cost = longer * vehicle.distance_cost + fixed;
    if cost >= *best || !loads_fit(state, before, first) {
        return;
    }
    if D == WINDOWS {
        let time =
            [state.time.leg(place, first_into), state.time.leg(b.prev_out as usize, a.next_into as usize)];
        if state.moments[before as usize].leave + time[0] > state.moments[first as usize].latest
            || state.moments[prev as usize].leave + time[1] > state.moments[next as usize].latest
        {
            return;
        }
    }
    *best = cost;
    *found = Some(first);
}

/// Whether both tours can carry what they would.
fn loads_fit(state: &State<'_>, before: u32, first: u32) -> bool {
    let tail = |first: u32| {
        let (mut node, mut load) = (first, [0i64; 2]);
        while !state.is_depot(node) {
            let own = state.wishes[node as usize].load;
            load = [load[0] + i64::from(own[0]), load[1] + i64::from(own[1])];
            node = state.nodes[node as usize].next;
        }
        load
    };
    let (own, other) = (tail(state.nodes[before as usize].next), tail(first));
    let room = |node: u32| state.room[state.nodes[node as usize].tour as usize];
    let (room_a, room_b) = (room(before), room(first));
    [0, 1].iter().all(|side| {
        let shift = other[*side] - own[*side];
        shift <= i64::from(room_a[*side]) && -shift <= i64::from(room_b[*side])
    })
}

/// Exchanges and counts.
fn apply<const D: Depth>(state: &mut State<'_>, before: u32, first: u32, cost: i64, allowed: f64) {
    let (a, b) = (state.nodes[before as usize].tour, state.nodes[first as usize].tour);
    let (other_before, other_first) = (state.nodes[first as usize].prev, state.nodes[before as usize].next);
    state.mark();
    state.exchange_tails(before, first);
    if D == FULL {
        let new = [a, b].map(|tour| state.tour_cost(tour, NONE, NONE, i64::MAX));
        let old = [a, b].map(|tour| state.vehicles[tour as usize].cost);
        if let [Some(x), Some(y)] = new
            && ((x + y - old[0] - old[1]) as f64) < allowed
        {
            state.set_cost(a, x);
            state.set_cost(b, y);
            state.cost += x + y - old[0] - old[1];
        } else {
            let back = if state.is_depot(other_first) { state.depot(b) } else { other_first };
            state.exchange_tails(before, back);
        }
        return;
    }
    state.cost += cost;
    if D == WINDOWS {
        state.forward(before, NONE);
        state.forward(other_before, NONE);
        let (end_a, end_b) = (state.nodes[before as usize].next, state.nodes[other_before as usize].next);
        state.backward(end_a, NONE);
        state.backward(end_b, NONE);
    }
}
