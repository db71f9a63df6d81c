//! Isolation of known cases and quarantine of known contacts, as far as people follow the order.
use crate::term::{SavedTerms, Terms};
use bitcode::{Decode, Encode};
use citytwin_engine::{
    Board, Department, KeySpec, Kind, Levers, Now, Params, PersonSet, Policy, RecordKind, TICKS_PER_DAY, Unit,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Draw, PersonId};
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "isolation",
    summary: "Isolates known cases at home and quarantines known contacts.",
    keys: KEYS,
    build,
};

const CASES: &[&str] = &["test_positive", "symptom_report", "discharge"];
const CONTACTS: &[&str] = &["household_contact", "colleague_contact", "co_location", "arrival"];

const KEYS: &[KeySpec] = &[
    KeySpec::new("cases", Unit::List(&Unit::Text))
        .words(&["test_positive"])
        .choices(CASES)
        .about("Records of the health commission that make a person a case.")
        .source("assumption"),
    KeySpec::new("isolation", Unit::Days)
        .default(10.0)
        .range(0.0, 90.0)
        .about("How long a case is isolated, from what was observed.")
        .source("WHO, 27 May 2020: 10 days after the onset of symptoms"),
    KeySpec::new("contacts", Unit::List(&Unit::Text))
        .words(&["household_contact"])
        .choices(CONTACTS)
        .about("Records of the health commission that put a person into quarantine; none for no quarantine.")
        .source("assumption: the household (Kucharski 2020)"),
    KeySpec::new("quarantine", Unit::Days)
        .default(14.0)
        .range(0.0, 90.0)
        .about("How long a contact is in quarantine, from what was observed.")
        .source("WHO, 19 March 2020: 14 days from the last exposure"),
    KeySpec::new("adherence", Unit::Ratio)
        .default(0.9)
        .range(0.0, 1.0)
        .about("Share of persons ordered to stay at home who do.")
        .source("Kucharski 2020: 90 %"),
];

/// Purpose of the draw whether a person follows an order.
const ADHERES: u32 = 0x0701;

struct Isolation {
    terms: Vec<(RecordKind, u32)>,
    adherence: f64,
    ordered: Terms,
    set: Arc<PersonSet>,
    /// Persons the set has room for.
    room: usize,
    read: usize,
}

/// What it keeps over a restart.
#[derive(Encode, Decode)]
struct Memory {
    ordered: SavedTerms,
    read: u64,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let ticks = |key: &str| (params.f64(key) * f64::from(TICKS_PER_DAY)).round() as u32;
    let mut terms = Vec::new();
    for (list, key) in [("cases", "isolation"), ("contacts", "quarantine")] {
        let kinds = params.list(list);
        terms.extend(kinds.iter().filter_map(|name| RecordKind::parse(name)).map(|kind| (kind, ticks(key))));
    }
    let room = city.info.population as usize;
    Ok(Box::new(Isolation {
        terms,
        adherence: params.f64("adherence"),
        ordered: Terms::default(),
        set: Arc::new(PersonSet::for_persons(room)),
        room,
        read: 0,
    }))
}

impl Isolation {
    fn write(&mut self, persons: &[PersonId]) {
        let Some(last) = persons.iter().max() else { return };
        let set = Arc::make_mut(&mut self.set);
        let wanted = last.0 as usize + 1;
        if wanted > self.room {
            self.room = wanted.next_power_of_two();
            set.union(&PersonSet::for_persons(self.room));
        }
        for person in persons {
            set.set(*person, self.ordered.binds(*person));
        }
    }
}

impl Policy for Isolation {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let known = board.known(Department::HealthCommission);
        let mut touched = Vec::new();
        for record in known.get(self.read..).unwrap_or(&[]) {
            let Some((_, ticks)) = self.terms.iter().find(|(kind, _)| *kind == record.kind) else { continue };
            let until = record.observed_tick.saturating_add(*ticks);
            // One draw per person: who does not follow one order follows none.
            let adheres = || Draw::new(now.seed, ADHERES, record.person.0, 0).chance(self.adherence);
            if until > now.tick && adheres() && self.ordered.bind(record.person, until) {
                touched.push(record.person);
            }
        }
        self.read = known.len();
        touched.extend(self.ordered.expire(now.tick));
        self.write(&touched);
        if !self.ordered.is_empty() {
            levers.isolate(&self.set);
        }
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&Memory { ordered: self.ordered.save(), read: self.read as u64 })
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<Memory>(memory) else { return false };
        self.ordered = Terms::load(saved.ordered);
        self.read = saved.read as usize;
        let bound: Vec<PersonId> = self.ordered.persons().collect();
        self.write(&bound);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{record, simulation};
    use citytwin_engine::Simulation;

    fn isolated(simulation: &Simulation) -> Vec<u32> {
        let set = simulation.levers.isolate.as_deref().cloned().unwrap_or_default();
        (0..1000).filter(|person| set.has(PersonId(*person))).collect()
    }

    #[test]
    fn cases_and_contacts_stay_at_home_for_their_terms() {
        let keys = [("isolation", "2 d"), ("quarantine", "4 d"), ("adherence", "100 %")];
        let mut simulation = simulation(&City::default(), &[(&KIND, &keys)]);
        simulation.board.tell(1, record(RecordKind::TestPositive, 5, 0));
        simulation.board.tell(1, record(RecordKind::HouseholdContact, 700, 0));
        simulation.board.tell(1, record(RecordKind::CoLocation, 8, 0));
        let mut story = Vec::new();
        for _ in 0..5 {
            story.push(isolated(&simulation));
            simulation.run_day();
        }
        assert_eq!(story, [vec![], vec![5, 700], vec![700], vec![700], vec![]]);
    }

    #[test]
    fn some_do_not_adhere_and_a_restart_changes_nothing() {
        let orders: [crate::trial::Order; 1] = [(&KIND, &[("adherence", "80 %")])];
        let mut whole = simulation(&City::default(), &orders);
        for person in 0..1000 {
            whole.board.tell(1, record(RecordKind::TestPositive, person, 0));
        }
        whole.run_day();
        let share = isolated(&whole).len();
        assert!((760..840).contains(&share), "{share}");
        let mut resumed = simulation(&City::default(), &orders);
        resumed.resume(&whole.save(0), 0).expect("the same run");
        for _ in 0..12 {
            assert_eq!(isolated(&whole), isolated(&resumed));
            whole.run_day();
            resumed.run_day();
        }
        assert!(isolated(&whole).is_empty());
    }
}
