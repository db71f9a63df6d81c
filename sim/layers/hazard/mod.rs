//! Hazards: what strikes the city from outside, when a scenario says so.
mod blackout;
mod earthquake;
mod flood;
mod goods;
mod importation;
mod panic_buying;
mod platform_crash;
mod schedule;
mod service_cut;
mod spot;
mod station_closure;
mod street_closure;
mod supply_cut;

pub use blackout::Blackout;
pub use earthquake::Earthquake;
pub use flood::Flood;
pub use importation::Importation;
pub use panic_buying::PanicBuying;
pub use platform_crash::PlatformCrash;
pub use service_cut::Cut;
pub use station_closure::StationClosure;
pub use street_closure::StreetClosure;
pub use supply_cut::SupplyCut;

use citytwin_engine::{Kind, Layer};

/// The kinds of hazard that the tables `[[hazard]]` of a scenario can name.
pub const HAZARDS: &[Kind<dyn Layer>] = &[
    blackout::KIND,
    earthquake::KIND,
    importation::KIND,
    flood::KIND,
    panic_buying::KIND,
    platform_crash::KIND,
    service_cut::KIND,
    station_closure::KIND,
    street_closure::KIND,
    supply_cut::KIND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::City;

    #[test]
    fn kinds_are_sound() {
        let city = City::default();
        for kind in HAZARDS.iter().chain([&crate::epidemic::KIND, &crate::care::KIND]) {
            assert_eq!(kind.faults(&city), Vec::<String>::new());
        }
    }
}
