//! The synthetic population: households with ages, homes, work and school, habits, and the ways between them.
mod check;
pub mod gravity;
mod habits;
pub mod homes;
pub mod households;
mod legs;
mod modes;
mod packing;
pub mod params;
pub(crate) mod purpose;
pub mod rake;
mod rooms;
pub mod tables;
mod traits;
pub mod work;

#[cfg(test)]
mod tests;

pub use params::{ModeParams, PopulationParams};

use citytwin_world::problem::Problem;
use citytwin_world::residents::{SLOTS, slot};
use citytwin_world::{City, HouseholdId, Mode, Occupation, PlaceId, Resident, Residents, RoomId, Sector};
use gravity::ZoneDistances;

/// What the steps report beside the residents; the quality report sets it against its targets.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Account {
    /// Homes.
    pub homes: homes::HomeReport,
    /// Work and education.
    pub anchors: work::AnchorReport,
}

/// All residents of a city, `sample` of them (0 to 1; capacities shrink with it). The same city, parameters, sample and
/// seed give the same residents for any number of threads.
///
/// # Errors
/// `E401` unknown country, `E402` a parameter out of range, `E403` too many zones, `E404` no home at all, `E405` a city
/// whose columns don't fit together.
pub fn residents(
    city: &City,
    params: &PopulationParams,
    sample: f64,
    seed: u64,
) -> Result<Residents, Problem> {
    residents_with_account(city, params, sample, seed).map(|r| r.0)
}

/// [`residents`] together with what each step reports.
///
/// # Errors
/// As [`residents`].
pub fn residents_with_account(
    city: &City,
    params: &PopulationParams,
    sample: f64,
    seed: u64,
) -> Result<(Residents, Account), Problem> {
    check::city(city)?;
    params.check()?;
    if !(sample > 0.0 && sample <= 1.0) {
        return Err(Problem::error("E402", format!("a sample of {sample} is no share above 0 and up to 1")));
    }
    let (shares, size_mean) = params.margins(&city.info.country)?;
    let km = ZoneDistances::of(city)?;
    let mut account = Account::default();
    let types = rake::rake(&tables::donors(), &shares, &params.women_share, size_mean);
    let targets = households::sampled(city.zones.population.as_slice(), sample);
    let dealt = households::deal(&types, &targets, seed);
    let size: Vec<u8> = dealt.kind.iter().map(|k| types[*k as usize].members.len() as u8).collect();
    let (homes, report) = homes::settle(city, &dealt.first, &size, sample, seed)?;
    account.homes = report;
    let mut residents = people(&types, &dealt, homes, seed);
    let (anchors, jobs) = work::anchor(city, &km, residents.person.as_mut_slice(), params, sample, seed);
    let homes = residents.household_home.as_slice().to_vec();
    account.anchors = anchors;
    residents.rooms = rooms::furnish(city, &homes, residents.person.as_mut_slice(), params, (sample, &jobs));
    traits::incomes(city, &km, &mut residents, seed);
    traits::cars(&mut residents, params, seed);
    traits::traits(&mut residents, params, seed);
    habits::form(city, &km, &mut residents, params.visit_power, seed);
    legs::find(city, &mut residents, params.modes.car_delay)?;
    modes::choose(city, &mut residents, params, seed)?;
    Ok((residents, account))
}

/// Persons with household, age, sex and home; everything else still blank.
fn people(
    types: &[rake::HouseholdType],
    dealt: &households::Dealt,
    homes: Vec<PlaceId>,
    seed: u64,
) -> Residents {
    let mut person = Vec::new();
    let mut first = Vec::with_capacity(homes.len() + 1);
    for (h, kind) in dealt.kind.iter().enumerate() {
        first.push(person.len() as u32);
        let household = HouseholdId(h as u32);
        for (age, female) in households::ages(&types[*kind as usize], household.0, seed) {
            person.push(blank(household, homes[h], age, female));
        }
    }
    first.push(person.len() as u32);
    Residents {
        person: person.into(),
        household_first: first,
        household_cars: vec![0; homes.len()].into(),
        household_home: homes.into(),
        ..Residents::default()
    }
}

fn blank(household: HouseholdId, home: PlaceId, age: u8, female: bool) -> Resident {
    let mut slots = [PlaceId::NONE; SLOTS];
    slots[slot::HOME] = home;
    Resident {
        household,
        slot: slots,
        anchor_room: RoomId::NONE,
        car_row: u32::MAX,
        anchor_start_min: 0,
        anchor_stay_min: 0,
        flags: if female { citytwin_world::residents::flag::FEMALE } else { 0 },
        age,
        occupation: Occupation::None,
        sector: Sector::Services,
        compliance: 0,
        income: 0,
        mode: [Mode::Walk; SLOTS],
    }
}
