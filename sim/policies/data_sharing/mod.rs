//! Data sharing: the responsibility list of who lets whom see its records, and how late.
use citytwin_engine::{Board, Department, KeySpec, Kind, Levers, Now, Params, Policy, Share, Unit};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};

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
        .about("Further pairs, written `pharmacies > market_regulation`.")
        .source("assumption: none"),
    KeySpec::new("latency", Unit::Hours)
        .default(12.0)
        .range(0.0, 2160.0)
        .about("From one department's knowing to the other's.")
        .source("assumption: twice-daily exchange of files"),
];

struct DataSharing(Vec<Share>);

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let latency_h = params.u32("latency");
    let (mut shares, mut problems) = (Vec::new(), Problems::new());
    let mut add = |from: Result<Department, Problem>, to: Result<Department, Problem>| {
        let (from, to) = (problems.keep(from), problems.keep(to));
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            shares.push(Share { from, to, latency_h });
        }
    };
    for name in params.list("departments") {
        add(department(&name, &name), Ok(Department::HealthCommission));
    }
    for name in params.list("back_to") {
        add(Ok(Department::HealthCommission), department(&name, &name));
    }
    for pair in params.list("pairs") {
        match pair.split_once('>') {
            Some((from, to)) => add(department(from.trim(), &pair), department(to.trim(), &pair)),
            None => add(Err(no_pair(&pair)), Ok(Department::HealthCommission)),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(Box::new(DataSharing(shares))) }
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
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        self.0.iter().for_each(|share| levers.share(*share));
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
            Share { from: HealthCommission, to: Communities, latency_h: 24 },
            Share { from: Laboratories, to: HealthCommission, latency_h: 12 },
            Share { from: Pharmacies, to: Communities, latency_h: 12 },
        ];
        assert_eq!(levers_of(&[(&KIND, &slow), (&KIND, &fast)]).sharing, wanted);
        assert_eq!(levers_of(&[(&KIND, &fast), (&KIND, &slow)]).sharing, wanted);
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
