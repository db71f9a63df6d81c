//! Who serves whom: the nearest asset of each kind, and for phones the nearest few base stations.
use crate::near::Near;
use citytwin_world::City;
use citytwin_world::column::Ragged;
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{AssetKind, Infrastructure};
use citytwin_world::{AssetId, ZoneId};

/// Base stations within reach of a zone, at most (assumption: in towns a phone hears several).
const STATIONS_MAX: usize = 3;
/// How much farther than the nearest station one may be and still reach the zone (assumption).
const REACH: f64 = 2.0;

/// Finds the assets that serve each zone of a city.
pub fn serve(made: &mut Infrastructure, city: &City) {
    made.power = by_nearest(made, city, AssetKind::Feeder);
    made.water = by_nearest(made, city, AssetKind::PumpingStation);
    made.hospital = by_nearest(made, city, AssetKind::Hospital);
    made.mobile = by_stations(made, city);
}

fn spots(made: &Infrastructure, kind: AssetKind) -> Vec<(u32, [f64; 2])> {
    made.of_kind(kind).iter().map(|id| (id.0, [made.lon[*id], made.lat[*id]])).collect()
}

fn by_nearest(made: &Infrastructure, city: &City, kind: AssetKind) -> Ragged<ZoneId, AssetId> {
    let near = Near::new(spots(made, kind));
    let mut rows = Ragged::default();
    for (zone, lon) in city.zones.lon.iter() {
        rows.push_row(near.nearest(*lon, city.zones.lat[zone]).map(|(id, _)| AssetId(id)));
    }
    rows
}

fn by_stations(made: &Infrastructure, city: &City) -> Ragged<ZoneId, AssetId> {
    let spots = spots(made, AssetKind::BaseStation);
    let mut rows = Ragged::default();
    for (zone, lon) in city.zones.lon.iter() {
        let away = |[x, y]: [f64; 2]| distance_m(x, y, *lon, city.zones.lat[zone]);
        let mut found: Vec<(u64, AssetId)> = spots
            .iter()
            .map(|(id, at)| (away(*at).round() as u64, AssetId::from_index(*id as usize)))
            .collect();
        let kept = STATIONS_MAX.min(found.len());
        if kept > 0 {
            found.select_nth_unstable(kept - 1);
            found.truncate(kept);
            found.sort_unstable();
            // A station in the zone itself doesn't shut out its neighbours.
            let limit = (found[0].0.max(500) as f64 * REACH) as u64;
            found.retain(|(metres, _)| *metres <= limit);
        }
        rows.push_row(found.into_iter().map(|(_, id)| id));
    }
    rows
}
