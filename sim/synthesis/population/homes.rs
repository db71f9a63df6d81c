//! Which dwelling each household lives in.
use super::purpose;
use citytwin_world::draw::Draw;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::{City, HouseholdId, PlaceId, PlaceKind, ZoneId};

/// Homes of each zone with the residents they can take.
struct Dwellings {
    of_zone: Vec<Vec<(PlaceId, u32)>>,
}

impl Dwellings {
    fn of(city: &City) -> Self {
        let mut of_zone = vec![Vec::new(); city.zones.len()];
        for place in city.places.of_kind(PlaceKind::Home) {
            of_zone[city.places.zone[place].0 as usize].push((place, city.places.capacity[place]));
        }
        Self { of_zone }
    }

    /// The zone itself if it has homes, else the nearest one that has.
    fn host(&self, city: &City, zone: usize) -> Option<usize> {
        if !self.of_zone[zone].is_empty() {
            return Some(zone);
        }
        let (lon, lat) = (city.zones.lon.as_slice(), city.zones.lat.as_slice());
        let far = |z: usize| distance_m(lon[zone], lat[zone], lon[z], lat[z]);
        (0..self.of_zone.len())
            .filter(|&z| !self.of_zone[z].is_empty())
            .min_by(|&a, &b| far(a).total_cmp(&far(b)))
    }
}

/// What came of the homes.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, bitcode::Encode, bitcode::Decode)]
pub struct HomeReport {
    /// Residents whose zone has no home at all and who live in the nearest zone that has.
    pub in_another_zone: u64,
    /// Residents above the capacity of their home.
    pub above_capacity: u64,
}

/// The home of each household. `first` is the first household of each zone with an end mark, `size` the persons of each
/// household. Homes fill in proportion to their capacity (those of unknown capacity count as the zone's mean home).
///
/// # Errors
/// `E404` if people live in a city without any home.
pub fn settle(
    city: &City,
    first: &[u32],
    size: &[u8],
    sample: f64,
    seed: u64,
) -> Result<(Vec<PlaceId>, HomeReport), Problem> {
    let dwellings = Dwellings::of(city);
    let mut homes = vec![PlaceId::NONE; size.len()];
    let mut report = HomeReport::default();
    for zone in 0..city.zones.len() {
        let range = first[zone] as usize..first[zone + 1] as usize;
        let persons: u64 = size[range.clone()].iter().map(|&s| u64::from(s)).sum();
        if persons == 0 {
            continue;
        }
        let Some(host) = dwellings.host(city, zone) else {
            return Err(Problem::error("E404", "the city has residents but no place of kind `home`"));
        };
        if host != zone {
            report.in_another_zone += persons;
        }
        let households: Vec<HouseholdId> = range.map(|h| HouseholdId(h as u32)).collect();
        let zone = ZoneId(zone as u32);
        report.above_capacity +=
            fill(&dwellings.of_zone[host], &households, size, persons, sample, (seed, zone), &mut homes);
    }
    Ok((homes, report))
}

fn fill(
    dwellings: &[(PlaceId, u32)],
    households: &[HouseholdId],
    size: &[u8],
    persons: u64,
    sample: f64,
    (seed, zone): (u64, ZoneId),
    homes: &mut [PlaceId],
) -> u64 {
    let known: Vec<u64> = dwellings.iter().filter(|d| d.1 > 0).map(|d| u64::from(d.1)).collect();
    let typical =
        if known.is_empty() { persons } else { known.iter().sum::<u64>() / known.len() as u64 }.max(1);
    let room: Vec<f64> =
        dwellings.iter().map(|d| if d.1 > 0 { f64::from(d.1) } else { typical as f64 } * sample).collect();
    let total: f64 = room.iter().sum();
    let mut order: Vec<usize> = (0..dwellings.len()).collect();
    Draw::new(seed, purpose::HOME, zone.0, 0).shuffle(&mut order);
    // Where capacity is short, all homes are overfilled alike; where it is ample, all are filled alike.
    let scale = (persons as f64 / total).max(1.0);
    let mut left: Vec<f64> = room.iter().map(|r| r * scale).collect();
    let share = persons as f64 / total;
    let (mut at, mut housed, mut upto) = (0, 0.0, order.first().map_or(0.0, |&i| room[i] * share));
    for &household in households {
        let persons = f64::from(size[household.0 as usize]);
        while housed + 0.5 * persons > upto && at + 1 < order.len() {
            at += 1;
            upto += room[order[at]] * share;
        }
        let fits = (0..order.len()).map(|k| order[(at + k) % order.len()]).find(|&i| left[i] >= persons);
        let most = || (0..left.len()).max_by(|&a, &b| left[a].total_cmp(&left[b]));
        if let Some(i) = fits.or_else(most) {
            left[i] -= persons;
            homes[household.0 as usize] = dwellings[i].0;
        }
        housed += persons;
    }
    let over = |(i, d): (usize, &(PlaceId, u32))| {
        let lived = room[i] * scale - left[i];
        if d.1 > 0 { (lived - room[i]).max(0.0) } else { 0.0 }
    };
    dwellings.iter().enumerate().map(over).sum::<f64>().round() as u64
}
