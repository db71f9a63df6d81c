//! What happens to persons and is seen by somebody: symptoms, tests, hospital stays, deaths, arrivals.
use super::desk::Desk;
use super::requests::Asked;
use citytwin_engine::{Department as By, Now, Record, RecordKind as Kind, TICKS_PER_DAY};
use citytwin_world::health::NEVER;
use citytwin_world::{
    DayType, DigitalFunction, Draw, Health, Occupation, PersonId, PlaceKind, Services, Setting, Stage,
};
use rayon::prelude::*;

/// Purposes of the draws: whether the platform takes a declaration, who comes from outside, and how.
const DECLARES: u32 = 0x0510;
const TRAVELS: u32 = 0x0511;
const ARRIVES_BY: u32 = 0x0512;
/// Whether a checkpoint at a gate of the city stops somebody.
const AT_GATE: u32 = 0x0515;
/// Whether the city from which somebody comes has a colour for them.
const RECOGNISED: u32 = 0x0516;

/// Infections looked at together.
const PIECE: usize = 1024;

/// First tick of the day of an hour.
fn midnight(now: Now) -> u32 {
    now.tick - now.hour()
}

/// At the end of a day: those whose symptoms began declare them, buy medicine, or stay away from class and work.
pub(super) fn symptoms(desk: &mut Desk, health: &Health, services: &Services, level: f32) -> Asked {
    let today = midnight(desk.now)..desk.now.tick + 1;
    let ill: Vec<(PersonId, u32)> = health
        .active
        .par_iter()
        .with_min_len(PIECE)
        .filter_map(|i| health.episodes.get(*i as usize))
        .filter(|e| e.symptoms_tick != NEVER && today.contains(&e.symptoms_tick))
        .map(|e| (e.person, e.symptoms_tick))
        .collect();
    let others = services.other_illness.iter().map(|person| (*person, today.start));
    let mut asked = Asked::default();
    for (person, tick) in ill.into_iter().chain(others) {
        falls_ill(desk, person, tick, level, &mut asked);
    }
    asked
}

fn falls_ill(desk: &mut Desk, person: PersonId, tick: u32, level: f32, asked: &mut Asked) {
    let Some(resident) = desk.residents.person.get(person) else { return };
    if desk.reaches(person, DigitalFunction::Declaration) {
        let mut draw = Draw::new(desk.now.seed, DECLARES, person.0, tick);
        if asked.ask(&mut draw, level) {
            desk.tell(By::Citizens, Kind::SymptomReport, person, tick);
        }
    }
    desk.tell(By::Pharmacies, Kind::FeverMedicine, person, tick);
    let absent_from = match resident.occupation {
        Occupation::Preschool | Occupation::Pupil | Occupation::Student => By::Schools,
        Occupation::Worker => By::Employers,
        Occupation::None | Occupation::Retired => return,
    };
    if desk.now.day_type == DayType::Workday {
        desk.tell(absent_from, Kind::SymptomReport, person, tick);
    }
}

/// Every hour: the results that laboratories have; positive ones are notified to the health commission.
pub(super) fn results(desk: &mut Desk, services: &Services) {
    let tick = desk.now.tick;
    let due = services.swabs.partition_point(|swab| swab.result_tick < tick);
    for swab in services.swabs.iter().skip(due).take_while(|swab| swab.result_tick == tick) {
        let kind = if swab.positive { Kind::TestPositive } else { Kind::TestNegative };
        desk.tell(By::Laboratories, kind, swab.person, tick);
        if swab.positive {
            desk.tell(By::HealthCommission, kind, swab.person, tick);
        }
    }
}

/// All patients now in a bed, by id.
pub(super) fn patients(services: &Services) -> Vec<PersonId> {
    let all = services.hospitals.iter().flat_map(|h| h.patients.iter().chain(&h.icu_patients));
    let mut patients: Vec<PersonId> = all.copied().collect();
    patients.sort_unstable();
    patients
}

/// Every hour: who came into a hospital and who left it, alive or dead, since the hour began.
pub(super) fn hospital_stays(desk: &mut Desk, health: &Health, before: &[PersonId], after: &[PersonId]) {
    let tick = desk.now.tick;
    for person in after.iter().filter(|person| before.binary_search(person).is_err()) {
        desk.tell(By::Hospitals, Kind::Admission, *person, tick);
        desk.tell(By::HealthCommission, Kind::Admission, *person, tick);
    }
    for person in before.iter().filter(|person| after.binary_search(person).is_err()) {
        let dead = health.stage.get(*person) == Some(&Stage::Dead);
        desk.tell(By::Hospitals, if dead { Kind::Death } else { Kind::Discharge }, *person, tick);
        if dead {
            desk.tell(By::HealthCommission, Kind::Death, *person, tick);
        }
    }
}

/// At the end of a day: deaths of the disease, wherever they happened, are registered.
pub(super) fn deaths(desk: &mut Desk, health: &Health, active_at_midnight: &[u32]) {
    let dead: Vec<PersonId> = active_at_midnight
        .par_iter()
        .with_min_len(PIECE)
        .filter_map(|i| health.episodes.get(*i as usize).map(|e| e.person))
        .filter(|person| health.stage.get(*person) == Some(&Stage::Dead))
        .collect();
    for person in dead {
        desk.tell(By::CivilAffairs, Kind::Death, person, desk.now.tick);
    }
}

/// Whether anybody hears of somebody's arrival: where neighbouring cities recognise each other's codes, only of those
/// whom theirs has a colour for.
fn is_told_of(desk: &Desk, health: &Health, person: PersonId) -> bool {
    let Some([known, wrongly]) = desk.levers.recognition else { return true };
    let infected = matches!(health.stage.get(person), Some(Stage::Exposed | Stage::Infectious));
    let share = f64::from(if infected { known } else { wrongly });
    Draw::new(desk.now.seed, RECOGNISED, person.0, desk.now.day()).chance(share)
}

/// Whether a checkpoint on the highways takes down somebody who comes by road.
fn stopped_at_gate(desk: &Desk, person: PersonId) -> bool {
    let rule = desk.levers.checkpoint(PlaceKind::Gate);
    let share = rule.map_or(0.0, |rule| f64::from(rule.coverage) * f64::from(rule.diligence));
    share > 0.0 && Draw::new(desk.now.seed, AT_GATE, person.0, desk.now.day()).chance(share)
}

/// At the end of a day: those who came from outside the city, infected or not, by the way they came.
pub(super) fn arrivals(desk: &mut Desk, health: &Health) {
    let midnight = midnight(desk.now);
    let infected = health
        .episodes
        .iter()
        .rev()
        .take_while(|e| e.infected_tick.saturating_add(TICKS_PER_DAY) > midnight)
        .filter(|e| e.setting == Setting::Imported && e.infected_tick >= midnight);
    let mut persons: Vec<PersonId> = infected.map(|e| e.person).collect();
    let residents = desk.residents.len() as u32;
    let mut draw = Draw::new(desk.now.seed, TRAVELS, u32::MAX, desk.now.day());
    let count = draw.poisson(desk.params.arrivals_share * f64::from(residents)).min(u64::from(residents));
    persons.extend((0..count).map(|_| PersonId(draw.below(residents))));
    persons.retain(|person| health.stage.get(*person) != Some(&Stage::Dead));
    persons.sort_unstable();
    persons.dedup();
    persons.retain(|person| is_told_of(desk, health, *person));
    for person in persons {
        let way = Draw::new(desk.now.seed, ARRIVES_BY, person.0, desk.now.day()).unit_f64();
        let by = if way < desk.params.by_rail {
            By::Railway
        } else if way < desk.params.by_rail + desk.params.by_air {
            By::Aviation
        } else {
            By::Highway
        };
        if by == By::Highway && stopped_at_gate(desk, person) {
            let observed_tick = desk.now.tick;
            desk.hand_in(Record { kind: Kind::Arrival, observer: by, person, observed_tick });
        } else {
            desk.tell(by, Kind::Arrival, person, desk.now.tick);
        }
    }
}
