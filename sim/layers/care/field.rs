//! Field hospitals: opened by order beside a place, closed when the order ends, their patients treated to the end.
use citytwin_engine::Levers;
use citytwin_world::World;
use citytwin_world::services::HospitalState;

/// At midnight: opens and closes field hospitals as ordered. A closed one admits nobody any more.
pub(super) fn settle(world: &mut World, levers: &Levers) {
    let sample = world.share_simulated();
    let scaled = |beds: u32| (f64::from(beds) * sample).round() as u32;
    let hospitals = &mut world.services.hospitals;
    for hospital in hospitals.iter_mut().filter(|h| h.field.is_some()) {
        hospital.staffed = [0, 0];
        hospital.settle_beds();
    }
    for order in &levers.field_hospitals {
        let same = |h: &HospitalState| h.place == order.place && h.field == Some(order.staff);
        let index = hospitals.iter().position(same).unwrap_or_else(|| {
            hospitals.push(HospitalState::of_field(order.place, order.staff));
            hospitals.len() - 1
        });
        let Some(hospital) = hospitals.get_mut(index) else { continue };
        let beds = [scaled(order.beds), scaled(order.icu)];
        // Whoever lies in a bed of a larger order keeps it.
        let lying = [hospital.patients.len() as u32, hospital.icu_patients.len() as u32];
        hospital.equipped = [beds[0].max(lying[0]), beds[1].max(lying[1])];
        hospital.staffed = beds;
        hospital.settle_beds();
    }
}
