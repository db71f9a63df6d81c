//! Beds, patients and courses in a town with two small hospitals.
use super::*;
use crate::epidemic::{Disease, Epidemic, Vaccination};
use crate::hazard::Importation;
use crate::town;
use crate::transport::{Obedience, Transport};
use citytwin_engine::{Calendar, Scheduled, Simulation};
use citytwin_world::health::Stage;
use citytwin_world::residents::slot;
use citytwin_world::{Column, Date, Occupation, Population, Rooms, Sector, VisitLog};
use std::sync::Arc;

/// A town of 800 with a disease that makes everyone severely ill, and hospitals of 20 + 3 and 30 + 2 beds.
fn simulation() -> Simulation {
    simulation_with(0.0, 0)
}

/// The same, with so many of the town's residents working in either hospital, in turn.
fn simulation_with(staff_needed: f64, staff: u32) -> Simulation {
    simulation_under(staff_needed, staff, vec![])
}

/// The same under some policies.
fn simulation_under(staff_needed: f64, staff: u32, policies: Vec<Scheduled>) -> Simulation {
    let (mut city, mut residents) = town::residents(200);
    for hospital in 0..2 {
        city.places.kind.push(PlaceKind::Hospital);
        city.places.lon.push(0.2 * f64::from(hospital));
        city.places.lat.push(0.0);
    }
    let homes = residents.household_home.as_slice();
    residents.rooms = Rooms::lay_out(homes, &city.places.kind, &Column::from(vec![0, 1, 1, 1, 2, 3]), 0);
    for person in 0..staff {
        let resident = &mut residents.person[PersonId(person * 7)];
        (resident.occupation, resident.sector) = (Occupation::Worker, Sector::Health);
        resident.slot[slot::ANCHOR] = PlaceId(4 + person % 2);
    }
    let mut disease = Disease::named("sars-cov-2-wild").expect("shipped");
    let a = &mut disease.by_decade;
    (a.symptomatic, a.severe, a.critical, a.fatal) = ([1.0; 10], [1.0; 10], [0.4; 10], [0.2; 10]);
    let layers: Vec<Box<dyn Layer>> = vec![
        Box::new(Transport::new(Obedience::default())),
        Box::new(Epidemic::new(disease, Vaccination::default())),
        Box::new(Care::new(Beds {
            per_1000: 0.0,
            epidemic_share: 1.0,
            icu_share: 0.1,
            epidemic_icu_share: 1.0,
            staff_needed,
        })),
        Box::new(Importation::seeds(300)),
    ];
    let mut world = World {
        city: Arc::new(city),
        visits: VisitLog::for_persons(residents.len()),
        people: Population::at_home(Arc::new(residents)),
        ..World::default()
    };
    world.services.hospitals =
        vec![HospitalState::new(PlaceId(4), 20, 3), HospitalState::new(PlaceId(5), 30, 2)];
    let start = Date::from_ymd(2020, 1, 20).expect("a date");
    Simulation::new(world, layers, policies, Calendar { start, holidays: Arc::default() }, 3)
}

/// Beds hold who they should, and nobody else.
fn check_beds(world: &World) -> usize {
    let rooms = &world.people.residents.rooms;
    let mut lying = 0;
    for hospital in &world.services.hospitals {
        assert!(hospital.patients.len() <= hospital.beds as usize);
        assert!(hospital.icu_patients.len() <= hospital.icu as usize);
        for (list, hold) in [(&hospital.patients, Hold::Bed), (&hospital.icu_patients, Hold::IntensiveCare)] {
            for person in list {
                let today = &world.people.today[*person];
                assert_eq!(today.hold, hold);
                let ward = rooms.of_place(hospital.place).contains(&today.room.0);
                assert!(if hospital.field.is_some() { today.room == RoomId::APART } else { ward });
            }
            lying += list.len();
        }
    }
    let held = |t: &citytwin_world::Today| matches!(t.hold, Hold::Bed | Hold::IntensiveCare);
    assert_eq!(lying, world.people.today.as_slice().iter().filter(|t| held(t)).count());
    lying
}

#[test]
fn patients_fill_beds_and_leave_them() {
    let mut simulation = simulation();
    let (mut most, mut without, mut deaths) = (0, 0, 0);
    for _ in 0..150 {
        for _ in 0..24 {
            simulation.step();
            most = most.max(check_beds(&simulation.world));
        }
        without = without.max(simulation.world.services.without_bed);
        deaths += simulation.world.services.deaths_today;
    }
    let people = &simulation.world.people;
    let begun = people.health.episodes.len();
    assert!(begun > 250 && people.health.active.is_empty(), "{begun} begun");
    assert_eq!((most, check_beds(&simulation.world)), (55, 0));
    assert!(without > 100, "{without} without a bed");
    let dead = people.health.stage.as_slice().iter().filter(|s| **s == Stage::Dead).count();
    let held = people.today.as_slice().iter().filter(|t| t.hold == Hold::Dead).count();
    assert_eq!((dead, held), (deaths as usize, deaths as usize));
    // A fifth dies with care for all; with beds for a sixth, clearly more.
    assert!(dead as f64 > 0.25 * begun as f64, "{dead} of {begun} died");
    let home =
        |(id, t): (PersonId, &citytwin_world::Today)| t.room.0 == people.residents.person[id].household.0;
    assert!(people.today.iter().filter(|(_, t)| t.hold == Hold::Free).all(home));
}

#[test]
fn a_resumed_run_goes_on_as_if_nothing_had_happened() {
    let (mut whole, mut stopped) = (simulation(), simulation());
    (0..20 * 24 + 9).for_each(|_| whole.step());
    let saved = whole.save(1);
    assert_eq!(stopped.resume(&saved, 1), Ok(()));
    (0..10 * 24).for_each(|_| {
        whole.step();
        stopped.step();
    });
    assert!(whole.save(1) == stopped.save(1));
}

#[test]
fn hospitals_come_from_the_city() {
    let (mut city, residents) = town::residents(1000);
    for beds in [100, 300] {
        city.places.kind.push(PlaceKind::Hospital);
        while city.places.capacity.len() < city.places.kind.len() - 1 {
            city.places.capacity.push(0);
        }
        city.places.capacity.push(beds);
    }
    let people = Population::at_home(Arc::new(residents));
    let mut world = World { city: Arc::new(city), people, ..World::default() };
    let care = Care::new(Beds::with(&citytwin_engine::Params::presets(KEYS)));
    care.set_up(&mut world);
    let beds: Vec<(u32, u32)> = world.services.hospitals.iter().map(|h| (h.beds, h.icu)).collect();
    assert_eq!(beds, [(27, 5), (81, 15)]);
}

#[test]
fn beds_close_as_staff_fall_ill_and_open_again_but_nobody_is_put_out() {
    let mut simulation = simulation_with(0.9, 100);
    let (mut fewest, mut above) = (55, 0);
    let mut before: Vec<(u32, usize)> = vec![(20, 0), (30, 0)];
    for _ in 0..150 {
        for _ in 0..24 {
            simulation.step();
            check_beds(&simulation.world);
            let hospitals = &simulation.world.services.hospitals;
            for (h, (_, lying)) in hospitals.iter().zip(&before) {
                assert_eq!(h.beds, h.staffed[0].max(h.patients.len() as u32));
                // Above the staffed beds patients may stay, not come.
                let over = h.patients.len() > h.staffed[0] as usize;
                assert!(!over || h.patients.len() <= *lying, "{} after {lying}", h.patients.len());
                above += usize::from(over);
            }
            before = hospitals.iter().map(|h| (h.staffed[0], h.patients.len())).collect();
        }
        let hospitals = &simulation.world.services.hospitals;
        assert!(hospitals.iter().all(|h| h.staff == 50 && h.staff_present <= 50));
        fewest = fewest.min(hospitals.iter().map(|h| h.staffed[0] + h.staffed[1]).sum());
    }
    assert!(fewest < 50 && above > 0, "fewest {fewest} staffed, {above} hours above");
    let health = &simulation.world.people.health;
    let hospitals = &simulation.world.services.hospitals;
    let alive = |index: u32| {
        (0..50).filter(|n| health.stage[PersonId((n * 2 + index) * 7)] != Stage::Dead).count() as u32
    };
    // When all is over, only the dead are missing.
    assert_eq!([hospitals[0].staff_present, hospitals[1].staff_present], [alive(0), alive(1)]);
}

#[test]
fn staffed_beds_fall_in_proportion_below_the_reserve() {
    let beds = Beds::with(&citytwin_engine::Params::presets(KEYS));
    let staffed = |present| beds.staffed(40, present, 100);
    assert_eq!((staffed(100), staffed(90), staffed(45), staffed(0)), (40, 40, 20, 0));
    // Without anybody known to work there, all beds stay open.
    assert_eq!(beds.staffed(40, 0, 0), 40);
}

mod houses;
