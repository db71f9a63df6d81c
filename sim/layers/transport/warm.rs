//! Bringing what the hour's travellers need into the cache before they are looked at one by one.
//!
//! A traveller's data lie in half a dozen far places, and each of them alone makes the processor wait. Loops that
//! only touch them have no other work in between, so the waits overlap; measured on a full city this more than
//! halves the hour's time. Nothing here changes any result.
use super::View;
use super::due::{Bits, each_bit};
use citytwin_world::population::{STOPS_MAX, Today};
use citytwin_world::residents::{PAIRS, Resident, SLOTS, slot};
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

/// Touches the legs of whole days.
pub(super) fn touch_day(view: &View, first: usize, today: &[Today], group: Range<usize>) {
    let mut sum = 0u64;
    for i in group {
        let id = PersonId((first + i) as u32);
        let (Some(t), Some(p)) = (today.get(i), view.residents.person.get(id)) else { continue };
        for at in 0..usize::from(t.stops).saturating_sub(1) {
            sum = sum.wrapping_add(next_leg(view, (id, t, p), at, t.until_min[at % STOPS_MAX] & 0x7ff));
        }
    }
    black_box(sum);
}

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
