//! Which goods there are, how much of them is needed and comes in, and how much is kept where: the keys of `[supply]`.
use super::deliveries;
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::PlaceKind;
use citytwin_world::supply::{GOODS, Good};

/// Keys of the layer.
pub const KEYS: &[KeySpec] = &{
    let mut all = [OWN[0]; OWN.len() + deliveries::KEYS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < OWN.len() { OWN[at] } else { deliveries::KEYS[at - OWN.len()] };
        at += 1;
    }
    all
};

const OWN: &[KeySpec] = &[
    KeySpec::new("goods", Unit::List(&Unit::Text))
        .choices(GOODS)
        .about("Goods that are simulated; unset, none, and the run is as if there were no supply.")
        .source("choice of the scenario"),
    need("food_need", 1.0)
        .about("Rations of food that a resident needs a day; a ration weighs 1.5 kg and fills 3 l.")
        .source("assumption: a ration is what a person eats in a day"),
    need("masks_need", 0.5)
        .about("Masks that a resident needs a day; a member of hospital staff at work needs ten times as many.")
        .source("assumption: one in two days; 5 for staff"),
    need("medicine_need", 1.0)
        .about("Daily doses of medicine that a resident of 60 years or more needs a day; younger ones a tenth.")
        .source("assumption"),
    need("oxygen_need", 14.4)
        .about("Cubic metres of oxygen that a patient in an ordinary bed needs a day; in intensive care three times as much.")
        .source("assumption: 10 and 30 litres a minute all day long"),
    supplied("food_supply"),
    supplied("masks_supply"),
    supplied("medicine_supply"),
    supplied("oxygen_supply").about(
        "Oxygen that comes in a day, as a share of what patients need when all beds for the epidemic are taken.",
    ),
    made("food_made", 0.1),
    made("masks_made", 0.0),
    made("medicine_made", 0.0),
    made("oxygen_made", 0.0),
    days("food_store", 6.0).about(KEPT).source("assumption"),
    days("masks_store", 10.0).about(KEPT).source("assumption"),
    days("medicine_store", 20.0).about(KEPT).source("assumption"),
    days("food_shelf_life", 20.0)
        .about("Days in which food spoils in depots and shops, on average: each day a share of 1 / this; 0 = it keeps.")
        .source("assumption: a mean of fresh and dry goods"),
    KeySpec::new("depots", Unit::Count)
        .default(3.0)
        .range(1.0, 100.0)
        .about("Depots that supply the city: those with the most jobs.")
        .source("assumption"),
    days("depot_days", 4.0)
        .about("Days of the city's ordinary need that depots hold at the beginning; they can hold any amount.")
        .source("assumption"),
    days("shop_days", 4.0)
        .about("Days of its customers' ordinary need that a full shop holds; it begins full.")
        .source("assumption"),
    days("hospital_days", 5.0)
        .about("Days of need with all beds taken that a full hospital holds; it begins full.")
        .source("assumption"),
    KeySpec::new("reorder", Unit::Ratio)
        .default(0.7)
        .range(0.0, 1.0)
        .about("A shop or hospital orders in the evening whatever is below this share of what it holds when full.")
        .source("assumption"),
    KeySpec::new("panic_cases", Unit::Number)
        .range(0.0, 1000.0)
        .about(
            "Known cases of seven days in 1,000 residents of a zone from which on its households with a phone hoard, as \
             the epidemic map shows them; unset, never.",
        )
        .source("assumption: unset"),
    KeySpec::new("panic_factor", Unit::Number)
        .default(3.0)
        .range(1.0, 20.0)
        .about("How many times their usual store households want that hoard because of the epidemic map.")
        .source("assumption"),
];

const KEPT: &str =
    "Days of its need that a household likes to keep; it buys up to that on each visit to a shop.";

const fn need(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::Number).default(value).range(0.0, 1000.0)
}

const fn supplied(name: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .default(1.1)
        .range(0.0, 100.0)
        .about(
            "What comes in a day, from outside and made in the city, as a share of what all residents need.",
        )
        .source("assumption: enough, and a tenth for what spoils")
}

const fn made(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .default(value)
        .range(0.0, 1.0)
        .about("Share of what comes in that is made in the city; the rest comes through its gates.")
        .source("assumption")
}

const fn days(name: &'static str, value: f64) -> KeySpec {
    KeySpec::new(name, Unit::Days).default(value).range(0.0, 365.0)
}

/// Numbers of the layer that are no good's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stores {
    /// Depots that supply the city.
    pub depots: usize,
    /// Days of the city's need in depots at the beginning.
    pub depot_days: f64,
    /// Days of need in a full shop.
    pub shop_days: f64,
    /// Days of need in a full hospital.
    pub hospital_days: f64,
    /// Share of what it holds below which a site orders.
    pub reorder: f64,
    /// Known cases in 1,000 residents from which on a zone hoards.
    pub panic_cases: Option<f64>,
    /// How many times their usual store hoarders want, thousandths.
    pub panic_per_1000: u32,
}

impl Stores {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        Self {
            depots: params.u32("depots") as usize,
            depot_days: params.f64("depot_days"),
            shop_days: params.f64("shop_days"),
            hospital_days: params.f64("hospital_days"),
            reorder: params.f64("reorder"),
            panic_cases: params.opt_f64("panic_cases"),
            panic_per_1000: thousandths(params.f64("panic_factor")),
        }
    }
}

fn thousandths(value: f64) -> u32 {
    (value * 1000.0).round() as u32
}

/// The goods that a scenario names, in the order of [`GOODS`], with what [`KEYS`] say of them; what arrives is a share of
/// the ordinary need still to be multiplied (see `set_up`), in thousandths.
pub fn goods(params: &Params) -> Vec<Good> {
    let named = params.list("goods");
    GOODS
        .iter()
        .filter(|good| named.iter().any(|name| name == *good))
        .map(|good| built(good, params))
        .collect()
}

fn built(name: &str, params: &Params) -> Good {
    let value = |what: &str| params.f64(&format!("{name}_{what}"));
    let need = thousandths(value("need"));
    let good = Good {
        name: name.to_owned(),
        supply_per_day: u64::from(thousandths(value("supply"))),
        made_per_1000: thousandths(value("made")),
        ..Good::default()
    };
    let store_days = |good: Good| Good { store_days: value("store").round() as u32, ..good };
    match name {
        "food" => store_days(Good {
            unit: "rations".into(),
            person_need: [need; 2],
            sold_at: vec![PlaceKind::Shop, PlaceKind::Market, PlaceKind::Mall],
            shelf_life_days: value("shelf_life").round() as u32,
            weight_g: 1_500,
            volume_ml: 3_000,
            ..good
        }),
        "masks" => store_days(Good {
            unit: "pieces".into(),
            person_need: [need; 2],
            staff_need: need.saturating_mul(10),
            sold_at: vec![PlaceKind::Shop, PlaceKind::Market, PlaceKind::Mall, PlaceKind::Pharmacy],
            weight_g: 5,
            volume_ml: 50,
            ..good
        }),
        "medicine" => store_days(Good {
            unit: "doses".into(),
            person_need: [need / 10, need],
            sold_at: vec![PlaceKind::Pharmacy, PlaceKind::Mall, PlaceKind::Market],
            weight_g: 5,
            volume_ml: 20,
            ..good
        }),
        // Compressed to about 150 bar: a cubic metre is a cylinder of seven litres that weighs nine kilograms.
        _ => Good {
            unit: "m3".into(),
            patient_need: [need, need.saturating_mul(3)],
            weight_g: 9_000,
            volume_ml: 7_000,
            ..good
        },
    }
}
