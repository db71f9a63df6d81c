//! Persons bound by an order for some time, as the set that a lever takes.
use crate::term::{SavedTerms, Terms};
use citytwin_engine::PersonSet;
use citytwin_world::PersonId;
use std::sync::Arc;

/// Persons bound by an order, as terms and as the set that levers take.
pub struct Bound {
    terms: Terms,
    set: Arc<PersonSet>,
    /// Persons the set has room for.
    room: usize,
    /// Persons whose membership may have changed in this hour.
    touched: Vec<PersonId>,
}

impl Bound {
    /// Nobody, with room for so many persons.
    pub fn for_persons(room: usize) -> Self {
        let set = Arc::new(PersonSet::for_ids(room));
        Self { terms: Terms::default(), set, room, touched: Vec::new() }
    }

    /// Binds a person until a tick; true when the person was free.
    pub fn bind(&mut self, person: PersonId, until_tick: u32) -> bool {
        let free = self.terms.bind(person, until_tick);
        if free {
            self.touched.push(person);
        }
        free
    }

    /// Ends what is over and brings the set up to date.
    pub fn settle(&mut self, tick: u32) {
        let expired = self.terms.expire(tick);
        self.touched.extend(expired);
        self.write();
    }

    fn write(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        let Some(last) = touched.iter().max() else { return };
        let set = Arc::make_mut(&mut self.set);
        let wanted = last.0 as usize + 1;
        if wanted > self.room {
            self.room = wanted.next_power_of_two();
            set.union(&PersonSet::for_ids(self.room));
        }
        for person in touched {
            set.set(person, self.terms.binds(person));
        }
    }

    /// Takes up what was saved.
    pub fn load(&mut self, saved: SavedTerms) {
        self.terms = Terms::load(saved);
        self.touched = self.terms.persons().collect();
        self.write();
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> SavedTerms {
        self.terms.save()
    }

    /// Whether nobody is bound.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Those bound when it was last settled.
    pub fn set(&self) -> &Arc<PersonSet> {
        &self.set
    }
}
