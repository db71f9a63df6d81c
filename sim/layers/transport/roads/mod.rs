//! Driving with others on the road: how long a drive takes by the times that drivers know, and how those come about.
//!
//! Drivers know the usual time of each link in each half-hour of each kind of day (`world::roads`). A drive takes the
//! quickest way by those times at its departure. At midnight the day's drives are compared with those behind the times:
//! where they differ, or a link was closed or opened, the day is run through queues of single vehicles (`day.rs`), and
//! what was met changes what is known; or, at depth `assignment`, each hour is brought into equilibrium (`volumes.rs`).
//! Days like the one before cost nothing.
mod day;
mod driving;
mod kerbs;
mod means;
mod period;
mod seekers;
mod volumes;

pub use day::ordinary;
pub use driving::{Driving, KEYS, ONLY_ASSIGNMENT, ONLY_QUEUE};
pub use seekers::Seekers;

use super::View;
use citytwin_engine::Now;
use citytwin_routing::Direction;
use citytwin_routing::city::{self, street_graph};
use citytwin_routing::hierarchy::{Ancestry, Customised, Hierarchy, Seeker};
use citytwin_routing::traffic::{CLOSED, RoadColumns};
use citytwin_world::id::Key;
use citytwin_world::residents::Resident;
use citytwin_world::roads::Roads;
use citytwin_world::streets::access;
use citytwin_world::{PersonId, Streets};
use kerbs::Kerbs;
use period::Period;

/// Length of the parts of the day by which times are known, s.
pub const PERIOD_S: u32 = 1800;

/// The streets as a network for cars, arranged for searching and for queues.
pub struct RoadNet {
    columns: RoadColumns,
    hierarchy: Hierarchy,
    ancestry: Option<Ancestry>,
    kerbs: Kerbs,
    /// Times by period of the kind of day and version named in `made_for`.
    periods: Vec<Period>,
    made_for: Option<(usize, u32)>,
    /// Times of empty roads with no link closed.
    empty: Option<Customised>,
    /// Whether any link is closed now.
    closed: bool,
    seekers: Seekers,
}

impl RoadNet {
    /// The network of a city; `None` where its streets contradict themselves or carry no cars.
    pub fn of(streets: &Streets, driving: &Driving) -> Option<Self> {
        let graph = street_graph(streets, access::CAR, Direction::Forward).ok()?;
        let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).ok()?;
        Some(Self {
            columns: city::roads(streets, driving.junction_delay),
            ancestry: Ancestry::of(&hierarchy),
            hierarchy,
            kerbs: Kerbs::of(streets),
            periods: Vec::new(),
            made_for: None,
            empty: None,
            closed: false,
            seekers: Seekers::default(),
        })
    }

    fn link_count(&self) -> usize {
        self.columns.from.len()
    }

    /// Times known of a kind of day, in units of which a tenth of a second has so many, with closed links closed.
    fn known(&self, roads: &Roads, kind: usize, units: u32) -> Vec<u32> {
        let links = self.link_count();
        let day = roads.days.get(kind);
        let mut known: Vec<u32> =
            day.map(|day| day.times_ds.iter().map(|ds| u32::from(*ds) * units).collect()).unwrap_or_default();
        for period in known.chunks_mut(links.max(1)) {
            for link in &roads.closed {
                if let Some(time) = period.get_mut(link.index()) {
                    *time = CLOSED;
                }
            }
        }
        known
    }

    /// Makes ready for drives on a kind of day.
    pub(super) fn ready(&mut self, roads: &mut Roads, kind: usize) {
        self.seekers.ready();
        if self.made_for == Some((kind, roads.version)) {
            return;
        }
        let known = self.known(roads, kind, 1);
        let periods = known.chunks(self.link_count().max(1));
        self.periods =
            periods.filter_map(|times| self.hierarchy.customise(times).ok()).map(Period::of).collect();
        self.made_for = Some((kind, roads.version));
        self.closed = !roads.closed.is_empty();
        if roads.days.get(kind).is_some_and(|day| day.means.version != roads.version) {
            let means = self.means(roads, kind).unwrap_or_default();
            roads.days[kind].means = means;
        }
    }

    /// Whether a drive without a way has none because links are closed; some corners of a map no car leaves or reaches
    /// even so, and people get a lift there as without traffic.
    pub(super) fn closes(&self) -> bool {
        self.closed
    }

    /// The times known in the period of a departure.
    fn period(&self, depart_s: u32) -> Option<&Period> {
        self.periods.get((depart_s / PERIOD_S) as usize).or(self.periods.last())
    }
}

/// Time of a drive between two of a resident's places, s; `None` where no way is open.
pub(super) fn time_s(
    view: &View,
    (id, person): (PersonId, &Resident),
    (a, b): (usize, usize),
    depart_s: u32,
) -> Option<u32> {
    let net = view.roads?;
    let node = |slot: usize| net.kerbs.at(view.city, id, person, slot);
    net.period(depart_s)?.time_s(net, node(a)?.0, node(b)?.0)
}

/// The links of a drive between two of a resident's places by the times known, in order of travel; `None` where no way is
/// open.
pub(super) fn way(
    view: &View,
    (id, person): (PersonId, &Resident),
    (a, b): (usize, usize),
    depart_s: u32,
    links: &mut Vec<u32>,
) -> Option<()> {
    let net = view.roads?;
    let node = |slot: usize| net.kerbs.at(view.city, id, person, slot);
    let (from, to, period) = (node(a)?, node(b)?, net.period(depart_s)?);
    let search =
        |seeker: &mut Seeker| seeker.path_into(&net.hierarchy, &period.weights, from.0, to.0, links).ok()?;
    net.seekers.with(search)?.map(|_| ())
}

/// The kind of day of an hour, an index into [`Roads::days`].
pub(super) fn kind_of(now: Now) -> usize {
    now.day_type as usize
}
