//! A scarce good is shared out by order: packs are brought to doors by reservation, lottery or registration.
use super::homes::{Table, units_of_day};
use super::set_up::weights;
use super::shopping::Wants;
use citytwin_engine::rationing::{RationMode, RationOrder};
use citytwin_engine::{Levers, Now};
use citytwin_world::draw::block;
use citytwin_world::id::Key;
use citytwin_world::population::Hold;
use citytwin_world::residents::flag;
use citytwin_world::supply::Supply;
use citytwin_world::{HouseholdId, PersonId, World};

/// Purpose of the draws of a day's rations: who takes part, and in which order they come.
const RATION: u32 = 0x0803;
/// Age from which on a person may take part, years.
const ADULT_YEARS: u8 = 18;

/// The order for a good, if there is one.
pub fn order_of<'a>(levers: &'a Levers, good: &str) -> Option<&'a RationOrder> {
    levers.rations.iter().find(|order| order.good == good)
}

/// Whether somebody who had a pack of a good on day `last - 1` (0 = never) is still excluded on a day.
pub fn is_excluded(last: u32, day: u32, exclusion_days: u32) -> bool {
    last > 0 && day < (last - 1).saturating_add(exclusion_days)
}

/// Remembers who had a pack: by good, the day after that of the last one; 0 = never.
pub fn last_of(supply: &mut Supply, good: usize, persons: usize) -> &mut Vec<u32> {
    supply.had_pack.resize_with(supply.goods.len(), Vec::new);
    let last = &mut supply.had_pack[good];
    last.resize(persons, 0);
    last
}

/// Brings the day's packs to those whose turn it is.
pub fn hand_out(now: Now, levers: &Levers, wants: &Wants, world: &mut World) {
    for good in 0..world.services.supply.goods.len() {
        let order = order_of(levers, &world.services.supply.goods[good].name);
        let Some(order) = order.filter(|order| order.mode.brings() && order.pack_units > 0) else { continue };
        let packs = u64::from(order.packs_per_million) * world.people.len() as u64 / 1_000;
        let packs = units_of_day(packs, now.day(), 0) as usize;
        let mut takers = takers(now, order, wants, good, world);
        world.services.supply.today[good].entrants += takers.len() as u64;
        takers.sort_unstable();
        takers.truncate(packs);
        for (_, person) in takers {
            if !bring(now, order, good, person, world) {
                break;
            }
        }
    }
}

/// Who would take a pack today, with what decides on the order in which they come: those who go first, then chance.
fn takers(
    now: Now,
    order: &RationOrder,
    wants: &Wants,
    good: usize,
    world: &mut World,
) -> Vec<([u32; 2], PersonId)> {
    let World { people, services, .. } = world;
    let persons = people.residents.len();
    let count = services.supply.goods.len();
    last_of(&mut services.supply, good, persons);
    let supply = &services.supply;
    let (last, kind) = (&supply.had_pack[good], &supply.goods[good]);
    let mut takers = Vec::new();
    for h in 0..people.residents.household_count() {
        let household = HouseholdId::from_index(h);
        let members = people.residents.members(household);
        let table = Table::of(people, household);
        let has = supply.at_home.get(h * count + good).copied().unwrap_or(0);
        if table.need(kind) == 0 || has >= wants.of(household, &table, good, kind) {
            continue;
        }
        let first = u32::from(
            !members.clone().any(|i| people.residents.person.as_slice()[i].age >= order.first_from_years),
        );
        // A community knows whole households, the mobile service whoever asks.
        let limit = if order.mode == RationMode::Registration { 1 } else { usize::MAX };
        let asking = members.filter(|index| {
            let id = PersonId::from_index(*index);
            let person = &people.residents.person[id];
            let free = people.today.get(id).is_some_and(|today| today.hold != Hold::Dead);
            let able = order.mode == RationMode::Registration || person.has(flag::PHONE);
            free && able && person.age >= ADULT_YEARS
        });
        for index in asking.take(limit) {
            let words = block(now.seed, RATION, index as u32, now.day(), good as u32);
            let asks =
                order.mode == RationMode::Registration || words[0] % 1_000 < order.taking_part_per_1000;
            if asks && !is_excluded(last[index], now.day(), order.exclusion_days) {
                takers.push((rank(order, first, last[index], words[1]), PersonId::from_index(index)));
            }
        }
    }
    takers
}

/// Where somebody stands in line: those who go first; a community then goes by who has waited longest, the others by
/// chance alone.
fn rank(order: &RationOrder, first: u32, last: u32, chance: u32) -> [u32; 2] {
    match order.mode {
        RationMode::Registration => [first << 31 | last, chance],
        _ => [first, chance],
    }
}

/// Takes a pack from the depots to a person's household; false once there is none left.
fn bring(now: Now, order: &RationOrder, good: usize, person: PersonId, world: &mut World) -> bool {
    let World { people, services, .. } = world;
    let supply = &mut services.supply;
    let depots = weights(supply, good);
    let fullest = depots
        .iter()
        .map(|(row, _)| *row)
        .max_by_key(|row| (supply.sites[*row].stock[good], usize::MAX - row));
    let Some(depot) = fullest.filter(|row| supply.sites[*row].stock[good] >= order.pack_units) else {
        return false;
    };
    let Some(household) = people.residents.person.get(person).map(|person| person.household) else {
        return true;
    };
    let count = supply.goods.len();
    supply.sites[depot].stock[good] -= order.pack_units;
    supply.at_home[household.index() * count + good] += order.pack_units;
    supply.today[good].handed_out += u64::from(order.pack_units);
    supply.today[good].packs += 1;
    if let Some(last) = supply.had_pack[good].get_mut(person.index()) {
        *last = now.day() + 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::tests::{living, trade};
    use super::*;
    use citytwin_engine::Simulation;
    use std::collections::BTreeMap;

    /// Guangzhou's lottery of February 2020 as published: over two million took part, 3.5 % won, whoever had won was
    /// excluded for ten days, and the 520,000 masks of the first draw went out in packs of 10 ordinary or 5 better ones.
    const WIN_SHARE: f64 = 0.035;
    const ENTRANTS: f64 = 2e6;
    const MASKS: f64 = 520_000.0;

    fn lottery() -> RationOrder {
        RationOrder {
            good: "masks".into(),
            mode: RationMode::Lottery,
            pack_units: 10,
            packs_per_million: 0,
            exclusion_days: 10,
            parity: false,
            taking_part_per_1000: 1_000,
            first_from_years: 255,
            counter_s: 60,
            opens_hour: 8,
            patience_s: 3_600,
        }
    }

    /// A town whose households always want more masks, under an order.
    fn town(order: &RationOrder) -> Simulation {
        let values =
            [("goods", "[masks]"), ("masks_store", "365 d"), ("masks_need", "1000"), ("depot_days", "100 d")];
        let mut simulation = living(1_000, vec![trade(&values)]);
        simulation.step();
        simulation.levers.rations = vec![order.clone()];
        simulation
    }

    /// A day whose levers are those given, whatever no policy says.
    fn day(simulation: &mut Simulation, order: &RationOrder) {
        loop {
            simulation.levers.rations = vec![order.clone()];
            simulation.step();
            if simulation.now().day_begins() {
                return;
            }
        }
    }

    #[test]
    fn guangzhou_s_draw_follows_from_its_published_rules() {
        // Packs of 10 alone would have let 2.6 % win, packs of 5 alone 5.2 %: 3.5 % lies between.
        let share = |pack: f64| MASKS / pack / ENTRANTS;
        assert!((share(10.0)..share(5.0)).contains(&WIN_SHARE), "{} {}", share(10.0), share(5.0));
        // A thousand with phones, 35 packs a day: 3.5 % of them win while all may take part.
        let order = RationOrder { packs_per_million: (WIN_SHARE * 1_000_000.0 / 4.0) as u32, ..lottery() };
        let mut simulation = town(&order);
        let mut won: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        let (mut entrants, mut winners) = (Vec::new(), Vec::new());
        for at in 0..40u32 {
            day(&mut simulation, &order);
            let supply = &simulation.world.services.supply;
            entrants.push(supply.today[0].entrants);
            winners.push(supply.today[0].packs);
            let last = supply.had_pack[0].iter().enumerate().filter(|(_, last)| **last == at + 1);
            last.for_each(|(person, _)| won.entry(person).or_default().push(at));
            assert_eq!(supply.imbalances(), Vec::new());
        }
        assert_eq!((entrants[0], winners[0]), (1_000, 35));
        assert!(winners.iter().all(|count| *count == 35), "{winners:?}");
        // From the tenth day on those of ten days are excluded: 3.5 % of all win, 35 / 685 of those who may take part.
        assert_eq!(entrants[9..].to_vec(), vec![1_000 - 9 * 35; 31]);
        for days in won.values() {
            assert!(days.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{days:?}");
        }
        // A fair draw: over forty days each wins 1.4 times on average, and hardly anybody never.
        let never = 1_000 - won.len();
        assert!((95..180).contains(&never), "{never} of 1,000 never won");
    }

    #[test]
    fn a_community_serves_every_household_once_before_any_twice() {
        let mode = RationMode::Registration;
        let order =
            RationOrder { mode, packs_per_million: 25_000, exclusion_days: 0, pack_units: 5, ..lottery() };
        let mut simulation = town(&order);
        for _ in 0..10 {
            day(&mut simulation, &order);
        }
        // 100 packs a day to 1,000 households: after ten days each has had one.
        let had = simulation.world.services.supply.had_pack[0].iter().filter(|last| **last > 0).count();
        assert_eq!(had, 1_000);
    }

    #[test]
    fn those_who_come_first_come_first() {
        let order = RationOrder {
            mode: RationMode::Reservation,
            packs_per_million: 10_000,
            first_from_years: 70,
            ..lottery()
        };
        // Everybody in the town lives with somebody of 70.
        let mut simulation = town(&order);
        day(&mut simulation, &order);
        assert_eq!(simulation.world.services.supply.today[0].packs, 40);
        assert_eq!(rank(&order, 0, 5, 9), [0, 9]);
        let registration = RationOrder { mode: RationMode::Registration, ..order };
        assert!(rank(&registration, 0, 5, 9) < rank(&registration, 1, 0, 0));
        assert!(rank(&registration, 1, 0, 9) < rank(&registration, 1, 3, 0));
    }
}
