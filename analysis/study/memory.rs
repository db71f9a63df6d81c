//! Memory: what a run uses, what it will use, what the machine has.
use citytwin_engine::Record;
use citytwin_world::World;
use citytwin_world::health::{Episode, VARIANTS_MAX};
use citytwin_world::population::Today;
use citytwin_world::residents::{CarLegs, PAIRS, Resident};
use citytwin_world::visits::Visit;
use std::mem::size_of;

/// Bytes of the program itself, its threads and buffers, before any city is loaded (measured).
const BASE_BYTES: u64 = 40_000_000;
/// Stays of one person on one day (measured on workdays of the shipped cities).
const VISITS_PER_PERSON: u64 = 4;

/// Records about one person that departments hold at the end of a large epidemic, passed-on ones included (measured:
/// 3.6 in a city of 812,935 with health codes).
const RECORDS_PER_PERSON: u64 = 4;

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

/// Memory the machine can still give, bytes, within the limit of this process's control group; `None` where the
/// system doesn't tell.
pub fn available_bytes() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let machine = kib_after(&info, "MemAvailable:")? * 1024;
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max")
        .zip(number("/sys/fs/cgroup/memory.current"))
        .map(|(max, current)| max.saturating_sub(current));
    Some(group.map_or(machine, |left| left.min(machine)))
}

/// Forecast of the greatest memory of a run of `days` days in a world that is loaded already, bytes: what is used
/// now plus what grows. What grows: the stays of a day, one infection of everyone, the departments' records, the tables by zone and, with
/// `checkpoints`, a copy of all that changes.
pub fn forecast_bytes(world: &World, days: u32, checkpoints: bool) -> u64 {
    let persons = world.people.len() as u64;
    let zones = world.city.zones.len() as u64;
    let stays = persons * VISITS_PER_PERSON * size_of::<Visit>() as u64;
    // Contact sorts the stays by room: one more copy.
    let sorted = stays;
    let infections = persons * size_of::<Episode>() as u64;
    let records = persons * RECORDS_PER_PERSON * size_of::<Record>() as u64;
    // Columns of the infections table while it is written.
    let table = persons * 110;
    let by_zone = zones * u64::from(days) * 24 * 2;
    let saved = if checkpoints { persons * (size_of::<Today>() as u64 + 40) + stays + infections } else { 0 };
    // Building the city and its residents may have taken more than the run will.
    let run =
        used_bytes().max(BASE_BYTES) + stays + sorted + infections + records + by_zone + table.max(saved);
    run.max(peak_bytes())
}

/// Bytes that a population takes up once it is loaded: for a refusal before anything is built.
pub fn population_bytes(persons: u64, car_owners: u64) -> u64 {
    let health = 2 + 4 + VARIANTS_MAX * 4 + 4 + 1 + 4;
    let person = size_of::<Resident>() + 2 * PAIRS + size_of::<Today>() + health;
    persons * person as u64 + car_owners * size_of::<CarLegs>() as u64
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
    fn forecasts_grow_with_the_population() {
        assert!(population_bytes(2000, 500) > population_bytes(1000, 500));
        let world = World::default();
        assert!(forecast_bytes(&world, 120, true) >= BASE_BYTES);
    }
}
