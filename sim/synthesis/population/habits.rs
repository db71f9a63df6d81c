//! Where people shop, eat, relax and run errands.
use super::gravity::ZoneDistances;
use super::purpose;
use citytwin_world::draw::Draw;
use citytwin_world::residents::slot;
use citytwin_world::{City, Occupation, PlaceId, PlaceKind, Resident, Residents};
use rayon::prelude::*;

/// Distance added to all, so that the place next door does not take all visitors, km.
const NEAR_KM: f64 = 0.2;
/// Least capacity that a place attracts by: a kiosk without a number still has customers.
const CAPACITY_MIN: f64 = 5.0;
/// Share of workers who eat near work rather than near home.
const MEAL_NEAR_WORK: f64 = 0.6;
/// Age up to which a child's habits are those of the household.
const CHILD_AGE: u8 = 13;

/// Kinds of places, each with its share.
type Kinds = &'static [(PlaceKind, f64)];

/// The kinds of places each slot is drawn from, with the share of each. Shares are assumptions: errands are mostly
/// small purchases, leisure away from home mostly parks and worship.
const CHOICES: [(usize, Kinds); 5] = [
    (slot::SHOP, &[(PlaceKind::Shop, 1.0)]),
    (slot::MARKET, &[(PlaceKind::Market, 0.7), (PlaceKind::Mall, 0.3)]),
    (slot::MEAL, &[(PlaceKind::Restaurant, 1.0)]),
    (slot::LEISURE, &[(PlaceKind::Park, 0.45), (PlaceKind::Worship, 0.3), (PlaceKind::Culture, 0.25)]),
    (slot::ERRAND, &[(PlaceKind::Pharmacy, 0.6), (PlaceKind::Clinic, 0.25), (PlaceKind::Government, 0.15)]),
];

/// All places of one kind, sorted by zone.
struct Offer {
    share: f64,
    power: f64,
    /// Zones with any, by number.
    zone: Vec<u32>,
    /// Running capacity at the end of each of these zones.
    upto: Vec<f64>,
    place: Vec<PlaceId>,
    /// Running capacity over all places.
    cumulative: Vec<f64>,
}

impl Offer {
    fn of(city: &City, &(kind, share): &(PlaceKind, f64), power: f64) -> Self {
        let mut place = city.places.of_kind(kind);
        place.sort_by_key(|id| (city.places.zone[*id], *id));
        let mut offer = Self {
            share,
            power,
            zone: Vec::new(),
            upto: Vec::new(),
            place: Vec::new(),
            cumulative: Vec::new(),
        };
        let mut sum = 0.0;
        for id in place {
            sum += f64::from(city.places.capacity[id]).max(CAPACITY_MIN);
            let zone = city.places.zone[id].0;
            if offer.zone.last() != Some(&zone) {
                offer.zone.push(zone);
                offer.upto.push(sum);
            } else if let Some(last) = offer.upto.last_mut() {
                *last = sum;
            }
            offer.place.push(id);
            offer.cumulative.push(sum);
        }
        offer
    }

    /// Running weights of the zones as seen from one: visits fall with a power of distance, over the whole city, and
    /// rise with capacity.
    fn seen_from(&self, km: &[f32]) -> Vec<f64> {
        let (mut sum, mut before) = (0.0, 0.0);
        let weigh = |(zone, upto): (&u32, &f64)| {
            let far = km.get(*zone as usize).copied().unwrap_or(f32::INFINITY);
            sum += (upto - before) / (f64::from(far) + NEAR_KM).powf(self.power);
            before = *upto;
            sum
        };
        self.zone.iter().zip(&self.upto).map(weigh).collect()
    }

    /// A zone by its weight, then one of its places by capacity.
    fn draw(&self, seen: &[f64], draw: &mut Draw) -> Option<PlaceId> {
        let at = draw.unit_f64() * seen.last()?;
        let row = seen.partition_point(|c| *c <= at).min(seen.len() - 1);
        let from = row.checked_sub(1).and_then(|r| self.upto.get(r)).copied().unwrap_or(0.0);
        let at = from + draw.unit_f64() * (self.upto.get(row)? - from);
        let place = self.cumulative.partition_point(|c| *c <= at).min(self.place.len() - 1);
        self.place.get(place).copied()
    }
}

/// Fills the slots beyond home and anchor: visits fall with `power` of distance. Households share shop and market,
/// small children all of them.
pub fn form(city: &City, km: &ZoneDistances, residents: &mut Residents, power: f64, seed: u64) {
    for (which, kinds) in CHOICES {
        let offers: Vec<Offer> = kinds.iter().map(|kind| Offer::of(city, kind, power)).collect();
        // Persons by the zone they set out from, so that each zone's weights are made once.
        let mut from: Vec<(u32, u32)> = residents
            .person
            .as_slice()
            .par_iter()
            .enumerate()
            .map(|(i, p)| (origin(city, residents, p, (which, i as u32), seed), i as u32))
            .collect();
        from.par_sort_unstable();
        let groups: Vec<&[(u32, u32)]> = from.chunk_by(|a, b| a.0 == b.0).collect();
        let chosen: Vec<Vec<PlaceId>> = groups
            .par_iter()
            .map(|group| visit(&offers, km, residents.person.as_slice(), (which, group), seed))
            .collect();
        let person = residents.person.as_mut_slice();
        for ((_, i), place) in groups.iter().copied().flatten().zip(chosen.into_iter().flatten()) {
            if let Some(p) = person.get_mut(*i as usize) {
                p.slot[which] = place;
            }
        }
    }
}

/// The zone from which a person sees the places of a slot: home, or work for those who eat there.
fn origin(city: &City, residents: &Residents, p: &Resident, (which, i): (usize, u32), seed: u64) -> u32 {
    let zone_of = |place: PlaceId| city.places.zone.get(place).map_or(0, |z| z.0);
    let home = residents.household_home.get(p.household).copied().unwrap_or(PlaceId::NONE);
    if which == slot::MEAL
        && p.occupation == Occupation::Worker
        && let Some(anchor) = p.slot[slot::ANCHOR].get()
        && Draw::new(seed, purpose::HABIT, i, 100).chance(MEAL_NEAR_WORK)
    {
        return zone_of(anchor);
    }
    zone_of(home)
}

/// The places of all persons who set out from one zone.
fn visit(
    offers: &[Offer],
    km: &ZoneDistances,
    person: &[Resident],
    (which, group): (usize, &[(u32, u32)]),
    seed: u64,
) -> Vec<PlaceId> {
    let Some(zone) = group.first().map(|g| g.0 as usize) else { return Vec::new() };
    let row = if zone < km.zones { km.row(zone) } else { &[] };
    let seen: Vec<Vec<f64>> = offers.iter().map(|offer| offer.seen_from(row)).collect();
    // Other kinds of the same purpose stand in where a city has none of a kind.
    let shares: Vec<f64> =
        offers.iter().map(|offer| if offer.place.is_empty() { 0.0 } else { offer.share }).collect();
    let choose = |(_, i): &(u32, u32)| {
        let p = person.get(*i as usize)?;
        let shared = p.age <= CHILD_AGE || which == slot::SHOP || which == slot::MARKET;
        let (purpose, who) =
            if shared { (purpose::HABIT_HOUSEHOLD, p.household.0) } else { (purpose::HABIT, *i) };
        let mut draw = Draw::new(seed, purpose, who, which as u32);
        let kind = draw.weighted(&shares)?;
        offers.get(kind)?.draw(seen.get(kind)?, &mut draw)
    };
    group.iter().map(|each| choose(each).unwrap_or(PlaceId::NONE)).collect()
}
