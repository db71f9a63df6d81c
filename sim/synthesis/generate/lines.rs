//! Public transport of a made-up city: bus lines along the streets, metro lines through the centre, a timetable.
use super::plan::{Layer, Plan, Point};
use super::streets::Junctions;
use super::zones::Cells;
use citytwin_routing::{Direction, Scratch, city::street_graph};
use citytwin_world::column::Ragged;
use citytwin_world::draw::Draw;
use citytwin_world::streets::access;
use citytwin_world::{LineId, Mode, NodeId, RouteId, RunId, StopId, Streets, Transit};
use std::collections::BTreeMap;

/// Smallest city with buses, and with a metro.
pub(super) const BUS_FROM: u32 = 8_000;
const METRO_FROM: u32 = 800_000;
/// Residents per bus line.
const RESIDENTS_PER_LINE: f64 = 12_000.0;

/// What a vehicle of a mode does: speed between stops (m/s), stop time (s), distance of stops (m), places.
struct Vehicle {
    mode: Mode,
    m_s: f64,
    dwell_s: u32,
    apart_m: f64,
    places: u16,
}

/// 18 km/h and 35 km/h overall with the stops; a 12 m bus and a six-car train.
const BUS: Vehicle = Vehicle { mode: Mode::Bus, m_s: 6.4, dwell_s: 20, apart_m: 380.0, places: 80 };
const METRO: Vehicle = Vehicle { mode: Mode::Metro, m_s: 14.0, dwell_s: 30, apart_m: 1_100.0, places: 1_000 };

/// Headways in minutes by hour, for working days, Saturdays and Sundays: bus, then metro.
fn headway_min(mode: Mode, day: usize, hour: u32) -> u32 {
    let peak = day == 0 && matches!(hour, 6..=8 | 16..=18);
    let late = !(6..21).contains(&hour);
    match (mode, peak, late, day) {
        (Mode::Metro, true, ..) => 4,
        (Mode::Metro, _, true, _) => 12,
        (Mode::Metro, _, _, 0) => 7,
        (Mode::Metro, ..) => 10,
        (_, true, ..) => 9,
        (_, _, true, _) => 30,
        (_, _, _, 0) => 15,
        (_, _, _, 1) => 20,
        _ => 28,
    }
}

/// Weekdays of the three kinds of day, as bits from Monday.
const WEEKDAYS: [u8; 3] = [0b001_1111, 0b010_0000, 0b100_0000];

struct Network {
    transit: Transit,
    stop_of_node: BTreeMap<(u32, bool), StopId>,
    runs: Vec<Vec<RunId>>,
    times: Ragged<RunId, [u32; 2]>,
    stops: Ragged<RouteId, StopId>,
    shapes: Ragged<RouteId, [f32; 2]>,
}

/// The transit of a city and the stops of its metro.
pub(super) fn run(
    plan: &Plan,
    streets: &Streets,
    junctions: &Junctions,
    cells: &Cells,
) -> (Transit, Vec<StopId>) {
    let mut net = Network {
        transit: Transit::default(),
        stop_of_node: BTreeMap::new(),
        runs: Vec::new(),
        times: Ragged::default(),
        stops: Ragged::default(),
        shapes: Ragged::default(),
    };
    if plan.population >= METRO_FROM {
        metro(plan, junctions, &mut net);
    }
    if plan.population >= BUS_FROM {
        buses(plan, streets, junctions, cells, &mut net);
    }
    let mut t = net.transit;
    let mut route_runs = Ragged::default();
    net.runs.into_iter().for_each(|runs| {
        route_runs.push_row(runs);
    });
    (t.route_runs, t.run_times_s, t.route_stops, t.route_shape) =
        (route_runs, net.times, net.stops, net.shapes);
    let metro = net.stop_of_node.iter().filter(|((_, metro), _)| *metro).map(|(_, stop)| *stop);
    let mut metro: Vec<StopId> = metro.collect();
    metro.sort_unstable();
    (t, metro)
}

/// Straight lines through the centre.
fn metro(plan: &Plan, junctions: &Junctions, net: &mut Network) {
    let lines = ((f64::from(plan.population) / 8e5).sqrt().round() as u32 + 1).clamp(1, 8);
    let mut draw = plan.draw(Layer::Line, 1_000_000);
    let turn = draw.unit_f64();
    for n in 0..lines {
        let angle = (f64::from(n) + turn) / f64::from(lines) * std::f64::consts::PI;
        let half = (plan.radius_m * 0.9 / METRO.apart_m) as i32;
        let mut nodes: Vec<u32> = (-half..=half)
            .map(|k| {
                let far = f64::from(k) * METRO.apart_m;
                junctions.near(Point { x: far * angle.cos(), y: far * angle.sin() })
            })
            .collect();
        nodes.dedup();
        net.line(&format!("M{}", n + 1), &METRO, junctions, &nodes, &nodes, &mut draw);
    }
}

/// Two of three lines lead through a centre, the others across; they follow the fastest streets.
fn buses(plan: &Plan, streets: &Streets, junctions: &Junctions, cells: &Cells, net: &mut Network) {
    let Ok(graph) = street_graph(streets, access::CAR, Direction::Forward) else { return };
    let metres: Vec<u32> = streets.length_m.as_slice().iter().map(|m| m.round().max(1.0) as u32).collect();
    let speed = streets.free_speed_kmh.as_slice();
    let time: Vec<u32> =
        metres.iter().zip(speed).map(|(m, v)| (*m as f32 * 36.0 / v.max(1.0)) as u32 + 1).collect();
    let Ok(weights) = graph.weigh(&time, &metres) else { return };
    let lines = (f64::from(plan.population) / RESIDENTS_PER_LINE).round().clamp(2.0, 260.0) as u32;
    let outside: Vec<f64> = cells
        .zones
        .node
        .iter()
        .map(|(z, n)| {
            let far = junctions.at[n.0 as usize].to(plan.centres[0].0) / plan.radius_m;
            f64::from(cells.zones.population[z]).sqrt() * far.min(1.0).powi(2)
        })
        .collect();
    let mut scratch = Scratch::default();
    for n in 0..lines {
        let mut draw = plan.draw(Layer::Line, n);
        let mut end = || {
            let zone = draw.weighted(&outside).unwrap_or(0);
            cells.zones.node.as_slice().get(zone).map_or(0, |n| n.0)
        };
        let (a, b) = (end(), end());
        let through = (n % 3 != 2).then(|| {
            let weights: Vec<f64> = plan.centres.iter().map(|c| c.1).collect();
            junctions.near(plan.centres[draw.weighted(&weights).unwrap_or(0)].0)
        });
        let mut nodes = vec![a];
        for (from, to) in through.map_or(vec![(a, b)], |c| vec![(a, c), (c, b)]) {
            let Ok(tree) = scratch.one_to_all(&graph, &weights, from) else { return };
            let links = tree.path(to).unwrap_or_default();
            nodes.extend(links.iter().map(|l| streets.to.as_slice()[*l as usize].0));
        }
        // A line that comes back to a junction leaves out the loop.
        let mut path: Vec<u32> = Vec::with_capacity(nodes.len());
        for node in nodes {
            match path.iter().position(|p| *p == node) {
                Some(at) => path.truncate(at + 1),
                None => path.push(node),
            }
        }
        let stops = spaced(junctions, &path, BUS.apart_m);
        net.line(&format!("{}", 100 + n), &BUS, junctions, &path, &stops, &mut draw);
    }
}

/// Junctions of a path at least `apart_m` from one another along it, both ends kept.
fn spaced(junctions: &Junctions, path: &[u32], apart_m: f64) -> Vec<u32> {
    let mut stops: Vec<u32> = path.first().copied().into_iter().collect();
    let mut since = 0.0;
    for pair in path.windows(2) {
        since += junctions.at[pair[0] as usize].to(junctions.at[pair[1] as usize]);
        if since >= apart_m {
            stops.push(pair[1]);
            since = 0.0;
        }
    }
    if let Some(last) = path.last().filter(|l| stops.last() != Some(l)) {
        stops.push(*last);
    }
    stops
}

impl Network {
    fn stop(&mut self, node: u32, mode: Mode, junctions: &Junctions) -> StopId {
        let t = &mut self.transit;
        *self.stop_of_node.entry((node, mode == Mode::Metro)).or_insert_with(|| {
            let (lon, lat) = junctions.at[node as usize].lon_lat();
            t.stop_lon.push(lon);
            t.stop_lat.push(lat);
            t.stop_node.push(NodeId(node));
            let what = if mode == Mode::Metro { "Station" } else { "Stop" };
            t.stop_name.push(format!("{what} {node}"))
        })
    }

    /// A line with a route and its runs in each direction; nothing for fewer than two stops.
    fn line(
        &mut self,
        name: &str,
        vehicle: &Vehicle,
        junctions: &Junctions,
        path: &[u32],
        stops: &[u32],
        draw: &mut Draw,
    ) {
        if stops.len() < 2 {
            return;
        }
        let line: LineId = self.transit.line_name.push(name.to_string());
        self.transit.line_mode.push(vehicle.mode);
        for back in [false, true] {
            let order = |nodes: &[u32]| -> Vec<u32> {
                if back { nodes.iter().rev().copied().collect() } else { nodes.to_vec() }
            };
            let (path, stops) = (order(path), order(stops));
            let ids: Vec<StopId> = stops.iter().map(|n| self.stop(*n, vehicle.mode, junctions)).collect();
            let route: RouteId = self.transit.route_line.push(line);
            self.stops.push_row(ids);
            self.shapes.push_row(path.iter().map(|n| {
                let (lon, lat) = junctions.at[*n as usize].lon_lat();
                [lon as f32, lat as f32]
            }));
            let times = course(junctions, &path, &stops, vehicle);
            self.runs.push(Vec::new());
            let offset_s = 60 * draw.below(15);
            for day in 0..WEEKDAYS.len() {
                self.day(route, &times, vehicle, day, offset_s);
            }
        }
    }

    fn day(&mut self, route: RouteId, times: &[[u32; 2]], vehicle: &Vehicle, day: usize, offset_s: u32) {
        let mut depart_s = 5 * 3600 + offset_s;
        while depart_s < 24 * 3600 {
            let run: RunId = self.transit.run_route.push(route);
            self.transit.run_weekdays.push(WEEKDAYS[day]);
            self.transit.run_capacity.push(vehicle.places);
            self.times.push_row(times.iter().map(|t| [depart_s + t[0], depart_s + t[1]]));
            if let Some(runs) = self.runs.get_mut(route.0 as usize) {
                runs.push(run);
            }
            depart_s += 60 * headway_min(vehicle.mode, day, depart_s / 3600);
        }
    }
}

/// Arrival and departure at each stop, s after the first departure.
fn course(junctions: &Junctions, path: &[u32], stops: &[u32], vehicle: &Vehicle) -> Vec<[u32; 2]> {
    let mut times = Vec::with_capacity(stops.len());
    let (mut metres, mut next, mut waited) = (0.0, 0, 0);
    for (i, node) in path.iter().enumerate() {
        if i > 0 {
            metres += junctions.at[path[i - 1] as usize].to(junctions.at[*node as usize]);
        }
        if stops.get(next) == Some(node) {
            let arrive = (metres / vehicle.m_s) as u32 + waited;
            if next > 0 {
                waited += vehicle.dwell_s;
            }
            times.push([arrive, (metres / vehicle.m_s) as u32 + waited]);
            next += 1;
        }
    }
    times
}
