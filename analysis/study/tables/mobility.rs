//! Movement and meetings over the whole run, and trips one by one where a scenario asked for them.
use super::Source;
use crate::recorder::TripRow;
use crate::table::{Cells, Table};
use citytwin_metrics::motif;
use citytwin_world::Mode;

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
