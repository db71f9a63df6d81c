//! A scarce good such as masks is shared out: in queues, by reservation, lottery, quota or registration.
use citytwin_engine::rationing::{RationMode, RationOrder};
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "mask_reservation",
    summary: "Shares out masks or another scarce good: in queues, by reservation, lottery, quota or registration.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("good", Unit::Text)
        .text("masks")
        .choices(&["food", "masks", "medicine"])
        .about("The good; it shows where `[supply]` names it.")
        .source("choice of the scenario"),
    KeySpec::new("mode", Unit::Text)
        .text("lottery")
        .choices(RationMode::NAMES)
        .about(
            "How: `queue` first come, first served in shops; `reservation` whoever is quickest with the phone; `lottery` \
             among those who took part; `quota` by name in shops; `registration` by the community, to every door.",
        )
        .source("Guangzhou, February 2020: first come, first served, then a lottery; Taiwan: quota; Shanghai: registration"),
    KeySpec::new("pack", Unit::Count)
        .default(10.0)
        .range(1.0, 10_000.0)
        .about("Units that a person gets at a time, or in the mode `registration` a household.")
        .source("Guangzhou, February 2020: 10 ordinary masks for each winner"),
    KeySpec::new("packs_per_1000", Unit::Number)
        .default(4.6)
        .range(0.0, 1000.0)
        .about("Packs a day for each 1,000 residents, as long as depots have them; not in the modes `queue` and `quota`.")
        .source("Guangzhou, February 2020: 3.5 % of two million who took part won; 15.3 million residents (assumption)"),
    KeySpec::new("exclusion", Unit::Days)
        .default(10.0)
        .range(0.0, 365.0)
        .about("Days in which whoever had a pack gets no other; in the mode `quota` one pack in so many days.")
        .source("Guangzhou and Shenzhen, February 2020: no winner again within ten days; Taiwan: 2 masks in 7 days"),
    KeySpec::new("parity", Unit::Bool)
        .flag(true)
        .about("In the mode `quota` people of odd and even number buy on odd and even days only, on Sundays all.")
        .source("Taiwan, February 2020"),
    KeySpec::new("taking_part", Unit::Ratio)
        .default(0.15)
        .range(0.0, 1.0)
        .about("Share of adults with a phone who take part on a day when their household wants more of the good.")
        .source("Guangzhou, February 2020: over two million in the first draw; of 13 million adults (assumption)"),
    KeySpec::new("first_from_age", Unit::Count)
        .range(0.0, 120.0)
        .about("Households with somebody of this age come first where packs are brought, years; unset, nobody does.")
        .source("assumption: unset"),
    KeySpec::new("counter", Unit::Seconds)
        .default(45.0)
        .range(0.0, 3600.0)
        .about("Time that a shop's counter needs for each customer, in the modes `queue` and `quota`.")
        .source("assumption"),
    KeySpec::new("opens", Unit::Hours)
        .default(9.0)
        .range(0.0, 23.0)
        .about("Hour of the day at which counters begin to sell the good; who comes before waits.")
        .source("assumption"),
    KeySpec::new("patience", Unit::Minutes)
        .default(40.0)
        .range(0.0, 1440.0)
        .about("Longest wait at a counter that a customer accepts.")
        .source("assumption"),
];

struct MaskReservation(RationOrder);

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let thousandths = |key| (params.f64(key) * 1_000.0).round() as u32;
    Ok(Box::new(MaskReservation(RationOrder {
        good: params.text("good"),
        mode: RationMode::parse(&params.text("mode")).unwrap_or(RationMode::Lottery),
        pack_units: params.u32("pack"),
        packs_per_million: thousandths("packs_per_1000"),
        exclusion_days: params.u32("exclusion"),
        parity: params.bool("parity"),
        taking_part_per_1000: thousandths("taking_part"),
        first_from_years: params.opt_f64("first_from_age").map_or(u8::MAX, |years| years.round() as u8),
        counter_s: params.u32("counter"),
        opens_hour: params.u32("opens"),
        patience_s: (params.f64("patience") * 60.0).round() as u32,
    })))
}

impl Policy for MaskReservation {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.ration(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn goods_are_shared_out_apart_and_of_two_orders_for_one_the_smaller_packs_stand() {
        let quota = [("mode", "quota"), ("pack", "2"), ("exclusion", "7 d")];
        let food = [("good", "food"), ("mode", "registration")];
        for policies in [
            [(&KIND, &quota[..]), (&KIND, &[]), (&KIND, &food[..])],
            [(&KIND, &food[..]), (&KIND, &[]), (&KIND, &quota[..])],
        ] {
            let levers = levers_of(&policies);
            let told = |order: &RationOrder| (order.good.clone(), order.mode, order.pack_units);
            let orders: Vec<_> = levers.rations.iter().map(told).collect();
            let food = ("food".to_owned(), RationMode::Registration, 10);
            assert_eq!(orders, [food, ("masks".to_owned(), RationMode::Quota, 2)]);
        }
    }
}
