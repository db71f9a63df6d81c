//! Restoration: what repair crews turn to first, and crews sent from outside.
use citytwin_engine::{
    Board, KeySpec, Kind, Levers, Now, Params, Policy, RepairRule, RestorationOrder, Unit,
};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "restoration",
    summary: "Tells repair crews what to turn to first, and sends more of them.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("rule", Unit::Text)
        .text("hospital_first")
        .choices(RepairRule::NAMES)
        .about(
            "What a free crew takes next: what failed first, what most residents hang on, what a hospital hangs on, or \
             what is nearest. Without this policy it is what failed first.",
        )
        .source("choice of the scenario"),
    KeySpec::new("crews", Unit::Count)
        .default(0.0)
        .range(0.0, 10_000.0)
        .about("Crews sent from outside the city, besides its own.")
        .source("choice of the scenario"),
];

struct Restoration(RestorationOrder);

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    // The key's choices are the rules' names; another is told when the key is checked.
    let rule = RepairRule::parse(&params.text("rule")).unwrap_or(RepairRule::HospitalFirst);
    Ok(Box::new(Restoration(RestorationOrder { rule, crews: params.u32("crews") })))
}

impl Policy for Restoration {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.restore(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::simulation;

    #[test]
    fn the_rule_that_looks_further_stands_and_crews_add_up() {
        let few = [("rule", "nearest"), ("crews", "3")];
        let simulation = simulation(&City::default(), &[(&KIND, &few), (&KIND, &[("crews", "2")])]);
        let order = simulation.levers.restoration;
        assert_eq!(order, Some(RestorationOrder { rule: RepairRule::HospitalFirst, crews: 5 }));
    }
}
