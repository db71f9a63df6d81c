//! Keeping distance: the share of contact avoided, by setting.
use crate::by_setting::{key, shares};
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Setting};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "distancing",
    summary: "Has people keep their distance: a share of contact is avoided, by setting.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("share", Unit::Ratio)
        .default(0.2)
        .range(0.0, 1.0)
        .about("Share of contact avoided outside the home.")
        .source("assumption"),
    key("household").default(0.0),
    key("school"),
    key("work"),
    key("care"),
    key("public"),
    key("leisure"),
    key("vehicle"),
    key("outdoor"),
];

struct Distancing {
    share: Vec<(Setting, f32)>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(Distancing { share: shares(params) }))
}

impl Policy for Distancing {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        for (setting, share) in &self.share {
            levers.keep_distance(*setting, *share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn one_setting_may_differ() {
        let levers =
            levers_of(&[(&KIND, &[("share", "50 %"), ("vehicle", "90 %")]), (&KIND, &[("share", "10 %")])]);
        let share = |setting: Setting| levers.distance_share[setting as usize];
        assert_eq!(
            (share(Setting::Work), share(Setting::Vehicle), share(Setting::Household)),
            (0.5, 0.9, 0.0)
        );
    }
}
