//! An independent look at a plan: recomputes all of it from the task and shares no code with the search.

use super::dispatch::{Dispatch, MUST, NEVER_LATE};
use super::plan::Plan;
use std::fmt;

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A tour of a kind of vehicle that doesn't exist; the number of the tour.
    Kind(usize),
    /// A tour without orders; its number.
    Empty(usize),
    /// An order that doesn't exist.
    NoOrder(u32),
    /// An order that is served, or left out, more than once in all, or neither.
    Times(u32, usize),
    /// An order that is left out and mustn't be.
    LeftOut(u32),
    /// More tours than vehicles of a kind.
    Vehicles {
        /// The kind.
        kind: usize,
        /// Tours.
        tours: usize,
        /// Vehicles.
        count: usize,
    },
    /// More load than the vehicle of a tour can take, by weight (0) or volume (1).
    Load {
        /// Number of the tour.
        tour: usize,
        /// By weight (0) or volume (1).
        side: usize,
        /// The load.
        load: i64,
    },
    /// Service begins too late.
    Late {
        /// Number of the tour.
        tour: usize,
        /// The order.
        order: u32,
        /// Units of time.
        by: i64,
    },
    /// The tour ends after the shift; its number.
    Shift(usize),
    /// The tour takes longer than the driver may work; its number.
    Duration(usize),
    /// The tour is longer than the vehicle may go; its number.
    Distance(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(tour) => write!(f, "tour {tour}: no such kind of vehicle"),
            Self::Empty(tour) => write!(f, "tour {tour}: no orders"),
            Self::NoOrder(order) => write!(f, "order {order} doesn't exist"),
            Self::Times(order, times) => write!(f, "order {order} stands {times} times in the plan"),
            Self::LeftOut(order) => write!(f, "order {order} isn't served"),
            Self::Vehicles { kind, tours, count } => {
                write!(f, "{tours} tours with {count} vehicles of kind {kind}")
            }
            Self::Load { tour, side, load } => {
                write!(f, "tour {tour}: too much load, {load} by {}", ["weight", "volume"][side & 1])
            }
            Self::Late { tour, order, by } => write!(f, "tour {tour}: order {order} is late by {by}"),
            Self::Shift(tour) => write!(f, "tour {tour}: ends after the shift"),
            Self::Duration(tour) => write!(f, "tour {tour}: longer than the driver's hours"),
            Self::Distance(tour) => write!(f, "tour {tour}: longer than the vehicle's reach"),
        }
    }
}

/// What a plan costs, part by part, in whole units of the task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Distance of all tours.
    pub distance: i64,
    /// Time of all tours from start to end.
    pub duration: i64,
    /// Distance, time and vehicles, as they cost.
    pub driving_cost: i64,
    /// Units of time by which orders are late in sum.
    pub lateness: i64,
    /// What that costs.
    pub lateness_cost: i64,
    /// What leaving out costs.
    pub unserved_cost: i64,
}

impl Account {
    /// All costs.
    pub fn cost(&self) -> i64 {
        self.driving_cost + self.lateness_cost + self.unserved_cost
    }
}

/// Recomputes a plan.
///
/// A vehicle leaves as late as it can without anybody being served later than if it left at the start of its shift.
///
/// # Errors
/// Everything that breaks a rule.
pub fn check(task: &Dispatch, plan: &Plan) -> Result<Account, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut account = Account::default();
    let orders = task.orders.load.len();
    let mut times = vec![0usize; orders];
    let mut tours_of = vec![0usize; task.fleet.len()];
    for order in plan.tours.iter().flat_map(|tour| &tour.orders).chain(&plan.unserved) {
        match times.get_mut(*order as usize) {
            Some(count) => *count += 1,
            None => faults.push(Fault::NoOrder(*order)),
        }
    }
    faults.extend((0u32..).zip(&times).filter(|(_, n)| **n != 1).map(|(order, n)| Fault::Times(order, *n)));
    for order in plan.unserved.iter().filter(|order| (**order as usize) < orders) {
        let price = task.orders.unserved_cost[*order as usize];
        account.unserved_cost += price;
        if price >= MUST {
            faults.push(Fault::LeftOut(*order));
        }
    }
    for (number, tour) in plan.tours.iter().enumerate() {
        if tour.orders.iter().any(|order| *order as usize >= orders) {
            continue;
        }
        match tours_of.get_mut(tour.kind) {
            Some(count) => *count += 1,
            None => {
                faults.push(Fault::Kind(number));
                continue;
            }
        }
        check_tour(task, number, plan, &mut account, &mut faults);
    }
    for (kind, tours) in tours_of.into_iter().enumerate() {
        let count = task.fleet[kind].count;
        if tours > count {
            faults.push(Fault::Vehicles { kind, tours, count });
        }
    }
    if faults.is_empty() { Ok(account) } else { Err(faults) }
}

/// When each order is served, and the end of the tour.
struct Times {
    begins: Vec<i64>,
    end: i64,
}

/// Drives a tour that leaves at a moment.
fn drive(task: &Dispatch, kind: usize, orders: &[u32], leave: i64) -> Times {
    let time = task.time.as_ref().unwrap_or(&task.distance);
    let (mut at, mut clock) = (task.fleet[kind].start as usize, leave);
    let mut begins = Vec::with_capacity(orders.len());
    for order in orders {
        let (order, place) = (*order as usize, task.depots + *order as usize);
        let begin = (clock + i64::from(time.leg(at, place))).max(i64::from(task.orders.ready[order]));
        begins.push(begin);
        clock = begin + i64::from(task.orders.service[order]);
        at = place;
    }
    Times { begins, end: clock + i64::from(time.leg(at, task.fleet[kind].end as usize)) }
}

/// The latest start at which a tour still ends as early as it can and nobody is served later beyond his window:
/// found by halving, since ends and lateness only grow with the start.
fn latest_start(task: &Dispatch, kind: usize, orders: &[u32], earliest: i64, base: &Times) -> i64 {
    let late = |times: &Times| -> i64 {
        let due = |order: u32| i64::from(task.orders.due[order as usize]);
        times.begins.iter().zip(orders).map(|(begin, order)| (begin - due(*order)).max(0)).sum()
    };
    let (mut good, mut bad) = (earliest, base.end + 1);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        let times = drive(task, kind, orders, middle);
        match times.end == base.end && late(&times) == late(base) {
            true => good = middle,
            false => bad = middle,
        }
    }
    good
}

fn check_tour(task: &Dispatch, number: usize, plan: &Plan, account: &mut Account, faults: &mut Vec<Fault>) {
    let tour = &plan.tours[number];
    if tour.orders.is_empty() {
        faults.push(Fault::Empty(number));
        return;
    }
    let kind = &task.fleet[tour.kind];
    for side in [0, 1] {
        let load: i64 =
            tour.orders.iter().map(|order| i64::from(task.orders.load[*order as usize][side])).sum();
        if load > i64::from(kind.capacity[side]) {
            faults.push(Fault::Load { tour: number, side, load });
        }
    }
    let places: Vec<usize> = std::iter::once(kind.start as usize)
        .chain(tour.orders.iter().map(|order| task.depots + *order as usize))
        .chain(std::iter::once(kind.end as usize))
        .collect();
    let distance: i64 = places.windows(2).map(|pair| i64::from(task.distance.leg(pair[0], pair[1]))).sum();
    let earliest = i64::from(kind.shift[0]);
    let base = drive(task, tour.kind, &tour.orders, earliest);
    for (begin, order) in base.begins.iter().zip(&tour.orders) {
        let by = (begin - i64::from(task.orders.due[*order as usize])).max(0);
        let price = task.orders.lateness_cost[*order as usize];
        if by > 0 && price == NEVER_LATE {
            faults.push(Fault::Late { tour: number, order: *order, by });
        } else if by > 0 {
            account.lateness += by;
            account.lateness_cost += by * price;
        }
    }
    let duration = base.end - latest_start(task, tour.kind, &tour.orders, earliest, &base);
    if base.end > i64::from(kind.shift[1]) {
        faults.push(Fault::Shift(number));
    }
    if duration > i64::from(kind.duration_max) {
        faults.push(Fault::Duration(number));
    }
    if distance > i64::from(kind.distance_max) {
        faults.push(Fault::Distance(number));
    }
    account.distance += distance;
    account.duration += duration;
    account.driving_cost += kind.fixed_cost + distance * kind.distance_cost + duration * kind.time_cost;
}
