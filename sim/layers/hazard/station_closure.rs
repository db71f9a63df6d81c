//! Stops of buses or metros are closed: a flooded station, a fire, a rally on the square.
use super::schedule::{FROM, Schedule, UNTIL};
use super::spot::{LAT, LON, amid_jobs, spot};
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit, suggest};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, StopId, World};

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("stops", Unit::List(&Unit::Text))
        .about("Names of the stops closed, all platforms of a name; unset, those around the spot.")
        .source("assumption: the scenario sets the scene"),
    LON,
    LAT,
    KeySpec::new("radius", Unit::Metres)
        .default(300.0)
        .range(1.0, 100_000.0)
        .about("Stops are closed within this distance of the spot; without a spot, of the stop in the middle of the city's jobs.")
        .source("assumption"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "station_closure",
    summary: "Nobody boards or alights at some stops for a time; riders take journeys without them.",
    keys: KEYS,
    build: |params, city| {
        let schedule = Schedule::with(params);
        Ok(Box::new(StationClosure { schedule, stops: stops(params, city)? }) as Box<dyn Layer>)
    },
};

/// Closed stops.
#[derive(Clone, Debug, PartialEq)]
pub struct StationClosure {
    /// When.
    pub schedule: Schedule,
    /// The stops closed.
    pub stops: Vec<StopId>,
}

/// The stops named, or those around the spot.
fn stops(params: &Params, city: &City) -> Result<Vec<StopId>, Problems> {
    let transit = &city.transit;
    let names = params.list("stops");
    if !names.is_empty() {
        return named(&names, transit.stop_name.as_slice(), "stop").map(|found| found.map(StopId).collect());
    }
    let at = |stop| (transit.stop_lon[stop], transit.stop_lat[stop]);
    let all = || transit.stop_lon.ids();
    let given = spot(params)?;
    let Some(middle) = given.or_else(|| amid_jobs(city, all().map(at))) else { return Ok(Vec::new()) };
    let near = |stop: &StopId| {
        let (lon, lat) = at(*stop);
        distance_m(lon, lat, middle.0, middle.1) <= params.f64("radius")
    };
    let found: Vec<StopId> = all().filter(near).collect();
    if found.is_empty() && given.is_some() {
        let problem = Problem::error("E049", "there is no stop around the spot").word("lon");
        return Err(problem.help("take a spot in the city, or a larger radius").into());
    }
    Ok(found)
}

/// Numbers of everything with one of some names, in order.
///
/// # Errors
/// `E050` for every name that nothing has.
pub(super) fn named(
    wanted: &[String],
    names: &[String],
    what: &str,
) -> Result<impl Iterator<Item = u32> + use<>, Problems> {
    let mut problems = Problems::default();
    for name in wanted.iter().filter(|name| !names.contains(name)) {
        let problem = Problem::error("E050", format!("the city has no {what} `{name}`")).word(name);
        // Names are long and a part of one is often all that is known: whatever holds it is offered.
        let holds = |known: &&str| known.to_lowercase().contains(&name.trim().to_lowercase());
        let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        let holding: Vec<&str> = all.iter().copied().filter(holds).collect();
        if !holding.is_empty() && !name.trim().is_empty() {
            problems.push(problem.help(format!("did you mean {}?", suggest::listing(&holding))));
            continue;
        }
        problems.push(match suggest::did_you_mean(name, &all) {
            Some(suggestion) => problem.help(suggestion),
            None => problem.help(format!("take a {what}'s name as the timetable has it")),
        });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let found: Vec<u32> =
        (0u32..).zip(names).filter(|(_, name)| wanted.contains(name)).map(|(number, _)| number).collect();
    Ok(found.into_iter())
}

impl Layer for StationClosure {
    fn name(&self) -> &'static str {
        "station_closure"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if self.schedule.acts(now) {
            world.services.passengers.coming.closed.extend(&self.stops);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::{Date, DayType};

    /// A row of stops a hundredth of a degree apart.
    fn row() -> City {
        let mut city = City::default();
        for i in 0..5u32 {
            city.transit.stop_name.push(["Market", "Park", "Harbour", "Park", "Mill"][i as usize].into());
            city.transit.stop_lon.push(f64::from(i) * 0.01);
            city.transit.stop_lat.push(0.0);
        }
        city
    }

    fn closed(values: &[(&str, &str)], city: &City) -> Result<Vec<u32>, String> {
        let params = Params::written(KEYS, values).expect("fine");
        let found = stops(&params, city).map(|stops| stops.iter().map(|stop| stop.0).collect());
        found.map_err(|problems| format!("{problems:?}"))
    }

    #[test]
    fn stops_are_closed_for_a_time() {
        let values = [("stops", "[Park]"), ("from", "day 0 03:00"), ("until", "day 0 05:00")];
        let params = Params::written(KEYS, &values).expect("fine");
        let mut closure = (KIND.build)(&params, &row()).expect("builds");
        let mut seen = Vec::new();
        for tick in 0..7 {
            let mut world = World::default();
            let date = Date::from_ymd(2020, 1, 21).expect("a date");
            let now = Now { tick, date, day_type: DayType::Workday, seed: 1 };
            closure.run(Phase::Hazard, now, &mut world, &Levers::default(), &mut Board::new());
            world.services.passengers.take_disruption();
            seen.push(world.services.passengers.disruption.closed.len());
        }
        assert_eq!(seen, [0, 0, 0, 2, 2, 0, 0]);
    }

    #[test]
    fn stops_are_found_by_name_by_spot_and_amid_the_jobs() {
        let mut city = row();
        assert_eq!(closed(&[("stops", "[Park, Mill]")], &city), Ok(vec![1, 3, 4]));
        assert_eq!(closed(&[("lon", "0.02"), ("lat", "0"), ("radius", "1.2 km")], &city), Ok(vec![1, 2, 3]));
        for (lon, jobs) in [(0.0, 10), (0.04, 30)] {
            city.places.lon.push(lon);
            city.places.lat.push(0.0);
            city.places.jobs.push(jobs);
        }
        assert_eq!(closed(&[("radius", "1 m")], &city), Ok(vec![3]));
    }

    #[test]
    fn what_the_city_lacks_is_refused() {
        let refused = |values: &[(&str, &str)]| closed(values, &row()).expect_err("refused");
        assert!(refused(&[("lon", "5"), ("lat", "5")]).contains("E049"));
        assert!(refused(&[("lat", "5")]).contains("E048"));
        let told = refused(&[("stops", "[Markt, Mill, Moon]")]);
        assert!(told.matches("E050").count() == 2 && told.contains("Market"), "{told}");
        // A part of a name tells which names hold it.
        assert!(refused(&[("stops", "[ark]")]).contains("did you mean `Market` and `Park`?"));
    }
}
