//! Orders with an end: who is bound until when, kept so that work follows the changes and not the population.
use bitcode::{Decode, Encode};
use citytwin_world::PersonId;
use std::collections::BTreeMap;

/// Persons bound by an order, each until a tick. Extending takes the later end, so the order of records can't matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// End of each person's term; 0 for the free and those beyond the end of the list.
    until: Vec<u32>,
    bound: usize,
    ends: BTreeMap<u32, Vec<PersonId>>,
}

/// What [`Terms`] keep over a restart.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct SavedTerms(Vec<(PersonId, u32)>);

impl Terms {
    /// Binds a person until a tick, unless bound for longer already; true when the person was free.
    pub fn bind(&mut self, person: PersonId, until_tick: u32) -> bool {
        let index = person.0 as usize;
        if index >= self.until.len() {
            self.until.resize(index + 1, 0);
        }
        let held = self.until[index];
        if held == 0 {
            self.bound += 1;
        }
        let until_tick = until_tick.max(1);
        if held < until_tick {
            self.until[index] = until_tick;
            self.ends.entry(until_tick).or_default().push(person);
        }
        held == 0
    }

    /// Frees everyone whose term is over at `tick`, and names them in the order of their ends.
    pub fn expire(&mut self, tick: u32) -> Vec<PersonId> {
        let mut freed = Vec::new();
        while let Some(entry) = self.ends.first_entry() {
            if *entry.key() > tick {
                break;
            }
            for person in entry.remove() {
                // An end that was pushed back later stands in the queue twice; only the last one counts.
                let Some(until) = self.until.get_mut(person.0 as usize) else { continue };
                if *until > 0 && *until <= tick.max(1) {
                    *until = 0;
                    self.bound -= 1;
                    freed.push(person);
                }
            }
        }
        freed
    }

    /// Whether a person is bound (until the next [`Self::expire`]).
    pub fn binds(&self, person: PersonId) -> bool {
        self.until.get(person.0 as usize).is_some_and(|until| *until > 0)
    }

    /// Frees a person before the end; true when the person was bound.
    pub fn release(&mut self, person: PersonId) -> bool {
        let Some(until) = self.until.get_mut(person.0 as usize).filter(|until| **until > 0) else {
            return false;
        };
        *until = 0;
        self.bound -= 1;
        true
    }

    /// Everyone bound, by id.
    pub fn persons(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.terms().map(|(person, _)| person)
    }

    /// Number of persons bound.
    pub fn len(&self) -> usize {
        self.bound
    }

    /// Whether nobody is bound.
    pub fn is_empty(&self) -> bool {
        self.bound == 0
    }

    fn terms(&self) -> impl Iterator<Item = (PersonId, u32)> + '_ {
        let rows = self.until.iter().enumerate().filter(|(_, until)| **until > 0);
        rows.map(|(index, until)| (PersonId(index as u32), *until))
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> SavedTerms {
        SavedTerms(self.terms().collect())
    }

    /// The terms that were saved.
    pub fn load(saved: SavedTerms) -> Self {
        let mut terms = Self::default();
        for (person, tick) in saved.0 {
            terms.bind(person, tick);
        }
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_end_holds_in_any_order() {
        let (a, b) = (PersonId(1), PersonId(2));
        let mut forth = Terms::default();
        let mut back = Terms::default();
        let binds = [(a, 10), (b, 5), (a, 7), (a, 12)];
        let news: Vec<bool> = binds.iter().map(|(person, tick)| forth.bind(*person, *tick)).collect();
        assert_eq!(news, [true, true, false, false]);
        for (person, tick) in binds.iter().rev() {
            back.bind(*person, *tick);
        }
        assert_eq!(forth.save(), back.save());
        assert_eq!(forth.expire(4), []);
        assert_eq!(forth.expire(10), [b]);
        assert!(forth.binds(a) && !forth.binds(b));
        let mut loaded = Terms::load(forth.save());
        assert_eq!((loaded.expire(12), forth.expire(12)), (vec![a], vec![a]));
        assert!(forth.is_empty() && forth.persons().next().is_none());
    }

    #[test]
    fn who_is_released_can_be_bound_anew_for_longer() {
        let (a, b) = (PersonId(1), PersonId(2));
        let mut terms = Terms::default();
        [a, b].into_iter().for_each(|person| assert!(terms.bind(person, 10)));
        assert!(terms.release(a) && !terms.release(a) && !terms.release(PersonId(9)));
        assert_eq!((terms.len(), terms.persons().collect::<Vec<_>>()), (1, vec![b]));
        assert!(terms.bind(a, 20));
        assert_eq!((terms.expire(10), terms.binds(a)), (vec![b], true));
        assert_eq!(terms.expire(20), [a]);
    }
}
