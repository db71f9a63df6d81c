//! What is known of one queue and one vehicle, each in a cache line of its own.
use super::part::NEVER;
use super::run::LinkTally;
use crate::graph::NONE;

/// Links of its way that a vehicle carries along.
pub(super) const AHEAD: usize = 8;

/// A vehicle under way.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Vehicle {
    pub(super) id: u32,
    /// Position of the present link in the routes, and the end of its route.
    pub(super) at: u32,
    pub(super) end: u32,
    /// When it came to the present link, and when it reaches the link's end.
    pub(super) entered_ms: u32,
    pub(super) ready_ms: u32,
    /// The vehicle behind it in the same queue, and when that one reaches the link's end.
    pub(super) behind: u32,
    pub(super) behind_ready_ms: u32,
    /// Whether it takes one of the link's slots; who squeezed in doesn't.
    pub(super) holds: bool,
    /// Links of the route around the position it goes to next: position `p` lies at `p % AHEAD`.
    pub(super) ahead: [u32; AHEAD],
}

impl Vehicle {
    /// A vehicle at the kerb before the first link of its route.
    pub(super) fn at_the_kerb(id: u32, at_ms: u32, (first, end): (u32, u32), routes: &[u32]) -> Self {
        let mut vehicle = Self {
            id,
            at: first,
            end,
            entered_ms: NEVER,
            ready_ms: at_ms,
            behind: NONE,
            behind_ready_ms: NEVER,
            holds: false,
            ahead: [NONE; AHEAD],
        };
        vehicle.look_ahead(first, routes);
        vehicle
    }

    /// Position in the routes of the link it goes to next: who leaves the kerb stands before the first one.
    #[inline]
    pub(super) fn next(&self) -> u32 {
        self.at + u32::from(!self.at_kerb())
    }

    #[inline]
    pub(super) fn at_kerb(&self) -> bool {
        self.entered_ms == NEVER
    }

    /// The link it goes to next; `NONE` at the end of its route.
    #[inline]
    pub(super) fn next_link(&self) -> u32 {
        let next = self.next();
        if next < self.end { self.ahead[next as usize % AHEAD] } else { NONE }
    }

    /// Goes on by one position.
    #[inline]
    pub(super) fn go_on(&mut self, routes: &[u32]) {
        self.at = self.next();
        let next = self.at + 1;
        if (next as usize).is_multiple_of(AHEAD) {
            self.look_ahead(next, routes);
        }
    }

    fn look_ahead(&mut self, next: u32, routes: &[u32]) {
        let begin = next as usize / AHEAD * AHEAD;
        let rest = routes.get(begin..).unwrap_or(&[]);
        if let Some(whole) = rest.first_chunk() {
            self.ahead = *whole;
        } else {
            self.ahead.iter_mut().zip(rest).for_each(|(ahead, link)| *ahead = *link);
        }
    }
}

/// A link, or those who wait at the kerb to enter one: the vehicles on it, and the room at its beginning.
///
/// Where a link's ends lie in different parts each has a row of it: the beginning that is entered, and the queue at the
/// end that is left.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Queue {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) next_exit_ms: u32,
    pub(super) headway_ms: u32,
    /// When the next event of this queue is due.
    pub(super) due_ms: u32,
    /// Slots given back and taken so far, modulo the number of slots; the link's slots.
    pub(super) released: u32,
    pub(super) taken: u32,
    pub(super) first_slot: u32,
    pub(super) slots: u32,
    pub(super) free_ms: u32,
    /// Slots that nobody holds beyond [`Waits::margin`], where both ends lie in this part.
    pub(super) spare: i32,
    /// First of the queues whose heads wait for room here, first come first served.
    pub(super) first_waiter: u32,
    /// Vehicles that left and had come in one part of the day, and the time they had spent on the link, ms.
    pub(super) spent_ms: u64,
    pub(super) vehicles: u32,
    pub(super) period: u32,
}

impl Queue {
    /// An empty queue of those who wait at the kerb to enter a link: it lets out everybody for whom there is room.
    pub(super) fn kerb() -> Self {
        Self {
            head: NONE,
            tail: NONE,
            next_exit_ms: 0,
            headway_ms: 0,
            due_ms: NEVER,
            released: 0,
            taken: 0,
            first_slot: 0,
            slots: 1,
            free_ms: 0,
            spare: 0,
            first_waiter: NONE,
            spent_ms: 0,
            vehicles: 0,
            period: 0,
        }
    }

    /// Hands out what was counted in one part of the day and begins anew.
    pub(super) fn take_tally(&mut self, link: u32) -> LinkTally {
        let (vehicles, spent_ms) = (std::mem::take(&mut self.vehicles), std::mem::take(&mut self.spent_ms));
        LinkTally { link, period: self.period, vehicles, spent_ms }
    }
}

/// What of a link lies in this part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// Both ends.
    Both,
    /// Its beginning only: who enters goes over into another part.
    Beginning,
    /// Its end only: another part lets vehicles in.
    End,
    /// No link but the kerb before one.
    Kerb,
}

/// What of a queue is needed only where somebody waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    /// The link; for kerbs the one that is entered there.
    pub(super) link: u32,
    pub(super) ends: Ends,
    /// Time until room made at the head reaches the beginning.
    pub(super) gap_ms: u32,
    /// Whether nobody squeezes in.
    pub(super) strict: bool,
    /// Slots that may have been given back within the last `gap_ms`: as many as leave in it, and one.
    pub(super) margin: i32,
    /// Since when the head waits for room, and the queue that waits behind it for the same room.
    pub(super) since_ms: u32,
    pub(super) next_waiter: u32,
    /// Last of the queues whose heads wait for room here, and when the first is to look again.
    pub(super) last_waiter: u32,
    pub(super) wake_ms: u32,
}

impl Waits {
    pub(super) fn none(link: u32, ends: Ends) -> Self {
        Self {
            link,
            ends,
            gap_ms: 1,
            strict: false,
            margin: 0,
            since_ms: NEVER,
            next_waiter: NONE,
            last_waiter: NONE,
            wake_ms: NEVER,
        }
    }
}
