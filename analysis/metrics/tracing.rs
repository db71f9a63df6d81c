//! Contact tracing and quarantine: what the teams found, what they did not, and whom quarantine holds.
use crate::metric::MetricKind;

/// Metrics of tracing and quarantine.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily(
        "contacts_traced_count",
        "count",
        "Contacts named by cases or their phones of whom the health commission learnt on the day.",
        |o| o.contacts_traced as f64,
    ).summed(),
    MetricKind::daily(
        "tracing_waiting_persons",
        "persons",
        "Known cases that wait for an interview by the tracing teams; empty where nobody traces.",
        |o| o.tracing_waiting.map_or(f64::NAN, |waiting| waiting as f64),
    ).at_peak().less_is_better(),
    MetricKind::daily(
        "known_without_source_persons",
        "persons",
        "Persons of whose first positive test the health commission learnt on the day, and whom no department had named \
         as a contact before.",
        |o| o.known_without_source as f64,
    ).summed().less_is_better(),
    MetricKind::daily(
        "quarantined_infected_persons",
        "persons",
        "Contacts in quarantine, at home or in a room of their own, who are infected.",
        |o| o.quarantined[0] as f64,
    ).summed(),
    MetricKind::daily(
        "quarantined_uninfected_persons",
        "persons",
        "Contacts in quarantine, at home or in a room of their own, who are not infected.",
        |o| o.quarantined[1] as f64,
    ).summed().less_is_better(),
    MetricKind::daily(
        "quarantine_occupied_rooms",
        "rooms",
        "Rooms of central quarantine with a contact in them.",
        |o| o.quarantine.occupied as f64,
    ).at_peak(),
];
