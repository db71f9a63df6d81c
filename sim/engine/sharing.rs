//! The responsibility list: who lets whom see which records, for what and for how long, and the ledger of exposure.
use crate::board::{Department, RecordKind};
use bitcode::{Decode, Encode};
use citytwin_world::{IdSet, PersonId, kinds};
use std::collections::BTreeMap;

kinds! {
    /// What a department may use a shared record for.
    Purpose {
        /// To make codes.
        Code = "code",
        /// To order cases and contacts to stay at home or in houses built for them.
        Isolation = "isolation",
        /// To seek contacts and have them tested.
        Tracing = "tracing",
    }
}

/// A set of kinds of record, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct RecordKinds(u32);

impl RecordKinds {
    /// All kinds.
    pub const ALL: Self = Self(u32::MAX);
    /// Some kinds.
    pub fn of(kinds: &[RecordKind]) -> Self {
        Self(kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u32))
    }
    /// Whether a kind is in it.
    pub const fn has(self, kind: RecordKind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }
}

/// Every kind of record has its bit.
const _: () = assert!(RecordKind::COUNT <= 32);

/// What a shared record may be used for, and until when it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Terms {
    /// Purposes, a bit each.
    purposes: u8,
    /// How long the receiver keeps it, h; `u32::MAX` for ever.
    pub retention_h: u32,
}

impl Terms {
    /// For anything, for ever.
    pub const FREE: Self = Self { purposes: u8::MAX, retention_h: u32::MAX };

    /// For some purposes, for so many hours (`u32::MAX` for ever).
    pub fn new(purposes: &[Purpose], retention_h: u32) -> Self {
        Self { purposes: purposes.iter().fold(0, |bits, purpose| bits | 1 << *purpose as u32), retention_h }
    }
    /// Whether it may be used for a purpose.
    pub const fn allow(self, purpose: Purpose) -> bool {
        self.purposes >> purpose as u32 & 1 == 1
    }
    /// What the terms of two entries for one record come to: all their purposes, the longer time.
    pub fn or(self, other: Self) -> Self {
        let retention_h = self.retention_h.max(other.retention_h);
        Self { purposes: self.purposes | other.purposes, retention_h }
    }
    /// As one number for digests; 0 where nothing is limited.
    pub const fn bits(self) -> u64 {
        (u64::MAX ^ (self.purposes as u64 | (self.retention_h as u64) << 8)) << 24 >> 24
    }
}

/// One entry of the responsibility list: what `from` knows, `to` may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Share {
    /// Who shares.
    pub from: Department,
    /// Who receives.
    pub to: Department,
    /// Which records.
    pub kinds: RecordKinds,
    /// For what, and for how long.
    pub terms: Terms,
    /// Delay added, h.
    pub latency_h: u32,
}

impl Share {
    /// Whether a kind of record stands in the entry by name, and not only as one of all.
    pub fn names(&self, kind: RecordKind) -> bool {
        self.kinds != RecordKinds::ALL && self.kinds.has(kind)
    }
    /// All records, for anything and for ever, after a delay.
    pub const fn new(from: Department, to: Department, latency_h: u32) -> Self {
        Self { from, to, kinds: RecordKinds::ALL, terms: Terms::FREE, latency_h }
    }
}

/// Whom a department lets see a record of a kind, each once: with the shortest delay, and the terms of all entries.
/// Entries for the same two departments stand next to each other.
pub(crate) fn receivers(
    shares: &[Share],
    from: Department,
    kind: RecordKind,
) -> impl Iterator<Item = (Department, u32, Terms)> + '_ {
    shares.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)).filter_map(move |entries| {
        let mut entries = entries.iter().filter(|s| s.from == from && s.to != from && s.kinds.has(kind));
        let first = entries.next()?;
        let both = |(latency_h, terms): (u32, Terms), share: &Share| {
            (latency_h.min(share.latency_h), terms.or(share.terms))
        };
        let (latency_h, terms) = entries.fold((first.latency_h, first.terms), both);
        Some((first.to, latency_h, terms))
    })
}

/// How much a record of a kind tells of a person's private life, in steps of what a negative test tells: an
/// assumption, in the order in which privacy law ranks them (health and movements above the rest).
pub const fn sensitivity(kind: RecordKind) -> u64 {
    match kind {
        RecordKind::CoLocation | RecordKind::TravelHistory => 5,
        RecordKind::TestPositive | RecordKind::Admission | RecordKind::Death => 4,
        RecordKind::SymptomReport | RecordKind::FeverMedicine | RecordKind::Discharge => 3,
        RecordKind::TracedContact | RecordKind::TracedSource => 3,
        RecordKind::Recovery | RecordKind::Arrival => 2,
        RecordKind::HouseholdContact | RecordKind::ColleagueContact => 2,
        _ => 1,
    }
}

/// What departments hold of other departments' records.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Ledger {
    /// Shared records held now, each with its sensitivity.
    held: u64,
    /// What of it ends at which tick.
    ends: BTreeMap<u32, u64>,
    /// Persons of whom anything was ever shared.
    persons: Option<IdSet<PersonId>>,
    count: u64,
    /// Room in `persons`.
    room: u32,
}

impl Ledger {
    /// Somebody received a record, to be kept so long.
    pub(crate) fn enter(&mut self, tick: u32, kind: RecordKind, person: PersonId, retention_h: u32) {
        let weight = sensitivity(kind);
        self.held += weight;
        if retention_h < u32::MAX {
            *self.ends.entry(tick.saturating_add(retention_h)).or_default() += weight;
        }
        if person.0 >= self.room {
            self.room = (person.0 + 1).next_power_of_two().max(1024);
            let mut larger = IdSet::for_ids(self.room as usize);
            if let Some(persons) = &self.persons {
                larger.union(persons);
            }
            self.persons = Some(larger);
        }
        if let Some(persons) = self.persons.as_mut().filter(|persons| !persons.has(person)) {
            persons.set(person, true);
            self.count += 1;
        }
    }

    /// Ends what is kept no longer.
    pub(crate) fn settle(&mut self, tick: u32) {
        while let Some(entry) = self.ends.first_entry().filter(|entry| *entry.key() <= tick) {
            self.held -= entry.remove();
        }
    }

    /// Shared records held now, each times its sensitivity (see [`sensitivity`]).
    pub fn held(&self) -> u64 {
        self.held
    }

    /// Persons of whom anything was ever shared.
    pub fn persons(&self) -> u64 {
        self.count
    }
}

/// The terms of the records that a department received on terms, by their place among those it knows.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub(crate) struct Limits {
    /// Purposes, and the tick from which the record is gone.
    by_place: BTreeMap<u32, (Terms, u32)>,
}

impl Limits {
    pub fn note(&mut self, tick: u32, place: usize, terms: Terms) {
        if terms != Terms::FREE {
            let until = tick.saturating_add(terms.retention_h);
            self.by_place.insert(place as u32, (terms, until));
        }
    }

    /// Whether the record at a place may be used for a purpose at a tick.
    pub fn allow(&self, place: usize, purpose: Purpose, tick: u32) -> bool {
        self.by_place.get(&(place as u32)).is_none_or(|(terms, until)| terms.allow(purpose) && tick < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Board, Record};

    const LABS: Department = Department::Laboratories;
    const COMMISSION: Department = Department::HealthCommission;

    fn usable(board: &Board, purpose: Purpose, tick: u32) -> usize {
        board.usable(COMMISSION, purpose, 0, tick).count()
    }

    #[test]
    fn records_go_by_kind_and_are_used_for_their_purpose_while_they_are_kept() {
        let mut board = Board::new();
        let share = Share {
            kinds: RecordKinds::of(&[RecordKind::TestPositive]),
            terms: Terms::new(&[Purpose::Code], 24),
            ..Share::new(LABS, COMMISSION, 0)
        };
        for kind in [RecordKind::TestPositive, RecordKind::TestNegative] {
            board.tell(1, Record { kind, observer: LABS, person: PersonId(3), observed_tick: 0 });
        }
        board.arrive(1, &[share]);
        assert_eq!((board.known(COMMISSION).len(), board.shared_count()), (1, 1));
        assert_eq!((usable(&board, Purpose::Code, 1), usable(&board, Purpose::Tracing, 1)), (1, 0));
        assert_eq!((board.ledger().held(), board.ledger().persons()), (4, 1));
        board.arrive(24, &[]);
        assert_eq!((usable(&board, Purpose::Code, 24), board.ledger().held()), (1, 4));
        board.arrive(25, &[]);
        assert_eq!((usable(&board, Purpose::Code, 25), board.ledger().held()), (0, 0));
        // What a department observed itself it may use as it likes.
        let own =
            Record { kind: RecordKind::Appeal, observer: COMMISSION, person: PersonId(1), observed_tick: 0 };
        board.tell(26, own);
        board.arrive(26, &[]);
        assert_eq!(usable(&board, Purpose::Tracing, 9_999), 1);
    }

    #[test]
    fn entries_for_one_record_are_one_with_all_their_purposes() {
        let code = Share { terms: Terms::new(&[Purpose::Code], 24), ..Share::new(LABS, COMMISSION, 12) };
        let tracing = Share { terms: Terms::new(&[Purpose::Tracing], 48), ..Share::new(LABS, COMMISSION, 3) };
        for list in [[code, tracing], [tracing, code]] {
            let found: Vec<_> = receivers(&list, LABS, RecordKind::TestPositive).collect();
            assert_eq!(found, [(COMMISSION, 3, Terms::new(&[Purpose::Code, Purpose::Tracing], 48))]);
        }
        assert_eq!(receivers(&[code], COMMISSION, RecordKind::TestPositive).count(), 0);
        assert_eq!(Terms::FREE.bits(), 0);
        assert_ne!(code.terms.bits(), tracing.terms.bits());
    }
}
