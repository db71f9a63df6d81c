//! Which goods a hazard strikes.
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::supply::{GOODS, Supply};

/// The key that names them.
pub(super) const KEY: KeySpec = KeySpec::new("goods", Unit::List(&Unit::Text))
    .choices(GOODS)
    .about("Goods that are struck; unset, all.")
    .source("choice of the scenario");

/// Goods by name; empty = all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struck(Vec<String>);

impl Struck {
    /// As the key says.
    pub(super) fn of(params: &Params) -> Self {
        Self(params.list("goods"))
    }

    /// The rows of these goods among those of a world.
    pub(super) fn rows<'a>(&'a self, supply: &'a Supply) -> impl Iterator<Item = u32> + 'a {
        let struck = |name: &String| self.0.is_empty() || self.0.contains(name);
        (0..).zip(&supply.goods).filter(move |(_, good)| struck(&good.name)).map(|(row, _)| row)
    }
}
