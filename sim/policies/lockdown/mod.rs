//! Lockdown of the city or of some zones: a share of the trips that aren't essential is forbidden.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};

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

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let names = params.list("zones");
    let (mut zones, mut problems) = (Vec::with_capacity(names.len()), Problems::new());
    for name in &names {
        match city.zones.id.as_slice().iter().position(|id| id == name) {
            Some(zone) => zones.push(zone as u32),
            None => problems.push(unknown_zone(name, city)),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let zones = (!names.is_empty()).then_some(zones);
    Ok(Box::new(Lockdown {
        zones,
        zone_count: city.zones.len(),
        stringency: params.f64("stringency") as f32,
    }))
}

fn unknown_zone(name: &str, city: &City) -> Problem {
    let problem =
        Problem::error("E031", format!("the city has no zone `{name}`")).label("no such zone").word(name);
    let ids: Vec<&str> = city.zones.id.as_slice().iter().map(String::as_str).collect();
    match citytwin_engine::suggest::did_you_mean(name, &ids) {
        Some(suggestion) => problem.help(suggestion),
        None => problem.help("the city has no zones"),
    }
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
        let params = Params::written(KEYS, &[("zones", "[west, south, sout]")]).expect("well written");
        let refused = (KIND.build)(&params, &city).err().expect("two zones that aren't there");
        assert_eq!(refused.codes(), ["E031", "E031"]);
        assert_eq!(refused.iter().last().and_then(|one| one.word.as_deref()), Some("sout"));
    }
}
