//! A blackout of the Iberian kind (28 April 2025, 12:33): half of the phones without connection at once, two in five
//! left at 15:00, nine in ten the next morning. The share of stations without a battery is fitted to the first number;
//! the other two are what follows.
use citytwin_engine::{Board, Layer, Levers, Now, Params, Phase};
use citytwin_layers::infrastructure::{Infrastructure, KEYS, Settings};
use citytwin_synthesis::generate;
use citytwin_world::infrastructure::{AssetKind, Service};
use citytwin_world::outages::Fault;
use citytwin_world::{AssetId, Date, DayType, World, ZoneId};
use std::sync::Arc;

/// First hour without power, and first hour of the grid's return.
const FROM: u32 = 13;
const UNTIL: u32 = 17;
/// Substations come back in turn until so many hours later.
const OVER: u32 = 12;

/// Share of the city's people whose phone is connected, hour by hour, in the blackout of one seed.
fn connected(world: &mut World, seed: u64) -> Vec<f64> {
    let mut layer = Infrastructure::new(Settings::with(&Params::presets(KEYS)));
    let (levers, mut board) = (Levers::default(), Board::new());
    let (infeeds, substations) = {
        let made = &world.city.infrastructure;
        (made.of_kind(AssetKind::GridInfeed), made.of_kind(AssetKind::Substation))
    };
    let weights = world.city.zones.population.as_slice().to_vec();
    let total: f64 = weights.iter().map(|n| f64::from(*n)).sum();
    let mut shares = Vec::new();
    for tick in 0..48 {
        let now = Now { tick, date: Date(0), day_type: DayType::Workday, seed };
        layer.run(Phase::Hazard, now, world, &levers, &mut board);
        let hold = |list: &[AssetId]| list.iter().map(|asset| (*asset, Fault::Blackout)).collect::<Vec<_>>();
        if (FROM..UNTIL).contains(&tick) {
            world.services.outages.held.extend(hold(&infeeds));
        } else if (UNTIL..UNTIL + OVER).contains(&tick) {
            let back = substations.len() * (tick - UNTIL) as usize / OVER as usize;
            world.services.outages.held.extend(hold(&substations[back..]));
        }
        layer.run(Phase::Services, now, world, &levers, &mut board);
        let share =
            |zone: usize| f64::from(world.services.outages.share(Service::Mobile, ZoneId(zone as u32)));
        shares
            .push((0..weights.len()).map(|zone| share(zone) * f64::from(weights[zone])).sum::<f64>() / total);
    }
    shares
}

#[test]
fn connections_fall_and_come_back_as_on_the_iberian_peninsula() {
    let city = Arc::new(generate::city(150_000, 5).expect("a city"));
    let seeds = 10;
    let mut mean = vec![0.0; 48];
    for seed in 0..seeds {
        let mut world = World { city: Arc::clone(&city), ..World::default() };
        let shares = connected(&mut world, seed);
        mean.iter_mut().zip(shares).for_each(|(mean, share)| *mean += share / seeds as f64);
    }
    assert!(mean[..FROM as usize].iter().all(|share| *share > 0.999_999), "{mean:?}");
    assert!((mean[13] - 0.5).abs() < 0.1, "at once: {mean:?}");
    assert!((mean[15] - 0.4).abs() < 0.1, "at 15:00: {mean:?}");
    assert!(mean[24 + 8] > 0.9, "the next morning: {mean:?}");
    // Batteries only ever run down while there is no power.
    assert!(mean[13..17].is_sorted_by(|a, b| a >= b), "{mean:?}");
}
