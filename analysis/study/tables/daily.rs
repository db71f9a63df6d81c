//! Tables with a row per day, or per day and zone, age band, setting or colour.
use super::Source;
use crate::table::{Cells, Table};
use citytwin_metrics::Read;
use citytwin_metrics::infection::{AGE_BAND_NAMES, AGE_BANDS};
use citytwin_world::Setting;
use citytwin_world::health::Stage;

const DAY: &str = "Day of the run, from 0.";

/// `times` repetitions of each day.
fn days_of(days: u32, times: usize) -> Vec<u32> {
    (0..days).flat_map(|day| std::iter::repeat_n(day, times)).collect()
}

pub(super) fn metrics(source: &Source) -> Option<Table> {
    let days = source.recorder.days;
    let calendar = &source.simulation.calendar;
    let dates: Vec<_> = (0..days).map(|day| calendar.date(day)).collect();
    let mut table =
        Table::new("metrics", "The city, a row per day; flows are of the day, levels of its end.")
            .column("date", "", "Date of the day.", dates)
            .column("day", "", DAY, days_of(days, 1));
    for (i, metric) in source.metrics.iter().enumerate() {
        let values: Vec<f64> = match metric.read {
            Read::Daily(_) => {
                let rows = source.recorder.metrics.iter();
                rows.map(|row| row.get(i).copied().unwrap_or(f64::NAN)).collect()
            }
            Read::AtEnd(read) => read(&source.simulation.world.people.health.episodes, days),
        };
        table = table.column(metric.name, metric.unit, metric.summary, values);
    }
    Some(table)
}

pub(super) fn zones(source: &Source) -> Option<Table> {
    let ids = source.simulation.world.city.zones.id.as_slice();
    if ids.is_empty() {
        return None;
    }
    let rows = &source.recorder.zones;
    // Of a lean run only the last day is kept.
    let kept = rows.len().div_ceil(ids.len());
    let first = source.recorder.days - kept as u32;
    let days: Vec<u32> = (0..rows.len()).map(|row| first + (row / ids.len()) as u32).collect();
    let population = source.observer.zone_population();
    let column = |read: fn(&citytwin_metrics::observation::ZoneDay) -> u32| -> Vec<u32> {
        rows.iter().map(read).collect()
    };
    let share = |ever: u32, zone: usize| match population.get(zone) {
        Some(n) if *n > 0 => f64::from(ever) / f64::from(*n),
        _ => f64::NAN,
    };
    let attack: Vec<f64> =
        rows.iter().enumerate().map(|(i, row)| share(row.ever_infected, i % ids.len())).collect();
    let names =
        Cells::Name { codes: (0..kept).flat_map(|_| 0..ids.len() as u32).collect(), names: ids.to_vec() };
    let mut table =
        Table::new("zones", "Zones, a row per day and zone; persons are counted where they live.")
            .column("day", "", DAY, days)
            .column("zone", "", "Zone, as in zones.geojson.", names)
            .column(
                "incidence_persons",
                "persons",
                "Infections that began on the day.",
                column(|z| z.incidence),
            )
            .column(
                "prevalence_persons",
                "persons",
                "Persons infectious at the end of the day.",
                column(|z| z.prevalence),
            )
            .column(
                "ever_infected_persons",
                "persons",
                "Persons infected so far.",
                column(|z| z.ever_infected),
            )
            .column("attack_rate_share", "share", "Share of residents infected so far.", attack)
            .column("deaths_cumulative_persons", "persons", "Deaths so far.", column(|z| z.deaths));
    if rows.iter().any(|row| row.locked_down_share > 0.0) {
        // Orders hold their share in single precision: six digits tell all that was ordered.
        let shares: Vec<f64> =
            rows.iter().map(|row| (f64::from(row.locked_down_share) * 1e6).round() / 1e6).collect();
        table = table.column(
            "locked_down_share",
            "share",
            "Share of trips that are not essential forbidden to residents at the end of the day.",
            shares,
        );
    }
    if source.recorder.codes.iter().any(Option::is_some) {
        table = table
            .column(
                "wrongly_restricted_persons",
                "persons",
                "Persons with a red code or ordered to stay at home who are not infected.",
                column(|z| z.wrongly_restricted),
            )
            .column("code_yellow_persons", "persons", "Persons with a yellow code.", column(|z| z.yellow))
            .column("code_red_persons", "persons", "Persons with a red code.", column(|z| z.red));
    }
    Some(table)
}

pub(super) fn ages(source: &Source) -> Option<Table> {
    let rows = &source.recorder.ages;
    let column = |which: usize| -> Vec<u64> { rows.iter().flat_map(|row| row[which]).collect() };
    let bands = (0..rows.len()).flat_map(|_| 0..AGE_BANDS);
    Some(
        Table::new("ages", "Age bands, a row per day and band.")
            .column("day", "", DAY, days_of(source.recorder.days, AGE_BANDS))
            .column("age_band", "", "Completed years.", Cells::names(&AGE_BAND_NAMES, bands))
            .column("incidence_persons", "persons", "Infections that began on the day.", column(0))
            .column("deaths_persons", "persons", "Deaths of the day.", column(1)),
    )
}

pub(super) fn settings(source: &Source) -> Option<Table> {
    let rows = &source.recorder.settings;
    let values: Vec<u64> = rows.iter().flatten().copied().collect();
    let settings = (0..rows.len()).flat_map(|_| 0..Setting::COUNT);
    Some(
        Table::new(
            "settings",
            "Infections by the company in which they happened, a row per day and setting.",
        )
        .column("day", "", DAY, days_of(source.recorder.days, Setting::COUNT))
        .column("setting", "", "Company in which they happened.", Cells::names(Setting::NAMES, settings))
        .column("infections_persons", "persons", "Infections that began on the day.", values),
    )
}

pub(super) fn codes(source: &Source) -> Option<Table> {
    const COLOURS: [&str; 3] = ["green", "yellow", "red"];
    let (mut days, mut colours, mut stages, mut persons) = (vec![], vec![], vec![], vec![]);
    for (day, codes) in source.recorder.codes.iter().enumerate() {
        for (colour, counts) in codes.iter().flatten().enumerate() {
            for (stage, count) in counts.iter().enumerate() {
                days.push(day as u32);
                colours.push(colour);
                stages.push(stage);
                persons.push(*count);
            }
        }
    }
    if days.is_empty() {
        return None;
    }
    Some(
        Table::new("codes", "Codes against truth, a row per day, colour and true stage of the disease.")
            .column("day", "", DAY, days)
            .column("code", "", "Colour of the code at the end of the day.", Cells::names(&COLOURS, colours))
            .column("stage", "", "True stage of the disease.", Cells::names(Stage::NAMES, stages))
            .column("persons", "persons", "Persons.", persons),
    )
}
