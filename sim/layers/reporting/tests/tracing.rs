//! Tracing teams in the same town: a case names whom it met, and phones tell the rest.
use super::*;
use citytwin_engine::{PersonSet, TracedCase, TracingOrder};
use citytwin_world::Setting;
use std::sync::Arc;

/// The stays of each day.
struct Days(Vec<Vec<Visit>>);

impl Layer for Days {
    fn name(&self) -> &'static str {
        "days"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Move]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if now.day_begins() {
            world.visits.clear();
            let today = self.0.get(now.day() as usize);
            world.visits.chunks[0].extend(today.into_iter().flatten());
        }
    }
}

/// Traces from the start, and asks person 4, known since then, at hour 48.
struct Asks(TracingOrder, bool);

impl Policy for Asks {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let mut order = self.0.clone();
        if now.tick == 48 {
            let case = vec![TracedCase { person: PersonId(4), since_tick: 48 }];
            *(if self.1 { &mut order.interviews } else { &mut order.phones }) = case;
        }
        levers.trace(&order);
    }
}

const HOME: u32 = 1;
const OFFICE: u32 = 20;
const SHOP: u32 = 21;

fn order() -> TracingOrder {
    let mut recall = [0.0; Setting::COUNT];
    recall[Setting::Household as usize] = 1.0;
    recall[Setting::Work as usize] = 1.0;
    TracingOrder {
        app_share: 1.0,
        contact_min: 15,
        forward_ticks: 24,
        source_ticks: 48,
        recall,
        reached: 1.0,
        ..TracingOrder::default()
    }
}

/// Contacts and sources that the health commission learns of.
fn found(order: TracingOrder, by_interview: bool, keys: &[(&str, &str)]) -> [Vec<u32>; 2] {
    let stay = |person: u32, room: u32, start_min: u16, end_min: u16| Visit {
        room: RoomId(room),
        person: PersonId(person),
        start_min,
        end_min,
    };
    // On the first day 4 meets 8 in a shop and 9 at work; on the second, 5 at home, 10 at work, and 11 and 16 in a shop;
    // 12 comes too late to the office. On both days 13 and 14 meet each other. On the third day, after the interview, 4 meets
    // 10 again and 17 for the first time.
    let first = vec![
        stay(4, OFFICE, 500, 600),
        stay(4, SHOP, 610, 640),
        stay(8, SHOP, 600, 640),
        stay(9, OFFICE, 400, 530),
        stay(13, SHOP, 700, 800),
        stay(14, SHOP, 700, 800),
    ];
    let second = vec![
        stay(4, HOME, 0, 480),
        stay(4, OFFICE, 500, 600),
        stay(4, SHOP, 610, 640),
        stay(5, HOME, 0, 1440),
        stay(10, OFFICE, 510, 600),
        stay(11, SHOP, 600, 640),
        stay(12, OFFICE, 590, 700),
        stay(13, SHOP, 700, 800),
        stay(14, SHOP, 700, 800),
        stay(16, SHOP, 615, 630),
    ];
    let third = vec![stay(4, OFFICE, 500, 600), stay(10, OFFICE, 500, 600), stay(17, OFFICE, 500, 600)];
    let policy = Scheduled {
        id: "asks".into(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: Box::new(Asks(order, by_interview)),
    };
    let layers: Vec<Box<dyn Layer>> =
        vec![Box::new(Days(vec![first, second, third])), Box::new(Reporting::new(&params(keys)))];
    let mut simulation = town::simulation(20, layers, vec![policy]);
    simulation.world.services.swabs = vec![positive(4, 300)];
    (0..4).for_each(|_| {
        simulation.run_day();
    });
    [RecordKind::TracedContact, RecordKind::TracedSource]
        .map(|kind| told(&simulation, HealthCommission, kind))
}

#[test]
fn a_case_names_those_it_may_have_infected_and_those_who_may_have_infected_it() {
    assert_eq!(found(order(), true, &[]), [vec![5, 10, 17], vec![9]]);
    let all = TracingOrder { recall: [1.0; Setting::COUNT], ..order() };
    assert_eq!(found(all.clone(), true, &[]), [vec![5, 10, 11, 16, 17], vec![8, 9]]);
    assert_eq!(
        found(TracingOrder { source_ticks: 0, ..all.clone() }, true, &[]),
        [vec![5, 10, 11, 16, 17], vec![]]
    );
    assert_eq!(
        found(TracingOrder { contact_min: 16, ..all.clone() }, true, &[]),
        [vec![5, 10, 11, 17], vec![8, 9]]
    );
    assert_eq!(found(TracingOrder { reached: 0.0, ..all.clone() }, true, &[]), [vec![], vec![]]);
    assert_eq!(found(all, true, &[("tracing_cases", "0")]), [vec![], vec![]]);
}

#[test]
fn phones_tell_who_was_there_with_a_phone_too() {
    // Persons 0, 4, 8 … have phones. The app remembers no sources.
    assert_eq!(found(order(), false, &[]), [vec![16], vec![]]);
    assert_eq!(found(TracingOrder { app_share: 0.0, ..order() }, false, &[]), [vec![], vec![]]);
}

#[test]
fn who_watches_tells_when_falling_ill_and_others_do_not() {
    let mut watched = PersonSet::for_ids(20);
    watched.set(PersonId(6), true);
    let order = TracingOrder { watched: Some(Arc::new(watched)), ..order() };
    let policy: Box<dyn Policy> = Box::new(Asks(order, true));
    let scheduled =
        Scheduled { id: "asks".into(), from_tick: 0, until_tick: u32::MAX, trigger: None, policy };
    let layers: Vec<Box<dyn Layer>> =
        vec![Box::new(Reporting::new(&params(&[("citizens_coverage", "0 %")])))];
    let mut simulation = town::simulation(20, layers, vec![scheduled]);
    (0..24).for_each(|_| simulation.step());
    assert_eq!(told(&simulation, HealthCommission, RecordKind::SymptomReport), Vec::<u32>::new());
    // Both wake up ill on the second day.
    simulation.world.services.other_illness = vec![PersonId(6), PersonId(7)];
    (0..2).for_each(|_| simulation.step());
    assert_eq!(told(&simulation, HealthCommission, RecordKind::SymptomReport), [6]);
}
