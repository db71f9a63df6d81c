//! Zones named in a list: how policies that act in some zones read them.
use citytwin_engine::suggest::did_you_mean;
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::City;
use citytwin_world::geo::distance_m;
use citytwin_world::problem::{Problem, Problems};

/// The numbers of the zones named, in the order of the list.
///
/// # Errors
/// `E031` for every name that no zone of the city has.
pub fn zones(names: &[String], city: &City) -> Result<Vec<u32>, Problems> {
    let (mut problems, mut zones) = (Problems::default(), Vec::new());
    for name in names {
        match city.zones.id.as_slice().iter().position(|id| id == name) {
            Some(zone) => zones.push(zone as u32),
            None => problems.push(unknown(name, city)),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(zones) }
}

/// The district around the middle of the city's jobs.
pub const RADIUS: KeySpec = KeySpec::new("radius", Unit::Metres)
    .range(1.0, 100_000.0)
    .about("Only the zones whose middle lies within this distance of the middle of the city's jobs; unset, no such limit.")
    .source("choice of the scenario");

/// The mean spot of all jobs of a city, longitude and latitude; without jobs that of its zones.
pub fn middle_of_jobs(city: &City) -> (f64, f64) {
    let (zones, mut sum) = (&city.zones, [0.0f64; 3]);
    let without = zones.jobs.as_slice().iter().all(|jobs| *jobs == 0);
    for (id, jobs) in zones.jobs.iter() {
        let jobs = if without { 1.0 } else { f64::from(*jobs) };
        let at = [zones.lon[id] * jobs, zones.lat[id] * jobs, jobs];
        sum.iter_mut().zip(at).for_each(|(sum, part)| *sum += part);
    }
    (sum[0] / sum[2], sum[1] / sum[2])
}

/// The zones within [`RADIUS`], the nearest alone where none is; `None` where it is unset.
pub fn within(params: &Params, city: &City) -> Option<Vec<u32>> {
    let radius_m = params.opt_f64("radius")?;
    let zones = &city.zones;
    let middle = middle_of_jobs(city);
    let rows = zones.lon.as_slice().iter().zip(zones.lat.as_slice());
    let away: Vec<f64> = rows.map(|(lon, lat)| distance_m(*lon, *lat, middle.0, middle.1)).collect();
    let near: Vec<u32> = (0..).zip(&away).filter(|(_, m)| **m <= radius_m).map(|(zone, _)| zone).collect();
    let nearest = (0..).zip(&away).min_by(|a, b| a.1.total_cmp(b.1)).map(|(zone, _)| zone);
    Some(if near.is_empty() { nearest.into_iter().collect() } else { near })
}

fn unknown(name: &str, city: &City) -> Problem {
    let problem =
        Problem::error("E031", format!("the city has no zone `{name}`")).label("no such zone").word(name);
    let ids: Vec<&str> = city.zones.id.as_slice().iter().map(String::as_str).collect();
    match did_you_mean(name, &ids) {
        Some(suggestion) => problem.help(suggestion),
        None => problem.help("the city has no zones"),
    }
}
