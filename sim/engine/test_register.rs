//! The latest negative test of each resident, as codes can show it: batches, because mass testing has a city's worth.
use crate::board::{Department, RecordKind};
use crate::digest::mix;
use crate::sharing::{Purpose, Share, receivers};
use bitcode::{Decode, Encode};
use citytwin_world::PersonId;
use std::collections::BTreeMap;

/// Swabs of several persons, found negative together.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct Batch {
    taken_tick: u32,
    persons: Vec<PersonId>,
    /// Whether it has left the laboratories for the health commission.
    shared: bool,
}

/// Negative tests known, and those on their way. Empty while nobody asks for tests.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub(crate) struct TestRegister {
    /// Tick after that of each person's latest swab; 0 for none and for those beyond the end of the list.
    after: Vec<u32>,
    coming: BTreeMap<u32, Vec<Batch>>,
    digest: u64,
}

impl TestRegister {
    pub fn expect(&mut self, known_tick: u32, taken_tick: u32, persons: &[PersonId]) {
        if persons.is_empty() {
            return;
        }
        let batch = Batch { taken_tick, persons: persons.to_vec(), shared: false };
        self.note(known_tick, &batch);
        self.coming.entry(known_tick).or_default().push(batch);
    }

    /// What is due goes from the laboratories to the health commission, if and as late as the list of shares says.
    pub fn arrive(&mut self, tick: u32, shares: &[Share]) {
        while let Some(entry) = self.coming.first_entry().filter(|entry| *entry.key() <= tick) {
            for batch in entry.remove() {
                let mut receivers = receivers(shares, Department::Laboratories, RecordKind::TestNegative);
                let to_codes = receivers
                    .find(|(to, _, terms)| *to == Department::HealthCommission && terms.allow(Purpose::Code));
                match to_codes {
                    _ if batch.shared => self.enter(batch),
                    None => {}
                    Some((_, 0, _)) => self.enter(batch),
                    Some((_, latency_h, _)) => {
                        let due = tick.saturating_add(latency_h);
                        let batch = Batch { shared: true, ..batch };
                        self.note(due, &batch);
                        self.coming.entry(due).or_default().push(batch);
                    }
                }
            }
        }
    }

    fn enter(&mut self, batch: Batch) {
        self.note(u32::MAX, &batch);
        for person in batch.persons {
            let index = person.0 as usize;
            if index >= self.after.len() {
                self.after.resize(index + 1, 0);
            }
            self.after[index] = self.after[index].max(batch.taken_tick.saturating_add(1));
        }
    }

    fn note(&mut self, due: u32, batch: &Batch) {
        let what = u64::from(due) | u64::from(batch.taken_tick) << 32;
        self.digest = batch.persons.iter().fold(mix(self.digest ^ what), |h, p| mix(h ^ u64::from(p.0)));
    }

    pub fn taken_tick(&self, person: PersonId) -> Option<u32> {
        self.after.get(person.0 as usize).copied().and_then(|after| after.checked_sub(1))
    }

    pub fn digest(&self) -> u64 {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Board;

    #[test]
    fn a_negative_test_shows_once_laboratories_share_it_and_the_latest_swab_counts() {
        let share = |latency_h| Share::new(Department::Laboratories, Department::HealthCommission, latency_h);
        let mut board = Board::new();
        let persons = [PersonId(3), PersonId(1)];
        board.tell_negatives(10, 4, &persons);
        board.arrive(10, &[share(6)]);
        assert_eq!(board.negative_since(PersonId(3)), None);
        board.arrive(16, &[]);
        assert_eq!((board.negative_since(PersonId(3)), board.negative_since(PersonId(2))), (Some(4), None));
        board.tell_negatives(20, 18, &[PersonId(1)]);
        board.tell_negatives(21, 2, &[PersonId(1), PersonId(9)]);
        let told = board.digest();
        (17..22).for_each(|tick| board.arrive(tick, &[share(0)]));
        assert_eq!(
            (board.negative_since(PersonId(1)), board.negative_since(PersonId(9))),
            (Some(18), Some(2))
        );
        assert!(told != board.digest() && Board::new().digest() == 0);
        // Where laboratories keep their results to themselves, nobody can show one.
        let mut silo = Board::new();
        silo.tell_negatives(1, 0, &persons);
        (0..9).for_each(|tick| silo.arrive(tick, &[]));
        assert_eq!(silo.negative_since(PersonId(3)), None);
    }
}
