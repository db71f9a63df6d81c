//! Where a hazard strikes: a spot on the map, or the middle of the city's jobs.
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::City;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;

/// Longitude of the spot.
pub const LON: KeySpec = KeySpec::new("lon", Unit::Number)
    .range(-180.0, 180.0)
    .about("Longitude of the spot, degrees; unset with `lat`, the middle of the city's jobs.")
    .source("assumption: the scenario sets the scene");
/// Latitude of the spot.
pub const LAT: KeySpec = KeySpec::new("lat", Unit::Number)
    .range(-90.0, 90.0)
    .about("Latitude of the spot, degrees.")
    .source("assumption: the scenario sets the scene");

/// The spot that [`LON`] and [`LAT`] name, as longitude and latitude; `None` where both are unset.
///
/// # Errors
/// `E048` for one without the other.
pub fn spot(params: &Params) -> Result<Option<(f64, f64)>, Problem> {
    match (params.opt_f64("lon"), params.opt_f64("lat")) {
        (Some(lon), Some(lat)) => Ok(Some((lon, lat))),
        (None, None) => Ok(None),
        (lon, _) => {
            let problem = Problem::error("E048", "a spot needs both `lon` and `lat`");
            let problem = problem.word(if lon.is_some() { "lon" } else { "lat" });
            Err(problem.help("write both, or neither for the middle of the city's jobs"))
        }
    }
}

/// Of some spots the one nearest to the mean spot of all jobs; `None` where there is none.
pub fn amid_jobs(city: &City, spots: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let places = &city.places;
    let mut sum = [0.0f64; 3];
    for (id, jobs) in places.jobs.iter() {
        let jobs = f64::from(*jobs);
        let at = [places.lon[id] * jobs, places.lat[id] * jobs, jobs];
        sum.iter_mut().zip(at).for_each(|(sum, part)| *sum += part);
    }
    let mean = (sum[0] / sum[2], sum[1] / sum[2]);
    let away = |spot: &(f64, f64)| distance_m(spot.0, spot.1, mean.0, mean.1);
    spots.min_by(|a, b| away(a).total_cmp(&away(b)))
}
