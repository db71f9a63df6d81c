//! Who works in which hospital, and how many of them are at work today.
use super::keys::Beds;
use citytwin_engine::Levers;
use citytwin_world::health::{Severity, Stage};
use citytwin_world::population::Hold;
use citytwin_world::residents::slot;
use citytwin_world::services::HospitalState;
use citytwin_world::{Occupation, PersonId, Population, Residents, Sector, World};

/// The rosters of all hospitals, in their order: persons by hospital, found once since jobs never change.
pub(super) struct Rosters(Vec<Vec<PersonId>>);

impl Rosters {
    /// Residents who work in health care at the place of a hospital.
    pub fn of(residents: &Residents, hospitals: &[HospitalState]) -> Self {
        let mut order: Vec<(u32, usize)> =
            hospitals.iter().enumerate().map(|(index, hospital)| (hospital.place.0, index)).collect();
        order.sort_unstable();
        let mut rosters = vec![Vec::new(); hospitals.len()];
        for (person, resident) in residents.person.iter() {
            if resident.occupation != Occupation::Worker || resident.sector != Sector::Health {
                continue;
            }
            let place = resident.slot[slot::ANCHOR].0;
            if let Ok(found) = order.binary_search_by_key(&place, |(place, _)| *place) {
                rosters[order[found].1].push(person);
            }
        }
        Self(rosters)
    }

    /// Counts who is at work today and closes or opens beds accordingly. Looks at the staff only, once a day.
    pub fn count(&self, beds: &Beds, levers: &Levers, world: &mut World) {
        let World { people, services, .. } = world;
        for (hospital, roster) in services.hospitals.iter_mut().zip(&self.0) {
            let present = roster.iter().filter(|person| at_work(people, levers, **person)).count();
            (hospital.staff, hospital.staff_present) = (roster.len() as u32, present as u32);
            let [ordinary, icu] = hospital.equipped;
            let staffed = |equipped| beds.staffed(equipped, hospital.staff_present, hospital.staff);
            hospital.staffed = [staffed(ordinary), staffed(icu)];
            hospital.settle_beds();
        }
    }
}

/// Hospitals keep staff with symptoms away from patients; the isolated, patients and the dead are missing too.
fn at_work(people: &Population, levers: &Levers, person: PersonId) -> bool {
    let health = &people.health;
    let well = health.severity.get(person) == Some(&Severity::None)
        && health.stage.get(person).is_some_and(|stage| *stage != Stage::Dead);
    let hold = people.today.get(person).map_or(Hold::Free, |today| today.hold);
    let free = !matches!(hold, Hold::Bed | Hold::IntensiveCare | Hold::Dead);
    well && free && !levers.isolate.as_ref().is_some_and(|set| set.has(person))
}
