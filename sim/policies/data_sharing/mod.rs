//! Data sharing: the responsibility list of who lets whom see its records, and how late.
mod entry;

use citytwin_engine::{
    Board, Department, KeySpec, Kind, Levers, Now, Params, Policy, Purpose, RecordKind, RecordKinds, Share,
    Terms, Unit,
};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};
use entry::Entry;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "data_sharing",
    summary: "Lets departments see each other's records, with a delay; without it each keeps its own.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("departments", Unit::List(&Unit::Text))
        .words(&[
            "hospitals",
            "laboratories",
            "pharmacies",
            "civil_affairs",
            "communities",
            "telecom_operators",
            "railway",
            "highway",
            "aviation",
            "schools",
            "employers",
            "citizens",
        ])
        .choices(Department::NAMES)
        .about("Departments that share what they observe with the health commission.")
        .source("assumption: all that observe something about persons"),
    KeySpec::new("back_to", Unit::List(&Unit::Text))
        .words(&["communities", "schools", "employers", "telecom_operators"])
        .choices(Department::NAMES)
        .about("Departments that the health commission tells of its cases, so that they look for contacts.")
        .source("assumption: those who can find contacts"),
    KeySpec::new("pairs", Unit::List(&Unit::Text))
        .about(
            "Further pairs, written `pharmacies > market_regulation`, each with clauses of its own where wanted: \
             `telecom_operators > health_commission: co_location travel_history; latency 6 h; from day 30; for code; \
             keep 14 d`. Clauses that are missing are as the policy's keys say.",
        )
        .source("assumption: none"),
    KeySpec::new("latency", Unit::Hours)
        .default(12.0)
        .range(0.0, 2160.0)
        .about("From one department's knowing to the other's.")
        .source("assumption: twice-daily exchange of files"),
    KeySpec::new("records", Unit::List(&Unit::Text))
        .choices(RecordKind::NAMES)
        .about("Kinds of record that are shared; unset, all.")
        .source("assumption: all"),
    KeySpec::new("purposes", Unit::List(&Unit::Text))
        .words(Purpose::NAMES)
        .choices(Purpose::NAMES)
        .about("What shared records may be used for: to make codes, to order people home, to trace contacts.")
        .source("assumption: anything"),
    KeySpec::new("retention", Unit::Days)
        .range(0.0, 3650.0)
        .about("How long a receiver keeps shared records; unset, for ever.")
        .source("assumption: nobody deletes anything"),
    KeySpec::new("recognition", Unit::Ratio)
        .range(0.0, 1.0)
        .about(
            "Where cities recognise each other's codes, only arrivals with a colour at home are told of: this share of \
             the infected ones. Unset, they don't, and every arrival is told of.",
        )
        .source("assumption: they don't; Chinese cities did through a shared platform from March 2020 on"),
    KeySpec::new("recognition_errors", Unit::Ratio)
        .default(0.02)
        .range(0.0, 1.0)
        .about("Share of the arrivals who aren't infected and have a colour at home all the same.")
        .source("assumption"),
];

struct DataSharing {
    entries: Vec<Entry>,
    recognition: Option<[f32; 2]>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let kinds: Vec<RecordKind> =
        params.list("records").iter().filter_map(|name| RecordKind::parse(name)).collect();
    let purposes: Vec<Purpose> =
        params.list("purposes").iter().filter_map(|name| Purpose::parse(name)).collect();
    let retention_h = params.opt_f64("retention").map_or(u32::MAX, |days| (days * 24.0).round() as u32);
    let every = Purpose::ALL.iter().all(|purpose| purposes.contains(purpose));
    let free = every && retention_h == u32::MAX;
    let usual = Share {
        kinds: if kinds.is_empty() { RecordKinds::ALL } else { RecordKinds::of(&kinds) },
        terms: if free { Terms::FREE } else { Terms::new(&purposes, retention_h) },
        ..Share::new(Department::HealthCommission, Department::HealthCommission, params.u32("latency"))
    };
    let (mut entries, mut problems) = (Vec::new(), Problems::new());
    let mut add = |from: Result<Department, Problem>, to: Result<Department, Problem>| {
        let (from, to) = (problems.keep(from), problems.keep(to));
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            entries.push(Entry { share: Share { from, to, ..usual }, from: None });
        }
    };
    for name in params.list("departments") {
        add(department(&name, &name), Ok(Department::HealthCommission));
    }
    for name in params.list("back_to") {
        add(Ok(Department::HealthCommission), department(&name, &name));
    }
    for pair in params.list("pairs") {
        match Entry::read(&pair, usual) {
            Ok(entry) if entry.share.from == entry.share.to => {}
            Ok(entry) => entries.push(entry),
            Err(found) => problems.extend(found),
        }
    }
    let wrongly = params.f64("recognition_errors") as f32;
    let recognition = params.opt_f64("recognition").map(|known| [known as f32, wrongly]);
    if problems.has_errors() { Err(problems) } else { Ok(Box::new(DataSharing { entries, recognition })) }
}

fn no_pair(pair: &str) -> Problem {
    Problem::error("E032", format!("`{pair}` is no pair of departments"))
        .label("no `>` in it")
        .help("write it like \"pharmacies > health_commission\"")
        .word(pair)
}

/// The department of a name, which stands in the value `written`.
fn department(name: &str, written: &str) -> Result<Department, Problem> {
    Department::parse(name).ok_or_else(|| {
        let problem = Problem::error("E032", format!("unknown department `{name}`"));
        let problem = problem.label("no such department").word(written);
        match citytwin_engine::suggest::did_you_mean(name, Department::NAMES) {
            Some(suggestion) => problem.help(suggestion),
            None => problem,
        }
    })
}

impl Policy for DataSharing {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let in_force = self.entries.iter().filter(|entry| entry.is_in_force(now));
        in_force.for_each(|entry| levers.share(entry.share));
        if let Some([known, wrongly]) = self.recognition {
            levers.recognise(known, wrongly);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;
    use Department::{Communities, HealthCommission, Laboratories, Pharmacies};

    #[test]
    fn lists_merge_whatever_their_order_and_the_shorter_latency_holds() {
        let slow = [("departments", "[laboratories]"), ("back_to", "[communities]"), ("latency", "24 h")];
        let fast =
            [("departments", "[laboratories]"), ("back_to", "[]"), ("pairs", "[pharmacies > communities]")];
        let wanted = vec![
            Share::new(HealthCommission, Communities, 24),
            Share::new(Laboratories, HealthCommission, 12),
            Share::new(Pharmacies, Communities, 12),
        ];
        assert_eq!(levers_of(&[(&KIND, &slow), (&KIND, &fast)]).sharing, wanted);
        assert_eq!(levers_of(&[(&KIND, &fast), (&KIND, &slow)]).sharing, wanted);
    }

    #[test]
    fn an_entry_has_records_a_delay_a_day_purposes_and_an_end() {
        let list = [
            ("departments", "[]"),
            ("back_to", "[]"),
            ("retention", "7 d"),
            ("recognition", "30 %"),
            (
                "pairs",
                "[telecom_operators > health_commission: co_location travel_history; latency 1 d; from day 2; \
                 for code tracing; keep 14 d, laboratories > health_commission]",
            ),
        ];
        let mut simulation = crate::trial::simulation(&City::default(), &[(&KIND, &list)]);
        let all: Vec<Purpose> = Purpose::ALL.to_vec();
        let plain = Share { terms: Terms::new(&all, 168), ..Share::new(Laboratories, HealthCommission, 12) };
        assert_eq!(simulation.levers.sharing, [plain]);
        assert_eq!(simulation.levers.recognition, Some([0.3, 0.02]));
        (0..48).for_each(|_| simulation.step());
        let phones = Share {
            kinds: RecordKinds::of(&[RecordKind::CoLocation, RecordKind::TravelHistory]),
            terms: Terms::new(&[Purpose::Code, Purpose::Tracing], 336),
            ..Share::new(Department::TelecomOperators, HealthCommission, 24)
        };
        assert!(simulation.levers.sharing.contains(&phones) && simulation.levers.sharing.len() == 2);
        assert!(phones.names(RecordKind::CoLocation) && !plain.names(RecordKind::CoLocation));
    }

    #[test]
    fn clauses_that_are_none_are_refused_each_with_its_code() {
        let wrong = [
            "schools > health_commission: symptom_reprot",
            "schools > health_commission; for fun",
            "schools > health_commission; keep it",
            "schools > health_commission; from tomorrow",
            "schools > health_commission; latency 3 km",
            "schools > health_commission; now",
        ];
        let codes: Vec<&str> = wrong
            .iter()
            .map(|pair| {
                let odd = [("pairs", *pair)];
                let params = Params::written(KEYS, &odd).expect("well written");
                let refused = (KIND.build)(&params, &City::default()).err().expect("a mistake");
                assert_eq!(refused.iter().next().and_then(|one| one.word.as_deref()), Some(*pair));
                refused.codes()[0]
            })
            .collect();
        assert_eq!(codes, ["E101", "E102", "E100", "E100", "E100", "E100"]);
    }

    #[test]
    fn a_pair_that_is_none_is_refused() {
        let odd = [("pairs", "[pharmacies, schols > aviatio, railway > schools]")];
        let params = Params::written(KEYS, &odd).expect("well written");
        let refused = (KIND.build)(&params, &City::default()).err().expect("three mistakes");
        let words: Vec<&str> = refused.iter().filter_map(|one| one.word.as_deref()).collect();
        assert_eq!(words, ["pharmacies", "schols > aviatio", "schols > aviatio"]);
    }
}
