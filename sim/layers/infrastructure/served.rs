//! Who has which service: shares of residents by zone, and what the hour adds to the day.
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Service};
use citytwin_world::outages::{Outages, ServedHour};
use citytwin_world::{City, Column, ZoneId};

/// Works out the shares of every zone from the assets that work.
pub(super) fn work_out(city: &City, outages: &mut Outages) {
    let made = &city.infrastructure;
    let works = |asset| outages.assets.get(asset).is_none_or(|state| state.works);
    let zones = city.zones.len();
    let simple = |service: Service| -> Column<ZoneId, f32> {
        let share = |zone| match made.serving(service, zone) {
            [] => 1.0,
            list => {
                if list.iter().any(|asset| works(*asset)) {
                    1.0
                } else {
                    0.0
                }
            }
        };
        (0..zones).map(|zone| share(ZoneId::from_index(zone))).collect::<Vec<f32>>().into()
    };
    let power = simple(Service::Power);
    let (water, hospital) = (simple(Service::Water), simple(Service::Hospital));
    let mobile = connected(city, works);
    outages.served = [power, mobile, water, hospital];
    let out = made.of_kind(AssetKind::Hospital).into_iter().filter(|asset| !works(*asset));
    outages.hospitals_out = out.filter_map(|asset| made.place[asset].get()).collect();
    outages.hospitals_out.sort_unstable();
}

/// Phones spread over the working base stations in reach; a station connects no more than it can.
fn connected(city: &City, works: impl Fn(citytwin_world::AssetId) -> bool) -> Column<ZoneId, f32> {
    let made = &city.infrastructure;
    let people = |zone| f64::from(city.zones.population[zone]) + 0.5 * f64::from(city.zones.jobs[zone]);
    let zones = || (0..city.zones.len()).map(ZoneId::from_index);
    let mut load = vec![0.0f64; made.len()];
    for zone in zones() {
        let up: Vec<_> = made.mobile.row(zone).iter().filter(|asset| works(**asset)).collect();
        up.iter().for_each(|asset| load[asset.index()] += people(zone) / up.len() as f64);
    }
    let usual = usual_load(city, &people);
    let share = |zone| {
        let all = made.mobile.row(zone);
        let up = all.iter().filter(|asset| works(**asset));
        let count = up.clone().count();
        let part = |asset: &citytwin_world::AssetId| {
            // A station can at least do what it does on an ordinary day.
            let capacity = f64::from(made.capacity[*asset]).max(usual[asset.index()]);
            if load[asset.index()] <= capacity { 1.0 } else { capacity / load[asset.index()] }
        };
        if all.is_empty() {
            1.0
        } else if count == 0 {
            0.0
        } else {
            (up.map(part).sum::<f64>() / count as f64) as f32
        }
    };
    zones().map(share).collect::<Vec<f32>>().into()
}

/// Persons at each station with all stations at work.
fn usual_load(city: &City, people: &impl Fn(ZoneId) -> f64) -> Vec<f64> {
    let made = &city.infrastructure;
    let mut load = vec![0.0f64; made.len()];
    for zone in (0..city.zones.len()).map(ZoneId::from_index) {
        let all = made.mobile.row(zone);
        all.iter().for_each(|asset| load[asset.index()] += people(zone) / all.len() as f64);
    }
    load
}

/// Adds the hour to the day: person-hours without each service, and the record of the hour if anything is out.
pub(super) fn count(outages: &mut Outages, residents: &[u32], mut hour: ServedHour) {
    let total: f64 = residents.iter().map(|n| f64::from(*n)).sum::<f64>().max(1.0);
    for service in Service::ALL {
        let row = outages.served[*service as usize].as_slice();
        let without: f64 =
            row.iter().zip(residents).map(|(share, n)| f64::from(*n) * f64::from(1.0 - share)).sum();
        outages.without_person_h[*service as usize] += without;
        hour.city[*service as usize] = (1.0 - without / total) as f32;
    }
    let displaced = outages.displaced.as_slice().iter().zip(residents);
    outages.displaced_person_h += displaced.map(|(share, n)| f64::from(*n) * f64::from(*share)).sum::<f64>();
    hour.assets_down = outages.assets.as_slice().iter().filter(|state| !state.works).count() as u32;
    for zone in (0..residents.len()).map(ZoneId::from_index) {
        let shares: [f32; Service::COUNT] =
            std::array::from_fn(|service| outages.share(Service::ALL[service], zone));
        if shares.iter().any(|share| *share < 1.0) {
            hour.zones.push((zone, shares));
        }
    }
    outages.hours.push(hour);
}
