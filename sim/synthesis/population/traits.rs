//! Phones, cars, bicycles, income, compliance, hours and the nature of the job.
use super::gravity::ZoneDistances;
use super::params::PopulationParams;
use super::purpose;
use super::rake::band;
use citytwin_world::draw::Draw;
use citytwin_world::residents::{flag, slot};
use citytwin_world::{City, HouseholdId, Occupation, Resident, Residents, Sector};
use rayon::prelude::*;

/// Share of the variance of income that lies between zones (assumption).
const INCOME_BETWEEN_ZONES: f64 = 0.4;
/// Share of the variance of compliance that lies between households (assumption).
const COMPLIANCE_BETWEEN_HOUSEHOLDS: f64 = 0.4;
/// Share of workers with a half day (assumption).
const PART_TIME: f64 = 0.15;

/// Income of households: better-off zones lie where most jobs are near, with spread inside; ranked into quantiles.
pub fn incomes(city: &City, km: &ZoneDistances, residents: &mut Residents, seed: u64) {
    let jobs = city.zones.jobs.as_slice();
    let access: Vec<f64> = (0..km.zones)
        .into_par_iter()
        .map(|z| km.row(z).iter().zip(jobs).map(|(d, j)| f64::from(*j) / (1.0 + f64::from(*d))).sum::<f64>())
        .collect();
    let n = access.len().max(1) as f64;
    let mean = access.iter().sum::<f64>() / n;
    let sd = (access.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / n).sqrt();
    let homes = &residents.household_home;
    let score: Vec<f64> = (0..homes.len())
        .into_par_iter()
        .map(|h| {
            let zone = city.places.zone.get(homes[HouseholdId(h as u32)]).map_or(0, |z| z.0 as usize);
            let between = access.get(zone).map_or(0.0, |a| if sd > 0.0 { (a - mean) / sd } else { 0.0 });
            let within = Draw::new(seed, purpose::WEALTH, h as u32, 0).normal();
            INCOME_BETWEEN_ZONES.sqrt() * between.clamp(-2.5, 2.5)
                + (1.0 - INCOME_BETWEEN_ZONES).sqrt() * within
        })
        .collect();
    let mut order: Vec<u32> = (0..score.len() as u32).collect();
    order.par_sort_by(|&a, &b| score[a as usize].total_cmp(&score[b as usize]).then(a.cmp(&b)));
    let mut income = vec![0_u8; score.len()];
    for (rank, h) in order.iter().enumerate() {
        income[*h as usize] = (rank * 256 / score.len()) as u8;
    }
    residents.person.as_mut_slice().iter_mut().for_each(|p| p.income = income[p.household.0 as usize]);
}

/// Cars of each household (Poisson with a mean that rises with income and adults, at most one per adult), and who uses
/// them: those at work first, then the oldest below 80.
pub fn cars(residents: &mut Residents, params: &PopulationParams, seed: u64) {
    let households = residents.household_count();
    let adults = |p: &Resident| (18..80).contains(&p.age);
    let total = residents.person.as_slice().iter().filter(|p| adults(p)).count().max(1) as f64;
    let wanted = params.cars_per_person * residents.len() as f64;
    // Mean of the income factor over all quantiles is 1. Capping at one car per adult cuts the mean: one correction.
    let mut rate = wanted / total;
    let mut cars = vec![0_u8; households];
    for _ in 0..6 {
        let first = &residents.household_first;
        let person = residents.person.as_slice();
        cars.par_iter_mut().enumerate().for_each(|(h, cars)| {
            let members = &person[first[h] as usize..first[h + 1] as usize];
            let adults = members.iter().filter(|p| adults(p)).count();
            let quantile = members.first().map_or(0.5, |p| f64::from(p.income) / 255.0);
            let mean = rate * adults as f64 * (0.3 + 1.4 * quantile);
            let drawn = Draw::new(seed, purpose::WEALTH, h as u32, 1).poisson(mean);
            *cars = drawn.min(adults as u64) as u8;
        });
        let got: f64 = cars.iter().map(|c| f64::from(*c)).sum();
        if got <= 0.0 || wanted <= 0.0 {
            break;
        }
        rate = (rate * wanted / got).min(50.0);
    }
    for (h, cars) in cars.iter().enumerate() {
        let members = residents.household_first[h] as usize..residents.household_first[h + 1] as usize;
        let person = &mut residents.person.as_mut_slice()[members];
        let mut drivers: Vec<usize> = (0..person.len()).filter(|&i| adults(&person[i])).collect();
        drivers.sort_by_key(|&i| {
            (person[i].occupation != Occupation::Worker, std::cmp::Reverse(person[i].age), i)
        });
        drivers.iter().take(usize::from(*cars)).for_each(|&i| person[i].flags |= flag::CAR);
    }
    residents.household_cars = cars.into();
}

/// Start at work by sector, minutes after midnight: mean and spread of the day shift (assumptions).
const START_MIN: [(f64, f64); Sector::COUNT] = [
    (435.0, 40.0),
    (435.0, 30.0),
    (525.0, 60.0),
    (600.0, 110.0),
    (430.0, 80.0),
    (520.0, 40.0),
    (505.0, 30.0),
    (450.0, 20.0),
    (440.0, 50.0),
    (490.0, 60.0),
];

fn clock(minutes: f64, low: u16, high: u16) -> u16 {
    // Shifts begin on the quarter of the hour for most.
    let quarters = (minutes / 5.0).round() * 5.0;
    quarters.clamp(f64::from(low), f64::from(high)) as u16
}

/// Hours at the anchor. Classes share theirs: school and day care draw per place and age.
fn hours(p: &mut Resident, i: u32, seed: u64) {
    let mut own = Draw::new(seed, purpose::HOURS, i, 0);
    let mut class = Draw::new(seed, purpose::HOURS, p.slot[slot::ANCHOR].0, 1 + u32::from(p.age));
    (p.anchor_start_min, p.anchor_stay_min) = match p.occupation {
        Occupation::Preschool => (clock(480.0 + 15.0 * own.normal(), 420, 570), 480),
        // Half-day schools in two shifts up to 14; older pupils have the morning (assumption).
        Occupation::Pupil if p.age < 15 && class.chance(0.35) => (795, 255),
        Occupation::Pupil => {
            (clock(450.0 + 15.0 * class.normal(), 420, 510), 270 + 5 * class.below(13) as u16)
        }
        Occupation::Student if class.chance(0.4) => (1140, 200),
        Occupation::Student => (480 + 60 * own.below(6) as u16, 240),
        Occupation::Worker if p.has(flag::NIGHT) => {
            (clock(1290.0 + 40.0 * own.normal(), 1200, 1380), clock(500.0 + 30.0 * own.normal(), 360, 600))
        }
        Occupation::Worker => {
            let (mean, sd) = START_MIN[p.sector as usize];
            let start = clock(mean + sd * own.normal(), 300, 960);
            let stay = if own.chance(PART_TIME) { 270.0 } else { 515.0 };
            (start, clock(stay + 35.0 * own.normal(), 180, 660))
        }
        Occupation::None | Occupation::Retired => (0, 0),
    };
}

/// All other traits, person by person.
pub fn traits(residents: &mut Residents, params: &PopulationParams, seed: u64) {
    residents.person.as_mut_slice().par_iter_mut().enumerate().for_each(|(i, p)| {
        let mut draw = Draw::new(seed, purpose::TRAITS, i as u32, 0);
        let mut set = |bit: u16, share: f64| {
            if draw.chance(share) {
                p.flags |= bit;
            }
        };
        set(flag::PHONE, params.phone_rate[band(p.age)]);
        set(flag::BICYCLE, if (10..70).contains(&p.age) { params.bicycle_rate } else { 0.0 });
        let job = |rates: &[f64; 10]| {
            if p.occupation == Occupation::Worker { rates[p.sector as usize] } else { 0.0 }
        };
        let rates = [job(&params.remote_rate), job(&params.essential_rate), job(&params.night_rate)];
        let weekend = job(&params.weekend_rate);
        set(flag::REMOTE, rates[0]);
        set(flag::ESSENTIAL, rates[1]);
        set(flag::NIGHT, rates[2]);
        set(flag::WEEKEND, weekend);
        let shared = Draw::new(seed, purpose::TRAITS, p.household.0, 1).normal();
        let own = Draw::new(seed, purpose::TRAITS, i as u32, 2).normal();
        let score = COMPLIANCE_BETWEEN_HOUSEHOLDS.sqrt() * shared
            + (1.0 - COMPLIANCE_BETWEEN_HOUSEHOLDS).sqrt() * own;
        // The logistic curve is within 1 % of the normal distribution function.
        p.compliance = (256.0 / (1.0 + (-1.702 * score).exp())).clamp(0.0, 255.0) as u8;
        hours(p, i as u32, seed);
    });
}
