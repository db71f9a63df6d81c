//! Closing places by kind: a share of the visits there is turned away.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::{City, PlaceKind};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "closure",
    summary: "Closes kinds of place, wholly or for a share of visits.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("kinds", Unit::List(&Unit::PlaceKind))
        .words(&["restaurant", "culture", "worship", "mall"])
        .about("Kinds of place that close.")
        .source("assumption: the places that most governments closed first in March 2020"),
    KeySpec::new("share", Unit::Ratio)
        .default(1.0)
        .range(0.0, 1.0)
        .about("Share of visits turned away.")
        .source("assumption"),
];

struct Closure {
    kinds: Vec<PlaceKind>,
    share: f32,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(Closure { kinds: params.place_kinds("kinds"), share: params.f64("share") as f32 }))
}

impl Policy for Closure {
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
    fn two_closures_meet_at_the_stricter() {
        let half = [("kinds", "[mall, park]"), ("share", "50 %")];
        let levers = levers_of(&[(&KIND, &half), (&KIND, &[("kinds", "[mall]"), ("share", "20 %")])]);
        let share = |kind: PlaceKind| levers.closed[kind as usize];
        assert_eq!((share(PlaceKind::Mall), share(PlaceKind::Park), share(PlaceKind::Shop)), (0.5, 0.5, 0.0));
    }
}
