//! One part of the network: its queues, the entries of its links, and what happens there event by event.
use super::calendar::Calendar;
use super::run::{Arrival, LinkTally};
use crate::graph::NONE;
use std::sync::atomic::{AtomicU32, Ordering};

/// Time of a slot whose vehicle has not left yet, of a wake that is not planned, of a queue that waits for nothing.
const NEVER: u32 = u32::MAX;

/// A vehicle under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vehicle {
    pub(super) id: u32,
    /// Position of the present link in the routes, and the end of its route.
    pub(super) at: u32,
    pub(super) end: u32,
    /// When it came to the present link, and when it reaches the link's end.
    pub(super) entered_ms: u32,
    pub(super) ready_ms: u32,
    /// The vehicle behind it in the same queue.
    pub(super) next: u32,
    /// Whether it takes one of the link's slots; who squeezed in doesn't.
    pub(super) holds: bool,
}

impl Vehicle {
    /// Position in the routes of the link it goes to next: who leaves the kerb stands before the first one.
    fn next(&self) -> u32 {
        self.at + u32::from(!self.at_kerb())
    }
    fn at_kerb(&self) -> bool {
        self.entered_ms == NEVER
    }
}

/// The head of a queue: of a link, or of those who wait to leave the kerb for one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) next_exit_ms: u32,
    pub(super) headway_ms: u32,
    /// When the next event of this queue is due.
    pub(super) due_ms: u32,
    /// Since when the head waits for room, and the queue that waits behind it for the same room.
    pub(super) waits_since_ms: u32,
    pub(super) next_waiter: u32,
    /// Slots given back so far, modulo the number of slots; the link's slots.
    pub(super) released: u32,
    pub(super) first_slot: u32,
    pub(super) slots: u32,
    pub(super) gap_ms: u32,
    /// The link's entry where it lies in the same part.
    pub(super) entry: u32,
    /// The link; `NONE` at kerbs.
    pub(super) link: u32,
    /// Vehicles that left and had come in one part of the day, and the time they had spent on the link.
    pub(super) tally: LinkTally,
}

impl Exit {
    /// An empty queue of those who wait at the kerb to enter a link: it lets out everybody for whom there is room.
    pub(super) fn kerb() -> Self {
        Self {
            head: NONE,
            tail: NONE,
            next_exit_ms: 0,
            headway_ms: 0,
            due_ms: NEVER,
            waits_since_ms: NEVER,
            next_waiter: NONE,
            released: 0,
            first_slot: 0,
            slots: 1,
            gap_ms: 1,
            entry: NONE,
            link: NONE,
            tally: LinkTally::of(NONE, 0),
        }
    }
}

/// The beginning of a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The queue at the link's end, among those of the part in which it lies.
    pub(super) exit: u32,
    /// The link, where its end lies in another part; `NONE` elsewhere.
    pub(super) cut: u32,
    /// Slots taken so far, modulo the number of slots.
    pub(super) taken: u32,
    pub(super) first_slot: u32,
    pub(super) slots: u32,
    pub(super) free_ms: u32,
    pub(super) gap_ms: u32,
    /// Queues whose heads wait for room here, first come first served.
    pub(super) first_waiter: u32,
    pub(super) last_waiter: u32,
    pub(super) wake_ms: u32,
}

/// What a part sees of the whole: routes, slots, and where each link begins.
#[derive(Clone, Copy)]
pub(super) struct Outside<'a> {
    pub(super) routes: &'a [u32],
    /// When the vehicle that last held each slot left it; `NEVER` while it is held.
    pub(super) slots: &'a [AtomicU32],
    /// Row of each link among the entries of its part.
    pub(super) entry_of: &'a [u32],
    pub(super) patience_ms: u32,
    /// Length of the parts of the day by which links are counted.
    pub(super) period_ms: u32,
}

/// One part.
pub(super) struct Part {
    pub(super) exits: Vec<Exit>,
    pub(super) entries: Vec<Entry>,
    vehicles: Vec<Vehicle>,
    /// First of the vehicle rows not in use.
    spare: u32,
    calendar: Calendar,
    /// Vehicles that entered a link whose end lies elsewhere.
    pub(super) outbox: Vec<(u32, Vehicle)>,
    /// Cut links for whose room somebody waits.
    cut_waits: Vec<u32>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) tallies: Vec<LinkTally>,
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
    pub(super) fn new(exits: Vec<Exit>, entries: Vec<Entry>) -> Self {
        Self {
            exits,
            entries,
            vehicles: Vec::new(),
            spare: NONE,
            calendar: Calendar::new(),
            outbox: Vec::new(),
            cut_waits: Vec::new(),
            arrivals: Vec::new(),
            tallies: Vec::new(),
            squeezed: 0,
            crossings: 0,
            kerb_ms: 0,
        }
    }

    /// Puts a vehicle at the end of a queue.
    pub(super) fn take_in(&mut self, exit: u32, vehicle: Vehicle) {
        let row = if self.spare == NONE {
            self.vehicles.push(vehicle);
            self.vehicles.len() as u32 - 1
        } else {
            let row = self.spare;
            self.spare = self.vehicles[row as usize].next;
            self.vehicles[row as usize] = vehicle;
            row
        };
        self.line_up(exit, row);
    }

    fn line_up(&mut self, exit: u32, row: u32) {
        self.vehicles[row as usize].next = NONE;
        let queue = &mut self.exits[exit as usize];
        let tail = std::mem::replace(&mut queue.tail, row);
        if tail == NONE {
            queue.head = row;
            let due = self.vehicles[row as usize].ready_ms.max(queue.next_exit_ms);
            self.plan(exit, due);
        } else {
            self.vehicles[tail as usize].next = row;
        }
    }

    fn plan(&mut self, exit: u32, due_ms: u32) {
        self.exits[exit as usize].due_ms = due_ms;
        self.calendar.push(due_ms, exit);
    }

    fn plan_wake(&mut self, entry: u32, at_ms: u32) {
        self.entries[entry as usize].wake_ms = at_ms;
        self.calendar.push(at_ms, self.exits.len() as u32 + entry);
    }

    /// Runs all events before a time.
    pub(super) fn run(&mut self, from_ms: u32, until_ms: u32, outside: Outside<'_>) {
        let waits = std::mem::take(&mut self.cut_waits);
        for entry in waits {
            self.call_first(entry, from_ms, outside);
        }
        let (queues, entries) = (self.exits.len() as u32, self.entries.len() as u32);
        while let Some((now_ms, number)) = self.calendar.pop_before(until_ms) {
            if number < queues {
                if self.exits[number as usize].due_ms == now_ms {
                    self.serve(number, now_ms, outside);
                }
            } else if number < queues + entries {
                let entry = number - queues;
                if self.entries[entry as usize].wake_ms == now_ms {
                    self.wake(entry, now_ms, outside);
                }
            } else {
                self.lose_patience(number - queues - entries, now_ms, outside);
            }
        }
    }

    /// Plans the turn of whoever waits first for room on a link. Where it isn't known when there will be room, the
    /// vehicle that makes it will tell; across a cut nobody tells, so the next window looks again.
    fn call_first(&mut self, entry: u32, now_ms: u32, outside: Outside<'_>) {
        let row = &self.entries[entry as usize];
        if row.first_waiter == NONE {
            return;
        }
        match self.room(entry, now_ms, outside) {
            Room::Now => self.plan_wake(entry, now_ms),
            Room::At(at_ms) => self.plan_wake(entry, at_ms),
            Room::Unknown if row.cut != NONE => self.cut_waits.push(entry),
            Room::Unknown => {}
        }
    }

    #[inline]
    fn room(&self, entry: u32, now_ms: u32, outside: Outside<'_>) -> Room {
        let row = &self.entries[entry as usize];
        let left_ms = outside.slots[(row.first_slot + row.taken) as usize].load(Ordering::Relaxed);
        if left_ms == NEVER {
            return Room::Unknown;
        }
        let at_ms = if left_ms == 0 { 0 } else { left_ms.saturating_add(row.gap_ms) };
        if at_ms <= now_ms { Room::Now } else { Room::At(at_ms) }
    }

    /// Lets vehicles out of a queue until its head has to wait.
    fn serve(&mut self, exit: u32, now_ms: u32, outside: Outside<'_>) {
        self.exits[exit as usize].due_ms = NEVER;
        loop {
            let queue = &self.exits[exit as usize];
            if queue.head == NONE {
                return;
            }
            let vehicle = self.vehicles[queue.head as usize];
            let due_ms = vehicle.ready_ms.max(queue.next_exit_ms);
            if due_ms > now_ms {
                return self.plan(exit, due_ms);
            }
            let next = vehicle.next();
            if next >= vehicle.end {
                self.leave(exit, now_ms, outside);
                self.arrivals.push(Arrival { vehicle: vehicle.id, at_ms: now_ms });
                continue;
            }
            let entry = outside.entry_of[outside.routes[next as usize] as usize];
            let free = self.entries[entry as usize].first_waiter == NONE;
            match self.room(entry, now_ms, outside) {
                Room::Now if free => self.cross(exit, entry, now_ms, true, outside),
                _ => return self.wait(exit, entry, now_ms, outside),
            }
        }
    }

    /// The head of a queue joins those who wait for room on a link.
    fn wait(&mut self, exit: u32, entry: u32, now_ms: u32, outside: Outside<'_>) {
        let queue = &mut self.exits[exit as usize];
        (queue.waits_since_ms, queue.next_waiter) = (now_ms, NONE);
        let row = &mut self.entries[entry as usize];
        let last = std::mem::replace(&mut row.last_waiter, exit);
        if last != NONE {
            self.exits[last as usize].next_waiter = exit;
        } else {
            row.first_waiter = exit;
            self.call_first(entry, now_ms, outside);
        }
        let numbers = (self.exits.len() + self.entries.len()) as u32;
        self.calendar.push(now_ms.saturating_add(outside.patience_ms), numbers + exit);
    }

    /// Room has come: whoever has waited longest goes, and the next one learns when there will be room again.
    fn wake(&mut self, entry: u32, now_ms: u32, outside: Outside<'_>) {
        self.entries[entry as usize].wake_ms = NEVER;
        let exit = self.entries[entry as usize].first_waiter;
        if exit == NONE {
            return;
        }
        if matches!(self.room(entry, now_ms, outside), Room::Now) {
            self.stop_waiting(entry, NONE, exit);
            self.cross(exit, entry, now_ms, true, outside);
            self.call_first(entry, now_ms, outside);
            self.serve(exit, now_ms, outside);
        } else {
            self.call_first(entry, now_ms, outside);
        }
    }

    /// Takes a queue out of those that wait; `before` is the one that waits before it.
    fn stop_waiting(&mut self, entry: u32, before: u32, exit: u32) {
        let after = std::mem::replace(&mut self.exits[exit as usize].next_waiter, NONE);
        self.exits[exit as usize].waits_since_ms = NEVER;
        let row = &mut self.entries[entry as usize];
        if before == NONE {
            row.first_waiter = after;
        } else {
            self.exits[before as usize].next_waiter = after;
        }
        if row.last_waiter == exit {
            row.last_waiter = before;
        }
    }

    /// Whoever still waits since then squeezes in.
    fn lose_patience(&mut self, exit: u32, now_ms: u32, outside: Outside<'_>) {
        let queue = &self.exits[exit as usize];
        let since_ms = queue.waits_since_ms;
        if since_ms == NEVER || since_ms.saturating_add(outside.patience_ms) != now_ms {
            return;
        }
        let vehicle = self.vehicles[queue.head as usize];
        let entry = outside.entry_of[outside.routes[vehicle.next() as usize] as usize];
        let (mut before, mut waiter) = (NONE, self.entries[entry as usize].first_waiter);
        while waiter != exit && waiter != NONE {
            (before, waiter) = (waiter, self.exits[waiter as usize].next_waiter);
        }
        if waiter == NONE {
            return;
        }
        self.stop_waiting(entry, before, exit);
        // A vehicle that waits at the kerb disturbs nobody: it may only go where there is room.
        if vehicle.at_kerb() {
            return self.wait(exit, entry, now_ms, outside);
        }
        self.squeezed += 1;
        self.cross(exit, entry, now_ms, false, outside);
        self.serve(exit, now_ms, outside);
    }

    /// The head of a queue drives over onto a link.
    fn cross(&mut self, exit: u32, entry: u32, now_ms: u32, holds: bool, outside: Outside<'_>) {
        let row = self.pull(exit, now_ms, outside);
        let link = &mut self.entries[entry as usize];
        let vehicle = &mut self.vehicles[row as usize];
        let from_kerb = vehicle.at_kerb();
        vehicle.at = vehicle.next();
        // Waiting for room at the kerb is time that the link takes: whoever begins there must know of it.
        vehicle.entered_ms = if from_kerb { vehicle.ready_ms } else { now_ms };
        self.kerb_ms += u64::from(now_ms - vehicle.entered_ms);
        vehicle.ready_ms = now_ms.saturating_add(link.free_ms);
        vehicle.holds = holds;
        if holds {
            outside.slots[(link.first_slot + link.taken) as usize].store(NEVER, Ordering::Relaxed);
            link.taken = if link.taken + 1 == link.slots { 0 } else { link.taken + 1 };
        }
        self.crossings += 1;
        if link.cut == NONE {
            let to = link.exit;
            self.line_up(to, row);
        } else {
            self.outbox.push((link.cut, *vehicle));
            self.free_row(row);
        }
    }

    fn free_row(&mut self, row: u32) {
        self.vehicles[row as usize].next = self.spare;
        self.spare = row;
    }

    /// The head of a queue has arrived.
    fn leave(&mut self, exit: u32, now_ms: u32, outside: Outside<'_>) {
        let row = self.pull(exit, now_ms, outside);
        self.free_row(row);
    }

    /// Takes the head out of a queue; the room it leaves becomes known.
    fn pull(&mut self, exit: u32, now_ms: u32, outside: Outside<'_>) -> u32 {
        let queue = &mut self.exits[exit as usize];
        let row = queue.head;
        let vehicle = self.vehicles[row as usize];
        queue.head = vehicle.next;
        if queue.head == NONE {
            queue.tail = NONE;
        }
        queue.next_exit_ms = queue.next_exit_ms.max(now_ms).saturating_add(queue.headway_ms);
        if !vehicle.at_kerb() {
            let period = vehicle.entered_ms / outside.period_ms;
            // Vehicles leave as they came, so a part of the day is over once somebody of a later one leaves.
            if queue.tally.period != period {
                let whole = std::mem::replace(&mut queue.tally, LinkTally::of(queue.link, period));
                if whole.vehicles > 0 {
                    self.tallies.push(whole);
                }
            }
            queue.tally.vehicles += 1;
            queue.tally.spent_ms += u64::from(now_ms - vehicle.entered_ms);
        }
        if vehicle.holds {
            outside.slots[(queue.first_slot + queue.released) as usize]
                .store(now_ms.max(1), Ordering::Relaxed);
            queue.released = if queue.released + 1 == queue.slots { 0 } else { queue.released + 1 };
            let (entry, at_ms) = (queue.entry, now_ms.max(1).saturating_add(queue.gap_ms));
            if entry != NONE {
                let link = &self.entries[entry as usize];
                if link.first_waiter != NONE && link.wake_ms == NEVER {
                    self.plan_wake(entry, at_ms);
                }
            }
        }
        row
    }

    /// Hands out what was counted so far.
    pub(super) fn count(&mut self, tallies: &mut Vec<LinkTally>) {
        tallies.append(&mut self.tallies);
        for exit in &mut self.exits {
            let LinkTally { link, period, vehicles, .. } = exit.tally;
            if vehicles > 0 {
                tallies.push(std::mem::replace(&mut exit.tally, LinkTally::of(link, period)));
            }
        }
    }

    /// Counts whoever still drives or stands as if it left its link, or the kerb before it, at this moment.
    pub(super) fn count_inside(&self, now_ms: u32, outside: Outside<'_>, tallies: &mut Vec<LinkTally>) {
        for exit in &self.exits {
            let mut row = exit.head;
            while row != NONE {
                let vehicle = &self.vehicles[row as usize];
                row = vehicle.next;
                let kerb = vehicle.at_kerb();
                let link = if kerb { outside.routes[vehicle.next() as usize] } else { exit.link };
                let since_ms = if kerb { vehicle.ready_ms } else { vehicle.entered_ms };
                if since_ms <= now_ms {
                    let (period, spent_ms) = (since_ms / outside.period_ms, u64::from(now_ms - since_ms));
                    tallies.push(LinkTally { link, period, vehicles: 1, spent_ms });
                }
            }
        }
    }

    /// Vehicles in queues, at kerbs included.
    pub(super) fn inside(&self) -> usize {
        let mut spare = 0;
        let mut row = self.spare;
        while row != NONE {
            (spare, row) = (spare + 1, self.vehicles[row as usize].next);
        }
        self.vehicles.len() - spare
    }
}
