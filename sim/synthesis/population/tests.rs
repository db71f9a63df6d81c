//! What must hold for the people of any city.
use super::*;
use crate::generate;
use citytwin_world::ZoneId;
use citytwin_world::id::Key as _;
use citytwin_world::residents::{PAIRS, flag, pair};
use citytwin_world::{PersonId, PlaceKind, Setting};
use std::collections::BTreeMap;

fn made(population: u32, seed: u64) -> (City, Residents, Account) {
    let city = generate::city(population, seed).unwrap();
    let (residents, account) =
        residents_with_account(&city, &PopulationParams::default(), 1.0, seed).unwrap();
    (city, residents, account)
}

#[test]
fn everyone_has_one_household_and_one_home() {
    for (population, seed) in [(100, 1), (317, 2), (2_000, 3), (20_000, 4)] {
        let (city, r, account) = made(population, seed);
        assert_eq!(r.len(), population as usize);
        let mut lived = vec![0_u32; city.places.len()];
        for (h, home) in r.household_home.iter() {
            assert_eq!(city.places.kind[*home], PlaceKind::Home);
            let members = r.members(h);
            assert!((1..=params::HOUSEHOLD_MAX).contains(&members.len()));
            let people = &r.person.as_slice()[members];
            assert!(people.iter().all(|p| p.household == h && p.slot[slot::HOME] == *home));
            assert!(people.iter().any(|p| p.age >= 18), "children live alone: {people:?}");
            lived[home.index()] += people.len() as u32;
        }
        assert_eq!(lived.iter().sum::<u32>(), population);
        let over: u32 =
            lived.iter().zip(city.places.capacity.as_slice()).map(|(l, c)| l.saturating_sub(*c)).sum();
        assert!(u64::from(over) <= account.homes.above_capacity + 1, "{over} above capacity");
        assert!(f64::from(over) < 0.01 * f64::from(population));
        let mut of_zone = vec![0_u32; city.zones.len()];
        r.person.as_slice().iter().for_each(|p| of_zone[city.places.zone[p.slot[slot::HOME]].index()] += 1);
        assert_eq!(account.homes.in_another_zone, 0);
        assert_eq!(of_zone, city.zones.population.as_slice());
    }
}

#[test]
fn ages_and_sizes_follow_the_country() {
    let (_, r, _) = made(20_000, 7);
    let shares = tables::age_shares("Brazil").unwrap();
    let mut bands = [0.0; params::BANDS];
    r.person.as_slice().iter().for_each(|p| bands[p.age_band()] += 1.0 / r.len() as f64);
    let tae: f64 = bands.iter().zip(shares).map(|(a, b)| (a - b).abs()).sum();
    assert!(tae < 0.01, "total absolute error {tae}");
    let mean = r.len() as f64 / r.household_count() as f64;
    assert!((mean - 3.311).abs() < 0.05, "{mean} persons a household");
}

#[test]
fn anchors_respect_capacity_and_age() {
    let (city, r, account) = made(20_000, 5);
    let mut workers = vec![0_u32; city.places.len()];
    let mut room_members: BTreeMap<RoomId, u32> = BTreeMap::new();
    for p in r.person.as_slice() {
        let anchored = matches!(
            p.occupation,
            Occupation::Preschool | Occupation::Pupil | Occupation::Student | Occupation::Worker
        );
        assert_eq!(anchored, p.slot[slot::ANCHOR].is_some());
        let Some(at) = p.slot[slot::ANCHOR].get() else { continue };
        assert_eq!(r.rooms.place[p.anchor_room], at);
        *room_members.entry(p.anchor_room).or_default() += 1;
        assert!(p.anchor_stay_min > 0);
        match p.occupation {
            Occupation::Preschool => assert!((1..=5).contains(&p.age)),
            Occupation::Pupil => {
                assert!((6..=17).contains(&p.age));
                assert_eq!(city.places.kind[at], PlaceKind::School);
            }
            Occupation::Worker => workers[at.index()] += 1,
            _ => {}
        }
    }
    for (n, jobs) in workers.iter().zip(city.places.jobs.as_slice()) {
        assert!(
            f64::from(*n) <= f64::from(*jobs) * account.anchors.jobs_factor + 1.5,
            "{n} work at {jobs} jobs"
        );
    }
    for (room, n) in room_members {
        if r.rooms.setting[room] == Setting::School {
            assert!(n <= 80, "{n} in a class");
        }
    }
    let commute = account.anchors.work;
    assert!((commute.mean_km / commute.target_km - 1.0).abs() < 0.1, "{commute:?}");
}

#[test]
fn ways_fit_together() {
    let (city, r, _) = made(2_000, 9);
    let walking = r.person.iter().filter(|(id, p)| {
        let places = p.slot.iter().enumerate().filter(|(s, place)| *s > 0 && place.is_some());
        places.clone().count() > 0
            && places.clone().all(|(s, _)| r.walk_10m[*id][pair(slot::HOME, s)] < u16::MAX)
    });
    assert!(
        walking.count() as f64 > 0.99 * r.len() as f64,
        "most places of a small town are in walking reach"
    );
    for (id, p) in r.person.iter() {
        assert_eq!(p.has(flag::CAR), p.car_row != u32::MAX);
        for a in 0..SLOTS {
            for b in 0..a {
                let (Some(x), Some(y)) = (p.slot[a].get(), p.slot[b].get()) else { continue };
                let crow = citytwin_world::geo::distance_m(
                    city.places.lon[x],
                    city.places.lat[x],
                    city.places.lon[y],
                    city.places.lat[y],
                );
                let way = r.walk_10m[id][pair(a, b)];
                assert!(way == u16::MAX || f64::from(way) * 10.0 > crow - 20.0, "{way} for {crow} m");
            }
        }
    }
    let driving = |p: &&Resident| p.car_row != u32::MAX;
    assert_eq!(r.person.as_slice().iter().filter(driving).count(), r.car.len());
    assert_eq!(r.walk_10m.as_slice()[0].len(), PAIRS);
}

#[test]
fn threads_do_not_matter_but_the_seed_does() {
    let city = generate::city(5_000, 11).unwrap();
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            (generate::city(5_000, 11).unwrap(), residents(&city, &PopulationParams::default(), 1.0, seed))
        })
    };
    let (one, three) = (with(1, 1), with(3, 1));
    assert_eq!(one.0, city);
    assert_eq!(three.0, city);
    assert_eq!(one.1, three.1);
    assert_ne!(one.1, with(2, 2).1);
}

#[test]
fn a_sample_is_smaller_alike() {
    let city = generate::city(10_000, 3).unwrap();
    let r = residents(&city, &PopulationParams::default(), 0.1, 3).unwrap();
    assert_eq!(r.len(), 1_000);
    let at_work = |r: &Residents| {
        let n = r.person.as_slice().iter().filter(|p| p.occupation == Occupation::Worker).count();
        n as f64 / r.len() as f64
    };
    let whole = residents(&city, &PopulationParams::default(), 1.0, 3).unwrap();
    assert!((at_work(&r) - at_work(&whole)).abs() < 0.06);
    let (first, last) = (PersonId::from_index(0), PersonId::from_index(999));
    assert!(r.person[first].household <= r.person[last].household);
}

#[test]
fn wrong_input_is_refused() {
    let city = generate::city(500, 1).unwrap();
    let code =
        |city: &City, params: &PopulationParams, sample| residents(city, params, sample, 1).unwrap_err().code;
    let good = PopulationParams::default();
    assert_eq!(code(&city, &good, 0.0), "E402");
    assert_eq!(code(&city, &good, f64::NAN), "E402");
    assert_eq!(code(&city, &PopulationParams { school_rate: 1.5, ..good.clone() }, 1.0), "E402");
    assert_eq!(code(&city, &PopulationParams { country: "Atlantis".into(), ..good.clone() }, 1.0), "E401");
    assert_eq!(
        code(&city, &PopulationParams { household_size_mean: Some(9.0), ..good.clone() }, 1.0),
        "E402"
    );
    let mut broken = city.clone();
    broken.places.zone = vec![ZoneId(99_999); city.places.len()].into();
    assert_eq!(code(&broken, &good, 1.0), "E405");
    let mut homeless = city.clone();
    homeless.places.kind = vec![PlaceKind::Park; city.places.len()].into();
    assert_eq!(code(&homeless, &good, 1.0), "E404");
    assert_eq!(generate::city(5, 1).unwrap_err().code, "E408");
    let empty = residents(&City { info: city.info.clone(), ..City::default() }, &good, 1.0, 1).unwrap();
    assert!(empty.is_empty());
}
