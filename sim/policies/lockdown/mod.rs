//! Lockdown of the city, of some zones, or of those with many known cases: a share of the trips that aren't essential is
//! forbidden.
mod by_cases;

use crate::by_zone;
use by_cases::ByCases;
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "lockdown",
    summary: "Forbids trips that are not essential: everywhere, in some zones, or where many cases are known.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("zones", Unit::List(&Unit::Text))
        .about("Identifiers of the zones locked down, or to be watched for cases; the whole city where unset.")
        .source("assumption: the whole city"),
    by_zone::RADIUS,
    KeySpec::new("stringency", Unit::Ratio)
        .default(0.8)
        .range(0.0, 1.0)
        .about("Share of the trips forbidden that would really not be made; essential jobs go on.")
        .source("assumption; contacts in Wuhan fell from 14.0 to 2.0 a day (Zhang 2020)"),
    KeySpec::new("zone_cases_on", Unit::Number)
        .range(0.0, 1000.0)
        .about(
            "Known cases of seven days in 1,000 residents of a zone above which that zone alone is locked down; where \
             unset, zones aren't looked at one by one.",
        )
        .source("assumption: unset"),
    KeySpec::new("zone_cases_off", Unit::Number)
        .range(0.0, 1000.0)
        .about("The same number below which the zone is opened again; half of the one that closed it where unset.")
        .source("assumption: half"),
    KeySpec::new("zone_cases_least", Unit::Persons)
        .default(3.0)
        .range(1.0, 1e6)
        .about("Known cases of seven days that a zone must have to be locked down, so that one case closes no hamlet.")
        .source("assumption"),
    KeySpec::new("zone_days", Unit::Days)
        .default(14.0)
        .range(0.0, 365.0)
        .about("How long a zone stays locked down at least.")
        .source("assumption: two weeks, as the quarantine of contacts (WHO, 19 March 2020)"),
];

struct Lockdown {
    zones: Option<Vec<u32>>,
    zone_count: usize,
    stringency: f32,
    by_cases: Option<ByCases>,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let names = params.list("zones");
    let mut problems = Problems::new();
    let zones = by_zone::zones(&names, city).unwrap_or_else(|unknown| {
        problems.extend(unknown);
        Vec::new()
    });
    let by_cases = problems.keep(ByCases::new(params)).flatten();
    if problems.has_errors() {
        return Err(problems);
    }
    let zones = match (by_zone::within(params, city), names.is_empty()) {
        (Some(near), true) => Some(near),
        (Some(near), false) => Some(zones.into_iter().filter(|zone| near.contains(zone)).collect()),
        (None, empty) => (!empty).then_some(zones),
    };
    let zone_count = city.zones.len();
    Ok(Box::new(Lockdown { zones, zone_count, stringency: params.f64("stringency") as f32, by_cases }))
}

impl Policy for Lockdown {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let listed = self.zones.as_deref();
        let Some(by_cases) = &mut self.by_cases else {
            levers.lock_down(listed.map(|zones| (zones, self.zone_count)), self.stringency);
            return;
        };
        let closed = by_cases.zones(now.tick, board, listed, self.zone_count);
        if !closed.is_empty() {
            levers.lock_down(Some((&closed, self.zone_count)), self.stringency);
        }
    }

    fn memory(&self) -> Vec<u8> {
        self.by_cases.as_ref().map_or_else(Vec::new, ByCases::save)
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        match &mut self.by_cases {
            None => memory.is_empty(),
            Some(by_cases) => by_cases.load(memory),
        }
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
        for (lon, jobs) in [(0.0, 10), (0.1, 90)] {
            city.zones.lon.push(lon);
            city.zones.lat.push(0.0);
            city.zones.jobs.push(jobs);
        }
        // The middle of the jobs is 1.1 km from the south and 10 km from the north.
        let near = |radius| levers_in(&city, &[(&KIND, &[("radius", radius)])]);
        let shares = |radius| [0, 1].map(|zone| near(radius).lockdown_share(zone));
        assert_eq!([shares("2 km"), shares("1 m"), shares("20 km")], [[0.0, 0.8], [0.0, 0.8], [0.8, 0.8]]);
        let params = Params::written(KEYS, &[("zones", "[west, south, sout]")]).expect("well written");
        let refused = (KIND.build)(&params, &city).err().expect("two zones that aren't there");
        assert_eq!(refused.codes(), ["E031", "E031"]);
        assert_eq!(refused.iter().last().and_then(|one| one.word.as_deref()), Some("sout"));
    }
}
