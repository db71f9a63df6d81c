//! Less of some goods comes into the city: a border closed, a harbour on strike, a works without power.
use super::goods::{self, Struck};
use super::schedule::{FROM, Schedule, UNTIL};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Phase, Unit};
use citytwin_world::World;

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    goods::KEY,
    KeySpec::new("share", Unit::Ratio)
        .default(1.0)
        .range(0.0, 1.0)
        .about("Share of what comes in, from outside or made in the city, that does not.")
        .source("assumption: nothing comes"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "supply_cut",
    summary: "Less of some goods comes into the city; shows where `[supply]` names them.",
    keys: KEYS,
    build: |params, _| {
        let share = (params.f64("share") * 1_000.0).round() as u32;
        Ok(Box::new(SupplyCut { schedule: Schedule::with(params), goods: Struck::of(params), share }))
    },
};

/// Goods that do not come.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplyCut {
    /// When.
    pub schedule: Schedule,
    /// Which.
    pub goods: Struck,
    /// Share that does not come, thousandths.
    pub share: u32,
}

impl Layer for SupplyCut {
    fn name(&self) -> &'static str {
        "supply_cut"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if !self.schedule.acts(now) {
            return;
        }
        let supply = &mut world.services.supply;
        let cut: Vec<(u32, u32)> = self.goods.rows(supply).map(|row| (row, self.share)).collect();
        supply.cutting.extend(cut);
    }
}
