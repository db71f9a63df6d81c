//! What the tracing teams of the health commission learn: from cases who name whom they met, and from phones.
use citytwin_engine::{Board, Department, Now, Record, RecordKind, TracedCase, TracingOrder};
use citytwin_world::health::Health;
use citytwin_world::residents::flag;
use citytwin_world::services::Encounter;
use citytwin_world::{Draw, PersonId, Residents, Stage, World};

/// Purposes of the draws: whether a case can name a contact, whether and when the contact is reached, who has the app.
const NAMES: u32 = 0x05E1;
const REACHES: u32 = 0x05E2;
const HAS_APP: u32 = 0x05E3;
/// Shape of the gamma distribution of delays: a coefficient of variation of one half.
const DELAY_SHAPE: f64 = 4.0;

/// Every hour: the contacts of those interviewed, and those whom the phones of cases have met.
pub(super) fn trace(now: Now, world: &World, order: &TracingOrder, board: &mut Board) {
    let (health, residents) = (&world.people.health, &world.people.residents);
    let met = world.services.encounters.as_slice();
    for case in order.interviews.iter().filter(|case| is_alive(health, case.person)) {
        for found in company(now, health, order, case, met) {
            interview(now, order, case, &found, board);
        }
    }
    let app = |person| has_app(now, residents, order, person);
    for case in order.phones.iter().filter(|case| app(case.person)) {
        let found = company(now, health, order, case, met);
        let phones = found.filter(|found| found.kind == RecordKind::TracedContact && app(found.person));
        phones.for_each(|found| tell(board, now.tick, &found));
    }
}

/// Somebody whom a case has met.
struct Found {
    person: PersonId,
    kind: RecordKind,
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
            Some(Found { person: one.other, kind, last_tick: one.last_tick, recall })
        });
        roles.reduce(|a, b| {
            let (recall, last_tick) = (a.recall.max(b.recall), a.last_tick.max(b.last_tick));
            let contact = a.kind == RecordKind::TracedContact || b.kind == RecordKind::TracedContact;
            let kind = if contact { RecordKind::TracedContact } else { RecordKind::TracedSource };
            Found { person: a.person, kind, last_tick, recall }
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

fn has_app(now: Now, residents: &Residents, order: &TracingOrder, person: PersonId) -> bool {
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
