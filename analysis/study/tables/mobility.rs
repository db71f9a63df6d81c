//! Movement and meetings over the whole run, and trips one by one where a scenario asked for them.
use super::Source;
use crate::recorder::TripRow;
use crate::table::{Cells, Table};
use citytwin_metrics::motif;
use citytwin_world::id::Key;
use citytwin_world::streets::CLASSES;
use citytwin_world::{LinkId, Mode, NodeId};

pub(super) fn departures(source: &Source) -> Option<Table> {
    let counts = source.observer.trips().departures;
    if counts.iter().all(|n| *n == 0) {
        return None;
    }
    Some(
        Table::new("departures", "Departures by hour of the day, over the whole run.")
            .column("hour_of_day", "", "Hour, from 0.", (0..24u32).collect::<Vec<_>>())
            .column("departures_count", "count", "Departures.", counts.to_vec()),
    )
}

pub(super) fn trip_lengths(source: &Source) -> Option<Table> {
    let bins = source.observer.trips().length_bins;
    if bins.iter().all(|n| *n == 0) {
        return None;
    }
    let edge = |bin: usize| 0.1 * 2f64.powf(bin as f64 / 2.0);
    // The first bin takes all shorter trips in, the last all longer ones.
    let from = (0..bins.len()).map(|b| if b == 0 { 0.0 } else { edge(b) }).collect::<Vec<_>>();
    let to = (1..=bins.len()).map(|b| if b == bins.len() { f64::NAN } else { edge(b) }).collect::<Vec<_>>();
    Some(
        Table::new("trip_lengths", "Trips by length, over the whole run.")
            .column("from_km", "km", "Least length.", from)
            .column("to_km", "km", "Greatest length; empty for no limit.", to)
            .column("trips_count", "count", "Trips.", bins.to_vec()),
    )
}

/// The trips of a network as `0>1 1>0`: home is 0.
fn edges(network: u64) -> String {
    let bits = (0..64).filter(|bit| network >> bit & 1 == 1);
    bits.map(|bit| format!("{}>{}", bit / 8, bit % 8)).collect::<Vec<_>>().join(" ")
}

pub(super) fn motifs(source: &Source) -> Option<Table> {
    let motifs = motif::motifs(&source.observer.memory.totals.walks);
    if motifs.is_empty() {
        return None;
    }
    let total: u64 = motifs.iter().map(|(_, count)| count).sum();
    let names = motifs.iter().map(|(network, _)| edges(*network)).collect();
    Some(
        Table::new("motifs", "Daily motifs of a sample of residents over the run, the most frequent first.")
            .column(
                "trips",
                "",
                "Directed trips between places; 0 is home.",
                Cells::Name { codes: (0..motifs.len() as u32).collect(), names },
            )
            .column(
                "person_days_count",
                "count",
                "Person-days asked that have this motif.",
                motifs.iter().map(|m| m.1).collect::<Vec<_>>(),
            )
            .column(
                "person_days_share",
                "share",
                "Share of all person-days asked.",
                motifs.iter().map(|m| m.1 as f64 / total as f64).collect::<Vec<_>>(),
            ),
    )
}

pub(super) fn contacts(source: &Source) -> Option<Table> {
    const BAND_YEARS: u32 = 5;
    let survey = &source.simulation.world.services.survey;
    let bands = survey.egos.len();
    if bands == 0 || survey.contacts.len() != bands * bands {
        return None;
    }
    let from_age = |band: usize| BAND_YEARS * band as u32;
    let mean = |i: usize| match survey.egos.get(i / bands) {
        Some(asked) if *asked > 0 => survey.contacts[i] / f64::from(*asked),
        _ => f64::NAN,
    };
    let cells = 0..bands * bands;
    Some(
        Table::new(
            "contacts",
            "Contacts of residents on one day by age of both sides, in bands of five years.",
        )
        .column(
            "age_from_years",
            "years",
            "Least age of those asked.",
            cells.clone().map(|i| from_age(i / bands)).collect::<Vec<_>>(),
        )
        .column(
            "contact_age_from_years",
            "years",
            "Least age of those met.",
            cells.clone().map(|i| from_age(i % bands)).collect::<Vec<_>>(),
        )
        .column(
            "contacts_per_person",
            "per_person",
            "Mean contacts on the day.",
            cells.map(mean).collect::<Vec<_>>(),
        ),
    )
}

pub(super) fn trips(source: &Source) -> Option<Table> {
    const SLOTS: [&str; 7] = ["home", "anchor", "shop", "market", "meal", "leisure", "errand"];
    let rows = source.recorder.trips.as_slice();
    if rows.is_empty() {
        return None;
    }
    let column = |read: fn(&TripRow) -> u32| -> Vec<u32> { rows.iter().map(read).collect() };
    let kind = |which: usize| rows.iter().map(move |r| usize::from(r.kinds[which]));
    Some(
        Table::new("trips", "Trips one by one, of the residents that the scenario asked for.")
            .column("day", "", "Day of the run, from 0.", column(|r| r.day))
            .column("person", "", "Who.", column(|r| r.person))
            .column("depart_min", "min", "Minute of departure.", column(|r| r.minutes[0].into()))
            .column("arrive_min", "min", "Minute of arrival.", column(|r| r.minutes[1].into()))
            .column("mode", "", "How.", Cells::names(Mode::NAMES, kind(0)))
            .column("from", "", "Habitual place left.", Cells::names(&SLOTS, kind(1)))
            .column("to", "", "Habitual place reached.", Cells::names(&SLOTS, kind(2)))
            .column("length_m", "m", "Length.", column(|r| r.metres)),
    )
}

/// Links with traffic: what drives over them on a workday, and how much longer than on empty roads it takes.
pub(super) fn links(source: &Source) -> Option<Table> {
    let world = &source.simulation.world;
    let (roads, streets) = (&world.services.roads, &world.city.streets);
    let day = roads.days.first().filter(|_| roads.known())?;
    let count = streets.link_count();
    let used: Vec<LinkId> =
        streets.from.ids().filter(|link| day.vehicles.get(link.index()).is_some_and(|n| *n > 0)).collect();
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
        Table::new("links", "Links that cars use on a workday, as drivers know them at the end of the run.")
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
