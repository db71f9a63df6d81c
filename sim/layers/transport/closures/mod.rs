//! What closed streets and stops do to trips, at every depth of movement.
//!
//! A closed link is closed to vehicles, to those on foot and on bicycles, or to both. Who finds one on the way goes
//! round it; a trip without any way is not made, but for the way home, which people always find. Vehicles of transit
//! keep to their timetable and pass closed stops without stopping: bus stops at a street closed to vehicles, and all
//! stops whose junction nobody can walk to; who rides looks for a journey without them. Whoever is under way when
//! something closes completes the trip. With nothing closed none of this exists.
mod kerbside;
mod replan;
mod ways;

#[cfg(test)]
mod tests;

use super::network::{self, Leg, Network};
use super::roads;
use super::{View, walk};
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::residents::{Resident, slot};
use citytwin_world::services::TripTally;
use citytwin_world::streets::access;
use citytwin_world::transit::Journey;
use citytwin_world::{City, LinkId, Mode, NodeId, PersonId, StopId, World};
use kerbside::Kerbside;
use replan::Replanned;
use ways::Round;
pub(super) use ways::Ways;

/// What is known of closures; memory that is made anew wherever it is missing.
#[derive(Default)]
pub(super) struct Closures {
    /// Which street each bus stop lies at, once somebody asked.
    kerbside: Option<Kerbside>,
    /// Links last announced as closing, and the stops that lie at them.
    announced: [Vec<LinkId>; 2],
    stops: Vec<StopId>,
    /// Ways on foot, m, and by car, tenths of a second; made when first needed.
    on_foot: Option<Ways>,
    by_car: Option<Ways>,
    /// Junctions that closed footways leave nobody to walk to.
    sealed: Vec<bool>,
    around: Circle,
    replanned: Replanned,
    /// Whether anything is closed in this hour.
    any: bool,
}

/// A circle around some links.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circle {
    lon: f64,
    lat: f64,
    radius_m: f64,
}

/// Lengths of ways are kept rounded, and places lie off their junctions, by so much at most where it counts, m.
const ROUNDED_M: f64 = 20.0;

impl Circle {
    /// Around both ends of some links.
    pub(super) fn of<'a>(city: &City, links: impl Iterator<Item = &'a LinkId> + Clone) -> Self {
        let streets = &city.streets;
        let ends = links.flat_map(|link| [streets.from[*link], streets.to[*link]]);
        let at = |node: NodeId| (streets.lon[node], streets.lat[node]);
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (lon, lat) in ends.clone().map(at) {
            low = (low.0.min(lon), low.1.min(lat));
            high = (high.0.max(lon), high.1.max(lat));
        }
        let (lon, lat) = (f64::midpoint(low.0, high.0), f64::midpoint(low.1, high.1));
        let radius_m = ends.map(at).map(|(x, y)| distance_m(x, y, lon, lat)).fold(0.0, f64::max);
        Self { lon, lat, radius_m }
    }

    /// Whether a way of so many metres between two spots may touch it, where no link is shorter than a share of the crow's
    /// distance between its ends.
    pub(super) fn may_touch(&self, [a, b]: [(f64, f64); 2], (way_m, crow_share): (u32, f64)) -> bool {
        let away = |at: (f64, f64)| (distance_m(at.0, at.1, self.lon, self.lat) - self.radius_m).max(0.0);
        // Distances on the globe that are added up may be off by a little.
        (away(a) + away(b)) * crow_share * 0.999 <= f64::from(way_m) + ROUNDED_M
    }
}

impl Closures {
    /// Tells transit which stops the streets that close in this hour take along.
    pub(super) fn announce(&mut self, network: &Network, world: &mut World) {
        let World { city, services, .. } = world;
        let roads = &mut services.roads;
        roads.settle_closing();
        if roads.closing.is_empty() && roads.closing_on_foot.is_empty() {
            return;
        }
        if self.announced[0] != roads.closing || self.announced[1] != roads.closing_on_foot {
            let kerbside = self.kerbside.get_or_insert_with(|| Kerbside::of(city, network));
            self.stops = kerbside.stops_at(&roads.closing);
            let sealed = sealed(city, &roads.closing_on_foot);
            let shut = |node: &NodeId| sealed.get(node.index()).is_some_and(|shut| *shut);
            self.stops
                .extend(city.transit.stop_node.iter().filter(|(_, node)| shut(node)).map(|(stop, _)| stop));
            self.announced = [roads.closing.clone(), roads.closing_on_foot.clone()];
        }
        services.passengers.coming.closed.extend(&self.stops);
    }

    /// Makes ready for an hour in which some links and stops are closed, all of which hold already.
    ///
    /// `periods` are the parts of the week for which journeys may be asked.
    pub(super) fn open_hour(
        &mut self,
        world: &World,
        network: &Network,
        knows_traffic: bool,
        periods: impl Iterator<Item = usize>,
    ) {
        let (city, roads) = (&*world.city, &world.services.roads);
        let stops = &world.services.passengers.disruption.closed;
        self.any = !(roads.closed.is_empty() && roads.closed_on_foot.is_empty() && stops.is_empty());
        if !self.any {
            return;
        }
        let streets = &city.streets;
        close(&mut self.on_foot, &roads.closed_on_foot, || Ways::on_foot(streets));
        if !knows_traffic {
            close(&mut self.by_car, &roads.closed, || Ways::by_car(streets));
        }
        self.sealed = sealed(city, &roads.closed_on_foot);
        self.around = Circle::of(city, roads.closed.iter().chain(&roads.closed_on_foot));
        self.replanned.close(stops, &roads.closed_on_foot);
        self.replanned.plan(city, network, periods);
    }

    /// What is closed in this hour; `None` where nothing is.
    pub(super) fn in_force(&self) -> Option<&Self> {
        self.any.then_some(self)
    }

    /// What closures make of the journey by transit between two slots: `None` where they leave it as it is, an inner
    /// `None` where they leave none.
    pub(super) fn journey(
        &self,
        view: &View,
        person: &Resident,
        (a, b): (usize, usize),
        depart_s: u32,
    ) -> Option<Option<&Journey>> {
        let zone = |slot: usize| view.city.places.zone.get(person.slot[slot]).copied();
        self.replanned.find(network::period(view.now, depart_s), zone(a)?, zone(b)?)
    }

    /// Whether nobody can walk from or to a place.
    fn is_sealed(&self, city: &City, person: &Resident, slot: usize) -> bool {
        let node = city.places.node.get(person.slot[slot]);
        node.and_then(|node| self.sealed.get(node.index())).is_some_and(|sealed| *sealed)
    }

    /// What becomes of a way of so many metres on the streets, by one of both kinds of ways.
    fn round(
        &self,
        ways: Option<&Ways>,
        city: &City,
        person: &Resident,
        (a, b): (usize, usize),
        way_m: Option<u32>,
    ) -> Round {
        let Some(ways) = ways.filter(|ways| ways.any_closed()) else { return Round::AsEver };
        let places = [person.slot[a], person.slot[b]];
        let [Some(from), Some(to)] = places.map(|place| city.places.node.get(place)) else {
            return Round::AsEver;
        };
        let at = |node: &NodeId| (city.streets.lon[*node], city.streets.lat[*node]);
        let far = |way_m| !self.around.may_touch([at(from), at(to)], (way_m, ways.crow_share()));
        if way_m.is_some_and(far) {
            return Round::AsEver;
        }
        ways.round(from.0, to.0)
    }

    fn round_on_foot(
        &self,
        view: &View,
        (id, person): (PersonId, &Resident),
        slots: (usize, usize),
    ) -> Round {
        let known_m = network::way_known_m(view.residents, id, slots);
        self.round(self.on_foot.as_ref(), view.city, person, slots, known_m)
    }

    fn round_by_car(&self, view: &View, person: &Resident, slots: (usize, usize)) -> Round {
        let known_m = network::drive_known_m(view.residents, person, slots);
        self.round(self.by_car.as_ref(), view.city, person, slots, known_m)
    }
}

/// Whether closures leave no way for a trip that somebody would make by a mode.
pub(super) fn bars(
    view: &View,
    (id, person): (PersonId, &Resident),
    slots: (usize, usize),
    (mode, depart_s): (Mode, u32),
) -> bool {
    let Some(closures) = view.closures else { return false };
    let way_m = network::way_m(view.city, view.residents, id, slots.0, slots.1);
    if matches!(mode, Mode::Bus | Mode::Metro) && way_m > network::RIDDEN_FROM_M {
        if closures.is_sealed(view.city, person, slots.0) || closures.is_sealed(view.city, person, slots.1) {
            return true;
        }
        if walk::journey(view, id, slots, depart_s).is_some() {
            return false;
        }
    }
    match network::on_streets(mode, slots, way_m) {
        Mode::Car => match view.roads {
            Some(net) => net.closes() && roads::time_s(view, (id, person), slots, depart_s).is_none(),
            None => closures.round_by_car(view, person, slots) == Round::Barred,
        },
        _ => closures.round_on_foot(view, (id, person), slots) == Round::Barred,
    }
}

/// The mode by which a trip that closures bar is made all the same: whoever can't drive out of or to a spot nearby
/// leaves the car at home and walks.
pub(super) fn instead(
    view: &View,
    (id, person): (PersonId, &Resident),
    slots: (usize, usize),
    (mode, depart_s): (Mode, u32),
) -> Option<Mode> {
    let way_m = network::way_m(view.city, view.residents, id, slots.0, slots.1);
    let walks = mode == Mode::Car && slots.0 == slot::HOME && way_m <= network::WALKED_UP_TO_M;
    let walks = walks && !bars(view, (id, person), slots, (Mode::Walk, depart_s));
    walks.then_some(Mode::Walk)
}

/// The way on foot between two habitual places past closed footways, m: as ever where there is none other.
pub(super) fn way_m(view: &View, who: (PersonId, &Resident), slots: (usize, usize), way_m: u32) -> u32 {
    match view.closures.map(|closures| closures.round_on_foot(view, who, slots)) {
        Some(Round::Longer { open, closed, .. }) => way_m.saturating_add(closed - open),
        _ => way_m,
    }
}

/// A drive at free speed past closed streets; `None` where there is no way.
pub(super) fn drive(
    view: &View,
    person: &Resident,
    slots: (usize, usize),
    leg: Leg,
    depart_s: u32,
) -> Option<Leg> {
    let Some(closures) = view.closures else { return Some(leg) };
    match closures.round_by_car(view, person, slots) {
        Round::AsEver => Some(leg),
        Round::Barred => None,
        Round::Longer { open, closed, metres } => {
            let ratio = |part: u32, whole: u32, of: u32| {
                (u64::from(of) * u64::from(part) / u64::from(whole.max(1))).min(u64::from(u32::MAX)) as u32
            };
            // Time on the road grows as on empty roads; reaching and parking the car takes as long as ever.
            let driven_s = (leg.arrive_s - depart_s).saturating_sub(network::CAR_ACCESS_S);
            let more_s = ratio(closed - open, open, driven_s);
            Some(Leg {
                arrive_s: leg.arrive_s.saturating_add(more_s),
                metres: ratio(metres[1], metres[0], leg.metres),
                ..leg
            })
        }
    }
}

/// Whether closed stops leave no journey by transit between two slots where there is one otherwise.
pub(super) fn cut_off(view: &View, id: PersonId, slots: (usize, usize), depart_s: u32) -> bool {
    let instead = view
        .closures
        .and_then(|closures| closures.journey(view, &view.residents.person[id], slots, depart_s));
    matches!(instead, Some(None))
}

/// Tells by how much closed streets make a trip on the streets longer; drives among traffic are told elsewhere.
pub(super) fn note(
    view: &View,
    (id, slots, way_m): (PersonId, (usize, usize), u32),
    (mode, depart_s): (Mode, u32),
    leg: Leg,
    tally: &mut TripTally,
) {
    if view.closures.is_none() || (leg.mode == Mode::Car && view.roads.is_some()) {
        return;
    }
    let person = &view.residents.person[id];
    let usual = network::street_leg(view.residents, person, slots, way_m, (mode, depart_s));
    if leg.arrive_s > usual.arrive_s && leg.mode == usual.mode {
        tally.detours += 1;
        tally.detour_s += u64::from(leg.arrive_s - usual.arrive_s);
    }
}

/// Junctions with footways all of which are closed, a flag each; empty where no footway is closed.
fn sealed(city: &City, on_foot: &[LinkId]) -> Vec<bool> {
    if on_foot.is_empty() {
        return Vec::new();
    }
    let streets = &city.streets;
    let mut open = vec![0u32; streets.node_count()];
    let mut had = vec![false; streets.node_count()];
    for link in streets.from.ids().filter(|link| streets.access[*link] & access::FOOT != 0) {
        let is_open = on_foot.binary_search(&link).is_err();
        for node in [streets.from[link], streets.to[link]] {
            had[node.index()] = true;
            open[node.index()] += u32::from(is_open);
        }
    }
    had.iter().zip(&open).map(|(had, open)| *had && *open == 0).collect()
}

/// Closes links to one kind of ways, which are made when the first link closes.
fn close(ways: &mut Option<Ways>, links: &[LinkId], make: impl FnOnce() -> Option<Ways>) {
    if ways.is_none() && !links.is_empty() {
        *ways = make();
    }
    if let Some(ways) = ways {
        ways.close(links);
    }
}
