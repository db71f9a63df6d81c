//! Streets around a spot are closed: a fair, a collapsed bridge, a cordon.
use super::schedule::{FROM, Schedule, UNTIL};
use super::spot::{LAT, LON, amid_jobs, spot};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::streets::access;
use citytwin_world::{City, LinkId, World};

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    LON,
    LAT,
    KeySpec::new("radius", Unit::Metres)
        .default(300.0)
        .range(1.0, 100_000.0)
        .about("Streets are closed that have an end within this distance of the spot.")
        .source("assumption"),
    KeySpec::new("vehicles_only", Unit::Bool)
        .flag(false)
        .about("Whether those on foot and on bicycles still pass; else footways are closed with the streets.")
        .source("assumption: the scenario sets the scene"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "street_closure",
    summary: "Streets around a spot are closed: drivers, buses and, unless for vehicles only, those on foot go round or stay.",
    keys: KEYS,
    build: |params, city| {
        let [vehicles, on_foot] = links(params, city)?;
        let on_foot = if params.bool("vehicles_only") { Vec::new() } else { on_foot };
        Ok(Box::new(StreetClosure { schedule: Schedule::with(params), vehicles, on_foot }) as Box<dyn Layer>)
    },
};

/// Closed streets.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetClosure {
    /// When.
    pub schedule: Schedule,
    /// The links closed to vehicles.
    pub vehicles: Vec<LinkId>,
    /// The links closed to those on foot and on bicycles.
    pub on_foot: Vec<LinkId>,
}

/// The links around the spot for cars, and for those on foot and on bicycles.
fn links(params: &Params, city: &City) -> Result<[Vec<LinkId>; 2], Problem> {
    let Some(spot) = spot(params)? else {
        return Ok(middle_of_jobs(city).map_or_else(Default::default, |spot| near(params, city, spot)));
    };
    let found = near(params, city, spot);
    if found[0].is_empty() {
        let problem = Problem::error("E046", "there is no street for cars around the spot");
        return Err(problem.word("lon").help("take a spot in the city, or a larger radius"));
    }
    Ok(found)
}

/// Links with an end within the radius of a spot.
fn near(params: &Params, city: &City, spot: (f64, f64)) -> [Vec<LinkId>; 2] {
    let (streets, radius_m) = (&city.streets, params.f64("radius"));
    let inside = |node| distance_m(streets.lon[node], streets.lat[node], spot.0, spot.1) <= radius_m;
    [access::CAR, access::FOOT | access::BICYCLE].map(|whom| {
        let usable = streets.from.ids().filter(|link| streets.access[*link] & whom != 0);
        usable.filter(|link| inside(streets.from[*link]) || inside(streets.to[*link])).collect()
    })
}

/// The junction for cars nearest to the mean spot of all jobs; `None` where there is none.
fn middle_of_jobs(city: &City) -> Option<(f64, f64)> {
    let streets = &city.streets;
    let drivable = streets.from.ids().filter(|link| streets.access[*link] & access::CAR != 0);
    amid_jobs(city, drivable.map(|link| (streets.lon[streets.from[link]], streets.lat[streets.from[link]])))
}

impl Layer for StreetClosure {
    fn name(&self) -> &'static str {
        "street_closure"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if self.schedule.acts(now) {
            world.services.roads.closing.extend(&self.vehicles);
            world.services.roads.closing_on_foot.extend(&self.on_foot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::{Date, DayType, NodeId};

    /// A row of junctions a tenth of a degree apart, joined by streets.
    fn row() -> City {
        let mut city = City::default();
        for i in 0..5u32 {
            city.streets.lon.push(f64::from(i) * 0.1);
            city.streets.lat.push(0.0);
        }
        for i in 0..4u32 {
            city.streets.from.push(NodeId(i));
            city.streets.to.push(NodeId(i + 1));
            city.streets.access.push(if i == 1 { access::CAR } else { access::CAR | access::FOOT });
        }
        city
    }

    #[test]
    fn streets_near_the_spot_are_closed_for_a_time() {
        let values = [
            ("lon", "0.05"),
            ("lat", "0"),
            ("radius", "12 km"),
            ("from", "day 0 03:00"),
            ("until", "day 0 05:00"),
        ];
        let params = Params::written(KEYS, &values).expect("fine");
        let mut closure = (KIND.build)(&params, &row()).expect("builds");
        let mut closed = Vec::new();
        for tick in 0..7 {
            let mut world = World::default();
            let date = Date::from_ymd(2020, 1, 21).expect("a date");
            let now = Now { tick, date, day_type: DayType::Workday, seed: 1 };
            closure.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
            world.services.roads.take_closures();
            let roads = &world.services.roads;
            closed.push((roads.closed.len(), roads.closed_on_foot.len()));
        }
        // The second street is for cars alone.
        assert_eq!(closed, [(0, 0), (0, 0), (0, 0), (2, 1), (2, 1), (0, 0), (0, 0)]);
    }

    #[test]
    fn spots_without_streets_are_refused() {
        let refused = |values: &[(&str, &str)]| {
            let params = Params::written(KEYS, values).expect("fine");
            let built = (KIND.build)(&params, &row()).map(|_| ());
            built.err().map(|problems| format!("{problems:?}")).unwrap_or_default()
        };
        assert!(refused(&[("lon", "5"), ("lat", "5")]).contains("E046"));
        assert!(refused(&[("lon", "0")]).contains("E048"));
        assert_eq!(refused(&[("lon", "0.1"), ("lat", "0"), ("radius", "1 m")]), "");
    }

    #[test]
    fn without_a_spot_it_is_the_junction_amid_the_jobs() {
        let mut city = row();
        for (lon, jobs) in [(0.0, 10), (0.4, 30)] {
            city.places.lon.push(lon);
            city.places.lat.push(0.0);
            city.places.jobs.push(jobs);
        }
        let params = Params::written(KEYS, &[("radius", "1 m")]).expect("fine");
        let [vehicles, on_foot] = links(&params, &city).expect("a middle");
        assert_eq!((vehicles, on_foot), (vec![LinkId(2), LinkId(3)], vec![LinkId(2), LinkId(3)]));
        let params = Params::written(KEYS, &[("vehicles_only", "true")]).expect("fine");
        let mut fair = (KIND.build)(&params, &city).expect("builds");
        let mut world = World::default();
        let date = Date::from_ymd(2020, 1, 21).expect("a date");
        let now = Now { tick: 0, date, day_type: DayType::Workday, seed: 1 };
        fair.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
        let roads = &world.services.roads;
        assert!(!roads.closing.is_empty() && roads.closing_on_foot.is_empty());
    }
}
