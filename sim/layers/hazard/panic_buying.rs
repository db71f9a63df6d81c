//! A rumour goes about that some goods will run out, and households buy more of them than they need.
use super::goods::{self, Struck};
use super::schedule::{FROM, Schedule, UNTIL};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Phase, Unit};
use citytwin_world::World;

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    goods::KEY,
    KeySpec::new("share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of households that believe it, the same ones every day.")
        .source("assumption"),
    KeySpec::new("factor", Unit::Number)
        .default(3.0)
        .range(1.0, 20.0)
        .about("How many times their usual store believers want to have at home.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "panic_buying",
    summary: "Rumours make households hoard some goods; shows where `[supply]` names them.",
    keys: KEYS,
    build: |params, _| {
        let thousandths = |key| (params.f64(key) * 1_000.0).round() as u32;
        let rumour = [thousandths("share"), thousandths("factor")];
        Ok(Box::new(PanicBuying { schedule: Schedule::with(params), goods: Struck::of(params), rumour }))
    },
};

/// A rumour.
#[derive(Clone, Debug, PartialEq)]
pub struct PanicBuying {
    /// When.
    pub schedule: Schedule,
    /// Of which goods.
    pub goods: Struck,
    /// Share of households that believe it, and how many times their usual store these want, thousandths.
    pub rumour: [u32; 2],
}

impl Layer for PanicBuying {
    fn name(&self) -> &'static str {
        "panic_buying"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if !self.schedule.acts(now) {
            return;
        }
        let supply = &mut world.services.supply;
        supply.rumours.resize(supply.goods.len(), [0; 2]);
        let rows: Vec<u32> = self.goods.rows(supply).collect();
        for row in rows {
            // Of two rumours the greater share believes, and wants what the louder says.
            if let Some(held) = supply.rumours.get_mut(row as usize) {
                *held = [held[0].max(self.rumour[0]), held[1].max(self.rumour[1])];
            }
        }
    }
}
