//! Zones named in a list: how policies that act in some zones read them.
use citytwin_engine::suggest::did_you_mean;
use citytwin_world::City;
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

fn unknown(name: &str, city: &City) -> Problem {
    let problem =
        Problem::error("E031", format!("the city has no zone `{name}`")).label("no such zone").word(name);
    let ids: Vec<&str> = city.zones.id.as_slice().iter().map(String::as_str).collect();
    match did_you_mean(name, &ids) {
        Some(suggestion) => problem.help(suggestion),
        None => problem.help("the city has no zones"),
    }
}
