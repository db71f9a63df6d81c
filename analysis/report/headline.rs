//! The numbers that a planner asks for first, worked out from the run's tables.

use crate::folder::RunFolder;
use crate::table::Series;
use serde::Serialize;
use std::collections::BTreeMap;

/// A moment and what was counted then.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peak {
    /// ISO date.
    pub date: String,
    /// Day of the run.
    pub day: u32,
    /// What was counted on that day, in the unit of the field that holds this peak.
    pub value: f64,
}

/// Headline numbers of a run; a number whose columns the run lacks is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Headline {
    /// Residents.
    pub population_persons: Option<f64>,
    /// Days of the run.
    pub days: Option<f64>,
    /// Infections by the end; more than the infected where some were infected again.
    pub infections_count: Option<f64>,
    /// Persons infected at least once by the end.
    pub infected_persons: Option<f64>,
    /// Share of residents infected by the end, 0 … 1.
    pub attack_rate_share: Option<f64>,
    /// Most new infections on one day, persons.
    pub peak_incidence: Option<Peak>,
    /// Deaths by the end, persons.
    pub deaths_persons: Option<f64>,
    /// Most hospital beds occupied.
    pub peak_hospital: Option<Peak>,
    /// Hospital beds there were on that day.
    pub hospital_capacity_beds: Option<f64>,
    /// Most intensive-care beds occupied.
    pub peak_icu: Option<Peak>,
    /// Intensive-care beds there were on that day.
    pub icu_capacity_beds: Option<f64>,
    /// Days on which intensive care was full or beyond.
    pub icu_full_days: Option<f64>,
    /// Trips made.
    pub trips_made_count: Option<f64>,
    /// Trips planned but prevented.
    pub trips_prevented_count: Option<f64>,
    /// Prevented trips among those planned, 0 … 1.
    pub trips_prevented_share: Option<f64>,
    /// Mean hours travelled per person and day.
    pub travel_h_per_person: Option<f64>,
    /// Scans at checkpoints.
    pub scans_count: Option<f64>,
    /// Scans after which a person was turned back.
    pub scans_refused_count: Option<f64>,
    /// Minutes waited at checkpoints by all persons together.
    pub checkpoint_wait_min: Option<f64>,
    /// Person-days with a red code without being infectious.
    pub false_red_person_days: Option<f64>,
    /// Person-days with a red code while infectious.
    pub true_red_person_days: Option<f64>,
    /// Person-days infectious without a red code.
    pub missed_person_days: Option<f64>,
    /// Share of normal output lost over the run, 0 … 1.
    pub output_lost_share: Option<f64>,
    /// Cases that the board knew at the end, where its column is a running total; persons.
    pub known_cases_persons: Option<f64>,
}

/// Works the headline numbers out.
pub fn headline(run: &RunFolder) -> Headline {
    let metrics = &run.metrics;
    let population = run.number("population").filter(|persons| *persons > 0.0);
    let infections =
        last(metrics, "infections_cumulative_persons").or_else(|| sum(metrics, "incidence_persons"));
    let attack = last(metrics, "attack_rate_share")
        .or_else(|| Some(infections? / population?))
        .filter(|share| share.is_finite());
    let made = sum(metrics, "trips_made_count");
    let prevented = sum(metrics, "trips_prevented_count");
    let hospital = peak_level(metrics, "hospital_occupancy_beds");
    let icu = peak_level(metrics, "icu_occupancy_beds");
    Headline {
        population_persons: population,
        days: run.number("days").or_else(|| metrics.day.last().map(|day| f64::from(*day) + 1.0)),
        infections_count: infections,
        infected_persons: attack
            .zip(population)
            .map(|(share, persons)| (share * persons).round())
            .or(infections),
        attack_rate_share: attack,
        peak_incidence: peak_flow(metrics, "incidence_persons"),
        deaths_persons: last(metrics, "deaths_cumulative_persons"),
        hospital_capacity_beds: at_peak(metrics, "hospital_capacity_beds", hospital.as_ref()),
        peak_hospital: hospital,
        icu_capacity_beds: at_peak(metrics, "icu_capacity_beds", icu.as_ref()),
        peak_icu: icu,
        icu_full_days: icu_full_days(metrics),
        trips_made_count: made,
        trips_prevented_count: prevented,
        trips_prevented_share: prevented
            .zip(made)
            .map(|(no, yes)| no / (no + yes))
            .filter(|share| share.is_finite()),
        travel_h_per_person: mean(metrics, "travel_h_per_person"),
        scans_count: sum(metrics, "scans_count"),
        scans_refused_count: sum(metrics, "scans_refused_count"),
        checkpoint_wait_min: waited_min(metrics),
        false_red_person_days: sum(metrics, "code_false_red_persons"),
        true_red_person_days: sum(metrics, "code_true_red_persons"),
        missed_person_days: sum(metrics, "code_missed_infectious_persons"),
        output_lost_share: output_lost_share(metrics),
        known_cases_persons: metrics
            .column("known_cases_persons")
            .filter(|values| is_running_total(values))
            .and_then(|_| last(metrics, "known_cases_persons")),
    }
}

/// Whether a column never falls, as totals do that run on over time.
pub fn is_running_total(values: &[f64]) -> bool {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    known.windows(2).all(|pair| pair[1] >= pair[0])
}

fn finite<'a>(metrics: &'a Series, name: &str) -> Option<impl Iterator<Item = (usize, f64)> + 'a> {
    let values = metrics.column(name)?;
    Some(values.iter().copied().enumerate().filter(|(_, value)| value.is_finite()))
}

fn last(metrics: &Series, name: &str) -> Option<f64> {
    finite(metrics, name)?.last().map(|(_, value)| value)
}

fn sum(metrics: &Series, name: &str) -> Option<f64> {
    finite(metrics, name)?.map(|(_, value)| value).reduce(|a, b| a + b)
}

fn mean(metrics: &Series, name: &str) -> Option<f64> {
    let count = finite(metrics, name)?.count();
    sum(metrics, name).map(|total| total / count as f64)
}

/// The highest level of a stock (beds in use); the earliest such row.
fn peak_level(metrics: &Series, name: &str) -> Option<Peak> {
    let (row, value) =
        finite(metrics, name)?.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    Some(Peak { date: metrics.date.get(row)?.clone(), day: *metrics.day.get(row)?, value })
}

/// The highest daily sum of a flow (new infections), whether the table has a row a day or a row an hour.
fn peak_flow(metrics: &Series, name: &str) -> Option<Peak> {
    let mut days: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
    for (row, value) in finite(metrics, name)? {
        days.entry(*metrics.day.get(row)?).or_insert((row, 0.0)).1 += value;
    }
    let (day, (row, value)) =
        days.into_iter().reduce(|best, next| if next.1.1 > best.1.1 { next } else { best })?;
    Some(Peak { date: metrics.date.get(row)?.clone(), day, value })
}

fn at_peak(metrics: &Series, name: &str, peak: Option<&Peak>) -> Option<f64> {
    let row = metrics.day.iter().position(|day| Some(*day) == peak.map(|peak| peak.day))?;
    metrics.column(name)?.get(row).copied().filter(|beds| beds.is_finite())
}

fn icu_full_days(metrics: &Series) -> Option<f64> {
    let used = metrics.column("icu_occupancy_beds")?;
    let beds = metrics.column("icu_capacity_beds")?;
    let full = metrics
        .day
        .iter()
        .zip(used.iter().zip(beds))
        .filter(|(_, (used, beds))| used >= beds && **beds > 0.0);
    let days: std::collections::BTreeSet<u32> = full.map(|(day, _)| *day).collect();
    Some(days.len() as f64)
}

/// Minutes waited at checkpoints in all: as recorded, otherwise each row's mean wait times its scans.
fn waited_min(metrics: &Series) -> Option<f64> {
    if let Some(hours) = sum(metrics, "checkpoint_lost_h") {
        return Some(hours * 60.0);
    }
    let waits = metrics.column("checkpoint_wait_min")?;
    let scans = metrics.column("scans_count")?;
    waits
        .iter()
        .zip(scans)
        .map(|(wait, scans)| wait * scans)
        .filter(|min| min.is_finite())
        .reduce(|a, b| a + b)
}

/// Share of normal output lost over the run. Rows weigh by the output that was due then (hours worked over their share
/// of what was due), so that a weekend counts for what it is; without hours all rows weigh the same.
fn output_lost_share(metrics: &Series) -> Option<f64> {
    let shares = metrics.column("output_share")?;
    let Some(hours) = metrics.column("work_hours_h") else {
        return mean(metrics, "output_share").map(|share| 1.0 - share);
    };
    let due = shares.iter().zip(hours).filter(|(share, hours)| **share > 0.0 && hours.is_finite());
    let (made, all) = due.fold((0.0, 0.0), |(made, all), (share, hours)| (made + hours, all + hours / share));
    (all > 0.0).then(|| 1.0 - made / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunFolder {
        let column = |name: &str, values: [f64; 3]| (name.to_owned(), values.to_vec());
        let mut run = RunFolder::default();
        run.run.insert("population".into(), 1000.into());
        run.metrics = Series {
            date: ["2020-01-20", "2020-01-21", "2020-01-22"].map(str::to_owned).to_vec(),
            day: vec![0, 1, 2],
            columns: vec![
                column("incidence_persons", [4.0, 9.0, 9.0]),
                column("icu_occupancy_beds", [1.0, 5.0, 5.0]),
                column("icu_capacity_beds", [5.0, 5.0, 5.0]),
                column("trips_made_count", [90.0, 90.0, 90.0]),
                column("trips_prevented_count", [0.0, 10.0, 20.0]),
                column("scans_count", [0.0, 10.0, 20.0]),
                column("checkpoint_wait_min", [f64::NAN, 1.0, 2.0]),
                column("output_share", [1.0, 0.9, 0.8]),
                column("known_cases_persons", [0.0, 2.0, 1.0]),
            ],
        };
        run
    }

    #[test]
    fn numbers_follow_from_the_columns() {
        let h = headline(&run());
        assert_eq!(h.infected_persons, Some(22.0));
        assert_eq!(h.attack_rate_share, Some(0.022));
        assert_eq!(h.infections_count, Some(22.0));
        assert_eq!(h.peak_incidence, Some(Peak { date: "2020-01-21".into(), day: 1, value: 9.0 }));
        assert_eq!((h.icu_capacity_beds, h.icu_full_days), (Some(5.0), Some(2.0)));
        assert_eq!((h.trips_prevented_count, h.trips_prevented_share), (Some(30.0), Some(0.1)));
        assert_eq!(h.checkpoint_wait_min, Some(50.0));
        assert!((h.output_lost_share.unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(h.days, Some(3.0));
        // The board's column falls, so it is no running total and gives no total.
        assert_eq!(h.known_cases_persons, None);
    }

    #[test]
    fn recorded_hours_count_before_estimates() {
        let mut run = run();
        run.metrics.columns.push(("checkpoint_lost_h".into(), vec![0.0, 1.0, f64::NAN]));
        run.metrics.columns.push(("work_hours_h".into(), vec![100.0, 90.0, 8.0]));
        let h = headline(&run);
        assert_eq!(h.checkpoint_wait_min, Some(60.0));
        assert!((h.output_lost_share.unwrap() - (1.0 - 198.0 / 210.0)).abs() < 1e-12);
    }

    #[test]
    fn missing_columns_give_nothing() {
        let mut bare = run();
        bare.metrics.columns.clear();
        bare.run.clear();
        assert_eq!(headline(&bare), Headline { days: Some(3.0), ..Headline::default() });
    }
}
