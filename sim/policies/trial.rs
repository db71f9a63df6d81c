//! Policies on trial: the engine's own step on a city without people, with a board written by hand.
use citytwin_engine::{
    Calendar, Department, Kind, Levers, Params, Policy, Record, RecordKind, Scheduled, Simulation,
};
use citytwin_world::{City, Date, PersonId, World};
use std::sync::Arc;

/// A policy with the values a scenario would write.
pub type Order<'a> = (&'a Kind<dyn Policy>, &'a [(&'a str, &'a str)]);

/// All departments let the health commission see their records at once.
pub fn shared_at_once() -> Order<'static> {
    (&crate::data_sharing::KIND, &[("latency", "0 h"), ("back_to", "[]")])
}

/// Keys and values as a scenario would write them.
pub fn built(kind: &Kind<dyn Policy>, values: &[(&str, &str)], city: &City) -> Box<dyn Policy> {
    let params = Params::written(kind.keys, values).expect("well written");
    (kind.build)(&params, city).expect("fits the city")
}

/// A simulation of a city without people under some policies, in force from the first hour.
pub fn simulation(city: &City, orders: &[Order]) -> Simulation {
    let scheduled = orders.iter().map(|(kind, values)| Scheduled {
        id: kind.name.to_owned(),
        from_tick: 0,
        until_tick: u32::MAX,
        trigger: None,
        policy: built(kind, values, city),
    });
    let calendar = Calendar { start: Date(0), holidays: Arc::default() };
    let world = World { city: Arc::new(city.clone()), ..World::default() };
    Simulation::new(world, Vec::new(), scheduled.collect(), calendar, 7)
}

/// The levers of some policies in an empty city in the first hour.
pub fn levers_of(orders: &[Order]) -> Levers {
    levers_in(&City::default(), orders)
}

/// The levers of some policies in a city in the first hour.
pub fn levers_in(city: &City, orders: &[Order]) -> Levers {
    simulation(city, orders).levers
}

/// A record of the health commission's own.
pub fn record(kind: RecordKind, person: u32, observed_tick: u32) -> Record {
    Record { kind, observer: Department::HealthCommission, person: PersonId(person), observed_tick }
}
