//! Field hospitals and shelter hospitals in the same town.
use super::*;
use citytwin_engine::{FieldHospital, Lodger, Policy};
use citytwin_world::services::FieldStaff;

/// Opens a field hospital, and has everybody of a list brought to a shelter hospital, as long as it acts.
struct Opens {
    field: Option<FieldHospital>,
    shelter: (u32, Arc<Vec<Lodger>>),
}

impl Policy for Opens {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        self.field.into_iter().for_each(|one| levers.open_field_hospital(one));
        levers.shelter(self.shelter.0, &self.shelter.1);
    }
}

fn scheduled(policy: Opens, days: std::ops::Range<u32>) -> Scheduled {
    let (from_tick, until_tick) = (days.start * 24, days.end * 24);
    Scheduled { id: "opens".to_owned(), from_tick, until_tick, trigger: None, policy: Box::new(policy) }
}

fn field(staff: FieldStaff, days: std::ops::Range<u32>) -> Scheduled {
    let field = Some(FieldHospital { place: PlaceId(4), staff, beds: 40, icu: 10 });
    scheduled(Opens { field, shelter: Default::default() }, days)
}

#[test]
fn a_field_hospital_takes_patients_while_open_and_treats_them_to_the_end() {
    let mut simulation = simulation_under(0.0, 0, vec![field(FieldStaff::Outside, 5..20)]);
    let (mut most, mut after) = (0, 0);
    for tick in 0..60 * 24 {
        simulation.step();
        check_beds(&simulation.world);
        let hospitals = &simulation.world.services.hospitals;
        assert_eq!(hospitals.len(), if tick < 5 * 24 { 2 } else { 3 }, "tick {tick}");
        let Some(field) = hospitals.get(2) else { continue };
        let open = (5 * 24..20 * 24).contains(&tick);
        assert_eq!(field.staffed, if open { [40, 10] } else { [0, 0] }, "tick {tick}");
        let lying = field.patients.len() + field.icu_patients.len();
        if open {
            most = most.max(lying);
            after = lying;
        } else {
            // Nobody comes any more; whoever lies there stays, or moves on.
            assert!(lying <= after && field.beds == field.patients.len() as u32);
            after = lying;
        }
    }
    assert_eq!((most, after), (50, 0));
}

#[test]
fn staff_of_the_city_can_be_in_one_place_only() {
    let first_day = |staff: u32, needed: f64, kind| {
        let mut simulation = simulation_under(needed, staff, vec![field(kind, 0..9)]);
        simulation.step();
        simulation.world.services.hospitals.iter().map(|h| h.staffed).collect::<Vec<_>>()
    };
    // 100 at work where 55 beds are: 50 more beds draw a share of 50 in 105, 24 of each 50. The 26 who stay staff
    // 26 / (0.9 × 50) of their beds; the 48 lent staff 48 / (0.9 × 100 × 50 / 55) of the new ones.
    assert_eq!(first_day(100, 0.9, FieldStaff::City), [[12, 2], [17, 1], [23, 6]]);
    assert_eq!(first_day(100, 0.9, FieldStaff::Outside), [[20, 3], [30, 2], [40, 10]]);
    // Where nobody is known to work, all beds are open.
    assert_eq!(first_day(0, 0.9, FieldStaff::City), [[20, 3], [30, 2], [40, 10]]);
}

fn shelter(places: u32, persons: &[u32], days: std::ops::Range<u32>) -> Scheduled {
    let persons = persons.iter().enumerate().map(|(i, person)| (i as u32, PersonId(*person)));
    scheduled(Opens { field: None, shelter: (places, Arc::new(persons.collect())) }, days)
}

#[test]
fn cases_come_as_far_as_there_are_places_and_go_when_the_order_ends() {
    // The last of the list finds no place; on day 4 all go home.
    let mut simulation = simulation_under(0.0, 0, vec![shelter(3, &[700, 20, 21, 3], 2..4)]);
    let mut story = Vec::new();
    for _ in 0..5 {
        simulation.run_day();
        let shelter = &simulation.world.services.shelter;
        let inside = shelter.persons.iter().map(|p| p.0).collect::<Vec<_>>();
        assert!(shelter.persons.iter().all(|p| simulation.world.people.today[*p].room == RoomId::APART));
        story.push((inside, shelter.places, shelter.waiting));
    }
    let (house, empty) = ((vec![700, 20, 21], 3, 1), (vec![], 0, 0));
    assert_eq!(story, [empty.clone(), empty.clone(), house.clone(), house, empty]);
    let today = |person| simulation.world.people.today[PersonId(person)];
    let home = |person: u32| simulation.world.people.residents.person[PersonId(person)].household.0;
    assert!([700, 20, 21].iter().all(|p| today(*p).hold == Hold::Free && today(*p).room.0 == home(*p)));
}

#[test]
fn who_gets_severely_ill_leaves_the_shelter_for_a_hospital() {
    let all: Vec<u32> = (0..400).collect();
    let mut simulation = simulation_under(0.0, 0, vec![shelter(400, &all, 0..200)]);
    let mut moved = 0;
    for _ in 0..40 {
        for _ in 0..24 {
            simulation.step();
            check_beds(&simulation.world);
        }
        let world = &simulation.world;
        let shelter = &world.services.shelter;
        assert!(shelter.persons.len() <= shelter.places as usize);
        let held = world.people.today.as_slice().iter().filter(|t| t.hold == Hold::Shelter).count();
        assert_eq!(held, shelter.persons.len());
        let ill = |p: &PersonId| matches!(world.people.today[*p].hold, Hold::Bed | Hold::IntensiveCare);
        moved = moved.max(all.iter().filter(|p| ill(&PersonId(**p))).count());
    }
    assert!(moved > 10, "{moved} moved");
}

#[test]
fn a_resumed_run_keeps_its_houses() {
    let policies = || vec![field(FieldStaff::City, 3..30), shelter(30, &[5, 9, 200, 300, 700], 4..30)];
    let (mut whole, mut stopped) =
        (simulation_under(0.9, 100, policies()), simulation_under(0.9, 100, policies()));
    (0..12 * 24).for_each(|_| whole.step());
    assert_eq!(stopped.resume(&whole.save(1), 1), Ok(()));
    (0..10 * 24).for_each(|_| {
        whole.step();
        stopped.step();
    });
    assert!(whole.save(1) == stopped.save(1));
}
