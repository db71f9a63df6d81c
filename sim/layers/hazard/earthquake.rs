//! An earthquake: the ground shakes less with distance, and assets break by chance with how much it shakes.
//!
//! Peak acceleration follows W. B. Joyner and D. M. Boore (1981, Bull. Seismol. Soc. Am. 71:2011):
//! log A = −1.02 + .249 M − log r − .00255 r + .26 P with r² = d² + 7.3², A in g and d in km; the distance to the epicentre
//! stands for that to the fault. Fragility is lognormal; medians, spreads and days of repair are those of FEMA's Hazus
//! for seismic design, as the Shelby County case (J. Balakrishnan, dreaminsg-integrated-model, MIT) gives them.
use super::schedule::{FROM, Schedule};
use super::spot::{LAT, LON, amid_jobs, spot};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::draw::Draw;
use citytwin_world::geo::distance_m;
use citytwin_world::infrastructure::AssetKind;
use citytwin_world::outages::{Damage, Fault};
use citytwin_world::problem::Problems;
use citytwin_world::{AssetId, City, World};

/// Purpose of the draws of damage.
const DAMAGE: u32 = 0x0a04;

const KEYS: &[KeySpec] = &[
    FROM,
    LON,
    LAT,
    KeySpec::new("magnitude", Unit::Number)
        .default(6.5)
        .range(5.0, 7.7)
        .about("Moment magnitude.")
        .source("choice of the scenario; the range is that of Joyner and Boore (1981)"),
    KeySpec::new("deviation", Unit::Number)
        .default(0.0)
        .range(-3.0, 3.0)
        .about("By how many standard deviations the ground shakes more than the median.")
        .source("Joyner and Boore (1981): one deviation is .26 of log A"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "earthquake",
    summary: "The ground shakes, less with distance, and assets break by chance with how much it does.",
    keys: KEYS,
    build,
};

/// A damage state: median acceleration at which it is reached, g, its lognormal spread, and the repair, mean and spread
/// in days.
type State = [f64; 4];

/// Substations of low voltage, anchored: moderate, extensive and complete damage. Slight damage stops nothing.
const SUBSTATION: [State; 3] = [[0.25, 0.5, 3.0, 1.5], [0.35, 0.4, 7.0, 3.5], [0.7, 0.4, 30.0, 15.0]];
/// Pumping plants.
const PUMP: [State; 3] = [[0.52, 0.4, 3.1, 2.7], [0.73, 0.5, 5.0, 3.0], [1.28, 0.5, 10.0, 3.0]];

/// The states of a kind of asset; `None` for those that no earthquake breaks here. Base stations and data centres break
/// as substations do, hospitals and water works as pumping plants (assumptions).
fn fragility(kind: AssetKind) -> Option<[State; 3]> {
    match kind {
        AssetKind::GridInfeed | AssetKind::Substation => Some(SUBSTATION),
        AssetKind::BaseStation | AssetKind::DataCentre => Some(SUBSTATION),
        AssetKind::PumpingStation | AssetKind::WaterWorks | AssetKind::Hospital => Some(PUMP),
        AssetKind::Feeder => None,
    }
}

/// An earthquake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Earthquake {
    schedule: Schedule,
    epicentre: Option<(f64, f64)>,
    magnitude: f64,
    deviation: f64,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Layer>, Problems> {
    let zones = city.zones.lon.iter().map(|(zone, lon)| (*lon, city.zones.lat[zone]));
    Ok(Box::new(Earthquake {
        schedule: Schedule::beginning(params),
        epicentre: spot(params)?.or_else(|| amid_jobs(city, zones)),
        magnitude: params.f64("magnitude"),
        deviation: params.f64("deviation"),
    }))
}

/// Peak horizontal acceleration at a distance, g.
fn acceleration_g(magnitude: f64, distance_km: f64, deviation: f64) -> f64 {
    let r = distance_km.hypot(7.3);
    10f64.powf(-1.02 + 0.249 * magnitude - r.log10() - 0.00255 * r + 0.26 * deviation)
}

/// Days until an asset that shakes so much is repaired; 0 where it isn't broken. The first of the draws decides the
/// state: it is reached where ln A exceeds ln of the median by so many spreads as the draw says.
fn repair_days(states: &[State; 3], acceleration_g: f64, [chance, length]: [f64; 2]) -> f64 {
    let reached = |[median, spread, ..]: &&State| (acceleration_g / median).ln() / spread > chance;
    let worst = states.iter().rev().find(reached);
    worst.map_or(0.0, |[_, _, mean, spread]| (mean + spread * length).max(0.5))
}

impl Layer for Earthquake {
    fn name(&self) -> &'static str {
        "earthquake"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        let (0, Some((lon, lat))) = (self.schedule.hours_since_begin(now), self.epicentre) else { return };
        let World { city, services, .. } = world;
        let made = &city.infrastructure;
        let broken = |(asset, kind): (AssetId, &AssetKind)| {
            let states = fragility(*kind)?;
            let km = distance_m(made.lon[asset], made.lat[asset], lon, lat) / 1000.0;
            let mut draw = Draw::new(now.seed, DAMAGE, asset.0, now.tick);
            let draws = [draw.normal(), draw.normal()];
            let shakes_g = acceleration_g(self.magnitude, km, self.deviation);
            let days = repair_days(&states, shakes_g, draws);
            let repair_h = (days * 24.0) as f32;
            (days > 0.0).then_some(Damage { asset, fault: Fault::Earthquake, repair_h })
        };
        services.outages.damage.extend(made.kind.iter().filter_map(broken));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_shakes_as_published_and_less_with_distance() {
        // log A = −1.02 + .249·7 − log 12.38 − .00255·12.38 at 10 km of a magnitude of 7.
        assert!((acceleration_g(7.0, 10.0, 0.0) - 0.3969).abs() < 1e-3, "{}", acceleration_g(7.0, 10.0, 0.0));
        let far: Vec<f64> = (0..10).map(|km| acceleration_g(6.0, f64::from(km) * 10.0, 0.0)).collect();
        assert!(far.is_sorted_by(|a, b| a > b));
        assert!((acceleration_g(6.0, 3.0, 1.0) / acceleration_g(6.0, 3.0, 0.0)).log10() - 0.26 < 1e-12);
    }

    #[test]
    fn damage_is_lognormal_in_the_acceleration() {
        // At the median of a state half of all reach it; a spread further 84 %.
        let share = |g: f64, least_days: f64| {
            let one = |i: u32| {
                let mut draw = Draw::new(1, DAMAGE, i, 0);
                repair_days(&SUBSTATION, g, [draw.normal(), 0.0]) >= least_days
            };
            f64::from((0..20_000).filter(|i| one(*i)).count() as u32) / 20_000.0
        };
        assert!((share(0.25, 3.0) - 0.5).abs() < 0.015, "{}", share(0.25, 3.0));
        assert!((share(0.25 * 0.5f64.exp(), 3.0) - 0.841).abs() < 0.015);
        assert!((share(0.7, 30.0) - 0.5).abs() < 0.015);
        assert_eq!(share(0.001, 3.0), 0.0);
    }
}
