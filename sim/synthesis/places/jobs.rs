//! Jobs: staff of the places people visit, the rest in establishments of realistic sizes; each zone's sum is exact.
use crate::places::infer::Ground;
use crate::places::rates;
use crate::places::share::share;
use crate::places::{Draft, homes, purpose};
use citytwin_world::draw::Draw;
use citytwin_world::id::Key;
use citytwin_world::{PlaceKind, ZoneId};

/// Share of a zone's jobs that the staff of visited places may take before they are scaled down.
const STAFF_SHARE_MAX: f64 = 0.75;

/// Jobs a place asks for before its zone's total is met.
fn staff(draft: &Draft) -> f64 {
    match draft.kind {
        PlaceKind::Hospital => f64::from(draft.capacity) * rates::JOBS_PER_BED,
        PlaceKind::MetroStation | PlaceKind::BusStation => rates::STATION_JOBS,
        kind => match rates::JOBS_PER_PUPIL.iter().find(|(k, _)| *k == kind) {
            Some((_, per_pupil)) => f64::from(draft.capacity) * per_pupil,
            None => rates::of(kind).map_or(0.0, |r| r.jobs),
        },
    }
}

fn is_desk(kind: PlaceKind) -> bool {
    matches!(kind, PlaceKind::Office | PlaceKind::Factory | PlaceKind::Depot)
}

/// Jobs of each zone where no source counts them: the staff of its places and the rest by `weight` (floor area that
/// isn't lived in, or junctions).
pub fn zone_totals(drafts: &[Draft], total: u32, weight: &[f64]) -> Vec<u32> {
    let mut staffed = vec![0.0; weight.len()];
    for draft in drafts {
        if let Some(sum) = staffed.get_mut(draft.zone.index()) {
            *sum += staff(draft);
        }
    }
    let asked: f64 = staffed.iter().sum();
    let rest = (f64::from(total) - asked).max(f64::from(total) * (1.0 - STAFF_SHARE_MAX));
    let all: f64 = weight.iter().sum();
    let of = |(s, w): (&f64, &f64)| {
        let open = if all > 0.0 { w / all } else { 1.0 / weight.len().max(1) as f64 };
        s + rest * open
    };
    share(total, &staffed.iter().zip(weight).map(of).collect::<Vec<f64>>())
}

/// Gives every place its jobs and adds establishments, so that each zone's jobs are its places' jobs exactly.
pub fn settle(ground: &Ground<'_>, drafts: &mut Vec<Draft>) {
    let mut of_zone: Vec<Vec<usize>> = vec![Vec::new(); ground.zones.len()];
    for (at, draft) in drafts.iter().enumerate() {
        if draft.kind != PlaceKind::Home
            && let Some(list) = of_zone.get_mut(draft.zone.index())
        {
            list.push(at);
        }
    }
    for (zone, members) in of_zone.iter().enumerate() {
        let zone = ZoneId::from_index(zone);
        let total = ground.zones.jobs[zone];
        let asked: Vec<f64> = members.iter().filter_map(|at| drafts.get(*at)).map(staff).collect();
        let sum: f64 = asked.iter().sum();
        let desks: Vec<usize> =
            members.iter().copied().filter(|at| drafts.get(*at).is_some_and(|d| is_desk(d.kind))).collect();
        let for_staff = (sum.min(f64::from(total) * STAFF_SHARE_MAX)).round() as u32;
        let given = if sum > 0.0 { share(for_staff, &asked) } else { vec![0; members.len()] };
        for (at, jobs) in members.iter().zip(&given) {
            if let Some(draft) = drafts.get_mut(*at) {
                draft.jobs = *jobs;
            }
        }
        let rest = total - given.iter().sum::<u32>();
        establish(ground, zone, rest, &desks, drafts);
    }
    for draft in drafts.iter_mut().filter(|d| is_desk(d.kind)) {
        draft.capacity = draft.jobs;
        if draft.floor_m2 == 0.0 {
            draft.floor_m2 = draft.jobs as f32 * rates::FLOOR_M2_PER_JOB;
            draft.height_m = homes::height_m(draft.floor_m2);
        }
    }
}

/// Splits a zone's remaining jobs into establishments: mapped offices and works first, then inferred ones.
fn establish(ground: &Ground<'_>, zone: ZoneId, jobs: u32, desks: &[usize], drafts: &mut Vec<Draft>) {
    let mut draw = Draw::new(ground.seed, purpose::ESTABLISHMENTS, zone.0, 0);
    let mut mapped = desks.iter();
    let mut rest = jobs;
    let mut number = 0;
    while rest > 0 {
        let size = size(&mut draw).min(rest);
        rest -= size;
        if let Some(draft) = mapped.next().and_then(|at| drafts.get_mut(*at)) {
            draft.jobs = size;
            continue;
        }
        let mut unit = draw.unit_f64();
        let kind = rates::ESTABLISHMENT_KINDS.iter().find(|(_, share)| {
            unit -= share;
            unit < 0.0
        });
        let mut draft = ground.place(kind.map_or(PlaceKind::Office, |(k, _)| *k), zone, number);
        draft.jobs = size;
        drafts.push(draft);
        number += 1;
    }
}

/// Staff of one establishment.
fn size(draw: &mut Draw) -> u32 {
    let mut unit = draw.unit_f64();
    let class = rates::ESTABLISHMENT_SIZES.iter().find(|(_, share)| {
        unit -= share;
        unit < 0.0
    });
    let [low, high] = class.map_or([1, 4], |(range, _)| *range);
    // Within a class the logarithm is even: small ones are more frequent.
    let (low, high) = (f64::from(low), f64::from(high) + 1.0);
    (low * (high / low).powf(draw.unit_f64())).floor() as u32
}
