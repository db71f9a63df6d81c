//! Checkpoints at doors: who arrives when, waits how long, and is let in or turned back.
use citytwin_engine::lever::CheckpointRule;
use citytwin_engine::{Levers, Now};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::id::Key;
use citytwin_world::residents::flag;
use citytwin_world::services::{Cause, Door, DoorTally};
use citytwin_world::{Mode, PersonId, PlaceId, PlaceKind, StopId, World};
use rayon::prelude::*;

/// Purposes of this file's draws.
const GUARDED: u32 = 0x0206;
const SCAN: u32 = 0x0207;

/// Door number of those whose door lost its guard while they were on the way.
const OPEN: u32 = u32::MAX;

/// What lies behind the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// The destination itself, reached by a mode.
    Entrance { mode: Mode },
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
            for door in &mut world.services.doors {
                let rule = self.rules.iter().find(|r| r.kinds.contains(&door.kind));
                open_day(door, rule, now.day());
            }
            let platform = &mut world.services.code_platform;
            (platform.requests, platform.failed) = (0, 0);
        }
    }

    fn place_guards(&mut self, now: Now, world: &mut World) {
        let city = &world.city;
        let old = std::mem::take(&mut world.services.doors);
        self.by_place = vec![u32::MAX; city.places.len()];
        self.guarded = vec![0; city.places.len().div_ceil(64)];
        self.by_stop = vec![u32::MAX; city.transit.stop_lon.len()];
        self.rule_of.clear();
        let mut doors: Vec<DoorTally> = Vec::new();
        let mut guard = |door: Door, kind: PlaceKind, key: u32, rules: &[CheckpointRule]| -> Option<u32> {
            let rule = rules.iter().position(|r| r.kinds.contains(&kind))?;
            let drawn = unit_f32(block(now.seed, GUARDED, key, kind as u32, 0)[0]);
            if drawn >= rules[rule].coverage {
                return None;
            }
            let kept = old.binary_search_by(|d| d.door.cmp(&door)).ok().map(|i| old[i].clone());
            // On its first day a door is staffed for as many as the place behind it holds at once.
            let expected = match door {
                Door::Place(place) => city.places.capacity.get(place).copied().unwrap_or(0),
                Door::Stop(_) => 0,
            };
            let lanes = lanes_for(expected, &rules[rule]).unwrap_or(LANES_UNKNOWN);
            doors.push(kept.unwrap_or_else(|| new_door(door, kind, lanes)));
            self.rule_of.push(rule as u32);
            Some(doors.len() as u32 - 1)
        };
        for (place, kind) in city.places.kind.iter().filter(|(_, k)| **k != PlaceKind::MetroStation) {
            if let Some(door) = guard(Door::Place(place), *kind, place.0, &self.rules) {
                self.by_place[place.index()] = door;
                self.guarded[place.index() / 64] |= 1 << (place.index() % 64);
            }
        }
        for stop in city.transit.metro_stops() {
            if let Some(door) = guard(Door::Stop(stop), PlaceKind::MetroStation, stop.0, &self.rules) {
                self.by_stop[stop.index()] = door;
            }
        }
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
        levers: &Levers,
        mut each: impl FnMut(Outcome),
    ) -> usize {
        let last = if now.day_ends() { 25 } else { now.hour() as usize + 1 };
        let (mut due, mut later): (Vec<Caller>, Vec<DoorArrival>) = (Vec::new(), Vec::new());
        for arrival in self.coming.iter_mut().take(last).flat_map(|hour| hour.drain(..)) {
            let caller = Caller::new(now, arrival);
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
        let desk = Desk { levers, residents: &world.people.residents, health: &world.people.health };
        let (outages, city) = (&world.services.outages, &world.city);
        let served: Vec<(Vec<Outcome>, [u64; 2])> = queues
            .into_par_iter()
            .map(|(door, callers)| {
                let rule = &self.rules[self.rule_of[callers[0].arrival.door as usize] as usize];
                let answered = platform.level * outages.connected(city, door.door);
                desk.serve(rule, door, callers, answered)
            })
            .collect();
        for (outcomes, [requests, failed]) in served {
            world.services.code_platform.requests += requests;
            world.services.code_platform.failed += failed;
            outcomes.into_iter().for_each(&mut each);
        }
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
        lane_free_ds: vec![0; usize::from(lanes)],
        arrivals_by_weekday: [0; 7],
        scans: 0,
        refused: 0,
        no_code: 0,
        by_hand: 0,
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
    let lanes = rule.and_then(|rule| lanes_for(busiest, rule)).unwrap_or(door.lanes);
    *door = DoorTally { arrivals_by_weekday, ..new_door(door.door, door.kind, lanes) };
}

/// Who has come to a door, at the very second, with what chance has in store there.
struct Caller {
    arrival: DoorArrival,
    words: [u32; 4],
}

impl Caller {
    /// The second within the minute is drawn, so that whole minutes don't arrive as one crowd. The same arrival has the
    /// same second whenever it is asked for.
    fn new(now: Now, mut arrival: DoorArrival) -> Self {
        let words = block(now.seed, SCAN, arrival.person.0, now.day(), arrival.at_ds);
        if arrival.door != OPEN {
            arrival.at_ds += ((u64::from(words[3]) * 600) >> 32) as u32;
        }
        Self { arrival, words }
    }
}

/// What a guard needs to judge a visitor.
struct Desk<'a> {
    levers: &'a Levers,
    residents: &'a citytwin_world::Residents,
    health: &'a citytwin_world::Health,
}

impl Desk<'_> {
    /// Serves one door's arrivals, earliest first, each by the lane that is free first; a share of the requests for
    /// codes is `answered`.
    fn serve(
        &self,
        rule: &CheckpointRule,
        door: &mut DoorTally,
        callers: &[Caller],
        answered: f32,
    ) -> (Vec<Outcome>, [u64; 2]) {
        let mut platform = [0u64; 2];
        let mut outcomes = Vec::with_capacity(callers.len());
        for &Caller { arrival: a, words } in callers {
            let at_ds = a.at_ds;
            let mut lane = (0..door.lane_free_ds.len()).min_by_key(|l| door.lane_free_ds[*l]).unwrap_or(0);
            let queued_ds = door.lane_free_ds.get(lane).map_or(0, |free_ds| free_ds.saturating_sub(at_ds));
            if queued_ds / 10 > rule.open_lane_after_s && u32::from(door.lanes) < LANES_MAX {
                lane = door.lane_free_ds.len();
                door.lane_free_ds.push(at_ds);
                door.lanes += 1;
            }
            let free_ds = door.lane_free_ds.get(lane).copied().unwrap_or(0);
            let wait_ds = free_ds.saturating_sub(at_ds);
            let mut outcome = Outcome {
                person: a.person,
                verdict: Verdict::Turned(Cause::Balked),
                at_ds: at_ds + wait_ds.min(rule.patience_s * 10),
                wait_s: wait_ds.min(rule.patience_s * 10) / 10,
                depart_min: a.depart_min,
                metres: a.metres,
                passage: a.passage,
            };
            if wait_ds > rule.patience_s * 10 {
                door.balked += 1;
            } else {
                let (verdict, service_s) = self.judge((rule, answered), door, a.person, words, &mut platform);
                outcome.verdict = verdict;
                outcome.at_ds = at_ds + wait_ds + (service_s * 10.0).round() as u32;
                if let Some(free) = door.lane_free_ds.get_mut(lane) {
                    *free = outcome.at_ds;
                }
            }
            door.wait_s += u64::from(outcome.wait_s);
            door.wait_max_s = door.wait_max_s.max(outcome.wait_s);
            outcomes.push(outcome);
        }
        (outcomes, platform)
    }

    /// Looks at one visitor's code: the verdict and how long it took, s.
    fn judge(
        &self,
        (rule, answered): (&CheckpointRule, f32),
        door: &mut DoorTally,
        person: PersonId,
        words: [u32; 4],
        platform: &mut [u64; 2],
    ) -> (Verdict, f32) {
        door.scans += 1;
        let infectious = self.health.infectivity[person] > 0.0;
        let phone = self.residents.person[person].has(flag::PHONE);
        platform[0] += 1;
        let answered = unit_f32(words[0]) < answered;
        platform[1] += u64::from(!answered);
        let by_hand = !phone || !answered;
        let (verdict, service_s) = if by_hand && !rule.paper_allowed {
            door.no_code += 1;
            (Verdict::Turned(Cause::NoCode), rule.scan_s)
        } else {
            door.by_hand += u32::from(by_hand);
            let service_s = if by_hand { rule.by_hand_s } else { rule.scan_s };
            // Nobody sees a code while the platform is silent, nor does a guard who waves people through.
            let seen = answered && unit_f32(words[1]) < rule.diligence;
            let refused = seen && self.levers.code(person) >= rule.refuse_from;
            door.refused += u32::from(refused);
            (if refused { Verdict::Turned(Cause::CodeRefused) } else { Verdict::Passed }, service_s)
        };
        let service_s =
            if rule.exponential { -service_s * (1.0 - unit_f32(words[2])).ln() } else { service_s };
        if infectious {
            let passed = verdict == Verdict::Passed;
            door.admitted_infectious += u32::from(passed);
            door.refused_infectious += u32::from(!passed);
        }
        (verdict, service_s)
    }
}

#[cfg(test)]
mod theory;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::town;
    use citytwin_engine::Code;
    use citytwin_world::{Date, DayType};

    fn rule(open_lane_after_s: u32) -> CheckpointRule {
        CheckpointRule {
            kinds: vec![PlaceKind::Mall],
            coverage: 1.0,
            scan_s: 10.0,
            by_hand_s: 10.0,
            exponential: false,
            visitors_per_lane: 100,
            open_lane_after_s,
            refuse_from: Code::Red,
            paper_allowed: true,
            patience_s: 7200,
            diligence: 1.0,
        }
    }

    /// Lanes at the end, mean and longest wait in seconds on each day, of which so many come to the mall at ten.
    fn days(open_lane_after_s: u32, capacity: u32, crowds: &[u32]) -> Vec<(u16, f64, u32)> {
        let mut world = town::simulation(250, Vec::new(), Vec::new()).world;
        let city = std::sync::Arc::make_mut(&mut world.city);
        city.places.capacity = vec![0, 0, 0, capacity].into();
        let mut levers = Levers::default();
        levers.checkpoints.push(rule(open_lane_after_s));
        let mut doors = Doors::default();
        let mut seen = Vec::new();
        for (day, crowd) in (0..).zip(crowds) {
            let now = |tick| Now { tick, date: Date(day as i32), day_type: DayType::Workday, seed: 5 };
            doors.set_up(now(day * 24), &mut world, &levers);
            let arrival = |person: u32| DoorArrival {
                door: 0,
                at_ds: 360_000 + person * 20,
                person: PersonId(person),
                depart_min: 590,
                metres: 800,
                passage: Passage::Entrance { mode: Mode::Walk },
            };
            doors.queue(&mut (0..*crowd).map(arrival).collect());
            let mut waits = Vec::new();
            doors.serve(now(day * 24 + 10), &mut world, &levers, |outcome| waits.push(outcome.wait_s));
            let door = &world.services.doors[0];
            assert_eq!((door.scans, waits.len()), (*crowd, *crowd as usize));
            assert_eq!(door.lane_free_ds.len(), usize::from(door.lanes));
            let sum = waits.iter().map(|wait| f64::from(*wait)).sum::<f64>();
            let longest = waits.iter().copied().max().unwrap_or(0);
            seen.push((door.lanes, sum / f64::from((*crowd).max(1)), longest));
        }
        seen
    }

    #[test]
    fn lanes_follow_the_busiest_of_the_last_seven_days() {
        let seen = days(u32::MAX, 0, &[600, 200, 900, 0, 0, 0, 0, 0, 0, 0, 5]);
        let lanes: Vec<u16> = seen.iter().map(|day| day.0).collect();
        // Seven days after the crowd of 900 nobody is known to come, so the lanes stay as they were.
        assert_eq!(lanes, [2, 6, 6, 9, 9, 9, 9, 9, 9, 9, 9]);
        let fading = days(u32::MAX, 0, &[600, 200, 50, 50, 50, 50, 50, 50, 50]);
        assert_eq!(fading.iter().map(|day| day.0).collect::<Vec<_>>(), [2, 6, 6, 6, 6, 6, 6, 6, 2]);
    }

    #[test]
    fn a_first_day_is_staffed_for_the_place_and_opens_lanes_as_queues_grow() {
        // Two lanes pass a visitor in five seconds while one comes every two.
        let (lanes, mean_s, longest_s) = days(u32::MAX, 0, &[900])[0];
        assert!(lanes == 2 && mean_s > 1000.0 && longest_s > 2000, "{mean_s} {longest_s}");
        let (lanes, mean_s, longest_s) = days(120, 0, &[900])[0];
        assert!(
            (5..8).contains(&lanes) && mean_s < 150.0 && longest_s <= 130,
            "{lanes} {mean_s} {longest_s}"
        );
        let (lanes, mean_s, _) = days(120, 900, &[900])[0];
        assert!(lanes == 9 && mean_s < 10.0, "{lanes} {mean_s}");
    }
}
