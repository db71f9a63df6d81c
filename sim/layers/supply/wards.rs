//! What patients and staff of hospitals use.
use super::homes::units_of_day;
use super::keys::Stores;
use super::set_up::{assign, hospital_site};
use citytwin_engine::Now;
use citytwin_world::World;
use citytwin_world::services::HospitalState;
use citytwin_world::supply::{Site, SiteKind};

fn is_of(site: &Site, hospital: &HospitalState) -> bool {
    site.kind == SiteKind::Hospital && site.place == hospital.place && site.field == hospital.field.is_some()
}

/// Hospitals that have opened since yesterday get a store, still empty; those with more beds or staff than before hold
/// more.
pub fn open_stores(stores: &Stores, world: &mut World) {
    let supply = &mut world.services.supply;
    let mut opened = false;
    for hospital in &world.services.hospitals {
        let now = hospital_site(hospital, &supply.goods, stores, false);
        match supply.sites.iter_mut().find(|site| is_of(site, hospital)) {
            Some(site) => site.full = now.full,
            None => {
                supply.sites.push(now);
                opened = true;
            }
        }
    }
    if opened {
        assign(&world.city, supply);
    }
}

/// Patients in beds and staff at work use what they need in a day, as far as it is there.
pub fn use_up(now: Now, world: &mut World) {
    let services = &mut world.services;
    let supply = &mut services.supply;
    for hospital in &services.hospitals {
        let Some(site) = supply.sites.iter_mut().find(|site| is_of(site, hospital)) else { continue };
        let lying = [hospital.patients.len(), hospital.icu_patients.len()].map(|count| count as u64);
        for (good, kind) in supply.goods.iter().enumerate() {
            let patients = (0..2).map(|bed| lying[bed] * u64::from(kind.patient_need[bed])).sum::<u64>();
            let need = patients + u64::from(hospital.staff_present) * u64::from(kind.staff_need);
            let needed = units_of_day(need, now.day(), hospital.place.0);
            let used = needed.min(site.stock[good]);
            site.stock[good] -= used;
            supply.ledgers[good].used += u64::from(used);
            supply.today[good].care_needed += u64::from(needed);
            supply.today[good].care_unmet += u64::from(needed - used);
        }
    }
}
