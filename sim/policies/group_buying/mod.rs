//! Group buying: neighbours order together, and a few couriers bring the parcels to their gate.
use crate::by_zone;
use citytwin_engine::group_buying::GroupBuyingOrder;
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::{Problem, Problems};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "group_buying",
    summary: "Neighbours short of food order together with a phone, and couriers bring it to their gate.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("good", Unit::Text)
        .text("food")
        .choices(&["food", "masks", "medicine"])
        .about("What is ordered; it shows where `[supply]` names it.")
        .source("choice of the scenario"),
    by_zone::RADIUS,
    KeySpec::new("orders_least", Unit::Count)
        .default(30.0)
        .range(1.0, 10_000.0)
        .about("Households of a zone that must order together; in a sample of residents as many fewer.")
        .source("Shanghai, April 2022: group orders from 30 sets on"),
    KeySpec::new("persons_per_courier", Unit::Persons)
        .default(2300.0)
        .range(1.0, 1e7)
        .about("Residents of the zones in which it is done to each courier.")
        .source("Shanghai, April 2022: 11,000 couriers for 25 to 26 million"),
    KeySpec::new("parcels_per_courier", Unit::Count)
        .default(60.0)
        .range(1.0, 10_000.0)
        .about("Parcels that a courier can take on a day, however near the gates.")
        .source("assumption"),
    KeySpec::new("parcel_days", Unit::Days)
        .default(7.0)
        .range(1.0, 365.0)
        .about("Days of a household's need in its parcel.")
        .source("assumption"),
    KeySpec::new("lacking", Unit::Days)
        .default(4.0)
        .range(0.0, 365.0)
        .about("A household orders when what it has lasts for less than this.")
        .source("assumption"),
    KeySpec::new("begins", Unit::Hours)
        .default(8.0)
        .range(0.0, 23.0)
        .about("Hour of the day at which couriers set out from the depots.")
        .source("assumption"),
    KeySpec::new("ends", Unit::Hours)
        .default(20.0)
        .range(1.0, 23.0)
        .about("Hour of the day by which they are back.")
        .source("assumption"),
    KeySpec::new("stop_time", Unit::Minutes)
        .default(20.0)
        .range(0.0, 600.0)
        .about("Time at each gate.")
        .source("assumption"),
];

struct GroupBuying(GroupBuyingOrder);

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let hours = [params.u32("begins"), params.u32("ends")];
    if hours[0] >= hours[1] {
        let problem = Problem::error("E120", "couriers would be back before they set out").word("ends");
        return Err(problem.help("set `ends` later than `begins`").into());
    }
    Ok(Box::new(GroupBuying(GroupBuyingOrder {
        good: params.text("good"),
        zones: by_zone::within(params, city).unwrap_or_default(),
        orders_least: params.u32("orders_least"),
        persons_per_courier: params.u32("persons_per_courier"),
        parcels_per_courier: params.u32("parcels_per_courier"),
        parcel_days: params.u32("parcel_days"),
        lacking_days: params.u32("lacking"),
        hours,
        stop_s: (params.f64("stop_time") * 60.0).round() as u32,
    })))
}

impl Policy for GroupBuying {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.buy_in_groups(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn the_first_order_for_a_good_stands_and_days_that_end_before_they_begin_are_refused() {
        let few = [("persons_per_courier", "1000")];
        let levers = levers_of(&[(&KIND, &few), (&KIND, &[])]);
        assert_eq!(levers.group_buying.len(), 1);
        assert_eq!(
            (levers.group_buying[0].persons_per_courier, levers.group_buying[0].orders_least),
            (1_000, 30)
        );
        let params = Params::written(KEYS, &[("begins", "12 h"), ("ends", "9 h")]).expect("well written");
        let refused = (KIND.build)(&params, &City::default()).err();
        assert_eq!(refused.as_ref().map(Problems::codes), Some(vec!["E120"]));
    }
}
