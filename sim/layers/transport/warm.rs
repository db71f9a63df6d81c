//! Bringing what the hour's travellers need into the cache before they are looked at one by one.
//!
//! A traveller's data lie in half a dozen far places, and each of them alone makes the processor wait. Loops that
//! only touch them have no other work in between, so the waits overlap; measured on a full city this more than
//! halves the hour's time. Nothing here changes any result.
use super::due::{WORDS, each_bit};
use super::{View, network};
use citytwin_world::id::Key;
use citytwin_world::population::Today;
use citytwin_world::residents::{PAIRS, SLOTS, slot};
use citytwin_world::{Mode, PersonId};
use std::hint::black_box;

/// Touches everything that the persons due in this hour will read.
pub(super) fn touch(view: &View, first: usize, today: &[Today], hour: &[u64; WORDS]) {
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
        let at = usize::from(t.at);
        let (Some(&a), Some(&b)) = (t.stop.get(at), t.stop.get(at + 1)) else { return };
        let (a, b) = (usize::from(a) % SLOTS, usize::from(b) % SLOTS);
        let far = if a == slot::HOME { b } else { a };
        match p.mode[far] {
            Mode::Car => {
                let legs = residents.car.get(p.car_row as usize);
                sum = sum.wrapping_add(legs.map_or(0, |l| u64::from(l[a * SLOTS + b][0])));
            }
            Mode::Bus | Mode::Metro => {
                let zone = |s: usize| view.city.places.zone.get(p.slot[s]).copied().unwrap_or_default();
                let journeys = &view.city.transit.journeys;
                let period = network::period(view.now, u32::from(t.next_min) * 60);
                if let Some(row) = journeys.find(period, zone(a), zone(b)) {
                    sum = sum.wrapping_add(u64::from(journeys.journey[row].egress_s) + row.index() as u64);
                }
            }
            Mode::Walk | Mode::Bicycle => {}
        }
    });
    black_box(sum);
}
