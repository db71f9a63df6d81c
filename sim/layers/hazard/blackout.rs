//! Power fails: the country's grid, substations of a zone or around a spot, or a share of all substations.
use super::schedule::{FROM, Schedule, UNTIL};
use super::spot::{LAT, LON, spot};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::geo::distance_m;
use citytwin_world::infrastructure::AssetKind;
use citytwin_world::outages::{Damage, Fault};
use citytwin_world::problem::Problems;
use citytwin_world::{AssetId, City, World};

/// Purposes of this hazard's draws: who is struck, and when each comes back.
const STRUCK: u32 = 0x0a02;
const BACK: u32 = 0x0a03;

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("what", Unit::Text)
        .text("infeeds")
        .choices(&["infeeds", "substations", "data_centres"])
        .about("What fails: the infeeds from the country's grid, substations, or data centres (as in an attack on them).")
        .source("choice of the scenario"),
    KeySpec::new("share", Unit::Ratio)
        .default(1.0)
        .range(0.0, 1.0)
        .about("Share of them that fail, drawn one by one.")
        .source("choice of the scenario"),
    LON,
    LAT,
    KeySpec::new("radius", Unit::Kilometres)
        .default(3.0)
        .range(0.1, 1000.0)
        .about("With a spot, only what stands within this distance of it fails.")
        .source("assumption"),
    KeySpec::new("return_over", Unit::Hours)
        .default(0.0)
        .range(0.0, 720.0)
        .about("From `until` on, substations come back one by one over this time; 0 = all at once.")
        .source("assumption: a grid is put together again piece by piece"),
    KeySpec::new("repair", Unit::Hours)
        .default(0.0)
        .range(0.0, 1000.0)
        .about("Work of a crew at each that failed, from the end on; 0: it comes back by itself.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "blackout",
    summary: "Power fails in the city or a part of it, and comes back at an hour, piece by piece or by crews.",
    keys: KEYS,
    build,
};

fn build(params: &Params, _: &City) -> Result<Box<dyn Layer>, Problems> {
    let kinds = match params.text("what").as_str() {
        "substations" => AssetKind::Substation,
        "data_centres" => AssetKind::DataCentre,
        _ => AssetKind::GridInfeed,
    };
    Ok(Box::new(Blackout {
        schedule: Schedule::with(params),
        kind: kinds,
        share: params.f64("share"),
        spot: spot(params)?,
        radius_m: params.f64("radius") * 1000.0,
        return_over_h: params.f64("return_over"),
        repair_h: params.f64("repair") as f32,
    }))
}

/// A blackout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blackout {
    /// When.
    pub schedule: Schedule,
    /// Kind of asset that fails.
    pub kind: AssetKind,
    /// Share of them.
    pub share: f64,
    /// Around which spot, longitude and latitude; `None` = everywhere.
    pub spot: Option<(f64, f64)>,
    /// How far from it, m.
    pub radius_m: f64,
    /// Time over which substations come back, h.
    pub return_over_h: f64,
    /// Work of a crew at each, h.
    pub repair_h: f32,
}

impl Blackout {
    fn strikes(&self, city: &City, asset: AssetId, seed: u64) -> bool {
        let made = &city.infrastructure;
        let near = self
            .spot
            .is_none_or(|(lon, lat)| distance_m(made.lon[asset], made.lat[asset], lon, lat) <= self.radius_m);
        near && f64::from(unit_f32(block(seed, STRUCK, asset.0, 0, 0)[0])) < self.share
    }
}

impl Layer for Blackout {
    fn name(&self) -> &'static str {
        "blackout"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        let since_end = self.schedule.hours_since_end(now);
        if self.schedule.hours_since_begin(now) < 0 || since_end as f64 > self.return_over_h {
            return;
        }
        let World { city, services, .. } = world;
        let struck = city.infrastructure.of_kind(self.kind).into_iter();
        let struck = struck.filter(|asset| self.strikes(city, *asset, now.seed));
        if since_end < 0 {
            services.outages.held.extend(struck.map(|asset| (asset, Fault::Blackout)));
            return;
        }
        if self.repair_h > 0.0 && since_end == 0 {
            let damage = |asset| Damage { asset, fault: Fault::Blackout, repair_h: self.repair_h };
            services.outages.damage.extend(struck.map(damage));
        }
        // The grid is back; substations are switched in one after the other.
        let waits = |asset: &AssetId| {
            let turn = f64::from(unit_f32(block(now.seed, BACK, asset.0, 0, 0)[0])) * self.return_over_h;
            (since_end as f64) < turn
        };
        let substations = city.infrastructure.of_kind(AssetKind::Substation).into_iter().filter(waits);
        services.outages.held.extend(substations.map(|asset| (asset, Fault::Blackout)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::{Date, DayType};
    use std::sync::Arc;

    /// Held and damaged assets by hour.
    fn struck(values: &[(&str, &str)]) -> Vec<(usize, usize)> {
        let mut city = City::default();
        for i in 0..40u32 {
            let made = &mut city.infrastructure;
            made.kind.push(if i < 4 { AssetKind::GridInfeed } else { AssetKind::Substation });
            made.lon.push(f64::from(i) * 0.01);
            made.lat.push(0.0);
        }
        let params = Params::written(KEYS, values).expect("sound");
        let mut blackout = (KIND.build)(&params, &city).expect("builds");
        let city = Arc::new(city);
        let hour = |tick| {
            let mut world = World { city: Arc::clone(&city), ..World::default() };
            let now = Now { tick, date: Date(0).plus(tick as i32 / 24), day_type: DayType::Workday, seed: 1 };
            blackout.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
            (world.services.outages.held.len(), world.services.outages.damage.len())
        };
        (0..9).map(hour).collect()
    }

    #[test]
    fn the_grid_fails_for_a_time_and_comes_back_piece_by_piece() {
        let times = [("from", "day 0 02:00"), ("until", "day 0 04:00")];
        let seen = struck(&times);
        assert_eq!(seen.iter().map(|hour| hour.0).collect::<Vec<_>>(), [0, 0, 4, 4, 0, 0, 0, 0, 0]);
        let slow = struck(&[times[0], times[1], ("return_over", "4 h")]);
        let back: Vec<usize> = slow[4..].iter().map(|hour| hour.0).collect();
        assert!(back[0] > 25 && back.is_sorted_by(|a, b| a > b || *a == 0) && back[4] == 0, "{back:?}");
        let crews =
            struck(&[times[0], times[1], ("repair", "2 h"), ("what", "substations"), ("share", "50 %")]);
        assert!((9..28).contains(&crews[2].0) && crews[4] == (0, crews[2].0), "{crews:?}");
    }

    #[test]
    fn around_a_spot_only_what_is_near_fails() {
        let values = [("what", "substations"), ("lon", "0.2"), ("lat", "0"), ("radius", "2.5 km")];
        assert_eq!(struck(&values)[0], (5, 0));
    }
}
