//! Orders to let neighbourhoods buy together while people may not go to shops.
use bitcode::{Decode, Encode};

/// Neighbours order a good together, and couriers bring it to the gate.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
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
