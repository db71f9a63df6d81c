//! Rounds of mass testing: residents are called up zone by zone, their swabs go into shared tubes, and everybody of a
//! positive tube is swabbed again alone.
use super::Testing;
use citytwin_engine::{Board, Department, Levers, Now, Record, RecordKind, ScreeningRound, TICKS_PER_DAY};
use citytwin_world::population::Hold;
use citytwin_world::services::Tube;
use citytwin_world::{Draw, PersonId, Residents, Stage, World};
use std::collections::BTreeMap;
use std::ops::Range;

/// Purposes of the draws: who comes when called up, whose swab is found in a tube, which tube is positive for nothing.
const COMES: u32 = 0x0606;
const FOUND: u32 = 0x0607;
const FALSE_TUBE: u32 = 0x0608;

/// Hours from noon, when swabs of a day are taken, to the day's last hour, in which they are counted.
const SINCE_NOON: u32 = 11;

/// All residents by zone of their home, and by number in it: found once since it never changes.
#[derive(Default)]
pub(super) struct Queue {
    persons: Vec<(u32, PersonId)>,
}

impl Queue {
    /// Everybody of a world.
    pub fn of(world: &World) -> Self {
        let residents: &Residents = &world.people.residents;
        let zone = |id| residents.home_zone(&world.city.places, id);
        let mut persons: Vec<_> = residents.person.ids().filter_map(|id| Some((zone(id)?, id))).collect();
        persons.sort_unstable();
        Self { persons }
    }

    /// Those in some places of a line in which the zones named stand one after the other, or all where none is named.
    fn places(&self, zones: &[u32], places: Range<usize>) -> Vec<PersonId> {
        let of_zone = |zone: u32| {
            let start = self.persons.partition_point(|(other, _)| *other < zone);
            let end = self.persons.partition_point(|(other, _)| *other <= zone);
            &self.persons[start..end]
        };
        let mut line = Vec::new();
        let (mut skip, mut want) = (places.start, places.len());
        let mut take = |part: &[(u32, PersonId)]| {
            let from = skip.min(part.len());
            let to = (from + want).min(part.len());
            line.extend(part[from..to].iter().map(|(_, person)| *person));
            (skip, want) = (skip - from, want - (to - from));
        };
        if zones.is_empty() {
            take(&self.persons);
        }
        zones.iter().for_each(|zone| take(of_zone(*zone)));
        line
    }
}

impl Testing {
    /// At the end of a day: what was swabbed in a round today. Those who were called up and did not come are told.
    pub(super) fn sample(
        &mut self,
        now: Now,
        world: &mut World,
        round: &ScreeningRound,
        levers: &Levers,
        board: &mut Board,
    ) {
        let Some(day) = now.day().checked_sub(round.first_day) else { return };
        let (capacity_per_day, shown) = (levers.testing.capacity_per_day, levers.asks_for_tests());
        let per_day = world.people.len() as f64 * round.swabs_per_resident;
        let place = |day: u32| (per_day * f64::from(day)).floor() as usize;
        let queue = self.queue.get_or_insert_with(|| Queue::of(world));
        let called = queue.places(&round.zones, place(day)..place(day + 1));
        let mut swabbed = Vec::with_capacity(called.len());
        for person in called.into_iter().filter(|person| can_come(world, *person, round.age_from)) {
            let mut draw = Draw::new(now.seed, COMES, person.0, round.first_day);
            if draw.chance(f64::from(round.participation)) {
                swabbed.push(person);
                continue;
            }
            let (kind, observer) = (RecordKind::MissedScreening, Department::HealthCommission);
            board.tell(now.tick + 1, Record { kind, observer, person, observed_tick: now.tick });
        }
        world.services.pooled.swabs_today += swabbed.len() as u64;
        let mut booked = self.booked(world);
        let wanted = now.tick + 1 + self.laboratory_ticks.saturating_sub(SINCE_NOON + 1);
        let mut result_tick = wanted;
        for members in swabbed.chunks(round.pool.max(1) as usize) {
            while capacity_per_day > 0
                && booked.get(&(result_tick / TICKS_PER_DAY)).is_some_and(|count| *count >= capacity_per_day)
            {
                result_tick += TICKS_PER_DAY;
            }
            let result_day = result_tick / TICKS_PER_DAY;
            *booked.entry(result_day).or_default() += 1;
            *world.services.pooled.booked.entry(result_day).or_default() += 1;
            if self.is_positive(now, world, members, round) {
                world.services.pooled.positive.push(Tube { result_tick, members: members.to_vec() });
            } else if shown {
                board.tell_negatives(result_tick + 1, now.tick - SINCE_NOON, members);
            }
        }
    }

    fn is_positive(&self, now: Now, world: &World, members: &[PersonId], round: &ScreeningRound) -> bool {
        let taken_tick = now.tick - SINCE_NOON;
        let found = |person: &PersonId| {
            let chance = self.finds(world, *person, taken_tick) * f64::from(round.pool_sensitivity);
            chance > 0.0 && Draw::new(now.seed, FOUND, person.0, taken_tick).chance(chance)
        };
        let first = members.first().map_or(0, |person| person.0);
        members.iter().any(found)
            || Draw::new(now.seed, FALSE_TUBE, first, taken_tick).chance(1.0 - self.specificity)
    }

    /// Every hour: those of the tubes found positive now.
    pub(super) fn of_positive_tubes(&self, now: Now, world: &mut World) -> Vec<PersonId> {
        let pooled = &mut world.services.pooled;
        let mut members = Vec::new();
        pooled.positive.retain(|tube| {
            let due = tube.result_tick <= now.tick;
            if due {
                members.extend_from_slice(&tube.members);
                pooled.positive_today += 1;
            }
            !due
        });
        members
    }

    /// Tests and tubes that the laboratories have to read, by day of the result.
    pub(super) fn booked(&self, world: &World) -> BTreeMap<u32, u32> {
        let mut booked = world.services.pooled.booked.clone();
        for swab in &world.services.swabs {
            *booked.entry(swab.result_tick / TICKS_PER_DAY).or_default() += 1;
        }
        booked
    }
}

/// At midnight: counts of the day begin anew.
pub(super) fn begin_day(now: Now, world: &mut World) {
    let pooled = &mut world.services.pooled;
    (pooled.swabs_today, pooled.positive_today) = (0, 0);
    pooled.booked = pooled.booked.split_off(&now.day());
}

fn can_come(world: &World, person: PersonId, age_from: u8) -> bool {
    let people = &world.people;
    people.residents.person.get(person).is_some_and(|p| p.age >= age_from)
        && people.health.stage.get(person).is_some_and(|stage| *stage != Stage::Dead)
        && !matches!(people.today.get(person).map(|t| t.hold), Some(Hold::Bed | Hold::IntensiveCare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_stand_in_line_one_after_the_other() {
        let persons = [(0, 4), (0, 7), (1, 2), (2, 1), (2, 3)].map(|(zone, p)| (zone, PersonId(p)));
        let queue = Queue { persons: persons.to_vec() };
        let line =
            |zones: &[u32], places| queue.places(zones, places).iter().map(|p| p.0).collect::<Vec<_>>();
        assert_eq!(line(&[2, 0], 1..3), [3, 4]);
        assert_eq!(line(&[2, 0], 3..9), [7]);
        assert_eq!(line(&[9], 0..9), Vec::<u32>::new());
        assert_eq!(line(&[], 2..4), [2, 1]);
    }
}
