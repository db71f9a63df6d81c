//! Cities of a sweep: variants that share one share its memory, and the company kept there, from which transmissibility follows.
use crate::comparison::{city_key, company_key};
use citytwin_scenario::Scenario;
use citytwin_scenario::assemble::{self, Calibration, Company, Prepared};
use citytwin_world::problem::Problems;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// A city with what a scenario needs of it.
#[derive(Clone)]
pub(super) struct Ready {
    pub prepared: Prepared,
    pub calibration: Calibration,
}

/// Cities kept in memory at a time: those of the variants under way, and no more.
const CITIES_KEPT: usize = 2;

/// Companies kept in memory at a time: a study that varies what people do or how the disease goes has one a variant.
const COMPANIES_KEPT: usize = 16;

/// Something made once for a key, by the first who asks.
type Slot<T> = Arc<Mutex<Option<T>>>;

/// The cities in use.
pub(super) struct Cities {
    folder: PathBuf,
    cities: Mutex<Vec<(String, Slot<Prepared>)>>,
    companies: Mutex<Vec<(String, Slot<Arc<Company>>)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// The slot of a key; the oldest go where there are too many.
fn slot<T>(list: &Mutex<Vec<(String, Slot<T>)>>, key: &str, most: usize) -> Slot<T> {
    let mut list = locked(list);
    if let Some((_, slot)) = list.iter().find(|(known, _)| known == key) {
        return Arc::clone(slot);
    }
    let slot = Slot::default();
    list.push((key.to_owned(), Arc::clone(&slot)));
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
    slot
}

/// What is in a slot, made if nothing is; others who want the same wait for it.
fn filled<T: Clone>(slot: &Slot<T>, make: impl FnOnce() -> Result<T, Problems>) -> Result<T, Problems> {
    let mut held = locked(slot);
    if let Some(value) = held.as_ref() {
        return Ok(value.clone());
    }
    let value = make()?;
    *held = Some(value.clone());
    Ok(value)
}

impl Cities {
    /// With the folder of built-in cities.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), cities: Mutex::default(), companies: Mutex::default() }
    }

    /// The folder of built-in cities.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The city of a scenario and its transmissibility.
    ///
    /// # Errors
    /// What is wrong with the city.
    pub fn of(&self, scenario: &Scenario) -> Result<Ready, Problems> {
        let city = slot(&self.cities, &city_key(scenario), CITIES_KEPT);
        let prepared = filled(&city, || assemble::prepare(scenario, &self.folder))?;
        let company = slot(&self.companies, &company_key(scenario), COMPANIES_KEPT);
        let company = filled(&company, || assemble::company(scenario, &prepared).map(Arc::new))?;
        let calibration = company.calibration(scenario)?;
        Ok(Ready { prepared, calibration })
    }
}
