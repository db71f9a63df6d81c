//! Hospitals: patients find staffed beds, move to intensive care, and go home.
mod field;
mod housing;
mod keys;
mod staff;

pub use keys::{Beds, KEYS};

use citytwin_engine::{Board, Kind, Layer, Levers, Now, Phase};
use citytwin_world::geo::distance_m;
use citytwin_world::health::{NEVER, Severity};
use citytwin_world::id::{HouseholdId, PersonId, PlaceId, RoomId};
use citytwin_world::kinds::PlaceKind;
use citytwin_world::population::Hold;
use citytwin_world::services::HospitalState;
use citytwin_world::{City, World};
use staff::Rosters;
use std::collections::BTreeSet;

/// The layer as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "care",
    summary: "Patients find beds, move to intensive care, and go home.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Care::new(Beds::with(params))) as Box<dyn Layer>),
};

/// Admissions and discharges, hour by hour, for those whose course reaches the need of a bed.
pub struct Care {
    beds: Beds,
    /// Patients in need today or later, in order of infection: scratch, found again from the episodes every day.
    patients: Vec<Patient>,
    patients_day: u32,
    rosters: Option<Rosters>,
}

/// Somebody who needs a bed from an hour on.
#[derive(Clone, Copy)]
struct Patient {
    person: PersonId,
    /// First tick in which there is something to do; 0 for those who lie in a bed.
    from_tick: u32,
}

/// The two kinds of bed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bed {
    Ordinary = 0,
    Intensive = 1,
}

impl Care {
    /// The layer with its shares of beds.
    pub fn new(beds: Beds) -> Self {
        Self { beds, patients: Vec::new(), patients_day: NEVER, rosters: None }
    }

    /// First hour of the run: the hospitals of the city, unless somebody has set them already.
    fn set_up(&self, world: &mut World) {
        let places = &world.city.places;
        let hospitals = places.of_kind(PlaceKind::Hospital);
        if !world.services.hospitals.is_empty() || hospitals.is_empty() {
            return;
        }
        let known: u64 =
            hospitals.iter().filter_map(|id| places.capacity.get(*id)).map(|c| u64::from(*c)).sum();
        // A sample of the residents finds a sample of the beds.
        let sample = world.share_simulated();
        let even = world.people.len() as f64 / 1000.0 * self.beds.per_1000 / hospitals.len() as f64;
        let state = |&place: &PlaceId| {
            let capacity = places.capacity.get(place).copied().unwrap_or(0);
            let (beds, icu) = self.beds.split(if known == 0 { even } else { f64::from(capacity) * sample });
            HospitalState::new(place, beds, icu)
        };
        world.services.hospitals = hospitals.iter().map(state).collect();
    }

    fn find_patients(&mut self, now: Now, world: &World) {
        let health = &world.people.health;
        let severe = |&index: &u32| {
            let episode = health.episodes.get(index as usize)?;
            let patient = Patient { person: episode.person, from_tick: episode.severe_tick };
            (episode.severe_tick != NEVER).then_some(patient)
        };
        self.patients = health.active.iter().filter_map(severe).collect();
        // Who left the list of running episodes overnight may still lie in a bed.
        let beds = world.services.hospitals.iter().flat_map(|h| h.patients.iter().chain(&h.icu_patients));
        let mut lying: Vec<PersonId> = beds.copied().collect();
        let listed: BTreeSet<PersonId> = self.patients.iter().map(|p| p.person).collect();
        let left = lying.iter().filter(|person| !listed.contains(person));
        self.patients.extend(left.map(|&person| Patient { person, from_tick: 0 }));
        lying.sort_unstable();
        for patient in &mut self.patients {
            if lying.binary_search(&patient.person).is_ok() {
                patient.from_tick = 0;
            }
        }
        self.patients_day = now.day();
    }
}

/// Takes a person out of whatever bed they lie in.
fn vacate(world: &mut World, person: PersonId) {
    for hospital in &mut world.services.hospitals {
        hospital.patients.retain(|p| *p != person);
        hospital.icu_patients.retain(|p| *p != person);
        hospital.settle_beds();
    }
    housing::leave(world, person);
}

/// The hospital nearest to a person's home with a free bed of a kind and staff for it.
fn nearest_free(world: &World, person: PersonId, bed: Bed) -> Option<usize> {
    let residents = &world.people.residents;
    let household = residents.person.get(person)?.household;
    let home = residents.household_home.get(household).copied().unwrap_or(PlaceId::NONE);
    let free = world.services.hospitals.iter().enumerate().filter(|(_, h)| match bed {
        Bed::Ordinary => h.patients.len() < h.staffed[0] as usize,
        Bed::Intensive => h.icu_patients.len() < h.staffed[1] as usize,
    });
    // Without power or water a hospital takes nobody in.
    let free = free.filter(|(_, h)| h.field.is_some() || world.services.outages.admits(h.place));
    free.map(|(i, h)| (metres_between(&world.city, home, h.place), i)).min().map(|(_, i)| i)
}

fn metres_between(city: &City, a: PlaceId, b: PlaceId) -> u32 {
    let at = |place| Some((*city.places.lon.get(place)?, *city.places.lat.get(place)?));
    match (at(a), at(b)) {
        (Some(a), Some(b)) => distance_m(a.0, a.1, b.0, b.1) as u32,
        _ => u32::MAX,
    }
}

/// Where a patient of a hospital lies: wards are filled evenly. In a field hospital patients meet staff in full
/// protection only.
fn ward_of(world: &World, hospital: usize, person: PersonId) -> Option<RoomId> {
    let HospitalState { place, field, .. } = *world.services.hospitals.get(hospital)?;
    if field.is_some() {
        return Some(RoomId::APART);
    }
    let rooms = world.people.residents.rooms.of_place(place);
    let count = rooms.end.saturating_sub(rooms.start);
    (count > 0).then(|| RoomId(rooms.start + person.0 % count))
}

/// One hour of admissions. Where no bed of a kind was free there is none until somebody leaves one.
struct Round<'a> {
    world: &'a mut World,
    minute: u16,
    /// Whether all ordinary beds and all of intensive care are known to be taken.
    full: [bool; 2],
}

impl Round<'_> {
    fn leave(&mut self, person: PersonId) {
        vacate(self.world, person);
        self.full = [false; 2];
    }

    /// Brings a patient into a bed; false where none is free.
    fn admit(&mut self, person: PersonId, bed: Bed) -> bool {
        if self.full[bed as usize] {
            return false;
        }
        let Some(index) = nearest_free(self.world, person, bed) else {
            self.full[bed as usize] = true;
            return false;
        };
        self.leave(person);
        let hold = match bed {
            Bed::Ordinary => Hold::Bed,
            Bed::Intensive => Hold::IntensiveCare,
        };
        // A hospital without rooms of its own treats patients where they are.
        let here = self.world.people.today.get(person).map_or(RoomId::NONE, |t| t.room);
        let room = ward_of(self.world, index, person).unwrap_or(here);
        if let Some(hospital) = self.world.services.hospitals.get_mut(index) {
            match bed {
                Bed::Ordinary => hospital.patients.push(person),
                Bed::Intensive => hospital.icu_patients.push(person),
            }
        }
        self.world.relocate(person, room, self.minute, hold);
        true
    }

    fn discharge(&mut self, person: PersonId) {
        self.leave(person);
        let household = self.world.people.residents.person.get(person);
        let home = RoomId(household.map_or(HouseholdId::NONE, |p| p.household).0);
        self.world.relocate(person, home, self.minute, Hold::Free);
    }

    /// Gives one patient what this hour calls for; says whether the patient still needs a bed and has none.
    fn attend(&mut self, patient: &mut Patient) -> bool {
        let person = patient.person;
        let severity = self.world.people.health.severity.get(person).copied().unwrap_or(Severity::None);
        let hold = self.hold(person);
        match (severity, hold) {
            (_, Hold::Dead) => {
                self.leave(person);
                patient.from_tick = NEVER;
            }
            (Severity::Critical, Hold::Free | Hold::Queue | Hold::Bed | Hold::Shelter | Hold::Quarantine) => {
                let intensive = self.admit(person, Bed::Intensive);
                if !intensive && hold != Hold::Bed {
                    self.admit(person, Bed::Ordinary);
                }
            }
            (Severity::Severe, Hold::Free | Hold::Queue | Hold::Shelter | Hold::Quarantine) => {
                self.admit(person, Bed::Ordinary);
            }
            (Severity::None | Severity::Mild, Hold::Bed | Hold::IntensiveCare) => self.discharge(person),
            _ => {}
        }
        match severity {
            Severity::Severe => !matches!(self.hold(person), Hold::Bed | Hold::IntensiveCare),
            Severity::Critical => self.hold(person) != Hold::IntensiveCare,
            Severity::None | Severity::Mild => false,
        }
    }

    fn hold(&self, person: PersonId) -> Hold {
        self.world.people.today.get(person).map_or(Hold::Free, |t| t.hold)
    }
}

impl Layer for Care {
    fn name(&self) -> &'static str {
        "care"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Services, Phase::Care]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, _: &mut Board) {
        if phase == Phase::Services {
            if now.tick == 0 {
                self.set_up(world);
            }
            if now.day_begins() {
                let (residents, hospitals) = (&world.people.residents, &world.services.hospitals);
                let rosters = self.rosters.get_or_insert_with(|| Rosters::of(residents, hospitals));
                field::settle(world, levers);
                rosters.count(&self.beds, levers, world);
                housing::settle(world, levers);
            }
            return;
        }
        if self.patients_day != now.day() {
            self.find_patients(now, world);
        }
        let mut patients = std::mem::take(&mut self.patients);
        let due = patients.iter_mut().filter(|patient| patient.from_tick <= now.tick);
        if now.day_ends() {
            // The day's stays are already written down: who needs a bed now gets it in an hour. Beds of the dead are
            // free.
            let dead = |p: &PersonId| world.people.today.get(*p).is_some_and(|t| t.hold == Hold::Dead);
            let died: Vec<PersonId> = due.map(|patient| patient.person).filter(dead).collect();
            died.iter().for_each(|person| vacate(world, *person));
        } else {
            let minute = (now.hour() as u16 + 1) * 60;
            let mut round = Round { world, minute, full: [false; 2] };
            let without_bed = due.map(|patient| u32::from(round.attend(patient))).sum();
            world.services.without_bed = without_bed;
        }
        self.patients = patients;
    }
}

#[cfg(test)]
mod tests;
