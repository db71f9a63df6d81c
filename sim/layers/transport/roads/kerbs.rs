//! Where drives begin and end: at home before the door, elsewhere at one of the junctions around.
//!
//! A mall or an office block is entered by one junction of the map, but thousands of cars a day don't all drive up to it:
//! they park in the streets around, each driver at a usual spot, and more of them where streets let more cars out.
use citytwin_world::draw::block;
use citytwin_world::id::Key;
use citytwin_world::residents::{Resident, SLOTS, slot};
use citytwin_world::streets::{CLASSES, access};
use citytwin_world::{City, LinkId, NodeId, PersonId, Streets};

/// Purpose of the draws of parking spots.
const PARK: u32 = 0x0205;
/// Junctions around a place at which people park, at most.
const AROUND: usize = 24;
/// Longest way from a place to a parked car, m (assumption; a walk of four minutes).
const WAY_MAX_M: f32 = 300.0;

/// Junctions for cars around each junction, the nearest first.
pub(super) struct Kerbs {
    first: Vec<u32>,
    around: Vec<u32>,
    /// What the streets that leave these junctions let out together, vehicles an hour, at least 1: running sums.
    room: Vec<u32>,
}

impl Kerbs {
    pub(super) fn of(streets: &Streets) -> Self {
        let next = neighbours(streets);
        // Service ways lie within car parks and yards, whose gates are what counts.
        let street = |link: &LinkId| {
            streets.access[*link] & access::CAR != 0
                && CLASSES.get(usize::from(streets.class[*link])).is_some_and(|class| *class != "service")
        };
        let mut out = vec![0u32; streets.node_count()];
        for link in streets.from.ids().filter(street) {
            out[streets.from[link].index()] += streets.capacity_veh_h[link].clamp(1.0, 1e5) as u32;
        }
        let (mut first, mut around, mut room) = (vec![0], Vec::new(), Vec::new());
        let mut reached = vec![false; streets.node_count()];
        for node in 0..streets.node_count() as u32 {
            let begin = around.len();
            nearest(node, &next, &mut reached, &mut around);
            room.extend(around[begin..].iter().scan(0, |sum, node: &u32| {
                *sum += out[*node as usize].max(1);
                Some(*sum)
            }));
            first.push(around.len() as u32);
        }
        Self { first, around, room }
    }

    /// The junction at which a resident leaves the car when at a habitual place.
    pub(super) fn at(&self, city: &City, id: PersonId, person: &Resident, slot: usize) -> Option<NodeId> {
        let slot = slot % SLOTS;
        let node = city.places.node.get(person.slot[slot]).copied()?;
        if slot == slot::HOME {
            return Some(node);
        }
        let range = *self.first.get(node.index())? as usize..*self.first.get(node.index() + 1)? as usize;
        let (around, room) = (self.around.get(range.clone())?, self.room.get(range)?);
        // The same spot every day: chance belongs to the person and the place.
        let pick = block(0, PARK, id.0, person.slot[slot].0, 0)[0];
        let all = u64::from(room.last().copied().unwrap_or(0));
        let index = room.partition_point(|sum| u64::from(*sum) <= (u64::from(pick) * all) >> 32);
        Some(around.get(index).map_or(node, |node| NodeId(*node)))
    }
}

/// Links for cars by junction, in either direction, with their lengths.
fn neighbours(streets: &Streets) -> Vec<Vec<(u32, f32)>> {
    let mut next = vec![Vec::new(); streets.node_count()];
    let drivable = |link: &LinkId| streets.access[*link] & access::CAR != 0;
    for link in streets.from.ids().filter(drivable) {
        let (a, b, m) = (streets.from[link], streets.to[link], streets.length_m[link]);
        next[a.index()].push((b.0, m));
        next[b.index()].push((a.0, m));
    }
    next
}

/// Appends the junctions nearest to one, itself first; `reached` is all false before and after.
fn nearest(node: u32, next: &[Vec<(u32, f32)>], reached: &mut [bool], around: &mut Vec<u32>) {
    let begin = around.len();
    let mut open = vec![(0.0f32, node)];
    let mut touched = Vec::new();
    while around.len() < begin + AROUND && !open.is_empty() {
        let least = (0..open.len())
            .min_by(|a, b| open[*a].0.total_cmp(&open[*b].0).then(open[*a].1.cmp(&open[*b].1)));
        let Some(least) = least else { break };
        let (way_m, node) = open.swap_remove(least);
        if std::mem::replace(&mut reached[node as usize], true) {
            continue;
        }
        touched.push(node);
        around.push(node);
        let further = next[node as usize].iter().map(|(other, m)| (way_m + m, *other));
        open.extend(further.filter(|(way_m, other)| *way_m <= WAY_MAX_M && !reached[*other as usize]));
    }
    touched.iter().for_each(|node| reached[*node as usize] = false);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A street of junctions 100 m apart.
    fn street(junctions: u32) -> Streets {
        let mut streets = Streets::default();
        for i in 0..junctions {
            streets.lon.push(0.0);
            streets.lat.push(0.0);
            if i > 0 {
                streets.from.push(NodeId(i - 1));
                streets.to.push(NodeId(i));
                streets.length_m.push(100.0);
                streets.capacity_veh_h.push(600.0);
                streets.class.push(6);
                streets.access.push(access::CAR);
            }
        }
        streets
    }

    #[test]
    fn people_park_at_the_nearest_junctions_within_a_walk() {
        let kerbs = Kerbs::of(&street(20));
        let around = |node: usize| {
            let mut nodes = kerbs.around[kerbs.first[node] as usize..kerbs.first[node + 1] as usize].to_vec();
            assert_eq!(nodes[0], node as u32, "the place's own comes first");
            nodes.sort_unstable();
            nodes
        };
        assert_eq!(around(0), [0, 1, 2, 3]);
        assert_eq!(around(10), [7, 8, 9, 10, 11, 12, 13]);
    }
}
