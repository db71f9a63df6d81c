//! The plan that a search works on: tours as linked lists whose changes can be taken back.

use super::dispatch::{Dispatch, NEVER_LATE, UNLIMITED};
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

/// A stop of a tour, or the depot at which a tour starts and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) tour: u32,
    /// Place that is left towards the next.
    pub(super) out: u32,
    /// Place at which the way from the previous ends.
    pub(super) into: u32,
    /// Distance to the next.
    pub(super) leg: i32,
}

/// When service begins at the earliest, and when it has to begin for all that follows to be in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moments {
    pub(super) begin: i32,
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
    pub(super) load: [i32; 2],
    pub(super) capacity: [i32; 2],
    pub(super) distance_cost: i64,
    pub(super) fixed_cost: i64,
    pub(super) kind: u32,
    pub(super) stops: u32,
    /// Cost of the whole tour; kept at depth [`FULL`] only.
    pub(super) cost: i64,
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
    let full = task.fleet.iter().any(|kind| {
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
        let idle = |place: u32| Node { prev: NONE, next: NONE, tour: NONE, out: place, into: place, leg: 0 };
        let mut nodes: Vec<Node> = (0..places as u32).map(idle).collect();
        let mut moments = vec![Moments { begin: 0, latest: UNLIMITED }; places];
        let (mut vehicles, mut free) = (Vec::new(), Vec::new());
        for (kind, spec) in task.fleet.iter().enumerate() {
            let mut slots = Vec::new();
            for _ in 0..spec.count.min(orders.len()) {
                let (tour, node) = (vehicles.len() as u32, nodes.len() as u32);
                let leg = task.distance.leg(spec.start as usize, spec.end as usize);
                nodes.push(Node { prev: node, next: node, tour, out: spec.start, into: spec.end, leg });
                moments.push(Moments { begin: spec.shift[0], latest: spec.shift[1] });
                vehicles.push(Vehicle {
                    load: [0; 2],
                    capacity: spec.capacity,
                    distance_cost: spec.distance_cost,
                    fixed_cost: spec.fixed_cost,
                    kind: kind as u32,
                    stops: 0,
                    cost: 0,
                });
                slots.push(tour);
            }
            slots.reverse();
            free.push(slots);
        }
        let nobody = Wish {
            load: [0; 2],
            ready: 0,
            due: UNLIMITED,
            service: 0,
            lateness_cost: 0,
            unserved_cost: 0,
        };
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

    /// Puts a node behind another, with lists and loads but no costs.
    fn attach(&mut self, node: u32, after: u32) {
        let before = self.nodes[after as usize];
        let next = before.next;
        let around = self.distance.around(node as usize);
        let (to_node, to_next) = (around.from(before.out), around.to(self.nodes[next as usize].into));
        self.nodes[after as usize].next = node;
        self.nodes[after as usize].leg = to_node;
        self.nodes[next as usize].prev = node;
        let own = &mut self.nodes[node as usize];
        (own.prev, own.next, own.tour, own.leg) = (after, next, before.tour, to_next);
        let load = self.wishes[node as usize].load;
        let vehicle = &mut self.vehicles[before.tour as usize];
        vehicle.load[0] += load[0];
        vehicle.load[1] += load[1];
        vehicle.stops += 1;
        if vehicle.stops == 1 {
            self.used += 1;
            let free = &mut self.free[vehicle.kind as usize];
            // The tour taken is nearly always the last one freed.
            if let Some(at) = free.iter().rposition(|tour| *tour == before.tour) {
                free.swap_remove(at);
            }
        }
    }

    /// Takes a node out of its tour, with lists and loads but no costs.
    fn detach(&mut self, node: u32) {
        let own = self.nodes[node as usize];
        let leg = {
            let (from, to) = (self.nodes[own.prev as usize].out, self.nodes[own.next as usize].into);
            self.distance.leg(from as usize, to as usize)
        };
        self.nodes[own.prev as usize].next = own.next;
        self.nodes[own.prev as usize].leg = leg;
        self.nodes[own.next as usize].prev = own.prev;
        self.nodes[node as usize].tour = NONE;
        let load = self.wishes[node as usize].load;
        let vehicle = &mut self.vehicles[own.tour as usize];
        vehicle.load[0] -= load[0];
        vehicle.load[1] -= load[1];
        vehicle.stops -= 1;
        if vehicle.stops == 0 {
            self.used -= 1;
            self.free[vehicle.kind as usize].push(own.tour);
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

    /// Earliest begin at the node that follows another.
    #[inline]
    fn begin_after(&self, node: u32, next: u32) -> i32 {
        let time = self.time.leg(self.nodes[node as usize].out as usize, self.nodes[next as usize].into as usize);
        let leave = self.moments[node as usize].begin + self.wishes[node as usize].service;
        (leave + time).max(self.wishes[next as usize].ready)
    }

    /// Latest begin at the node that comes before another.
    #[inline]
    fn latest_before(&self, prev: u32, node: u32) -> i32 {
        let time = self.time.leg(self.nodes[prev as usize].out as usize, self.nodes[node as usize].into as usize);
        let wish = &self.wishes[prev as usize];
        wish.due.min(self.moments[node as usize].latest - time - wish.service)
    }

    /// Works out moments anew from the node behind `from` on, until nothing changes; `through` is always worked out.
    pub(super) fn forward(&mut self, from: u32, through: u32) {
        let (mut prev, mut node) = (from, self.nodes[from as usize].next);
        while !self.is_depot(node) {
            let old = self.moments[node as usize];
            let begin = self.begin_after(prev, node);
            if begin != old.begin {
                self.set_moments(node, Moments { begin, ..old });
            } else if node != through {
                break;
            }
            (prev, node) = (node, self.nodes[node as usize].next);
        }
    }

    /// Works out moments anew from the node before `from` on backwards, until nothing changes.
    pub(super) fn backward(&mut self, from: u32, through: u32) {
        let (mut next, mut node) = (from, self.nodes[from as usize].prev);
        while !self.is_depot(node) {
            let old = self.moments[node as usize];
            let latest = self.latest_before(node, next);
            if latest != old.latest {
                self.set_moments(node, Moments { latest, ..old });
            } else if node != through {
                break;
            }
            (next, node) = (node, self.nodes[node as usize].prev);
        }
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
