//! Memory: what a run uses, what it will use, what the machine has.
use crate::error::StudyError;
use citytwin_engine::Record;
use citytwin_scenario::CitySize;
use citytwin_world::World;
use citytwin_world::health::{Episode, VARIANTS_MAX};
use citytwin_world::population::Today;
use citytwin_world::residents::{CarLegs, PAIRS, Resident};
use citytwin_world::roads::WRITTEN_MAX;
use citytwin_world::transit::{Journey, PERIODS};
use citytwin_world::visits::Visit;
use std::mem::size_of;

/// Bytes of the program itself, its threads and buffers, before any city is loaded (measured).
const BASE_BYTES: u64 = 10_000_000;
/// Stays of one person on one day (measured on workdays of the shipped cities).
const STAYS_PER_PERSON: f64 = 4.0;
/// Room that growing lists take beyond what they hold (they grow by doubling; measured over all chunks).
const SLACK: f64 = 1.3;
/// Share of residents who may use a car, for whom its ways are kept (measured in the shipped and generated cities).
const CARS_PER_PERSON: f64 = 0.4;
/// Share of pairs of zones, in each period, that transit serves (measured in Porto Alegre).
const SERVED_SHARE: f64 = 0.6;
/// Records about one person that departments hold at the end of a large epidemic, passed-on ones included (measured:
/// 3.6 in a city of 812,935 with health codes).
const RECORDS_PER_PERSON: f64 = 4.0;
/// What else a wave leaves of each infection: orders and codes with their ends, its row while tables are written, bytes
/// (measured: 290 without policies, 430 with health codes).
const WAVE_BYTES: f64 = 380.0;
/// Days in which an epidemic at the usual R0 runs through a city (measured).
const WAVE_DAYS: f64 = 70.0;
/// Bytes in use at most while a cached city is read, over those of the city and its residents (measured).
const READING_RATIO: f64 = 2.95;

/// Greatest memory this process has used so far, bytes; 0 where the system doesn't tell.
pub fn peak_bytes() -> u64 {
    status_bytes("VmHWM:")
}

/// Memory this process uses now, bytes; 0 where the system doesn't tell.
pub fn used_bytes() -> u64 {
    status_bytes("VmRSS:")
}

fn status_bytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    kib_after(&status, name).unwrap_or(0) * 1024
}

fn kib_after(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Memory the machine can still give, bytes, within the limits of this process and its control group; `None` where the
/// system doesn't tell.
pub fn available_bytes() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let machine = kib_after(&info, "MemAvailable:")? * 1024;
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max")
        .zip(number("/sys/fs/cgroup/memory.current"))
        .map(|(max, current)| max.saturating_sub(current));
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let space = limits.lines().find_map(|line| line.strip_prefix("Max address space"));
    let limit = space.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    let space = limit.map(|most| most.saturating_sub(status_bytes("VmSize:")));
    Some([group, space].into_iter().flatten().fold(machine, u64::min))
}

/// Forecast of the greatest memory of a run, bytes, from what is known before anything is built: the larger of what
/// reading the city takes and what its people's life takes at the end of a wave of infections.
pub fn forecast_bytes(size: &CitySize, days: u32, checkpoints: bool) -> u64 {
    forecast_worlds_bytes(size, days, checkpoints, 1)
}

/// As [`forecast_bytes`] where so many worlds are alive in one city at a time.
pub fn forecast_worlds_bytes(size: &CitySize, days: u32, checkpoints: bool, worlds: usize) -> u64 {
    let persons = size.persons as f64;
    let city = city_bytes(size);
    let residents = persons * resident_bytes();
    let stays = persons * STAYS_PER_PERSON * SLACK * size_of::<Visit>() as f64;
    let health = (6 + VARIANTS_MAX * 4 + 4 + 1 + 4) as f64;
    let living = persons * (size_of::<Today>() as f64 + health + MOVING_BYTES) + stays;
    // At the height of a wave contact sorts nearly all stays; then come records, codes and the infections' table.
    let wave = (f64::from(days) / WAVE_DAYS).min(1.0);
    let records = RECORDS_PER_PERSON * size_of::<Record>() as f64;
    let ill = persons * (size_of::<Episode>() as f64 + records + WAVE_BYTES) + stays;
    let by_zone = size.zones as f64 * f64::from(days) * 48.0;
    let saved = if checkpoints { persons * (size_of::<Today>() as f64 + 40.0) + stays } else { 0.0 };
    let each = living + wave * ill + by_zone + saved + traffic_bytes(size);
    let lived = city + residents + worlds as f64 * each;
    let reading = if size.tables_bytes > 0 { READING_RATIO * city + 1.5 * residents } else { 0.0 };
    BASE_BYTES + lived.max(reading) as u64
}

/// Half-hours of a day, for each of which drivers know times.
const TRAFFIC_PERIODS: f64 = 48.0;
/// What searches keep of a junction in each of them, bytes (measured: 8 arcs of the hierarchy with times and ways).
const SEARCHED_BYTES: f64 = 160.0;
/// A time of a drive written down, there and back, bytes.
const WRITTEN_BYTES: f64 = 4.0;
/// Drives of a day, those that are compared with them, and vehicles in queues: bytes a resident (measured).
const DRIVES_BYTES: f64 = 60.0;

/// What traffic on streets takes: a street network has about as many junctions above each other as its root (measured:
/// 113 of 13,900 on average).
fn traffic_bytes(size: &CitySize) -> f64 {
    let junctions = size.traffic_junctions as f64;
    let times =
        Some(junctions * junctions.sqrt()).filter(|times| *times <= WRITTEN_MAX as f64).unwrap_or(0.0);
    let known = TRAFFIC_PERIODS * (SEARCHED_BYTES * junctions + WRITTEN_BYTES * times);
    if size.traffic_junctions > 0 { known + DRIVES_BYTES * size.persons as f64 } else { 0.0 }
}

/// What transport and contact remember of a person from hour to hour, bytes (measured).
const MOVING_BYTES: f64 = 100.0;

/// Streets, places and journeys.
fn city_bytes(size: &CitySize) -> f64 {
    let pairs = (size.zones * size.zones) as f64 * PERIODS.len() as f64;
    let journeys =
        if size.transit { pairs * (4.0 + SERVED_SHARE * size_of::<Journey>() as f64) } else { 0.0 };
    // A generated city has about 40 bytes of tables per resident, as the shipped ones have.
    let tables = if size.tables_bytes > 0 { size.tables_bytes as f64 } else { size.persons as f64 * 40.0 };
    1.5 * tables + journeys
}

/// One resident with a share of household, rooms and car.
fn resident_bytes() -> f64 {
    let household = 24.0 / 3.0;
    (size_of::<Resident>() + 2 * PAIRS) as f64 + CARS_PER_PERSON * size_of::<CarLegs>() as f64 + household
}

/// The size of a world that is built already.
pub fn size_of_world(world: &World) -> CitySize {
    CitySize {
        persons: world.people.len() as u64,
        zones: world.city.zones.len() as u64,
        tables_bytes: 0,
        transit: world.city.transit.journeys.zones > 0,
        traffic_junctions: if world.services.roads.known() {
            world.city.streets.node_count() as u64
        } else {
            0
        },
    }
}

/// Whether so much memory can still be had.
///
/// # Errors
/// When it can't, with what is needed and what there is.
pub fn fits(forecast_bytes: u64) -> Result<(), StudyError> {
    let needed_bytes = forecast_bytes.saturating_sub(used_bytes());
    match available_bytes() {
        Some(available_bytes) if needed_bytes > available_bytes => {
            Err(StudyError::Memory { needed_bytes, available_bytes })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells() {
        assert!(peak_bytes() >= used_bytes() / 2 && used_bytes() > 100_000);
        assert!(available_bytes().is_some_and(|bytes| bytes > 1_000_000));
        assert_eq!(kib_after("VmPeak: 1 kB\nVmHWM:\t  77 kB\n", "VmHWM:"), Some(77));
        assert_eq!(kib_after("", "VmHWM:"), None);
    }

    #[test]
    fn forecasts_grow_with_what_is_asked_for() {
        let small =
            CitySize { persons: 100_000, zones: 150, tables_bytes: 0, transit: true, traffic_junctions: 0 };
        let plain = forecast_bytes(&small, 60, false);
        assert!(plain > BASE_BYTES && forecast_bytes(&small, 60, true) > plain);
        assert!(forecast_bytes(&small, 200, false) > plain);
        assert!(forecast_bytes(&CitySize { persons: 200_000, ..small }, 60, false) > plain);
        assert!(forecast_bytes(&CitySize { zones: 1500, ..small }, 60, false) > plain);
        assert!(forecast_bytes(&CitySize { traffic_junctions: 2_000, ..small }, 60, false) > plain);
        assert!(fits(plain).is_ok() && fits(u64::MAX).is_err());
        let two = forecast_worlds_bytes(&small, 60, false, 2);
        assert!(two > plain && two < 2 * plain, "two worlds share their city");
        assert_eq!(size_of_world(&World::default()).persons, 0);
    }
}
