//! Bringing what the hour's travellers need into the cache before they are looked at one by one.
//!
//! A traveller's data lie in half a dozen far places, and each of them alone makes the processor wait. Loops that
//! only touch them have no other work in between, so the waits overlap; measured on a full city this more than
//! halves the hour's time. Nothing here changes any result.
use super::due::{Bits, each_bit};
use super::{View, walk};
use citytwin_world::population::{DURATION, STOPS_MAX, Today};
use citytwin_world::residents::{PAIRS, Resident, SLOTS, slot};
use citytwin_world::transit::JourneyRow;
use citytwin_world::{Mode, PersonId};
use std::hint::black_box;
use std::ops::Range;

/// Touches everything that the persons due in this hour will read.
pub(super) fn touch(view: &View, first: usize, today: &[Today], hour: &Bits) {
    let residents = view.residents;
    let mut sum = 0u64;
    each_bit(hour, |i| {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), residents.person.get(id)) else { return };
        let way = residents.walk_10m[id];
        sum = sum.wrapping_add(u64::from(t.next_min) ^ u64::from(t.room.0) ^ u64::from(p.household.0));
        sum = sum.wrapping_add(u64::from(way[0]) ^ u64::from(way[PAIRS - 1]) ^ p.mode[SLOTS - 1] as u64);
    });
    each_bit(hour, |i| {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), residents.person.get(id)) else { return };
        sum = sum.wrapping_add(next_leg(view, (id, t, p), usize::from(t.at), t.next_min));
    });
    black_box(sum);
}

/// Legs that a group's days can have, at most; what is beyond is read when it is needed.
const LEGS_MAX: usize = 256;

/// Far places to be read, found before any of them is waited for.
struct Far {
    at: [u32; LEGS_MAX],
    count: usize,
}

impl Far {
    fn new() -> Self {
        Self { at: [0; LEGS_MAX], count: 0 }
    }
    fn push(&mut self, at: usize) {
        if let Some(free) = self.at.get_mut(self.count) {
            *free = at as u32;
            self.count += 1;
        }
    }
    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.at.iter().take(self.count).map(|at| *at as usize)
    }
}

/// Touches the legs of whole days: first says where they lie, then reads them one right after the other, so that the
/// processor waits for many at once.
pub(super) fn touch_day(view: &View, first: usize, today: &[Today], group: Range<usize>) {
    let journeys = &view.city.transit.journeys;
    let (mut cars, mut cells) = (Far::new(), Far::new());
    for i in group {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), view.residents.person.get(id)) else { continue };
        let (mut mode, mut clock_min) = (Mode::Walk, 0);
        for at in 0..usize::from(t.stops).clamp(1, STOPS_MAX) - 1 {
            let (a, b) = (usize::from(t.stop[at]) % SLOTS, usize::from(t.stop[at + 1]) % SLOTS);
            if a == slot::HOME {
                mode = walk::tour_mode(p, &t.stop[at + 1..usize::from(t.stops).min(STOPS_MAX)]);
            }
            // A guess of the minute of leaving: stays that last a while begin when the trip before them ends.
            let until = t.until_min[at];
            clock_min = if until & DURATION != 0 { clock_min + (until & !DURATION) } else { until };
            match mode {
                Mode::Car => cars.push(p.car_row as usize * CELLS + a * SLOTS + b),
                Mode::Bus | Mode::Metro => {
                    let leave_s = u32::from(clock_min) * 60;
                    cells.push(view.network.far_cell((view.now, view.city), (id, p), (a, b), leave_s));
                }
                Mode::Walk | Mode::Bicycle => {}
            }
            clock_min = clock_min.saturating_add(TRIP_MIN);
        }
    }
    let mut rows = Far::new();
    for cell in cells.iter() {
        rows.push(journeys.row.get(cell).map_or(0, |row| *row as usize));
    }
    let mut sum = 0u64;
    for cell in cars.iter() {
        let leg = view.residents.car.get(cell / CELLS).map_or([0; 2], |legs| legs[cell % CELLS]);
        sum = sum.wrapping_add(u64::from(leg[0]));
    }
    for row in rows.iter() {
        let journey = journeys.journey.get(JourneyRow(row as u32));
        sum = sum.wrapping_add(journey.map_or(0, |journey| u64::from(journey.egress_s)));
    }
    black_box(sum);
}

/// Ordered pairs of slots.
const CELLS: usize = SLOTS * SLOTS;
/// A usual trip, min: good enough to guess in which part of the day the next one begins.
const TRIP_MIN: u16 = 20;

/// Reads what the leg from a stop of the plan to the next one needs.
fn next_leg(view: &View, (id, t, p): (PersonId, &Today, &Resident), at: usize, leave_min: u16) -> u64 {
    let (Some(&a), Some(&b)) = (t.stop.get(at), t.stop.get(at + 1)) else { return 0 };
    let (a, b) = (usize::from(a) % SLOTS, usize::from(b) % SLOTS);
    let far = if a == slot::HOME { b } else { a };
    match p.mode[far] {
        Mode::Car => {
            let legs = view.residents.car.get(p.car_row as usize);
            legs.map_or(0, |l| u64::from(l[a * SLOTS + b][0]))
        }
        Mode::Bus | Mode::Metro => {
            let found =
                view.network.journey((view.now, view.city), (id, p), (a, b), u32::from(leave_min) * 60);
            found.map_or(0, |journey| u64::from(journey.egress_s))
        }
        Mode::Walk | Mode::Bicycle => 0,
    }
}
