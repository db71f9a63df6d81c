//! Crisis routing: hospitals get what there is before shops do, and vehicles go there first.
use citytwin_engine::{Board, Kind, Levers, Now, Policy};
use citytwin_world::City;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "supply_routing",
    summary: "Sends scarce goods and scarce vehicles to hospitals first, and only then to shops.",
    keys: &[],
    build: |_, _| Ok(Box::new(SupplyRouting)),
};

struct SupplyRouting;

impl Policy for SupplyRouting {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.critical_goods_first = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::levers_of;

    #[test]
    fn hospitals_come_first_while_it_acts() {
        assert!(!levers_of(&[]).critical_goods_first && levers_of(&[(&KIND, &[])]).critical_goods_first);
    }
}
