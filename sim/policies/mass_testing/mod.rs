//! Mass testing: rounds in which everybody of some zones is swabbed, many swabs to a tube.
use crate::first_tick::FirstTick;
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, ScreeningRound, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "mass_testing",
    summary: "Swabs everybody of some zones in rounds, many swabs to a tube, and those of a positive tube again.",
    keys: KEYS,
    build,
};

const WUHAN: &str =
    "Cao 2020: 9.9 million residents of Wuhan aged 6 and older in 19 days, 92.9 % of those eligible";

const KEYS: &[KeySpec] = &[
    KeySpec::new("zones", Unit::List(&Unit::Text))
        .words(&[])
        .about("Zones whose residents are called up, one zone after the other; all residents where empty.")
        .source("assumption"),
    KeySpec::new("rounds", Unit::Count)
        .default(1.0)
        .range(0.0, 1000.0)
        .about("Rounds at most. A round goes on until everybody has been called up, or the next one begins.")
        .source("Cao 2020: one round, Wuhan, 14 May to 1 June 2020"),
    KeySpec::new("every", Unit::Days)
        .default(7.0)
        .range(1.0, 365.0)
        .about("From the beginning of one round to that of the next; the first begins on the first whole day.")
        .source("assumption"),
    KeySpec::new("sites_per_100k", Unit::Number)
        .default(26.0)
        .range(0.0, 10_000.0)
        .about("Sampling sites for 100,000 residents of the city.")
        .source("assumption"),
    KeySpec::new("swabs_per_site", Unit::PerDay)
        .default(180.0)
        .range(0.0, 100_000.0)
        .about("Swabs that a site takes in a day; with all sites they decide how many days a round takes.")
        .source(WUHAN),
    KeySpec::new("age_from", Unit::Count)
        .default(6.0)
        .range(0.0, 120.0)
        .about("Least age of those called up, years.")
        .source(WUHAN),
    KeySpec::new("participation", Unit::Ratio)
        .default(0.929)
        .range(0.0, 1.0)
        .about("Share of those called up who come; the others are known to have missed it.")
        .source(WUHAN),
    KeySpec::new("pool", Unit::Count)
        .default(10.0)
        .range(1.0, 100.0)
        .about("Swabs in one tube. A tube takes as much of the laboratories' time as a test; who is in a positive one is swabbed again alone.")
        .source("assumption"),
    KeySpec::new("pool_sensitivity", Unit::Ratio)
        .default(0.95)
        .range(0.0, 1.0)
        .about("Share of swabs that would be found positive alone and are found in a tube with others.")
        .source("assumption"),
];

struct MassTesting {
    round: ScreeningRound,
    rounds: u32,
    every_days: u32,
    /// When the policy first acted: rounds begin with the next whole day.
    first_tick: FirstTick,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let pool = params.u32("pool").max(1);
    let per_day = params.f64("sites_per_100k") * params.f64("swabs_per_site");
    Ok(Box::new(MassTesting {
        round: ScreeningRound {
            zones: crate::by_zone::zones(&params.list("zones"), city)?,
            first_day: 0,
            swabs_per_resident: per_day / 100_000.0,
            age_from: params.u32("age_from").min(255) as u8,
            participation: params.f64("participation") as f32,
            pool,
            pool_sensitivity: if pool > 1 { params.f64("pool_sensitivity") as f32 } else { 1.0 },
        },
        rounds: params.u32("rounds"),
        every_days: (params.f64("every").round() as u32).max(1),
        first_tick: FirstTick::default(),
    }))
}

impl Policy for MassTesting {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let Some((first_day, days)) = self.first_tick.days(now) else { return };
        let round = days / self.every_days;
        if round < self.rounds && self.round.swabs_per_resident > 0.0 {
            let first_day = first_day + round * self.every_days;
            levers.screen(ScreeningRound { first_day, ..self.round.clone() });
        }
    }

    fn memory(&self) -> Vec<u8> {
        self.first_tick.save()
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        self.first_tick.load(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Order, simulation};
    use citytwin_engine::Simulation;

    fn city() -> City {
        let mut city = City::default();
        for name in ["north", "south"] {
            city.zones.id.push(name.to_owned());
        }
        city
    }

    /// First day of the round that goes on at noon of each day.
    fn story(simulation: &mut Simulation, days: u32) -> Vec<Option<u32>> {
        let mut seen = Vec::new();
        for _ in 0..days {
            (0..12).for_each(|_| simulation.step());
            seen.push(simulation.levers.rounds.first().map(|round| round.first_day));
            (0..12).for_each(|_| simulation.step());
        }
        seen
    }

    #[test]
    fn rounds_follow_each_other() {
        let keys = [("every", "2 d"), ("rounds", "2"), ("zones", "[south]")];
        let orders: [Order; 1] = [(&KIND, &keys)];
        let mut whole = simulation(&city(), &orders);
        assert_eq!(whole.levers.rounds[0].zones, [1]);
        assert!((whole.levers.rounds[0].swabs_per_resident - 0.0468).abs() < 1e-9);
        whole.run_day();
        let mut resumed = simulation(&city(), &orders);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        for one in [&mut whole, &mut resumed] {
            assert_eq!(story(one, 5), [Some(0), Some(2), Some(2), None, None]);
        }
    }

    #[test]
    fn an_unknown_zone_is_refused_and_no_rounds_are_no_order() {
        let params = Params::written(KEYS, &[("zones", "[west]")]).expect("well written");
        let refused = (KIND.build)(&params, &city()).err().expect("no such zone");
        assert_eq!(refused.codes(), ["E031"]);
        let mut none = simulation(&city(), &[(&KIND, &[("rounds", "0")])]);
        none.run_day();
        assert_eq!(none.levers, Levers::default());
    }
}
