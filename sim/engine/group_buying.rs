//! Orders to let neighbourhoods buy together while people may not go to shops.
use bitcode::{Decode, Encode};
use std::cmp::Reverse;

/// Neighbours order a good together, and couriers bring it to the gate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct GroupBuyingOrder {
    /// The good.
    pub good: String,
    /// Zones in which it is done; empty = all.
    pub zones: Vec<u32>,
    /// Least households of a zone that must order together.
    pub orders_least: u32,
    /// Residents of these zones to each courier.
    pub persons_per_courier: u32,
    /// Parcels that a courier takes on a day.
    pub parcels_per_courier: u32,
    /// Days of a household's need in a parcel.
    pub parcel_days: u32,
    /// A household orders when what it has lasts for less than so many days.
    pub lacking_days: u32,
    /// Begin and end of couriers' tours, hours of the day.
    pub hours: [u32; 2],
    /// Time at each gate, s.
    pub stop_s: u32,
}

impl GroupBuyingOrder {
    /// Of two orders for one good the lesser in this order stands, whoever gave it first: the one with more couriers,
    /// then the one that asks for fewer households, then whatever else tells them apart.
    fn standing(&self) -> impl Ord + '_ {
        (
            (self.persons_per_courier, Reverse(self.parcels_per_courier), self.orders_least),
            (Reverse(self.parcel_days), Reverse(self.lacking_days), self.hours, self.stop_s, &self.zones),
        )
    }

    /// Adds an order to others, which stand in order of their goods, one for each.
    pub(crate) fn join(self, others: &mut Vec<Self>) {
        match others.binary_search_by(|held| held.good.cmp(&self.good)) {
            Ok(at) if self.standing() < others[at].standing() => others[at] = self,
            Ok(_) => {}
            Err(at) => others.insert(at, self),
        }
    }
}
