//! Work from home: a share of the jobs that can be done remotely, by branch.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Sector};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "remote_work",
    summary: "Sends a share of the jobs that can be done remotely home, by branch.",
    keys: KEYS,
    build,
};

const fn sector(name: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .range(0.0, 1.0)
        .about("The same for one branch; `share` where unset.")
        .source("assumption: no difference between branches beyond which jobs can be done remotely")
}

const KEYS: &[KeySpec] = &[
    KeySpec::new("share", Unit::Ratio)
        .default(0.8)
        .range(0.0, 1.0)
        .about("Share of the jobs that can be done remotely which are done from home.")
        .source("assumption"),
    sector("industry"),
    sector("construction"),
    sector("trade"),
    sector("hospitality"),
    sector("transport"),
    sector("office_work"),
    sector("public"),
    sector("education"),
    sector("health"),
    sector("services"),
];

struct RemoteWork {
    share: Vec<(Sector, f32)>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let usual = params.f64("share");
    let share_of = |sector: &Sector| (*sector, params.opt_f64(sector.name()).unwrap_or(usual) as f32);
    Ok(Box::new(RemoteWork { share: Sector::ALL.iter().map(share_of).collect() }))
}

impl Policy for RemoteWork {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        for (sector, share) in &self.share {
            levers.work_remotely(*sector, *share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn one_branch_may_differ() {
        let levers = levers_of(&[(&KIND, &[("share", "30 %"), ("health", "0 %")])]);
        assert_eq!(levers.remote_share[Sector::Health as usize], 0.0);
        assert_eq!(levers.remote_share[Sector::Office as usize], 0.3);
    }
}
