//! Vaccination: doses arrive and are given at sites, group after group, to those who accept them.
use crate::first_tick::FirstTick;
use citytwin_engine::{
    Board, KeySpec, Kind, Levers, Now, Params, Policy, Preset, PriorityGroup, Unit, VaccinationOrder,
};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "vaccination",
    summary: "Vaccinates residents group after group, as far as doses, sites and willingness go.",
    keys: KEYS,
    build,
};

/// Words for groups; the ages follow from the words.
const GROUPS: &[&str] = &[
    "health_workers",
    "teachers",
    "essential_workers",
    "age_80",
    "age_70",
    "age_60",
    "age_50",
    "age_40",
    "age_30",
    "age_18",
    "age_12",
    "age_5",
];

const KEYS: &[KeySpec] = &[
    KeySpec::new("sites_per_100k", Unit::Number)
        .default(5.0)
        .range(0.0, 10_000.0)
        .about("Vaccination sites for 100,000 residents.")
        .source("assumption"),
    KeySpec::new("doses_per_site", Unit::PerDay)
        .default(200.0)
        .range(0.0, 100_000.0)
        .about("Doses that a site can give in a day.")
        .source("assumption"),
    KeySpec::new("stock_per_100k", Unit::Number)
        .default(0.0)
        .range(0.0, 1e7)
        .about("Doses there are at the beginning, for 100,000 residents.")
        .source("assumption"),
    KeySpec::new("delivered_per_100k", Unit::PerDay)
        .default(1000.0)
        .range(0.0, 1e6)
        .about("Doses that are delivered each day, for 100,000 residents.")
        .source("assumption"),
    KeySpec::new("priority", Unit::List(&Unit::Text))
        .words(&["health_workers", "age_80", "age_60", "essential_workers", "age_18"])
        .choices(GROUPS)
        .about(
            "Groups in the order in which they are called, `age_60` for everybody of 60 and older; who is in none is not \
             vaccinated.",
        )
        .source("assumption; WHO SAGE roadmap, 2020: health workers and the old first"),
    KeySpec::new("uptake", Unit::List(&Unit::Ratio))
        .preset(Preset::Numbers(&[0.4, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.9, 0.9, 0.9]))
        .range(0.0, 1.0)
        .about("Share who accept, by decade of age (ten shares).")
        .source("assumption"),
    KeySpec::new("doses", Unit::Count)
        .default(2.0)
        .range(1.0, 3.0)
        .about("Doses of a complete course; those due for a further dose come before others.")
        .source("assumption: a primary course"),
    KeySpec::new("interval", Unit::Days)
        .default(21.0)
        .range(1.0, 365.0)
        .about("Least time from one dose to the next.")
        .source("assumption"),
    KeySpec::new("onset", Unit::Days)
        .default(14.0)
        .range(0.0, 90.0)
        .about("Time from a dose to its protection, which then wanes as the disease's file says.")
        .source("assumption"),
];

struct Vaccination {
    order: VaccinationOrder,
    /// Doses at the beginning and delivered per day, per resident.
    stock: f64,
    delivered: f64,
    /// When the policy first acted: the campaign begins with the next whole day.
    first_tick: FirstTick,
}

fn group(word: &str) -> Option<PriorityGroup> {
    Some(match word {
        "health_workers" => PriorityGroup::HealthWorkers,
        "teachers" => PriorityGroup::Teachers,
        "essential_workers" => PriorityGroup::EssentialWorkers,
        _ => PriorityGroup::AgeFrom(word.strip_prefix("age_")?.parse().ok()?),
    })
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let shares: Vec<f32> = params.list_f64("uptake").into_iter().map(|share| share as f32).collect();
    let count = shares.len();
    let uptake = shares.try_into().map_err(|_| {
        let what = "`uptake` needs 10 shares, one for each decade of age";
        Problem::error("E041", format!("{what}, not {count}")).label(format!("{count} shares")).word("uptake")
    })?;
    let days = |key: &str| params.f64(key).round() as u32;
    let per_resident = |key: &str| params.f64(key) / 100_000.0;
    Ok(Box::new(Vaccination {
        order: VaccinationOrder {
            doses_per_resident: per_resident("sites_per_100k") * params.f64("doses_per_site"),
            supply_per_resident: 0.0,
            course: params.u32("doses").clamp(1, 3) as u8,
            interval_days: days("interval"),
            onset_days: days("onset"),
            uptake,
            priority: params.list("priority").iter().filter_map(|word| group(word)).collect(),
        },
        stock: per_resident("stock_per_100k"),
        delivered: per_resident("delivered_per_100k"),
        first_tick: FirstTick::default(),
    }))
}

impl Policy for Vaccination {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let Some((_, days)) = self.first_tick.days(now) else { return };
        let supply_per_resident = self.stock + self.delivered * f64::from(days + 1);
        if self.order.doses_per_resident > 0.0 && supply_per_resident > 0.0 {
            levers.vaccinate(&VaccinationOrder { supply_per_resident, ..self.order.clone() });
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
    use crate::trial::{Order, levers_of, simulation};

    #[test]
    fn every_group_has_a_meaning() {
        assert!(GROUPS.iter().all(|word| group(word).is_some()));
        assert_eq!(group("age_12"), Some(PriorityGroup::AgeFrom(12)));
    }

    #[test]
    fn doses_are_delivered_day_by_day_from_the_first_whole_day_on() {
        let keys = [("stock_per_100k", "500"), ("delivered_per_100k", "100 /d")];
        let orders: [Order; 1] = [(&KIND, &keys)];
        let mut whole = simulation(&City::default(), &orders);
        let supply = |s: &citytwin_engine::Simulation| {
            let order = s.levers.vaccination.as_ref();
            order.map_or(0, |order| (order.supply_per_resident * 100_000.0).round() as u32)
        };
        assert_eq!(supply(&whole), 600);
        whole.run_day();
        let mut resumed = simulation(&City::default(), &orders);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        for one in [&mut whole, &mut resumed] {
            assert_eq!(supply(one), 700);
            one.run_day();
            assert_eq!(supply(one), 800);
        }
    }

    #[test]
    fn campaigns_join_in_any_order_and_none_without_doses() {
        let a: &[(&str, &str)] = &[("priority", "[age_60]"), ("interval", "28 d"), ("sites_per_100k", "1")];
        let b: &[(&str, &str)] = &[("priority", "[teachers]"), ("onset", "7 d"), ("sites_per_100k", "2")];
        let joined = levers_of(&[(&KIND, a), (&KIND, b)]).vaccination;
        assert_eq!(joined, levers_of(&[(&KIND, b), (&KIND, a)]).vaccination);
        let order = joined.expect("a campaign");
        assert!((order.doses_per_resident - 0.006).abs() < 1e-12);
        assert_eq!((order.interval_days, order.onset_days), (21, 7));
        assert_eq!(order.priority, [PriorityGroup::Teachers]);
        assert_eq!(levers_of(&[(&KIND, &[("delivered_per_100k", "0 /d")])]), Levers::default());
        let params = Params::written(KEYS, &[("uptake", "[0.5]")]).expect("well written");
        let refused = (KIND.build)(&params, &City::default()).err().expect("too few shares");
        assert_eq!(refused.codes(), ["E041"]);
    }
}
