//! Orders to vaccinate: how many doses there are and can be given, to whom first, and who accepts them.
use bitcode::{Decode, Encode};
use citytwin_world::{Occupation, Resident, Sector, residents::flag};

/// Decades of age that uptake is told for.
pub const UPTAKE_DECADES: usize = 10;

/// Residents who are vaccinated together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum PriorityGroup {
    /// Who works in health care.
    HealthWorkers,
    /// Who works in education.
    Teachers,
    /// Whose job goes on in a lockdown.
    EssentialWorkers,
    /// Everybody of at least that age, years.
    AgeFrom(u8),
}

impl PriorityGroup {
    /// Whether a resident belongs to it.
    pub fn has(self, person: &Resident) -> bool {
        let works = person.occupation == Occupation::Worker;
        match self {
            Self::HealthWorkers => works && person.sector == Sector::Health,
            Self::Teachers => works && person.sector == Sector::Education,
            Self::EssentialWorkers => works && person.has(flag::ESSENTIAL),
            Self::AgeFrom(age) => person.age >= age,
        }
    }
}

/// A vaccination campaign as it goes on today.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct VaccinationOrder {
    /// Doses that all sites can give in a day, per resident.
    pub doses_per_resident: f64,
    /// Doses delivered so far, per resident.
    pub supply_per_resident: f64,
    /// Doses of a complete course.
    pub course: u8,
    /// Least time from one dose to the next, days.
    pub interval_days: u32,
    /// Time from a dose to its protection, days.
    pub onset_days: u32,
    /// Share of residents who accept, by decade of age, 0–1.
    pub uptake: [f32; UPTAKE_DECADES],
    /// Groups in the order in which they are called; who is in none is not called.
    pub priority: Vec<PriorityGroup>,
}

impl VaccinationOrder {
    /// Joins two campaigns: sites and deliveries add up; of the rest, what reaches more people sooner. The groups are
    /// those of the list that comes first in order.
    pub(crate) fn join(&mut self, other: &Self) {
        self.doses_per_resident += other.doses_per_resident;
        self.supply_per_resident += other.supply_per_resident;
        self.course = self.course.max(other.course);
        self.interval_days = self.interval_days.min(other.interval_days);
        self.onset_days = self.onset_days.min(other.onset_days);
        self.uptake.iter_mut().zip(other.uptake).for_each(|(a, b)| *a = a.max(b));
        if other.priority < self.priority {
            self.priority.clone_from(&other.priority);
        }
    }
}
