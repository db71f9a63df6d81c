//! Goods: they come in or are made, lie in depots, are sent to shops and hospitals, bought by those who go there, and used.
//!
//! All of a day's trade is gone through when the day is over, to the minute: deliveries and customers in the order in which
//! they came to each shelf. Units are whole, and nothing appears or vanishes (`World::services.supply.imbalances`).
mod counters;
mod couriers;
pub mod deliveries;
mod homes;
mod keys;
mod orders;
mod rations;
mod set_up;
mod shelves;
mod shopping;
mod streets;
#[cfg(test)]
mod tests;
mod tours;
mod wards;

pub use keys::{KEYS, Stores, goods};

use citytwin_engine::{Board, Layer, Levers, Now, Params, Phase};
use citytwin_world::World;
use citytwin_world::supply::{Good, GoodDay};
use deliveries::Fleet;
use shelves::Sellers;
use shopping::Wants;
use streets::Ways;

/// Goods of a city.
pub struct Trade {
    goods: Vec<Good>,
    stores: Stores,
    fleet: Option<Fleet>,
    sellers: Option<Sellers>,
    ways: Option<Ways>,
}

impl Trade {
    /// The layer with the keys of `[supply]`; `None` where they name no goods.
    pub fn with(params: &Params) -> Option<Self> {
        let goods = goods(params);
        (!goods.is_empty()).then(|| Self {
            goods,
            stores: Stores::with(params),
            fleet: Fleet::with(params),
            sellers: None,
            ways: None,
        })
    }

    /// What hazards cut in this hour, the strongest of each good.
    fn note_cuts(world: &mut World) {
        let supply = &mut world.services.supply;
        let mut strongest = vec![0; supply.goods.len()];
        for (good, share) in supply.cutting.drain(..) {
            if let Some(held) = strongest.get_mut(good as usize) {
                *held = share.max(*held);
            }
        }
        supply.cut.iter_mut().zip(strongest).for_each(|(sum, share)| *sum += share.min(1_000));
    }

    /// Links close or open: vehicles under way take other ways.
    fn watch_streets(&mut self, now: Now, world: &mut World) {
        let mut closed = world.services.roads.closing.clone();
        closed.sort_unstable();
        closed.dedup();
        if closed == world.services.supply.closed_links {
            return;
        }
        world.services.supply.closed_links = closed;
        if let Some(fleet) = &self.fleet {
            let ways = self.ways.get_or_insert_with(|| Ways::of(&world.city));
            deliveries::replan(now, fleet, ways, world);
        }
    }

    /// A day is over: trade, use, and what is ordered for tomorrow.
    fn close_day(&mut self, now: Now, world: &mut World, levers: &Levers, board: &Board) {
        let map = self.stores.panic_cases.map(|cases| (cases, self.stores.panic_per_1000));
        let wants = Wants::today(now, world, board, map);
        wards::open_stores(&self.stores, world);
        let sellers =
            self.sellers.get_or_insert_with(|| Sellers::of(&world.services.supply, world.city.places.len()));
        world.services.supply.today.fill(GoodDay::default());
        shelves::trade(now, sellers, &wants, levers, world);
        wards::use_up(now, world);
        homes::use_up(now, world);
        rations::hand_out(now, levers, &wants, world);
        let supply = &mut world.services.supply;
        orders::spoil(supply);
        orders::come_in(supply);
        supply.depot_days = std::mem::take(&mut supply.depot_plans);
        supply.rumours.fill([0; 2]);
        if self.fleet.is_some() || !levers.group_buying.is_empty() {
            let ways = self.ways.get_or_insert_with(|| Ways::of(&world.city));
            couriers::take_orders(now, levers, ways, world);
        }
        orders::order(&mut world.services.supply, &self.stores, levers);
        if let (Some(fleet), Some(ways)) = (&self.fleet, &mut self.ways) {
            deliveries::plan_tomorrow(now, fleet, ways, world, levers);
        }
    }
}

impl Layer for Trade {
    fn name(&self) -> &'static str {
        "supply"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Services, Phase::Supply]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        if phase == Phase::Hazard {
            // Before all hazards, which name goods by their rows.
            if !world.services.supply.is_on() {
                world.services.supply.goods.clone_from(&self.goods);
            }
            return;
        }
        if phase == Phase::Services {
            self.watch_streets(now, world);
            return;
        }
        if world.services.supply.sites.is_empty() {
            set_up::set_up(now.seed, &self.goods, &self.stores, world);
        }
        Self::note_cuts(world);
        if now.day_ends() {
            self.close_day(now, world, levers, board);
        }
    }
}
