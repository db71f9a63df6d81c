//! What the tracing teams of the health commission learn: from cases who name whom they met, and from phones.
use citytwin_engine::{Board, Department, Now, Record, RecordKind, TracedCase, TracingOrder};
use citytwin_world::health::{Episode, Health};
use citytwin_world::residents::flag;
use citytwin_world::services::Encounter;
use citytwin_world::{Draw, PersonId, Residents, Stage, World};

/// Purposes of the draws: whether a case can name a contact, whether and when the contact is reached, who has the app.
const NAMES: u32 = 0x05E1;
const REACHES: u32 = 0x05E2;
const HAS_APP: u32 = 0x05E3;
/// Shape of the gamma distribution of delays: a coefficient of variation of one half.
const DELAY_SHAPE: f64 = 4.0;

/// Every hour: contacts who watch for symptoms and feel the first ones now, or felt them before they were reached.
pub(super) fn watch(now: Now, world: &World, order: &TracingOrder, board: &mut Board) {
    let Some(watched) = &order.watched else { return };
    let health = &world.people.health;
    let others = &world.services.other_illness;
    let running = health.active.iter().filter_map(|i| health.episodes.get(*i as usize));
    let mut ill: Vec<(PersonId, u32)> = running
        .filter(|episode| episode.symptoms_tick == now.tick && watched.has(episode.person))
        .map(|episode| (episode.person, now.tick))
        .collect();
    if now.day_begins() {
        ill.extend(others.iter().filter(|person| watched.has(**person)).map(|person| (*person, now.tick)));
    }
    for &person in &order.newly_watched {
        let felt = |e: &&Episode| e.symptoms_tick <= now.tick && now.tick < e.end_tick;
        if let Some(episode) = health.latest(person).filter(felt) {
            ill.push((person, episode.symptoms_tick));
        } else if others.binary_search(&person).is_ok() {
            ill.push((person, now.tick - now.hour()));
        }
    }
    ill.sort_unstable();
    ill.dedup_by_key(|(person, _)| *person);
    for (person, observed_tick) in ill {
        let (kind, observer) = (RecordKind::SymptomReport, Department::HealthCommission);
        board.tell(now.tick + 1, Record { kind, observer, person, observed_tick });
    }
}

/// Every hour: the contacts of those interviewed, and those whom the phones of cases have met, of all days or only those
/// `first_met` on one day.
pub(super) fn trace(
    now: Now,
    world: &World,
    order: &TracingOrder,
    first_met: Option<u32>,
    (interviews, phones): (&[TracedCase], &[TracedCase]),
    board: &mut Board,
) {
    let (health, residents) = (&world.people.health, &world.people.residents);
    let met = world.services.encounters.as_slice();
    let counts = |found: &Found| first_met.is_none_or(|tick| found.first_tick == tick);
    for case in interviews.iter().filter(|case| is_alive(health, case.person)) {
        for found in company(now, health, order, case, met).filter(counts) {
            interview(now, order, case, &found, board);
        }
    }
    let app = |person| has_app(now, residents, order, person);
    for case in phones.iter().filter(|case| app(case.person)) {
        let found = company(now, health, order, case, met).filter(counts);
        let phones = found.filter(|found| found.kind == RecordKind::TracedContact && app(found.person));
        phones.for_each(|found| tell(board, now.tick, &found));
    }
}

/// Somebody whom a case has met.
struct Found {
    person: PersonId,
    kind: RecordKind,
    first_tick: u32,
    last_tick: u32,
    /// Chance that the case can name the person, by the setting in which it is greatest.
    recall: f64,
}

/// Everybody whom a case has met, each once, as a contact if anything made a contact of them.
fn company<'a>(
    now: Now,
    health: &'a Health,
    order: &'a TracingOrder,
    case: &'a TracedCase,
    met: &'a [Encounter],
) -> impl Iterator<Item = Found> + 'a {
    let start = met.partition_point(|e| e.case < case.person);
    let length = met[start..].partition_point(|e| e.case == case.person);
    let by_person = met[start..start + length].chunk_by(|a, b| a.other == b.other);
    by_person.filter_map(move |encounters| {
        let roles = encounters.iter().filter_map(|one| {
            let kind = role(now, health, order, case, one)?;
            let recall = f64::from(order.recall[one.setting as usize]);
            let (first_tick, last_tick) = (one.first_tick, one.last_tick);
            Some(Found { person: one.other, kind, first_tick, last_tick, recall })
        });
        roles.reduce(|a, b| {
            let (recall, last_tick) = (a.recall.max(b.recall), a.last_tick.max(b.last_tick));
            let first_tick = a.first_tick.min(b.first_tick);
            let contact = a.kind == RecordKind::TracedContact || b.kind == RecordKind::TracedContact;
            let kind = if contact { RecordKind::TracedContact } else { RecordKind::TracedSource };
            Found { person: a.person, kind, first_tick, last_tick, recall }
        })
    })
}

/// A case names somebody or not; who is named is reached some time later, or never.
fn interview(now: Now, order: &TracingOrder, case: &TracedCase, found: &Found, board: &mut Board) {
    let both = case.person.0 ^ found.person.0.rotate_left(16);
    if !Draw::new(now.seed, NAMES, both, case.since_tick).chance(found.recall) {
        return;
    }
    let mut draw = Draw::new(now.seed, REACHES, both, case.since_tick);
    if draw.chance(f64::from(order.reached)) {
        let delay = f64::from(order.delay_h) * draw.gamma(DELAY_SHAPE) / DELAY_SHAPE;
        tell(board, now.tick.saturating_add(delay.round() as u32), found);
    }
}

fn is_alive(health: &Health, person: PersonId) -> bool {
    health.stage.get(person).is_some_and(|stage| *stage != Stage::Dead)
}

/// Whether a resident has the app that remembers whom it met.
pub(super) fn has_app(now: Now, residents: &Residents, order: &TracingOrder, person: PersonId) -> bool {
    residents.person.get(person).is_some_and(|p| p.has(flag::PHONE))
        && Draw::new(now.seed, HAS_APP, person.0, 0).chance(f64::from(order.app_share))
}

/// What somebody whom a case has met is to the case: a contact from shortly before the symptoms on, who may have been
/// infected, or one from before, who may have infected the case. A case knows when symptoms began.
fn role(
    now: Now,
    health: &Health,
    order: &TracingOrder,
    case: &TracedCase,
    met: &Encounter,
) -> Option<RecordKind> {
    let onset = health.latest(case.person).map_or(u32::MAX, |episode| episode.symptoms_tick);
    let felt = onset <= now.tick && onset <= case.since_tick;
    let from_tick = if felt { onset } else { case.since_tick };
    if met.last_tick >= from_tick.saturating_sub(order.forward_ticks) {
        Some(RecordKind::TracedContact)
    } else if order.source_ticks > 0 && met.last_tick >= from_tick.saturating_sub(order.source_ticks) {
        Some(RecordKind::TracedSource)
    } else {
        None
    }
}

fn tell(board: &mut Board, tick: u32, found: &Found) {
    let observer = Department::HealthCommission;
    let Found { person, kind, last_tick, .. } = *found;
    board.tell(tick.saturating_add(1), Record { kind, observer, person, observed_tick: last_tick });
}
