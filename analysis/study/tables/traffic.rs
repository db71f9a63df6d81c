//! Traffic: links as drivers know them, where cars stand, and how long trips take.
use super::Source;
use crate::table::{Cells, Table};
use citytwin_world::id::Key;
use citytwin_world::services::{MINUTE_BINS, MINUTES_PER_BIN};
use citytwin_world::streets::CLASSES;
use citytwin_world::{LinkId, Mode, NodeId};

/// Names of the kinds of day.
const DAY_KINDS: &[&str] = &["workday", "saturday", "sunday"];

/// Links with traffic, and those that are jammed or closed on other days: what drives over them on a workday, and how
/// much longer than on empty roads it takes.
pub(super) fn links(source: &Source) -> Option<Table> {
    let world = &source.simulation.world;
    let (roads, streets) = (&world.services.roads, &world.city.streets);
    let day = roads.days.first().filter(|_| roads.known())?;
    let count = streets.link_count();
    let jams = source.recorder.jams.iter();
    let jammed: std::collections::BTreeSet<u32> = jams
        .flat_map(|jam| jam.closed.iter().chain(jam.links.iter().map(|[link, _]| link)))
        .copied()
        .collect();
    let used: Vec<LinkId> = streets
        .from
        .ids()
        .filter(|link| day.vehicles.get(link.index()).is_some_and(|n| *n > 0) || jammed.contains(&link.0))
        .collect();
    let column = |read: &dyn Fn(LinkId) -> f64| -> Vec<f64> { used.iter().map(|link| read(*link)).collect() };
    let times = |link: LinkId| day.times_ds.iter().skip(link.index()).step_by(count.max(1));
    // Nobody drives through an empty road slower than in the quietest part of the day.
    let free_s = |link: LinkId| times(link).min().map_or(f64::NAN, |ds| f64::from(*ds) / 10.0);
    let peak_s = |link: LinkId| times(link).max().map_or(f64::NAN, |ds| f64::from(*ds) / 10.0);
    let classes = Cells::Name {
        codes: used.iter().map(|link| u32::from(streets.class[*link])).collect(),
        names: CLASSES.iter().map(|name| (*name).to_owned()).collect(),
    };
    let end = |node: NodeId| (streets.lon[node], streets.lat[node]);
    let table =
        Table::new("links", "Links that cars use, as drivers know them on a workday at the end of the run.")
            .column(
                "link",
                "",
                "Number of the link in the city.",
                used.iter().map(|l| l.0).collect::<Vec<u32>>(),
            )
            .column("class", "", "Class of the street.", classes)
            .column("from_lon_deg", "deg", "Longitude where it begins.", column(&|l| end(streets.from[l]).0))
            .column("from_lat_deg", "deg", "Latitude where it begins.", column(&|l| end(streets.from[l]).1))
            .column("to_lon_deg", "deg", "Longitude where it ends.", column(&|l| end(streets.to[l]).0))
            .column("to_lat_deg", "deg", "Latitude where it ends.", column(&|l| end(streets.to[l]).1))
            .column("length_m", "m", "Length.", column(&|l| f64::from(streets.length_m[l])))
            .column(
                "capacity_veh_per_h",
                "veh_per_h",
                "Vehicles that can leave it in an hour.",
                column(&|l| f64::from(streets.capacity_veh_h[l])),
            )
            .column(
                "vehicles_count",
                "count",
                "Vehicles a day.",
                used.iter().map(|l| day.vehicles[l.index()]).collect::<Vec<u32>>(),
            )
            .column("free_s", "s", "Time in the quietest half-hour.", column(&free_s))
            .column("peak_s", "s", "Time in the slowest half-hour.", column(&peak_s));
    Some(table)
}

pub(super) fn trip_times(source: &Source) -> Option<Table> {
    let bins = source.observer.trips().minute_bins;
    if bins.iter().flatten().all(|n| *n == 0) {
        return None;
    }
    let from: Vec<u32> = (0..MINUTE_BINS as u32).map(|bin| bin * u32::from(MINUTES_PER_BIN)).collect();
    let mut to: Vec<u32> = from.iter().map(|min| min + u32::from(MINUTES_PER_BIN)).collect();
    to[MINUTE_BINS - 1] = u32::MAX;
    let mut table = Table::new("trip_times", "Trips by time under way and mode, over the whole run.")
        .column("from_min", "min", "Least time.", from)
        .column("to_min", "min", "Time that is not reached; empty for no limit.", to);
    for (mode, bins) in Mode::NAMES.iter().zip(bins) {
        table = table.column(format!("{mode}_count"), "count", format!("Trips by {mode}."), bins.to_vec());
    }
    Some(table)
}

/// Where cars stand: a row per link and hour with a delay, and one per closed link.
pub(super) fn jams(source: &Source) -> Option<Table> {
    let jams = &source.recorder.jams;
    // Day, kind, link, hour, time on an empty road and delay in tenths of a second, whether closed.
    let mut rows: Vec<[u32; 7]> = Vec::new();
    for jam in jams {
        let (day, kind) = (jam.day, u32::from(jam.kind));
        rows.extend(jam.closed.iter().map(|link| [day, kind, *link, 0, u32::MAX, u32::MAX, 1]));
        for ([link, empty], hours) in jam.links.iter().zip(jam.delays_ds.chunks(24)) {
            let late = (0..).zip(hours).filter(|(_, ds)| **ds > 0);
            rows.extend(late.map(|(hour, ds)| [day, kind, *link, hour, *empty, u32::from(*ds), 0]));
        }
    }
    let column = |i: usize| rows.iter().map(|row| row[i]).collect::<Vec<u32>>();
    let seconds = |i: usize| -> Vec<f64> {
        rows.iter().map(|row| if row[i] == u32::MAX { f64::NAN } else { f64::from(row[i]) / 10.0 }).collect()
    };
    (!rows.is_empty()).then(|| {
        Table::new(
            "jams",
            "Links that delay drivers most, hour by hour, at first and whenever traffic was worked out anew; at most \
             1,500 links a day and 12 days.",
        )
        .column("day", "", "Day of the run from which traffic was so, from 0.", column(0))
        .column("day_kind", "", "Kind of day.", Cells::names(DAY_KINDS, rows.iter().map(|row| row[1] as usize)))
        .column("link", "", "Number of the link in the city.", column(2))
        .column("hour_of_day", "", "Hour of entry, from 0.", column(3))
        .column("empty_s", "s", "Time on an empty road; empty where the link is closed.", seconds(4))
        .column("delay_s", "s", "What entering in that hour takes longer.", seconds(5))
        .column("closed", "", "Whether nobody may enter.", Cells::names(&["no", "yes"], rows.iter().map(|row| row[6] as usize)))
    })
}
