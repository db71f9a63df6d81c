//! Where a department writes down what it saw: with its coverage, delay and error.
use super::feeds::ReportingParams;
use citytwin_engine::{Board, Department, Levers, Now, Record, RecordKind};
use citytwin_world::{City, DigitalFunction, Draw, PersonId, Residents};
use rayon::prelude::*;

/// Base of the purposes of all draws about records: department and kind are added, so no two share their luck.
const OBSERVES: u32 = 0x0500;

/// Cases worked on together.
const PIECE: usize = 256;

/// What is needed to write on the board, and what there is to be seen in this hour.
pub(super) struct Desk<'a> {
    pub now: Now,
    pub params: &'a ReportingParams,
    pub levers: &'a Levers,
    pub city: &'a City,
    pub residents: &'a Residents,
    pub neighbours: &'a Neighbours,
    /// What departments may observe, as records without loss, delay and error; true for what is handed in as it is.
    pub seen: Vec<(Record, bool)>,
}

impl Desk<'_> {
    /// A department may observe something about a person; what it observes it knows after its delay.
    pub fn tell(&mut self, observer: Department, kind: RecordKind, person: PersonId, observed_tick: u32) {
        self.seen.push((Record { kind, observer, person, observed_tick }, false));
    }

    /// Whether a resident reaches a digital function by phone in this hour.
    pub fn reaches(&self, person: PersonId, function: DigitalFunction) -> bool {
        self.levers.reaches(self.now.seed, self.residents, person, function, self.now.tick)
    }

    /// A resident hands something in, which is known in the next hour.
    pub fn hand_in(&mut self, record: Record) {
        self.seen.push((record, true));
    }

    /// Writes on the board what departments did observe, in the order in which it was there to be seen.
    pub fn file(self, board: &mut Board) {
        let records: Vec<Option<(u32, Record)>> =
            self.seen.par_iter().with_min_len(PIECE).map(|seen| self.observe(*seen)).collect();
        records.into_iter().flatten().for_each(|(known_tick, record)| board.tell(known_tick, record));
    }

    /// The record that a department makes of what there is to be seen, with the tick at which it knows.
    fn observe(&self, (seen, as_it_is): (Record, bool)) -> Option<(u32, Record)> {
        if as_it_is {
            return Some((self.now.tick + 1, seen));
        }
        let Record { kind, observer, person, observed_tick } = seen;
        let feed = self.params.feed(observer);
        // Kinds beyond the sixteenth would run into the department's bits.
        let kind_bits = if (kind as u32) < 16 { kind as u32 } else { (kind as u32 - 15) << 12 };
        let purpose = OBSERVES | (observer as u32) << 4 | kind_bits;
        let mut draw = Draw::new(self.now.seed, purpose, person.0, observed_tick);
        if !draw.chance(feed.coverage) {
            return None;
        }
        let shape = self.params.delay_shape;
        let delay_ticks = (feed.delay_h * draw.gamma(shape) / shape).round() as u32;
        let known_tick = observed_tick.saturating_add(delay_ticks).max(self.now.tick + 1);
        let wrong = draw.chance(feed.error);
        let person = match (wrong, kind) {
            (false, _) => person,
            (true, RecordKind::CoLocation) => self.neighbour(person, &mut draw),
            (true, _) => self.anybody(&mut draw),
        };
        Some((known_tick, Record { kind, observer, person, observed_tick }))
    }

    fn anybody(&self, draw: &mut Draw) -> PersonId {
        PersonId(draw.below(self.residents.len() as u32))
    }

    /// Another resident of the zone a person lives in: whom an overlapping base station might name instead. Who lives
    /// alone in a zone is named rightly.
    fn neighbour(&self, person: PersonId, draw: &mut Draw) -> PersonId {
        let zone = self.neighbours.of(self.city, self.residents, person);
        let others = zone.len().saturating_sub(1);
        let Some(own) = zone.binary_search(&person).ok().filter(|_| others > 0) else { return person };
        let pick = draw.below(others as u32) as usize;
        zone.get(if pick < own { pick } else { pick + 1 }).copied().unwrap_or(person)
    }
}

/// Who lives in which zone: persons by zone of their home, found once since it never changes.
#[derive(Default)]
pub(super) struct Neighbours {
    first: Vec<u32>,
    persons: Vec<PersonId>,
}

impl Neighbours {
    /// Sorts residents by zone.
    pub fn of_city(city: &City, residents: &Residents) -> Self {
        let mut persons: Vec<(u32, PersonId)> = residents
            .person
            .ids()
            .filter_map(|id| Some((residents.home_zone(&city.places, id)?, id)))
            .collect();
        persons.sort_unstable();
        let zones = persons.last().map_or(0, |last| last.0 as usize + 1);
        let first = (0..=zones as u32).map(|z| persons.partition_point(|p| p.0 < z) as u32).collect();
        Self { first, persons: persons.into_iter().map(|p| p.1).collect() }
    }

    /// Residents of each zone, and how many of some persons live in each.
    pub fn by_zone(
        &self,
        city: &City,
        residents: &Residents,
        persons: impl Iterator<Item = PersonId>,
    ) -> [Vec<u32>; 2] {
        let zones = city.zones.len();
        let ends = |z: usize| Some((*self.first.get(z)?, *self.first.get(z + 1)?));
        let all = (0..zones).map(|z| ends(z).map_or(0, |(a, b)| b - a)).collect();
        let mut some = vec![0; zones];
        for person in persons {
            let zone = residents.home_zone(&city.places, person);
            if let Some(count) = zone.and_then(|zone| some.get_mut(zone as usize)) {
                *count += 1;
            }
        }
        [all, some]
    }

    /// All residents of the zone in which a person lives, in order.
    fn of(&self, city: &City, residents: &Residents, person: PersonId) -> &[PersonId] {
        let zone = residents.home_zone(&city.places, person);
        let ends = zone.and_then(|z| Some((*self.first.get(z as usize)?, *self.first.get(z as usize + 1)?)));
        ends.and_then(|(a, b)| self.persons.get(a as usize..b as usize)).unwrap_or(&[])
    }
}
