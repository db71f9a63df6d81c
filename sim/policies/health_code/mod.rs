//! The health code: a colour for every resident, made by rules from what the health commission has been told.
mod release;
mod rules;

use crate::term::{SavedTerms, Terms};
use bitcode::{Decode, Encode};
use citytwin_engine::{
    Board, Code, CodeBook, Department, Kind, Levers, Now, Params, Policy, Purpose, TICKS_PER_DAY,
};
use citytwin_world::problem::Problems;
use citytwin_world::{City, PersonId};
use release::{Release, ReleaseRules, SavedRelease};
use rules::{KEYS, Rule};
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "health_code",
    summary: "Gives every resident a green, yellow or red code by what the health commission knows.",
    keys: KEYS,
    build,
};

struct HealthCode {
    rules: Vec<Rule>,
    /// Hour of the nightly batch; `None` where codes are made every hour.
    batch_hour: Option<u32>,
    book: Arc<CodeBook>,
    red: Terms,
    yellow: Terms,
    release: Release,
    /// Records of the health commission already read.
    read: usize,
    begun: bool,
}

/// Whom an update reaches besides those whose colour changes.
#[derive(Default)]
struct Reached {
    /// Called up for a swab.
    swabs: Vec<PersonId>,
    /// Told that they may appeal.
    appeals: Vec<PersonId>,
}

/// What it keeps over a restart.
#[derive(Encode, Decode)]
struct Memory {
    red: SavedTerms,
    yellow: SavedTerms,
    release: SavedRelease,
    /// Persons in the book: it grows with whom records name.
    persons: u64,
    read: u64,
    begun: bool,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let batch_hour = (params.text("update") == "nightly").then(|| params.u32("update_hour"));
    let rules = rules::rules(params);
    let longest_ticks = rules.iter().map(|rule| rule.term_ticks).max().unwrap_or(0);
    Ok(Box::new(HealthCode {
        rules,
        release: Release::new(ReleaseRules::new(params, longest_ticks)),
        batch_hour,
        book: Arc::new(CodeBook::filled(Code::Green, city.info.population as usize)),
        red: Terms::default(),
        yellow: Terms::default(),
        read: 0,
        begun: false,
    }))
}

impl HealthCode {
    /// Reads what is new, ends what is over, and gives those persons their colour.
    fn update(&mut self, now: Now, board: &Board) -> Reached {
        let tick = now.tick;
        let commission = Department::HealthCommission;
        let (mut touched, mut reached) = (Vec::new(), Reached::default());
        for record in board.usable(commission, Purpose::Code, self.read, tick) {
            let Some(rule) = self.rules.iter().find(|rule| rule.kind == record.kind) else {
                self.release.file(tick, record);
                continue;
            };
            let until = record.observed_tick.saturating_add(rule.term_ticks);
            if until <= tick || !self.release.admits(record) {
                continue;
            }
            let free = !self.red.binds(record.person) && !self.yellow.binds(record.person);
            let terms = if rule.code == Code::Red { &mut self.red } else { &mut self.yellow };
            if terms.bind(record.person, until) {
                touched.push(record.person);
            }
            self.release.bind(tick, record);
            if free && self.release.appeals() {
                reached.appeals.push(record.person);
            }
        }
        self.read = board.known(commission).len();
        let steps = self.release.steps(now.seed, tick);
        for person in steps.released {
            self.red.release(person);
            self.yellow.release(person);
            touched.push(person);
        }
        reached.swabs = steps.swabs;
        self.expire(tick, &mut touched);
        reached.appeals.retain(|person| self.red.binds(*person) || self.yellow.binds(*person));
        self.paint(&touched);
        reached
    }

    /// Ends the terms that are over, except where the conditions of the end aren't met yet.
    fn expire(&mut self, tick: u32, touched: &mut Vec<PersonId>) {
        for code in [Code::Red, Code::Yellow] {
            let (own, other) = match code {
                Code::Red => (&mut self.red, &self.yellow),
                _ => (&mut self.yellow, &self.red),
            };
            for person in own.expire(tick) {
                if other.binds(person) {
                    // The other colour's end will ask for the conditions.
                } else if self.release.may_end(tick, person) {
                    self.release.close(person);
                } else {
                    own.bind(person, tick.saturating_add(TICKS_PER_DAY));
                }
                touched.push(person);
            }
        }
    }

    fn paint(&mut self, persons: &[PersonId]) {
        let colour = |person| match () {
            () if self.red.binds(person) => Code::Red,
            () if self.yellow.binds(person) => Code::Yellow,
            () => Code::Green,
        };
        let Some(last) = persons.iter().max() else { return };
        let book = Arc::make_mut(&mut self.book);
        while book.len() <= last.0 as usize {
            book.push(Code::Green);
        }
        for person in persons {
            book[*person] = colour(*person);
        }
    }
}

impl Policy for HealthCode {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        if !self.begun || self.batch_hour.is_none_or(|hour| now.hour() == hour) {
            self.begun = true;
            let reached = self.update(now, board);
            levers.call_up(&reached.swabs);
            levers.open_appeals(&reached.appeals);
        }
        levers.daily_declarations |= self.release.asks_daily();
        levers.assert_codes(&self.book);
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&Memory {
            red: self.red.save(),
            yellow: self.yellow.save(),
            release: self.release.save(),
            persons: self.book.len() as u64,
            read: self.read as u64,
            begun: self.begun,
        })
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<Memory>(memory) else { return false };
        self.red = Terms::load(saved.red);
        self.yellow = Terms::load(saved.yellow);
        self.release.load(saved.release);
        self.read = saved.read as usize;
        self.begun = saved.begun;
        // Whoever is named last may be free again, and is in the book all the same.
        let last = u32::try_from(saved.persons).ok().and_then(|persons| persons.checked_sub(1)).map(PersonId);
        let bound: Vec<PersonId> = self.red.persons().chain(self.yellow.persons()).chain(last).collect();
        self.paint(&bound);
        true
    }
}

#[cfg(test)]
mod release_tests;
#[cfg(test)]
mod tests;
