//! Ways out of a colour before its term, and what a colour's end may hang on: negative retests, appeals, declarations.
//!
//! All of it rests on the records that the health commission has been told, kept as a file on each person with a
//! colour. The law of evidence is short: a colour stands on a positive test or an admission that no negative test
//! followed, or on the word of two departments.
use bitcode::{Decode, Encode};
use citytwin_engine::{Department, Params, Record, RecordKind, TICKS_PER_DAY};
use citytwin_world::{Draw, PersonId};
use std::collections::BTreeMap;

/// Purpose of the draw whether an appeal is decided as the file says.
const DECIDES: u32 = 0x0703;
/// A tick that never comes.
const NEVER: u32 = u32::MAX;

/// The rules of release, from the policy's keys.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseRules {
    /// Whether negative retests end a colour before its term.
    retest_releases: bool,
    /// Whether a colour ends at its term only after negative retests.
    retest_at_end: bool,
    retest_after_ticks: u32,
    retest_every_ticks: u32,
    negatives: u32,
    /// Whether residents may appeal.
    appeals: bool,
    appeal_ticks: u32,
    appeal_right: f64,
    /// Days of declared good health that a colour's end needs.
    declarations: u32,
    grace_ticks: u32,
    /// Longest term of any rule: older evidence can give no colour.
    longest_ticks: u32,
}

impl ReleaseRules {
    /// Reads the checked keys; `longest_ticks` is the longest term of a colour.
    pub fn new(params: &Params, longest_ticks: u32) -> Self {
        let days = |key: &str| (params.f64(key) * f64::from(TICKS_PER_DAY)).round() as u32;
        let retest = params.text("retest");
        Self {
            retest_releases: matches!(retest.as_str(), "release" | "both"),
            retest_at_end: matches!(retest.as_str(), "expiry" | "both"),
            retest_after_ticks: days("retest_after"),
            retest_every_ticks: params.u32("retest_every").max(1),
            negatives: params.u32("retest_negatives").max(1),
            appeals: params.bool("appeal"),
            appeal_ticks: params.u32("appeal_delay"),
            appeal_right: params.f64("appeal_right"),
            declarations: params.u32("declarations"),
            grace_ticks: days("grace"),
            longest_ticks,
        }
    }

    fn retests(&self) -> bool {
        self.retest_releases || self.retest_at_end
    }

    /// Whether codes simply end with their terms, so that no files are needed.
    fn plain(&self) -> bool {
        !self.retests() && !self.appeals && self.declarations == 0
    }

    /// Whether residents with a colour are asked for their health every day.
    pub fn asks_daily(&self) -> bool {
        self.declarations > 0
    }
}

/// What the health commission has on file about a person with a colour.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct File {
    /// Last tick on which something was observed that gives a colour.
    evidence_tick: u32,
    /// Departments that observed such things, a bit each.
    observers: u32,
    /// Whether a positive test or an admission is among them that no negative test followed.
    confirmed: bool,
    /// Negative tests in a row since, and when the last one was observed.
    negatives: u32,
    negative_tick: u32,
    /// Days of declared good health.
    declarations: u32,
    /// When the person is next called up for a swab.
    swab_tick: u32,
    /// When the appeal is decided; `NEVER` without an open one.
    decide_tick: u32,
    appealed: bool,
    /// When the term was over but the conditions of its end not met; `NEVER` before.
    over_tick: u32,
}

/// What an update has found out.
#[derive(Debug, Default)]
pub struct Steps {
    /// Whose colour ends now, before its term.
    pub released: Vec<PersonId>,
    /// Who is called up for a swab.
    pub swabs: Vec<PersonId>,
}

/// The files on all who have a colour.
#[derive(Clone, Debug)]
pub struct Release {
    rules: ReleaseRules,
    files: BTreeMap<PersonId, File>,
    /// Up to which tick the evidence against a person has been dismissed.
    cleared: BTreeMap<PersonId, u32>,
    /// Persons whose file is due for something, by tick: follows from the files.
    agenda: BTreeMap<u32, Vec<PersonId>>,
    /// Whose last negative test may have been the last one needed.
    ready: Vec<PersonId>,
}

/// What [`Release`] keeps over a restart.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct SavedRelease {
    files: Vec<(PersonId, File)>,
    cleared: Vec<(PersonId, u32)>,
}

impl Release {
    /// No files yet.
    pub fn new(rules: ReleaseRules) -> Self {
        let (files, cleared, agenda) = Default::default();
        Self { rules, files, cleared, agenda, ready: Vec::new() }
    }

    /// Whether residents may appeal against a new colour.
    pub fn appeals(&self) -> bool {
        self.rules.appeals
    }

    /// Whether residents with a colour are asked for their health every day.
    pub fn asks_daily(&self) -> bool {
        self.rules.asks_daily()
    }

    /// Whether a record may still give a colour: not where older evidence has been dismissed.
    pub fn admits(&self, record: &Record) -> bool {
        self.cleared.get(&record.person).is_none_or(|cleared| record.observed_tick > *cleared)
    }

    /// Files a record that gave the person a colour.
    pub fn bind(&mut self, tick: u32, record: &Record) {
        if self.rules.plain() {
            return;
        }
        let mut first_swab = None;
        let after_ticks = self.rules.retest_after_ticks;
        let retests = self.rules.retests();
        let file = self.files.entry(record.person).or_insert_with(|| {
            let swab_tick = if retests { tick.saturating_add(after_ticks) } else { NEVER };
            first_swab = retests.then_some(swab_tick);
            File {
                evidence_tick: record.observed_tick,
                observers: 0,
                confirmed: false,
                negatives: 0,
                negative_tick: 0,
                declarations: 0,
                swab_tick,
                decide_tick: NEVER,
                appealed: false,
                over_tick: NEVER,
            }
        });
        file.observers |= 1 << record.observer as u32;
        file.evidence_tick = file.evidence_tick.max(record.observed_tick);
        if record.observed_tick >= file.negative_tick {
            file.negatives = 0;
            file.confirmed |= matches!(record.kind, RecordKind::TestPositive | RecordKind::Admission);
        }
        if let Some(swab_tick) = first_swab {
            self.note(swab_tick, record.person);
        }
    }

    /// Files a record that gives no colour but bears on one.
    pub fn file(&mut self, tick: u32, record: &Record) {
        let rules = &self.rules;
        let Some(file) = self.files.get_mut(&record.person) else { return };
        match record.kind {
            RecordKind::TestNegative if record.observed_tick > file.evidence_tick.max(file.negative_tick) => {
                file.negatives += 1;
                file.negative_tick = record.observed_tick;
                file.confirmed = false;
                if rules.retest_releases && file.negatives >= rules.negatives {
                    self.ready.push(record.person);
                }
            }
            RecordKind::WellReport => file.declarations += 1,
            RecordKind::Appeal if rules.appeals && !file.appealed => {
                file.appealed = true;
                file.decide_tick = tick.saturating_add(rules.appeal_ticks);
                let decide_tick = file.decide_tick;
                self.note(decide_tick, record.person);
            }
            _ => {}
        }
    }

    fn note(&mut self, tick: u32, person: PersonId) {
        self.agenda.entry(tick).or_default().push(person);
    }

    /// Decides what is due at a tick: releases by negative tests, appeals, and calls for a swab.
    pub fn steps(&mut self, seed: u64, tick: u32) -> Steps {
        let mut steps = Steps::default();
        for person in std::mem::take(&mut self.ready) {
            let negatives = self.files.get(&person).map_or(0, |file| file.negatives);
            if negatives >= self.rules.negatives {
                steps.released.push(person);
            }
        }
        let mut due = Vec::new();
        while let Some(entry) = self.agenda.first_entry().filter(|entry| *entry.key() <= tick) {
            due.extend(entry.remove());
        }
        due.sort_unstable();
        due.dedup();
        for person in due {
            self.attend(seed, tick, person, &mut steps);
        }
        steps.released.sort_unstable();
        steps.released.dedup();
        for person in &steps.released {
            if let Some(file) = self.files.remove(person) {
                self.cleared.insert(*person, file.negative_tick.max(file.evidence_tick));
            }
        }
        steps.swabs.retain(|person| self.files.contains_key(person));
        if tick.is_multiple_of(TICKS_PER_DAY) {
            let longest = self.rules.longest_ticks;
            self.cleared.retain(|_, cleared| cleared.saturating_add(longest) > tick);
        }
        steps
    }

    fn attend(&mut self, seed: u64, tick: u32, person: PersonId, steps: &mut Steps) {
        let rules = &self.rules;
        let Some(file) = self.files.get_mut(&person) else { return };
        if file.decide_tick <= tick {
            file.decide_tick = NEVER;
            let stands = file.confirmed || file.observers.count_ones() >= 2;
            let as_filed = Draw::new(seed, DECIDES, person.0, tick).chance(rules.appeal_right);
            if stands != as_filed {
                steps.released.push(person);
            }
        }
        if file.swab_tick <= tick {
            steps.swabs.push(person);
            file.swab_tick = tick.saturating_add(rules.retest_every_ticks);
            let swab_tick = file.swab_tick;
            self.note(swab_tick, person);
        }
    }

    /// Whether a colour whose term is over ends now. If not, it goes on for a day, at most for the time of grace.
    pub fn may_end(&mut self, tick: u32, person: PersonId) -> bool {
        let rules = &self.rules;
        let Some(file) = self.files.get_mut(&person) else { return true };
        let tested = !rules.retest_at_end || file.negatives >= rules.negatives;
        if file.over_tick == NEVER {
            file.over_tick = tick;
        }
        let grace_over = tick >= file.over_tick.saturating_add(rules.grace_ticks);
        (tested && file.declarations >= rules.declarations) || grace_over
    }

    /// Closes the file of a person whose colour has ended with its term.
    pub fn close(&mut self, person: PersonId) {
        self.files.remove(&person);
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> SavedRelease {
        SavedRelease {
            files: self.files.iter().map(|(person, file)| (*person, file.clone())).collect(),
            cleared: self.cleared.iter().map(|(person, tick)| (*person, *tick)).collect(),
        }
    }

    /// Takes up what was saved.
    pub fn load(&mut self, saved: SavedRelease) {
        self.files = saved.files.into_iter().collect();
        self.cleared = saved.cleared.into_iter().collect();
        self.agenda.clear();
        let due: Vec<(u32, PersonId)> =
            self.files.iter().flat_map(|(p, f)| [(f.swab_tick, *p), (f.decide_tick, *p)]).collect();
        due.into_iter().filter(|(tick, _)| *tick < NEVER).for_each(|(tick, person)| self.note(tick, person));
    }
}

/// Every department has its bit in a file.
const _: () = assert!(Department::COUNT <= 32);
