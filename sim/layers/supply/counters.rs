//! Counters at which a rationed good is sold: one customer after the other, until the shelf is empty.
use super::rations::{is_excluded, last_of};
use citytwin_engine::Now;
use citytwin_engine::rationing::{RationMode, RationOrder};
use citytwin_world::id::Key;
use citytwin_world::supply::{GoodDay, Supply};
use citytwin_world::{DayType, PersonId, World};
use std::collections::{BTreeMap, VecDeque};

/// The counters of all shops for one good on one day.
pub struct Counters<'a> {
    order: &'a RationOrder,
    now: Now,
    good: usize,
    /// By site: when the counter is free, s after midnight.
    free_s: BTreeMap<usize, u32>,
    /// By site: when those who still wait are served, s after midnight.
    waiting: BTreeMap<usize, VecDeque<u32>>,
}

impl<'a> Counters<'a> {
    /// Counters for a good under an order that sells in shops; `None` where packs are brought to doors.
    pub fn new(now: Now, order: &'a RationOrder, good: usize, world: &mut World) -> Option<Self> {
        let persons = world.people.len();
        last_of(&mut world.services.supply, good, persons);
        (!order.mode.brings()).then(|| Self {
            order,
            now,
            good,
            free_s: BTreeMap::new(),
            waiting: BTreeMap::new(),
        })
    }

    /// What a customer who comes at a minute may buy at a counter with so much on the shelf: nothing for those who have
    /// had theirs, whose day it isn't, or who give up waiting.
    pub fn allowed(&mut self, supply: &mut Supply, site: usize, person: PersonId, minute: u16) -> u32 {
        let last = supply.had_pack[self.good].get(person.index()).copied().unwrap_or(0);
        if is_excluded(last, self.now.day(), self.order.exclusion_days) || !self.is_day_of(person) {
            supply.today[self.good].not_entitled += 1;
            return 0;
        }
        let shelf = supply.sites[site].stock[self.good];
        match self.wait(site, minute, shelf, &mut supply.today[self.good]) {
            true => self.order.pack_units,
            false => 0,
        }
    }

    fn is_day_of(&self, person: PersonId) -> bool {
        let free = self.now.day_type == DayType::Sunday
            || self.order.mode != RationMode::Quota
            || !self.order.parity;
        free || person.0 % 2 == self.now.day() % 2
    }

    /// Whether a customer is served: the counter serves one after the other from its opening on, and nobody stays who
    /// would wait longer than their patience or sees that the shelf is empty.
    fn wait(&mut self, site: usize, minute: u16, shelf: u32, day: &mut GoodDay) -> bool {
        let arrival_s = u32::from(minute) * 60;
        let free_s = self.free_s.entry(site).or_insert(self.order.opens_hour * 3_600);
        let begin_s = arrival_s.max(*free_s);
        let queue = self.waiting.entry(site).or_default();
        while queue.front().is_some_and(|served_s| *served_s <= arrival_s) {
            queue.pop_front();
        }
        if shelf == 0 {
            return false;
        }
        if begin_s - arrival_s > self.order.patience_s {
            day.gave_up += 1;
            return false;
        }
        day.queued += 1;
        day.queue_s += u64::from(begin_s - arrival_s);
        day.queue_contacts += queue.len() as u64;
        queue.push_back(begin_s);
        *free_s = begin_s + self.order.counter_s;
        true
    }

    /// A pack was bought.
    pub fn bought(&self, supply: &mut Supply, person: PersonId) {
        supply.today[self.good].packs += 1;
        if let Some(last) = supply.had_pack[self.good].get_mut(person.index()) {
            *last = self.now.day() + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::Date;

    /// One counter that serves a customer in five minutes from eight o'clock on.
    fn counters(order: &RationOrder) -> Counters<'_> {
        let now = Now { tick: 0, date: Date(0), day_type: DayType::Workday, seed: 1 };
        Counters { order, now, good: 0, free_s: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    fn order() -> RationOrder {
        RationOrder {
            good: "masks".into(),
            mode: RationMode::Queue,
            pack_units: 5,
            packs_per_million: 0,
            exclusion_days: 0,
            parity: false,
            taking_part_per_1000: 0,
            first_from_years: 255,
            counter_s: 300,
            opens_hour: 8,
            patience_s: 900,
        }
    }

    #[test]
    fn customers_wait_for_the_door_and_for_each_other() {
        let order = order();
        let (mut counters, mut day) = (counters(&order), GoodDay::default());
        // Two before eight, one at eight who finds two ahead, one who would wait too long, one in the evening.
        let served: Vec<bool> =
            [478, 479, 480, 480, 480, 1_200].map(|minute| counters.wait(3, minute, 9, &mut day)).to_vec();
        assert_eq!(served, [true, true, true, true, false, true]);
        // 2, 1 + 5, 10 and 15 minutes; ahead stood 0, 1, 1 (the first is served at eight) and 2.
        assert_eq!((day.queue_s, day.queued, day.queue_contacts, day.gave_up), (33 * 60, 5, 4, 1));
        assert!(!counters.wait(4, 600, 0, &mut day), "an empty shelf serves nobody");
    }

    #[test]
    fn the_parity_of_a_number_opens_every_other_day_and_sundays() {
        let order = RationOrder { mode: RationMode::Quota, parity: true, ..order() };
        let mut counters = counters(&order);
        let open = |counters: &Counters| [0, 1].map(|person| counters.is_day_of(PersonId(person)));
        assert_eq!(open(&counters), [true, false]);
        counters.now.tick = 24;
        assert_eq!(open(&counters), [false, true]);
        counters.now.day_type = DayType::Sunday;
        assert_eq!(open(&counters), [true, true]);
    }
}
