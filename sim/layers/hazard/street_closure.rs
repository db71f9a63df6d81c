//! Streets around a spot are closed to cars: a flood, a fair, a collapsed bridge, a cordon.
use super::schedule::{FROM, Schedule, UNTIL};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::streets::access;
use citytwin_world::{City, LinkId, World};

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("lon", Unit::Number)
        .range(-180.0, 180.0)
        .about("Longitude of the spot, degrees; unset with `lat`, the middle of the city's jobs.")
        .source("assumption: the scenario sets the scene"),
    KeySpec::new("lat", Unit::Number)
        .range(-90.0, 90.0)
        .about("Latitude of the spot, degrees.")
        .source("assumption: the scenario sets the scene"),
    KeySpec::new("radius", Unit::Metres)
        .default(300.0)
        .range(1.0, 100_000.0)
        .about("Streets are closed whose middle lies within this distance of the spot.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "street_closure",
    summary: "Streets around a spot are closed to cars; shows where movement knows traffic.",
    keys: KEYS,
    build: |params, city| {
        Ok(Box::new(StreetClosure { schedule: Schedule::with(params), links: links(params, city)? })
            as Box<dyn Layer>)
    },
};

/// Closed streets.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetClosure {
    /// When.
    pub schedule: Schedule,
    /// The links closed.
    pub links: Vec<LinkId>,
}

/// The links for cars around the spot.
fn links(params: &Params, city: &City) -> Result<Vec<LinkId>, Problem> {
    let middle = middle_of_jobs(city);
    let spot = match (params.opt_f64("lon"), params.opt_f64("lat")) {
        (Some(lon), Some(lat)) => (lon, lat),
        (None, None) => middle,
        _ => {
            let problem = Problem::error("E046", "a spot needs both `lon` and `lat`");
            return Err(problem.help("write both, or neither for the middle of the city's jobs"));
        }
    };
    let streets = &city.streets;
    let near = |link: &LinkId| {
        let (a, b) = (streets.from[*link], streets.to[*link]);
        let (lon, lat) = (streets.lon[a].midpoint(streets.lon[b]), streets.lat[a].midpoint(streets.lat[b]));
        streets.access[*link] & access::CAR != 0
            && distance_m(lon, lat, spot.0, spot.1) <= params.f64("radius")
    };
    let found: Vec<LinkId> = streets.from.ids().filter(near).collect();
    // A city without streets yet is asked only whether the values make sense.
    if found.is_empty() && streets.link_count() > 0 {
        let problem = Problem::error("E046", "there is no street for cars around the spot");
        return Err(problem.help(format!(
            "the middle of this city's jobs lies at lon = {:.5}, lat = {:.5}; or take a larger radius",
            middle.0, middle.1
        )));
    }
    Ok(found)
}

/// The mean spot of all jobs, or of all junctions where no place has jobs.
fn middle_of_jobs(city: &City) -> (f64, f64) {
    let places = &city.places;
    let mut sum = [0.0f64; 3];
    for (id, jobs) in places.jobs.iter().filter(|(_, jobs)| **jobs > 0) {
        let jobs = f64::from(*jobs);
        let at = [places.lon[id] * jobs, places.lat[id] * jobs, jobs];
        sum.iter_mut().zip(at).for_each(|(sum, part)| *sum += part);
    }
    if sum[2] <= 0.0 {
        let (lon, lat) = (city.streets.lon.as_slice(), city.streets.lat.as_slice());
        sum = [lon.iter().sum(), lat.iter().sum(), lon.len().max(1) as f64];
    }
    (sum[0] / sum[2], sum[1] / sum[2])
}

impl Layer for StreetClosure {
    fn name(&self) -> &'static str {
        "street_closure"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if self.schedule.hours_since_begin(now) >= 0 && self.schedule.hours_since_end(now) < 0 {
            world.services.roads.closing.extend(&self.links);
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
            closed.push(world.services.roads.closed.len());
        }
        assert_eq!(closed, [0, 0, 0, 2, 2, 0, 0]);
    }

    #[test]
    fn spots_without_streets_are_refused_with_one_that_has_some() {
        let far = Params::written(KEYS, &[("lon", "5"), ("lat", "5")]).expect("fine");
        let told = format!("{:?}", (KIND.build)(&far, &row()).map(|_| ()).expect_err("no street"));
        assert!(told.contains("E046") && told.contains("lon = 0.2"), "{told}");
        let half = Params::written(KEYS, &[("lon", "0")]).expect("fine");
        assert!((KIND.build)(&half, &row()).is_err());
    }
}
