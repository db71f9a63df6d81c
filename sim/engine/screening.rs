//! Orders to swab everybody of some zones once, in a round of as many days as it takes.
use bitcode::{Decode, Encode};

/// A round of mass testing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ScreeningRound {
    /// Zones whose residents are swabbed, by number and in order; empty for the whole city.
    pub zones: Vec<u32>,
    /// First day of the round, days since the start.
    pub first_day: u32,
    /// Swabs that all sites can take in a day, per resident of the city.
    pub swabs_per_resident: f64,
    /// Least age of those called up, years.
    pub age_from: u8,
    /// Share of those called up who come, 0–1.
    pub participation: f32,
    /// Swabs in one tube.
    pub pool: u32,
    /// Share of the swabs that would be found positive alone and are found in a tube with others, 0–1.
    pub pool_sensitivity: f32,
}
