//! One number for what is true and what has been told, the same wherever two runs are the same so far.
use crate::simulation::Simulation;
use citytwin_world::World;
use citytwin_world::health::{Episode, Health};
use citytwin_world::population::Today;
use citytwin_world::services::Cause;
use rayon::prelude::*;

/// Mixes 64 bits so that sums of mixed values collide no more often than chance.
pub const fn mix(mut x: u64) -> u64 {
    x ^= x >> 30;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Both halves of a product, mixed: as good as [`mix`] for sums of many rows, at one multiplication.
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a ^ 0xa076_1d64_78bd_642f) as u128 * (b ^ 0xe703_7ed1_a0b4_28db) as u128;
    product as u64 ^ (product >> 64) as u64
}

fn today(index: usize, t: &Today) -> u64 {
    let a = u64::from(t.room.0) | u64::from(t.trail) << 32;
    let b = u64::from(t.since_min) | u64::from(t.next_min) << 16 | u64::from(t.at) << 32;
    let c = u64::from(t.hold as u8) | u64::from(t.mode) << 8 | u64::from(t.travel_2min) << 16 | b << 24;
    fold(fold(a, index as u64), c)
}

fn health(index: usize, h: &Health) -> u64 {
    let stage =
        u64::from(h.stage.as_slice()[index] as u8) | u64::from(h.severity.as_slice()[index] as u8) << 8;
    let doses = u64::from(h.doses.as_slice()[index]);
    let infectivity = u64::from(h.infectivity.as_slice()[index].to_bits());
    let susceptibility = u64::from(h.susceptibility.as_slice()[index][0].to_bits());
    fold(fold(stage ^ doses << 16 ^ infectivity << 32, index as u64 + 0x5151), susceptibility)
}

fn episode(index: usize, e: &Episode) -> u64 {
    let a = u64::from(e.person.0) | u64::from(e.infector.0) << 32;
    let b = u64::from(e.room.0) | u64::from(e.infected_tick) << 32;
    let c = u64::from(e.end_tick) | u64::from(e.severe_tick) << 32;
    mix(mix(mix(a) ^ b) ^ c.rotate_left(7) ^ index as u64)
}

/// Digest of bytes, eight at a time.
pub fn of_bytes(bytes: &[u8]) -> u64 {
    let words = bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(word)
    });
    words.fold(mix(bytes.len() as u64), |digest, word| mix(digest.rotate_left(23) ^ word))
}

/// The digest of what is true and what has been told: people, infections, trips, doors, swabs and the board. What the
/// policies remember and the levers they hold are not in it, so that two futures have one digest until a lever first
/// makes a difference; a checkpoint ([`Simulation::save`]) holds them too.
pub fn digest(simulation: &Simulation) -> u64 {
    mix(of_world(&simulation.world) ^ simulation.board.digest().rotate_left(11))
}

/// The mobile entrance, where one was opened.
fn entrance(world: &World) -> u64 {
    let entrance = &world.services.entrance;
    if !entrance.was_opened() {
        return 0;
    }
    let asked = entrance.platforms.iter().flat_map(|p| [p.requests, p.failed]);
    let down = entrance.down_until_tick.iter().map(|tick| u64::from(*tick));
    let code = &world.services.code_platform;
    entrance.users.into_iter().chain(asked).chain(down).fold(code.requests, |h, x| mix(h ^ x))
}

/// Passengers, where vehicles can fill.
fn passengers(world: &World) -> u64 {
    let (passengers, trips) = (&world.services.passengers, &world.services.trips);
    if !passengers.counted {
        return 0;
    }
    let today = passengers.today;
    let counts = [today.boarded, today.denied, today.left_behind, today.denied_wait_s, today.runs_cut];
    let lines = passengers.lines.iter().map(|hour| u64::from(hour.boardings) | u64::from(hour.denied) << 32);
    let aboard = passengers.under_way.iter().flat_map(|vehicle| {
        let run = u64::from(vehicle.run.0) | u64::from(vehicle.places) << 32;
        [run].into_iter().chain(vehicle.aboard.iter().map(|n| u64::from(*n)))
    });
    let causes = trips.prevented[Cause::NoRoom as usize..].iter().copied();
    counts.into_iter().chain(lines).chain(aboard).chain(causes).fold(1, |h, x| mix(h ^ x))
}

/// What of the infrastructure has failed so far; 0 where nothing ever did.
fn outages(world: &World) -> u64 {
    let outages = &world.services.outages;
    let log = outages.log.iter().fold(0u64, |h, o| {
        let which = u64::from(o.asset.0) | u64::from(o.by.0) << 32;
        let when = u64::from(o.from_tick) | u64::from(o.until_tick) << 32;
        mix(mix(h ^ which) ^ when ^ (o.fault as u64) << 24)
    });
    let stores = outages.assets.as_slice().iter();
    let stores = stores.fold(log, |h, asset| mix(h ^ u64::from(asset.backup_h[1].to_bits())));
    outages.without_person_h.iter().filter(|hours| **hours > 0.0).fold(stores, |h, x| mix(h ^ x.to_bits()))
}

/// Goods, where a scenario speaks of any.
fn supply(world: &World) -> u64 {
    let supply = &world.services.supply;
    if !supply.is_on() {
        return 0;
    }
    let ledgers = supply.ledgers.iter().flat_map(|l| [l.imported, l.made, l.used, l.lost]);
    let homes = supply.at_home.iter().map(|units| u64::from(*units));
    let sites = supply.sites.iter().flat_map(|site| site.stock.iter().map(|units| u64::from(*units)));
    let under_way = supply.under_way.iter().flat_map(|load| {
        let head = u64::from(load.to) | u64::from(load.arrive_min) << 32;
        [head].into_iter().chain(load.units.iter().map(|units| u64::from(*units)))
    });
    ledgers.chain(homes).chain(sites).chain(under_way).fold(2, |h, x| mix(h ^ x))
}

/// The digest of a world's dynamic state. Sums of mixed rows, so threads can share the work in any order.
pub fn of_world(world: &World) -> u64 {
    let people = &world.people;
    let persons: u64 = people
        .today
        .as_slice()
        .par_iter()
        .enumerate()
        .map(|(i, t)| today(i, t).wrapping_add(health(i, &people.health)))
        .reduce(|| 0, u64::wrapping_add);
    let episodes: u64 = people
        .health
        .episodes
        .par_iter()
        .enumerate()
        .map(|(i, e)| episode(i, e))
        .reduce(|| 0, u64::wrapping_add);
    let trips = &world.services.trips;
    let services = trips
        .trips
        .iter()
        .chain(&trips.minutes)
        .chain(&trips.metres)
        // Causes from the first full vehicle on are told with the passengers.
        .chain(&trips.prevented[..Cause::NoRoom as usize])
        .fold(0u64, |h, &x| mix(h ^ x));
    let doors = world.services.doors.iter().fold(0u64, |h, d| mix(h ^ u64::from(d.scans) ^ d.wait_s << 32));
    let swabs = world.services.swabs.iter().fold(0u64, |h, s| {
        let who = u64::from(s.person.0) | u64::from(s.positive) << 32;
        mix(h ^ who ^ mix(u64::from(s.result_tick) | u64::from(s.taken_tick) << 32))
    });
    let passengers =
        passengers(world).rotate_left(53) ^ outages(world).rotate_left(7) ^ entrance(world).rotate_left(5);
    let passengers = passengers ^ supply(world).rotate_left(29);
    mix(persons
        ^ mix(episodes)
        ^ services.rotate_left(17)
        ^ doors.rotate_left(31)
        ^ swabs.rotate_left(47)
        ^ passengers)
}
