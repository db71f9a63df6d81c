//! The rides between home and work or school, kept with each person who uses transit for them.
//!
//! They are six in ten of all journeys by bus and metro. Copied from the city's table of journeys, which is far larger
//! than any cache, they lie in the order of persons and are read as persons are.
use super::network;
use citytwin_engine::Now;
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::transit::Journey;
use citytwin_world::{City, DayType, Mode, PersonId, Residents};
use rayon::prelude::*;

/// Time before the start at work or school at which people leave home, min: tells the part of the day, no more.
const LEAVE_BEFORE_MIN: u16 = 45;

/// The usual journeys by transit, by person.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Row of each person, or `u32::MAX`.
    row: Vec<u32>,
    /// There and back, each in the part of the week in which it is usually travelled; without rides where no transit
    /// leads there. Both lie in one cache line.
    legs: Vec<[Journey; 2]>,
}

impl Book {
    /// Looks up what transit users travel to work or school and back.
    pub(super) fn of(city: &City, residents: &Residents) -> Self {
        let uses = |p: &citytwin_world::Resident| {
            p.slot[slot::ANCHOR].is_some() && matches!(p.mode[slot::ANCHOR], Mode::Bus | Mode::Metro)
        };
        let persons = residents.person.as_slice();
        let mut rows = 0;
        let row = persons
            .iter()
            .map(|p| {
                if uses(p) {
                    rows += 1;
                    rows - 1
                } else {
                    u32::MAX
                }
            })
            .collect();
        let legs = persons.par_iter().filter(|p| uses(p)).map(|p| {
            let zone = |s: usize| city.places.zone.get(p.slot[s]).copied();
            let leg = |from: usize, to: usize, depart_min: u16| {
                let period = network::period_of(DayType::Workday, u32::from(depart_min % 1440) * 60);
                let journeys = &city.transit.journeys;
                let row = zone(from).zip(zone(to)).and_then(|(a, b)| journeys.find(period, a, b));
                let none = Journey { period: period as u8, ..Journey::default() };
                row.map_or(none, |row| journeys.journey[row])
            };
            let end_min = p.anchor_start_min.saturating_add(p.anchor_stay_min);
            [
                leg(slot::HOME, slot::ANCHOR, p.anchor_start_min.saturating_sub(LEAVE_BEFORE_MIN)),
                leg(slot::ANCHOR, slot::HOME, end_min),
            ]
        });
        Self { row, legs: legs.collect() }
    }

    /// The journey from slot to slot in the hour of a departure, if it is one of those kept. The inner option is what
    /// the table of journeys would say.
    #[inline]
    pub(super) fn find(
        &self,
        now: Now,
        person: PersonId,
        (a, b): (usize, usize),
        depart_s: u32,
    ) -> Option<Option<&Journey>> {
        let direction = match (a, b) {
            (slot::HOME, slot::ANCHOR) => 0,
            (slot::ANCHOR, slot::HOME) => 1,
            _ => return None,
        };
        let legs = self.legs.get(*self.row.get(person.index())? as usize)?;
        let leg = &legs[direction];
        let fits = usize::from(leg.period) == network::period(now, depart_s);
        fits.then(|| (!leg.rides().is_empty()).then_some(leg))
    }
}
