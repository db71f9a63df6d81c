//! A city of two zones, checked by hand.
use super::*;
use crate::town;
use citytwin_engine::{Params, RepairRule, RestorationOrder, Simulation};
use citytwin_world::infrastructure::{Need, NeedKind, PowerLine};
use citytwin_world::outages::Damage;
use citytwin_world::{NodeId, PlaceId};
use std::sync::Arc;

/// Rows of [`city`].
const INFEED: AssetId = AssetId(0);
const SUBSTATION: AssetId = AssetId(1);
const FEEDERS: [AssetId; 2] = [AssetId(2), AssetId(3)];
const STATIONS: [AssetId; 2] = [AssetId(4), AssetId(5)];
const CENTRE: AssetId = AssetId(6);
const PUMP: AssetId = AssetId(7);

/// Two zones with a feeder and a base station each; the second station has a battery of three hours, the centre fuel
/// for ten, the pump's tank lasts two.
fn city(city: &mut City) {
    for zone in 0..2u32 {
        city.zones.id.push(format!("z{zone}"));
        city.zones.lon.push(f64::from(zone) * 0.01);
        city.zones.lat.push(0.0);
        city.zones.population.push(if zone == 0 { 100 } else { 300 });
        city.zones.jobs.push(0);
        city.zones.area_km2.push(1.0);
        city.zones.elevation_m.push(10.0);
    }
    let made = &mut city.infrastructure;
    let kinds = [
        (AssetKind::GridInfeed, 1.0, 0.0),
        (AssetKind::Substation, 1.0, 0.0),
        (AssetKind::Feeder, 1.0, 0.0),
        (AssetKind::Feeder, 1.0, 0.0),
        (AssetKind::BaseStation, 1000.0, 0.0),
        (AssetKind::BaseStation, 1000.0, 3.0),
        (AssetKind::DataCentre, 0.0, 10.0),
        (AssetKind::PumpingStation, 0.0, 2.0),
    ];
    for (kind, capacity, backup_h) in kinds {
        made.id.push(kind.name().into());
        made.zone.push(ZoneId(0));
        made.node.push(NodeId(0));
        made.place.push(PlaceId::NONE);
        made.lon.push(0.0);
        made.lat.push(0.0);
        made.elevation_m.push(10.0);
        made.capacity.push(capacity);
        made.backup_h.push(backup_h);
        made.inferred.push(true);
        made.kind.push(kind);
    }
    made.lines.push(PowerLine { from: INFEED, to: SUBSTATION, capacity_mw: 0.0, mw_per_rad: 100.0 });
    let mut need = |asset, on, buffered| {
        let kind = if on == CENTRE { NeedKind::Logical } else { NeedKind::Functional };
        made.needs.push(Need { asset, on, kind, buffered });
    };
    for feeder in FEEDERS {
        need(feeder, SUBSTATION, false);
    }
    for (station, feeder) in STATIONS.into_iter().zip(FEEDERS) {
        need(station, feeder, true);
        need(station, CENTRE, false);
    }
    need(CENTRE, FEEDERS[0], true);
    need(PUMP, FEEDERS[1], true);
    made.needs.sort_unstable();
    for zone in 0..2 {
        made.power.push_row([FEEDERS[zone]]);
        made.mobile.push_row([STATIONS[zone]]);
        made.water.push_row([PUMP]);
        made.hospital.push_row([]);
    }
}

fn settings(more: &[(&str, &str)]) -> Settings {
    Settings::with(&Params::written(KEYS, more).expect("sound"))
}

fn simulation(more: &[(&str, &str)]) -> Simulation {
    let mut simulation =
        town::simulation(25, vec![Box::new(Infrastructure::new(settings(more)))], Vec::new());
    city(Arc::make_mut(&mut simulation.world.city));
    simulation
}

/// Shares of residents with power, phone, water, hour by hour, while `struck` says what hazards do.
fn hours(simulation: &mut Simulation, count: u32, struck: impl Fn(u32, &mut Outages)) -> Vec<[f32; 3]> {
    let mut seen = Vec::new();
    for tick in 0..count {
        struck(tick, &mut simulation.world.services.outages);
        simulation.step();
        let outages = &simulation.world.services.outages;
        let city = outages.hours.last().filter(|hour| hour.tick == tick).map_or([1.0; 4], |hour| hour.city);
        seen.push([city[0], city[1], city[2]]);
        if let Some(hour) = outages.hours.last() {
            let [made, drawn, missing] = hour.power_mw;
            assert!((made - drawn).abs() <= 1e-9 * made.max(1.0) && missing >= 0.0, "{:?}", hour.power_mw);
        }
    }
    seen
}

#[test]
fn batteries_and_tanks_carry_for_their_hours_and_power_comes_back() {
    let mut simulation = simulation(&[]);
    // All residents of the town live in zone 0 of the two.
    let seen = hours(&mut simulation, 20, |tick, outages| {
        if (3..9).contains(&tick) {
            outages.held.push((INFEED, Fault::Blackout));
        }
    });
    let of = |service: usize| seen.iter().map(|row| row[service]).collect::<Vec<f32>>();
    let blackout: Vec<f32> = (0..20).map(|tick| if (3..9).contains(&tick) { 0.0 } else { 1.0 }).collect();
    assert_eq!(of(0), blackout);
    assert_eq!(of(1), blackout, "the station of zone 0 has no battery");
    let tank: Vec<f32> = (0..20).map(|tick| if (5..9).contains(&tick) { 0.0 } else { 1.0 }).collect();
    assert_eq!(of(2), tank, "the tank lasts two hours");
    let log = &simulation.world.services.outages.log;
    let row = |asset| log.iter().find(|outage| outage.asset == asset).copied().expect("it failed");
    assert_eq!((row(INFEED).fault, row(INFEED).from_tick, row(INFEED).until_tick), (Fault::Blackout, 3, 9));
    assert_eq!((row(STATIONS[0]).fault, row(STATIONS[0]).by), (Fault::NoPower, FEEDERS[0]));
    assert_eq!((row(STATIONS[1]).from_tick, row(PUMP).from_tick), (6, 5));
    assert!(log.iter().all(|outage| outage.asset != CENTRE), "fuel for ten hours");
    assert!(simulation.world.services.outages.nothing(), "all whole and full again");
    let without = simulation.world.services.outages.without_person_h;
    assert_eq!(without, [600.0, 600.0, 400.0, 0.0]);
}

#[test]
fn without_its_data_centre_no_station_works_and_the_platform_is_silent() {
    let mut simulation = simulation(&[]);
    let seen = hours(&mut simulation, 4, |tick, outages| {
        if tick == 1 {
            outages.held.push((CENTRE, Fault::Blackout));
        }
    });
    assert_eq!(seen, [[1.0; 3], [1.0, 0.0, 1.0], [1.0; 3], [1.0; 3]]);
    let log = &simulation.world.services.outages.log;
    assert_eq!((log.len(), log[1].fault, log[1].by), (3, Fault::NoControl, CENTRE));
}

#[test]
fn short_power_is_shed_feeder_by_feeder_and_conserved() {
    let mut simulation = simulation(&[]);
    // At midnight the zones draw 16.5 and 49.5 kW, in proportion to their residents: half of all is too little for
    // the larger one.
    Arc::make_mut(&mut simulation.world.city).infrastructure.capacity[INFEED] = 0.03;
    let seen = hours(&mut simulation, 3, |_, outages| outages.held.push((PUMP, Fault::Blackout)));
    assert!(seen.iter().all(|row| row[0] == 1.0), "zone 0 goes on: {seen:?}");
    let outages = &simulation.world.services.outages;
    assert_eq!(outages.share(Service::Power, ZoneId(1)), 0.0);
    let shed = outages.log.iter().find(|outage| outage.asset == FEEDERS[1]).expect("it was shed");
    assert_eq!(shed.fault, Fault::LoadShed);
    let [made, drawn, missing] = outages.hours[0].power_mw;
    assert!((made - drawn).abs() < 1e-12 && (drawn - 0.0165).abs() < 1e-6 && (missing - 0.0495).abs() < 1e-6);
}

#[test]
fn what_is_broken_waits_for_a_crew_and_the_rule_says_for_whom_first() {
    for (rule, first) in
        [(RepairRule::FirstFailed, 0), (RepairRule::MostPeople, 1), (RepairRule::HospitalFirst, 1)]
    {
        // One crew, known at once; repairs of two hours each.
        let mut simulation = simulation(&[("report_delay", "0 h"), ("crews_per_100k", "1")]);
        simulation.levers.restoration = Some(RestorationOrder { rule, crews: 0 });
        for tick in 0..7 {
            let outages = &mut simulation.world.services.outages;
            if tick == 1 {
                let damage = |asset| Damage { asset, fault: Fault::Earthquake, repair_h: 2.0 };
                outages.damage.extend(STATIONS.map(damage));
            }
            simulation.step();
            simulation.levers.restoration = Some(RestorationOrder { rule, crews: 0 });
        }
        let log = &simulation.world.services.outages.log;
        let until = |station: usize| {
            log.iter().find(|outage| outage.asset == STATIONS[station]).map(|outage| outage.until_tick)
        };
        assert_eq!((until(first), until(1 - first)), (Some(3), Some(5)), "{rule:?}");
    }
}

#[test]
fn assets_that_wait_for_each_other_are_started_by_hand() {
    let mut simulation = simulation(&[("report_delay", "0 h")]);
    // The substation is controlled over the data centre, whose fuel lasts for two hours only.
    let made = &mut Arc::make_mut(&mut simulation.world.city).infrastructure;
    made.needs.push(Need { asset: SUBSTATION, on: CENTRE, kind: NeedKind::Logical, buffered: false });
    made.needs.sort_unstable();
    made.backup_h[CENTRE] = 2.0;
    let seen = hours(&mut simulation, 12, |tick, outages| {
        if (1..6).contains(&tick) {
            outages.held.push((INFEED, Fault::Blackout));
        }
    });
    let log = &simulation.world.services.outages.log;
    let substation = log.iter().find(|outage| outage.asset == SUBSTATION).expect("it fell");
    assert_eq!((substation.fault, substation.by, substation.from_tick), (Fault::NoControl, CENTRE, 3));
    // Power is back at six; a crew needs an hour to start what waits for one another.
    assert!(substation.until_tick > 6 && substation.until_tick <= 9, "{substation:?}");
    assert_eq!(seen[11], [1.0; 3]);
}

#[test]
fn without_a_hazard_there_is_nothing_to_do() {
    let mut simulation = simulation(&[]);
    let before = citytwin_engine::digest(&simulation);
    for _ in 0..30 {
        simulation.step();
    }
    assert_eq!(simulation.world.services.outages, Outages::default());
    assert_eq!(citytwin_engine::digest(&simulation), before);
    assert_eq!(KEYS.iter().flat_map(citytwin_engine::KeySpec::faults).next(), None);
}
