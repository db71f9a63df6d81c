//! Sums over the run, and what they say beside published facts.
use crate::motif;
use crate::observation::Observation;
use crate::trip_length::length_law;
use crate::visitation;
use bitcode::{Decode, Encode};
use citytwin_world::residents::slot;
use citytwin_world::services::{ContactSurvey, TripTally};
use citytwin_world::{Mode, Occupation, Resident, World};
use serde::Serialize;
use std::collections::BTreeMap;

/// Sums over all days of the run.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Totals {
    /// Days summed.
    pub days: u32,
    /// Days lived by residents.
    pub person_days: u64,
    /// Trips.
    pub trips: TripTally,
    /// Person-days of a sample of residents by walk (see [`motif::walk`]).
    pub walks: BTreeMap<u64, u64>,
}

impl Totals {
    /// Adds a day.
    pub fn add(&mut self, day: &Observation) {
        self.days += 1;
        self.person_days += day.alive();
        self.trips.add(&day.trips);
    }
}

/// What can be told of a city's residents before they move.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Exponent of the law of visitation; `None` where too few go far.
    pub visitation: Option<f64>,
    /// Share of those with a place of work who walk or cycle to it; `None` where nobody works.
    pub active_commute: Option<f64>,
}

impl Standing {
    /// Of the residents of a world.
    pub fn of(world: &World) -> Self {
        let person = world.people.residents.person.as_slice();
        let workers = || person.iter().filter(|p| p.occupation == Occupation::Worker);
        let by_own_force = |p: &&Resident| matches!(p.mode[slot::ANCHOR], Mode::Walk | Mode::Bicycle);
        let active = workers().filter(by_own_force).count() as f64 / workers().count() as f64;
        Self { visitation: visitation::exponent(world), active_commute: active.is_finite().then_some(active) }
    }
}

/// A number of the run beside what has been published about real cities.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// Name, unit last.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What the run gave.
    pub value: f64,
    /// Least published value.
    pub reference_low: f64,
    /// Greatest published value.
    pub reference_high: f64,
    /// Who published it.
    pub source: &'static str,
}

/// The facts that can be told from a run; those without data are left out.
pub fn facts(totals: &Totals, standing: Standing, survey: &ContactSurvey) -> Vec<Fact> {
    let travel_h = totals.trips.minutes.iter().sum::<u64>() as f64 / 60.0 / totals.person_days as f64;
    let all = [
        Fact {
            name: "travel_h_per_person",
            unit: "h_per_person",
            value: travel_h,
            reference_low: 0.75,
            reference_high: 1.5,
            source: "Schafer 2000, travel time budgets of 0.75 to 1.5 h per person and day, mean 1.1 h",
        },
        Fact {
            name: "motifs_17_share",
            unit: "share",
            value: motif::share_of_most_frequent(&totals.walks, 17),
            reference_low: 0.85,
            reference_high: 1.0,
            source: "Schneider et al. 2013, 17 daily motifs cover up to 90 % of person-days",
        },
        Fact {
            name: "visitation_exponent_ratio",
            unit: "ratio",
            value: standing.visitation.unwrap_or(f64::NAN),
            reference_low: 1.8,
            reference_high: 2.2,
            source: "Schläpfer et al. 2021: visitors of a place fall with distance as r^-2; within a tenth of 2",
        },
        Fact {
            name: "trip_length_exponent_ratio",
            unit: "ratio",
            value: length_law(&totals.trips).map_or(f64::NAN, |law| law.exponent),
            reference_low: 1.05,
            reference_high: 1.35,
            source: "Liu et al. 2012, truncated power law of taxi trips in Shanghai: 1.2 ± 0.15; the smaller the city, \
                     the lower the exponent that its edge leaves",
        },
        Fact {
            name: "active_commute_share",
            unit: "share",
            value: standing.active_commute.unwrap_or(f64::NAN),
            reference_low: 0.25,
            reference_high: 0.4,
            source: "Sá et al. 2016: a third of those with a job walk or cycle to it, Brazil 2008, town and country",
        },
        Fact {
            name: "contacts_per_person",
            unit: "per_person",
            value: mean_contacts(survey),
            reference_low: 7.95,
            reference_high: 19.77,
            source: "POLYMOD (Mossong et al. 2008), least and greatest mean of eight countries",
        },
        Fact {
            name: "contacts_by_age_correlation",
            unit: "ratio",
            value: polymod_correlation(survey),
            reference_low: 0.8,
            reference_high: 1.0,
            source: "POLYMOD (Mossong et al. 2008), contacts by age of both, eight countries",
        },
    ];
    all.into_iter().filter(|fact| fact.value.is_finite()).collect()
}

/// Mean contacts a day of the residents asked; NaN where nobody was.
pub fn mean_contacts(survey: &ContactSurvey) -> f64 {
    let asked: u64 = survey.egos.iter().map(|n| u64::from(*n)).sum();
    survey.contacts.iter().sum::<f64>() / if asked == 0 { f64::NAN } else { asked as f64 }
}

/// Correlation of the contacts by age of both with those that POLYMOD counted; NaN where nobody was asked.
pub fn polymod_correlation(survey: &ContactSurvey) -> f64 {
    let rows = include_str!("../../assets/contacts/polymod_contacts.csv").lines().skip(1);
    let theirs: Vec<f64> =
        rows.flat_map(|row| row.split(',').skip(1).map(|x| x.parse().unwrap_or(f64::NAN))).collect();
    let bands = survey.egos.len();
    let ours: Vec<f64> = survey
        .contacts
        .iter()
        .enumerate()
        .map(|(cell, sum)| sum / f64::from(survey.egos[cell / bands].max(1)))
        .collect();
    if ours.len() != theirs.len() || ours.is_empty() {
        return f64::NAN;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a, b) = (mean(&ours), mean(&theirs));
    let product = |x: &[f64], y: &[f64], mx: f64, my: f64| -> f64 {
        x.iter().zip(y).map(|(u, v)| (u - mx) * (v - my)).sum()
    };
    product(&ours, &theirs, a, b) / (product(&ours, &ours, a, a) * product(&theirs, &theirs, b, b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_without_data_are_left_out() {
        let totals = Totals { days: 1, person_days: 10, ..Totals::default() };
        let names: Vec<_> =
            facts(&totals, Standing::default(), &ContactSurvey::default()).iter().map(|f| f.name).collect();
        assert_eq!(names, ["travel_h_per_person"]);
    }
}
