//! A town's goods from gate to table.
use super::*;
use crate::activity::{Activity, Habits};
use crate::care::Care;
use crate::hazard::HAZARDS;
use crate::town;
use crate::transport::{Obedience, Transport};
use citytwin_engine::{Kind, Simulation};
use citytwin_world::supply::SiteKind;
use citytwin_world::{City, PlaceId};

/// Values of `[supply]` in tests.
pub(super) fn trade(values: &[(&str, &str)]) -> Box<dyn Layer> {
    let params = Params::written(KEYS, values).expect("well written");
    Box::new(Trade::with(&params).expect("goods"))
}

fn hazard(kind: &str, values: &[(&str, &str)]) -> Box<dyn Layer> {
    let kind = Kind::find(HAZARDS, kind).expect("a hazard");
    (kind.build)(&Params::written(kind.keys, values).expect("well written"), &City::default())
        .expect("builds")
}

/// The town's households go shopping by their habits.
pub(super) fn living(households: u32, first: Vec<Box<dyn Layer>>) -> Simulation {
    let mut layers = first;
    layers.push(Box::new(Activity::new(Habits::default())));
    layers.push(Box::new(Transport::new(Obedience::default())));
    layers.push(Box::new(Care::new(crate::care::Beds::with(&Params::presets(crate::care::KEYS)))));
    town::simulation(households, layers, Vec::new())
}

const FOOD: (&str, &str) = ("goods", "[food, masks]");

#[test]
fn no_goods_no_layer() {
    assert!(Trade::with(&Params::presets(KEYS)).is_none());
    assert_eq!(goods(&Params::presets(KEYS)), Vec::new());
}

#[test]
fn people_buy_what_they_eat_and_every_hour_adds_up() {
    let mut simulation = living(200, vec![trade(&[FOOD])]);
    for _ in 0..20 * 24 {
        simulation.step();
        assert_eq!(simulation.world.services.supply.imbalances(), Vec::new());
    }
    let supply = &simulation.world.services.supply;
    let kinds: Vec<SiteKind> = supply.sites.iter().map(|site| site.kind).collect();
    // Without depots the town's goods lie where most jobs are; shop and mall sell.
    assert_eq!(kinds, [SiteKind::Depot, SiteKind::Seller, SiteKind::Seller]);
    let food = &supply.today[0];
    // 800 residents need 800 rations.
    assert_eq!((food.needed, food.households), (800, 200));
    assert!(food.unmet < 8, "{food:?}");
    assert!(supply.ledgers[0].used >= 800 * 20 - 200, "{:?}", supply.ledgers);
    assert!(food.gini_millionths < 10_000, "{food:?}");
}

#[test]
fn nothing_comes_in_and_the_city_runs_dry_to_the_last_ration() {
    let mut simulation = living(50, vec![trade(&[FOOD]), hazard("supply_cut", &[("goods", "[food]")])]);
    for _ in 0..40 {
        simulation.run_day();
        assert_eq!(simulation.world.services.supply.imbalances(), Vec::new());
    }
    let supply = &simulation.world.services.supply;
    let (at_home, sites, under_way) = supply.held(0);
    let ledger = supply.ledgers[0];
    assert_eq!(ledger.imported + ledger.made, 0);
    assert_eq!(ledger.used + ledger.lost + at_home + sites.iter().sum::<u64>() + under_way, ledger.opening);
    assert_eq!(supply.today[0].unmet, 200, "{supply:?}");
    // Masks still come.
    assert!(supply.ledgers[1].imported > 0);
}

#[test]
fn a_rumour_empties_shelves_and_those_who_believe_it_hold_more() {
    let left = |more: Vec<Box<dyn Layer>>| {
        let mut layers = vec![trade(&[FOOD, ("depot_days", "1 d")])];
        layers.extend(more);
        let mut simulation = living(200, layers);
        let mut turned_away = 0;
        for _ in 0..6 {
            simulation.run_day();
            turned_away += simulation.world.services.supply.today[0].turned_away;
        }
        turned_away
    };
    let rumour = hazard("panic_buying", &[("goods", "[food]"), ("factor", "5"), ("share", "60 %")]);
    let (calm, panic) = (left(Vec::new()), left(vec![rumour]));
    assert!(panic > calm + 50, "{calm} without, {panic} with the rumour");
}

#[test]
fn sellers_hold_their_customers_need() {
    let mut simulation = living(100, vec![trade(&[("goods", "[food]"), ("shop_days", "4 d")])]);
    simulation.step();
    let supply = &simulation.world.services.supply;
    let full: Vec<(PlaceId, u32)> = supply.sites[1..].iter().map(|site| (site.place, site.full[0])).collect();
    // 400 rations a day, 36 of 50 times bought at the shop, 14 at the mall.
    assert_eq!(full, [(PlaceId(2), 1_152), (PlaceId(3), 448)]);
}

/// Random worlds: whatever comes in, is cut, rumoured, rationed, driven or not, every unit of every good is accounted for
/// in every hour.
#[test]
fn nothing_appears_or_vanishes_in_random_worlds() {
    for world in 0..24u32 {
        let mut draw = citytwin_world::Draw::new(11, 0, world, 0);
        let mut values: Vec<(String, String)> =
            vec![("goods".into(), "[food, masks, medicine, oxygen]".into())];
        for good in ["food", "masks", "medicine", "oxygen"] {
            values.push((format!("{good}_supply"), format!("{} %", draw.below(200))));
            values.push((format!("{good}_need"), format!("{}", f64::from(draw.below(3_000)) / 1_000.0)));
            values.push((format!("{good}_made"), format!("{} %", draw.below(101))));
        }
        for key in ["depot_days", "shop_days", "food_store", "masks_store", "food_shelf_life"] {
            values.push((key.into(), format!("{} d", draw.below(9))));
        }
        if draw.below(2) == 0 {
            values.push(("vehicles".into(), format!("{}", draw.below(5))));
            values.push(("vehicle_load_kg".into(), format!("{}", 1 + draw.below(3_000))));
        }
        let values: Vec<(&str, &str)> =
            values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let hazards = vec![
            trade(&values),
            hazard("supply_cut", &[("from", "day 2"), ("until", "day 4 07:00"), ("share", "60 %")]),
            hazard("panic_buying", &[("from", "day 1"), ("factor", "4")]),
        ];
        let mut simulation = living(20 + draw.below(200), hazards);
        let modes = citytwin_engine::rationing::RationMode::ALL;
        let ration = citytwin_engine::rationing::RationOrder {
            good: "masks".into(),
            mode: modes[draw.below(modes.len() as u32) as usize],
            pack_units: 1 + draw.below(20),
            packs_per_million: draw.below(100_000),
            exclusion_days: draw.below(5),
            parity: draw.below(2) == 0,
            taking_part_per_1000: draw.below(1_001),
            first_from_years: 60,
            counter_s: draw.below(600),
            opens_hour: draw.below(24),
            patience_s: draw.below(3_600),
        };
        for hour in 0..8 * 24 {
            simulation.levers.rations = if hour % 48 < 36 { vec![ration.clone()] } else { Vec::new() };
            simulation.step();
            assert_eq!(
                simulation.world.services.supply.imbalances(),
                Vec::new(),
                "world {world}, hour {hour}"
            );
        }
    }
}

#[test]
fn lorries_bring_what_is_sent_and_without_drivers_shelves_run_dry() {
    let unmet = |vehicles: &str| {
        let mut simulation =
            living(200, vec![trade(&[FOOD, ("vehicles", vehicles), ("depot_days", "20 d")])]);
        let mut sum = 0;
        for _ in 0..25 {
            simulation.run_day();
            sum += simulation.world.services.supply.today[0].unmet;
        }
        let day = simulation.world.services.supply.depot_days[0];
        (sum, day)
    };
    let (fed, day) = unmet("4");
    assert!(fed < 400 && day.stops > 0 && day.left_out == 0 && day.drive_s > 0, "{fed} {day:?}");
    let (starved, day) = unmet("0");
    assert!(starved > 4_000 && day.stops == 0 && day.left_out > 0, "{starved} {day:?}");
}
