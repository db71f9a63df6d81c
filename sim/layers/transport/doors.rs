//! Checkpoints at doors: who arrives when, waits how long, and is let in or turned back.
mod desk;
mod posts;

use citytwin_engine::{Board, CheckpointRule, Levers, Now};
use citytwin_world::id::Key;
use citytwin_world::residents::slot;
use citytwin_world::services::{Cause, Door, DoorTally};
use citytwin_world::{City, LinkId, Mode, Occupation, PersonId, PlaceId, PlaceKind, Resident, StopId, World};
use desk::{Asked, Caller, Desk};
use posts::Posts;
use rayon::prelude::*;

/// Purposes of this file's draws.
const GUARDED: u32 = 0x0206;
const SCAN: u32 = 0x0207;

/// Door number of those whose door lost its guard while they were on the way.
const OPEN: u32 = u32::MAX;

/// What lies behind the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// The destination itself, reached by a mode, after the doors of a trip's end up to number `doors` of
    /// [`Doors::next_at_end`].
    Entrance { mode: Mode, doors: u8 },
    /// The rest of a drive over a guarded street.
    Street,
    /// The platform from which ride number `ride` of the journey starts.
    Gate { ride: u8 },
}

/// Somebody comes to a guarded door.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoorArrival {
    pub(super) door: u32,
    /// Tenths of a second after midnight.
    pub(super) at_ds: u32,
    pub(super) person: PersonId,
    pub(super) depart_min: u16,
    pub(super) metres: u32,
    pub(super) passage: Passage,
}

/// What the guard said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Turned(Cause),
}

/// The end of one arrival.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) person: PersonId,
    pub(super) verdict: Verdict,
    /// When it was over, tenths of a second after midnight.
    pub(super) at_ds: u32,
    pub(super) wait_s: u32,
    pub(super) depart_min: u16,
    pub(super) metres: u32,
    pub(super) passage: Passage,
}

impl Outcome {
    /// Nobody is there to check.
    fn at_once(a: &DoorArrival) -> Self {
        let DoorArrival { at_ds, person, depart_min, metres, passage, .. } = *a;
        Self { person, verdict: Verdict::Passed, at_ds, wait_s: 0, depart_min, metres, passage }
    }
}

/// Which doors are guarded, and who is on the way to them.
#[derive(Default)]
pub(super) struct Doors {
    rules: Vec<CheckpointRule>,
    /// One bit for each guarded place: nearly all places are asked about and few are guarded.
    guarded: Vec<u64>,
    /// Index into `services.doors` by place and by stop; `u32::MAX` where nobody guards.
    by_place: Vec<u32>,
    by_stop: Vec<u32>,
    /// The same by place for staff doors and by zone for borders; empty where there are none.
    by_staff: Vec<u32>,
    by_border: Vec<u32>,
    /// Guarded links, in order, with their doors.
    by_street: Vec<(LinkId, u32)>,
    /// Rule of each door.
    rule_of: Vec<u32>,
    /// Arrivals by hour; the last entry holds those after midnight, who are served at the day's end.
    coming: Vec<Vec<DoorArrival>>,
}

impl Doors {
    /// The guarded door of a place.
    #[inline]
    pub(super) fn of_place(&self, place: PlaceId) -> Option<u32> {
        let word = *self.guarded.get(place.index() / 64)?;
        (word >> (place.index() % 64) & 1 == 1).then(|| self.by_place[place.index()])
    }
    /// The guarded gate of a stop.
    #[inline]
    pub(super) fn of_stop(&self, stop: StopId) -> Option<u32> {
        self.by_stop.get(stop.index()).copied().filter(|d| *d != u32::MAX)
    }

    /// Whether trips end at other doors than those of places too.
    #[inline]
    pub(super) fn beyond_places(&self) -> bool {
        !self.by_staff.is_empty() || !self.by_border.is_empty() || !self.by_street.is_empty()
    }

    /// The rule of a door.
    pub(super) fn rule(&self, door: u32) -> Option<&CheckpointRule> {
        self.rules.get(*self.rule_of.get(door as usize)? as usize)
    }

    /// Guarded links, in order, with their doors.
    pub(super) fn streets(&self) -> &[(LinkId, u32)] {
        &self.by_street
    }

    /// The next guarded door at the end of a trip from slot `a` to slot `b`, and its number, after door number
    /// `after`: the border of the zone is 1, the place's own door 2, the staff door 3. At home nobody is checked.
    pub(super) fn next_at_end(
        &self,
        city: &City,
        person: &Resident,
        (a, b): (usize, usize),
        after: u8,
    ) -> Option<(u32, u8)> {
        let place = person.slot[b];
        if after < 1 && b != slot::HOME && !self.by_border.is_empty() {
            let zone = |slot: usize| city.places.zone.get(person.slot[slot]).map(|zone| zone.0);
            let door =
                zone(b).filter(|to| zone(a) != Some(*to)).and_then(|to| self.by_border.get(to as usize));
            if let Some(door) = door.filter(|door| **door != u32::MAX) {
                return Some((*door, 1));
            }
        }
        if after < 2
            && b != slot::HOME
            && let Some(door) = self.of_place(place)
        {
            return Some((door, 2));
        }
        let staff = after < 3 && b == slot::ANCHOR && person.occupation == Occupation::Worker;
        let door = *self.by_staff.get(place.index()).filter(|_| staff)?;
        let rule = &self.rules[*self.rule_of.get(door as usize)? as usize];
        rule.sectors.contains(&person.sector).then_some((door, 3))
    }

    /// Takes arrivals into the hour in which they reach their door.
    pub(super) fn queue(&mut self, arrivals: &mut Vec<DoorArrival>) {
        if self.coming.is_empty() {
            self.coming = vec![Vec::new(); 25];
        }
        for arrival in arrivals.drain(..) {
            let hour = (arrival.at_ds / 36_000).min(24) as usize;
            self.coming[hour].push(arrival);
        }
    }

    /// Forgets the arrivals of persons whose day is taken back.
    pub(super) fn forget(&mut self, taken: impl Fn(PersonId) -> bool) {
        self.coming.iter_mut().for_each(|hour| hour.retain(|arrival| !taken(arrival.person)));
    }

    /// Brings the doors of the world in line with the rules in force, and opens a new day.
    pub(super) fn set_up(&mut self, now: Now, world: &mut World, levers: &Levers) {
        if self.rules != levers.checkpoints || (self.by_place.is_empty() && !levers.checkpoints.is_empty()) {
            self.rules.clone_from(&levers.checkpoints);
            self.place_guards(now, world);
        }
        if now.day_begins() {
            for (door, rule) in world.services.doors.iter_mut().zip(&self.rule_of) {
                open_day(door, self.rules.get(*rule as usize), now.day());
            }
            let platform = &mut world.services.code_platform;
            (platform.requests, platform.failed) = (0, 0);
        }
    }

    fn place_guards(&mut self, now: Now, world: &mut World) {
        let city = &world.city;
        let mut posts = Posts {
            seed: now.seed,
            from_min: now.hour() * 60,
            rules: &self.rules,
            old: std::mem::take(&mut world.services.doors),
            doors: Vec::new(),
            rule_of: Vec::new(),
        };
        self.by_place = vec![u32::MAX; city.places.len()];
        self.guarded = vec![0; city.places.len().div_ceil(64)];
        self.by_stop = vec![u32::MAX; city.transit.stop_lon.len()];
        let zone_of = |place: PlaceId| city.places.zone.get(place).map(|zone| zone.0);
        for (place, kind) in city.places.kind.iter().filter(|(_, k)| **k != PlaceKind::MetroStation) {
            let guards = |r: &CheckpointRule| r.kinds.contains(kind) && r.covers(zone_of(place));
            // On its first day a door is staffed for as many as the place behind it holds at once.
            let expected = city.places.capacity.get(place).copied().unwrap_or(0);
            let key = (Door::Place(place), *kind, place.0, *kind as u32);
            if let Some(door) = posts.stand(key, expected, guards) {
                self.by_place[place.index()] = door;
                self.guarded[place.index() / 64] |= 1 << (place.index() % 64);
            }
        }
        for stop in city.transit.metro_stops() {
            let kind = PlaceKind::MetroStation;
            let guards = |r: &CheckpointRule| r.kinds.contains(&kind) && r.covers(None);
            let key = (Door::Stop(stop), kind, stop.0, kind as u32);
            if let Some(door) = posts.stand(key, 0, guards) {
                self.by_stop[stop.index()] = door;
            }
        }
        self.by_staff = posts.at_work(world, zone_of);
        self.by_border = posts.at_borders(world);
        self.by_street = posts.at_streets(world);
        let Posts { old, doors, rule_of, .. } = posts;
        self.rule_of = rule_of;
        // Doors have new numbers; who is on the way to one without a guard by now finds it open.
        for arrival in self.coming.iter_mut().flatten() {
            let door = old.get(arrival.door as usize).map(|d| d.door);
            let found = door.and_then(|door| doors.binary_search_by(|d| d.door.cmp(&door)).ok());
            arrival.door = found.map_or(OPEN, |i| i as u32);
        }
        world.services.doors = doors;
    }

    /// Serves everybody who reaches a door in this hour, in the order of arrival at each door; returns how many.
    pub(super) fn serve(
        &mut self,
        now: Now,
        world: &mut World,
        (levers, board): (&Levers, &Board),
        mut each: impl FnMut(Outcome),
    ) -> usize {
        let last = if now.day_ends() { 25 } else { now.hour() as usize + 1 };
        let (mut due, mut later): (Vec<Caller>, Vec<DoorArrival>) = (Vec::new(), Vec::new());
        let in_traffic = world.services.roads.known();
        for arrival in self.coming.iter_mut().take(last).flat_map(|hour| hour.drain(..)) {
            let on_road = in_traffic && arrival.passage == Passage::Street;
            let caller = Caller::new(now, arrival, on_road);
            // Whose second lies beyond the hour comes among those of the next.
            if last < 25 && caller.arrival.at_ds >= last as u32 * 36_000 {
                later.push(arrival);
            } else {
                due.push(caller);
            }
        }
        if let Some(next) = self.coming.get_mut(last) {
            next.append(&mut later);
        }
        if due.is_empty() {
            return 0;
        }
        due.par_sort_unstable_by_key(|c| (c.arrival.door, c.arrival.at_ds, c.arrival.person));
        let (guarded, open) = due.split_at(due.partition_point(|c| c.arrival.door != OPEN));
        open.iter().for_each(|c| each(Outcome::at_once(&c.arrival)));
        let mut queues: Vec<(&mut DoorTally, &[Caller])> = Vec::new();
        let mut rest = world.services.doors.as_mut_slice();
        let mut passed = 0;
        for callers in guarded.chunk_by(|a, b| a.arrival.door == b.arrival.door) {
            let (_, from) = std::mem::take(&mut rest).split_at_mut(callers[0].arrival.door as usize - passed);
            let Some((door, after)) = from.split_first_mut() else { break };
            passed = callers[0].arrival.door as usize + 1;
            rest = after;
            queues.push((door, callers));
        }
        let platform = &world.services.code_platform;
        let desk = Desk {
            now,
            levers,
            board,
            residents: &world.people.residents,
            health: &world.people.health,
            in_traffic,
        };
        let (outages, city) = (&world.services.outages, &world.city);
        let served: Vec<(Vec<Outcome>, Asked)> = queues
            .into_par_iter()
            .map(|(door, callers)| {
                let rule = &self.rules[self.rule_of[callers[0].arrival.door as usize] as usize];
                let answered = platform.level * outages.connected(city, door.door);
                desk.serve(rule, door, callers, answered)
            })
            .collect();
        let mut sent = Vec::new();
        for (outcomes, asked) in served {
            world.services.code_platform.requests += asked.requests;
            world.services.code_platform.failed += asked.failed;
            sent.extend(asked.sent_to_test);
            outcomes.into_iter().for_each(&mut each);
        }
        let list = &mut world.services.sent_to_test;
        list.append(&mut sent);
        list.sort_unstable();
        list.dedup();
        due.len()
    }
}

/// Lanes at most at one door.
const LANES_MAX: u32 = 64;
/// Lanes of a door of which nobody can tell how many will come.
const LANES_UNKNOWN: u16 = 2;

/// A door that opens with so many lanes.
fn new_door(door: Door, kind: PlaceKind, lanes: u16) -> DoorTally {
    DoorTally {
        door,
        kind,
        lanes,
        staffed_min: 0,
        lane_free_ds: vec![0; usize::from(lanes)],
        arrivals_by_weekday: [0; 7],
        scans: 0,
        refused: 0,
        no_code: 0,
        by_hand: 0,
        no_test: 0,
        forged: 0,
        balked: 0,
        wait_s: 0,
        wait_max_s: 0,
        refused_infectious: 0,
        admitted_infectious: 0,
    }
}

/// Lanes for so many visitors a day; `None` where nobody is expected.
fn lanes_for(visitors: u32, rule: &CheckpointRule) -> Option<u16> {
    (visitors > 0).then(|| visitors.div_ceil(rule.visitors_per_lane.max(1)).clamp(1, LANES_MAX) as u16)
}

/// Staffing follows demand: today's lanes come from the busiest of the last seven days, of which the door's keeper
/// knows the arrivals; where none came, the lanes stay.
fn open_day(door: &mut DoorTally, rule: Option<&CheckpointRule>, day: u32) {
    let mut arrivals_by_weekday = door.arrivals_by_weekday;
    arrivals_by_weekday[(day + 6) as usize % 7] = door.scans + door.balked;
    let busiest = arrivals_by_weekday.into_iter().max().unwrap_or(0);
    let staffed = rule.filter(|_| !matches!(door.door, Door::Street(_)));
    let lanes = staffed.and_then(|rule| lanes_for(busiest, rule)).unwrap_or(door.lanes);
    let staffed_min = u32::from(lanes) * rule.map_or(0, CheckpointRule::open_minutes);
    *door = DoorTally { arrivals_by_weekday, staffed_min, ..new_door(door.door, door.kind, lanes) };
}

#[cfg(test)]
mod theory;

#[cfg(test)]
mod tests;
