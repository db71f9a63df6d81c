//! Isolation of known cases and quarantine of known contacts, as far as people follow the order.
use crate::bound::Bound;
use crate::by_record::{CASES, CONTACTS};
use crate::term::SavedTerms;
use bitcode::{Decode, Encode};
use citytwin_engine::{
    Board, Department, KeySpec, Kind, Levers, Now, Params, Policy, Purpose, RecordKind, TICKS_PER_DAY, Unit,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Draw};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "isolation",
    summary: "Isolates known cases at home and quarantines known contacts.",
    keys: KEYS,
    build,
};

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
        .source("WHO, 27 May 2020: 10 days after the onset of symptoms or a positive test, if 3 days without symptoms"),
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
    KeySpec::new("quarantine_adherence", Unit::Ratio)
        .range(0.0, 1.0)
        .about("The same of contacts in quarantine; `adherence` where unset.")
        .source("unset: Kucharski 2020, see `adherence`"),
    KeySpec::new("isolation_apart", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about("Share of isolated cases who keep apart from those they live with.")
        .source("assumption: none; Covasim cuts contact at home by 70 %"),
    KeySpec::new("quarantine_apart", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about("Share of contacts in quarantine who keep apart from those they live with.")
        .source("assumption: none; Covasim cuts contact at home by 40 %"),
];

/// Purposes of the draws whether a person follows an order to stay at home, and keeps apart there.
const ADHERES: u32 = 0x0701;
const APART: u32 = 0x0702;

/// What follows from one kind of record.
struct Rule {
    kind: RecordKind,
    /// How long, from what was observed.
    ticks: u32,
    /// Whether it makes a contact rather than a case.
    of_contact: bool,
    /// Share who stay at home, and who keep apart there.
    adherence: f64,
    apart: f64,
}

struct Isolation {
    rules: Vec<Rule>,
    ordered: Bound,
    /// Those of them who are there as contacts.
    contacts: Bound,
    apart: Bound,
    read: usize,
}

/// What it keeps over a restart.
#[derive(Encode, Decode)]
struct Memory {
    ordered: SavedTerms,
    contacts: SavedTerms,
    apart: SavedTerms,
    read: u64,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let ticks = |key: &str| (params.f64(key) * f64::from(TICKS_PER_DAY)).round() as u32;
    let adherence = params.f64("adherence");
    let quarantine_adherence = params.opt_f64("quarantine_adherence").unwrap_or(adherence);
    let (alone, contact_alone) = (params.f64("isolation_apart"), params.f64("quarantine_apart"));
    let mut rules = Vec::new();
    for (list, key, adherence, apart) in [
        ("cases", "isolation", adherence, alone),
        ("contacts", "quarantine", quarantine_adherence, contact_alone),
    ] {
        let (names, ticks) = (params.list(list), ticks(key));
        let kinds = names.iter().filter_map(|name| RecordKind::parse(name));
        rules.extend(kinds.map(|kind| Rule {
            kind,
            ticks,
            of_contact: list == "contacts",
            adherence,
            apart,
        }));
    }
    let room = city.info.population as usize;
    let [ordered, contacts, apart] = std::array::from_fn(|_| Bound::for_persons(room));
    Ok(Box::new(Isolation { rules, ordered, contacts, apart, read: 0 }))
}

impl Policy for Isolation {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let commission = Department::HealthCommission;
        for record in board.usable(commission, Purpose::Isolation, self.read, now.tick) {
            let Some(rule) = self.rules.iter().find(|rule| rule.kind == record.kind) else { continue };
            let until = record.observed_tick.saturating_add(rule.ticks);
            if until <= now.tick {
                continue;
            }
            // One draw per person: who does not follow one order follows none that asks as much.
            let follows = |purpose, share| Draw::new(now.seed, purpose, record.person.0, 0).chance(share);
            if follows(ADHERES, rule.adherence) {
                self.ordered.bind(record.person, until);
                if rule.of_contact {
                    self.contacts.bind(record.person, until);
                }
            }
            if rule.apart > 0.0 && follows(APART, rule.apart) {
                self.apart.bind(record.person, until);
            }
        }
        self.read = board.known(commission).len();
        self.ordered.settle(now.tick);
        self.contacts.settle(now.tick);
        self.apart.settle(now.tick);
        if !self.ordered.is_empty() {
            levers.isolate(self.ordered.set());
        }
        if !self.contacts.is_empty() {
            levers.quarantine_at_home(self.contacts.set());
        }
        if !self.apart.is_empty() {
            levers.keep_apart(self.apart.set());
        }
    }

    fn memory(&self) -> Vec<u8> {
        let [ordered, contacts, apart] = [&self.ordered, &self.contacts, &self.apart].map(Bound::save);
        bitcode::encode(&Memory { ordered, contacts, apart, read: self.read as u64 })
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<Memory>(memory) else { return false };
        self.ordered.load(saved.ordered);
        self.contacts.load(saved.contacts);
        self.apart.load(saved.apart);
        self.read = saved.read as usize;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{record, simulation};
    use citytwin_engine::Simulation;
    use citytwin_world::PersonId;

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
    fn contacts_may_adhere_less_and_some_keep_apart() {
        let keys = [
            ("adherence", "90 %"),
            ("quarantine_adherence", "50 %"),
            ("isolation_apart", "70 %"),
            ("quarantine_apart", "40 %"),
            ("isolation", "2 d"),
        ];
        let mut simulation = simulation(&City::default(), &[(&KIND, &keys)]);
        for person in 0..1000 {
            let kind = if person < 500 { RecordKind::TestPositive } else { RecordKind::HouseholdContact };
            simulation.board.tell(1, record(kind, person, 0));
        }
        simulation.run_day();
        let at_home = isolated(&simulation);
        let apart = simulation.levers.apart.as_deref().cloned().unwrap_or_default();
        let share = |set: &dyn Fn(u32) -> bool, from: u32| {
            (from..from + 500).filter(|person| set(*person)).count() as f64 / 500.0
        };
        let home = |person| at_home.contains(&person);
        let alone = |person| apart.has(PersonId(person));
        assert!((share(&home, 0) - 0.9).abs() < 0.05 && (share(&home, 500) - 0.5).abs() < 0.07);
        assert!((share(&alone, 0) - 0.7).abs() < 0.07 && (share(&alone, 500) - 0.4).abs() < 0.07);
        simulation.run_day();
        simulation.run_day();
        let apart = simulation.levers.apart.as_deref().cloned().unwrap_or_default();
        assert!((0..500).all(|person| !apart.has(PersonId(person))));
    }

    #[test]
    fn some_do_not_adhere_and_a_restart_changes_nothing() {
        let orders: [crate::trial::Order; 1] =
            [(&KIND, &[("adherence", "80 %"), ("isolation_apart", "50 %")])];
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
            assert_eq!(whole.levers.apart.is_some(), resumed.levers.apart.is_some());
            whole.run_day();
            resumed.run_day();
        }
        assert!(isolated(&whole).is_empty());
    }
}
