//! Mask wearing: the share of residents who wear one, by setting.
use crate::by_setting::{key, shares};
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Setting};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "mask_wearing",
    summary: "Has a share of residents wear masks, by setting.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("share", Unit::Ratio)
        .default(0.42)
        .range(0.0, 1.0)
        .about("Share of residents who wear a mask outside their home.")
        .source("Abaluck 2021: promotion raised mask wearing from 13 to 42 %"),
    key("household").default(0.0),
    key("school"),
    key("work"),
    key("care"),
    key("public"),
    key("leisure"),
    key("vehicle"),
    key("outdoor").default(0.0),
];

struct MaskWearing {
    share: Vec<(Setting, f32)>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(MaskWearing { share: shares(params) }))
}

impl Policy for MaskWearing {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        for (setting, share) in &self.share {
            levers.wear_masks(*setting, *share);
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
        let share = |setting: Setting| levers.mask_share[setting as usize];
        assert_eq!(
            (share(Setting::Work), share(Setting::Vehicle), share(Setting::Household)),
            (0.5, 0.9, 0.0)
        );
    }
}
