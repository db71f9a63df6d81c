//! What each department has been told, with delay, loss and error: the only eyes of the policies.
use crate::digest::{mix, of_bytes};
use crate::sharing::{Ledger, Limits, Purpose, Share, Terms, receivers};
use crate::test_register::TestRegister;
use bitcode::{Decode, Encode};
use citytwin_world::{PersonId, kinds};
use std::collections::BTreeMap;

kinds! {
    /// Who knows something about a resident.
    Department {
        /// Health commission: keeps cases and makes the codes.
        HealthCommission = "health_commission",
        /// Hospitals.
        Hospitals = "hospitals",
        /// Testing laboratories.
        Laboratories = "laboratories",
        /// Pharmacies.
        Pharmacies = "pharmacies",
        /// Civil affairs.
        CivilAffairs = "civil_affairs",
        /// Market regulation.
        MarketRegulation = "market_regulation",
        /// Neighbourhood committees and compounds.
        Communities = "communities",
        /// Mobile network operators.
        TelecomOperators = "telecom_operators",
        /// Railway and metro.
        Railway = "railway",
        /// Highway police.
        Highway = "highway",
        /// Airport.
        Aviation = "aviation",
        /// Schools.
        Schools = "schools",
        /// Employers.
        Employers = "employers",
        /// The residents themselves, through the mobile entrance.
        Citizens = "citizens",
    }
}

kinds! {
    /// What a record says.
    RecordKind {
        /// A resident declares symptoms.
        SymptomReport = "symptom_report",
        /// A test came back positive.
        TestPositive = "test_positive",
        /// A test came back negative.
        TestNegative = "test_negative",
        /// Admitted to a hospital.
        Admission = "admission",
        /// Discharged from a hospital.
        Discharge = "discharge",
        /// Died.
        Death = "death",
        /// Came from outside the city.
        Arrival = "arrival",
        /// Was near a known case for a while.
        CoLocation = "co_location",
        /// Lives with a known case.
        HouseholdContact = "household_contact",
        /// Works or learns in the same room as a known case.
        ColleagueContact = "colleague_contact",
        /// Recovered by the department's knowledge.
        Recovery = "recovery",
        /// Bought fever medicine.
        FeverMedicine = "fever_medicine",
        /// A resident asks to have the colour of the code looked at again.
        Appeal = "appeal",
        /// A resident with a colour declares to be well.
        WellReport = "well_report",
        /// A known case, or a phone, named the person as met from shortly before the case's symptoms on.
        TracedContact = "traced_contact",
        /// A known case named the person as met before that: the person may have infected the case.
        TracedSource = "traced_source",
        /// Was called up in a round of mass testing and did not come.
        MissedScreening = "missed_screening",
        /// A phone was for a while in a part of the city with many known cases.
        TravelHistory = "travel_history",
    }
}

/// One thing one department was told about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// What it says.
    pub kind: RecordKind,
    /// Who observed it.
    pub observer: Department,
    /// About whom (as recorded: may be the wrong person).
    pub person: PersonId,
    /// When it happened, ticks since the start.
    pub observed_tick: u32,
}

/// A number told to policies under a name, such as `icu_occupancy`, with the tick it describes.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Signal {
    /// Its value.
    pub value: f64,
    /// The tick it describes.
    pub as_of_tick: u32,
}

/// A count for every zone of the city, with the tick it describes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ZoneCounts {
    /// The count of each zone, by its number.
    pub counts: Vec<u32>,
    /// The tick they describe.
    pub as_of_tick: u32,
}

/// The board: records known by department, records still on their way, and signals.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Board {
    known: Vec<Vec<Record>>,
    fresh_from: Vec<usize>,
    /// What each department received on terms.
    limits: Vec<Limits>,
    ledger: Ledger,
    coming: BTreeMap<u32, Vec<(Department, Record, Terms)>>,
    signals: BTreeMap<String, Signal>,
    signals_coming: BTreeMap<u32, Vec<(String, Signal)>>,
    zones: BTreeMap<String, ZoneCounts>,
    zones_coming: BTreeMap<u32, Vec<(String, ZoneCounts)>>,
    register: TestRegister,
    told: Vec<u64>,
    delay_h_sum: Vec<u64>,
    shared: u64,
    /// Sum of the digests of everything delivered so far, and of all records on their way.
    delivered: u64,
    on_its_way: u64,
}

impl Board {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            known: vec![Vec::new(); Department::COUNT],
            fresh_from: vec![0; Department::COUNT],
            limits: vec![Limits::default(); Department::COUNT],
            told: vec![0; Department::COUNT],
            delay_h_sum: vec![0; Department::COUNT],
            ..Self::default()
        }
    }

    /// A department observes something; it knows it at `known_tick` (never before the next arrival).
    pub fn tell(&mut self, known_tick: u32, record: Record) {
        self.send(known_tick, record.observer, record, Terms::FREE);
    }

    fn send(&mut self, due: u32, to: Department, record: Record, terms: Terms) {
        self.on_its_way = self.on_its_way.wrapping_add(mix(witness(due, to, &record, terms)));
        self.coming.entry(due).or_default().push((to, record, terms));
    }

    /// A named number that policies will see from `known_tick` on.
    pub fn tell_signal(&mut self, known_tick: u32, name: &str, signal: Signal) {
        self.signals_coming.entry(known_tick).or_default().push((name.to_owned(), signal));
    }

    /// A count by zone that policies will see under a name from `known_tick` on.
    pub fn tell_zones(&mut self, known_tick: u32, name: &str, counts: ZoneCounts) {
        self.zones_coming.entry(known_tick).or_default().push((name.to_owned(), counts));
    }

    /// Swabs that laboratories will have found negative by `known_tick`: what checkpoints can be shown of them, if
    /// laboratories let the health commission see their results.
    pub fn tell_negatives(&mut self, known_tick: u32, taken_tick: u32, persons: &[PersonId]) {
        self.register.expect(known_tick, taken_tick, persons);
    }

    /// When the latest swab of a person that the codes show as negative was taken, ticks.
    pub fn negative_since(&self, person: PersonId) -> Option<u32> {
        self.register.taken_tick(person)
    }

    /// Moves everything due at `tick` to those it was meant for, and along the shares then in force.
    pub fn arrive(&mut self, tick: u32, shares: &[Share]) {
        for (known, fresh) in self.known.iter().zip(&mut self.fresh_from) {
            *fresh = known.len();
        }
        while let Some(entry) = self.coming.first_entry() {
            let due = *entry.key();
            if due > tick {
                break;
            }
            for (to, record, terms) in entry.remove() {
                self.on_its_way = self.on_its_way.wrapping_sub(mix(witness(due, to, &record, terms)));
                self.deliver(tick, to, (record, terms), shares);
            }
        }
        self.ledger.settle(tick);
        self.register.arrive(tick, shares);
        while let Some(entry) = self.signals_coming.first_entry() {
            if *entry.key() > tick {
                break;
            }
            self.signals.extend(entry.remove());
        }
        while let Some(entry) = self.zones_coming.first_entry() {
            if *entry.key() > tick {
                break;
            }
            self.zones.extend(entry.remove());
        }
    }

    fn deliver(&mut self, tick: u32, to: Department, (record, terms): (Record, Terms), shares: &[Share]) {
        let i = to as usize;
        self.receive(tick, to, record, terms);
        if to != record.observer {
            return; // what was shared is not shared on
        }
        self.told[i] += 1;
        self.delay_h_sum[i] += u64::from(tick.saturating_sub(record.observed_tick));
        for (receiver, latency_h, terms) in receivers(shares, to, record.kind) {
            let due = tick.saturating_add(latency_h);
            if due <= tick {
                self.receive(tick, receiver, record, terms);
            } else {
                self.send(due, receiver, record, terms);
            }
        }
    }

    fn receive(&mut self, tick: u32, to: Department, record: Record, terms: Terms) {
        let known = &mut self.known[to as usize];
        self.limits[to as usize].note(tick, known.len(), terms);
        known.push(record);
        if to != record.observer {
            self.shared += 1;
            self.ledger.enter(tick, record.kind, record.person, terms.retention_h);
        }
        self.delivered = self.delivered.wrapping_add(witness(tick, to, &record, terms));
    }

    /// Digest of everything told and on its way; 0 for a board that nothing was ever told. Records count when they are
    /// sent and when they are delivered, so that asking costs next to nothing.
    pub fn digest(&self) -> u64 {
        let records = self.delivered.wrapping_add(self.on_its_way).wrapping_add(self.register.digest());
        let signal = |due: u32, name: &str, signal: &Signal| {
            let what = of_bytes(name.as_bytes()) ^ signal.value.to_bits();
            mix(mix(what) ^ u64::from(signal.as_of_tick) ^ u64::from(due) << 32)
        };
        let told = self.signals.iter().map(|(name, one)| signal(0, name, one));
        let later = self.signals_coming.iter().flat_map(|(due, list)| {
            list.iter().map(move |(name, one)| signal(due.saturating_add(1), name, one))
        });
        let zones = self.zones.iter().map(|(name, one)| zone_witness(0, name, one));
        let zones_later = self.zones_coming.iter().flat_map(|(due, list)| {
            list.iter().map(move |(name, one)| zone_witness(due.saturating_add(1), name, one))
        });
        let signals = told.chain(later).fold(records, u64::wrapping_add);
        zones.chain(zones_later).fold(signals, u64::wrapping_add)
    }

    /// Everything a department knows, oldest first.
    pub fn known(&self, department: Department) -> &[Record] {
        self.known.get(department as usize).map_or(&[], Vec::as_slice)
    }
    /// What a department knows from a place in [`Self::known`] on and may use for a purpose at a tick: its own records,
    /// and those shared with it for that purpose which it still keeps.
    pub fn usable(
        &self,
        department: Department,
        purpose: Purpose,
        from: usize,
        tick: u32,
    ) -> impl Iterator<Item = &Record> {
        let limits = self.limits.get(department as usize);
        let records = self.known(department).iter().enumerate().skip(from);
        let allowed = move |place: usize| limits.is_none_or(|limits| limits.allow(place, purpose, tick));
        records.filter(move |(place, _)| allowed(*place)).map(|(_, record)| record)
    }
    /// What departments hold of each other's records.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
    /// What a department learnt with this tick.
    pub fn fresh(&self, department: Department) -> &[Record] {
        let i = department as usize;
        self.known.get(i).and_then(|k| k.get(*self.fresh_from.get(i)?..)).unwrap_or(&[])
    }
    /// A named number, as far as it has been told.
    pub fn signal(&self, name: &str) -> Option<Signal> {
        self.signals.get(name).copied()
    }
    /// A count by zone, as far as it has been told.
    pub fn zone_counts(&self, name: &str) -> Option<&ZoneCounts> {
        self.zones.get(name)
    }
    /// Records a department observed itself so far, and their mean delay in hours.
    pub fn observed(&self, department: Department) -> (u64, f64) {
        let i = department as usize;
        let n = self.told.get(i).copied().unwrap_or(0);
        let sum = self.delay_h_sum.get(i).copied().unwrap_or(0);
        (n, if n == 0 { 0.0 } else { sum as f64 / n as f64 })
    }
    /// Records passed from one department to another so far.
    pub fn shared_count(&self) -> u64 {
        self.shared
    }
}

/// Digest of the counts by zone told under a name, due at a tick.
fn zone_witness(due: u32, name: &str, zones: &ZoneCounts) -> u64 {
    let counts =
        zones.counts.iter().fold(of_bytes(name.as_bytes()), |h, n| mix(h.rotate_left(9) ^ u64::from(*n)));
    mix(counts ^ u64::from(zones.as_of_tick) ^ u64::from(due) << 32)
}

/// Digest of one record as it reaches a department.
fn witness(tick: u32, to: Department, record: &Record, terms: Terms) -> u64 {
    let who = u64::from(record.person.0) | u64::from(record.observed_tick) << 32;
    let what = record.kind as u64 | (record.observer as u64) << 8 | (to as u64) << 16 | u64::from(tick) << 32;
    mix(mix(who) ^ what ^ terms.bits().rotate_left(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_latency_and_are_not_passed_on() {
        use Department::{Communities, HealthCommission, Laboratories};
        let mut board = Board::new();
        let record = Record {
            kind: RecordKind::TestPositive,
            observer: Laboratories,
            person: PersonId(7),
            observed_tick: 0,
        };
        let shares =
            [Share::new(Laboratories, HealthCommission, 6), Share::new(HealthCommission, Communities, 0)];
        board.tell(3, record);
        board.arrive(2, &shares);
        assert!(board.known(Laboratories).is_empty());
        board.arrive(3, &shares);
        assert_eq!(board.fresh(Laboratories), [record]);
        assert!(board.known(HealthCommission).is_empty());
        board.arrive(9, &shares);
        assert_eq!(board.fresh(HealthCommission), [record]);
        assert!(board.known(Communities).is_empty());
        board.arrive(10, &shares);
        assert!(board.fresh(HealthCommission).is_empty());
        assert_eq!(board.observed(Laboratories), (1, 3.0));
        let mut other = Board::new();
        assert_eq!(other.digest(), 0);
        other.tell(3, record);
        let on_its_way = other.digest();
        other.arrive(3, &[]);
        assert!(on_its_way != 0 && on_its_way != other.digest() && other.digest() != board.digest());
        for tick in 4..=10 {
            other.arrive(tick, &shares);
        }
        assert_ne!(other.digest(), board.digest(), "shares that came later told nobody");
    }

    #[test]
    fn counts_by_zone_are_seen_when_they_are_due() {
        let mut board = Board::new();
        let counts = |n: u32| ZoneCounts { counts: vec![n, 2], as_of_tick: 3 };
        board.tell_zones(5, "known_cases_7d", counts(1));
        let coming = board.digest();
        board.arrive(4, &[]);
        assert_eq!((board.zone_counts("known_cases_7d"), board.digest()), (None, coming));
        board.arrive(5, &[]);
        assert_eq!(board.zone_counts("known_cases_7d"), Some(&counts(1)));
        let told = board.digest();
        board.tell_zones(6, "known_cases_7d", counts(4));
        board.arrive(6, &[]);
        assert!(coming != told && board.digest() != told);
        assert_eq!(board.zone_counts("known_cases_7d"), Some(&counts(4)));
    }
}
