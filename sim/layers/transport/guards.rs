//! Guarded streets: whose drive leads over one.
//!
//! Whoever drives over a guarded street comes to its checkpoint before the trip ends. Where cars queue on roads the wait is
//! part of the drive and only the check is left; at free flow the checkpoint is a server like a door's.
use super::closures::{Circle, Ways};
use super::doors::Doors;
use super::{View, network, roads};
use citytwin_world::id::Key;
use citytwin_world::population::Today;
use citytwin_world::roads::RoadPost;
use citytwin_world::{City, LinkId, PersonId, World};

/// Ways of those who drive at free flow, and where guarded streets lie.
#[derive(Default)]
pub(super) struct StreetGuards {
    /// Made when the first street is guarded.
    by_car: Option<Ways>,
    around: Circle,
    any: bool,
}

impl StreetGuards {
    /// Makes ready for an hour whose doors stand and whose closures hold.
    pub(super) fn open_hour(&mut self, world: &World, doors: &Doors) {
        self.any = !doors.streets().is_empty();
        let (city, known): (&City, _) = (&world.city, &world.services.roads);
        if !self.any || known.known() {
            return;
        }
        self.around = Circle::of(city, doors.streets().iter().map(|(link, _)| link));
        if self.by_car.is_none() {
            self.by_car = Ways::by_car(&city.streets);
        }
        if let Some(ways) = &mut self.by_car {
            ways.close(&known.closed);
        }
    }

    /// What is guarded in this hour; `None` where no street is.
    pub(super) fn in_force(&self) -> Option<&Self> {
        self.any.then_some(self)
    }
}

/// The checkpoints of guarded streets as roads know them.
pub(super) fn posts(doors: &Doors, world: &World) -> Vec<RoadPost> {
    let post = |&(link, door): &(LinkId, u32)| {
        let lanes = world.services.doors.get(door as usize)?.lanes;
        let service_s = doors.rule(door)?.scan_s;
        Some(RoadPost { link, lanes: u32::from(lanes), service_s })
    };
    doors.streets().iter().filter_map(post).collect()
}

/// The door of the first guarded street on the drive to the next stop of the plan, left at a minute.
pub(super) fn on_way(view: &View, id: PersonId, today: &Today, depart_min: u16) -> Option<u32> {
    let guards = view.guards?;
    let at = usize::from(today.at);
    let (a, b) = (usize::from(today.stop[at]), usize::from(today.stop[at + 1]));
    let person = view.residents.person.get(id)?;
    let guarded = view.doors.streets();
    let door = |link: u32| {
        let found = guarded.binary_search_by_key(&LinkId(link), |(link, _)| *link).ok()?;
        Some(guarded[found].1)
    };
    if view.roads.is_some() {
        let mut links = Vec::new();
        roads::way(view, (id, person), (a, b), u32::from(depart_min) * 60, &mut links)?;
        return links.into_iter().find_map(door);
    }
    let ways = guards.by_car.as_ref()?;
    let [from, to] = [person.slot[a], person.slot[b]].map(|place| view.city.places.node.get(place));
    let (from, to) = (from?, to?);
    let spot = |node: &citytwin_world::NodeId| (view.city.streets.lon[*node], view.city.streets.lat[*node]);
    let known_m = network::drive_known_m(view.residents, person, (a, b));
    let near = |way_m| guards.around.may_touch([spot(from), spot(to)], (way_m, ways.crow_share()));
    // With streets closed the way may be longer than the one known.
    if !ways.any_closed() && known_m.is_some_and(|way_m| !near(way_m)) {
        return None;
    }
    ways.first_on(from.index() as u32, to.index() as u32, door)
}
