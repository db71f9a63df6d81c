//! Which orders lie near each other, in way and in time.

use super::dispatch::Dispatch;

/// Neighbours of every order that a ruin may reach.
const NEAR_MAX: usize = 100;

/// An order near another, with the ways between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbour {
    pub(super) node: u32,
    /// Distance and time from the neighbour.
    pub(super) from: i32,
    pub(super) time_from: i32,
    /// Distance and time to the neighbour.
    pub(super) to: i32,
    pub(super) time_to: i32,
}

/// The nearest orders of every place, nearest first.
#[derive(Clone, Debug)]
pub(super) struct Near {
    width: usize,
    depots: usize,
    /// By distance alone.
    by_way: Vec<u32>,
    /// By distance, and the waiting and lateness that one behind the other brings.
    by_fit: Vec<Neighbour>,
}

impl Near {
    pub(super) fn new(task: &Dispatch) -> Self {
        let places = task.distance.places();
        let orders = places - task.depots;
        let width = NEAR_MAX.min(orders.saturating_sub(1));
        let time = task.time.as_ref().unwrap_or(&task.distance);
        let (mut by_way, mut by_fit, mut fits) = (Vec::new(), Vec::new(), Vec::new());
        let mut row: Vec<(i64, u32)> = Vec::with_capacity(orders);
        for place in task.depots..places {
            let mut list = |worth: &dyn Fn(usize) -> i64, out: &mut Vec<u32>| {
                row.clear();
                row.extend((task.depots..places).filter(|o| *o != place).map(|o| (worth(o), o as u32)));
                if width > 0 && width < row.len() {
                    row.select_nth_unstable(width - 1);
                    row.truncate(width);
                }
                row.sort_unstable();
                out.extend(row.iter().map(|(_, other)| *other));
            };
            let way = |other: usize| {
                i64::from(task.distance.leg(place, other)) + i64::from(task.distance.leg(other, place))
            };
            list(&way, &mut by_way);
            fits.clear();
            list(&|other| fit(task, place, other).min(fit(task, other, place)), &mut fits);
            by_fit.extend(fits.iter().map(|node| {
                let other = *node as usize;
                Neighbour {
                    node: *node,
                    from: task.distance.leg(other, place),
                    time_from: time.leg(other, place),
                    to: task.distance.leg(place, other),
                    time_to: time.leg(place, other),
                }
            }));
        }
        Self { width, depots: task.depots, by_way, by_fit }
    }

    pub(super) fn by_way(&self, node: u32) -> &[u32] {
        let row = node as usize - self.depots;
        &self.by_way[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn by_fit(&self, node: u32, most: usize) -> &[Neighbour] {
        let row = (node as usize - self.depots) * self.width;
        &self.by_fit[row..row + self.width.min(most)]
    }
}

/// Cost of going from one to the next: the way, a fifth of the least waiting and all of the least lateness
/// (Vidal, Crainic, Gendreau, Prins 2013, "A hybrid genetic algorithm with adaptive diversity management for a large
/// class of vehicle routing problems with time-windows").
fn fit(task: &Dispatch, from: usize, to: usize) -> i64 {
    let time = task.time.as_ref().unwrap_or(&task.distance);
    let (a, b) = (from - task.depots, to - task.depots);
    let orders = &task.orders;
    let leave = |begin: i32| i64::from(begin) + i64::from(orders.service[a]) + i64::from(time.leg(from, to));
    let wait = (i64::from(orders.ready[b]) - leave(orders.due[a])).max(0);
    let late = (leave(orders.ready[a]) - i64::from(orders.due[b])).max(0);
    i64::from(task.distance.leg(from, to)) + wait / 5 + late
}
