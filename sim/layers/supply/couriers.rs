//! Neighbours order together, and couriers bring their parcels to the gate the day after.
use super::homes::Table;
use super::set_up::split;
use super::streets::{Spot, Ways};
use super::tours::{Stop, Vehicles, plan};
use citytwin_engine::group_buying::GroupBuyingOrder;
use citytwin_engine::{Levers, Now};
use citytwin_world::draw::block;
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::supply::{Consignment, SiteKind, Supply};
use citytwin_world::{HouseholdId, World, ZoneId};
use std::collections::BTreeMap;

/// Purpose of the seed of a plan.
const PLAN: u32 = 0x0805;

/// What the households of a zone order: household and units.
type Group = Vec<[u32; 2]>;

/// Takes tomorrow's group orders and plans who brings them.
pub fn take_orders(now: Now, levers: &Levers, ways: &mut Ways, world: &mut World) {
    world.services.supply.today.iter_mut().for_each(|day| day.group_waiting = 0);
    for order in &levers.group_buying {
        let Some(good) = world.services.supply.row_of(&order.good) else { continue };
        ways.ready(world, now.day_type as usize);
        let (groups, residents) = groups(order, good, world);
        let waiting: usize = groups.values().map(Vec::len).sum();
        let couriers = residents.div_ceil(u64::from(order.persons_per_courier.max(1)));
        let parcels = dispatch(now, (order, good, couriers), groups, ways, world);
        world.services.supply.today[good].group_waiting = (waiting - parcels) as u64;
    }
}

/// By zone, the households that lack the good, where enough of them order together; and the residents of all zones in
/// which it is done.
fn groups(order: &GroupBuyingOrder, good: usize, world: &World) -> (BTreeMap<u32, Group>, u64) {
    let mut residents = 0;
    let (people, supply) = (&world.people, &world.services.supply);
    let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
    for h in 0..people.residents.household_count() {
        let household = HouseholdId::from_index(h);
        let home = people.residents.household_home.get(household).copied().unwrap_or_default();
        let Some(zone) = world.city.places.zone.get(home).map(|zone| zone.0) else { continue };
        if !order.zones.is_empty() && !order.zones.contains(&zone) {
            continue;
        }
        residents += people.residents.members(household).len() as u64;
        let table = Table::of(people, household);
        let need = table.need(&supply.goods[good]);
        let has = u64::from(supply.at_home[h * supply.goods.len() + good]) * 1_000;
        let units = (need * u64::from(order.parcel_days)).div_ceil(1_000) as u32;
        // Somebody must be able to order: with a phone of the household.
        if table.phone && units > 0 && has < need * u64::from(order.lacking_days) {
            groups.entry(zone).or_default().push([household.0, units]);
        }
    }
    // A sample of the residents needs as much smaller a group.
    let least = (f64::from(order.orders_least) * world.share_simulated()).ceil() as usize;
    groups.retain(|_, group| group.len() >= least);
    (groups, residents)
}

/// Plans couriers' tours and loads what depots have; gives the parcels that will be brought.
fn dispatch(
    now: Now,
    (order, good, couriers): (&GroupBuyingOrder, usize, u64),
    groups: BTreeMap<u32, Group>,
    ways: &mut Ways,
    world: &mut World,
) -> usize {
    let capacity = order.parcels_per_courier.max(1) as usize;
    let mut by_depot: BTreeMap<usize, Vec<(u32, Group)>> = BTreeMap::new();
    for (zone, group) in groups {
        let depot = nearest_depot(world, zone);
        let parts = group.chunks(capacity).map(|part| (zone, part.to_vec()));
        by_depot.entry(depot).or_default().extend(parts);
    }
    let weights: Vec<(usize, u64)> = by_depot
        .iter()
        .map(|(depot, parts)| (*depot, parts.iter().map(|(_, part)| part.len() as u64).sum()))
        .collect();
    let own = split(couriers, &weights);
    let mut brought = 0;
    for (depot, parts) in by_depot {
        let count = own.iter().find(|(row, _)| *row == depot).map_or(0, |(_, count)| *count as usize);
        let vehicles = Vehicles {
            count,
            load: [capacity as i32, i32::MAX / 8],
            shift_s: order.hours.map(|hour| hour as i32 * 3_600),
            stop_s: order.stop_s as i32,
        };
        let stops: Vec<Stop> = parts.iter().map(|(zone, part)| stop_at(world, *zone, part.len())).collect();
        let home = Spot::of(&world.city, world.services.supply.sites[depot].place);
        let words = block(now.seed, PLAN, depot as u32, now.tick, good as u32);
        let seed = u64::from(words[0]) << 32 | u64::from(words[1]);
        let tours = plan(seed, ways, [home, home], &stops, &vehicles);
        for planned in &tours.planned {
            let (_, part) = &parts[planned.stop];
            let arrive_min = (planned.begin_s / 60).clamp(0, 1_439) as u16;
            brought += load(&mut world.services.supply, depot, good, part, arrive_min);
        }
    }
    brought
}

fn stop_at(world: &World, zone: u32, parcels: usize) -> Stop {
    let spot = Spot::of_zone(&world.city, ZoneId(zone));
    Stop { spot, load: [parcels as i32, 0], weight: parcels as i64 }
}

fn nearest_depot(world: &World, zone: u32) -> usize {
    let (places, zones) = (&world.city.places, &world.city.zones);
    let at = |column: &citytwin_world::Column<ZoneId, f64>| column.get(ZoneId(zone)).copied().unwrap_or(0.0);
    let (lon, lat) = (at(&zones.lon), at(&zones.lat));
    let depots =
        world.services.supply.sites.iter().enumerate().filter(|(_, site)| site.kind == SiteKind::Depot);
    let away = depots.map(|(row, site)| {
        let spot = (places.lon.get(site.place), places.lat.get(site.place));
        let m = spot.0.zip(spot.1).map_or(u64::MAX, |(x, y)| distance_m(*x, *y, lon, lat) as u64);
        (m, row)
    });
    away.min().map_or(0, |(_, row)| row)
}

/// Loads the parcels of a group as far as the depot has them.
fn load(supply: &mut Supply, depot: usize, good: usize, group: &[[u32; 2]], arrive_min: u16) -> usize {
    let mut parcels = Vec::new();
    let mut units = vec![0; supply.goods.len()];
    let stock = &mut supply.sites[depot].stock[good];
    for [household, wanted] in group {
        if *stock < *wanted {
            break;
        }
        *stock -= wanted;
        units[good] += wanted;
        parcels.push([*household, *wanted]);
    }
    let count = parcels.len();
    if count > 0 {
        let from = depot as u32;
        supply.under_way.push(Consignment { to: u32::MAX, from, units, arrive_min, tour: 0, parcels });
    }
    count
}

/// Parcels arrive at their gate.
pub fn arrive(supply: &mut Supply, consignment: &Consignment) {
    let Some(good) = consignment.units.iter().position(|units| *units > 0) else { return };
    let count = supply.goods.len();
    for [household, units] in &consignment.parcels {
        supply.at_home[*household as usize * count + good] += units;
        supply.today[good].handed_out += u64::from(*units);
        supply.today[good].parcels += 1;
    }
}
