//! Who is served, hour by hour, and which assets failed, why and how long.
use super::Source;
use super::infections::words;
use crate::table::{Cells, Table};
use citytwin_world::infrastructure::{AssetKind, Service};
use citytwin_world::outages::{Fault, Outage};
use citytwin_world::{AssetId, ZoneId};

const SHARES: [(&str, &str); Service::COUNT] = [
    ("power_share", "Share of residents with power."),
    ("mobile_share", "Share of residents with a mobile connection."),
    ("water_share", "Share of residents with water."),
    ("hospital_share", "Share of residents whose nearest hospital is in service."),
];

/// A column for each service.
fn shares(table: Table, rows: &[[f32; Service::COUNT]]) -> Table {
    (0..).zip(SHARES).fold(table, |table, (service, (name, summary)): (usize, _)| {
        let values: Vec<f64> = rows.iter().map(|row| (f64::from(row[service]) * 1e6).round() / 1e6).collect();
        table.column(name, "share", summary, values)
    })
}

/// Day and hour of the day.
fn when(table: Table, ticks: &[u32]) -> Table {
    let of = |read: fn(u32) -> u32| ticks.iter().map(|tick| read(*tick)).collect::<Vec<u32>>();
    table.column("day", "", "Day of the run, from 0.", of(|tick| tick / 24)).column(
        "hour_of_day",
        "",
        "Hour of the day, from 0.",
        of(|tick| tick % 24),
    )
}

pub(super) fn served(source: &Source) -> Option<Table> {
    let hours = &source.recorder.outages;
    if hours.is_empty() {
        return None;
    }
    let ticks: Vec<u32> = hours.iter().map(|hour| hour.tick).collect();
    let table = Table::new("served", "Who has which service, an hour a row in which something was out.");
    let rows: Vec<[f32; Service::COUNT]> = hours.iter().map(|hour| hour.city).collect();
    // To the watt: what lies below is rounding of the solution.
    let watts = |mw: f64| (mw * 1e6).round() / 1e6;
    let megawatts = |which: usize| hours.iter().map(|hour| watts(hour.power_mw[which])).collect::<Vec<f64>>();
    let table = shares(when(table, &ticks), &rows)
        .column("assets_down_count", "count", "Assets out of service.", down(source))
        .column("power_made_mw", "mw", "Power fed into the city's grid.", megawatts(0))
        .column("power_drawn_mw", "mw", "Power drawn from it: as much as is fed in.", megawatts(1))
        .column("power_missing_mw", "mw", "Demand that was not met.", megawatts(2));
    let tripped: Vec<u32> = hours.iter().map(|hour| hour.lines_tripped).collect();
    Some(table.column("lines_tripped_count", "count", "Lines tripped by overload.", tripped))
}

fn down(source: &Source) -> Vec<u32> {
    source.recorder.outages.iter().map(|hour| hour.assets_down).collect()
}

pub(super) fn served_zones(source: &Source) -> Option<Table> {
    let hours = &source.recorder.outages;
    let rows: Vec<(u32, ZoneId, [f32; Service::COUNT])> = hours
        .iter()
        .flat_map(|hour| hour.zones.iter().map(|(zone, shares)| (hour.tick, *zone, *shares)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let ticks: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let table = Table::new(
        "served_zones",
        "As `served`, a row per hour and zone in which somebody lacked something.",
    );
    let names = source.simulation.world.city.zones.id.as_slice().to_vec();
    let zones = Cells::Name { codes: rows.iter().map(|row| row.1.0).collect(), names };
    let table = when(table, &ticks).column("zone", "", "Zone, as in zones.geojson.", zones);
    let values: Vec<[f32; Service::COUNT]> = rows.iter().map(|row| row.2).collect();
    Some(shares(table, &values))
}

pub(super) fn assets(source: &Source) -> Option<Table> {
    let world = &source.simulation.world;
    let log = world.services.outages.log.as_slice();
    if log.is_empty() {
        return None;
    }
    let made = &world.city.infrastructure;
    let name = |asset: AssetId| made.id.get(asset).cloned().unwrap_or_default();
    let named = |read: fn(&Outage) -> AssetId| words(log.iter().map(|row| read(row).get()), name);
    let kind = |row: &Outage| made.kind.get(row.asset).map_or(usize::MAX, |kind| *kind as usize);
    let zone = |row: &Outage| made.zone.get(row.asset).map_or(u32::MAX, |zone| zone.0);
    let inferred = |row: &Outage| u32::from(made.inferred.get(row.asset).copied().unwrap_or(false));
    let zones = world.city.zones.id.as_slice().to_vec();
    Some(
        Table::new(
            "assets",
            "Outages of assets in order of their begin; hours count from the start of the run.",
        )
        .column("asset", "", "Asset.", named(|row| row.asset))
        .column("kind", "", "What it is.", Cells::names(AssetKind::NAMES, log.iter().map(kind)))
        .column(
            "zone",
            "",
            "Zone in which it stands.",
            Cells::Name { codes: log.iter().map(zone).collect(), names: zones },
        )
        .column(
            "fault",
            "",
            "Why it failed.",
            Cells::names(Fault::NAMES, log.iter().map(|row| row.fault as usize)),
        )
        .column(
            "by",
            "",
            "Asset whose failure brought it down; empty where it failed of itself.",
            named(|row| row.by),
        )
        .column(
            "from_h",
            "h",
            "First hour in which it didn't work.",
            log.iter().map(|row| row.from_tick).collect::<Vec<_>>(),
        )
        .column(
            "until_h",
            "h",
            "First hour in which it worked again; empty to the end.",
            log.iter().map(|row| row.until_tick).collect::<Vec<_>>(),
        )
        .column(
            "inferred",
            "",
            "1 where the asset was inferred rather than observed.",
            log.iter().map(inferred).collect::<Vec<_>>(),
        ),
    )
}
