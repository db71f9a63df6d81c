//! Deliveries and customers of a day at shelves, one by one in the order of the minute.
use super::counters::Counters;
use super::couriers;
use super::homes::Table;
use super::rations::order_of;
use super::shopping::Wants;
use citytwin_engine::{Levers, Now};
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::supply::{Consignment, SiteKind, Supply};
use citytwin_world::{HouseholdId, PersonId, PlaceId, RoomId, World};
use rayon::prelude::*;

/// A customer's arrival: minute of the day, who, and the row of the site.
type Arrival = (u16, PersonId, u32);

/// The sites that sell, by place.
#[derive(Default)]
pub struct Sellers {
    /// Row of the site of each place; `u32::MAX` where nothing is sold.
    of_place: Vec<u32>,
}

impl Sellers {
    /// Those of a supply.
    pub fn of(supply: &Supply, places: usize) -> Self {
        let mut of_place = vec![u32::MAX; places];
        for (row, site) in (0..).zip(&supply.sites) {
            if let Some(cell) = of_place.get_mut(site.place.index()).filter(|_| site.kind == SiteKind::Seller)
            {
                *cell = row;
            }
        }
        Self { of_place }
    }

    /// Who came to a shop today and does not work there, in the order of arrival.
    fn arrivals(&self, world: &World) -> Vec<Arrival> {
        let residents = &world.people.residents;
        let place_of = &residents.rooms.place;
        let site = |room: RoomId, person: PersonId| {
            let place: PlaceId = *place_of.get(room).filter(|place| place.is_some())?;
            let row = *self.of_place.get(place.index()).filter(|row| **row != u32::MAX)?;
            let works = residents.person.get(person)?.slot[slot::ANCHOR] == place;
            (!works).then_some(row)
        };
        let stays = world.visits.chunks.par_iter().flat_map_iter(|chunk| chunk.iter());
        // Who is still there since yesterday has bought already.
        let came = stays.filter(|stay| stay.start_min > 0 && stay.room.0 >= residents.rooms.households);
        let mut arrivals: Vec<Arrival> = came
            .filter_map(|stay| Some((stay.start_min, stay.person, site(stay.room, stay.person)?)))
            .collect();
        arrivals.par_sort_unstable();
        arrivals
    }
}

/// Lets a day's deliveries arrive and its customers buy.
pub fn trade(now: Now, sellers: &Sellers, wants: &Wants, levers: &Levers, world: &mut World) {
    let arrivals = sellers.arrivals(world);
    let names: Vec<String> = world.services.supply.goods.iter().map(|good| good.name.clone()).collect();
    let mut rules: Vec<Rule> = names
        .iter()
        .enumerate()
        .map(|(good, name)| match order_of(levers, name) {
            None => Rule::Free,
            Some(order) => Counters::new(now, order, good, world).map_or(Rule::NotSold, Rule::Counters),
        })
        .collect();
    let World { people, services, .. } = world;
    let supply = &mut services.supply;
    let mut deliveries = std::mem::take(&mut supply.under_way);
    deliveries.sort_by_key(|consignment| (consignment.arrive_min, consignment.to));
    let mut due = deliveries.iter().peekable();
    for (minute, person, site) in arrivals {
        while let Some(consignment) = due.next_if(|consignment| consignment.arrive_min <= minute) {
            unload(supply, consignment);
        }
        let Some(household) = people.residents.person.get(person).map(|person| person.household) else {
            continue;
        };
        let table = Table::of(people, household);
        let customer = Customer { person, household, table: &table, minute };
        for (good, rule) in rules.iter_mut().enumerate() {
            buy(supply, wants, &customer, (site as usize, good), rule);
        }
    }
    due.for_each(|consignment| unload(supply, consignment));
}

/// How a good is sold today.
enum Rule<'a> {
    Free,
    /// Packs are brought to doors.
    NotSold,
    Counters(Counters<'a>),
}

/// Somebody in a shop.
struct Customer<'a> {
    person: PersonId,
    household: HouseholdId,
    table: &'a Table,
    minute: u16,
}

fn unload(supply: &mut Supply, consignment: &Consignment) {
    match supply.sites.get_mut(consignment.to as usize) {
        Some(site) => {
            site.stock.iter_mut().zip(&consignment.units).for_each(|(stock, units)| *stock += units)
        }
        None => couriers::arrive(supply, consignment),
    }
}

/// One customer at the shelf of a good: buys up to what the household likes to keep, as far as rules allow.
fn buy(supply: &mut Supply, wants: &Wants, who: &Customer, (site, good): (usize, usize), rule: &mut Rule) {
    let cell = who.household.index() * supply.goods.len() + good;
    let sold = supply.sites.get(site).is_some_and(|site| site.full[good] > 0);
    let Some(has) = supply.at_home.get(cell).copied().filter(|_| sold) else { return };
    let want = wants.of(who.household, who.table, good, &supply.goods[good]).saturating_sub(has);
    if want == 0 {
        return;
    }
    let allowed = match rule {
        Rule::Free => u32::MAX,
        Rule::NotSold => return,
        Rule::Counters(counters) => counters.allowed(supply, site, who.person, who.minute),
    };
    // A ration is a pack or nothing like it; what is left of a shelf is sold too.
    let bought = want.min(allowed).min(supply.sites[site].stock[good]);
    supply.sites[site].stock[good] -= bought;
    supply.at_home[cell] += bought;
    let day = &mut supply.today[good];
    day.sold += u64::from(bought);
    day.customers += 1;
    day.turned_away += u64::from(bought < want.min(allowed.max(1)));
    if let Rule::Counters(counters) = rule
        && bought > 0
    {
        counters.bought(supply, who.person);
    }
}
