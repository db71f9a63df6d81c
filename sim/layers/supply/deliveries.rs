//! Lorries from depots to shops and hospitals: planned in the evening, planned again when streets close or open.
use super::streets::{Spot, Ways};
use super::tours::{Stop, Tours, Vehicles, plan};
use citytwin_engine::{KeySpec, Levers, Now, Params, Unit};
use citytwin_world::population::Hold;
use citytwin_world::supply::{Consignment, DepotDay, SiteKind, Supply};
use citytwin_world::{Occupation, Sector, Severity, World};

/// Purpose of the seed of a plan.
const PLAN: u32 = 0x0804;
/// How much worse it is to leave out a hospital than a shop where critical goods come first.
const CRITICAL: i64 = 100;
/// Share of what a vehicle can take that is planned with, so that whole units of several goods fit (per cent).
const PLANNED_SHARE: u64 = 95;

/// Keys of the fleet.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("vehicles", Unit::Count)
        .range(0.0, 100_000.0)
        .about(
            "Vehicles that deliver to shops and hospitals, shared among depots by what their districts need, by tours over \
             the streets; unset, everything that is sent arrives at 6 in the morning.",
        )
        .source("assumption: unset"),
    KeySpec::new("vehicle_load_kg", Unit::Number)
        .default(3_500.0)
        .range(1.0, 100_000.0)
        .about("What a vehicle can take by weight, kg; in a sample of residents as much less.")
        .source("assumption: a light lorry"),
    KeySpec::new("vehicle_volume_m3", Unit::Number)
        .default(18.0)
        .range(0.01, 1_000.0)
        .about("What a vehicle can take by volume, cubic metres; in a sample of residents as much less.")
        .source("assumption: a light lorry"),
    KeySpec::new("vehicles_from", Unit::Hours)
        .default(5.0)
        .range(0.0, 23.0)
        .about("Hour of the day at which tours begin.")
        .source("assumption"),
    KeySpec::new("driver_hours", Unit::Hours)
        .default(9.0)
        .range(0.5, 24.0)
        .about("Longest time from the beginning of a tour to its end.")
        .source("assumption: a day's driving and stops of one driver"),
    KeySpec::new("stop_time", Unit::Minutes)
        .default(10.0)
        .range(0.0, 600.0)
        .about("Time that a delivery takes on the spot.")
        .source("assumption"),
];

/// The fleet of a city.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fleet {
    /// Vehicles with a driver at work on ordinary days.
    pub vehicles: u64,
    /// What each can take, g and ml.
    pub load: [u64; 2],
    /// Begin and end of tours, s after midnight.
    pub shift_s: [i32; 2],
    /// Time at each stop, s.
    pub stop_s: i32,
}

impl Fleet {
    /// What [`KEYS`] say; `None` where there are no vehicles to plan for.
    pub fn with(params: &Params) -> Option<Self> {
        let from_s = (params.f64("vehicles_from") * 3_600.0).round() as i32;
        let end_s = from_s + (params.f64("driver_hours") * 3_600.0).round() as i32;
        let load = [params.f64("vehicle_load_kg") * 1e3, params.f64("vehicle_volume_m3") * 1e6];
        params.is_set("vehicles").then(|| Self {
            vehicles: params.u64("vehicles"),
            load: load.map(|most| most.round() as u64),
            // Tours that don't end before midnight are tomorrow's.
            shift_s: [from_s, end_s.min(86_399)],
            stop_s: (params.f64("stop_time") * 60.0).round() as i32,
        })
    }
}

/// Share of drivers at work, thousandths: of residents who work in transport those who are not ill, housed or ordered to
/// stay at home.
fn drivers_per_1000(world: &World, levers: &Levers) -> u64 {
    let people = &world.people;
    let mut count = [0u64; 2];
    for (id, person) in people.residents.person.iter() {
        if person.occupation != Occupation::Worker || person.sector != Sector::Transport {
            continue;
        }
        let well = people.health.severity.get(id).is_none_or(|severity| *severity == Severity::None);
        let free = people.today.get(id).is_some_and(|today| matches!(today.hold, Hold::Free | Hold::Queue));
        let away = levers.isolate.as_ref().is_some_and(|persons| persons.has(id));
        count[0] += u64::from(well && free && !away);
        count[1] += 1;
    }
    (count[0] * 1_000).checked_div(count[1]).unwrap_or(1_000)
}

/// Weight, g, and volume, ml, of units of all goods.
fn weigh(supply: &Supply, units: &[u32]) -> [u64; 2] {
    let goods = supply.goods.iter().zip(units);
    goods.fold([0; 2], |[g, ml], (good, units)| {
        let units = u64::from(*units);
        [g + units * u64::from(good.weight_g), ml + units * u64::from(good.volume_ml)]
    })
}

/// Splits what one site is sent into parts that a vehicle can take.
fn parts(supply: &Supply, whole: &Consignment, load: [u64; 2]) -> Vec<Consignment> {
    let sums = weigh(supply, &whole.units);
    let needs = (0..2).map(|side| sums[side].div_ceil((load[side] * PLANNED_SHARE / 100).max(1)));
    let count = needs.max().unwrap_or(1).max(1);
    let part =
        |units: u32, i: u64| (u64::from(units) * (i + 1) / count - u64::from(units) * i / count) as u32;
    (0..count)
        .map(|i| Consignment {
            units: whole.units.iter().map(|units| part(*units, i)).collect(),
            ..whole.clone()
        })
        .filter(|one| one.units.iter().any(|units| *units > 0))
        .collect()
}

fn stop_of(world: &World, load: &Consignment, critical_first: bool) -> Stop {
    let supply = &world.services.supply;
    let site = &supply.sites[load.to as usize];
    let weight = if critical_first && site.kind == SiteKind::Hospital { CRITICAL } else { 1 };
    let sums = weigh(supply, &load.units);
    let held = |milli: u64| i32::try_from(milli.div_ceil(1_000)).unwrap_or(i32::MAX / 8);
    Stop { spot: Spot::of(&world.city, site.place), load: sums.map(held), weight }
}

/// The vehicles of a depot.
fn vehicles_of(world: &World, fleet: &Fleet, depot: usize, drivers: u64) -> Vehicles {
    let supply = &world.services.supply;
    let weights: Vec<(usize, u64)> = supply
        .sites
        .iter()
        .enumerate()
        .filter(|(_, site)| site.kind == SiteKind::Depot)
        .map(|(row, site)| (row, weigh(supply, &site.full)[0]))
        .collect();
    let at_work = fleet.vehicles * drivers / 1_000;
    let own = super::set_up::split(at_work, &weights).into_iter().find(|(row, _)| *row == depot);
    let share = world.share_simulated();
    let held = |milli: u64| ((milli as f64 * share / 1_000.0).ceil() as i32).max(10);
    let count = own.map_or(0, |(_, count)| count as usize);
    Vehicles { count, load: fleet.load.map(held), shift_s: fleet.shift_s, stop_s: fleet.stop_s }
}

/// Plans tomorrow's tours for all that depots send; what no vehicle takes stays in the depot.
pub fn plan_tomorrow(now: Now, fleet: &Fleet, ways: &mut Ways, world: &mut World, levers: &Levers) {
    ways.ready(world, now.day_type as usize);
    let drivers = drivers_per_1000(world, levers);
    let share = world.share_simulated();
    let room = fleet.load.map(|most| ((most as f64 * share) as u64).max(10_000));
    let all = std::mem::take(&mut world.services.supply.under_way);
    let (lorries, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|load| load.parcels.is_empty());
    world.services.supply.under_way = others;
    let depots: Vec<usize> = (0..world.services.supply.sites.len())
        .filter(|row| world.services.supply.sites[*row].kind == SiteKind::Depot)
        .collect();
    for depot in depots {
        let own = lorries.iter().filter(|load| load.from as usize == depot);
        let supply = &world.services.supply;
        let mut loads: Vec<Consignment> = own.flat_map(|load| parts(supply, load, room)).collect();
        let stops: Vec<Stop> =
            loads.iter().map(|load| stop_of(world, load, levers.critical_goods_first)).collect();
        let vehicles = vehicles_of(world, fleet, depot, drivers);
        let home = Spot::of(&world.city, supply.sites[depot].place);
        let tours = plan(seed_of(now, depot), ways, [home, home], &stops, &vehicles);
        let kg = stops.iter().map(|stop| i64::from(stop.load[0])).sum::<i64>();
        let left_kg = tours.left_out.iter().map(|at| i64::from(stops[*at].load[0])).sum::<i64>();
        let supply = &mut world.services.supply;
        note(supply, depot, &vehicles, &tours, (kg - left_kg).unsigned_abs());
        take_over(supply, &mut loads, &tours);
    }
}

fn seed_of(now: Now, depot: usize) -> u64 {
    let words = citytwin_world::draw::block(now.seed, PLAN, depot as u32, now.tick, 0);
    u64::from(words[0]) << 32 | u64::from(words[1])
}

fn note(supply: &mut Supply, depot: usize, vehicles: &Vehicles, tours: &Tours, kg: u64) {
    let day = DepotDay {
        depot: depot as u32,
        vehicles: vehicles.count as u32,
        tours: tours.count as u32,
        stops: tours.planned.len() as u32,
        left_out: tours.left_out.len() as u32,
        drive_s: tours.drive_s.unsigned_abs(),
        load_kg: kg,
        replanned: 0,
    };
    match supply.depot_plans.iter_mut().find(|held| held.depot == day.depot) {
        Some(held) => *held = day,
        None => supply.depot_plans.push(day),
    }
}

/// Gives planned loads their times, and brings those left out back into the depot.
fn take_over(supply: &mut Supply, loads: &mut [Consignment], tours: &Tours) {
    for planned in &tours.planned {
        let load = &mut loads[planned.stop];
        load.tour = planned.tour as u32;
        load.arrive_min = (planned.begin_s / 60).clamp(0, 1_439) as u16;
        supply.under_way.push(load.clone());
    }
    for at in &tours.left_out {
        bring_back(supply, &loads[*at]);
    }
}

fn bring_back(supply: &mut Supply, load: &Consignment) {
    for (good, units) in load.units.iter().enumerate() {
        supply.sites[load.from as usize].stock[good] += units;
        supply.today[good].back_ordered += u64::from(*units);
    }
}

/// Streets close or open while vehicles are on their tours: each goes on from where it is, in the best order for what it
/// still carries; what can't be reached any more in the driver's hours comes back to the depot.
pub fn replan(now: Now, fleet: &Fleet, ways: &mut Ways, world: &mut World) {
    ways.ready(world, now.day_type as usize);
    let now_s = now.hour() as i32 * 3_600;
    let all = std::mem::take(&mut world.services.supply.under_way);
    let (mut lorries, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|load| load.parcels.is_empty());
    world.services.supply.under_way = others;
    lorries.sort_by_key(|load| (load.from, load.tour, load.arrive_min));
    for tour in lorries.chunk_by(|a, b| (a.from, a.tour) == (b.from, b.tour)) {
        let done = tour.partition_point(|load| i32::from(load.arrive_min) * 60 <= now_s);
        let (before, mut ahead) = (&tour[..done], tour[done..].to_vec());
        world.services.supply.under_way.extend_from_slice(before);
        if ahead.is_empty() {
            continue;
        }
        let supply = &world.services.supply;
        let depot = Spot::of(&world.city, supply.sites[ahead[0].from as usize].place);
        // A vehicle between two stops is taken to be still at the last one.
        let (here, free_s) = before.last().map_or((depot, fleet.shift_s[0]), |last| {
            let spot = Spot::of(&world.city, supply.sites[last.to as usize].place);
            (spot, i32::from(last.arrive_min) * 60 + fleet.stop_s)
        });
        let stops: Vec<Stop> = ahead.iter().map(|load| stop_of(world, load, false)).collect();
        let load = [0, 1].map(|side| stops.iter().map(|stop| stop.load[side]).sum());
        let shift_s = [free_s.max(now_s), fleet.shift_s[1].max(free_s)];
        let vehicle = Vehicles { count: 1, load, shift_s, stop_s: fleet.stop_s };
        let tours = plan(seed_of(now, ahead[0].from as usize), ways, [here, depot], &stops, &vehicle);
        let supply = &mut world.services.supply;
        let number = ahead[0].tour;
        if let Some(day) = supply.depot_plans.iter_mut().find(|day| day.depot == ahead[0].from) {
            day.replanned += 1;
            day.left_out += tours.left_out.len() as u32;
            day.stops = day.stops.saturating_sub(tours.left_out.len() as u32);
        }
        let first = supply.under_way.len();
        take_over(supply, &mut ahead, &tours);
        supply.under_way[first..].iter_mut().for_each(|load| load.tour = number);
    }
}
