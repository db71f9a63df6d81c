//! Where jobs and school places are, and who gets them.
use super::gravity::{Choice, GravityReport, ZoneDistances, choose};
use super::households::sampled;
use super::packing::{sampled_jobs, shares_a_room, whole_rooms};
use super::params::PopulationParams;
use super::purpose;
use super::rake::band;
use super::rooms::seats_of_room;
use citytwin_world::draw::Draw;
use citytwin_world::residents::slot;
use citytwin_world::{City, Occupation, PersonId, PlaceId, PlaceKind, Resident, Sector, Setting, ZoneId};

/// How anchors were given out.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, bitcode::Encode, bitcode::Decode)]
pub struct AnchorReport {
    /// Jobs by the source, sample applied.
    pub jobs_in_source: u64,
    /// Factor by which the source's jobs were raised so that all employed residents have one (jobs without contract
    /// are missing in registers); 1 where there are enough.
    pub jobs_factor: f64,
    /// Factors by which places in day care, schools and universities were raised; 1 where there are enough.
    pub seats_factor: [f64; 3],
    /// Work.
    pub work: GravityReport,
    /// Day care, school, university.
    pub education: [GravityReport; 3],
}

/// Jobs per unit of capacity of places whose capacity counts something else than jobs: per pupil, bed or visitor.
/// Assumptions: twelve pupils to one of the staff of a school, four on the staff to a bed, three to four customers'
/// places to one employee of a shop.
fn staff_per_capacity(kind: PlaceKind) -> Option<f64> {
    Some(match kind {
        PlaceKind::School => 0.08,
        PlaceKind::Kindergarten => 0.15,
        PlaceKind::University => 0.08,
        PlaceKind::Shop | PlaceKind::Pharmacy => 0.3,
        PlaceKind::Market | PlaceKind::Mall => 0.25,
        PlaceKind::Clinic => 0.5,
        PlaceKind::Hospital => 4.0,
        PlaceKind::Restaurant => 0.2,
        PlaceKind::Worship => 0.01,
        PlaceKind::Culture | PlaceKind::MetroStation | PlaceKind::BusStation => 0.05,
        PlaceKind::Office | PlaceKind::Factory | PlaceKind::Depot | PlaceKind::Government => return None,
        PlaceKind::Home | PlaceKind::Park | PlaceKind::Gate | PlaceKind::Hall => 0.0,
    })
}

/// Branch of a job at a kind of place; offices and works are mixed (shares are assumptions).
pub fn sector_of(kind: PlaceKind, unit: f32) -> Sector {
    match kind {
        PlaceKind::Office if unit < 0.12 => Sector::Construction,
        PlaceKind::Office if unit < 0.34 => Sector::Services,
        PlaceKind::Office => Sector::Office,
        PlaceKind::Factory if unit < 0.25 => Sector::Construction,
        PlaceKind::Factory => Sector::Industry,
        PlaceKind::School | PlaceKind::Kindergarten | PlaceKind::University => Sector::Education,
        PlaceKind::Shop | PlaceKind::Market | PlaceKind::Mall | PlaceKind::Pharmacy => Sector::Trade,
        PlaceKind::Clinic | PlaceKind::Hospital => Sector::Health,
        PlaceKind::Restaurant => Sector::Hospitality,
        PlaceKind::Government => Sector::Public,
        PlaceKind::Depot | PlaceKind::MetroStation | PlaceKind::BusStation | PlaceKind::Gate => {
            Sector::Transport
        }
        PlaceKind::Worship | PlaceKind::Culture | PlaceKind::Park | PlaceKind::Home | PlaceKind::Hall => {
            Sector::Services
        }
    }
}

/// Rounds weights to whole numbers whose running totals follow the weights'.
pub fn whole(weights: &[f64]) -> Vec<u32> {
    let (mut so_far, mut given) = (0.5, 0_u64);
    let round = |w: &f64| {
        so_far += w.max(0.0);
        let upto = so_far.floor() as u64;
        let n = upto - given;
        given = upto;
        n as u32
    };
    weights.iter().map(round).collect()
}

/// Jobs at every place, in place order: the city's own where it names any. Else a zone's places of service have staff in proportion to their capacity; the
/// rest of the zone's jobs go to its desks and works in proportion to theirs (to the nearest zone with any, where it
/// has none).
pub fn jobs_of_places(city: &City, km: &ZoneDistances) -> Vec<f64> {
    let places = &city.places;
    if places.jobs.as_slice().iter().any(|j| *j > 0) {
        return places.jobs.as_slice().iter().map(|j| f64::from(*j)).collect();
    }
    let zones = city.zones.len();
    let mut jobs = vec![0.0; places.len()];
    let mut served = vec![0.0; zones];
    let mut desks = vec![0.0; zones];
    for (id, kind) in places.kind.iter() {
        let (zone, capacity) = (places.zone[id].0 as usize, f64::from(places.capacity[id]));
        match staff_per_capacity(*kind) {
            Some(ratio) => {
                jobs[id.0 as usize] = ratio * capacity;
                served[zone] += ratio * capacity;
            }
            None => desks[zone] += capacity.max(1.0),
        }
    }
    let source: Vec<f64> = city.zones.jobs.as_slice().iter().map(|j| f64::from(*j)).collect();
    let known = source.iter().sum::<f64>() > 0.0;
    let mut rest = vec![0.0; zones];
    for zone in 0..zones {
        let extra = if known { (source[zone] - served[zone]).max(0.0) } else { desks[zone] };
        let open = |z: &usize| desks[*z] > 0.0;
        let near = |a: &usize, b: &usize| km.row(zone)[*a].total_cmp(&km.row(zone)[*b]);
        let host = if open(&zone) { Some(zone) } else { (0..zones).filter(open).min_by(near) };
        if let Some(host) = host.filter(|_| extra > 0.0) {
            rest[host] += extra;
        }
    }
    for (id, _) in places.kind.iter().filter(|(_, k)| staff_per_capacity(**k).is_none()) {
        let zone = places.zone[id].0 as usize;
        jobs[id.0 as usize] = rest[zone] * f64::from(places.capacity[id]).max(1.0) / desks[zone];
    }
    jobs
}

/// Gives everybody an occupation by age, and an anchor to those who have one; tells too how many jobs each place would
/// have if all residents lived.
pub fn anchor(
    city: &City,
    km: &ZoneDistances,
    person: &mut [Resident],
    params: &PopulationParams,
    sample: f64,
    seed: u64,
) -> (AnchorReport, Vec<f64>) {
    for (i, p) in person.iter_mut().enumerate() {
        p.occupation = occupation(p.age, params, &mut Draw::new(seed, purpose::OCCUPATION, i as u32, 0));
    }
    let mut report = AnchorReport::default();
    // Of each place's jobs, the share that the sample keeps, over the sample's own.
    let mut staffed = vec![1.0; city.places.len()];
    let schools = [
        (Occupation::Preschool, PlaceKind::Kindergarten, params.day_care_km),
        (Occupation::Pupil, PlaceKind::School, params.school_km),
        (Occupation::Student, PlaceKind::University, params.university_km),
    ];
    for (which, (occupation, kind, target_km)) in schools.into_iter().enumerate() {
        let demand = person.iter().filter(|p| p.occupation == occupation).count() as f64;
        let places = city.places.of_kind(kind);
        let seats: Vec<f64> = places.iter().map(|p| f64::from(city.places.capacity[*p]).max(1.0)).collect();
        let all = seats.iter().sum::<f64>() * sample;
        let factor = demand * 1.02 / all.max(1e-9);
        report.seats_factor[which] = factor.max(1.0);
        let seats: Vec<f64> = seats.iter().map(|s| s * opened(factor, sample)).collect();
        let room = f64::from(seats_of_room(kind, params).unwrap_or(1));
        let open = whole_rooms(&seats, sample, |_| room);
        for ((place, seats), open) in places.iter().zip(&seats).zip(&open) {
            if shares_a_room(*seats, sample, room) {
                staffed[place.0 as usize] = f64::from(*open) / (seats * sample);
            }
        }
        let open = posts(city, &places, &open);
        report.education[which] = give(
            city,
            km,
            person,
            &open,
            &Given { occupation, target_km, power: 0.0, which: which as u32 },
            seed,
        );
        if places.is_empty() {
            report.seats_factor[which] = 1.0;
        }
    }
    let jobs = jobs_of_places(city, km);
    let employed = person.iter().filter(|p| p.occupation == Occupation::Worker).count() as f64;
    let total = jobs.iter().sum::<f64>() * sample;
    report.jobs_in_source = sampled(city.zones.jobs.as_slice(), sample).iter().map(|j| u64::from(*j)).sum();
    let factor = if total > 0.0 { (employed + 1.0) / total } else { 1.0 };
    report.jobs_factor = factor.max(1.0);
    // Where no class is, no teacher is.
    let jobs: Vec<f64> = jobs.iter().zip(&staffed).map(|(j, s)| j * s * opened(factor, sample)).collect();
    let places: Vec<PlaceId> = city.places.kind.ids().collect();
    let open = if sample < 1.0 {
        let in_teams = |i: usize| city.places.kind[places[i]].setting() == Setting::Work;
        sampled_jobs(&jobs, (sample, seed), (employed, f64::from(params.team_mean)), in_teams)
    } else {
        whole(&jobs)
    };
    let open = posts(city, &places, &open);
    let given = Given {
        occupation: Occupation::Worker,
        target_km: params.commute_km,
        power: params.commute_power,
        which: 3,
    };
    report.work = give(city, km, person, &open, &given, seed);
    (report, jobs)
}

/// By what seats or jobs are multiplied that are needed `factor` times as often as there are any: all residents have a
/// choice of those that are too many; a sample, whose rooms are whole, has as many as are needed, so that they fill.
fn opened(factor: f64, sample: f64) -> f64 {
    if sample < 1.0 { factor } else { factor.max(1.0) }
}

fn occupation(age: u8, params: &PopulationParams, draw: &mut Draw) -> Occupation {
    let at_work = params.employment_rate[band(age)];
    match age {
        1..=5 if draw.chance(params.day_care_rate) => Occupation::Preschool,
        6..=17 if draw.chance(params.school_rate) => Occupation::Pupil,
        18..=24 if draw.chance(params.university_rate) => Occupation::Student,
        // The band 10–19 counts all its ten years; only those of 16 and older and out of school and university work.
        16..=19 if draw.chance((at_work / out_of_school(params)).min(1.0)) => Occupation::Worker,
        // Students of 20 to 24 are out of the pool already.
        20..=29 if draw.chance((at_work / (1.0 - 0.5 * params.university_rate)).min(1.0)) => {
            Occupation::Worker
        }
        30.. if draw.chance(at_work) => Occupation::Worker,
        _ if age >= params.retirement_age => Occupation::Retired,
        _ => Occupation::None,
    }
}

/// Share of the ages 10 to 19 that is 16 or older and neither in school nor at university.
fn out_of_school(params: &PopulationParams) -> f64 {
    (0.2 * (1.0 - params.school_rate) + 0.2 * (1.0 - params.university_rate)).max(0.01)
}

fn posts(city: &City, places: &[PlaceId], count: &[u32]) -> Vec<(PlaceId, u32, u32)> {
    let zone = |p: PlaceId| city.places.zone[p].0;
    places.iter().zip(count).filter(|(_, n)| **n > 0).map(|(p, n)| (*p, zone(*p), *n)).collect()
}

struct Given {
    occupation: Occupation,
    target_km: f64,
    power: f64,
    which: u32,
}

fn give(
    city: &City,
    km: &ZoneDistances,
    person: &mut [Resident],
    place: &[(PlaceId, u32, u32)],
    given: &Given,
    seed: u64,
) -> GravityReport {
    let zone = |p: &Resident| city.places.zone.get(p.slot[slot::HOME]).copied().unwrap_or(ZoneId(0)).0;
    let chooser: Vec<(u32, u32)> = person
        .iter()
        .enumerate()
        .filter(|(_, p)| p.occupation == given.occupation)
        .map(|(i, p)| (PersonId(i as u32).0, zone(p)))
        .collect();
    let choice = Choice {
        chooser: &chooser,
        place,
        target_km: given.target_km,
        power: given.power,
        purpose: [purpose::ANCHOR_ORDER, purpose::ANCHOR, purpose::POSTS],
        which: given.which,
    };
    let (taken, report) = choose(km, &choice, seed);
    for ((i, _), place) in chooser.iter().zip(taken) {
        let p = &mut person[*i as usize];
        p.slot[slot::ANCHOR] = place;
        match place.get() {
            // Without a seat in the whole city a child stays at home, and so does a worker without a job.
            None => p.occupation = Occupation::None,
            Some(id) if given.occupation == Occupation::Worker => {
                let unit = Draw::new(seed, purpose::OCCUPATION, *i, 1).unit_f32();
                p.sector = sector_of(city.places.kind[id], unit);
            }
            Some(_) => {}
        }
    }
    report
}
