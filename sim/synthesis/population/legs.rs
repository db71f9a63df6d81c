//! The ways between everybody's habitual places, found on the streets: lengths on foot, times and lengths by car.
use citytwin_routing::{Direction, Graph, Scratch, Search, Weights, city::street_graph};
use citytwin_world::geo::distance_m;
use citytwin_world::problem::Problem;
use citytwin_world::residents::{CarLegs, PAIRS, SLOTS, flag};
use citytwin_world::streets::access;
use citytwin_world::{City, PersonId, PlaceId, Residents};
use rayon::prelude::*;

/// Longest way on foot that is looked for, m.
const WALK_MAX_M: u32 = 12_000;
/// Ways found in one go: bounds the memory of the search (8 bytes each).
const WAYS_AT_ONCE: usize = 32 << 20;
/// Length of a way inside one junction's surroundings over the distance as the crow flies.
const DETOUR: f64 = 1.25;

/// All pairs of different slots `(a, b)`, `a < b`, in the order of `residents::pair`.
fn pairs() -> [(usize, usize); PAIRS] {
    let mut all = [(0, 0); PAIRS];
    let ordered = (0..SLOTS).flat_map(|b| (0..b).map(move |a| (a, b)));
    all.iter_mut().zip(ordered).for_each(|(to, pair)| *to = pair);
    all
}

/// Junction of each place and the way from it to the place, m.
struct Doors {
    node: Vec<u32>,
    from_node_m: Vec<f32>,
}

impl Doors {
    fn of(city: &City) -> Self {
        let place = |id: PlaceId| {
            let node = city.places.node[id];
            let (lon, lat) = (city.streets.lon[node], city.streets.lat[node]);
            (DETOUR * distance_m(lon, lat, city.places.lon[id], city.places.lat[id])) as f32
        };
        Self {
            node: city.places.node.as_slice().iter().map(|n| n.0).collect(),
            from_node_m: city.places.kind.ids().map(place).collect(),
        }
    }
    fn node(&self, place: PlaceId) -> Option<u32> {
        self.node.get(place.0 as usize).copied()
    }
    fn walk_m(&self, place: PlaceId) -> f32 {
        self.from_node_m.get(place.0 as usize).copied().unwrap_or(0.0)
    }
}

/// Many ways over one graph, found origin by origin: one search for all ways that begin at a junction.
struct Finder<'a> {
    graph: &'a Graph,
    weights: &'a Weights,
    limit: u32,
}

/// A way wanted: the origin's and the destination's junction.
type Way = (u32, u32);

impl Finder<'_> {
    /// Calls `write(number, time, length)` for each of the `count` ways that exists, in no particular order; `way`
    /// names the junctions of a way, or `None` for one that isn't wanted.
    fn find(
        &self,
        count: usize,
        way: impl Fn(usize) -> Option<Way> + Sync,
        mut write: impl FnMut(usize, u32, u32),
    ) -> Result<(), Problem> {
        let nodes = self.graph.node_count();
        let mut begins = vec![0_u64; nodes + 1];
        (0..count).filter_map(&way).for_each(|(from, _)| begins[from as usize + 1] += 1);
        (0..nodes).for_each(|n| begins[n + 1] += begins[n]);
        let mut node = 0;
        while node < nodes {
            let mut end = node + 1;
            while end < nodes && begins[end + 1] - begins[node] <= WAYS_AT_ONCE as u64 {
                end += 1;
            }
            let (list, first) = gather(count, &way, &begins, node..end);
            let found: Result<Vec<Vec<(u32, u32)>>, Problem> = (node..end)
                .into_par_iter()
                .map_init(Scratch::default, |scratch, origin| {
                    let list = &list[first[origin - node]..first[origin - node + 1]];
                    self.search_from(scratch, origin as u32, list, &way)
                })
                .collect();
            for (i, found) in found?.into_iter().enumerate() {
                let list = &list[first[i]..first[i + 1]];
                list.iter().zip(found).for_each(|(n, (time, length))| write(*n as usize, time, length));
            }
            node = end;
        }
        Ok(())
    }

    fn search_from(
        &self,
        scratch: &mut Scratch,
        origin: u32,
        list: &[u32],
        way: impl Fn(usize) -> Option<Way>,
    ) -> Result<Vec<(u32, u32)>, Problem> {
        if list.is_empty() {
            return Ok(Vec::new());
        }
        let target = |n: &u32| way(*n as usize).map_or(origin, |w| w.1);
        let targets: Vec<u32> = list.iter().map(target).collect();
        let search = Search { limit: self.limit, targets: &targets };
        let tree = scratch
            .search(self.graph, self.weights, &[origin.into()], search)
            .map_err(|p| Problem::error("E405", format!("the streets can't be searched: {p}")))?;
        Ok(targets.iter().map(|t| tree.cost(*t).unwrap_or((u32::MAX, u32::MAX))).collect())
    }
}

/// The numbers of the ways that begin at the given junctions, grouped by junction.
fn gather(
    count: usize,
    way: &impl Fn(usize) -> Option<Way>,
    begins: &[u64],
    nodes: std::ops::Range<usize>,
) -> (Vec<u32>, Vec<usize>) {
    let base = begins[nodes.start];
    let first: Vec<usize> = begins[nodes.start..=nodes.end].iter().map(|b| (b - base) as usize).collect();
    let mut next = first.clone();
    let mut list = vec![0_u32; first.last().copied().unwrap_or(0)];
    for n in 0..count {
        if let Some((from, _)) = way(n).filter(|w| nodes.contains(&(w.0 as usize))) {
            let at = &mut next[from as usize - nodes.start];
            list[*at] = n as u32;
            *at += 1;
        }
    }
    (list, first)
}

fn refused(problem: impl std::fmt::Display) -> Problem {
    Problem::error("E405", format!("the streets can't be searched: {problem}"))
}

/// Fills `walk_10m` of everybody, and `car_row` and `car` of those who may use a car. Times by car are free-flow times
/// × `car_delay` (junctions and ordinary traffic).
///
/// # Errors
/// `E405` if the street tables contradict themselves, `E407` beyond 2^32 ways.
pub fn find(city: &City, residents: &mut Residents, car_delay: f64) -> Result<(), Problem> {
    if residents.len() as u64 * (SLOTS * SLOTS) as u64 > u64::from(u32::MAX) {
        return Err(Problem::error(
            "E407",
            "more than 87 million residents have too many ways for 32-bit numbers",
        ));
    }
    let doors = Doors::of(city);
    let length_m: Vec<u32> =
        city.streets.length_m.as_slice().iter().map(|m| m.clamp(1.0, 1e6).round() as u32).collect();
    walks(city, residents, &doors, &length_m)?;
    drives(city, residents, &doors, &length_m, car_delay)
}

fn walks(city: &City, residents: &mut Residents, doors: &Doors, length_m: &[u32]) -> Result<(), Problem> {
    let graph = street_graph(&city.streets, access::FOOT, Direction::Forward).map_err(refused)?;
    let weights = graph.weigh(length_m, &vec![0; length_m.len()]).map_err(refused)?;
    let person = residents.person.as_slice();
    let pairs = pairs();
    let way = |n: usize| {
        let (a, b) = pairs[n % PAIRS];
        let slot = &person[n / PAIRS].slot;
        let ends = (doors.node(slot[a])?, doors.node(slot[b])?);
        (ends.0 != ends.1).then_some(ends)
    };
    let mut walk = vec![[u16::MAX; PAIRS]; person.len()];
    // Ways that begin and end at one junction need no search.
    walk.par_iter_mut().zip(person).for_each(|(walk, p)| {
        for (to, (a, b)) in walk.iter_mut().zip(pairs) {
            let (a, b) = (p.slot[a], p.slot[b]);
            if let (Some(from), Some(at)) = (doors.node(a), doors.node(b))
                && from == at
            {
                let here = &city.places;
                let apart = distance_m(here.lon[a], here.lat[a], here.lon[b], here.lat[b]) * DETOUR;
                *to = if a == b { 0 } else { (apart / 10.0).round().clamp(1.0, 1200.0) as u16 };
            }
        }
    });
    let finder = Finder { graph: &graph, weights: &weights, limit: WALK_MAX_M };
    finder.find(person.len() * PAIRS, way, |n, metres, _| {
        if metres != u32::MAX {
            let (a, b) = pairs[n % PAIRS];
            let slot = &person[n / PAIRS].slot;
            let ends = doors.walk_m(slot[a]) + doors.walk_m(slot[b]);
            walk[n / PAIRS][n % PAIRS] = ((metres as f32 + ends) / 10.0).round().clamp(1.0, 65_534.0) as u16;
        }
    })?;
    residents.walk_10m = walk.into();
    Ok(())
}

fn drives(
    city: &City,
    residents: &mut Residents,
    doors: &Doors,
    length_m: &[u32],
    car_delay: f64,
) -> Result<(), Problem> {
    let mut drivers = Vec::new();
    for (i, p) in residents.person.as_mut_slice().iter_mut().enumerate() {
        p.car_row = u32::MAX;
        if p.has(flag::CAR) {
            p.car_row = drivers.len() as u32;
            drivers.push(PersonId(i as u32));
        }
    }
    let graph = street_graph(&city.streets, access::CAR, Direction::Forward).map_err(refused)?;
    let speed = city.streets.free_speed_kmh.as_slice();
    let time_ds: Vec<u32> = length_m
        .iter()
        .zip(speed)
        .map(|(m, kmh)| {
            (f64::from(*m) * 36.0 * car_delay / f64::from(kmh.clamp(1.0, 200.0))).round().max(1.0) as u32
        })
        .collect();
    let weights = graph.weigh(&time_ds, length_m).map_err(refused)?;
    let person = residents.person.as_slice();
    let way = |n: usize| {
        let slot = &person[drivers[n / (SLOTS * SLOTS)].0 as usize].slot;
        let (a, b) = (n % (SLOTS * SLOTS) / SLOTS, n % SLOTS);
        let ends = (doors.node(slot[a])?, doors.node(slot[b])?);
        (ends.0 != ends.1).then_some(ends)
    };
    let mut car: Vec<CarLegs> = vec![[[u16::MAX; 2]; SLOTS * SLOTS]; drivers.len()];
    for (legs, id) in car.iter_mut().zip(&drivers) {
        let slot = &person[id.0 as usize].slot;
        for (n, leg) in legs.iter_mut().enumerate() {
            let (from, to) = (doors.node(slot[n / SLOTS]), doors.node(slot[n % SLOTS]));
            if from.is_some() && from == to {
                *leg = [0, 0];
            }
        }
    }
    let finder = Finder { graph: &graph, weights: &weights, limit: u32::MAX };
    finder.find(drivers.len() * SLOTS * SLOTS, way, |n, ds, metres| {
        if ds != u32::MAX {
            car[n / (SLOTS * SLOTS)][n % (SLOTS * SLOTS)] =
                [(ds.div_ceil(10)).min(65_534) as u16, (metres.div_ceil(10)).min(65_534) as u16];
        }
    })?;
    residents.car = car;
    Ok(())
}
