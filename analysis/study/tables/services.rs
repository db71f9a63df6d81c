//! Checkpoints, departments, digital services and hospitals.
use super::Source;
use super::infections::words;
use crate::recorder::{DoorDay, HospitalDay, PlatformDay};
use crate::table::{Cells, Table};
use citytwin_engine::Department;
use citytwin_world::services::Door;
use citytwin_world::{City, PlaceId, PlaceKind};

const DAY: &str = "Day of the run, from 0.";

/// Name, longitude and latitude of a door; a place without a name goes by its id.
pub(super) fn door_name(city: &City, door: Door) -> String {
    match door {
        Door::Place(place) => {
            let name = city.places.name.get(place).filter(|name| !name.is_empty());
            name.or_else(|| city.places.id.get(place)).cloned().unwrap_or_default()
        }
        Door::Stop(stop) => city.transit.stop_name.get(stop).cloned().unwrap_or_default(),
        Door::Staff(place) => format!("{} (staff)", door_name(city, Door::Place(place))),
        Door::Border(zone) => city.zones.id.get(zone).cloned().unwrap_or_default(),
        Door::Street(link) => format!("street {}", link.0),
    }
}

fn door_position(city: &City, door: Door) -> [f64; 2] {
    let (lon, lat) = match door {
        Door::Place(place) | Door::Staff(place) => (city.places.lon.get(place), city.places.lat.get(place)),
        Door::Stop(stop) => (city.transit.stop_lon.get(stop), city.transit.stop_lat.get(stop)),
        Door::Border(zone) => (city.zones.lon.get(zone), city.zones.lat.get(zone)),
        Door::Street(link) => {
            let node = city.streets.to.get(link).copied().unwrap_or_default();
            (city.streets.lon.get(node), city.streets.lat.get(node))
        }
    };
    [lon.copied().unwrap_or(f64::NAN), lat.copied().unwrap_or(f64::NAN)]
}

pub(super) fn checkpoints(source: &Source) -> Option<Table> {
    let rows = source.recorder.doors.as_slice();
    if rows.is_empty() {
        return None;
    }
    let city = &source.simulation.world.city;
    let count = |which: usize| -> Vec<u32> { rows.iter().map(|r| r.counts[which]).collect() };
    let position =
        |axis: usize| -> Vec<f64> { rows.iter().map(|r| door_position(city, r.door)[axis]).collect() };
    let mean_min = |r: &DoorDay| r.wait_s as f64 / 60.0 / f64::from(r.counts[0]);
    let kinds = rows.iter().map(|r| usize::from(r.kind));
    Some(
        Table::new("checkpoints", "Checkpoints, a row per day and door at which anybody arrived.")
            .column("day", "", DAY, rows.iter().map(|r| r.day).collect::<Vec<_>>())
            .column(
                "place",
                "",
                "Place or station.",
                words(rows.iter().map(|r| Some(r.door)), |d| door_name(city, d)),
            )
            .column("kind", "", "Kind of the place.", Cells::names(PlaceKind::NAMES, kinds))
            .column(
                "lanes_count",
                "count",
                "Lanes open.",
                rows.iter().map(|r| u32::from(r.lanes)).collect::<Vec<_>>(),
            )
            .column("scans_count", "count", "Persons scanned or registered.", count(0))
            .column("refused_count", "count", "Persons turned back for their code.", count(1))
            .column("no_code_count", "count", "Persons turned back without a code to show.", count(2))
            .column("by_hand_count", "count", "Persons registered by hand.", count(3))
            .column("balked_count", "count", "Persons who gave up waiting.", count(4))
            .column("refused_infectious_count", "count", "Persons turned back who were infectious.", count(5))
            .column("admitted_infectious_count", "count", "Persons let in who were infectious.", count(6))
            .column(
                "wait_min_mean",
                "",
                "Mean wait of a person scanned, minutes.",
                rows.iter().map(mean_min).collect::<Vec<_>>(),
            )
            .column(
                "wait_max_min",
                "min",
                "Longest wait.",
                rows.iter().map(|r| f64::from(r.wait_max_s) / 60.0).collect::<Vec<_>>(),
            )
            .column("lon", "", "Longitude, degrees WGS-84.", position(0))
            .column("lat", "", "Latitude, degrees WGS-84.", position(1)),
    )
}

pub(super) fn departments(source: &Source) -> Option<Table> {
    let board = &source.simulation.board;
    let observed: Vec<(u64, f64)> = Department::ALL.iter().map(|d| board.observed(*d)).collect();
    let known: Vec<u64> = Department::ALL.iter().map(|d| board.known(*d).len() as u64).collect();
    if known.iter().all(|n| *n == 0) {
        return None;
    }
    let delay = |(n, mean): &(u64, f64)| if *n == 0 { f64::NAN } else { *mean };
    Some(
        Table::new("departments", "What each department was told over the run.")
            .column("department", "", "Department.", Cells::names(Department::NAMES, 0..Department::COUNT))
            .column(
                "records_count",
                "count",
                "Records that it observed itself.",
                observed.iter().map(|o| o.0).collect::<Vec<_>>(),
            )
            .column("known_records_count", "count", "Records that it knows, shared ones included.", known)
            .column(
                "delay_h_mean",
                "",
                "Mean delay from event to knowledge of its own records, hours.",
                observed.iter().map(delay).collect::<Vec<_>>(),
            ),
    )
}

pub(super) fn services(source: &Source) -> Option<Table> {
    let rows = source.recorder.platform.as_slice();
    if rows.iter().all(|r| r.requests == 0) {
        return None;
    }
    let count = |read: fn(&PlatformDay) -> u64| -> Vec<u64> { rows.iter().map(read).collect() };
    Some(
        Table::new("services", "Digital services, a row per day and service.")
            .column("day", "", DAY, (0..rows.len() as u32).collect::<Vec<_>>())
            .column("service", "", "Service.", Cells::names(&["code_platform"], rows.iter().map(|_| 0)))
            .column(
                "level_share",
                "share",
                "Share of requests that it could answer at the end of the day.",
                rows.iter().map(|r| f64::from(r.level_share)).collect::<Vec<_>>(),
            )
            .column("requests_count", "count", "Requests of the day.", count(|r| r.requests))
            .column("failed_count", "count", "Requests of the day without an answer.", count(|r| r.failed)),
    )
}

pub(super) fn hospitals(source: &Source) -> Option<Table> {
    let rows = source.recorder.hospitals.as_slice();
    if rows.is_empty() {
        return None;
    }
    let city = &source.simulation.world.city;
    let column = |read: fn(&HospitalDay) -> u32| -> Vec<u32> { rows.iter().map(read).collect() };
    let places = rows.iter().map(|r| Some((PlaceId(r.place), r.field)));
    let name = |(place, field): (PlaceId, bool)| {
        let beside = if place.is_some() { door_name(city, Door::Place(place)) } else { String::new() };
        if field { format!("{beside} (field hospital)") } else { beside }
    };
    Some(
        Table::new("hospitals", "Hospitals, a row per day and hospital, at the end of the day.")
            .column("day", "", DAY, column(|r| r.day))
            .column("place", "", "Hospital.", words(places, name))
            .column("capacity_beds", "beds", "Ordinary beds in service.", column(|r| r.beds[0]))
            .column("occupancy_beds", "beds", "Ordinary beds with a patient.", column(|r| r.beds[1]))
            .column("icu_capacity_beds", "beds", "Intensive-care beds in service.", column(|r| r.beds[2]))
            .column(
                "icu_occupancy_beds",
                "beds",
                "Intensive-care beds with a patient.",
                column(|r| r.beds[3]),
            )
            .column("staff_present_persons", "persons", "Staff at work.", column(|r| r.staff[0]))
            .column("staff_persons", "persons", "All who work here.", column(|r| r.staff[1])),
    )
}
