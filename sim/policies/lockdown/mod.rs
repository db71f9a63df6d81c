//! Lockdown of the city or of some zones: a share of the trips that aren't essential is forbidden.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problem;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "lockdown",
    summary: "Forbids trips that are not essential, everywhere or in some zones.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("zones", Unit::List(&Unit::Text))
        .about("Identifiers of the zones locked down; the whole city where unset.")
        .source("assumption: the whole city"),
    KeySpec::new("stringency", Unit::Ratio)
        .default(0.8)
        .range(0.0, 1.0)
        .about("Share of the trips forbidden that would really not be made; essential jobs go on.")
        .source("assumption; contacts in Wuhan fell from 14.0 to 2.0 a day (Zhang 2020)"),
];

struct Lockdown {
    zones: Option<Vec<u32>>,
    zone_count: usize,
    stringency: f32,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problem> {
    let names = params.list("zones");
    let mut zones = Vec::with_capacity(names.len());
    for name in &names {
        match city.zones.id.as_slice().iter().position(|id| id == name) {
            Some(zone) => zones.push(zone as u32),
            None => {
                return Err(Problem::error("E031", format!("the city has no zone `{name}`"))
                    .help("`citytwin city info` lists the zones"));
            }
        }
    }
    let zones = (!names.is_empty()).then_some(zones);
    Ok(Box::new(Lockdown {
        zones,
        zone_count: city.zones.len(),
        stringency: params.f64("stringency") as f32,
    }))
}

impl Policy for Lockdown {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.lock_down(self.zones.as_deref().map(|zones| (zones, self.zone_count)), self.stringency);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_in;

    #[test]
    fn zones_are_locked_down_by_name() {
        let mut city = City::default();
        for name in ["north", "south"] {
            city.zones.id.push(name.to_owned());
        }
        let south = [("zones", "[south]"), ("stringency", "90 %")];
        let levers = levers_in(&city, &[(&KIND, &south), (&KIND, &[("stringency", "20 %")])]);
        assert_eq!((levers.lockdown_share(0), levers.lockdown_share(1)), (0.2, 0.9));
        let params = Params::written(KEYS, &[("zones", "[west]")]).expect("well written");
        assert_eq!((KIND.build)(&params, &city).err().map(|problem| problem.code), Some("E031"));
    }
}
