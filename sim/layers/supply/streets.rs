//! How long vehicles drive between places, over the streets that are open.
use citytwin_routing::Direction;
use citytwin_routing::city::street_graph;
use citytwin_routing::hierarchy::{Customised, Hierarchy, Seeker, Targets};
use citytwin_routing::traffic::CLOSED;
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{City, LinkId, NodeId, PlaceId, World, ZoneId};

/// What a drive takes where no way is open, s: longer than any day.
pub const NO_WAY_S: i32 = 1_000_000;
/// Second of the day whose usual times of links are taken where movement knows traffic.
const PERIOD_OF_S: u32 = 9 * 3_600;
/// How much longer streets are than the straight line, and how fast a load is moved where no street of the map leads, m/s:
/// for yards and lanes that a map leaves out (assumption).
const DETOUR: f64 = 1.4;
const BESIDE_STREETS_M_S: f64 = 3.0;

/// Where a vehicle stops: a junction of the streets, and the spot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    node: NodeId,
    lon: f64,
    lat: f64,
}

impl Spot {
    /// That of a place.
    pub fn of(city: &City, place: PlaceId) -> Self {
        let at = |column: &citytwin_world::Column<PlaceId, f64>| column.get(place).copied().unwrap_or(0.0);
        let node = city.places.node.get(place).copied().unwrap_or(NodeId::NONE);
        Self { node, lon: at(&city.places.lon), lat: at(&city.places.lat) }
    }

    /// The gate of a zone: the junction nearest to its middle.
    pub fn of_zone(city: &City, zone: ZoneId) -> Self {
        let at = |column: &citytwin_world::Column<ZoneId, f64>| column.get(zone).copied().unwrap_or(0.0);
        let node = city.zones.node.get(zone).copied().unwrap_or(NodeId::NONE);
        Self { node, lon: at(&city.zones.lon), lat: at(&city.zones.lat) }
    }
}

/// The streets for vehicles, with all links open and as they are.
pub struct Ways {
    hierarchy: Option<Hierarchy>,
    open: Option<Customised>,
    now: Option<Customised>,
    made_for: Option<(usize, u32, Vec<LinkId>)>,
    seeker: Seeker,
}

impl Ways {
    /// Those of a city; without streets that carry cars, loads go the straight way.
    pub fn of(city: &City) -> Self {
        let streets = &city.streets;
        let graph = street_graph(streets, access::CAR, Direction::Forward).ok();
        let hierarchy = graph
            .and_then(|graph| Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).ok());
        Self { hierarchy, open: None, now: None, made_for: None, seeker: Seeker::default() }
    }

    /// Takes over times and closed links as they are on a kind of day.
    pub fn ready(&mut self, world: &World, kind: usize) {
        let (roads, closed) = (&world.services.roads, &world.services.supply.closed_links);
        let key = (kind, roads.version, closed.clone());
        let Some(hierarchy) = self.hierarchy.as_ref().filter(|_| self.made_for.as_ref() != Some(&key)) else {
            return;
        };
        let mut times = link_times_s(world, kind);
        self.open = hierarchy.customise(&times).ok();
        for link in closed {
            if let Some(time) = times.get_mut(link.index()) {
                *time = CLOSED;
            }
        }
        self.now = if closed.is_empty() { None } else { hierarchy.customise(&times).ok() };
        self.made_for = Some(key);
    }

    /// Times between all of some spots, s, row after row; [`NO_WAY_S`] where closed links leave none.
    pub fn table_s(&mut self, spots: &[Spot]) -> Vec<i32> {
        let Self { hierarchy, open, now, seeker, .. } = self;
        let nodes: Vec<u32> = spots.iter().map(|spot| spot.node.0).collect();
        let mut rows = Vec::with_capacity(spots.len() * spots.len());
        let ready = hierarchy
            .as_ref()
            .zip(open.as_ref())
            .and_then(|(hierarchy, open)| Some((hierarchy, open, Targets::new(hierarchy, &nodes).ok()?)));
        let (mut with_all, mut as_is) = (Vec::new(), Vec::new());
        for from in spots {
            with_all.clear();
            as_is.clear();
            if let Some((hierarchy, open, targets)) = &ready {
                let found = seeker.one_to_many(hierarchy, open, from.node.0, targets, &mut with_all);
                if found.is_ok()
                    && let Some(now) = now
                {
                    let _ = seeker.one_to_many(hierarchy, now, from.node.0, targets, &mut as_is);
                }
            }
            rows.extend(spots.iter().enumerate().map(|(to, spot)| {
                let known = |times: &[u32]| times.get(to).copied().filter(|time| *time != u32::MAX);
                let whole = |time: u32| i32::try_from(time).unwrap_or(NO_WAY_S).min(NO_WAY_S);
                match (known(&with_all), as_is.is_empty()) {
                    (Some(time), true) => whole(time),
                    (Some(_), false) => known(&as_is).map_or(NO_WAY_S, whole),
                    (None, _) => beside_s(from, spot),
                }
            }));
        }
        rows
    }
}

/// Where the map has no way for cars, with all links open.
fn beside_s(from: &Spot, to: &Spot) -> i32 {
    let m = distance_m(from.lon, from.lat, to.lon, to.lat);
    ((m * DETOUR / BESIDE_STREETS_M_S).ceil() as i32).min(NO_WAY_S)
}

/// The usual time of each link, s: by what drivers know where movement knows traffic, else at free flow.
fn link_times_s(world: &World, kind: usize) -> Vec<u32> {
    let (streets, roads) = (&world.city.streets, &world.services.roads);
    let links = streets.from.len();
    let day = roads.days.get(kind).filter(|_| roads.known());
    let period = PERIOD_OF_S.checked_div(roads.period_s).unwrap_or(0) as usize;
    match day.and_then(|day| day.times_ds.get(period * links..(period + 1) * links)) {
        Some(known) => known.iter().map(|ds| u32::from(*ds).div_ceil(10)).collect(),
        None => streets.from.ids().map(|link| streets.free_time_s(link).ceil() as u32).collect(),
    }
}
