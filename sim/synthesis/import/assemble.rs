//! From raw files to a city in memory.
use crate::import::elevation::{self, Elevation};
use crate::import::grid::{self, Grid};
use crate::import::observe::{self, Building, Observed};
use crate::import::osm::{self, OsmData};
use crate::import::zones::{self, ZoneFinder};
use crate::import::{ImportOptions, StreetSource, gates, gtfs, network, points, streets};
use crate::near::Near;
use crate::places::infer::{self, Ground};
use crate::places::share::share;
use crate::places::{Draft, homes, jobs, rates, to_columns};
use crate::population::tables;
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::problem::{Problem, Problems, Tally};
use citytwin_world::streets::access;
use citytwin_world::{City, CityInfo, LineId, Mode, NodeId, PlaceKind, Streets, Transit, ZoneId, Zones};
use std::path::Path;

/// A city in memory, with what its folder keeps besides.
pub struct Assembled {
    /// The city; its hash is that of the folder once written.
    pub city: City,
    /// Building footprints.
    pub buildings: Vec<Building>,
}

/// Reads everything named and makes the city.
///
/// # Errors
/// All problems of all files.
pub fn assemble(options: &ImportOptions, tally: &mut Tally) -> Result<Assembled, Problems> {
    match &options.streets {
        StreetSource::Osm(extract) => of_map(extract, options, tally),
        StreetSource::Network(network) => network::assemble(network, options, tally),
    }
}

fn of_map(extract: &Path, options: &ImportOptions, tally: &mut Tally) -> Result<Assembled, Problems> {
    let mut problems = Problems::new();
    let map = problems.keep(osm::read(extract));
    let raster = options.elevation.as_deref().and_then(|path| problems.keep(elevation::read(path)));
    let counts = options.grid.as_deref().and_then(|path| problems.keep(grid::read(path, tally)));
    let listed = options.points.as_deref().and_then(|path| problems.keep(points::read(path)));
    let ages = problems.keep(tables::age_shares(&options.country));
    let mut map = match map {
        Some(map) if !problems.has_errors() => map,
        // Feeds are looked at too, so that all problems show at once.
        _ => {
            problems.extend(
                gtfs::read(&options.gtfs, &Near::new([]), &mut Tally::new()).err().into_iter().flatten(),
            );
            return Err(problems);
        }
    };
    to_wgs84(&mut map, options);
    let mut streets = streets::build(&map, tally)?;
    lift(&mut streets, raster.as_ref());
    let foot = near_nodes(&streets, access::FOOT);
    let open = open_nodes(&streets, &foot);
    if open.is_empty() {
        let what = "the extract holds no street that pedestrians can use";
        return Err(Problem::error("E304", what).in_file(extract).into());
    }
    let transit = gtfs::read(&options.gtfs, &foot, tally)?;
    let grid = match counts {
        Some(mut grid) => {
            for cell in &mut grid.cells {
                cell.centre = options.grid_datum.to_wgs84(cell.centre);
                cell.outline.iter_mut().for_each(|p| *p = options.grid_datum.to_wgs84(*p));
            }
            grid
        }
        None => grid::over_streets(streets.lon.as_slice(), streets.lat.as_slice()),
    };
    let mut zones = zones::of_grid(&grid, &open, raster.as_ref(), tally);
    let finder = ZoneFinder::new(&zones, grid.spacing_m);
    let ground = observe::Ground { zones: &finder, open: &open };
    let mut observed = observe::observe(&map, &ground, tally);
    people_zones(&mut zones, &grid, &streets, &observed, &finder, options)?;
    points::add(&listed.unwrap_or_default(), &ground, &mut observed.places, tally);
    observed.places.extend(stations(&transit, &ground, &observed.places));
    observed.places.extend(gates::find(&map, &transit, &ground));
    let age_shares = ages.unwrap_or([0.0; 9]);
    let buildings = std::mem::take(&mut observed.buildings);
    let drafts = places_of(&mut zones, &grid, &streets, observed, &finder, options, &age_shares);
    let population = zones.population.as_slice().iter().sum();
    let info = CityInfo {
        name: options.name.clone(),
        country: options.country.clone(),
        time_zone: options.time_zone.clone(),
        population,
        holidays: options.holidays.clone(),
        sources: options.sources.clone(),
    };
    let city = City { info, streets, transit, places: to_columns(drafts), zones, ..City::default() };
    Ok(Assembled { city, buildings })
}

fn to_wgs84(map: &mut OsmData, options: &ImportOptions) {
    for node in &mut map.nodes {
        [node.lon, node.lat] = options.osm_datum.to_wgs84([node.lon, node.lat]);
    }
}

fn lift(streets: &mut Streets, raster: Option<&Elevation>) {
    let Some(raster) = raster else { return };
    let heights: Vec<f32> =
        streets.lon.as_slice().iter().zip(streets.lat.as_slice()).map(|(x, y)| raster.at(*x, *y)).collect();
    streets.elevation_m = heights.into();
}

/// Junctions that a kind of user can reach.
pub fn near_nodes(streets: &Streets, bit: u8) -> Near {
    let mut reached = vec![false; streets.node_count()];
    for (link, access) in streets.access.iter() {
        for node in [streets.from[link], streets.to[link]] {
            if access & bit == bit
                && let Some(flag) = reached.get_mut(node.index())
            {
                *flag = true;
            }
        }
    }
    let at = |n: usize| {
        let node = NodeId::from_index(n);
        (node.0, [streets.lon[node], streets.lat[node]])
    };
    Near::new(reached.iter().enumerate().filter(|(_, r)| **r).map(|(n, _)| at(n)))
}

/// Junctions that cars and pedestrians can reach; those of pedestrians where there are none.
pub fn open_nodes(streets: &Streets, foot: &Near) -> Near {
    let both = near_nodes(streets, access::FOOT | access::CAR);
    if both.is_empty() && !foot.is_empty() { near_nodes(streets, access::FOOT) } else { both }
}

/// Sets the residents of zones whose source doesn't say, or says less than the number wanted.
fn people_zones(
    zones: &mut Zones,
    grid: &Grid,
    streets: &Streets,
    observed: &Observed,
    finder: &ZoneFinder,
    options: &ImportOptions,
) -> Result<(), Problem> {
    let counted: u32 = zones.population.as_slice().iter().fold(0, |sum, n| sum.saturating_add(*n));
    let Some(wanted) = options.population.or((counted == 0).then_some(0)) else { return Ok(()) };
    if wanted == 0 {
        return Err(Problem::error("E324", "nothing says how many people live in the city")
            .help("give a population grid (--grid) or a number of residents (--population)"));
    }
    let weights: Vec<f64> = if counted > 0 {
        grid.cells.iter().map(|c| f64::from(c.population)).collect()
    } else if !observed.dwellings.is_empty() {
        let mut floor = vec![0.0; zones.len()];
        for dwelling in &observed.dwellings {
            if let Some(sum) = floor.get_mut(dwelling.zone.index()) {
                *sum += f64::from(dwelling.floor_m2);
            }
        }
        floor
    } else {
        street_lengths(zones, streets, finder)
    };
    zones.population = share(wanted, &weights).into();
    Ok(())
}

/// Length of the streets people live along, by zone, m.
fn street_lengths(zones: &Zones, streets: &Streets, finder: &ZoneFinder) -> Vec<f64> {
    let mut length = vec![0.0; zones.len()];
    for (link, from) in streets.from.iter() {
        let (from, to) = (*from, streets.to[link]);
        let middle =
            [(streets.lon[from] + streets.lon[to]) / 2.0, (streets.lat[from] + streets.lat[to]) / 2.0];
        // Classes from unclassified to living street.
        let lived_in = (5..=7).contains(&streets.class[link]);
        if let (true, Some(zone)) = (lived_in, finder.find(middle))
            && let Some(sum) = length.get_mut(zone.index())
        {
            *sum += f64::from(streets.length_m[link]);
        }
    }
    length
}

/// Stations of the timetable's rail lines that the map doesn't show.
fn stations(transit: &Transit, ground: &observe::Ground<'_>, mapped: &[Draft]) -> Vec<Draft> {
    let mut served = vec![false; transit.stop_name.len()];
    let is_rail = |line: LineId| transit.line_mode[line] == Mode::Metro;
    for (route, _) in transit.route_line.iter().filter(|(_, line)| is_rail(**line)) {
        for stop in transit.route_stops.row(route) {
            if let Some(flag) = served.get_mut(stop.index()) {
                *flag = true;
            }
        }
    }
    let mut found: Vec<Draft> = Vec::new();
    for (stop, name) in transit.stop_name.iter().filter(|(s, _)| served.get(s.index()) == Some(&true)) {
        let at = [transit.stop_lon[stop], transit.stop_lat[stop]];
        let near = |d: &&Draft| {
            d.kind == PlaceKind::MetroStation && distance_m(d.at[0], d.at[1], at[0], at[1]) < 200.0
        };
        if found.iter().chain(mapped).any(|d| near(&d)) {
            continue;
        }
        if let (Some(zone), Some((node, _))) = (ground.zones.nearest(at), ground.open.nearest(at[0], at[1])) {
            found.push(Draft {
                id: format!("station-{}", found.len() + 1),
                kind: PlaceKind::MetroStation,
                zone,
                node: NodeId(node),
                at,
                capacity: rates::STATION_CAPACITY,
                jobs: 0,
                floor_m2: 0.0,
                height_m: 0.0,
                inferred: false,
                name: name.clone(),
            });
        }
    }
    found
}

/// All places: observed, inferred, homes, work.
pub(super) fn places_of(
    zones: &mut Zones,
    grid: &Grid,
    streets: &Streets,
    observed: Observed,
    finder: &ZoneFinder,
    options: &ImportOptions,
    ages: &[f64],
) -> Vec<Draft> {
    let nodes = nodes_of_zones(zones, streets, finder);
    let zone_of = |at: [f64; 2]| finder.find(at).unwrap_or(ZoneId::NONE);
    let mut drafts = observed.places;
    let population: f64 = zones.population.as_slice().iter().map(|n| f64::from(*n)).sum();
    {
        let ground = Ground { zones, streets, nodes: &nodes, seed: options.seed };
        let of = |count: fn(&grid::Cell) -> u32| grid.cells.iter().map(count).collect::<Vec<u32>>();
        if grid.has_schools {
            infer::to_counts(&ground, &[PlaceKind::School], &of(|c| c.schools), &mut drafts);
        }
        if grid.has_healthcare {
            let care = [PlaceKind::Clinic, PlaceKind::Hospital];
            infer::to_counts(&ground, &care, &of(|c| c.healthcare), &mut drafts);
        }
        for rate in rates::RATES {
            let counted = (rate.kind == PlaceKind::School && grid.has_schools)
                || (rate.kind == PlaceKind::Clinic && grid.has_healthcare);
            if !counted {
                infer::to_rate(&ground, rate, &mut drafts);
            }
        }
    }
    let children = |[low, high]: [u8; 2]| {
        let in_band = |age: u8| ages.get(usize::from(age / 10).min(8)).map_or(0.0, |share| share / 10.0);
        population * (low..=high).map(in_band).sum::<f64>()
    };
    infer::set_capacities(
        &mut drafts,
        &children,
        population * rates::beds_per_1000(&options.country) / 1000.0,
    );
    if !grid.has_jobs || zones.jobs.as_slice().iter().all(|n| *n == 0) {
        let weight: Vec<f64> = nodes.iter().map(|n| n.len() as f64).collect();
        zones.jobs =
            jobs::zone_totals(&drafts, (population * rates::JOBS_PER_RESIDENT) as u32, &weight).into();
    }
    let ground = Ground { zones, streets, nodes: &nodes, seed: options.seed };
    jobs::settle(&ground, &mut drafts);
    let mut all = homes::build(zones, streets, &observed.dwellings, &zone_of, options.seed);
    all.extend(drafts);
    all
}

fn nodes_of_zones(zones: &Zones, streets: &Streets, finder: &ZoneFinder) -> Vec<Vec<NodeId>> {
    let mut nodes: Vec<Vec<NodeId>> = vec![Vec::new(); zones.len()];
    let mut open = vec![0_u8; streets.node_count()];
    for (link, access) in streets.access.iter() {
        if let Some(bits) = open.get_mut(streets.from[link].index()) {
            *bits |= access;
        }
    }
    let both = access::CAR | access::FOOT;
    for (node, lon) in
        streets.lon.iter().filter(|(n, _)| open.get(n.index()).is_some_and(|b| b & both == both))
    {
        if let Some(list) =
            finder.find([*lon, streets.lat[node]]).and_then(|zone| nodes.get_mut(zone.index()))
        {
            list.push(node);
        }
    }
    nodes
}
