//! Refuses a city whose columns don't fit together, so that the steps behind can index it.
use citytwin_world::City;
use citytwin_world::problem::Problem;

fn wrong(what: &str, want: usize, got: usize) -> Problem {
    Problem::error("E405", format!("the city's column {what} has {got} rows where {want} belong"))
}

/// Checks lengths and ids of places, zones, streets and stops.
pub fn city(city: &City) -> Result<(), Problem> {
    let (places, zones, nodes) = (city.places.len(), city.zones.len(), city.streets.node_count());
    let streets = &city.streets;
    let lengths = [
        ("place.zone", places, city.places.zone.len()),
        ("place.node", places, city.places.node.len()),
        ("place.capacity", places, city.places.capacity.len()),
        ("place.jobs", places, city.places.jobs.len()),
        ("place.inferred", places, city.places.inferred.len()),
        ("zone.lon", zones, city.zones.lon.len()),
        ("zone.lat", zones, city.zones.lat.len()),
        ("zone.population", zones, city.zones.population.len()),
        ("zone.jobs", zones, city.zones.jobs.len()),
        ("zone.area_km2", zones, city.zones.area_km2.len()),
        ("zone.node", zones, city.zones.node.len()),
        ("node.lat", nodes, streets.lat.len()),
        ("link.to", streets.link_count(), streets.to.len()),
        ("link.length_m", streets.link_count(), streets.length_m.len()),
        ("link.free_speed_kmh", streets.link_count(), streets.free_speed_kmh.len()),
        ("link.access", streets.link_count(), streets.access.len()),
    ];
    if let Some((what, want, got)) = lengths.into_iter().find(|(_, want, got)| want != got) {
        return Err(wrong(what, want, got));
    }
    let zone = city.places.zone.as_slice().iter().map(|z| z.0 as usize).find(|z| *z >= zones);
    if let Some(zone) = zone {
        return Err(Problem::error("E405", format!("a place lies in zone {zone} of {zones}")));
    }
    let of_places = city.places.node.as_slice().iter();
    let ends = streets.from.as_slice().iter().chain(streets.to.as_slice());
    let node = of_places.chain(ends).map(|n| n.0 as usize).find(|n| *n >= nodes);
    if let Some(node) = node {
        return Err(Problem::error("E405", format!("a place or link names junction {node} of {nodes}")));
    }
    Ok(())
}
