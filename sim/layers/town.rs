//! A town small enough to check by hand: homes, one office, one shop, one mall; for this crate's tests.
use citytwin_engine::{Calendar, Layer, Scheduled, Simulation};
use citytwin_world::residents::{PAIRS, SLOTS, flag, slot};
use citytwin_world::{
    City, Column, Date, HouseholdId, Mode, Occupation, PlaceId, PlaceKind, Population, Resident, Residents,
    RoomId, Rooms, Sector, VisitLog, World, ZoneId,
};
use std::sync::Arc;

/// Persons of the town: households of four, two adults at work and two at home.
pub fn residents(households: u32) -> (City, Residents) {
    let kinds = [PlaceKind::Home, PlaceKind::Office, PlaceKind::Shop, PlaceKind::Mall];
    let mut city = City::default();
    for (i, kind) in kinds.into_iter().enumerate() {
        city.places.kind.push(kind);
        city.places.id.push(format!("p{i}"));
        city.places.zone.push(ZoneId(0));
        city.places.lon.push(0.01 * i as f64);
        city.places.lat.push(0.0);
    }
    let homes: Vec<PlaceId> = vec![PlaceId(0); households as usize];
    let rooms = Rooms::lay_out(&homes, &city.places.kind, &Column::from(vec![0, 1, 1, 1]), 0);
    let mut residents = Residents { household_first: vec![0], ..Residents::default() };
    for h in 0..households {
        for member in 0..4u8 {
            let works = member < 2;
            let mut places = [PlaceId::NONE; SLOTS];
            places[slot::HOME] = PlaceId(0);
            if works {
                places[slot::ANCHOR] = PlaceId(1);
            }
            places[slot::SHOP] = PlaceId(2);
            places[slot::MARKET] = PlaceId(3);
            residents.person.push(Resident {
                household: HouseholdId(h),
                slot: places,
                anchor_room: if works { RoomId(rooms.of_place(PlaceId(1)).start) } else { RoomId::NONE },
                car_row: u32::MAX,
                anchor_start_min: 480,
                anchor_stay_min: 480,
                flags: if member == 0 { flag::PHONE } else { 0 },
                age: if works { 40 } else { 70 },
                occupation: if works { Occupation::Worker } else { Occupation::Retired },
                sector: Sector::Office,
                compliance: member * 60,
                income: 0,
                mode: [Mode::Walk; SLOTS],
            });
            residents.walk_10m.push([80; PAIRS]);
        }
        residents.household_first.push((h + 1) * 4);
    }
    residents.household_home = homes.into();
    residents.household_cars = vec![0; households as usize].into();
    residents.rooms = rooms;
    (city, residents)
}

/// A simulation of the town from Monday, 20 January 2020.
pub fn simulation(households: u32, layers: Vec<Box<dyn Layer>>, policies: Vec<Scheduled>) -> Simulation {
    let (city, residents) = residents(households);
    let visits = VisitLog::for_persons(residents.len());
    let people = Population::at_home(Arc::new(residents));
    let world = World { city: Arc::new(city), people, visits, ..World::default() };
    let start = Date::parse("2020-01-20").unwrap_or_default();
    Simulation::new(world, layers, policies, Calendar { start, holidays: Arc::default() }, 7)
}
