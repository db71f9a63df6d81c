//! Health codes: what the checkpoints did, and what the codes said against what was true.
//!
//! A red code is true where its person is infectious, false where not; an infectious person without a red code is
//! missed. While no codes are in force these columns are empty.
use crate::metric::MetricKind;
use crate::observation::{Observation, share};
use citytwin_engine::Code;
use citytwin_world::health::Stage;

fn colour(o: &Observation, code: Code) -> f64 {
    o.codes.map_or(f64::NAN, |codes| codes[code as usize].iter().sum::<u64>() as f64)
}

fn infectious(o: &Observation, colours: &[Code]) -> f64 {
    let stage = Stage::Infectious as usize;
    o.codes.map_or(f64::NAN, |codes| colours.iter().map(|c| codes[*c as usize][stage]).sum::<u64>() as f64)
}

/// Metrics of codes, checkpoints and what is known.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("checkpoints_count", "count", "Checkpoints that stood on the day.", |o| {
        o.checks.doors as f64
    }),
    MetricKind::daily("scans_count", "count", "Persons scanned or registered at checkpoints.", |o| {
        o.checks.scans as f64
    })
    .summed(),
    MetricKind::daily(
        "scans_refused_count",
        "count",
        "Persons turned back at checkpoints, for their code or for having none to show.",
        |o| (o.checks.refused + o.checks.no_code) as f64,
    )
    .summed(),
    MetricKind::daily(
        "scans_forged_count",
        "count",
        "Persons let in at checkpoints on a forged or borrowed code.",
        |o| o.checks.forged as f64,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("scans_by_hand_count", "count", "Persons registered by hand at checkpoints.", |o| {
        o.checks.by_hand as f64
    })
    .summed(),
    MetricKind::daily(
        "checkpoint_wait_min",
        "min",
        "Mean wait of a person at a checkpoint; empty without any.",
        |o| share(o.checks.wait_s, o.checks.scans) / 60.0,
    )
    .less_is_better(),
    MetricKind::daily(
        "checkpoint_lost_h",
        "h",
        "Hours that all persons together waited at checkpoints.",
        |o| o.checks.wait_s as f64 / 3600.0,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "admitted_infectious_count",
        "count",
        "Infectious persons let in at checkpoints.",
        |o| o.checks.admitted_infectious as f64,
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "refused_infectious_count",
        "count",
        "Infectious persons turned back at checkpoints.",
        |o| o.checks.refused_infectious as f64,
    )
    .summed(),
    MetricKind::daily("code_green_persons", "persons", "Persons with a green code.", |o| {
        colour(o, Code::Green)
    })
    .summed(),
    MetricKind::daily("code_yellow_persons", "persons", "Persons with a yellow code.", |o| {
        colour(o, Code::Yellow)
    })
    .summed(),
    MetricKind::daily("code_red_persons", "persons", "Persons with a red code.", |o| colour(o, Code::Red))
        .summed(),
    MetricKind::daily("code_true_red_persons", "persons", "Infectious persons with a red code.", |o| {
        infectious(o, &[Code::Red])
    })
    .summed(),
    MetricKind::daily(
        "code_false_red_persons",
        "persons",
        "Persons with a red code who are not infectious.",
        |o| colour(o, Code::Red) - infectious(o, &[Code::Red]),
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "code_missed_infectious_persons",
        "persons",
        "Infectious persons without a red code.",
        |o| infectious(o, &[Code::Green, Code::Yellow]),
    )
    .summed()
    .less_is_better(),
    MetricKind::daily(
        "known_cases_persons",
        "persons",
        "Persons so far whose positive test the health commission knows of.",
        |o| o.known_cases as f64,
    )
    .left_at_end(),
    MetricKind::daily(
        "known_incidence_persons",
        "persons",
        "Persons of whose first positive test the health commission learnt on the day.",
        |o| o.known_today as f64,
    )
    .summed(),
    MetricKind::daily(
        "appeals_count",
        "count",
        "Appeals against a colour that reached the health commission.",
        |o| o.appeals as f64,
    )
    .summed(),
    MetricKind::daily("records_shared_count", "count", "Records passed between departments so far.", |o| {
        o.records_shared as f64
    })
    .left_at_end(),
    MetricKind::daily(
        "platform_failed_share",
        "share",
        "Share of requests to the code platform that got no answer; empty without requests.",
        |o| share(o.platform[1], o.platform[0]),
    )
    .less_is_better(),
    MetricKind::daily(
        "entrance_share",
        "share",
        "Share of residents who can show a code on a phone, their own or that of somebody they live with; empty \
         without a mobile entrance.",
        |o| o.entrance.map_or(f64::NAN, |[shown, ..]| share(shown, o.population)),
    )
    .left_at_end()
    .more_is_better(),
    MetricKind::daily(
        "entrance_elderly_share",
        "share",
        "Share of residents of 60 and older who have the app with the code themselves; empty without a mobile entrance.",
        |o| o.entrance.map_or(f64::NAN, |[_, with, all]| share(with, all)),
    )
    .left_at_end()
    .more_is_better(),
    MetricKind::daily(
        "platform_down_h",
        "h",
        "Hours during which the platform of the code was down under a rush; empty without a mobile entrance.",
        |o| o.platform_down_h.map_or(f64::NAN, f64::from),
    )
    .summed()
    .less_is_better(),
];
