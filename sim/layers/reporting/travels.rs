//! Travel histories: operators name the phones that were for a while in a part of the city with many known cases.
use super::desk::Desk;
use citytwin_engine::{Board, Department as By, RecordKind as Kind};
use citytwin_world::residents::flag;
use citytwin_world::{PersonId, VisitLog};
use rayon::prelude::*;

/// At the end of a day, where operators share travel histories: whose phone was in such a zone for long enough, away
/// from home.
pub(super) fn histories(desk: &mut Desk, visits: &VisitLog, board: &Board) {
    let asked = desk.levers.sharing.iter().any(|share| {
        // An entry for all records doesn't ask for what nobody makes unasked.
        share.from == By::TelecomOperators && share.names(Kind::TravelHistory)
    });
    let risky = if asked { risk_zones(desk, board) } else { Vec::new() };
    if !risky.contains(&true) {
        return;
    }
    let (residents, zones) = (desk.residents, &desk.city.places.zone);
    let homes = residents.rooms.households;
    let minutes_there = |visit: &citytwin_world::Visit| -> u32 {
        let place = residents.rooms.place.get(visit.room).filter(|_| visit.room.0 >= homes);
        let zone = place.and_then(|place| zones.get(*place)).map(|zone| zone.0 as usize);
        let there = zone.is_some_and(|zone| risky.get(zone) == Some(&true));
        u32::from(there) * u32::from(visit.end_min - visit.start_min)
    };
    let chunk = |stays: &Vec<citytwin_world::Visit>| -> Vec<PersonId> {
        let mut there: Vec<(PersonId, u32)> =
            stays.iter().map(|v| (v.person, minutes_there(v))).filter(|(_, min)| *min > 0).collect();
        there.sort_unstable();
        let of_person = there.chunk_by(|a, b| a.0 == b.0);
        let long =
            of_person.filter(|own| own.iter().map(|o| o.1).sum::<u32>() >= desk.params.travel_history_min);
        long.filter_map(|own| own.first().map(|o| o.0)).collect()
    };
    let has_phone = |person: &PersonId| residents.person.get(*person).is_some_and(|p| p.has(flag::PHONE));
    let named: Vec<Vec<PersonId>> = visits.chunks.par_iter().map(chunk).collect();
    let tick = desk.now.tick;
    for person in named.into_iter().flatten().filter(has_phone) {
        desk.tell(By::TelecomOperators, Kind::TravelHistory, person, tick);
    }
}

/// Zones in which more cases are known than the keys allow.
fn risk_zones(desk: &Desk, board: &Board) -> Vec<bool> {
    let Some([cases, residents]) = board
        .zone_counts("known_cases_7d")
        .zip(board.zone_counts("residents"))
        .map(|(cases, residents)| [&cases.counts, &residents.counts])
    else {
        return Vec::new();
    };
    let risky = |(cases, residents): (&u32, &u32)| {
        *cases > 0 && f64::from(*cases) * 1000.0 >= desk.params.travel_history_cases * f64::from(*residents)
    };
    cases.iter().zip(residents).map(risky).collect()
}
