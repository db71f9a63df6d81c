//! The made-up `metrics.csv`: what each column says of a day; NaN leaves the cell empty.

use super::RESIDENTS;
use super::curve::{self, Day};
use std::fmt::Write as _;

type Read = fn(&Day, usize) -> f64;

const EPIDEMIC: &[(&str, Read)] = &[
    ("incidence_persons", |d, _| d.new.round()),
    ("imported_persons", |_, day| if day < 10 { 3.0 } else { 0.0 }),
    ("prevalence_persons", |d, _| d.infectious.round()),
    ("infections_cumulative_persons", |d, _| d.infected.round()),
    ("attack_rate_share", |d, _| d.infected / RESIDENTS),
    ("deaths_cumulative_persons", |d, _| d.dead.round()),
    ("reproduction_number_ratio", |d, day| if day < 108 { d.rt } else { f64::NAN }),
    ("reproduction_instantaneous_ratio", |d, day| if day > 4 { d.rt * 0.97 } else { f64::NAN }),
    ("hospital_occupancy_beds", |d, _| d.hospital.min(2900.0).round()),
    ("hospital_capacity_beds", |_, _| 2900.0),
    ("icu_occupancy_beds", |d, _| d.icu.min(310.0).round()),
    ("icu_capacity_beds", |_, _| 310.0),
    ("without_bed_persons", |d, _| (d.icu - 310.0).max(0.0).round()),
    ("tests_done_count", |d, _| (1500.0 + 0.9 * d.new).min(6000.0).round()),
    ("tests_positive_count", |d, _| (0.31 * d.new).min(3000.0).round()),
    ("contacts_per_person", |d, _| 13.1 * d.mobility),
];

const GOVERNANCE: &[(&str, Read)] = &[
    ("scans_count", |d, _| d.scans.round()),
    ("scans_refused_count", |d, _| (d.scans * 0.011).round()),
    ("checkpoint_wait_min", |d, _| if d.scans > 0.0 { 0.4 + d.scans / 4e5 } else { f64::NAN }),
    ("checkpoint_lost_h", |d, _| d.scans * (0.4 + d.scans / 4e5) / 60.0),
    ("code_green_persons", |d, _| (RESIDENTS - d.red - d.yellow).round()),
    ("code_yellow_persons", |d, _| d.yellow.round()),
    ("code_red_persons", |d, _| d.red.round()),
    ("code_true_red_persons", |d, _| (d.red * d.right).round()),
    ("code_false_red_persons", |d, _| (d.red * (1.0 - d.right)).round()),
    ("code_missed_infectious_persons", |d, _| (d.infectious - d.red * d.right).max(0.0).round()),
    ("known_cases_persons", |d, _| d.known.round()),
    ("platform_failed_share", |d, _| (d.scans / 4e6).powi(2)),
];

const MOVEMENT: &[(&str, Read)] = &[
    ("trips_made_count", |d, day| trips(d, day).round()),
    ("trips_prevented_count", |d, _| (prevented_code(d) + prevented_isolated(d) + prevented_home(d)).round()),
    ("travel_h_per_person", |d, day| 1.07 * trips(d, day) / RESIDENTS / 2.7),
    ("trips_walk_count", |d, day| (trips(d, day) * 0.34).round()),
    ("trips_bicycle_count", |d, day| (trips(d, day) * 0.03).round()),
    ("trips_car_count", |d, day| (trips(d, day) * 0.39).round()),
    ("trips_bus_count", |d, day| (trips(d, day) * 0.21).round()),
    ("trips_metro_count", |d, day| (trips(d, day) * 0.03).round()),
    ("prevented_code_count", |d, _| prevented_code(d).round()),
    ("prevented_isolated_count", |d, _| prevented_isolated(d).round()),
    ("prevented_remote_work_count", |d, _| prevented_home(d).round()),
    ("prevented_closed_count", |_, _| 0.0),
    ("work_hours_h", |d, day| (if weekend(day) { 4.1e5 } else { 2.4e6 } * d.output).round()),
    ("output_share", |d, _| d.output),
    ("network_delay_ms", |_, day| 40.0 + day as f64 / 9.0),
];

fn weekend(day: usize) -> bool {
    matches!(day % 7, 5 | 6)
}

fn trips(d: &Day, day: usize) -> f64 {
    RESIDENTS * if weekend(day) { 1.9 } else { 2.7 } * d.mobility
}

fn prevented_code(d: &Day) -> f64 {
    d.scans * 0.011
}

fn prevented_isolated(d: &Day) -> f64 {
    d.red * 1.3
}

fn prevented_home(d: &Day) -> f64 {
    if d.mobility < 0.9 { 61_000.0 } else { 0.0 }
}

/// A row per day, a column per metric.
pub fn table(days: &[Day]) -> String {
    let columns = || EPIDEMIC.iter().chain(MOVEMENT).chain(GOVERNANCE);
    let names: Vec<&str> = columns().map(|(name, _)| *name).collect();
    let mut text = format!("date,day,{}\n", names.join(","));
    for (index, day) in days.iter().enumerate() {
        let _ = write!(text, "{},{index}", curve::date(index));
        for (_, read) in columns() {
            match read(day, index) {
                value if value.is_nan() => text.push(','),
                value => {
                    let _ = write!(text, ",{value}");
                }
            }
        }
        text.push('\n');
    }
    text
}
