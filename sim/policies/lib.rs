//! What a government can do: a folder for each policy.
//!
//! A policy reads the board (what departments were told) and asserts levers for the next hour. It never sees the world.
pub mod bound;
pub mod by_record;
pub mod by_setting;
pub mod by_zone;
pub mod central_quarantine;
pub mod checkpoints;
pub mod closure;
pub mod contact_tracing;
pub mod data_sharing;
pub mod distancing;
pub mod epidemic_map;
pub mod field_hospital;
pub mod first_tick;
pub mod group_buying;
pub mod health_code;
pub mod housing;
pub mod isolation;
pub mod lockdown;
pub mod mask_reservation;
pub mod mask_wearing;
pub mod mass_testing;
pub mod mobile_entrance;
pub mod remote_work;
pub mod restoration;
pub mod school_closure;
pub mod shelter_hospital;
pub mod supply_routing;
pub mod term;
pub mod testing;
#[cfg(test)]
mod trial;
pub mod vaccination;
pub mod work_resumption;
pub mod works;

use citytwin_engine::{Kind, Policy};

/// All policies that a scenario can name, in alphabetical order.
pub const POLICIES: &[Kind<dyn Policy>] = &[
    central_quarantine::KIND,
    checkpoints::KIND,
    closure::KIND,
    contact_tracing::KIND,
    data_sharing::KIND,
    distancing::KIND,
    epidemic_map::KIND,
    field_hospital::KIND,
    group_buying::KIND,
    health_code::KIND,
    isolation::KIND,
    lockdown::KIND,
    mask_reservation::KIND,
    mask_wearing::KIND,
    mass_testing::KIND,
    mobile_entrance::KIND,
    remote_work::KIND,
    restoration::KIND,
    school_closure::KIND,
    shelter_hospital::KIND,
    supply_routing::KIND,
    testing::KIND,
    vaccination::KIND,
    work_resumption::KIND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::City;

    #[test]
    fn every_kind_is_whole() {
        for kind in POLICIES {
            assert_eq!(kind.faults(&City::default()), Vec::<String>::new());
            assert!(!kind.summary.is_empty());
        }
        assert!(POLICIES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
