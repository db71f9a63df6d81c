//! The first hour: depots, shops and hospitals with what they hold, and what households have at home.
use super::homes::Table;
use super::keys::Stores;
use citytwin_world::draw::Draw;
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::services::HospitalState;
use citytwin_world::supply::{Good, GoodDay, GroupNeed, HouseholdGroup, Ledger, Site, SiteKind, Supply};
use citytwin_world::{City, HouseholdId, PlaceId, PlaceKind, World};

/// Purpose of the draw of what a household has at home at the beginning.
const AT_HOME: u32 = 0x0802;
/// Places at which residents buy, with how often they go to each, relative to each other (assumption: as the purposes of
/// their trips).
const OUTLETS: [(usize, u64); 3] = [(slot::SHOP, 36), (slot::MARKET, 14), (slot::ERRAND, 10)];
/// A shop holds at least the usual store of so many households of mean size, that nobody's purchase empties it.
const HOUSEHOLDS_LEAST: f64 = 2.0;

/// Lays out the supply of a city from its goods.
pub fn set_up(seed: u64, goods: &[Good], stores: &Stores, world: &mut World) {
    let mut supply = Supply { goods: goods.to_vec(), ..Supply::default() };
    let tables = household_tables(world);
    let residents: Vec<u64> =
        goods.iter().map(|good| tables.iter().map(|table| table.need(good)).sum::<u64>()).collect();
    let depots = depots(&world.city, stores.depots);
    supply.sites = depots.iter().map(|place| site(*place, SiteKind::Depot, goods.len())).collect();
    supply.sites.extend(sellers(world, goods, stores, residents.as_slice(), tables.len()));
    let hospitals = world.services.hospitals.iter();
    supply.sites.extend(hospitals.map(|hospital| hospital_site(hospital, goods, stores, true)));
    for (good, kind) in supply.goods.iter_mut().enumerate() {
        let care: u64 = world.services.hospitals.iter().map(|hospital| care_need(hospital, kind)).sum();
        // Share in thousandths of a need in thousandths.
        kind.supply_per_day = (residents[good] + care).saturating_mul(kind.supply_per_day) / 1_000_000;
    }
    assign(&world.city, &mut supply);
    let needs: Vec<u64> = (0..goods.len())
        .map(|good| {
            let care: u64 = world.services.hospitals.iter().map(|h| care_need(h, &goods[good])).sum();
            (residents[good] + care) / 1_000
        })
        .collect();
    for (good, need) in needs.iter().enumerate() {
        let all = (*need as f64 * stores.depot_days).round() as u64;
        for (row, part) in split(all, &weights(&supply, good)) {
            supply.sites[row].stock[good] = part;
        }
    }
    stock_households(seed, &tables, &mut supply);
    let count = goods.len();
    supply.household_need = vec![[0; 2]; tables.len() * count];
    supply.today = vec![GoodDay::default(); count];
    supply.cut = vec![0; count];
    // What hazards of the first hour have said already stays.
    let before = std::mem::take(&mut world.services.supply);
    (supply.rumours, supply.cutting) = (before.rumours, before.cutting);
    supply.rumours.resize(count, [0; 2]);
    let group = GroupNeed { needed: vec![0; count], unmet: vec![0; count] };
    supply.groups = vec![group; HouseholdGroup::COUNT + world.city.zones.len()];
    supply.ledgers = vec![Ledger::default(); count];
    for good in 0..count {
        let (home, sites, _) = supply.held(good);
        supply.ledgers[good].opening = home + sites.iter().sum::<u64>();
    }
    world.services.supply = supply;
}

fn household_tables(world: &World) -> Vec<Table> {
    let households = world.people.residents.household_count();
    (0..households).map(|h| Table::of(&world.people, HouseholdId::from_index(h))).collect()
}

fn site(place: PlaceId, kind: SiteKind, goods: usize) -> Site {
    Site { place, kind, field: false, depot: 0, stock: vec![0; goods], full: vec![0; goods] }
}

/// The depots with the most jobs; without any, gates of the city, else the place with the most jobs.
fn depots(city: &City, count: usize) -> Vec<PlaceId> {
    let places = &city.places;
    let mut found = places.of_kind(PlaceKind::Depot);
    if found.is_empty() {
        found = places.of_kind(PlaceKind::Gate);
    }
    let most_jobs =
        |place: &PlaceId| (std::cmp::Reverse(places.jobs.get(*place).copied().unwrap_or(0)), *place);
    if found.is_empty() {
        found = places.kind.ids().min_by_key(most_jobs).into_iter().collect();
    }
    found.sort_by_key(most_jobs);
    found.truncate(count.max(1));
    found.sort_unstable();
    found
}

/// All places that sell a good to residents who go there.
fn sellers(world: &World, goods: &[Good], stores: &Stores, needs: &[u64], households: usize) -> Vec<Site> {
    let (city, residents) = (&world.city, &world.people.residents);
    let sells =
        |good: &Good, place: PlaceId| city.places.kind.get(place).is_some_and(|k| good.sold_at.contains(k));
    // Need of customers, thousandths a day: `place * goods + good`.
    let mut served = vec![0u64; city.places.len() * goods.len()];
    for person in residents.person.as_slice() {
        let alone =
            Table { members: [u32::from(person.age < 60), u32::from(person.age >= 60)], ..Table::default() };
        for (good, kind) in goods.iter().enumerate() {
            let open = OUTLETS.iter().filter(|(slot, _)| sells(kind, person.slot[*slot]));
            let all: u64 = open.clone().map(|(_, often)| often).sum();
            for (slot, often) in open {
                served[person.slot[*slot].index() * goods.len() + good] +=
                    alone.need(kind) * often / all.max(1);
            }
        }
    }
    let mut sites = Vec::new();
    for place in city.places.kind.ids() {
        let row = &served[place.index() * goods.len()..(place.index() + 1) * goods.len()];
        if row.iter().all(|need| *need == 0) {
            continue;
        }
        let mut shop = site(place, SiteKind::Seller, goods.len());
        for (good, kind) in goods.iter().enumerate().filter(|(good, _)| row[*good] > 0) {
            let mean = needs[good] as f64 / households.max(1) as f64;
            let least = mean * f64::from(kind.store_days) * HOUSEHOLDS_LEAST;
            shop.full[good] = ((row[good] as f64 * stores.shop_days).max(least) / 1_000.0).ceil() as u32;
        }
        shop.stock.clone_from(&shop.full);
        sites.push(shop);
    }
    sites
}

/// What patients and staff of a hospital need of a good with all its beds taken, thousandths a day.
fn care_need(hospital: &HospitalState, good: &Good) -> u64 {
    let beds = (0..2).map(|kind| u64::from(hospital.equipped[kind]) * u64::from(good.patient_need[kind]));
    beds.sum::<u64>() + u64::from(hospital.staff) * u64::from(good.staff_need)
}

/// A hospital as a site, full or still empty.
pub fn hospital_site(hospital: &HospitalState, goods: &[Good], stores: &Stores, stocked: bool) -> Site {
    let mut made = site(hospital.place, SiteKind::Hospital, goods.len());
    made.field = hospital.field.is_some();
    let full = |good| (care_need(hospital, good) as f64 * stores.hospital_days / 1_000.0).ceil() as u32;
    made.full = goods.iter().map(full).collect();
    if stocked {
        made.stock.clone_from(&made.full);
    }
    made
}

/// Gives every site the depot nearest to it, and every depot what its district holds.
pub fn assign(city: &City, supply: &mut Supply) {
    let at = |place: PlaceId| Some((*city.places.lon.get(place)?, *city.places.lat.get(place)?));
    let depots: Vec<(u32, PlaceId)> = (0..)
        .zip(&supply.sites)
        .filter(|(_, site)| site.kind == SiteKind::Depot)
        .map(|(row, site)| (row, site.place))
        .collect();
    let away_m = |a: PlaceId, b: PlaceId| match (at(a), at(b)) {
        (Some(a), Some(b)) => distance_m(a.0, a.1, b.0, b.1) as u64,
        _ => u64::MAX,
    };
    let mut district: Vec<Vec<u64>> = vec![vec![0; supply.goods.len()]; depots.len()];
    for site in supply.sites.iter_mut().filter(|site| site.kind != SiteKind::Depot) {
        let nearest = (0..depots.len()).min_by_key(|i| (away_m(depots[*i].1, site.place), *i)).unwrap_or(0);
        site.depot = depots.get(nearest).map_or(0, |(row, _)| *row);
        if let Some(sums) = district.get_mut(nearest) {
            sums.iter_mut().zip(&site.full).for_each(|(sum, full)| *sum += u64::from(*full));
        }
    }
    for ((row, _), sums) in depots.iter().zip(district) {
        let full = sums.into_iter().map(|sum| sum.min(u64::from(u32::MAX)) as u32).collect();
        supply.sites[*row as usize].full = full;
        supply.sites[*row as usize].depot = *row;
    }
}

/// The depots, each with what its district holds of a good.
pub fn weights(supply: &Supply, good: usize) -> Vec<(usize, u64)> {
    let depots = supply.sites.iter().enumerate().filter(|(_, site)| site.kind == SiteKind::Depot);
    depots.map(|(row, site)| (row, u64::from(site.full[good]))).collect()
}

/// Splits a number of units by weight; what rounding leaves goes to the first, so that nothing is lost.
pub fn split(all: u64, weights: &[(usize, u64)]) -> Vec<(usize, u32)> {
    let sum: u64 = weights.iter().map(|(_, weight)| weight).sum();
    let even = if sum == 0 { 1 } else { 0 };
    let total = (sum + even * weights.len() as u64).max(1);
    let part = |weight: u64| (u128::from(all) * u128::from(weight + even) / u128::from(total)) as u64;
    let mut rest = all - weights.iter().map(|(_, weight)| part(*weight)).sum::<u64>().min(all);
    let held = |units: u64| units.min(u64::from(u32::MAX)) as u32;
    weights.iter().map(|(row, weight)| (*row, held(part(*weight) + std::mem::take(&mut rest)))).collect()
}

/// Between half of its usual store and all of it is in each household.
fn stock_households(seed: u64, tables: &[Table], supply: &mut Supply) {
    supply.at_home = Vec::with_capacity(tables.len() * supply.goods.len());
    for (household, table) in (0..).zip(tables) {
        let mut draw = Draw::new(seed, AT_HOME, household, 0);
        for good in &supply.goods {
            let usual = table.need(good) * u64::from(good.store_days) / 1_000;
            supply.at_home.push((usual * u64::from(500 + draw.below(501)) / 1_000) as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_loses_nothing() {
        let parts = |all, weights: &[u64]| {
            let rows: Vec<(usize, u64)> = weights.iter().copied().enumerate().collect();
            split(all, &rows).into_iter().map(|(_, part)| part).collect::<Vec<_>>()
        };
        assert_eq!(parts(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(parts(7, &[0, 0]), [4, 3]);
        assert_eq!(parts(100, &[0, 3, 1]), [0, 75, 25]);
        assert_eq!(parts(5, &[]), Vec::<u32>::new());
    }
}
