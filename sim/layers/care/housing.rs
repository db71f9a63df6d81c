//! Shelter hospitals and central quarantine: who is ordered there is fetched at midnight and meets nobody there who
//! could be infected.
//!
//! Whoever waits longest comes first. Nobody is put out before the order ends, so a house that closes empties slowly.
use citytwin_engine::{HousingOrder, Levers};
use citytwin_world::health::Severity;
use citytwin_world::id::Key;
use citytwin_world::population::{Hold, NO_DEPARTURE};
use citytwin_world::services::Housing;
use citytwin_world::{PersonId, RoomId, World};

/// Minutes of a day: whoever has arrived by midnight has been where they are since then.
const MIDNIGHT_MIN: u16 = 1440;

/// At midnight, before plans are made: those whose order has ended go home, and others come as far as there are places.
pub(super) fn settle(world: &mut World, levers: &Levers) {
    let shelter = std::mem::take(&mut world.services.shelter);
    world.services.shelter = house(world, &levers.shelter, shelter, Hold::Shelter);
    let quarantine = std::mem::take(&mut world.services.quarantine);
    world.services.quarantine = house(world, &levers.quarantine, quarantine, Hold::Quarantine);
}

fn house(world: &mut World, order: &HousingOrder, mut housing: Housing, hold: Hold) -> Housing {
    if order.places == 0 && order.persons.is_empty() && housing.persons.is_empty() {
        return Housing::default();
    }
    let mut ordered: Vec<PersonId> = order.persons.iter().map(|(_, person)| *person).collect();
    ordered.sort_unstable();
    let stays = |person: &PersonId| ordered.binary_search(person).is_ok();
    let leaving = housing.persons.iter().copied().filter(|person| !stays(person));
    leaving.for_each(|person| place(world, person, Hold::Free));
    housing.persons.retain(stays);
    let open = (f64::from(order.places) * world.share_simulated()).round() as usize;
    housing.waiting = 0;
    for (_, person) in order.persons.iter() {
        if !can_come(world, *person) {
            continue;
        }
        if housing.persons.len() < open {
            place(world, *person, hold);
            housing.persons.push(*person);
        } else {
            housing.waiting += 1;
        }
    }
    housing.places = open.max(housing.persons.len()) as u32;
    housing
}

/// Whether somebody can be fetched now: not who needs a hospital, is under way, in a bed, housed or dead.
fn can_come(world: &World, person: PersonId) -> bool {
    let arrived = |t: &citytwin_world::Today| t.hold == Hold::Free && t.since_min <= MIDNIGHT_MIN;
    let mild = |severity: &Severity| matches!(severity, Severity::None | Severity::Mild);
    let people = &world.people;
    people.today.get(person).is_some_and(arrived) && people.health.severity.get(person).is_some_and(mild)
}

/// Brings a person to a house, or back home, at midnight: the stay of the day before is over already.
fn place(world: &mut World, person: PersonId, hold: Hold) {
    let residents = &world.people.residents;
    let Some(home) = residents.person.get(person).map(|p| RoomId(p.household.0)) else { return };
    let Some(today) = world.people.today.as_mut_slice().get_mut(person.index()) else { return };
    today.hold = hold;
    today.room = if hold == Hold::Free { home } else { RoomId::APART };
    today.next_min = NO_DEPARTURE;
}

/// Somebody leaves a house in the day, for a hospital or dead.
pub(super) fn leave(world: &mut World, person: PersonId) {
    let services = &mut world.services;
    for housing in [&mut services.shelter, &mut services.quarantine] {
        housing.persons.retain(|other| *other != person);
    }
}
