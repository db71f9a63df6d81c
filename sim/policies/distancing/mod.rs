//! Keeping distance: the share of contact avoided, by setting.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problem;
use citytwin_world::{City, Setting};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "distancing",
    summary: "Has people keep their distance: a share of contact is avoided, by setting.",
    keys: KEYS,
    build,
};

const fn setting(name: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .range(0.0, 1.0)
        .about("The same in one setting; `share` where unset.")
        .source("assumption")
}

const KEYS: &[KeySpec] = &[
    KeySpec::new("share", Unit::Ratio)
        .default(0.2)
        .range(0.0, 1.0)
        .about("Share of contact avoided outside the home.")
        .source("assumption"),
    setting("household").default(0.0),
    setting("school"),
    setting("work"),
    setting("care"),
    setting("public"),
    setting("leisure"),
    setting("vehicle"),
    setting("outdoor"),
];

struct Distancing {
    share: Vec<(Setting, f32)>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problem> {
    let usual = params.f64("share");
    let settings = Setting::ALL.iter().filter(|setting| **setting != Setting::Imported);
    let share_of = |setting: &Setting| (*setting, params.opt_f64(setting.name()).unwrap_or(usual) as f32);
    Ok(Box::new(Distancing { share: settings.map(share_of).collect() }))
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
