//! The infrastructure of a city: read from its folder, or a plausible one grown from zones, places and streets.
//!
//! All that is grown is marked as inferred. Zones are walked along a Hilbert curve, so that every run of them is a
//! compact piece of the city; each piece gets a feeder, a base station, a pumping station. Nothing is drawn: the same
//! city has the same infrastructure.
mod areas;
mod grid;
mod order;
#[cfg(test)]
mod tests;

pub use areas::serve;

use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::infrastructure::{
    AssetKind, BACKUP_UNKNOWN_H, Infrastructure, Need, NeedKind, peak_demand_mw,
};
use citytwin_world::{AssetId, City, NodeId, PlaceId, PlaceKind, ZoneId};
use order::runs;

/// Peak demand of a feeder, MW (assumption: urban medium-voltage feeders carry 5 to 10).
const FEEDER_MW: f64 = 6.0;
/// Peak demand of a substation, MW (assumption: two transformers of 40 to 60 MVA).
const SUBSTATION_MW: f64 = 40.0;
/// What a feeder and a substation can carry over their peak demand (assumption).
const HEADROOM: f64 = 1.3;
/// Persons, living or working, for each base station (assumption: Brazil has about one site for 2,000 residents).
const PERSONS_PER_STATION: f64 = 2_000.0;
/// What a base station can connect over those usually attached (assumption).
const STATION_HEADROOM: f64 = 1.25;
/// Residents of a pressure zone with its pumping station, and of a water works (assumptions).
const RESIDENTS_PER_PUMP: f64 = 40_000.0;
const RESIDENTS_PER_WORKS: f64 = 300_000.0;

/// Grows the infrastructure of a city that brings none of its own.
pub fn grow(city: &City) -> Infrastructure {
    let zones = order::along_curve(city);
    let mut made = Growing { city, made: Infrastructure::default() };
    if zones.is_empty() {
        return made.made;
    }
    let weight = |of: fn(u32, u32) -> f64| -> Vec<f64> {
        zones.iter().map(|zone| of(city.zones.population[*zone], city.zones.jobs[*zone])).collect()
    };
    let demand = weight(peak_demand_mw);
    let people = weight(|residents, jobs| f64::from(residents) + 0.5 * f64::from(jobs));
    let living = weight(|residents, _| f64::from(residents));
    let feeders = made.power(&zones, &demand);
    let data_centre = made.data_centre(&zones, &people);
    made.stations(&zones, &people, data_centre);
    made.water(&zones, &living);
    made.hospitals();
    made.plug_in(&feeders);
    made.made.needs.sort_unstable();
    serve(&mut made.made, city);
    made.made
}

/// An infrastructure on its way.
struct Growing<'a> {
    city: &'a City,
    made: Infrastructure,
}

impl Growing<'_> {
    /// Adds an asset in the middle of some zones.
    fn add(&mut self, kind: AssetKind, zone: ZoneId, capacity: f64) -> AssetId {
        let (made, zones) = (&mut self.made, &self.city.zones);
        let number = made.kind.as_slice().iter().filter(|k| **k == kind).count() + 1;
        made.id.push(format!("{}-{number}", kind.name()));
        made.zone.push(zone);
        made.node.push(zones.node.get(zone).copied().unwrap_or(NodeId::NONE));
        made.place.push(PlaceId::NONE);
        made.lon.push(zones.lon[zone]);
        made.lat.push(zones.lat[zone]);
        made.elevation_m.push(height_of(self.city, zone));
        made.capacity.push(capacity as f32);
        made.backup_h.push(BACKUP_UNKNOWN_H);
        made.inferred.push(true);
        made.kind.push(kind)
    }

    fn need(&mut self, asset: AssetId, on: AssetId, kind: NeedKind, buffered: bool) {
        self.made.needs.push(Need { asset, on, kind, buffered });
    }

    /// Feeders, the substations above them, and the grid that joins these to the country's; gives the feeders.
    fn power(&mut self, zones: &[ZoneId], demand: &[f64]) -> Vec<AssetId> {
        let pieces = runs(demand, FEEDER_MW);
        let sums: Vec<f64> = pieces.iter().map(|piece| demand[piece.clone()].iter().sum()).collect();
        let mut substations = Vec::new();
        let groups = runs(&sums, SUBSTATION_MW);
        for group in &groups {
            let middle = self.middle(zones, demand, pieces[group.start].start..pieces[group.end - 1].end);
            let load: f64 = sums[group.clone()].iter().sum();
            substations.push(self.add(AssetKind::Substation, middle, load * HEADROOM));
        }
        let mut feeders = Vec::new();
        for (group, substation) in groups.iter().zip(&substations) {
            for (piece, load) in pieces[group.clone()].iter().zip(&sums[group.clone()]) {
                let middle = self.middle(zones, demand, piece.clone());
                let feeder = self.add(AssetKind::Feeder, middle, load * HEADROOM);
                self.need(feeder, *substation, NeedKind::Functional, false);
                feeders.push(feeder);
            }
        }
        let load: f64 = sums.iter().sum();
        for at in grid::infeeds(&self.made, &substations) {
            let zone = self.made.zone[at];
            let infeed = self.add(AssetKind::GridInfeed, zone, 0.0);
            self.made.lines.push(grid::line(&self.made, infeed, at));
        }
        let infeeds = self.made.of_kind(AssetKind::GridInfeed);
        for infeed in &infeeds {
            self.made.capacity[*infeed] = (load * HEADROOM / infeeds.len() as f64) as f32;
        }
        let joined = grid::join(&self.made, &substations);
        self.made.lines.extend(joined);
        feeders
    }

    /// One data centre, where most people are.
    fn data_centre(&mut self, zones: &[ZoneId], people: &[f64]) -> AssetId {
        let middle = self.middle(zones, people, 0..zones.len());
        self.add(AssetKind::DataCentre, middle, 0.0)
    }

    fn stations(&mut self, zones: &[ZoneId], people: &[f64], data_centre: AssetId) {
        for piece in runs(people, PERSONS_PER_STATION) {
            let served: f64 = people[piece.clone()].iter().sum();
            let middle = self.middle(zones, people, piece);
            let station = self.add(AssetKind::BaseStation, middle, served * STATION_HEADROOM);
            self.need(station, data_centre, NeedKind::Logical, false);
        }
    }

    /// Water works at the lowest zone of each large piece, pumping stations in the middle of each small one.
    fn water(&mut self, zones: &[ZoneId], living: &[f64]) {
        let mut works = Vec::new();
        for piece in runs(living, RESIDENTS_PER_WORKS) {
            let served: f64 = living[piece.clone()].iter().sum();
            let height = |zone: &ZoneId| Some(height_of(self.city, *zone)).filter(|h| h.is_finite());
            let low = |zone: &ZoneId| height(zone).map_or(f32::MAX, |h| h);
            let lowest = zones[piece].iter().min_by(|a, b| low(a).total_cmp(&low(b)));
            if let Some(&zone) = lowest {
                works.push(self.add(AssetKind::WaterWorks, zone, served));
            }
        }
        for piece in runs(living, RESIDENTS_PER_PUMP) {
            let served: f64 = living[piece.clone()].iter().sum();
            let middle = self.middle(zones, living, piece);
            let pump = self.add(AssetKind::PumpingStation, middle, served);
            if let Some(source) = nearest(&self.made, &works, self.made.lon[pump], self.made.lat[pump]) {
                self.need(pump, source, NeedKind::Functional, true);
            }
        }
    }

    fn hospitals(&mut self) {
        let pumps = self.made.of_kind(AssetKind::PumpingStation);
        let places = &self.city.places;
        for place in places.of_kind(PlaceKind::Hospital) {
            let zone = places.zone[place];
            let Some(_) = self.city.zones.lon.get(zone) else { continue };
            let beds = places.capacity.get(place).copied().unwrap_or(0);
            let asset = self.add(AssetKind::Hospital, zone, f64::from(beds));
            let made = &mut self.made;
            (made.place[asset], made.node[asset]) = (place, places.node[place]);
            (made.lon[asset], made.lat[asset]) = (places.lon[place], places.lat[place]);
            made.elevation_m[asset] = node_height(self.city, places.node[place], made.elevation_m[asset]);
            if let Some(pump) = nearest(made, &pumps, made.lon[asset], made.lat[asset]) {
                self.need(asset, pump, NeedKind::Functional, true);
            }
        }
    }

    /// Everything but the grid itself takes power from the nearest feeder, with its own battery or fuel behind.
    fn plug_in(&mut self, feeders: &[AssetId]) {
        let grid = [AssetKind::GridInfeed, AssetKind::Substation, AssetKind::Feeder];
        let users: Vec<AssetId> =
            self.made.kind.iter().filter(|(_, kind)| !grid.contains(kind)).map(|(id, _)| id).collect();
        for user in users {
            let found = nearest(&self.made, feeders, self.made.lon[user], self.made.lat[user]);
            if let Some(feeder) = found {
                self.need(user, feeder, NeedKind::Functional, true);
            }
        }
    }

    /// The zone nearest to the weighted middle of a run of zones.
    fn middle(&self, zones: &[ZoneId], weight: &[f64], piece: std::ops::Range<usize>) -> ZoneId {
        let at = &self.city.zones;
        let (zones, weight) = (&zones[piece.clone()], &weight[piece]);
        let mut sum = [0.0f64; 3];
        for (zone, weight) in zones.iter().zip(weight) {
            let part = [at.lon[*zone] * weight, at.lat[*zone] * weight, *weight];
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        if sum[2] <= 0.0 {
            return zones[zones.len() / 2];
        }
        let away = |zone: &ZoneId| distance_m(at.lon[*zone], at.lat[*zone], sum[0] / sum[2], sum[1] / sum[2]);
        zones.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(ZoneId::NONE)
    }
}

/// Height of a zone's centre, m; that of its junction where the zone has none, NaN where neither has.
fn height_of(city: &City, zone: ZoneId) -> f32 {
    let own = city.zones.elevation_m.get(zone).copied().unwrap_or(f32::NAN);
    if own.is_finite() {
        return own;
    }
    node_height(city, city.zones.node.get(zone).copied().unwrap_or(NodeId::NONE), f32::NAN)
}

fn node_height(city: &City, node: NodeId, otherwise: f32) -> f32 {
    city.streets.elevation_m.get(node).copied().filter(|h| h.is_finite()).unwrap_or(otherwise)
}

/// The nearest of some assets to a spot.
fn nearest(made: &Infrastructure, among: &[AssetId], lon: f64, lat: f64) -> Option<AssetId> {
    let away = |asset: &AssetId| distance_m(made.lon[*asset], made.lat[*asset], lon, lat);
    among.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b)).then(a.index().cmp(&b.index())))
}
