//! Who works in which hospital, and how many of them are at work today.
use super::keys::Beds;
use citytwin_engine::Levers;
use citytwin_world::health::{Severity, Stage};
use citytwin_world::population::Hold;
use citytwin_world::residents::slot;
use citytwin_world::services::{FieldStaff, HospitalState};
use citytwin_world::{Occupation, PersonId, Population, Residents, Sector, World};

/// The rosters of all hospitals, in their order: persons by hospital, found once since jobs never change.
pub(super) struct Rosters(Vec<Vec<PersonId>>);

impl Rosters {
    /// Residents who work in health care at the place of a hospital.
    pub fn of(residents: &Residents, hospitals: &[HospitalState]) -> Self {
        let own = hospitals.iter().enumerate().filter(|(_, hospital)| hospital.field.is_none());
        let mut order: Vec<(u32, usize)> = own.map(|(index, hospital)| (hospital.place.0, index)).collect();
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

    /// Counts who is at work today and closes or opens beds accordingly. Looks at the staff only, once a day. Field
    /// hospitals without staff of their own draw as large a share of every hospital's staff as they have of all beds.
    pub fn count(&self, beds: &Beds, levers: &Levers, world: &mut World) {
        let World { people, services, .. } = world;
        let sum = |of: fn(&HospitalState) -> bool, rows: &[HospitalState]| -> u32 {
            rows.iter().filter(|h| of(h)).map(|h| h.equipped[0] + h.equipped[1]).sum()
        };
        let borrows = |h: &HospitalState| h.field == Some(FieldStaff::City) && h.staffed != [0, 0];
        let here = sum(|h| h.field.is_none(), &services.hospitals);
        let there = sum(borrows, &services.hospitals);
        let share = f64::from(there) / f64::from((here + there).max(1));
        let (mut lent, mut staff) = (0, 0);
        let rostered = services.hospitals.iter_mut().zip(&self.0);
        for (hospital, roster) in rostered.filter(|(hospital, _)| hospital.field.is_none()) {
            let present = roster.iter().filter(|person| at_work(people, levers, **person)).count();
            (hospital.staff, hospital.staff_present) = (roster.len() as u32, present as u32);
            let gone = (present as f64 * share).round() as u32;
            (lent, staff) = (lent + gone, staff + hospital.staff);
            let [ordinary, icu] = hospital.equipped;
            let staffed = |equipped| beds.staffed(equipped, hospital.staff_present - gone, hospital.staff);
            hospital.staffed = [staffed(ordinary), staffed(icu)];
            hospital.settle_beds();
        }
        // As many staff per bed as in the city's hospitals.
        let needed = f64::from(staff) * f64::from(there) / f64::from(here.max(1));
        for hospital in services.hospitals.iter_mut().filter(|h| borrows(h)) {
            hospital.staffed = hospital.equipped.map(|equipped| beds.staffed_by(equipped, lent, needed));
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
    let free = matches!(hold, Hold::Free | Hold::Queue);
    well && free && !levers.isolate.as_ref().is_some_and(|set| set.has(person))
}
