//! The plan that a search works on: tours as linked lists whose changes can be taken back.

use super::dispatch::{Dispatch, NEVER_LATE, UNLIMITED, VehicleKind};
use super::legs::Legs;
use super::near::Near;
use super::plan::{Plan, Tour};

/// No node, no tour.
pub(super) const NONE: u32 = u32::MAX;

/// How much of the rules binds in a task; what doesn't bind costs no time.
pub(super) type Depth = u8;
/// Loads only.
pub(super) const LOADS: Depth = 0;
/// Loads, and windows that nobody may miss.
pub(super) const WINDOWS: Depth = 1;
/// Everything: priced lateness, hours of drivers, cost of time.
pub(super) const FULL: Depth = 2;

/// A stop of a tour, or the depot at which a tour starts and ends: all that a look at the gaps beside it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) tour: u32,
    /// Place from which the way from the previous starts.
    pub(super) prev_out: u32,
    /// Place at which the way to the next ends.
    pub(super) next_into: u32,
    /// Distance from the previous.
    pub(super) back: i32,
    /// Distance to the next.
    pub(super) leg: i32,
}

/// When a vehicle leaves at the earliest, and when service has to begin for all that follows to be in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moments {
    pub(super) leave: i32,
    pub(super) latest: i32,
}

/// What an order asks for, as a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) load: [i32; 2],
    pub(super) ready: i32,
    pub(super) due: i32,
    pub(super) service: i32,
    pub(super) lateness_cost: i64,
    pub(super) unserved_cost: i64,
}

/// A vehicle with its tour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vehicle {
    pub(super) distance_cost: i64,
    pub(super) fixed_cost: i64,
    /// Cost of the whole tour; kept at depth [`FULL`] only.
    pub(super) cost: i64,
    pub(super) kind: u32,
    pub(super) stops: u32,
}

/// A change that can be taken back.
#[derive(Clone, Copy, Debug)]
enum Change {
    Linked(u32),
    Unlinked(u32, u32),
    Moments(u32, Moments),
    Cost(u32, i64),
}

/// Tours under change.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub(super) task: &'a Dispatch,
    pub(super) near: &'a Near,
    pub(super) distance: &'a Legs,
    pub(super) time: &'a Legs,
    /// Nodes `0..places` are places, the others the depots of the tours.
    pub(super) nodes: Vec<Node>,
    pub(super) moments: Vec<Moments>,
    pub(super) wishes: Vec<Wish>,
    pub(super) vehicles: Vec<Vehicle>,
    /// What each vehicle can still take, by weight and volume.
    pub(super) room: Vec<[i32; 2]>,
    /// Tours without a stop, by kind of vehicle.
    pub(super) free: Vec<Vec<u32>>,
    /// Orders that nobody serves, as nodes.
    pub(super) absent: Vec<u32>,
    /// Cost of tours and of what is left out.
    pub(super) cost: i64,
    /// Tours with a stop.
    pub(super) used: usize,
    log: Vec<Change>,
    absent_before: Vec<u32>,
    cost_before: i64,
}

/// How much of the rules binds.
pub(super) fn depth(task: &Dispatch) -> Depth {
    let orders = &task.orders;
    let full =
        task.fleet.iter().any(|kind| {
            kind.time_cost != 0 || kind.duration_max < UNLIMITED || kind.distance_max < UNLIMITED
        }) || orders.lateness_cost.iter().any(|cost| *cost != NEVER_LATE);
    let windows = orders.ready.iter().any(|ready| *ready > 0)
        || orders.due.iter().any(|due| *due < UNLIMITED)
        || task.fleet.iter().any(|kind| kind.shift != [0, UNLIMITED]);
    match (full, windows) {
        (true, _) => FULL,
        (false, true) => WINDOWS,
        (false, false) => LOADS,
    }
}

impl<'a> State<'a> {
    /// No order is served yet.
    pub(super) fn new(task: &'a Dispatch, near: &'a Near) -> Self {
        let places = task.distance.places();
        let orders = &task.orders;
        let idle = Node { prev: NONE, next: NONE, tour: NONE, prev_out: 0, next_into: 0, back: 0, leg: 0 };
        let mut nodes = vec![idle; places];
        let mut moments = vec![Moments { leave: 0, latest: UNLIMITED }; places];
        let (mut vehicles, mut free, mut room) = (Vec::new(), Vec::new(), Vec::new());
        for (kind, spec) in task.fleet.iter().enumerate() {
            let mut slots = Vec::new();
            for _ in 0..spec.count.min(orders.len()) {
                let (tour, node) = (vehicles.len() as u32, nodes.len() as u32);
                let leg = task.distance.leg(spec.start as usize, spec.end as usize);
                let (prev_out, next_into) = (spec.start, spec.end);
                nodes.push(Node { prev: node, next: node, tour, prev_out, next_into, back: leg, leg });
                moments.push(Moments { leave: spec.shift[0], latest: spec.shift[1] });
                let VehicleKind { distance_cost, fixed_cost, .. } = *spec;
                vehicles.push(Vehicle { distance_cost, fixed_cost, cost: 0, kind: kind as u32, stops: 0 });
                room.push(spec.capacity);
                slots.push(tour);
            }
            slots.reverse();
            free.push(slots);
        }
        let nobody =
            Wish { load: [0; 2], ready: 0, due: UNLIMITED, service: 0, lateness_cost: 0, unserved_cost: 0 };
        let mut wishes = vec![nobody; nodes.len()];
        for (i, wish) in wishes.iter_mut().skip(task.depots).take(orders.len()).enumerate() {
            *wish = Wish {
                load: orders.load[i],
                ready: orders.ready[i],
                due: orders.due[i],
                service: orders.service[i],
                lateness_cost: orders.lateness_cost[i],
                unserved_cost: orders.unserved_cost[i],
            };
        }
        let absent: Vec<u32> = (task.depots as u32..places as u32).collect();
        Self {
            task,
            near,
            distance: &task.distance,
            time: task.time.as_ref().unwrap_or(&task.distance),
            nodes,
            moments,
            wishes,
            vehicles,
            room,
            free,
            cost: orders.unserved_cost.iter().sum(),
            absent_before: absent.clone(),
            absent,
            used: 0,
            log: Vec::new(),
            cost_before: 0,
        }
    }

    /// The depot node of a tour.
    #[inline]
    pub(super) fn depot(&self, tour: u32) -> u32 {
        (self.task.distance.places() as u32) + tour
    }

    /// Whether a node is the depot of a tour.
    #[inline]
    pub(super) fn is_depot(&self, node: u32) -> bool {
        node as usize >= self.task.distance.places()
    }

    /// From here on changes can be taken back.
    pub(super) fn mark(&mut self) {
        self.log.clear();
        self.absent_before.clone_from(&self.absent);
        self.cost_before = self.cost;
    }

    /// Takes back all changes since the mark.
    pub(super) fn undo(&mut self) {
        while let Some(change) = self.log.pop() {
            match change {
                Change::Linked(node) => self.detach(node),
                Change::Unlinked(node, after) => self.attach(node, after),
                Change::Moments(node, old) => self.moments[node as usize] = old,
                Change::Cost(tour, old) => self.vehicles[tour as usize].cost = old,
            }
        }
        self.absent.clone_from(&self.absent_before);
        self.cost = self.cost_before;
    }

    /// Place from which a node is left.
    #[inline]
    pub(super) fn left_place(&self, node: u32) -> u32 {
        match self.is_depot(node) {
            true => self.kind_of(node).start,
            false => node,
        }
    }

    /// Place at which a node is reached.
    #[inline]
    pub(super) fn reached_place(&self, node: u32) -> u32 {
        match self.is_depot(node) {
            true => self.kind_of(node).end,
            false => node,
        }
    }

    fn kind_of(&self, depot: u32) -> &'a VehicleKind {
        let tour = self.nodes[depot as usize].tour;
        &self.task.fleet[self.vehicles[tour as usize].kind as usize]
    }

    /// Makes one node follow another.
    fn join(&mut self, prev: u32, next: u32) {
        let (out, into) = (self.left_place(prev), self.reached_place(next));
        let leg = self.distance.leg(out as usize, into as usize);
        let before = &mut self.nodes[prev as usize];
        (before.next, before.next_into, before.leg) = (next, into, leg);
        let behind = &mut self.nodes[next as usize];
        (behind.prev, behind.prev_out, behind.back) = (prev, out, leg);
    }

    /// Puts a node behind another, with lists and loads but no costs.
    fn attach(&mut self, node: u32, after: u32) {
        let Node { next, tour, .. } = self.nodes[after as usize];
        self.nodes[node as usize].tour = tour;
        self.join(after, node);
        self.join(node, next);
        let load = self.wishes[node as usize].load;
        let room = &mut self.room[tour as usize];
        *room = [room[0] - load[0], room[1] - load[1]];
        let vehicle = &mut self.vehicles[tour as usize];
        vehicle.stops += 1;
        if vehicle.stops == 1 {
            self.used += 1;
            self.take_free(tour);
        }
    }

    /// Takes a tour off the list of those that are free.
    fn take_free(&mut self, tour: u32) {
        let free = &mut self.free[self.vehicles[tour as usize].kind as usize];
        // The tour taken is nearly always the last one freed.
        if let Some(at) = free.iter().rposition(|other| *other == tour) {
            free.swap_remove(at);
        }
    }

    /// Takes a node out of its tour, with lists and loads but no costs.
    fn detach(&mut self, node: u32) {
        let Node { prev, next, tour, .. } = self.nodes[node as usize];
        self.join(prev, next);
        self.nodes[node as usize].tour = NONE;
        let load = self.wishes[node as usize].load;
        let room = &mut self.room[tour as usize];
        *room = [room[0] + load[0], room[1] + load[1]];
        let vehicle = &mut self.vehicles[tour as usize];
        vehicle.stops -= 1;
        if vehicle.stops == 0 {
            self.used -= 1;
            self.free[vehicle.kind as usize].push(tour);
        }
    }

    /// Exchanges the tails of two tours of the same kind of vehicle: `before` is followed by `first` then. Moments and
    /// costs are those of before; not to be taken back by [`State::undo`], but by the same with the old follower.
    pub(super) fn exchange_tails(&mut self, before: u32, first: u32) {
        let (a, b) = (self.nodes[before as usize].tour, self.nodes[first as usize].tour);
        let (depot_a, depot_b) = (self.depot(a), self.depot(b));
        let (other_first, other_before) = (self.nodes[before as usize].next, self.nodes[first as usize].prev);
        let (last_a, last_b) = (self.nodes[depot_a as usize].prev, self.nodes[depot_b as usize].prev);
        let empty = [a, b].map(|tour| self.vehicles[tour as usize].stops == 0);
        self.move_tail(other_first, depot_a, b);
        self.move_tail(first, depot_b, a);
        match first == depot_b {
            true => self.join(before, depot_a),
            false => {
                self.join(before, first);
                self.join(last_b, depot_a);
            }
        }
        match other_first == depot_a {
            true => self.join(other_before, depot_b),
            false => {
                self.join(other_before, other_first);
                self.join(last_a, depot_b);
            }
        }
        for (tour, empty) in [a, b].into_iter().zip(empty) {
            let vehicle = &self.vehicles[tour as usize];
            match (empty, vehicle.stops == 0) {
                (true, false) => {
                    self.used += 1;
                    self.take_free(tour);
                }
                (false, true) => {
                    self.used -= 1;
                    self.free[vehicle.kind as usize].push(tour);
                }
                _ => {}
            }
        }
    }

    /// Counts a tail for another tour.
    fn move_tail(&mut self, first: u32, depot: u32, to: u32) {
        let from = self.nodes[depot as usize].tour;
        let mut node = first;
        while node != depot {
            let load = self.wishes[node as usize].load;
            for side in [0, 1] {
                self.room[from as usize][side] += load[side];
                self.room[to as usize][side] -= load[side];
            }
            self.vehicles[from as usize].stops -= 1;
            self.vehicles[to as usize].stops += 1;
            let own = &mut self.nodes[node as usize];
            own.tour = to;
            node = own.next;
        }
    }

    /// Serves an absent order behind a node; moments and costs of the tour are those of before.
    pub(super) fn link(&mut self, node: u32, after: u32) {
        self.attach(node, after);
        self.log.push(Change::Linked(node));
    }

    /// Takes an order out of its tour; moments and costs of the tour are those of before.
    pub(super) fn unlink(&mut self, node: u32) {
        self.log.push(Change::Unlinked(node, self.nodes[node as usize].prev));
        self.detach(node);
    }

    pub(super) fn set_cost(&mut self, tour: u32, cost: i64) {
        let vehicle = &mut self.vehicles[tour as usize];
        self.log.push(Change::Cost(tour, vehicle.cost));
        vehicle.cost = cost;
    }

    fn set_moments(&mut self, node: u32, new: Moments) {
        self.log.push(Change::Moments(node, self.moments[node as usize]));
        self.moments[node as usize] = new;
    }

    /// Works out moments anew from the node behind `from` on, until nothing changes; all up to `through` are worked out.
    pub(super) fn forward(&mut self, from: u32, through: u32) {
        let (mut prev, mut node) = (from, self.nodes[from as usize].next);
        let mut must = through != NONE;
        while !self.is_depot(node) {
            let old = self.moments[node as usize];
            let time = self.time.leg(self.nodes[node as usize].prev_out as usize, node as usize);
            let wish = &self.wishes[node as usize];
            let leave = (self.moments[prev as usize].leave + time).max(wish.ready) + wish.service;
            if leave != old.leave {
                self.set_moments(node, Moments { leave, ..old });
            } else if !must {
                break;
            }
            must &= node != through;
            (prev, node) = (node, self.nodes[node as usize].next);
        }
    }

    /// Works out moments anew from the node before `from` on backwards, as [`State::forward`].
    pub(super) fn backward(&mut self, from: u32, through: u32) {
        let (mut next, mut node) = (from, self.nodes[from as usize].prev);
        let mut must = through != NONE;
        while !self.is_depot(node) {
            let old = self.moments[node as usize];
            let time = self.time.leg(node as usize, self.nodes[node as usize].next_into as usize);
            let wish = &self.wishes[node as usize];
            let latest = wish.due.min(self.moments[next as usize].latest - time - wish.service);
            if latest != old.latest {
                self.set_moments(node, Moments { latest, ..old });
            } else if !must {
                break;
            }
            must &= node != through;
            (next, node) = (node, self.nodes[node as usize].prev);
        }
    }

    /// Serves what a plan serves, as far as its tours are possible.
    pub(super) fn take_over<const D: Depth>(&mut self, plan: &Plan) {
        let depots = self.task.depots as u32;
        for tour in &plan.tours {
            let Some(slot) = self.free.get(tour.kind).and_then(|free| free.last().copied()) else { continue };
            let depot = self.depot(slot);
            let mut after = depot;
            for order in tour.orders.iter().filter(|order| (**order as usize) < self.task.orders.len()) {
                let node = depots + order;
                let (room, load) = (self.room[slot as usize], self.wishes[node as usize].load);
                let fits = load[0] <= room[0] && load[1] <= room[1];
                if self.nodes[node as usize].tour != NONE || !fits {
                    continue;
                }
                // Windows count at every depth but the first, where there is none.
                if let Some(cost) = self.tour_cost(slot, node, after, i64::MAX) {
                    let vehicle = self.vehicles[slot as usize];
                    let before = if vehicle.stops == 0 { 0 } else { vehicle.cost };
                    self.cost += cost - before - self.wishes[node as usize].unserved_cost;
                    self.link(node, after);
                    self.set_cost(slot, cost);
                    after = node;
                }
            }
            if D == WINDOWS && after != depot {
                self.forward(depot, after);
                self.backward(depot, self.nodes[depot as usize].next);
            }
        }
        let served = |node: &u32| self.nodes[*node as usize].tour == NONE;
        let absent: Vec<u32> = self.absent.iter().copied().filter(served).collect();
        self.absent = absent;
    }

    /// The tours as a plan.
    pub(super) fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        let order = |node: u32| node - self.task.depots as u32;
        for (tour, vehicle) in self.vehicles.iter().enumerate().filter(|(_, vehicle)| vehicle.stops > 0) {
            let mut orders = Vec::with_capacity(vehicle.stops as usize);
            let mut node = self.nodes[self.depot(tour as u32) as usize].next;
            while !self.is_depot(node) {
                orders.push(order(node));
                node = self.nodes[node as usize].next;
            }
            plan.tours.push(Tour { kind: vehicle.kind as usize, orders });
        }
        plan.unserved = self.absent.iter().map(|node| order(*node)).collect();
        plan.unserved.sort_unstable();
        plan
    }
}
