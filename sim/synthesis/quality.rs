//! How well a synthetic population fits its sources: every margin and number beside its target.
use crate::population::gravity::GravityReport;
use crate::population::params::{BANDS, HOUSEHOLD_MAX, PopulationParams};
use crate::population::rake::size_shares;
use crate::population::{Account, households};
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::infrastructure::AssetKind;
use citytwin_world::problem::Problem;
use citytwin_world::residents::{flag, slot};
use citytwin_world::{City, HouseholdId, Mode, Occupation, PlaceKind, Resident, Residents, Setting};
use serde::Serialize;

/// One number with what it should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it came to.
    pub value: f64,
    /// What it should be, where there is a target.
    pub target: Option<f64>,
    /// Where the target comes from.
    pub source: &'static str,
}

/// A distribution with what it should be. Shares sum to 1 unless the name says "rate".
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Margin {
    /// What is distributed over what.
    pub name: &'static str,
    /// Names of the classes; empty for margins by zone, which are only summed up.
    pub classes: Vec<String>,
    /// What it came to, by class.
    pub value: Vec<f64>,
    /// What it should be, by class; empty where there is no target.
    pub target: Vec<f64>,
    /// Sum of the absolute differences.
    pub total_absolute_error: f64,
    /// Largest absolute difference.
    pub max_absolute_error: f64,
    /// Where the target comes from.
    pub source: &'static str,
}

/// Places or assets of one kind: how many, and which share of them was inferred rather than observed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindQuality {
    /// The kind of place.
    pub kind: &'static str,
    /// How many there are.
    pub places: u32,
    /// Share that was inferred.
    pub inferred_share: f64,
}

/// The quality report of a population.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Numbers with their targets.
    pub figures: Vec<Figure>,
    /// Distributions with their targets.
    pub margins: Vec<Margin>,
    /// What is real and what was inferred.
    pub places: Vec<KindQuality>,
    /// The same of infrastructure assets.
    pub assets: Vec<KindQuality>,
    /// What the steps of the synthesis reported.
    pub account: Account,
}

/// Upper ends of the classes of commuting distance, km.
const COMMUTE_KM: [f64; 7] = [1.0, 2.0, 4.0, 7.0, 10.0, 15.0, f64::INFINITY];
/// Share of those with a job who walk or cycle to it: Brazil in 2008 (Sá et al. 2016, Rev. Saúde Pública 50:37, from
/// IBGE's PNAD), town and country.
const ACTIVE_COMMUTE: f64 = 1.0 / 3.0;

/// Compares a population with the margins and parameters it was made from.
///
/// # Errors
/// Those of [`PopulationParams::margins`].
pub fn quality(
    city: &City,
    residents: &Residents,
    account: &Account,
    params: &PopulationParams,
    sample: f64,
) -> Result<Quality, Problem> {
    let (age_shares, size_mean) = params.margins(&city.info.country)?;
    let mut quality =
        Quality { account: account.clone(), places: kinds(city), assets: assets(city), ..Quality::default() };
    quality.margins.push(zones(city, residents, sample));
    quality.margins.extend(people(residents, &age_shares, size_mean, params));
    quality.margins.extend(travel(city, residents));
    quality.figures = figures(residents, account, params, size_mean);
    Ok(quality)
}

fn margin(
    name: &'static str,
    classes: Vec<String>,
    value: Vec<f64>,
    target: Vec<f64>,
    source: &'static str,
) -> Margin {
    let errors = || value.iter().zip(&target).map(|(v, t)| (v - t).abs());
    let (total, max) = (errors().sum(), errors().fold(0.0, f64::max));
    Margin { name, classes, value, target, total_absolute_error: total, max_absolute_error: max, source }
}

fn shares(counts: &[u32]) -> Vec<f64> {
    let total = counts.iter().map(|c| f64::from(*c)).sum::<f64>().max(1.0);
    counts.iter().map(|c| f64::from(*c) / total).collect()
}

fn zones(city: &City, residents: &Residents, sample: f64) -> Margin {
    let mut lived = vec![0.0; city.zones.len()];
    for p in residents.person.as_slice() {
        if let Some(n) = city.places.zone.get(p.slot[slot::HOME]).and_then(|z| lived.get_mut(z.index())) {
            *n += 1.0;
        }
    }
    let wanted = households::sampled(city.zones.population.as_slice(), sample);
    let target: Vec<f64> = wanted.into_iter().map(f64::from).collect();
    let mut margin = margin("residents by zone", Vec::new(), lived, target, "the city's grid");
    (margin.value, margin.target) = (Vec::new(), Vec::new());
    margin
}

fn band_names() -> Vec<String> {
    (0..BANDS)
        .map(|b| if b + 1 < BANDS { format!("{}–{}", b * 10, b * 10 + 9) } else { "80+".into() })
        .collect()
}

/// Share of each age band for whom something holds.
fn rate(residents: &Residents, holds: impl Fn(&Resident) -> bool) -> Vec<f64> {
    let (mut all, mut some) = ([0_u32; BANDS], [0_u32; BANDS]);
    for p in residents.person.as_slice() {
        all[p.age_band()] += 1;
        some[p.age_band()] += u32::from(holds(p));
    }
    all.iter().zip(some).map(|(all, some)| f64::from(some) / f64::from(*all).max(1.0)).collect()
}

fn people(residents: &Residents, ages: &[f64], size_mean: f64, params: &PopulationParams) -> Vec<Margin> {
    let mut bands = [0; BANDS];
    residents.person.as_slice().iter().for_each(|p| bands[p.age_band()] += 1);
    let mut sizes = [0; HOUSEHOLD_MAX];
    for h in 0..residents.household_count() {
        let members = residents.members(HouseholdId::from_index(h)).len();
        if let Some(n) = members.checked_sub(1).and_then(|m| sizes.get_mut(m)) {
            *n += 1;
        }
    }
    let size_names =
        (1..=HOUSEHOLD_MAX).map(|n| format!("{n} person{}", if n == 1 { "" } else { "s" })).collect();
    vec![
        margin("residents by age", band_names(), shares(&bands), ages.to_vec(), "United Nations, by country"),
        margin(
            "households by size",
            size_names,
            shares(&sizes),
            size_shares(size_mean).to_vec(),
            "shifted Poisson (Jarosz 2021) with the country's mean (United Nations)",
        ),
        margin(
            "women by age",
            band_names(),
            rate(residents, |p| p.has(flag::FEMALE)),
            params.women_share.to_vec(),
            "parameter women_share",
        ),
        margin(
            "employment rate by age",
            band_names(),
            rate(residents, |p| p.occupation == Occupation::Worker),
            params.employment_rate.to_vec(),
            "parameter employment_rate",
        ),
        margin(
            "smartphone rate by age",
            band_names(),
            rate(residents, |p| p.has(flag::PHONE)),
            params.phone_rate.to_vec(),
            "parameter phone_rate",
        ),
    ]
}

fn travel(city: &City, residents: &Residents) -> Vec<Margin> {
    let mut commute = [0; COMMUTE_KM.len()];
    let (mut to_anchor, mut elsewhere) = ([0; Mode::COUNT], [0; Mode::COUNT]);
    let at = |id| Some((*city.places.lon.get(id)?, *city.places.lat.get(id)?));
    for p in residents.person.as_slice() {
        for s in slot::ANCHOR..p.slot.len() {
            if p.slot[s].is_some() {
                let split = if s == slot::ANCHOR { &mut to_anchor } else { &mut elsewhere };
                split[p.mode[s] as usize] += 1;
            }
        }
        let ends = (at(p.slot[slot::HOME]), at(p.slot[slot::ANCHOR]));
        if let (Occupation::Worker, (Some(a), Some(b))) = (p.occupation, ends) {
            let km = distance_m(a.0, a.1, b.0, b.1) / 1000.0;
            let class = COMMUTE_KM.iter().position(|end| km < *end).unwrap_or(0);
            commute[class] += 1;
        }
    }
    let class = |(i, end): (usize, &f64)| {
        let start = if i == 0 { 0.0 } else { COMMUTE_KM[i - 1] };
        if end.is_finite() { format!("{start}–{end} km") } else { format!("{start} km and more") }
    };
    let modes = || Mode::NAMES.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    vec![
        margin(
            "commutes by crow-fly distance",
            COMMUTE_KM.iter().enumerate().map(class).collect(),
            shares(&commute),
            Vec::new(),
            "",
        ),
        margin("modes to work and school", modes(), shares(&to_anchor), Vec::new(), ""),
        margin("modes to other places", modes(), shares(&elsewhere), Vec::new(), ""),
    ]
}

fn figures(r: &Residents, account: &Account, params: &PopulationParams, size_mean: f64) -> Vec<Figure> {
    let mut figures = household_figures(r, account, params, size_mean);
    figures.extend(anchor_figures(r, account, params));
    figures
}

fn figure(
    name: &'static str,
    unit: &'static str,
    value: f64,
    target: Option<f64>,
    source: &'static str,
) -> Figure {
    Figure { name, unit, value, target, source }
}

fn household_figures(
    r: &Residents,
    account: &Account,
    params: &PopulationParams,
    size_mean: f64,
) -> Vec<Figure> {
    let person = r.person.as_slice();
    let persons = r.len().max(1) as f64;
    let alone = (0..r.household_count())
        .filter(|h| person[r.members(HouseholdId::from_index(*h))].iter().all(|p| p.age < 18))
        .count();
    let cars: f64 = r.household_cars.as_slice().iter().map(|c| f64::from(*c)).sum();
    let women = person.iter().filter(|p| p.has(flag::FEMALE)).count() as f64;
    let mean_size = persons / r.household_count().max(1) as f64;
    let homes = account.homes;
    let above = homes.above_capacity as f64 / persons;
    let elsewhere = homes.in_another_zone as f64 / persons;
    vec![
        figure("residents", "persons", r.len() as f64, None, ""),
        figure("persons per household", "persons", mean_size, Some(size_mean), "United Nations, by country"),
        figure("households of minors only", "households", alone as f64, Some(0.0), "plausibility"),
        figure("women", "share", women / persons, Some(0.51), "United Nations, rounded"),
        figure("cars per person", "cars", cars / persons, Some(params.cars_per_person), "parameter"),
        figure("residents above the capacity of their home", "share", above, Some(0.0), ""),
        figure("residents whose zone has no home", "share", elsewhere, Some(0.0), ""),
    ]
}

fn anchor_figures(r: &Residents, account: &Account, params: &PopulationParams) -> Vec<Figure> {
    let (work, [day_care, school, university]) = (account.anchors.work, account.anchors.education);
    let filled = |g: GravityReport| g.persons as f64 / (g.capacity as f64).max(1.0);
    let walkable = r.walk_10m.as_slice().iter().filter(|w| w[0] != u16::MAX).count() as f64;
    let anchored =
        r.person.as_slice().iter().filter(|p| p.slot[slot::ANCHOR].is_some()).count().max(1) as f64;
    let way = |name, g: GravityReport| figure(name, "km", g.mean_km, Some(g.target_km), "parameter");
    let (class, team) = (per_room(r, Setting::School), per_room(r, Setting::Work));
    let workers = r.person.as_slice().iter().filter(|p| p.occupation == Occupation::Worker);
    let by_own_force = |p: &&Resident| matches!(p.mode[slot::ANCHOR], Mode::Walk | Mode::Bicycle);
    let active = workers.clone().filter(by_own_force).count() as f64 / workers.count().max(1) as f64;
    let jobs_ratio = account.anchors.jobs_factor;
    vec![
        way("commute, crow-fly mean", work),
        way("way to school, crow-fly mean", school),
        way("way to day care, crow-fly mean", day_care),
        way("way to university, crow-fly mean", university),
        figure(
            "walk or cycle to work",
            "share",
            active,
            Some(ACTIVE_COMMUTE),
            "Brazil 2008, PNAD (Sá et al. 2016)",
        ),
        figure("jobs filled", "share", filled(work), None, ""),
        figure("jobs over the source's jobs", "ratio", jobs_ratio, Some(1.0), "the city's grid"),
        figure("school seats filled", "share", filled(school), None, ""),
        figure("residents per class", "persons", class, None, ""),
        figure("residents per team", "persons", team, Some(f64::from(params.team_mean)), "parameter"),
        figure("anchors in walking reach", "share", walkable / anchored, None, ""),
    ]
}

/// Mean number of persons anchored in the rooms of a setting that have any.
fn per_room(r: &Residents, setting: Setting) -> f64 {
    let mut members = vec![0_u32; r.rooms.count as usize];
    for p in r.person.as_slice() {
        if let Some(n) = members.get_mut(p.anchor_room.index()) {
            *n += 1;
        }
    }
    let of_setting =
        r.rooms.setting.as_slice().iter().zip(&members).filter(|(s, n)| **s == setting && **n > 0);
    let (rooms, persons) = of_setting.fold((0_u32, 0_u32), |sum, (_, n)| (sum.0 + 1, sum.1 + n));
    f64::from(persons) / f64::from(rooms.max(1))
}

fn kinds(city: &City) -> Vec<KindQuality> {
    let places = city.places.kind.iter();
    let inferred = |id| city.places.inferred.get(id).copied().unwrap_or(true);
    by_kind(PlaceKind::NAMES, places.map(|(id, kind)| (*kind as usize, inferred(id))))
}

fn assets(city: &City) -> Vec<KindQuality> {
    let made = &city.infrastructure;
    by_kind(AssetKind::NAMES, made.kind.iter().map(|(id, kind)| (*kind as usize, made.inferred[id])))
}

/// Counts rows by kind, and those of them that were inferred.
fn by_kind(names: &[&'static str], rows: impl Iterator<Item = (usize, bool)>) -> Vec<KindQuality> {
    let mut count = vec![[0_u32; 2]; names.len()];
    for (kind, inferred) in rows {
        count[kind][0] += 1;
        count[kind][1] += u32::from(inferred);
    }
    let row = |(&kind, [all, inferred]): (&&'static str, [u32; 2])| KindQuality {
        kind,
        places: all,
        inferred_share: f64::from(inferred) / f64::from(all.max(1)),
    };
    names.iter().zip(count).filter(|(_, [all, _])| *all > 0).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{generate, population};

    #[test]
    fn a_generated_city_fits_its_margins() {
        let params = PopulationParams::default();
        for sample in [1.0, 0.25] {
            let city = generate::city(12_000, 21).unwrap();
            let (r, account) = population::residents_with_account(&city, &params, sample, 2).unwrap();
            let q = quality(&city, &r, &account, &params, sample).unwrap();
            let error =
                |name: &str| q.margins.iter().find(|m| m.name == name).map(|m| m.total_absolute_error);
            assert_eq!(error("residents by zone"), Some(0.0));
            assert!(error("residents by age").is_some_and(|e| e < 0.03));
            assert!(error("households by size").is_some_and(|e| e < 0.03));
            assert!(
                error("employment rate by age").is_some_and(|e| e < 0.5),
                "{:?}",
                error("employment rate by age")
            );
            let figure = |name: &str| q.figures.iter().find(|f| f.name == name).map(|f| f.value);
            assert_eq!(figure("households of minors only"), Some(0.0));
            assert!(figure("cars per person").is_some_and(|c| (c - params.cars_per_person).abs() < 0.03));
            assert!(serde_json::to_string(&q).is_ok_and(|json| json.len() > 1_000));
        }
    }
}
