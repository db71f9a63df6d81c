//! The guards of one door: they serve who comes, earliest first, look at codes and tests, and let in or turn back.
use super::{DoorArrival, LANES_MAX, OPEN, Outcome, Passage, SCAN, Verdict};
use citytwin_engine::{Board, CheckpointRule, Levers, Now};
use citytwin_world::PersonId;
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::services::{Cause, DoorTally};

/// Purpose of the draws of who carries a forged code, and whether it is found.
const FORGES: u32 = 0x020e;

/// Who has come to a door, at the very second, with what chance has in store there.
pub(super) struct Caller {
    pub arrival: DoorArrival,
    words: [u32; 4],
}

impl Caller {
    /// The second within the minute is drawn, so that whole minutes don't arrive as one crowd. The same arrival has the
    /// same second whenever it is asked for. Who has queued on the road has come at the second told.
    pub fn new(now: Now, mut arrival: DoorArrival, on_road: bool) -> Self {
        let words = block(now.seed, SCAN, arrival.person.0, now.day(), arrival.at_ds);
        if arrival.door != OPEN && !on_road {
            arrival.at_ds += ((u64::from(words[3]) * 600) >> 32) as u32;
        }
        Self { arrival, words }
    }
}

/// What the guards of a door asked the platform, and whom they sent to be swabbed.
#[derive(Default)]
pub(super) struct Asked {
    pub requests: u64,
    pub failed: u64,
    pub sent_to_test: Vec<PersonId>,
}

/// What a guard needs to judge a visitor.
pub(super) struct Desk<'a> {
    pub now: Now,
    pub levers: &'a Levers,
    pub board: &'a Board,
    pub residents: &'a citytwin_world::Residents,
    pub health: &'a citytwin_world::Health,
    /// Whether who drives to a guarded street has queued there on the road.
    pub in_traffic: bool,
}

impl Desk<'_> {
    /// Serves one door's arrivals, earliest first, each by the lane that is free first; a share of the requests for
    /// codes is `answered`.
    pub fn serve(
        &self,
        rule: &CheckpointRule,
        door: &mut DoorTally,
        callers: &[Caller],
        answered: f32,
    ) -> (Vec<Outcome>, Asked) {
        let mut platform = Asked::default();
        let mut outcomes = Vec::with_capacity(callers.len());
        for &Caller { arrival: a, words } in callers {
            let at_ds = a.at_ds;
            if self.in_traffic && a.passage == Passage::Street {
                let (verdict, _) = self.judge((rule, answered), door, a.person, words, &mut platform);
                outcomes.push(Outcome { verdict, ..Outcome::at_once(&a) });
                continue;
            }
            if !rule.is_open(at_ds / 600) {
                outcomes.push(Outcome::at_once(&a));
                continue;
            }
            let mut lane = (0..door.lane_free_ds.len()).min_by_key(|l| door.lane_free_ds[*l]).unwrap_or(0);
            let queued_ds = door.lane_free_ds.get(lane).map_or(0, |free_ds| free_ds.saturating_sub(at_ds));
            let grows = a.passage != Passage::Street && u32::from(door.lanes) < LANES_MAX;
            if queued_ds / 10 > rule.open_lane_after_s && grows {
                lane = door.lane_free_ds.len();
                door.lane_free_ds.push(at_ds);
                door.lanes += 1;
                door.staffed_min += rule.open_minutes_after(at_ds / 600);
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
        platform: &mut Asked,
    ) -> (Verdict, f32) {
        door.scans += 1;
        let infectious = self.health.infectivity[person] > 0.0;
        let phone = self.levers.shows_code(self.now.seed, self.residents, person, self.now.tick);
        platform.requests += 1;
        let answered = unit_f32(words[0]) < answered;
        platform.failed += u64::from(!answered);
        let by_hand = !phone || !answered;
        let (verdict, service_s) = if by_hand && !rule.paper_allowed {
            door.no_code += 1;
            (Verdict::Turned(Cause::NoCode), rule.scan_s)
        } else {
            door.by_hand += u32::from(by_hand);
            let service_s = if by_hand { rule.by_hand_s } else { rule.scan_s };
            // Nobody sees a code while the platform is silent, nor does a guard who waves people through.
            let seen = answered && unit_f32(words[1]) < rule.diligence;
            let coloured = seen && self.levers.code(person) >= rule.refuse_from;
            let forged = coloured && self.passes_forged(rule, person);
            let refused = coloured && !forged;
            door.refused += u32::from(refused);
            door.forged += u32::from(forged);
            if refused {
                (Verdict::Turned(Cause::CodeRefused), service_s)
            } else if seen && !forged && !self.has_valid_test(rule, person) {
                door.no_test += 1;
                platform.sent_to_test.extend(rule.sends_to_test.then_some(person));
                (Verdict::Turned(Cause::NoTest), service_s)
            } else {
                (Verdict::Passed, service_s)
            }
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

    /// Whether somebody with a colour passes on a forged or borrowed code. Who carries one does so every day.
    fn passes_forged(&self, rule: &CheckpointRule, person: PersonId) -> bool {
        if rule.forged <= 0.0 {
            return false;
        }
        let carries = unit_f32(block(self.now.seed, FORGES, person.0, u32::MAX, 0)[0]) < rule.forged;
        let found =
            unit_f32(block(self.now.seed, FORGES, person.0, self.now.tick, 1)[0]) < rule.forgery_found;
        carries && !found
    }

    /// Whether a person shows a negative test as recent as the rule asks for.
    fn has_valid_test(&self, rule: &CheckpointRule, person: PersonId) -> bool {
        let recent = |taken: u32| taken.saturating_add(rule.test_valid_ticks) >= self.now.tick;
        rule.test_valid_ticks == 0 || self.board.negative_since(person).is_some_and(recent)
    }
}
