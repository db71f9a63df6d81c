//! Testing of residents with symptoms, and of others: how many, how fast, how many a day.
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, TestingOrder, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "testing",
    summary: "Tests residents with and without symptoms, within a capacity.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("symptomatic_share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of residents with symptoms who get a test.")
        .source("assumption"),
    KeySpec::new("delay", Unit::Hours)
        .default(72.0)
        .range(0.0, 720.0)
        .about("From the first symptoms to the result; longer when the laboratories are full.")
        .source("assumption: a day until the test is sought, two until its result"),
    KeySpec::new("capacity", Unit::PerDay)
        .default(0.0)
        .range(0.0, 1e9)
        .about("Most tests a day; 0 for no limit.")
        .source("assumption"),
    KeySpec::new("symptomatic_per_day", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about(
            "Chance of a test on each day with symptoms until one is positive, beside the share tested once.",
        )
        .source("assumption: none; Covasim's examples have 10 to 20 %"),
    KeySpec::new("screening_per_day", Unit::Ratio)
        .default(0.0)
        .range(0.0, 1.0)
        .about("Chance of a test on each day for residents without symptoms.")
        .source("assumption: none; Covasim's examples have 0.1 to 1 %"),
];

struct Testing(TestingOrder);

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(Testing(TestingOrder {
        symptomatic_share: params.f64("symptomatic_share") as f32,
        delay_h: params.u32("delay"),
        capacity_per_day: params.u32("capacity"),
        symptomatic_per_day: params.f64("symptomatic_per_day") as f32,
        screening_per_day: params.f64("screening_per_day") as f32,
    })))
}

impl Policy for Testing {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.test(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn two_orders_take_the_best_of_each() {
        let slow = [
            ("symptomatic_share", "60 %"),
            ("delay", "96 h"),
            ("capacity", "900 /d"),
            ("screening_per_day", "1 %"),
        ];
        let fast = [
            ("symptomatic_share", "10 %"),
            ("delay", "1 d"),
            ("capacity", "100 /d"),
            ("symptomatic_per_day", "20 %"),
        ];
        let wanted = TestingOrder {
            symptomatic_share: 0.6,
            delay_h: 24,
            capacity_per_day: 900,
            symptomatic_per_day: 0.2,
            screening_per_day: 0.01,
        };
        assert_eq!(levers_of(&[(&KIND, &slow), (&KIND, &fast)]).testing, wanted);
        assert_eq!(levers_of(&[(&KIND, &fast), (&KIND, &slow)]).testing, wanted);
    }
}
