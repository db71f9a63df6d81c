//! One part of the network: its queues, and what happens there event by event.
//!
//! Nearly all time goes into waiting for memory, since the next event is somewhere else in the city. So what an event
//! needs lies in one cache line a link and one a vehicle, the latter with the next links of its way; and the lines of
//! all events of a bucket of time are asked for together before the first of them happens.
use super::calendar::Calendar;
use super::rows::{Ends, Queue, Vehicle, Waits};
use super::run::{Arrival, LinkTally};
use crate::graph::NONE;
use std::sync::atomic::{AtomicU32, Ordering};

/// Time of a slot whose vehicle has not left yet, of a wake that is not planned, of a queue that waits for nothing.
pub(super) const NEVER: u32 = u32::MAX;

/// What a part sees of the whole: routes, and slots.
#[derive(Clone, Copy)]
pub(super) struct Outside<'a> {
    pub(super) routes: &'a [u32],
    /// When the vehicle that last held each slot left it. Of links whose ends lie in different parts: `NEVER` while it
    /// is held; of others a slot that is held keeps the time of the one before.
    pub(super) slots: &'a [AtomicU32],
    pub(super) patience_ms: u32,
    /// Length of the parts of the day by which links are counted.
    pub(super) period_ms: u32,
}

/// One part. Rows of queues are those of links, in their order, and then those of kerbs.
pub(super) struct Part {
    pub(super) queues: Vec<Queue>,
    pub(super) waits: Vec<Waits>,
    /// Row of each link that begins here.
    pub(super) row_of: Vec<u32>,
    vehicles: Vec<Vehicle>,
    /// First of the vehicle rows not in use.
    unused: u32,
    calendar: Calendar,
    /// Vehicles that entered a link whose end lies elsewhere.
    pub(super) outbox: Vec<(u32, Vehicle)>,
    /// Cut links for whose room somebody waits.
    cut_waits: Vec<u32>,
    pub(super) arrivals: Vec<Arrival>,
    tallies: Vec<LinkTally>,
    touched: Vec<u32>,
    pub(super) squeezed: u64,
    pub(super) crossings: u64,
    /// Time that vehicles stood at the kerb for want of room, ms.
    pub(super) kerb_ms: u64,
}

/// Whether a link has room.
enum Room {
    Now,
    At(u32),
    Unknown,
}

impl Part {
    pub(super) fn new(queues: Vec<Queue>, waits: Vec<Waits>, row_of: Vec<u32>) -> Self {
        Self {
            queues,
            waits,
            row_of,
            vehicles: Vec::new(),
            unused: NONE,
            calendar: Calendar::new(),
            outbox: Vec::new(),
            cut_waits: Vec::new(),
            arrivals: Vec::new(),
            tallies: Vec::new(),
            touched: Vec::new(),
            squeezed: 0,
            crossings: 0,
            kerb_ms: 0,
        }
    }

    /// Puts a vehicle at the end of a queue.
    pub(super) fn take_in(&mut self, queue: u32, vehicle: Vehicle) {
        let row = if self.unused == NONE {
            self.vehicles.push(vehicle);
            self.vehicles.len() as u32 - 1
        } else {
            let row = self.unused;
            self.unused = self.vehicles[row as usize].behind;
            self.vehicles[row as usize] = vehicle;
            row
        };
        self.line_up(queue, row, vehicle.ready_ms);
    }

    fn line_up(&mut self, queue: u32, row: u32, ready_ms: u32) {
        let to = &mut self.queues[queue as usize];
        let tail = std::mem::replace(&mut to.tail, row);
        if tail == NONE {
            to.head = row;
            to.due_ms = ready_ms.max(to.next_exit_ms);
            self.calendar.push(to.due_ms, queue);
        } else {
            let before = &mut self.vehicles[tail as usize];
            (before.behind, before.behind_ready_ms) = (row, ready_ms);
        }
    }

    fn plan_wake(&mut self, queue: u32, at_ms: u32) {
        self.waits[queue as usize].wake_ms = at_ms;
        self.calendar.push(at_ms, self.queues.len() as u32 + queue);
    }

    /// Runs all events before a time.
    pub(super) fn run(&mut self, from_ms: u32, until_ms: u32, outside: Outside<'_>) {
        let waits = std::mem::take(&mut self.cut_waits);
        for queue in waits {
            self.call_first(queue, from_ms, outside);
        }
        let queues = self.queues.len() as u32;
        loop {
            let Some((now_ms, number)) = self.calendar.pop_before(until_ms) else {
                if !self.calendar.turn(until_ms) {
                    return;
                }
                self.touch();
                continue;
            };
            if number < queues {
                if self.queues[number as usize].due_ms == now_ms {
                    self.serve((number, 0), now_ms, outside);
                }
            } else if number < 2 * queues {
                let queue = number - queues;
                if self.waits[queue as usize].wake_ms == now_ms {
                    self.wake(queue, now_ms, outside);
                }
            } else {
                self.lose_patience(number - 2 * queues, now_ms, outside);
            }
        }
    }

    /// Reads what the next events will need, so that memory brings all of it at once and not one event after the other.
    /// No result depends on it.
    fn touch(&mut self) {
        self.touched.clear();
        self.calendar.coming(&mut self.touched);
        for row in &mut self.touched {
            *row = self.queues.get(*row as usize).map_or(NONE, |queue| queue.head);
        }
        for row in &mut self.touched {
            *row = self.vehicles.get(*row as usize).map_or(NONE, Vehicle::next_link);
        }
        for link in &mut self.touched {
            *link = self.row_of.get(*link as usize).copied().unwrap_or(NONE);
        }
        let next = self.touched.iter().filter_map(|row| self.queues.get(*row as usize));
        std::hint::black_box(next.fold(0u32, |sum, queue| sum.wrapping_add(queue.tail)));
    }

    /// Plans the turn of whoever waits first for room on a link. Where it isn't known when there will be room, the
    /// vehicle that makes it will tell; across a cut nobody tells, so the next window looks again.
    fn call_first(&mut self, queue: u32, now_ms: u32, outside: Outside<'_>) {
        if self.queues[queue as usize].first_waiter == NONE {
            return;
        }
        match self.room(queue, now_ms, outside) {
            Room::Now => self.plan_wake(queue, now_ms),
            Room::At(at_ms) => self.plan_wake(queue, at_ms),
            Room::Unknown if self.waits[queue as usize].ends == Ends::Beginning => {
                self.cut_waits.push(queue);
            }
            Room::Unknown => {}
        }
    }

    #[inline]
    fn room(&self, queue: u32, now_ms: u32, outside: Outside<'_>) -> Room {
        let row = &self.queues[queue as usize];
        if row.spare > 0 {
            return Room::Now;
        }
        let waits = &self.waits[queue as usize];
        if waits.ends == Ends::Both && row.spare + waits.margin <= 0 {
            return Room::Unknown;
        }
        let left_ms = outside.slots[(row.first_slot + row.taken) as usize].load(Ordering::Relaxed);
        if left_ms == NEVER {
            return Room::Unknown;
        }
        let at_ms = if left_ms == 0 { 0 } else { left_ms.saturating_add(waits.gap_ms) };
        if at_ms <= now_ms { Room::Now } else { Room::At(at_ms) }
    }

    /// Lets vehicles out of a queue, whose head reaches the link's end at a time, until one has to wait.
    fn serve(&mut self, (queue, mut ready_ms): (u32, u32), now_ms: u32, outside: Outside<'_>) {
        self.queues[queue as usize].due_ms = NEVER;
        loop {
            let row = &mut self.queues[queue as usize];
            if row.head == NONE {
                return;
            }
            let due_ms = ready_ms.max(row.next_exit_ms);
            if due_ms > now_ms {
                row.due_ms = due_ms;
                return self.calendar.push(due_ms, queue);
            }
            let vehicle = &self.vehicles[row.head as usize];
            let link = vehicle.next_link();
            if link == NONE {
                self.arrivals.push(Arrival { vehicle: vehicle.id, at_ms: now_ms });
                ready_ms = vehicle.behind_ready_ms;
                let row = self.pull(queue, now_ms, outside);
                self.free_row(row);
                continue;
            }
            let to = self.row_of[link as usize];
            let free = self.queues[to as usize].first_waiter == NONE;
            match self.room(to, now_ms, outside) {
                Room::Now if free => ready_ms = self.cross(queue, to, now_ms, true, outside),
                _ => return self.wait(queue, to, now_ms, outside),
            }
        }
    }

    /// The head of a queue joins those who wait for room on a link.
    fn wait(&mut self, queue: u32, to: u32, now_ms: u32, outside: Outside<'_>) {
        let waits = &mut self.waits[queue as usize];
        (waits.since_ms, waits.next_waiter) = (now_ms, NONE);
        let last = std::mem::replace(&mut self.waits[to as usize].last_waiter, queue);
        if last != NONE {
            self.waits[last as usize].next_waiter = queue;
        } else {
            self.queues[to as usize].first_waiter = queue;
            self.call_first(to, now_ms, outside);
        }
        let number = 2 * self.queues.len() as u32 + queue;
        self.calendar.push(now_ms.saturating_add(outside.patience_ms), number);
    }

    /// Room has come: whoever has waited longest goes, and the next one learns when there will be room again.
    fn wake(&mut self, to: u32, now_ms: u32, outside: Outside<'_>) {
        self.waits[to as usize].wake_ms = NEVER;
        let queue = self.queues[to as usize].first_waiter;
        if queue == NONE {
            return;
        }
        if matches!(self.room(to, now_ms, outside), Room::Now) {
            self.stop_waiting(to, NONE, queue);
            let ready_ms = self.cross(queue, to, now_ms, true, outside);
            self.call_first(to, now_ms, outside);
            self.serve((queue, ready_ms), now_ms, outside);
        } else {
            self.call_first(to, now_ms, outside);
        }
    }

    /// Takes a queue out of those that wait; `before` is the one that waits before it.
    fn stop_waiting(&mut self, to: u32, before: u32, queue: u32) {
        let after = std::mem::replace(&mut self.waits[queue as usize].next_waiter, NONE);
        self.waits[queue as usize].since_ms = NEVER;
        if before == NONE {
            self.queues[to as usize].first_waiter = after;
        } else {
            self.waits[before as usize].next_waiter = after;
        }
        if self.waits[to as usize].last_waiter == queue {
            self.waits[to as usize].last_waiter = before;
        }
    }

    /// Whoever still waits since then squeezes in.
    fn lose_patience(&mut self, queue: u32, now_ms: u32, outside: Outside<'_>) {
        let since_ms = self.waits[queue as usize].since_ms;
        if since_ms == NEVER || since_ms.saturating_add(outside.patience_ms) != now_ms {
            return;
        }
        let vehicle = &self.vehicles[self.queues[queue as usize].head as usize];
        let (at_kerb, to) = (vehicle.at_kerb(), self.row_of[vehicle.next_link() as usize]);
        let (mut before, mut waiter) = (NONE, self.queues[to as usize].first_waiter);
        while waiter != queue && waiter != NONE {
            (before, waiter) = (waiter, self.waits[waiter as usize].next_waiter);
        }
        if waiter == NONE {
            return;
        }
        self.stop_waiting(to, before, queue);
        // A vehicle that waits at the kerb disturbs nobody, and nobody gets past a post unserved.
        if at_kerb || self.waits[to as usize].strict {
            return self.wait(queue, to, now_ms, outside);
        }
        self.squeezed += 1;
        let ready_ms = self.cross(queue, to, now_ms, false, outside);
        self.serve((queue, ready_ms), now_ms, outside);
    }

    /// The head of a queue drives over onto a link. Tells when the vehicle behind it reaches, or has reached, the end.
    #[inline]
    fn cross(&mut self, queue: u32, to: u32, now_ms: u32, holds: bool, outside: Outside<'_>) -> u32 {
        let row = self.pull(queue, now_ms, outside);
        let link = &mut self.queues[to as usize];
        let vehicle = &mut self.vehicles[row as usize];
        let from_kerb = vehicle.at_kerb();
        vehicle.go_on(outside.routes);
        // Waiting for room at the kerb is time that the link takes: whoever begins there must know of it.
        vehicle.entered_ms = if from_kerb { vehicle.ready_ms } else { now_ms };
        self.kerb_ms += u64::from(now_ms - vehicle.entered_ms);
        vehicle.ready_ms = now_ms.saturating_add(link.free_ms);
        vehicle.behind = NONE;
        let behind_ready_ms = std::mem::replace(&mut vehicle.behind_ready_ms, NEVER);
        vehicle.holds = holds;
        let slot = link.first_slot + link.taken;
        if holds {
            link.taken = if link.taken + 1 == link.slots { 0 } else { link.taken + 1 };
            link.spare -= 1;
        }
        self.crossings += 1;
        // Only where both ends lie here does a link count its spare slots.
        if link.headway_ms != NEVER {
            let ready_ms = vehicle.ready_ms;
            self.line_up(to, row, ready_ms);
            return behind_ready_ms;
        }
        link.spare = 0;
        if holds {
            outside.slots[slot as usize].store(NEVER, Ordering::Relaxed);
        }
        self.outbox.push((self.waits[to as usize].link, *vehicle));
        self.free_row(row);
        behind_ready_ms
    }

    fn free_row(&mut self, row: u32) {
        self.vehicles[row as usize].behind = self.unused;
        self.unused = row;
    }

    /// Takes the head out of a queue; the room it leaves becomes known.
    #[inline]
    fn pull(&mut self, queue: u32, now_ms: u32, outside: Outside<'_>) -> u32 {
        let link = &mut self.queues[queue as usize];
        let row = link.head;
        let vehicle = &self.vehicles[row as usize];
        link.head = vehicle.behind;
        if link.head == NONE {
            link.tail = NONE;
        }
        link.next_exit_ms = link.next_exit_ms.max(now_ms).saturating_add(link.headway_ms);
        if !vehicle.at_kerb() {
            // Vehicles leave as they came, so a part of the day is over once somebody of a later one leaves.
            let period = vehicle.entered_ms / outside.period_ms;
            if link.period != period {
                if link.vehicles > 0 {
                    self.tallies.push(link.take_tally(self.waits[queue as usize].link));
                }
                link.period = period;
            }
            link.vehicles += 1;
            link.spent_ms += u64::from(now_ms - vehicle.entered_ms);
        }
        if vehicle.holds {
            let slot = link.first_slot + link.released;
            outside.slots[slot as usize].store(now_ms.max(1), Ordering::Relaxed);
            link.released = if link.released + 1 == link.slots { 0 } else { link.released + 1 };
            link.spare += 1;
            if link.first_waiter != NONE && self.waits[queue as usize].wake_ms == NEVER {
                let gap_ms = self.waits[queue as usize].gap_ms;
                self.plan_wake(queue, now_ms.max(1).saturating_add(gap_ms));
            }
        }
        row
    }

    /// Hands out what was counted so far, in no order.
    pub(super) fn count(&mut self, tallies: &mut Vec<LinkTally>) {
        tallies.append(&mut self.tallies);
        for (queue, waits) in self.queues.iter_mut().zip(&self.waits) {
            if queue.vehicles > 0 {
                tallies.push(queue.take_tally(waits.link));
            }
        }
    }

    /// Counts whoever still drives or stands as if it left its link, or the kerb before it, at this moment.
    pub(super) fn count_inside(&self, now_ms: u32, outside: Outside<'_>, tallies: &mut Vec<LinkTally>) {
        for (queue, waits) in self.queues.iter().zip(&self.waits) {
            let mut row = queue.head;
            while row != NONE {
                let vehicle = &self.vehicles[row as usize];
                row = vehicle.behind;
                let since_ms = if vehicle.at_kerb() { vehicle.ready_ms } else { vehicle.entered_ms };
                if since_ms <= now_ms {
                    let (period, spent_ms) = (since_ms / outside.period_ms, u64::from(now_ms - since_ms));
                    tallies.push(LinkTally { link: waits.link, period, vehicles: 1, spent_ms });
                }
            }
        }
    }

    /// Vehicles in queues, at kerbs included.
    pub(super) fn inside(&self) -> usize {
        let mut unused = 0;
        let mut row = self.unused;
        while row != NONE {
            (unused, row) = (unused + 1, self.vehicles[row as usize].behind);
        }
        self.vehicles.len() - unused
    }

    /// Vehicles at kerbs, those who have yet to set out included.
    pub(super) fn at_kerbs(&self) -> usize {
        let kerbs = self.queues.iter().zip(&self.waits).filter(|(_, waits)| waits.ends == Ends::Kerb);
        let behind = |row: &u32| Some(self.vehicles[*row as usize].behind).filter(|row| *row != NONE);
        kerbs
            .filter(|(queue, _)| queue.head != NONE)
            .map(|(queue, _)| std::iter::successors(Some(queue.head), behind).count())
            .sum()
    }
}
