//! Ordinary days without disease or orders, on which the numbers of a city are found that no run should have to.
use super::{Prepared, calendar, world};
use crate::scenario::Scenario;
use citytwin_engine::{Layer, Simulation};
use citytwin_layers::activity::{self, Activity, Habits};
use citytwin_layers::transport::{self, Transport, roads};
use citytwin_synthesis::{cache, load};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::roads::{DAY_KINDS, Roads, TrafficModel};
use citytwin_world::services::TripRecord;
use citytwin_world::{Date, DayType, Mode, Weekday};
use std::path::Path;

/// Seed of the ordinary days: a constant, so that all replicates of a scenario share what is found.
const SEED: u64 = 0x0c17;
/// Digest of the code by which ordinary days are lived.
const CODE: &str = env!("CITYTWIN_DAYS_CODE");

/// A simulation that begins on the first Wednesday on or after the scenario's start that no holiday falls on, nor on its
/// weekend: with plans and trips, and the layers given.
pub(super) fn week(scenario: &Scenario, prepared: &Prepared, more: Vec<Box<dyn Layer>>) -> Simulation {
    let table = |name: &str, keys| super::table(scenario, name, keys);
    let mut layers: Vec<Box<dyn Layer>> = vec![
        Box::new(Activity::new(Habits::with(&table("activity", activity::KEYS)))),
        Box::new(Transport::by_timetable(&table("transport", transport::KEYS))),
    ];
    layers.extend(more);
    let calendar = calendar(&prepared.city, scenario.start);
    let ordinary = |date: &Date| {
        date.weekday() == Weekday::Wednesday
            && (0..5).all(|n| n == 3 || n == 4 || !calendar.holidays.contains(&date.plus(n)))
    };
    let start = (0..60).map(|n| scenario.start.plus(n)).find(|d| ordinary(d)).unwrap_or(scenario.start);
    let calendar = citytwin_engine::Calendar { start, ..calendar };
    Simulation::new(world(prepared), layers, Vec::new(), calendar, SEED)
}

/// The roads on which drivers have learnt ordinary days, kept beside the city's folder if it has one.
pub(super) fn roads(
    scenario: &Scenario,
    prepared: &Prepared,
    folder: Option<&Path>,
    tell: &mut dyn FnMut(&str),
) -> Result<Roads, Problems> {
    let choice = &scenario.city;
    let Some(folder) = folder else { return Ok(learn(scenario, prepared, tell)?) };
    let params = super::table(scenario, "transport", transport::KEYS);
    let mut numbers = scenario.movement.text("depth");
    for key in roads::KEYS.iter().filter(|key| key.name != "traffic_tolerance") {
        numbers += &format!("-{}", params.f64(key.name));
    }
    // Plans depend on the habits and on the ordinary week that the start leads to.
    let habits = Habits::with(&super::table(scenario, "activity", activity::KEYS));
    let about = format!("{habits:?}{}", week(scenario, prepared, Vec::new()).calendar.start);
    let hash = citytwin_engine::digest::of_bytes(about.as_bytes());
    let residents = load::residents_key(folder, choice.sample, choice.seed)?;
    let key = format!("{residents}-roads{numbers}-{hash:016x}-{CODE}");
    let (roads, _) =
        cache::load_or_build(folder, &key, || learn(scenario, prepared, tell).map_err(Problems::from))?;
    Ok(roads)
}

fn learn(scenario: &Scenario, prepared: &Prepared, tell: &mut dyn FnMut(&str)) -> Result<Roads, Problem> {
    let driving = roads::Driving::with(&super::table(scenario, "transport", transport::KEYS));
    let model = match scenario.movement.text("depth").as_str() {
        "assignment" => TrafficModel::Volumes,
        _ => TrafficModel::Queues,
    };
    let mut simulation = week(scenario, prepared, Vec::new());
    simulation.world.services.trip_log_every = 1;
    let mut drives: [Vec<TripRecord>; DAY_KINDS] = Default::default();
    for day in 0..5 {
        simulation.run_day();
        let kind = match day {
            0 => DayType::Workday,
            3 => DayType::Saturday,
            4 => DayType::Sunday,
            _ => continue,
        };
        let log = simulation.world.services.trip_log.iter().flatten();
        drives[kind as usize] = log.filter(|trip| trip.mode == Mode::Car).copied().collect();
    }
    let persons = prepared.residents.person.as_slice();
    let trips = drives.each_ref().map(Vec::as_slice);
    let names = ["workday", "Saturday", "Sunday"];
    let learnt = roads::ordinary(
        &prepared.city,
        persons,
        (trips, scenario.city.sample),
        (&driving, model),
        |kind, round, day| {
            let gap = day.mean_s / day.known_s.max(1e-9) - 1.0;
            let end = match model {
                TrafficModel::Queues => format!("{:+.1} % from what they expected", gap * 100.0),
                TrafficModel::Volumes => format!("relative gap {gap:.1e}"),
            };
            tell(&format!(
                "drivers learn the {}, day {round}: {} drives of {:.1} min on average ({:.1} on empty roads), {end}",
                names[kind],
                day.trips,
                day.mean_s / 60.0,
                day.free_s / 60.0,
            ));
        },
    );
    learnt.map_err(|problem| Problem::error("E409", format!("the streets can carry no traffic: {problem}")))
}
