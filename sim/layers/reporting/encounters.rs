//! Who shared a room with whom, as far as somebody may ask for it later: kept for those who may become cases only.
use super::feeds::ReportingParams;
use super::interviews::has_app;
use citytwin_engine::{Now, TracingOrder};
use citytwin_world::services::Encounter;
use citytwin_world::{Draw, IdSet, PersonId, Residents, Setting, Visit, VisitLog, World};
use rayon::prelude::*;

/// Purpose of the draw whose company is kept where there are too many.
const KEPT: u32 = 0x05E0;

/// Everybody who shared a room with one of some persons for long enough on a day, a row for each stay: what `row` makes
/// of the person and the other's stay. Only stays that `counts` lets pass are looked at. The persons must be in order.
pub(super) fn company<T: Send>(
    residents: &Residents,
    visits: &VisitLog,
    persons: &[PersonId],
    least_min: u16,
    counts: impl Fn(&Visit) -> bool + Sync,
    row: impl Fn(PersonId, &Visit) -> T + Sync,
) -> Vec<T> {
    if persons.is_empty() {
        return Vec::new();
    }
    let counts = |visit: &Visit| visit.end_min.saturating_sub(visit.start_min) >= least_min && counts(visit);
    let mut theirs = IdSet::for_ids(residents.len());
    persons.iter().for_each(|person| theirs.set(*person, true));
    let gathered: Vec<Vec<Visit>> = visits
        .chunks
        .par_iter()
        .map(|chunk| chunk.iter().filter(|v| theirs.has(v.person) && counts(v)).copied().collect())
        .collect();
    let mut stays = gathered.concat();
    stays.retain(|visit| visit.room.0 < residents.rooms.count);
    stays.par_sort_unstable();
    let mut in_use = IdSet::for_ids(residents.rooms.count as usize);
    stays.iter().for_each(|visit| in_use.set(visit.room, true));
    let ranks = in_use.ranks();
    let rooms: Vec<&[Visit]> = stays.chunk_by(|a, b| a.room == b.room).collect();
    let near = |visit: &Visit, out: &mut Vec<T>| {
        for stay in rooms.get(in_use.rank(&ranks, visit.room)).copied().unwrap_or_default() {
            let (from, until) = (stay.start_min.max(visit.start_min), stay.end_min.min(visit.end_min));
            if stay.person != visit.person && until.saturating_sub(from) >= least_min {
                out.push(row(stay.person, visit));
            }
        }
    };
    let found: Vec<Vec<T>> = visits
        .chunks
        .par_iter()
        .map(|chunk| {
            let mut out = Vec::new();
            let inside = chunk.iter().filter(|v| in_use.has(v.room) && counts(v));
            inside.for_each(|visit| near(visit, &mut out));
            out
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// The encounters kept so far with those of today: of everybody with a running infection or a positive swab, told or
/// not, since nobody else can become a case of this infection.
pub(super) fn keep(
    now: Now,
    world: &World,
    params: &ReportingParams,
    order: &TracingOrder,
    kept: Vec<Encounter>,
) -> Vec<Encounter> {
    let residents = &world.people.residents;
    let setting = |visit: &Visit| residents.rooms.setting.get(visit.room).copied();
    // Whom nobody could name is left out, unless the phones of both could.
    let app = |person| order.app_share > 0.0 && has_app(now, residents, order, person);
    let counts = |visit: &Visit| {
        let recall = setting(visit).map(|setting| order.recall[setting as usize]);
        recall.is_some_and(|recall| recall > 0.0 || app(visit.person))
    };
    let tick = now.tick;
    let row = |case, visit: &Visit| Encounter {
        case,
        other: visit.person,
        setting: setting(visit).unwrap_or(Setting::Public),
        first_tick: tick,
        last_tick: tick,
    };
    // A case may become known some days after its last company that matters.
    let oldest = tick.saturating_sub(order.history_ticks().saturating_add(params.tracing_slack_ticks));
    // A sample keeps a sample of what the city would, so that it costs and finds as much of it.
    let most = (params.tracing_cases as f64 * world.share_simulated()).ceil() as usize;
    let persons = watched(now, world, oldest, most);
    let mut today = company(residents, &world.visits, &persons, order.contact_min, counts, row);
    today.par_sort_unstable();
    today.dedup();
    merge(kept, today, oldest)
}

/// Whose company is kept today, in order: those not infected before `oldest`, as many as there may be, the same ones
/// from day to day as far as that goes.
fn watched(now: Now, world: &World, oldest: u32, most: usize) -> Vec<PersonId> {
    let health = &world.people.health;
    let running = health.active.iter().filter_map(|i| health.episodes.get(*i as usize));
    let running = running.filter(|episode| episode.infected_tick >= oldest).map(|episode| episode.person);
    let positive = world.services.swabs.iter().filter(|swab| swab.positive).map(|swab| swab.person);
    let mut persons: Vec<PersonId> = running.chain(positive).collect();
    persons.sort_unstable();
    persons.dedup();
    if persons.len() > most {
        let share = most as f64 / persons.len() as f64;
        persons.retain(|person| Draw::new(now.seed, KEPT, person.0, 0).chance(share));
    }
    persons
}

/// Two lists in order as one, pairs in one setting joined, those not met since `oldest` forgotten.
fn merge(kept: Vec<Encounter>, today: Vec<Encounter>, oldest: u32) -> Vec<Encounter> {
    let key = |e: &Encounter| (e.case, e.other, e.setting);
    let mut all = Vec::with_capacity(kept.len() + today.len());
    let mut new = today.into_iter().peekable();
    for mut held in kept {
        while let Some(before) = new.next_if(|e| key(e) < key(&held)) {
            all.push(before);
        }
        if let Some(again) = new.next_if(|e| key(e) == key(&held)) {
            held.last_tick = again.last_tick;
        }
        if held.last_tick >= oldest {
            all.push(held);
        }
    }
    all.extend(new);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encounters_of_a_pair_are_one_and_old_ones_are_forgotten() {
        let met = |case, other, first_tick, last_tick| Encounter {
            case: PersonId(case),
            other: PersonId(other),
            setting: Setting::Work,
            first_tick,
            last_tick,
        };
        let kept = vec![met(1, 2, 23, 47), met(1, 5, 23, 23), met(4, 1, 47, 47)];
        let today = vec![met(1, 2, 71, 71), met(1, 3, 71, 71), met(9, 1, 71, 71)];
        let wanted = [met(1, 2, 23, 71), met(1, 3, 71, 71), met(4, 1, 47, 47), met(9, 1, 71, 71)];
        assert_eq!(merge(kept, today, 40), wanted);
    }
}
