//! Closing schools, kindergartens and universities; pupils stay at home.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, PlaceKind};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "school_closure",
    summary: "Closes schools, kindergartens and universities.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("kinds", Unit::List(&Unit::PlaceKind))
        .words(&["kindergarten", "school", "university"])
        .about("Which of them close.")
        .source("assumption: all of them, as in 107 countries by 18 March 2020 (UNESCO)"),
    KeySpec::new("share", Unit::Ratio)
        .default(0.95)
        .range(0.0, 1.0)
        .about("Share of attendance that ends; the rest is emergency care.")
        .source("assumption: 5 % of pupils in emergency care"),
];

const SCHOOLS: [PlaceKind; 3] = [PlaceKind::Kindergarten, PlaceKind::School, PlaceKind::University];

struct SchoolClosure {
    kinds: Vec<PlaceKind>,
    share: f32,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let kinds = params.place_kinds("kinds");
    let others = kinds.iter().filter(|kind| !SCHOOLS.contains(kind)).map(|other| {
        Problem::error("E030", format!("`{}` is no kind of school", other.name()))
            .label("no school")
            .help("use the policy `closure` for other kinds of place")
            .word(other.name())
    });
    let problems: Problems = others.collect();
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Box::new(SchoolClosure { kinds, share: params.f64("share") as f32 }))
}

impl Policy for SchoolClosure {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        for kind in &self.kinds {
            levers.close(*kind, self.share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn schools_close_and_nothing_else() {
        let levers = levers_of(&[(&KIND, &[])]);
        for kind in PlaceKind::ALL {
            let wanted = if SCHOOLS.contains(kind) { 0.95 } else { 0.0 };
            assert_eq!(levers.closed[*kind as usize], wanted);
        }
        let params = Params::written(KEYS, &[("kinds", "[mall, school, office]")]).expect("well written");
        let refused = (KIND.build)(&params, &City::default()).err();
        assert_eq!(refused.map(|all| all.codes()), Some(vec!["E030", "E030"]));
    }
}
