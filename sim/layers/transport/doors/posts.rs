//! Where guards stand: the rules in force brought to doors of places, gates of stations, staff doors and borders.
use super::{GUARDED, LANES_MAX, LANES_UNKNOWN, lanes_for, new_door};
use citytwin_engine::CheckpointRule;
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::services::{Door, DoorTally};
use citytwin_world::{LinkId, Occupation, PlaceId, PlaceKind, World, ZoneId};

/// Kinds of the draws at staff doors and borders, beyond those of places.
const STAFF: u32 = 1_000;
const BORDER: u32 = 1_001;
const STREET: u32 = 1_002;

/// Doors being set up, in order; those that stood before keep what they counted.
pub(super) struct Posts<'a> {
    pub seed: u64,
    /// Minute of the day from which new guards stand.
    pub from_min: u32,
    pub rules: &'a [CheckpointRule],
    pub old: Vec<DoorTally>,
    pub doors: Vec<DoorTally>,
    /// Rule of each door.
    pub rule_of: Vec<u32>,
}

impl Posts<'_> {
    /// Guards a door by the first rule that does, unless chance leaves it open; its number. A door is known by what
    /// it is, the kind of place behind it, and its number and kind among the draws; so many are expected at first.
    pub fn stand(
        &mut self,
        (door, kind, key, draw_kind): (Door, PlaceKind, u32, u32),
        expected: u32,
        guards: impl Fn(&CheckpointRule) -> bool,
    ) -> Option<u32> {
        let rule = self.rules.iter().position(guards)?;
        let drawn = unit_f32(block(self.seed, GUARDED, key, draw_kind, 0)[0]);
        if drawn >= self.rules[rule].coverage {
            return None;
        }
        let kept = self.old.binary_search_by(|d| d.door.cmp(&door)).ok().map(|i| self.old[i].clone());
        let lanes = lanes_for(expected, &self.rules[rule]).unwrap_or(LANES_UNKNOWN);
        let staffed_min = u32::from(lanes) * self.rules[rule].open_minutes_after(self.from_min);
        self.doors.push(kept.unwrap_or_else(|| DoorTally { staffed_min, ..new_door(door, kind, lanes) }));
        self.rule_of.push(rule as u32);
        Some(self.doors.len() as u32 - 1)
    }

    /// Staff doors by place, where anybody of a sector that guards them works; empty without such a rule.
    pub fn at_work(&mut self, world: &World, zone_of: impl Fn(PlaceId) -> Option<u32>) -> Vec<u32> {
        if self.rules.iter().all(|rule| rule.sectors.is_empty()) {
            return Vec::new();
        }
        let places = &world.city.places;
        let mut sectors = vec![0u32; places.len()];
        let mut staff = vec![0u32; places.len()];
        let workers = world.people.residents.person.as_slice().iter();
        for person in workers.filter(|person| person.occupation == Occupation::Worker) {
            if let Some(seen) = sectors.get_mut(person.slot[slot::ANCHOR].index()) {
                *seen |= 1 << person.sector as u32;
                staff[person.slot[slot::ANCHOR].index()] += 1;
            }
        }
        let mut by_staff = vec![u32::MAX; places.len()];
        for (place, kind) in places.kind.iter() {
            let here = sectors[place.index()];
            let zone = zone_of(place);
            let guards = |r: &CheckpointRule| {
                r.covers(zone) && r.sectors.iter().any(|sector| here >> *sector as u32 & 1 == 1)
            };
            let key = (Door::Staff(place), *kind, place.0, STAFF);
            if let Some(door) = self.stand(key, staff[place.index()], guards) {
                by_staff[place.index()] = door;
            }
        }
        by_staff
    }

    /// Borders by zone; empty without a rule that guards any.
    pub fn at_borders(&mut self, world: &World) -> Vec<u32> {
        if self.rules.iter().all(|rule| rule.borders.is_empty()) {
            return Vec::new();
        }
        let zone = |zone: u32| {
            let guards = |r: &CheckpointRule| r.borders.binary_search(&zone).is_ok();
            self.stand((Door::Border(ZoneId(zone)), PlaceKind::Gate, zone, BORDER), 0, guards)
        };
        (0..world.city.zones.len() as u32).map(zone).map(|door| door.unwrap_or(u32::MAX)).collect()
    }

    /// Guarded links of the city with their doors, in order.
    pub fn at_streets(&mut self, world: &World) -> Vec<(LinkId, u32)> {
        let links = world.city.streets.link_count() as u32;
        let mut named: Vec<u32> = self.rules.iter().flat_map(|rule| &rule.streets).copied().collect();
        named.sort_unstable();
        named.dedup();
        let mut stand = |link: u32| {
            let guards = |r: &CheckpointRule| r.streets.binary_search(&link).is_ok();
            let lanes = self.rules.iter().find(|rule| guards(rule))?.street_lanes.clamp(1, LANES_MAX);
            let door = self.stand((Door::Street(LinkId(link)), PlaceKind::Gate, link, STREET), 0, guards)?;
            let own = &mut self.doors[door as usize];
            if u32::from(own.lanes) != lanes {
                let staffed_min = lanes
                    * self.rules[self.rule_of[door as usize] as usize].open_minutes_after(self.from_min);
                *own = DoorTally { staffed_min, ..new_door(own.door, own.kind, lanes as u16) };
            }
            Some((LinkId(link), door))
        };
        named.into_iter().filter(|link| *link < links).filter_map(&mut stand).collect()
    }
}
