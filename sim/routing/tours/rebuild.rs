//! Ruin and recreate: strings of neighbouring tours are taken out, then every order goes where it is cheapest.
//!
//! After Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems",
//! Transportation Science 54(2).

use super::dispatch::{NEVER_LATE, UNLIMITED};
use super::legs::Around;
use super::near::Neighbour;
use super::state::{Depth, FULL, LOADS, NONE, Node, State, WINDOWS, Wish};
use citytwin_world::draw::Draw;

/// What a search may be tuned by.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Orders that a ruin takes out on average.
    pub removed_mean: f64,
    /// Longest string.
    pub string_max: f64,
    /// Share of strings that keep a part in their middle.
    pub split: f64,
    /// Share of places that an order overlooks.
    pub blink: f64,
    /// Neighbours before and behind which an order may go.
    pub near: usize,
    /// Neighbours with which tails are exchanged.
    pub tails: usize,
    /// Start and end of the temperature, as shares of the mean leg.
    pub hot: f64,
    /// See `hot`.
    pub cold: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            removed_mean: 10.0,
            string_max: 10.0,
            split: 0.5,
            blink: 0.01,
            near: 30,
            tails: 40,
            hot: 0.3,
            cold: 0.01,
        }
    }
}

/// Where an order would go.
#[derive(Clone, Copy, Debug)]
struct Spot {
    cost: i64,
    after: u32,
    /// Cost of the whole tour then; of use at depth [`FULL`] only.
    whole: i64,
}

/// Memory of ruin and recreate between rounds.
#[derive(Clone, Default)]
pub(super) struct Scratch {
    ruined: Vec<u32>,
    string: Vec<u32>,
    keys: Vec<(i64, u32)>,
    until_blink: u32,
}

/// Places until the next that is overlooked.
fn until_blink(draw: &mut Draw, share: f64) -> u32 {
    if share <= 0.0 {
        return u32::MAX;
    }
    (draw.exponential() / -(1.0 - share).ln()) as u32
}

/// Takes out strings of tours around a random order.
pub(super) fn ruin<const D: Depth>(
    state: &mut State<'_>,
    scratch: &mut Scratch,
    tuning: &Tuning,
    draw: &mut Draw,
) {
    let depots = state.task.depots as u32;
    let orders = state.task.orders.len() as u32;
    let served = orders as usize - state.absent.len();
    if served == 0 {
        return;
    }
    let mean = served as f64 / state.used as f64;
    let longest = tuning.string_max.min(mean);
    let strings_max = 4.0 * tuning.removed_mean / (1.0 + longest) - 1.0;
    let strings = (draw.unit_f64() * strings_max + 1.0) as usize;
    let seed = depots + draw.below(orders);
    scratch.ruined.clear();
    let near = state.near;
    for order in std::iter::once(seed).chain(near.by_way(seed).iter().copied()) {
        let tour = state.nodes[order as usize].tour;
        if tour == NONE || scratch.ruined.contains(&tour) {
            continue;
        }
        let stops = state.vehicles[tour as usize].stops;
        let length = (draw.unit_f64() * longest.min(f64::from(stops)) + 1.0) as u32;
        remove_string::<D>(state, scratch, order, length.min(stops), tuning, draw);
        scratch.ruined.push(tour);
        if scratch.ruined.len() >= strings {
            break;
        }
    }
}

/// Takes a string of a length that holds an order, or a longer one of which a part in the middle stays.
fn remove_string<const D: Depth>(
    state: &mut State<'_>,
    scratch: &mut Scratch,
    order: u32,
    length: u32,
    tuning: &Tuning,
    draw: &mut Draw,
) {
    let tour = state.nodes[order as usize].tour;
    let stops = state.vehicles[tour as usize].stops;
    let mut kept = 0;
    if length > 1 && length < stops && draw.chance(tuning.split) {
        kept = 1;
        while length + kept < stops && draw.chance(0.01) {
            kept += 1;
        }
    }
    let all = length + kept;
    gather(state, scratch, order, all, draw);
    let skip = if kept > 0 { 1 + draw.below(length - 1) } else { all };
    let before = state.nodes[scratch.string[0] as usize].prev;
    let mut saved = 0;
    for (at, node) in (0u32..).zip(&scratch.string) {
        if at >= skip && at < skip + kept {
            continue;
        }
        let old = state.nodes[*node as usize];
        saved += i64::from(old.back) + i64::from(old.leg);
        state.unlink(*node);
        saved -= i64::from(state.nodes[old.prev as usize].leg);
        state.cost += state.wishes[*node as usize].unserved_cost;
        state.absent.push(*node);
    }
    let last_kept = if kept > 0 { scratch.string[(skip + kept - 1) as usize] } else { before };
    settle::<D>(state, tour, saved, before, last_kept);
}

/// Gathers a string of a length around an order.
fn gather(state: &State<'_>, scratch: &mut Scratch, order: u32, length: u32, draw: &mut Draw) {
    let mut first = order;
    for _ in 0..draw.below(length) {
        let prev = state.nodes[first as usize].prev;
        if state.is_depot(prev) {
            break;
        }
        first = prev;
    }
    scratch.string.clear();
    let mut node = first;
    while scratch.string.len() < length as usize && !state.is_depot(node) {
        scratch.string.push(node);
        node = state.nodes[node as usize].next;
    }
    let mut node = state.nodes[first as usize].prev;
    while scratch.string.len() < length as usize && !state.is_depot(node) {
        scratch.string.insert(0, node);
        node = state.nodes[node as usize].prev;
    }
}

/// Counts what a tour costs now that orders between two nodes are gone, of which it is shorter by `saved`.
fn settle<const D: Depth>(state: &mut State<'_>, tour: u32, saved: i64, before: u32, last_kept: u32) {
    let vehicle = state.vehicles[tour as usize];
    if D == FULL {
        let whole = state.tour_cost(tour, NONE, NONE, i64::MAX).unwrap_or(vehicle.cost);
        state.cost += whole - vehicle.cost;
        state.set_cost(tour, whole);
        return;
    }
    state.cost -= saved * vehicle.distance_cost;
    if vehicle.stops == 0 {
        // The way from depot to depot of a tour that nobody drives costs nothing.
        let idle = i64::from(state.nodes[state.depot(tour) as usize].leg);
        state.cost -= vehicle.fixed_cost + idle * vehicle.distance_cost;
    } else if D == WINDOWS {
        let behind = state.nodes[last_kept as usize].next;
        let (through_forward, through_back) = match last_kept == before {
            true => (NONE, NONE),
            false => (behind, before),
        };
        state.forward(before, through_forward);
        state.backward(behind, through_back);
    }
}

/// Puts all absent orders where they are cheapest, one after the other in one of several sequences.
pub(super) fn recreate<const D: Depth>(
    state: &mut State<'_>,
    scratch: &mut Scratch,
    tuning: &Tuning,
    draw: &mut Draw,
) {
    sort::<D>(state, scratch, draw);
    scratch.until_blink = until_blink(draw, tuning.blink);
    let mut left = 0;
    for at in 0..state.absent.len() {
        let order = state.absent[at];
        match best_spot::<D>(state, scratch, order, tuning, draw) {
            Some(spot) if spot.cost < state.wishes[order as usize].unserved_cost => {
                insert::<D>(state, order, spot);
            }
            _ => {
                state.absent[left] = order;
                left += 1;
            }
        }
    }
    state.absent.truncate(left);
}

/// Sorts the absent orders: by chance, load, far or close, or by their windows.
fn sort<const D: Depth>(state: &mut State<'_>, scratch: &mut Scratch, draw: &mut Draw) {
    draw.shuffle(&mut state.absent);
    let choice = draw.below(if D == LOADS { 11 } else { 17 });
    if choice < 4 {
        return;
    }
    let depot = state.task.fleet.first().map_or(0, |kind| kind.start);
    scratch.keys.clear();
    for node in &state.absent {
        let wish = &state.wishes[*node as usize];
        let far = || i64::from(state.distance.leg(depot as usize, *node as usize));
        let key = match choice {
            4..=7 => -i64::from(wish.load[0]) - i64::from(wish.load[1]),
            8..=9 => -far(),
            10 => far(),
            11..=12 => i64::from(wish.due) - i64::from(wish.ready),
            13..=14 => i64::from(wish.ready),
            _ => -i64::from(wish.due),
        };
        scratch.keys.push((key, *node));
    }
    scratch.keys.sort_by_key(|(key, _)| *key);
    state.absent.clear();
    state.absent.extend(scratch.keys.iter().map(|(_, node)| *node));
}

/// Serves an order at a spot.
fn insert<const D: Depth>(state: &mut State<'_>, order: u32, spot: Spot) {
    state.link(order, spot.after);
    state.cost += spot.cost - state.wishes[order as usize].unserved_cost;
    if D == FULL {
        state.set_cost(state.nodes[order as usize].tour, spot.whole);
    } else if D == WINDOWS {
        state.forward(spot.after, order);
        state.backward(state.nodes[order as usize].next, order);
    }
}

/// The cheapest place for an order.
fn best_spot<const D: Depth>(
    state: &State<'_>,
    scratch: &mut Scratch,
    order: u32,
    tuning: &Tuning,
    draw: &mut Draw,
) -> Option<Spot> {
    let mut search = Candidate::<D>::new(state, order);
    for other in state.near.by_fit(order, tuning.near) {
        let node = &state.nodes[other.node as usize];
        if node.tour == NONE || !search.fits(node.tour) {
            continue;
        }
        // Two gaps may be overlooked.
        if scratch.until_blink < 2 {
            scratch.until_blink = until_blink(draw, tuning.blink);
            continue;
        }
        scratch.until_blink -= 2;
        search.behind(other, node);
        search.before(other, node);
    }
    if search.best.is_none() {
        search.everywhere();
    }
    for tour in state.free.iter().filter_map(|kind| kind.last()) {
        search.alone(*tour);
    }
    search.best
}

/// An order that looks for a place.
struct Candidate<'s, 'a, const D: Depth> {
    state: &'s State<'a>,
    order: u32,
    own: Wish,
    way: Around<'a>,
    time: Around<'a>,
    best: Option<Spot>,
    limit: i64,
}

impl<'s, 'a, const D: Depth> Candidate<'s, 'a, D> {
    fn new(state: &'s State<'a>, order: u32) -> Self {
        let way = state.distance.around(order as usize);
        let time = state.time.around(order as usize);
        let own = state.wishes[order as usize];
        Self { state, order, own, way, time, best: None, limit: i64::MAX }
    }

    /// Whether the load fits into a tour.
    #[inline]
    fn fits(&self, tour: u32) -> bool {
        let room = &self.state.room[tour as usize];
        self.own.load[0] <= room[0] && self.own.load[1] <= room[1]
    }

    /// Whether a tour that grows so much longer would still be a better place; with the added cost.
    #[inline]
    fn cheaper(&self, tour: u32, longer: i64) -> Option<i64> {
        let cost = longer * self.state.vehicles[tour as usize].distance_cost;
        (cost < self.limit).then_some(cost)
    }

    /// The gap behind a neighbour.
    #[inline]
    fn behind(&mut self, other: &Neighbour, node: &Node) {
        // Whoever lies farther off than the next of the neighbour can't come near: the triangle inequality.
        if self.cheaper(node.tour, 2 * (i64::from(other.from) - i64::from(node.leg))).is_none() {
            return;
        }
        let longer = i64::from(other.from) + i64::from(self.way.to(node.next_into)) - i64::from(node.leg);
        let Some(cost) = self.cheaper(node.tour, longer) else { return };
        if D == WINDOWS {
            let arrive = self.state.moments[other.node as usize].leave + other.time_from;
            if !self.in_time(arrive, node.next, node.next_into) {
                return;
            }
        }
        self.take(cost, node.tour, other.node);
    }

    /// The gap before a neighbour.
    #[inline]
    fn before(&mut self, other: &Neighbour, node: &Node) {
        if self.cheaper(node.tour, 2 * (i64::from(other.to) - i64::from(node.back))).is_none() {
            return;
        }
        let longer = i64::from(other.to) + i64::from(self.way.from(node.prev_out)) - i64::from(node.back);
        let Some(cost) = self.cheaper(node.tour, longer) else { return };
        if D == WINDOWS {
            let arrive = self.state.moments[node.prev as usize].leave + self.time.from(node.prev_out);
            let leave = arrive.max(self.own.ready) + self.own.service;
            let latest = self.state.moments[other.node as usize].latest;
            if arrive > self.own.due || leave + other.time_to > latest {
                return;
            }
        }
        self.take(cost, node.tour, node.prev);
    }

    /// Whether the order and all that follow are in time.
    #[inline]
    fn in_time(&self, arrive: i32, next: u32, next_into: u32) -> bool {
        let leave = arrive.max(self.own.ready) + self.own.service;
        arrive <= self.own.due && leave + self.time.to(next_into) <= self.state.moments[next as usize].latest
    }

    /// Keeps a gap as the best so far, unless the rules that are costly to look at forbid it.
    #[inline]
    fn take(&mut self, mut cost: i64, tour: u32, after: u32) {
        let mut whole = 0;
        if D == FULL {
            let vehicle = &self.state.vehicles[tour as usize];
            let bound = self.limit.saturating_add(vehicle.cost);
            let Some(found) = self.state.tour_cost(tour, self.order, after, bound) else { return };
            whole = found;
            cost = whole - vehicle.cost;
            if cost >= self.limit {
                return;
            }
        }
        self.limit = cost;
        self.best = Some(Spot { cost, after, whole });
    }

    /// All gaps of all tours: the way out where there's none beside a neighbour.
    #[cold]
    fn everywhere(&mut self) {
        let state = self.state;
        for tour in 0..state.vehicles.len() as u32 {
            if state.vehicles[tour as usize].stops == 0 || !self.fits(tour) {
                continue;
            }
            let depot = state.depot(tour);
            let mut after = depot;
            loop {
                let node = &state.nodes[after as usize];
                let out = state.left_place(after);
                let longer = i64::from(self.way.from(out)) + i64::from(self.way.to(node.next_into));
                if let Some(cost) = self.cheaper(tour, longer - i64::from(node.leg)) {
                    let arrive = state.moments[after as usize].leave + self.time.from(out);
                    if D != WINDOWS || self.in_time(arrive, node.next, node.next_into) {
                        self.take(cost, tour, after);
                    }
                }
                after = node.next;
                if after == depot {
                    break;
                }
            }
        }
    }

    /// A tour of its own.
    fn alone(&mut self, tour: u32) {
        let state = self.state;
        let depot = state.depot(tour);
        let (node, vehicle) = (&state.nodes[depot as usize], &state.vehicles[tour as usize]);
        let longer = i64::from(self.way.from(node.prev_out)) + i64::from(self.way.to(node.next_into));
        let cost = longer * vehicle.distance_cost + vehicle.fixed_cost;
        let arrive = state.moments[depot as usize].leave + self.time.from(node.prev_out);
        let in_time = D != WINDOWS || self.in_time(arrive, depot, node.next_into);
        if self.fits(tour) && cost < self.limit && in_time {
            self.take(cost, tour, depot);
        }
    }
}

impl State<'_> {
    /// Cost of a tour with an order put behind a node, `None` where a rule forbids it or it reaches `bound`.
    pub(super) fn tour_cost(&self, tour: u32, order: u32, after: u32, bound: i64) -> Option<i64> {
        let vehicle = &self.vehicles[tour as usize];
        let kind = &self.task.fleet[vehicle.kind as usize];
        let depot = self.depot(tour);
        if vehicle.stops == 0 && order == NONE {
            return Some(0);
        }
        let (mut cost, mut driven) = (kind.fixed_cost, 0i64);
        // `slack` is by how much the start can be put off; `waited` what that can spare.
        let (mut clock, mut slack, mut waited) = (kind.shift[0], UNLIMITED, 0);
        let mut at = depot;
        loop {
            let next = if at == after {
                order
            } else if at == order && order != NONE {
                self.nodes[after as usize].next
            } else {
                self.nodes[at as usize].next
            };
            let from = if at == depot { kind.start } else { at } as usize;
            let to = if next == depot { kind.end } else { next } as usize;
            driven += i64::from(self.distance.leg(from, to));
            clock += self.wishes[at as usize].service + self.time.leg(from, to);
            if next == depot {
                break;
            }
            let wish = &self.wishes[next as usize];
            waited += (wish.ready - clock).max(0);
            clock = clock.max(wish.ready);
            slack = slack.min(waited + (wish.due - clock).max(0));
            if clock > wish.due {
                if wish.lateness_cost == NEVER_LATE {
                    return None;
                }
                cost += i64::from(clock - wish.due) * wish.lateness_cost;
                if cost >= bound {
                    return None;
                }
            }
            at = next;
        }
        let duration = clock - kind.shift[0] - slack.min(waited);
        if clock > kind.shift[1] || duration > kind.duration_max || driven > i64::from(kind.distance_max) {
            return None;
        }
        Some(cost + driven * kind.distance_cost + i64::from(duration) * kind.time_cost)
    }
}
