//! Where people shop, eat, relax and run errands.
use super::gravity::ZoneDistances;
use super::purpose;
use citytwin_world::draw::Draw;
use citytwin_world::residents::slot;
use citytwin_world::{City, Occupation, PlaceId, PlaceKind, Resident, Residents};
use rayon::prelude::*;

/// Places that a zone's residents choose among, per kind.
const CANDIDATES: usize = 24;
/// Distance added to all, so that the place next door does not take all visitors, km.
const NEAR_KM: f64 = 0.3;
/// Share of workers who eat near work rather than near home.
const MEAL_NEAR_WORK: f64 = 0.6;
/// Age up to which a child's habits are those of the household.
const CHILD_AGE: u8 = 13;

/// The kinds of places each slot is drawn from, with the share of each (time-use surveys: errands are mostly small
/// purchases, leisure away from home mostly parks and sport).
const CHOICES: [(usize, &[(PlaceKind, f64)]); 5] = [
    (slot::SHOP, &[(PlaceKind::Shop, 1.0)]),
    (slot::MARKET, &[(PlaceKind::Market, 0.7), (PlaceKind::Mall, 0.3)]),
    (slot::MEAL, &[(PlaceKind::Restaurant, 1.0)]),
    (slot::LEISURE, &[(PlaceKind::Park, 0.45), (PlaceKind::Worship, 0.3), (PlaceKind::Culture, 0.25)]),
    (slot::ERRAND, &[(PlaceKind::Pharmacy, 0.6), (PlaceKind::Clinic, 0.25), (PlaceKind::Government, 0.15)]),
];

/// The places of one kind that a zone's residents go to, with running weights.
#[derive(Clone, Debug, Default)]
struct Candidates {
    place: Vec<PlaceId>,
    cumulative: Vec<f64>,
}

impl Candidates {
    /// Visits fall with the square of distance (Schläpfer et al. 2021: visitors from distance r with frequency f are
    /// proportional to (r f)^-2) and rise with capacity.
    fn of(places: &[(PlaceId, usize, f64)], km: &[f32]) -> Self {
        let mut weighed: Vec<(f64, PlaceId)> = places
            .iter()
            .map(|&(id, zone, capacity)| (capacity.max(5.0) / (f64::from(km[zone]) + NEAR_KM).powi(2), id))
            .collect();
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed.truncate(CANDIDATES);
        let mut sum = 0.0;
        let cumulative = weighed
            .iter()
            .map(|w| {
                sum += w.0;
                sum
            })
            .collect();
        Self { place: weighed.into_iter().map(|w| w.1).collect(), cumulative }
    }
    fn draw(&self, draw: &mut Draw) -> Option<PlaceId> {
        let at = draw.unit_f64() * self.cumulative.last()?;
        self.place.get(self.cumulative.partition_point(|c| *c <= at)).copied()
    }
}

/// Candidates by zone and kind.
struct Destinations {
    zones: usize,
    of: Vec<Vec<Candidates>>,
}

impl Destinations {
    fn of(city: &City, km: &ZoneDistances) -> Self {
        let of_kind = |kind: &PlaceKind| {
            let wanted = CHOICES.iter().any(|(_, kinds)| kinds.iter().any(|(k, _)| k == kind));
            if !wanted {
                return Vec::new();
            }
            let row =
                |id: PlaceId| (id, city.places.zone[id].0 as usize, f64::from(city.places.capacity[id]));
            let places: Vec<_> = city.places.of_kind(*kind).into_iter().map(row).collect();
            (0..km.zones).into_par_iter().map(|z| Candidates::of(&places, km.row(z))).collect()
        };
        Self { zones: km.zones, of: PlaceKind::ALL.iter().map(of_kind).collect() }
    }
    /// A place for a purpose; other kinds of the same purpose stand in where a city has none of the drawn kind.
    fn draw(&self, zone: usize, kinds: &[(PlaceKind, f64)], draw: &mut Draw) -> PlaceId {
        let zone = zone.min(self.zones.saturating_sub(1));
        let shares: Vec<f64> = kinds
            .iter()
            .map(|(k, share)| {
                let any = self.of[*k as usize].get(zone).is_some_and(|c| !c.place.is_empty());
                if any { *share } else { 0.0 }
            })
            .collect();
        let kind = draw.weighted(&shares).map(|i| kinds[i].0);
        kind.and_then(|k| self.of[k as usize].get(zone)?.draw(draw)).unwrap_or(PlaceId::NONE)
    }
}

/// Fills the slots beyond home and anchor. Households share shop and market, small children all of them.
pub fn form(city: &City, km: &ZoneDistances, residents: &mut Residents, seed: u64) {
    let destinations = Destinations::of(city, km);
    let zone_of = |place: PlaceId| city.places.zone.get(place).map_or(0, |z| z.0 as usize);
    let home = residents.household_home.clone();
    residents.person.as_mut_slice().par_iter_mut().enumerate().for_each(|(i, p)| {
        let zone = zone_of(home[p.household]);
        let near = |which: usize, person: &Resident| {
            let eats_out = which == slot::MEAL && person.occupation == Occupation::Worker;
            let mut draw = Draw::new(seed, purpose::HABIT, i as u32, 100);
            match person.slot[slot::ANCHOR].get() {
                Some(anchor) if eats_out && draw.chance(MEAL_NEAR_WORK) => zone_of(anchor),
                _ => zone,
            }
        };
        for (which, kinds) in CHOICES {
            let shared = p.age <= CHILD_AGE || which == slot::SHOP || which == slot::MARKET;
            let (purpose, who) =
                if shared { (purpose::HABIT_HOUSEHOLD, p.household.0) } else { (purpose::HABIT, i as u32) };
            p.slot[which] =
                destinations.draw(near(which, p), kinds, &mut Draw::new(seed, purpose, who, which as u32));
        }
    });
}
