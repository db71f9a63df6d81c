//! What households need, use and keep.
use citytwin_engine::Now;
use citytwin_world::id::Key;
use citytwin_world::population::Hold;
use citytwin_world::residents::flag;
use citytwin_world::supply::{Good, GoodDay, GroupNeed, HouseholdGroup, Supply, gini};
use citytwin_world::{HouseholdId, PersonId, Population, World};
use rayon::prelude::*;

/// Age from which on a resident's need is that of the old, years.
const OLD_YEARS: u8 = 60;
/// Households per piece of work: a fixed number, so that results can't depend on threads.
const CHUNK: usize = 4_096;
/// Steps in which the share of need met is counted for the Gini coefficient.
const SHARES: usize = 1_001;
/// The most days left that are counted, thousandths.
const DAYS_LEFT_MAX: u64 = 365_000;

/// Who eats at home: members by need (younger, older), and the groups that they belong to.
#[derive(Clone, Copy, Default)]
pub struct Table {
    /// Members at home by kind of need.
    pub members: [u32; 2],
    /// Whether somebody has a phone.
    pub phone: bool,
    /// Whether somebody is old, at home or not.
    pub old: bool,
}

impl Table {
    /// The members of a household who are neither in a bed or a house for cases nor dead.
    pub fn of(people: &Population, household: HouseholdId) -> Self {
        let mut table = Self::default();
        for index in people.residents.members(household) {
            let id = PersonId::from_index(index);
            let (Some(person), Some(today)) = (people.residents.person.get(id), people.today.get(id)) else {
                continue;
            };
            let old = person.age >= OLD_YEARS;
            let dead = today.hold == Hold::Dead;
            table.phone |= person.has(flag::PHONE) && !dead;
            table.old |= old && !dead;
            if matches!(today.hold, Hold::Free | Hold::Queue) {
                table.members[usize::from(old)] += 1;
            }
        }
        table
    }

    /// Their need of a good, thousandths of a unit a day.
    pub fn need(&self, good: &Good) -> u64 {
        let of = |kind: usize| u64::from(self.members[kind]) * u64::from(good.person_need[kind]);
        of(0) + of(1)
    }
}

/// Whole units of a need in thousandths a day that fall on a day, so that over many days nothing is lost to rounding.
/// `phase` spreads the days on which small needs fall over those who have them.
pub fn units_of_day(need_per_1000: u64, day: u32, phase: u32) -> u32 {
    let until = |day: u64| (day + u64::from(phase % 1_000)) * need_per_1000 / 1_000;
    (until(u64::from(day) + 1) - until(u64::from(day))).min(u64::from(u32::MAX)) as u32
}

/// What a piece of the city's households used.
struct Part {
    days: Vec<GoodDay>,
    groups: Vec<GroupNeed>,
    /// Households by share of need met so far, `good * SHARES + share`.
    shares: Vec<u64>,
}

impl Part {
    fn new(goods: usize, groups: usize) -> Self {
        let group = GroupNeed { needed: vec![0; goods], unmet: vec![0; goods] };
        Self {
            days: vec![GoodDay::default(); goods],
            groups: vec![group; groups],
            shares: vec![0; goods * SHARES],
        }
    }

    fn add(mut self, other: Self) -> Self {
        for (a, b) in self.days.iter_mut().zip(&other.days) {
            a.needed += b.needed;
            a.unmet += b.unmet;
            a.households += b.households;
            a.households_short += b.households_short;
            a.days_left_per_1000 += b.days_left_per_1000;
        }
        for (a, b) in self.groups.iter_mut().zip(&other.groups) {
            a.needed.iter_mut().zip(&b.needed).for_each(|(a, b)| *a += b);
            a.unmet.iter_mut().zip(&b.unmet).for_each(|(a, b)| *a += b);
        }
        self.shares.iter_mut().zip(&other.shares).for_each(|(a, b)| *a += b);
        self
    }
}

/// Every household uses what it needs in a day, as far as it has it.
pub fn use_up(now: Now, world: &mut World) {
    let World { city, people, services, .. } = world;
    let supply = &mut services.supply;
    let goods = supply.goods.len();
    let groups = HouseholdGroup::COUNT + city.zones.len();
    let zone_of = |household: HouseholdId| {
        let home = people.residents.household_home.get(household)?;
        city.places.zone.get(*home).map(|zone| zone.index())
    };
    let Supply { goods: list, at_home, household_need, .. } = &mut *supply;
    let rows = at_home.par_chunks_mut(CHUNK * goods).zip(household_need.par_chunks_mut(CHUNK * goods));
    let part = rows
        .enumerate()
        .map(|(chunk, (stocks, needs))| {
            let mut part = Part::new(goods, groups);
            let each = stocks.chunks_mut(goods).zip(needs.chunks_mut(goods)).enumerate();
            for (row, (stock, so_far)) in each {
                let household = HouseholdId::from_index(chunk * CHUNK + row);
                let table = Table::of(people, household);
                live_on(now, (household, &table, zone_of(household)), list, (stock, so_far), &mut part);
            }
            part
        })
        .reduce(|| Part::new(goods, groups), Part::add);
    note(supply, part);
}

/// One household's day.
fn live_on(
    now: Now,
    (household, table, zone): (HouseholdId, &Table, Option<usize>),
    goods: &[Good],
    (stock, so_far): (&mut [u32], &mut [[u32; 2]]),
    part: &mut Part,
) {
    let phone = HouseholdGroup::NoPhone as usize + usize::from(table.phone);
    let age = if table.old { HouseholdGroup::Old } else { HouseholdGroup::Young } as usize;
    let groups = [Some(phone), Some(age), zone.map(|zone| HouseholdGroup::COUNT + zone)];
    for (good, kind) in goods.iter().enumerate() {
        let need = table.need(kind);
        if need == 0 {
            continue;
        }
        let needed = units_of_day(need, now.day(), household.0.wrapping_mul(0x9e37_79b1) >> 16);
        let used = needed.min(stock[good]);
        stock[good] -= used;
        so_far[good][0] = so_far[good][0].saturating_add(needed);
        so_far[good][1] = so_far[good][1].saturating_add(used);
        let left = (u64::from(stock[good]) * 1_000_000 / need).min(DAYS_LEFT_MAX);
        let day = &mut part.days[good];
        day.needed += u64::from(needed);
        day.unmet += u64::from(needed - used);
        day.households += 1;
        day.households_short += u64::from(left < 1_000);
        day.days_left_per_1000 += left;
        for group in groups.into_iter().flatten() {
            let Some(group) = part.groups.get_mut(group) else { continue };
            group.needed[good] += u64::from(needed);
            group.unmet[good] += u64::from(needed - used);
        }
        let [all, met] = so_far[good].map(u64::from);
        if let Some(share) = (met * (SHARES as u64 - 1)).checked_div(all) {
            part.shares[good * SHARES + share as usize] += 1;
        }
    }
}

fn note(supply: &mut Supply, part: Part) {
    let Supply { today, ledgers, groups, .. } = supply;
    for (good, (day, of)) in today.iter_mut().zip(&part.days).enumerate() {
        (day.needed, day.unmet) = (of.needed, of.unmet);
        (day.households, day.households_short) = (of.households, of.households_short);
        day.days_left_per_1000 = of.days_left_per_1000;
        let counts = &part.shares[good * SHARES..(good + 1) * SHARES];
        day.gini_millionths = (gini(counts) * 1e6).round() as u32;
        ledgers[good].used += of.needed - of.unmet;
    }
    for (group, of) in groups.iter_mut().zip(part.groups) {
        group.needed.iter_mut().zip(of.needed).for_each(|(a, b)| *a += b);
        group.unmet.iter_mut().zip(of.unmet).for_each(|(a, b)| *a += b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_needs_add_up_over_days() {
        for need in [1u64, 333, 500, 1_000, 2_750] {
            for phase in [0, 7, 999, 123_456] {
                let all: u64 = (0..1_000).map(|day| u64::from(units_of_day(need, day, phase))).sum();
                assert_eq!(all, need, "{need} a day in thousandths, phase {phase}");
            }
        }
    }
}
