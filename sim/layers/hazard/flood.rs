//! A river rises over the low parts of the city: streets, stops and assets under water, residents driven from home.
//!
//! Depth is the river's level less the height of the ground, wherever that is positive: walls, pumps and the way the
//! water takes are left out.
use super::schedule::{FROM, Schedule};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::outages::{Damage, Fault};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{AssetId, City, LinkId, NodeId, StopId, World, ZoneId};

const KEYS: &[KeySpec] = &[
    FROM,
    KeySpec::new("bank", Unit::Metres)
        .default(3.0)
        .range(-500.0, 9000.0)
        .about("Level of the river above sea at which nothing is flooded yet; it begins to rise from here.")
        .source("Porto Alegre: the quay of Cais Mauá is flooded from 3 m on the gauge (2 May 2024, 13:15)"),
    KeySpec::new("peak", Unit::Metres)
        .default(5.35)
        .range(-500.0, 9000.0)
        .about("Highest level above sea.")
        .source("Porto Alegre: 5.35 m on 5 May 2024, with the gauge's zero taken for sea level (assumption)"),
    KeySpec::new("rise", Unit::Hours)
        .default(72.0)
        .range(1.0, 8760.0)
        .about("Time from the bank to the peak.")
        .source("Porto Alegre: from 3 m on 2 May to the peak on 5 May 2024"),
    KeySpec::new("hold", Unit::Hours)
        .default(264.0)
        .range(0.0, 8760.0)
        .about("Time for which it stays at the peak.")
        .source("Porto Alegre: about 5 m until 16 May 2024"),
    KeySpec::new("fall", Unit::Hours)
        .default(360.0)
        .range(1.0, 8760.0)
        .about("Time from the peak back to the bank.")
        .source("Porto Alegre: below 4 m on 21 May 2024, above 3 m until the begin of June"),
    KeySpec::new("street_depth", Unit::Metres)
        .default(0.3)
        .range(0.0, 10.0)
        .about("Depth from which a street is closed to cars and a stop to passengers.")
        .source("warnings to drivers: a foot of water floats many cars"),
    KeySpec::new("asset_depth", Unit::Metres)
        .default(0.5)
        .range(0.0, 10.0)
        .about("Depth from which substations, pumps, base stations and hospitals fail.")
        .source("assumption"),
    KeySpec::new("home_depth", Unit::Metres)
        .default(0.5)
        .range(0.0, 10.0)
        .about("Depth at a zone's centre from which its residents can't stay at home.")
        .source("assumption"),
    KeySpec::new("repair", Unit::Hours)
        .default(12.0)
        .range(0.0, 1000.0)
        .about("Work of a crew at each asset that was under water, once it is dry.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "flood",
    summary: "A river rises over the low parts of the city: streets, stops, assets and homes under water.",
    keys: KEYS,
    build,
};

/// A flood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flood {
    schedule: Schedule,
    bank_m: f64,
    peak_m: f64,
    rise_h: f64,
    hold_h: f64,
    fall_h: f64,
    street_depth_m: f64,
    asset_depth_m: f64,
    home_depth_m: f64,
    repair_h: f32,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Layer>, Problems> {
    let heights = city.streets.elevation_m.as_slice().iter().chain(city.zones.elevation_m.as_slice());
    if !heights.into_iter().any(|height| height.is_finite()) {
        let problem = Problem::error("E083", "the city has no heights, so nobody knows what is flooded");
        return Err(problem.word("flood").help("import it with --elevation").into());
    }
    if params.f64("peak") < params.f64("bank") {
        let problem = Problem::error("E084", "the flood's peak lies below the bank").word("peak");
        return Err(problem.help("`peak` and `bank` are levels above sea, the peak the higher").into());
    }
    Ok(Box::new(Flood {
        schedule: Schedule::beginning(params),
        bank_m: params.f64("bank"),
        peak_m: params.f64("peak"),
        rise_h: params.f64("rise"),
        hold_h: params.f64("hold"),
        fall_h: params.f64("fall"),
        street_depth_m: params.f64("street_depth"),
        asset_depth_m: params.f64("asset_depth"),
        home_depth_m: params.f64("home_depth"),
        repair_h: params.f64("repair") as f32,
    }))
}

impl Flood {
    /// The river's level in an hour, m above sea; `None` while it is in its bed.
    fn level_m(&self, now: Now) -> Option<f64> {
        let since = self.schedule.hours_since_begin(now) as f64;
        let falling = since - self.rise_h - self.hold_h;
        if since < 0.0 || falling >= self.fall_h {
            return None;
        }
        let share = (since / self.rise_h).min(1.0 - falling.max(0.0) / self.fall_h).min(1.0);
        Some(self.bank_m + (self.peak_m - self.bank_m) * share)
    }

    fn flood(&self, level_m: f64, world: &mut World) {
        let World { city, services, .. } = world;
        let (streets, transit, made) = (&city.streets, &city.transit, &city.infrastructure);
        let deeper = |height: f32, depth: f64| f64::from(height) + depth < level_m;
        let node = |node: NodeId, depth| streets.elevation_m.get(node).is_some_and(|h| deeper(*h, depth));
        let wet = |link: &LinkId| {
            node(streets.from[*link], self.street_depth_m) || node(streets.to[*link], self.street_depth_m)
        };
        services.roads.closing.extend(streets.from.ids().filter(&wet));
        services.roads.closing_on_foot.extend(streets.from.ids().filter(wet));
        let stops = transit.stop_node.iter().filter(|(_, at)| node(**at, self.street_depth_m));
        services.passengers.coming.closed.extend(stops.map(|(stop, _): (StopId, _)| stop));
        let under = |(asset, height): (AssetId, &f32)| deeper(*height, self.asset_depth_m).then_some(asset);
        for asset in made.elevation_m.iter().filter_map(under) {
            services.outages.held.push((asset, Fault::Flood));
            if self.repair_h > 0.0 {
                services.outages.damage.push(Damage { asset, fault: Fault::Flood, repair_h: self.repair_h });
            }
        }
        let home =
            |zone: ZoneId| f32::from(u8::from(deeper(city.zones.elevation_m[zone], self.home_depth_m)));
        let displaced: Vec<f32> = city.zones.elevation_m.ids().map(home).collect();
        if displaced.iter().any(|share| *share > 0.0) {
            services.outages.displaced = displaced.into();
        }
    }
}

impl Layer for Flood {
    fn name(&self) -> &'static str {
        "flood"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if let Some(level_m) = self.level_m(now) {
            self.flood(level_m, world);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::infrastructure::AssetKind;
    use citytwin_world::{Date, DayType};
    use std::sync::Arc;

    /// Five junctions, zones and pumps, each a metre higher than the last, from 2 m on.
    fn slope() -> City {
        let mut city = City::default();
        for i in 0..5u8 {
            let height = 2.0 + f32::from(i);
            city.streets.elevation_m.push(height);
            city.zones.elevation_m.push(height);
            city.infrastructure.kind.push(AssetKind::PumpingStation);
            city.infrastructure.elevation_m.push(height);
        }
        for i in 0..4 {
            city.streets.from.push(NodeId(i));
            city.streets.to.push(NodeId(i + 1));
        }
        city
    }

    #[test]
    fn water_rises_stays_and_falls_and_the_low_parts_are_under_it() {
        let values = [
            ("from", "day 0 02:00"),
            ("bank", "1 m"),
            ("peak", "4.6 m"),
            ("rise", "2 h"),
            ("hold", "1 h"),
            ("fall", "4 h"),
        ];
        let params = Params::written(KEYS, &values).expect("sound");
        let city = Arc::new(slope());
        let mut flood = (KIND.build)(&params, &city).expect("builds");
        let mut hour = |tick| {
            let mut world = World { city: Arc::clone(&city), ..World::default() };
            let now = Now { tick, date: Date(0), day_type: DayType::Workday, seed: 1 };
            flood.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
            let services = &world.services;
            let away = services.outages.displaced.as_slice().iter().filter(|share| **share > 0.0).count();
            (services.outages.held.len(), services.roads.closing.len(), away)
        };
        let seen: Vec<_> = (0..11).map(&mut hour).collect();
        // Levels: 1 at two, 2.8 at three, 4.6 at four and five, then .9 m less each hour.
        let wanted = [0, 0, 0, 1, 3, 3, 2, 1, 0, 0, 0];
        assert_eq!(seen.iter().map(|hour| hour.0).collect::<Vec<_>>(), wanted);
        assert_eq!((seen[4], seen[3]), ((3, 3, 3), (1, 1, 1)));
    }

    #[test]
    fn without_heights_or_with_a_peak_below_the_bank_it_is_refused() {
        let refused = |values: &[(&str, &str)], city: &City| {
            let params = Params::written(KEYS, values).expect("sound");
            (KIND.build)(&params, city).err().map(|problems| problems.codes())
        };
        assert_eq!(refused(&[], &City::default()), Some(vec!["E083"]));
        assert_eq!(refused(&[("peak", "2 m")], &slope()), Some(vec!["E084"]));
        assert_eq!(refused(&[], &slope()), None);
    }
}
