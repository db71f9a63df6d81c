//! Where phones have been, who comes from outside, and who hears of it.
use super::*;
use citytwin_engine::{CheckpointRule, RecordKinds, ZoneCounts};
use citytwin_world::{PlaceKind, ZoneId};

/// Levers that never change.
struct Always(Levers);

impl Policy for Always {
    fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
        levers.clone_from(&self.0);
    }
}

/// A day and an hour under some levers.
fn lived(keys: &[(&str, &str)], levers: Levers, moves: Vec<Visit>) -> Simulation {
    let layers: Vec<Box<dyn Layer>> = vec![Box::new(Moves(moves)), Box::new(Reporting::new(&params(keys)))];
    let policy: Box<dyn Policy> = Box::new(Always(levers));
    let always = Scheduled { id: "always".into(), from_tick: 0, until_tick: u32::MAX, trigger: None, policy };
    let mut simulation = town::simulation(20, layers, vec![always]);
    let city = Arc::make_mut(&mut simulation.world.city);
    city.zones.id = vec!["quiet".to_owned(), "risky".to_owned()].into();
    city.places.zone = vec![ZoneId(0), ZoneId(0), ZoneId(1), ZoneId(0)].into();
    for (name, counts) in [("residents", vec![80, 1000]), ("known_cases_7d", vec![0, 5])] {
        simulation.board.tell_zones(0, name, ZoneCounts { counts, as_of_tick: 0 });
    }
    simulation.run_day();
    simulation.step();
    simulation
}

#[test]
fn operators_name_phones_that_were_in_risky_zones_for_long_if_they_are_asked() {
    let rooms = town::residents(20).1.rooms;
    let [shop, mall] = [2, 3].map(|place| RoomId(rooms.of_place(PlaceId(place)).start));
    let stay = |person, room, end_min| Visit { room, person: PersonId(person), start_min: 600, end_min };
    // Persons 4, 8 and 12 have phones; 5 has none; the mall is in a quiet zone.
    let moves = vec![stay(4, shop, 900), stay(8, shop, 700), stay(5, shop, 900), stay(12, mall, 900)];
    let histories = |share: Share, keys: &[(&str, &str)]| {
        let levers = Levers { sharing: vec![share], ..Levers::default() };
        told(&lived(keys, levers, moves.clone()), HealthCommission, RecordKind::TravelHistory)
    };
    let all = Share::new(TelecomOperators, HealthCommission, 0);
    let named = Share { kinds: RecordKinds::of(&[RecordKind::TravelHistory]), ..all };
    assert_eq!(histories(named, &[]), [4]);
    assert_eq!(histories(named, &[("travel_history_time", "90 min")]), [4, 8]);
    assert_eq!(histories(named, &[("travel_history_cases", "6")]), Vec::<u32>::new());
    assert_eq!(histories(all, &[]), Vec::<u32>::new());
}

#[test]
fn arrivals_are_told_of_as_other_cities_and_gates_know_them() {
    let keys = [("arrivals_per_1000", "1000 /d"), ("arrivals_by_rail", "0 %"), ("arrivals_by_air", "0 %")];
    let arrived = |highway: &'static str, levers: Levers| {
        let [a, b, c] = keys;
        told(
            &lived(&[a, b, c, ("highway_coverage", highway)], levers, Vec::new()),
            Department::Highway,
            RecordKind::Arrival,
        )
    };
    let recognised = |known, wrongly| Levers { recognition: Some([known, wrongly]), ..Levers::default() };
    let all = arrived("100 %", Levers::default());
    assert!(all.len() > 30, "{all:?}");
    assert_eq!(arrived("100 %", recognised(0.0, 1.0)), all);
    assert_eq!(arrived("100 %", recognised(1.0, 0.0)), Vec::<u32>::new());
    // A highway that sees nobody takes down everybody at its gates.
    assert_eq!(arrived("0 %", Levers::default()), Vec::<u32>::new());
    let gates = CheckpointRule { kinds: vec![PlaceKind::Gate], ..CheckpointRule::default() };
    assert_eq!(arrived("0 %", Levers { checkpoints: vec![gates], ..Levers::default() }), all);
}
